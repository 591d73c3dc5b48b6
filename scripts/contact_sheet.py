"""Draws docs/images/kinds.jpg: every kind `piaohe synth` knows, and some as a camera sees them."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image, ImageDraw

import synth
from synth import fonts
from synth.camera import Level
from synth.fonts import Font

_OUT = Path(__file__).parent.parent / "docs" / "images"
_CELL = (400, 330)
_COLUMNS = 6
_SEED = 20
_PHOTOS = ("dz_normal", "vat_special", "taxi", "rail_paper", "vehicle", "bus")

Cell = tuple[str, Image.Image]


def main() -> None:
    _write("kinds.jpg", _pages())
    _write("captures.jpg", _captures())


def _pages() -> Iterator[Cell]:
    """Every kind as drawn."""
    for kind in synth.KINDS:
        yield kind, synth.draw_page(synth.make(kind, _SEED), dpi=110).image


def _captures() -> Iterator[Cell]:
    """Some kinds scanned and photographed, and several on one sheet."""
    for kind in _PHOTOS:
        drawn = synth.draw_page(synth.make(kind, _SEED))
        for level in Level:
            shot = synth.photo(drawn, _SEED, level, long_side=900)
            yield f"{kind}: {level}", Image.open(io.BytesIO(shot.data))
    small = [synth.draw_page(synth.make(kind, _SEED)) for kind in ("taxi", "bus", "rail_paper")]
    for level in (Level.SCAN, Level.PHOTO, Level.POOR):
        taken = synth.scene(small, _SEED, level, long_side=900)
        yield f"scene: {level}", Image.open(io.BytesIO(taken.data))


def _write(name: str, cells: Iterable[Cell]) -> None:
    """Tile the cells with their names under them."""
    found = list(cells)
    rows = -(-len(found) // _COLUMNS)
    width, height = _CELL
    sheet = Image.new("RGB", (_COLUMNS * width, rows * height), (236, 236, 236))
    pen = ImageDraw.Draw(sheet)
    font = fonts.pillow(Font.SANS, 15)
    for at, (title, image) in enumerate(found):
        x, y = at % _COLUMNS * width, at // _COLUMNS * height
        small = image.convert("RGBA")
        small.thumbnail((width - 16, height - 40), Image.Resampling.LANCZOS)
        left, top = x + (width - small.width) // 2, y + (height - 28 - small.height) // 2
        sheet.paste(small, (left, top), small)
        pen.text((x + width / 2, y + height - 26), title, (60, 60, 60), font, anchor="ma")
    sheet.save(_OUT / name, "JPEG", quality=80, optimize=True)


if __name__ == "__main__":
    main()
