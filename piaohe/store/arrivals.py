"""Arrivals: the queue of documents, who works on which, and what became of them.

Every change of state goes through `_move`, which knows no way that `piaohe.flow.states` does not
have. A worker that lost its arrival (it slept, it was given up) finds a newer fence and can
change nothing.
"""

import datetime
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from models.errors import ErrorRecord
from piaohe.flow import states
from piaohe.flow.states import Lane, State, Step
from piaohe.store.queued import Arrival, LaneDepth, Slip, SupersededError
from piaohe.store.tables import DocumentRow
from piaohe.store.tables.flow import ArrivalRow, MarkRow
from piaohe.store.values import clean_text, storable

MATCHING = "matching"
_LONGEST_WAIT = datetime.timedelta(days=1)
"""No retry waits longer: one that seems to, waits for a clock that was set back."""


class Arrivals:
    """The queue. An arrival is told by its content and its owner."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # handing in

    def find(self, sha256: str, owner: str) -> Arrival | None:
        """The arrival of this content from this owner, or None."""
        row = self._by_content(sha256, clean_text(owner))
        return _arrival(row) if row else None

    def get(self, arrival: int) -> Arrival | None:
        row = self._session.get(ArrivalRow, arrival)
        return _arrival(row) if row else None

    def owners(self, sha256: str) -> list[str]:
        """Everybody known to have handed in a content, who was first before the others; those
        who took it back are left out."""
        return list(
            self._session.scalars(
                select(ArrivalRow.owner)
                .where(
                    ArrivalRow.sha256 == sha256,
                    ArrivalRow.owner != "",
                    ArrivalRow.state != State.CANCELLED.value,
                )
                .order_by(ArrivalRow.id)
            )
        )

    def depth(self) -> int:
        """How many wait, in all lanes."""
        queued = [state.value for state in states.QUEUED]
        query = select(func.count()).select_from(ArrivalRow).where(ArrivalRow.state.in_(queued))
        return self._session.scalar(query) or 0

    def add(self, sha256: str, slip: Slip, at: datetime.datetime) -> tuple[Arrival, bool]:
        """Put a file into the queue and give (its arrival, whether it is new there).

        What is there already stays as it is, but what was given up or cancelled is tried again.
        A shared unit is `alone_with` its `names` before.
        """
        row = self._by_content(sha256, clean_text(slip.owner))
        if row is not None:
            again = State(row.state) in states.RETRIABLE
            if again:
                self._requeue(row)
            return _arrival(row), again
        added = ArrivalRow(
            sha256=sha256,
            name=clean_text(slip.name),
            owner=clean_text(slip.owner),
            department=clean_text(slip.department),
            batch=clean_text(slip.batch),
            lane=slip.lane.value,
            turn=self._turn(slip.lane, clean_text(slip.owner)),
            received_at=at,
            state=states.START.value,
            attempts=0,
            fence=0,
        )
        self._session.add(added)
        self._session.flush()
        return _arrival(added), True

    @staticmethod
    def names(sha256: str, slip: Slip) -> tuple[str, ...]:
        """What two that hand in must not do at once: the same content, and taking a turn."""
        return content(sha256), f"turn {clean_text(slip.owner)}"

    def _turn(self, lane: Lane, owner: str) -> int:
        """The round in which this owner's next document comes: after those of theirs that wait,
        and not before the round that is going on."""
        waiting = (ArrivalRow.lane == lane.value) & (ArrivalRow.state == State.WAITING.value)
        current = self._session.scalar(select(func.min(ArrivalRow.turn)).where(waiting))
        last = self._session.scalar(
            select(func.max(ArrivalRow.turn)).where(waiting & (ArrivalRow.owner == owner))
        )
        return max(current or 0, last + 1 if last is not None else 0)

    # carrying

    def claimable(self, now: datetime.datetime) -> bool:
        """Whether `claim` would find something; takes no lock."""
        found = select(ArrivalRow.id).where(or_(ArrivalRow.state == State.WAITING.value, _due(now)))
        return self._session.scalar(found.limit(1)) is not None

    def claim(self, worker: str, now: datetime.datetime) -> Arrival | None:
        """Take the next: the lane that goes first, in it the owner whose turn it is."""
        due = select(ArrivalRow).where(_due(now)).with_for_update(skip_locked=True)
        for late in self._session.scalars(due):
            self._move(late, State.WAITING)
        self._session.flush()
        row = self._session.scalar(
            select(ArrivalRow)
            .where(ArrivalRow.state == State.WAITING.value)
            .order_by(ArrivalRow.lane, ArrivalRow.turn, ArrivalRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        self._move(row, State.RUNNING)
        row.worker = worker
        row.attempts += 1
        row.not_before = None
        self._session.flush()
        return _arrival(row)

    def hold(self, arrival: int, fence: int) -> None:
        """Make sure that this arrival is still ours until this transaction ends.

        Raises SupersededError. Every transaction that writes for an arrival begins with this.
        """
        held = self._session.execute(
            update(ArrivalRow)
            .where(
                ArrivalRow.id == arrival,
                ArrivalRow.fence == fence,
                ArrivalRow.state == State.RUNNING.value,
            )
            .values(fence=fence)
            .returning(ArrivalRow.id)
        )
        if held.first() is None:
            raise SupersededError(f"arrival {arrival} is no longer held under fence {fence}")

    def progress(self, arrival: int, step: Step) -> None:
        """Note a step that will not be done again; tries are counted anew from there."""
        row = self._session.get_one(ArrivalRow, arrival)
        if row.step != step.value:
            row.step = step.value
            row.attempts = 0

    def finish(
        self, arrival: int, state: State, at: datetime.datetime, error: ErrorRecord | None = None
    ) -> None:
        """Say what became of it."""
        row = self._session.get_one(ArrivalRow, arrival)
        self._move(row, state)
        row.finished_at = at
        row.step = Step.NOTIFY.value
        row.error = _stored(error)

    def fail(
        self,
        arrival: int,
        step: Step,
        error: ErrorRecord,
        again_at: datetime.datetime | None,
    ) -> None:
        """Put it back for later, or, without a time, among the dead."""
        row = self._session.get_one(ArrivalRow, arrival)
        self._move(row, State.RETRYING if again_at else State.DEAD)
        row.not_before = again_at
        row.step = step.value
        row.error = _stored(error)

    def release(self, arrival: int) -> None:
        """Put it back at once, the try not counted: its worker stops."""
        row = self._session.get_one(ArrivalRow, arrival)
        self._move(row, State.WAITING)
        row.attempts = max(0, row.attempts - 1)

    def abandon(self, worker: str, error: ErrorRecord, attempts: int) -> list[Arrival]:
        """Take back what a worker that is no more had, and give it.

        What was tried in vain `attempts` times is dead, for the reason `error`.
        """
        rows = self._session.scalars(
            select(ArrivalRow)
            .where(ArrivalRow.state == State.RUNNING.value, ArrivalRow.worker == worker)
            .with_for_update()
        ).all()
        for row in rows:
            dead = row.attempts >= attempts
            self._move(row, State.DEAD if dead else State.WAITING)
            row.error = _stored(error)
        return [_arrival(row) for row in rows]

    # by hand

    def requeue(self, arrival: int) -> Arrival | None:
        """Try again what was given up, cancelled or unreadable. None where it is none of these."""
        row = self._session.get(ArrivalRow, arrival, with_for_update=True)
        if row is None or State(row.state) not in states.RETRIABLE:
            return None
        self._requeue(row)
        return _arrival(row)

    def cancel(self, arrival: int) -> Arrival | None:
        """Take it out of the queue. None where it is finished, or not there."""
        row = self._session.get(ArrivalRow, arrival, with_for_update=True)
        if row is None or State(row.state) not in states.CANCELLABLE:
            return None
        self._move(row, State.CANCELLED)
        self._session.flush()
        return _arrival(row)

    def _requeue(self, row: ArrivalRow) -> None:
        self._move(row, State.WAITING)
        row.turn = self._turn(Lane(row.lane), row.owner)
        row.attempts = 0
        row.finished_at = None
        self._session.flush()

    # looking

    def having(self, wanted: Collection[State], limit: int = 1000) -> list[Arrival]:
        """Arrivals in these states, in the order they will be or were carried."""
        rows = self._session.scalars(
            select(ArrivalRow)
            .where(ArrivalRow.state.in_([state.value for state in wanted]))
            .order_by(ArrivalRow.lane, ArrivalRow.turn, ArrivalRow.id)
            .limit(limit)
        )
        return [_arrival(row) for row in rows]

    def finished(self, arrivals: Collection[int]) -> list[Arrival]:
        """Those of them that are finished; no more than some hundreds are asked for at once."""
        rows = self._session.scalars(
            select(ArrivalRow).where(
                ArrivalRow.id.in_(arrivals),
                ArrivalRow.state.in_([state.value for state in states.FINISHED]),
            )
        )
        return [_arrival(row) for row in rows]

    def counts(self) -> dict[State, int]:
        """How many arrivals there are in each state, none left out."""
        rows = self._session.execute(
            select(ArrivalRow.state, func.count()).group_by(ArrivalRow.state)
        )
        found = {row[0]: row[1] for row in rows}
        return {state: found.get(state.value, 0) for state in State}

    def lanes(self) -> list[LaneDepth]:
        """What waits and runs in each lane."""
        rows = self._session.execute(
            select(
                ArrivalRow.lane,
                ArrivalRow.state,
                func.count(),
                func.min(ArrivalRow.received_at),
            )
            .where(ArrivalRow.state.in_([s.value for s in (*states.QUEUED, State.RUNNING)]))
            .group_by(ArrivalRow.lane, ArrivalRow.state)
        )
        found: dict[tuple[Lane, State], tuple[int, datetime.datetime | None]] = {
            (Lane(lane), State(state)): (count, first) for lane, state, count, first in rows
        }
        return [_depth(lane, found) for lane in Lane]

    def unknown(self, contents: Sequence[str]) -> list[str]:
        """Those SHA-256 of which neither an arrival nor a document is there."""
        known = set(
            self._session.scalars(select(ArrivalRow.sha256).where(ArrivalRow.sha256.in_(contents)))
        )
        known.update(
            self._session.scalars(
                select(DocumentRow.sha256).where(DocumentRow.sha256.in_(contents))
            )
        )
        return [sha256 for sha256 in contents if sha256 not in known]

    # work done for many at once

    def want(self, mark: str) -> None:
        """Note that this is to be done, for what is there by now."""
        row = self._session.get(MarkRow, mark, with_for_update=True)
        if row is None:
            self._session.add(MarkRow(name=mark, wanted=1, done=0))
        else:
            row.wanted += 1

    def wanted(self, mark: str) -> tuple[int, int]:
        """(how often it was wanted, up to which that is done)."""
        row = self._session.get(MarkRow, mark)
        return (row.wanted, row.done) if row else (0, 0)

    def done(self, mark: str, wanted: int) -> bool:
        """Note that it is done up to there. False where somebody did as much: then undo it."""
        row = self._session.get(MarkRow, mark, with_for_update=True)
        if row is None or row.done >= wanted:
            return False
        row.done = wanted
        return True

    def _by_content(self, sha256: str, owner: str) -> ArrivalRow | None:
        return self._session.scalar(
            select(ArrivalRow).where(ArrivalRow.sha256 == sha256, ArrivalRow.owner == owner)
        )

    def _move(self, row: ArrivalRow, to: State) -> None:
        """The one place where a state changes. Whoever held the arrival holds it no more."""
        if not states.allowed(State(row.state), to):
            raise ValueError(f"no way leads from {row.state} to {to.value}")
        row.state = to.value
        row.worker = None
        row.fence += 1


def content(sha256: str) -> str:
    """The name (`Work.alone_with`) of a content, for all that say what is known of it."""
    return f"content {sha256}"


def _due(now: datetime.datetime) -> ColumnElement[bool]:
    """Retries whose time has come, or is so far off that the clock must have been set back."""
    return (ArrivalRow.state == State.RETRYING.value) & or_(
        ArrivalRow.not_before <= now, ArrivalRow.not_before > now + _LONGEST_WAIT
    )


def _depth(
    lane: Lane, found: dict[tuple[Lane, State], tuple[int, datetime.datetime | None]]
) -> LaneDepth:
    none: tuple[int, datetime.datetime | None] = (0, None)
    waiting, retrying = (
        found.get((lane, State.WAITING), none),
        found.get((lane, State.RETRYING), none),
    )
    first = [at for _, at in (waiting, retrying) if at is not None]
    return LaneDepth(
        lane=lane,
        waiting=waiting[0],
        retrying=retrying[0],
        running=found.get((lane, State.RUNNING), none)[0],
        oldest=min(first, default=None),
    )


def _stored(error: ErrorRecord | None) -> str | None:
    return storable(error)[1] if error else None


def _arrival(row: ArrivalRow) -> Arrival:
    return Arrival(
        id=row.id,
        sha256=row.sha256,
        name=row.name,
        owner=row.owner,
        department=row.department,
        batch=row.batch,
        lane=Lane(row.lane),
        turn=row.turn,
        received_at=row.received_at,
        state=State(row.state),
        step=Step(row.step) if row.step else None,
        attempts=row.attempts,
        not_before=row.not_before,
        worker=row.worker,
        fence=row.fence,
        finished_at=row.finished_at,
        error=ErrorRecord.model_validate_json(row.error) if row.error else None,
    )
