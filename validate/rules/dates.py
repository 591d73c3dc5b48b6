"""R-DATE: dates that cannot be, are still to come, or are long gone."""

import datetime
import re

from models.finding import Severity
from models.forms import Form
from models.invoice import FieldName
from models.text import squash
from validate.examples import digital, electronic, rail
from validate.facts import misreadable, reading_confidence
from validate.labels import form_label
from validate.registry import Case, Fire, Missing, Outcome, Spec, rule

_DATE_SHAPE = re.compile(r"(?<!\d)(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})(?!\d)", re.ASCII)
_PAPER_TICKETS = frozenset({Form.RAIL_PAPER, Form.AIR_PAPER})
_TICKETS = _PAPER_TICKETS | {Form.RAIL_E, Form.AIR_E}
_LEGACY = frozenset({Form.VAT_SPECIAL, Form.VAT_NORMAL, Form.VAT_E_SPECIAL, Form.VAT_E_NORMAL})


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


@rule(
    Spec(
        id="R-DATE-06",
        name="obsolete paper ticket",
        severity=Severity.REJECT,
        zh="{date}的行程应取得电子发票，纸质票不再作报销凭证",
        en="For travel on {date} an electronic invoice is needed; paper is no longer accepted",
        since=datetime.date(2025, 10, 1),
        applies=lambda case: case.form in _PAPER_TICKETS,
        fails=rail(form="rail_paper", number="A123456", travel_date="2025-10-01"),
        passes=rail(form="rail_paper", number="A123456", travel_date="2025-09-30"),
    )
)
def obsolete_ticket(case: Case) -> Outcome:
    """A paper rail or air ticket for travel after `Policy.paper_tickets_until`.

    A warning where OCR alone read the day, but for two days printed apart (of travel and of
    issue) that are both too late.
    """
    travel, limit = case.invoice.extra.travel_date, case.context.policy.paper_tickets_until
    day = travel or case.invoice.date
    if day is None:
        return Missing("没有读到乘坐日期", "no day of travel was read")
    if day <= limit:
        return None
    twice = _both_late(case, limit)
    doubtful = misreadable(case.invoice, FieldName.DATE) and not twice
    return Fire(
        {"date": day},
        field="travel_date" if travel else "date",
        severity=Severity.WARN if doubtful else None,
        expected=f"<= {limit}",
        actual=str(day),
    )


def _both_late(case: Case, limit: datetime.date) -> bool:
    travel, issued = case.invoice.extra.travel_date, case.invoice.date
    if travel is None or issued is None or travel == issued:
        return False
    return travel > limit and issued > limit


@rule(
    Spec(
        id="R-DATE-07",
        name="legacy system type too new",
        severity=Severity.WARN,
        zh="{form}已基本停用，却开具于{date}",
        en="{form_en} is hardly issued any more, yet this one is dated {date}",
        needs=(FieldName.DATE,),
        applies=lambda case: case.form in _LEGACY,
        fails=electronic(date="2026-07-01", code="011002600311", qr=None),
        passes=electronic(),
    )
)
def legacy_form(case: Case) -> Outcome:
    """An invoice of the tax-control system issued after `Policy.legacy_until`."""
    date, form = case.invoice.date, case.form
    if date is None or form is None or date <= case.context.policy.legacy_until:
        return None
    return Fire(
        {"form": form_label(form), "form_en": form, "date": date},
        field="date",
        expected=f"<= {case.context.policy.legacy_until}",
        actual=str(date),
    )


@rule(
    Spec(
        id="R-DATE-08",
        name="travel vs issue",
        severity=Severity.WARN,
        zh="乘坐日期{travel}与开票日期{issued}间隔异常",
        en="Travel on {travel} and issue on {issued} are oddly far apart",
        needs=(FieldName.DATE,),
        applies=lambda case: case.form in _TICKETS,
        fails=rail(travel_date="2025-08-01"),
        passes=rail(),
    )
)
def odd_interval(case: Case) -> Outcome:
    """A ticket's travel is long after its issue, or its issue long after the travel (`Policy`:
    180 and 365 days)."""
    travel, issued, policy = case.invoice.extra.travel_date, case.invoice.date, case.context.policy
    if travel is None or issued is None:
        return Missing("没有读到乘坐日期", "no day of travel was read")
    after = (travel - issued).days
    if -policy.issue_after_travel_days <= after <= policy.travel_after_issue_days:
        return None
    return Fire({"travel": travel, "issued": issued}, field="travel_date", actual=str(travel))


RULES = (invalid_date, future_date, old_date, obsolete_ticket, legacy_form, odd_interval)
