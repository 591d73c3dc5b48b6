"""A small grey picture of a plane, and the ink and the ruled lines in it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.flatten.frame import Plane
from models.page import Pixels
from models.view import Homography, Points

_LINE = 16.0
"""Pixels a line of text is made high to be measured, where it is higher."""
_LONGEST = 1400
"""Pixels of a preview's longer side at most."""
_FAINTEST = 8
"""How much darker than what is around it ink is, in grey levels of 255."""

Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Small:
    """The part of a picture that matters, grey and reduced by `scale`; `corner` is the part's
    top left in the picture."""

    gray: Gray
    scale: float
    corner: tuple[int, int]

    @property
    def from_picture(self) -> Homography:
        s, (x, y) = self.scale, self.corner
        return np.array([[s, 0, -s * x], [0, s, -s * y], [0, 0, 1]], np.float64)


@dataclass(frozen=True, slots=True)
class Preview:
    """A plane `scale` times as large as it is: how dark the ink is (0 where there is none), and
    masks of the ruled lines across and down."""

    scale: float
    ink: Gray
    across: Gray
    down: Gray


def reduce(picture: Pixels, outline: Points, line: float) -> Small:
    """The part of a picture around `outline`, its lines of text, now `line` high, of a height
    that can be measured."""
    height, width = picture.shape[:2]
    low = np.clip(np.floor(outline.min(axis=0)) - 16, 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(outline.max(axis=0)) + 16, low + 1, (width, height)).astype(int)
    part = picture[low[1] : high[1], low[0] : high[0]]
    scale = min(1.0, _LINE / line if line else 1.0, _LONGEST / max(part.shape[:2]))
    size = [max(1, round(side * scale)) for side in part.shape[1::-1]]
    gray = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Small(small, scale, (int(low[0]), int(low[1])))


def preview(small: Small, plane: Plane, line: float) -> Preview:
    """The plane as seen in a reduced picture; `line` is the height of its text lines."""
    scale = min(small.scale, _LONGEST / max(plane.width, plane.height))
    size = (max(2, round(plane.width * scale)), max(2, round(plane.height * scale)))
    enlarge = np.diag([1 / scale, 1 / scale, 1.0])
    there = small.from_picture @ plane.to_picture @ enlarge
    gray = cv2.warpPerspective(
        small.gray,
        there,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    reach = 2 * max(4, round(line * scale)) + 1
    ink = cv2.subtract(cv2.blur(gray, (reach, reach)), gray)
    strong = float(np.percentile(ink[::4, ::4], 98))
    # a form's own lines are often fainter than what is written into it
    dark = ((ink > _FAINTEST) * 255).astype(np.uint8)
    written = ((ink > max(_FAINTEST, 0.3 * strong)) * 255).astype(np.uint8)
    ink = cv2.bitwise_and(ink, written)
    long = max(20, round(2.2 * line * scale))
    across, down = _ruled(dark, long), _ruled(dark.T, long).T
    rules = cv2.dilate(cv2.bitwise_or(across, down), np.ones((3, 3), np.uint8))
    ink = cv2.bitwise_and(ink, cv2.bitwise_not(rules))
    return Preview(scale, np.asarray(ink, np.uint8), across, down)


def _ruled(dark: Gray, long: int) -> Gray:
    """What is dark without a break for so many pixels across, or nearly across."""
    # a thin line a little askew runs on in the next row every now and then
    thick = cv2.dilate(np.ascontiguousarray(dark), np.ones((3, 1), np.uint8))
    return np.asarray(cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, long), np.uint8)))
