"""From a file's pages and structured data to what it holds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import mean

import numpy as np

from models.document import Attachment
from models.errors import DocumentError, ErrorRecord
from models.geometry import Box
from models.invoice import FieldName, Invoice
from models.original import Original, StructuredPart
from models.page import Code, Page, Source, Token
from models.record import Record
from ocr.assemble import find_invoices
from ocr.engine import OcrEngine
from ocr.form import find_non_invoice
from ocr.qr import find_codes
from ocr.settle import join_pages, settle
from ocr.structure import Statement, join_statements, read_part
from ocr.words import Word, find_words

_PRINTED_FIELDS = (FieldName.NUMBER, FieldName.DATE, FieldName.TOTAL, FieldName.BUYER_NAME)
_NOT_PRINT = frozenset({Source.QR, Source.DERIVED})
_MAKES_SENSE = 0.84
"""Mean confidence of a page read the right way up; upside down, 0.60 to 0.79 was measured."""


class Reading(Record):
    """What was read from the pages of one file.

    `problems` has one entry for every page that gave neither an invoice nor an attachment.
    """

    invoices: tuple[Invoice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[ErrorRecord, ...] = ()


def read(original: Original, engine: OcrEngine) -> Reading:
    """Read one file: what its structured data states, and every page in order.

    A page or part that cannot be read becomes a problem and costs only itself.
    """
    problems: list[ErrorRecord] = []
    statements = _statements(original.parts, problems)
    stated = [one for one in statements if one.attachment is None]
    attachments = [
        Attachment(page=None, what=one.attachment) for one in statements if one.attachment
    ]
    shown: list[Invoice] = []
    for index in range(len(original.pages)):
        try:
            page = original.pages[index]
            found, words = read_page(page, engine, stated)
        except DocumentError as error:
            problems.append(error.record)
            continue
        shown += found
        if not found and (what := find_non_invoice(words)):
            attachments.append(Attachment(page=page.index, what=what))
        elif not found and not stated:
            problems.append(_nothing_found(page, words))
    invoices = settle(join_pages(shown), stated)
    if not invoices and not attachments and not problems:
        problems.append(_no_invoice_inside(original.name))
    signed = [one.model_copy(update={"signatures": original.signatures}) for one in invoices]
    return Reading(invoices=tuple(signed), attachments=tuple(attachments), problems=tuple(problems))


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


def read_page(
    page: Page, engine: OcrEngine, stated: Sequence[Statement] = ()
) -> tuple[list[Invoice], tuple[Word, ...]]:
    """(the invoices on a page, the words they were read from).

    A text layer is believed where the key fields can be located in it and agree with the QR or
    with each other, or where it shows the number the file's structured data states; otherwise
    the page is drawn and read as a picture, and of the two readings the one with more settled
    fields is kept.
    """
    codes = find_codes(page)
    if not page.text:
        return _read_picture(page, engine, codes)
    words = find_words(page.text)
    by_text = find_invoices(page, words, codes)
    known = {one.number for one in stated if one.number}
    if by_text and all(
        _settled(invoice) == len(_PRINTED_FIELDS) or invoice.number in known for invoice in by_text
    ):
        return by_text, words
    if not by_text and find_non_invoice(words):
        return [], words
    by_sight, seen_words = _read_picture(page, engine, codes)
    if not by_text or sum(map(_settled, by_sight)) > sum(map(_settled, by_text)):
        return by_sight, seen_words or words
    return by_text, words


def _read_picture(
    page: Page, engine: OcrEngine, codes: tuple[Code, ...]
) -> tuple[list[Invoice], tuple[Word, ...]]:
    """(the invoices seen in a page's picture, its words).

    The engine reads lines that run to the right or downwards, so a page that lies on its right
    side is read as it is. One that makes no sense is turned upside down and read again.
    """
    picture = page.draw(1.0)
    tokens = engine.read(picture)
    if tokens and _sureness(tokens) <= _MAKES_SENSE:
        turned = engine.read(np.ascontiguousarray(picture[::-1, ::-1]))
        if turned and _sureness(turned) > _sureness(tokens):
            tokens = tuple(_turned_back(token, page) for token in turned)
    words = find_words(tokens)
    return find_invoices(page, words, codes), words


def _sureness(tokens: tuple[Token, ...]) -> float:
    """The mean confidence of what was read."""
    return mean(token.confidence for token in tokens)


def _turned_back(token: Token, page: Page) -> Token:
    """A token of the page upside down, at its place on the page."""
    box = token.box
    quad = token.quad or ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
    placed = tuple((page.width - x, page.height - y) for x, y in quad)
    return replace(token, box=Box.around(placed), quad=placed, char_x=())


def _settled(invoice: Invoice) -> int:
    """How many of the fields every form prints were read from the print and not contradicted.

    What the QR supplied does not count: it says nothing about whether the print can be read.
    """
    evidence = (invoice.fields.get(name) for name in _PRINTED_FIELDS)
    printed = (item for item in evidence if item and item.source not in _NOT_PRINT)
    return sum(1 for item in printed if item.confidence >= 0.8)


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


def _nothing_found(page: Page, words: tuple[Word, ...]) -> ErrorRecord:
    number = page.index + 1
    if not words:
        return ErrorRecord(
            code="no_text",
            message=f"第 {number} 页没有读到文字",
            hint="请确认不是空白页；若是照片，请对焦清楚、光线均匀后重拍",
            message_en=f"no text was found on page {number}",
            hint_en="make sure it is not blank; retake a photo in focus and in even light",
        )
    return ErrorRecord(
        code="no_invoice_found",
        message=f"第 {number} 页未找到发票",
        hint="请确认是发票票面；若是照片，请把整张票拍正后重拍",
        message_en=f"no invoice was found on page {number}",
        hint_en="make sure it shows an invoice; retake a photo with the whole invoice upright",
    )
