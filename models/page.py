"""A page as `ingest` hands it to `ocr`, and the positioned text both kinds of reading yield."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.geometry import Box

Pixels: TypeAlias = NDArray[np.uint8]
"""A picture: height x width x 3, uint8, channels blue-green-red (OpenCV's order)."""


class FileKind(StrEnum):
    """What a file is by its content; its name is not asked."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    TIFF = "tiff"
    BMP = "bmp"
    GIF = "gif"
    HEIC = "heic"
    PDF = "pdf"
    OFD = "ofd"
    XML = "xml"
    ZIP = "zip"
    EML = "eml"


class Source(StrEnum):
    """Where a value was read. The order of trust is in `ocr`, not here."""

    XML = "xml"
    XBRL = "xbrl"
    OFD = "ofd"
    PDF_TEXT = "pdf_text"
    QR = "qr"
    OCR = "ocr"
    DERIVED = "derived"
    PERSON = "person"
    LEDGER = "ledger"


NOT_PRINTED = frozenset({Source.QR, Source.DERIVED, Source.LEDGER})
"""What tells a value without its being read from the print."""


@dataclass(frozen=True, slots=True)
class Token:
    """A run of text with its place: a line an OCR engine read, or a run in a PDF's text layer.

    `confidence` is the reader's own, 0 to 1; a text layer gives 1. `char_x` holds, where the
    source knows them, the left edge of every character plus the right edge of the last one
    (len(text) + 1 values), so that a run can be cut in two at the right place. `quad` holds, where
    the run is not upright, its four corners from the text's own top-left on clockwise.
    """

    text: str
    box: Box
    confidence: float = 1.0
    source: Source = Source.OCR
    char_x: tuple[float, ...] = ()
    quad: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a received file.

    `width` and `height` are those of the page's image, after the camera's orientation mark has
    been honoured; a PDF page counts as drawn at `ingest.PDF_DPI`. Every box anywhere in Piaohe
    refers to these pixels.

    `text` is the page's text layer (empty for a picture). `draw(scale)` makes the picture, at
    `scale` times that size; it is a function because a page with a good text layer seldom needs
    its pixels. `draw_part(box, scale)` draws only a part of it, `draw_marks` the same without
    the text where that is cheaper: enough to find codes.
    """

    index: int
    width: int
    height: int
    text: tuple[Token, ...]
    draw: Callable[[float], Pixels]
    draw_part: Callable[[Box, float], Pixels]
    is_picture: bool = True
    draw_marks: Callable[[Box, float], Pixels] | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A two-dimensional code found on a page.

    `corners` are four (x, y) pairs from the code's own top-left on clockwise, in page pixels.
    """

    payload: str
    corners: tuple[tuple[float, float], ...]
    decoder: str

    @property
    def box(self) -> Box:
        return Box.around(self.corners)
