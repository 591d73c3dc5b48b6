"""Pictures of QR codes under sixteen conditions, drawn by a seed: what benchmarks.qr measures on.

The conditions bear the names of the categories of BoofCV's public set of photographs, and try to
be like what its authors describe; the pictures are drawn and owe that set nothing else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from benchmarks.qr_camera import (
    Floats32,
    Pose,
    Sheet,
    Truth,
    code,
    desk,
    develop,
    disc,
    payload,
    photograph,
    shake,
    sheet,
    single,
)
from models.page import Pixels

SIZES = ((1200, 900), (1600, 1200), (2048, 1536), (4032, 3024))


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture and the codes in it."""

    name: str
    category: str
    picture: Pixels
    codes: tuple[Truth, ...]


def draw_all(seed: int, each: int) -> Iterator[Shown]:
    """`each` pictures of every category."""
    for category, draw in CATEGORIES.items():
        count = max(1, each // 4) if category == "lots" else each
        for i in range(count):
            rng = Random(f"qr:{seed}:{category}:{i}")
            picture, codes = draw(rng)
            yield Shown(f"{category}-{i:03d}", category, picture, codes)


def _pose(rng: Random, tilt: float = 12.0, **more: float) -> Pose:
    given = {"roll": rng.gauss(0, 8), "size": rng.uniform(0.3, 0.75)} | more
    return Pose(
        yaw=rng.gauss(0, tilt),
        pitch=rng.gauss(0, tilt),
        roll=given["roll"],
        size=given["size"],
        bend=given.get("bend", 0.0),
        shift=(rng.uniform(-0.1, 0.1), rng.uniform(-0.1, 0.1)),
    )


def _module(truth: Truth, flat: Sheet, picture: Floats32) -> float:
    """About how many pixels a module has in the picture."""
    box, _ = flat.codes[0]
    corners = np.array(truth.corners)
    side = float(np.linalg.norm(corners - np.roll(corners, 1, 0), axis=1).min())
    return side / (float(box[1, 0] - box[0, 0]) / 12)


_Drawn = tuple[Pixels, tuple[Truth, ...]]


def _spot(shape: tuple[int, ...], at: tuple[float, float], radius: float, power: float) -> Floats32:
    y, x = np.ogrid[: shape[0], : shape[1]]
    away = ((x - at[0]) ** 2 + (y - at[1]) ** 2) / radius**2
    return np.asarray(np.exp(-(away**power)), np.float32)


def _inside(rng: Random, truth: Truth) -> tuple[float, float]:
    """A place on the code."""
    a, b, _, d = np.array(truth.corners)
    x, y = a + rng.random() * (b - a) + rng.random() * (d - a)
    return float(x), float(y)


def _span(truth: Truth) -> float:
    return float(np.ptp(np.array(truth.corners), axis=0).mean())


def nominal(rng: Random) -> _Drawn:
    light, truths = photograph(rng, single(rng), _pose(rng, 6), rng.choice(SIZES))
    return develop(rng, light), truths


def blurred(rng: Random) -> _Drawn:
    flat = single(rng)
    light, truths = photograph(rng, flat, _pose(rng, 6), rng.choice(SIZES[:3]))
    module = _module(truths[0], flat, light)
    if rng.random() < 0.5:
        kernel = disc(rng.uniform(0.5, 1.3) * module)
    else:
        kernel = shake(rng.uniform(0.8, 2.4) * module, rng.uniform(0, 180))
    return develop(rng, cv2.filter2D(light, -1, kernel)), truths


def brightness(rng: Random) -> _Drawn:
    light, truths = photograph(rng, single(rng), _pose(rng, 6), rng.choice(SIZES[:3]))
    if rng.random() < 0.5:
        dim = light * rng.uniform(0.03, 0.3) + rng.uniform(0, 0.03)
        return develop(rng, dim, rng.uniform(2, 7)), truths
    low = rng.uniform(0.3, 0.95)
    return develop(rng, light * (1 - low) * rng.uniform(0.8, 3) + low, rng.uniform(1, 4)), truths


def bright_spots(rng: Random) -> _Drawn:
    light, truths = photograph(rng, single(rng), _pose(rng, 10), rng.choice(SIZES[:3]))
    light = light * rng.uniform(0.3, 0.8)
    for _ in range(rng.randint(1, 4)):
        radius = _span(truths[0]) * rng.uniform(0.05, 0.25)
        glow = _spot(light.shape, _inside(rng, truths[0]), radius, rng.uniform(0.4, 2))
        light = light + glow * rng.uniform(0.5, 3)
    return develop(rng, light), truths


def close(rng: Random) -> _Drawn:
    flat = single(rng, module=40)
    pose = _pose(rng, 8, size=rng.uniform(1.3, 1.9))
    light, truths = photograph(rng, flat, pose, rng.choice(SIZES[1:]))
    rough = desk(Random(rng.random()), *light.shape) - 0.4
    light = light * 0.75 + 0.1 + 0.15 * rough * rng.uniform(0, 2)
    kernel = disc(rng.uniform(0.5, 20))  # pixels
    return develop(rng, cv2.filter2D(light, -1, kernel), rng.uniform(2, 6)), truths


def curved(rng: Random) -> _Drawn:
    pose = _pose(rng, 12, bend=rng.uniform(60, 200))
    if rng.random() < 0.4:
        pose = Pose(pose.yaw, pose.pitch, pose.roll, pose.size, pose.bend, upright=True)
    light, truths = photograph(rng, single(rng), pose, rng.choice(SIZES[:3]))
    return develop(rng, light * rng.uniform(0.5, 1)), truths


def damaged(rng: Random) -> _Drawn:
    flat = single(rng)
    box = flat.codes[0][0]
    side = int(box[1, 0] - box[0, 0])
    paper = flat.paper.copy()
    for _ in range(rng.randint(1, 3)):
        spots = box[0] + np.array([[rng.uniform(-0.1, 1.1) * side for _ in "xy"] for _ in "abcd"])
        colour = rng.choice((0.0, 0.1, 0.4, 1.0))
        how = rng.randrange(4)
        if how == 0:
            thick = max(2, round(side * rng.uniform(0.01, 0.035)))
            cv2.polylines(paper, [spots.astype(np.int32)], False, (colour,), thick, cv2.LINE_AA)
        elif how == 1:
            middle = (int(spots[0, 0]), int(spots[0, 1]))
            cv2.circle(paper, middle, int(side * rng.uniform(0.04, 0.13)), (colour,), -1)
        elif how == 2:
            torn = spots[:3] * 0.3 + box[rng.randrange(4)] * 0.7
            cv2.fillPoly(paper, [torn.astype(np.int32)], (colour,))
        else:
            x = int(spots[0, 0])
            paper[:, x : x + max(2, side // 60)] = rng.choice((0.5, 0.9))
    worn = Sheet(paper, flat.codes)
    light, truths = photograph(rng, worn, _pose(rng, 8), rng.choice(SIZES[:3]))
    return develop(rng, light * 0.85), truths


def glare(rng: Random) -> _Drawn:
    pose = _pose(rng, 15, bend=rng.choice((0, 0, 40, 80)))
    light, truths = photograph(rng, single(rng), pose, rng.choice(SIZES[:3]))
    x, y = _inside(rng, truths[0])
    angle, wide = rng.uniform(0, np.pi), _span(truths[0]) * rng.uniform(0.08, 0.5)
    down, across = np.mgrid[: light.shape[0], : light.shape[1]].astype(np.float32)
    away = ((across - x) * np.cos(angle) + (down - y) * np.sin(angle)) / wide
    band = np.exp(-(away**2)) * rng.uniform(0.3, 1.1)
    return develop(rng, light * rng.uniform(0.35, 0.7) + np.asarray(band, np.float32)), truths


def high_version(rng: Random) -> _Drawn:
    text = payload(rng, rng.randint(350, 1500))
    flat = sheet(rng, [(code(rng, text, 6, level=rng.choice("LM")), text)])
    pose = _pose(rng, 5, size=rng.uniform(0.7, 1.0), bend=rng.choice((0, 0, 15, 30)))
    light, truths = photograph(rng, flat, pose, rng.choice(SIZES[1:]))
    return develop(rng, cv2.GaussianBlur(light, (0, 0), rng.uniform(0.4, 1.2))), truths


def lots(rng: Random) -> _Drawn:
    texts = [payload(rng) for _ in range(rng.randint(20, 60))]
    flat = sheet(rng, [(code(rng, text, 8), text) for text in texts], rng.uniform(2, 5))
    pose = _pose(rng, 10, size=rng.uniform(0.75, 1.0), bend=rng.choice((0, 0, 30)))
    light, truths = photograph(rng, flat, pose, rng.choice(SIZES[2:]))
    return develop(rng, light * rng.uniform(0.6, 1)), truths


def monitor(rng: Random) -> _Drawn:
    flat = single(rng, module=rng.choice((9, 15, 24)))
    light, truths = photograph(rng, flat, _pose(rng, 8), rng.choice(SIZES[1:3]))
    y, x = np.mgrid[: light.shape[0], : light.shape[1]].astype(np.float32)
    pitch, turn = rng.uniform(1.7, 3.6), rng.uniform(-0.1, 0.1)
    along = (x + turn * y) * 2 * np.pi / pitch
    deep = rng.uniform(0.2, 0.6)
    thirds = [np.cos(along + third) for third in (0, 2.1, 4.2)]
    rows = np.cos((y - turn * x) * 2 * np.pi / pitch)
    lit = np.stack([light * (1 - deep + deep * (0.7 * one + 0.3 * rows)) for one in thirds], -1)
    band = 1 + rng.uniform(0, 0.3) * np.sin(y / rng.uniform(60, 300))
    lit = cv2.GaussianBlur(lit * band[..., None], (0, 0), rng.uniform(0.4, 0.9))
    return develop(rng, np.asarray(lit * rng.uniform(0.6, 1.1) + 0.05, np.float32)), truths


def noncompliant(rng: Random) -> _Drawn:
    text = payload(rng)
    how = rng.randrange(5)
    image = code(rng, text, 12, level="H" if how == 1 else "M", dots=how == 2)
    side = image.shape[0]
    if how == 1:
        a, b = int(side * 0.4), int(side * 0.6)
        image[a:b, a:b] = 1
        cv2.circle(image, (side // 2, side // 2), side // 12, (0.3,), -1)
    flat = sheet(rng, [(image, text)], 0.3 if how == 0 else 3)
    paper = flat.paper
    if how == 0:
        box = flat.codes[0][0].astype(int)
        out = np.full_like(paper, rng.choice((0.0, 0.3, 0.6)))
        out[box[0, 1] : box[2, 1], box[0, 0] : box[2, 0]] = image
        paper = out
    elif how == 3:
        paper = 1 - paper
    elif how == 4:
        paper = 0.55 + 0.35 * paper
    light, truths = photograph(rng, Sheet(paper, flat.codes), _pose(rng), rng.choice(SIZES[:3]))
    return develop(rng, light * 0.9), truths


def pathological(rng: Random) -> _Drawn:
    flat = single(rng)
    paper = flat.paper
    side = paper.shape[0]
    wide = np.full((side * 2, side * 2), 1.0, np.float32)
    for _ in range(rng.randint(20, 120)):
        x, y = rng.randrange(side * 2), rng.randrange(side * 2)
        unit = rng.randint(4, 14)
        for times, level in ((3.5, 0.0), (2.5, 1.0), (1.5, 0.0)):
            reach = int(times * unit)
            cv2.rectangle(wide, (x - reach, y - reach), (x + reach, y + reach), (level,), -1)
    start = side // 2
    keep = flat.codes[0][0].astype(int)
    gap = 40
    low, high = keep[0] - gap, keep[2] + gap
    wide[start + low[1] : start + high[1], start + low[0] : start + high[0]] = paper[
        low[1] : high[1], low[0] : high[0]
    ]
    moved = Sheet(wide, ((flat.codes[0][0] + start, flat.codes[0][1]),))
    light, truths = photograph(rng, moved, _pose(rng, size=0.95), rng.choice(SIZES[:3]))
    return develop(rng, light * 0.9), truths


def perspective(rng: Random) -> _Drawn:
    pose = Pose(
        yaw=rng.choice((-1, 1)) * rng.uniform(20, 65),
        pitch=rng.uniform(-50, 50) * rng.choice((0.3, 1)),
        roll=rng.uniform(-30, 30),
        size=rng.uniform(0.5, 1.1),
    )
    light, truths = photograph(rng, single(rng), pose, rng.choice(SIZES))
    return develop(rng, light * 0.9), truths


def rotations(rng: Random) -> _Drawn:
    pose = _pose(rng, 10, roll=rng.uniform(0, 360))
    light, truths = photograph(rng, single(rng), pose, rng.choice(SIZES))
    return develop(rng, light * 0.9), truths


def shadows(rng: Random) -> _Drawn:
    light, truths = photograph(rng, single(rng), _pose(rng, 10), rng.choice(SIZES[:3]))
    shade = np.ones_like(light)
    for _ in range(rng.randint(1, 3)):
        x, y = _inside(rng, truths[0])
        reach = _span(truths[0]) * 2
        spots = [[x, y]] + [[x + rng.uniform(-1, 1) * reach, y + rng.uniform(-1, 1) * reach]] * 1
        spots += [[x + rng.uniform(-1, 1) * reach, y + rng.uniform(-1, 1) * reach]]
        cv2.fillPoly(shade, [np.array(spots, np.int32)], (rng.uniform(0.1, 0.5),))
    shade = cv2.GaussianBlur(shade, (0, 0), rng.uniform(0.8, 8))
    return develop(rng, light * shade * 0.95), truths


CATEGORIES: dict[str, Callable[[Random], _Drawn]] = {
    draw.__name__: draw
    for draw in (
        blurred, brightness, bright_spots, close, curved, damaged, glare, high_version, lots,
        monitor, nominal, noncompliant, pathological, perspective, rotations, shadows,
    )
}  # fmt: skip
