"""The reliability diagram: stated confidence to the right, share right upwards.

Nearly everything is stated near 1, so both axes are drawn by the share that is wrong, on a
logarithmic scale.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageDraw, ImageFont

from benchmarks.tables import interval
from synth import fonts
from synth.fonts import Font

_TILE = (300, 330)
_FRAME = (46, 30, 286, 270)
"""Left, top, right and bottom of the diagram in its tile."""
_LOWEST, _HIGHEST = 0.5, 0.9995
"""Where both axes begin and end."""
_TICKS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
_EDGES = (0.0, 0.6, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 1.01)
_COLUMNS = 4
_FEWEST = 20
_INK, _GRID, _RIGHT, _SPREAD = "#222222", "#dddddd", "#0b6e4f", "#8fc7b0"


class Outcome(Protocol):
    """A field as far as the diagram goes."""

    @property
    def confidence(self) -> float: ...
    @property
    def right(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Point:
    stated: float
    right: float
    low: float
    high: float


def draw(path: Path, parts: Mapping[str, Sequence[Outcome]]) -> None:
    """Draw a diagram for every part with at least 20 fields, four in a row, as PNG."""
    shown = {name: mine for name, mine in parts.items() if len(mine) >= _FEWEST}
    rows = max(1, -(-len(shown) // _COLUMNS))
    image = Image.new("RGB", (_COLUMNS * _TILE[0], rows * _TILE[1]), "white")
    pencil = ImageDraw.Draw(image)
    font = fonts.pillow(Font.SONG, 13)
    for at, (name, mine) in enumerate(shown.items()):
        corner = (at % _COLUMNS * _TILE[0], at // _COLUMNS * _TILE[1])
        _diagram(pencil, corner, font, f"{name} ({len(mine)})")
        for point in _points(mine):
            _mark(pencil, corner, point)
    image.save(path, "PNG", optimize=True)


def _points(mine: Sequence[Outcome]) -> list[_Point]:
    """A point for every range of confidences in which fields were stated."""
    points = []
    for low, high in pairwise(_EDGES):
        group = [one for one in mine if low <= one.confidence < high]
        if group:
            right = sum(one.right for one in group)
            stated = sum(one.confidence for one in group) / len(group)
            points.append(_Point(stated, right / len(group), *interval(right, len(group))))
    return points


def _diagram(
    pencil: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    font: ImageFont.FreeTypeFont,
    title: str,
) -> None:
    """The empty diagram: frame, grid, diagonal, figures and title."""
    for tick in _TICKS:
        x, y = _at(corner, tick, tick)
        pencil.line((x, corner[1] + _FRAME[1], x, corner[1] + _FRAME[3]), _GRID)
        pencil.line((corner[0] + _FRAME[0], y, corner[0] + _FRAME[2], y), _GRID)
        pencil.text((x - 10, corner[1] + _FRAME[3] + 4), f"{tick:g}", _INK, font)
        pencil.text((corner[0] + _FRAME[0] - 36, y - 8), f"{tick:g}", _INK, font)
    pencil.line((*_at(corner, _LOWEST, _LOWEST), *_at(corner, 1, 1)), _INK)
    pencil.text((corner[0] + _FRAME[0], corner[1] + 8), title, _INK, font)
    below = (corner[0] + _FRAME[0] + 60, corner[1] + _FRAME[3] + 24)
    pencil.text(below, "stated / share right", _INK, font)


def _mark(pencil: ImageDraw.ImageDraw, corner: tuple[int, int], point: _Point) -> None:
    """A group of fields with its 95 % interval."""
    x, y = _at(corner, point.stated, point.right)
    pencil.line((x, _at(corner, 0, point.low)[1], x, _at(corner, 0, point.high)[1]), _SPREAD, 3)
    pencil.ellipse((x - 3, y - 3, x + 3, y + 3), _RIGHT)


def _at(corner: tuple[int, int], stated: float, right: float) -> tuple[int, int]:
    left, top, far, bottom = _FRAME
    x, y = _along(stated), _along(right)
    return round(corner[0] + left + x * (far - left)), round(
        corner[1] + bottom - y * (bottom - top)
    )


def _along(share: float) -> float:
    """Where on an axis a share stands: 0 at its beginning, 1 at its end."""
    first, last = math.log(1 - _LOWEST), math.log(1 - _HIGHEST)
    wrong = math.log(1 - min(max(share, _LOWEST), _HIGHEST))
    return (wrong - first) / (last - first)
