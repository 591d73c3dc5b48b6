"""Batch sheets from the printer to the batch: drawn, scanned, photographed, handed in."""

import datetime
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

import ingest
import validate
from models.batch import BatchMark
from models.document import Document, ReadStatus
from models.page import Pixels
from piaohe import pipeline
from piaohe.batches import draw_sheets, new_mark
from piaohe.flow.arrival import Door
from piaohe.flow.folders import Folder
from piaohe.flow.states import State
from piaohe.flow.steps import decision
from piaohe.judging.sightings import Sightings
from piaohe.pipeline import Tools
from piaohe.store import Store
from piaohe.store.batches import QUIET
from synth.camera import Level, photo
from synth.draw.picture import Drawn
from synth.draw.place import REGION, Place
from tests.support.engines import Scripted
from tests.support.web import Site, upload

NOW = datetime.datetime(2026, 3, 1, 8, 30, tzinfo=datetime.UTC)
SAMPLES = Path(__file__).parents[2] / "samples"
MARK = new_mark("三月差旅", "林小满", "财务部")
OTHER = new_mark("四月")


def take_in(data: bytes, name: str = "a.pdf") -> Document:
    context = validate.Context(today=NOW.date())
    tools = Tools(engine=Scripted(), context=context, sightings=Sightings())
    return pipeline.take_in(data, name, tools).document


def pixels(pdf: bytes) -> Pixels:
    with ingest.open(pdf, "a.pdf") as opened:
        (original,) = opened.originals()
        return original.pages[0].draw(1.0)


def png(picture: Pixels) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()


def tiff(pictures: Sequence[Pixels]) -> bytes:
    first, *rest = [Image.fromarray(picture[:, :, 0]) for picture in pictures]
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=rest, compression="tiff_lzw")
    return out.getvalue()


def joined(*parts: bytes) -> bytes:
    """One PDF of the pages of several."""
    whole, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for part in parts:
        whole.import_pages(pypdfium2.PdfDocument(part))
    whole.save(out)
    return out.getvalue()


def keep(store: Store, data: bytes, name: str = "a.pdf") -> Document:
    document = take_in(data, name)
    store.originals.put(data)
    with store.unit_of_work() as work:
        work.documents.add(document, received_at=NOW, size=len(data))
    return document


@pytest.fixture(scope="module")
def sheet() -> Pixels:
    return pixels(draw_sheets([MARK]))


@pytest.mark.parametrize(
    ("level", "seed"),
    [(Level.SCAN, 1), (Level.SCAN, 4), (Level.PHOTO, 2), (Level.PHOTO, 3)],
)
def test_a_sheet_is_read_from_scans_and_photos(sheet: Pixels, level: Level, seed: int) -> None:
    height, width = sheet.shape[:2]
    whole = Place(REGION, ((0, 0), (width, 0), (width, height), (0, height)))
    drawn = Drawn(Image.fromarray(sheet), ingest.PDF_DPI, (whole,))
    found = take_in(photo(drawn, seed, level).data, "a.jpg")
    assert found.is_batch_sheet
    assert [one.mark for one in found.sheets] == [MARK]
    assert (found.status, found.error, found.findings) == (ReadStatus.OK, None, ())
    assert decision(found) is State.ACCEPTED


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_sheet_that_is_turned_and_dirty(sheet: Pixels, turns: int) -> None:
    dirty = sheet.copy()
    height, width = dirty.shape[:2]
    dirty[: height // 2, : width // 2] = 90
    dirty[height * 3 // 4 :, width // 2 :] = 60
    assert take_in(png(np.rot90(dirty, turns)), "a.png").is_batch_sheet


def test_what_only_looks_like_a_sheet(sheet: Pixels) -> None:
    foreign = BatchMark(serial="0a1b2c3d", name="x")
    object.__setattr__(foreign, "name", "")
    one_code = np.full_like(sheet, 255)
    half = sheet.shape[0] // 3, sheet.shape[1] // 2
    one_code[: half[0], : half[1]] = sheet[: half[0], : half[1]]
    mixed = sheet.copy()
    mixed[:, sheet.shape[1] // 2 :] = pixels(draw_sheets([OTHER]))[:, sheet.shape[1] // 2 :]
    for picture in (pixels(draw_sheets([foreign])), one_code, mixed):
        found = take_in(png(picture), "a.png")
        assert found.sheets == ()
        assert found.status is ReadStatus.FAILED


def test_the_blank_back_of_a_sheet_is_nothing_but_a_faint_page_is(sheet: Pixels) -> None:
    blank, print_ = np.full_like(sheet, 250), np.full_like(sheet, 250)
    print_[800:830, 200:900] = 100
    assert take_in(tiff([sheet, blank]), "a.tif").is_batch_sheet
    assert take_in(tiff([sheet, print_]), "a.tif").status is ReadStatus.PARTIAL


def test_sheets_within_a_scan(store: Store) -> None:
    bill, other = (
        (SAMPLES / name).read_bytes() for name in ("01-dz-special.pdf", "02-dz-normal.pdf")
    )
    data = joined(bill, draw_sheets([MARK]), bill, draw_sheets([OTHER]), other)
    document = keep(store, data)
    assert (document.status, len(document.sheets)) == (ReadStatus.OK, 2)
    sha256 = document.sha256 or ""
    with store.unit_of_work() as work:
        # reading it again changes nothing
        work.batches.read(document, NOW)
        found = work.batches.of(sha256)
        assert [(batch.name, batch.page) for batch, _ in found] == [("三月差旅", 1), ("四月", 3)]
        assert [(m.first_page, m.last_page) for _, m in found] == [(2, 2), (4, None)]
        assert work.batches.members(found[0][0].id) == [(1, found[0][1])]
        assert len(work.batches.all()) == 2
    assert [m.holds(4) for _, m in found] == [False, True]
    # the copies of one invoice on both sides of a sheet are not put together
    assert 4 in [invoice.page for invoice in document.invoices]


@pytest.mark.parametrize("late", [False, True])
def test_a_sheet_speaks_for_the_files_after_it(store: Store, late: bool) -> None:
    sheets = {name: draw_sheets([mark]) for name, mark in (("s", MARK), ("t", OTHER))}
    kept: dict[str, str] = {}

    def hand_in(names: str, at: datetime.datetime, stream: str = "f") -> None:
        for name in names:
            with store.unit_of_work() as work:
                work.batches.handed_in(stream, kept.get(name, name), at)

    def read() -> None:
        for name, data in sheets.items():
            kept[name] = keep(store, data).sha256 or ""

    if late:
        kept.update({name: hashlib.sha256(data).hexdigest() for name, data in sheets.items()})
    else:
        read()
    hand_in("asbc", NOW)
    hand_in("x", NOW, "other")
    hand_in("dte", NOW + QUIET)
    hand_in("sf", NOW + QUIET)
    hand_in("g", NOW + 3 * QUIET)
    if late:
        read()
    with store.reading() as work:
        named = work.batches.names(list("abcdefgx"))
        assert named == {**dict.fromkeys("bcd", "三月差旅"), "e": "四月", "f": "三月差旅"}
        first = work.batches.all()
        told = {each.id: [m.sha256 for _, m in work.batches.members(each.id)] for each in first}
        assert sorted(told.values()) == [["b", "c", "d"], ["e"], ["f"]]
        assert sorted(work.batches.count(each) for each in told) == [1, 1, 3]


def test_a_watched_folder_hands_in_by_name(store: Store, tmp_path: Path) -> None:
    clock, root = [0.0], tmp_path / "in"
    root.mkdir()
    for name, data in (("3", b"c"), ("2", draw_sheets([MARK])), ("1", b"a")):
        (root / f"{name}.pdf").write_bytes(data)
    (root / "4.eml").write_bytes(b"Subject: =?utf-8?b?5Zub5pyI?=\r\n =?x\r\n\r\nbody")
    door = Door(store, lambda: NOW, 50)
    folder = Folder(root, door, lambda *_: None, lambda: clock[0], 3, 10**6)
    folder.scan()
    clock[0] = 3
    folder.scan()
    with store.reading() as work:
        arrivals = work.arrivals.having(list(State))
    assert [Path(each.name).stem for each in arrivals] == ["1", "2", "3", "4"]
    assert arrivals[3].batch.startswith("四月")
    keep(store, store.originals.get(arrivals[1].sha256))
    with store.reading() as work:
        named = work.batches.names([each.sha256 for each in arrivals])
    assert named == {each.sha256: "三月差旅" for each in arrivals[2:]}


def test_batches_in_the_web(store: Store, tmp_path: Path) -> None:
    site = Site(store, tmp_path)
    lin, wu = site.as_("lin", "submitter"), site.as_("wu", "submitter")
    clerk = site.as_("clerk", "clerk")
    sheet = lin.get("/v1/batches/sheet.pdf", params={"name": "三月", "owner": "林"})
    assert sheet.headers["content-type"] == "application/pdf"
    assert lin.get("/v1/batches/sheet.pdf", params={"name": " "}).status_code == 422
    answer = lin.post("/v1/documents", files={"file": ("s.pdf", sheet.content)})
    assert answer.status_code == 202
    bill = upload(lin)
    listed = lin.get("/v1/batches").json()["items"]
    assert [(each["name"], each["owner"], each["documents"]) for each in listed] == [
        ("三月", "林", 1)
    ]
    path = f"/v1/batches/{listed[0]['id']}"
    assert [each["document"] for each in lin.get(path).json()["items"]] == [bill]
    assert lin.get(path).json()["items"][0]["invoices"] == [f"{bill}-0"]
    assert clerk.get(path).status_code == 200
    assert wu.get("/v1/batches").json()["items"] == []
    assert {wu.get(p).status_code for p in (path, "/v1/batches/99", f"/v1/batches/{2**70}")} == {
        404
    }
