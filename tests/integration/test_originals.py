"""Electronic originals through the product's own door: exact, held against each other, never twice.

Everything is drawn by synth, so the truth is known; no picture is read here.
"""

import datetime
import io
import json
import zipfile
from collections.abc import Iterable
from email.message import EmailMessage
from typing import Any

import pytest

import ingest
import synth
import validate
from benchmarks.scoring import score
from models.document import Document
from models.finding import Status
from ocr.engines.recorded import RecordedEngine
from piaohe import pipeline
from piaohe.judging.sightings import Sightings
from synth import originals
from synth.asides import make_aside
from synth.files import Job, Medium, make_file
from synth.originals import XML_DIALECTS, Original, dialects_of, draw_original, embed_xml

TODAY = datetime.date(2026, 11, 22)


def take_in(data: bytes, name: str) -> Document:
    tools = pipeline.Tools(
        engine=RecordedEngine({}), context=validate.Context(today=TODAY), sightings=Sightings()
    )
    return pipeline.take_in(data, name, tools).document


def wrong(document: Document, labels: Iterable[dict[str, Any]]) -> list[str]:
    """Which labelled fields and line cells were not read right."""
    result = score(labels, {document.file: document.model_dump(mode="json")})
    return [
        f"{one.field}: {one.expected} read as {one.got}"
        for one in (*result.fields, *result.items)
        if not one.right
    ]


def original(kind: str, seed: int, name: str) -> tuple[synth.Truth, Original]:
    truth = synth.make(kind, seed)
    return truth, {one.name: one for one in dialects_of(truth)}[name]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *[("dz_special", f"xml:{dialect.name}") for dialect in XML_DIALECTS],
        ("dz_normal", "xml:xbrl"),
        ("dz_normal", "ofd:portal"),
        ("dz_special", "ofd:platform"),
        ("dz_special", "ofd:converted"),
        ("vat_e_normal", "ofd:control"),
        ("dz_normal", "pdf:pdf-xml"),
    ],
)
def test_every_dialect_is_read_exactly(kind: str, name: str) -> None:
    truth, found = original(kind, 3, name)
    file = f"a.{found.medium}"
    document = take_in(draw_original(truth, found), file)
    assert wrong(document, [originals.label_of(truth, file, found)]) == []
    assert document.error is None


def formats(seed: int) -> tuple[synth.Truth, dict[str, bytes]]:
    truth = synth.make("dz_special", seed)
    known = {one.name: one for one in dialects_of(truth)}
    files = {
        "发票.pdf": synth.draw_pdf(truth),
        "发票.ofd": draw_original(truth, known["ofd:portal"]),
        "发票.xml": draw_original(truth, known[f"xml:{XML_DIALECTS[0].name}"]),
    }
    return truth, files


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def mailed(files: dict[str, bytes]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "发票"
    mail.set_content("请查收")
    for name, data in files.items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


@pytest.mark.parametrize(("wrap", "name"), [(zipped, "a.zip"), (mailed, "a.eml")])
def test_the_formats_of_one_invoice_are_one_and_confirm_each_other(wrap: Any, name: str) -> None:
    truth, files = formats(5)
    document = take_in(wrap(files), name)
    assert wrong(document, [truth.label(name, "pdf")]) == []
    (invoice,) = document.invoices
    assert {"print", "other_copy"} & set(invoice.fields["total"].confirmed_by)  # type: ignore[index]
    assert document.invoices[0].page is not None


def test_several_invoices_in_an_archive_are_told_apart_and_a_bad_file_costs_only_itself() -> None:
    one, files = formats(6)
    two = synth.make("dz_normal", 6)
    files |= {"more/二.pdf": synth.draw_pdf(two), "more/broken.pdf": b"%PDF-1.7 nothing"}
    document = take_in(zipped(files), "a.zip")
    assert {invoice.number for invoice in document.invoices} == {one.number, two.number}
    assert document.status == "partial"
    assert document.error is not None
    assert "more/broken.pdf" in document.error.message


def test_pages_of_an_archive_are_counted_through() -> None:
    truths = [synth.make("dz_fuel", seed) for seed in (1, 2, 3)]
    files = {f"{at}.pdf": synth.draw_pdf(truth) for at, truth in enumerate(truths)}
    invoices = take_in(zipped(files), "a.zip").invoices
    assert [invoice.number for invoice in invoices] == [truth.number for truth in truths]
    assert [invoice.page for invoice in invoices] == [0, 1, 2]
    with ingest.open(zipped(files), "a.zip") as opened:
        assert opened.page_count == 3
        page = opened.pages[2]
        assert page.index == 2
        assert truths[2].number in [token.text for token in page.text]


def test_a_page_that_says_something_else_than_its_data_is_never_accepted() -> None:
    truth = synth.make("dz_normal", 7)
    forged = truth.model_copy(update={"total": truth.total + 9000})
    xml = originals.draw_xml(truth, dialect=XML_DIALECTS[0])
    data = embed_xml(synth.draw_pdf(forged), "invoice.xml", xml)
    (invoice,) = take_in(data, "a.pdf").invoices
    assert invoice.status is not Status.ACCEPTED
    assert "R-XML-01" in [finding.rule for finding in invoice.findings]
    total = invoice.fields["total"]  # type: ignore[index]
    assert total.value == f"{truth.total:.2f}"
    assert f"{forged.total:.2f}" in [other.value for other in total.candidates]


def test_several_invoices_in_one_pdf_and_their_trip_list() -> None:
    ride = synth.make("dz_passenger", 11)
    aside = make_aside("trip_list", 11, ride)
    others = tuple(synth.make("dz_toll", seed) for seed in (1, 2))
    made = make_file(Job("a.pdf", Medium.PDF, (ride, aside, *others)))
    document = take_in(made.data, "a.pdf")
    invoices = [json.loads(json.dumps(label)) for label in made.labels if "number" in label]
    numbers = [invoice.number for invoice in document.invoices]
    assert numbers == [label["number"] for label in invoices]
    assert [item.what for item in document.attachments] == ["trip_list"]
    totals = [str(invoice.total) for invoice in document.invoices]
    assert totals == [label["total"] for label in invoices]
