"""What happened, read from where it was written down: the events and the audit together.

Rows of both are added in the transaction of what they tell. Writers that run side by side may
commit in another order than that of their ids: who moves a place does so in a unit of work of its
own, or with `Store.settled`, and then misses nothing.
"""

import datetime
import heapq
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.record import Record
from piaohe.store.tables import EventRow
from piaohe.store.tables.claims import SheetRow
from piaohe.store.tables.people import AuditRow, UploadRow

FAMILIES = ("document.", "invoice.", "claim.", "match.", "ledger.", "alert.")
"""How the names begin of what others are told; people and sessions are not among it."""
_INVOICE = re.compile(r"([0-9a-f]{64})[-#]([0-9]{1,6})")
_ASKED = 500
_T = TypeVar("_T")


class Place(NamedTuple):
    """How far somebody has read: the last event and the last line of the audit."""

    event: int
    audit: int

    def __str__(self) -> str:
        return f"{self.event}-{self.audit}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """What `str` wrote; None for anything else."""
        found = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", text, re.ASCII)
        return cls(int(found[1]), int(found[2])) if found else None


class Happening(Record):
    """Something happened. `subject` as it was written down; `document`, `invoice` and `claim` are
    ids where it is about one. `place` is where to read on."""

    place: tuple[int, int]
    kind: str
    at: datetime.datetime
    subject: str
    document: str | None = None
    invoice: str | None = None
    claim: int | None = None


class Owners(NamedTuple):
    """Whose the documents and claims are: a claim that was not handed in is in `drafts` and its
    maker's, one that was is also theirs whom it is for."""

    documents: dict[str, set[int]]
    claims: dict[int, set[int]]
    drafts: set[int]


class Feed:
    """Reads on from a place."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def end(self) -> Place:
        """Where everything is read."""
        event = self._session.scalar(select(func.max(EventRow.id)))
        audit = self._session.scalar(select(func.max(AuditRow.id)))
        return Place(event or 0, audit or 0)

    def more(self, place: Place) -> bool:
        """Whether something was written down after a place."""
        end = self.end()
        return end.event > place.event or end.audit > place.audit

    def after(self, place: Place, limit: int = 500) -> tuple[list[Happening], Place]:
        """What happened after a place, in order, and where to read on. `limit` rows are looked at
        at most, and not all of them are for others: nothing found is not the end."""
        events = self._session.execute(
            select(EventRow.at, EventRow.id, EventRow.what, EventRow.subject)
            .where(EventRow.id > place.event)
            .order_by(EventRow.id)
            .limit(limit)
        ).all()
        audits = self._session.execute(
            select(AuditRow.at, AuditRow.id, AuditRow.what, AuditRow.subject)
            .where(AuditRow.id > place.audit)
            .order_by(AuditRow.id)
            .limit(limit)
        ).all()
        found = []
        both = (
            ((at, 0, id_, what, subject) for at, id_, what, subject in events),
            ((at, 1, id_, what, subject) for at, id_, what, subject in audits),
        )
        # each keeps its own order, whatever the clocks said
        merged = heapq.merge(*both, key=lambda row: row[0])
        for _, (at, table, id_, what, subject) in zip(range(limit), merged, strict=False):
            place = Place(place.event, id_) if table else Place(id_, place.audit)
            if what.startswith(FAMILIES):
                found.append(_happening(place, what, at, subject))
        return found, place

    def owners(self, happenings: Iterable[Happening]) -> Owners:
        """Whose the documents and claims are that something happened to."""
        told = list(happenings)
        documents: dict[str, set[int]] = {}
        for part in _portions({one.document for one in told if one.document}):
            query = select(UploadRow.sha256, UploadRow.person_id).where(UploadRow.sha256.in_(part))
            for sha256, person in self._session.execute(query):
                documents.setdefault(sha256, set()).add(person)
        claims: dict[int, set[int]] = {}
        drafts: set[int] = set()
        for numbers in _portions({one.claim for one in told if one.claim is not None}):
            sheets = select(SheetRow.id, SheetRow.person_id, SheetRow.for_id, SheetRow.submitted_at)
            for id_, maker, theirs, submitted in self._session.execute(
                sheets.where(SheetRow.id.in_(numbers))
            ):
                claims[id_] = {maker}
                if submitted is None:
                    drafts.add(id_)
                elif theirs is not None:
                    claims[id_].add(theirs)
        return Owners(documents, claims, drafts)


def _happening(place: Place, kind: str, at: datetime.datetime, subject: str) -> Happening:
    document = invoice = None
    claim = None
    if found := _INVOICE.fullmatch(subject):
        document, invoice = found[1], f"{found[1]}-{found[2]}"
    elif re.fullmatch("[0-9a-f]{64}", subject):
        document = subject
    elif number := re.fullmatch("claim:([0-9]{1,18})", subject, re.ASCII):
        claim = int(number[1])
    return Happening(
        place=tuple(place),
        kind=kind,
        at=at,
        subject=subject,
        document=document,
        invoice=invoice,
        claim=claim,
    )


def _portions(every: Collection[_T]) -> Iterable[list[_T]]:
    rows = list(every)
    return (rows[at : at + _ASKED] for at in range(0, len(rows), _ASKED))
