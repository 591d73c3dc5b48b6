"""The table all tax-control forms share, on paper and electronic alike (domain.md 1.4).

Where the lines run differs between the two; a `Grid` holds that, this module fills it.
"""

from dataclasses import dataclass

from models.invoice import LineItem
from synth import fonts
from synth.draw.marks import cross_out, printed
from synth.draw.sheet import POINTS_PER_MM, Align, Color, Layer, Pen, Sheet, Style, Text
from synth.truth import Party, Truth

PARTY_LABELS = ("名　　　　称：", "纳税人识别号：", "地 址、电 话：", "开户行及账号：")
_HEADINGS = (
    "货物或应税劳务、服务名称",
    "规格型号",
    "单位",
    "数　量",
    "单　价",
    "金　额",
    "税率",
    "税　额",
)
_ALIGN: tuple[Align, ...] = ("center", "right", "right", "right", "right", "right")
_LINES = 8


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a form's lines run, in mm. `columns` are the nine x of the table's columns.

    `rows` are the six y of its horizontal lines; `sides` the x of the right edge of the 购买方
    cell and of both edges of the 密码区 / 备注 heading; `values` the x where party values start.
    """

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    sides: tuple[float, float, float]
    values: float
    pitch: float


@dataclass(frozen=True, slots=True)
class Inks:
    """The form's own styles and the printed values' styles."""

    pen: Pen
    label: Style
    value: Style
    mono: Style
    cross: Color


def draw(sheet: Sheet, truth: Truth, grid: Grid, inks: Inks) -> None:
    """The whole table with labels and values."""
    _rules(sheet, grid, inks)
    _headings(sheet, grid, inks)
    top, _, _, _, seller_top, _ = grid.rows
    _party(sheet, "buyer", truth.buyer, (top, grid, inks))
    _party(sheet, "seller", truth.seller, (seller_top, grid, inks))
    _cipher(sheet, truth, grid, inks)
    _lines(sheet, truth, grid, inks)
    _sums(sheet, truth, grid, inks)
    _remark(sheet, truth, grid, inks)


def _rules(sheet: Sheet, grid: Grid, inks: Inks) -> None:
    left, right = grid.columns[0], grid.columns[-1]
    top, items, _, sums, sellers, bottom = grid.rows
    sheet.frame(left, top, right, bottom, inks.pen)
    for y in (items, sums, sellers):
        sheet.line(left, y, right, y, inks.pen)
    for x in grid.columns[1:-1]:
        sheet.line(x, items, x, sums, inks.pen)
    sheet.line(grid.columns[1], sums, grid.columns[1], sellers, inks.pen)
    for x in grid.sides:
        sheet.line(x, top, x, items, inks.pen)
        sheet.line(x, sellers, x, bottom, inks.pen)


def _headings(sheet: Sheet, grid: Grid, inks: Inks) -> None:
    top, items, _, _, sellers, bottom = grid.rows
    for text, x0, x1 in zip(_HEADINGS, grid.columns, grid.columns[1:], strict=False):
        sheet.put(
            Layer.FORM, Text((x0 + x1) / 2, items + 4, text, inks.label, "center", x1 - x0 - 0.6)
        )
    left, (first, second, third) = grid.columns[0], grid.sides
    for word, x0, x1, y0, y1 in (
        ("购买方", left, first, top, items),
        ("密码区", second, third, top, items),
        ("销售方", left, first, sellers, bottom),
        ("备注", second, third, sellers, bottom),
    ):
        step = (y1 - y0) / (len(word) + 0.3)
        sheet.column(Layer.FORM, ((x0 + x1) / 2, y0 + step * 0.75), word, step, inks.label)


def _party(sheet: Sheet, role: str, party: Party | None, where: tuple[float, Grid, Inks]) -> None:
    """The four labelled lines of a party, from the given y down."""
    top, grid, inks = where
    room = grid.sides[1] - grid.values - 1.5
    step = (grid.rows[5] - grid.rows[4] - 1.2) / 4
    values = (party.name, party.tax_id, party.address, party.bank) if party else (None,) * 4
    for i, (label, value) in enumerate(zip(PARTY_LABELS, values, strict=True)):
        y = top + step * (i + 0.82)
        x = grid.sides[0] + 1.8
        sheet.put(Layer.FORM, Text(x, y, label, inks.label, fit=grid.values - x))
        if not value:
            continue
        if i == 1:
            mark = Text(grid.values, y, value, inks.mono, fit=room, of=f"{role}_tax_id")
            sheet.put(Layer.PRINT, mark)
        else:
            size = inks.value.size - (1 if i > 1 else 0)
            style = Style(inks.value.font, size, inks.value.color, inks.value.weight)
            of = "" if i else f"{role}_name"
            sheet.put(Layer.PRINT, Text(grid.values, y, value, style, fit=room, of=of))


def _cipher(sheet: Sheet, truth: Truth, grid: Grid, inks: Inks) -> None:
    x = grid.sides[2] + 2
    for i, line in enumerate(truth.face.cipher):
        y = grid.rows[0] + 4.9 + i * 4.85
        sheet.put(Layer.PRINT, Text(x, y, line, inks.mono, fit=grid.columns[-1] - x - 2))


def _lines(sheet: Sheet, truth: Truth, grid: Grid, inks: Inks) -> None:
    y = grid.rows[1] + 4.2 + grid.pitch
    columns = grid.columns
    index = -1
    for name, item in _rows(truth.items, columns[1] - columns[0] - 1, inks.value):
        index += item is not None
        of, fit = f"items.{index}.", columns[1] - columns[0] - 1
        sheet.put(Layer.PRINT, Text(columns[0] + 0.5, y, name, inks.value, fit=fit, of=f"{of}name"))
        if item:
            _figures(sheet, item, of, y, (grid, inks))
        y += grid.pitch


def _rows(
    items: tuple[LineItem, ...], width: float, style: Style
) -> list[tuple[str, LineItem | None]]:
    """The table's text lines: names wrap onto lines of their own while eight lines hold them all.

    Otherwise every item keeps one line and long names are condensed.
    """
    rows: list[tuple[str, LineItem | None]] = []
    for item in items:
        first, *rest = fonts.wrap(item.name, style.font, style.size, width * POINTS_PER_MM)
        rows += [(first, item), *((part, None) for part in rest)]
    return rows if len(rows) <= _LINES else [(item.name, item) for item in items]


def _figures(sheet: Sheet, item: LineItem, of: str, y: float, how: tuple[Grid, Inks]) -> None:
    grid, inks = how
    columns = grid.columns
    if item.spec:
        x0, x1 = columns[1], columns[2]
        fit = x1 - x0 - 1.4
        sheet.put(Layer.PRINT, Text(x0 + 0.8, y, item.spec, inks.value, fit=fit, of=f"{of}spec"))
    for i, ((name, value), align) in enumerate(zip(printed(item), _ALIGN, strict=True), start=2):
        x0, x1 = columns[i], columns[i + 1]
        x = (x0 + x1) / 2 if align == "center" else x1 - 1.2
        if value:
            mark = Text(x, y, value, inks.value, align, x1 - x0 - 2, of=of + name)
            sheet.put(Layer.PRINT, mark)


def _sums(sheet: Sheet, truth: Truth, grid: Grid, inks: Inks) -> None:
    columns, (_, _, _, sums, sellers, _) = grid.columns, grid.rows
    y = sums - 1.6
    big = Style(inks.mono.font, inks.mono.size - 0.5, inks.mono.color, inks.mono.weight)
    third = (columns[1] - columns[0]) / 3
    sheet.put(
        Layer.FORM,
        Text(columns[0] + third, y, "合", inks.label, "center"),
        Text(columns[0] + 1.75 * third, y, "计", inks.label, "center"),
    )
    for of, value, x in (("amount", truth.amount, columns[6]), ("tax", truth.tax, columns[8])):
        if value is not None:
            sheet.put(Layer.PRINT, Text(x - 1.2, y, f"¥{value:.2f}", big, "right", of=of))
    y = (sums + sellers) / 2 + 1.2
    middle = (columns[0] + columns[1]) / 2
    small = columns[5] + 0.47 * (columns[6] - columns[5])
    sheet.put(
        Layer.FORM,
        Text(middle, y, "价税合计（大写）", inks.label, "center"),
        Text(small, y, "（小写）", inks.label),
    )
    cross_out(sheet, Layer.PRINT, (columns[1] + 3.2, y - 1.1), 1.6, inks.cross)
    sheet.put(
        Layer.PRINT,
        Text(
            columns[1] + 6.5,
            y,
            truth.extra.total_in_words or "",
            inks.value,
            fit=75,
            of="extra.total_in_words",
        ),
        Text(small + 12.5, y, f"¥{truth.total:.2f}", big, of="total"),
    )


def _remark(sheet: Sheet, truth: Truth, grid: Grid, inks: Inks) -> None:
    x = grid.sides[2] + 1.2
    width = grid.columns[-1] - x - 1
    y = grid.rows[4] + 4
    for line in (truth.extra.remark or "").split("\n"):
        for part in fonts.wrap(line, inks.value.font, inks.value.size, width * POINTS_PER_MM):
            if part:
                sheet.put(Layer.PRINT, Text(x, y, part, inks.value, of="extra.remark"))
                y += 4
