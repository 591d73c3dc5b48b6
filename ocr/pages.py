"""One page: its text layer where that can be believed, else every ticket that is seen on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.batch import BatchMark
from models.document import Attachment
from models.errors import ErrorRecord
from models.invoice import FieldName, Invoice
from models.kind import Kinds
from models.page import NOT_PRINTED, Code, Page
from models.view import ALL_STEPS, Look, Step
from ocr.assemble import find_invoices
from ocr.batch_sheet import find_mark
from ocr.engine import OcrEngine
from ocr.form import find_non_invoice
from ocr.qr import find_codes
from ocr.seals import SEALED, with_sight
from ocr.seeing import Seen, Sighting
from ocr.structure import Statement
from ocr.tears import Piece, Placed, forms_of, looks_torn, most_of_one, once, torn_apart
from ocr.views import ViewReader, ViewReading, share_out
from ocr.words import find_words

_PRINTED_FIELDS = (FieldName.NUMBER, FieldName.DATE, FieldName.TOTAL, FieldName.BUYER_NAME)


@dataclass(frozen=True, slots=True)
class PageReading:
    """What one page gave. `problems` says what on it is neither invoice nor attachment; `mark` is
    what it says where it is a batch sheet, and nothing else is there then."""

    invoices: tuple[Invoice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[ErrorRecord, ...] = ()
    mark: BatchMark | None = None

    @property
    def is_empty(self) -> bool:
        return not self.invoices and not self.attachments


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads pages with an engine; `look` finds the tickets in their pictures, `kinds` tells what
    they are where nothing printed says so."""

    engine: OcrEngine
    look: Look
    steps: frozenset[Step] = field(default=ALL_STEPS)
    kinds: Kinds | None = None

    def read(self, page: Page, stated: Sequence[Statement] = ()) -> PageReading:
        """Everything on a page.

        A text layer is believed where the key fields can be located in it and agree with the QR
        or with each other, or where it shows the number the file's structured data states;
        otherwise the page is drawn and read as a picture, and of the two readings the one with
        more settled fields is kept.
        """
        codes = find_codes(page)
        if mark := find_mark(page, codes):
            return PageReading(mark=mark)
        if not page.text:
            return self._by_sight(page, codes)
        words = find_words(page.text)
        by_text = find_invoices(page, words, codes)
        known = {one.number for one in stated if one.number}
        if by_text and all(
            _settled(invoice) == len(_PRINTED_FIELDS) or invoice.number in known
            for invoice in by_text
        ):
            return PageReading(tuple(by_text))
        if not by_text and (what := find_non_invoice(words)):
            return PageReading(attachments=(Attachment(page=page.index, what=what),))
        by_sight = self._by_sight(page, codes)
        if not by_text or sum(map(_settled, by_sight.invoices)) > sum(map(_settled, by_text)):
            return by_sight
        return PageReading(tuple(by_text))

    def _by_sight(self, page: Page, codes: tuple[Code, ...]) -> PageReading:
        """Every ticket in the page's picture, parts of one that was torn apart put together."""
        sighting = Sighting(page.draw(1.0), self.engine, self.look, self.steps)
        found = self._read_views(page, sighting.tickets(), codes)
        if len(found) > 1:
            found = self._mended(page, sighting, found, codes)
        return _gathered(page, found, sighting)

    def _read_views(
        self, page: Page, seen: Sequence[Seen], codes: tuple[Code, ...]
    ) -> list[ViewReading]:
        reader = ViewReader(page, self.kinds, split=Step.SPLIT in self.steps)
        given = share_out(codes, [one.view for one in seen])
        return [reader.read(one, its) for one, its in zip(seen, given, strict=True)]

    def _mended(
        self, page: Page, sighting: Sighting, found: list[ViewReading], codes: tuple[Code, ...]
    ) -> list[ViewReading]:
        """What was read, but where tickets look like parts of one, those read as one ticket if
        more is read of it so."""
        for parts in torn_apart([_piece(one) for one in found]):
            (joined,) = self._read_views(
                page, [sighting.around([found[at].view.outline for at in parts])], codes
            )
            before = [each for at in parts for each in found[at].placed]
            if joined.is_whole and most_of_one(joined.placed) > most_of_one(before):
                found = [one for at, one in enumerate(found) if at not in parts] + [joined]
        placed = [each for one in found for each in one.placed]
        kept = once(placed)
        told = max(sum(one.heads.most > 0 for one in found), len(forms_of(kept)))
        if told < 2 and looks_torn(kept, any(one.hidden for one in found)):
            (whole,) = self._read_views(page, [sighting.whole()], codes)
            if most_of_one(whole.placed) >= max(1, most_of_one(placed)):
                return [whole]
        return found


def _piece(found: ViewReading) -> Piece:
    shown = tuple(one.shows for one in found.placed)
    return Piece(found.view.outline, found.is_whole, found.heads, shown, found.is_doubtful)


def _gathered(page: Page, found: Sequence[ViewReading], sighting: Sighting) -> PageReading:
    """What the views of a page gave, every ticket once with its seals, and what on it could not
    be told."""
    placed = [each for one in found for each in one.placed]
    kept = once(placed) if len(found) > 1 else placed
    attachments = tuple(dict.fromkeys(each for one in found for each in one.attachments))
    if not kept and not attachments:
        return PageReading(problems=(_nothing_found(page, sum(one.lines for one in found)),))
    hidden = sum(one.hidden for one in found)
    problems = (_not_read(page, hidden),) if hidden else ()
    return PageReading(_with_sight(kept, sighting), attachments, problems)


def _with_sight(placed: Sequence[Placed], sighting: Sighting) -> tuple[Invoice, ...]:
    """The invoices of a page with what it shows besides their fields."""
    sealed = any(one.invoice.form in SEALED for one in placed)
    stamps = sighting.stamps() if sealed else None
    return tuple(with_sight(one, stamps, len(placed)) for one in placed)


def _settled(invoice: Invoice) -> int:
    """How many of the fields every form prints were read from the print and not contradicted.

    What the QR supplied does not count: it says nothing about whether the print can be read.
    """
    evidence = (invoice.fields.get(name) for name in _PRINTED_FIELDS)
    printed = (item for item in evidence if item and item.source not in NOT_PRINTED)
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
