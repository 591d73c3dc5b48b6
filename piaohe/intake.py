"""Taking files into the store: what is kept already is only noted, what is new is read and kept."""

import datetime
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from models.document import Document, ReadStatus
from models.duplicate import DuplicateVerdict, Lookup, Specimen
from models.errors import ErrorRecord
from models.invoice import Invoice
from piaohe import pipeline, version
from piaohe.judging.relations import Kin, Known, relate
from piaohe.judging.sightings import Kept
from piaohe.pipeline import Outcome, Tools
from piaohe.store import Store, Work
from piaohe.store.arrivals import content
from validate import duplicates

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

    def take(self, path: Path, data: bytes | ErrorRecord, by: str | None = None) -> Taken:
        """Take in the file at `path`, whose bytes (or the reason why not) are `data`, handed in
        `by` somebody, where that is known.

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
        outcome = pipeline.take_in(data, str(path), self._tools, by)
        self._store.originals.put(data)
        return self._kept(outcome, len(data), path, How.AGAIN if known else How.NEW)

    def _kept(self, outcome: Outcome, size: int, path: Path, how: How) -> Taken:
        """Keep what was read. Who has which invoice is decided here, where others that have to do
        with it must wait: what they kept since it was checked is looked for once more."""
        now, sha256 = self._clock(), outcome.document.sha256 or ""
        lookups = [duplicates.lookup_of(specimen) for specimen, _ in outcome.judged]
        with self._store.unit_of_work(shared=True) as work:
            work.alone_with(
                [
                    content(sha256),
                    *(name for each in lookups for name in work.duplicates.names(each)),
                ]
            )
            before = work.documents.get(sha256)
            if before is not None and before.status is not ReadStatus.FAILED:
                # the very file came in elsewhere while it was read here
                work.documents.seen(sha256, path, now)
                here = pipeline.printable(str(path))
                return Taken(before.model_copy(update={"file": here}), How.KNOWN)
            if before is not None:
                # a content that is new has left nothing yet
                work.duplicates.forget(sha256)
            judged = [
                self._claimed(work, each, lookup, now)
                for each, lookup in zip(outcome.judged, lookups, strict=True)
            ]
            invoices = tuple(specimen.invoice for specimen, _ in judged)
            document = outcome.document.model_copy(update={"invoices": invoices})
            work.documents.add(
                document,
                received_at=now,
                size=size,
                kind=outcome.kind.value if outcome.kind else None,
                reader_version=self._reader,
            )
            for (specimen, verdict), lookup in zip(judged, lookups, strict=True):
                work.duplicates.keep(specimen, lookup.bands, verdict, now)
        return Taken(document, how)

    def _claimed(
        self,
        work: Work,
        checked: tuple[Specimen, DuplicateVerdict],
        lookup: Lookup,
        now: datetime.datetime,
    ) -> tuple[Specimen, DuplicateVerdict]:
        """The invoice claimed; checked again where others like it were kept meanwhile."""
        specimen, verdict = checked
        known = {(twin.document, twin.index) for twin in verdict.twins}
        work.duplicates.claim(specimen, lookup.keys, now)
        late = duplicates.judge(specimen, work.duplicates.find(lookup)).twins
        more = [twin for twin in late if (twin.document, twin.index) not in known]
        if not more:
            return specimen, verdict
        verdict = DuplicateVerdict.of([*verdict.twins, *more])
        kin = work.relations.find(specimen.invoice)
        related = relate(specimen.invoice, kin, complete=True)
        context = replace(self._tools.context, related=related)
        return pipeline.judged_again(specimen, verdict, context), verdict

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
            with self._store.unit_of_work(shared=True) as work:
                work.alone_with([content(sha256)])
                work.documents.seen(sha256, path, self._clock())
        return document


class _KeptIn:
    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, lookup: Lookup) -> Sequence[Specimen]:
        with self._store.reading() as work:
            return work.duplicates.find(lookup)


class _KinIn:
    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, invoice: Invoice) -> Sequence[Known]:
        with self._store.reading() as work:
            return list(work.relations.find(invoice))


def kin_in(store: Store) -> Kin:
    """Looks up kept invoices that bear on one, for `Sightings`."""
    return _KinIn(store)


def kept_in(store: Store) -> Kept:
    """Looks up kept invoices, for `Sightings`."""
    return _KeptIn(store)
