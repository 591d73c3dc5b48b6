"""Reviews of invoices: which are open, who has one at hand, what was decided; and finding them."""

import datetime
import hashlib

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.invoice import Invoice
from models.record import Record
from piaohe.store import indexing
from piaohe.store.invoices import Invoices
from piaohe.store.tables import DocumentRow, InvoiceRow
from piaohe.store.tables.people import ReviewRow
from piaohe.store.wanted import Line, Order, State, Wanted

__all__ = ["Line", "Order", "Review", "Reviews", "State", "Wanted"]


class Review(Record):
    """An invoice under review. `version` is a mark that changes with whatever anybody changes."""

    id: str
    document_sha256: str
    index: int
    file: str
    received_at: datetime.datetime
    invoice: Invoice
    state: State
    count: int
    version: str
    corrected_id: int | None = None
    first_id: int | None = None
    decided_id: int | None = None
    decided_at: datetime.datetime | None = None
    reason: str | None = None
    holder_id: int | None = None
    held_until: datetime.datetime | None = None


class Reviews:
    """The reviews of all kept invoices."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, invoice_id: str) -> Review | None:
        """The invoice with where its review stands."""
        found = self._session.execute(
            select(InvoiceRow, DocumentRow.file, DocumentRow.received_at, ReviewRow)
            .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
            .outerjoin(ReviewRow, ReviewRow.invoice_id == InvoiceRow.id)
            .where(InvoiceRow.id == invoice_id)
        ).first()
        return _review(*found) if found else None

    def hold(self, invoice_id: str, person_id: int, lease: tuple[datetime.datetime, int]) -> bool:
        """Take an invoice in hand, or keep it: from a moment on for so many seconds.

        False while somebody else has it.
        """
        now, seconds = lease
        row = self._row(invoice_id)
        busy = row.holder_id not in (None, person_id) and (row.held_until or now) > now
        if busy:
            return False
        row.holder_id = person_id
        row.held_until = now + datetime.timedelta(seconds=seconds)
        self._session.flush()
        return True

    def release(self, invoice_id: str, person_id: int) -> None:
        """Put it down again; nothing happens where somebody else has it."""
        self._session.execute(
            update(ReviewRow)
            .where(ReviewRow.invoice_id == invoice_id, ReviewRow.holder_id == person_id)
            .values(holder_id=None, held_until=None)
        )

    def decide(self, invoice_id: str, **values: object) -> None:
        """Set columns of the review (state, reason, first_id, ...); its version goes up."""
        row = self._row(invoice_id)
        row.version += 1
        for name, value in values.items():
            setattr(row, name, value)
        self._session.flush()
        indexing.reviewed(self._session, invoice_id, row.state, row.version)

    def correct(self, review: Review, invoice: Invoice, person_id: int) -> None:
        """The invoice as somebody corrected it takes the place of the one there was; whatever was
        accepted of the old one has to be accepted again."""
        kept = Invoices(self._session)
        every = list(kept.of(review.document_sha256))
        every[review.index] = invoice
        kept.set(review.document_sha256, tuple(every))
        self.decide(review.id, state=State.OPEN.value, corrected_id=person_id, first_id=None)

    def _row(self, invoice_id: str) -> ReviewRow:
        row = self._session.get(ReviewRow, invoice_id)
        if row is None:
            row = ReviewRow(invoice_id=invoice_id, state=State.OPEN.value, version=0)
            self._session.add(row)
            self._session.flush()
        return row


def _review(
    row: InvoiceRow, file: str, received_at: datetime.datetime, review: ReviewRow | None
) -> Review:
    count = review.version if review else 0
    mark = hashlib.sha256(f"{count}:{row.record}".encode("utf-8", "backslashreplace"))
    kept = (
        {}
        if review is None
        else {
            name: getattr(review, name)
            for name in (
                "corrected_id",
                "first_id",
                "decided_id",
                "decided_at",
                "reason",
                "holder_id",
                "held_until",
            )
        }
    )
    return Review(
        id=row.id,
        document_sha256=row.document_sha256,
        index=row.idx,
        file=file,
        received_at=received_at,
        invoice=Invoice.model_validate_json(row.record),
        state=State(review.state) if review else State.OPEN,
        count=count,
        version=mark.hexdigest()[:20],
        **kept,
    )
