"""Numbers that are kept so that nobody has to count, and marks on originals."""

import datetime
from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from piaohe.store.tables.chores import OriginalMarkRow, TallyRow
from piaohe.store.values import clean_text


class Tallies:
    """Counters by name and label."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, name: str, counts: Mapping[str, int]) -> None:
        """Add to each label's number, in one statement."""
        if not counts:
            return
        is_postgres = self._session.get_bind().dialect.name == "postgresql"
        fresh: postgresql.Insert | sqlite.Insert = (
            postgresql.insert(TallyRow) if is_postgres else sqlite.insert(TallyRow)
        )
        # in one order, so that two who add the same labels never wait for each other
        rows = [
            {"name": name, "label": clean_text(label), "value": value}
            for label, value in sorted(counts.items())
        ]
        self._session.execute(
            fresh.values(rows).on_conflict_do_update(
                index_elements=["name", "label"],
                set_={"value": TallyRow.value + fresh.excluded.value},
            )
        )

    def put(self, name: str, values: Mapping[str, int]) -> None:
        """Make these the numbers of a name; labels that are not among them are gone."""
        self._session.execute(delete(TallyRow).where(TallyRow.name == name))
        rows = [
            {"name": name, "label": clean_text(label), "value": value}
            for label, value in sorted(values.items())
        ]
        if rows:
            self._session.execute(insert(TallyRow), rows)

    def get(self, name: str) -> dict[str, int]:
        rows = self._session.execute(
            select(TallyRow.label, TallyRow.value).where(TallyRow.name == name)
        )
        return {row[0]: row[1] for row in rows}

    def all(self) -> dict[str, dict[str, int]]:
        """Every number: name -> label -> value."""
        found: dict[str, dict[str, int]] = {}
        query = select(TallyRow.name, TallyRow.label, TallyRow.value)
        for name, label, value in self._session.execute(query.order_by("name", "label")):
            found.setdefault(name, {})[label] = value
        return found


class OriginalMarks:
    """What is known of originals that are not as they were received."""

    REMOVED, DAMAGED, MISSING = "removed", "damaged", "missing"

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, sha256: str) -> str | None:
        row = self._session.get(OriginalMarkRow, sha256)
        return row.what if row else None

    def put(self, sha256: str, what: str | None, at: datetime.datetime) -> bool:
        """Mark an original, or with None take its mark away. Gives whether that is news."""
        row = self._session.get(OriginalMarkRow, sha256)
        if (row.what if row else None) == what:
            return False
        if row is not None:
            self._session.delete(row)
            self._session.flush()
        if what is not None:
            self._session.add(OriginalMarkRow(sha256=sha256, what=what, at=at))
        self._session.flush()
        return True

    def having(self, *what: str) -> list[str]:
        """The SHA-256 of originals with one of these marks, in order."""
        query = select(OriginalMarkRow.sha256).where(OriginalMarkRow.what.in_(what))
        return list(self._session.scalars(query.order_by(OriginalMarkRow.sha256)))
