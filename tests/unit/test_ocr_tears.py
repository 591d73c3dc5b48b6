"""One ticket torn apart is told from several tickets, and one seen twice is kept once."""

import pytest

from models.forms import Form
from models.geometry import Box
from models.invoice import Evidence, FieldName, Invoice
from models.page import Source
from ocr.split import Heads
from ocr.tears import Piece, Placed, forms_of, looks_torn, once, torn_apart


def placed(number: str | None, total: str | None, *corners: tuple[float, float]) -> Placed:
    values = {FieldName.NUMBER: number, FieldName.TOTAL: total}
    fields = {
        name: Evidence(value=value, raw=value, source=Source.OCR, confidence=0.9)
        for name, value in values.items()
        if value
    }
    return Placed(Invoice.from_evidence(None, fields, region=Box.around(corners)), corners)


def of_form(form: Form, one: Placed, total_by: Source = Source.OCR) -> Placed:
    """The invoice as one of a form, its total known from somewhere."""
    fields = {
        name: evidence.model_copy(update={"source": total_by})
        if name is FieldName.TOTAL
        else evidence
        for name, evidence in one.invoice.fields.items()
    }
    invoice = one.invoice.model_copy(update={"form": form, "fields": fields})
    return one._replace(invoice=invoice)


def square(x: float, y: float, side: float = 100) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side))


ONE = placed("11111111", "10.00", *square(0, 0))
APART = placed("22222222", "20.00", *square(200, 0))
THIRD = placed("33333333", "20.00", *square(0, 200))
ASKEW = placed("22222222", "20.00", (200, 0), (270, 70), (200, 140), (130, 70))
CORNER = placed("33333333", "30.00", (120, -100), (190, -30), (120, 40), (50, -30))
PART = placed("11111111", None, *square(0, 400))
NAMELESS = placed(None, "10.00", *square(60, 0))
OTHER_PRINT = placed("55555555", "10.00", *square(40, 0))


@pytest.mark.parametrize(
    ("found", "unread", "torn"),
    [
        ((ONE,), False, False),
        ((ONE, APART), False, False),
        ((ONE, APART), True, False),
        ((ASKEW, CORNER), False, False),
        ((ONE,), True, True),
        ((), True, True),
        ((ONE, PART), False, True),
        ((ONE, NAMELESS), False, True),
        ((ONE, OTHER_PRINT), False, True),
        ((ONE, PART, APART, THIRD), False, False),
    ],
)
def test_parts_of_one_are_told_from_several(
    found: tuple[Placed, ...], unread: bool, torn: bool
) -> None:
    assert looks_torn(found, unread) is torn


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ((ONE, APART), (ONE, APART)),
        ((ONE, ONE._replace()), (ONE,)),
        ((NAMELESS, ONE), (ONE,)),
        ((ONE, PART), (ONE, PART)),
        ((ONE, OTHER_PRINT), (ONE, OTHER_PRINT)),
    ],
)
def test_a_ticket_seen_twice_is_kept_once(
    found: tuple[Placed, ...], kept: tuple[Placed, ...]
) -> None:
    assert once(found) == kept


NUMBER, TOTAL = frozenset({FieldName.NUMBER}), frozenset({FieldName.TOTAL})
ONE_HEAD, TITLE, NO_HEAD = Heads(1, 1, 0), Heads(titles=1), Heads()
HALF = Piece(square(0, 200), is_whole=False, heads=ONE_HEAD, shown=(TOTAL,), is_doubtful=True)
OTHER_HALF = Piece(square(105, 200), is_whole=False, heads=NO_HEAD, shown=(), is_doubtful=True)
FAR = OTHER_HALF._replace(outline=square(600, 600))
HEADED = OTHER_HALF._replace(heads=TITLE)
UNTITLED = HALF._replace(heads=Heads(codes=1))
WITH_TOTAL = OTHER_HALF._replace(shown=(TOTAL,))
WITH_NUMBER = OTHER_HALF._replace(shown=(NUMBER,))
WITH_NOTHING = OTHER_HALF._replace(shown=(frozenset(),))
LETTER = OTHER_HALF._replace(is_doubtful=False)
TICKET = Piece(
    square(0, 0), is_whole=True, heads=ONE_HEAD, shown=(NUMBER | TOTAL,), is_doubtful=False
)


@pytest.mark.parametrize(
    ("pieces", "groups"),
    [
        ((TICKET, HALF, OTHER_HALF), [(1, 2)]),
        ((OTHER_HALF, TICKET, HALF, FAR), [(0, 2)]),
        ((TICKET, HALF, FAR), []),
        ((TICKET, HALF, HEADED), []),
        ((TICKET, HALF, WITH_NUMBER), [(1, 2)]),
        ((TICKET, HALF, WITH_TOTAL), []),
        ((TICKET, HALF, WITH_NOTHING), [(1, 2)]),
        ((TICKET, UNTITLED, HEADED), [(1, 2)]),
        ((TICKET, HALF, LETTER), []),
        ((HALF, OTHER_HALF), [(0, 1)]),
        ((), []),
    ],
)
def test_parts_that_lie_as_those_of_one_ticket_are_found(
    pieces: tuple[Piece, ...], groups: list[tuple[int, ...]]
) -> None:
    assert torn_apart(pieces) == groups


def test_the_lower_half_of_a_folded_invoice_is_no_other_form() -> None:
    upper = of_form(Form.DZ_SPECIAL, ONE, Source.QR)
    rest = of_form(Form.FISCAL, placed(None, "10.00", *square(0, 100)))
    other = of_form(Form.FISCAL, placed(None, "12.00", *square(0, 100)))
    assert forms_of((upper, rest)) == {Form.DZ_SPECIAL}
    assert forms_of((upper, other)) == {Form.DZ_SPECIAL, Form.FISCAL}
    assert looks_torn((upper, rest), False)
