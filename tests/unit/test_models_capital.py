from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.capital import CapitalError, format_capital, parse_capital

# domain.md 4.4: number, formal text, other texts of the same value
VECTORS = [
    ("0.01", "壹分", ["零元零角壹分"]),
    ("0.10", "壹角整", ["零壹角"]),
    ("0.56", "伍角陆分", []),
    ("10.00", "壹拾圆整", ["拾圆整", "⊗拾元整"]),
    ("15.67", "壹拾伍圆陆角柒分", ["拾伍元陆角柒分"]),
    ("101.00", "壹佰零壹圆整", ["壹佰零壹圆零角零分"]),
    ("106.00", "壹佰零陆圆整", ["⊗壹佰零陆圆整", "人民币：壹佰零陆元正"]),
    ("110.00", "壹佰壹拾圆整", ["一百一十元整"]),
    ("120.00", "壹佰贰拾圆整", ["一百二十元整", "ⓧ壹佰贰拾圆整"]),
    ("100.45", "壹佰圆肆角伍分", ["壹佰圆零肆角伍分"]),
    ("200.50", "贰佰圆伍角整", ["贰佰圆零伍角"]),
    ("1000.00", "壹仟圆整", ["¥壹仟园整"]),
    ("1005.07", "壹仟零伍圆零柒分", []),
    ("1280.30", "壹仟贰佰捌拾圆叁角整", ["壹仟贰佰捌拾元叁角"]),
    ("10005.00", "壹万零伍圆整", ["人民币壹万零伍圆整", "壹萬〇伍圓整"]),
    ("20030.40", "贰万零叁拾圆肆角整", ["两万零叁拾元肆角"]),
    ("107000.53", "壹拾万柒仟圆伍角叁分", ["人民币壹拾万零柒仟元零伍角叁分", "拾万柒仟元伍角叁分"]),
    ("1705400.00", "壹佰柒拾万伍仟肆佰圆整", []),
    ("100005000.00", "壹亿零伍仟圆整", []),
    ("1234567890.12", "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾圆壹角贰分", []),
    ("1000000000000.00", "壹万亿圆整", []),
    ("-500.00", "（负数）伍佰圆整", ["负伍佰圆整", "(负数)⊗伍佰元整"]),
    ("0.00", "零圆整", []),
]


@pytest.mark.parametrize(("value", "formal", "others"), VECTORS)
def test_vectors(value: str, formal: str, others: list[str]) -> None:
    assert format_capital(Decimal(value)) == formal
    for text in (formal, *others):
        assert parse_capital(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(小写)",
        "壹贰圆整",
        "佰圆整",
        "壹佰",
        "圆",
        "整",
        "壹拾佰圆整",
        "壹万贰万圆整",
        "壹亿贰亿圆整",
        "人民币",
        "万圆整",
        "壹佰圆整甲",
        "甲圆整",
        "123.00",
        "壹圆甲角",
    ],
)
def test_what_breaks_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(CapitalError):
        parse_capital(text)


@given(st.decimals(-(10**13), 10**13, places=2))
def test_round_trip(value: Decimal) -> None:
    assert parse_capital(format_capital(value)) == value


@given(st.integers(1, 10**13))
def test_the_formal_text_has_no_two_zeros_in_a_row(yuan: int) -> None:
    text = format_capital(Decimal(yuan))
    assert "零零" not in text
    assert not text.startswith("零")
    assert "零圆" not in text


@given(st.text() | st.text("零壹贰拾佰仟万亿圆角分整负¥ "))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        value = parse_capital(text)
    except CapitalError:
        return
    assert value == value.quantize(Decimal("0.01"))
