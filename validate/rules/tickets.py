"""R-AMT-11 to 13: the sums of electronic rail and air tickets (domain.md 3.5)."""

from decimal import ROUND_HALF_UP, Decimal

from models.finding import Severity
from models.forms import Form
from models.invoice import FieldName
from models.page import Source
from models.text import CENT, money, squash
from validate.examples import air, rail
from validate.facts import misreadable, source_of
from validate.lines import percent
from validate.registry import Case, Fire, Missing, Outcome, Spec, rule

_FARE, _FUEL, _FUND, _OTHER = "票价", "燃油附加费", "民航发展基金", "其他税费"
_INSURANCE, _RATE = "保险费", "增值税税率"
_NOTHING = frozenset({"EXEMPT", "YQEXEMPT", "CNEXEMPT", "免", "-", "--", "XXX"})
_NO_CHARGES = Missing("没有读到各项费用", "the single charges were not read")
_SLACK = CENT
_TAX_SLACK = Decimal("0.02")


def _charge(case: Case, name: str) -> Decimal | None:
    """One charge in yuan: 0 where the ticket says there is none, None where it was not read."""
    for detail in case.invoice.extra.details:
        if detail.name == name:
            text = squash(detail.value).upper()
            if text in _NOTHING:
                return Decimal(0)
            return money(text.removeprefix("CNY").removeprefix("CN").removeprefix("YQ"))
    return None


def _base(case: Case) -> Decimal | None:
    """Fare and fuel surcharge, the base of the tax."""
    fare, fuel = _charge(case, _FARE), _charge(case, _FUEL)
    if fare is not None and fuel is not None:
        return fare + fuel
    if source_of(case.invoice, FieldName.AMOUNT) is Source.DERIVED:
        return None
    return case.invoice.amount


def _soft(case: Case, *names: FieldName) -> Severity | None:
    return Severity.WARN if misreadable(case.invoice, *names) else None


@rule(
    Spec(
        id="R-AMT-11",
        name="air sum",
        severity=Severity.REJECT,
        zh="行程单金额勾稽不符：各项合计{parts}，合计为{total}",
        en="Air total mismatch: the charges add up to {parts}, the total is {total}",
        needs=(FieldName.TAX, FieldName.TOTAL),
        applies=lambda case: case.form is Form.AIR_E,
        fails=air(total="880.00", qr=None),
        passes=air(),
    )
)
def air_sum(case: Case) -> Outcome:
    """Fare, fuel surcharge, tax, fund and other charges are not the total, 0.01 allowed.

    Insurance may be in the total or beside it. A warning where OCR alone read a sum.
    """
    invoice, base, fund = case.invoice, _base(case), _charge(case, _FUND)
    if base is None or fund is None or invoice.tax is None or invoice.total is None:
        return _NO_CHARGES
    parts = base + invoice.tax + fund + (_charge(case, _OTHER) or Decimal(0))
    insured = parts + (_charge(case, _INSURANCE) or Decimal(0))
    if min(abs(parts - invoice.total), abs(insured - invoice.total)) <= _SLACK:
        return None
    return Fire(
        {"parts": parts, "total": invoice.total},
        field="total",
        severity=_soft(case, FieldName.TAX, FieldName.TOTAL),
        expected=str(parts),
        actual=str(invoice.total),
    )


@rule(
    Spec(
        id="R-AMT-12",
        name="air base",
        severity=Severity.WARN,
        zh="增值税税额{tax}与税基不符，应为{expected}",
        en="Tax {tax} is not (fare + fuel surcharge) × rate, {expected}",
        needs=(FieldName.TAX,),
        applies=lambda case: case.form is Form.AIR_E,
        fails=air(tax="77.71", total="880.00", qr=None),
        passes=air(),
    )
)
def air_base(case: Case) -> Outcome:
    """The tax is not the rate's share of fare and fuel surcharge, 0.02 allowed."""
    base, tax = _base(case), case.invoice.tax
    rates = (d.value for d in case.invoice.extra.details if d.name == _RATE)
    rate = percent(next(rates, ""))
    if base is None or tax is None or rate is None:
        return Missing(
            "没有读到票价、燃油附加费或税率", "fare, fuel surcharge or rate was not read"
        )
    expected = (base * rate / 100).quantize(CENT, ROUND_HALF_UP)
    if abs(tax - expected) <= _TAX_SLACK:
        return None
    values = {"tax": tax, "expected": expected}
    return Fire(values, field="tax", expected=str(expected), actual=str(tax))


@rule(
    Spec(
        id="R-AMT-13",
        name="rail split",
        severity=Severity.REJECT,
        zh="铁路票金额拆分不符：{amount}+{tax}≠{total}",
        en="Rail split mismatch: {amount} + {tax} ≠ {total}",
        needs=(FieldName.AMOUNT, FieldName.TAX, FieldName.TOTAL),
        applies=lambda case: case.form is Form.RAIL_E,
        fails=rail(total="272.52", qr=None),
        passes=rail(),
    )
)
def rail_split(case: Case) -> Outcome:
    """Amount and tax of a rail ticket's data are not its fare, 0.01 allowed."""
    invoice = case.invoice
    amount, tax, total = invoice.amount, invoice.tax, invoice.total
    if amount is None or tax is None or total is None:
        return None
    if Source.DERIVED in (source_of(invoice, FieldName.AMOUNT), source_of(invoice, FieldName.TAX)):
        return Missing(
            "金额或税额由其他金额推算而来", "amount or tax was calculated from the others"
        )
    if abs(amount + tax - total) <= _SLACK:
        return None
    return Fire(
        {"amount": amount, "tax": tax, "total": total},
        field="total",
        severity=_soft(case, FieldName.AMOUNT, FieldName.TAX, FieldName.TOTAL),
        expected=str(amount + tax),
        actual=str(total),
    )


RULES = (air_sum, air_base, rail_split)
