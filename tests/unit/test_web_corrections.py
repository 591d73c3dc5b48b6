"""What a person types becomes evidence; what was there stays as a candidate."""

import datetime
from decimal import Decimal

import pytest

from models.forms import Form
from models.geometry import Box
from models.invoice import Candidate, Evidence, FieldName, Invoice
from models.page import Source
from piaohe.web.review.corrections import Unusable, corrected, hints, normal, shown

QR = Candidate(value="113.00", raw="113.00", source=Source.QR, confidence=1)
TOTAL = Evidence(
    value="118.00",
    raw="¥118.00",
    source=Source.OCR,
    confidence=0.6,
    page=0,
    box=Box(1, 2, 3, 4),
    confirmed_by=("arithmetic",),
    candidates=(QR,),
)
READ = Invoice.from_evidence(Form.DZ_NORMAL, {FieldName.TOTAL: TOTAL})


def test_a_persons_value_takes_the_place_and_the_old_one_is_a_candidate() -> None:
    fixed = corrected(READ, {FieldName.TOTAL: " ¥1,113.00元 "})
    assert fixed.total == Decimal("1113.00")
    evidence = fixed.fields[FieldName.TOTAL]
    assert (evidence.value, evidence.source, evidence.confidence) == ("1113.00", Source.PERSON, 1)
    assert (evidence.box, evidence.corrected_by) == (TOTAL.box, "person")
    assert [(one.value, one.source) for one in evidence.candidates] == [
        ("118.00", Source.OCR),
        ("113.00", Source.QR),
    ]
    assert evidence.confirmed_by == ()
    assert READ.total == Decimal("118.00")


def test_a_field_that_was_not_read_gets_a_value_and_one_can_be_taken_away() -> None:
    named = corrected(READ, {FieldName.SELLER_NAME: "示例（杭州）有限公司\u202e"})
    assert named.seller_name == "示例（杭州）有限公司"
    assert list(named.fields) == [FieldName.TOTAL, FieldName.SELLER_NAME]
    without = corrected(named, {FieldName.SELLER_NAME: ""})
    assert (without.seller_name, FieldName.SELLER_NAME in without.fields) == (None, False)


def test_what_is_typed_as_it_was_stays_as_it_was_read() -> None:
    assert corrected(READ, {FieldName.TOTAL: "118"}) == READ


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        (FieldName.DATE, "2026年9月1日", "2026-09-01"),
        (FieldName.DATE, "20260901", "2026-09-01"),
        (FieldName.NUMBER, " 2633 2000 ", "26332000"),
        (FieldName.SELLER_TAX_ID, "91330106ma2abcde1x", "91330106MA2ABCDE1X"),
        (FieldName.TAX, "（12.5）", "-12.50"),
        (FieldName.TAX, "  ", ""),
        (FieldName.SELLER_NAME, "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_values_are_made_as_records_hold_them(name: FieldName, typed: str, value: str) -> None:
    assert normal(name, typed) == value


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        (FieldName.DATE, "2026-02-30", "no_date"),
        (FieldName.DATE, "昨天", "no_date"),
        (FieldName.TOTAL, "abc", "no_money"),
        (FieldName.TOTAL, "NaN", "no_money"),
        (FieldName.TOTAL, "1e9", "no_money"),
        (FieldName.SELLER_NAME, "长" * 301, "too_long"),
    ],
)
def test_what_cannot_be_a_value_is_refused(name: FieldName, typed: str, code: str) -> None:
    with pytest.raises(Unusable) as caught:
        corrected(READ, {name: typed})
    assert (caught.value.field, caught.value.code) == (name, code)


def test_hints_come_for_what_is_typed() -> None:
    today = datetime.date(2026, 9, 30)
    found = hints(READ, {FieldName.AMOUNT: "100", FieldName.TAX: "13"}, today)
    assert [(hint.field, hint.suggestion) for hint in found] == [("total", "113.00")]
    assert shown(READ, FieldName.AMOUNT) == ""
