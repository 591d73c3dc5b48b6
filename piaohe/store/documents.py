"""Documents as kept, by their content, and the paths at which each content was seen."""

import datetime
import os
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.document import Document, ReadStatus
from piaohe.store import errors
from piaohe.store.batches import Batches
from piaohe.store.events import Events, What
from piaohe.store.invoices import Invoices, invoice_id
from piaohe.store.originals import Originals
from piaohe.store.tables import DocumentRow, SightingRow
from piaohe.store.values import clean_text, storable


class Documents:
    """The kept documents. A document's id is its SHA-256."""

    def __init__(
        self, session: Session, originals: Originals, invoices: Invoices, events: Events
    ) -> None:
        self._session = session
        self._originals = originals
        self._invoices = invoices
        self._events = events

    def get(self, sha256: str) -> Document | None:
        """The document as kept, with its invoices and the name it first came under, or None."""
        row = self._session.get(DocumentRow, sha256)
        return self._document(row) if row else None

    def has(self, sha256: str) -> bool:
        """Whether a content is kept."""
        found = select(DocumentRow.sha256).where(DocumentRow.sha256 == sha256)
        return self._session.scalar(found) is not None

    def add(
        self,
        document: Document,
        *,
        received_at: datetime.datetime,
        size: int,
        kind: str | None = None,
        reader_version: str | None = None,
    ) -> bool:
        """Keep a document with its invoices, and that it was seen at `document.file`.

        A content that is kept already stays as it is, unless reading it had failed: then the new
        reading takes its place and `received_at` stays. `size` is in bytes, `kind` a FileKind.
        Gives whether anything but the sighting was written. Raises ValueError for a document
        without SHA-256 and StoreError original_missing where the original was not put first.
        """
        if document.sha256 is None:
            raise ValueError("a document without SHA-256 cannot be kept")
        if not self._originals.exists(document.sha256):
            raise errors.original_missing(document.sha256)
        row = self._session.get(DocumentRow, document.sha256)
        if row is not None and row.status != ReadStatus.FAILED.value:
            self.seen(document.sha256, Path(document.file), received_at)
            return False
        before = (row.status, row.error_code) if row else None
        if row is None:
            row = DocumentRow(
                sha256=document.sha256, file=clean_text(document.file), received_at=received_at
            )
            self._session.add(row)
        row.kind = kind
        row.size = size
        row.read_at = received_at
        row.status = document.status.value
        row.error_code = document.error.code if document.error else None
        row.reader_version = reader_version
        _, row.record = storable(document.model_copy(update={"invoices": (), "file": row.file}))
        # the rows below point to this one
        self._session.flush()
        self._invoices.set(document.sha256, document.invoices)
        Batches(self._session).read(document, received_at)
        # failing again in the same way is no news
        if before != (row.status, row.error_code):
            what = What.DOCUMENT_REPLACED if before else What.DOCUMENT_KEPT
            self._record_kept(what, document, received_at)
        self.seen(document.sha256, Path(document.file), received_at)
        return True

    def seen(self, sha256: str, path: Path, at: datetime.datetime) -> bool:
        """Note that a kept content was seen at a path. Gives whether that is news."""
        name = _name(path)
        sighting = self._session.get(SightingRow, (name, sha256))
        if sighting is not None:
            sighting.last_seen_at = max(at, sighting.last_seen_at)
            return False
        self._session.add(SightingRow(path=name, sha256=sha256, seen_at=at, last_seen_at=at))
        self._session.flush()
        self._events.add(What.DOCUMENT_SEEN, sha256, at)
        return True

    def failed(self) -> list[Document]:
        """The documents that could not be read, the earliest received first."""
        rows = self._session.scalars(
            select(DocumentRow)
            .where(DocumentRow.status == ReadStatus.FAILED.value)
            .order_by(DocumentRow.received_at, DocumentRow.sha256)
        )
        return [self._document(row) for row in rows]

    def by_path(self, folder: Path) -> list[Document]:
        """What a folder and its subfolders hold, by path: for each path the content seen last.

        `file` of each document is that path. A content under two names comes twice. `folder` may
        be a file.
        """
        name = _name(folder)
        inside = name.rstrip(os.sep) + os.sep
        rows = self._session.execute(
            select(SightingRow.path, DocumentRow)
            .join(DocumentRow, DocumentRow.sha256 == SightingRow.sha256)
            .where(
                # not LIKE: SQLite's takes A for a, and names may hold its wildcards
                (func.substr(SightingRow.path, 1, len(inside)) == inside)
                | (SightingRow.path == name)
            )
            .order_by(SightingRow.path, SightingRow.last_seen_at, SightingRow.seen_at)
        )
        latest: dict[str, DocumentRow] = {found[0]: found[1] for found in rows}
        return [
            self._document(row).model_copy(update={"file": path}) for path, row in latest.items()
        ]

    def paths(self, sha256: str) -> list[str]:
        """Every path at which a content was seen, in order."""
        query = select(SightingRow.path).where(SightingRow.sha256 == sha256)
        return list(self._session.scalars(query.order_by(SightingRow.path)))

    def reader(self, sha256: str) -> str | None:
        """What read a kept content last, as given to `add`."""
        return self._session.scalar(
            select(DocumentRow.reader_version).where(DocumentRow.sha256 == sha256)
        )

    def ids(self) -> list[str]:
        """The SHA-256 of every kept document, in order."""
        return list(self._session.scalars(select(DocumentRow.sha256).order_by(DocumentRow.sha256)))

    def _document(self, row: DocumentRow) -> Document:
        document = Document.model_validate_json(row.record)
        return document.model_copy(update={"invoices": self._invoices.of(row.sha256)})

    def _record_kept(self, what: What, document: Document, at: datetime.datetime) -> None:
        sha256 = document.sha256 or ""
        self._events.add(
            what,
            sha256,
            at,
            {
                "status": document.status.value,
                "error": document.error.code if document.error else None,
                "invoices": len(document.invoices),
            },
        )
        for index, invoice in enumerate(document.invoices):
            details = {"key": invoice.key, "status": invoice.status.value}
            self._events.add(What.INVOICE_KEPT, invoice_id(sha256, index), at, details)


def _name(path: Path) -> str:
    return clean_text(os.path.abspath(path))
