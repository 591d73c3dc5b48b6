"""海关进口增值税专用缴款书: all of it is tax, so only the total is stated; lines have 完税价格."""

import datetime
import re
from decimal import Decimal

from models.invoice import Detail, Extra, FieldName, LineItem
from ocr.extract.amounts import printed_money
from ocr.extract.header import digits, iso_date
from ocr.extract.parties import Party
from ocr.extract.sheet import UNLABELLED, Seen, seen
from ocr.forms.bill import find_dates, money_of, names_of, table_body
from ocr.forms.case import Case, FormReading
from ocr.forms.grid import Row, cell_text, cells_of, columns_of, heading_row, rows_of
from ocr.forms.marked import LabelSpec, Marked
from ocr.forms.sums import decide_total, find_capital, find_totals
from ocr.resolve.evidence import Verdict, likeliest, printed_twice
from ocr.resolve.parties import decide_name

_FACTS = {
    "subject": "科目",
    "level": "预算级次",
    "treasury": "收款国库",
    "account": "账号",
    "bank": "开户银行",
    "applicant": "申请单位编号",
    "declaration": "报关单编号",
    "contract": "合同（批文）号",
    "vessel": "运输工具（号）",
    "deadline": "缴款期限",
    "bill_of_lading": "提/装货单号",
    "remark": "备注",
}
"""What is printed besides, by the name it is kept under."""
_ANYTHING = re.compile(r".+")
_SHAPES = {
    "account": re.compile(r"\d{6,}"),
    "applicant": re.compile(r"[\dA-Z]{6,}"),
    "declaration": re.compile(r"\d{18}"),
    "bill_of_lading": re.compile(r"[\dA-Z/*-]{4,}"),
    "deadline": re.compile(r"20\d{2}年\d{1,2}月\d{1,2}日?"),
}
"""What some of them look like, for a misread label behind them is no part of them."""
_SPECS = (
    LabelSpec("date", r"填.日期", glued=True),
    LabelSpec("number", r"号码(?:N[oO0°]\.?|№)?|缴款书编号", glued=True),
    LabelSpec("system", r"收入系统"),
    LabelSpec("seller", r"收入机关"),
    LabelSpec("buyer", r"名称|.?称"),
    LabelSpec("subject", r"科目"),
    LabelSpec("level", r"预算级次", glued=True),
    LabelSpec("treasury", r"收款国库", glued=True),
    LabelSpec("account", r"[账帐]号"),
    LabelSpec("bank", r"开户银行"),
    LabelSpec("tariff", r"税号"),
    LabelSpec("name", r"货?物名称"),
    LabelSpec("quantity", r"数量"),
    LabelSpec("unit", r"单位"),
    LabelSpec("amount", r"完税价格(?:\([¥￥元]\))?"),
    LabelSpec("rate", r"税率(?:\(%\))?"),
    LabelSpec("tax", r"税款金额(?:\([¥￥元]\))?"),
    LabelSpec("words", r"金额人民币\(大写\)", glued=True),
    LabelSpec("total", r"合计(?:\([¥￥元]\))?"),
    LabelSpec("applicant", r"申请单位编号", glued=True),
    LabelSpec("declaration", r"报关单编?号", glued=True),
    LabelSpec("office", r"填制单位"),
    LabelSpec("contract", r"合同\(批文\)号", glued=True),
    LabelSpec("vessel", r"运输工具\(号\)", glued=True),
    LabelSpec("drawer", r"制单人"),
    LabelSpec("deadline", r"缴款期限", glued=True),
    LabelSpec("bill_of_lading", r"提/?装货单号", glued=True),
    LabelSpec("reviewer", r"复核人"),
    LabelSpec("remark", r"备注|备(?=$)"),
)
_COLUMNS = frozenset({"tariff", "name", "quantity", "unit", "amount", "rate", "tax"})
_NUMBER = re.compile(r"(\d{18})[-—–_一]{0,2}([LA1])[.,]?(\d{2})(?!\d)")
"""L01 on a payment of VAT; its L is often read as 1."""
_DAYS = 14
"""Days from issue to the end of the fifteen in which to pay."""


def read_customs(case: Case) -> FormReading:
    """A payment of import VAT: who pays is the buyer, the 收入机关 the seller."""
    marked = Marked(case.words, _SPECS)
    capital, words = find_capital(marked)
    items, tariffs = _lines(marked)
    taxes = [item.tax for item in items]
    lines = None
    if taxes and None not in taxes:
        lines = sum((tax for tax in taxes if tax is not None), Decimal(0))
    verdicts = _identity(marked) | _parties(marked)
    totals = find_totals(marked, ("total", "words", "sum"), capital)
    verdicts |= decide_total(totals, capital, lines=lines)
    facts = marked.texts({key: key for key in _FACTS})
    details = [
        Detail(name=name, value=match[0])
        for key, name in _FACTS.items()
        if key in facts and (match := _SHAPES.get(key, _ANYTHING).match(facts[key]))
    ]
    extra = Extra(
        total_in_words=words,
        drawer=marked.text("drawer", gap=1.2),
        reviewer=marked.text("reviewer", gap=1.2),
        details=(*details, *tariffs),
    )
    return FormReading(verdicts, items, extra)


def _identity(marked: Marked) -> dict[FieldName, Verdict]:
    verdicts: dict[FieldName, Verdict] = {}
    numbers = _numbers(marked)
    winner = likeliest(numbers)
    if winner is not None:
        verdict = Verdict(winner, list(numbers))
        # a payment's number begins with that of its declaration, which is printed once more
        declared = marked.text("declaration") or ""
        if declared and winner.value.startswith(digits(declared)[:18]) and len(declared) >= 18:
            verdict.confirmed_by.append("second_print")
        verdicts[FieldName.NUMBER] = verdict
    dates = find_dates(marked)
    day = likeliest(dates)
    if day is not None:
        verdicts[FieldName.DATE] = Verdict(day, dates)
        if printed_twice(dates, day.value) or _due_after(marked, day.value):
            verdicts[FieldName.DATE].confirmed_by.append("second_print")
    return verdicts


def _due_after(marked: Marked, day: str) -> bool:
    """Whether 缴款期限 is the fifteenth day from the day of issue, as the form itself says."""
    due = iso_date(digits(marked.text("deadline") or ""))
    if due is None:
        return False
    return (datetime.date.fromisoformat(due) - datetime.date.fromisoformat(day)).days == _DAYS


def _numbers(marked: Marked) -> list[Seen]:
    """The number by its shape, 18 digits and -L01, wherever it stands."""
    found = marked.value("number", _number, gap=1.2)
    taken = {each.place for each in found}
    for word in marked.values:
        value = _number(word.text)
        if value is not None and word.place not in taken:
            found.append(seen([word], value, UNLABELLED))
    return found


def _number(text: str) -> str | None:
    match = _NUMBER.search(digits(text.upper()) if len(text) < 40 else "")
    return f"{match[1]}-{match[2].replace('1', 'L')}{match[3]}" if match else None


def _parties(marked: Marked) -> dict[FieldName, Verdict]:
    decided = {
        FieldName.BUYER_NAME: decide_name(Party(names=tuple(names_of(marked, "buyer")))),
        FieldName.SELLER_NAME: decide_name(Party(names=tuple(names_of(marked, "seller")))),
    }
    return {name: verdict for name, verdict in decided.items() if verdict is not None}


def _lines(marked: Marked) -> tuple[tuple[LineItem, ...], tuple[Detail, ...]]:
    headings = heading_row(marked, _COLUMNS)
    if not any(mark.key == "tax" for mark in headings):
        return (), ()
    cells = cells_of(table_body(marked, headings), columns_of(headings))
    starts = [word for word in cells.get("tax", []) if printed_money(word.text) is not None]
    rows = rows_of(cells, starts, frozenset({"name"}))
    items: list[LineItem] = []
    tariffs: list[Detail] = []
    for row, start in zip(rows, starts, strict=True):
        item = _item(row, money_of(start))
        if item is None:
            continue
        if tariff := cell_text(row, "tariff"):
            tariffs.append(Detail(name="税号", value=tariff, row=len(items)))
        items.append(item)
    return tuple(items), tuple(tariffs)


def _item(row: Row, tax: Decimal | None) -> LineItem | None:
    name = cell_text(row, "name")
    values = [money_of(word) for word in row.get("amount", [])]
    if name is None or tax is None:
        return None
    return LineItem(
        name=name,
        unit=cell_text(row, "unit"),
        quantity=cell_text(row, "quantity"),
        amount=next(filter(None, values), None),
        tax_rate=_rate(row),
        tax=tax,
    )


def _rate(row: Row) -> str | None:
    match = re.fullmatch(r"(\d{1,2}(?:\.\d+)?)%?", cell_text(row, "rate") or "")
    if match is None:
        return None
    return f"{Decimal(match[1]).normalize():f}%"
