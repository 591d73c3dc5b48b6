"""R-TAX: rates of the lines."""

from models.finding import Severity
from models.invoice import FieldName
from models.text import squash
from validate.examples import digital, special
from validate.facts import is_red, read_by_ocr
from validate.lines import in_force, rate_of
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule


@rule(
    Spec(
        id="R-TAX-01",
        name="rate allowed at date",
        severity=Severity.REJECT,
        zh="税率{rates}在{date}不存在",
        en="Rate {rates} was not in force on {date}",
        needs=(FieldName.DATE, Given.ITEMS),
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


RULES = (rate_in_force, exempt_with_tax)
