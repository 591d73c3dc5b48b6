"""What is done to one document, step by step. Every step may be done twice and changes nothing
the second time; none can write once somebody else has the document."""

import contextlib
import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from models.document import Document, ReadStatus
from models.errors import ErrorRecord
from models.finding import Status
from models.related import Related
from piaohe import pipeline
from piaohe.flow.matching import Matching
from piaohe.flow.retries import UnreadNowError
from piaohe.flow.states import State, Step
from piaohe.intake import How, Intake, kept_in, kin_in
from piaohe.judging import rejudge
from piaohe.judging.sightings import Sightings
from piaohe.pipeline import Outcome, Tools
from piaohe.store import Store, What, Work
from piaohe.store.events import Event
from piaohe.store.queued import Arrival
from piaohe.tools import knowing_people

KNOWN = ""
"""What `read` gives for a content that was kept before: there is nothing to read."""


_COPY = ErrorRecord(
    code="handed_in_before",
    message="同一文件已由他人提交",
    hint="请与先提交的人或财务核对；重复提交不会再付一次",
    message_en="somebody else handed in the same file before",
    hint_en="ask who was first, or finance: it is not paid twice",
)


class ForgottenError(Exception):
    """What was kept is not there: the database was brought back from before it was."""


class Read(Protocol):
    """`pipeline.take_in`."""

    def __call__(self, data: bytes, file: str, tools: Tools, by: str | None = None) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Means:
    """What reads a document and what matches it; without the latter it is not matched."""

    read: Read = pipeline.take_in
    matching: Matching | None = None


class Steps:
    """The steps of one arrival, for the worker that holds it."""

    def __init__(
        self,
        store: Store,
        arrival: Arrival,
        tools: Tools,
        clock: Callable[[], datetime.datetime],
        means: Means | None = None,
    ) -> None:
        self._store = store
        self._arrival = arrival
        self._clock = clock
        self._means = means or Means()
        self._path = Path(arrival.name)
        # those met in this process are kept by now; others may be kept meanwhile
        known = replace(tools, sightings=Sightings(kept_in(store), kin_in(store)))
        self._tools = knowing_people(known, store)

    def read(self) -> str:
        """Read, classify and check it: the Outcome as JSON, or KNOWN.

        Raises UnreadNowError where trying again may help, StoreError and DependencyMissing.
        """
        intake = self._intake(Step.READ)
        if intake.is_known(self._arrival.sha256, self._path):
            return KNOWN
        data = self._store.originals.get(self._arrival.sha256)
        with self._store.reading() as work:
            owners = work.arrivals.owners(self._arrival.sha256)
        # several may have handed in these very bytes; they are whose came first
        by = owners[0] if owners else self._arrival.owner or None
        outcome = self._means.read(data, str(self._path), self._tools, by)
        error = outcome.document.error
        if outcome.document.status is ReadStatus.FAILED and error is not None and error.retry:
            raise UnreadNowError(error)
        return outcome.model_dump_json()

    def keep(self, outcome: str) -> None:
        """Keep what was read, in one transaction with the claim of its invoices."""
        intake = self._intake(Step.KEEP)
        if outcome == KNOWN:
            with self._held(Step.KEEP).unit_of_work(shared=True):
                return
        size = len(self._store.originals.get(self._arrival.sha256))
        intake.keep(Outcome.model_validate_json(outcome), size, self._path)

    def match(self) -> bool:
        """Match its invoices with the ledgers; gives whether there are any."""
        held, matching = self._held(Step.MATCH), self._means.matching
        # without ledgers nothing is written: whether it is still held is asked by the next step
        return matching is not None and matching.document(
            held, self._arrival.sha256, self._tools.context
        )

    def decide(self) -> str:
        """What is to become of it, as a State. Raises ForgottenError."""
        with self._store.reading() as work:
            document = work.documents.get(self._arrival.sha256)
            owners = work.arrivals.owners(self._arrival.sha256)
        if document is None:
            raise ForgottenError(self._arrival.sha256)
        if is_copy(self._arrival.owner, owners):
            document = self._as_copy(document)
        return decision(document).value

    def notify(self, decided: str) -> str:
        """Say in the audit what was decided, and with it that the document is done."""
        now, state = self._clock(), State(decided)
        with self._held(Step.NOTIFY).unit_of_work(shared=True) as work:
            document = work.documents.get(self._arrival.sha256)
            error = document.error if document and state is State.UNREADABLE else None
            if is_copy(self._arrival.owner, work.arrivals.owners(self._arrival.sha256)):
                error = error or _COPY
            work.arrivals.finish(self._arrival.id, state, now, error)
            details = {"arrival": self._arrival.id, "state": decided}
            work.events.add_all(
                [
                    Event(
                        at=now,
                        what=What.DOCUMENT_DECIDED,
                        subject=self._arrival.sha256,
                        details=details,
                    )
                ]
            )
        return decided

    def _as_copy(self, document: Document) -> Document:
        """The document as it is judged for somebody who is not the first to hand it in. What is
        kept stays as it is: that belongs to who was first."""
        related = Related(copies=(document.file,))
        context = replace(self._tools.context, related=related)
        invoices = tuple(rejudge.again(invoice, context) for invoice in document.invoices)
        return document.model_copy(update={"invoices": invoices})

    def _held(self, step: Step) -> "_Held":
        return _Held(self._store, self._arrival, step)

    def _intake(self, step: Step) -> "_Intake":
        return _Intake(self._held(step), self._tools, self._clock)


def is_copy(owner: str, owners: Sequence[str]) -> bool:
    """Whether somebody else, of `owners` in order, handed in the same content before this one."""
    return bool(owner and owners) and owners[0] != owner


def decision(document: Document) -> State:
    """What is to become of a document: the worst of what it holds.

    One that was read in part, or that holds no invoice, needs a person.
    """
    if document.status is ReadStatus.FAILED:
        return State.UNREADABLE
    if document.is_batch_sheet:
        return State.ACCEPTED
    statuses = {invoice.status for invoice in document.invoices}
    if Status.REJECTED in statuses:
        return State.REJECTED
    if document.status is ReadStatus.OK and statuses == {Status.ACCEPTED}:
        return State.ACCEPTED
    return State.REVIEW


class _Held(Store):
    """The store as who holds an arrival may use it: each unit of work begins by making sure that
    it is still held, and ends it with the note that this step was done."""

    def __init__(self, store: Store, arrival: Arrival, step: Step) -> None:
        self.originals = store.originals
        self._inner = store
        self._arrival = arrival
        self._step = step

    @contextlib.contextmanager
    def unit_of_work(self, *, shared: bool = False) -> Iterator[Work]:
        with self._inner.unit_of_work(shared=shared) as work:
            work.arrivals.hold(self._arrival.id, self._arrival.fence)
            yield work
            if self._step not in (Step.READ, Step.NOTIFY):
                work.arrivals.progress(self._arrival.id, self._step)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Work]:
        with self._inner.reading() as work:
            yield work


class _Intake(Intake):
    """The halves of `Intake.take`: what is known, and keeping what was read."""

    def is_known(self, sha256: str, path: Path) -> bool:
        """Whether this content is kept and need not be read again; notes that it was seen."""
        known = self._known(sha256, path)
        return known is not None and not self._worth_another_try(sha256, known)

    def keep(self, outcome: Outcome, size: int, path: Path) -> None:
        self._kept(outcome, size, path, How.NEW)
