"""R-TAX-02, R-TAX-08: what rate a line may bear, and the tax of 差额征税 (domain.md 3.4, 3.5)."""

import re
from decimal import ROUND_HALF_UP, Decimal

from models.finding import Severity
from models.invoice import FieldName, LineItem
from models.text import CENT, money, squash
from validate.examples import digital
from validate.lines import EXEMPT, named, rate_of, rate_text
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule
from validate.words import rate_table

_DEDUCTED = re.compile(r"差额征税[:：]?(?:扣除额)?[:：]?[¥￥]?(-?[0-9][0-9,]*(?:\.[0-9]+)?)")
_DIFFERENTIAL_RATES = tuple(Decimal(rate) for rate in (5, 6, 3, 1, 9, 13))
_DIFFERENTIAL_SLACK = Decimal("0.05")


@rule(
    Spec(
        id="R-TAX-02",
        name="rate ↔ item",
        severity=Severity.WARN,
        zh="品目与税率不匹配：第{lines}行{name}，税率{rate}",
        en="Rate does not fit item: line {lines}, {name} at {rate}",
        needs=(FieldName.DATE, Given.ITEMS),
        basis="《增值税法》第十条",
        applies=lambda case: case.invoice.date is None or case.invoice.date >= rate_table().since,
        fails=digital(
            items=[
                {"name": "*餐饮服务*餐费", "amount": "1200.00", "tax_rate": "13%", "tax": "156.00"}
            ]
        ),
        passes=digital(),
    )
)
def rate_fits(case: Case) -> Outcome:
    """A line's rate is none of those its short name may bear (validate/data/rates.toml).

    Short names that are not in the table and lines whose rate says nothing (***) are not judged,
    nor invoices from before the rates of 2019-04-01.
    """
    date, table = case.invoice.date, rate_table()
    if date is None:
        return None
    if _DIFFERENTIAL in (case.invoice.extra.remark or ""):
        return Missing("差额征税可选用其他征收率", "differential taxation may choose another rate")
    judged = 0
    wrong: list[tuple[int, LineItem]] = []
    for place, item in enumerate(case.invoice.items, 1):
        entry, rate = table.entry_for(*named(item)), rate_text(item)
        if entry is None or not rate or rate in table.unjudged:
            continue
        judged += 1
        if rate not in table.allowed(entry, date):
            wrong.append((place, item))
    if not judged:
        return Missing("没有可对照的商品简称和税率", "no line has a short name and rate to compare")
    if not wrong:
        return None
    lines, first = "、".join(str(place) for place, _ in wrong), wrong[0][1]
    entry = table.entry_for(*named(first))
    return Fire(
        {"lines": lines, "name": squash(first.name), "rate": rate_text(first)},
        field="items",
        expected="、".join(sorted(table.allowed(entry, date))) if entry else None,
        actual=rate_text(first),
    )


@rule(
    Spec(
        id="R-TAX-08",
        name="差额 fields",
        severity=Severity.WARN,
        zh="差额征税计算不符：{what}",
        en="Differential tax mismatch: {what_en}",
        applies=lambda case: _DIFFERENTIAL in (case.invoice.extra.remark or ""),
        fails=digital(remark="差额征税：672.00元。"),
        passes=digital(remark="差额征税：0.00元。"),
    )
)
def differential(case: Case) -> Outcome:
    """差额征税 without what was deducted, or a tax that is not (total - deduction) / (1 + r) × r,
    0.05 allowed. Where the rate is not printed (***), any rate under which this is done will do.
    """
    invoice = case.invoice
    match = _DEDUCTED.search(squash(invoice.extra.remark or ""))
    deducted = money(match[1]) if match else None
    if deducted is None:
        what, what_en = "备注没有扣除额", "the remark states no deduction"
        return Fire({"what": what, "what_en": what_en}, field="remark")
    if invoice.total is None or invoice.tax is None:
        return Missing("缺少价税合计或税额", "total or tax is missing")
    printed = {rate for item in invoice.items if (rate := rate_of(item))}
    base = invoice.total - deducted
    expected = [_part(base, rate) for rate in (printed or _DIFFERENTIAL_RATES)]
    exempt = any(rate_text(item) == EXEMPT for item in invoice.items)
    if exempt or any(abs(tax - invoice.tax) <= _DIFFERENTIAL_SLACK for tax in expected):
        return None
    told = "、".join(format(tax, "f") for tax in expected)
    what = f"扣除{deducted}后税额应为{told}，实为{invoice.tax}"
    what_en = f"after deducting {deducted} the tax is {told}, not {invoice.tax}"
    values = {"what": what, "what_en": what_en}
    return Fire(values, field="tax", expected=told, actual=str(invoice.tax))


def _part(gross: Decimal, rate: Decimal) -> Decimal:
    """The tax in a gross amount at a rate in percent."""
    return (gross * rate / (100 + rate)).quantize(CENT, ROUND_HALF_UP)


_DIFFERENTIAL = "差额征税"

RULES = (rate_fits, differential)
