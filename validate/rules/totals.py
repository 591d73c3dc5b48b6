"""R-AMT: the invoice's tax, sign and size as a whole (domain.md 3.5)."""

import re
from decimal import Decimal

from models.finding import Severity
from models.invoice import FieldName, Invoice
from models.text import CENT
from validate.examples import digital
from validate.facts import TAX_SPLIT_FORMS, is_red, misreadable, read_by_ocr
from validate.lines import GROSS_RATES, rate_of
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule

_STATES_RED = re.compile(r"被红冲蓝字|对应正数|销项负数|红字发票信息(?:表|确认单)")
"""What only the remark of a red-letter invoice says; one issued anew may mention 红冲."""


@rule(
    Spec(
        id="R-AMT-06",
        name="invoice tax",
        severity=Severity.REJECT,
        zh="整票税额误差过大：按税率应为{expected}，实为{tax}（差{gap}元）",
        en="Tax {tax} is off by {gap} from {expected}, the lines' amounts times their rates",
        needs=(FieldName.TAX, FieldName.AMOUNT, Given.ITEMS),
        applies=lambda case: case.form in TAX_SPLIT_FORMS,
        fails=digital(tax="75.00", total="1275.00", total_in_words=None, qr=None),
        passes=digital(),
    )
)
def invoice_tax(case: Case) -> Outcome:
    """The tax is not the sum of amount times rate of the lines: a warning above 1.00 yuan, a
    reject above 1.27, what the issuers' own software refuses.

    差额征税, reduced rates of the gross price and lines without a rate are not judged, nor lines
    that do not add up to the amount: then one was not read. A warning where OCR read the page.
    """
    invoice, policy = case.invoice, case.context.policy
    if "差额" in (invoice.extra.remark or ""):
        return Missing("差额征税不按此计算", "differential taxation is calculated otherwise")
    expected = _tax_of_lines(invoice)
    if expected is None or invoice.tax is None:
        return Missing("有的行没有金额或税率", "a line has no amount or no rate")
    if sum((item.amount or Decimal(0) for item in invoice.items), Decimal(0)) != invoice.amount:
        return Missing("明细金额合计与金额不符", "the lines do not add up to the amount")
    gap = abs(invoice.tax - expected)
    if gap <= policy.invoice_tax_warn:
        return None
    soft = gap <= policy.invoice_tax_reject or read_by_ocr(invoice)
    return Fire(
        {"expected": expected, "tax": invoice.tax, "gap": gap},
        field="tax",
        severity=Severity.WARN if soft else None,
        expected=str(expected),
        actual=str(invoice.tax),
    )


def _tax_of_lines(invoice: Invoice) -> Decimal | None:
    total = Decimal(0)
    for item in invoice.items:
        rate = rate_of(item)
        if rate is None or rate in GROSS_RATES or item.amount is None:
            return None
        total += item.amount * rate / 100
    return total.quantize(CENT)


@rule(
    Spec(
        id="R-AMT-10",
        name="red consistency",
        severity=Severity.REJECT,
        zh="红字标识与金额不一致：{mark}，价税合计为{total}",
        en="Red-letter mark and sign disagree: {mark_en}, total {total}",
        needs=(FieldName.TOTAL,),
        applies=lambda case: (
            case.invoice.extra.red is not None
            or is_red(case.invoice)
            or (case.invoice.total or Decimal(0)) < 0
        ),
        fails=digital(remark="被红冲蓝字数电发票号码：26112000000012340000"),
        passes=digital(
            total="-1272.00",
            total_in_words="（负数）壹仟贰佰柒拾贰圆整",
            remark="被红冲蓝字数电发票号码：26112000000012340000",
        ),
    )
)
def red_mark(case: Case) -> Outcome:
    """The data say blue or red and the total has the other sign, or the face says in a red-letter
    invoice's own words that it is one while its total is positive.

    That a negative total has no mark at all is R-AMT-09's affair. A warning where OCR alone read
    the total: a minus is soon lost.
    """
    invoice, total = case.invoice, case.invoice.total
    if total is None:
        return None
    stated, negative = invoice.extra.red, total < 0
    if stated is None and (negative or not _says_red(invoice)):
        return None
    if stated is negative:
        return None
    red = stated is not False
    return Fire(
        {
            "mark": "标为红字" if red else "标为蓝字",
            "mark_en": "marked red" if red else "marked blue",
            "total": total,
        },
        field="total",
        severity=Severity.WARN if misreadable(invoice, FieldName.TOTAL) else None,
        expected="< 0" if red else "> 0",
        actual=str(total),
    )


def _says_red(invoice: Invoice) -> bool:
    extra = invoice.extra
    return (
        extra.red_of is not None
        or "负" in (extra.total_in_words or "")
        or _STATES_RED.search(extra.remark or "") is not None
    )


@rule(
    Spec(
        id="R-AMT-14",
        name="too large",
        severity=Severity.WARN,
        zh="金额{total}超过限额{limit}",
        en="Total {total} is above the limit of {limit}",
        needs=(FieldName.TOTAL,),
        fails=digital(total="1000000.01", amount=None, tax=None, total_in_words=None, qr=None),
        passes=digital(),
    )
)
def too_large(case: Case) -> Outcome:
    """The total is above `Policy.max_total`, a million yuan by default."""
    total, limit = case.invoice.total, case.context.policy.max_total
    if total is None or total <= limit:
        return None
    values = {"total": total, "limit": limit}
    return Fire(values, field="total", expected=f"<= {limit:f}", actual=str(total))


@rule(
    Spec(
        id="R-AMT-15",
        name="scale",
        severity=Severity.WARN,
        zh="金额小数位超过2位：{total}",
        en="More than 2 decimals: {total}",
        needs=(FieldName.TOTAL,),
        fails=digital(total="1272.005", amount=None, tax=None, total_in_words=None, qr=None),
        passes=digital(total="1272.000"),
    )
)
def decimals(case: Case) -> Outcome:
    """The total is not a whole number of 分. Zeros behind the 分, as data state them, are none."""
    total = case.invoice.total
    if total is None or total == total.quantize(CENT):
        return None
    return Fire({"total": total}, field="total", actual=str(total))


RULES = (invoice_tax, red_mark, too_large, decimals)
