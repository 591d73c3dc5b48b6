"""Text objects as positioned tokens, and as the text a custom tag refers to."""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.ofd.content import TextObject
from ingest.ofd.layout import ASCENT, DESCENT, characters
from ingest.ofd.matrix import BadContent, Matrix, Point, times, turned
from ingest.pdf_runs import Glyph, runs
from models.geometry import Box
from models.page import Source, Token

_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_MIN_EM = 2.0
_GAP_BETWEEN_VALUES = 0.9
"""In em: two values merged into one object stand at least so far apart."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's size in pixels, and its box and the matrix from millimetres to pixels."""

    width: int
    height: int
    area: Box
    to_pixels: Matrix


def tokens(items: Iterable[TextObject], sheet: Sheet, most: int) -> tuple[Token, ...]:
    """The runs of visible text on a page, from top to bottom.

    Characters off the page, of no size or colour, and controls are left out. A page of more than
    `most` characters gives none: it is no invoice's, and placing them would take long.
    """
    glyphs: list[Glyph] = []
    for owner, item in enumerate(items):
        if item.look.is_visible:
            glyphs += placed(item, sheet, owner)
        if len(glyphs) > most:
            return ()
    return tuple(replace(token, source=Source.OFD) for token, _ in runs(glyphs))


def placed(item: TextObject, sheet: Sheet, owner: int = 0) -> list[Glyph]:
    """The characters of an object in page pixels; white space only marks the next as spaced."""
    try:
        matrix = times(sheet.to_pixels, item.matrix)
    except BadContent:
        return []
    turn = turned(item.char_direction)
    direction = times((*matrix[:4], 0.0, 0.0), turn)
    em = abs(item.size) * math.hypot(direction[2], direction[3])
    if em < _MIN_EM:
        return []
    angle = round(math.degrees(math.atan2(direction[1], direction[0]))) % 360
    angle = 0 if angle <= 5 or angle >= 355 else angle
    found: list[Glyph] = []
    spaced = False
    a, b, c, d, e, f = matrix
    for character in characters(item):
        text = character.text
        if text.isspace():
            spaced = True
            continue
        if unicodedata.category(text) in _DROPPED:
            continue
        x = a * character.x + c * character.y + e
        y = b * character.x + d * character.y + f
        box = _around(direction, character.width, item.size, (x, y))
        if box.width > 0 and box.height > 0 and _on_page(box, sheet):
            found.append(Glyph(text, box, y, em, angle, True, owner, spaced))
            spaced = False
    return found


def _around(direction: Matrix, width: float, size: float, at: Point) -> Box:
    """The box of a character drawn at a point: its em box turned and scaled."""
    above, below = -ASCENT * abs(size), DESCENT * abs(size)
    a, b, c, d, _, _ = direction
    x, y = at
    if b == 0 and c == 0:  # most text is level, and there is much of it
        xs: tuple[float, ...] = (x, x + a * width)
        ys: tuple[float, ...] = (y + d * above, y + d * below)
    else:
        corners = ((0.0, above), (width, above), (width, below), (0.0, below))
        xs = tuple(x + a * px + c * py for px, py in corners)
        ys = tuple(y + b * px + d * py for px, py in corners)
    return Box(min(xs), min(ys), max(xs), max(ys))


def text_of(item: TextObject, sheet: Sheet) -> tuple[str, Box] | None:
    """What an object says and where, in page pixels; None for one that says nothing.

    A space stands where a gap or white space parts two values on one line.
    """
    glyphs = placed(item, sheet)
    if not glyphs or not item.look.is_visible:
        return None
    letters = [glyphs[0].text]
    for before, glyph in pairwise(glyphs):
        same_line = abs(glyph.base - before.base) <= 0.25 * glyph.em
        gap = (glyph.box.x0 - before.box.x1) / glyph.em
        if same_line and (gap > _GAP_BETWEEN_VALUES or (glyph.spaced and gap > 0.1)):
            letters.append(" ")
        letters.append(glyph.text)
    return "".join(letters), Box.enclosing(glyph.box for glyph in glyphs)


def _on_page(box: Box, sheet: Sheet) -> bool:
    return 0 <= box.cx <= sheet.width and 0 <= box.cy <= sheet.height
