"""An invoice that no page shows: its structured data is all there is."""

from decimal import Decimal

from models.capital import CapitalError, parse_capital
from models.forms import Form
from models.identifiers import check_character_holds
from models.invoice import Evidence, FieldName, Invoice
from ocr.resolve.evidence import CONTESTED
from ocr.structure.statement import Statement

_SUM = (FieldName.AMOUNT, FieldName.TAX, FieldName.TOTAL)
_TAX_IDS = (FieldName.BUYER_TAX_ID, FieldName.SELLER_TAX_ID)
_ON_TOP = ("民航发展基金", "其他税费", "保险费")


def statement_invoice(statement: Statement) -> Invoice:
    """The invoice a statement describes, on no page.

    Confidence is 1.0, but where another statement contradicts a value. `confirmed_by` says
    "second_print" for what the data states twice, "arithmetic", "capital_amount" and
    "check_character" for what adds up.
    """
    checks = _checks(statement)
    fields = {
        name: Evidence(
            value=stated.value,
            raw=stated.raw,
            source=stated.source,
            confidence=CONTESTED if statement.others.get(name) else 1.0,
            page=stated.page,
            box=stated.box,
            confirmed_by=() if statement.others.get(name) else tuple(checks.get(name, ())),
            candidates=tuple(other.as_candidate() for other in statement.others.get(name, ())),
        )
        for name in FieldName
        if (stated := statement.values.get(name)) is not None
    }
    extra = statement.extra.model_copy(update={"red": statement.is_red})
    return Invoice.from_evidence(
        statement.form, fields, page=None, items=statement.items, extra=extra
    ).model_copy(update={"problems": statement.problems})


def _checks(statement: Statement) -> dict[FieldName, list[str]]:
    """Which checks bear out which fields."""
    checks: dict[FieldName, list[str]] = {name: ["second_print"] for name in statement.twice}
    if _adds_up(statement):
        for name in _SUM:
            checks.setdefault(name, []).append("arithmetic")
    total = _money(statement, FieldName.TOTAL)
    if total is not None and total == _capital(statement.extra.total_in_words):
        checks.setdefault(FieldName.TOTAL, []).append("capital_amount")
    for name in _TAX_IDS:
        stated = statement.values.get(name)
        if stated is not None and check_character_holds(stated.value):
            checks.setdefault(name, []).append("check_character")
    return checks


def _money(statement: Statement, name: FieldName) -> Decimal | None:
    stated = statement.values.get(name)
    return Decimal(stated.value) if stated else None


def _adds_up(statement: Statement) -> bool:
    """Whether amount and tax make the total; on air tickets with what comes on top of them."""
    amount, tax, total = (_money(statement, name) for name in _SUM)
    if amount is None or tax is None or total is None:
        return False
    on_top = Decimal(0)
    if statement.form is Form.AIR_E:
        for detail in statement.extra.details:
            if detail.name in _ON_TOP:
                try:
                    on_top += Decimal(detail.value)
                except ArithmeticError:
                    return False
    return amount + tax + on_top == total


def _capital(words: str | None) -> Decimal | None:
    if not words:
        return None
    try:
        return parse_capital(words)
    except CapitalError:
        return None
