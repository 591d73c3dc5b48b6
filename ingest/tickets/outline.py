"""The four sides of the sheet a group of text lines stands on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.tickets.edges import Edges
from ingest.tickets.lines import Floats, Lines

_TURN = np.radians(9)
"""How far a side of a sheet seen at a slant may be off the direction of the text."""
_SUPPORT = 0.4
"""The share of a side along which an edge must be seen."""


@dataclass(frozen=True, slots=True)
class Outline:
    """`corners` 4 x 2, clockwise from the top left as the axis of the text has it; `seen` how
    much of each side (top, right, bottom, left) lies on edges of paper, 0 to 1."""

    corners: Floats
    seen: tuple[float, float, float, float]

    @property
    def is_paper(self) -> bool:
        """Whether three sides or all lie on edges of paper."""
        return sum(side > 0 for side in self.seen) >= 3


def axis_of(lines: Lines, group: NDArray[np.intp]) -> float:
    """The direction of a group's text, radians, as far as the longer of its lines agree."""
    telling = group[lines.tells[group]]
    chosen = telling if len(telling) else group
    angle, weight = lines.angle[chosen], lines.length[chosen]
    # over quarter turns first: labels down the side of a form are square to its lines
    turn = np.arctan2((weight * np.sin(4 * angle)).sum(), (weight * np.cos(4 * angle)).sum()) / 4
    apart = np.abs((angle - turn + np.pi / 2) % np.pi - np.pi / 2)
    if weight[apart > np.pi / 4].sum() > weight.sum() / 2:
        turn += np.pi / 2
    off = (angle - turn + np.pi / 4) % (np.pi / 2) - np.pi / 4
    # the middle line by length
    order = np.argsort(off)
    run = np.cumsum(weight[order])
    return float(turn + off[order][np.searchsorted(run, run[-1] / 2)])


def box_of(lines: Lines, group: NDArray[np.intp], angle: float) -> tuple[Floats, Floats]:
    """(low, high) of a group's text in the frame turned by `angle`."""
    points = turned(lines.quads[group].reshape(-1, 2), -angle)
    return points.min(axis=0), points.max(axis=0)


def turned(points: Floats, angle: float) -> Floats:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]))


def outline(lines: Lines, group: NDArray[np.intp], edges: Edges, size: tuple[int, int]) -> Outline:
    """The sheet around a group of text, in a picture of `size` (width, height)."""
    angle = axis_of(lines, group)
    low, high = box_of(lines, group, angle)
    others = np.setdiff1d(np.arange(len(lines)), group)
    strangers = turned(lines.middle[others], -angle)
    ends = turned(edges.ends.reshape(-1, 2), -angle).reshape(-1, 2, 2)
    height = float(np.median(lines.height[group]))
    sides = []
    for axis, sign in ((1, -1), (0, 1), (1, 1), (0, -1)):
        # every side is looked for as if it were the lower one
        box = np.sort(np.stack([_flipped(p, axis, sign) for p in (low, high)]), axis=0)
        found = _flipped(ends, axis, sign), _flipped(strangers, axis, sign)
        sides.append(_side(box, found[0], edges.paper, found[1], height))
    margin = 1.2 * height
    return _closed(sides, (low, high), margin, angle)


def _flipped(points: Floats, axis: int, sign: int) -> Floats:
    """Points with `axis` pointing down, or up where `sign` is -1."""
    return np.stack([points[..., 1 - axis], sign * points[..., axis]], axis=-1)


def _side(
    box: Floats, ends: Floats, paper: Floats, strangers: Floats, height: float
) -> tuple[float, float, float] | None:
    """(a, b, support) of the line y = a x + b that bounds the text below, or None."""
    (left, top), (right, bottom) = box
    width = right - left
    way = ends[:, 1] - ends[:, 0]
    level = np.abs(np.arctan2(way[:, 1], way[:, 0]) % np.pi)
    level = np.minimum(level, np.pi - level) < _TURN
    x0, x1 = ends[..., 0].min(axis=1), ends[..., 0].max(axis=1)
    overlap = np.minimum(x1, right) - np.maximum(x0, left)
    middle = ends[..., 1].mean(axis=1)
    reach = _reach(box, strangers, height)
    fits = level & (overlap > 0) & (paper > 0.15)
    fits &= (middle > bottom - 0.6 * height) & (middle < reach)
    if not fits.any():
        return None
    best: tuple[float, float, float] | None = None
    score = 0.0
    for i in np.flatnonzero(fits)[np.argsort(middle[fits])]:
        a, b = _line(ends[[i]], paper[[i]])
        off = np.abs(ends[:, :, 1] - (a * ends[:, :, 0] + b)).max(axis=1)
        mates = fits & (off < 3 + 0.015 * width)
        a, b = _line(ends[mates], paper[mates] * (x1 - x0)[mates])
        support = min(
            1.0, float((overlap * np.minimum(1, 1.5 * paper))[mates].sum()) / max(width, 1.0)
        )
        # of several edges the nearest, unless one further off is seen much better
        value = support / (
            1 + 0.1 * (a * (left + right) / 2 + b - bottom) / max(width, bottom - top)
        )
        if support >= _SUPPORT and value > 1.25 * score:
            best, score = (a, b, support), value
    return best


def _reach(box: Floats, strangers: Floats, height: float) -> float:
    """How far down a side may lie: not beyond text of another group."""
    (left, _), (right, bottom) = box
    beside = (strangers[:, 0] > left) & (strangers[:, 0] < right)
    beyond = strangers[beside & (strangers[:, 1] > bottom), 1]
    return float(beyond.min()) if len(beyond) else float("inf")


def _line(ends: Floats, weight: Floats) -> tuple[float, float]:
    x, y = ends[..., 0].ravel(), ends[..., 1].ravel()
    w = np.repeat(weight, 2) + 1e-6
    mx, my = np.average(x, weights=w), np.average(y, weights=w)
    spread = (w * (x - mx) ** 2).sum()
    a = float((w * (x - mx) * (y - my)).sum() / max(spread, 1e-6))
    return a, float(my - a * mx)


def _closed(
    sides: list[tuple[float, float, float] | None],
    box: tuple[Floats, Floats],
    margin: float,
    angle: float,
) -> Outline:
    """The four corners; a side that was not seen lies a margin away from the text."""
    low, high = box[0] - margin, box[1] + margin
    spare = ((0.0, -low[1]), (0.0, high[0]), (0.0, high[1]), (0.0, -low[0]))
    seen = tuple(0.0 if side is None else float(side[2]) for side in sides)
    top, right, bottom, left = (
        (side[0], side[1]) if side else other for side, other in zip(sides, spare, strict=True)
    )
    # undo the flips: top is y = -(a x + b), right x = a y + b, left x = -(a y + b)
    top, left = (-top[0], -top[1]), (-left[0], -left[1])
    corners = [
        _meeting(top, left),
        _meeting(top, right),
        _meeting(bottom, right),
        _meeting(bottom, left),
    ]
    return Outline(turned(np.array(corners), angle), (seen[0], seen[1], seen[2], seen[3]))


def _meeting(level: tuple[float, float], upright: tuple[float, float]) -> tuple[float, float]:
    """Where y = a x + b meets x = c y + d."""
    (a, b), (c, d) = level, upright
    x = (c * b + d) / (1 - a * c)
    return x, a * x + b
