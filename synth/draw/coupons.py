"""Layouts of 定额发票, of a motorway gate's slip and of coach tickets, two of each."""

from synth import numbers
from synth.cities import cities, city_of
from synth.draw import strips
from synth.draw.sheet import Color, Fill, Layer, Pen, Sheet, Style, Text
from synth.fonts import Font
from synth.truth import Truth

_INKS: tuple[Color, ...] = ((40, 118, 84), (160, 84, 44), (62, 84, 150), (150, 56, 92))


def quota(truth: Truth) -> Sheet:
    """A coupon of fixed value: 133 x 70 mm, or 62 x 98 mm upright."""
    rng = strips.rng_of(truth)
    color = rng.choice(_INKS)
    return _quota_wide(truth, color) if rng.random() < 0.5 else _quota_narrow(truth, color)


def _pale(color: Color, share: float) -> Color:
    """The colour with `share` of its strength, as in a tint of the paper."""
    red, green, blue = (round(255 - (255 - part) * share) for part in color)
    return red, green, blue


def _guilloche(sheet: Sheet, color: Color) -> None:
    """The tint of fine crossing lines that covers a coupon."""
    sheet.put(Layer.FORM, Fill(0, 0, sheet.width, sheet.height, _pale(color, 0.05)))
    pen = Pen(_pale(color, 0.14), 0.12)
    for i in range(-round(sheet.height / 3), round(sheet.width / 3)):
        sheet.line(i * 3, 0, i * 3 + sheet.height, sheet.height, pen)
        sheet.line(i * 3 + sheet.height, 0, i * 3, sheet.height, pen)


def _quota_title(truth: Truth) -> str:
    return f"{city_of(truth).province}通用定额发票"


def _scratch(sheet: Sheet, box: tuple[float, float, float, float], color: Color) -> None:
    """The silver area under which a prize may hide."""
    x, y, width, height = box
    sheet.put(
        Layer.FORM,
        Fill(x, y, width, height, (176, 176, 180)),
        Text(x + width / 2, y - 1.3, "刮奖区", Style(Font.KAI, 7, color), "center"),
    )
    for i in range(round(width / 1.5)):
        sheet.line(x + i * 1.5, y, x + i * 1.5, y + height, Pen((196, 196, 200), 0.3))


def _quota_wide(truth: Truth, color: Color) -> Sheet:
    sheet = Sheet(133, 70)
    label = Style(Font.KAI, 9.5, color)
    _guilloche(sheet, color)
    sheet.frame(4, 4, 129, 66, Pen(color, 0.5))
    sheet.put(
        Layer.FORM,
        Text(66, 13.5, _quota_title(truth), Style(Font.SONG, 17, color, 0.1), "center"),
        Text(66, 22, "发 票 联", Style(Font.KAI, 13, color), "center"),
        Text(66, 52.5, f"{truth.total:.0f}", Style(Font.SONG, 88, _pale(color, 0.2)), "center"),
        Text(
            66,
            42.5,
            truth.extra.total_in_words or "",
            Style(Font.KAI, 27, color, 0.3),
            "center",
            of="extra.total_in_words",
        ),
        Text(9, 42, "人民币", Style(Font.KAI, 12, color)),
        Text(98, 42.2, f"￥{truth.total:.2f}", Style(Font.SONG, 14, color, 0.15), of="total"),
        Text(9, 54.5, "收款单位（盖章有效）", label),
        Text(9, 61.5, "开票日期：　　　年　　月　　日", label),
        Text(66, 69, truth.face.decree, Style(Font.KAI, 6, color), "center"),
    )
    strips.supervision(sheet, truth, (66, 14), 30)
    strips.code_and_number(sheet, truth, (8, 26.5), label, size=12)
    _scratch(sheet, (102, 53, 23, 8), color)
    strips.company_seal(sheet, truth, (57, 51), width=36, stamped=True)
    return sheet


def _quota_narrow(truth: Truth, color: Color) -> Sheet:
    sheet = Sheet(62, 98)
    middle, label = 31.0, Style(Font.KAI, 8.5, color)
    _guilloche(sheet, color)
    sheet.put(
        Layer.FORM,
        Text(middle, 11.5, _quota_title(truth), Style(Font.SONG, 13, color, 0.1), "center", 54),
        Text(middle, 20, "发 票 联", Style(Font.KAI, 12, color), "center"),
        Text(
            middle,
            47.5,
            truth.extra.total_in_words or "",
            Style(Font.KAI, 22, color),
            "center",
            of="extra.total_in_words",
        ),
        Text(
            middle,
            56,
            f"（{truth.total:.0f}元）",
            Style(Font.SONG, 13, color, 0.1),
            "center",
            of="total",
        ),
        Text(5, 64, "收款单位（章）", label),
        Text(middle, 95, truth.face.decree, Style(Font.KAI, 6, color), "center", 54),
    )
    strips.supervision(sheet, truth, (middle, 14), 28)
    strips.code_and_number(sheet, truth, (5, 28.5), label, size=12)
    sheet.line(4, 38, 58, 38, Pen(color, 0.3))
    strips.company_seal(sheet, truth, (36, 72), width=34, stamped=True)
    _scratch(sheet, (5, 82, 20, 7), color)
    return sheet


def toll(truth: Truth) -> Sheet:
    """A motorway gate's slip, 76 or 60 mm wide; the narrow one's labels are the machine's own."""
    rng = strips.rng_of(truth)
    color = rng.choice(_INKS)
    wide = rng.random() < 0.5
    sheet = Sheet(76, 96) if wide else Sheet(60, 112)
    middle = sheet.width / 2
    label = Style(Font.KAI, 9, color)
    sheet.put(Layer.FORM, Fill(0, 0, sheet.width, sheet.height, _pale(color, 0.04)))
    title = f"{city_of(truth).province}高速公路车辆通行费专用发票"
    room = sheet.width - 6
    sheet.put(
        Layer.FORM,
        Text(middle, 11, title, Style(Font.SONG, 11.5, color, 0.08), "center", room),
        Text(middle, 19.5, "发 票 联", Style(Font.KAI, 12, color), "center"),
        Text(middle, sheet.height - 4, truth.face.decree, Style(Font.KAI, 6, color), "center"),
    )
    strips.supervision(sheet, truth, (middle, 13), 28)
    y = strips.code_and_number(sheet, truth, (5, 28), label)
    sheet.line(3, y + 3, sheet.width - 3, y + 3, Pen(color, 0.25))
    _toll_rows(sheet, truth, y + 9.5, label if wide else None)
    strips.company_seal(sheet, truth, (middle + 8, sheet.height - 21), width=34)
    return sheet


def _toll_rows(sheet: Sheet, truth: Truth, top: float, label: Style | None) -> None:
    """What the gate prints from `top` down; without a label style it prints the labels too."""
    extra, rng = truth.extra, strips.rng_of(truth)
    clock = f"{rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"
    rows = [
        ("路　段", rng.choice(city_of(truth).lines), ""),
        ("入　口", extra.departure or "", "extra.departure"),
        ("出　口", extra.destination or "", "extra.destination"),
        ("车　型", rng.choice(cities().vehicle_classes), ""),
        ("金　额", f"{truth.total:.2f}元" if label else f"￥{truth.total:.2f}", "total"),
        ("收费员", extra.payee or "", "extra.payee"),
        ("日　期", f"{truth.day:%Y-%m-%d}", "date"),
        ("时　间", clock, ""),
    ]
    if extra.plate:
        rows.insert(4, ("车　牌", extra.plate, "extra.plate"))
    value = strips.ink(truth, 10)
    for i, (name, text, of) in enumerate(rows):
        y = top + i * 5.1
        if label:
            sheet.put(Layer.FORM, Text(6, y, f"{name}：", label))
        else:
            sheet.put(Layer.PRINT, Text(5, y, f"{name}：", value))
        sheet.put(Layer.PRINT, Text(21 if label else 20, y, text, value, of=of))


def bus(truth: Truth) -> Sheet:
    """A coach ticket: 98 x 62 mm, or 60 x 112 mm upright."""
    rng = strips.rng_of(truth)
    color = rng.choice(_INKS)
    return _bus_wide(truth, color) if rng.random() < 0.5 else _bus_narrow(truth, color)


def _bus_front(sheet: Sheet, truth: Truth, color: Color) -> float:
    """Title, seal, code and number; the number's baseline."""
    middle = sheet.width / 2
    title = f"{city_of(truth).province}公路汽车客票"
    sheet.put(Layer.FORM, Fill(0, 0, sheet.width, sheet.height, _pale(color, 0.06)))
    sheet.put(
        Layer.FORM,
        Text(middle, 9, title, Style(Font.SONG, 13, color, 0.08), "center", sheet.width - 6),
    )
    strips.supervision(sheet, truth, (middle, 9), 20)
    label = Style(Font.KAI, 7.5, color)
    return strips.code_and_number(sheet, truth, (5, 18.5), label, size=10.5)


def _bus_wide(truth: Truth, color: Color) -> Sheet:
    sheet, extra = Sheet(98, 62), truth.extra
    label = Style(Font.KAI, 8.5, color)
    y = _bus_front(sheet, truth, color) + 7
    big, value = strips.ink(truth, 15), strips.ink(truth, 10)
    sheet.put(
        Layer.PRINT,
        Text(8, y, extra.departure or "", big, of="extra.departure"),
        Text(47, y, "→", big, "center"),
        Text(90, y, extra.destination or "", big, "right", of="extra.destination"),
    )
    cells = (
        ("乘车日期", f"{truth.day:%Y-%m-%d}", "date extra.travel_date"),
        ("开车时间", extra.departure_time, "extra.departure_time"),
        ("车　　次", extra.trip_no, "extra.trip_no"),
        ("座　　号", extra.seat, "extra.seat"),
        ("票　　价", f"{truth.total:.2f}元", "total"),
        ("检 票 口", _gate(truth), ""),
    )
    for i, (name, text, of) in enumerate(cells):
        x, line = (52 if i % 2 else 6), y + 6.5 + i // 2 * 5.4
        sheet.put(Layer.FORM, Text(x, line, name, label))
        sheet.put(Layer.PRINT, Text(x + 15.5, line, text or "", value, of=of))
    line = y + 6.5 + 3 * 5.4
    _traveller(sheet, truth, (6, line), strips.ink(truth, 9))
    note = "当日当次有效　遗失不补　限乘一人"
    sheet.put(Layer.FORM, Text(6, line + 5.4, note, Style(Font.KAI, 7, color)))
    sheet.put(Layer.FORM, Text(6, line + 8.4, truth.face.decree, Style(Font.KAI, 5, color)))
    strips.company_seal(sheet, truth, (79, line - 2.5), width=26)
    return sheet


def _bus_narrow(truth: Truth, color: Color) -> Sheet:
    sheet, extra = Sheet(60, 112), truth.extra
    y = _bus_front(sheet, truth, color) + 5
    value = strips.ink(truth, 10.5)
    sheet.line(3, y - 2, 57, y - 2, Pen(color, 0.2))
    rows = (
        ("始发站", extra.departure, "extra.departure"),
        ("到达站", extra.destination, "extra.destination"),
        ("乘车日期", f"{truth.day:%Y年%m月%d日}", "date extra.travel_date"),
        ("发车时间", extra.departure_time, "extra.departure_time"),
        ("班　次", extra.trip_no, "extra.trip_no"),
        ("座　号", extra.seat, "extra.seat"),
        ("票　种", "全票", ""),
        ("票　价", f"￥{truth.total:.2f}", "total"),
        ("检票口", _gate(truth), ""),
    )
    for i, (name, text, of) in enumerate(rows):
        strips.labelled(sheet, (6, y + 4 + i * 5.6), (f"{name}：", text or "", of), value)
    y += 4 + len(rows) * 5.6
    _traveller(sheet, truth, (6, y), strips.ink(truth, 9.5))
    strips.company_seal(sheet, truth, (34, y + 7), width=32)
    small = Style(Font.KAI, 6, color)
    sheet.put(Layer.FORM, Text(30, 107, truth.face.decree, small, "center", 52))
    return sheet


def _gate(truth: Truth) -> str:
    return f"{strips.rng_of(truth).randint(1, 18)}号"


def _traveller(sheet: Sheet, truth: Truth, at: tuple[float, float], style: Style) -> None:
    """Name and id, or for a ticket without them the seller's counter."""
    extra = truth.extra
    if not extra.traveller:
        counter = f"工号 {numbers.digits(strips.rng_of(truth), 4)}"
        sheet.put(Layer.PRINT, Text(*at, counter, style))
        return
    x = at[0] + strips.width(f"{extra.traveller} ", style)
    known = extra.traveller_id or ""
    sheet.put(
        Layer.PRINT,
        Text(*at, extra.traveller, style, of="extra.traveller"),
        Text(x, at[1], known, style, of="extra.traveller_id"),
    )
