"""From an order to a truth, and from a truth to a file's bytes."""

from collections.abc import Collection
from random import Random
from typing import TypeAlias

from synth import asides
from synth.aside import Aside
from synth.draw import pdf, picture
from synth.draw.picture import Drawn
from synth.draw.place import Place
from synth.draw.sheet import Sheet
from synth.draw.textlayer import TextLayer
from synth.kinds import check_traits, kind_of
from synth.order import Order, Trait
from synth.truth import Party, Truth

Document: TypeAlias = Truth | Aside
"""An invoice, or what lies in the pile beside invoices."""

SCAN_DPI = 200


def make(
    kind: str,
    seed: int,
    *,
    buyer: Party | None = None,
    traits: Collection[Trait] = (),
    kept: bool = False,
) -> Truth:
    """Invent a document of `kind` (such as dz_normal); the same order gives the same document.

    `kept` uses the words and layouts that are kept back for the benchmark.
    Raises UsageError (unknown_kind, impossible_trait).
    """
    check_traits(kind, traits)
    found = kind_of(kind)
    form = found.forms[Random(f"form:{kind}:{seed}").randrange(len(found.forms))]
    order = Order(kind, form, seed, buyer, frozenset(traits), kept)
    ordered = {"kind": kind, "traits": tuple(sorted(order.traits)), "kept": kept}
    return found.make(order).model_copy(update=ordered)


def draw_pdf(*documents: Document, text: TextLayer = TextLayer.SEPARATE) -> bytes:
    """The documents as one PDF, in their order, each with all its pages.

    Electronic forms get a text layer of the given kind, with embedded fonts; paper forms become
    a scan without text, or with text=HIDDEN with invisible, careless text.
    Raises DependencyMissing (font_missing).
    """
    return pdf_with_places(*documents, text=text)[0]


def pdf_with_places(
    *documents: Document, text: TextLayer = TextLayer.SEPARATE
) -> tuple[bytes, list[tuple[Place, ...]]]:
    """The documents as one PDF, and where the values of each stand on its first page.

    In pixels at 200 dpi. Otherwise as `draw_pdf`.
    """
    places: list[tuple[Place, ...]] = []
    pages: list[Sheet] = []
    for document in documents:
        scanned = on_paper(document) or text is TextLayer.HIDDEN
        for index, sheet in enumerate(_sheets(document)):
            drawn = _drawn(document, sheet, SCAN_DPI) if scanned else None
            if index == 0:
                found = drawn.places if drawn else picture.places_on_screen(sheet, SCAN_DPI)
                places.append(found)
            pages.append(pdf.scan(drawn.image, sheet, text) if drawn else sheet)
    title = documents[0].number if isinstance(documents[0], Truth) else documents[0].kind
    return pdf.write(pages, title=title, text=text), places


def first_page_places(truth: Truth) -> tuple[Place, ...]:
    """Where the values of an electronic form stand on its first page, in pixels at 200 dpi."""
    return picture.places_on_screen(kind_of(truth.kind).lay_out(truth), SCAN_DPI)


def page_count(document: Document) -> int:
    """How many pages a document has."""
    if isinstance(document, Aside):
        return 1
    more = kind_of(document.kind).more
    return 1 + (len(more(document)) if more else 0)


def on_paper(document: Document) -> bool:
    """Whether it has no electronic original."""
    if isinstance(document, Aside):
        return asides.ASIDES[document.kind].on_paper
    return kind_of(document.kind).on_paper


def _sheets(document: Document) -> list[Sheet]:
    """The first page of a document and those that follow it."""
    if isinstance(document, Aside):
        return [asides.lay_out_aside(document)]
    kind = kind_of(document.kind)
    return [kind.lay_out(document), *(kind.more(document) if kind.more else ())]


def draw_png(document: Document, *, dpi: float = SCAN_DPI) -> bytes:
    """The document as a PNG at `dpi`. Raises DependencyMissing (font_missing)."""
    return picture.png(draw_page(document, dpi=dpi).image, dpi)


def draw_page(document: Document, index: int = 0, *, dpi: float = SCAN_DPI) -> Drawn:
    """A page of the document as a picture, and where its values stand in it.

    An electronic form as a viewer shows it, a paper form with its print and stamp as a flatbed
    scanner sees it. Raises DependencyMissing (font_missing).
    """
    return _drawn(document, _sheets(document)[index], dpi)


def _drawn(document: Document, sheet: Sheet, dpi: float) -> Drawn:
    """A sheet of the document as a picture."""
    if isinstance(document, Aside):
        return asides.draw_aside_page(document, dpi)
    if not on_paper(document):
        return picture.on_screen(sheet, dpi, pdf.write(sheet, title=document.number))
    rng = Random(f"paper:{document.kind}:{document.seed}")
    return picture.on_paper(sheet, rng, dpi, document.face.shift)
