"""Tickets by rail: the electronic one, 210 x 140 mm, and the card of paper (domain.md 1.4)."""

from collections.abc import Iterable
from typing import NamedTuple

from models.forms import Form
from synth import fonts
from synth.draw import backdrop, qr, seal
from synth.draw.sheet import (
    BLACK,
    POINTS_PER_MM,
    Color,
    Layer,
    Line,
    Pen,
    Picture,
    Sheet,
    Style,
    Text,
)
from synth.fonts import Font
from synth.truth import Truth

_UPPER: Color = (219, 239, 244)
_LOWER: Color = (162, 219, 232)
_VALUE = Style(Font.SONG, 12)
_WISHES = ("买票请到12306 发货请到95306", "中国铁路祝您旅途愉快")
_RED: Color = (226, 74, 110)
_CARD = (85.6, 54.0)
_NARROW = 0.87


class Run(NamedTuple):
    """A piece of a line, how it is set, and the field it is (see Text.of)."""

    text: str
    style: Style
    of: str = ""


def lay_out(truth: Truth) -> Sheet:
    """The sheet of a rail ticket, electronic or of paper."""
    return _electronic(truth) if truth.form is Form.RAIL_E else _card(truth)


def _electronic(truth: Truth) -> Sheet:
    sheet = Sheet(210, 140)
    image = backdrop.woven(210, 140, 105.3, _UPPER, _LOWER)
    sheet.put(Layer.FORM, Picture(0, 0, 210, 140, image))
    _electronic_head(sheet, truth)
    _electronic_journey(sheet, truth)
    _electronic_foot(sheet, truth)
    return sheet


def _electronic_head(sheet: Sheet, truth: Truth) -> None:
    image = seal.supervision(truth.face.bureau)
    sheet.put(Layer.FORM, Picture(90.2, 4.3, 30, 20, image))
    title = Style(Font.HEI, 20.5)
    sheet.put(Layer.PRINT, Text(105, 12.7, "电子发票（铁路电子客票）", title, "center"))
    sheet.put(
        Layer.PRINT,
        Text(9.4, 20.3, f"发票号码:{truth.number}", _VALUE, of="number"),
        Text(201.3, 19.8, f"开票日期:{truth.day:%Y年%m月%d日}", _VALUE, "right", of="date"),
    )


def _electronic_journey(sheet: Sheet, truth: Truth) -> None:
    extra, details = truth.extra, truth.face.details
    big = Style(Font.HEI, 20)
    for name, pinyin, x, of in (
        (extra.departure, details["from"], 46.7, "extra.departure"),
        (extra.destination, details["to"], 154.7, "extra.destination"),
    ):
        station = (Run(name or "", big, of), Run("站", _VALUE))
        _run(sheet, (x - _width(station) / 2, 35.4), station)
        latin = Style(Font.MONO, 10.8)
        sheet.put(Layer.PRINT, Text(x, 41.7, pinyin, latin, "center"))
    train = Style(Font.SANS, 14.5)
    number = Text(100.8, 34.9, extra.trip_no or "", train, "center", 14.2, of="extra.trip_no")
    sheet.put(Layer.PRINT, number)
    _arrow(sheet, (92.0, 111.0), 36.8, 0.6)
    day = f"{extra.travel_date:%Y年%m月%d日}"
    price_at = 20.4 + 4.2 * (len(details["price"]) - 2)
    sheet.put(Layer.PRINT, Text(9.4, 63.2, f"{details['price']}:", _VALUE))
    for text, x, y, style, of in (
        (day, 9.4, 50.7, _VALUE, "extra.travel_date"),
        (f"{extra.departure_time}开", 44.3, 50.7, _VALUE, "extra.departure_time"),
        (extra.seat or "", 75.3, 50.7, _VALUE, "extra.seat"),
        (extra.seat_class or "", 127.4, 50.7, _VALUE, "extra.seat_class"),
        (_yen(truth), price_at, 63.4, Style(Font.SONG, 18), "total"),
        (extra.traveller_id or "", 9.4, 82.2, _VALUE, "extra.traveller_id"),
        (extra.traveller or "", 75.3, 82.2, _VALUE, "extra.traveller"),
    ):
        sheet.put(Layer.PRINT, Text(x, y, text, style, of=of))


def _yen(truth: Truth) -> str:
    return f"￥{truth.total:.2f}"


def _electronic_foot(sheet: Sheet, truth: Truth) -> None:
    qr.put(sheet, Layer.FORM, (172.7, 59.5), truth.extra.qr or "", size=20)
    qr.put_patch(sheet, Layer.FORM, (182.7, 69.5))
    ticket = f"电子客票号:{truth.extra.ticket_no}"
    sheet.put(Layer.PRINT, Text(9.4, 102.4, ticket, _VALUE, of="extra.ticket_no"))
    sheet.put(Layer.PRINT, Text(9.4, 110.8, "购买方名称:", _VALUE))
    buyer = truth.buyer
    if buyer:
        lines = fonts.wrap(buyer.name, _VALUE.font, _VALUE.size, 84.5 * POINTS_PER_MM)
        for i, part in enumerate(lines):
            sheet.put(Layer.PRINT, Text(32.6, 110.8 + i * 4.2, part, _VALUE, of="buyer_name"))
    tax_id = buyer.tax_id if buyer and buyer.tax_id else ""
    of = "buyer_tax_id" if tax_id else ""
    code = Text(127.4, 110.8, f"统一社会信用代码:{tax_id}", _VALUE, fit=75, of=of)
    sheet.put(Layer.PRINT, code)
    _dashed(sheet, (10.3, 120.6, 200.6, 133.6), Pen(BLACK, 0.35))
    for i, wish in enumerate(_WISHES):
        sheet.put(Layer.PRINT, Text(105.3, 125.9 + i * 5.6, wish, _VALUE, "center"))


def _card(truth: Truth) -> Sheet:
    """A blue magnetic card or a pink slip, both printed alike."""
    sheet = Sheet(*_CARD)
    blue = truth.face.details["paper"] == "blue"
    image = backdrop.blue_ticket(*_CARD) if blue else backdrop.pink_ticket(*_CARD)
    sheet.put(Layer.FORM, Picture(0, 0, *_CARD, image))
    red = Style(Font.SANS, 12.2, _RED)
    sheet.put(Layer.FORM, Text(6.2, 6.2, truth.number, red, fit=23, of="number"))
    _card_head(sheet, truth)
    _card_lines(sheet, truth)
    _card_foot(sheet, truth)
    return sheet


def _card_head(sheet: Sheet, truth: Truth) -> None:
    extra, details, ink = truth.extra, truth.face.details, truth.face.ink
    small = Style(Font.SONG, 9.6, ink, 0.06)
    sheet.put(Layer.PRINT, Text(79.5, 5.8, details["gate"], small, "right"))
    bold = Style(Font.HEI, 12.6, ink, 0.04)
    for name, pinyin, x, of in (
        (extra.departure or "", details["from"], 9.2, "extra.departure"),
        (extra.destination or "", details["to"], 54.4, "extra.destination"),
    ):
        _spread(sheet, Run(name, bold, of), (x, x + 16.0), 11.0)
        sheet.put(Layer.PRINT, Text(x + 17.0, 10.8, "站", small))
        latin = Style(Font.SONG, 10, ink, 0.06, 0.2)
        sheet.put(Layer.PRINT, Text(x + 10.2, 14.5, pinyin, latin, "center", 21))
    train = Style(Font.SONG, 16, ink, 0.1, 0.3)
    number = Text(42.3, 11.2, extra.trip_no or "", train, "center", 14.6, of="extra.trip_no")
    sheet.put(Layer.PRINT, number)
    _arrow(sheet, (35.6, 49.4), 12.9, 0.22, ink)


def _card_lines(sheet: Sheet, truth: Truth) -> None:
    extra, details, ink = truth.extra, truth.face.details, truth.face.ink
    big, tiny = Style(Font.SANS, 12, ink), Style(Font.SONG, 7, ink, 0.06)
    song = Style(Font.SONG, 9.6, ink, 0.08)
    day = extra.travel_date or truth.day
    on = "date extra.travel_date"
    when = (
        Run(f"{day:%Y}", big, on),
        Run("年", tiny, on),
        Run(f"{day:%m}", big, on),
        Run("月", tiny, on),
        Run(f"{day:%d}", big, on),
        Run("日 ", tiny, on),
        Run(extra.departure_time or "", big, "extra.departure_time"),
        Run("开", tiny),
    )
    _run(sheet, (6.2, 19.0), when, fit=40.5)
    _run(sheet, (52.8, 19.0), _seat(extra.seat or "", big, tiny))
    price = (Run(" ¥", song), Run(f"{truth.total:.2f}"[:-1], big, "total"), Run("元", tiny))
    _run(sheet, (6.0, 23.4), price)
    sheet.put(Layer.PRINT, Text(34.8, 23.4, details["mark"], song))
    carriage = Text(63.6, 23.4, _class_printed(truth), song, "center", of="extra.seat_class")
    sheet.put(Layer.PRINT, carriage)
    for i, line in enumerate(details["note"].split("\n")):
        sheet.put(Layer.PRINT, Text(6.2, 27.4 + 3.9 * i, line, song))
    name = Style(Font.SONG, 9.4, ink, 0.08)
    person = (
        Run(extra.traveller_id or "", big, "extra.traveller_id"),
        Run(" ", tiny),
        Run(extra.traveller or "", name, "extra.traveller"),
    )
    _run(sheet, (6.0, 36.0), person, fit=52)


def _class_printed(truth: Truth) -> str:
    """Old-style carriages print that they are air-conditioned."""
    name = truth.extra.seat_class or ""
    return f"新空调{name}" if name[0] in "硬软" else name


def _seat(seat: str, big: Style, tiny: Style) -> Iterable[Run]:
    """Figures large, the words between them small."""
    for char in seat:
        yield Run(char, big if char.isascii() else tiny, "extra.seat")


def _card_foot(sheet: Sheet, truth: Truth) -> None:
    ink = truth.face.ink
    _dashed(sheet, (10.0, 37.7, 57.8, 45.6), Pen(ink, 0.18), Layer.PRINT)
    wish = Style(Font.SONG, 7.8, ink, 0.06)
    for i, text in enumerate(_WISHES):
        sheet.put(Layer.PRINT, Text(33.9, 40.8 + i * 3.7, text, wish, "center", 44))
    foot = Style(Font.SONG, 9.4, ink, 0.06)
    sheet.put(
        Layer.PRINT,
        Text(5.9, 50.0, truth.extra.ticket_no or "", foot, fit=31, of="extra.ticket_no"),
        Text(39.5, 50.0, truth.face.details["sold"], foot),
    )
    qr.put(sheet, Layer.PRINT, (65.2, 31.4), truth.extra.qr or "", size=14.6, color=ink)


def _width(runs: Iterable[Run]) -> float:
    """Millimetres a line takes; the printers' sans figures are narrower than the font's."""
    return (
        sum(
            fonts.text_width(run.text, run.style.font, run.style.size)
            * (_NARROW if run.style.font is Font.SANS else 1)
            for run in runs
        )
        / POINTS_PER_MM
    )


def _run(
    sheet: Sheet, at: tuple[float, float], runs: Iterable[Run], fit: float | None = None
) -> None:
    """Pieces of different size one after the other on one line, condensed to `fit` mm."""
    pieces = tuple(runs)
    squeeze = min(1.0, fit / _width(pieces)) if fit else 1.0
    x, y = at
    for run in pieces:
        width = _width((run,)) * squeeze
        if run.text.strip():
            sheet.put(Layer.PRINT, Text(x, y, run.text, run.style, fit=width, of=run.of))
        x += width


def _spread(sheet: Sheet, run: Run, ends: tuple[float, float], y: float) -> None:
    """Characters spread evenly between two x, as station names are set."""
    (x0, x1), (text, style, of) = ends, run
    size = style.size / POINTS_PER_MM
    if len(text) * size > x1 - x0:
        sheet.put(Layer.PRINT, Text(x0, y, text, style, fit=x1 - x0, of=of))
        return
    step = (x1 - x0 - size) / max(1, len(text) - 1)
    for i, char in enumerate(text):
        sheet.put(Layer.PRINT, Text(x0 + i * step, y, char, style, of=of))


def _arrow(
    sheet: Sheet, ends: tuple[float, float], y: float, width: float, color: Color = BLACK
) -> None:
    """A line with half a head, pointing right."""
    x0, x1 = ends
    pen = Pen(color, width)
    sheet.put(Layer.PRINT, Line(x0, y, x1, y, pen))
    for i in range(4):
        back = 4.4 * width + 0.9 - i * 0.3
        rise = back * 0.42 * (1 - i * 0.12)
        sheet.put(Layer.PRINT, Line(x1 - back, y - rise, x1, y, Pen(color, width * 0.7)))


def _dashed(
    sheet: Sheet, box: tuple[float, float, float, float], pen: Pen, layer: Layer = Layer.FORM
) -> None:
    """The dashed frame around the wishes for the journey."""
    x0, y0, x1, y1 = box
    step, dash = (3.2, 2.2) if x1 - x0 > 100 else (1.7, 1.1)
    for y in (y0, y1):
        for i in range(int((x1 - x0) / step) + 1):
            x = x0 + i * step
            sheet.put(layer, Line(x, y, min(x + dash, x1), y, pen))
    for x in (x0, x1):
        for i in range(int((y1 - y0) / step) + 1):
            y = y0 + i * step
            sheet.put(layer, Line(x, y, x, min(y + dash, y1), pen))
