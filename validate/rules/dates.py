"""R-DATE: dates that cannot be, are still to come, or are long gone."""

import re

from models.finding import Severity
from models.invoice import FieldName
from models.text import squash
from validate.examples import digital
from validate.facts import reading_confidence
from validate.registry import Case, Fire, Missing, Outcome, Spec, rule

_DATE_SHAPE = re.compile(r"(?<!\d)(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})(?!\d)", re.ASCII)


@rule(
    Spec(
        id="R-DATE-01",
        name="invalid date",
        severity=Severity.REJECT,
        zh="开票日期无效：{date}",
        en="Invalid date: {date}",
        fails=digital(
            date=None,
            fields={
                "date": {
                    "value": "2026-02-30",
                    "raw": "2026年02月30日",
                    "source": "pdf_text",
                    "confidence": 1,
                }
            },
        ),
        passes=digital(),
    )
)
def invalid_date(case: Case) -> Outcome:
    """What stands in the place of the date has the shape of one, but is no day of the calendar.

    An invoice holds only real dates, so such a reading is found in the evidence alone.
    """
    if case.invoice.date is not None:
        return None
    evidence = case.invoice.fields.get(FieldName.DATE)
    text = squash(evidence.value) if evidence else ""
    if evidence is None or not _DATE_SHAPE.search(text):
        return Missing("没有读到开票日期", "no date was read")
    if reading_confidence(case.invoice, FieldName.DATE) < case.context.policy.min_confidence:
        return Missing("开票日期置信度低", "the date was read with low confidence")
    return Fire({"date": text}, field="date", actual=text)


@rule(
    Spec(
        id="R-DATE-02",
        name="future",
        severity=Severity.REJECT,
        zh="开票日期{date}晚于今天{today}",
        en="Date {date} is after today, {today}",
        needs=(FieldName.DATE,),
        fails=digital(today="2026-08-01"),
        passes=digital(),
    )
)
def future_date(case: Case) -> Outcome:
    """The date is still to come; a warning where one day may be a clock or a time zone."""
    date, today = case.invoice.date, case.context.today
    if date is None or date <= today:
        return None
    skew = (date - today).days <= case.context.policy.clock_skew_days
    return Fire(
        {"date": date, "today": today},
        field="date",
        severity=Severity.WARN if skew else None,
        expected=f"<= {today}",
        actual=str(date),
    )


@rule(
    Spec(
        id="R-DATE-03",
        name="too old",
        severity=Severity.WARN,
        zh="发票已开具{days}天，超过{limit}天",
        en="Issued {days} days ago, more than {limit}",
        needs=(FieldName.DATE,),
        fails=digital(today="2027-09-30"),
        passes=digital(),
    )
)
def old_date(case: Case) -> Outcome:
    """The invoice is older than the policy allows, 365 days by default."""
    date, limit = case.invoice.date, case.context.policy.max_age_days
    if date is None or (days := (case.context.today - date).days) <= limit:
        return None
    return Fire({"days": days, "limit": limit}, field="date", actual=str(date))


RULES = (invalid_date, future_date, old_date)
