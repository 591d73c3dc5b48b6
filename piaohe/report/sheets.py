"""Sheets of a workbook: text stays text, money are numbers, dates are dates."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from piaohe.report.visible import unturned

Value: TypeAlias = str | int | Decimal | datetime.date | None

_MAX_TEXT = 32_767
"""Excel refuses a file with a longer text in a cell."""

_HEAD_FONT = Font(bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="3A4149")
_TOP = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and its width in characters."""

    title: str
    width: int = 14


def add_sheet(
    book: Workbook, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> None:
    """A sheet with a frozen, filtered heading."""
    sheet: Worksheet = book.create_sheet(title)
    for at, column in enumerate(columns, start=1):
        cell = sheet.cell(1, at, column.title)
        cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    last = 1
    for last, row in enumerate(rows, start=2):
        for at, value in enumerate(row, start=1):
            if value is not None:
                fill_cell(sheet.cell(last, at), value)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"


def fill_cell(cell: Cell, value: Value) -> None:
    """Put a value into a cell as what it is; text stays text."""
    if isinstance(value, str):
        # what begins with = + - @ must not become a formula, here or after editing the cell
        cell.value = unturned(ILLEGAL_CHARACTERS_RE.sub("", value))[:_MAX_TEXT]
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@", "\t", "\r"))
        cell.alignment = _TOP
        return
    cell.value = value
    if isinstance(value, Decimal):
        cell.number_format = "#,##0.00"
    elif isinstance(value, datetime.date):
        cell.number_format = "yyyy-mm-dd"
    cell.alignment = Alignment(vertical="top")
