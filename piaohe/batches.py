"""Batch sheets, drawn: an A4 page to lay before the papers of a batch."""

import io
import secrets
from collections.abc import Sequence

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from models.batch import LONGEST_NAME, BatchMark
from models.errors import DependencyMissing, UsageError
from synth import fonts
from synth.fonts import Font

MOST_SHEETS = 200
_CODE = 52 * mm
_RIM = 14 * mm
"""Farther from the edge than printers leave white or feeders tear."""
_VIEWERS_FONT = "STSong-Light"


def new_mark(name: str, owner: str = "", department: str = "") -> BatchMark:
    """A mark with a serial of its own. Raises UsageError bad_batch for a text that cannot stand
    on a sheet: an empty name, one that is too long or has control characters."""
    texts = [" ".join(text.split()) for text in (name, owner, department)]
    if not texts[0] or any(len(t) > LONGEST_NAME or not t.isprintable() for t in texts):
        raise UsageError(
            "bad_batch",
            "批次名称、提交人或部门不合要求",
            f"名称不能为空；各项最多 {LONGEST_NAME} 个字，不含控制字符",
            message_en="the name, owner or department of the batch cannot be used",
            hint_en=f"give a name; each has at most {LONGEST_NAME} characters, all printable",
        )
    return BatchMark(
        serial=secrets.token_hex(4), name=texts[0], owner=texts[1], department=texts[2]
    )


def draw_sheets(marks: Sequence[BatchMark]) -> bytes:
    """A PDF with a page for each mark: its code at every corner and in the middle, so that
    it is read however it lies and with a dirty corner, and what it says in large letters."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.setTitle("Piaohe 批次页")
    font = _font()
    for mark in marks:
        _draw(canvas, mark, font)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, mark: BatchMark, font: str) -> None:
    width, height = A4
    rows = [bytes(row) for row in segno.make_qr(mark.payload, error="m").matrix]
    left, right = _RIM, width - _RIM - _CODE
    low, high = _RIM, height - _RIM - _CODE
    middle = ((width - _CODE) / 2, (height - _CODE) / 2)
    for x, y in ((left, low), (right, low), (left, high), (right, high), middle):
        _code(canvas, rows, x, y)
    centre = width / 2
    _line(canvas, font, "批次页 BATCH SHEET", (centre, height - 88 * mm), 26)
    _line(canvas, font, mark.name, (centre, height - 108 * mm), 34)
    for text, y in (
        (f"提交人 Owner: {mark.owner}", 112),
        (f"部门 Department: {mark.department}", 102),
    ):
        if not text.endswith(": "):
            _line(canvas, font, text, (centre, y * mm), 18)
    _line(canvas, font, "放在这一批票据之前一起扫描；不是票据", (centre, 90 * mm), 16)
    below = f"Scan it before the papers of the batch. No. {mark.serial}"
    _line(canvas, font, below, (centre, 82 * mm), 12)


def _line(canvas: Canvas, font: str, text: str, at: tuple[float, float], size: float) -> None:
    """A line in the middle of the page, smaller where it would not fit."""
    room = A4[0] - 2 * _RIM
    wide = canvas.stringWidth(text, font, size)
    canvas.setFont(font, min(size, size * room / wide) if wide else size)
    canvas.drawCentredString(*at, text)


def _code(canvas: Canvas, rows: Sequence[bytes], x: float, y: float) -> None:
    module = _CODE / len(rows)
    path = canvas.beginPath()
    for at, row in enumerate(rows):
        start = None
        # neighbouring dark modules become one bar, so that no hairlines show between them
        for j, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = j
            elif not dark and start is not None:
                top = y + _CODE - (at + 1) * module
                path.rect(x + start * module, top, (j - start) * module, module * 1.02)
                start = None
    canvas.drawPath(path, stroke=0, fill=1)


def _font() -> str:
    """An embedded Chinese font; without one installed, that of whoever views the file."""
    try:
        return fonts.embedded(Font.SONG)
    except DependencyMissing:
        pdfmetrics.registerFont(UnicodeCIDFont(_VIEWERS_FONT))
        return _VIEWERS_FONT
