"""The processes that carry documents, as far as the others need to know of them."""

import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models.record import Record
from piaohe.store.tables.flow import WorkerRow


class Worker(Record):
    """A process that says, by `beats` that grow, that it lives. `seen_at` is by its own clock."""

    id: str
    host: str
    slot: int
    pid: int
    started_at: datetime.datetime
    seen_at: datetime.datetime
    beats: int


class Workers:
    """Those that are thought to live. One that is given up is gone, and cannot beat again."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, worker: Worker) -> None:
        self._session.add(WorkerRow(**worker.model_dump()))
        self._session.flush()

    def beat(self, worker: str, at: datetime.datetime) -> bool:
        """Say that it lives. Gives False where it was given up: then it must stop at once."""
        beaten = self._session.execute(
            update(WorkerRow)
            .where(WorkerRow.id == worker)
            .values(beats=WorkerRow.beats + 1, seen_at=at)
            .returning(WorkerRow.id)
        )
        return beaten.first() is not None

    def remove(self, worker: str) -> None:
        self._session.execute(delete(WorkerRow).where(WorkerRow.id == worker))

    def all(self) -> list[Worker]:
        """Every worker, by host and slot."""
        rows = self._session.scalars(
            select(WorkerRow).order_by(WorkerRow.host, WorkerRow.slot, WorkerRow.id)
        )
        return [
            Worker(
                id=row.id,
                host=row.host,
                slot=row.slot,
                pid=row.pid,
                started_at=row.started_at,
                seen_at=row.seen_at,
                beats=row.beats,
            )
            for row in rows
        ]
