"""Fixed-price tickets: the same one is known again by code and number, the next one is another."""

import pytest

from models.duplicate import Print, Relation, Specimen
from models.forms import Form
from models.invoice import Evidence, FieldName, Invoice
from models.page import Source
from validate.duplicates import compare

CODE, NUMBER, NEXT = "141012358166", "65595022", "65595023"


def ticket(
    document: str,
    number: str | None = NUMBER,
    figures: tuple[str, ...] = (NUMBER, "1000", "2023"),
    *,
    code: str | None = CODE,
    sure: bool = True,
) -> Specimen:
    read = Evidence(value=number or "", raw="", source=Source.OCR, confidence=0.95 if sure else 0.6)
    invoice = Invoice(
        form=Form.QUOTA,
        type=Form.QUOTA.type,
        code=code,
        number=number,
        fields={FieldName.NUMBER: read} if number else {},
    )
    return Specimen(document, 0, document, invoice, print=Print(figures=figures))


OURS = ticket("ours")
AFTER = (NEXT, "1000", "2023")


@pytest.mark.parametrize(
    ("theirs", "same"),
    [
        pytest.param(ticket("a", None), True, id="its number not read, but on it"),
        pytest.param(ticket("a", None, (NUMBER, CODE), code=None), True, id="its code on it"),
        pytest.param(ticket("a", code=None, figures=(NUMBER, CODE)), True, id="code unread"),
        pytest.param(ticket("a", NEXT, AFTER), False, id="the next one"),
        pytest.param(ticket("a", None, AFTER), False, id="the next one, its number not read"),
        pytest.param(ticket("a", None, (NUMBER,), code="141012358177"), False, id="another roll"),
        pytest.param(ticket("a", None, (NUMBER,), code=None), False, id="nothing says which roll"),
        pytest.param(ticket("a", None, ("1000", "2023")), False, id="only price and year"),
    ],
)
def test_code_and_number_make_a_ticket_one(theirs: Specimen, *, same: bool) -> None:
    twins = compare(OURS, theirs), compare(theirs, OURS)
    expected = Relation.SAME_PAPER if same else None
    assert [twin and twin.relation for twin in twins] == [expected, expected]


def test_a_number_misread_on_one_is_an_altered_number() -> None:
    twin = compare(OURS, ticket("a", "65595072", sure=False))
    assert twin is not None
    assert twin.relation is Relation.ALTERED_NUMBER


def test_two_of_which_no_number_was_read_are_one_by_what_stands_on_both() -> None:
    one, other = ticket("a", None), ticket("b", None)
    twin = compare(one, other)
    assert twin is not None
    assert {each.what for each in twin.evidence} == {"code", "figures"}
    assert compare(one, ticket("b", None, AFTER)) is None


def test_a_number_that_may_be_a_day_proves_nothing() -> None:
    day = ("20230105", "1000", "2023")
    assert compare(ticket("a", "20230105", day), ticket("b", None, day[:1])) is None
