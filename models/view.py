"""What an engine is shown of a page: one ticket at a time, upright and flat, and where it lies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.page import Pixels
from models.stamp import Stamp

Corners: TypeAlias = tuple[tuple[float, float], ...]
"""Four (x, y) pairs in pixels, clockwise from the thing's own top-left corner."""
Points: TypeAlias = NDArray[np.float64]
"""N x 2, (x, y) in pixels."""
Homography: TypeAlias = NDArray[np.float64]
"""3 x 3; maps (x, y, 1) up to a factor."""
Bend: TypeAlias = NDArray[np.float32]
"""rows x columns x 2: how far (x, y), in pixels, a flat view's point lies from its place before it
was flattened. The nodes stand evenly over the view, the outermost on its rim."""

_NO_DEPTH = 1e-9


class Step(StrEnum):
    """What may be done to a picture before it is read. Each step is taken only where a
    measurement of the picture asks for it, and each can be left out, to see what it is worth."""

    TICKETS = "tickets"
    """Every ticket is cut out and read by itself."""
    PERSPECTIVE = "perspective"
    """A sheet seen at a slant is set upright."""
    BEND = "bend"
    """Curl and folds are flattened, by the lines of text."""
    LIGHT = "light"
    """Print that is almost gone is deepened."""
    INK = "ink"
    """The red of a seal is taken off what is printed beneath it, and the seal read by itself."""
    TURN = "turn"
    """What lies on its side or upside down is turned and read again."""
    SPLIT = "split"
    """Invoices that stand on one sheet of paper are told apart by what is printed."""


ALL_STEPS = frozenset(Step)


@dataclass(frozen=True, slots=True)
class View:
    """A picture of a part of a page as it is to be read.

    `pixels` is read-only. A point of the view is first moved by `bend`, where there is one, then
    mapped to page pixels by `to_page`. `lines` are the lines of text that are to be read in it,
    None where they have yet to be looked for.
    """

    pixels: Pixels
    to_page: Homography
    bend: Bend | None = None
    lines: tuple[Corners, ...] | None = None

    @classmethod
    def whole(cls, picture: Pixels, lines: Sequence[Corners] | None = None) -> Self:
        """The page as it is."""
        return cls(picture, np.eye(3), None, None if lines is None else tuple(lines))

    @property
    def is_whole(self) -> bool:
        """Whether this is the whole page, every pixel at its place."""
        return self.bend is None and np.array_equal(self.to_page, np.eye(3))

    def turned(self, quarters: int) -> Self:
        """The same view turned clockwise by so many quarters of a full turn."""
        quarters %= 4
        if not quarters:
            return self
        pixels = np.ascontiguousarray(np.rot90(self.pixels, -quarters))
        pixels.flags.writeable = False
        back = np.linalg.inv(turn_of(self.width, self.height, quarters))
        bend = None
        if self.bend is not None:
            # the nodes turn with the view, and so do the ways they point
            bend = np.rot90(self.bend, -quarters) @ np.linalg.inv(back[:2, :2]).T
            bend = np.ascontiguousarray(bend, np.float32)
        lines = self.lines
        if lines is not None:
            lines = tuple(readable(line, np.linalg.inv(back)) for line in lines)
        return type(self)(pixels, self.to_page @ back, bend, lines)

    def within(self, outer: "View") -> Self:
        """A view of what `outer`, which is not bent, shows, as a view of the page."""
        return replace(self, to_page=outer.to_page @ self.to_page)

    def with_lines_of_page(self, lines: Sequence[Corners]) -> Self:
        """The same view with those of a page's lines whose middle lies in it."""
        moved = (corners_of(self.from_page(np.array(line, np.float64))) for line in lines)
        size = (self.width, self.height)
        middles = ((line, np.mean(line, axis=0)) for line in moved)
        inside = (line for line, at in middles if (at > 0).all() and (at < size).all())
        return replace(self, lines=tuple(readable(line, np.eye(3)) for line in inside))

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def outline(self) -> Corners:
        """The view's corners on the page."""
        size = (self.width, self.height)
        corners = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float64)
        return corners_of(self.on_page(corners))

    def on_page(self, points: Points) -> Points:
        """Where points of the view lie on the page."""
        return mapped(points + self._moved(points), self.to_page)

    def from_page(self, points: Points) -> Points:
        """Where points of the page lie in the view; they may lie outside of it."""
        there = mapped(points, np.linalg.inv(self.to_page))
        found = there
        # the bend is known from the flat side only, and is gentle: a few steps get there
        for _ in range(8 if self.bend is not None else 0):
            found = there - self._moved(found)
        return found

    def _moved(self, points: Points) -> Points:
        if self.bend is None:
            return np.zeros_like(points)
        rows, columns = self.bend.shape[:2]
        x = np.clip(points[:, 0] / self.width, 0, 1) * (columns - 1)
        y = np.clip(points[:, 1] / self.height, 0, 1) * (rows - 1)
        left, top = x.astype(int), y.astype(int)
        # on the far rim there is no next node, and none is needed
        after, below = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
        right, low = (x - left)[:, None], (y - top)[:, None]
        upper = self.bend[top, left] * (1 - right) + self.bend[top, after] * right
        lower = self.bend[below, left] * (1 - right) + self.bend[below, after] * right
        return np.asarray(upper * (1 - low) + lower * low, np.float64)


class Look(Protocol):
    """How a page's picture is looked at: cleaned, then cut into the views it is read in."""

    def cleaned(self, picture: Pixels) -> Pixels:
        """The picture without what hides its print; same size, every pixel at its place."""

    def views(self, picture: Pixels, lines: Sequence[Corners]) -> tuple[View, ...]:
        """One view for every ticket. `lines` are the corners of the lines of text found in it."""

    def whole(self, picture: Pixels, lines: Sequence[Corners]) -> View:
        """The page as one ticket."""

    def part(self, picture: Pixels, lines: Sequence[Corners], corners: Corners) -> View:
        """What lies within some corners as one ticket."""

    def stamps(self, picture: Pixels) -> tuple[Stamp, ...] | None:
        """The red seals in it, None where it has no colour to tell them by."""


class LookAsItIs:
    """Shows the page as it is, whatever is on it."""

    def cleaned(self, picture: Pixels) -> Pixels:
        return picture

    def views(self, picture: Pixels, lines: Sequence[Corners]) -> tuple[View, ...]:
        return (self.whole(picture, lines),)

    def whole(self, picture: Pixels, lines: Sequence[Corners]) -> View:
        return View.whole(picture, lines)

    def part(self, picture: Pixels, lines: Sequence[Corners], corners: Corners) -> View:
        return self.whole(picture, lines)

    def stamps(self, picture: Pixels) -> tuple[Stamp, ...] | None:
        return None


def turn_of(width: int, height: int, quarters: int) -> Homography:
    """Maps points of a `width` x `height` picture to where they are once it is turned clockwise."""
    match quarters % 4:
        case 1:
            return np.array([[0, -1, height], [1, 0, 0], [0, 0, 1]], np.float64)
        case 2:
            return np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]], np.float64)
        case 3:
            return np.array([[0, 1, 0], [-1, 0, width], [0, 0, 1]], np.float64)
        case _:
            return np.eye(3)


def readable(line: Corners, homography: Homography) -> Corners:
    """A mapped line of text, from its first corner on read to the right or downwards: which end
    of a page is up is not known before it is read, so that is how engines give lines."""
    moved = corners_of(mapped(np.array(line, np.float64), homography))
    return moved[2:] + moved[:2] if direction(moved) in {2, 3} else moved


def direction(line: Corners) -> int:
    """Where a line of text runs to: 0 right, 1 down, 2 left, 3 up."""
    (x0, y0), (x1, y1) = line[0], line[1]
    return round(math.degrees(math.atan2(y1 - y0, x1 - x0)) / 90) % 4


def mapped(points: NDArray[np.floating[Any]], homography: NDArray[np.floating[Any]]) -> Points:
    """Points mapped by a homography; what it sends to infinity lands very far away."""
    spread = np.column_stack([points, np.ones(len(points))]) @ homography.T
    depth = spread[:, 2:]
    depth = np.where(np.abs(depth) < _NO_DEPTH, np.copysign(_NO_DEPTH, depth), depth)
    return np.asarray(spread[:, :2] / depth, np.float64)


def corners_of(points: NDArray[np.floating[Any]]) -> Corners:
    """Four points as plain numbers."""
    return tuple((float(x), float(y)) for x, y in points)
