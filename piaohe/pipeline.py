"""The whole story on one page: a file comes in, is read, labelled and checked.

    open -> read -> label -> check        (`take_in`: one file, nothing kept)
    ... -> keep -> match -> report        (`piaohe.cli.run`, which adds the store and the ledgers)

The stages are pure; what they may know of the world is in `Tools`. Whatever goes wrong with one
document becomes that document's error, and the next one is taken in. Only what no document can
do without (a missing dependency, an unusable home folder) is raised.
"""

import hashlib
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import classify
import ingest
import ocr
import validate
from models.document import Attachment, Document, Notice, ReadStatus
from models.errors import DocumentError, ErrorRecord, PiaoheError
from models.finding import Finding, Severity, Status
from models.invoice import Invoice
from models.page import FileKind
from models.record import Record
from models.view import ALL_STEPS, Step
from piaohe import advice, failures
from piaohe.sightings import Sighting, Sightings

CATEGORY_FINDING = "category"
"""The finding that says why there is no category. No rule: those begin with "R-"."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What taking in a document needs besides its bytes.

    `context` says what the rules may know; which invoices are seen already comes from
    `sightings`.
    """

    engine: ocr.OcrEngine
    context: validate.Context
    sightings: Sightings
    limits: ingest.Limits = field(default_factory=ingest.Limits)
    trust: ingest.Trust = field(default_factory=ingest.Trust)
    steps: frozenset[Step] = ALL_STEPS
    """What may be done to pictures before they are read; all, but in measurements."""


class Outcome(Record):
    """What a file turned out to hold. `kind` is None where it could not be opened."""

    document: Document
    kind: str | None = None


def take_in(data: bytes, file: str, tools: Tools) -> Outcome:
    """Read one file and check what it holds. Raises only what stops every document."""
    started = time.perf_counter()
    file = printable(file)
    sha256 = hashlib.sha256(data).hexdigest()
    kind, found = None, _Found()
    try:
        with ingest.open(data, Path(file).name, tools.limits, tools.trust) as opened:
            kind = str(opened.kind)
            found = _read(opened, tools)
        judged = []
        for index, invoice in enumerate(found.invoices):
            place = Sighting(sha256, index, file)
            judged.append(check(_labelled(invoice), tools.context, place, tools.sightings))
        found = replace(found, invoices=tuple(judged))
    except DocumentError as error:
        found = replace(found, invoices=(), problems=(error.record,))
    except PiaoheError:
        raise
    except Exception as error:
        found = _Found(problems=(failures.internal_error(error),))
    document = Document(
        file=file,
        sha256=sha256,
        seconds=round(time.perf_counter() - started, 3),
        status=found.status,
        error=found.error,
        notices=found.said,
        attachments=found.attachments,
        invoices=found.invoices,
    )
    return Outcome(document=document, kind=kind)


def not_taken_in(file: str, error: ErrorRecord) -> Document:
    """The record of a file whose bytes could not even be had."""
    return Document(
        file=printable(file), sha256=None, seconds=0, status=ReadStatus.FAILED, error=error
    )


def printable(file: str) -> str:
    """A file's name as text: bytes that are no UTF-8 become \\xNN, which records can hold."""
    return file.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def check(
    invoice: Invoice, context: validate.Context, place: Sighting, sightings: Sightings
) -> Invoice:
    """The invoice with fresh findings; then it is remembered for those that come after it."""
    seen = sightings.besides(place.document, place.index)
    checked = validate.check(invoice, replace(context, seen=seen))
    sightings.note(place, checked)
    return checked


def _labelled(invoice: Invoice) -> Invoice:
    """The invoice with its expense category, or with a finding that says why it has none."""
    label = classify.label(invoice)
    if label.category is not None:
        return invoice.model_copy(update={"category": label.category})
    return without_category(invoice, label.reason, label.reason_en)


def without_category(invoice: Invoice, why: str, why_en: str) -> Invoice:
    """The invoice with a finding that says why it has no category."""
    reason = Finding(
        rule=CATEGORY_FINDING,
        severity=Severity.INFO,
        field="category",
        message=f"没有费用类别：{why}",
        message_en=f"no expense category: {why_en}",
    )
    return invoice.model_copy(update={"findings": (*invoice.findings, reason)})


@dataclass(frozen=True, slots=True)
class _Found:
    """What the pages of one file gave."""

    invoices: tuple[Invoice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[ErrorRecord, ...] = ()
    notices: tuple[Notice, ...] = ()
    faults: tuple[Notice, ...] = ()
    """What is wrong with its pictures: worth saying where something was not read for sure."""

    @property
    def said(self) -> tuple[Notice, ...]:
        sure = all(invoice.status is Status.ACCEPTED for invoice in self.invoices)
        return self.notices if sure and not self.problems else (*self.notices, *self.faults)

    @property
    def status(self) -> ReadStatus:
        if not self.problems:
            return ReadStatus.OK
        found_something = self.invoices or self.attachments
        return ReadStatus.PARTIAL if found_something else ReadStatus.FAILED

    @property
    def error(self) -> ErrorRecord | None:
        return failures.combined(self.problems) if self.problems else None


def _read(opened: ingest.OpenedFile, tools: Tools) -> _Found:
    """Read every original in the file; what several of them hold alike is one invoice."""
    look = ingest.Looking(tools.steps)
    read: list[tuple[FileKind, Invoice]] = []
    attachments: list[Attachment] = []
    problems: list[ErrorRecord] = []
    faults: list[Notice] = []
    for original in opened.originals():
        seen = advice.faults(original)
        reading = ocr.read(original, tools.engine, look, tools.steps)
        read += [(original.kind, invoice) for invoice in reading.invoices]
        attachments += reading.attachments
        problems += advice.hinted(reading.problems, seen)
        faults += seen
    return _Found(
        invoices=tuple(ocr.unite(read)),
        attachments=tuple(attachments),
        problems=(*problems, *opened.problems),
        notices=opened.notices,
        faults=tuple(faults),
    )
