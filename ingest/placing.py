"""Which whole pixels a part of a page covers: the same for pictures and PDF pages."""

import math
from typing import NamedTuple

from models.geometry import Box


class Part(NamedTuple):
    """Whole page pixels `x0..x1`, `y0..y1`, drawn into a picture of `width` x `height` pixels."""

    x0: int
    y0: int
    x1: int
    y1: int
    width: int
    height: int


def whole(width: int, height: int, scale: float) -> Part:
    """All of a page at `scale`. Raises ValueError for a scale that is not above zero."""
    return part(Box(0, 0, width, height), width, height, scale)


def part(box: Box, width: int, height: int, scale: float) -> Part:
    """The part of a page in `box`, rounded outwards to whole pixels and clipped to the page.

    Raises ValueError where the box does not meet the page or the scale is not above zero.
    """
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(f"scale must be above 0: {scale}")
    inside = box.intersection(Box(0, 0, width, height))
    if inside is None:
        raise ValueError(f"{box} lies outside the page of {width} x {height} pixels")
    x0, y0 = math.floor(inside.x0), math.floor(inside.y0)
    x1, y1 = math.ceil(inside.x1), math.ceil(inside.y1)
    drawn = (max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale)))
    return Part(x0, y0, x1, y1, *drawn)
