"""From a truth to a file's bytes."""

from random import Random

from PIL import Image

from models.forms import Form
from synth.draw import pdf, picture
from synth.kinds import kind_of
from synth.truth import Party, Truth

SCAN_DPI = 200


def make(kind: str, seed: int, *, buyer: Party | None = None) -> Truth:
    """Invent a document of `kind` (a form id such as dz_normal); the same seed, the same document.

    Raises UsageError (unknown_kind).
    """
    return kind_of(kind).make(Form(kind), seed, buyer=buyer)


def draw_pdf(truth: Truth) -> bytes:
    """The document as a one-page PDF.

    Electronic forms get a text layer and embedded fonts; a paper form becomes a scan without text.
    Raises DependencyMissing (font_missing).
    """
    kind = kind_of(truth.form)
    sheet = kind.lay_out(truth)
    if kind.on_paper:
        return pdf.from_picture(_scan(truth, SCAN_DPI), sheet.width, sheet.height)
    return pdf.write(sheet, title=truth.number)


def draw_png(truth: Truth, *, dpi: float = SCAN_DPI) -> bytes:
    """The document as a PNG at `dpi`. Raises DependencyMissing (font_missing)."""
    if kind_of(truth.form).on_paper:
        return picture.png(_scan(truth, dpi), dpi)
    return picture.png(picture.render(draw_pdf(truth), dpi), dpi)


def _scan(truth: Truth, dpi: float) -> Image.Image:
    """A paper form with its print and stamp, as a flatbed scanner sees it."""
    rng = Random(f"paper:{truth.form.value}:{truth.seed}")
    return picture.on_paper(kind_of(truth.form).lay_out(truth), rng, dpi, truth.face.shift)
