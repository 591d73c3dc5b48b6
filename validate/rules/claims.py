"""R-DATE-04, R-DATE-09, R-POL-03 to 07 and 09: whether an invoice fits what is claimed with it."""

import datetime
from decimal import Decimal

from models.claim import Claim, Trip
from models.finding import Severity
from models.invoice import FieldName
from validate.calendars import StatutoryCalendar
from validate.examples import digital
from validate.policy import CalendarDays
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule
from validate.rules.policy import category_of

_WEEKEND = ("周六", "周日")
_SATURDAY = 5
_MEAL = "MEAL"
_TRIP = Trip(
    cities=("上海",), first=datetime.date(2026, 8, 30), last=datetime.date(2026, 9, 2), nights=3
)
_OTHER_TRIP = _TRIP.model_copy(
    update={"first": datetime.date(2026, 9, 5), "last": datetime.date(2026, 9, 7)}
)
_FREE_DAY = StatutoryCalendar(CalendarDays(holidays=(datetime.date(2026, 9, 1),)))


def _claim(case: Case) -> Claim:
    # the engine asks for Given.CLAIM before the rule runs; this is for the type checker
    return case.context.claim or Claim()


@rule(
    Spec(
        id="R-DATE-04",
        name="cross-year",
        severity=Severity.WARN,
        zh="跨年发票（{date}），请确认入账年度；汇算清缴截止{deadline}",
        en="Cross-year invoice ({date}); the yearly settlement ends on {deadline}",
        needs=(FieldName.DATE, Given.CLAIM),
        fails=digital(date="2025-12-20", claim=Claim(date=datetime.date(2026, 2, 3))),
        passes=digital(claim=Claim(date=datetime.date(2026, 9, 3))),
    )
)
def cross_year(case: Case) -> Outcome:
    """The invoice is of an earlier year than the claim; a claim without a date is of today."""
    date, claimed = case.invoice.date, _claim(case).date or case.context.today
    if date is None or date.year >= claimed.year:
        return None
    deadline = f"{date.year + 1:04d}-{case.context.policy.settlement}"
    return Fire({"date": date, "deadline": deadline}, field="date", actual=str(date))


def _counts_workdays(case: Case) -> bool:
    only, category = case.context.policy.holiday_categories, category_of(case)
    return not only or category is None or category in only


@rule(
    Spec(
        id="R-DATE-09",
        name="weekend/holiday",
        severity=Severity.INFO,
        zh="节假日票据（{day}，{what}），请说明",
        en="Expense on a day off ({day}, {what_en}): please explain",
        needs=(Given.CALENDAR,),
        applies=_counts_workdays,
        fails=digital(calendar=_FREE_DAY),
        passes=digital(calendar=StatutoryCalendar()),
    )
)
def day_off(case: Case) -> Outcome:
    """The day of travel, else of the invoice, is a weekend or statutory holiday (调休 counted),
    and the claim names neither overtime nor a trip on that day."""
    day, calendar = case.invoice.extra.travel_date or case.invoice.date, case.context.calendar
    if day is None or calendar is None:
        return Missing("没有日期", "there is no date")
    workday = calendar.is_workday(day)
    if workday is None:
        return Missing(f"没有{day.year}年的放假安排", f"the holidays of {day.year} are not known")
    if workday or _explained(case.context.claim, day):
        return None
    weekend = day.weekday() >= _SATURDAY
    return Fire(
        {
            "day": day,
            "what": _WEEKEND[day.weekday() - _SATURDAY] if weekend else "法定节假日",
            "what_en": "weekend" if weekend else "holiday",
        },
        field="travel_date" if case.invoice.extra.travel_date else "date",
    )


def _explained(claim: Claim | None, day: datetime.date) -> bool:
    if claim is None:
        return False
    trip = claim.trip
    if claim.overtime:
        return True
    if trip is None:
        return False
    begun = trip.first is None or trip.first <= day
    return begun and (trip.last is None or day <= trip.last)


@rule(
    Spec(
        id="R-POL-03",
        name="claim outside trip",
        severity=Severity.WARN,
        zh="票据日期{day}不在行程{first}至{last}内",
        en="{day} is outside the trip from {first} to {last}",
        needs=(Given.CLAIM,),
        applies=lambda case: case.context.claim is None or case.context.claim.trip is not None,
        fails=digital(claim=Claim(trip=_OTHER_TRIP)),
        passes=digital(claim=Claim(trip=_TRIP)),
    )
)
def outside_trip(case: Case) -> Outcome:
    """The day of travel, else of the invoice, is more than a day before or after the trip."""
    trip = _claim(case).trip
    day = case.invoice.extra.travel_date or case.invoice.date
    if trip is None or trip.first is None or trip.last is None:
        return Missing("行程没有起止日期", "the trip has no first and last day")
    if day is None:
        return Missing("没有日期", "there is no date")
    slack = case.context.policy.trip_slack_days
    early, late = (trip.first - day).days, (day - trip.last).days
    if max(early, late) <= slack:
        return None
    return Fire(
        {"day": day, "first": trip.first, "last": trip.last},
        field="travel_date" if case.invoice.extra.travel_date else "date",
        expected=f"{trip.first}..{trip.last}",
        actual=str(day),
    )


@rule(
    Spec(
        id="R-POL-04",
        name="wrong category",
        severity=Severity.WARN,
        zh="类别疑为{told}，报销为{claimed}",
        en="The category looks like {told_en}, claimed as {claimed_en}",
        needs=(Given.CLAIM,),
        fails=digital(category="MEAL", claim=Claim(category="OFFICE")),
        passes=digital(category="MEAL", claim=Claim(category="MEAL")),
    )
)
def wrong_category(case: Case) -> Outcome:
    """The category the classifier is sure of is not the one claimed. Where it is not sure, the
    invoice has no category, and the rule is not evaluated."""
    told, claimed = case.invoice.category, _claim(case).category
    if told is None or claimed is None:
        return Missing("没有可比较的费用类别", "there are no two categories to compare")
    if told == claimed:
        return None
    (zh, en), (zh_claimed, en_claimed) = map(case.context.category_called, (told, claimed))
    values = {"told": zh, "told_en": en, "claimed": zh_claimed, "claimed_en": en_claimed}
    return Fire(values, field="category", expected=told, actual=claimed)


@rule(
    Spec(
        id="R-POL-05",
        name="attachment missing",
        severity=Severity.WARN,
        zh="缺少附件：{missing}",
        en="Attachments missing: {missing}",
        needs=(Given.CLAIM,),
        fails=digital(claim=Claim(category="MEETING", attachments=("会议通知",))),
        passes=digital(
            claim=Claim(category="MEETING", attachments=("会议通知", "签到表", "费用清单"))
        ),
    )
)
def attachments_missing(case: Case) -> Outcome:
    """Papers the policy asks for with this category, or above this amount, were not handed in."""
    handed, total = _claim(case).attachments, case.invoice.total
    if handed is None:
        return Missing("不知道附了哪些材料", "what is attached was not stated")
    category, missing, unsure = category_of(case), [], False
    for entry in case.context.policy.attachments:
        if entry.category is not None and entry.category != category:
            unsure = unsure or category is None
            continue
        if entry.above and total is None:
            unsure = True
        elif not entry.above or (total is not None and total > entry.above):
            missing += [name for name in entry.need if name not in handed]
    if missing:
        names = "、".join(dict.fromkeys(missing))
        return Fire({"missing": names}, expected=names, actual="、".join(handed))
    return Missing("费用类别或金额未知", "category or total are not known") if unsure else None


@rule(
    Spec(
        id="R-POL-06",
        name="trip list sum",
        severity=Severity.WARN,
        zh="行程单合计{rides}与发票金额{total}不符",
        en="The trip list adds up to {rides}, the invoice to {total}",
        needs=(FieldName.TOTAL, Given.CLAIM),
        applies=lambda case: case.context.claim is None or case.context.claim.rides is not None,
        fails=digital(total="40.00", claim=Claim(rides=(Decimal("21.30"), Decimal("18.20")))),
        passes=digital(total="39.50", claim=Claim(rides=(Decimal("21.30"), Decimal("18.20")))),
    )
)
def trip_list(case: Case) -> Outcome:
    """The 行程单 handed in with a ride-hailing invoice does not add up to it."""
    rides, total = _claim(case).rides, case.invoice.total
    if not rides or total is None:
        return Missing("行程单没有行程", "the trip list holds no rides")
    together = sum(rides, Decimal(0))
    if abs(together - total) <= Decimal("0.01"):
        return None
    return Fire(
        {"rides": together, "total": total},
        field="total",
        expected=str(together),
        actual=str(total),
    )


@rule(
    Spec(
        id="R-POL-07",
        name="above what was paid",
        severity=Severity.WARN,
        zh="发票金额{total}超过实付金额{paid}",
        en="The invoice is over {total}, only {paid} was paid",
        needs=(FieldName.TOTAL, Given.CLAIM),
        applies=lambda case: case.context.claim is None or case.context.claim.paid is not None,
        fails=digital(claim=Claim(paid=Decimal("1000.00"))),
        passes=digital(claim=Claim(paid=Decimal("1272.00"))),
    )
)
def above_paid(case: Case) -> Outcome:
    """The total is above what was really paid (domain.md 7.1, 现金/金额)."""
    paid, total = _claim(case).paid, case.invoice.total
    if paid is None or total is None or total <= paid:
        return None
    return Fire(
        {"total": total, "paid": paid}, field="total", expected=f"<= {paid}", actual=str(total)
    )


@rule(
    Spec(
        id="R-POL-09",
        name="meals beside the allowance",
        severity=Severity.WARN,
        zh="已领伙食补助，又报销餐饮发票",
        en="A meal is claimed beside the meal allowance",
        needs=(Given.CLAIM,),
        applies=lambda case: case.context.claim is None or case.context.claim.trip is not None,
        fails=digital(
            category="MEAL",
            claim=Claim(trip=_TRIP.model_copy(update={"meal_allowance": True})),
        ),
        passes=digital(category="MEAL", claim=Claim(trip=_TRIP)),
    )
)
def double_meals(case: Case) -> Outcome:
    """A meal invoice on a trip for which 伙食补助 is paid (domain.md 7.1, 差旅标准)."""
    trip, category = _claim(case).trip, category_of(case)
    if trip is None or not trip.meal_allowance:
        return None
    if category is None:
        return Missing("没有费用类别", "there is no expense category")
    return Fire({}, field="category") if category == _MEAL else None


RULES = (
    cross_year,
    day_off,
    outside_trip,
    wrong_category,
    attachments_missing,
    trip_list,
    above_paid,
    double_meals,
)

NEEDS_CLAIM = frozenset(one.id for one in RULES if Given.CLAIM in one.spec.needs)
"""Of the rules here those that are never judged without a claim."""
OF_CLAIM = frozenset(one.id for one in RULES) | {
    "R-POL-01",
    "R-POL-02",
    "R-POL-08",
    "R-ITEM-03",
    "R-DED-01",
    "R-DED-02",
    "R-DED-03",
    "R-DED-04",
    "R-DED-05",
}
"""Every rule that looks at the claim: what they said of an invoice ends with its claim."""
