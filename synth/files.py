"""One file of a labelled folder: what is on it, how it is made, and its lines of labels.jsonl."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from synth import originals
from synth.camera import Level, photo, scene
from synth.draw import picture
from synth.draw.picture import Drawn
from synth.draw.place import REGION, Place, boxes
from synth.draw.textlayer import TextLayer
from synth.drawing import (
    SCAN_DPI,
    Document,
    draw_page,
    first_page_places,
    on_paper,
    page_count,
    pdf_with_places,
)
from synth.originals import Original
from synth.truth import LabelValue, Truth
from synth.wear import wear

Label = dict[str, LabelValue]


class Medium(StrEnum):
    """How a document was captured: the `kind` of its label."""

    PDF = "pdf"
    SCREENSHOT = "screenshot"
    SCAN = "scan"
    PHOTO = "photo"
    OFD = "ofd"
    XML = "xml"


_FINE = 1500
"""A page should have about this many pixels along its longer side to be photographed."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be made: its name, the documents on it, and how they got there.

    `medium` is pdf (one document after the other), screenshot, or scan and photo, which need a
    `level` and lay several documents side by side; ofd and xml need the `original` to draw, which
    a pdf may have too. `text` is the text layer of a PDF. `worn` paper has been stapled, stamped
    or written on.
    """

    name: str
    medium: Medium
    documents: tuple[Document, ...]
    level: Level | None = None
    original: Original | None = None
    text: TextLayer = TextLayer.SEPARATE
    worn: bool = False


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A finished file and a label for every document on it."""

    name: str
    data: bytes
    labels: tuple[Label, ...]


def make_file(job: Job) -> MadeFile:
    """Make a file. Raises DependencyMissing (font_missing)."""
    if job.original is not None:
        return _original(job, job.original)
    if job.medium is Medium.PDF or (job.medium is Medium.SCAN and job.level is None):
        return _pdf(job)
    if job.level is None:
        return _screenshot(job)
    if len(job.documents) > 1:
        return _scene(job, job.level)
    return _photo(job, job.level)


def _original(job: Job, original: Original) -> MadeFile:
    """An electronic original of one invoice. Its label says only what the format does."""
    (truth,) = job.documents
    if not isinstance(truth, Truth):
        raise ValueError(f"{truth.kind} has no electronic original")
    label = originals.label_of(truth, job.name, original)
    if job.medium is not Medium.XML:
        label = label | _places(first_page_places(truth), 0)
    return MadeFile(job.name, originals.draw_original(truth, original), (label,))


def _pdf(job: Job) -> MadeFile:
    data, places = pdf_with_places(*job.documents, text=job.text)
    labels: list[Label] = []
    page = 0
    for document, found in zip(job.documents, places, strict=True):
        labels.append(_label(job, document, found, page))
        page += page_count(document)
    return MadeFile(job.name, data, tuple(labels))


def _screenshot(job: Job) -> MadeFile:
    (document,) = job.documents
    drawn = draw_page(document)
    data = picture.png(drawn.image, drawn.dpi)
    return MadeFile(job.name, data, (_label(job, document, drawn.places),))


def _photo(job: Job, level: Level) -> MadeFile:
    (document,) = job.documents
    shot = photo(_page(job, document), document.seed, level)
    return MadeFile(job.name, shot.data, (_label(job, document, shot.places),))


def _scene(job: Job, level: Level) -> MadeFile:
    pages = [_page(job, document) for document in job.documents]
    taken = scene(pages, job.documents[0].seed, level)
    labels = (
        _label(job, document, places)
        for document, places in zip(job.documents, taken.documents, strict=True)
    )
    return MadeFile(job.name, taken.data, tuple(labels))


def _page(job: Job, document: Document) -> Drawn:
    """The first page, fine enough for a camera that goes near to a small ticket."""
    drawn = draw_page(document)
    side = max(drawn.image.size)
    if side < _FINE:
        drawn = draw_page(document, dpi=min(2.0, _FINE / side) * SCAN_DPI)
    return wear(drawn, document.seed) if job.worn else drawn


def _label(job: Job, document: Document, places: Iterable[Place], page: int = 0) -> Label:
    """The label of one document, with the page it begins on and the boxes of its values."""
    medium = Medium.SCAN if job.medium is Medium.PDF and on_paper(document) else job.medium
    label = document.label(job.name, medium) | _places(places, page)
    return label | {"level": job.level.value} if job.level else label


def _places(places: Iterable[Place], page: int) -> Label:
    known = tuple(places)
    found = boxes(known)
    region = found.pop(REGION, None)
    whole = next((place.quad for place in known if place.field == REGION), None)
    return {
        "page": page,
        "region": _rounded(region) if region else None,
        "corners": [_rounded(point) for point in whole] if whole else None,
        "boxes": {field: _rounded(box) for field, box in found.items()},
    }


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(value, 1) for value in values]
