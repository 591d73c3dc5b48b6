"""The sign of the application as a picture of any size, for home screens."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw

SIZES = (180, 192, 512)
_SEAL, _INK = "#b5291f", "#ffffff"
_FINE = 4
"""It is drawn so many times larger and made small, which smooths the edges."""
_LINES = (
    (((9.5, 10.5), (22.5, 10.5)), 2.0),
    (((9.5, 15.0), (17.0, 15.0)), 2.0),
    (((11.0, 21.3), (14.4, 24.0), (21.6, 16.8)), 2.4),
)
"""Strokes of a drawing 32 wide, and their widths. All of it stands in the middle four fifths,
which every home screen shows, whatever shape it cuts."""


@lru_cache(maxsize=len(SIZES))
def png(size: int) -> bytes:
    """The sign as a square PNG without transparent corners."""
    unit = size * _FINE / 32
    image = Image.new("RGB", (size * _FINE, size * _FINE), _SEAL)
    pen = ImageDraw.Draw(image)
    for points, width in _LINES:
        placed = [(x * unit, y * unit) for x, y in points]
        pen.line(placed, _INK, round(width * unit), "curve")
        for x, y in placed:
            half = width * unit / 2
            pen.ellipse((x - half, y - half, x + half, y + half), _INK)
    out = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
