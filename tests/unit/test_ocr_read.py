"""Pages are read by their text layer where it holds, and by sight where it does not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import segno

import ocr
from models.geometry import Box
from models.original import Original, PartKind, StructuredPart
from models.page import FileKind, Page, Pixels, Source, Token
from ocr.engine import picture_key
from ocr.engines.recorded import RecordedEngine, Recorder
from ocr.qr import find_codes_in
from tests.support.engines import Scripted
from tests.support.layouts import DIGITAL, DIGITAL_QR, run
from tests.support.originals import NUMBER, digital

WIDTH, HEIGHT = 1700, 1100


def qr_picture(payload: str = DIGITAL_QR) -> Pixels:
    """A white page with the code at its top left."""
    matrix = np.array(list(segno.make(payload, error="m").matrix_iter(scale=4, border=4)))
    picture = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    picture[20 : 20 + len(matrix), 20 : 20 + len(matrix)][matrix == 1] = 0
    return picture


def page(text: tuple[Token, ...] = (), picture: Pixels | None = None) -> Page:
    drawn = qr_picture() if picture is None else picture

    def draw(scale: float) -> Pixels:
        assert scale == 1.0
        return drawn

    def draw_part(box: Box, scale: float) -> Pixels:
        x0, y0, x1, y1 = (round(edge) for edge in box)
        return drawn[y0:y1, x0:x1]

    return Page(0, WIDTH, HEIGHT, text, draw, draw_part, is_picture=not text)


def original(*pages: Page, parts: tuple[StructuredPart, ...] = ()) -> Original:
    return Original("", FileKind.PDF, pages, parts)


def test_a_good_text_layer_needs_no_engine() -> None:
    engine = Scripted()
    reading = ocr.read(original(page(DIGITAL)), engine)
    assert engine.asked == 0
    assert reading.invoices[0].fields["number"].confirmed_by == ("qr",)  # type: ignore[index]
    assert reading.problems == ()


def test_a_text_layer_without_the_values_is_read_by_sight() -> None:
    labels_only = tuple(token for token in DIGITAL if "：" in token.text)
    engine = Scripted(DIGITAL)
    reading = ocr.read(original(page(labels_only)), engine)
    assert engine.asked == 1
    assert reading.invoices[0].buyer_name == "云栖测试科技有限公司"


def test_of_two_readings_the_one_with_more_settled_fields_is_kept() -> None:
    undated = tuple(token for token in DIGITAL if "2026年" not in token.text)
    blank = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    reading = ocr.read(original(page(undated, blank)), Scripted(undated[:5]))
    assert reading.invoices[0].total is not None


def test_a_page_upside_down_is_turned() -> None:
    def upside_down(token: Token) -> Token:
        x0, y0, x1, y1 = token.box
        box = Box(WIDTH - x1, HEIGHT - y1, WIDTH - x0, HEIGHT - y0)
        return Token("口口", box, 0.6)

    picture = qr_picture()
    turned = np.ascontiguousarray(picture[::-1, ::-1])
    seen = {picture_key(picture): tuple(map(upside_down, DIGITAL)), picture_key(turned): DIGITAL}
    (invoice,) = ocr.read(original(page()), RecordedEngine(seen)).invoices
    assert invoice.total is not None
    box = invoice.fields["total"].box  # type: ignore[index]
    # where the value stands on the page as it was received, not as it was turned
    assert box == Box(WIDTH - 1350, HEIGHT - 800, WIDTH - 1260, HEIGHT - 780)


def test_accompanying_pages_are_attachments_and_the_rest_problems() -> None:
    blank = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    pages = [replace(page((), blank), index=index) for index in range(3)]
    engine = Scripted((run(100, 40, "示例出行-行程单"),), (), (run(0, 0, "菜单"),))
    reading = ocr.read(original(*pages), engine)
    assert [(item.page, item.what) for item in reading.attachments] == [(0, "trip_list")]
    assert [problem.code for problem in reading.problems] == ["no_text", "no_invoice_found"]
    assert reading.invoices == ()


def test_a_damaged_part_costs_only_itself() -> None:
    bad = StructuredPart(PartKind.XML, "a.xml", b"<EInvoice>")
    reading = ocr.read(original(page(DIGITAL), parts=(bad,)), Scripted())
    assert [problem.code for problem in reading.problems] == ["damaged_xml"]
    assert len(reading.invoices) == 1


def test_data_without_a_page_is_an_invoice_and_rubbish_is_a_problem() -> None:
    whole = StructuredPart(PartKind.XML, "", digital().encode())
    (invoice,) = ocr.read(original(parts=(whole,)), Scripted()).invoices
    assert (invoice.page, invoice.number) == (None, NUMBER)
    assert {evidence.source for evidence in invoice.fields.values()} == {Source.XML}
    other = StructuredPart(PartKind.XML, "", b"<html/>")
    reading = ocr.read(original(parts=(other,)), Scripted())
    assert [problem.code for problem in reading.problems] == ["no_invoice_found"]


@pytest.mark.parametrize("scale", [0.5, 1, 3])
def test_codes_are_found_with_their_place(scale: float) -> None:
    small = qr_picture()
    big = np.ascontiguousarray(
        np.kron(small, np.ones((int(scale), int(scale), 1), np.uint8)) if scale > 1 else small
    )
    if scale < 1:
        big = np.ascontiguousarray(small[::2, ::2])
    (code,) = ocr.find_codes(Page(0, big.shape[1], big.shape[0], (), lambda _: big, lambda *_: big))
    assert code.payload == DIGITAL_QR
    assert code.box.x0 == pytest.approx(36 * scale, abs=4 * scale + 2)


def test_recordings_replay_what_the_engine_read(tmp_path: Path) -> None:
    recorder = Recorder(Scripted(DIGITAL))
    picture = qr_picture()
    recorder.read(picture)
    recorder.save(tmp_path / "recorded.json")
    replayed = RecordedEngine.load(tmp_path / "recorded.json")
    assert replayed.read(picture) == DIGITAL
    assert replayed.read(picture[:-1]) == ()
    assert picture_key(picture) != picture_key(picture[:-1])


@pytest.mark.parametrize(
    "shape", [(20, 100_000), (200_000, 20), (1, 29_000), (16, 16), (25_000, 40)]
)
def test_pictures_of_absurd_shape_have_no_code(shape: tuple[int, int]) -> None:
    assert find_codes_in(np.full((*shape, 3), 255, np.uint8)) == ()
