"""Records survive the way into a row and back, whatever is in them."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from models.document import Document, ReadStatus
from models.forms import Form
from models.geometry import Box
from models.invoice import Candidate, Evidence, Extra, FieldName, Invoice, LineItem
from models.ledger import LedgerEntry
from models.page import Source
from piaohe.store.values import storable

texts = st.text(max_size=20)
maybe = st.none() | texts
money = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=2)
unit = st.floats(0, 1)
sides = st.floats(allow_nan=False, allow_infinity=False)
boxes = st.none() | st.builds(Box, sides, sides, sides, sides)
candidates = st.builds(
    Candidate, value=texts, raw=texts, source=st.sampled_from(Source), confidence=unit, box=boxes
)
evidence = st.builds(
    Evidence,
    value=texts,
    raw=texts,
    source=st.sampled_from(Source),
    confidence=unit,
    page=st.none() | st.integers(0, 9),
    box=boxes,
    confirmed_by=st.lists(texts, max_size=2).map(tuple),
    corrected_by=maybe,
    candidates=st.lists(candidates, max_size=2).map(tuple),
)
items = st.builds(LineItem, name=texts, quantity=maybe, amount=money, tax_rate=maybe, tax=money)
invoices = st.builds(
    Invoice,
    form=st.none() | st.sampled_from(Form),
    code=maybe,
    number=maybe,
    date=st.none() | st.dates(),
    amount=money,
    total=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
    buyer_name=maybe,
    region=boxes,
    items=st.lists(items, max_size=2).map(tuple),
    extra=st.builds(Extra, remark=maybe, qr=maybe),
    fields=st.dictionaries(st.sampled_from(FieldName), evidence, max_size=2),
)


@given(invoices)
def test_invoices(invoice: Invoice) -> None:
    back = Invoice.model_validate_json(storable(invoice)[1])
    assert back == invoice
    assert storable(back) == (invoice, storable(invoice)[1])
    assert str(back.total) == str(invoice.total)


@given(st.builds(LedgerEntry, source=texts, row=st.integers(1), number=maybe, total=money))
def test_ledger_entries(entry: LedgerEntry) -> None:
    assert LedgerEntry.model_validate_json(storable(entry)[1]) == entry


def test_a_lone_surrogate_is_spelt_out_and_nothing_else_changes() -> None:
    document = Document(
        file="a\udcff.pdf",
        sha256=None,
        seconds=1.5,
        status=ReadStatus.OK,
        invoices=(Invoice(total=Decimal("1.10"), region=Box(1, 2, 3, 4.5)),),
    )
    back = Document.model_validate_json(storable(document)[1])
    assert back == document.model_copy(update={"file": "a\\udcff.pdf"})
