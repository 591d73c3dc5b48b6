"""PDF pages: their text as runs in page pixels, drawings that fit it, and files refused."""

import io
from collections.abc import Callable

import numpy as np
import pypdfium2 as pdfium
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

import ingest
from ingest.limits import Limits
from models.errors import DocumentError
from models.geometry import Box
from models.page import FileKind, Page, Pixels, Source

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

_PX = 200 / 72


def _pdf(draw: Callable[[Canvas], None], size: tuple[float, float] = (300, 200), **kw) -> bytes:
    memory = io.BytesIO()
    canvas = Canvas(memory, pagesize=size, **kw)
    canvas.setFont("Helvetica", 10)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return memory.getvalue()


def _raw_pdf(kids: str, count: int, page: str = "/MediaBox [0 0 300 200]", draw: str = "") -> bytes:
    """A PDF without a cross-reference table, which readers make up themselves."""
    return (
        "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
        f"2 0 obj <</Type/Pages/Kids [{kids}]/Count {count}>> endobj\n"
        "3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R"
        f"/Resources <</Font <</F 5 0 R>>>> {page}>> endobj\n"
        f"4 0 obj <</Length {len(draw)}>> stream\n{draw}\nendstream endobj\n"
        "5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n"
        "trailer <</Root 1 0 R>>\n%%EOF\n"
    ).encode()


def _no_pages() -> bytes:
    memory = io.BytesIO()
    with pdfium.PdfDocument.new() as document:
        document.save(memory)
    return memory.getvalue()


def _page(draw: Callable[[Canvas], None], size: tuple[float, float] = (300, 200)) -> Page:
    return ingest.open(_pdf(draw, size), "a.pdf").pages[0]


def _texts(*strings: tuple[float, float, str], font: str = "STSong-Light") -> list[str]:
    """The runs of a page on which each string was drawn at (x, y) in 10 point type."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, 10)
        for x, y, string in strings:
            canvas.drawString(x, y, string)

    return [token.text for token in _page(draw).text]


def _ink(pixels: Pixels) -> Box:
    """The box around everything dark."""
    rows, columns = np.nonzero(pixels.min(axis=2) < 128)
    return Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def _holds(outer: Box, inner: Box, slack: float = 2) -> bool:
    grown = outer.grown(slack)
    return grown.union(inner) == grown


def test_a_page_counts_200_dots_per_inch() -> None:
    page = _page(lambda canvas: canvas.drawString(50, 100, "Total 12.50"))
    assert (page.width, page.height) == (833, 556)
    assert page.draw(1.0).shape == (556, 833, 3)
    assert page.draw(0.5).shape == (278, 416, 3)
    assert not page.is_picture
    (token,) = page.text
    assert (token.text, token.confidence, token.source) == ("Total 12.50", 1.0, Source.PDF_TEXT)
    assert token.box.x0 == pytest.approx(50 * _PX, abs=1)
    assert token.box.y0 < 100 * _PX < token.box.y1


def test_character_edges_part_the_characters() -> None:
    page = _page(lambda canvas: canvas.drawString(50, 100, "HiW 1"))
    (token,) = page.text
    assert len(token.char_x) == len(token.text) + 1
    assert list(token.char_x) == sorted(token.char_x)
    assert (token.char_x[0], token.char_x[-1]) == (token.box.x0, token.box.x1)
    for left, right, char in zip(token.char_x, token.char_x[1:], token.text, strict=False):
        if char != " ":
            cell = Box(left, token.box.y0, right, token.box.y1)
            assert page.draw_part(cell, 1.0).min() < 128, char
    gap = Box(token.char_x[3] + 1, token.box.y0, token.char_x[4] - 1, token.box.y1)
    assert page.draw_part(gap, 1.0).min() > 128


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("cropped", [False, True])
def test_boxes_lie_on_the_ink_however_the_page_is_turned(turned: int, cropped: bool) -> None:
    boxes = "/MediaBox [10 20 310 220]" + ("/CropBox [30 50 290 210]" if cropped else "")
    text = "BT /F 20 Tf 70 130 Td (HIM) Tj ET"
    data = _raw_pdf("3 0 R", 1, f"{boxes} /Rotate {turned}", text)
    page = ingest.open(data, "a.pdf").pages[0]
    wide, high = (260, 160) if cropped else (300, 200)
    expected = (high, wide) if turned in {90, 270} else (wide, high)
    assert (page.width, page.height) == tuple(round(side * _PX) for side in expected)
    (token,) = page.text
    assert token.text == "HIM"
    assert _holds(token.box, _ink(page.draw(1.0)))
    assert token.box.area < 4 * _ink(page.draw(1.0)).area
    assert bool(token.char_x) == (turned == 0)


def test_text_turned_with_its_page_is_level() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(150, 40)
        canvas.rotate(90)
        canvas.drawString(0, 0, "25322")

    page = _page(draw)
    (token,) = page.text
    assert (token.text, len(token.char_x)) == ("25322", 6)
    assert token.box.width > token.box.height
    assert _holds(token.box, _ink(page.draw(1.0)))


def test_a_part_is_drawn_as_in_the_whole() -> None:
    page = _page(lambda canvas: canvas.rect(50, 50, 100, 80, fill=1))
    whole = page.draw(1.0)
    part = page.draw_part(Box(100.4, 150, 500, 9999), 1.0)
    assert part.shape == (556 - 150, 400, 3)
    assert np.abs(part.astype(int) - whole[150:, 100:500]).max() <= 1
    assert page.draw_part(Box(100, 150, 200, 200), 3.0).shape == (150, 300, 3)


@pytest.mark.parametrize(
    ("strings", "expected"),
    [
        # label and value drawn apart: together when they touch, parted by a wide gap
        ([(20, 100, "开票日期："), (70, 100, "2025年")], ["开票日期：2025年"]),
        ([(20, 100, "开票日期："), (66, 100, "2025年")], ["开票日期：2025年"]),
        ([(20, 100, "开票日期："), (90, 100, "2025年")], ["开票日期：", "2025年"]),
        # drawing order does not matter
        ([(66, 100, "2025年"), (20, 100, "开票日期：")], ["开票日期：2025年"]),
        ([(20, 50, "乙"), (20, 100, "甲")], ["甲", "乙"]),
        # two columns, two near numbers, two lines
        ([(20, 100, "名称：甲公司"), (160, 100, "名称：乙公司")], ["名称：甲公司", "名称：乙公司"]),
        ([(20, 100, "200"), (39, 100, "3.15")], ["200", "3.15"]),
        ([(20, 100, "甲方"), (40, 93, "乙方")], ["甲方", "乙方"]),
        # what comes after the rest of a wrapped cell is another cell, however near
        ([(20, 100, "甲乙"), (42, 100, "99")], ["甲乙 99"]),
        ([(20, 100, "甲乙"), (20, 85, "丙"), (42, 100, "99")], ["甲乙", "99", "丙"]),
        # a string spread by spaces stays one, a table row written as one string does not
        ([(20, 100, "单  价")], ["单 价"]),
        ([(20, 100, "名　　称")], ["名 称"]),
        ([(20, 100, "13%" + " " * 12 + "200.10")], ["13%", "200.10"]),
        # every character drawn by itself
        ([(20 + 10 * at, 100, char) for at, char in enumerate("购买方名称")], ["购买方名称"]),
        # drawn twice to look bold
        ([(20, 100, "合计"), (20.3, 100, "合计")], ["合计"]),
        # off the page
        ([(20, 100, "甲"), (20, -50, "乙"), (400, 100, "丙")], ["甲"]),
    ],
)
def test_runs(strings: list[tuple[float, float, str]], expected: list[str]) -> None:
    assert _texts(*strings) == expected


def _down(x: float, top: float, pitch: float, chars: str) -> list[tuple[float, float, str]]:
    return [(x, top - pitch * at, char) for at, char in enumerate(chars)]


@pytest.mark.parametrize("pitch", [10, 11, 16])
def test_a_label_drawn_downwards_is_one_token(pitch: float) -> None:
    label = _down(20, 150, pitch, "购买方信息")
    beside = [(33, 148, "名称："), (33, 150 - 3 * pitch, "识别号：")]
    found = _texts(*label, *beside)
    assert sorted(found) == sorted(["购买方信息", "名称：", "识别号："])


def test_a_downward_label_has_its_place() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", 10)
        for x, y, char in _down(20, 150, 11, "销售方"):
            canvas.drawString(x, y, char)

    (token,) = _page(draw).text
    assert token.box.height > 2.5 * token.box.width
    assert token.char_x == ()


def test_a_column_of_units_stays_a_column() -> None:
    assert _texts(*_down(100, 150, 12, "个台个")) == ["个", "台", "个"]
    assert _texts(*_down(100, 150, 12, "111")) == ["1", "1", "1"]
    assert _texts((100, 150, "个"), (150, 150, "5"), (100, 134, "台"), (150, 134, "6")) == [
        "个",
        "5",
        "台",
        "6",
    ]


def test_controls_are_dropped_and_nothing_else_changed() -> None:
    kangxi = "电\u2f26发票"
    for drawn, read in (
        (kangxi, kangxi),
        ("ＡＢ：", "ＡＢ："),
        ("甲\u200b乙", "甲乙"),
        ("甲\x00乙", "甲乙"),
    ):
        (text,) = _texts((20, 100, drawn))
        assert text.replace(" ", "") == read


def test_a_hyphen_at_the_end_of_a_line_stays() -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(20, 100)
        text.textLine("JTY-GD-")
        text.textLine("G3X")
        canvas.drawText(text)

    assert [token.text for token in _page(draw).text] == ["JTY-GD-", "G3X"]


def test_invisible_text_leaves_the_page_a_picture() -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(20, 100)
        text.setTextRenderMode(3)
        text.textLine("read by a scanner")
        canvas.drawText(text)

    page = _page(draw)
    assert [(token.text, token.confidence) for token in page.text] == [("read by a scanner", 0.5)]
    assert page.is_picture
    assert page.draw(1.0).min() == 255


def test_a_page_without_text_is_a_picture() -> None:
    page = _page(lambda canvas: canvas.rect(50, 50, 100, 80, fill=1))
    assert page.is_picture
    assert page.text == ()


def test_form_fields_are_drawn() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.acroForm.textfield(name="seal", x=50, y=50, width=100, height=30, value="SEAL")

    pixels = _page(draw).draw(1.0)
    field = pixels[round(115 * _PX) : round(155 * _PX), round(45 * _PX) : round(155 * _PX)]
    assert field.min() < 128


def test_pages_come_one_at_a_time_in_any_order() -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(1, 100):
            canvas.drawString(20, 100, f"page {number}")
            canvas.showPage()
        canvas.drawString(20, 100, "page 100")

    with ingest.open(_pdf(draw), "a.pdf") as opened:
        assert (opened.kind, opened.page_count, len(opened.pages)) == (FileKind.PDF, 100, 100)
        first = opened.pages[0]
        found = [page.text[0].text for page in opened.pages]
        assert found == [f"page {number}" for number in range(1, 101)]
        # a page from before the document was opened anew can still be drawn
        assert _holds(first.text[0].box, _ink(first.draw(1.0)))
        assert opened.pages[-1].text[0].text == "page 100"
    with pytest.raises(ValueError, match="closed"):
        first.draw(1.0)


def test_a_huge_page_is_drawn_within_the_limits() -> None:
    limits = Limits(max_pixels=1_000_000, max_pdf_pixels=500_000)
    data = _pdf(lambda canvas: canvas.drawString(5000, 100, "far"), (14_000, 200))
    page = ingest.open(data, "a.pdf", limits).pages[0]
    assert page.width * page.height <= 505_000
    assert page.width / page.height == pytest.approx(70, rel=0.01)
    assert page.draw(1.0).shape == (page.height, page.width, 3)
    with pytest.raises(DocumentError, match="image_too_large"):
        page.draw(2.0)


def test_a_damaged_file_after_a_locked_one_is_not_called_locked() -> None:
    locked = _pdf(lambda canvas: canvas.drawString(9, 9, "x"), encrypt="secret")
    for data, code in ((locked, "encrypted_pdf"), (_no_pages(), "damaged_pdf")):
        with pytest.raises(DocumentError, match=code):
            ingest.open(data, "a.pdf")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\nrubbish", "damaged_pdf"),
        (_no_pages(), "damaged_pdf"),
        (_raw_pdf("3 0 R " * 10_000, 10_000), "too_many_pages"),
        (_pdf(lambda canvas: canvas.drawString(9, 9, "x"), encrypt="secret"), "encrypted_pdf"),
    ],
)
def test_files_refused(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        ingest.open(data, "a.pdf")
    record = caught.value.record
    assert record.code == code
    assert record.hint
    if code == "too_many_pages":
        assert "10000" in record.message
        assert "500" in record.message
        assert "500" in record.hint


def test_a_pdf_locked_only_against_changes_is_read() -> None:
    lock = StandardEncryption("", ownerPassword="owner", canPrint=0)
    data = _pdf(lambda canvas: canvas.drawString(50, 100, "open"), encrypt=lock)
    assert [token.text for token in ingest.open(data, "a.pdf").pages[0].text] == ["open"]


def test_a_bad_page_does_not_take_the_others_with_it() -> None:
    with ingest.open(_raw_pdf("3 0 R 9 0 R 3 0 R", 3, draw="0 0 90 90 re f"), "a.pdf") as opened:
        with pytest.raises(DocumentError, match="damaged_page") as caught:
            opened.pages[1]
        assert "第 2 页" in caught.value.record.message
        assert opened.pages[2].draw(1.0).min() == 0


def test_a_tiny_page_is_refused_alone() -> None:
    opened = ingest.open(_raw_pdf("3 0 R", 1, "/MediaBox [0 0 2 2]"), "a.pdf")
    with pytest.raises(DocumentError, match="image_too_small"):
        opened.pages[0]


def test_a_missing_end_is_said() -> None:
    data = _raw_pdf("3 0 R", 1)
    assert ingest.open(data, "a.pdf").notices == ()
    (notice,) = ingest.open(data.removesuffix(b"%%EOF\n"), "a.pdf").notices
    assert notice.code == "pdf_end_missing"


def test_a_page_that_draws_for_hours_is_given_up() -> None:
    data = _raw_pdf("3 0 R", 1, draw="0 0 90 90 re f\n" * 500)
    limits = Limits(max_draw_seconds=0)
    with ingest.open(data, "a.pdf", limits) as opened:
        page = opened.pages[0]
        with pytest.raises(DocumentError, match="page_too_complex") as caught:
            page.draw(1.0)
        assert "第 1 页" in caught.value.record.message
    assert ingest.open(data, "a.pdf").pages[0].draw(1.0).min() == 0


def test_a_text_layer_too_long_to_place_is_left_aside() -> None:
    data = _pdf(lambda canvas: canvas.drawString(50, 100, "twelve chars"))
    (token,) = ingest.open(data, "a.pdf", Limits(max_characters=12)).pages[0].text
    assert token.text == "twelve chars"
    page = ingest.open(data, "a.pdf", Limits(max_characters=11)).pages[0]
    assert page.text == ()
    assert page.is_picture


def test_a_character_stated_for_its_glyph_in_a_form_stands_where_it_is_drawn() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("form")
        canvas.setFont("Helvetica", 20)
        canvas._code.append("/Span <</ActualText <FEFF5DE5>>> BDC")
        canvas.drawString(100, 40, "A")
        canvas._code.append("EMC")
        canvas.endForm()
        canvas.transform(0.5, 0, 0, 0.5, 30, 20)
        canvas.doForm("form")

    (token,) = _page(draw).text
    assert token.text == "工"
    assert token.box.x0 == pytest.approx(80 * _PX, abs=2)
    assert token.box.y1 == pytest.approx(160 * _PX, abs=12)
