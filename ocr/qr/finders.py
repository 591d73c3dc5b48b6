"""Finder patterns, the three square eyes of a QR code, and which three make a code.

A line through an eye's middle crosses dark, light, dark, light, dark in the lengths 1:1:3:1:1
whatever the eye's turn and slant (ISO/IEC 18004).
"""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Pixels

Floats: TypeAlias = NDArray[np.float64]

_WINDOW = 41
"""Pixels about a point whose mean tells light from dark there."""
_WORST_TRIO = 2.0
_CLEAR_EYE = 0.7
_SURE_EYE = 0.8
_MOST_DOUBTFUL = 40
_MOST_TRIOS = 600
_MOST_PAIRED = 5
_RAYS = 24
_EVERY = 2
"""Rows that are scanned: an eye's middle is at least three high."""
_LEAST_RINGED = 0.5
_MOST_EYES = 250
_MOST_PLACES = 1200
_MOST_HITS = 8000
"""With more of them a picture is noise or a screen's dots, which a lower level has not."""
_NEIGHBOURS = 9
"""An eye's two partners are looked for among so many of the nearest."""
_LEAST_SPAN, _GREATEST_SPAN = 12.0, 175.0
"""Modules between the middles of two eyes: 14 in version 1, 170 in version 40; a slant adds."""


@dataclass(frozen=True, slots=True)
class Eye:
    """A finder pattern: its middle, about how many pixels a module has there, and how much of its
    rings is seen, 0 to 1."""

    x: float
    y: float
    module: float
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Trio:
    """Three eyes that may belong to one code: at its top-left, top-right, bottom-left.
    The lower `cost`, the better they fit."""

    eyes: tuple[Eye, Eye, Eye]
    cost: float

    @property
    def corners(self) -> Floats:
        """About where the code's corners are, as if it were seen without a slant."""
        a, b, c = (np.array([eye.x, eye.y]) for eye in self.eyes)
        module = np.mean([eye.module for eye in self.eyes])
        right, down = b - a, c - a
        right_step = right / np.linalg.norm(right) * 3.5 * module
        down_step = down / np.linalg.norm(down) * 3.5 * module
        return np.array(
            [
                a - right_step - down_step,
                b + right_step - down_step,
                b + down + right_step + down_step,
                c - right_step + down_step,
            ]
        )


def find_eyes(grey: Pixels, *, levels: tuple[float, ...] = (1.0, 0.5, 0.25)) -> list[Eye]:
    """The finder patterns in a grey picture, searched at these scales, the surest first."""
    found: list[Eye] = []
    for scale in levels:
        size = (round(grey.shape[1] * scale), round(grey.shape[0] * scale))
        if min(size) < 20:
            continue
        small = grey if scale == 1.0 else cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        for eye in _eyes_in(np.asarray(small, np.uint8)):
            placed = Eye(eye.x / scale, eye.y / scale, eye.module / scale, eye.sure)
            found.append(placed)
    found.sort(key=lambda eye: -eye.sure)
    kept: list[Eye] = []
    for eye in found:
        if len(kept) >= _MOST_EYES:
            break
        if not any(
            abs(eye.x - other.x) < 2.5 * other.module and abs(eye.y - other.y) < 2.5 * other.module
            for other in kept
        ):
            kept.append(eye)
    return kept


def _eyes_in(grey: Pixels) -> list[Eye]:
    """Eyes of modules up to some 10 pixels."""
    low, high = np.percentile(grey[::4, ::4], (1, 99))
    if high - low < 6:
        return []
    table = np.clip((np.arange(256) - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
    # no blur against noise: modules may be two pixels wide, and lower levels are smooth already
    even = np.asarray(cv2.LUT(grey, table), np.uint8)
    eyes: list[Eye] = []
    for shown in (even, 255 - even):
        dark = cv2.adaptiveThreshold(
            shown, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _WINDOW, 8
        )
        found = _apart(_crossed(np.asarray(dark, np.uint8)))
        eyes = _ringed(shown, np.asarray(dark, np.uint8), found)
        if len(eyes) >= 3:
            break
    return eyes


def _crossed(dark: Pixels) -> Floats:
    """(x, y, module) where dark and light alternate as in an eye, across and down."""
    rows = np.ascontiguousarray(dark[::_EVERY])
    width = rows.shape[1]
    edges = np.flatnonzero(rows[:, 1:] != rows[:, :-1])
    edges += edges // (width - 1)
    if len(edges) < 6:
        return np.zeros((0, 3))
    lengths = np.diff(edges).astype(np.float32)
    three = lengths[2:-2]
    module = (lengths[:-4] + lengths[1:-3] + three + lengths[3:-1] + lengths[4:]) / 7
    slack = 0.55 * module + 0.4
    right = (module >= 1) & (np.abs(three - 3 * module) < 2.2 * slack)
    for part in (lengths[:-4], lengths[1:-3], lengths[3:-1], lengths[4:]):
        right &= np.abs(part - module) < slack
    at = np.flatnonzero(right)
    flat = rows.ravel()
    at = at[(flat[edges[at] + 1] == 1) & (edges[at] // width == edges[at + 5] // width)]
    if len(at) > _MOST_HITS:
        return np.zeros((0, 3))
    x = (edges[at + 2] + edges[at + 3] + 1) / 2 % width
    return _crossed_down(dark, np.column_stack([x, edges[at] // width * _EVERY, module[at]]))


def _crossed_down(dark: Pixels, hits: Floats) -> Floats:
    """Those of the hits where a column shows the same, moved to its middle."""
    if not len(hits):
        return hits
    # a strong slant makes modules up to two and a half times as high as wide
    reach = np.arange(0, 10, 0.125)
    offsets = np.stack([-reach, reach])[None] * hits[:, 2, None, None]
    y = np.round(hits[:, 1, None, None] + offsets).astype(np.int64)
    x = np.clip(np.round(hits[:, 0]), 0, dark.shape[1] - 1).astype(np.int64)
    seen = dark[np.clip(y, 0, dark.shape[0] - 1), x[:, None, None]] == 1
    edges, alive = ring_edges(seen)
    up, down = edges[0][:, 0], edges[0][:, 1]
    span = (edges[2].sum(1)) * 0.125 / 7
    right = alive.all(1) & (span > 0.4) & (span < 2.7)
    first, second, third = (edge.sum(1) for edge in edges)
    right &= (second > 1.25 * first) & (second < 2.4 * first)
    right &= (third > 1.6 * first) & (third < 3.5 * first)
    moved = hits.copy()
    moved[:, 1] += (down - up) * 0.0625 * hits[:, 2]
    moved[:, 2] *= np.sqrt(span)
    return np.asarray(moved[right], np.float64)


def _apart(hits: Floats) -> list[Eye]:
    """One eye for the hits about one middle, the place most of them agree on."""
    eyes: list[Eye] = []
    rest = hits
    for _ in range(_MOST_PLACES):
        if not len(rest):
            break
        x, y, module = rest[0]
        near = np.abs(rest[:, :2] - (x, y)).max(1) < 2 * module
        # an eye's middle is three modules high, so that several rows meet it
        if near.sum() >= (2 if module > 2.2 else 1):
            eyes.append(Eye(*(float(value) for value in np.median(rest[near], axis=0))))
        rest = rest[~near]
    return eyes


def ring_edges(dark: NDArray[np.bool_]) -> tuple[list[NDArray[np.int64]], NDArray[np.bool_]]:
    """Along rays (the last axis) from an eye's middle: at which sample it gets light, dark, and
    light again; and whether it does."""
    alive = dark[..., 0].copy()
    start = np.zeros(alive.shape, np.int64)
    index = np.arange(dark.shape[-1])
    edges = []
    for wanted in (False, True, False):
        met = (dark == wanted) & (index >= start[..., None])
        alive &= met.any(-1)
        start = met.argmax(-1)
        edges.append(start)
    return edges, alive


def _ringed(grey: Pixels, dark: Pixels, eyes: list[Eye]) -> list[Eye]:
    """Those of the eyes that are seen as rings in most directions: along any ray from the middle
    the three edges are met at distances of 3:5:7. Where blur has made the rings fainter than the
    middle, they are still seen in `dark`, the picture told into two by its surroundings."""
    if not eyes:
        return []
    angles = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)
    reach = np.arange(0, 6.5, 0.125)
    rays = np.stack([np.cos(angles), np.sin(angles)])[:, :, None] * reach
    at = np.array([[eye.x, eye.y, eye.module] for eye in eyes])
    x, y = (
        (rays[i][None] * at[:, 2, None, None] + at[:, i, None, None])
        .reshape(-1, len(reach))
        .astype(np.float32)
        for i in (0, 1)
    )
    light = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    light = light.reshape(len(eyes), _RAYS, len(reach))
    spread = np.sort(light[:, :, :32:2].reshape(len(eyes), -1), axis=1)
    tenth = spread.shape[1] // 10
    middle = (spread[:, tenth].astype(np.float32) + spread[:, -tenth - 1]) / 2
    around = cv2.remap(dark, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    sure = np.maximum(
        _ring_share(light < middle[:, None, None]), _ring_share(around.reshape(light.shape) == 1)
    )
    return [
        Eye(eye.x, eye.y, eye.module, float(share))
        for eye, share in zip(eyes, sure, strict=True)
        if share >= _LEAST_RINGED
    ]


def _ring_share(dark: NDArray[np.bool_]) -> Floats:
    """The share of rays that meet the edges of an eye's rings."""
    edges, alive = ring_edges(dark)
    first = np.maximum(edges[0], 1)
    second, third = edges[1] / first, edges[2] / first
    alive &= (second > 1.3) & (second < 2.3) & (third > 1.7) & (third < 3.3)
    return np.asarray(alive.mean(1), np.float64)


def find_trios(eyes: list[Eye]) -> list[Trio]:
    """Which three eyes may make a code, the likeliest first; an eye may be in several."""
    if len(eyes) < 3:
        return []
    sure = sum(eye.sure > _SURE_EYE for eye in eyes)
    eyes = eyes[: sure + _MOST_DOUBTFUL]
    spots = np.array([[eye.x, eye.y] for eye in eyes])
    modules = np.array([eye.module for eye in eyes])
    doubt = np.array([1 - eye.sure for eye in eyes])
    away = np.linalg.norm(spots[:, None] - spots[None], axis=2)
    threes: list[NDArray[np.int64]] = []
    for i in range(len(eyes)):
        alike = (modules / modules[i] < 2.2) & (modules[i] / modules < 2.2)
        apart = away[i] / np.minimum(modules, modules[i]) > _LEAST_SPAN * 0.6
        apart &= away[i] / np.maximum(modules, modules[i]) < _GREATEST_SPAN
        likely = np.flatnonzero(alike & apart)
        # the clear ones come first, however far: in a large code, data look like eyes
        near = likely[np.argsort(away[i][likely] * (1 + 4 * doubt[likely]))][:_NEIGHBOURS]
        first, second = np.triu_indices(len(near), 1)
        threes.append(np.column_stack([np.full(len(first), i), near[first], near[second]]))
    at = np.concatenate(threes)
    costs = _misfits(spots, modules, at) + 1.2 * doubt[at].sum(1)
    order = np.argsort(costs, kind="stable")[:_MOST_TRIOS]
    return [
        Trio(_in_order([eyes[j] for j in at[k]]), float(costs[k]))
        for k in order
        if costs[k] < _WORST_TRIO
    ]


def guessed_trios(eyes: list[Eye]) -> list[Trio]:
    """Trios of two eyes and a third that is hidden, at each of the places where it could be; it
    is as little sure as can be."""
    clear = [eye for eye in eyes if eye.sure >= _CLEAR_EYE][:_MOST_PAIRED]
    trios: list[Trio] = []
    for i, one in enumerate(clear):
        for other in clear[i + 1 :]:
            line = np.array([other.x - one.x, other.y - one.y])
            module = (one.module * other.module) ** 0.5
            away = float(np.linalg.norm(line)) / module
            alike = max(one.module, other.module) / min(one.module, other.module)
            if alike > 1.6 or not _LEAST_SPAN < away < _GREATEST_SPAN:
                continue
            side = np.array([-line[1], line[0]])
            first, middle = np.array([one.x, one.y]), np.array([one.x, one.y]) + line / 2

            def hidden(at: Floats, module: float = module) -> Eye:
                return Eye(float(at[0]), float(at[1]), module, 0.0)

            cost = 2 - one.sure - other.sure
            trios.append(Trio((one, other, hidden(first + side)), cost))
            trios.append(Trio((other, one, hidden(first + line - side)), cost))
            trios.append(Trio((one, hidden(first - side), other), cost))
            trios.append(Trio((other, hidden(first + line + side), one), cost))
            trios.append(Trio((hidden(middle - side / 2), other, one), cost))
            trios.append(Trio((hidden(middle + side / 2), one, other), cost))
    return sorted(trios, key=lambda trio: trio.cost)


def _misfits(spots: Floats, modules: Floats, at: NDArray[np.int64]) -> Floats:
    """How far threes of eyes are from a right angle with equal legs and equal modules."""
    one, two = spots[at[:, 1]] - spots[at[:, 0]], spots[at[:, 2]] - spots[at[:, 0]]
    long, short = np.linalg.norm(one, axis=1), np.linalg.norm(two, axis=1)
    cosine = np.abs((one * two).sum(1)) / (long * short)
    sizes = np.log(modules[at])
    cost = 1.3 * cosine + 0.7 * np.abs(np.log(long / short)) + 0.7 * np.ptp(sizes, axis=1)
    return np.asarray(cost, np.float64)


def _in_order(three: list[Eye]) -> tuple[Eye, Eye, Eye]:
    """Top-left, top-right, bottom-left of a code that is not mirrored; the first is the corner."""
    corner, one, two = three
    turn = (one.x - corner.x) * (two.y - corner.y) - (one.y - corner.y) * (two.x - corner.x)
    return (corner, one, two) if turn > 0 else (corner, two, one)
