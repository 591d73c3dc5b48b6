"""What a policy allows, and what is recorded of a judgement."""

import datetime

import pytest
from pydantic import ValidationError

import validate
from models.claim import Claim
from models.finding import Severity
from models.invoice import Invoice
from models.page import Source
from models.verdicts import SourceVerdict
from validate.engine import case_of, judge
from validate.examples import build, digital
from validate.registry import Missing

RULES = {rule.id: rule for rule in validate.rules()}
LIMITS = [
    {"category": "HOTEL", "per": "night", "amount": 300},
    {"category": "HOTEL", "per": "night", "amount": 500, "tier": "一线"},
    {"category": "HOTEL", "per": "night", "amount": 800, "tier": "一线", "grade": "总监"},
    {"category": "MEAL", "per": "person", "amount": 150},
    {"category": "TAXI", "per": "day", "amount": 100},
    {"category": "OFFICE", "amount": 1000},
    {"category": "IT_HW", "amount": 5000, "grade": "经理"},
]
TIERS = [{"name": "一线", "cities": ["北京", "上海市"]}]
POLICY = validate.Policy.model_validate({"limits": LIMITS, "tiers": TIERS})


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


def stay(cities: list[str], nights: int | None = 1, grade: str | None = "员工") -> Claim:
    return claim(category="HOTEL", grade=grade, trip={"cities": cities, "nights": nights})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "skipped"),
        ({"category": "MATERIAL"}, "skipped"),
        ({"category": "OFFICE"}, "fired"),
        ({"category": "OFFICE", "total": "1000.00"}, "passed"),
        ({"category": "OFFICE", "total": None}, "skipped"),
        ({"category": "MEAL"}, "skipped"),
        ({"claim": claim(category="MEAL", people=8)}, "fired"),
        ({"claim": claim(category="MEAL", people=9)}, "passed"),
        ({"claim": claim(category="MEAL", people=0)}, "skipped"),
        ({"claim": claim(category="TAXI", trip={"first": "2026-09-01"})}, "skipped"),
        (
            {"claim": claim(category="TAXI", trip={"first": "2026-09-01", "last": "2026-09-12"})},
            "fired",
        ),
        (
            {"claim": claim(category="TAXI", trip={"first": "2026-09-01", "last": "2026-09-13"})},
            "passed",
        ),
        (
            {"claim": claim(category="TAXI", trip={"first": "2026-09-02", "last": "2026-09-01"})},
            "skipped",
        ),
        ({"claim": claim(category="IT_HW")}, "skipped"),
        ({"claim": claim(category="IT_HW", grade="员工")}, "skipped"),
        ({"claim": claim(category="IT_HW", grade="经理")}, "passed"),
    ],
)
def test_the_limit_of_a_category(changes: dict[str, object], expected: str) -> None:
    assert said("R-POL-01", policy=POLICY, **changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"category": "OFFICE"}, "no meaning"),
        ({"category": "HOTEL"}, "skipped"),
        ({"claim": stay([])}, "skipped"),
        ({"claim": stay(["上海"], grade=None)}, "skipped"),
        ({"claim": stay(["上海"], 3)}, "passed"),
        ({"claim": stay(["上海"], 2)}, "fired"),
        ({"claim": stay(["上海"], 2, "总监")}, "passed"),
        ({"claim": stay(["南京"], 3)}, "fired"),
        ({"claim": stay(["南京", "北京市"], 3)}, "passed"),  # the highest of the cities counts
        ({"claim": stay(["上海"], None)}, "fired"),  # the nights are missing
        ({"claim": stay(["上海"], 3), "policy": validate.Policy()}, "skipped"),
    ],
)
def test_the_price_of_a_night(changes: dict[str, object], expected: str) -> None:
    assert said("R-POL-02", **({"policy": POLICY} | changes)) == expected


@pytest.mark.parametrize(
    ("line", "trip", "expected"),
    [
        ({"unit": "间夜", "quantity": "5"}, {}, "passed"),
        ({"unit": "晚", "quantity": "4.00"}, {}, "fired"),
        ({"unit": "间", "quantity": "5"}, {}, "fired"),
        ({"unit": "天", "quantity": "x"}, {"first": "2026-08-27", "last": "2026-09-01"}, "passed"),
        ({"unit": "天", "quantity": "-5"}, {"first": "2026-09-01", "last": "2026-09-01"}, "fired"),
    ],
)
def test_nights_may_be_printed_or_follow_from_the_trip(
    line: dict[str, object], trip: dict[str, object], expected: str
) -> None:
    policy = validate.Policy.model_validate({"limits": LIMITS[:1]})
    changes = {"items": [{"name": "*住宿服务*房费"} | line], "claim": claim(trip=trip)}
    assert said("R-POL-02", policy=policy, **changes) == expected


RAIL = {"form": "rail_e", "type": "train", "number": "26119000000012345678", "qr": None}
AIR = RAIL | {"form": "air_e", "type": "air", "number": "26118000000012345678"}
SEATS = validate.Policy.model_validate(
    {
        "seats": [
            {"classes": ["二等座", "经济舱"]},
            {"classes": ["一等座", "二等座", "公务舱"], "grade": "总监"},
        ]
    }
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "no meaning"),
        (RAIL, "skipped"),
        (RAIL | {"seat_class": "二等座"}, "skipped"),
        (RAIL | {"seat_class": "二等座", "claim": claim(grade="员工")}, "passed"),
        (RAIL | {"seat_class": "一等座", "claim": claim(grade="员工")}, "fired"),
        (RAIL | {"seat_class": "一等座", "claim": claim(grade="总监")}, "passed"),
        (AIR | {"seat_class": "Q", "claim": claim(grade="员工")}, "passed"),
        (AIR | {"seat_class": "F", "claim": claim(grade="员工")}, "fired"),
        (AIR | {"seat_class": "C", "claim": claim(grade="总监")}, "passed"),
        (RAIL | {"seat_class": "一等座", "policy": validate.Policy()}, "skipped"),
    ],
)
def test_seats_by_grade(changes: dict[str, object], expected: str) -> None:
    assert said("R-POL-08", **({"policy": SEATS} | changes)) == expected


def listed(**entry: str) -> validate.Policy:
    return validate.Policy.model_validate({"blacklist": [entry]})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "skipped"),
        ({"policy": listed(tax_id="91110108ma01abcd5t")}, "fired"),
        ({"policy": listed(name="丙丁 餐饮有限公司")}, "fired"),
        ({"policy": listed(name="别的公司")}, "passed"),
        ({"policy": listed(name="a"), "seller_name": None, "seller_tax_id": None}, "skipped"),
        ({"record": {"state": "exact", "risk": "正常"}}, "passed"),
        ({"record": {"state": "exact"}}, "skipped"),
        ({"record": {"state": "exact", "risk": "异常凭证"}}, "fired"),
        ({"record": {"state": "exact", "status": "abnormal"}}, "fired"),
    ],
)
def test_the_blacklist(changes: dict[str, object], expected: str) -> None:
    if "record" in changes:
        changes = changes | {"record": SourceVerdict.model_validate(changes["record"])}
    assert said("R-PTY-06", **changes) == expected


def test_tiers_know_cities_with_and_without_their_ending() -> None:
    assert [POLICY.tier_of(city) for city in ("北京市", "上海", "南京")] == ["一线", "一线", "其他"]


def test_own_companies_and_staff_of_the_policy_stand_in_where_none_are_given() -> None:
    policy = validate.Policy(entities=(validate.Entity(name="甲"),), staff=("张三",))
    context = validate.Context(datetime.date(2026, 1, 1), policy=policy)
    assert context.entities == policy.entities
    assert context.staff == frozenset({"张三"})
    own = (validate.Entity(name="乙"),)
    given = validate.Context(context.today, own, policy=policy, staff=frozenset())
    assert (given.entities, given.staff) == (own, frozenset())


def test_the_mark_follows_the_contents() -> None:
    one = validate.Policy(version="2026-07")
    assert one.mark.startswith("2026-07+")
    assert one.mark == validate.Policy(version="2026-07").mark
    assert one.mark != one.model_copy(update={"max_age_days": 3}).mark


@pytest.mark.parametrize(
    "changes", [{"max_age_days": -1}, {"approval_limits": ["NaN"]}, {"settlement": "13-01"}]
)
def test_absurd_thresholds_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        validate.Policy.model_validate(changes)


def test_every_rule_of_meaning_is_recorded_as_passed_fired_or_not_evaluated() -> None:
    invoice, context = build(digital(total="1273.00", date=None))
    checked = validate.check(invoice, context)
    case = case_of(invoice, context)
    run = checked.rules
    fired = {finding.rule for finding in checked.findings}
    unjudged = {entry.rule for entry in run.not_evaluated}
    assert "R-AMT-01" in fired
    groups = (set(run.passed), fired, unjudged)
    assert set().union(*groups) == {rule.id for rule in validate.rules() if rule.concerns(case)}
    assert sum(map(len, groups)) == len(set().union(*groups))
    assert run.evaluated == len(run.passed) + len(fired)


def test_the_policy_and_the_rules_of_the_time_are_recorded() -> None:
    invoice, context = build(digital(policy=validate.Policy(version="2026-07")))
    run = validate.check(invoice, context).rules
    assert run.policy == context.policy.mark
    assert run.ruleset == validate.ruleset()
    kept = Invoice.model_validate_json(validate.check(invoice, context).model_dump_json())
    assert kept.rules == run


def test_a_finding_shows_what_it_rests_on() -> None:
    evidence = {
        "value": "1273.00",
        "raw": "¥1273.00",
        "source": "ocr",
        "confidence": 0.97,
        "page": 1,
        "box": {"x0": 1, "y0": 2, "x1": 3, "y1": 4},
    }
    checked = validate.check(*build(digital(total="1273.00", fields={"total": evidence})))
    found = next(finding for finding in checked.findings if finding.field == "total")
    assert found.evidence is not None
    assert (found.evidence.value, found.evidence.raw) == ("1273.00", "¥1273.00")
    assert (found.evidence.source, found.evidence.page) == (Source.OCR, 1)
    assert found.version == RULES[found.rule].spec.version


def test_a_typed_value_is_its_own_evidence() -> None:
    checked = validate.check(*build(digital(today="2028-01-01")))
    found = next(finding for finding in checked.findings if finding.rule == "R-DATE-03")
    assert found.evidence is not None
    assert found.evidence.value == "2026-09-01"
    assert found.evidence.source is None


def test_the_policy_outweighs_the_rule() -> None:
    policy = validate.Policy(limits=POLICY.limits, severity={"R-POL-01": Severity.REJECT})
    checked = validate.check(*build(digital(category="OFFICE", policy=policy)))
    assert {f.rule: f.severity for f in checked.findings}["R-POL-01"] is Severity.REJECT
