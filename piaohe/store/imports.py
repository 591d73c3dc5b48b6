"""Every time a ledger was asked for: what came, what it covers, whether it is to be trusted."""

import datetime
import json
from enum import StrEnum

from pydantic import Field, TypeAdapter
from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from models.ledger import Coverage, LedgerProblem
from models.record import Record
from piaohe.store.events import Events, What
from piaohe.store.tables import ImportRow
from piaohe.store.values import clean_text

_DOUBTS = TypeAdapter(tuple[LedgerProblem, ...])


class ImportState(StrEnum):
    """good: in use; suspect: kept, and not in use unless a person accepts it."""

    GOOD = "good"
    SUSPECT = "suspect"


class Said(StrEnum):
    """Where a coverage is from: asked of the source, stated by it, derived from the dates in it."""

    ASKED = "asked"
    STATED = "stated"
    DERIVED = "derived"
    UNKNOWN = "unknown"


class Import(Record):
    """One import of a source. `sha256` names the snapshot; None where nothing could be kept.

    `direction` is "in" for invoices received, "out" for those issued, None where not known.
    """

    source: str
    imported_at: datetime.datetime
    sha256: str | None = None
    state: ImportState = ImportState.GOOD
    coverage: Coverage = Coverage()
    direction: str | None = None
    said: Said = Said.UNKNOWN
    rows: int = 0
    counts: dict[str, int] = Field(default_factory=dict)
    doubts: tuple[LedgerProblem, ...] = ()
    accepted_at: datetime.datetime | None = None
    id: int = 0

    @property
    def in_use(self) -> bool:
        return self.sha256 is not None and (
            self.state is ImportState.GOOD or self.accepted_at is not None
        )


class Imports:
    """Imports are added; a suspect one may later be accepted, nothing else is changed."""

    def __init__(self, session: Session, events: Events) -> None:
        self._session = session
        self._events = events

    def add(self, given: Import) -> Import:
        """Keep an import, and an alert in the audit where it is suspect. Gives it with its id."""
        row = ImportRow(
            source=clean_text(given.source),
            sha256=given.sha256,
            imported_at=given.imported_at,
            state=given.state.value,
            direction=given.direction,
            first=given.coverage.first,
            last=given.coverage.last,
            entity_tax_id=given.coverage.entity_tax_id,
            said=given.said.value,
            row_count=given.rows,
            counts=json.dumps(given.counts, sort_keys=True),
            doubts=_DOUBTS.dump_json(given.doubts).decode(),
            accepted_at=given.accepted_at,
        )
        self._session.add(row)
        self._session.flush()
        if given.state is ImportState.SUSPECT:
            codes = ",".join(dict.fromkeys(doubt.code for doubt in given.doubts))
            details: dict[str, str | int | None] = {
                "import": row.id,
                "rows": given.rows,
                "why": codes,
            }
            self._events.add(What.LEDGER_SUSPECTED, row.source, given.imported_at, details)
        return given.model_copy(update={"id": row.id})

    def current(self, source: str) -> Import | None:
        """The import in use: the newest good or accepted one. Its time is the age of what we know.

        A suspect import does not replace it.
        """
        row = self._session.scalars(
            select(ImportRow)
            .where(
                ImportRow.source == clean_text(source),
                ImportRow.sha256.is_not(None),
                or_(ImportRow.state == ImportState.GOOD.value, ImportRow.accepted_at.is_not(None)),
            )
            .order_by(ImportRow.imported_at.desc(), ImportRow.id.desc())
            .limit(1)
        ).first()
        return _import(row) if row else None

    def latest(
        self, source: str | None = None, limit: int = 50, after: int | None = None
    ) -> list[Import]:
        """Imports, the latest first, of one source or of all; those that come `after` one."""
        query = select(ImportRow).order_by(ImportRow.imported_at.desc(), ImportRow.id.desc())
        if source is not None:
            query = query.where(ImportRow.source == clean_text(source))
        if after is not None:
            last = self._session.get(ImportRow, after)
            if last is None:
                return []
            place = tuple_(last.imported_at, last.id)
            query = query.where(tuple_(ImportRow.imported_at, ImportRow.id) < place)
        return [_import(row) for row in self._session.scalars(query.limit(limit))]

    def sources(self) -> list[str]:
        """The names of all sources that were asked, in order."""
        query = select(ImportRow.source).distinct().order_by(ImportRow.source)
        return list(self._session.scalars(query))

    def accept(self, import_id: int, at: datetime.datetime) -> Import | None:
        """A person says that a suspect import is right. None where there is no such import, or
        nothing of it was kept."""
        row = self._session.get(ImportRow, import_id)
        if row is None or row.sha256 is None:
            return None
        if row.accepted_at is None and row.state == ImportState.SUSPECT.value:
            row.accepted_at = at
            self._events.add(What.LEDGER_ACCEPTED, row.source, at, {"import": row.id})
        return _import(row)


def _import(row: ImportRow) -> Import:
    return Import(
        id=row.id,
        source=row.source,
        imported_at=row.imported_at,
        sha256=row.sha256,
        state=ImportState(row.state),
        coverage=Coverage(first=row.first, last=row.last, entity_tax_id=row.entity_tax_id),
        direction=row.direction,
        said=Said(row.said),
        rows=row.row_count,
        counts=json.loads(row.counts),
        doubts=_DOUBTS.validate_json(row.doubts),
        accepted_at=row.accepted_at,
    )
