"""The table all tax-control forms share, on paper and electronic alike (domain.md 1.4).

Where the lines run and what the labels say differs between them; a `Table` holds that, this
module fills it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from models.invoice import Detail, LineItem
from synth import fonts
from synth.draw.marks import cross_out, printed
from synth.draw.sheet import POINTS_PER_MM, Align, Color, Layer, Pen, Sheet, Style, Text
from synth.fonts import Font
from synth.truth import Party, Truth

_LEADING = 1.06
"""How many times its size a line of the table is high, at least."""
_SMALL = 6.4
"""Points at which two lines of text fit where one should stand."""
_MARKS = ("(代开机关)", "(代开机关)", "", "(完税凭证号)")
"""What follows the seller's values where a tax office issues for another."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a form's lines run, in mm. `columns` are the nine x of the table's columns.

    `rows` are the six y of its horizontal lines; `sides` the x of the right edge of the 购买方
    cell and of both edges of the 密码区 / 备注 heading; `values` the x where party values start.
    `marks` is the room (mm) on the right of a party cell for what 代开 adds.
    """

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    sides: tuple[float, float, float]
    values: float
    pitch: float
    marks: float = 19.0


@dataclass(frozen=True, slots=True)
class Inks:
    """The form's own styles and the printed values' styles; `sums` is that of the totals."""

    pen: Pen
    label: Style
    value: Style
    mono: Style
    sums: Style
    cross: Color


@dataclass(frozen=True, slots=True)
class Wording:
    """What a generation of forms calls its cells."""

    parties: tuple[str, str, str, str] = (
        "名　　　　称：",
        "纳税人识别号：",
        "地 址、电 话：",
        "开户行及账号：",
    )
    sides: tuple[str, str] = ("购买方", "销售方")
    headings: tuple[str, ...] = (
        "货物或应税劳务、服务名称",
        "规格型号",
        "单位",
        "数　量",
        "单　价",
        "金　额",
        "税率",
        "税　额",
    )
    cipher: str = "密码区"
    stamp: str = "销售方：（章）"


NEW = Wording()
OLD = replace(
    NEW,
    sides=("购货单位", "销货单位"),
    headings=("货物或应税劳务名称", *NEW.headings[1:]),
    stamp="销货单位：（章）",
)
"""Before mid-2017."""
_SHORT_NAME = ("项目名称", *NEW.headings[1:])
LATE = replace(NEW, headings=_SHORT_NAME)
"""Electronic forms from 2020."""
TOLL = replace(
    NEW,
    headings=("项目名称", "车牌号", "类型", "通行日期起", "通行日期止", "金　额", "税率", "税　额"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A form's table: geometry, styles, words. `aligns` of 规格型号 to 税额."""

    grid: Grid
    inks: Inks
    words: Wording = NEW
    aligns: tuple[Align, ...] = ("left", "center", *("right",) * 5)


def draw(sheet: Sheet, truth: Truth, table: Table) -> None:
    """The whole table with labels and values."""
    _rules(sheet, table)
    _headings(sheet, table)
    top, _, _, _, seller_top, _ = table.grid.rows
    _party(sheet, "buyer", truth.buyer, (top, table, False))
    _party(sheet, "seller", truth.seller, (seller_top, table, truth.extra.issued_for is not None))
    _cipher(sheet, truth, table)
    _lines(sheet, truth, table)
    _sums(sheet, truth, table)
    _remark(sheet, truth, table)


def money(value: Decimal | None) -> str:
    """A sum as the 合计 row prints it: *** where no line is taxed."""
    return "***" if value is None else f"¥{value:.2f}"


def _rules(sheet: Sheet, table: Table) -> None:
    grid, pen = table.grid, table.inks.pen
    left, right = grid.columns[0], grid.columns[-1]
    top, items, _, sums, sellers, bottom = grid.rows
    sheet.frame(left, top, right, bottom, pen)
    for y in (items, sums, sellers):
        sheet.line(left, y, right, y, pen)
    for x in grid.columns[1:-1]:
        sheet.line(x, items, x, sums, pen)
    sheet.line(grid.columns[1], sums, grid.columns[1], sellers, pen)
    for x in grid.sides:
        sheet.line(x, top, x, items, pen)
        sheet.line(x, sellers, x, bottom, pen)


def _headings(sheet: Sheet, table: Table) -> None:
    grid, words, label = table.grid, table.words, table.inks.label
    top, items, _, _, sellers, bottom = grid.rows
    for text, x0, x1 in zip(words.headings, grid.columns, grid.columns[1:], strict=False):
        sheet.put(Layer.FORM, Text((x0 + x1) / 2, items + 4, text, label, "center", x1 - x0 - 0.6))
    left, (first, second, third) = grid.columns[0], grid.sides
    for word, x0, x1, y0, y1 in (
        (words.sides[0], left, first, top, items),
        (words.cipher, second, third, top, items),
        (words.sides[1], left, first, sellers, bottom),
        ("备注", second, third, sellers, bottom),
    ):
        step = (y1 - y0) / (len(word) + 0.3)
        sheet.column(Layer.FORM, ((x0 + x1) / 2, y0 + step * 0.75), word, step, label)


def _party(sheet: Sheet, role: str, party: Party | None, where: tuple[float, Table, bool]) -> None:
    """The four labelled lines of a party, from the given y down."""
    top, table, agency = where
    grid, inks = table.grid, table.inks
    full = grid.sides[1] - grid.values - 1.5
    step = (grid.rows[5] - grid.rows[4] - 1.2) / 4
    values = (party.name, party.tax_id, party.address, party.bank) if party else (None,) * 4
    for i, (label, value) in enumerate(zip(table.words.parties, values, strict=True)):
        y = top + step * (i + 0.82)
        x = grid.sides[0] + 1.8
        sheet.put(Layer.FORM, Text(x, y, label, inks.label, fit=grid.values - x))
        if not value:
            continue
        mark = _MARKS[i] if agency else ""
        room = full - grid.marks if mark else full
        if mark:
            right = grid.sides[1] - 1.2
            sheet.put(Layer.PRINT, Text(right, y, mark, inks.value, "right", grid.marks - 1))
        if i == 1:
            text = Text(grid.values, y, value, inks.mono, fit=room, of=f"{role}_tax_id")
            sheet.put(Layer.PRINT, text)
        else:
            style = inks.value if i < 2 else _smaller(inks.value, 1)
            in_cell(sheet, (grid.values, y, room), value, style, "" if i else f"{role}_name")


def _smaller(style: Style, points: float) -> Style:
    return replace(style, size=style.size - points)


def in_cell(sheet: Sheet, at: tuple[float, float, float], text: str, style: Style, of: str) -> None:
    """Put text at (x, y) into `room` mm, on two small lines where it is far too long for one."""
    x, y, room = at
    if fonts.text_width(text, style.font, style.size) <= room * 1.3 * POINTS_PER_MM:
        sheet.put(Layer.PRINT, Text(x, y, text, style, fit=room, of=of))
        return
    small = replace(style, size=_SMALL)
    first, *rest = fonts.wrap(text, small.font, small.size, room * POINTS_PER_MM)
    sheet.put(Layer.PRINT, Text(x, y - 1.85, first, small, of=of))
    if rest:
        sheet.put(Layer.PRINT, Text(x, y + 0.5, "".join(rest), small, fit=room, of=of))


def _cipher(sheet: Sheet, truth: Truth, table: Table) -> None:
    grid, style = table.grid, table.inks.mono
    if style.font is Font.SANS:
        style = replace(style, font=Font.MONO)  # every printer leaves it in columns
    x = grid.sides[2] + 2
    step = (grid.rows[1] - grid.rows[0]) / 4.45
    for i, line in enumerate(truth.face.cipher):
        y = grid.rows[0] + step * (i + 1)
        sheet.put(Layer.PRINT, Text(x, y, line, style, fit=grid.columns[-1] - x - 2))


def _lines(sheet: Sheet, truth: Truth, table: Table) -> None:
    grid, value = table.grid, table.inks.value
    left, fit = grid.columns[0] + 0.5, grid.columns[1] - grid.columns[0] - 1
    top = grid.rows[1] + 4.2
    # the last line has to stay clear of the sums below it
    height = grid.rows[3] - 2.2 - table.inks.sums.size / POINTS_PER_MM - top
    rows, style = _rows(truth.items, fit, value, height)
    table = replace(table, inks=replace(table.inks, value=style))
    pitch = min(grid.pitch, height / len(rows))
    index = -1
    for i, (name, item) in enumerate(rows, start=1):
        index += item is not None
        y = top + i * pitch
        of = f"items.{index}."
        sheet.put(Layer.PRINT, Text(left, y, name, style, fit=fit, of=f"{of}name"))
        if item:
            _figures(sheet, tuple(_cells(truth, item, index)), y, table)


def _rows(
    items: tuple[LineItem, ...], width: float, style: Style, height: float
) -> tuple[list[tuple[str, LineItem | None]], Style]:
    """The table's text lines, and the style they are set in.

    Names wrap onto lines of their own while those fit into the height, if need be in smaller type.
    Otherwise every item keeps one line and long names are condensed.
    """
    for points in (style.size, style.size - 1.2, _SMALL):
        small = replace(style, size=points)
        rows: list[tuple[str, LineItem | None]] = []
        for item in items:
            first, *rest = fonts.wrap(item.name, style.font, points, width * POINTS_PER_MM)
            rows += [(first, item), *((part, None) for part in rest)]
        if len(rows) * points / POINTS_PER_MM * _LEADING <= height:
            return rows, small
    return [(item.name, item) for item in items], style


def _cells(truth: Truth, item: LineItem, index: int) -> Iterator[tuple[str, str | None]]:
    """What stands in the seven columns after the name, each with the field it prints."""
    of = f"items.{index}."
    figures = [(of + name, value) for name, value in printed(item)]
    own = [(i, d) for i, d in enumerate(truth.extra.details) if d.row == index]
    if own:
        yield from _own_columns(own)
        yield from figures[3:]
    else:
        yield f"{of}spec", item.spec
        yield from figures


def _own_columns(own: list[tuple[int, Detail]]) -> Iterator[tuple[str, str | None]]:
    """The four columns of a toll invoice, in the order of their headings."""
    by_name = {detail.name: (i, detail) for i, detail in own}
    for heading in TOLL.headings[1:5]:
        if heading not in by_name:
            yield "", None
            continue
        i, detail = by_name[heading]
        # the plate of the first line is also a field of its own
        twice = " extra.plate" if heading == "车牌号" and detail.row == 0 else ""
        yield f"extra.details.{i}{twice}", detail.value


def _figures(
    sheet: Sheet, cells: tuple[tuple[str, str | None], ...], y: float, table: Table
) -> None:
    columns = table.grid.columns
    for i, ((of, value), align) in enumerate(zip(cells, table.aligns, strict=True), start=1):
        x0, x1 = columns[i], columns[i + 1]
        x = {"left": x0 + 0.8, "center": (x0 + x1) / 2, "right": x1 - 1.2}[align]
        if value:
            mark = Text(x, y, value, table.inks.value, align, x1 - x0 - 1.6, of=of)
            sheet.put(Layer.PRINT, mark)


def _sums(sheet: Sheet, truth: Truth, table: Table) -> None:
    grid, inks = table.grid, table.inks
    columns, (_, _, _, sums, sellers, _) = grid.columns, grid.rows
    y = sums - 1.6
    third = (columns[1] - columns[0]) / 3
    sheet.put(
        Layer.FORM,
        Text(columns[0] + third, y, "合", inks.label, "center"),
        Text(columns[0] + 1.75 * third, y, "计", inks.label, "center"),
    )
    for of, value, i in (("amount", truth.amount, 6), ("tax", truth.tax, 8)):
        fit = columns[i] - columns[i - 1] - 1.6
        mark = Text(columns[i] - 1.2, y, money(value), inks.sums, "right", fit, of=of)
        sheet.put(Layer.PRINT, mark)
    y = (sums + sellers) / 2 + 1.2
    middle = (columns[0] + columns[1]) / 2
    small = columns[5] + 0.47 * (columns[6] - columns[5])
    sheet.put(
        Layer.FORM,
        Text(middle, y, "价税合计（大写）", inks.label, "center"),
        Text(small, y, "（小写）", inks.label),
    )
    cross_out(sheet, Layer.PRINT, (columns[1] + 3.2, y - 1.1), 1.6, inks.cross)
    left = columns[1] + 6.5
    words = truth.extra.total_in_words or ""
    fit = small - left - 1
    sheet.put(
        Layer.PRINT,
        Text(left, y, words, inks.value, fit=fit, of="extra.total_in_words"),
        Text(small + 12.5, y, money(truth.total), inks.sums, of="total"),
    )


def _remark(sheet: Sheet, truth: Truth, table: Table) -> None:
    """The remark, in smaller type where it would run out of its cell."""
    grid = table.grid
    x = grid.sides[2] + 1.2
    width, height = grid.columns[-1] - x - 1, grid.rows[5] - grid.rows[4]
    style, parts = table.inks.value, list[str]()
    for size in (style.size, style.size - 1, style.size - 2, style.size - 3):
        style = replace(style, size=size)
        parts = [
            part
            for line in (truth.extra.remark or "").split("\n")
            for part in fonts.wrap(line, style.font, size, width * POINTS_PER_MM)
            if part
        ]
        pitch = size / POINTS_PER_MM * 1.22
        if len(parts) * pitch < height - 1:
            break
    for i, part in enumerate(parts):
        y = grid.rows[4] + 0.6 + (i + 0.85) * pitch
        sheet.put(Layer.PRINT, Text(x, y, part, style, fit=width, of="extra.remark"))
