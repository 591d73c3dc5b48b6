"""The layout of a 数电票: 210 x 140 mm, longer where the lines need it (domain.md 1.4)."""

from models.forms import Form
from models.invoice import LineItem
from synth import fonts
from synth.draw import qr, seal
from synth.draw.marks import cross_out, printed
from synth.draw.sheet import (
    POINTS_PER_MM,
    Align,
    Layer,
    Pen,
    Picture,
    Sheet,
    Style,
    Text,
)
from synth.fonts import Font
from synth.truth import Party, Truth

_RED = (128, 0, 0)
_PEN = Pen(_RED, 0.22)
_LABEL = Style(Font.KAI, 9, _RED)
_VALUE = Style(Font.SONG, 9)
_GREY = Style(Font.SONG, 8, (150, 150, 150))
_TITLES = {Form.DZ_SPECIAL: "电子发票（增值税专用发票）", Form.DZ_NORMAL: "电子发票（普通发票）"}

_COLUMNS: tuple[tuple[str, float, Align, float], ...] = (
    ("规格型号", 48.6, "center", 23),
    ("单 位", 71.9, "center", 14),
    ("数 量", 102.5, "right", 22),
    ("单 价", 127.7, "right", 23.5),
    ("金 额", 153.1, "right", 23),
    ("税率/征收率", 166.5, "center", 14),
    ("税 额", 205.3, "right", 28),
)
"""Heading, where it stands and is aligned, and how wide its values may be."""

_LEFT, _RIGHT = 4.6, 205.8
_PITCH = 4.5
_FIRST_LINE = 59.2
_ROOM = 31.5  # mm for the lines before the page grows


def lay_out(truth: Truth) -> Sheet:
    """The sheet of a 数电票."""
    rows = [_wrapped(item) for item in truth.items]
    grown = max(0.0, sum(map(len, rows)) * _PITCH - _ROOM)
    sheet = Sheet(210, 140 + grown)
    _head(sheet, truth)
    _parties(sheet, truth)
    _columns(sheet)
    _lines(sheet, truth, rows)
    _sums(sheet, truth, grown)
    _foot(sheet, truth, grown)
    return sheet


def _wrapped(item: LineItem) -> list[str]:
    return fonts.wrap(item.name, Font.SONG, _VALUE.size, 36.5 * POINTS_PER_MM)


def _head(sheet: Sheet, truth: Truth) -> None:
    payload = truth.extra.qr or ""
    qr.put(sheet, Layer.FORM, (6.5, 5.8), payload, size=20)
    qr.put_patch(sheet, Layer.FORM, (16.5, 15.8))
    title = Style(Font.KAI, 19, _RED)
    sheet.put(Layer.FORM, Text(102.4, 14.4, _TITLES[truth.form], title, "center"))
    for y in (18.1, 19.1):
        sheet.line(65.7, y, 138.8, y, Pen(_RED, 0.3))
    image = seal.supervision(truth.face.bureau)
    sheet.put(Layer.SEAL, Picture(90.2, 8.1, 30, 20, image))
    for label, value, y, of in (
        ("发票号码：", truth.number, 13.9, "number"),
        ("开票日期：", f"{truth.date:%Y年%m月%d日}", 19.9, "date"),
    ):
        sheet.put(Layer.FORM, Text(155.0, y, label, _LABEL))
        sheet.put(Layer.PRINT, Text(170.3, y, value, _VALUE, of=of))
    if truth.face.downloads:
        sheet.put(
            Layer.FORM, Text(206.9, 29.8, f"下载次数：{truth.face.downloads}", _GREY, angle=90)
        )


def _parties(sheet: Sheet, truth: Truth) -> None:
    sheet.frame(_LEFT, 29.8, _RIGHT, sheet.height - 15.8, _PEN)
    sheet.line(_LEFT, 52.0, _RIGHT, 52.0, _PEN)
    for x in (10.7, 105.2, 111.3):
        sheet.line(x, 29.8, x, 52.0, _PEN)
    for role, word, party, x in (
        ("buyer", "购买方信息", truth.buyer, _LEFT),
        ("seller", "销售方信息", truth.seller, 105.2),
    ):
        sheet.column(Layer.FORM, (x + 3.05, 34.9), word, 3.7, _LABEL)
        _party(sheet, role, party, x + 7.1)


def _party(sheet: Sheet, role: str, party: Party | None, x: float) -> None:
    label = "统一社会信用代码/纳税人识别号："
    sheet.put(Layer.FORM, Text(x, 36.6, "名称：", _LABEL), Text(x, 46.9, label, _LABEL, fit=43))
    if party is None:
        return
    sheet.put(Layer.PRINT, Text(x + 8.4, 36.6, party.name, _VALUE, fit=78, of=f"{role}_name"))
    if party.tax_id:
        style = Style(Font.MONO, 11.5)
        sheet.put(
            Layer.PRINT, Text(x + 43.3, 46.9, party.tax_id, style, fit=44, of=f"{role}_tax_id")
        )


def _columns(sheet: Sheet) -> None:
    sheet.put(Layer.FORM, Text(22.4, 56.0, "项目名称", _LABEL, "center"))
    for text, x, align, _ in _COLUMNS:
        sheet.put(Layer.FORM, Text(x, 56.0, text, _LABEL, align))


def _lines(sheet: Sheet, truth: Truth, rows: list[list[str]]) -> None:
    y = _FIRST_LINE + 0.6
    for index, (item, names) in enumerate(zip(truth.items, rows, strict=True)):
        of = f"items.{index}."
        for i, part in enumerate(names):
            sheet.put(Layer.PRINT, Text(_LEFT + 0.3, y + i * _PITCH, part, _VALUE, of=f"{of}name"))
        if item.spec:
            sheet.put(Layer.PRINT, Text(42.1, y, item.spec, _VALUE, fit=24, of=f"{of}spec"))
        for (name, value), (_, x, align, fit) in zip(printed(item), _COLUMNS[1:], strict=True):
            if value:
                sheet.put(Layer.PRINT, Text(x, y, value, _VALUE, align, fit, of=of + name))
        y += len(names) * _PITCH


def _sums(sheet: Sheet, truth: Truth, grown: float) -> None:
    y = 93.7 + grown
    sheet.put(
        Layer.FORM, Text(22.2, y, "合", _LABEL, "center"), Text(38.2, y, "计", _LABEL, "center")
    )
    sheet.put(
        Layer.PRINT,
        Text(153.1, y, f"¥{truth.amount:.2f}", _VALUE, "right", of="amount"),
        Text(205.4, y, f"¥{truth.tax:.2f}", _VALUE, "right", of="tax"),
    )
    top, bottom = 96.0 + grown, 104.1 + grown
    sheet.line(_LEFT, top, _RIGHT, top, _PEN)
    sheet.line(_LEFT, bottom, _RIGHT, bottom, _PEN)
    sheet.line(56.4, top, 56.4, bottom, _PEN)
    y = 101.2 + grown
    sheet.put(
        Layer.FORM,
        Text(28.9, y, "价税合计（大写）", _LABEL, "center"),
        Text(144.6, y, "（小写）", _LABEL),
    )
    cross_out(sheet, Layer.PRINT, (60.6, y - 1.2), 2.0, (0, 0, 0))
    sheet.put(
        Layer.PRINT,
        Text(63.6, y, truth.extra.total_in_words or "", _VALUE, fit=78, of="extra.total_in_words"),
        Text(155.9, y, f"¥{truth.total:.2f}", Style(Font.SONG, 11), of="total"),
    )


def _foot(sheet: Sheet, truth: Truth, grown: float) -> None:
    sheet.line(10.7, 104.1 + grown, 10.7, sheet.height - 15.8, _PEN)
    sheet.column(Layer.FORM, (_LEFT + 3.05, 112.2 + grown), "备注", 6.2, _LABEL)
    for i, line in enumerate((truth.extra.remark or "").split("\n")):
        if line:
            sheet.put(
                Layer.PRINT,
                Text(11.3, 107.6 + grown + i * 4.4, line, _VALUE, fit=190, of="extra.remark"),
            )
    y = 132.4 + grown
    sheet.put(Layer.FORM, Text(19.9, y, "开票人：", _LABEL))
    sheet.put(Layer.PRINT, Text(32.2, y, truth.extra.drawer or "", _VALUE, of="extra.drawer"))
