"""Taxi strips of four cities: what is pre-printed, where the meter prints, and what it prints."""

from collections.abc import Callable
from dataclasses import dataclass

from models.text import fold
from synth import numbers
from synth.cities import City, city_of
from synth.draw import dots, strips
from synth.draw.sheet import BLACK, Color, Fill, Layer, Pen, Sheet, Style, Text
from synth.fonts import Font
from synth.truth import Truth


@dataclass(frozen=True, slots=True)
class _Row:
    """A label, the key of what the meter prints beside it, and the pre-printed unit after that."""

    label: str
    key: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class _Look:
    """A city's strip. `top` and `pitch` are those of its rows, `values` their right edge.

    `dotted` meters print dots, the others print with a thermal head; where `machine_labels`
    the meter prints the labels as well, so they move with the values.
    """

    height: float
    color: Color
    rows: tuple[_Row, ...]
    top: float
    pitch: float
    day: str
    values: float = 49.0
    label_size: float = 9.0
    dotted: bool = True
    machine_labels: bool = False
    tint: Color | None = None


WIDTH = 57.0
_CHENGDU = _Look(
    height=164,
    color=(170, 98, 52),
    rows=(
        _Row("公司电话：", ""),
        _Row("车 号：", ""),
        _Row("证 号：", ""),
        _Row("日 期：", "day"),
        _Row("上 车：", "boarded"),
        _Row("下 车：", "alighted"),
        _Row("单 价：", "fare", "元"),
        _Row("里 程：", "mileage", "km"),
        _Row("等 候：", "wait"),
        _Row("金 额：", "short_total", "元"),
        _Row("卡 号：", "card"),
        _Row("卡原额：", "zero"),
        _Row("卡余额：", "zero"),
    ),
    top=62,
    pitch=6.5,
    day="%y/%m/%d",
    values=48,
)
_BEIJING = _Look(
    height=176,
    color=(64, 92, 140),
    rows=(
        _Row("单　位", "unit"),
        _Row("电　话", "phone"),
        _Row("车　号", "plate"),
        _Row("证　号", "driver"),
        _Row("日　期", "day"),
        _Row("上　车", "boarded"),
        _Row("下　车", "alighted"),
        _Row("单　价", "fare", "元"),
        _Row("里　程", "mileage", "公里"),
        _Row("等　候", "wait"),
        _Row("状　态", "state"),
        _Row("金　额", "total", "元"),
        _Row("燃油附加费", "zero", "元"),
        _Row("预约叫车服务费", "zero", "元"),
        _Row("实收金额", "total", "元"),
    ),
    top=54,
    pitch=5.8,
    day="%Y-%m-%d",
    tint=(247, 249, 253),
)
_SHANGHAI = _Look(
    height=150,
    color=(196, 70, 60),
    rows=(
        _Row("电话", "phone"),
        _Row("车号", "plate"),
        _Row("证号", "driver"),
        _Row("日期", "day"),
        _Row("上车", "boarded"),
        _Row("下车", "alighted"),
        _Row("单价", "fare", "元/公里"),
        _Row("里程", "mileage", "公里"),
        _Row("等候", "wait"),
        _Row("状态", "state"),
        _Row("总额", "total", "元"),
    ),
    top=60,
    pitch=4.9,
    day="%Y年%m月%d日",
    values=42,
    dotted=False,
    machine_labels=True,
    tint=(255, 249, 248),
)
_GUANGZHOU = _Look(
    height=158,
    color=(40, 120, 82),
    rows=(
        _Row("电话 TEL", "phone"),
        _Row("车号 TAXI NO.", "plate"),
        _Row("日期 DATE", "day"),
        _Row("上车 START", "boarded"),
        _Row("下车 END", "alighted"),
        _Row("单价 PRICE", "fare", "元"),
        _Row("里程 DISTANCE", "mileage", "km"),
        _Row("候时 WAITING", "wait"),
        _Row("附加 EXTRA", "zero", "元"),
        _Row("金额 FARE", "signed_total", "元"),
    ),
    top=58,
    pitch=6.6,
    day="%Y.%m.%d",
    label_size=8,
    tint=(247, 252, 247),
)


_FIELDS = {
    "day": "date",
    "boarded": "extra.boarded",
    "alighted": "extra.alighted",
    "fare": "extra.unit_fare",
    "mileage": "extra.mileage",
    "total": "total",
    "short_total": "total",
    "signed_total": "total",
    "plate": "extra.plate",
}
"""Which field the meter's values are, by the keys of the rows."""
_DOTS = 2.9
"""Height (mm) of a dotted character."""
_BLANK = Style(Font.MONO, 9.4)


def lay_out(truth: Truth) -> Sheet:
    """The strip of the city that is the truth's region. KeyError for a city without one."""
    look, front = _CITIES[truth.face.region]
    sheet = Sheet(WIDTH, look.height)
    if look.tint:
        sheet.put(Layer.FORM, Fill(0, 0, WIDTH, look.height, look.tint))
    front(sheet, truth, look)
    _rows(sheet, truth, look)
    _foot(sheet, truth, look)
    return sheet


def _rows(sheet: Sheet, truth: Truth, look: _Look) -> None:
    city, printed = city_of(truth), _values(truth, look)
    label = Style(Font.KAI, look.label_size, look.color)
    layer = Layer.FORM
    if look.machine_labels:
        label, layer = strips.ink(truth, look.label_size), Layer.PRINT
    for i, row in enumerate(look.rows):
        y = look.top + i * look.pitch
        sheet.put(layer, Text(4.5, y, row.label, label, fit=24))
        if row.label.startswith("车") and not look.machine_labels:
            sheet.put(Layer.FORM, Text(17 if not row.key else 29, y, city.plate[:1], label))
        if row.unit:
            sheet.put(layer, Text(look.values + 1, y, row.unit, label, fit=WIDTH - look.values - 2))
        if row.key:
            # a sum printed twice counts where it stands first
            first = next(other for other in look.rows if other.key == row.key) is row
            of = _FIELDS.get(row.key, "") if first else ""
            _value(sheet, truth, look, (y, printed[row.key], of))


def _value(sheet: Sheet, truth: Truth, look: _Look, what: tuple[float, str, str]) -> None:
    y, text, of = what
    at = (look.values, y)
    if not look.dotted:
        style = strips.ink(truth, look.label_size)
        sheet.put(Layer.PRINT, Text(*at, text, style, "right", of=of))
        return
    dots.put(sheet, at, text, height=_DOTS, color=truth.face.ink, align="right")
    if of and text:
        # dots are no text: blanks as wide and as high tell where the value stands
        width = dots.width(text, _DOTS)
        blank = " " * (2 * len(text))
        sheet.put(Layer.PRINT, Text(*at, blank, _BLANK, "right", fit=width, of=of))


def _values(truth: Truth, look: _Look) -> dict[str, str]:
    """What the meter prints, by the keys of the rows; all but the truth's own is decoration."""
    rng, extra = strips.rng_of(truth), truth.extra
    plate = extra.plate or ""
    return {
        "day": truth.day.strftime(look.day),
        "boarded": extra.boarded or "",
        "alighted": extra.alighted or "",
        "fare": extra.unit_fare or "",
        "mileage": extra.mileage or "",
        "total": f"{truth.total:.2f}",
        "short_total": f"{truth.total:.1f}",
        "signed_total": f"¥{truth.total:.2f}",
        "plate": plate if look.machine_labels else plate[1:],
        "wait": f"00:{rng.randrange(16):02d}:{rng.randrange(60):02d}",
        "unit": numbers.digits(rng, 4),
        "phone": "555" + numbers.digits(rng, 5),
        "driver": numbers.digits(rng, 6),
        "state": rng.choice(("1", "2", "A")),
        "card": "00",
        "zero": "0.00",
    }


def _front_chengdu(sheet: Sheet, truth: Truth, look: _Look) -> None:
    label = Style(Font.KAI, 7, look.color)
    title = Style(Font.KAI, 11, look.color, 0.06)
    city = city_of(truth)
    # the black marks by which the meter finds the start of a strip
    sheet.put(Layer.FORM, Fill(43, 1.5, 14, 5.5, BLACK), Fill(0, 46.5, 13, 6, BLACK))
    sheet.put(
        Layer.FORM,
        Text(WIDTH / 2, 14.5, f"{city.province}{city.name}市通用机打发票", title, "center", 51),
        Text(WIDTH / 2, 23, "发 票 联", Style(Font.KAI, 15, look.color, 0.2), "center"),
        Text(4.5, 44, f"监督电话　{city.hotline}", Style(Font.KAI, 8, look.color)),
        Text(35, 51, "出租车专用 手写无效", Style(Font.KAI, 8.5, look.color), "center", 35),
    )
    sheet.frame(17, 47, 53, 52.6, Pen(look.color, 0.25))
    strips.supervision(sheet, truth, (WIDTH / 2, 15.5), 38)
    strips.code_and_number(sheet, truth, (4.5, 30.5), label, size=14)
    plate = Style(Font.KAI, look.label_size, look.color)
    sheet.put(Layer.FORM, Text(20.5, look.top + look.pitch, "A", plate))


def _front_beijing(sheet: Sheet, truth: Truth, look: _Look) -> None:
    big = Style(Font.KAI, 13, look.color, 0.08)
    sheet.put(
        Layer.FORM,
        Text(WIDTH / 2, 13, "北京市出租汽车专用发票", big, "center", 50),
        Text(WIDTH / 2, 22, "INVOICE", Style(Font.MONO, 8, look.color), "center"),
        Text(WIDTH / 2, 30, "发　票　联", Style(Font.KAI, 12, look.color), "center"),
    )
    strips.supervision(sheet, truth, (WIDTH / 2, 17.5), 30)
    y = strips.code_and_number(sheet, truth, (4.5, 38), Style(Font.KAI, 8, look.color))
    sheet.line(3, y + 3, WIDTH - 3, y + 3, Pen(look.color, 0.25))


def _front_shanghai(sheet: Sheet, truth: Truth, look: _Look) -> None:
    label = Style(Font.KAI, 8.5, look.color)
    name = truth.seller.name if truth.seller else ""
    sheet.put(
        Layer.FORM,
        Text(WIDTH / 2, 12, "上海市出租汽车统一发票", Style(Font.SONG, 12, look.color), "center"),
        Text(WIDTH / 2, 25, "发票联", Style(Font.KAI, 11, look.color, spacing=2.5), "center"),
        Text(4.5, 48.5, "单位", label),
        Text(13, 48.5, name, Style(Font.SONG, 8.5, strips.PREPRINTED), fit=41, of="seller_name"),
    )
    strips.supervision(sheet, truth, (WIDTH / 2, 15), 30)
    strips.code_and_number(sheet, truth, (4.5, 34), label, size=12)
    for y in (43, 51.5):
        sheet.line(3, y, WIDTH - 3, y, Pen(look.color, 0.2))


def _front_guangzhou(sheet: Sheet, truth: Truth, look: _Look) -> None:
    title = Style(Font.SONG, 10.5, look.color, 0.08)
    small = Style(Font.KAI, 9, look.color)
    sheet.put(
        Layer.FORM,
        Text(WIDTH / 2, 12, "广东省通用机打发票", title, "center"),
        Text(WIDTH / 2, 19.5, "（广州市出租汽车）", small, "center"),
        Text(WIDTH / 2, 28, "发 票 联", Style(Font.KAI, 12, look.color), "center"),
    )
    strips.supervision(sheet, truth, (WIDTH / 2, 14.5), 32)
    strips.code_and_number(sheet, truth, (4.5, 37), Style(Font.KAI, 8, look.color))
    sheet.frame(3, 48, WIDTH - 3, 123, Pen(look.color, 0.25))


def _foot(sheet: Sheet, truth: Truth, look: _Look) -> None:
    """Company seal, thanks and the printer's imprint below the rows."""
    last = look.top + (len(look.rows) - 1) * look.pitch
    city: City = city_of(truth)
    small = Style(Font.KAI, 6.5, look.color)
    middle = (36.0, last - 4) if truth.face.region == "成都" else (30.0, last + 12)
    strips.company_seal(sheet, truth, middle, width=36)
    note = f"{city.name}市监督电话 {city.hotline}　请保留车票"
    sheet.put(
        Layer.FORM,
        Text(WIDTH / 2, look.height - 11, fold(note), small, "center", 51),
        Text(WIDTH / 2, look.height - 7, truth.face.decree, small, "center", 51),
    )
    edge = Pen((190, 190, 186), 0.15)
    for i in range(19):
        # where the strip is torn from the next
        sheet.line(i * 3, look.height - 0.6, i * 3 + 1.6, look.height - 0.6, edge)


_CITIES: dict[str, tuple[_Look, Callable[[Sheet, Truth, _Look], None]]] = {
    "成都": (_CHENGDU, _front_chengdu),
    "北京": (_BEIJING, _front_beijing),
    "上海": (_SHANGHAI, _front_shanghai),
    "广州": (_GUANGZHOU, _front_guangzhou),
}
