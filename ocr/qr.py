"""Two-dimensional codes on a page: zxing-cpp first, then pyzbar (domain.md 2)."""

from collections.abc import Callable

import cv2
import numpy as np
import zxingcpp

from models.geometry import Box
from models.page import Code, Page, Pixels
from models.taxqr import parse_tax_qr

Corners = tuple[tuple[float, float], ...]
Decoder = Callable[[Pixels], list[tuple[str, Corners]]]

_LONGEST_SIDE = 30_000
"""Pixels; the decoders take no longer pictures, and no page with a code is that long."""
_CORNER = (0.0, 0.0, 0.34, 0.5)
"""The part of a page (as shares of its sides) where a tax invoice has its code."""


def zxing(picture: Pixels) -> list[tuple[str, Corners]]:
    """What zxing-cpp reads: payloads and corners in the picture's pixels."""
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    codes = []
    for result in found:
        place = result.position
        points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        codes.append((result.text, tuple((float(p.x), float(p.y)) for p in points)))
    return codes


def zbar(picture: Pixels) -> list[tuple[str, Corners]]:
    """What zbar reads; nothing where the system library libzbar0 is not installed."""
    try:
        from pyzbar import pyzbar
    except (ImportError, OSError):
        return []
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [
        (
            result.data.decode("utf-8", "replace"),
            tuple((float(p.x), float(p.y)) for p in result.polygon),
        )
        for result in found
    ]


def find_codes(page: Page) -> tuple[Code, ...]:
    """All codes of a page, corners in page pixels.

    A page with a text layer is drawn only where a tax invoice has its code, and drawn whole only
    when nothing is there; a picture is searched at several sizes until one yields a code.
    """
    if not page.is_picture:
        x0, y0, x1, y1 = _CORNER
        part = Box(page.width * x0, page.height * y0, page.width * x1, page.height * y1)
        draw = page.draw_marks or page.draw_part
        for decoder in (zxing, zbar):
            codes = _decoded(decoder, draw(part, 1.0), 1.0, (part.x0, part.y0))
            if any(parse_tax_qr(code.payload) for code in codes):
                return codes
    return find_codes_in(page.draw(1.0))


def find_codes_in(picture: Pixels) -> tuple[Code, ...]:
    """All codes in a picture: each decoder at falling, then at double size, until one reads."""
    side = max(picture.shape[:2])
    sizes = [1.0] if side <= 2200 else [1600 / side, 1.0]
    if side <= 1600:
        sizes.append(2.0)
    for decoder in (zxing, zbar):
        for scale in sizes:
            codes = _decoded(decoder, _resized(picture, scale), scale, (0.0, 0.0))
            if codes:
                return codes
    return ()


def _resized(picture: Pixels, scale: float) -> Pixels:
    if scale == 1.0:
        return picture
    height, width = picture.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def _decoded(
    decoder: Decoder, picture: Pixels, scale: float, offset: tuple[float, float]
) -> tuple[Code, ...]:
    codes: list[Code] = []
    if max(picture.shape[:2]) > _LONGEST_SIDE:
        return ()
    for payload, corners in decoder(picture):
        if payload and corners:
            placed = tuple((x / scale + offset[0], y / scale + offset[1]) for x, y in corners)
            codes.append(Code(payload, placed, decoder.__name__))
    return tuple(codes)
