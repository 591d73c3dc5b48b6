"""Where each character of a text object stands."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.ofd.content import TextObject

ASCENT, DESCENT = 0.86, 0.14
"""Of the em, above and below the baseline, as Chinese fonts have it."""

_NARROW, _TYPEWRITER, _WIDE = 0.5, 0.6, 0.85
_FULL = frozenset({"W", "F"})
_WIDE_LETTERS = frozenset("MWmw@%&")
_FIXED_NAMES = ("courier", "consola", "mono", "typewriter")


@dataclass(frozen=True, slots=True)
class Character:
    """A character with its origin on the baseline, in the object's own coordinates.

    `width` is what it takes up, `room` the step to the next character on the line, 0 where that
    is not stated; `glyph` is its number in the embedded font where that is.
    """

    text: str
    x: float
    y: float
    width: float
    room: float
    glyph: int | None


def characters(item: TextObject) -> Iterator[Character]:
    """All characters in drawing order, white space included."""
    em = item.size * item.width_scale
    fixed = _is_fixed(item)
    x, y = 0.0, 0.0
    for code in item.codes:
        x = x if code.x is None else code.x
        y = y if code.y is None else code.y
        steps_x, steps_y = code.steps_x or (), code.steps_y or ()
        stated = max(len(steps_x), len(steps_y))
        for index, text in enumerate(code.text):
            natural = em * _share_of_em(text, fixed)
            across = steps_x[index] if index < len(steps_x) else 0.0
            room = abs(across)
            width = min(natural, room) if room else natural
            yield Character(text, x, y, width, room, code.glyphs.get(index))
            if index < stated:
                x, y = x + across, y + (steps_y[index] if index < len(steps_y) else 0.0)
            else:
                step_x, step_y = _natural_step(item, natural)
                x, y = x + step_x, y + step_y


def _is_fixed(item: TextObject) -> bool:
    name = f"{item.font.name} {item.font.family}".lower()
    return any(part in name for part in _FIXED_NAMES)


def _share_of_em(text: str, fixed: bool) -> float:
    """About how wide a character is in any font: Chinese a full em, figures half of one."""
    width = unicodedata.east_asian_width(text)
    if width in _FULL:
        return 1.0
    if fixed:
        return _TYPEWRITER
    if width == "A":
        return 1.0  # Ⅵ, ①, ×: Chinese fonts draw them as wide as characters
    return _WIDE if text in _WIDE_LETTERS else _NARROW


def _natural_step(item: TextObject, natural: float) -> tuple[float, float]:
    match round(item.read_direction):
        case 90:
            return 0.0, item.size
        case 180:
            return -natural, 0.0
        case 270:
            return 0.0, -item.size
        case _:
            return natural, 0.0
