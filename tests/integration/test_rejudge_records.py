"""What the tax bureau's list says of a kept invoice is found again wherever it is judged."""

import datetime

import pytest

import validate
from models.document import Document, ReadStatus
from models.finding import Severity
from models.invoice import Invoice
from models.ledger import Ledger, LedgerEntry, LedgerStatus
from piaohe.judging import rejudge
from piaohe.matching.kept import Book, match_kept, record_of
from piaohe.store import Store
from piaohe.store.invoices import invoice_id
from reconcile import Options
from validate.examples import build, special
from validate.policy import Listed

NOW = datetime.datetime(2020, 3, 1, 8, tzinfo=datetime.UTC)
INVOICE, CONTEXT = build(special())


def entry(status: LedgerStatus) -> LedgerEntry:
    stated = {name: getattr(INVOICE, name) for name in ("number", "code", "date", "total")}
    more = {name: getattr(INVOICE, name) for name in ("amount", "tax", "seller_tax_id")}
    return LedgerEntry.model_validate(
        {"source": "list", "sheet": "1", "row": 2, "status": status, "kind": "增值税专用发票"}
        | {"risk": "正常", "seller_name": INVOICE.seller_name}
        | stated
        | more
    )


def matched(
    store: Store,
    status: LedgerStatus,
    layout: str = "etax-full",
    selected: tuple[bool | None, ...] = (None,),
) -> tuple[str, Invoice]:
    """The id of a kept invoice, and the invoice as it was judged when it was matched against as
    many lists as are said to have it `selected` or not."""
    sha256 = store.originals.put(b"one")
    judged = validate.check(INVOICE, CONTEXT)
    document = Document(
        file="one.pdf", sha256=sha256, seconds=0, status=ReadStatus.OK, invoices=(judged,)
    )
    with store.unit_of_work() as work:
        work.documents.add(document, received_at=NOW, size=1)
    books = []
    for name, ticked in zip("ab", selected, strict=False):
        one = entry(status).model_copy(update={"source": name, "selected": ticked})
        books.append(Book(Ledger(source=name, layout=layout, entries=(one,)), name * 64))
    match_kept(store, books, Options(now=NOW), CONTEXT)
    with store.reading() as work:
        return invoice_id(sha256, 0), work.invoices.of(sha256)[0]


@pytest.mark.parametrize("status", [LedgerStatus.NORMAL, LedgerStatus.RED_FULL])
def test_the_status_decides_on_the_input_tax_of_a_kept_invoice(
    store: Store, status: LedgerStatus
) -> None:
    id_, invoice = matched(store, status)
    with store.reading() as work:
        record = record_of(work, id_)
    assert record is not None
    assert (record.status, record.risk) == (status, "正常")
    known = validate.Context(today=CONTEXT.today, entities=CONTEXT.entities, record=record)
    told = validate.eligibility(invoice, known)
    codes = {reason.code for reason in (*told.needs, *told.blocked_by)}
    assert ("dead" in codes) == (status is LedgerStatus.RED_FULL)
    assert "status" not in codes
    assert ("R-SOR-03" in {one.rule for one in invoice.findings}) == (
        status is LedgerStatus.RED_FULL
    )


@pytest.mark.parametrize(
    ("selected", "fires"), [((None, False), True), ((False, True), False), ((None, None), None)]
)
def test_whether_it_is_selected_may_stand_in_another_list(
    store: Store, selected: tuple[bool | None, ...], fires: bool | None
) -> None:
    id_, invoice = matched(store, LedgerStatus.NORMAL, selected=selected)
    with store.reading() as work:
        record = record_of(work, id_)
    said = {True: "fired", False: "passed", None: "unknown"}
    fired = {one.rule for one in invoice.findings}
    passed = "passed" if "R-SOR-05" in invoice.rules.passed else "unknown"
    assert ("fired" if "R-SOR-05" in fired else passed) == said[fires]
    assert record is not None
    assert record.selected is (None if fires is None else not fires)


def test_a_book_of_another_kind_says_nothing_of_the_status(store: Store) -> None:
    id_, invoice = matched(store, LedgerStatus.VOID, layout="journal")
    with store.reading() as work:
        assert record_of(work, id_) is None
    assert "R-SOR-03" not in {one.rule for one in invoice.findings}


def test_a_policy_is_compared_over_what_the_ledger_said(store: Store) -> None:
    id_, invoice = matched(store, LedgerStatus.RED_FULL)
    with store.reading() as work:
        beside = rejudge.Beside(record=record_of(work, id_))
    after = validate.Policy(
        severity={"R-SOR-03": Severity.WARN}, blacklist=(Listed(name=INVOICE.seller_name),)
    )
    found = rejudge.compare(
        [rejudge.Subject("one.pdf#0", invoice, beside)],
        rejudge.under(validate.Policy(), CONTEXT.today, CONTEXT.entities),
        rejudge.under(after, CONTEXT.today, CONTEXT.entities),
    )
    assert found.changes[0].rules["R-SOR-03"] == (Severity.REJECT, Severity.WARN)
    assert found.changes[0].rules["R-PTY-06"] == (None, Severity.REJECT)
