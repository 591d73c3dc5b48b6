"""全量发票查询导出结果: the tax bureau's list of all invoices, as XLSX (domain.md 6.1)."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from models.forms import Form
from models.invoice import LineItem
from models.ledger import Coverage
from synth.ledgers.entry import (
    Entry,
    entries_of,
    figures,
    is_digital,
    lines_of,
    paper_number,
)
from synth.ledgers.taxwords import KINDS, classification_code
from synth.ledgers.workbook import Cell, Sheet, row, workbook
from synth.truth import Truth

LINE_HEADINGS = (
    "序号",
    "发票代码",
    "发票号码",
    "数电发票号码",
    "销方识别号",
    "销方名称",
    "购方识别号",
    "购买方名称",
    "开票日期",
    "税收分类编码",
    "特定业务类型",
    "货物或应税劳务名称",
    "规格型号",
    "单位",
    "数量",
    "单价",
    "金额",
    "税率",
    "税额",
    "价税合计",
    "发票来源",
    "发票票种",
    "发票状态",
    "是否正数发票",
    "发票风险等级",
    "开票人",
    "备注",
)
"""The sheet 信息汇总表: one row a line of an invoice."""

_OF_LINES = (*LINE_HEADINGS[9:16], "税率")
BASE_HEADINGS = tuple(name for name in LINE_HEADINGS if name not in _OF_LINES)
"""The sheet 发票基础信息: one row an invoice."""

BASE, LINES = "发票基础信息", "信息汇总表"

_TICKETS: dict[Form, tuple[str, dict[str, str]]] = {
    Form.RAIL_E: (
        "铁路电子客票",
        {
            "乘车日期": "travel_date",
            "车次": "trip_no",
            "出发站": "departure",
            "到达站": "destination",
            "席别": "seat_class",
            "旅客姓名": "traveller",
            "电子客票号": "ticket_no",
        },
    ),
    Form.AIR_E: (
        "航空运输电子客票行程单",
        {
            "乘机日期": "travel_date",
            "航班号": "trip_no",
            "出发地": "departure",
            "目的地": "destination",
            "座位等级": "seat_class",
            "旅客姓名": "traveller",
            "电子客票号码": "ticket_no",
        },
    ),
}
"""Sheets of tickets, and the field of Extra each of their own columns shows."""


class Trap(StrEnum):
    """What an export can have that a reader stumbles over (domain.md 6.1)."""

    FLOATS = "floats"
    """Numbers and codes as floating-point cells: of 20 digits the last are lost (N18)."""
    STARS = "stars"
    """数电发票号码* and other headings with a star."""
    TITLE = "title"
    """A merged title and the query's conditions above the headings."""
    TOTAL_ROW = "total_row"
    """A row 合计行 below."""
    DASHES = "dashes"
    """-- where there is no code or number, as older exports have it."""
    OLD_WORDS = "old_words"
    """数电票 instead of 数电发票 in headings and kinds, as older exports have it."""
    LINES_ONLY = "lines_only"
    """No sheet 发票基础信息."""
    BASE_ONLY = "base_only"


def listed(entries: Iterable[Truth | Entry]) -> list[Entry]:
    """Those the tax bureau knows, in order; taxi tickets, 财政票据 and the like are none of its."""
    return [each for each in entries_of(entries) if each.truth.form in KINDS]


def tax_export(
    entries: Iterable[Truth | Entry],
    *,
    traps: Collection[Trap] = (),
    rows: int | None = None,
    period: Coverage | None = None,
) -> bytes:
    """The workbook listing these documents, the same bytes every time.

    Like the real export it stores numbers and codes as text, money as numbers, the date with a
    time of day, and gives a wrong `dimension`; invoices of a 特定业务 and electronic tickets stand
    once more in sheets of their own, with what they alone print. Documents the bureau does not
    know are left out. `rows` is after how many invoices the export was cut off (0: headings
    only); `period` is what the title says was asked for.
    """
    known = listed(entries)[:rows]
    sheets = [_base_sheet(known, traps), _line_sheet(known, traps), *_special_sheets(known, traps)]
    if Trap.LINES_ONLY in traps:
        del sheets[0]
    elif Trap.BASE_ONLY in traps:
        del sheets[1:]
    if Trap.TITLE in traps:
        sheets = [_titled(sheet, period) for sheet in sheets]
    return workbook(sheets, wrong_dimension=True)


def first_row(traps: Collection[Trap] = ()) -> int:
    """The number of the row the first invoice stands in."""
    return 4 if Trap.TITLE in traps else 2


def _base_sheet(entries: Sequence[Entry], traps: Collection[Trap]) -> Sheet:
    body: list[dict[str, Cell]] = []
    for count, entry in enumerate(entries, start=1):
        amount, tax, total = figures(entry.truth)
        sums: dict[str, Cell] = {"序号": count, "金额": amount, "税额": tax, "价税合计": total}
        body.append(_common(entry, traps) | sums)
    return _sheet(BASE, BASE_HEADINGS, body, traps)


def _line_sheet(entries: Iterable[Entry], traps: Collection[Trap]) -> Sheet:
    return _sheet(LINES, LINE_HEADINGS, _lines(entries, traps), traps)


def _special_sheets(entries: Sequence[Entry], traps: Collection[Trap]) -> list[Sheet]:
    """One sheet for each business and each kind of electronic ticket that occurs.

    Their names are seen, their columns are not known: the lines' own, and what the form prints.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        form, business = entry.truth.form, entry.truth.extra.special_business
        name = _TICKETS[form][0] if form in _TICKETS else business
        if name and is_digital(entry.truth):
            groups.setdefault(name, []).append(entry)
    sheets = []
    for name, members in sorted(groups.items()):
        own = tuple(dict.fromkeys(column for each in members for column in _own(each.truth)))
        headings = (*LINE_HEADINGS[:16], *own, *LINE_HEADINGS[16:])
        sheets.append(_sheet(name, headings, _lines(members, traps), traps))
    return sheets


def _own(truth: Truth) -> dict[str, Cell]:
    """What the business prints besides the lines, by column; several rows one after the other."""
    if truth.form in _TICKETS:
        shown = truth.extra.model_dump(mode="json")
        return {column: shown[field] for column, field in _TICKETS[truth.form][1].items()}
    values: dict[str, list[str]] = {}
    for detail in truth.extra.details:
        if detail.name not in LINE_HEADINGS:
            values.setdefault(detail.name, []).append(detail.value)
    return {name: "；".join(several) for name, several in values.items()}


def _sheet(
    title: str, headings: Sequence[str], body: Sequence[dict[str, Cell]], traps: Collection[Trap]
) -> Sheet:
    shown = tuple(_heading(name, traps) for name in headings)
    rows = [shown, *(row(headings, values) for values in body)]
    if Trap.TOTAL_ROW in traps and body:
        rows.append(row(headings, _sums(body) | {"序号": "合计行"}))
    return Sheet(title=title, rows=tuple(rows))


def _heading(name: str, traps: Collection[Trap]) -> str:
    if Trap.OLD_WORDS in traps:
        name = name.replace("数电发票", "数电票")
    return f"{name}*" if Trap.STARS in traps and "号" in name else name


def _sums(body: Sequence[dict[str, Cell]]) -> dict[str, Cell]:
    return {
        name: sum((v for values in body if isinstance(v := values[name], Decimal)), Decimal(0))
        for name in ("金额", "税额", "价税合计")
    }


def _titled(sheet: Sheet, period: Coverage | None) -> Sheet:
    said = f"开票日期：{period.first} 至 {period.last}" if period else "查询条件：全部"
    last = chr(ord("A") + min(len(sheet.rows[0]), 26) - 1)
    rows = (("全量发票查询导出结果",), (said,), *sheet.rows)
    return Sheet(title=sheet.title, rows=rows, merged=(f"A1:{last}1", f"A2:{last}2"))


def _common(entry: Entry, traps: Collection[Trap]) -> dict[str, Cell]:
    """The values all sheets repeat."""
    truth = entry.truth
    buyer, seller = truth.buyer, truth.seller
    kind = KINDS[truth.form]
    return {
        **_numbers(truth, traps),
        "销方识别号": seller.tax_id if seller else None,
        "销方名称": seller.name if seller else None,
        "购方识别号": buyer.tax_id if buyer else None,
        "购买方名称": buyer.name if buyer else None,
        "开票日期": issued_at(truth).isoformat(sep=" "),
        "特定业务类型": truth.extra.special_business if is_digital(truth) else None,
        "发票来源": source_of(truth),
        "发票票种": kind.replace("数电发票", "数电票") if Trap.OLD_WORDS in traps else kind,
        "发票状态": entry.status,
        "是否正数发票": "是" if truth.total >= 0 else "否",
        "发票风险等级": entry.risk,
        "开票人": truth.extra.drawer,
        "备注": truth.extra.remark,
    }


def _numbers(truth: Truth, traps: Collection[Trap]) -> dict[str, Cell]:
    numbers = {
        "发票代码": truth.code,
        "发票号码": paper_number(truth),
        "数电发票号码": truth.number if is_digital(truth) else None,
    }
    if Trap.FLOATS in traps:
        return {name: float(text) if text else None for name, text in numbers.items()}
    none = "--" if Trap.DASHES in traps else None
    return {name: text or none for name, text in numbers.items()}


def source_of(truth: Truth) -> str:
    """发票来源."""
    return "电子发票服务平台" if is_digital(truth) else "增值税发票管理系统"


def issued_at(truth: Truth) -> datetime.datetime:
    """The date with a time of day, which is made from the number to be stable."""
    second = int(truth.number[-4:])
    time = datetime.time(9 + second % 9, second % 60, second // 7 % 60)
    return datetime.datetime.combine(truth.day, time)


def _lines(entries: Iterable[Entry], traps: Collection[Trap]) -> list[dict[str, Cell]]:
    body = [
        _common(entry, traps) | _own(entry.truth) | _line(item)
        for entry in entries
        for item in lines_of(entry.truth)
    ]
    return [values | {"序号": count} for count, values in enumerate(body, start=1)]


def _line(item: LineItem) -> dict[str, Cell]:
    amount, tax = item.amount or Decimal(0), item.tax or Decimal(0)
    return {
        "税收分类编码": classification_code(item.name),
        "货物或应税劳务名称": item.name,
        "规格型号": item.spec,
        "单位": item.unit,
        "数量": item.quantity,
        "单价": item.unit_price,
        "金额": amount,
        "税率": item.tax_rate,
        "税额": tax,
        "价税合计": amount + tax,
    }
