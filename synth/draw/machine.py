"""Layouts of 通用机打发票: two landscape sheets and two narrow rolls, after published field lists.

Provinces print their own; which labels stand is known, where they stand is a guess.
"""

from dataclasses import dataclass

from synth import fonts
from synth.cities import city_of
from synth.draw import strips
from synth.draw.cells import Cell, Inks, Run, detail, put_row
from synth.draw.marks import printed
from synth.draw.sheet import POINTS_PER_MM, Align, Color, Layer, Pen, Sheet, Style, Text
from synth.fonts import Font
from synth.local import ROLLS
from synth.truth import Truth

_INKS: tuple[Color, ...] = ((150, 78, 52), (36, 110, 76), (146, 56, 60))
_COLUMNS = (("项目", 0.0), ("单位", 0.46), ("数量", 0.55), ("单价", 0.66), ("金额", 0.82))
"""Headings of a sheet's lines and where they begin, as shares of its width."""
_LINES = 6


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A landscape layout: its size, edges, the words for the parties, where the sums come."""

    size: tuple[float, float]
    edges: tuple[float, float]
    top: float
    buyer: str
    seller: str
    seller_first: bool


_SHEETS = {
    "0": _Sheet((210.0, 127.0), (12.0, 198.0), 36.0, "付款方", "收款方", seller_first=False),
    "2": _Sheet((190.0, 124.0), (10.0, 180.0), 36.0, "购买方", "销售方", seller_first=True),
}
_WIDTHS = {"1": 76.0, "3": 82.0}


def lay_out(truth: Truth) -> Sheet:
    """The sheet or roll of a 通用机打发票."""
    layout = truth.face.details["layout"]
    color = strips.rng_of(truth).choice(_INKS)
    return _roll(truth, layout, color) if layout in ROLLS else _landscape(truth, layout, color)


def _title(truth: Truth) -> str:
    place = city_of(truth).province
    return (
        f"{place.removesuffix('市')}通用机打发票"
        if place.endswith("市")
        else f"{place}通用机打发票"
    )


def _landscape(truth: Truth, layout: str, color: Color) -> Sheet:
    look = _SHEETS[layout]
    sheet = Sheet(*look.size)
    inks = Inks(
        Pen(color, 0.2),
        Style(Font.KAI, 9.5, color),
        strips.ink(truth, 9.8),
        Style(Font.MONO, 10, truth.face.ink, 0.06),
    )
    _head(sheet, truth, look, inks)
    left, right = look.edges
    y = look.top
    parties = _parties(truth, look)
    if look.seller_first:
        parties.reverse()
    top = y
    y = _row(sheet, y, parties[0], inks)
    y = _lines(sheet, truth, (left, right, y), inks)
    y = _row(sheet, y, _sums(truth, left, right), inks, 8.5)
    y = _row(sheet, y, parties[1], inks)
    y = _row(sheet, y, _machine(truth, left, right), inks)
    sheet.frame(left, top, right, y, inks.pen)
    _feet(sheet, truth, y + 5.2, inks)
    seal_at = (right - 34, min(y - 1, sheet.height - 18))
    strips.company_seal(sheet, truth, seal_at, width=38, stamped=True)
    return sheet


def _row(sheet: Sheet, y: float, cells: tuple[Cell, ...], inks: Inks, height: float = 8.0) -> float:
    put_row(sheet, (y, y + height), cells, inks)
    return y + height


def _head(sheet: Sheet, truth: Truth, look: _Sheet, inks: Inks) -> None:
    middle, color = sheet.width / 2, inks.label.color
    title = Style(Font.KAI, 18, color, 0.1, 1.4)
    sheet.put(
        Layer.FORM,
        Text(middle, 14.5, _title(truth), title, "center", 84),
        Text(middle, 23.5, "发 票 联", Style(Font.KAI, 13.5, color, 0.06), "center"),
    )
    for y in (16.6, 17.5):
        sheet.line(middle - 38, y, middle + 38, y, Pen(color, 0.25))
    strips.supervision(sheet, truth, (middle, 17), 30)
    number = Style(Font.MONO, 13, strips.PREPRINTED, 0.1)
    x = sheet.width - 62
    for y, label, text, of in (
        (22.0, "发票代码", truth.code or "", "code"),
        (28.2, "发票号码", truth.number, "number"),
    ):
        sheet.put(Layer.FORM, Text(x, y, label, inks.label), Text(x + 16, y, text, number, of=of))
    left = look.edges[0]
    industry = detail(truth, "行业分类")
    sheet.put(
        Layer.FORM,
        Text(left + 2, look.top - 3, "开票日期：", inks.label),
        Text(middle - 12, look.top - 3, "行业分类：", inks.label),
    )
    day = f"{truth.day:%Y-%m-%d}"
    sheet.put(Layer.PRINT, Text(left + 19.5, look.top - 3, day, inks.mono, of="date"))
    for run in industry:
        mark = Text(middle + 5.5, look.top - 3, run.text, inks.value, of=run.of)
        sheet.put(Layer.PRINT, mark)
    sheet.put(
        Layer.FORM, Text(left + 2, sheet.height - 3, truth.face.decree, Style(Font.KAI, 6, color))
    )


def _parties(truth: Truth, look: _Sheet) -> list[tuple[Cell, ...]]:
    left, right = look.edges
    middle = left + (right - left) * 0.58
    rows: list[tuple[Cell, ...]] = []
    for word, role, party in (
        (look.buyer, "buyer", truth.buyer),
        (look.seller, "seller", truth.seller),
    ):
        name = Run(party.name if party else "", f"{role}_name")
        number = Run((party and party.tax_id) or "", f"{role}_tax_id")
        rows.append(
            (
                Cell(f"{word}名称", (left, left + 24, middle), (name,)),
                Cell("纳税人识别号", (middle, middle + 24, right), (number,)),
            )
        )
    return rows


def _lines(sheet: Sheet, truth: Truth, where: tuple[float, float, float], inks: Inks) -> float:
    """The table of goods from the given y down; its last y."""
    left, right, top = where
    width = right - left
    starts = [left + share * width for _, share in _COLUMNS]
    ends = [*starts[1:], right]
    for (label, _), x0, x1 in zip(_COLUMNS, starts, ends, strict=True):
        sheet.put(Layer.FORM, Text((x0 + x1) / 2, top + 4.6, label, inks.label, "center"))
    bottom = top + 7 + _LINES * 5.4
    for x in starts[1:]:
        sheet.line(x, top, x, bottom, inks.pen)
    sheet.line(left, bottom, right, bottom, inks.pen)
    for i, item in enumerate(truth.items):
        y, of = top + 10.5 + i * 5.4, f"items.{i}."
        name = Text(left + 2, y, item.name, inks.value, fit=starts[1] - left - 3, of=f"{of}name")
        sheet.put(Layer.PRINT, name)
        for (key, value), x0, x1 in zip(printed(item)[:4], starts[1:], ends[1:], strict=True):
            align: Align = "center" if key == "unit" else "right"
            x = (x0 + x1) / 2 if key == "unit" else x1 - 1.5
            if value:
                style = inks.of_text(value)
                sheet.put(Layer.PRINT, Text(x, y, value, style, align, x1 - x0 - 2, of=of + key))
    return bottom


def _sums(truth: Truth, left: float, right: float) -> tuple[Cell, ...]:
    middle = left + (right - left) * 0.66
    words = (Run(truth.extra.total_in_words or "", "extra.total_in_words"),)
    return (
        Cell("合计人民币（大写）", (left, left + 36, middle), words),
        Cell("（小写）", (middle, middle + 17, right), (Run(f"¥{truth.total:.2f}", "total"),)),
    )


def _machine(truth: Truth, left: float, right: float) -> tuple[Cell, ...]:
    extra = truth.extra
    third = (right - left) / 3
    cells = [
        Cell(
            "机打代码",
            (left, left + 20, left + third),
            (Run(extra.second_code or "", "extra.second_code"),),
        ),
        Cell(
            "机打号码",
            (left + third, left + third + 20, left + 2 * third),
            (Run(extra.second_number or "", "extra.second_number"),),
        ),
    ]
    last = left + 2 * third
    if truth.check_code:
        cells.append(
            Cell("校验码", (last, last + 14, right), (Run(truth.check_code, "check_code"),))
        )
    else:
        cells.append(Cell("备注", (last, last + 14, right)))
    return tuple(cells)


def _feet(sheet: Sheet, truth: Truth, y: float, inks: Inks) -> None:
    extra, left = truth.extra, sheet.width * 0.07
    for label, text, x, of in (
        ("开票人：", extra.drawer, left, "extra.drawer"),
        ("收款人：", extra.payee, left + 42, "extra.payee"),
        ("开票单位（盖章）", None, left + 84, ""),
    ):
        sheet.put(Layer.FORM, Text(x, y, label, inks.label))
        if text:
            sheet.put(Layer.PRINT, Text(x + 14, y, text, inks.value, of=of))


def _roll(truth: Truth, layout: str, color: Color) -> Sheet:
    """A strip on which the machine prints labels and values alike."""
    sheet = Sheet(_WIDTHS[layout], 152.0)
    middle = sheet.width / 2
    sheet.put(
        Layer.FORM,
        Text(middle, 12, _title(truth), Style(Font.SONG, 13, color, 0.08), "center", 66),
        Text(middle, 21, "发 票 联", Style(Font.KAI, 12, color), "center"),
        Text(middle, 149, truth.face.decree, Style(Font.KAI, 6, color), "center"),
    )
    strips.supervision(sheet, truth, (middle, 14), 28)
    y = strips.code_and_number(sheet, truth, (6, 29.5), Style(Font.KAI, 8.5, color), size=12.5)
    sheet.line(4, y + 2.5, sheet.width - 4, y + 2.5, Pen(color, 0.25))
    writer = _Writer(sheet, truth, y + 8)
    _roll_rows(writer, truth, layout)
    strips.company_seal(sheet, truth, (middle + 12, writer.y + 8), width=34, stamped=True)
    return sheet


class _Writer:
    """Prints line after line down a roll."""

    def __init__(self, sheet: Sheet, truth: Truth, y: float) -> None:
        self.sheet, self.y = sheet, y
        self.style = strips.ink(truth, 9)
        self.left = 5.0
        self.room = sheet.width - 10

    def put(self, label: str, text: str, of: str = "") -> None:
        """A label and its value, on as many lines as they need."""
        at = self.left + fonts.text_width(label, self.style.font, self.style.size) / POINTS_PER_MM
        self.sheet.put(Layer.PRINT, Text(self.left, self.y, label, self.style))
        width = (self.left + self.room - at) * POINTS_PER_MM
        for part in fonts.wrap(text, self.style.font, self.style.size, width):
            if part:
                self.sheet.put(Layer.PRINT, Text(at, self.y, part, self.style, of=of))
            self.y += 4.4

    def columns(self, values: tuple[tuple[str, str], ...]) -> None:
        """Texts flush right at even steps, each with the field it is."""
        for i, (text, of) in enumerate(values):
            x = self.left + self.room * (0.4 + 0.3 * i)
            self.sheet.put(Layer.PRINT, Text(x, self.y, text, self.style, "right", of=of))
        self.y += 4.4


def _roll_rows(writer: _Writer, truth: Truth, layout: str) -> None:
    extra, buyer, seller = truth.extra, truth.buyer, truth.seller
    writer.put("机打号码：", extra.second_number or "", "extra.second_number")
    writer.put("机器编号：", extra.machine_no or "", "extra.machine_no")
    parties = [("付款单位：", "buyer", buyer), ("收款单位：", "seller", seller)]
    if layout == "3":
        parties.reverse()
    for label, role, party in parties:
        if party:
            writer.put(label, party.name, f"{role}_name")
            if party.tax_id:
                writer.put("税号：", party.tax_id, f"{role}_tax_id")
    writer.put("开票日期：", f"{truth.day:%Y-%m-%d}", "date")
    writer.put("收款员：", extra.payee or "", "extra.payee")
    writer.put("项目", "")
    writer.y -= 4.4
    writer.columns((("数量", ""), ("单价", ""), ("金额", "")))
    for i, item in enumerate(truth.items):
        of = f"items.{i}."
        writer.put("", item.name, f"{of}name")
        writer.columns(
            (
                (item.quantity or "", f"{of}quantity"),
                (item.unit_price or "", f"{of}unit_price"),
                (f"{item.amount:.2f}", f"{of}amount"),
            )
        )
    writer.put("合计（小写）：", f"￥{truth.total:.2f}", "total")
    writer.put("合计（大写）：", extra.total_in_words or "", "extra.total_in_words")
    if truth.check_code:
        writer.put("校验码：", truth.check_code, "check_code")
