"""PDF files through PDFium: pages drawn when asked for, text read from the text layer.

PDFium is not thread-safe: one thread of a process may use this module at a time. Workers are
processes.
"""

import ctypes
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.limits import Limits
from ingest.pdf_bombs import MAX_INSTRUCTIONS, unpacks_to_too_much
from ingest.pdf_forms import draws_too_many_forms
from ingest.pdf_text import Sheet, read_text
from ingest.placing import Part, part, whole
from ingest.refusals import image_too_large, refusal
from ingest.signatures import Trust, check_pdf
from models.geometry import Box
from models.original import PartKind, Signature, StructuredPart
from models.page import Page, Pixels

PDF_DPI = 200
"""Dots per inch at which the pixels of a PDF page are counted."""

_POINTS_PER_INCH = 72
_MOST_EMBEDDED = 50
_NO_TRUST = Trust()
_OPENINGS_A_DOCUMENT = 40
_NEED_TO_PAUSE = dict(pdfium_c.IFSDK_PAUSE._fields_)["NeedToPauseNow"]
_PASSWORD_ERRORS = frozenset({pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY})


class PdfReader:
    """Reads a PDF file. Page objects are opened for each use and closed after it.

    `made_here` is for PDFs we wrote ourselves: they are not searched for what only strangers do.
    """

    def __init__(
        self, data: bytes, limits: Limits, trust: Trust = _NO_TRUST, *, made_here: bool = False
    ) -> None:
        if not made_here and (unpacks_to_too_much(data) or draws_too_many_forms(data)):
            raise refusal("pdf_too_complex", limit=MAX_INSTRUCTIONS / 1024**2)
        self._limits = limits
        self._trust = trust
        self._data = data
        self._document: pdfium.PdfDocument | None = _opened(data)
        self._opened_pages = 0
        self._too_slow: set[int] = set()
        self._count = len(self._document)
        if self._count == 0:
            self.close()
            raise refusal("damaged_pdf")
        if self._count > limits.max_pages:
            self.close()
            raise refusal("too_many_pages", pages=self._count, limit=limits.max_pages)

    @property
    def page_count(self) -> int:
        return self._count

    def page(self, index: int) -> Page:
        """Page `index`. Raises DocumentError: damaged_page, image_too_small."""
        with self._opened_page(index) as pdf_page:
            sheet = self._sheet(pdf_page, index)
            tokens = read_text(pdf_page, sheet, self._limits.max_characters)
        return Page(
            index=index,
            width=sheet.width,
            height=sheet.height,
            text=tuple(token for token, _ in tokens),
            draw=partial(self._draw, index, sheet),
            draw_part=partial(self._draw_part, index, sheet),
            is_picture=not any(visible for _, visible in tokens),
        )

    def parts(self) -> tuple[StructuredPart, ...]:
        """The XML files embedded in the document. Others are not looked at."""
        if self._document is None:
            return ()
        return tuple(_embedded(self._document, self._limits))

    def signatures(self) -> tuple[Signature, ...]:
        return check_pdf(self._data, self._trust)

    def close(self) -> None:
        if self._document is not None:
            self._document.close()
        self._document, self._data = None, b""

    def _sheet(self, pdf_page: pdfium.PdfPage, index: int) -> Sheet:
        wide, high = pdf_page.get_size()
        scale = PDF_DPI / _POINTS_PER_INCH
        pixels = wide * high * scale * scale
        if pixels > self._limits.max_pdf_pixels:
            scale *= math.sqrt(self._limits.max_pdf_pixels / pixels)
        width, height = max(1, round(wide * scale)), max(1, round(high * scale))
        if min(width, height) < self._limits.min_side:
            raise refusal("image_too_small", page=index + 1, width=width, height=height)
        return Sheet(width, height, Box(*pdf_page.get_bbox()), pdf_page.get_rotation())

    def _draw(self, index: int, sheet: Sheet, scale: float) -> Pixels:
        return self._drawn(index, sheet, whole(sheet.width, sheet.height, scale), scale)

    def _draw_part(self, index: int, sheet: Sheet, box: Box, scale: float) -> Pixels:
        return self._drawn(index, sheet, part(box, sheet.width, sheet.height, scale), scale)

    def _drawn(self, index: int, sheet: Sheet, target: Part, scale: float) -> Pixels:
        if target.width * target.height > self._limits.max_pixels:
            raise image_too_large(target.width * target.height, self._limits.max_pixels)
        if index in self._too_slow:
            # what took too long once would only take as long again
            raise refusal("page_too_complex", page=index + 1)
        pixels = np.full((target.height, target.width, 3), 255, np.uint8)
        memory = pixels.ctypes.data_as(ctypes.c_void_p)
        bitmap = pdfium_c.FPDFBitmap_CreateEx(
            target.width, target.height, pdfium_c.FPDFBitmap_BGR, memory, pixels.strides[0]
        )
        if not bitmap:
            raise image_too_large(target.width * target.height, self._limits.max_pixels)
        placed = (
            -round(target.x0 * scale),
            -round(target.y0 * scale),
            max(1, round(sheet.width * scale)),
            max(1, round(sheet.height * scale)),
            0,
            pdfium_c.FPDF_ANNOT,
        )
        try:
            with self._opened_page(index) as pdf_page:
                if not _rendered(bitmap, pdf_page, placed, self._limits.max_draw_seconds):
                    self._too_slow.add(index)
                    raise refusal("page_too_complex", page=index + 1)
                if pdf_page.formenv:
                    pdfium_c.FPDF_FFLDraw(pdf_page.formenv, bitmap, pdf_page, *placed)
        finally:
            pdfium_c.FPDFBitmap_Destroy(bitmap)
        pixels.flags.writeable = False
        return pixels

    @contextmanager
    def _opened_page(self, index: int) -> Iterator[pdfium.PdfPage]:
        document = self._fresh_document()
        try:
            pdf_page = document[index]
        except pdfium.PdfiumError as error:
            raise refusal("damaged_page", page=index + 1) from error
        try:
            yield pdf_page
        finally:
            pdf_page.close()

    def _fresh_document(self) -> pdfium.PdfDocument:
        """The document, opened anew now and then: PDFium keeps every object it has ever read."""
        if self._document is None:
            raise ValueError("the file is closed")
        self._opened_pages += 1
        if self._opened_pages % _OPENINGS_A_DOCUMENT == 0:
            self._document.close()
            self._document = _opened(self._data)
        return self._document


def _rendered(
    bitmap: pdfium_c.FPDF_BITMAP,
    pdf_page: pdfium.PdfPage,
    placed: tuple[int, int, int, int, int, int],
    seconds: float,
) -> bool:
    """Draws the page and gives True, or gives up after about so many seconds.

    A page of some kilobytes can ask for hours of drawing. PDFium lets itself be stopped between
    two of a page's objects only.
    """
    end = time.monotonic() + seconds
    pause = pdfium_c.IFSDK_PAUSE(version=1)
    # kept in a name, or it would be gone when PDFium calls it
    is_over = _NEED_TO_PAUSE(lambda _: time.monotonic() >= end)
    pause.NeedToPauseNow = is_over
    state = pdfium_c.FPDF_RenderPageBitmap_Start(bitmap, pdf_page, *placed, ctypes.byref(pause))
    pdfium_c.FPDF_RenderPage_Close(pdf_page)
    return bool(state != pdfium_c.FPDF_RENDER_TOBECONTINUED)


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            # seals of signed invoices are form fields, drawn only with a form environment
            document.init_forms()
        return document
    except pdfium.PdfiumError as error:
        # PDFium may still report why an earlier file failed; a locked one says so itself
        locked = getattr(error, "err_code", None) in _PASSWORD_ERRORS and b"/Encrypt" in data
        raise refusal("encrypted_pdf" if locked else "damaged_pdf") from error


def looks_cut_off(data: bytes) -> bool:
    """Whether a PDF lacks the mark at its end. PDFium repairs such files, perhaps with loss."""
    return b"%%EOF" not in data[-2048:]


def _embedded(document: pdfium.PdfDocument, limits: Limits) -> Iterator[StructuredPart]:
    """The document's embedded XML files, told by their first character."""
    for index in range(min(document.count_attachments(), _MOST_EMBEDDED)):
        try:
            attachment = document.get_attachment(index)
            name, data = attachment.get_name(), bytes(attachment.get_data())
        except (pdfium.PdfiumError, UnicodeDecodeError, ValueError):
            continue
        head = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"")
        if head.startswith(b"<") and len(data) <= limits.max_bytes:
            yield StructuredPart(PartKind.XML, name, data)
