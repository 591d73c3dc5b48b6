"""Air itineraries: the electronic one, 210 x 140 mm, and the slip on sprocket paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.forms import Form
from synth import fonts
from synth.draw import backdrop, qr, seal
from synth.draw.sheet import (
    POINTS_PER_MM,
    Color,
    Disc,
    Layer,
    Pen,
    Picture,
    Sheet,
    Style,
    Text,
)
from synth.fonts import Font
from synth.truth import Truth

_RED: Color = (128, 0, 0)
_PAPER_INK: Color = (38, 70, 110)
_SEGMENT = (
    "承运人",
    "航班号",
    "座位等级",
    "日期",
    "时间",
    "客票级别/客票类别",
    "客票生效日期",
    "有效截止日期",
    "免费行李",
)
_SEGMENT_ENGLISH = (
    "CARRIER",
    "FLIGHT",
    "CLASS",
    "DATE",
    "TIME",
    "FARE BASIS",
    "NOT VALID BEFORE",
    "NOT VALID AFTER",
    "ALLOW.",
)
_MONEY = ("票价", "燃油附加费", "增值税税率", "增值税税额", "民航发展基金", "其他税费", "合计")
_PAPER_MONEY = (
    ("票价", "FARE"),
    ("民航发展基金", "CAAC DEV.FUND"),
    ("燃油附加费", "FUEL SURCHARGE"),
    ("其他税费", "OTHER TAXES"),
    ("合计", "TOTAL"),
)


class Cell(NamedTuple):
    """A label, the value under or beside it, and the field the value is (see Text.of)."""

    label: str
    value: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class _Inks:
    pen: Pen
    label: Style
    english: Style
    value: Style


def lay_out(truth: Truth) -> Sheet:
    """The sheet of an air itinerary, electronic or of paper."""
    return _electronic(truth) if truth.form is Form.AIR_E else _slip(truth)


def _electronic(truth: Truth) -> Sheet:
    sheet = Sheet(210, 140)
    inks = _Inks(
        Pen(_RED, 0.2),
        Style(Font.KAI, 8.5, _RED),
        Style(Font.SANS, 5, _RED),
        Style(Font.SONG, 9),
    )
    _electronic_head(sheet, truth, inks)
    extra, details = truth.extra, truth.face.details
    x0, x1 = 6.0, 204.0
    sheet.frame(x0, 31, x1, 131, inks.pen)
    person: list[Cell] = [
        Cell("旅客姓名", extra.traveller or "", "extra.traveller"),
        Cell("有效身份证件号码", extra.traveller_id or "", "extra.traveller_id"),
        Cell("签注", details["endorsement"]),
        Cell("GP单号", ""),
    ]
    _stacked(sheet, (x0, 45, 95, 165, x1), (31, 42.5), person, inks)
    _segments(sheet, truth, (x0, 54, 69, 83, 98, 117, 131, 154, 172, 189, x1), 42.5, inks)
    _stacked(sheet, _even(x0, x1, 7), (83.5, 95.5), _electronic_money(truth), inks)
    ticket: list[Cell] = [
        Cell("电子客票号码", extra.ticket_no or "", "extra.ticket_no"),
        Cell("验证码", details["check"]),
        Cell("提示信息", ""),
        Cell("保险费", details["insurance"]),
    ]
    _stacked(sheet, (x0, 62, 95, 165, x1), (95.5, 107), ticket, inks)
    issue: list[Cell] = [
        Cell("销售网点代号", f"{details['agent']},{details['iata']}"),
        Cell("填开单位", truth.seller.name if truth.seller else "", "seller_name"),
        Cell("填开日期", f"{truth.day:%Y年%m月%d日}", "date"),
    ]
    _stacked(sheet, (x0, 62, 145, x1), (107, 118.5), issue, inks)
    buyer = truth.buyer
    parties: list[Cell] = [
        Cell("购买方名称：", buyer.name if buyer else "", "buyer_name"),
        Cell("统一社会信用代码/纳税人识别号：", (buyer and buyer.tax_id) or "", "buyer_tax_id"),
    ]
    _beside(sheet, (x0, 113, x1), (118.5, 131), parties, inks)
    return sheet


def _electronic_head(sheet: Sheet, truth: Truth, inks: _Inks) -> None:
    qr.put(sheet, Layer.FORM, (8, 5), truth.extra.qr or "", size=20)
    title = Style(Font.KAI, 17, _RED)
    text = "电子发票（航空运输电子客票行程单）"
    sheet.put(Layer.FORM, Text(102, 14.4, text, title, "center", 98))
    for y in (18.1, 19.1):
        sheet.line(52, y, 152, y, Pen(_RED, 0.3))
    image = seal.supervision(truth.face.bureau)
    sheet.put(Layer.SEAL, Picture(87, 8.1, 30, 20, image))
    sheet.put(Layer.FORM, Text(31, 28.6, "国内国际标识：", inks.label))
    sheet.put(Layer.PRINT, Text(52, 28.6, "国内", inks.value))
    for label, value, y, of in (
        ("发票号码：", truth.number, 13.9, "number"),
        ("开票状态：", "正常", 19.9, ""),
    ):
        sheet.put(Layer.FORM, Text(155.0, y, label, inks.label))
        sheet.put(Layer.PRINT, Text(170.3, y, value, inks.value, of=of))


def _electronic_money(truth: Truth) -> list[Cell]:
    details = truth.face.details
    values = (
        f"CNY {details['fare']}",
        f"CNY {details['fuel']}",
        "9%",
        f"CNY {truth.tax:.2f}",
        f"CNY {details['fund']}",
        "CNY 0.00",
        f"CNY {truth.total:.2f}",
    )
    fields = ("", "", "", "tax", "", "", "total")
    return [Cell(*cell) for cell in zip(_MONEY, values, fields, strict=True)]


def _even(x0: float, x1: float, count: int) -> tuple[float, ...]:
    return tuple(x0 + (x1 - x0) * i / count for i in range(count + 1))


def _flight_values(truth: Truth) -> tuple[tuple[str, str], ...]:
    """What stands under the headings, and the fields it is."""
    extra, details = truth.extra, truth.face.details
    day = f"{extra.travel_date:%Y-%m-%d}"
    return (
        (details["prefix"], ""),
        (extra.trip_no or "", "extra.trip_no"),
        (extra.seat_class or "", "extra.seat_class"),
        (day, "extra.travel_date"),
        (extra.departure_time or "", "extra.departure_time"),
        (extra.seat_class or "", ""),
        ("", ""),
        (day if truth.form is Form.AIR_PAPER else "", ""),
        (details["baggage"], ""),
    )


def _segments(
    sheet: Sheet, truth: Truth, xs: Sequence[float], top: float, inks: _Inks, pitch: float = 8.0
) -> None:
    """The table of flights: a heading, then 自 and three 至 whose lines fill from the top."""
    bilingual = truth.form is Form.AIR_PAPER
    bottom = top + 9 + 4 * pitch
    sheet.line(xs[0], bottom, xs[-1], bottom, inks.pen)
    for x in xs[1:-1]:
        sheet.line(x, top, x, bottom, inks.pen)
    for i, label in enumerate(_SEGMENT):
        x, room = (xs[i + 1] + xs[i + 2]) / 2, xs[i + 2] - xs[i + 1] - 1
        sheet.put(Layer.FORM, Text(x, top + 4, label, inks.label, "center", room))
        if bilingual:
            english = _SEGMENT_ENGLISH[i]
            sheet.put(Layer.FORM, Text(x, top + 6.6, english, inks.english, "center", room))
    extra = truth.extra
    stops = (
        ("自", "FROM", extra.departure, "extra.departure"),
        ("至", "TO", extra.destination, "extra.destination"),
        ("至", "TO", None, ""),
        ("至", "TO", None, ""),
    )
    for i, (word, english, stop, of) in enumerate(stops):
        y = top + 11.5 + i * pitch
        label = f"{word}：{english}" if bilingual else f"{word}："
        sheet.put(Layer.FORM, Text(xs[0] + 1.5, y, label, inks.label, fit=12))
        shown = stop or ("VOID" if i == 2 else "")
        at = xs[0] + (14 if bilingual else 9)
        sheet.put(Layer.PRINT, Text(at, y, shown, inks.value, fit=xs[1] - at - 1, of=of))
    for i, (value, of) in enumerate(_flight_values(truth)):
        x, room = (xs[i + 1] + xs[i + 2]) / 2, xs[i + 2] - xs[i + 1] - 1
        sheet.put(Layer.PRINT, Text(x, top + 11.5, value, inks.value, "center", room, of=of))
    sheet.put(
        Layer.PRINT, Text((xs[1] + xs[2]) / 2, top + 11.5 + pitch, "VOID", inks.value, "center")
    )


def _stacked(
    sheet: Sheet,
    xs: Sequence[float],
    ends: tuple[float, float],
    cells: Sequence[Cell],
    inks: _Inks,
) -> None:
    """A row of cells, each a label with its value under it; `ends` are top and bottom."""
    top, bottom = ends
    sheet.line(xs[0], bottom, xs[-1], bottom, inks.pen)
    for x in xs[1:-1]:
        sheet.line(x, top, x, bottom, inks.pen)
    for (label, value, of), x0, x1 in zip(cells, xs, xs[1:], strict=False):
        room = x1 - x0 - 2
        upper, lower = top + 0.34 * (bottom - top), bottom - 0.15 * (bottom - top)
        sheet.put(Layer.FORM, Text(x0 + 1.5, upper, label, inks.label, fit=room))
        if value:
            sheet.put(Layer.PRINT, Text(x0 + 1.5, lower, value, inks.value, fit=room, of=of))


def _beside(
    sheet: Sheet,
    xs: Sequence[float],
    ends: tuple[float, float],
    cells: Sequence[Cell],
    inks: _Inks,
) -> None:
    """A row of cells, each a label and its value to the right, on two lines where it is long."""
    top, bottom = ends
    for x in xs[1:-1]:
        sheet.line(x, top, x, bottom, inks.pen)
    for (label, value, of), x0, x1 in zip(cells, xs, xs[1:], strict=False):
        at = x0 + 2 + fonts.text_width(label, inks.label.font, inks.label.size) / POINTS_PER_MM
        middle = (top + bottom) / 2 + 1.2
        room = x1 - at - 1
        lines = fonts.wrap(value, inks.value.font, inks.value.size, room * POINTS_PER_MM)
        sheet.put(Layer.FORM, Text(x0 + 1.5, middle, label, inks.label))
        start = middle - 2.1 * (len(lines) - 1)
        for i, part in enumerate(lines):
            if part:
                mark = Text(at, start + 4.2 * i, part, inks.value, fit=room, of=of)
                sheet.put(Layer.PRINT, mark)


def _slip(truth: Truth) -> Sheet:
    """The paper itinerary, 241 x 102 mm: bilingual labels, prices with tax."""
    sheet = Sheet(241, 102)
    ink = truth.face.ink
    inks = _Inks(
        Pen(_PAPER_INK, 0.18),
        Style(Font.SONG, 7.6, _PAPER_INK, 0.03),
        Style(Font.SANS, 4.8, _PAPER_INK),
        Style(Font.SONG, 9, ink, 0.06),
    )
    sheet.put(Layer.FORM, Picture(0, 0, 241, 102, backdrop.itinerary(241, 102)))
    _slip_head(sheet, truth, inks)
    extra, details = truth.extra, truth.face.details
    person = (
        Cell("旅客姓名", extra.traveller or "", "extra.traveller"),
        Cell("有效身份证件号码", extra.traveller_id or "", "extra.traveller_id"),
    )
    x0, x1 = 21.0, 220.0
    sheet.frame(x0, 20, x1, 91, inks.pen)
    _bilingual(
        sheet,
        (x0, 72, 137, x1),
        (20, 29),
        (
            (person[0], "NAME OF PASSENGER"),
            (person[1], "ID.NO."),
            (Cell("签注", details["endorsement"]), "ENDORSEMENTS/RESTRICTIONS(CARBON)"),
        ),
        inks,
    )
    xs = (x0, 68, 83, 98, 111, 130, 143, 167, 185, 203, x1)
    _segments(sheet, truth, xs, 29, inks, pitch=6.6)
    _bilingual(sheet, _even(x0, x1, 5), (64.4, 73.4), _slip_money(truth), inks)
    _slip_foot(sheet, truth, (x0, x1), inks)
    return sheet


def _slip_foot(sheet: Sheet, truth: Truth, span: tuple[float, float], inks: _Inks) -> None:
    """The two last rows: the ticket's number and checks, and who issued the slip when."""
    extra, details = truth.extra, truth.face.details
    issuer = truth.seller.name if truth.seller else ""
    x0, x1 = span
    _bilingual(
        sheet,
        (x0, 76, 108, 170, x1),
        (73.4, 82.2),
        (
            (Cell("电子客票号码", extra.ticket_no or "", "extra.ticket_no"), "E-TICKET NO."),
            (Cell("验证码", details["check"]), "CK."),
            (Cell("提示信息", ""), "INFORMATION"),
            (Cell("保险费", details["insurance"]), "INSURANCE"),
        ),
        inks,
    )
    _bilingual(
        sheet,
        (x0, 76, 165, x1),
        (82.2, 91),
        (
            (Cell("销售单位代号", f"{details['agent']},{details['iata']}"), "AGENT CODE"),
            (Cell("填开单位", issuer, "seller_name"), "ISSUED BY"),
            (Cell("填开日期", f"{truth.day:%Y-%m-%d}", "date"), "DATE OF ISSUE"),
        ),
        inks,
    )


def _slip_head(sheet: Sheet, truth: Truth, inks: _Inks) -> None:
    title = Style(Font.SONG, 14, _PAPER_INK, 0.2)
    sheet.put(Layer.FORM, Text(118, 9.2, "航空运输电子客票行程单", title, "center"))
    english = "ITINERARY/RECEIPT OF E-TICKET FOR AIR TRANSPORT"
    sheet.put(Layer.FORM, Text(118, 13.2, english, Style(Font.SANS, 7, _PAPER_INK), "center"))
    sheet.put(Layer.FORM, Picture(103, 3.4, 27, 18, seal.supervision(truth.face.bureau)))
    number = Style(Font.SONG, 11, (190, 40, 50), 0.14)
    sheet.put(
        Layer.FORM,
        Text(162, 9.6, "印刷序号：", inks.label),
        Text(162, 12.6, "SERIAL NUMBER:", inks.english),
        Text(177, 10.6, f"{truth.number[:-1]} {truth.number[-1]}", number, of="number"),
    )
    sheet.put(Layer.PRINT, Text(24, 17.6, truth.face.details["reference"], inks.value))
    sheet.column(Layer.FORM, (17.4, 36), "付款凭证", 5.5, inks.label)
    sheet.put(Layer.FORM, Text(17.0, 60, "RECEIPT", inks.english, angle=90))
    sheet.column(Layer.FORM, (223.4, 36), "手写无效", 5.5, inks.label)
    sheet.put(Layer.FORM, Text(223.0, 60, "INVALID IN HANDWRITING", inks.english, angle=90))
    for x in (6.5, 234.5):
        for i in range(8):
            sheet.put(Layer.FORM, Disc(x, 6.5 + 12.7 * i, 2.0, (112, 108, 104)))


def _slip_money(truth: Truth) -> tuple[tuple[Cell, str], ...]:
    details = truth.face.details
    fuel = details["fuel"]
    values = (
        f"CNY {details['fare']}",
        f"CN {details['fund']}",
        "YQ EXEMPT" if fuel == "EXEMPT" else f"YQ {fuel}",
        "",
        f"CNY {truth.total:.2f}",
    )
    fields = ("", "", "", "", "total")
    return tuple(
        (Cell(label, value, of), english)
        for (label, english), value, of in zip(_PAPER_MONEY, values, fields, strict=True)
    )


def _bilingual(
    sheet: Sheet,
    xs: Sequence[float],
    ends: tuple[float, float],
    cells: Sequence[tuple[Cell, str]],
    inks: _Inks,
) -> None:
    """A row of stacked cells whose labels are repeated in English, small, to their right."""
    _stacked(sheet, xs, ends, [cell for cell, _ in cells], inks)
    for (cell, english), x0, x1 in zip(cells, xs, xs[1:], strict=False):
        width = fonts.text_width(cell.label, inks.label.font, inks.label.size) / POINTS_PER_MM
        at = x0 + 2.5 + width
        sheet.put(
            Layer.FORM,
            Text(
                at, ends[0] + 0.34 * (ends[1] - ends[0]), english, inks.english, fit=x1 - at - 0.5
            ),
        )
