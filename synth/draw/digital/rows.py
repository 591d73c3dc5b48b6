"""Rows of values in columns: wrapped, measured and set."""

from dataclasses import dataclass, replace

from models.invoice import Extra, LineItem
from synth import fonts
from synth.draw.digital.columns import Column, of_lines, of_table
from synth.draw.digital.looks import Look
from synth.draw.marks import printed
from synth.draw.sheet import POINTS_PER_MM, Layer, Sheet, Style, Text
from synth.truth import Truth

_TYPED = {
    "出行人": "traveller",
    "有效身份证件号": "traveller_id",
    "出行日期": "travel_date",
    "出发地": "departure",
    "起运地": "departure",
    "到达地": "destination",
    "等级": "seat_class",
    "车牌号": "plate",
    "运输工具牌号": "plate",
    "车牌号/船舶登记号": "plate",
    "车架号": "vin",
    "底盘号/机架号": "vin",
    "发动机号码": "engine_no",
}
"""Details whose first row is also a field of Extra."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The lines of a value in a column; `of` as in Text."""

    column: Column
    lines: tuple[str, ...]
    of: str


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row and how many lines the tallest has."""

    cells: tuple[Cell, ...]

    @property
    def lines(self) -> int:
        return max((len(cell.lines) for cell in self.cells), default=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A detail's value and the names of the fields it prints, "" where the form leaves it blank."""

    value: str = ""
    of: str = ""


def details_of(extra: Extra) -> dict[tuple[int, str], Found]:
    """The details by row and label."""
    found: dict[tuple[int, str], Found] = {}
    for index, detail in enumerate(extra.details):
        of = f"extra.details.{index}"
        typed = _TYPED.get(detail.name) if detail.row == 0 else None
        if typed and getattr(extra, typed) is not None:
            of += f" extra.{typed}"
        found[detail.row, detail.name] = Found(detail.value, of)
    return found


def item_rows(truth: Truth, look: Look) -> list[Row]:
    """The invoice's lines as rows."""
    columns, details = of_lines(truth), details_of(truth.extra)
    rows = []
    for index, item in enumerate(truth.items):
        values = _values(item)
        cells = []
        for column in columns:
            found = details.get((index, column.heading), Found())
            if column.key:
                of = f"items.{index}.{column.key} {found.of}".strip()
                found = Found(values.get(column.key) or "", of)
            cells += _cell(column, found, look)
        rows.append(Row(tuple(cells)))
    return rows


def table_rows(truth: Truth, look: Look) -> list[Row]:
    """The rows of the table besides the lines."""
    columns, details = of_table(truth), details_of(truth.extra)
    if not columns:
        return []
    count = 1 + max((detail.row for detail in truth.extra.details), default=-1)
    rows = []
    for index in range(count):
        cells: list[Cell] = []
        for column in columns:
            cells += _cell(column, details.get((index, column.heading), Found()), look)
        rows.append(Row(tuple(cells)))
    return rows


def _values(item: LineItem) -> dict[str, str | None]:
    return {"name": item.name, "spec": item.spec, **dict(printed(item))}


def _cell(column: Column, found: Found, look: Look) -> list[Cell]:
    if not found.value:
        return []
    lines = [found.value]
    if column.wrap:
        lines = wrapped(found.value, look.values, column.width)
    return [Cell(column, tuple(lines), found.of)]


def wrapped(text: str, style: Style, width: float) -> list[str]:
    """`text` in lines of at most `width` mm."""
    return fonts.wrap(text, style.font, style.size, width * POINTS_PER_MM)


def put_headings(sheet: Sheet, columns: tuple[Column, ...], y: float, look: Look) -> None:
    """The headings of the columns on the baseline `y`."""
    for column in columns:
        x, align = column.title or (column.x, column.align)
        text = column.heading.replace(" ", look.gap)
        sheet.put(Layer.FORM, Text(x, y, text, look.labels, align, fit=column.width))


def put_row(sheet: Sheet, row: Row, y: float, look: Look) -> None:
    """The row, its first line on the baseline `y`."""
    for cell in row.cells:
        column = cell.column
        indent = look.indent if column.key == "name" else 0.0
        for i, line in enumerate(cell.lines):
            sheet.put(
                Layer.PRINT,
                Text(
                    column.x + indent,
                    y + i * look.pitch,
                    line,
                    look.values,
                    column.align,
                    fit=column.width - indent,
                    of=cell.of,
                ),
            )


def put_money(
    sheet: Sheet, look: Look, at: tuple[float, float], text: str, *, size: float, of: str
) -> None:
    """A sum with its currency sign, ending at x; *** has none."""
    x, y = at
    style = replace(look.values, size=size)
    if text == "***" or not look.yen_apart:
        sign = "" if text == "***" else look.yen
        sheet.put(Layer.PRINT, Text(x, y, sign + text, style, "right", of=of))
        return
    sign_style = replace(style, size=11)
    left = x - width_of(text, style) - width_of(look.yen, sign_style)
    sheet.put(
        Layer.PRINT,
        Text(left, y, look.yen, sign_style, of=of),
        Text(x, y, text, style, "right", of=of),
    )


def put_label(
    sheet: Sheet, at: tuple[float, float], text: str, style: Style, room: float | None = None
) -> float:
    """A label at x, condensed into `room` mm; gives how wide it stands.

    The free Kai face sets a full-width colon in the middle of its square, the faces of real
    documents at its left: the colon is moved there.
    """
    x, y = at
    width = width_of(text, style)
    stretch = min(1.0, room / width) if room else 1.0
    body, colon = (text[:-1], text[-1]) if text.endswith("：") else (text, "")
    taken = width_of(body, style) * stretch
    sheet.put(Layer.FORM, Text(x, y, body, style, fit=taken))
    if not colon:
        return taken
    em = width_of(colon, style) * stretch
    sheet.put(Layer.FORM, Text(x + taken - 0.28 * em, y, colon, style, fit=em))
    return taken + 0.72 * em


def width_of(text: str, style: Style) -> float:
    """mm that `text` takes."""
    return fonts.text_width(text, style.font, style.size) / POINTS_PER_MM
