"""Groups of text put together again where they are parts of one ticket."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.tickets.edges import Edges
from ingest.tickets.groups import Groups
from ingest.tickets.lines import Floats, Lines, crossing
from ingest.tickets.outline import Outline, axis_of, box_of, outline, turned

_FEW = 3
"""So many lines or fewer are no ticket by themselves."""
_NEAR = 5.0
"""Heights of a line within which it is taken to belong to a sheet."""
_LEVEL, _ASKEW = math.radians(4), math.radians(12)
"""The angle between texts on one sheet at most, and from which on they cannot be on one, even
where one lies within the bounds of the other."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper, or what is taken for one: its outline and the lines on it."""

    outline: Outline
    lines: NDArray[np.intp]

    @property
    def quad(self) -> NDArray[np.float32]:
        return np.asarray(self.outline.corners, np.float32)

    @property
    def area(self) -> float:
        return float(abs(cv2.contourArea(self.quad)))


class Gathering:
    """The sheets of a picture while parts are put together."""

    def __init__(self, lines: Lines, edges: Edges, groups: Groups, size: tuple[int, int]) -> None:
        self._lines, self._edges, self._size = lines, edges, size
        parts = self._swallowed(sorted(groups, key=len, reverse=True))
        self.sheets = [self._sheet(part) for part in parts if len(part) > _FEW]
        self.rest = [part for part in parts if len(part) <= _FEW]

    def _sheet(self, part: NDArray[np.intp]) -> Sheet:
        return Sheet(outline(self._lines, part, self._edges, self._size), part)

    def _swallowed(self, parts: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
        """Groups that stand within the bounds of a larger one join it."""
        kept: list[NDArray[np.intp]] = []
        for part in parts:
            for i, larger in enumerate(kept):
                angle = axis_of(self._lines, larger)
                low, high = box_of(self._lines, larger, angle)
                at = turned(self._lines.middle[part], -angle)
                if len(part) > _FEW and self._askew(part, larger) > _ASKEW:
                    continue
                if ((at > low) & (at < high)).all(axis=1).mean() > 0.6:
                    kept[i] = np.concatenate([larger, part])
                    break
            else:
                kept.append(part)
        return kept

    def settle(self) -> None:
        """Put together what belongs together."""
        self._take_in()
        self._reach_out()
        while self._joined():
            self._take_in()
        self._reach_out()
        # what is left of a covered ticket may be a few lines
        scraps = [self._sheet(part) for part in self.rest if len(part) == _FEW]
        self.sheets += [scrap for scrap in scraps if scrap.outline.is_paper]

    def _take_in(self) -> None:
        """Stray lines join the sheet they lie on."""
        left = []
        for part in self.rest:
            for i, sheet in enumerate(self.sheets):
                if _share_inside(sheet.quad, self._lines.middle[part]) > 0.6:
                    self.sheets[i] = Sheet(sheet.outline, np.concatenate([sheet.lines, part]))
                    break
            else:
                left.append(part)
        self.rest = left

    def _reach_out(self) -> None:
        """Stray lines beside a sheet join it where they stand on the same paper."""
        left = []
        for part in self.rest:
            by_depth = [
                (-_depth(one.quad, self._lines.middle[part[0]]), i)
                for i, one in enumerate(self.sheets)
            ]
            way, i = min(by_depth, default=(np.inf, 0))
            near = way < _NEAR * float(self._lines.height[part].max())
            grown = self._grown(i, part) if near else None
            if grown is None:
                left.append(part)
            else:
                self.sheets[i] = grown
        self.rest = left

    def _grown(self, i: int, part: NDArray[np.intp]) -> Sheet | None:
        """A sheet with stray lines beside it, or None where they are not on the same paper."""
        sheet = self.sheets[i]
        grown = self._sheet(np.concatenate([sheet.lines, part]))
        if grown.area > 1.5 * sheet.area:
            return None
        others = [one.lines for k, one in enumerate(self.sheets) if k != i]
        if any(_share_inside(grown.quad, self._lines.middle[one]) > 0.05 for one in others):
            return None
        if not self._paper_ends_between(part, sheet):
            return grown
        # a band of another colour: the sides go on, and the sheet's edge lies beyond it
        off = max(abs(_depth(grown.quad, corner)) for corner in sheet.quad)
        goes_on = off < 0.015 * float(np.ptp(grown.quad, axis=0).max())
        return grown if goes_on and min(grown.outline.seen) > 0.6 else None

    def _paper_ends_between(self, part: NDArray[np.intp], sheet: Sheet) -> bool:
        """Whether a long edge of paper lies between stray lines and the nearest of a sheet."""
        apart = self._lines.middle[part][:, None] - self._lines.middle[sheet.lines]
        far = np.hypot(apart[..., 0], apart[..., 1])
        i, j = np.unravel_index(far.argmin(), far.shape)
        start, end = self._lines.middle[[part[i]]], self._lines.middle[[sheet.lines[j]]]
        sides = np.hypot(*(sheet.quad - np.roll(sheet.quad, 1, axis=0)).T)
        long = (self._edges.paper > 0.5) & (self._edges.length > 0.4 * sides.min())
        return bool(crossing(start, end, self._edges.ends[long]).any())

    def _joined(self) -> bool:
        """Join the first two sheets that are one; whether there were such."""
        for i, one in enumerate(self.sheets):
            for j in range(i + 1, len(self.sheets)):
                other = self.sheets[j]
                if self._are_one(one, other):
                    both = self._sheet(np.concatenate([one.lines, other.lines]))
                    self.sheets = [s for k, s in enumerate(self.sheets) if k not in (i, j)]
                    self.sheets.append(both)
                    return True
        return False

    def _are_one(self, one: Sheet, other: Sheet) -> bool:
        together, _ = cv2.intersectConvexConvex(one.quad, other.quad)
        if together > 0.5 * min(one.area, other.area):
            return self._askew(one.lines, other.lines) < _ASKEW
        hull = cv2.convexHull(np.concatenate([one.quad, other.quad]))
        fill = (one.area + other.area - together) / max(cv2.contourArea(hull), 1.0)
        if fill < 0.75 or self._askew(one.lines, other.lines) > _LEVEL:
            return False
        few = min(len(one.lines), len(other.lines))
        small = min(one.area, other.area) < 0.4 * max(one.area, other.area)
        walls = one.outline.seen[_facing(one, other)], other.outline.seen[_facing(other, one)]
        if small and few <= 8 and (fill > 0.95 or (fill > 0.9 and min(walls) < 0.8)):
            return True
        both_paper = one.outline.is_paper and other.outline.is_paper
        # a mere box around text is no reason to part anything
        between = max(walls) if both_paper or fill < 0.97 else min(walls)
        if fill > 0.95 and _goes_on(one, other):
            # a fold parts a page in the middle; of many alike, each may be a ticket of a book
            return bool(between < 0.85) or len(self.sheets) < 3 or not _alike(one, other)
        return bool(between < (0.7 if fill > 0.93 else 0.01))

    def _askew(self, one: NDArray[np.intp], other: NDArray[np.intp]) -> float:
        """The angle between the text of two groups, quarter turns aside, radians."""
        turn = axis_of(self._lines, one) - axis_of(self._lines, other)
        return float(abs((turn + np.pi / 4) % (np.pi / 2) - np.pi / 4))


def _facing(one: Sheet, other: Sheet) -> int:
    """The side of a sheet (top, right, bottom, left) that is turned to another."""
    way = other.quad.mean(axis=0) - one.quad.mean(axis=0)
    sides = (one.quad + np.roll(one.quad, -1, axis=0)) / 2 - one.quad.mean(axis=0)
    # how far out of the sheet, in sheets
    return int(np.argmax((sides @ way) / np.maximum((sides**2).sum(axis=1), 1e-6)))


def _goes_on(one: Sheet, other: Sheet) -> bool:
    """Whether the sides of one sheet go on as those of another, without the least step."""
    here, there = _facing(one, other), _facing(other, one)
    step = one.quad[[here, (here + 1) % 4]] - other.quad[[(there + 1) % 4, there]]
    size = max(np.ptp(one.quad, axis=0).max(), np.ptp(other.quad, axis=0).max())
    return bool(np.hypot(*step.T).max() < 0.012 * size)


def _alike(one: Sheet, other: Sheet) -> bool:
    """Whether two sheets are of the same size and carry about as much text."""
    areas, counts = sorted((one.area, other.area)), sorted((len(one.lines), len(other.lines)))
    return areas[0] > 0.88 * areas[1] and counts[0] > 0.6 * counts[1]


def _share_inside(quad: NDArray[np.float32], points: Floats) -> float:
    return float(np.mean([_depth(quad, point) > -4 for point in points]))


def _depth(quad: NDArray[np.float32], point: Floats) -> float:
    """How deep inside a quadrilateral a point lies, pixels; below 0 outside."""
    return float(cv2.pointPolygonTest(quad, (float(point[0]), float(point[1])), True))
