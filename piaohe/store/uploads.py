"""What people handed in: which content, under which name, and whether it was read."""

import datetime

from sqlalchemy import Select, Text, cast, select
from sqlalchemy.orm import Session

from models.document import ReadStatus
from models.errors import ErrorRecord
from models.record import Record
from piaohe.flow.states import FINISHED, State
from piaohe.store import indexing
from piaohe.store.tables import DocumentRow, InvoiceRow
from piaohe.store.tables.flow import ArrivalRow
from piaohe.store.tables.people import ReviewRow, UploadRow
from piaohe.store.values import clean_text


class Upload(Record):
    """A content somebody handed in. `status` is None while it was never read; `arrival` is where
    it is in the flow; `error` is the code of why it could not be read."""

    sha256: str
    person_id: int
    name: str
    size: int
    at: datetime.datetime
    status: ReadStatus | None = None
    arrival: State | None = None
    error: str | None = None

    @property
    def is_queued(self) -> bool:
        """Whether a worker has it or will have it."""
        return self.arrival is not None and self.arrival not in FINISHED


class Uploads:
    """The uploads of all people; one content handed in twice by one person is one upload."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, sha256: str, person_id: int, name: str, size: int, at: datetime.datetime) -> bool:
        """Note an upload; False where this person handed it in before."""
        if self._session.get(UploadRow, (sha256, person_id)) is not None:
            return False
        self._session.add(
            UploadRow(sha256=sha256, person_id=person_id, name=clean_text(name), size=size, at=at)
        )
        self._session.flush()
        # a content that is kept already is found by this name too
        indexing.refresh(self._session, sha256)
        return True

    def owns(self, person_id: int, sha256: str) -> bool:
        """Whether this person handed the content in."""
        return self._session.get(UploadRow, (sha256, person_id)) is not None

    def owners(self, sha256: str) -> list[int]:
        """Everybody who handed the content in, the first one first."""
        query = select(UploadRow.person_id).where(UploadRow.sha256 == sha256)
        return list(self._session.scalars(query.order_by(UploadRow.at, UploadRow.person_id)))

    def get(self, sha256: str, person_id: int | None = None) -> Upload | None:
        """A person's upload of a content, or anybody's first."""
        query = _uploads().where(UploadRow.sha256 == sha256).order_by(UploadRow.at)
        if person_id is not None:
            query = query.where(UploadRow.person_id == person_id)
        found = self._session.execute(query.limit(1)).first()
        return _upload(*found) if found else None

    def of(self, person_id: int, limit: int = 100, after: str | None = None) -> list[Upload]:
        """A person's uploads, the latest first; those that come `after` a content."""
        query = (
            _uploads()
            .where(UploadRow.person_id == person_id)
            .order_by(UploadRow.at.desc(), UploadRow.sha256)
            .limit(limit)
        )
        if after is not None:
            last = self._session.get(UploadRow, (after, person_id))
            if last is None:
                return []
            same = (UploadRow.at == last.at) & (UploadRow.sha256 > last.sha256)
            query = query.where((UploadRow.at < last.at) | same)
        return [_upload(*found) for found in self._session.execute(query)]

    def states(self, sha256: list[str]) -> dict[str, list[tuple[str, str, str | None, str | None]]]:
        """Content -> for each of its invoices (id, status by the rules, review state, reason)."""
        rows = self._session.execute(
            select(
                InvoiceRow.document_sha256,
                InvoiceRow.id,
                InvoiceRow.status,
                ReviewRow.state,
                ReviewRow.reason,
            )
            .outerjoin(ReviewRow, ReviewRow.invoice_id == InvoiceRow.id)
            .where(InvoiceRow.document_sha256.in_(sha256))
            .order_by(InvoiceRow.document_sha256, InvoiceRow.idx)
        )
        found: dict[str, list[tuple[str, str, str | None, str | None]]] = {}
        for document, id_, status, state, reason in rows:
            found.setdefault(document, []).append((id_, status, state, reason))
        return found


def _uploads() -> Select[UploadRow, str | None, str | None, str | None, str | None]:
    own = (ArrivalRow.sha256 == UploadRow.sha256) & (
        ArrivalRow.owner == cast(UploadRow.person_id, Text)
    )
    return (
        select(
            UploadRow,
            DocumentRow.status,
            DocumentRow.error_code,
            ArrivalRow.state,
            ArrivalRow.error,
        )
        .outerjoin(DocumentRow, DocumentRow.sha256 == UploadRow.sha256)
        .outerjoin(ArrivalRow, own)
    )


def _upload(
    row: UploadRow, status: str | None, code: str | None, state: str | None, error: str | None
) -> Upload:
    failed = ErrorRecord.model_validate_json(error).code if error else None
    return Upload(
        sha256=row.sha256,
        person_id=row.person_id,
        name=row.name,
        size=row.size,
        at=row.at,
        status=ReadStatus(status) if status else None,
        arrival=State(state) if state else None,
        error=code or failed or row.error,
    )
