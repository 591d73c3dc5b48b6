"""What outside systems may still be asked today, and what they answered: for all processes."""

import datetime
import hashlib
from collections.abc import Iterable

from sqlalchemy import case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.portal import PortalAnswer, PortalOutcome
from piaohe.store.tables import AnswerRow, UseRow
from piaohe.store.values import clean_text

GOOD = (PortalOutcome.FOUND, PortalOutcome.DIFFERS, PortalOutcome.ABSENT)
"""Outcomes that say something of the invoice; the others say something of the day."""


class Quotas:
    """Counts of questions for each source, subject and day."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, source: str, subject: str, day: datetime.date, limit: int) -> bool:
        """Count one question, unless `limit` are counted already; says whether it was.

        One statement, so that two processes never take the same last one. What is taken is not
        given back: a question without an answer may have been counted by the other side.
        """
        if limit < 1:
            return False
        is_postgres = self._session.get_bind().dialect.name == "postgresql"
        fresh: postgresql.Insert | sqlite.Insert = (
            postgresql.insert(UseRow) if is_postgres else sqlite.insert(UseRow)
        )
        fresh = fresh.values(
            source=clean_text(source), subject=clean_text(subject), day=day, used=1
        )
        statement = fresh.on_conflict_do_update(
            index_elements=["source", "subject", "day"],
            set_={"used": UseRow.used + 1},
            where=UseRow.used < limit,
        ).returning(UseRow.used)
        return self._session.execute(statement).first() is not None

    def used(self, source: str, subject: str, day: datetime.date) -> int:
        """How many questions are counted."""
        row = self._session.get(UseRow, (clean_text(source), clean_text(subject), day))
        return row.used if row else 0


class Answers:
    """What the check platform answered; the newest good one stands in when it cannot be asked."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, key: str, request: str, answer: PortalAnswer) -> None:
        """Keep an answer to `request`, the text of what was asked about the invoice `key`."""
        self._session.add(
            AnswerRow(
                key=clean_text(key),
                request=digest(request),
                asked_at=answer.asked_at,
                outcome=answer.outcome.value,
                record=answer.model_dump_json(),
            )
        )

    def last_good(self, key: str, request: str | None = None) -> PortalAnswer | None:
        """The newest answer that says something of the invoice; `asked_at` is its age.

        With `request` only answers to the same values count.
        """
        query = select(AnswerRow.record).where(
            AnswerRow.key == clean_text(key),
            AnswerRow.outcome.in_([outcome.value for outcome in GOOD]),
        )
        if request is not None:
            query = query.where(AnswerRow.request == digest(request))
        record = self._session.scalars(
            query.order_by(AnswerRow.asked_at.desc(), AnswerRow.id.desc()).limit(1)
        ).first()
        return PortalAnswer.model_validate_json(record) if record else None

    def newest(self, keys: Iterable[str] | None = None) -> dict[str, PortalAnswer]:
        """For each invoice asked about the newest answer that says something of it, else the
        newest: it tells at least why it was asked in vain. Of these keys, or of all."""
        good = case((AnswerRow.outcome.in_([outcome.value for outcome in GOOD]), 1), else_=0)
        query = select(AnswerRow.key, AnswerRow.record).order_by(
            good, AnswerRow.asked_at, AnswerRow.id
        )
        queries = [query]
        if keys is not None:
            held = [clean_text(key) for key in keys]
            portions = (held[at : at + 500] for at in range(0, len(held), 500))
            queries = [query.where(AnswerRow.key.in_(portion)) for portion in portions]
        newest = {key: record for each in queries for key, record in self._session.execute(each)}
        return {key: PortalAnswer.model_validate_json(held) for key, held in newest.items()}

    def of(self, key: str) -> list[PortalAnswer]:
        """Every answer on an invoice, the newest first."""
        records = self._session.scalars(
            select(AnswerRow.record)
            .where(AnswerRow.key == clean_text(key))
            .order_by(AnswerRow.asked_at.desc(), AnswerRow.id.desc())
        )
        return [PortalAnswer.model_validate_json(record) for record in records]


def digest(request: str) -> str:
    """The values asked with are somebody's figures: only their hash is kept."""
    return hashlib.sha256(request.encode("utf-8", "backslashreplace")).hexdigest()
