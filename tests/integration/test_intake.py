"""Taking files into a real store."""

import datetime
import io
from pathlib import Path

import pytest
from PIL import Image

import ingest
import validate
from models.document import ReadStatus
from models.errors import ErrorRecord
from piaohe.intake import How, Intake, kept_in
from piaohe.judging.sightings import Sightings
from piaohe.pipeline import Tools
from piaohe.report.album import Album, width_for
from piaohe.store import Store
from tests.support.engines import Scripted

NOW = datetime.datetime(2026, 9, 30, 8, tzinfo=datetime.UTC)
SAMPLES = Path(__file__).parents[2] / "samples"
PDF = (SAMPLES / "01-dz-special.pdf").read_bytes()


@pytest.fixture
def engine() -> Scripted:
    return Scripted()


@pytest.fixture
def intake(store: Store, engine: Scripted) -> Intake:
    context = validate.Context(today=NOW.date())
    tools = Tools(engine=engine, context=context, sightings=Sightings(kept_in(store)))
    return Intake(store, tools, lambda: NOW)


def test_a_new_file_is_kept_with_its_original_and_known_from_then_on(
    intake: Intake, store: Store, tmp_path: Path
) -> None:
    taken = intake.take(tmp_path / "a.pdf", PDF)
    assert (taken.how, taken.document.status) == (How.NEW, ReadStatus.OK)
    assert store.originals.get(taken.document.sha256 or "") == PDF
    again = intake.take(tmp_path / "b.pdf", PDF)
    assert (again.how, again.document.file) == (How.KNOWN, str(tmp_path / "b.pdf"))
    assert again.document.invoices == taken.document.invoices
    with store.reading() as work:
        assert len(work.invoices.all()) == 1
        names = work.documents.paths(taken.document.sha256 or "")
    assert names == [str(tmp_path / "a.pdf"), str(tmp_path / "b.pdf")]


def test_an_original_that_was_removed_is_kept_again(
    intake: Intake, store: Store, tmp_path: Path
) -> None:
    sha256 = intake.take(tmp_path / "a.pdf", PDF).document.sha256 or ""
    store.originals.path(sha256).unlink()
    assert intake.take(tmp_path / "a.pdf", PDF).how is How.KNOWN
    assert store.originals.get(sha256) == PDF


def test_a_file_that_failed_is_tried_again_by_another_reader_only(
    intake: Intake, store: Store, engine: Scripted, tmp_path: Path
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 120), "white").save(out, "PNG")
    path = tmp_path / "a.png"
    assert intake.take(path, out.getvalue()).how is How.NEW
    assert intake.take(path, out.getvalue()).how is How.KNOWN
    assert engine.asked == 1
    engine.version = "2"
    context = validate.Context(today=NOW.date())
    better = Tools(engine=engine, context=context, sightings=Sightings(kept_in(store)))
    assert Intake(store, better, lambda: NOW).take(path, out.getvalue()).how is How.AGAIN
    assert engine.asked == 2
    with store.reading() as work:
        (document,) = work.documents.failed()
    assert document.error is not None
    assert document.error.code == "no_text"


def test_a_file_without_bytes_is_reported_and_not_kept(intake: Intake, store: Store) -> None:
    error = ErrorRecord(code="permission_denied", message="", hint="")
    taken = intake.take(Path("x.pdf"), error)
    assert (taken.how, taken.document.error) == (How.LOST, error)
    with store.reading() as work:
        assert work.documents.ids() == []


def test_an_invoice_kept_in_an_earlier_run_makes_a_duplicate(
    intake: Intake, store: Store, tmp_path: Path
) -> None:
    intake.take(tmp_path / "a.pdf", PDF)
    other = intake.take(tmp_path / "b.pdf", PDF + b"\n%\n").document
    (found,) = [f for f in other.invoices[0].findings if f.rule == "R-DUP-01"]
    assert "a.pdf" in found.message


def test_the_album_draws_once_and_remembers(intake: Intake, store: Store, tmp_path: Path) -> None:
    document = intake.take(tmp_path / "a.pdf", PDF).document
    album = Album(store.originals, tmp_path / "pictures", 300, ingest.Limits())
    first = album(document, document.invoices[0])
    assert first is not None
    store.originals.path(document.sha256 or "").unlink()
    assert album(document, document.invoices[0]) == first
    other_size = Album(store.originals, tmp_path / "pictures", 301, ingest.Limits())
    assert other_size(document, document.invoices[0]) is None


@pytest.mark.parametrize(("count", "width"), [(1, 1000), (150, 1000), (151, 800), (5000, 640)])
def test_many_invoices_get_smaller_pictures(count: int, width: int) -> None:
    assert width_for(count) == width
