"""A PDF's text layer as positioned runs: characters taken from PDFium, then put together.

PDFium gives the characters in the order they were drawn, which says little about how the page
reads: many issuers draw all labels first and all values after, and a label such as 购买方信息 is
drawn downwards, one character at a time. So only place decides here (see `pdf_runs`).
"""

import ctypes
import math
import unicodedata
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.pdf_runs import Glyph, runs
from models.geometry import Box
from models.page import Token

_INVISIBLE_MODES = frozenset(
    {pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP}
)
_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_MIN_EM = 2.0
"""In pixels: smaller characters (under 0.8 point) are not for reading."""

_SAME_POINT = 0.01
"""In points."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A PDF page's size in pixels, the visible part of it in points, and its turn in degrees.

    `visible` is left, bottom, right, top in the PDF's own coordinates (y upwards).
    """

    width: int
    height: int
    visible: Box
    turned: int

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the PDF in pixels of the page as it is shown."""
        left, bottom, right, top = self.visible
        across = (x - left) / (right - left)
        down = (top - y) / (top - bottom)
        match self.turned:
            case 90:
                across, down = 1 - down, across
            case 180:
                across, down = 1 - across, 1 - down
            case 270:
                across, down = down, 1 - across
        return across * self.width, down * self.height

    @property
    def pixels_per_point(self) -> float:
        side = self.visible.height if self.turned in {90, 270} else self.visible.width
        return self.width / side


@dataclass(frozen=True, slots=True)
class _Style:
    """What all characters of one text object share: em in pixels, direction, visibility.

    `own` is its matrix in the form it is drawn in, `shown` that on the page.
    """

    em: float
    angle: int
    visible: bool
    own: pdfium_c.FS_MATRIX
    shown: pdfium_c.FS_MATRIX


def read_text(page: pdfium.PdfPage, sheet: Sheet, max_characters: int) -> list[tuple[Token, bool]]:
    """The runs of text on a page, from top to bottom, each with whether it can be seen.

    Text drawn invisibly, as scanning programs put their own reading behind the picture, is kept
    at confidence 0.5. Characters off the page, of no size, and controls are left out. A page of
    more than `max_characters` gives none: it is no invoice's, and placing them would take long.
    """
    if max_characters <= 0 or not (sheet.visible.width > 0 and sheet.visible.height > 0):
        return []
    textpage = page.get_textpage()
    try:
        if pdfium_c.FPDFText_CountChars(textpage.raw) > max_characters:
            return []
        return runs(_glyphs(textpage, sheet))
    finally:
        textpage.close()


def _glyphs(textpage: pdfium.PdfTextPage, sheet: Sheet) -> list[Glyph]:
    """Every character of the page in drawing order; spaces only mark the next one as spaced."""
    raw = textpage.raw
    x, y = ctypes.c_double(), ctypes.c_double()
    rect = pdfium_c.FS_RECTF()
    styles: dict[int, _Style] = {}
    glyphs: list[Glyph] = []
    spaced = False
    for index in range(pdfium_c.FPDFText_CountChars(raw)):
        char = _character(raw, index)
        if not char:
            continue
        if char.isspace():
            spaced = True
            continue
        text_object = pdfium_c.FPDFText_GetTextObject(raw, index)
        owner = ctypes.cast(text_object, ctypes.c_void_p).value or 0
        style = styles.get(owner)
        if style is None:
            style = styles[owner] = _style(raw, index, text_object, sheet)
        pdfium_c.FPDFText_GetCharOrigin(raw, index, x, y)
        pdfium_c.FPDFText_GetLooseCharBox(raw, index, rect)
        if _is_misplaced(style, x.value, y.value):
            _put_right(style, x, y, rect)
        box = _box(rect, (x.value, y.value), style, sheet)
        if box is None:
            continue
        glyphs.append(
            Glyph(
                text=char,
                box=box,
                base=sheet.place(x.value, y.value)[1],
                em=style.em,
                angle=style.angle,
                visible=style.visible,
                owner=owner,
                spaced=spaced,
            )
        )
        spaced = False
    return glyphs


def _character(raw: pdfium_c.FPDF_TEXTPAGE, index: int) -> str:
    """The character, "" for one to leave out."""
    code = pdfium_c.FPDFText_GetUnicode(raw, index)
    if code in {0x02, 0xFFFE} and pdfium_c.FPDFText_IsHyphen(raw, index) == 1:
        return "-"  # PDFium marks a hyphen at the end of a line so; it is printed all the same
    if code in {0, 0xFFFE, 0xFFFF} or code > 0x10FFFF:
        return ""
    char = chr(code)
    if char.isspace():
        return char
    return "" if unicodedata.category(char) in _DROPPED else char


def _style(
    raw: pdfium_c.FPDF_TEXTPAGE,
    index: int,
    text_object: pdfium_c.FPDF_PAGEOBJECT,
    sheet: Sheet,
) -> _Style:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(raw, index, matrix)
    size = pdfium_c.FPDFText_GetFontSize(raw, index)
    em = abs(size) * math.hypot(matrix.c, matrix.d) * sheet.pixels_per_point
    # a page turned clockwise by 90 degrees shows text drawn upwards as level
    sign = -1 if size < 0 else 1
    drawn = math.degrees(math.atan2(sign * matrix.b, sign * matrix.a))
    angle = round(drawn - sheet.turned) % 360
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(text_object) if text_object else 0
    own = pdfium_c.FS_MATRIX()
    if not (text_object and pdfium_c.FPDFPageObj_GetMatrix(text_object, own)):
        own = matrix
    level = 0 if angle <= 5 or angle >= 355 else angle
    return _Style(em, level, mode not in _INVISIBLE_MODES, own, matrix)


def _is_misplaced(style: _Style, x: float, y: float) -> bool:
    """Whether an origin is in the form's coordinates instead of the page's.

    PDFium states it so for characters of an /ActualText, which Chromium writes for what shares
    its glyph with another character, as 工 does with the radical ⼯.
    """
    own, shown = style.own, style.shown
    there = math.hypot(x - own.e, y - own.f) < _SAME_POINT
    return there and math.hypot(x - shown.e, y - shown.f) >= _SAME_POINT


def _put_right(
    style: _Style, x: ctypes.c_double, y: ctypes.c_double, rect: pdfium_c.FS_RECTF
) -> None:
    """Bring origin and box from the coordinates of the form to those of the page."""
    own, shown = style.own, style.shown
    det = own.a * own.d - own.b * own.c
    if not det:
        return
    corners = []
    for across, up in ((rect.left, rect.bottom), (rect.right, rect.top)):
        dx, dy = across - own.e, up - own.f
        u, v = (own.d * dx - own.c * dy) / det, (own.a * dy - own.b * dx) / det
        corners.append((shown.a * u + shown.c * v + shown.e, shown.b * u + shown.d * v + shown.f))
    (left, bottom), (right, top) = corners
    rect.left, rect.right = min(left, right), max(left, right)
    rect.bottom, rect.top = min(bottom, top), max(bottom, top)
    x.value, y.value = shown.e, shown.f


def _box(
    rect: pdfium_c.FS_RECTF, origin: tuple[float, float], style: _Style, sheet: Sheet
) -> Box | None:
    """A character's box in pixels, or None where it cannot be seen.

    It is as wide as the pen moves and as high as the em; a font whose own measures are absurd
    gets the em around its baseline.
    """
    if style.em < _MIN_EM:
        return None
    ends = (sheet.place(rect.left, rect.bottom), sheet.place(rect.right, rect.top))
    box = Box.around(ends)
    if style.angle == 0 and not 0.5 * style.em <= box.height <= 1.6 * style.em:
        base = sheet.place(*origin)[1]
        box = Box(box.x0, base - 0.86 * style.em, box.x1, base + 0.14 * style.em)
    on_page = 0 <= box.cx <= sheet.width and 0 <= box.cy <= sheet.height
    return box if on_page and box.width > 0 and box.height > 0 else None
