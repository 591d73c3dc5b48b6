"""How a sheet must be seen for its lines of text to be level and its ruled lines upright."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ingest.flatten.fit import fit
from ingest.flatten.frame import Plane, TextLines, sound
from ingest.flatten.nodes import shares, slopes, smooth
from ingest.flatten.sight import Sight
from ingest.flatten.traces import Traces
from models.view import Corners, Points

_SLOPED = 2.5
"""A text box so many times as wide as high tells its direction."""
_NODES = (5, 9)
"""Rows and columns of the bend lines are thought to have when their slope is asked for."""
_ALIKE = 0.15
"""Radians by which the directions of text on one sheet, which may be bent, differ."""
_STEEPEST = 0.2
"""The slope by which a side of a plane is corrected at most, at a time."""
_FEWEST = 3
"""Boxes or lines of which a direction is believed."""
_LEVEL, _UPRIGHT = 0.3, 0.5
"""Line heights the sides of a plane may be off level, and off upright, before it is changed."""
_MEASURED = 0.02
"""Line heights by which two measurements of the same lines differ."""
_LOST = 0.6
"""The share of points below which lines were lost on the way."""


@dataclass(frozen=True, slots=True)
class Belief:
    """How far off, as slopes, the sides of a plane are thought to be at most: all of them
    together, one against the other. The sides of a sheet that was found say much, those of the
    picture or of a box around text nothing."""

    turned: float
    against: float


FOUND = Belief(0.02, 0.03)
UNKNOWN = Belief(0.1, 0.08)


def direction(text: TextLines) -> float | None:
    """The angle (radians, clockwise) most text runs at; None where too little is said."""
    long = text.length >= _SLOPED * text.high
    if long.sum() < _FEWEST:
        return None
    along = (text.right - text.left)[long]
    angle, weight = np.arctan2(along[:, 1], along[:, 0]), np.hypot(*along.T)
    # the heap of angles with most text: another sheet's may lie about at others
    near = np.exp(-(((angle[:, None] - angle[None]) / _ALIKE) ** 2))
    share = near[int((near @ weight).argmax())] * weight
    return float((share * angle).sum() / share.sum())


def quarter_turns(plane: Plane, lines: Sequence[Corners]) -> int:
    """By how many quarter turns, clockwise, most text is turned against a plane, where it runs
    up or down in it; else 0, even where it is upside down, which a box cannot tell."""
    if not lines:
        return 0
    quads = plane.from_picture(np.array(lines, np.float64).reshape(-1, 2)).reshape(-1, 4, 2)
    x, y = (quads[:, 1] + quads[:, 2] - quads[:, 0] - quads[:, 3]).T / 2
    high = np.hypot(*(quads[:, 3] - quads[:, 0] + quads[:, 2] - quads[:, 1]).T) / 2
    long = np.where(np.hypot(x, y) >= _SLOPED * high, np.hypot(x, y), 0)
    down, up = long[y > np.abs(x)].sum(), long[-y > np.abs(x)].sum()
    if down + up <= long.sum() / 2 or (long > 0).sum() < _FEWEST:
        return 0
    return 1 if down >= up else 3


def upright(sight: Sight, belief: Belief) -> Points | None:
    """The corners, in the plane, of what would be a rectangle seen straight; None where the plane
    is straight as it is."""
    plane, line = sight.plane, sight.line
    wide, high = plane.width / 2, plane.height / 2
    top, low = _slopes(sight.level, (wide, high), line, belief)
    left, right = _slopes(sight.down, (high, wide), line, belief)
    off_level = max(abs(top), abs(low)) * wide / line
    off_upright = max(abs(left), abs(right)) * high / line
    if off_level < _LEVEL and off_upright < _UPRIGHT:
        return None
    levels = (((wide, 0.0), (1.0, top)), ((wide, 2 * high), (1.0, low)))
    sides = (((0.0, high), (left, 1.0)), ((2 * wide, high), (right, 1.0)))
    (a, b), (d, c) = ([_meeting(level, side) for side in sides] for level in levels)
    corners = np.array([a, b, c, d])
    # slopes that cannot be those of a sheet make no outline
    return corners if np.array_equal(sound((a, b, c, d), (1, 1)), corners) else None


def _slopes(
    traces: Traces, half: tuple[float, float], line: float, belief: Belief
) -> tuple[float, float]:
    """The slopes of what should be level at the near (y = 0) and far side of a plane of `half`
    sizes."""
    if len(np.unique(traces.line)) < _FEWEST:
        return 0.0, 0.0

    # lines may be bent: their slope is that of the whole
    size = (2 * half[0], 2 * half[1])
    unit = half[0] / line
    tell = slopes(_NODES)
    believed = tell / (np.array([belief.turned, belief.against]) * unit)[:, None]
    basis = functools.partial(shares, _NODES, size)
    found = fit(traces, basis, smooth(_NODES) + believed.T @ believed, line)
    slope, change = tell @ found.terms / unit
    near, far = np.clip((slope - change, slope + change), -_STEEPEST, _STEEPEST)
    return float(near), float(far)


def no_worse(after: Sight, before: Sight) -> bool:
    """Whether the lines are as level as they were, and as many."""
    now, then = after.level, before.level
    enough = len(now.line) >= _LOST * len(then.line)
    return enough and _unevenness(now, after.line) <= _unevenness(then, before.line) + _MEASURED


def _unevenness(level: Traces, line: float) -> float:
    """Line heights what should be level is off level, on the whole."""
    if not len(level.line):
        return 0.0
    off = np.abs(level.y - level.mean(level.weight, level.y)[level.line]) / line
    return float((np.minimum(off, 2.0) * level.weight).sum() / level.weight.sum())


_Ray: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""A point and a direction."""


def _meeting(one: _Ray, two: _Ray) -> tuple[float, float]:
    """Where two straight lines meet."""
    (x, y), (right, down) = one
    (x2, y2), (right2, down2) = two
    cross = right * down2 - down * right2
    by = ((x2 - x) * down2 - (y2 - y) * right2) / (cross or 1e-9)
    return x + by * right, y + by * down
