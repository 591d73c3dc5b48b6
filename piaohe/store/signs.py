"""What those who watch want to know of all documents: counts and shares, never contents."""

import datetime
import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.match import Match, MatchState, Side
from models.record import Record
from piaohe.store.events import What
from piaohe.store.tables import DocumentRow, EventRow, ImportRow, InvoiceRow, MatchRow
from piaohe.store.tables.people import ReviewRow

_PORTION = 500
_ENDS = (What.DOCUMENT_DECIDED.value, What.DOCUMENT_GIVEN_UP.value)


class Sign(Record):
    """An event as far as it is counted. `details` are those of the audit."""

    id: int
    at: datetime.datetime
    what: str
    subject: str
    details: dict[str, str | int | None]


class Signs:
    """Reads only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def after(self, event: int, limit: int) -> list[Sign]:
        """Events after that one, in order."""
        query = select(EventRow).where(EventRow.id > event).order_by(EventRow.id).limit(limit)
        return [_sign(row) for row in self._session.scalars(query)]

    def ends(self, limit: int) -> list[Sign]:
        """How the last documents ended, the latest first: decided or given up.

        Looks at no more than ten times as many events.
        """
        newest = self._session.scalar(select(func.max(EventRow.id))) or 0
        query = (
            select(EventRow)
            .where(EventRow.id > newest - 10 * limit, EventRow.what.in_(_ENDS))
            .order_by(EventRow.id.desc())
            .limit(limit)
        )
        return [_sign(row) for row in self._session.scalars(query)]

    def findings(self, invoices: Sequence[str]) -> Counter[str]:
        """How often each rule fired on these invoices, by their ids."""
        found: Counter[str] = Counter()
        for start in range(0, len(invoices), _PORTION):
            ids = invoices[start : start + _PORTION]
            query = select(InvoiceRow.record).where(InvoiceRow.id.in_(ids))
            for record in self._session.scalars(query):
                rules = [each["rule"] for each in json.loads(record).get("findings", ())]
                found.update(rules)
        return found

    def corrected(self, last: int) -> tuple[int, int, int, int]:
        """Of the last reviews that were decided, how many persons had corrected, and of how many;
        and the same of as many before those."""
        rows = self._session.scalars(
            select(ReviewRow.corrected_id)
            .where(ReviewRow.decided_at.is_not(None))
            .order_by(ReviewRow.decided_at.desc(), ReviewRow.invoice_id)
            .limit(2 * last)
        ).all()
        # a corrected one has the number of who corrected it
        recent, before = rows[:last], rows[last:]
        return (
            sum(each is not None for each in recent),
            len(recent),
            sum(each is not None for each in before),
            len(before),
        )

    def matches(self) -> dict[str, int]:
        return self._grouped(MatchRow.state)

    def documents(self) -> dict[str, int]:
        return self._grouped(DocumentRow.status)

    def invoices(self) -> dict[str, int]:
        return self._grouped(InvoiceRow.status)

    def sources(self) -> list[str]:
        """Every source that was ever imported."""
        return list(self._session.scalars(select(ImportRow.source).distinct().order_by("source")))

    def newest_snapshot(self) -> str:
        """A text that changes with every import and whenever one is accepted; "" before any."""
        query = select(func.max(ImportRow.id), func.max(ImportRow.accepted_at))
        number, accepted = self._session.execute(query).one()
        return f"{number} {accepted or ''}".strip() if number else ""

    def worth_asking(self, at: datetime.datetime, limit: int) -> list[str]:
        """Keys of invoices whose verdict says to ask again, and by now it is time."""
        query = (
            select(MatchRow.record)
            .where(
                MatchRow.side == Side.INVOICE.value,
                MatchRow.cause.is_not(None),
                MatchRow.state != MatchState.EXACT.value,
                MatchRow.record.like('%"retry_after":"%'),
            )
            .order_by(MatchRow.position)
        )
        found: list[str] = []
        for record in self._session.scalars(query.execution_options(yield_per=_PORTION)):
            match = Match.model_validate_json(record)
            if match.retry_after is not None and match.retry_after <= at:
                found.append(match.key)
            if len(found) >= limit:
                break
        return found

    def contents(self, first: str, last: str, limit: int) -> list[str]:
        """The SHA-256 of kept documents from `first` on and before `last`, in order."""
        query = (
            select(DocumentRow.sha256)
            .where(DocumentRow.sha256 >= first, DocumentRow.sha256 < last)
            .order_by(DocumentRow.sha256)
            .limit(limit)
        )
        return list(self._session.scalars(query))

    def received_before(
        self, at: datetime.datetime, after: str, limit: int, *, with_invoices: bool
    ) -> list[str]:
        """The SHA-256 of documents received before `at`, beyond `after`, in order: those that
        hold an invoice, or those that hold none."""
        holds = select(InvoiceRow.id).where(InvoiceRow.document_sha256 == DocumentRow.sha256)
        query = (
            select(DocumentRow.sha256)
            .where(
                DocumentRow.received_at < at,
                DocumentRow.sha256 > after,
                holds.exists() if with_invoices else ~holds.exists(),
            )
            .order_by(DocumentRow.sha256)
            .limit(limit)
        )
        return list(self._session.scalars(query))

    def _grouped(self, column: InstrumentedAttribute[str]) -> dict[str, int]:
        query = select(column, func.count()).group_by(column)
        return {row[0]: row[1] for row in self._session.execute(query)}


def _sign(row: EventRow) -> Sign:
    details = json.loads(row.details)
    return Sign(id=row.id, at=row.at, what=row.what, subject=row.subject, details=details)
