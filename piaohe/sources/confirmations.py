"""Lists of 红字发票信息确认单 from the tax bureau: which invoices are being taken back (N20)."""

import re
from collections.abc import Iterable

from models.portal import RedConfirmation
from models.text import squash
from piaohe.sources.cells import date_of, number_of, text_of
from piaohe.sources.columns import named
from piaohe.sources.failures import ledger_error
from piaohe.sources.tables import Content, Row, Table, open_tables

_BLUE = ("蓝字发票号码", "对应蓝字发票号码", "蓝字数电发票号码", "被冲红发票号码", "蓝字数电票号码")
_BLUE_CODE = ("蓝字发票代码", "对应蓝字发票代码")
_NUMBER = ("红字确认单编号", "确认单编号", "红字发票信息确认单编号", "红字通知单编号")
_STATE = ("确认单状态", "红字确认单状态", "状态")
_ENTERED = ("录入日期", "申请日期", "录入时间", "确认日期")
_OVER = re.compile("作废|撤销|否认|已开具|已开票|超时")
"""States in which nobody has anything left to confirm."""
_DONE = re.compile("无需确认|已确认|购销双方已确认")


def read_confirmations(content: Content) -> tuple[RedConfirmation, ...]:
    """Every confirmation that is still in force, in the order of the file (XLSX or CSV).

    Withdrawn, denied and used ones are left out. Raises LedgerError as `read_ledger` does;
    missing_columns where no sheet has the blue invoice's number beside the confirmation's.
    """
    tables = open_tables(content)
    for table in tables:
        for header in table.head(20):
            places = _places(header)
            if "blue" in places and "number" in places:
                return tuple(_confirmations(table, header.number, places))
    raise ledger_error("missing_columns", missing=f"{_BLUE[0]}、{_NUMBER[0]}", found="—")


def _places(row: Row) -> dict[str, int]:
    names = [named(cell) if isinstance(cell, str) else "" for cell in row.cells]
    wanted = {
        "blue": _BLUE,
        "code": _BLUE_CODE,
        "number": _NUMBER,
        "state": _STATE,
        "entered": _ENTERED,
    }
    return {
        key: names.index(found)
        for key, known in wanted.items()
        if (found := next((name for name in known if name in names), None))
    }


def _confirmations(table: Table, header: int, places: dict[str, int]) -> Iterable[RedConfirmation]:
    for row in table.read():
        if row.number <= header:
            continue
        cells = {
            key: row.cells[place] if place < len(row.cells) else None
            for key, place in places.items()
        }
        blue = number_of(cells["blue"], typed=table.typed).value
        code = number_of(cells.get("code"), typed=table.typed).value
        state = squash(text_of(cells.get("state")))
        if not blue or not blue.isdigit() or _OVER.search(state):
            continue
        yield RedConfirmation(
            blue=f"{code}-{blue}" if code and len(blue) < 20 else blue,
            number=text_of(cells["number"]),
            state=state,
            pending=not _DONE.search(state),
            entered=date_of(cells.get("entered")),
        )
