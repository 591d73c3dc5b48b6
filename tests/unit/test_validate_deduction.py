"""Input tax: the decision of domain.md 7.2 row by row, what forbids it, and R-DED."""

from decimal import Decimal

import pytest

import validate
from models.claim import Claim, Use
from models.finding import Severity
from models.ledger import LedgerStatus
from models.match import MatchState
from models.verdicts import SourceVerdict
from validate.engine import case_of, judge
from validate.examples import build, digital, special
from validate.registry import Example, Fire, Missing

RULES = {rule.id: rule for rule in validate.rules()}
GOOD = SourceVerdict(state=MatchState.EXACT, status=LedgerStatus.NORMAL, selected=True)
BUSINESS = Claim(deduct=True, use=Use.BUSINESS)
STAFF = frozenset({"张三"})
WHO = {"traveller": "张三", "traveller_id": "4403011990****1234"}
TICKET: dict[str, object] = {"qr": None, "items": [], "amount": None, "tax": None, "code": None}
SURE = {"claim": BUSINESS, "record": GOOD, "staff": STAFF}


def mark(value: str, name: str = "国内国际标识") -> dict[str, object]:
    return {"name": name, "value": value}


def ticket(form: str, **changes: object) -> Example:
    return digital(**{**TICKET, "form": form, "type": "other", **SURE, **changes})


AIR = {"number": "26118000000012345678", "total": "870.00", "details": [mark("国内")], **WHO}
RIDE = {"items": [{"name": "*运输服务*客运服务费", "amount": "100.00", "tax": "3.00"}]}
CATERING = {"name": "*餐饮服务*餐费", "amount": "100.00", "tax": "6.00"}
HOTEL = {"name": "*住宿服务*房费", "amount": "1100.00", "tax": "124.00"}


@pytest.mark.parametrize(
    ("example", "amount", "basis"),
    [
        (special(**SURE), "130.00", "special"),
        (special(**SURE, form="dz_special", type="digital_special"), "130.00", "special"),
        (special(**SURE, form="vehicle", type="vehicle"), "130.00", "special"),
        (special(**SURE, total="-1130.00", amount="-1000.00", tax="-130.00"), "-130.00", "special"),
        (ticket("rail_e", total="272.50", tax="22.50", **WHO), "22.50", "rail"),
        (ticket("rail_e", total="272.50", **WHO), "22.50", "rail"),
        (ticket("air_e", tax="67.71", **AIR), "67.71", "air"),
        (
            ticket(
                "air_e",
                **AIR
                | {
                    "details": [
                        mark("国内"),
                        mark("CNY 733.94", "票价"),
                        mark("CNY 18.35", "燃油附加费"),
                    ]
                },
            ),
            "67.71",
            "air",
        ),
        (ticket("rail_paper", total="553.50", date="2025-08-01", **WHO), "45.70", "paper_ticket"),
        (ticket("rail_paper", total="553.50", date="2026-01-01", **WHO), "0.00", "kind"),
        (ticket("bus", total="103.00", **WHO), "3.00", "road_water"),
        (ticket("ship", total="438.50", **WHO), "12.77", "road_water"),
        (ticket("bus", total="103.00"), "0.00", "identity"),
        (ticket("toll_e", tax="5.52"), "5.52", "toll"),
        (ticket("dz_normal", tax="5.52", special_business="通行费"), "5.52", "toll"),
        (ticket("toll_e", tax="0.00"), "0.00", "toll_untaxed"),
        (ticket("toll_paper", total="21.00", seller_name="某某大桥有限公司"), "1.00", "bridge"),
        (ticket("customs_vat", total="39600.34"), "39600.34", "customs"),
        (
            ticket("customs_vat", total="100.00", details=[mark("关税", "科目")]),
            "0.00",
            "customs_duty",
        ),
        (
            ticket("tax_cert", items=[{"name": "增值税", "amount": "600.00"}]),
            "600.00",
            "withheld",
        ),
        (ticket("tax_cert", items=[{"name": "房产税", "amount": "600.00"}]), "0.00", "no_vat"),
        (ticket("dz_normal", tax="3.00", **RIDE, date="2025-06-01"), "3.00", "passenger"),
        (ticket("taxi", total="28.00"), "0.00", "kind"),
        (ticket("quota", total="50.00"), "0.00", "kind"),
        (ticket("dz_normal", tax="72.00"), "0.00", "kind"),
        (ticket("fiscal", total="50.00"), "0.00", "kind"),
    ],
)
def test_a_row_of_the_decision(example: Example, amount: str, basis: str) -> None:
    found = validate.eligibility(*build(example))
    assert (found.amount, found.basis.code) == (Decimal(amount), basis)


@pytest.mark.parametrize(
    ("flag", "amount", "needs"),
    [("allow", "3.00", False), ("warn", "3.00", True), ("deny", "0.00", False)],
)
def test_ride_hailing_from_2026_on_is_for_the_policy(flag: str, amount: str, needs: bool) -> None:
    policy = validate.Policy.model_validate({"ride_hailing_general_credit": flag})
    found = validate.eligibility(*build(ticket("dz_normal", tax="3.00", **RIDE, policy=policy)))
    assert found.amount == Decimal(amount)
    assert ("policy" in {need.code for need in found.needs}) is needs


@pytest.mark.parametrize(
    ("example", "needs"),
    [
        (special(**SURE), set()),
        (special(), {"use", "status", "selected"}),
        (special(**SURE | {"record": GOOD.model_copy(update={"selected": None})}), {"selected"}),
        (special(**SURE, tax=None), {"tax"}),
        (
            special(**SURE | {"record": GOOD.model_copy(update={"status": LedgerStatus.RED_PART})}),
            {"red_part"},
        ),
        (ticket("rail_e", total="272.50", **WHO, staff=None), {"staff"}),
        (ticket("rail_e", total="272.50"), {"traveller"}),
        (ticket("air_e", tax="67.71", **AIR | {"details": []}), {"domestic"}),
        (ticket("toll_paper", total="21.00"), {"bridge"}),
        (ticket("customs_vat", total="1.00", record=None), {"customs_compared"}),
        (ticket("tax_cert", items=[{"name": "增值税", "amount": "1.00"}]), {"withheld_papers"}),
    ],
)
def test_what_is_still_to_be_shown(example: Example, needs: set[str]) -> None:
    found = validate.eligibility(*build(example))
    assert {need.code for need in found.needs} == needs
    assert found.certain is not bool(needs)


@pytest.mark.parametrize(
    ("example", "reason"),
    [
        *(
            (special(**SURE | {"claim": Claim(use=use)}), f"use_{use}")
            for use in Use
            if use is not Use.BUSINESS
        ),
        *(
            (special(**SURE | {"record": GOOD.model_copy(update={"status": status})}), "dead")
            for status in (LedgerStatus.VOID, LedgerStatus.RED_FULL, LedgerStatus.ABNORMAL)
        ),
        (special(**SURE, category="MEAL"), "category"),
        (special(**SURE, items=[CATERING]), "service"),
        (special(**SURE, items=[{"name": "*金融服务*贷款利息"}]), "service"),
        (ticket("rail_e", total="272.50", traveller="李四"), "not_staff"),
        (ticket("air_e", tax="67.71", **AIR | {"details": [mark("国际")]}), "foreign"),
    ],
)
def test_what_forbids_all_of_it(example: Example, reason: str) -> None:
    found = validate.eligibility(*build(example))
    assert found.amount == 0
    assert reason in {one.code for one in found.blocked_by}


def test_a_blocked_line_takes_its_own_tax_only() -> None:
    found = validate.eligibility(*build(special(**SURE, items=[CATERING, HOTEL])))
    assert found.amount == Decimal("124.00")
    assert [one.code for one in found.blocked_by] == ["service"]


def test_an_open_reject_is_to_be_settled_first() -> None:
    checked = validate.check(*build(special(**SURE, total="9999.00")))
    context = build(special(**SURE))[1]
    assert "R-AMT-01" in {need.code for need in validate.eligibility(checked, context).needs}


def said(rule: str, example: Example) -> str | Severity:
    case = case_of(*build(example))
    if not RULES[rule].concerns(case):
        return "no meaning"
    outcome = judge(RULES[rule], case)
    if isinstance(outcome, Missing):
        return "skipped"
    if isinstance(outcome, Fire):
        return outcome.severity or RULES[rule].spec.severity
    return "passed"


ASKED = {"claim": Claim(deduct=True)}
NOT_ASKED = {"claim": Claim()}


@pytest.mark.parametrize(
    ("rule", "example", "expected"),
    [
        ("R-DED-01", digital(), "skipped"),
        ("R-DED-01", digital(**NOT_ASKED), "no meaning"),
        ("R-DED-01", digital(**ASKED), Severity.WARN),
        ("R-DED-01", special(**ASKED), "passed"),
        ("R-DED-01", digital(**ASKED, form=None, type="other"), "skipped"),
        ("R-DED-02", digital(), "skipped"),
        ("R-DED-02", digital(**NOT_ASKED, category="MEAL"), "no meaning"),
        ("R-DED-02", special(**ASKED, category="MEAL"), Severity.REJECT),
        ("R-DED-02", special(**ASKED, items=[CATERING]), Severity.REJECT),
        ("R-DED-02", special(**ASKED, items=[CATERING, HOTEL]), Severity.WARN),
        ("R-DED-02", special(**ASKED, category="WELFARE"), "skipped"),
        ("R-DED-02", special(claim=BUSINESS, category="WELFARE"), "passed"),
        ("R-DED-02", special(**ASKED, items=[]), "skipped"),
        ("R-DED-03", digital(), "no meaning"),
        ("R-DED-03", ticket("bus", **ASKED), Severity.WARN),
        ("R-DED-03", ticket("bus", claim=None), Severity.INFO),
        ("R-DED-03", ticket("ship", **WHO), "passed"),
        ("R-DED-04", ticket("rail_e", **WHO), "passed"),
        ("R-DED-04", ticket("rail_e", **WHO, staff=None), "skipped"),
        ("R-DED-04", ticket("rail_e"), "skipped"),
        ("R-DED-04", ticket("rail_e", traveller="李 四"), Severity.WARN),
        ("R-DED-05", ticket("air_e"), "skipped"),
        ("R-DED-05", ticket("air_e", details=[mark("国际")]), Severity.WARN),
        ("R-DED-05", ticket("air_e", details=[mark("国际")], claim=None), Severity.INFO),
        ("R-DED-05", ticket("air_e", details=[mark("国内")]), "passed"),
    ],
)
def test_the_rules_on_deduction(rule: str, example: Example, expected: object) -> None:
    assert said(rule, example) == expected
