"""One page: its text layer where that can be believed, else every ticket that is seen on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from models.document import Attachment
from models.errors import ErrorRecord
from models.geometry import Box
from models.invoice import Candidate, Evidence, FieldName, Invoice
from models.page import Code, Page, Source
from models.view import ALL_STEPS, Corners, Look, Points, Step, View, corners_of
from ocr.assemble import find_invoices
from ocr.engine import OcrEngine
from ocr.form import find_non_invoice
from ocr.qr import find_codes
from ocr.seeing import Seen, Sighting
from ocr.split import titles
from ocr.structure import Statement
from ocr.tears import Placed, looks_torn, most_of_one, once
from ocr.words import find_words

_PRINTED_FIELDS = (FieldName.NUMBER, FieldName.DATE, FieldName.TOTAL, FieldName.BUYER_NAME)
_NOT_PRINT = frozenset({Source.QR, Source.DERIVED})
_FEW_LABELS, _FEW_FIGURES = 2, 2
_LONG_FIGURE = 4
"""Digits in one word that make it a figure as tickets have them."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """What one page gave. `problems` says what on it is neither invoice nor attachment."""

    placed: tuple[Placed, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[ErrorRecord, ...] = ()
    hidden: int = 0
    """How many more titles of forms than invoices were read where one ticket was looked for."""

    @property
    def invoices(self) -> tuple[Invoice, ...]:
        return tuple(one.invoice for one in self.placed)

    @property
    def is_empty(self) -> bool:
        return not self.placed and not self.attachments


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads pages with an engine; `look` finds the tickets in their pictures."""

    engine: OcrEngine
    look: Look
    steps: frozenset[Step] = field(default=ALL_STEPS)

    def read(self, page: Page, stated: Sequence[Statement] = ()) -> PageReading:
        """Everything on a page.

        A text layer is believed where the key fields can be located in it and agree with the QR
        or with each other, or where it shows the number the file's structured data states;
        otherwise the page is drawn and read as a picture, and of the two readings the one with
        more settled fields is kept.
        """
        codes = find_codes(page)
        if not page.text:
            return self._by_sight(page, codes)
        words = find_words(page.text)
        by_text = find_invoices(page, words, codes)
        known = {one.number for one in stated if one.number}
        if by_text and all(
            _settled(invoice) == len(_PRINTED_FIELDS) or invoice.number in known
            for invoice in by_text
        ):
            return _as_they_are(by_text)
        if not by_text and (what := find_non_invoice(words)):
            return PageReading(attachments=(Attachment(page=page.index, what=what),))
        by_sight = self._by_sight(page, codes)
        if not by_text or sum(map(_settled, by_sight.invoices)) > sum(map(_settled, by_text)):
            return by_sight
        return _as_they_are(by_text)

    def _by_sight(self, page: Page, codes: tuple[Code, ...]) -> PageReading:
        """Every ticket in the page's picture; where they look like parts of one, the page as one
        ticket, if more is read of it so."""
        sighting = Sighting(page.draw(1.0), self.engine, self.look, self.steps)
        seen = sighting.tickets()
        found = self._of_views(page, seen, codes)
        if len(seen) > 1 and looks_torn(found.placed, bool(found.problems)):
            whole = self._of_views(page, (sighting.whole(),), codes)
            if most_of_one(whole.placed) >= max(1, most_of_one(found.placed)):
                return whole
        return replace(found, placed=once(found.placed))

    def _of_views(self, page: Page, seen: Sequence[Seen], codes: tuple[Code, ...]) -> PageReading:
        split = Step.SPLIT in self.steps
        given = _share_out(codes, [one.view for one in seen])
        found = [
            _read_view(page, one, its, split=split) for one, its in zip(seen, given, strict=True)
        ]
        placed = tuple(each for one in found for each in one.placed)
        attachments = tuple(dict.fromkeys(each for one in found for each in one.attachments))
        if not placed and not attachments:
            lines = sum(len(one.tokens) for one in seen)
            return PageReading(problems=(_nothing_found(page, lines),))
        unread = [
            one
            for one, reading in zip(seen, found, strict=True)
            if reading.is_empty and _speaks_of_invoices(one)
        ]
        count = len(unread) + sum(one.hidden for one in found)
        problems = (_not_read(page, count),) if count else ()
        return PageReading(placed, attachments, problems)


def _as_they_are(invoices: Iterable[Invoice]) -> PageReading:
    """Invoices whose places are those of the page."""
    return PageReading(tuple(Placed(one, _corners(one)) for one in invoices))


def _corners(invoice: Invoice) -> Corners:
    return (invoice.region or Box(0.0, 0.0, 0.0, 0.0)).corners


def _read_view(page: Page, seen: Seen, codes: Sequence[Code], *, split: bool) -> PageReading:
    """What one ticket is, places in page pixels; `codes` are in those of the view."""
    view = seen.view
    words = find_words(seen.tokens)
    invoices = find_invoices(page_of(view, page), words, tuple(codes), split=split)
    if not invoices and (what := find_non_invoice(words)):
        return PageReading(attachments=(Attachment(page=page.index, what=what),))
    heads = len(titles(words, heads_only=True)) if invoices else 0
    hidden = max(0, heads - len(invoices))
    if view.is_whole:
        return replace(_as_they_are(invoices), hidden=hidden)
    placed = []
    for invoice in invoices:
        corners = np.array(_corners(invoice), np.float64)
        placed.append(Placed(_on_page(invoice, view, page), corners_of(view.on_page(corners))))
    return PageReading(tuple(placed), hidden=hidden)


def _speaks_of_invoices(seen: Seen) -> bool:
    """Whether a title or labels of some form stand on a paper, or figures as on any ticket.

    A letter or a book that lay beside it has none. Of a ticket too blurred to tell, figures are
    what is left, and it must not be passed over in silence.
    """
    words = find_words(seen.tokens)
    labels = sum(word.label is not None for word in words)
    figures = sum(sum(map(str.isdigit, word.text)) >= _LONG_FIGURE for word in words)
    return bool(titles(words)) or labels >= _FEW_LABELS or figures >= _FEW_FIGURES


def page_of(view: View, page: Page) -> Page:
    """A view as a page of its own, for what reads places in it."""
    return Page(page.index, view.width, view.height, (), page.draw, page.draw_part)


def _share_out(codes: Sequence[Code], views: Sequence[View]) -> list[list[Code]]:
    """For each view the codes that lie in it, corners in its pixels; a view of the whole page
    beside others has those that lie in no other."""
    given: list[list[Code]] = [[] for _ in views]
    for code in codes:
        corners = np.array(code.corners, np.float64)
        inside = [at for at, view in enumerate(views) if _lies_in(view.from_page(corners), view)]
        cut = [at for at in inside if not views[at].is_whole]
        for at in cut or inside:
            moved = corners_of(views[at].from_page(corners))
            given[at].append(Code(code.payload, moved, code.decoder))
    return given


def _lies_in(corners: Points, view: View) -> bool:
    x, y = corners.mean(axis=0)
    return bool(0 <= x <= view.width and 0 <= y <= view.height)


def _on_page(invoice: Invoice, view: View, page: Page) -> Invoice:
    """An invoice read in a view, with its places as they are on the page."""

    def placed(box: Box | None) -> Box | None:
        if box is None:
            return None
        corners = np.array(box.corners, np.float64)
        there = Box.around(corners_of(view.on_page(corners)))
        inside = there.intersection(Box(0, 0, page.width, page.height))
        return Box(*(round(edge, 1) for edge in inside)) if inside else None

    def moved(item: Evidence) -> Evidence:
        candidates = tuple(_moved(candidate) for candidate in item.candidates)
        return item.model_copy(update={"box": placed(item.box), "candidates": candidates})

    def _moved(candidate: Candidate) -> Candidate:
        return candidate.model_copy(update={"box": placed(candidate.box)})

    fields = {name: moved(item) for name, item in invoice.fields.items()}
    return invoice.model_copy(update={"fields": fields, "region": placed(invoice.region)})


def _settled(invoice: Invoice) -> int:
    """How many of the fields every form prints were read from the print and not contradicted.

    What the QR supplied does not count: it says nothing about whether the print can be read.
    """
    evidence = (invoice.fields.get(name) for name in _PRINTED_FIELDS)
    printed = (item for item in evidence if item and item.source not in _NOT_PRINT)
    return sum(1 for item in printed if item.confidence >= 0.8)


def _nothing_found(page: Page, lines: int) -> ErrorRecord:
    number = page.index + 1
    if not lines:
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


def _not_read(page: Page, count: int) -> ErrorRecord:
    """For tickets on a sheet that gave nothing while others did."""
    number = page.index + 1
    return ErrorRecord(
        code="ticket_not_read",
        message=f"第 {number} 页上有 {count} 张纸没有认出是什么票据",
        hint="若是发票，请单独拍清楚后再交；若不是，可不理会",
        message_en=f"{count} of the papers on page {number} could not be told",
        hint_en="if it is an invoice, take a picture of it alone; if it is none, never mind",
    )
