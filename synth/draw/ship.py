"""Layouts of ship and ferry tickets: wide and upright, after published field lists (a guess)."""

from synth.cities import city_of
from synth.draw import strips
from synth.draw.cells import detail
from synth.draw.sheet import Color, Fill, Layer, Pen, Sheet, Style, Text
from synth.fonts import Font
from synth.truth import Party, Truth

_INKS: tuple[Color, ...] = ((24, 92, 148), (26, 112, 122), (150, 66, 60))
_Value = tuple[str, str, str]
"""Label, text, field."""


def lay_out(truth: Truth) -> Sheet:
    """The ticket: 150 x 62 mm, 60 x 112 mm, or (kept for the benchmark) 130 x 72 mm."""
    color = strips.rng_of(truth).choice(_INKS)
    layout = truth.face.details["layout"]
    if layout == "1":
        return _upright(truth, color)
    return _wide(truth, color, (150.0, 62.0) if layout == "0" else (130.0, 72.0))


def _values(truth: Truth) -> list[_Value]:
    extra = truth.extra
    ship = detail(truth, "船名")[0]
    return [
        ("开航日期", f"{truth.day:%Y-%m-%d}", "date extra.travel_date"),
        ("开航时间", extra.departure_time or "", "extra.departure_time"),
        ("船　　名", ship.text, ship.of),
        ("航　　次", extra.trip_no or "", "extra.trip_no"),
        ("舱　　位", extra.seat_class or "", "extra.seat_class"),
        ("座　　号", extra.seat or "", "extra.seat"),
        ("票　　价", f"￥{truth.total:.2f}", "total"),
    ]


def _paper(sheet: Sheet, truth: Truth, color: Color, title: str) -> None:
    tint = (min(255, color[0] // 12 + 236), min(255, color[1] // 12 + 236), 248)
    sheet.put(Layer.FORM, Fill(0, 0, sheet.width, sheet.height, tint))
    for i in range(1, round(sheet.width / 6)):
        # waves of the guilloche, as straight strokes
        x = i * 6
        pale = (232, 240, 246)
        sheet.line(x, sheet.height - 6, x + 3, sheet.height - 8, Pen(pale, 0.3))
        sheet.line(x + 3, sheet.height - 8, x + 6, sheet.height - 6, Pen(pale, 0.3))
    style = Style(Font.SONG, 13 if sheet.width > 100 else 11.5, color, 0.1)
    middle = sheet.width / 2
    sheet.put(Layer.FORM, Text(middle, 9.5, title, style, "center", sheet.width - 8))
    strips.supervision(sheet, truth, (middle, 9.5), 22)


def _wide(truth: Truth, color: Color, size: tuple[float, float]) -> Sheet:
    sheet, extra = Sheet(*size), truth.extra
    kept = size[0] < 150
    title = "轮渡船票" if kept else "水路客运统一船票"
    _paper(sheet, truth, color, f"{city_of(truth).province}{title}")
    label = Style(Font.KAI, 8.5, color)
    y = strips.code_and_number(sheet, truth, (6, 16.5), Style(Font.KAI, 8, color), size=11)
    big, value = strips.ink(truth, 15), strips.ink(truth, 10)
    y += 8.0
    right = sheet.width - (8 if kept else 34)
    sheet.put(
        Layer.PRINT,
        Text(9, y, extra.departure or "", big, of="extra.departure"),
        Text((9 + right) / 2, y, "—→", big, "center"),
        Text(right, y, extra.destination or "", big, "right", of="extra.destination"),
    )
    columns = 3 if not kept else 2
    step = (right - 6) / columns
    for i, (name, text, of) in enumerate(_values(truth)):
        x, line = 6 + step * (i % columns), y + 7 + 5.6 * (i // columns)
        sheet.put(Layer.FORM, Text(x, line, name, label))
        fit = step - 17.5
        sheet.put(Layer.PRINT, Text(x + 16, line, text, value, fit=fit, of=of))
    line = y + 7 + 5.6 * -(-7 // columns)
    _traveller(sheet, truth, (6, line), value)
    note = "当日当次有效　限乘一人　遗失不补"
    small = Style(Font.KAI, 6.5, color)
    sheet.put(
        Layer.FORM,
        Text(6, sheet.height - 4, note, small),
        Text(right, sheet.height - 4, truth.face.decree, small, "right", 50),
    )
    if kept:
        _carrier_seal(sheet, truth, (right - 18, line - 6), 26)
    else:
        _stub(sheet, truth, color)
        _carrier_seal(sheet, truth, (right - 16, line - 6.5), 26)
    return sheet


def _stub(sheet: Sheet, truth: Truth, color: Color) -> None:
    """The part torn off on boarding, right of a perforation."""
    x = sheet.width - 29
    for i in range(round(sheet.height / 2.4)):
        sheet.line(x, i * 2.4, x, i * 2.4 + 1.3, Pen((170, 176, 186), 0.2))
    small, value = Style(Font.KAI, 7.5, color), strips.ink(truth, 8)
    sheet.put(Layer.FORM, Text(x + 14, 18, "副　券", small, "center"))
    rows = (
        truth.extra.departure or "",
        truth.extra.destination or "",
        f"{truth.day:%m-%d} {truth.extra.departure_time}",
        truth.extra.seat or "",
        f"￥{truth.total:.2f}",
    )
    # its values stand on the ticket itself too: those are the ones a label's boxes enclose
    for i, text in enumerate(rows):
        sheet.put(Layer.PRINT, Text(x + 3, 26 + 6 * i, text, value, fit=24))


def _upright(truth: Truth, color: Color) -> Sheet:
    sheet, extra = Sheet(60, 112), truth.extra
    _paper(sheet, truth, color, f"{city_of(truth).province}轮渡客运船票")
    y = strips.code_and_number(sheet, truth, (5, 19), Style(Font.KAI, 8, color), size=11)
    value = strips.ink(truth, 10)
    sheet.line(4, y + 2.5, 56, y + 2.5, Pen(color, 0.25))
    rows: list[_Value] = [
        ("起　　点", extra.departure or "", "extra.departure"),
        ("终　　点", extra.destination or "", "extra.destination"),
        *_values(truth),
    ]
    y += 8
    for name, text, of in rows:
        sheet.put(
            Layer.PRINT,
            Text(6, y, f"{name}：", value),
            Text(24.5, y, text, value, fit=32, of=of),
        )
        y += 5.5
    _traveller(sheet, truth, (6, y), value)
    _carrier_seal(sheet, truth, (36, y + 6), 32)
    sheet.put(Layer.FORM, Text(30, 108, truth.face.decree, Style(Font.KAI, 6, color), "center", 50))
    return sheet


def _traveller(sheet: Sheet, truth: Truth, at: tuple[float, float], style: Style) -> None:
    """Name and masked id, for tickets sold against one."""
    extra, (x, y) = truth.extra, at
    if extra.traveller:
        sheet.put(
            Layer.PRINT,
            Text(x, y, extra.traveller, style, of="extra.traveller"),
            Text(x + 15, y, extra.traveller_id or "", style, fit=36, of="extra.traveller_id"),
        )


def _carrier_seal(sheet: Sheet, truth: Truth, center: tuple[float, float], width: float) -> None:
    details = truth.face.details
    carrier = Party(name=details["carrier"], tax_id=details["carrier_id"])
    sealed = truth.model_copy(update={"seller": carrier})
    strips.company_seal(sheet, sealed, center, width=width)
