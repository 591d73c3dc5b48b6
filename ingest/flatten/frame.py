"""Planes laid over a picture: what is straight in them, and how they lie on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.view import Corners, Homography, Points, mapped

_TEXT = 1.5
"""A box so many times as wide as high holds text whose direction can be told."""
_FARTHEST = 1e6
_LEAST = 2.0
"""Pixels a side of a plane has at least."""
_MAX_STRETCH = 1.6
"""Neither side of a plane is longer than so many times the way across its outline: a plane seen
edge on would have no end."""


@dataclass(frozen=True, slots=True)
class TextLines:
    """K lines of text in a plane: the middles of their left and right ends (K x 2 each) and how
    high they are (K)."""

    left: Points
    right: Points
    high: NDArray[np.float64]

    @property
    def length(self) -> NDArray[np.float64]:
        return np.asarray(np.hypot(*(self.right - self.left).T), np.float64)

    @property
    def height(self) -> float:
        """The height of most lines, 0 where there are none."""
        text = self.length > _TEXT * self.high
        return float(np.median(self.high[text])) if text.any() else 0.0


@dataclass(frozen=True, slots=True)
class Plane:
    """A rectangle, `width` x `height`, its origin at the top left, and how it lies on a picture.

    Its unit is about a pixel of the picture. `to_picture` maps its points to the picture's.
    """

    to_picture: Homography
    width: float
    height: float

    @property
    def corners(self) -> Points:
        right, low = self.width, self.height
        return np.array([[0, 0], [right, 0], [right, low], [0, low]], np.float64)

    def from_picture(self, points: Points) -> Points:
        return mapped(points, np.linalg.inv(self.to_picture))

    def text(self, lines: Sequence[Corners]) -> TextLines:
        """Lines of text of the picture in the plane, those whose middle it holds."""
        if not lines:
            none = np.empty((0, 2))
            return TextLines(none, none, np.empty(0))
        points = np.array(lines, np.float64).reshape(-1, 2)
        quads = self.from_picture(points).reshape(-1, 4, 2)
        middle = quads.mean(axis=1)
        size = (self.width, self.height)
        quads = quads[((middle > 0) & (middle < size)).all(axis=1)]
        along = quads[:, 1] + quads[:, 2] - quads[:, 0] - quads[:, 3]
        # what is written downwards has its ends above and below
        across = np.abs(along[:, 1]) > np.abs(along[:, 0])
        quads[across] = np.roll(quads[across], -1, axis=1)
        left, right = (quads[:, 0] + quads[:, 3]) / 2, (quads[:, 1] + quads[:, 2]) / 2
        high = np.hypot(*(quads[:, 3] - quads[:, 0] + quads[:, 2] - quads[:, 1]).T) / 2
        swap = left[:, 0] > right[:, 0]
        left[swap], right[swap] = right[swap], left[swap]
        return TextLines(left, right, np.maximum(high, 1.0))

    def cut(self, low: Points, high: Points) -> "Plane":
        """The same plane, from one of its points to another."""
        most = _MAX_STRETCH * np.hypot(self.width, self.height)
        middle, half = (low + high) / 2, np.clip((high - low) / 2, _LEAST / 2, most / 2)
        shift = np.array([[1, 0, middle[0] - half[0]], [0, 1, middle[1] - half[1]], [0, 0, 1]])
        return Plane(self.to_picture @ shift, float(2 * half[0]), float(2 * half[1]))


def sound(corners: Corners, size: tuple[int, int]) -> Points:
    """Four corners as a convex outline of some area; where they are none, the box around them.

    `size` is the picture's width and height, which stands in for corners that are no numbers.
    """
    points = np.array(corners, np.float64).reshape(-1, 2)
    if points.shape != (4, 2) or not np.isfinite(points).all():
        points = _box(np.array([(0, 0), size], np.float64))
    points = np.clip(points, -_FARTHEST, _FARTHEST)
    edges = np.roll(points, -1, axis=0) - points
    after = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]
    short = np.hypot(*edges.T).min() < _LEAST
    # sides that all but meet in a line make a plane without depth
    if short or (turns <= 0.02 * np.abs(turns).max()).any():
        return _box(points)
    return points


def _box(points: Points) -> Points:
    low, high = points.min(axis=0), points.max(axis=0)
    high = np.maximum(high, low + _LEAST)
    return np.array([low, (high[0], low[1]), high, (low[0], high[1])], np.float64)


def plane_of(outline: Points) -> Plane:
    """The plane whose rectangle is seen as `outline`, as large as its longer sides."""
    edges = np.hypot(*(np.roll(outline, -1, axis=0) - outline).T)
    width, height = max(edges[0], edges[2]), max(edges[1], edges[3])
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    there = cv2.getPerspectiveTransform(flat, outline.astype(np.float32))
    return Plane(np.asarray(there, np.float64), float(width), float(height))


def along(outline: Points, direction: float) -> Points:
    """The rectangle around `outline` whose top runs at `direction` (radians, clockwise)."""
    cos, sin = np.cos(direction), np.sin(direction)
    turn = np.array([[cos, -sin], [sin, cos]])
    return np.asarray(_box(outline @ turn) @ turn.T, np.float64)
