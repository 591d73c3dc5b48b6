"""Rules that hold an invoice against the claim it came with."""

import datetime
from decimal import Decimal

import pytest

import validate
from models.claim import Claim, Trip
from validate.engine import case_of, judge
from validate.examples import build, digital
from validate.policy import Attachments, CalendarDays
from validate.registry import Missing

RULES = {rule.id: rule for rule in validate.rules()}
CALENDAR = validate.StatutoryCalendar()


def said(rule: str, **changes: object) -> str:
    case = case_of(*build(digital(**changes)))
    if not RULES[rule].concerns(case):
        return "no meaning"
    outcome = judge(RULES[rule], case)
    if isinstance(outcome, Missing):
        return "skipped"
    return "fired" if outcome else "passed"


def claim(**values: object) -> Claim:
    return Claim.model_validate(values)


@pytest.mark.parametrize(
    "rule", ["R-DATE-04", "R-POL-03", "R-POL-04", "R-POL-05", "R-POL-06", "R-POL-07", "R-POL-09"]
)
def test_without_a_claim_they_are_not_evaluated(rule: str) -> None:
    assert said(rule) == "skipped"


@pytest.mark.parametrize(
    ("date", "claimed", "today", "expected"),
    [
        ("2025-12-31", "2026-01-01", "2026-01-02", "fired"),
        ("2026-01-01", "2026-12-31", "2026-12-31", "passed"),
        ("2025-12-31", None, "2026-01-02", "fired"),  # a claim without a date is of today
        ("2026-02-01", "2025-02-01", "2026-02-02", "passed"),
    ],
)
def test_the_year_of_the_claim(date: str, claimed: str | None, today: str, expected: str) -> None:
    assert said("R-DATE-04", date=date, claim=claim(date=claimed), today=today) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-09-04", "passed"),  # Friday
        ("2026-09-05", "fired"),  # Saturday
        ("2026-09-20", "passed"),  # Sunday, worked for 国庆
        ("2026-09-25", "fired"),  # Friday, 中秋
        ("2026-10-07", "fired"),
        ("2026-10-10", "passed"),  # Saturday, worked
        ("2031-03-03", "skipped"),  # no arrangement is known so far ahead
        (None, "skipped"),
    ],
)
def test_days_off_follow_the_statutory_calendar(day: str | None, expected: str) -> None:
    assert said("R-DATE-09", date=day, calendar=CALENDAR) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"calendar": None}, "skipped"),
        ({"claim": claim(overtime=True)}, "passed"),
        ({"claim": claim(trip={"first": "2026-09-04", "last": "2026-09-06"})}, "passed"),
        ({"claim": claim(trip={"first": "2026-09-06"})}, "fired"),
        ({"claim": claim()}, "fired"),
        ({"travel_date": "2026-09-04"}, "passed"),
        ({"category": "OFFICE", "policy": {"holiday_categories": ["TAXI"]}}, "no meaning"),
        ({"category": "TAXI", "policy": {"holiday_categories": ["TAXI"]}}, "fired"),
    ],
)
def test_a_day_off_may_be_explained(changes: dict[str, object], expected: str) -> None:
    if "policy" in changes:
        changes = changes | {"policy": validate.Policy.model_validate(changes["policy"])}
    assert said("R-DATE-09", **({"date": "2026-09-05", "calendar": CALENDAR} | changes)) == expected


def test_a_policy_may_add_days_and_name_a_year_that_is_not_known_yet() -> None:
    day = datetime.date
    own = validate.StatutoryCalendar(
        CalendarDays(holidays=(day(2026, 12, 31), day(2031, 2, 3)), workdays=(day(2031, 2, 8),))
    )
    assert own.is_workday(day(2026, 12, 31)) is False
    assert own.is_workday(day(2026, 12, 30)) is True
    assert own.is_workday(day(2031, 2, 8)) is True  # a Saturday
    assert own.is_workday(day(2031, 3, 3)) is True
    assert own.is_workday(day(2032, 3, 3)) is None
    for absurd in (day.min, day.max, day(1999, 1, 4)):
        assert own.is_workday(absurd) is None


TRIP = {"first": "2026-08-30", "last": "2026-08-31"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"claim": claim()}, "no meaning"),
        ({"claim": claim(trip=TRIP)}, "passed"),  # the day after
        ({"claim": claim(trip=TRIP), "date": "2026-09-02"}, "fired"),
        ({"claim": claim(trip=TRIP), "date": "2026-09-02", "travel_date": "2026-08-30"}, "passed"),
        ({"claim": claim(trip={"first": "2026-09-03", "last": "2026-09-04"})}, "fired"),
        ({"claim": claim(trip={"first": "2026-09-03"})}, "skipped"),
        ({"claim": claim(trip=TRIP), "date": None}, "skipped"),
    ],
)
def test_expenses_of_a_trip_are_of_its_days(changes: dict[str, object], expected: str) -> None:
    assert said("R-POL-03", **changes) == expected


@pytest.mark.parametrize(
    ("told", "claimed", "expected"),
    [
        ("MEAL", "MEAL", "passed"),
        ("MEAL", "OFFICE", "fired"),
        (None, "OFFICE", "skipped"),
        ("MEAL", None, "skipped"),
    ],
)
def test_the_category(told: str | None, claimed: str | None, expected: str) -> None:
    assert said("R-POL-04", category=told, claim=claim(category=claimed)) == expected


MEETING = ("会议通知", "签到表", "费用清单")


@pytest.mark.parametrize(
    ("category", "total", "handed", "expected"),
    [
        ("MEETING", "100.00", None, "skipped"),
        ("MEETING", "100.00", (), "fired"),
        ("MEETING", "100.00", MEETING[:2], "fired"),
        ("MEETING", "100.00", MEETING, "passed"),
        ("OFFICE", "100.00", (), "passed"),
        (None, "100.00", (), "skipped"),
        ("OFFICE", "50000.01", (), "fired"),
        ("OFFICE", "50000.01", ("合同", "付款凭证", "验收单"), "passed"),
        ("OFFICE", None, (), "skipped"),
    ],
)
def test_attachments(
    category: str | None, total: str | None, handed: tuple[str, ...] | None, expected: str
) -> None:
    asked = claim(category=category, attachments=handed)
    assert said("R-POL-05", total=total, claim=asked) == expected


def test_a_policy_may_ask_for_nothing() -> None:
    policy = validate.Policy(attachments=())
    assert said("R-POL-05", claim=claim(attachments=()), policy=policy) == "passed"
    one = validate.Policy(attachments=(Attachments(need=("x",)),))
    assert said("R-POL-05", claim=claim(attachments=()), policy=one) == "fired"


@pytest.mark.parametrize(
    ("rides", "expected"),
    [
        (None, "no meaning"),
        ((), "skipped"),
        (("21.30", "18.20"), "passed"),
        (("21.30", "18.21"), "passed"),
        (("21.30", "18.70"), "fired"),
    ],
)
def test_the_trip_list_adds_up(rides: tuple[str, ...] | None, expected: str) -> None:
    assert said("R-POL-06", total="39.50", claim=claim(rides=rides)) == expected


@pytest.mark.parametrize(
    ("paid", "expected"), [(None, "no meaning"), ("1272.00", "passed"), ("1271.99", "fired")]
)
def test_no_more_than_was_paid(paid: str | None, expected: str) -> None:
    assert said("R-POL-07", claim=claim(paid=paid and Decimal(paid))) == expected


@pytest.mark.parametrize(
    ("category", "trip", "expected"),
    [
        ("MEAL", Trip(meal_allowance=True), "fired"),
        ("HOTEL", Trip(meal_allowance=True), "passed"),
        (None, Trip(meal_allowance=True), "skipped"),
        ("MEAL", Trip(), "passed"),
        ("MEAL", None, "no meaning"),
    ],
)
def test_meals_are_paid_once(category: str | None, trip: Trip | None, expected: str) -> None:
    assert said("R-POL-09", category=category, claim=Claim(trip=trip)) == expected
