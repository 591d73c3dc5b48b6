"""The latest verdicts of matching."""

import datetime
import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from models.match import Match, Side
from piaohe.store import indexing
from piaohe.store.events import Event, Events, What
from piaohe.store.invoices import ORDER
from piaohe.store.lean import LeanInvoice, lean_of_row
from piaohe.store.tables import DocumentRow, EventRow, InvoiceRow, MatchRow
from piaohe.store.tables.people import AuditRow
from piaohe.store.tables.said import MatchBookRow
from piaohe.store.values import clean_text, storable

_Place = tuple[str, str, int]
_PORTION = 500
_FIRST = (Side.INVOICE.value, 0)
_LATER = 2**31 - 1
"""The position of a verdict that came by itself: behind all that were given together. To look for
the last one would go through all of them."""
_MATTERS = [
    what.value
    for what in What
    if what.value.startswith(("invoice.", "ledger.", "match."))
    or what in (What.DOCUMENT_KEPT, What.DOCUMENT_REPLACED)
]


class _Verdict(NamedTuple):
    state: str
    cause: str | None
    record: str
    decided_at: datetime.datetime
    position: int


class _Said(NamedTuple):
    state: str
    cause: str | None
    digest: bytes
    decided_at: datetime.datetime


class Matches:
    """One verdict for each invoice, and for each ledger entry no invoice accounts for."""

    def __init__(self, session: Session, events: Events) -> None:
        self._session = session
        self._events = events

    def replace(self, matches: Iterable[Match], decided_at: datetime.datetime) -> int:
        """Make these the verdicts; earlier ones that are not among them are gone. They are taken
        in portions, for more of them than memory should hold.

        A verdict that says what it said before keeps the time it was first decided. The audit
        gets what changed: `match.decided` for a new verdict or another state or cause,
        `match.withdrawn` for one that is gone. Gives how many changed.
        """
        before = self._said_before()
        self._session.execute(delete(MatchRow))
        changed = 0
        placed = enumerate(_placed(matches))
        while portion := list(islice(placed, _PORTION)):
            rows: list[dict[str, object]] = []
            events: list[Event] = []
            found: dict[str, tuple[str, str | None]] = {}
            for position, (place, given) in portion:
                match, record = storable(given)
                old = before.pop(place, None)
                is_same = old is not None and old.digest == _digest(record)
                at = old.decided_at if old and is_same else decided_at
                changed += not is_same
                if not old or (old.state, old.cause) != (match.state.value, match.cause):
                    events.append(_decided(match, decided_at))
                    found |= _listed(place, match)
                columns = _columns(place, match, record)
                rows.append(columns | {"position": position, "decided_at": at})
            self._session.execute(insert(MatchRow), rows)
            self._events.add_all(events)
            indexing.matched(self._session, found)
        self._events.add_all(
            [
                Event(at=decided_at, what=What.MATCH_WITHDRAWN, subject=key, details={"side": side})
                for side, key, _ in before
            ]
        )
        indexing.matched(self._session, _unlisted(before))
        return changed + len(before)

    def _said_before(self) -> dict[_Place, _Said]:
        """What all verdicts said, without holding them."""
        query = select(
            MatchRow.side,
            MatchRow.key,
            MatchRow.copy,
            MatchRow.state,
            MatchRow.cause,
            MatchRow.record,
            MatchRow.decided_at,
        ).execution_options(yield_per=_PORTION)
        return {
            (sys.intern(side), key, copy): _Said(
                sys.intern(state), sys.intern(cause) if cause else cause, _digest(record), at
            )
            for side, key, copy, state, cause, record, at in self._session.execute(query)
        }

    def amend(
        self,
        matches: Sequence[Match],
        gone: Iterable[tuple[Side, str]],
        decided_at: datetime.datetime,
    ) -> int:
        """Put these in the place of the verdicts on the same side and key, take away those that
        are `gone`, and leave all others. Times and audit as with `replace`."""
        touched = {(match.side.value, clean_text(match.key)) for match in matches}
        touched |= {(side.value, clean_text(key)) for side, key in gone}
        before = self._verdicts(touched)
        rows: list[dict[str, object]] = []
        events: list[Event] = []
        found: dict[str, tuple[str, str | None]] = {}
        changed = 0
        for place, given in _placed(matches):
            match, record = storable(given)
            old = before.pop(place, None)
            if old and old.record == record:
                touched.discard(place[:2])
                continue
            changed += 1
            if not old or (old.state, old.cause) != (match.state.value, match.cause):
                events.append(_decided(match, decided_at))
                found |= _listed(place, match)
            position = old.position if old else _LATER
            columns = _columns(place, match, record)
            rows.append(columns | {"position": position, "decided_at": decided_at})
        events += [
            Event(at=decided_at, what=What.MATCH_WITHDRAWN, subject=key, details={"side": side})
            for side, key, _ in before
        ]
        self._delete(touched)
        if rows:
            self._session.execute(insert(MatchRow), rows)
        self._events.add_all(events)
        indexing.matched(self._session, _unlisted(before) | found)
        return changed + len(before)

    def _delete(self, touched: Iterable[tuple[str, str]]) -> None:
        for side, keys in _by_side(touched):
            self._session.execute(
                delete(MatchRow).where(MatchRow.side == side, MatchRow.key.in_(keys))
            )

    def of(self, side: Side, keys: Iterable[str]) -> dict[str, Match]:
        """The verdicts on these keys, of copies the first."""
        found: dict[str, Match] = {}
        wanted = {clean_text(key): key for key in keys}
        for _, portion in _by_side((side.value, key) for key in wanted):
            query = (
                select(MatchRow.key, MatchRow.record)
                .where(MatchRow.side == side.value, MatchRow.key.in_(portion))
                .order_by(MatchRow.copy.desc())
            )
            for key, record in self._session.execute(query):
                found[wanted.get(key, key)] = Match.model_validate_json(record)
        return found

    def keys(self, side: Side) -> set[str]:
        """The keys there are verdicts on."""
        return set(self._session.scalars(select(MatchRow.key).where(MatchRow.side == side.value)))

    def invoices(self) -> Iterator[LeanInvoice]:
        """Every kept invoice in the order of `Invoices.iterate`, in portions."""
        query = (
            select(
                InvoiceRow.document_sha256,
                DocumentRow.file,
                InvoiceRow.idx,
                InvoiceRow.key,
                InvoiceRow.record,
            )
            .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
            .order_by(*ORDER)
            .execution_options(yield_per=_PORTION)
        )
        for sha256, file, idx, key, record in self._session.execute(query):
            yield lean_of_row((sha256, file, idx), key, record)

    def rest_on(self, books: Mapping[str, str]) -> None:
        """Remember the snapshots the verdicts rest on: SHA-256 -> what is said of each."""
        self._session.execute(delete(MatchBookRow))
        rows = [{"sha256": sha256, "said": clean_text(said)} for sha256, said in books.items()]
        if rows:
            self._session.execute(insert(MatchBookRow), rows)

    def rests_on(self) -> dict[str, str]:
        """The snapshots the verdicts rest on, as `rest_on` was told."""
        return {row.sha256: row.said for row in self._session.scalars(select(MatchBookRow))}

    def mark(self) -> tuple[int, int]:
        """A mark for `is_overtaken`; taken while nobody changes anything (`Store.settled`)."""
        ids = (select(func.max(EventRow.id)), select(func.max(AuditRow.id)))
        events, audits = (self._session.scalar(query) or 0 for query in ids)
        return events, audits

    def is_overtaken(self, mark: tuple[int, int]) -> bool:
        """Whether anything that matching rests on, or a verdict, changed since the mark."""
        events, audits = mark
        changed = (
            select(EventRow.id).where(EventRow.id > events, EventRow.what.in_(_MATTERS)),
            select(AuditRow.id).where(AuditRow.id > audits, AuditRow.what.startswith("invoice.")),
        )
        return any(self._session.scalar(query.limit(1)) is not None for query in changed)

    def _verdicts(self, touched: Iterable[tuple[str, str]]) -> dict[_Place, _Verdict]:
        """The verdicts on these sides and keys."""
        query = select(
            MatchRow.side,
            MatchRow.key,
            MatchRow.copy,
            MatchRow.state,
            MatchRow.cause,
            MatchRow.record,
            MatchRow.decided_at,
            MatchRow.position,
        )
        queries = [
            query.where(MatchRow.side == side, MatchRow.key.in_(keys))
            for side, keys in _by_side(touched)
        ]
        return {
            (row.side, row.key, row.copy): _Verdict(
                row.state, row.cause, row.record, row.decided_at, row.position
            )
            for each in queries
            for row in self._session.execute(each)
        }

    def all(self) -> list[Match]:
        """The verdicts in the order they were given together; what came since by side and key."""
        order = (MatchRow.position, MatchRow.side, MatchRow.key, MatchRow.copy)
        records = self._session.scalars(select(MatchRow.record).order_by(*order))
        return [Match.model_validate_json(record) for record in records]

    def find(self, side: Side, key: str) -> list[Match]:
        """The verdicts on one invoice key or ledger entry key; several where copies exist."""
        records = self._session.scalars(
            select(MatchRow.record)
            .where(MatchRow.side == side.value, MatchRow.key == key)
            .order_by(MatchRow.copy)
        )
        return [Match.model_validate_json(record) for record in records]


def _by_side(touched: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Sides and keys in portions for one question each."""
    sides: dict[str, list[str]] = {}
    for side, key in touched:
        sides.setdefault(side, []).append(key)
    for side, keys in sides.items():
        for at in range(0, len(keys), _PORTION):
            yield side, keys[at : at + _PORTION]


def _digest(record: str) -> bytes:
    return hashlib.blake2b(record.encode(), digest_size=16).digest()


def _placed(matches: Iterable[Match]) -> Iterator[tuple[_Place, Match]]:
    """Each verdict with its place: side, key and which of those with the same side and key."""
    counts: Counter[tuple[str, str]] = Counter()
    for match in matches:
        side_key = (match.side.value, clean_text(match.key))
        yield (*side_key, counts[side_key]), match
        counts[side_key] += 1


def _listed(place: _Place, match: Match) -> dict[str, tuple[str, str | None]]:
    """What lists show of a verdict: state and cause by the invoice's key."""
    side, key, copy = place
    return {key: (match.state.value, match.cause)} if (side, copy) == _FIRST else {}


def _unlisted(gone: Iterable[_Place]) -> dict[str, tuple[str, str | None]]:
    return {key: ("", None) for side, key, copy in gone if (side, copy) == _FIRST}


def _decided(match: Match, at: datetime.datetime) -> Event:
    details = {"side": match.side.value, "state": match.state.value, "cause": match.cause}
    return Event(at=at, what=What.MATCH_DECIDED, subject=match.key, details=details)


def _columns(place: _Place, match: Match, record: str) -> dict[str, object]:
    side, key, copy = place
    return {
        "side": side,
        "key": key,
        "copy": copy,
        "state": match.state.value,
        "cause": match.cause,
        "record": record,
    }
