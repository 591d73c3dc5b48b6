"""Reads an OFD file: its pages with text and drawings, and what it states in structure."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import islice
from xml.etree.ElementTree import Element

from ingest.limits import Limits
from ingest.ofd.content import (
    MOST_OBJECTS,
    Budget,
    ClipPath,
    GraphicObject,
    ImageObject,
    Look,
    TextObject,
    appearance_objects,
    page_objects,
)
from ingest.ofd.document import OfdDocument
from ingest.ofd.drawing import to_pdf
from ingest.ofd.fonts import has_chinese
from ingest.ofd.matrix import BadContent, Matrix, moved, scaled, times
from ingest.ofd.package import OfdPackage
from ingest.ofd.refusals import damaged, refusal
from ingest.ofd.resources import PictureRef
from ingest.ofd.seals import Stamp, stamps
from ingest.ofd.tags import Tagged, parts
from ingest.ofd.text import Sheet, tokens
from ingest.pdf import PDF_DPI, PdfReader
from ingest.refusals import refusal as file_refusal
from ingest.signatures import Trust, check_ofd
from models.document import Notice
from models.errors import DocumentError
from models.geometry import Box
from models.original import Signature, StructuredPart
from models.page import Page, Pixels

_NO_TRUST = Trust()
_MM_PER_INCH = 25.4
_KEPT_OBJECTS = 60_000
_MOST_STAMPS = 50
_MOST_IMAGE_PIXELS = 40_000_000
"""Of the pictures of one page together: decoding them takes some bytes for each."""

_DRAWING_ERRORS = frozenset({"pdf_too_complex", "page_too_complex", "damaged_pdf", "damaged_page"})


class OfdReader:
    """Reads an OFD file: the PageReader of ingest.opened.

    `trust` is whom signers are trusted under. The stamps of signatures are found in the file
    unless `stamp_pictures` gives others. Raises
    DocumentError: damaged_ofd, encrypted_ofd, ofd_too_complex, damaged_xml, xml_too_complex,
    too_many_pages.
    """

    def __init__(
        self,
        data: bytes,
        limits: Limits,
        trust: Trust = _NO_TRUST,
        stamp_pictures: Sequence[Stamp] | None = None,
    ) -> None:
        self._limits = limits
        self._trust = trust
        self.package = OfdPackage(data, limits)
        self._documents = tuple(_documents(self.package))
        self._count = sum(len(document.pages) for document in self._documents)
        if self._count == 0:
            raise damaged("没有页面", "it has no pages")
        if self._count > limits.max_pages:
            raise file_refusal("too_many_pages", pages=self._count, limit=limits.max_pages)
        self._stamps = None if stamp_pictures is None else tuple(stamp_pictures)
        self._objects: dict[int, tuple[GraphicObject, ...]] = {}
        self._drawing: tuple[int, PdfReader] | None = None

    @property
    def page_count(self) -> int:
        return self._count

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a reader of drawings should know: that no Chinese font is installed."""
        if has_chinese():
            return ()
        return (
            Notice(
                code="cjk_font_missing",
                message="没有可用的中文字体，OFD 未嵌入字体的文字在图上不显示（读取不受影响）",
                message_en="No Chinese font is installed: drawings of OFD pages lack text whose"
                " font is not embedded (reading is not affected)",
            ),
        )

    def page(self, index: int) -> Page:
        """Page `index`. Raises DocumentError: damaged_page, xml_too_complex, image_too_small."""
        sheet = self.sheet(index)
        found = tokens(self.texts(index), sheet, self._limits.max_characters)
        return Page(
            index=index,
            width=sheet.width,
            height=sheet.height,
            text=found,
            draw=partial(self._draw, index),
            draw_part=partial(self._draw_part, index),
            is_picture=not found,
            draw_marks=partial(self._draw_marks, index),
        )

    def parts(self) -> tuple[StructuredPart, ...]:
        """Attached XML, custom tags and DocInfo's values; what cannot be read is left out."""
        return parts(self.package, self._documents, Tagged(self.sheet, self.texts).look_up)

    def signatures(self) -> tuple[Signature, ...]:
        """The verdicts on the file's signatures; () for an unsigned one."""
        package = self.package
        return tuple(
            verdict
            for path in package.signature_lists
            for verdict in check_ofd(package.read, package.names(), path, self._trust)
        )

    def close(self) -> None:
        if self._drawing is not None:
            self._drawing[1].close()
        self._drawing = None
        self._objects.clear()
        self.package.close()

    def texts(self, index: int) -> Iterator[TextObject]:
        """The text objects of a page. Raises DocumentError."""
        return (item for item in self._page_objects(index) if isinstance(item, TextObject))

    def _place(self, index: int) -> tuple[OfdDocument, int]:
        for document in self._documents:
            if index < document.first_page + len(document.pages):
                return document, index - document.first_page
        raise IndexError(f"page {index}")

    def sheet(self, index: int) -> Sheet:
        """A page's size. Raises DocumentError."""
        document, number = self._place(index)
        try:
            area = document.area(number)
        except DocumentError as error:
            raise _page_error(error, index) from error
        return _sheet(area, index, self._limits)

    def _page_objects(self, index: int) -> tuple[GraphicObject, ...]:
        if index not in self._objects:
            document, number = self._place(index)
            try:
                found = tuple(islice(_objects(document, number, Budget()), MOST_OBJECTS))
            except DocumentError as error:
                raise _page_error(error, index) from error
            while sum(map(len, self._objects.values())) + len(found) > _KEPT_OBJECTS:
                if not self._objects:
                    break
                self._objects.pop(next(iter(self._objects)))
            self._objects[index] = found
        return self._objects[index]

    def _draw(self, index: int, scale: float) -> Pixels:
        return self._drawn(index).draw(scale)

    def _draw_part(self, index: int, box: Box, scale: float) -> Pixels:
        return self._drawn(index).draw_part(box, scale)

    def _draw_marks(self, index: int, box: Box, scale: float) -> Pixels:
        """A part of the page without its text, which is most of the work."""
        if self._drawing is not None and self._drawing[0] == index:
            return self._draw_part(index, box, scale)
        marks = (item for item in self._page_objects(index) if not isinstance(item, TextObject))
        with closing(self._as_pdf(index, marks)) as reader:
            return _Drawing(reader.page(0), index).draw_part(box, scale)

    def _as_pdf(self, index: int, items: Iterable[GraphicObject]) -> PdfReader:
        most = min(self._limits.max_pixels, _MOST_IMAGE_PIXELS)
        pdf = to_pdf(items, self.sheet(index), most)
        # the page was measured and read here; PDFium is only to draw it
        limits = replace(self._limits, max_characters=0, max_pdf_pixels=10**12)
        return PdfReader(pdf, limits, made_here=True)

    def _drawn(self, index: int) -> "_Drawing":
        """The page ready to be drawn; that of the page drawn last is kept."""
        if self._drawing is None or self._drawing[0] != index:
            if self._drawing is not None:
                self._drawing[1].close()
                self._drawing = None
            stamped = islice(self._stamp_objects(index), MOST_OBJECTS)
            items = (*self._page_objects(index), *stamped)
            self._drawing = (index, self._as_pdf(index, items))
        return _Drawing(self._drawing[1].page(0), index)

    def _stamp_objects(self, index: int) -> Iterator[GraphicObject]:
        if self._stamps is None:
            self._stamps = tuple(stamps(self.package))
        document, number = self._place(index)
        key = document.pages[number].key
        budget = Budget()
        here = [stamp for stamp in self._stamps if stamp.page_key == key]
        for stamp in here[:_MOST_STAMPS]:
            yield from _stamp_objects(stamp, self._limits, budget)


class _Drawing:
    """A page drawn by PDFium; its errors are said of the OFD's page."""

    def __init__(self, page: Page, index: int) -> None:
        self._page = page
        self._index = index

    def draw(self, scale: float) -> Pixels:
        try:
            return self._page.draw(scale)
        except DocumentError as error:
            raise self._said(error) from error

    def draw_part(self, box: Box, scale: float) -> Pixels:
        try:
            return self._page.draw_part(box, scale)
        except DocumentError as error:
            raise self._said(error) from error

    def _said(self, error: DocumentError) -> DocumentError:
        if error.record.code in _DRAWING_ERRORS:
            return refusal("page_too_complex", page=self._index + 1)
        return error


def _documents(package: OfdPackage) -> Iterator[OfdDocument]:
    """The documents of a package; a bad one is left out where another is good."""
    failure: DocumentError | None = None
    first = 0
    for body in package.bodies:
        try:
            document = OfdDocument(package, body, first)
        except DocumentError as error:
            failure = failure or error
            continue
        first += len(document.pages)
        yield document
    if failure is not None and first == 0:
        raise failure


def _sheet(area: Box, index: int, limits: Limits) -> Sheet:
    per_mm = PDF_DPI / _MM_PER_INCH
    pixels = area.area * per_mm * per_mm
    if pixels > limits.max_pdf_pixels:
        per_mm *= math.sqrt(limits.max_pdf_pixels / pixels)
    width, height = max(1, round(area.width * per_mm)), max(1, round(area.height * per_mm))
    if min(width, height) < limits.min_side:
        raise file_refusal("image_too_small", page=index + 1, width=width, height=height)
    matrix = times(scaled(width / area.width, height / area.height), moved(-area.x0, -area.y0))
    return Sheet(width, height, area, matrix)


def _objects(document: OfdDocument, number: int, budget: Budget) -> Iterator[GraphicObject]:
    """All objects of a page from the bottom up, those of templates and annotations included."""
    root = document.page_root(number)
    templates = document.templates(root)
    for template, path, order in templates:
        if order != "foreground":
            yield from _layered(document, template, path, budget)
    yield from _layered(document, root, document.pages[number].path, budget)
    for template, path, order in templates:
        if order == "foreground":
            yield from _layered(document, template, path, budget)
    for annot in document.annotations(number):
        yield from appearance_objects(annot, document.resources, budget)


def _layered(
    document: OfdDocument, root: Element, path: str | None, budget: Budget
) -> Iterator[GraphicObject]:
    found = page_objects(root, document.page_resources(root, path), budget)
    ranked = sorted(islice(found, MOST_OBJECTS), key=lambda item: item[0])
    return (item for _, item in ranked)


def _page_error(error: DocumentError, index: int) -> DocumentError:
    """What is wrong with one page, said of that page."""
    if error.record.code == "xml_too_complex":
        return error
    return refusal("damaged_page", page=index + 1)


def _stamp_objects(stamp: Stamp, limits: Limits, budget: Budget) -> Iterator[GraphicObject]:
    """A stamp's picture as objects of the page it is on."""
    box = stamp.box
    clips = () if stamp.clip is None else ((_clip(stamp.clip, box),),)
    if not stamp.picture.startswith(b"PK"):
        load = partial(bytes, stamp.picture)
        ref = PictureRef(f"stamp {hash(stamp.picture)}", load)
        matrix = times(moved(box.x0, box.y0), scaled(box.width, box.height))
        yield ImageObject("", matrix, Look(), clips, ref, None, 1.0)
        return
    try:
        document = next(_documents(OfdPackage(stamp.picture, limits)))
        area = document.area(0)
        items = tuple(islice(_objects(document, 0, budget), MOST_OBJECTS))
    except (DocumentError, StopIteration, IndexError):
        return
    shrink = scaled(box.width / area.width, box.height / area.height)
    matrix = times(times(moved(box.x0, box.y0), shrink), moved(-area.x0, -area.y0))
    for item in items:
        placed = _placed(item, matrix)
        if placed is not None:
            yield replace(placed, clips=placed.clips + clips)


def _placed(item: GraphicObject, matrix: Matrix) -> GraphicObject | None:
    try:
        clips = tuple(
            tuple(replace(clip, matrix=times(matrix, clip.matrix)) for clip in clips)
            for clips in item.clips
        )
        return replace(item, matrix=times(matrix, item.matrix), clips=clips)
    except BadContent:
        return None


def _clip(clip: Box, box: Box) -> ClipPath:
    corners = ((clip.x0, clip.y0), (clip.x1, clip.y0), (clip.x1, clip.y1), (clip.x0, clip.y1))
    path = tuple(("l" if number else "m", corner) for number, corner in enumerate(corners))
    return ClipPath(moved(box.x0, box.y0), (*path, ("h", ())))
