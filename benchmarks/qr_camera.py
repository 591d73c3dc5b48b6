"""Codes printed on paper, and the paper in front of a camera: for benchmarks.qr_set."""

from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

from models.page import Pixels
from models.view import Corners, corners_of

Floats32: TypeAlias = NDArray[Any]
"""Levels of light, 0 black to 1 white, float32."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A code that is there: its corners in the picture, from its own top-left on clockwise.
    `payload` is None where only the place is known."""

    corners: Corners
    payload: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Flat paper with codes on it: grey or colour levels 0 to 1, places in its pixels."""

    paper: Floats32
    codes: tuple[tuple[NDArray[np.float64], str], ...]


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees about the three axes; `size`: the sheet's width as a share of the picture's;
    `bend`: the arc, in degrees, that the sheet's width takes of a cylinder; `shift`: shares."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    size: float = 0.6
    bend: float = 0.0
    upright: bool = False
    shift: tuple[float, float] = (0.0, 0.0)


_FOCAL = 1.1
"""Times the picture's width, a phone's main camera."""


def payload(rng: Random, length: int = 0) -> str:
    """Text like that of real codes: an address, a tax invoice's line, digits, words."""
    kind = rng.randrange(4) if not length else 3
    digits = "".join(rng.choice("0123456789") for _ in range(20))
    if kind == 0:
        return f"https://example.com/{digits[:8]}?id={digits[8:]}"
    if kind == 1:
        return f"01,32,,{digits},{rng.uniform(5, 9000):.2f},2026{digits[:4]},,{digits[4:8]}"
    if kind == 2:
        return digits
    letters = "abcdefghijklmnopqrstuvwxyz ABCDEFG0123456789/:.?="
    return "".join(rng.choice(letters) for _ in range(length or rng.randint(12, 90)))


def code(rng: Random, text: str, module: int, *, level: str = "", dots: bool = False) -> Floats32:
    """A code without its quiet zone, 0 black to 1 white, `module` pixels a module."""
    made = segno.make(text, error=level or rng.choice("LLMMQH"), micro=False, boost_error=False)
    cells = np.array([list(row) for row in made.matrix], np.uint8)
    big = np.kron(1 - cells, np.ones((module, module), np.uint8)).astype(np.float32)
    if dots:
        side = len(cells)
        dot = np.ones((module, module), np.float32)
        cv2.circle(dot, (module // 2, module // 2), int(module * 0.46), (0.0,), -1, cv2.LINE_AA)
        big = np.kron(cells, np.ones_like(dot)) * np.tile(dot, (side, side)) + np.kron(
            1 - cells, np.ones_like(dot)
        )
        for x, y in ((0, 0), (side - 7, 0), (0, side - 7)):
            part = np.kron(1 - cells[y : y + 7, x : x + 7], np.ones_like(dot))
            big[y * module : (y + 7) * module, x * module : (x + 7) * module] = part
    return np.asarray(big, np.float32)


def sheet(rng: Random, codes: list[tuple[Floats32, str]], quiet: float = 4.0) -> Sheet:
    """Codes in rows on paper, with lines of print about them."""
    module = max(1, codes[0][0].shape[0] // 25)
    gap = round(quiet * module)
    across = int(np.ceil(np.sqrt(len(codes))))
    cell = max(image.shape[0] for image, _ in codes) + 2 * gap
    rows = -(-len(codes) // across)
    edge = cell // 3
    paper = np.ones((rows * cell + 2 * edge, across * cell + 2 * edge), np.float32)
    for _ in range(rng.randint(2, 8)):
        y = rng.choice((rng.randint(6, edge - 4), paper.shape[0] - rng.randint(6, edge - 4)))
        text = payload(rng)[: rng.randint(5, 40)]
        cv2.putText(paper, text, (edge, y), 0, cell / 500, (0.2,), max(1, cell // 250), cv2.LINE_AA)
    placed = []
    for i, (image, text) in enumerate(codes):
        side = image.shape[0]
        x, y = edge + (i % across) * cell + gap, edge + (i // across) * cell + gap
        paper[y : y + side, x : x + side] = image
        box = np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]], np.float64)
        placed.append((box, text))
    return Sheet(paper, tuple(placed))


def single(rng: Random, **how: float) -> Sheet:
    """One code on paper, of a usual size."""
    text = payload(rng)
    module = int(how.get("module", 12))
    return sheet(rng, [(code(rng, text, module), text)], how.get("quiet", 4.0))


def _turned(pose: Pose) -> NDArray[np.float64]:
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    about_y = np.array(
        [[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]], np.float64
    )
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    )
    about_z = np.array(
        [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    )
    return np.asarray(about_x @ about_y @ about_z, np.float64)


def photograph(
    rng: Random, flat: Sheet, pose: Pose, size: tuple[int, int]
) -> tuple[Floats32, tuple[Truth, ...]]:
    """The sheet on a desk, seen by a camera: levels 0 to 1, and the codes' places."""
    width, height = size
    focal = _FOCAL * width
    turn = _turned(pose)
    wide = flat.paper.shape[1]
    room = wide * np.sqrt(2) if abs(pose.roll % 90) > 20 else wide
    depth = focal * room / (pose.size * min(width, height * wide / flat.paper.shape[0]))
    at = np.array([pose.shift[0] * wide, pose.shift[1] * wide, depth])
    centre = np.array([width / 2, height / 2])
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    rays = np.stack([(x - centre[0]) / focal, (y - centre[1]) / focal, np.ones_like(x)], -1)
    rays = rays @ turn.astype(np.float32)
    across, down = _hit(pose, flat, -(at @ turn), rays)
    ratio = focal / depth
    paper = flat.paper
    if ratio < 0.9:
        paper = cv2.GaussianBlur(paper, (0, 0), 0.45 / ratio)
    lit = cv2.remap(paper, across, down, cv2.INTER_LINEAR, borderValue=(-1.0,))
    picture = np.where(lit < -0.01, desk(rng, height, width), lit)
    truths = []
    for box, text in flat.codes:
        seen = _surface(pose, flat, box) @ turn.T + at
        spots = seen[:, :2] / seen[:, 2:] * focal + centre
        truths.append(Truth(corners_of(spots), text))
    return np.asarray(picture, np.float32), tuple(truths)


def _hit(
    pose: Pose, flat: Sheet, eye: NDArray[np.float64], rays: Floats32
) -> tuple[Floats32, Floats32]:
    """Where rays from the eye meet the sheet, in its pixels."""
    high, wide = flat.paper.shape
    first, second = (1, 0) if pose.upright else (0, 1)
    if not pose.bend:
        far = -eye[2] / np.where(np.abs(rays[..., 2]) < 1e-6, 1e-6, rays[..., 2])
        u, v = eye[first] + far * rays[..., first], eye[second] + far * rays[..., second]
    else:
        radius = wide / np.radians(pose.bend)
        a = rays[..., first] ** 2 + rays[..., 2] ** 2
        b = eye[first] * rays[..., first] + (eye[2] - radius) * rays[..., 2]
        c = eye[first] ** 2 + (eye[2] - radius) ** 2 - radius**2
        under = b * b - a * c
        far = (-b - np.sqrt(np.maximum(under, 0))) / a
        deep = radius - (eye[2] + far * rays[..., 2])
        u = radius * np.arctan2(eye[first] + far * rays[..., first], deep)
        v = np.where(under < 0, 1e6, eye[second] + far * rays[..., second])
    if pose.upright:
        u, v = v, u
    return np.asarray(u + wide / 2, np.float32), np.asarray(v + high / 2, np.float32)


def _surface(pose: Pose, flat: Sheet, box: NDArray[np.float64]) -> NDArray[np.float64]:
    high, wide = flat.paper.shape
    u, v = box[:, 0] - wide / 2, box[:, 1] - high / 2
    if not pose.bend:
        return np.column_stack([u, v, np.zeros(len(box))])
    radius = wide / np.radians(pose.bend)
    if pose.upright:
        return np.column_stack([u, radius * np.sin(v / radius), radius * (1 - np.cos(v / radius))])
    return np.column_stack([radius * np.sin(u / radius), v, radius * (1 - np.cos(u / radius))])


def desk(rng: Random, height: int, width: int) -> Floats32:
    """A plain or grained table, in levels."""
    level, deep = rng.uniform(0.12, 0.75), rng.uniform(0.0, 0.2)
    small = np.random.default_rng(rng.randrange(2**32)).standard_normal((60, rng.choice((8, 60))))
    grain = cv2.resize(small.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(level + deep * grain * 0.5, 0, 1), np.float32)


def disc(radius: float) -> Floats32:
    """The kernel of a lens out of focus."""
    side = 2 * int(np.ceil(radius)) + 1
    x, y = np.meshgrid(np.arange(side) - side // 2, np.arange(side) - side // 2)
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return np.asarray(kernel / kernel.sum(), np.float32)


def shake(length: float, degrees: float) -> Floats32:
    """The kernel of a camera that moved."""
    side = 2 * int(np.ceil(length / 2)) + 3
    kernel: Floats32 = np.zeros((side, side), np.float32)
    half = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]) * length / 2
    for step in np.linspace(-1, 1, 4 * side):
        x, y = side // 2 + half * step
        kernel[round(y), round(x)] += 1
    kernel = cv2.GaussianBlur(kernel, (0, 0), 0.5)
    return np.asarray(kernel / kernel.sum(), np.float32)


def develop(rng: Random, light: Floats32, noise: float = 2.0, quality: int = 88) -> Pixels:
    """From levels to a JPEG's pixels: sensor noise, a colour cast, compression."""
    chance = np.random.default_rng(rng.randrange(2**32))
    grain = chance.standard_normal(light.shape).astype(np.float32) * (noise / 255)
    grey = np.clip(light + grain * np.sqrt(np.clip(light, 0.05, 1) + 0.2), 0, 1)
    if grey.ndim == 2:
        cast = np.array([rng.uniform(0.85, 1), rng.uniform(0.95, 1), 1.0], np.float32)
        grey = grey[..., None] * cast
    pixels = np.asarray(grey * 255, np.uint8)
    packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
