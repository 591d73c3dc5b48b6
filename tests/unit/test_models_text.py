from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text import MAX_MONEY, fold, from_fen, money, same_name, squash, to_fen


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("¥1,234.50", "1234.50"),
        ("￥1,234.5", "1234.50"),
        ("-0.96", "-0.96"),
        ("¥-0.96", "-0.96"),
        ("-¥0.96", "-0.96"),
        ("（1 234.5）", "-1234.50"),
        ("1456.31元", "1456.31"),
        ("112", "112.00"),
        (".50", "0.50"),
        ("12.", "12.00"),
        ("2.120000", "2.12"),
        ("0.005", "0.01"),
        ("１２．３４", "12.34"),
        ("0", "0.00"),
    ],
)
def test_money(text: str, value: str) -> None:
    assert money(text) == Decimal(value)
    assert str(money(text)) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "¥",
        "***",
        "1e9",
        "NaN",
        "Infinity",
        "1,23.00",
        "1.2.3",
        "12a",
        "--5",
        "9" * 14,
        "9" * 500,
    ],
)
def test_not_money(text: str) -> None:
    assert money(text) is None


@given(st.decimals(-MAX_MONEY, MAX_MONEY, places=2))
def test_money_round_trip(value: Decimal) -> None:
    assert money(f"{value:.2f}") == value
    assert money(f"¥{value:,.2f}") == value
    assert from_fen(to_fen(value)) == value


@given(st.integers(-(10**15), 10**15))
def test_fen_round_trip(fen: int) -> None:
    assert to_fen(from_fen(fen)) == fen


def test_a_fraction_of_a_fen_is_refused() -> None:
    with pytest.raises(ValueError, match="fen"):
        to_fen(Decimal("0.005"))


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    found = money(text)
    assert found is None or abs(found) <= MAX_MONEY
    assert not any(char.isspace() for char in squash(text))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("电⼦发票", "电子发票"),
        ("（ＡＢ１）", "(AB1)"),
        ("a\x00b\u200bc\u202e", "abc"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_same_name() -> None:
    assert same_name("甲 （北京）公司", "甲(北京)公司")
    assert not same_name("甲公司", "乙公司")
    assert not same_name(None, None)
