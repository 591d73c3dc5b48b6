from decimal import Decimal

import pytest
from pydantic import ValidationError

import classify
from classify.company import CategoryMap, MapRule
from models.invoice import Invoice, LineItem

INVOICE = Invoice(
    seller_name="甲酒店管理有限公司",
    items=(
        LineItem(name="*住宿服务*房费", amount=Decimal("900.00")),
        LineItem(name="*餐饮服务*餐费", amount=Decimal("100.00")),
        LineItem(name="*餐饮服务*会议餐", amount=Decimal("50.00")),
    ),
)


def booked(*rules: MapRule) -> list[tuple[str | None, str | None, Decimal | None, int | None]]:
    found = CategoryMap(rules=rules).bookings(INVOICE, classify.label(INVOICE))
    return [(b.company_category, b.account, b.amount, b.rule) for b in found]


def test_without_rules_the_default_accounts_stand() -> None:
    assert booked() == [
        (None, "差旅费", Decimal("900.00"), None),
        (None, "业务招待费/福利", Decimal("150.00"), None),
    ]


def test_the_first_rule_that_fits_wins_and_lines_part() -> None:
    rules = (
        MapRule(category="MEAL", item="会议餐", company_category="会议费", account="6602.07"),
        MapRule(category="MEAL", seller="酒店", account="6602.02"),
        MapRule(short_name="住宿服务", account="6602.01"),
        MapRule(seller="甲", account="9999"),
    )
    assert booked(*rules) == [
        (None, "6602.01", Decimal("900.00"), 2),
        (None, "6602.02", Decimal("100.00"), 1),
        ("会议费", "6602.07", Decimal("50.00"), 0),
    ]


def test_an_invoice_without_lines_is_booked_whole() -> None:
    invoice = Invoice(seller_name="甲")
    (found,) = CategoryMap(rules=(MapRule(seller="甲", account="1"),)).bookings(
        invoice, classify.label(invoice)
    )
    assert (found.category, found.account, found.lines) == (None, "1", ())


@pytest.mark.parametrize("rule", [{}, {"account": "1"}, {"seller": "甲"}, {"sellr": "甲"}])
def test_rules_that_say_nothing_are_refused(rule: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        MapRule.model_validate(rule)
