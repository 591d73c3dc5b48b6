"""From an order to a truth, and from a truth to a file's bytes."""

from collections.abc import Collection
from random import Random

from synth.draw import pdf, picture
from synth.draw.picture import Drawn
from synth.kinds import check_traits, kind_of
from synth.order import Order, Trait
from synth.truth import Party, Truth

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
    return found.make(order).model_copy(update={"kind": kind})


def draw_pdf(truth: Truth) -> bytes:
    """The document as PDF.

    Electronic forms get a text layer and embedded fonts; a paper form becomes a scan without text.
    Raises DependencyMissing (font_missing).
    """
    kind = kind_of(truth.kind)
    sheet = kind.lay_out(truth)
    if kind.on_paper:
        return pdf.from_picture(draw_page(truth).image, sheet.width, sheet.height)
    return pdf.write(sheet, title=truth.number)


def draw_png(truth: Truth, *, dpi: float = SCAN_DPI) -> bytes:
    """The document as a PNG at `dpi`. Raises DependencyMissing (font_missing)."""
    return picture.png(draw_page(truth, dpi=dpi).image, dpi)


def draw_page(truth: Truth, *, dpi: float = SCAN_DPI) -> Drawn:
    """The document's first page as a picture, and where its values stand in it.

    An electronic form as a viewer shows it, a paper form with its print and stamp as a flatbed
    scanner sees it. Raises DependencyMissing (font_missing).
    """
    kind = kind_of(truth.kind)
    sheet = kind.lay_out(truth)
    if not kind.on_paper:
        return picture.on_screen(sheet, dpi, pdf.write(sheet, title=truth.number))
    rng = Random(f"paper:{truth.kind}:{truth.seed}")
    return picture.on_paper(sheet, rng, dpi, truth.face.shift)
