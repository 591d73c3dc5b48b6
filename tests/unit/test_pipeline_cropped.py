"""Where labels are missing, the page is looked at for the sides at which it was cut off."""

import cv2
import numpy as np
import pytest

import synth
from models.forms import Form
from models.geometry import Box
from models.invoice import Evidence, FieldName, Invoice
from models.original import Original
from models.page import FileKind, Page, Pixels, Source
from models.sight import Edge, Sight
from piaohe.reading.cropped import with_edges


def _picture() -> Pixels:
    """An invoice whose right part is out of the picture."""
    drawn = synth.draw_page(synth.make("dz_normal", seed=11)).image.convert("RGB")
    page = cv2.cvtColor(np.asarray(drawn), cv2.COLOR_RGB2BGR)
    page = cv2.resize(page, (1500, round(1500 * page.shape[0] / page.shape[1])))
    return np.ascontiguousarray(page[:, :900])


def _original(kind: FileKind) -> Original:
    picture = _picture()
    height, width = picture.shape[:2]

    def draw(*_: object) -> Pixels:
        return picture

    page = Page(0, width, height, (), draw, draw, is_picture=True)
    return Original("", kind, (page,), (), ())


def _invoice(sight: Sight, *, upright: bool = True) -> Invoice:
    boxes = (Box(900, 40, 1000, 60), Box(900, 700, 1000, 720))
    fields = {
        name: Evidence(value=value, raw=value, source=Source.OCR, confidence=0.9, page=0, box=box)
        for name, value, box in zip(
            (FieldName.DATE, FieldName.TOTAL),
            ("2026-03-15", "10.00"),
            boxes if upright else boxes[::-1],
            strict=True,
        )
    }
    invoice = Invoice.from_evidence(Form.DZ_NORMAL, fields, page=0)
    return invoice.model_copy(update={"sight": sight})


def _edges(invoice: Invoice, kind: FileKind) -> tuple[Edge, ...] | None:
    (found,) = with_edges([invoice], _original(kind))
    assert found.sight is not None
    return found.sight.cut_edges


MISSING = Sight(missing_labels=("税额",))


@pytest.mark.parametrize(
    ("sight", "kind", "expected"),
    [
        (MISSING, FileKind.JPEG, (Edge.RIGHT,)),
        # drawn from a file it has no edges, and with all its labels none are looked for
        (MISSING, FileKind.PDF, ()),
        (Sight(missing_labels=()), FileKind.JPEG, None),
        (Sight(), FileKind.JPEG, None),
    ],
)
def test_the_sides_of_what_misses_labels(
    sight: Sight, kind: FileKind, expected: tuple[Edge, ...] | None
) -> None:
    assert _edges(_invoice(sight), kind) == expected


def test_of_a_page_upside_down_the_sides_are_not_named() -> None:
    assert _edges(_invoice(MISSING, upright=False), FileKind.JPEG) is None


def test_on_a_sheet_of_several_nothing_is_said_of_labels() -> None:
    several = MISSING.model_copy(update={"invoices_on_page": 3})
    (found,) = with_edges([_invoice(several)], _original(FileKind.JPEG))
    assert found.sight is not None
    assert (found.sight.missing_labels, found.sight.cut_edges) == (None, None)
