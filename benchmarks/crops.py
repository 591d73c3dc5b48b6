"""What went wrong, as pictures: the crop of each wrong field beside what was read."""

import base64
import html
import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

import ingest
from benchmarks.scoring import Judged
from models.errors import DocumentError
from models.geometry import Box

_STYLE = (
    "body{font:14px sans-serif;margin:2em}img{max-width:900px;border:1px solid #bbb}"
    "td{padding:.4em 1em;vertical-align:top}code{font-size:15px}"
)
_AROUND = 12
"""Pixels shown around a box."""


def write(path: Path, folder: Path, wrong: Iterable[Judged]) -> None:
    """Write an HTML page of the wrong fields of a labelled folder, those of a file together."""
    by_file: dict[str, list[Judged]] = {}
    for one in wrong:
        by_file.setdefault(one.file, []).append(one)
    parts = [f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>"]
    for file, fields in by_file.items():
        parts.append(f"<h3>{html.escape(file)}</h3><table>")
        for one, picture in zip(fields, _pictures(folder / file, fields), strict=True):
            got = "-" if one.got is None else one.got
            parts.append(
                f"<tr><td>{html.escape(one.field)}<td>{picture}<br><code>"
                f"{html.escape(one.expected)}</code><br>read as <code>{html.escape(got)}</code>"
            )
        parts.append("</table>")
    path.write_text("\n".join(parts), "utf-8")


def _pictures(file: Path, fields: list[Judged]) -> list[str]:
    """An <img> for each field: its crop, or the whole page where the label has no box for it."""
    try:
        with ingest.open(file.read_bytes(), file.name) as opened:
            return [_picture(opened, one) for one in fields]
    except DocumentError as error:
        return [html.escape(error.record.message)] * len(fields)


def _picture(opened: ingest.OpenedFile, one: Judged) -> str:
    if one.page >= opened.page_count:
        return "-"
    page = opened.pages[one.page]
    if one.box is None:
        pixels = page.draw(min(1.0, 500 / page.width))
    else:
        whole = Box(0, 0, page.width, page.height)
        box = Box(*one.box).grown(_AROUND).intersection(whole)
        if box is None:
            return "-"
        pixels = page.draw_part(box, 1.0)
    buffer = io.BytesIO()
    Image.fromarray(pixels[:, :, ::-1].copy(), "RGB").save(buffer, "JPEG", quality=80)
    return f'<img src="data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}">'
