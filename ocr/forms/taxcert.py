"""税收完税证明: taxes paid, each with the receipt it was paid with; no tax of its own."""

import re

from models.invoice import Detail, Extra, FieldName, LineItem
from ocr.extract.amounts import printed_money
from ocr.extract.header import digits
from ocr.extract.parties import Party
from ocr.extract.sheet import UNLABELLED, Seen, seen
from ocr.forms.bill import find_dates, money_of, names_of, table_body, tax_ids_of
from ocr.forms.case import Case, FormReading
from ocr.forms.grid import cell_text, cells_of, columns_of, heading_row, rows_of
from ocr.forms.marked import LabelSpec, Marked
from ocr.forms.sums import decide_total, find_capital, find_totals, lines_sum
from ocr.resolve.evidence import Verdict, likeliest
from ocr.resolve.parties import decide_name, decide_tax_id

_SPECS = (
    LabelSpec("date", r"填.日期", glued=True),
    LabelSpec("seller", r"税务机关"),
    LabelSpec("number", r"(?:N[oO0°]\.?|№|编号)(?=[:：]?\d{15,20}|$)", glued=True),
    LabelSpec("buyer_id", r"(?:统一社会信用代码/?)?纳税人识别号|统一社会信用代码", glued=True),
    LabelSpec("buyer", r"纳税人名称", glued=True),
    LabelSpec("receipt", r"原凭证号码?"),
    LabelSpec("name", r"税种"),
    LabelSpec("subject", r"品目名称"),
    LabelSpec("period", r"税款所属[时日]?期", glued=True),
    LabelSpec("paid", r"入\(退\)库日期", glued=True),
    LabelSpec("amount", r"实缴\(退\)金额(?:\(元\))?", glued=True),
    LabelSpec("sum", r"金额合计"),
    LabelSpec("words", r"\(大写\)", glued=True),
    LabelSpec("total", r"\(?小写\)?|¥(?=$)"),
    LabelSpec("drawer", r"填票人"),
    LabelSpec("remark", r"备注"),
    LabelSpec("stamp", r"\(盖章\)"),
)
_COLUMNS = frozenset({"receipt", "name", "subject", "period", "paid", "amount"})
_DETAILS = {
    "receipt": "原凭证号",
    "subject": "品目名称",
    "period": "税款所属时期",
    "paid": "入（退）库日期",
}


def read_certificate(case: Case) -> FormReading:
    """A certificate of taxes paid: the taxpayer is the buyer, the tax office the seller."""
    marked = Marked(case.words, _SPECS)
    capital, words = find_capital(marked)
    items, details = _lines(marked)
    verdicts = _identity(marked) | _parties(marked)
    verdicts |= decide_total(
        find_totals(marked, ("total", "words", "sum"), capital), capital, lines=lines_sum(items)
    )
    extra = Extra(
        total_in_words=words,
        drawer=_drawer(marked),
        remark=_remark(marked),
        details=details,
    )
    return FormReading(verdicts, items, extra)


def _identity(marked: Marked) -> dict[FieldName, Verdict]:
    numbers = _numbers(marked)
    found = {FieldName.NUMBER: numbers, FieldName.DATE: find_dates(marked)}
    return {
        name: Verdict(winner, list(readings))
        for name, readings in found.items()
        if (winner := likeliest(readings)) is not None
    }


def _numbers(marked: Marked) -> list[Seen]:
    """The certificate's number behind No., else by its shape above the table."""
    found = marked.value("number", _number, gap=1.2)
    if found:
        return found
    top = min((mark.word.box.y0 for mark in marked.of("buyer_id")), default=float("-inf"))
    return [
        seen([word], value, UNLABELLED)
        for word in marked.values
        if word.box.cy < top and (value := _number(word.text)) is not None
    ]


def _number(text: str) -> str | None:
    match = re.fullmatch(r"\d{15,20}", digits(text))
    return match[0] if match else None


def _parties(marked: Marked) -> dict[FieldName, Verdict]:
    buyer = Party(names=tuple(names_of(marked, "buyer")), tax_ids=tuple(tax_ids_of(marked)))
    seller = Party(names=tuple(names_of(marked, "seller")))
    decided = {
        FieldName.BUYER_NAME: decide_name(buyer),
        FieldName.BUYER_TAX_ID: decide_tax_id(buyer),
        FieldName.SELLER_NAME: decide_name(seller),
    }
    return {name: verdict for name, verdict in decided.items() if verdict is not None}


def _lines(marked: Marked) -> tuple[tuple[LineItem, ...], tuple[Detail, ...]]:
    headings = heading_row(marked, _COLUMNS)
    if not any(mark.key == "amount" for mark in headings):
        return (), ()
    cells = cells_of(table_body(marked, headings), columns_of(headings))
    starts = [word for word in cells.get("amount", []) if printed_money(word.text) is not None]
    rows = rows_of(cells, starts, frozenset({"subject"}))
    items: list[LineItem] = []
    details: list[Detail] = []
    for row, start in zip(rows, starts, strict=True):
        name = cell_text(row, "name")
        if name is None:
            continue
        for key, label in _DETAILS.items():
            if value := cell_text(row, key):
                details.append(Detail(name=label, value=value, row=len(items)))
        items.append(LineItem(name=name, amount=money_of(start)))
    return tuple(items), tuple(details)


def _drawer(marked: Marked) -> str | None:
    """Who filled it in, printed below the label."""
    for mark in marked.of("drawer"):
        label = mark.word
        below = [
            word
            for word in marked.values
            if 0 < word.box.cy - label.box.cy < 4 * label.height
            and word.box.x0 < label.box.x1 + label.height
            and word.box.x1 > label.box.x0 - label.height
        ]
        if below:
            return below[0].text
    return None


def _remark(marked: Marked) -> str | None:
    for mark in marked.of("remark"):
        words = marked.right_of(mark)
        if words:
            return " ".join(word.text for word in words)
    return None
