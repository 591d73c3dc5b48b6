"""The course of text lines and ruled lines, point by point."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.flatten.frame import TextLines
from ingest.flatten.preview import Gray, Preview

Array = NDArray[np.float64]

_BIN = 16
"""Pixels of a ruled line that make one point."""
_LONG = 4.0
"""A text line so many times as long as high has a course worth following."""
_ASTRAY = 0.17
"""The slope at which a line is none of this sheet's, or none of its level ones."""
_REACH = 0.7
"""How far from a line's middle its ink is looked for, in line heights."""
_FEWEST = 4
"""Points a course has at least."""
_MOST = 160
"""The most text lines followed, the longest first."""
_TEXT_COUNTS = 0.5
"""How much a point of a text line counts beside one of a ruled line, whose middle is sharper."""


@dataclass(frozen=True, slots=True)
class Traces:
    """N points of lines that are straight and level on the paper, in a plane's units: the line
    each belongs to, of `count` (some may have no points), its place, and how much it counts."""

    line: NDArray[np.intp]
    x: Array
    y: Array
    weight: Array
    count: int

    def joined(self, other: "Traces") -> "Traces":
        return Traces(
            np.concatenate([self.line, other.line + self.count]),
            np.concatenate([self.x, other.x]),
            np.concatenate([self.y, other.y]),
            np.concatenate([self.weight, other.weight]),
            self.count + other.count,
        )

    def mean(self, weight: Array, values: Array) -> Array:
        """The mean of the points' values over each line, 0 where it has none."""
        total = np.bincount(self.line, weight, self.count)
        there = np.bincount(self.line, weight * values, self.count)
        return np.asarray(there / np.maximum(total, 1e-9))


def _kept(line: NDArray[np.intp], x: Array, y: Array, weight: Array, count: int) -> Traces:
    """The points of lines that have enough of them."""
    stays = (np.bincount(line, minlength=count) >= _FEWEST)[line]
    return Traces(line[stays], x[stays], y[stays], weight[stays], count)


def ruled(mask: Gray, own: Gray, scale: float, shortest: float) -> Traces:
    """The lines of a mask of lines across that are at least `shortest` (of the plane) long and
    lie wholly where `own` is set."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    good = (wide >= shortest * scale) & (wide >= 6 * high)
    good[0] = False
    rows, columns = np.nonzero(mask)
    names = labels[rows, columns]
    good[names[own[rows, columns] == 0]] = False
    inside = good[names]
    rows, columns, names = rows[inside], columns[inside], names[inside]
    bins = mask.shape[1] // _BIN + 1
    cell = names * bins + columns // _BIN
    cells, where, count = np.unique(cell, return_inverse=True, return_counts=True)
    x, y = (np.bincount(where, values) / count for values in (columns, rows))
    spread = np.bincount(where, (rows - y[where]) ** 2) / count
    # where two lines ran together, or only a crumb is left, there is no middle
    clear = (spread < 4) & (count >= _BIN // 2)
    names, line = np.unique((cells // bins)[clear], return_inverse=True)
    x, y = (x[clear] + 0.5) / scale, (y[clear] + 0.5) / scale
    return _kept(line, x, y, np.ones(len(x)), len(names))


class TextTracer:
    """Follows the text lines of a preview by the middle of their ink."""

    def __init__(self, seen: Preview, text: TextLines) -> None:
        self._scale = seen.scale
        ink = seen.ink
        rows = np.arange(ink.shape[0], dtype=np.float64)[:, None] + 0.5
        self._mass = cv2.integral(ink, sdepth=cv2.CV_64F)
        self._moment = cv2.integral(ink * rows, sdepth=cv2.CV_64F)
        self._limit = ink.shape
        line = text.height
        slope = np.abs(text.right - text.left)[:, 1] / np.maximum(text.length, 1.0)
        long = np.flatnonzero(
            (text.length >= _LONG * np.minimum(text.high, line)) & (slope < _ASTRAY)
        )
        long = long[np.argsort(-text.length[long])][:_MOST]
        self._step = max(4.0, line * seen.scale)
        self._left, self._right = text.left[long] * seen.scale, text.right[long] * seen.scale
        # the box of a bent line is higher than the line
        self._box = text.high[long] * seen.scale
        self._high = np.minimum(text.high[long], 1.3 * line) * seen.scale
        span = np.maximum(self._right[:, 0] - self._left[:, 0], 1.0)
        bins = int(np.ceil(span.max() / self._step)) if len(long) else 0
        self._x = self._left[:, :1] + (np.arange(bins) + 0.5) * self._step
        self._in = self._x <= self._right[:, :1] - 0.25 * self._step
        self._chord = (self._right[:, 1] - self._left[:, 1]) / span

    @property
    def places(self) -> Array:
        """Where across the plane each of K lines is looked at, K x B; the last ones may lie
        beyond its end."""
        return np.asarray(self._x / self._scale)

    def first(self) -> Array:
        """The middles (K x B, the plane's) of the lines followed from their middle outwards."""
        count, bins = self._x.shape
        found = np.zeros_like(self._x)
        if not count:
            return found
        middle = np.clip(self._in.sum(axis=1) // 2, 0, bins - 1)
        each = np.arange(count)
        start = self._left[:, 1] + self._chord * (self._x[each, middle] - self._left[:, 0])
        begin, _ = self._centre(self._x[each, middle], start, self._box * 0.6, 2.0)
        for way in (1, -1):
            at, slope = begin.copy(), self._chord.copy()
            for step in range(bins):
                column = middle + way * step
                inside = (column >= 0) & (column < bins)
                column = np.clip(column, 0, bins - 1)
                x = self._x[each, column]
                ahead = at + (slope * self._step * way if step else 0)
                seen, mass = self._centre(x, ahead, self._high * _REACH, 1.5)
                # a jump of more than a sixth of a line within one step is no bend
                most = self._high / 6
                now = ahead + np.where(mass > 0, np.clip(seen - ahead, -most, most) * 0.6, 0)
                slope = 0.75 * slope + 0.25 * (now - at) / self._step * way if step else slope
                at = now
                found[each[inside], column[inside]] = now[inside]
        return found / self._scale

    def measured(self, middles: Array) -> Traces:
        """The ink's middle around expected middles (K x B, the plane's)."""
        if not middles.size:
            none = np.empty(0)
            return Traces(np.empty(0, np.intp), none, none, none, len(middles))
        expected = middles * self._scale
        high = np.repeat(self._high[:, None], expected.shape[1], axis=1)
        seen, mass = self._centre(self._x, expected, high * _REACH, 1.5)
        full = np.where(self._in, mass / (high * self._step), 0)
        enough = full > 0.3 * np.median(full[self._in]) if self._in.any() else self._in
        line, column = np.nonzero(self._in & enough)
        x, y = self._x[line, column], seen[line, column]
        weight = np.full(len(x), _TEXT_COUNTS)
        return _kept(line, x / self._scale, y / self._scale, weight, len(middles))

    def _centre(self, x: Array, y: Array, reach: Array, wide: float) -> tuple[Array, Array]:
        """(the middle of the ink within `reach` of places, how much ink there is)."""
        rows, columns = self._limit
        half = wide * self._step / 2
        left = np.clip(np.round(x - half), 0, columns).astype(np.intp)
        right = np.clip(np.round(x + half), 0, columns).astype(np.intp)
        top = np.clip(np.round(y - reach), 0, rows).astype(np.intp)
        low = np.clip(np.round(y + reach), 0, rows).astype(np.intp)

        def within(table: NDArray[Any]) -> Array:
            return np.asarray(
                table[low, right] - table[top, right] - table[low, left] + table[top, left]
            )

        mass = within(self._mass)
        return np.where(mass > 0, within(self._moment) / np.maximum(mass, 1e-9), y), mass
