"""Taking files into the store: what is kept already is only noted, what is new is read and kept."""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.document import Document, ReadStatus
from models.errors import ErrorRecord
from piaohe import pipeline, version
from piaohe.pipeline import Tools
from piaohe.sightings import Kept, Sighting
from piaohe.store import Store

_READ_IN_VAIN = frozenset({"no_text", "no_invoice_found"})
"""Failures that took a whole reading to find out, and that the same reader finds again."""


class How(StrEnum):
    """new: read for the first time; again: failed before and was tried again, because that may
    help or the reader is another by now; known: kept already, nothing was done; lost: its bytes
    could not be had, so nothing is kept."""

    NEW = "new"
    AGAIN = "again"
    KNOWN = "known"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file and what became of it."""

    document: Document
    how: How


class Intake:
    """Takes files in, one at a time. Each is kept for good before the next is looked at."""

    def __init__(self, store: Store, tools: Tools, clock: Callable[[], datetime.datetime]) -> None:
        self._store = store
        self._tools = tools
        self._clock = clock
        self._reader = f"piaohe {version()} {tools.engine.name} {tools.engine.version}"

    def take(self, path: Path, data: bytes | ErrorRecord) -> Taken:
        """Take in the file at `path`, whose bytes (or the reason why not) are `data`.

        Raises StoreError and DependencyMissing; everything else is in the document's error.
        """
        if isinstance(data, ErrorRecord):
            return Taken(pipeline.not_taken_in(str(path), data), How.LOST)
        sha256 = hashlib.sha256(data).hexdigest()
        known = self._known(sha256, path)
        if known is not None and not self._worth_another_try(sha256, known):
            if not self._store.originals.exists(sha256):
                # somebody removed it, and here it is again
                self._store.originals.put(data)
            here = pipeline.printable(str(path))
            return Taken(known.model_copy(update={"file": here}), How.KNOWN)
        outcome = pipeline.take_in(data, str(path), self._tools)
        self._store.originals.put(data)
        with self._store.unit_of_work() as work:
            work.documents.add(
                outcome.document,
                received_at=self._clock(),
                size=len(data),
                kind=outcome.kind,
                reader_version=self._reader,
            )
        return Taken(outcome.document, How.AGAIN if known else How.NEW)

    def _worth_another_try(self, sha256: str, known: Document) -> bool:
        """Whether a content that could not be read may be read now."""
        if known.status is not ReadStatus.FAILED:
            return False
        if known.error is None or known.error.code not in _READ_IN_VAIN:
            # a refusal costs nothing to repeat, and a changed limit or setting may lift it
            return True
        with self._store.reading() as work:
            return work.documents.reader(sha256) != self._reader

    def _known(self, sha256: str, path: Path) -> Document | None:
        """The document with this content, if it is kept; that it was seen here is noted."""
        with self._store.reading() as work:
            document = work.documents.get(sha256)
        if document is not None:
            with self._store.unit_of_work() as work:
                work.documents.seen(sha256, path, self._clock())
        return document


def kept_in(store: Store) -> Kept:
    """Looks up kept invoices by key, for `Sightings`."""

    def find(key: str) -> list[Sighting]:
        with store.reading() as work:
            hits = work.invoices.find_key(key)
        return [Sighting(hit.document_sha256, hit.index, hit.file) for hit in hits]

    return find
