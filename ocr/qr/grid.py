"""Where a code's modules are: from its three eyes to a flat picture of it, bent paper included."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Pixels
from ocr.qr.finders import Eye, Floats, Trio, ring_edges
from ocr.qr.symbol import side_of

STEP = 6
"""Pixels a module has in a flattened code."""
RIM = 2
"""Modules of what is around the code that are flattened with it."""
_RAYS = 48
_REACH = 6.0
"""Modules from an eye's middle as far as its rings are followed."""
_NODE = 2
"""Modules between the places at which the paper's bend is measured."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A hypothesis: the code is of this version, and this maps modules to the picture's pixels."""

    version: int
    to_picture: Floats
    error: float
    hidden: tuple[bool, bool, bool] = (False, False, False)
    """Which of the eyes (top-left, top-right, bottom-left) were not seen but guessed."""


def grids(grey: Pixels, trio: Trio) -> list[Grid]:
    """How the code of three eyes may lie, the likeliest first; none where the eyes are not seen
    well enough to say."""
    eyes = _seen(grey, trio)
    if eyes is None:
        return []
    a, b, c = eyes
    seen = [eye.sure > 0 for eye in trio.eyes]
    spans = [
        float(np.linalg.norm(two[2] - one[2])) / _step(one, two) / by
        for one, two, both, by in (
            (a, b, seen[0] and seen[1], 1.0),
            (a, c, seen[0] and seen[2], 1.0),
            (b, c, seen[1] and seen[2] and not seen[0], 2**0.5),
        )
        if both
    ]
    guess = float(np.mean(spans) + 7 - 17) / 4
    if not 0.2 < guess < 44:
        return []
    versions = sorted(range(1, 41), key=lambda version: abs(version - guess))
    hidden = (not seen[0], not seen[1], not seen[2])
    found = [_grid(version, eyes, hidden) for version in versions[: 3 + round(guess / 12)]]
    return sorted((one for one in found if one), key=lambda one: one.error)


_Fit = tuple[Floats, Floats, Floats]
"""One module to the right, one module down, the eye's middle: in pixels."""


def _seen(grey: Pixels, trio: Trio) -> tuple[_Fit, _Fit, _Fit] | None:
    a, b, c = (np.array([eye.x, eye.y]) for eye in trio.eyes)
    right, down = (b - a) / np.linalg.norm(b - a), (c - a) / np.linalg.norm(c - a)
    fits = [_fit(grey, eye, right, down) if eye.sure > 0 else None for eye in trio.eyes]
    known = [fit for fit in fits if fit is not None]
    if len(known) < sum(eye.sure > 0 for eye in trio.eyes):
        return None
    # a hidden eye is taken to look as the others do on the whole
    means = [np.mean([fit[i] for fit in known], axis=0) for i in (0, 1)]
    first, second, third = (
        fit or (means[0], means[1], middle) for fit, middle in zip(fits, (a, b, c), strict=True)
    )
    return first, second, third


def _step(one: _Fit, other: _Fit) -> float:
    """Pixels a module has along the line between two eyes."""
    line = (other[2] - one[2]) / np.linalg.norm(other[2] - one[2])
    steps = []
    for right, down, _ in (one, other):
        inverse = np.linalg.inv(np.column_stack([right, down]))
        steps.append(1 / np.abs(inverse @ line).max())
    return float(np.mean(steps))


def _fit(grey: Pixels, eye: Eye, right: Floats, down: Floats) -> _Fit | None:
    """An eye's place, size and slant by the edges of its rings."""
    angles = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)
    reach = np.arange(0.0, _REACH, 0.1)
    spots = np.stack([np.cos(angles), np.sin(angles)], -1)[:, None] * reach[None, :, None]
    spots = spots * eye.module + (eye.x, eye.y)
    rays = cv2.remap(
        grey,
        spots[..., 0].astype(np.float32),
        spots[..., 1].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)
    light = np.asarray(cv2.GaussianBlur(rays, (5, 1), 0), np.float32)
    sharper = np.asarray(light - cv2.blur(light, (61, 1)), np.float32)
    edges = max(
        (_ring_edges(shown) for shown in (light, sharper)),
        key=lambda found: int((found[2] >= 0).sum()),
    )
    start = np.column_stack([right, down]) * eye.module
    inverse = np.asarray(np.linalg.inv(start), np.float64)
    middle = np.array([eye.x, eye.y])
    for turn in range(5):
        rows, targets = [], []
        for ring, crossings in zip((1.5, 2.5, 3.5), edges, strict=True):
            here = crossings >= 0
            points = spots[np.flatnonzero(here), crossings[here]]
            rows.append(points)
            targets.append(np.full(len(points), ring))
        points = np.concatenate(rows)
        ring_of = np.concatenate(targets).astype(np.float64)
        solved = _solve(points, ring_of, inverse, middle, 0.9 if turn < 2 else 0.5)
        if solved is None:
            return None
        inverse, middle = solved
    placed = np.asarray(np.linalg.inv(inverse), np.float64)
    module = np.sqrt(abs(np.linalg.det(placed)))
    if not 0.5 < module / eye.module < 2 or np.hypot(*(middle - (eye.x, eye.y))) > 3 * eye.module:
        return None
    return placed[:, 0], placed[:, 1], middle


def _ring_edges(light: NDArray[np.float32]) -> list[NDArray[np.int64]]:
    """Along each ray, at which sample the first, second and third edge is; -1 where there is
    none. An eye on dark paper is inverted."""
    low, high = np.percentile(light[:, :35], (10, 90))
    dark = light < (low + high) / 2
    if not dark[:, :5].mean() > 0.5:
        dark = ~dark
    edges, alive = ring_edges(dark)
    return [np.where(alive, edge, -1) for edge in edges]


def _solve(
    points: Floats, rings: Floats, inverse: Floats, middle: Floats, slack: float
) -> tuple[Floats, Floats] | None:
    """The affine map that sets the points on their squares, by least squares without outliers."""
    at = (points - middle) @ inverse.T
    side = np.abs(at).argmax(1)
    new = np.zeros((2, 3))
    for axis in (0, 1):
        mine = side == axis
        wanted = np.sign(at[:, axis]) * rings
        mine &= np.abs(at[:, axis] - wanted) < slack
        if mine.sum() < 8 or len(set(np.sign(wanted[mine]))) < 2:
            return None
        table = np.column_stack([points[mine], np.ones(int(mine.sum()))])
        new[axis] = np.linalg.lstsq(table, wanted[mine], rcond=None)[0]
    if abs(np.linalg.det(new[:, :2])) < 1e-6:
        return None
    return new[:, :2], np.asarray(np.linalg.solve(new[:, :2], -new[:, 2]), np.float64)


def _grid(
    version: int, eyes: tuple[_Fit, _Fit, _Fit], hidden: tuple[bool, bool, bool]
) -> Grid | None:
    side = side_of(version)
    modules, spots = [], []
    for (x, y), (right, down, middle) in zip(
        ((3.5, 3.5), (side - 3.5, 3.5), (3.5, side - 3.5)), eyes, strict=True
    ):
        for across, below in ((-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)):
            modules.append((x + across, y + below))
            spots.append(middle + right * across + down * below)
    source, target = np.array(modules), np.array(spots)
    found, _ = cv2.findHomography(source, target, 0)
    if found is None:
        return None
    placed = cv2.perspectiveTransform(source[None], found)[0]
    far = cv2.perspectiveTransform(np.array([[[side, side]]], np.float64), found)[0, 0]
    scale = float(np.linalg.norm(eyes[0][0]))
    if not np.isfinite(far).all() or np.abs(far - target[0]).max() > 6 * side * scale:
        return None
    error = float(np.linalg.norm(placed - target, axis=1).mean() / scale)
    return Grid(version, np.asarray(found, np.float64), error, hidden)


def dotted(grey: Pixels, grid: Grid) -> float:
    """The share of the modules of the two dotted lines between the eyes that are as they should
    be: what three squares that belong to no code do not have."""
    along = np.arange(7, side_of(grid.version) - 7) + 0.5
    across = np.full(len(along), 6.5)
    points = np.concatenate([np.stack([along, across], -1), np.stack([across, along], -1)])
    places = cv2.perspectiveTransform(points[None], grid.to_picture)[0].astype(np.float32) - 0.5
    light = cv2.remap(grey, places[:, 0], places[:, 1], cv2.INTER_LINEAR).astype(np.float32)
    lines = light.reshape(2, len(along))
    over = lines[:, 1:-1] * 2 - lines[:, :-2] - lines[:, 2:]
    # the line begins light, beside the eye
    wanted = np.where(np.arange(1, len(along) - 1) % 2, -1, 1)
    return float((np.sign(over) == wanted).mean(1).max() + (np.sign(over) == wanted).mean()) / 2


def flattened(grey: Pixels, grid: Grid) -> Iterator[Pixels]:
    """The code flat and upright, STEP pixels a module, RIM modules around it: first as the eyes
    say it lies, then three times better by its own lattice."""
    side = (side_of(grid.version) + 2 * RIM) * STEP
    y, x = np.mgrid[:side, :side].astype(np.float64)
    at = np.stack([x, y], -1)
    for turn in range(4):
        modules = (at + 0.5) / STEP - RIM
        places = cv2.perspectiveTransform(modules.reshape(1, -1, 2), grid.to_picture)
        spread = places.reshape(side, side, 2).astype(np.float32) - 0.5
        flat = np.asarray(
            cv2.remap(
                grey,
                spread[..., 0],
                spread[..., 1],
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.uint8,
        )
        yield flat
        if turn < 3:
            at = at + _lattice_shift(flat, grid.hidden)


def _lattice_shift(flat: Pixels, hidden: tuple[bool, bool, bool]) -> Floats:
    """How far, in pixels of the flat picture, its modules lie from where they should: the phase
    of the light's edges, which stand on module borders, followed outwards from the eyes."""
    light = cv2.GaussianBlur(flat.astype(np.float32), (0, 0), 1.0)
    count = flat.shape[0] // STEP // _NODE
    shifts = []
    trust = []
    for dx, dy in ((1, 0), (0, 1)):
        slope = np.abs(cv2.Sobel(light, cv2.CV_32F, dx, dy, ksize=3))
        slope = np.minimum(slope, np.percentile(slope, 95) + 1e-3)
        turn = 2 * np.pi * np.arange(flat.shape[0]) / STEP
        wave = (np.cos(turn), np.sin(turn))
        parts = [_spread(slope * (part[None, :] if dx else part[:, None]), count) for part in wave]
        shifts.append(np.arctan2(parts[1], parts[0]) / (2 * np.pi) * STEP)
        trust.append(np.hypot(*parts) / (_spread(slope, count) + 1e-6))
    # a pixel's middle is half a pixel from its border
    raw = np.stack(shifts, -1)
    raw = raw + 0.5
    followed = _followed(raw, np.minimum(*trust), hidden)
    smooth = cv2.GaussianBlur(followed.astype(np.float32), (0, 0), 1.0)
    return np.asarray(
        cv2.resize(smooth, flat.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float64
    )


def _spread(values: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """The mean around every node."""
    even = cv2.GaussianBlur(values.astype(np.float32), (0, 0), 2.2 * STEP)
    return np.asarray(cv2.resize(even, (count, count), interpolation=cv2.INTER_LINEAR), np.float32)


def _followed(raw: Floats, trust: Floats, hidden: tuple[bool, bool, bool]) -> Floats:
    """Shifts known but for whole modules, made continuous from the three eyes outwards, the
    clearest places first."""
    count = len(raw)
    eye, rim = max(1, 7 // _NODE // 2), (RIM + 3) // _NODE
    seeds = [(rim, rim), (count - 1 - rim, rim), (rim, count - 1 - rim)]
    found = np.zeros_like(raw)
    done = np.zeros((count, count), np.bool_)
    queue: list[tuple[float, int, int, float, float]] = [
        (-2.0, j, i, 0.0, 0.0)
        for (x, y), guessed in zip(seeds, hidden, strict=True)
        if not guessed
        for j in range(max(0, y - eye), min(count, y + eye + 1))
        for i in range(max(0, x - eye), min(count, x + eye + 1))
    ]
    heapq.heapify(queue)
    while queue:
        _, j, i, x, y = heapq.heappop(queue)
        if done[j, i]:
            continue
        done[j, i] = True
        before = np.array([x, y])
        near = raw[j, i] + STEP * np.round((before - raw[j, i]) / STEP)
        # where the lattice is not seen, the shift stays as it was
        weight = min(1.0, max(0.0, (float(trust[j, i]) - 0.12) / 0.2))
        found[j, i] = before + weight * (near - before)
        shift_x, shift_y = (float(value) for value in found[j, i])
        for below, right in ((j - 1, i), (j + 1, i), (j, i - 1), (j, i + 1)):
            if 0 <= right < count and 0 <= below < count and not done[below, right]:
                sure = float(trust[below, right])
                heapq.heappush(queue, (-sure, below, right, shift_x, shift_y))
    return found
