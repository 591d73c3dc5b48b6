"""The pipeline: whatever one file does, it becomes a record."""

import datetime
import io
import json
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

import validate
from models.document import ReadStatus
from models.errors import DependencyMissing
from models.finding import Status
from ocr.engines.recorded import RecordedEngine
from piaohe import pipeline
from piaohe.cli.lines import document_json
from piaohe.judging.sightings import Sighting, Sightings
from piaohe.pipeline import Tools
from tests.support import reports
from tests.support.engines import Raising

SECRET = "六二二二零二"


def tools(engine: object = None, sightings: Sightings | None = None) -> Tools:
    return Tools(
        engine=engine or RecordedEngine({}),
        context=validate.Context(today=datetime.date(2026, 9, 30)),
        sightings=sightings or Sightings(),
    )


def blank(kind: str = "PNG", pages: int = 1) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (200, 120), "white")
    more = {"save_all": True, "append_images": [image] * (pages - 1)} if pages > 1 else {}
    image.save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"hello", "not_a_document"),
        (blank()[:80], "truncated_image"),
        (blank(), "no_text"),
    ],
)
def test_a_bad_file_becomes_a_failed_record(data: bytes, code: str) -> None:
    document = pipeline.take_in(data, "a/b.png", tools()).document
    assert (document.file, document.status, document.invoices) == ("a/b.png", "failed", ())
    assert document.error is not None
    assert document.error.code == code
    assert document.error.hint
    assert document.error.hint_en


def test_pages_without_anything_are_counted() -> None:
    document = pipeline.take_in(blank("TIFF", pages=3), "a.tif", tools()).document
    assert document.error is not None
    assert "另有 2 页" in document.error.message


def test_a_mistake_of_ours_says_where_but_quotes_nothing() -> None:
    outcome = pipeline.take_in(blank(), "a.png", tools(Raising(ValueError(SECRET))))
    error = outcome.document.error
    assert error is not None
    assert error.code == "internal_error"
    assert "ValueError" in error.message
    assert SECRET not in outcome.model_dump_json()


def test_a_missing_dependency_stops_everything() -> None:
    missing = DependencyMissing("weights_missing", "", "", message_en="", hint_en="")
    with pytest.raises(DependencyMissing):
        pipeline.take_in(blank(), "a.png", tools(Raising(missing)))


def test_an_electronic_original_is_read_labelled_and_checked(samples: Path) -> None:
    data = (samples / "01-dz-special.pdf").read_bytes()
    outcome = pipeline.take_in(data, "x.pdf", tools(Raising(AssertionError("no OCR needed"))))
    (invoice,) = outcome.document.invoices
    assert (outcome.kind, outcome.document.status) == ("pdf", ReadStatus.OK)
    label = json.loads((samples / "labels.jsonl").read_text("utf-8").partition("\n")[0])
    assert invoice.key == label["number"]
    assert invoice.rules.evaluated > 10
    reasons = [f for f in invoice.findings if f.rule == pipeline.CATEGORY_FINDING]
    assert (invoice.category is None) == bool(reasons)


def test_the_same_invoice_in_another_file_is_a_duplicate_and_the_same_file_is_not(
    samples: Path,
) -> None:
    data = (samples / "01-dz-special.pdf").read_bytes()
    shared = tools()
    first = pipeline.take_in(data, "x.pdf", shared).document
    again = pipeline.take_in(data, "copy.pdf", shared).document
    other = pipeline.take_in(data + b"\n%\n", "other.pdf", shared).document
    assert first.invoices[0].status is not Status.REJECTED
    assert again.invoices == first.invoices
    (finding,) = [f for f in other.invoices[0].findings if f.rule == "R-DUP-01"]
    assert "x.pdf" in finding.message
    assert other.invoices[0].status is Status.REJECTED


@pytest.mark.parametrize(
    ("name", "shown"),
    [("发票 1.pdf", "发票 1.pdf"), ("caf\udce9.pdf", "caf\\xe9.pdf")],
)
def test_every_name_of_a_file_can_be_printed(name: str, shown: str) -> None:
    assert pipeline.take_in(b"", name, tools()).document.file == shown


def test_sightings_leave_out_the_invoice_itself() -> None:
    invoice = reports.invoice()
    sightings = Sightings()
    sightings.note(Sighting("aa", 0, "met.pdf"), invoice)
    assert not sightings.judge(Sighting("aa", 0, "again.pdf"), invoice).twins
    assert sightings.judge(Sighting("aa", 1, "met.pdf"), invoice).get(reports.NUMBER) == "met.pdf"
    other = invoice.model_copy(update={"number": "26112000000087654321", "date": None})
    assert not sightings.judge(Sighting("bb", 0, "b.pdf"), other).twins


@pytest.fixture
def samples() -> Path:
    return Path(__file__).parents[2] / "samples"


def test_a_file_that_holds_no_invoice_says_what_it_is() -> None:
    out = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(out, (300, 200))
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(40, 160, "某出行行程单")
    canvas.drawString(40, 130, "共1笔行程，合计25.00元")
    canvas.save()
    document = pipeline.take_in(out.getvalue(), "trip.pdf", tools()).document
    assert [page.what for page in document.attachments] == ["trip_list"]
    assert [finding.rule for finding in document.findings] == ["R-DOC-01"]
    assert document_json(document)["findings"][0]["severity"] == "reject"
