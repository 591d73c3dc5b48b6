"""Red seals taken apart: the text along the edge is unrolled into a line, what is within cut out.

    for stamp in find_stamps(pixels):
        for line in stamp.lines: ...

A seal is an ellipse, or a circle, with a ring; the name runs along the ring's inside and leaves a
gap, by which beginning and end are known however the seal was turned. In the middle stand lines:
a tax id, what the seal is for, a star.
"""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.ink import Patch, red_patches
from models.geometry import Box
from models.page import Pixels
from models.stamp import Stamp

_MOST = 4
"""So many seals of a ticket are looked at, the largest first."""
_LINE = 48
"""Height in pixels of the lines that are cut out: what engines work with."""
_OUTER, _INNER = 0.06, 0.38
"""The text along the edge stands between these depths, as shares of the shorter half axis."""
_LEAST_SIDE = 0.035
"""No side of a seal is shorter than this share of the longer side of the picture."""
_SMALLEST = 36
"""A seal whose shorter side has fewer pixels has no legible text."""
_FITS = 0.78
"""The share of ink at the edge (outermost tenth) an ellipse must have in its sectors."""
_SECTORS = 24
_STRONG, _RELATIVE = 40, 0.6
"""Of 255, and of the strongest, how strong ink counts as ink."""
_REACHES = (1.15, 1.1, 1.07, 1.05)
"""How far out of the ellipse fitted before, as shares of its axes, ink still counts as its ring."""
_SLIM = 1.9
"""The longer axis of a seal is at most so many times the shorter."""
_BARE = 0.04
"""A column or row in which ink covers less is between characters or lines."""
_LOWEST_LINE = 0.07
"""The least height of a line within, as a share of the shorter axis."""
_ROOM = 0.35
"""Free room left around a line within, in heights of it."""

Ink: TypeAlias = NDArray[np.uint8]
"""Height x width, 0 to 255: how red."""
Floats: TypeAlias = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class _Ellipse:
    """Middle, half axes (`a` along `angle`, the longer) in pixels, and `angle` in radians, within
    a quarter turn of level."""

    x: float
    y: float
    a: float
    b: float
    angle: float

    def at(self, theta: Floats, depth: Floats) -> tuple[Floats, Floats]:
        """(x, y) of points `depth` of the shorter half axis inside the edge; theta is 0 at the
        top and grows clockwise."""
        inset = depth * self.b
        along, across = (self.a - inset) * np.sin(theta), -(self.b - inset) * np.cos(theta)
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return self.x + along * cos - across * sin, self.y + along * sin + across * cos


def find_stamps(pixels: Pixels) -> tuple[Stamp, ...]:
    """The red seals of a picture, height x width x 3, the largest first.

    One whose edge cannot be made out, for want of ink, has no lines.
    """
    patches = sorted(red_patches(pixels), key=lambda patch: -patch.ink.size)
    least = _LEAST_SIDE * max(pixels.shape[:2])
    return tuple(_taken_apart(one) for one in patches[:_MOST] if min(one.ink.shape) >= least)


def _taken_apart(patch: Patch) -> Stamp:
    height, width = patch.ink.shape
    box = Box(patch.x, patch.y, patch.x + width, patch.y + height)
    ellipse = _fitted(patch.ink)
    if ellipse is None:
        return Stamp(box, ())
    around = _unrolled(patch.ink, ellipse)
    if around is not None and around.is_upside_down:
        ellipse = replace(ellipse, angle=ellipse.angle + np.pi)
    lines = _within(patch.ink, ellipse)
    if around is not None:
        lines.insert(0, around.line)
    return Stamp(box, tuple(map(_shown, lines)))


def _fitted(ink: Ink) -> _Ellipse | None:
    """The ellipse that is a seal's edge, None where the ink has none.

    The ring is the strongest ink, but rules and labels of the form run into it: it is fitted to
    the outermost ink in each direction, what stands out from the fit being left out next time.
    """
    if min(ink.shape) < _SMALLEST:
        return None
    strong = np.asarray(ink >= _least(ink), np.uint8)
    points = cv2.findNonZero(strong)
    if points is None or len(points) < 4 * _SECTORS:
        return None
    ink_at = np.asarray(points.reshape(-1, 2), np.float32)
    found = _ellipse_of(np.asarray(cv2.convexHull(ink_at).reshape(-1, 2), np.float32))
    for reach in _REACHES:
        if found is None:
            return None
        found = _ellipse_of(_outermost(ink_at, found, reach))
    if found is None or min(found.a, found.b) < _SMALLEST / 2 or found.a > _SLIM * found.b:
        return None
    return found if _has_ring(strong, found) else None


def _least(ink: NDArray[Any]) -> float:
    """How strong ink of a seal is at least; what a form prints in red is thinner."""
    return max(_STRONG, _RELATIVE * float(np.percentile(ink, 99)))


def _outermost(points: Floats, ellipse: _Ellipse, reach: float) -> Floats:
    """In each direction the ink farthest from the middle, but not farther than `reach`."""
    cos, sin = np.cos(ellipse.angle), np.sin(ellipse.angle)
    x, y = points[:, 0] - ellipse.x, points[:, 1] - ellipse.y
    along, across = (x * cos + y * sin) / ellipse.a, (y * cos - x * sin) / ellipse.b
    far = np.hypot(along, across)
    sector = ((np.arctan2(across, along) / (2 * np.pi) + 0.5) * 3 * _SECTORS).astype(int)
    near = np.flatnonzero((far <= reach) & (far >= 2 - reach - 0.1))
    order = near[np.argsort(far[near])]
    last = np.full(3 * _SECTORS + 1, -1)
    last[sector[order]] = order
    return np.asarray(points[last[last >= 0]])


def _ellipse_of(points: Floats) -> _Ellipse | None:
    """The ellipse through some points, None where they are on none."""
    if len(points) < _SECTORS // 2:
        return None
    (x, y), (wide, high), degrees = cv2.fitEllipse(np.ascontiguousarray(points, np.float32))
    if not np.isfinite([x, y, wide, high, degrees]).all() or min(wide, high) < 2:
        return None
    if wide < high:
        wide, high, degrees = high, wide, degrees + 90
    return _Ellipse(x, y, wide / 2, high / 2, float(np.radians((degrees + 90) % 180 - 90)))


def _has_ring(strong: Ink, ellipse: _Ellipse) -> bool:
    """Whether ink lies along most of an ellipse."""
    theta, depth = np.meshgrid(
        np.linspace(-np.pi, np.pi, _SECTORS * 8, endpoint=False), np.linspace(-0.04, 0.1, 12)
    )
    x, y = ellipse.at(theta, depth)
    edge = cv2.remap(strong, x.astype(np.float32), y.astype(np.float32), cv2.INTER_NEAREST)
    sectors = edge.any(axis=0).reshape(_SECTORS, 8).mean(axis=1) > 0.5
    return bool(sectors.mean() >= _FITS)


@dataclass(frozen=True, slots=True)
class _Around:
    """The text along the edge as a line, and whether its gap, which is its foot, was on top."""

    line: Ink
    is_upside_down: bool


def _unrolled(ink: Ink, ellipse: _Ellipse) -> _Around | None:
    """The text along the edge from its first character to its last; None without a gap."""
    middle = (_OUTER + _INNER) / 2
    turn = np.linspace(-np.pi, np.pi, 1441)
    x, y = ellipse.at(turn, np.full_like(turn, middle))
    reached = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    width = round(reached[-1] / ((_INNER - _OUTER) * ellipse.b) * _LINE)
    theta = np.interp((np.arange(width) + 0.5) / width * reached[-1], reached, turn)
    columns, rows = np.meshgrid(theta, np.linspace(_OUTER, _INNER, _LINE))
    x, y = ellipse.at(columns, rows)
    line = cv2.remap(ink, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    # the ring itself may reach into the first rows
    bare = (line[_LINE // 6 :] >= _least(line)).mean(axis=0) < _BARE
    start, length = _longest_run(np.concatenate([bare, bare]), width)
    if length >= width or not length:
        return None
    kept = (start + length + np.arange(width - length)) % width
    spare = np.zeros((_LINE, _LINE // 4), np.uint8)
    foot = float(theta[(start + length // 2) % width])
    whole = np.asarray(np.hstack([spare, line[:, kept], spare]), np.uint8)
    return _Around(whole, abs(foot) < np.pi / 2)


def _longest_run(flags: NDArray[np.bool_], most: int) -> tuple[int, int]:
    """(start, length) of the longest run of true, no longer than `most`."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    if not edges.size:
        return 0, 0
    starts, ends = edges[::2], edges[1::2]
    best = int(np.argmax(ends - starts))
    return int(starts[best]) % most, min(int(ends[best] - starts[best]), most)


def _within(ink: Ink, ellipse: _Ellipse) -> list[Ink]:
    """The lines that stand within the ring of text, from top to bottom."""
    half = (ellipse.a - _INNER * ellipse.b) * 0.98, (1 - _INNER) * ellipse.b
    scale = max(1.0, _LINE / (0.2 * ellipse.b))
    size = (round(2 * half[0] * scale), round(2 * half[1] * scale))
    cos, sin = np.cos(ellipse.angle) / scale, np.sin(ellipse.angle) / scale
    back = np.array(
        [
            [cos, -sin, ellipse.x - cos * size[0] / 2 + sin * size[1] / 2],
            [sin, cos, ellipse.y - sin * size[0] / 2 - cos * size[1] / 2],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    inside = np.asarray(cv2.warpAffine(ink, back, size, flags=flags), np.uint8)
    mask = np.zeros_like(inside)
    middle, axes = (size[0] // 2, size[1] // 2), (size[0] // 2, size[1] // 2)
    cv2.ellipse(mask, middle, axes, 0, 0, 360, (255,), -1)
    inside = np.asarray(cv2.bitwise_and(inside, mask), np.uint8)
    least = _least(np.asarray(inside[mask > 0], np.uint8))
    full = (inside >= least).mean(axis=1) >= _BARE
    edges = np.flatnonzero(np.diff(np.concatenate([[0], full.astype(np.int8), [0]])))
    lines = []
    for top, bottom in zip(edges[::2], edges[1::2], strict=True):
        high = int(bottom - top)
        if high < _LOWEST_LINE * size[1]:
            continue
        spare = round(_ROOM * high)
        part = inside[max(0, top - spare) : bottom + spare]
        width = max(1, round(part.shape[1] * _LINE / part.shape[0]))
        lines.append(np.asarray(cv2.resize(part, (width, _LINE)), np.uint8))
    return lines


def _shown(line: Ink) -> Pixels:
    """Ink as a picture, dark on white."""
    strong = cv2.convertScaleAbs(line, alpha=255 / max(1, int(np.percentile(line, 99))))
    paper = np.asarray(255 - strong, np.uint8)
    pixels = np.ascontiguousarray(np.repeat(paper[:, :, None], 3, axis=2))
    pixels.flags.writeable = False
    return pixels
