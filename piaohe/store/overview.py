"""What the overview is made of: the kept invoices added up by the database, one walk each.

An invoice is kept in one of three ways (`Way`): it counts; it is one more copy or shape of one
that counts; or it is refused: rejected, returned, or blocked by a rule and not accepted by a
person. All three are given apart, so that what a list finds always adds up to what is said here.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from models.duplicate import Relation
from models.finding import Status
from piaohe.store import departments
from piaohe.store.claims import Paper, Stage
from piaohe.store.tables import EventRow, LinkRow
from piaohe.store.tables.claims import ClaimPaperRow, SheetRow
from piaohe.store.tables.people import AuditRow, ReviewRow, UploadRow
from piaohe.store.tables.review import TwinWordRow
from piaohe.store.tables.search import SearchRow
from piaohe.store.wanted import State

_COPIES = (Relation.SAME_INVOICE.value, Relation.RENDITION.value)
_Rows: TypeAlias = Select[*tuple[Any, ...]]
_CLAIMED = frozenset(Stage) - {Stage.DRAFT, Stage.RETURNED, Stage.WITHDRAWN}
_PORTION = 5000


class Way(StrEnum):
    """How an invoice counts."""

    COUNTED = "counted"
    COPY = "copy"
    REFUSED = "refused"


class Fact(NamedTuple):
    """Invoices that have all of this in common. `month` is that of the invoice's date ("2026-09"),
    None where it has none; `alone`: the rules found nothing and no person changed it. Money in 分.
    """

    month: str | None
    buyer: str | None
    category: str | None
    way: str
    match: str
    cause: str | None
    alone: bool
    number: int
    fen: int


class Part(NamedTuple):
    """Invoices of a month with one buyer by something else: a seller, a department."""

    month: str | None
    buyer: str | None
    name: str | None
    way: str
    number: int
    fen: int


class Done(NamedTuple):
    """An invoice a person decided on: when it came and when that was."""

    buyer: str | None
    received_at: datetime.datetime
    decided_at: datetime.datetime


class Waiting(NamedTuple):
    """Invoices that wait for a person: how many bounds of age they have passed, and who handed
    them in (None where nobody did: they came by a folder)."""

    buyer: str | None
    passed: int
    person_id: int | None
    number: int
    fen: int


class Overview:
    """Reads only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def size(self) -> int:
        """About how many invoices there are: the place of the latest."""
        return self._session.scalar(select(func.max(SearchRow.id))) or 0

    def mark(self) -> tuple[int, ...]:
        """Changes with whatever is kept, decided or matched; costs nothing."""
        columns = (EventRow.id, AuditRow.id, SearchRow.id)
        return tuple(self._session.scalar(select(func.max(one))) or 0 for one in columns)

    def facts(self) -> Iterator[Fact]:
        """Everything by month, buyer, category and how it stands to the ledger."""
        row, copies = SearchRow, _copies()
        clean = and_(row.status == Status.ACCEPTED.value, row.state == State.OPEN.value)
        parts: list[ColumnElement[Any]] = [
            row.category.label("category"),
            _way(copies).label("way"),
            row.match_state.label("match"),
            row.match_cause.label("cause"),
            case((and_(clean, row.queue == 0), 1), else_=0).label("alone"),
        ]
        query = select(*self._first(), *parts, _fen().label("fen"))
        for found in self._added(query.outerjoin(copies, copies.c.id == row.invoice_id)):
            *same, alone, number, fen = found
            yield Fact._make((*same, bool(alone), number, int(fen)))

    def sellers(self) -> Iterator[Part]:
        """By month, buyer and seller."""
        copies = _copies()
        query = select(*self._first(), SearchRow.seller_name.label("name"))
        query = query.add_columns(_way(copies).label("way"), _fen().label("fen"))
        yield from self._parts(query.outerjoin(copies, copies.c.id == SearchRow.invoice_id))

    def departments(self) -> Iterator[Part]:
        """By month, buyer and department; nothing where no invoice has one."""
        copies = _copies()
        claims, arrivals = (one.subquery() for one in departments.told(self._dialect))
        has_any = select(or_(exists(select(claims)), exists(select(arrivals))))
        if not self._session.scalar(has_any):
            return
        name = func.coalesce(claims.c.name, arrivals.c.name)
        query = select(*self._first(), name.label("name"))
        query = query.add_columns(_way(copies).label("way"), _fen().label("fen"))
        query = query.outerjoin(copies, copies.c.id == SearchRow.invoice_id)
        query = query.outerjoin(claims, claims.c.invoice_id == SearchRow.invoice_id)
        query = query.outerjoin(arrivals, arrivals.c.sha256 == SearchRow.document_sha256)
        yield from self._parts(query)

    def opened(self) -> Iterator[tuple[str | None, str | None, int]]:
        """Those of `Fact.alone` that a person had at hand all the same: month, buyer, count."""
        query = (
            select(*self._first(), literal(0).label("fen"))
            .join(ReviewRow, ReviewRow.invoice_id == SearchRow.invoice_id)
            .where(
                SearchRow.status == Status.ACCEPTED.value,
                SearchRow.state == State.OPEN.value,
                SearchRow.queue == 0,
            )
        )
        for month, buyer, number, _ in self._added(query):
            yield month, buyer, number

    def done(self, since: datetime.datetime) -> Iterator[Done]:
        """What persons decided since a moment."""
        query = (
            select(SearchRow.buyer_name, SearchRow.received_at, ReviewRow.decided_at)
            .join(ReviewRow, ReviewRow.invoice_id == SearchRow.invoice_id)
            .where(ReviewRow.decided_at >= since)
        )
        for row in self._rows(query):
            yield Done(*row)

    def waiting(self, bounds: list[datetime.datetime]) -> Iterator[Waiting]:
        """The queue by age: `bounds` from the youngest to the oldest moment."""
        row = SearchRow
        passed = sum((case((row.received_at < at, 1), else_=0) for at in bounds), literal(0))
        by = (
            select(UploadRow.sha256, func.min(UploadRow.person_id).label("person"))
            .group_by(UploadRow.sha256)
            .subquery()
        )
        query = (
            select(
                row.buyer_name.label("buyer"),
                passed.label("passed"),
                by.c.person.label("person"),
                _fen().label("fen"),
            )
            .outerjoin(by, by.c.sha256 == row.document_sha256)
            .where(row.queue == 1)
        )
        for found in self._added(query):
            *same, fen = found
            yield Waiting._make((*same, int(fen)))

    def foreign(
        self, since: datetime.datetime, until: datetime.datetime
    ) -> list[tuple[str, Decimal]]:
        """What claims handed in between state as paid in other currencies: currency, sum."""
        query = (
            select(ClaimPaperRow.record)
            .join(SheetRow, SheetRow.id == ClaimPaperRow.claim_id)
            .where(
                SheetRow.submitted_at >= since,
                SheetRow.submitted_at < until,
                SheetRow.state.in_([one.value for one in _CLAIMED]),
                ~ClaimPaperRow.record.contains('"currency":"CNY"'),
            )
        )
        found: dict[str, Decimal] = defaultdict(Decimal)
        for record in self._session.scalars(query):
            paper = Paper.model_validate_json(record)
            if paper.paid is not None and paper.currency != "CNY":
                found[paper.currency] += paper.paid
        return sorted(found.items())

    @property
    def _dialect(self) -> str:
        return self._session.get_bind().dialect.name

    def _first(self) -> list[ColumnElement[Any]]:
        """The month and the buyer."""
        if self._dialect == "sqlite":
            # a day is kept as text, and a part of that costs a tenth of asking for its month
            month: ColumnElement[Any] = func.substr(cast(SearchRow.date, String), 1, 7)
        else:
            month = func.to_char(SearchRow.date, "YYYY-MM")
        return [month.label("month"), SearchRow.buyer_name.label("buyer")]

    def _added(self, query: _Rows) -> Iterator[Any]:
        """Rows that agree in all but `fen`, counted, with what they come to."""
        each = query.subquery()
        same = [column for column in each.c if column.name != "fen"]
        yield from self._rows(select(*same, func.count(), func.sum(each.c.fen)).group_by(*same))

    def _parts(self, query: _Rows) -> Iterator[Part]:
        for found in self._added(query):
            *same, fen = found
            yield Part._make((*same, int(fen)))

    def _rows(self, query: _Rows) -> Iterator[Any]:
        """A portion at a time."""
        result = self._session.execute(query, execution_options={"yield_per": _PORTION})
        for portion in result.partitions(_PORTION):
            yield from portion


def _fen() -> ColumnElement[int]:
    return func.coalesce(SearchRow.total_fen, 0)


def _refused(row: Any) -> ColumnElement[bool]:
    undecided = row.state.in_([State.OPEN.value, State.CHECKED.value])
    blocked = and_(row.status == Status.REJECTED.value, undecided)
    gone = [State.REJECTED.value, State.RETURNED.value, State.MERGED.value]
    return or_(row.state.in_(gone), blocked)


def _way(copies: FromClause) -> ColumnElement[str]:
    return case(
        (_refused(SearchRow), Way.REFUSED.value),
        (copies.c.id.is_not(None), Way.COPY.value),
        else_=Way.COUNTED.value,
    )


def _copies() -> FromClause:
    """The ids of invoices that are one more of another that is not refused. What a person said of
    two is what holds, else what was found."""
    own = LinkRow.document_sha256.concat("-").concat(cast(LinkRow.idx, String))
    other = LinkRow.other_sha256.concat("-").concat(cast(LinkRow.other_idx, String))
    first, word = aliased(SearchRow), TwinWordRow
    said = exists().where(
        or_(
            and_(word.invoice_id == own, word.other_id == other),
            and_(word.invoice_id == other, word.other_id == own),
        )
    )
    found = (
        select(own.label("id"))
        .join(first, first.invoice_id == other)
        .where(LinkRow.relation.in_(_COPIES), ~said, ~_refused(first))
    )
    told = (
        select(word.invoice_id.label("id"))
        .join(first, first.invoice_id == word.other_id)
        .where(word.said == "same", ~_refused(first))
    )
    return union(found, told).subquery()
