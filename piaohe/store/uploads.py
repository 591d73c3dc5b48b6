"""What people handed in: which content, under which name, and whether it was read."""

import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from models.document import ReadStatus
from models.record import Record
from piaohe.store.people_tables import ReviewRow, UploadRow
from piaohe.store.tables import DocumentRow, InvoiceRow
from piaohe.store.values import clean_text


class Upload(Record):
    """A content somebody handed in. `status` is None while it waits to be read; `error` is the
    code of why it could not be."""

    sha256: str
    person_id: int
    name: str
    size: int
    at: datetime.datetime
    status: ReadStatus | None = None
    error: str | None = None


class Uploads:
    """The uploads of all people; one content handed in twice by one person is one upload."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, sha256: str, person_id: int, name: str, size: int, at: datetime.datetime) -> bool:
        """Note an upload; False where this person handed it in before."""
        row = self._session.get(UploadRow, (sha256, person_id))
        if row is not None:
            row.error = None
            return False
        self._session.add(
            UploadRow(sha256=sha256, person_id=person_id, name=clean_text(name), size=size, at=at)
        )
        self._session.flush()
        return True

    def failed(self, sha256: str, error: str) -> None:
        """It could not even be looked at; `error` is the code."""
        self._session.execute(
            update(UploadRow).where(UploadRow.sha256 == sha256).values(error=error)
        )

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

    def of(self, person_id: int, limit: int = 100) -> list[Upload]:
        """A person's uploads, the latest first."""
        query = (
            _uploads()
            .where(UploadRow.person_id == person_id)
            .order_by(UploadRow.at.desc(), UploadRow.sha256)
            .limit(limit)
        )
        return [_upload(*found) for found in self._session.execute(query)]

    def waiting(self) -> list[Upload]:
        """Those that were never read, the first one first."""
        query = (
            _uploads()
            .where(DocumentRow.sha256.is_(None), UploadRow.error.is_(None))
            .order_by(UploadRow.at, UploadRow.sha256)
        )
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


def _uploads() -> Select[UploadRow, str | None, str | None]:
    return select(UploadRow, DocumentRow.status, DocumentRow.error_code).outerjoin(
        DocumentRow, DocumentRow.sha256 == UploadRow.sha256
    )


def _upload(row: UploadRow, status: str | None, code: str | None) -> Upload:
    return Upload(
        sha256=row.sha256,
        person_id=row.person_id,
        name=row.name,
        size=row.size,
        at=row.at,
        status=ReadStatus(status) if status else None,
        error=code or row.error,
    )
