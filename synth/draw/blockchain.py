"""Layouts of the 深圳 blockchain invoice, 深圳电子普通发票: 210 x 140 mm and more.

Like a tax-control electronic invoice without 密码区 and machine; where its labels stand is a guess.
"""

from dataclasses import dataclass

from models.invoice import LineItem
from synth import fonts
from synth.draw import qr, seal
from synth.draw.marks import cross_out, printed
from synth.draw.sheet import (
    POINTS_PER_MM,
    Align,
    Color,
    Layer,
    Pen,
    Picture,
    Sheet,
    Style,
    Text,
)
from synth.fonts import Font
from synth.truth import Party, Truth

_LABELS = ("名　　　　称：", "纳税人识别号：", "地 址、电 话：", "开户行及账号：")
_HEADINGS = ("项目名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额")
_ALIGN: tuple[Align, ...] = ("center", "right", "right", "right", "center", "right")
_VALUE = Style(Font.SONG, 9)
_PITCH = 4.5
_SUM_ROOM = 6.0
"""Height (mm) that 合计 takes below the lines."""
_FOOT = 13.0
"""Height (mm) below the table."""


@dataclass(frozen=True, slots=True)
class _Look:
    """A layout: its colour, columns' edges, room for the lines, height of the parties' blocks."""

    color: Color
    columns: tuple[float, ...]
    room: float
    block: float
    side_by_side: bool
    motto: str


_LOOKS = (
    _Look(
        (156, 62, 42),
        (6.0, 58.0, 76.0, 88.0, 106.0, 130.0, 160.0, 172.0, 204.0),
        33.0,
        20.0,
        side_by_side=False,
        motto="区块链电子发票",
    ),
    _Look(
        (128, 0, 0),
        (6.0, 54.0, 74.0, 87.0, 108.0, 133.0, 159.0, 173.0, 204.0),
        42.0,
        21.0,
        side_by_side=True,
        motto="区块链",
    ),
    _Look(
        (170, 84, 50),
        (8.0, 62.0, 80.0, 92.0, 109.0, 131.0, 158.0, 171.0, 202.0),
        30.0,
        19.0,
        side_by_side=False,
        motto="区块链电子普通发票",
    ),
)


def lay_out(truth: Truth) -> Sheet:
    """The sheet of a blockchain invoice; it grows where its lines need it."""
    look = _LOOKS[int(truth.face.details["layout"])]
    rows = [_wrapped(item, look) for item in truth.items]
    grown = max(0.0, sum(map(len, rows)) * _PITCH - look.room + _SUM_ROOM)
    sheet = Sheet(210, 140 + grown)
    label = Style(Font.KAI, 9, look.color)
    pen = Pen(look.color, 0.2)
    _head(sheet, truth, label, look)
    left, right, top = look.columns[0], look.columns[-1], 32.0
    y = top + look.block
    parties = [("购买方", "buyer", truth.buyer), ("销售方", "seller", truth.seller)]
    middle = (left + right) / 2
    if look.side_by_side:
        _party(sheet, parties[0], (left, middle, top, y), (label, pen))
        _party(sheet, parties[1], (middle, right, top, y), (label, pen))
    else:
        _party(sheet, parties[0], (left, right, top, y), (label, pen))
    y = _lines(sheet, truth, rows, (y, look.room + grown, look), (label, pen))
    y = _sums(sheet, truth, (y, look), (label, pen))
    bottom = sheet.height - _FOOT
    start = left
    if not look.side_by_side:
        start = left + (right - left) * 0.58
        _party(sheet, parties[1], (left, start, y, bottom), (label, pen))
    _remark(sheet, truth, (start, right, y, bottom), (label, pen))
    sheet.frame(left, top, right, bottom, pen)
    _foot(sheet, truth, label, look)
    return sheet


def _wrapped(item: LineItem, look: _Look) -> list[str]:
    room = (look.columns[1] - look.columns[0] - 1.5) * POINTS_PER_MM
    return fonts.wrap(item.name, _VALUE.font, _VALUE.size, room)


def _head(sheet: Sheet, truth: Truth, label: Style, look: _Look) -> None:
    qr.put(sheet, Layer.FORM, (9.5, 4.5), truth.extra.qr or "", size=22)
    title = Style(Font.KAI, 20, look.color)
    sheet.put(
        Layer.FORM,
        Text(102, 15, f"{truth.face.region}电子普通发票", title, "center"),
        Text(102, 29, look.motto, Style(Font.KAI, 9, look.color, spacing=0.8), "center"),
    )
    for y in (18.8, 19.8):
        sheet.line(68, y, 136, y, Pen(look.color, 0.25))
    sheet.put(Layer.SEAL, Picture(87, 7.4, 30, 20, seal.supervision(truth.face.bureau)))
    for name, value, y, of in (
        ("发票代码：", truth.code or "", 9.0, "code"),
        ("发票号码：", truth.number, 14.8, "number"),
        ("开票日期：", f"{truth.day:%Y年%m月%d日}", 20.6, "date"),
        ("校 验 码：", truth.check_code or "", 26.4, "check_code"),
    ):
        sheet.put(Layer.FORM, Text(154, y, name, label, fit=15.5))
        sheet.put(Layer.PRINT, Text(170, y, value, _VALUE, of=of))


def _party(
    sheet: Sheet,
    who: tuple[str, str, Party | None],
    box: tuple[float, float, float, float],
    how: tuple[Style, Pen],
) -> None:
    """A party's four labelled lines in a box of x, x, y, y, its role upright at the left."""
    (word, role, party), (x0, x1, y0, y1), (label, pen) = who, box, how
    sheet.line(x0, y0, x0, y1, pen)
    sheet.line(x0 + 6, y0, x0 + 6, y1, pen)
    sheet.line(x1, y0, x1, y1, pen)
    sheet.line(x0, y1, x1, y1, pen)
    step = (y1 - y0) / 3.4
    sheet.column(Layer.FORM, (x0 + 3, y0 + step * 0.85), word, step, label)
    values = (
        (party.name, f"{role}_name") if party else ("", ""),
        ((party and party.tax_id) or "", f"{role}_tax_id"),
        (party.address if party else "", ""),
        (party.bank if party else "", ""),
    )
    pitch = (y1 - y0 - 1) / 4
    for i, (name, (value, of)) in enumerate(zip(_LABELS, values, strict=True)):
        y = y0 + pitch * (i + 0.78)
        sheet.put(Layer.FORM, Text(x0 + 7.5, y, name, label, fit=23))
        if value:
            style = Style(Font.MONO, 10) if value.isascii() else _VALUE
            mark = Text(x0 + 31, y, value, style, fit=x1 - x0 - 32, of=of)
            sheet.put(Layer.PRINT, mark)


def _lines(
    sheet: Sheet,
    truth: Truth,
    rows: list[list[str]],
    where: tuple[float, float, _Look],
    how: tuple[Style, Pen],
) -> float:
    """Headings and lines of goods, then 合计; the y they end at."""
    (top, room, look), (label, pen) = where, how
    columns = look.columns
    bottom = top + 5 + room
    for text, x0, x1 in zip(_HEADINGS, columns, columns[1:], strict=False):
        sheet.put(Layer.FORM, Text((x0 + x1) / 2, top + 4, text, label, "center", x1 - x0 - 1))
    for x in columns[1:-1]:
        sheet.line(x, top, x, bottom, pen)
    sheet.line(columns[0], bottom, columns[-1], bottom, pen)
    y = top + 9
    for i, (item, names) in enumerate(zip(truth.items, rows, strict=True)):
        of = f"items.{i}."
        for j, part in enumerate(names):
            mark = Text(columns[0] + 0.8, y + j * _PITCH, part, _VALUE, of=f"{of}name")
            sheet.put(Layer.PRINT, mark)
        _figures(sheet, item, of, (y, columns))
        y += len(names) * _PITCH
    y = bottom - 1.6
    third = (columns[1] - columns[0]) / 3
    sheet.put(
        Layer.FORM,
        Text(columns[0] + third, y, "合", label, "center"),
        Text(columns[0] + 2 * third, y, "计", label, "center"),
    )
    for value, x, of in ((truth.amount, columns[6], "amount"), (truth.tax, columns[8], "tax")):
        if value is None:
            sheet.put(Layer.PRINT, Text(x - 1.2, y, "***", _VALUE, "right"))
        else:
            sheet.put(Layer.PRINT, Text(x - 1.2, y, f"¥{value:.2f}", _VALUE, "right", of=of))
    return bottom


def _figures(sheet: Sheet, item: LineItem, of: str, where: tuple[float, tuple[float, ...]]) -> None:
    y, columns = where
    if item.spec:
        fit = columns[2] - columns[1] - 1.4
        mark = Text(columns[1] + 0.8, y, item.spec, _VALUE, fit=fit, of=f"{of}spec")
        sheet.put(Layer.PRINT, mark)
    for i, ((name, value), align) in enumerate(zip(printed(item), _ALIGN, strict=True), start=2):
        x0, x1 = columns[i], columns[i + 1]
        x = (x0 + x1) / 2 if align == "center" else x1 - 1.2
        if value:
            sheet.put(Layer.PRINT, Text(x, y, value, _VALUE, align, x1 - x0 - 2, of=of + name))


def _sums(sheet: Sheet, truth: Truth, where: tuple[float, _Look], how: tuple[Style, Pen]) -> float:
    """价税合计 in words and figures; the y it ends at."""
    (top, look), (label, pen) = where, how
    left, edge, right = look.columns[0], look.columns[1], look.columns[-1]
    bottom, y = top + 8, top + 5.2
    sheet.line(edge, top, edge, bottom, pen)
    sheet.line(left, bottom, right, bottom, pen)
    small = left + (right - left) * 0.68
    sheet.put(
        Layer.FORM,
        Text((left + edge) / 2, y, "价税合计（大写）", label, "center"),
        Text(small, y, "（小写）", label),
    )
    cross_out(sheet, Layer.PRINT, (edge + 4, y - 1.2), 1.7, (0, 0, 0))
    words = truth.extra.total_in_words or ""
    sheet.put(
        Layer.PRINT,
        Text(edge + 7, y, words, _VALUE, fit=small - edge - 8, of="extra.total_in_words"),
        Text(small + 13, y, f"¥{truth.total:.2f}", Style(Font.SONG, 10.5), of="total"),
    )
    return bottom


def _remark(
    sheet: Sheet,
    truth: Truth,
    box: tuple[float, float, float, float],
    how: tuple[Style, Pen],
) -> None:
    (x0, x1, y0, y1), (label, pen) = box, how
    sheet.line(x0 + 6, y0, x0 + 6, y1, pen)
    step = (y1 - y0) / 2.6
    sheet.column(Layer.FORM, (x0 + 3, y0 + step * 0.85), "备注", step, label)
    y = y0 + 4.4
    for line in (truth.extra.remark or "").split("\n"):
        for part in fonts.wrap(line, _VALUE.font, _VALUE.size, (x1 - x0 - 8) * POINTS_PER_MM):
            if part:
                sheet.put(Layer.PRINT, Text(x0 + 7, y, part, _VALUE, of="extra.remark"))
                y += 4.2


def _foot(sheet: Sheet, truth: Truth, label: Style, look: _Look) -> None:
    extra, y = truth.extra, sheet.height - 7.5
    x = look.columns[0] + 4
    for name, value, at, of in (
        ("收款人：", extra.payee, x, "extra.payee"),
        ("复核：", extra.reviewer, x + 50, "extra.reviewer"),
        ("开票人：", extra.drawer, x + 95, "extra.drawer"),
        ("销售方：（章）", None, x + 138, ""),
    ):
        sheet.put(Layer.FORM, Text(at, y, name, label))
        if value:
            mark = Text(at + 3.2 * len(name), y, value, _VALUE, of=of)
            sheet.put(Layer.PRINT, mark)
    if truth.seller:
        image = seal.issuer(truth.seller.name, truth.seller.tax_id or "")
        sheet.put(Layer.SEAL, Picture(158, sheet.height - 37, 40, 30, image))
