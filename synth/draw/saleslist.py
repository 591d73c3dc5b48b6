"""The 销货清单 of an invoice whose lines do not fit it: A4 pages of their own (domain.md 1.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from models.forms import Form
from models.invoice import LineItem
from synth import fonts
from synth.draw import looks, seal
from synth.draw.marks import printed
from synth.draw.sheet import POINTS_PER_MM, Align, Layer, Line, Pen, Picture, Sheet, Style, Text
from synth.draw.taxcontrol import in_cell, money
from synth.fonts import Font
from synth.truth import Truth

_COLUMNS = (4.5, 13.5, 56.5, 82.5, 94.5, 114.5, 134.5, 164.5, 175.5, 205.5)
_HEADINGS = ("序号", "项目名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额")
_PAPER_HEADINGS = ("序号", "货物（劳务）名称", *_HEADINGS[2:])
_ALIGNS: tuple[Align, ...] = ("center", "right", "right", "right", "center", "right")
_TOP, _FIRST, _PITCH, _ROWS = 59.0, 66.0, 6.9, 27
_SUMS = (256.0, 263.0, 270.0, 277.0)
"""The y below which 小计, 总计 and 备注 stand, and the lower edge."""
_NAMES = {
    Form.VAT_SPECIAL: "增值税专用发票",
    Form.VAT_NORMAL: "增值税普通发票",
    Form.VAT_E_SPECIAL: "增值税电子专用发票",
    Form.VAT_E_NORMAL: "增值税电子普通发票",
    Form.DZP_SPECIAL: "增值税专用发票",
    Form.DZP_NORMAL: "增值税普通发票",
}


@dataclass(frozen=True, slots=True)
class _Page:
    """One page: which of how many, its lines and how many stood on the pages before."""

    number: int
    count: int
    lines: tuple[LineItem, ...]
    before: int


@dataclass(frozen=True, slots=True)
class _Hand:
    """Styles, and the layers labels and values belong to."""

    pen: Pen
    title: Style
    label: Style
    value: Style
    layer: Layer
    headings: tuple[str, ...]


def lay_out(truth: Truth) -> tuple[Sheet, ...]:
    """The pages of the list; none for an invoice that has no list."""
    lines = truth.face.listed
    starts = range(0, len(lines), _ROWS)
    pages = [
        _Page(i, len(starts), lines[start : start + _ROWS], start)
        for i, start in enumerate(starts, start=1)
    ]
    return tuple(_draw(truth, page) for page in pages)


def _draw(truth: Truth, page: _Page) -> Sheet:
    sheet = Sheet(210, 297)
    hand = _hand(truth)
    _head(sheet, truth, page, hand)
    _table(sheet, hand)
    for i, item in enumerate(page.lines):
        _line(sheet, item, page.before + i, _FIRST + (i + 0.7) * _PITCH, hand)
    _sums(sheet, truth, page, hand)
    return sheet


def _hand(truth: Truth) -> _Hand:
    """Brown and dark on an electronic list; one ink for all where a printer does the whole page."""
    if truth.face.copy_no:
        ink = truth.face.ink
        return _Hand(
            Pen(ink, 0.25),
            Style(Font.SONG, 17, ink, 0.15),
            Style(Font.SONG, 9.5, ink, 0.06),
            Style(Font.SONG, 9, ink, 0.06),
            Layer.PRINT,
            _PAPER_HEADINGS,
        )
    look = looks.ELECTRONIC[looks.index(truth) % len(looks.ELECTRONIC)]
    return _Hand(
        Pen((146, 52, 22), 0.25),
        Style(look.label[0], 19, look.color),
        Style(look.label[0], 9, look.color),
        Style(look.value[0], look.value[1]),
        Layer.FORM,
        _HEADINGS if look.late else _PAPER_HEADINGS,
    )


def _head(sheet: Sheet, truth: Truth, page: _Page, hand: _Hand) -> None:
    title = "销售货物或者提供应税劳务、服务清单"
    if looks.is_old(truth):
        title = "销售货物或者提供应税劳务清单"
    sheet.put(hand.layer, Text(105, 20, title, hand.title, "center"))
    buyer = truth.buyer.name if truth.buyer else ""
    seller = truth.seller.name if truth.seller else ""
    number = (truth.extra.second_number if truth.form.is_digital_paper else None) or truth.number
    of_number = "extra.second_number" if truth.form.is_digital_paper else "number"
    of_form = f"所属{_NAMES[truth.form]}代码："
    width = fonts.text_width(of_form, hand.label.font, hand.label.size) / POINTS_PER_MM
    _labelled(sheet, hand, (10, 40), "购买方名称：", buyer, "buyer_name")
    _labelled(sheet, hand, (10, 47), "销售方名称：", seller, "seller_name")
    _labelled(sheet, hand, (10, 54), of_form, truth.code or "", "code")
    _labelled(sheet, hand, (10 + width + 28, 54), "号码：", number, of_number)
    count = f"共 {page.count} 页　第 {page.number} 页"
    sheet.put(hand.layer, Text(205, 54, count, hand.label, "right"))
    date = f"{truth.day:%Y年%m月%d日}"
    word = "填开日期：" if truth.face.copy_no else "开票日期："
    _labelled(sheet, hand, (150, 282), word, date, "date")
    if truth.face.copy_no:
        sheet.put(hand.layer, Text(10, 282, "销售方（章）：", hand.label))
        _stamp(sheet, truth)


def _stamp(sheet: Sheet, truth: Truth) -> None:
    stamp = truth.face.details.get("stamp")
    if truth.seller and stamp is not None:
        image = seal.issuer(truth.extra.issued_for or truth.seller.name, stamp)
        sheet.put(Layer.SEAL, Picture(34, 262, 40, 30, image))


def _labelled(
    sheet: Sheet, hand: _Hand, at: tuple[float, float], label: str, value: str, of: str
) -> None:
    x, y = at
    width = fonts.text_width(label, hand.label.font, hand.label.size) / POINTS_PER_MM
    room = 202 - x - width
    sheet.put(hand.layer, Text(x, y, label, hand.label))
    if value:
        sheet.put(Layer.PRINT, Text(x + width + 0.6, y, value, hand.value, fit=room, of=of))


def _table(sheet: Sheet, hand: _Hand) -> None:
    left, right = _COLUMNS[0], _COLUMNS[-1]
    bottom = _SUMS[-1]
    for y in (_TOP, _FIRST, *_SUMS):
        _rule(sheet, hand, (left, y, right, y))
    for x in (left, _COLUMNS[1], right):
        _rule(sheet, hand, (x, _TOP, x, bottom))
    for x in _COLUMNS[2:-1]:
        _rule(sheet, hand, (x, _TOP, x, _SUMS[2]))
    for text, x0, x1 in zip(hand.headings, _COLUMNS, _COLUMNS[1:], strict=False):
        middle = (x0 + x1) / 2
        sheet.put(hand.layer, Text(middle, _TOP + 5, text, hand.label, "center", x1 - x0 - 0.6))
    for text, y in zip(("小计", "总计", "备注"), _SUMS, strict=False):
        middle = (left + _COLUMNS[1]) / 2
        sheet.put(hand.layer, Text(middle, y + 5, text, hand.label, "center"))


def _rule(sheet: Sheet, hand: _Hand, ends: tuple[float, float, float, float]) -> None:
    sheet.put(hand.layer, Line(*ends, hand.pen))


def _line(sheet: Sheet, item: LineItem, index: int, y: float, hand: _Hand) -> None:
    of = f"list.{index}."
    middle = (_COLUMNS[0] + _COLUMNS[1]) / 2
    sheet.put(Layer.PRINT, Text(middle, y, str(index + 1), hand.value, "center"))
    for i, (name, value) in enumerate((("name", item.name), ("spec", item.spec)), start=1):
        if value:
            x, fit = _COLUMNS[i] + 0.7, _COLUMNS[i + 1] - _COLUMNS[i] - 1.2
            in_cell(sheet, (x, y, fit), value, hand.value, of + name)
    for i, ((name, value), align) in enumerate(zip(printed(item), _ALIGNS, strict=True), start=3):
        x0, x1 = _COLUMNS[i], _COLUMNS[i + 1]
        x = (x0 + x1) / 2 if align == "center" else x1 - 0.9
        if value:
            mark = Text(x, y, value, hand.value, align, x1 - x0 - 1.4, of=of + name)
            sheet.put(Layer.PRINT, mark)


def _sums(sheet: Sheet, truth: Truth, page: _Page, hand: _Hand) -> None:
    """What the page sums to and, on the last one, what all pages sum to."""
    rows: list[tuple[Iterable[LineItem], float, bool]] = [(page.lines, _SUMS[0], False)]
    if page.number == page.count:
        rows.append((truth.face.listed, _SUMS[1], True))
    for lines, y, whole in rows:
        amounts = [item.amount for item in lines if item.amount is not None]
        taxes = [item.tax for item in lines if item.tax is not None]
        for name, values, i in (("amount", amounts, 6), ("tax", taxes, 8)):
            total = sum(values, Decimal(0)) if values else None
            of = name if whole else ""
            mark = Text(_COLUMNS[i + 1] - 0.9, y + 5, money(total), hand.value, "right", of=of)
            sheet.put(Layer.PRINT, mark)
