"""发票台账 kept by hand: a plain list, as XLSX or as a CSV that went through a spreadsheet."""

import csv
import io
from collections.abc import Collection, Iterable
from decimal import Decimal
from enum import StrEnum

from models.record import Record
from synth.ledgers.entry import Entry, figures
from synth.ledgers.workbook import Cell, Sheet, row, workbook
from synth.truth import Truth

REGISTER_HEADINGS = (
    "序号",
    "发票代码",
    "发票号码",
    "开票日期",
    "销方名称",
    "金额",
    "税额",
    "价税合计",
    "备注",
)
FIRST_ROW = 2


class Slip(StrEnum):
    """What a person or a spreadsheet does to a line."""

    SWAPPED = "swapped"
    """金额 and 价税合计 in each other's column."""
    TOTAL_FROM_AMOUNT = "total_from_amount"
    """金额 before tax typed as 价税合计; the other columns empty."""
    FLOAT = "float"
    """The number stored as a floating-point value."""
    NO_ZEROS = "no_zeros"
    """The number stored as a whole number, its leading zeros gone."""


class Typed(Record):
    """A line of the register: what it says, and what went wrong."""

    truth: Truth
    slips: tuple[Slip, ...] = ()


def register_xlsx(lines: Iterable[Typed | Truth | Entry]) -> bytes:
    """The register as a workbook. Same bytes every time."""
    body = [row(REGISTER_HEADINGS, _values(line, count)) for count, line in _counted(lines)]
    return workbook([Sheet(title="发票台账", rows=(REGISTER_HEADINGS, *body))])


def register_csv(lines: Iterable[Typed | Truth | Entry]) -> bytes:
    """The register as a spreadsheet program saves it as CSV in China: GBK, and every number of
    more than 11 digits that was not kept as text in scientific notation (2.6417E+19)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(REGISTER_HEADINGS)
    for count, line in _counted(lines):
        values = row(REGISTER_HEADINGS, _values(line, count))
        writer.writerow(_as_shown(cell) for cell in values)
    return text.getvalue().encode("gb18030")


def _counted(lines: Iterable[Typed | Truth | Entry]) -> Iterable[tuple[int, Typed]]:
    for count, line in enumerate(lines, start=1):
        if isinstance(line, Entry):
            yield count, Typed(truth=line.truth)
        else:
            yield count, Typed(truth=line) if isinstance(line, Truth) else line


def _as_shown(cell: Cell) -> str:
    if isinstance(cell, float):
        digits = Decimal(cell)
        return f"{digits:.4E}" if digits >= 10**11 else str(int(cell))
    return "" if cell is None else str(cell)


def _values(line: Typed, count: int) -> dict[str, Cell]:
    truth, slips = line.truth, line.slips
    return {
        "序号": count,
        "发票代码": truth.code,
        "发票号码": _number(truth.number, slips),
        "开票日期": truth.date.isoformat() if truth.date else None,
        "销方名称": truth.seller.name if truth.seller else None,
        **_money(truth, slips),
    }


def _number(number: str, slips: Collection[Slip]) -> Cell:
    if Slip.FLOAT in slips:
        return float(number)
    return int(number) if Slip.NO_ZEROS in slips else number


def _money(truth: Truth, slips: Collection[Slip]) -> dict[str, Cell]:
    amount, tax, total = figures(truth)
    if Slip.SWAPPED in slips:
        return {"金额": total, "税额": tax, "价税合计": amount}
    if Slip.TOTAL_FROM_AMOUNT in slips:
        return {"价税合计": amount}
    return {"金额": amount, "税额": tax, "价税合计": total}
