"""The audit: what happened to what, when."""

import datetime
import json
from collections.abc import Iterator, Mapping
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.record import Record
from piaohe.store.tables import EventRow


class What(StrEnum):
    """The kinds of events."""

    DOCUMENT_KEPT = "document.kept"
    DOCUMENT_REPLACED = "document.replaced"
    DOCUMENT_SEEN = "document.seen"
    DOCUMENT_DECIDED = "document.decided"
    DOCUMENT_GIVEN_UP = "document.given_up"
    INVOICE_KEPT = "invoice.kept"
    INVOICE_JUDGED = "invoice.judged"
    LEDGER_IMPORTED = "ledger.imported"
    LEDGER_SUSPECTED = "ledger.suspected"
    LEDGER_ACCEPTED = "ledger.accepted"
    INVOICE_RELABELLED = "invoice.relabelled"
    CLASSIFIER_TRAINED = "classifier.trained"
    CLASSIFIER_PROMOTED = "classifier.promoted"
    CLASSIFIER_ROLLED_BACK = "classifier.rolled_back"
    CLASSIFIER_REFUSED = "classifier.refused"
    MATCH_DECIDED = "match.decided"
    MATCH_WITHDRAWN = "match.withdrawn"
    ALERT_RAISED = "alert.raised"
    ALERT_RESOLVED = "alert.resolved"
    ORIGINAL_REMOVED = "original.removed"
    ORIGINAL_DAMAGED = "original.damaged"


class Event(Record):
    """One event. `subject` is the SHA-256, invoice id or match key it is about."""

    at: datetime.datetime
    what: What
    subject: str
    details: dict[str, str | int | None]


class Events:
    """Events are added and read, never changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        what: What,
        subject: str,
        at: datetime.datetime,
        details: Mapping[str, str | int | None] | None = None,
    ) -> None:
        """Add one event; `details` hold facts, no personal data."""
        self.add_all([Event(at=at, what=what, subject=subject, details=dict(details or {}))])

    def add_all(self, events: list[Event]) -> None:
        """Add events in this order."""
        rows = [
            {
                "at": event.at,
                "what": event.what.value,
                "subject": event.subject,
                "details": json.dumps(event.details, ensure_ascii=True, sort_keys=True),
            }
            for event in events
        ]
        if rows:
            self._session.execute(insert(EventRow), rows)

    def iterate(self, subject: str | None = None) -> Iterator[Event]:
        """Events in the order they were added, of one subject or of all."""
        query = select(EventRow).order_by(EventRow.id)
        if subject is not None:
            query = query.where(EventRow.subject == subject)
        for row in self._session.scalars(query.execution_options(yield_per=500)):
            yield Event(
                at=row.at,
                what=What(row.what),
                subject=row.subject,
                details=json.loads(row.details),
            )
