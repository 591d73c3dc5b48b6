"""The whole story on one page: a file comes in, is read, labelled and checked.

    open -> read -> label -> check        (`take_in`: one file, nothing kept)
    ... -> keep -> match -> report        (`piaohe.cli.run`, which adds the store and the ledgers)

The stages are pure; what they may know of the world is in `Tools`. Whatever goes wrong with one
document becomes that document's error, and the next one is taken in. Only what no document can
do without (a missing dependency, an unusable home folder) is raised.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import classify
import ingest
import ocr
import validate
from models.batch import BatchSheet, section
from models.document import Attachment, Document, Notice, ReadStatus
from models.duplicate import DuplicateVerdict, Print, Shape, Specimen
from models.errors import DocumentError, ErrorRecord, PiaoheError
from models.finding import Finding, Severity, Status
from models.invoice import Invoice
from models.kind import Kinds
from models.page import FileKind
from models.record import Record
from models.sight import Sight
from models.view import ALL_STEPS, Step
from piaohe import failures
from piaohe.judging.sightings import Sighting, Sightings
from piaohe.reading import advice, cropped, trip_lists, watching

CATEGORY_FINDING, KIND_FINDING = "category", "kind"
"""The findings that say why there is no category, and that the kind of document is in doubt. They
are no rules: those begin with "R-"."""


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
    kinds: Kinds = field(default_factory=classify.kinds)
    label: Callable[[Invoice], classify.Label] = classify.label
    """What was bought, with what this company's reviewers taught."""
    alert: ErrorRecord | None = None
    """Why what they taught is not in use, where it is not to be believed."""
    steps: frozenset[Step] = ALL_STEPS
    """What may be done to pictures before they are read; all, but in measurements."""


class Outcome(Record):
    """What a file turned out to hold. `kind` is None where it could not be opened.

    `judged` has for each invoice what it is compared by, and what is known of its duplicates.
    """

    document: Document
    kind: FileKind | None = None
    judged: tuple[tuple[Specimen, DuplicateVerdict], ...] = ()


def take_in(data: bytes, file: str, tools: Tools, by: str | None = None) -> Outcome:
    """Read one file, handed in `by` somebody, and check what it holds.

    Raises only what stops every document.
    """
    started = time.perf_counter()
    file = printable(file)
    sha256 = hashlib.sha256(data).hexdigest()
    kind, found = None, _Found()
    judged: list[tuple[Specimen, DuplicateVerdict]] = []
    try:
        with ingest.open(data, Path(file).name, tools.limits, tools.trust) as opened:
            kind = opened.kind
            found = _read(opened, tools)
        for index, (invoice, shown) in enumerate(zip(found.invoices, found.prints, strict=True)):
            shape = Shape.of(kind, by_sight=watching.seen(invoice))
            place = Sighting(sha256, index, file, shape, shown, by)
            judged.append(
                _judged(_labelled(invoice, tools.label), tools.context, place, tools.sightings)
            )
        found = replace(found, invoices=tuple(specimen.invoice for specimen, _ in judged))
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
        sheets=found.sheets,
    )
    about = validate.check_document(document, tools.context)
    document = document.model_copy(update={"findings": about})
    held = tuple(judged) if document.invoices else ()
    return Outcome(document=document, kind=kind, judged=held)


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
    return _judged(invoice, context, place, sightings)[0].invoice


def judged_again(
    specimen: Specimen, verdict: DuplicateVerdict, context: validate.Context
) -> Specimen:
    """The invoice with fresh findings, its duplicates being those of the verdict."""
    checked = validate.check(specimen.invoice, replace(context, seen=verdict))
    return replace(specimen, invoice=checked)


def _judged(
    invoice: Invoice, context: validate.Context, place: Sighting, sightings: Sightings
) -> tuple[Specimen, DuplicateVerdict]:
    verdict = sightings.judge(place, invoice)
    if context.related is None:
        context = replace(context, related=sightings.related(invoice))
    specimen = judged_again(place.of(invoice), verdict, context)
    sightings.note(place, specimen.invoice)
    return specimen, verdict


def _labelled(invoice: Invoice, told: Callable[[Invoice], classify.Label]) -> Invoice:
    """The invoice with its expense category, or with a finding that says why it has none; and
    with one where its words speak for another kind of document than its QR code."""
    if invoice.sight and invoice.sight.looks_like:
        invoice = _with_finding(invoice, _other_kind(invoice, invoice.sight.looks_like))
    label = told(invoice)
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
    return _with_finding(invoice, reason)


def _other_kind(invoice: Invoice, looks_like: str) -> Finding:
    """For a document whose words are not those of the kind its code names."""
    kind = invoice.form.value if invoice.form else invoice.type.value
    return Finding(
        rule=KIND_FINDING,
        severity=Severity.WARN,
        field="type",
        message=f"票种存疑：二维码说明是{kind}，票面文字却像{looks_like}",
        message_en=f"its QR code says {kind}, its words look like {looks_like}",
        expected=looks_like,
        actual=kind,
    )


def _with_finding(invoice: Invoice, finding: Finding) -> Invoice:
    return invoice.model_copy(update={"findings": (*invoice.findings, finding)})


@dataclass(frozen=True, slots=True)
class _Found:
    """What the pages of one file gave."""

    invoices: tuple[Invoice, ...] = ()
    prints: tuple[Print | None, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[ErrorRecord, ...] = ()
    notices: tuple[Notice, ...] = ()
    faults: tuple[Notice, ...] = ()
    """What is wrong with its pictures: worth saying where something was not read for sure."""
    sheets: tuple[BatchSheet, ...] = ()

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


def _beside_list(invoice: Invoice, *, has_list: bool) -> Invoice:
    """The invoice with whether its 销货清单 is in the same file."""
    sight = (invoice.sight or Sight()).model_copy(update={"sales_list": has_list})
    return invoice.model_copy(update={"sight": sight})


def _read(opened: ingest.OpenedFile, tools: Tools) -> _Found:
    """Read every original in the file; what several of them hold alike is one invoice."""
    look = ingest.Looking(tools.steps)
    engine = watching.Watched(tools.engine)
    read: list[tuple[FileKind, Invoice]] = []
    attachments: list[Attachment] = []
    problems: list[ErrorRecord] = []
    faults: list[Notice] = []
    sheets: list[BatchSheet] = []
    for original in opened.originals():
        seen = advice.faults(original)
        reading = ocr.read(original, engine, look, tools.steps, tools.kinds)
        shown = cropped.with_edges(reading.invoices, original)
        read += [(original.kind, invoice) for invoice in shown]
        attachments += trip_lists.with_rides(reading.attachments, original)
        sheets += reading.sheets
        problems += advice.hinted(reading.problems, seen)
        faults += seen
    # a batch sheet keeps what is before it from what is after it
    lists = {section(one.page, sheets) for one in attachments if one.what == "sales_list"}
    invoices = tuple(
        _beside_list(one, has_list=section(one.page, sheets) in lists) for one in ocr.unite(read)
    )
    return _Found(
        invoices=invoices,
        prints=engine.prints(invoices),
        attachments=tuple(attachments),
        problems=(*problems, *opened.problems),
        notices=opened.notices,
        faults=tuple(faults),
        sheets=tuple(sheets),
    )
