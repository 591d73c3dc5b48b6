"""R-AMT: the arithmetic of an invoice (domain.md 3.5 and 4)."""

import re
from decimal import Decimal

from models.capital import CapitalError, parse_capital
from models.finding import Severity
from models.forms import Form
from models.invoice import FieldName, Invoice, LineItem
from models.page import Source
from models.text import squash
from validate.examples import digital, special
from validate.facts import (
    TAX_SPLIT_FORMS,
    is_red,
    misreadable,
    read_by_ocr,
    reading_confidence,
    source_of,
    tax_free,
)
from validate.labels import label
from validate.lines import rate_of, tax_error
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule

_CENT = Decimal("0.01")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{0,18})?")


def _splits_tax(case: Case) -> bool:
    """Whether amount + tax = total is meant to hold; on air tickets the fund comes on top."""
    if case.form in (Form.AIR_E, Form.AIR_PAPER):
        return False
    both = case.invoice.amount is not None and case.invoice.tax is not None
    return both or case.form in TAX_SPLIT_FORMS


def _tax(invoice: Invoice) -> Decimal | None:
    """税额; zero where every line says that no tax is charged and *** is printed."""
    if invoice.tax is None and tax_free(invoice):
        return Decimal(0)
    return invoice.tax


def _exact(case: Case) -> bool:
    return case.form is not None and (
        case.form.is_digital or case.form.is_digital_paper or case.form is Form.RAIL_E
    )


@rule(
    Spec(
        id="R-AMT-01",
        name="A+T=G",
        severity=Severity.REJECT,
        zh="金额{amount}+税额{tax}≠价税合计{total}（差{gap}元）",
        en="Amount {amount} + tax {tax} ≠ total {total} (off by {gap})",
        needs=(FieldName.AMOUNT, FieldName.TOTAL),
        applies=_splits_tax,
        contradiction=True,
        fails=digital(total="1272.01"),
        passes=digital(),
    )
)
def adds_up(case: Case) -> Outcome:
    """Amount plus tax is not the total: to the 分 on 数电票, within 0.01 elsewhere.

    A value that was itself calculated from the two others proves nothing.
    """
    invoice, tax = case.invoice, _tax(case.invoice)
    if tax is None or invoice.amount is None or invoice.total is None:
        return Missing("缺少税额", "tax is missing")
    names = (FieldName.AMOUNT, FieldName.TAX, FieldName.TOTAL)
    derived = [name for name in names if source_of(invoice, name) is Source.DERIVED]
    if derived:
        zh, en = label(derived[0])
        return Missing(f"{zh}由其他金额推算而来", f"{en} was calculated from the others")
    gap = abs(invoice.amount + tax - invoice.total)
    if gap <= (Decimal(0) if _exact(case) else _CENT):
        return None
    return Fire(
        {"amount": invoice.amount, "tax": tax, "total": invoice.total, "gap": gap},
        field="total",
        expected=str(invoice.amount + tax),
        actual=str(invoice.total),
    )


def _sum_of_lines(case: Case, name: FieldName, told: Decimal | None) -> Outcome:
    zh, en = label(name)
    if told is None:
        return Missing(f"缺少{zh}", f"{en} is missing")
    values = [_line_value(item, name) for item in case.invoice.items]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return Missing(f"有的行没有{zh}", f"a line has no {en}")
    total = sum(known, Decimal(0))
    if abs(total - told) <= _CENT * max(1, len(known)):
        return None
    hard = case.form is not None and case.form.is_digital and not read_by_ocr(case.invoice)
    return Fire(
        {"lines": total, "told": told},
        field=name.value,
        severity=Severity.REJECT if hard else Severity.WARN,
        expected=str(told),
        actual=str(total),
    )


def _line_value(item: LineItem, name: FieldName) -> Decimal | None:
    if name is FieldName.AMOUNT:
        return item.amount
    if item.tax is None and rate_of(item) == 0:
        return Decimal(0)
    return item.tax


@rule(
    Spec(
        id="R-AMT-02",
        name="lines sum (A)",
        severity=Severity.REJECT,
        zh="明细金额合计{lines}与金额{told}不符",
        en="Lines add up to {lines}, the amount is {told}",
        needs=(FieldName.AMOUNT, Given.ITEMS),
        applies=lambda case: case.form in TAX_SPLIT_FORMS,
        fails=digital(amount="1100.00", total="1172.00", total_in_words=None, qr=None),
        passes=digital(),
    )
)
def lines_amount(case: Case) -> Outcome:
    """The lines' 金额 do not add up, 0.01 a line allowed. Rejects on 数电票 read without OCR."""
    return _sum_of_lines(case, FieldName.AMOUNT, case.invoice.amount)


@rule(
    Spec(
        id="R-AMT-03",
        name="lines sum (T)",
        severity=Severity.REJECT,
        zh="明细税额合计{lines}与税额{told}不符",
        en="Line taxes add up to {lines}, the tax is {told}",
        needs=(Given.ITEMS,),
        applies=lambda case: case.form in TAX_SPLIT_FORMS,
        fails=digital(tax="73.00", total="1273.00", total_in_words=None, qr=None),
        passes=digital(),
    )
)
def lines_tax(case: Case) -> Outcome:
    """The lines' 税额 do not add up, 0.01 a line allowed. Rejects on 数电票 read without OCR."""
    if (case.invoice.tax is not None) and (
        reading_confidence(case.invoice, FieldName.TAX) < case.context.policy.min_confidence
    ):
        return Missing("税额置信度低", "tax was read with low confidence")
    return _sum_of_lines(case, FieldName.TAX, _tax(case.invoice))


@rule(
    Spec(
        id="R-AMT-04",
        name="line qty·price",
        severity=Severity.WARN,
        zh="第{lines}行数量×单价≠金额：{quantity}×{price}≠{amount}",
        en="Line {lines}: {quantity} × {price} ≠ {amount}",
        needs=(Given.ITEMS,),
        fails=special(
            items=[{"name": "*文具*笔", "quantity": "2", "unit_price": "50", "amount": "99.00"}]
        ),
        passes=special(),
    )
)
def line_product(case: Case) -> Outcome:
    """Quantity times unit price is not the line's amount, to the precision the price is printed
    in; a price printed without decimals is taken as exact to the 分.

    Discount lines (negative) and lines without quantity or price are left out.
    """
    judged = wrong = 0
    lines: list[str] = []
    first: LineItem | None = None
    for place, item in enumerate(case.invoice.items, 1):
        quantity, price = _decimal(item.quantity), _decimal(item.unit_price)
        if quantity is None or price is None or item.amount is None or item.amount < 0:
            continue
        judged += 1
        places = max(2, -int(price.as_tuple().exponent))
        slack = max(_CENT, quantity * Decimal("0.5").scaleb(-places))
        if abs(quantity * price - item.amount) > slack:
            wrong += 1
            lines.append(str(place))
            first = first or item
    if not judged:
        return Missing("没有一行印有数量和单价", "no line has quantity and unit price")
    if first is None:
        return None
    values = {"quantity": first.quantity, "price": first.unit_price, "amount": first.amount}
    return Fire(values | {"lines": "、".join(lines)}, field="items", actual=str(first.amount))


def _decimal(text: str | None) -> Decimal | None:
    body = squash(text or "").replace(",", "")
    return Decimal(body) if _NUMBER.fullmatch(body) else None


@rule(
    Spec(
        id="R-AMT-05",
        name="line tax",
        severity=Severity.WARN,
        zh="第{lines}行税额误差{gap}元",
        en="Line {lines}: tax is off by {gap}",
        needs=(Given.ITEMS,),
        fails=digital(
            items=[{"name": "*餐饮服务*餐费", "amount": "100", "tax_rate": "6%", "tax": "6.10"}]
        ),
        passes=digital(),
    )
)
def line_tax(case: Case) -> Outcome:
    """A line's tax is not amount times rate: information above 0.01, a warning above 0.06.

    差额征税 and the reduced rates calculated from the gross price (1.5 %, 2 %) are left out.
    """
    if "差额" in (case.invoice.extra.remark or ""):
        return Missing("差额征税不按此计算", "differential taxation is calculated otherwise")
    policy = case.context.policy
    errors = [
        (place, error)
        for place, item in enumerate(case.invoice.items, 1)
        if (error := tax_error(item)) is not None
    ]
    if not errors:
        return Missing("没有一行印有金额、税率和税额", "no line has amount, rate and tax")
    wrong = [(place, error) for place, error in errors if error > policy.line_tax_info]
    if not wrong:
        return None
    gap = max(error for _, error in wrong)
    return Fire(
        {"lines": "、".join(str(place) for place, _ in wrong), "gap": gap},
        field="items",
        severity=None if gap > policy.line_tax_warn else Severity.INFO,
        expected=f"<= {policy.line_tax_info}",
        actual=str(gap),
    )


@rule(
    Spec(
        id="R-AMT-07",
        name="capital vs figure",
        severity=Severity.REJECT,
        zh="大小写金额不一致：{words}≠{total}",
        en="Capital amount {words} ≠ figure {total}",
        basis="《发票管理办法》（2023）第二十条：不符合规定的发票，不得作为财务报销凭证",
        needs=(FieldName.TOTAL, Given.TOTAL_IN_WORDS),
        contradiction=True,
        fails=digital(total_in_words="壹仟贰佰柒拾圆整"),
        passes=digital(),
    )
)
def words_differ(case: Case) -> Outcome:
    """大写 and 小写 state different amounts; compared as numbers, never as text.

    A warning where OCR read the total and the QR code bears it out: then the capital characters
    were misread. The figures' own arithmetic is not enough, a forger changes figures together.
    """
    try:
        words = parse_capital(case.invoice.extra.total_in_words or "")
    except CapitalError:
        return Missing("大写金额不合法", "the capital amount is invalid")
    total = case.invoice.total
    if total is None or words == total:
        return None
    misread = source_of(case.invoice, FieldName.TOTAL) is Source.OCR and not misreadable(
        case.invoice, FieldName.TOTAL
    )
    return Fire(
        {"words": words, "total": total},
        field="total",
        severity=Severity.WARN if misread else None,
        expected=str(words),
        actual=str(total),
    )


@rule(
    Spec(
        id="R-AMT-08",
        name="capital invalid",
        severity=Severity.WARN,
        zh="大写金额不合法：{text}",
        en="Invalid capital amount: {text}",
        needs=(Given.TOTAL_IN_WORDS,),
        fails=digital(total_in_words="壹贰圆整"),
        passes=digital(),
    )
)
def words_invalid(case: Case) -> Outcome:
    """The text in the place of 大写 breaks the grammar of capital amounts."""
    text = case.invoice.extra.total_in_words or ""
    try:
        parse_capital(text)
    except CapitalError:
        return Fire({"text": text}, field="total_in_words", actual=text)
    return None


@rule(
    Spec(
        id="R-AMT-09",
        name="zero/negative",
        severity=Severity.REJECT,
        zh="金额非正且非红字：{total}",
        en="Total {total} is not positive, and the invoice is not a red-letter one",
        needs=(FieldName.TOTAL,),
        fails=digital(total="-1272.00", total_in_words=None),
        passes=digital(),
    )
)
def not_positive(case: Case) -> Outcome:
    """A total of zero or less on an invoice that does not say it is a red-letter one."""
    total = case.invoice.total
    if total is None or total > 0 or is_red(case.invoice):
        return None
    return Fire({"total": total}, field="total", expected="> 0", actual=str(total))


RULES = (
    adds_up,
    lines_amount,
    lines_tax,
    line_product,
    line_tax,
    words_differ,
    words_invalid,
    not_positive,
)
