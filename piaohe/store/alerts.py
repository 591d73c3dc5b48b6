"""Alerts that are raised, and the messages about them until they are delivered."""

import datetime
import json

from pydantic import Field
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.record import Record
from piaohe.store.chores import Facts
from piaohe.store.tables.hooks import AlertRow, DeliveryRow
from piaohe.store.values import clean_text


class Alert(Record):
    """An alert: raised, or resolved again, `since` when, and the facts it rests on."""

    code: str
    subject: str
    raised: bool
    since: datetime.datetime
    facts: Facts = Field(default_factory=dict)


class Delivery(Record):
    """A message to a channel ("webhook" or "mail"). `body` is JSON."""

    id: int
    channel: str
    body: str
    attempts: int


class Alerts:
    """Of each code and subject the last that was said."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Alert]:
        """Every alert there ever was, by code and subject."""
        rows = self._session.scalars(select(AlertRow).order_by(AlertRow.code, AlertRow.subject))
        return [_alert(row) for row in rows]

    def raised(self) -> list[Alert]:
        return [alert for alert in self.all() if alert.raised]

    def say(self, alert: Alert) -> bool:
        """Raise or resolve. False where that was said before: then there is nothing to tell."""
        place = (alert.code, clean_text(alert.subject))
        row = self._session.get(AlertRow, place, with_for_update=True)
        if row is None and not alert.raised:
            return False
        if row is not None and row.raised == alert.raised:
            return False
        if row is None:
            row = AlertRow(code=place[0], subject=place[1])
            self._session.add(row)
        row.raised, row.since = alert.raised, alert.since
        row.facts = json.dumps(alert.facts, sort_keys=True)
        self._session.flush()
        return True


class Deliveries:
    """Messages in the order they were made."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, channel: str, body: str, at: datetime.datetime) -> None:
        self._session.add(
            DeliveryRow(channel=channel, body=body, made_at=at, attempts=0, not_before=at)
        )
        self._session.flush()

    def due(self, at: datetime.datetime, limit: int = 100) -> list[Delivery]:
        """Those to be tried now, the oldest first."""
        rows = self._session.scalars(
            select(DeliveryRow)
            .where(DeliveryRow.delivered_at.is_(None), DeliveryRow.not_before <= at)
            .order_by(DeliveryRow.id)
            .limit(limit)
        )
        return [
            Delivery(id=row.id, channel=row.channel, body=row.body, attempts=row.attempts)
            for row in rows
        ]

    def delivered(self, delivery: int, at: datetime.datetime) -> None:
        row = self._session.get_one(DeliveryRow, delivery)
        row.delivered_at, row.error = at, None

    def failed(self, delivery: int, error: str, again_at: datetime.datetime) -> None:
        """It did not arrive, for the reason with this code; it is tried again."""
        row = self._session.get_one(DeliveryRow, delivery)
        row.attempts += 1
        row.error, row.not_before = error[:64], again_at

    def waiting(self) -> int:
        """How many are not delivered."""
        query = select(func.count()).where(DeliveryRow.delivered_at.is_(None))
        return self._session.scalar(query) or 0

    def prune(self, before: datetime.datetime) -> int:
        """Forget what was delivered before; gives how many."""
        gone = delete(DeliveryRow).where(DeliveryRow.delivered_at < before)
        return len(self._session.execute(gone.returning(DeliveryRow.id)).all())


def _alert(row: AlertRow) -> Alert:
    return Alert(
        code=row.code,
        subject=row.subject,
        raised=row.raised,
        since=row.since,
        facts=json.loads(row.facts),
    )
