"""What people say with the documents they hand in: the purpose, in their own words."""

import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from piaohe.store import indexing
from piaohe.store.tables.notes import NoteRow
from piaohe.store.values import clean_text


class Notes:
    """One text for each content and each person who handed it in."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, sha256: str, person_id: int) -> str:
        """What this person said with the content; empty where they said nothing."""
        row = self._session.get(NoteRow, (sha256, person_id))
        return row.text if row else ""

    def of(self, sha256: list[str], person_id: int) -> dict[str, str]:
        """Content -> what this person said with it, those with something only."""
        query = select(NoteRow.sha256, NoteRow.text).where(
            NoteRow.person_id == person_id, NoteRow.sha256.in_(sha256)
        )
        return {row.sha256: row.text for row in self._session.execute(query)}

    def put(self, sha256: str, person_id: int, text: str, at: datetime.datetime) -> None:
        """Keep what a person says in the place of what they said before; empty takes it away."""
        row = self._session.get(NoteRow, (sha256, person_id))
        if not text:
            if row is not None:
                self._session.delete(row)
        elif row is None:
            kept = clean_text(text)
            self._session.add(NoteRow(sha256=sha256, person_id=person_id, text=kept, at=at))
        else:
            row.text, row.at = clean_text(text), at
        indexing.refresh(self._session, sha256)
