"""R-FILE-01, R-DATE-05, R-PTY-07, R-SEQ, R-RED: what other documents say of an invoice."""

import datetime
from decimal import Decimal

import pytest

import validate
from models.finding import Finding
from models.related import Journey, Related, Sibling
from validate.engine import case_of, judge
from validate.examples import build, digital
from validate.registry import Fire, Missing

RULES = {rule.id: rule for rule in validate.rules()}
OWN = 26112000000012345678
DAY = datetime.date(2026, 9, 1)
CODE = "144002411234"
TAXI = {"form": "taxi", "type": "taxi", "code": CODE, "number": "12345678", "qr": None}
RAIL = {
    "form": "rail_e",
    "type": "train",
    "number": "26119000000012345678",
    "qr": None,
    "traveller": "张三",
    "travel_date": "2026-08-31",
    "departure_time": "09:00",
}
RED = {"total": "-1272.00", "amount": "-1200.00", "tax": "-72.00", "red_of": "26112000000011111111"}


def said(rule: str, **changes: object) -> str:
    case = case_of(*build(digital(**changes)))
    assert RULES[rule].concerns(case)
    outcome = judge(RULES[rule], case)
    if isinstance(outcome, Missing):
        return "skipped"
    return "fired" if outcome else "passed"


def other(
    number: int | str,
    total: str | None = "1272.00",
    day: int = 1,
    code: str | None = None,
) -> Sibling:
    return Sibling(
        where="x.pdf",
        number=str(number),
        total=Decimal(total) if total else None,
        date=DAY.replace(day=day),
        code=code,
    )


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("R-FILE-01", {}),
        ("R-PTY-07", {}),
        ("R-SEQ-01", {}),
        ("R-SEQ-02", {}),
        ("R-SEQ-03", {}),
        ("R-SEQ-04", TAXI),
        ("R-SEQ-05", RAIL),
        ("R-RED-01", RED),
        ("R-RED-02", {}),
        ("R-RED-03", RED),
        ("R-DATE-05", {"entities": ()}),
    ],
)
@pytest.mark.parametrize("related", [None, Related()])
def test_what_nobody_looked_up_is_not_evaluated(
    rule: str, changes: dict[str, object], related: Related | None
) -> None:
    assert said(rule, **changes, related=related) == "skipped"


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((), "passed"),
        ((other(OWN + 1),), "passed"),
        ((other(OWN + 1), other(OWN + 2)), "fired"),
        ((other(OWN - 1), other(OWN + 1)), "fired"),
        ((other(OWN + 2), other(OWN + 4)), "fired"),
        ((other(OWN + 3), other(OWN + 6)), "passed"),
        ((other(OWN + 1, day=9), other(OWN + 2, day=9)), "passed"),
        ((other(OWN), other(OWN)), "passed"),
        ((other("12345679"), other("12345680")), "passed"),
        ((other("abc"), other("9" * 5000)), "passed"),
    ],
)
def test_consecutive_numbers(others: tuple[Sibling, ...], expected: str) -> None:
    assert said("R-SEQ-01", related=Related(same_seller=others)) == expected


def test_consecutive_taxi_slips_are_looked_for_among_slips_of_the_roll() -> None:
    slips = (other("12345679", code=CODE), other("12345680", code=CODE))
    assert said("R-SEQ-01", **TAXI, related=Related(slips=slips)) == "fired"
    assert said("R-SEQ-01", **TAXI, related=Related(same_seller=slips)) == "skipped"
    strange = (other("12345679", code="1"), other("12345680", code="1"))
    assert said("R-SEQ-01", **TAXI, related=Related(slips=strange)) == "passed"


@pytest.mark.parametrize(
    ("total", "others", "expected"),
    [
        ("4980.00", (other(1, "4950.00"),), "fired"),
        ("5000.00", (other(1, "5000.00"),), "fired"),
        ("4750.00", (other(1, "4950.00"),), "passed"),  # 0.95 of the limit is outside
        ("5000.01", (other(1, "4950.00"),), "passed"),
        ("4980.00", (other(1, "900.00"),), "passed"),
        ("980.00", (other(1, "990.00", 4),), "fired"),
        ("980.00", (other(1, "990.00", 5),), "passed"),
        ("980.00", (other(1, None),), "passed"),
    ],
)
def test_splitting_below_an_approval_limit(
    total: str, others: tuple[Sibling, ...], expected: str
) -> None:
    assert said("R-SEQ-02", total=total, related=Related(same_seller=others)) == expected


@pytest.mark.parametrize(("count", "expected"), [(4, "passed"), (5, "fired")])
def test_many_invoices_of_a_seller_on_one_day(count: int, expected: str) -> None:
    others = tuple(other(number) for number in range(count))
    assert said("R-SEQ-03", related=Related(same_seller=(*others, other(9, day=2)))) == expected


@pytest.mark.parametrize(
    ("number", "day", "code", "expected"),
    [
        ("12345600", 5, CODE, "fired"),
        ("12345700", 5, CODE, "passed"),
        ("12345600", 1, CODE, "passed"),
        ("12340000", 5, CODE, "passed"),  # another roll
        ("12345600", 5, "144002411235", "passed"),
        ("X", 5, CODE, "passed"),
    ],
)
def test_taxi_slips_run_with_time(number: str, day: int, code: str, expected: str) -> None:
    slips = (other(number, day=day, code=code),)
    assert said("R-SEQ-04", **TAXI, related=Related(slips=slips)) == expected


@pytest.mark.parametrize(
    ("departs", "arrives", "expected"),
    [
        ("2026-08-31T09:10", None, "fired"),
        ("2026-08-31T08:50", None, "fired"),
        ("2026-08-31T08:20", None, "passed"),
        ("2026-08-31T09:30", None, "passed"),
        ("2026-08-31T05:00", "2026-08-31T10:00", "fired"),
        ("2026-08-31T05:00", "2026-08-31T08:59", "passed"),
        ("2026-08-31T05:00", "2026-08-31T04:00", "passed"),  # arrives before it leaves
        ("2026-08-31T09:10:00+08:00", None, "fired"),
    ],
)
def test_one_traveller_is_in_one_train(departs: str, arrives: str | None, expected: str) -> None:
    journey = Journey.model_validate({"where": "y", "departs": departs, "arrives": arrives})
    assert said("R-SEQ-05", **RAIL, related=Related(journeys=(journey,))) == expected


def test_a_journey_without_its_time_is_not_judged() -> None:
    journeys = (Journey(where="y", departs=datetime.datetime.fromisoformat("2026-08-31T09:10")),)
    for time in (None, "", "25:99", "noon"):
        ticket = RAIL | {"departure_time": time}
        assert said("R-SEQ-05", **ticket, related=Related(journeys=journeys)) == "skipped"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), "passed"),
        (("丙丁餐饮有限公司",), "passed"),
        (("丙丁餐饮有限责任公司",), "passed"),  # two characters: a slip
        (("戊己庚辛商贸有限公司",), "fired"),
        (("戊己庚辛商贸有限公司", "丙丁餐饮有限公司"), "passed"),
    ],
)
def test_the_names_of_a_tax_id(names: tuple[str, ...], expected: str) -> None:
    assert said("R-PTY-07", related=Related(seller_names=names)) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("2026-09-02", None, "fired"),
        (None, "2026-09-02", "fired"),
        ("2026-09-01", "2026-09-01", "passed"),
        (None, "2020-01-01", "passed"),
    ],
)
def test_nobody_trades_before_being_established(
    ours: str | None, theirs: str | None, expected: str
) -> None:
    entity = validate.Entity.model_validate(
        {"name": "甲乙科技有限公司", "tax_id": "91440300MA5XYT123G", "established": ours}
    )
    related = Related.model_validate({"seller_established": theirs})
    assert said("R-DATE-05", entities=(entity,), related=related) == expected


BLUE = other("26112000000011111111")


@pytest.mark.parametrize(
    ("related", "linked", "amount"),
    [
        (Related(blues=(), reds=()), "fired", "skipped"),
        (Related(blues=(BLUE,), reds=()), "passed", "passed"),
        (Related(blues=(BLUE,)), "passed", "skipped"),
        (Related(blues=(BLUE,), reds=(other(1, "-0.01"),)), "passed", "fired"),
        (Related(blues=(other(1, "1271.99"),), reds=()), "passed", "fired"),
        (Related(blues=(other(1, None),), reds=()), "passed", "skipped"),
        (Related(blues=(BLUE,), reds=(other(1, None),)), "passed", "skipped"),
    ],
)
def test_a_red_invoice_and_its_blue_one(related: Related, linked: str, amount: str) -> None:
    assert said("R-RED-01", **RED, related=related) == linked
    assert said("R-RED-03", **RED, related=related) == amount


def test_a_blue_invoice_taken_back_is_rejected_and_says_where() -> None:
    invoice, context = build(digital(related=Related(reds=(other(1, "-1272.00"),))))
    found: list[Finding] = [
        finding
        for finding in validate.check(invoice, context).findings
        if finding.rule == "R-RED-02"
    ]
    assert "x.pdf" in found[0].message
    assert isinstance(judge(RULES["R-RED-02"], case_of(invoice, context)), Fire)
