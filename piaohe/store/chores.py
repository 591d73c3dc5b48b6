"""Chores: what is done by the clock, by one process at a time.

Who is at a chore holds it in its row and lets `beats` grow. Nobody's clock is compared with
another's: a holder is given up by who saw its beats stand still, by their own monotonic clock.
"""

import datetime
import json

from pydantic import Field
from sqlalchemy import ColumnElement, Row, delete, or_, select, update
from sqlalchemy.orm import Session

from models.record import Record
from piaohe.store.tables.chores import ChoreRow, ChoreRunRow

Facts = dict[str, int | str]
"""What a run came to: counts, and words of ours. No personal data."""


class ChoreState(Record):
    """A chore as it stands. `due_at` is None where it is off."""

    name: str
    schedule: str
    due_at: datetime.datetime | None
    holder: str | None = None
    beats: int = 0
    mark: str = ""
    started_at: datetime.datetime | None = None
    finished_at: datetime.datetime | None = None
    succeeded_at: datetime.datetime | None = None
    failures: int = 0
    error: str | None = None
    facts: Facts = Field(default_factory=dict)


class ChoreRun(Record):
    """One run. `error` is the code of why it failed."""

    name: str
    started_at: datetime.datetime
    finished_at: datetime.datetime
    error: str | None = None
    facts: Facts = Field(default_factory=dict)


class Chores:
    """The chores of all processes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[ChoreState]:
        """Every chore that was ever planned, by name."""
        return [_state(row) for row in self._session.scalars(select(ChoreRow).order_by("name"))]

    def get(self, name: str) -> ChoreState | None:
        row = self._session.get(ChoreRow, name)
        return _state(row) if row else None

    def plan(self, name: str, schedule: str, due_at: datetime.datetime | None) -> None:
        """Say when a chore is due next, whoever may be at it."""
        row = self._session.get(ChoreRow, name, with_for_update=True)
        if row is None:
            row = ChoreRow(name=name, beats=0, mark="", failures=0, facts="{}")
            self._session.add(row)
        row.schedule, row.due_at = schedule, due_at
        self._session.flush()

    def claim(
        self, name: str, holder: str, at: datetime.datetime, stale: int | None, *, now: bool = False
    ) -> bool:
        """Take a chore that is due, or with `now` whether it is due or not; says whether it was.

        One that somebody holds is taken only where its beats still are `stale`.
        """
        free: ColumnElement[bool] = ChoreRow.holder.is_(None)
        if stale is not None:
            free = or_(free, ChoreRow.beats == stale)
        wanted = (ChoreRow.name == name) & free
        if not now:
            wanted &= ChoreRow.due_at <= at
        taken = self._session.execute(
            update(ChoreRow)
            .where(wanted)
            .values(holder=holder, beats=ChoreRow.beats + 1, started_at=at)
            .returning(ChoreRow.name)
        )
        return taken.first() is not None

    def beat(self, name: str, holder: str) -> bool:
        """Say that the holder lives. False where it was given up."""
        return self._held(name, holder, {"beats": ChoreRow.beats + 1}) is not None

    def remember(self, name: str, holder: str, mark: str) -> bool:
        """Keep how far a chore came. False where it was given up: then undo what was done."""
        return self._held(name, holder, {"mark": mark}) is not None

    def finish(self, run: ChoreRun, holder: str, due_at: datetime.datetime | None) -> bool:
        """Say how it went, and when it is due again. False where it was given up."""
        facts = json.dumps(run.facts, sort_keys=True)
        values: dict[str, object] = {
            "holder": None,
            "due_at": due_at,
            "finished_at": run.finished_at,
            "error": run.error,
            "facts": facts,
            "failures": ChoreRow.failures + 1 if run.error else 0,
        }
        if run.error is None:
            values["succeeded_at"] = run.finished_at
        if self._held(run.name, holder, values) is None:
            return False
        self._session.add(
            ChoreRunRow(
                name=run.name,
                started_at=run.started_at,
                finished_at=run.finished_at,
                ok=run.error is None,
                error=run.error,
                facts=facts,
            )
        )
        return True

    def runs(self, name: str | None = None, limit: int = 50) -> list[ChoreRun]:
        """Runs, the latest first."""
        return [run for _, run in self.numbered_runs(name, None, limit)]

    def numbered_runs(
        self, name: str | None, before: int | None, limit: int
    ) -> list[tuple[int, ChoreRun]]:
        """Runs with their numbers, the latest first; those `before` a number."""
        query = select(ChoreRunRow).order_by(ChoreRunRow.id.desc()).limit(limit)
        if name is not None:
            query = query.where(ChoreRunRow.name == name)
        if before is not None:
            query = query.where(ChoreRunRow.id < before)
        return [(row.id, _run(row)) for row in self._session.scalars(query)]

    def prune(self, before: datetime.datetime) -> int:
        """Forget runs that ended before; gives how many."""
        gone = delete(ChoreRunRow).where(ChoreRunRow.finished_at < before)
        return len(self._session.execute(gone.returning(ChoreRunRow.id)).all())

    def _held(self, name: str, holder: str, values: dict[str, object]) -> Row[str] | None:
        return self._session.execute(
            update(ChoreRow)
            .where(ChoreRow.name == name, ChoreRow.holder == holder)
            .values(**values)
            .returning(ChoreRow.name)
        ).first()


def _run(row: ChoreRunRow) -> ChoreRun:
    return ChoreRun(
        name=row.name,
        started_at=row.started_at,
        finished_at=row.finished_at,
        error=row.error,
        facts=json.loads(row.facts),
    )


def _state(row: ChoreRow) -> ChoreState:
    return ChoreState(
        name=row.name,
        schedule=row.schedule,
        due_at=row.due_at,
        holder=row.holder,
        beats=row.beats,
        mark=row.mark,
        started_at=row.started_at,
        finished_at=row.finished_at,
        succeeded_at=row.succeeded_at,
        failures=row.failures,
        error=row.error,
        facts=json.loads(row.facts),
    )
