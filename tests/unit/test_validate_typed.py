"""What is said while a person types."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.finding import Severity
from models.forms import Form
from validate import Typed, check_fields

DAY = datetime.date(2026, 9, 21)


def said(**typed: object) -> dict[str, str | None]:
    """The suggestion for every field with something to say."""
    hints = check_fields(Typed.model_validate(typed), DAY)
    assert len({hint.field for hint in hints}) == len(hints)
    return {hint.field: hint.suggestion for hint in hints}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, {}),
        ({"buyer_tax_id": "91320621MA1MRHG205"}, {}),
        ({"buyer_tax_id": "91320621 MA1MRHG205 "}, {}),
        ({"buyer_tax_id": "91320621MA1MRHG207"}, {"buyer_tax_id": "91320621MA1MRHG205"}),
        ({"buyer_tax_id": "9132O621MA1MRHG205"}, {"buyer_tax_id": "91320621MA1MRHG205"}),
        ({"seller_tax_id": "91320621AM1MRHG205"}, {"seller_tax_id": "91320621MA1MRHG205"}),
        # exchanged before the organisation code: another last character would do as well
        ({"seller_tax_id": "91320612MA1MRHG205"}, {"seller_tax_id": None}),
        ({"buyer_tax_id": "91320621MA1MRHG20"}, {"buyer_tax_id": "91320621MA1MRHG205"}),
        ({"buyer_tax_id": "9132"}, {"buyer_tax_id": None}),
        ({"buyer_tax_id": "11010519491231002X"}, {}),
        ({"number": "26112000000012345678", "date": "2026-09-01"}, {}),
        ({"number": "2611200000001234567O"}, {"number": "26112000000012345670"}),
        ({"number": "123"}, {"number": None}),
        (
            {"number": "25112000000012345678", "date": "2026/9/1"},
            {"number": "26112000000012345678"},
        ),
        ({"number": "26002000000012345678"}, {"number": None}),
        (
            {"number": "26112000000012345678", "form": "rail_e"},
            {"number": "26119000000012345678"},
        ),
        ({"number": "A123456", "form": "rail_paper"}, {}),
        ({"code": "4400194130", "form": "vat_special"}, {}),
        ({"code": "4400194330", "form": "vat_special"}, {"code": None}),
        ({"code": "9900194130"}, {"code": None}),
        ({"code": "44O0194130"}, {"code": "4400194130"}),
        ({"code": "4400264130", "date": "20200105"}, {"code": None}),
        ({"date": "2026-02-30"}, {"date": None}),
        ({"date": "2026年9月1日"}, {}),
        ({"date": "2026-09-22"}, {"date": None}),
        ({"amount": "100", "tax": "6"}, {"total": "106.00"}),
        ({"total": "¥106.00", "tax": "6"}, {"amount": "100.00"}),
        ({"total": "106", "amount": "100"}, {"tax": "6.00"}),
        ({"total": "106", "amount": "100", "tax": "6.00"}, {}),
        ({"total": "106.01", "amount": "100", "tax": "6.00"}, {"total": "106.00"}),
        (
            {"total": "106", "amount": "100", "tax": "7", "total_in_words": "壹佰零陆圆整"},
            {"tax": "6.00"},
        ),
        ({"total": "870", "amount": "752.29", "tax": "67.71", "form": "air_e"}, {}),
        ({"total": "abc"}, {"total": None}),
        ({"total": "10.005"}, {"total": "10.01"}),
        ({"tax": "***", "amount": "100"}, {}),
        ({"total_in_words": "壹佰零陆圆整"}, {}),
        ({"total_in_words": "壹贰圆整"}, {"total_in_words": None}),
        ({"total_in_words": "壹贰圆整", "total": "106"}, {"total_in_words": "壹佰零陆圆整"}),
        ({"total_in_words": "壹佰圆整", "total": "106"}, {"total_in_words": "壹佰零陆圆整"}),
        ({"check_code": "12345678901234567890"}, {}),
        ({"check_code": "1234567890123456789"}, {"check_code": None}),
    ],
)
def test_problems_and_suggestions(
    typed: dict[str, object], expected: dict[str, str | None]
) -> None:
    assert said(**typed) == expected


def test_an_offer_is_no_fault() -> None:
    (hint,) = check_fields(Typed(amount="100", tax="6"))
    assert hint.severity is Severity.INFO
    (hint,) = check_fields(Typed(form=Form.DZ_NORMAL, number="123"))
    assert hint.severity is Severity.REJECT
    assert hint.message
    assert hint.message_en


ANYTHING = (
    st.none() | st.text(max_size=40) | st.text("0123456789-.,¥OIl年月日*零壹圆整", max_size=25)
)


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        Typed,
        form=st.none() | st.sampled_from(Form),
        **{name: ANYTHING for name in Typed.model_fields if name != "form"},
    )
)
def test_anything_may_be_typed(typed: Typed) -> None:
    for hint in check_fields(typed, DAY):
        assert hint.field in Typed.model_fields
        hint.model_dump_json()
