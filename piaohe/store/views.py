"""Saved views, and what each person looked for lately."""

import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from models.record import Record
from piaohe.store.tables.people import PersonRow
from piaohe.store.tables.search import RecentRow, ViewRow
from piaohe.store.values import clean_text

_RECENT = 50
MOST_VIEWS = 100


class View(Record):
    """Filters under a name. `query` is that of the address; `by` is who made it."""

    id: int
    person_id: int
    by: str
    name: str
    query: str
    shared: bool


class Views:
    """The saved views of all people, and their recent searches."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, person_id: int) -> list[View]:
        """A person's own views and those shared with everybody, by name."""
        query = (
            select(ViewRow, PersonRow.name)
            .join(PersonRow, PersonRow.id == ViewRow.person_id)
            .where(or_(ViewRow.person_id == person_id, ViewRow.shared))
            .order_by(ViewRow.name, ViewRow.id)
            .limit(2 * MOST_VIEWS)
        )
        return [_view(row, by) for row, by in self._session.execute(query)]

    def add(
        self, person_id: int, name: str, query: str, at: datetime.datetime, *, shared: bool
    ) -> int | None:
        """Keep a view; one of the same person and name is replaced. None where there are
        MOST_VIEWS already."""
        kept = clean_text(name)
        own = select(ViewRow).where(ViewRow.person_id == person_id)
        row = self._session.scalar(own.where(ViewRow.name == kept))
        if row is None:
            if len(self._session.scalars(own).all()) >= MOST_VIEWS:
                return None
            row = ViewRow(person_id=person_id, name=kept, made_at=at)
            self._session.add(row)
        row.query, row.shared = clean_text(query), shared
        self._session.flush()
        return row.id

    def remove(self, view_id: int, person_id: int) -> bool:
        """Take a person's own view away; False where there is none."""
        row = self._session.get(ViewRow, view_id)
        if row is None or row.person_id != person_id:
            return False
        self._session.delete(row)
        self._session.flush()
        return True

    def used(self, person_id: int, words: str, at: datetime.datetime) -> None:
        """Note what somebody looked for; the oldest beyond a few dozen are forgotten."""
        kept = clean_text(" ".join(words.split()))
        row = self._session.get(RecentRow, (person_id, kept))
        if row is None:
            row = RecentRow(person_id=person_id, words=kept, used=0, used_at=at)
            self._session.add(row)
        row.used, row.used_at = row.used + 1, at
        self._session.flush()
        own = RecentRow.person_id == person_id
        latest = select(RecentRow.words).where(own).order_by(RecentRow.used_at.desc())
        old = list(self._session.scalars(latest.offset(_RECENT)))
        if old:
            self._session.execute(delete(RecentRow).where(own, RecentRow.words.in_(old)))

    def recent(self, person_id: int, beginning: str = "", limit: int = 6) -> list[str]:
        """What somebody looked for and begins so, the most used first."""
        query = (
            select(RecentRow.words)
            .where(
                RecentRow.person_id == person_id,
                RecentRow.words.startswith(beginning, autoescape=True),
            )
            .order_by(RecentRow.used.desc(), RecentRow.used_at.desc())
        )
        return list(self._session.scalars(query.limit(limit)))


def _view(row: ViewRow, by: str) -> View:
    return View(
        id=row.id,
        person_id=row.person_id,
        by=by,
        name=row.name,
        query=row.query,
        shared=row.shared,
    )
