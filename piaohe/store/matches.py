"""The latest verdicts of matching."""

import datetime
from collections import Counter
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models.match import Match, Side
from piaohe.store.events import Event, Events, What
from piaohe.store.tables import MatchRow
from piaohe.store.values import clean_text, storable

_Place = tuple[str, str, int]


class _Verdict(NamedTuple):
    state: str
    cause: str | None
    record: str
    decided_at: datetime.datetime


class Matches:
    """One verdict for each invoice, and for each ledger entry no invoice accounts for."""

    def __init__(self, session: Session, events: Events) -> None:
        self._session = session
        self._events = events

    def replace(self, matches: list[Match], decided_at: datetime.datetime) -> int:
        """Make these the verdicts; earlier ones that are not among them are gone.

        A verdict that says what it said before keeps the time it was first decided. The audit
        gets what changed: `match.decided` for a new verdict or another state or cause,
        `match.withdrawn` for one that is gone. Gives how many changed.
        """
        before = self._verdicts()
        rows: list[dict[str, object]] = []
        events: list[Event] = []
        changed = 0
        for position, (place, given) in enumerate(_placed(matches)):
            match, record = storable(given)
            old = before.pop(place, None)
            at = old.decided_at if old and old.record == record else decided_at
            changed += not old or old.record != record
            if not old or (old.state, old.cause) != (match.state.value, match.cause):
                events.append(_decided(match, decided_at))
            rows.append(_columns(place, match, record) | {"position": position, "decided_at": at})
        events += [
            Event(at=decided_at, what=What.MATCH_WITHDRAWN, subject=key, details={"side": side})
            for side, key, _ in before
        ]
        self._session.execute(delete(MatchRow))
        if rows:
            self._session.execute(insert(MatchRow), rows)
        self._events.add_all(events)
        return changed + len(before)

    def _verdicts(self) -> dict[_Place, _Verdict]:
        rows = self._session.execute(
            select(
                MatchRow.side,
                MatchRow.key,
                MatchRow.copy,
                MatchRow.state,
                MatchRow.cause,
                MatchRow.record,
                MatchRow.decided_at,
            )
        )
        return {
            (side, key, copy): _Verdict(state, cause, record, decided_at)
            for side, key, copy, state, cause, record, decided_at in rows
        }

    def all(self) -> list[Match]:
        """The verdicts in the order they were given."""
        records = self._session.scalars(select(MatchRow.record).order_by(MatchRow.position))
        return [Match.model_validate_json(record) for record in records]

    def find(self, side: Side, key: str) -> list[Match]:
        """The verdicts on one invoice key or ledger entry key; several where copies exist."""
        records = self._session.scalars(
            select(MatchRow.record)
            .where(MatchRow.side == side.value, MatchRow.key == key)
            .order_by(MatchRow.copy)
        )
        return [Match.model_validate_json(record) for record in records]


def _placed(matches: list[Match]) -> list[tuple[_Place, Match]]:
    """Each verdict with its place: side, key and which of those with the same side and key."""
    counts: Counter[tuple[str, str]] = Counter()
    placed: list[tuple[_Place, Match]] = []
    for match in matches:
        side_key = (match.side.value, clean_text(match.key))
        placed.append(((*side_key, counts[side_key]), match))
        counts[side_key] += 1
    return placed


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
