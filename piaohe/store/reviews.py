"""Reviews of invoices: which are open, who has one at hand, what was decided; and finding them."""

import datetime
import hashlib
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from models.finding import Status
from models.invoice import Invoice
from models.record import Record
from models.text import money, squash
from piaohe.store.invoices import Invoices
from piaohe.store.people_tables import ReviewRow, UploadRow
from piaohe.store.tables import DocumentRow, InvoiceRow
from piaohe.store.values import fen_or_none

S = TypeVar("S", bound="Select[*tuple[Any, ...]]")
Found: TypeAlias = "Row[InvoiceRow, str, datetime.datetime, ReviewRow]"


class State(StrEnum):
    """Where a review stands. checked: accepted by one person, a second has to approve."""

    OPEN = "open"
    CHECKED = "checked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"


class Order(StrEnum):
    """What comes first in the queue: what is blocked and large, large, old."""

    RISK = "risk"
    AMOUNT = "amount"
    AGE = "age"


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


class Wanted(Record):
    """What is looked for. `queue`: only what a person still has to decide; `owner`: only what
    this person handed in; `rule`: with a finding of this rule."""

    queue: bool = False
    status: Status | None = None
    state: State | None = None
    rule: str | None = None
    q: str = ""
    owner: int | None = None


class Line(Record):
    """A line of a list. Money in 分."""

    id: str
    document_sha256: str
    file: str
    received_at: datetime.datetime
    type: str
    form: str | None
    number: str | None
    date: datetime.date | None
    total_fen: int | None
    seller_name: str | None
    buyer_name: str | None
    status: Status
    state: State
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

    def find(
        self, wanted: Wanted, after: tuple[str, str] | None = None, limit: int = 50
    ) -> list[Line]:
        """What is looked for, the latest received first; `after` is the (received_at, id) of the
        last line of the page before."""
        query = _matching(_lines(), wanted)
        if after is not None:
            at = datetime.datetime.fromisoformat(after[0])
            query = query.where(
                or_(
                    DocumentRow.received_at < at,
                    and_(DocumentRow.received_at == at, InvoiceRow.id > after[1]),
                )
            )
        query = query.order_by(DocumentRow.received_at.desc(), InvoiceRow.id).limit(limit)
        return [_line(row) for row in self._session.execute(query)]

    def queue(self, wanted: Wanted, order: Order, offset: int = 0, limit: int = 50) -> list[Line]:
        """What is looked for, in the order it should be done."""
        large = func.coalesce(func.abs(InvoiceRow.total_fen), -1).desc()
        blocked = case((InvoiceRow.status == Status.REJECTED.value, 0), else_=1)
        by: dict[Order, tuple[ColumnElement[object], ...]] = {
            Order.RISK: (blocked, large, DocumentRow.received_at),  # type: ignore[dict-item]
            Order.AMOUNT: (large, DocumentRow.received_at),  # type: ignore[dict-item]
            Order.AGE: (DocumentRow.received_at, large),  # type: ignore[dict-item]
        }
        query = _matching(_lines(), wanted).order_by(*by[order], InvoiceRow.id)
        return [_line(row) for row in self._session.execute(query.offset(offset).limit(limit))]

    def count(self, wanted: Wanted) -> int:
        query = _matching(
            select(func.count())
            .select_from(InvoiceRow)
            .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
            .outerjoin(ReviewRow, ReviewRow.invoice_id == InvoiceRow.id),
            wanted,
        )
        return self._session.scalar(query) or 0

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


_OPEN = or_(
    ReviewRow.state == State.CHECKED.value,
    and_(
        func.coalesce(ReviewRow.state, State.OPEN.value) == State.OPEN.value,
        or_(InvoiceRow.status != Status.ACCEPTED.value, ReviewRow.version > 0),
    ),
)
"""What a person has to decide: what the rules did not accept, and what a person changed."""


def _lines() -> Select[InvoiceRow, str, datetime.datetime, ReviewRow]:
    return (
        select(InvoiceRow, DocumentRow.file, DocumentRow.received_at, ReviewRow)
        .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
        .outerjoin(ReviewRow, ReviewRow.invoice_id == InvoiceRow.id)
    )


def _matching(query: S, wanted: Wanted) -> S:
    if wanted.queue:
        query = query.where(_OPEN)
    if wanted.status is not None:
        query = query.where(InvoiceRow.status == wanted.status.value)
    if wanted.state is not None:
        state = func.coalesce(ReviewRow.state, State.OPEN.value)
        query = query.where(state == wanted.state.value)
    if wanted.rule:
        query = query.where(InvoiceRow.record.contains(f'"rule":"{wanted.rule}"', autoescape=True))
    if wanted.owner is not None:
        own = select(UploadRow.sha256).where(UploadRow.person_id == wanted.owner)
        query = query.where(InvoiceRow.document_sha256.in_(own))
    if wanted.q.strip():
        query = query.where(_said(wanted.q))
    return query


def _said(q: str) -> ColumnElement[bool]:
    """With these words in a number or a name, or of this amount."""
    told = []
    for word in q.split()[:5]:
        text = squash(word)[:100]
        columns = (
            InvoiceRow.number,
            InvoiceRow.code,
            InvoiceRow.seller_name,
            InvoiceRow.buyer_name,
            InvoiceRow.seller_tax_id,
            InvoiceRow.buyer_tax_id,
        )
        either = [column.icontains(text, autoescape=True) for column in columns]
        fen = fen_or_none(money(text))
        if fen is not None:
            either += [InvoiceRow.total_fen == fen, InvoiceRow.amount_fen == fen]
        told.append(or_(*either))
    return and_(*told)


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


def _line(found: Found) -> Line:
    row, file, received_at, review = found
    return Line(
        id=row.id,
        document_sha256=row.document_sha256,
        file=file,
        received_at=received_at,
        type=row.type,
        form=row.form,
        number=row.number,
        date=row.date,
        total_fen=row.total_fen,
        seller_name=row.seller_name,
        buyer_name=row.buyer_name,
        status=Status(row.status),
        state=State(review.state) if review else State.OPEN,
        holder_id=review.holder_id if review else None,
        held_until=review.held_until if review else None,
    )
