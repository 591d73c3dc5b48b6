"""R-TAX: rates of the lines."""

from decimal import Decimal

from models.finding import Severity
from models.invoice import FieldName
from models.text import squash
from validate.examples import digital, special
from validate.facts import is_red, looks_personal, read_by_ocr
from validate.lines import (
    EXEMPT,
    UNTAXED,
    in_force,
    is_toll_line,
    rate_of,
    rate_text,
    tax_codes,
)
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule

_LEAST_TAXED = Decimal(1)


@rule(
    Spec(
        id="R-TAX-01",
        name="rate allowed at date",
        severity=Severity.REJECT,
        zh="税率{rates}在{date}不存在",
        en="Rate {rates} was not in force on {date}",
        needs=(FieldName.DATE, Given.ITEMS),
        basis="《增值税法》第十条、第十一条（2026-01-01 起的税率和征收率）",
        fails=special(items=[{"name": "*文具*笔", "amount": "1000.00", "tax_rate": "16%"}]),
        passes=special(),
    )
)
def rate_in_force(case: Case) -> Outcome:
    """A rate that no law knew on the date of issue; a warning on red-letter invoices, which
    carry the original's rate, and where the page was read by OCR."""
    date = case.invoice.date
    rates = [(item.tax_rate, rate) for item in case.invoice.items if (rate := rate_of(item))]
    exempt = any(rate_of(item) == 0 for item in case.invoice.items)
    if date is None or not (rates or exempt):
        return Missing("没有一行印有税率", "no line has a rate")
    wrong = sorted({squash(text or "") for text, rate in rates if not in_force(rate, date)})
    if not wrong:
        return None
    lenient = is_red(case.invoice) or read_by_ocr(case.invoice)
    return Fire(
        {"rates": "、".join(wrong), "date": date},
        field="items",
        severity=Severity.WARN if lenient else None,
        actual="、".join(wrong),
    )


@rule(
    Spec(
        id="R-TAX-03",
        name="exempt with tax",
        severity=Severity.REJECT,
        zh="第{lines}行为{rate}，税额应为0，实为{tax}",
        en="Line {lines} is {rate}, yet its tax is {tax}",
        needs=(Given.ITEMS,),
        fails=digital(
            items=[{"name": "*医疗服务*诊疗", "amount": "100", "tax_rate": "免税", "tax": "6"}]
        ),
        passes=digital(
            items=[{"name": "*医疗服务*诊疗", "amount": "100", "tax_rate": "免税", "tax": None}]
        ),
    )
)
def exempt_with_tax(case: Case) -> Outcome:
    """A line marked 免税 or 不征税 that charges tax; a warning where the page was read by OCR."""
    marks = [squash(item.tax_rate or "") for item in case.invoice.items]
    if not any(marks):
        return Missing("没有一行印有税率", "no line has a rate")
    wrong = [
        (place, mark, item.tax)
        for place, (mark, item) in enumerate(zip(marks, case.invoice.items, strict=True), 1)
        if mark in ("免税", "不征税") and item.tax
    ]
    if not wrong:
        return None
    return Fire(
        {
            "lines": "、".join(str(place) for place, _, _ in wrong),
            "rate": wrong[0][1],
            "tax": wrong[0][2],
        },
        field="items",
        severity=Severity.WARN if read_by_ocr(case.invoice) else None,
        expected="0",
        actual=str(wrong[0][2]),
    )


@rule(
    Spec(
        id="R-TAX-04",
        name="rate but no tax",
        severity=Severity.WARN,
        zh="第{lines}行税率{rate}，税额却为0",
        en="Line {lines}: rate {rate}, yet no tax",
        needs=(Given.ITEMS,),
        fails=digital(
            items=[{"name": "*餐饮服务*餐费", "amount": "1200.00", "tax_rate": "6%", "tax": "0.00"}]
        ),
        passes=digital(),
    )
)
def rate_without_tax(case: Case) -> Outcome:
    """A line of a yuan or more with a rate above zero states a tax of 0."""
    judged = [
        (place, item.tax_rate, item.tax)
        for place, item in enumerate(case.invoice.items, 1)
        if rate_of(item) and item.tax is not None and abs(item.amount or Decimal(0)) >= _LEAST_TAXED
    ]
    if not judged:
        return Missing("没有一行印有金额、税率和税额", "no line has amount, rate and tax")
    wrong = [(place, rate) for place, rate, tax in judged if tax == 0]
    if not wrong:
        return None
    lines = "、".join(str(place) for place, _ in wrong)
    return Fire({"lines": lines, "rate": squash(wrong[0][1] or "")}, field="items", actual="0")


@rule(
    Spec(
        id="R-TAX-05",
        name="不征税 goods",
        severity=Severity.WARN,
        zh="第{lines}行税收分类编码{code}与税率{rate}不符",
        en="Line {lines}: tax code {code} does not fit rate {rate}",
        needs=(Given.ITEMS,),
        fails=digital(
            items=[
                {
                    "name": "*预付卡销售*储值卡",
                    "amount": "1200.00",
                    "tax_rate": "6%",
                    "tax": "72.00",
                    "tax_code": "6010000000000000000",
                }
            ]
        ),
        passes=digital(
            items=[
                {
                    "name": "*餐饮服务*餐费",
                    "amount": "1200.00",
                    "tax_rate": "6%",
                    "tax": "72.00",
                    "tax_code": "3070401000000000000",
                }
            ]
        ),
    )
)
def untaxed_code(case: Case) -> Outcome:
    """A code that begins with 6 (nothing was sold) without 不征税, or 不征税 with another code.

    不征税 tolls are the exception: a card's top-up is sold under the code of the road.
    """
    judged = [
        (place, code, rate_text(item), item)
        for place, (code, item) in enumerate(
            zip(tax_codes(case.invoice), case.invoice.items, strict=True), 1
        )
        if code and rate_text(item)
    ]
    if not judged:
        return Missing("没有税收分类编码", "no tax classification code is stated")
    wrong = [
        (place, code, rate)
        for place, code, rate, item in judged
        if code.startswith("6") is not (rate == UNTAXED) and not is_toll_line(item)
    ]
    if not wrong:
        return None
    _, code, rate = wrong[0]
    lines = "、".join(str(place) for place, _, _ in wrong)
    return Fire({"lines": lines, "code": code, "rate": rate}, field="items", actual=rate)


@rule(
    Spec(
        id="R-TAX-06",
        name="专票 ban",
        severity=Severity.WARN,
        zh="{why}，不得开具专用发票",
        en="Special invoice not allowed: {why_en}",
        applies=lambda case: case.form is not None and case.form.is_special,
        fails=special(buyer_name="张三", buyer_tax_id=None),
        passes=special(),
    )
)
def special_banned(case: Case) -> Outcome:
    """A 专票 made out to a natural person, or for a line that is exempt (免税)."""
    invoice = case.invoice
    name, number = invoice.buyer_name, invoice.buyer_tax_id
    if looks_personal(name, number):
        return Fire(
            {"why": f"购买方{squash(name or '')}为个人", "why_en": "the buyer is a natural person"},
            field="buyer_name",
            actual=name,
        )
    if any(rate_text(item) == EXEMPT for item in invoice.items):
        return Fire(
            {"why": "含免税项目", "why_en": "a line is exempt"}, field="items", actual=EXEMPT
        )
    if not squash(name or "") and not invoice.items:
        return Missing("缺少购买方和明细", "buyer and lines are missing")
    return None


@rule(
    Spec(
        id="R-TAX-07",
        name="mixed rates",
        severity=Severity.INFO,
        zh="一票多税率：{rates}",
        en="Several rates: {rates}",
        needs=(Given.ITEMS,),
        fails=special(
            items=[
                {"name": "*文具*笔", "amount": "600.00", "tax_rate": "13%", "tax": "78.00"},
                {"name": "*图书*书", "amount": "400.00", "tax_rate": "9%", "tax": "36.00"},
            ]
        ),
        passes=special(),
    )
)
def mixed_rates(case: Case) -> Outcome:
    """The lines bear more than one rate."""
    rates = list(dict.fromkeys(filter(None, map(rate_text, case.invoice.items))))
    if not rates:
        return Missing("没有一行印有税率", "no line has a rate")
    if len(rates) == 1:
        return None
    listed = "、".join(rates)
    return Fire({"rates": listed}, field="items", actual=listed)


RULES = (
    rate_in_force,
    exempt_with_tax,
    rate_without_tax,
    untaxed_code,
    special_banned,
    mixed_rates,
)
