"""From a file's pages and structured data to what it holds."""

import itertools
from collections.abc import Iterable

from models.batch import ATTACHMENT, BatchSheet, section
from models.document import Attachment
from models.errors import DocumentError, ErrorRecord
from models.invoice import Invoice
from models.kind import Kinds
from models.original import Original, StructuredPart
from models.record import Record
from models.view import ALL_STEPS, Look, LookAsItIs, Step
from ocr.batch_sheet import is_blank_back
from ocr.engine import OcrEngine
from ocr.pages import PageReader
from ocr.settle import join_pages, settle
from ocr.structure import Statement, join_statements, read_part

_AS_IT_IS = LookAsItIs()


class Reading(Record):
    """What was read from the pages of one file.

    `problems` has one entry for every page that gave neither an invoice nor an attachment.
    `sheets` are the batch sheets among the pages; each is an attachment too.
    """

    invoices: tuple[Invoice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[ErrorRecord, ...] = ()
    sheets: tuple[BatchSheet, ...] = ()


def read(
    original: Original,
    engine: OcrEngine,
    look: Look = _AS_IT_IS,
    steps: frozenset[Step] = ALL_STEPS,
    kinds: Kinds | None = None,
) -> Reading:
    """Read one file: what its structured data states, and every page in order.

    `look` shows a page that has to be read by sight, ticket by ticket; `kinds` tells what a ticket
    is where nothing printed on it does. A page or part that cannot
    be read becomes a problem and costs only itself.
    """
    problems: list[ErrorRecord] = []
    statements = _statements(original.parts, problems)
    stated = [one for one in statements if one.attachment is None]
    attachments = [
        Attachment(page=None, what=one.attachment) for one in statements if one.attachment
    ]
    shown: list[Invoice] = []
    sheets: list[BatchSheet] = []
    reader = PageReader(engine, look, steps, kinds)
    for index in range(len(original.pages)):
        try:
            page = original.pages[index]
            found = reader.read(page, stated)
        except DocumentError as error:
            problems.append(error.record)
            continue
        if sheets and sheets[-1].page == page.index - 1 and is_blank_back(page, found.problems):
            continue
        shown += found.invoices
        attachments += found.attachments
        if found.mark is not None:
            sheets.append(BatchSheet(page=page.index, mark=found.mark))
            attachments.append(Attachment(page=page.index, what=ATTACHMENT))
        if not (stated and found.is_empty):
            problems += found.problems
    invoices = settle(_joined(shown, sheets), stated)
    if not invoices and not attachments and not problems:
        problems.append(_no_invoice_inside(original.name))
    signed = [one.model_copy(update={"signatures": original.signatures}) for one in invoices]
    return Reading(
        invoices=tuple(signed),
        attachments=tuple(attachments),
        problems=tuple(problems),
        sheets=tuple(sheets),
    )


def _joined(shown: list[Invoice], sheets: list[BatchSheet]) -> list[Invoice]:
    """The invoices of a file's pages, those on several pages put together; a batch sheet between
    two pages keeps them apart."""
    parts = itertools.groupby(shown, key=lambda one: section(one.page, sheets))
    return [invoice for _, part in parts for invoice in join_pages(part)]


def _statements(
    parts: Iterable[StructuredPart], problems: list[ErrorRecord]
) -> tuple[Statement, ...]:
    """What the structured parts state about each invoice; a damaged part is a problem."""
    found: list[Statement] = []
    for part in parts:
        try:
            found += read_part(part)
        except DocumentError as error:
            problems.append(error.record)
    return join_statements(tuple(found))


def _no_invoice_inside(name: str) -> ErrorRecord:
    """For a file without pages whose data is no invoice's."""
    which = f" {name} " if name else ""
    return ErrorRecord(
        code="no_invoice_found",
        message=f"文件{which}里没有发票数据",
        hint="请确认是电子发票的 XML（或 XBRL）原件",
        message_en=f"no invoice data in the file{which.rstrip()}",
        hint_en="make sure it is the XML (or XBRL) original of an electronic invoice",
    )
