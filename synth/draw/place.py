"""Where the values of a document stand, from the sheet in millimetres to the picture's pixels."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from models.geometry import Box
from synth import fonts
from synth.draw.sheet import POINTS_PER_MM, Layer, Sheet, Text

Point = tuple[float, float]
REGION = "region"
"""The name of the place that is the whole document."""
_ASCENT, _DESCENT = 0.88, 0.14
"""How far letters reach above and below their baseline, as shares of the size."""


@dataclass(frozen=True, slots=True)
class Place:
    """Four corners, clockwise from the top left, of a run that prints (part of) a field."""

    field: str
    quad: tuple[Point, ...]

    def moved(self, move: Callable[[Point], Point]) -> "Place":
        return Place(self.field, tuple(move(point) for point in self.quad))


def places(sheet: Sheet, layer: Layer) -> list[Place]:
    """The marked runs of one layer, in mm."""
    marks = (mark for mark in sheet.marks[layer] if isinstance(mark, Text) and mark.of)
    return [Place(field, _corners(mark)) for mark in marks for field in mark.of.split()]


def outline(sheet: Sheet) -> Place:
    """The whole sheet, in mm."""
    width, height = sheet.width, sheet.height
    return Place(REGION, ((0, 0), (width, 0), (width, height), (0, height)))


def boxes(found: Iterable[Place]) -> dict[str, Box]:
    """The upright box around each field, all its runs together."""
    corners: dict[str, list[Point]] = {}
    for place in found:
        corners.setdefault(place.field, []).extend(place.quad)
    return {field: Box.around(tuple(points)) for field, points in corners.items()}


def extent(mark: Text) -> tuple[float, float]:
    """(left edge relative to x, width) of a run, mm, condensed to its `fit`."""
    style = mark.style
    width = fonts.text_width(mark.text, style.font, style.size / POINTS_PER_MM)
    width += style.spacing * max(0, len(mark.text) - 1)
    if mark.fit and width > mark.fit:
        width = mark.fit
    return {"left": 0.0, "center": -width / 2, "right": -width}[mark.align], width


def _corners(mark: Text) -> tuple[Point, ...]:
    left, width = extent(mark)
    size = mark.style.size / POINTS_PER_MM
    top, bottom = -_ASCENT * size, _DESCENT * size
    turn = math.radians(mark.angle)
    cos, sin = math.cos(turn), math.sin(turn)
    corners = ((left, top), (left + width, top), (left + width, bottom), (left, bottom))
    return tuple((mark.x + x * cos - y * sin, mark.y + x * sin + y * cos) for x, y in corners)
