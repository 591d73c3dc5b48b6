"""Two-dimensional codes on a page (domain.md 2).

find_codes(page) -> codes             corners in page pixels
find_codes_in(picture) -> codes       corners in the picture's pixels
"""

import time
from collections.abc import Callable

from models.geometry import Box
from models.page import Code, Page, Pixels
from models.taxqr import parse_tax_qr
from ocr.qr.budget import Budget
from ocr.qr.decoders import Found, fits, zbar, zxing
from ocr.qr.ladder import climb

__all__ = ["PATIENT", "QUICK", "find_codes", "find_codes_in"]

QUICK = 0.35
"""Seconds a page is searched while it shows signs of a code that is not read yet. They are
seconds of the processor's work for this thread: a busy machine reads what an idle one does."""
PATIENT = 3.0
"""Seconds where it is the codes that were asked for."""
_CORNER = (0.0, 0.0, 0.34, 0.5)
"""The part of a page (as shares of its sides) where a tax invoice has its code."""


def find_codes(
    page: Page, seconds: float = QUICK, clock: Callable[[], float] = time.thread_time
) -> tuple[Code, ...]:
    """All codes of a page, corners in page pixels.

    A page with a text layer is drawn only where a tax invoice has its code, and drawn whole only
    when nothing is there. See `find_codes_in` for the time it takes.
    """
    if not page.is_picture:
        x0, y0, x1, y1 = _CORNER
        part = Box(page.width * x0, page.height * y0, page.width * x1, page.height * y1)
        draw = page.draw_marks or page.draw_part
        corner = draw(part, 1.0)
        for decoder in (zxing, zbar) if fits(corner) else ():
            codes = tuple(_code(found, (part.x0, part.y0)) for found in decoder(corner))
            if any(parse_tax_qr(code.payload) for code in codes):
                return codes
    return find_codes_in(page.draw(1.0), seconds, clock)


def find_codes_in(
    picture: Pixels, seconds: float = QUICK, clock: Callable[[], float] = time.thread_time
) -> tuple[Code, ...]:
    """All codes in a picture, none twice.

    What zxing-cpp reads at once costs no more than that; after it, the search goes on for about
    `seconds` while there are signs of a code that is not read, and ends at once where there are
    none.
    """
    return tuple(_code(found) for found in climb(picture, Budget(seconds, clock)))


def _code(found: Found, offset: tuple[float, float] = (0.0, 0.0)) -> Code:
    placed = tuple((x + offset[0], y + offset[1]) for x, y in found.corners)
    return Code(found.payload, placed, found.decoder)
