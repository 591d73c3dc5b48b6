"""The figures of periods, kept so that the next one can be compared with them."""

import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.record import Record
from piaohe.store.tables import DocumentRow, PeriodRow
from reconcile import Figures


class KeptFigures(Record):
    """What a period came to when it was last summed up. `first` and `last` are its days."""

    first: datetime.date
    last: datetime.date
    made_at: datetime.datetime
    figures: Figures


class Periods:
    """One set of figures for each period, the newest."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, given: KeptFigures) -> None:
        """Keep the figures of a period; they take the place of those it had."""
        is_postgres = self._session.get_bind().dialect.name == "postgresql"
        fresh: postgresql.Insert | sqlite.Insert = (
            postgresql.insert(PeriodRow) if is_postgres else sqlite.insert(PeriodRow)
        )
        values = {"made_at": given.made_at, "record": given.figures.model_dump_json()}
        self._session.execute(
            fresh.values(first=given.first, last=given.last, **values).on_conflict_do_update(
                index_elements=["first", "last"], set_=values
            )
        )

    def of(self, first: datetime.date, last: datetime.date) -> KeptFigures | None:
        """The figures of the period of exactly these days, or None."""
        row = self._session.get(PeriodRow, (first, last))
        if row is None:
            return None
        figures = Figures.model_validate_json(row.record)
        return KeptFigures(first=row.first, last=row.last, made_at=row.made_at, figures=figures)

    def received(self) -> dict[str, datetime.datetime]:
        """When each kept document was first handed in, by its SHA-256."""
        query = select(DocumentRow.sha256, DocumentRow.received_at)
        return {row.sha256: row.received_at for row in self._session.execute(query)}
