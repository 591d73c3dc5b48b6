"""The files a benchmark did worst on, side by side in one picture with what went wrong."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import ingest
from synth import fonts
from synth.fonts import Font

_TILE = (560, 420)
_CAPTION = 100
_COLUMNS = 2
_SIZE = 15


def write(path: Path, folder: Path, worst: Sequence[tuple[str, str]]) -> None:
    """Draw the first page of every (file, what went wrong), two in a row, as a JPEG."""
    rows = -(-len(worst) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * _TILE[0], max(1, rows) * (_TILE[1] + _CAPTION)), "white")
    pencil = ImageDraw.Draw(sheet)
    font = fonts.pillow(Font.SONG, _SIZE)
    for index, (file, wrong) in enumerate(worst):
        x = index % _COLUMNS * _TILE[0]
        y = index // _COLUMNS * (_TILE[1] + _CAPTION)
        tile = _picture(folder / file)
        sheet.paste(tile, (x + (_TILE[0] - tile.width) // 2, y))
        pencil.multiline_text((x + 8, y + _TILE[1] + 4), _caption(file, wrong, font), "black", font)
    sheet.save(path, "JPEG", quality=82)


def _picture(path: Path) -> Image.Image:
    with ingest.open(path.read_bytes(), path.name) as opened:
        pixels = opened.pages[0].draw(1.0)
    tile = Image.fromarray(pixels[:, :, ::-1].copy(), "RGB")
    tile.thumbnail((_TILE[0] - 12, _TILE[1] - 6))
    return tile


def _caption(file: str, wrong: str, font: ImageFont.FreeTypeFont) -> str:
    lines = textwrap.wrap(f"{file}: {wrong}", 58)
    return "\n".join(lines[: _CAPTION // (_SIZE + 4)])
