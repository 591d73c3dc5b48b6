"""What is drawn can be read back: text layer, QR, picture. Needs a Chinese TrueType font."""

import io

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

import synth
from models.errors import DependencyMissing
from models.text import squash
from synth import fonts
from synth.vocabulary import vocabulary

PAPER = ["vat_special", "vat_normal"]
ELECTRONIC = ["dz_special", "dz_normal", "vat_e_normal"]


@pytest.fixture(autouse=True)
def _fonts():
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)


def decode(data: bytes) -> list[str]:
    with Image.open(io.BytesIO(data)) as image:
        return [code.text for code in zxingcpp.read_barcodes(image.convert("RGB"))]


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    text = document[0].get_textpage().get_text_range()
    document.close()
    return squash(text)


@pytest.mark.parametrize("kind", ["dz_special", "vat_e_normal", "vat_normal"])
def test_same_truth_same_bytes(kind):
    truth = synth.make(kind, 4)
    assert synth.draw_pdf(truth) == synth.draw_pdf(truth)
    png = synth.draw_png(truth, dpi=100)
    assert png == synth.draw_png(truth, dpi=100)


@pytest.mark.parametrize("kind", ELECTRONIC)
@pytest.mark.parametrize("seed", [1, 3, 5])
def test_text_layer_holds_every_value(kind, seed):
    truth = synth.make(kind, seed)
    text = text_of(synth.draw_pdf(truth))
    values = [
        truth.number,
        f"{truth.date:%Y年%m月%d日}",
        f"¥{truth.amount:.2f}",
        "***" if truth.tax is None else f"¥{truth.tax:.2f}",
        f"¥{truth.total:.2f}",
        squash(truth.seller.name),
        squash(truth.buyer.name),
        truth.seller.tax_id,
        truth.extra.total_in_words,
        truth.extra.drawer,
        *(squash(item.unit_price) for item in truth.items if item.unit_price),
        *(part for part in (truth.code, truth.check_code) if part),
    ]
    assert [value for value in values if value not in text] == []


@pytest.mark.parametrize("kind", PAPER)
def test_paper_pdf_is_a_scan_without_text(kind):
    assert text_of(synth.draw_pdf(synth.make(kind, 1))) == ""


@pytest.mark.parametrize("kind", [*ELECTRONIC, *PAPER])
def test_qr_is_readable_on_the_picture_and_on_a_photo_of_it(kind):
    truth = synth.make(kind, 6)
    assert decode(synth.draw_png(truth, dpi=200)) == [truth.extra.qr]
    shot = synth.photo(synth.draw_page(truth), 6, synth.Level.PHOTO)
    assert decode(shot.data) == [truth.extra.qr]


def test_picture_has_the_size_of_the_form():
    for kind, mm in (("dz_normal", 210), ("vat_normal", 240)):
        with Image.open(io.BytesIO(synth.draw_png(synth.make(kind, 2), dpi=127))) as image:
            assert abs(image.width - mm * 5) <= 1
            assert abs(image.height - 140 * 5) <= 1


def test_page_grows_where_lines_do_not_fit():
    truth = synth.make("dz_normal", 2)
    long = truth.items[0].model_copy(update={"name": "*餐饮服务*" + "会议工作餐" * 9})
    tall = truth.model_copy(update={"items": (long,) * 8})
    heights = []
    for each in (truth, tall):
        document = pypdfium2.PdfDocument(synth.draw_pdf(each))
        heights.append(document[0].get_height())
        document.close()
    assert heights[1] > heights[0] + 100


def test_photo_is_a_jpeg_of_the_asked_size_and_levels_differ():
    page = synth.draw_page(synth.make("vat_normal", 2), dpi=100)
    shots = [synth.photo(page, 5, level, long_side=900) for level in synth.Level]
    for shot in shots:
        with Image.open(io.BytesIO(shot.data)) as image:
            assert image.format == "JPEG"
            assert max(image.size) == max(shot.width, shot.height) == 900
        fields = {place.field for place in page.places}
        assert {place.field for place in shot.places} == fields
    # a scan lies on a white lid, a photo on a desk
    means = [np.asarray(Image.open(io.BytesIO(shot.data)))[:4].mean() for shot in shots]
    assert means[0] > 235 > max(means[1:])


def test_fonts_have_every_character_the_vocabulary_uses():
    text = vocabulary().model_dump_json()
    for role in (fonts.Font.SONG, fonts.Font.KAI):
        glyphs = fonts.pillow(role, 20)
        missing = glyphs.getmask("\U0010fffd").getbbox(), bytes(glyphs.getmask("\U0010fffd"))
        lost = {
            char
            for char in set(text)
            if not char.isspace()
            and (glyphs.getmask(char).getbbox(), bytes(glyphs.getmask(char))) == missing
        }
        assert lost == set()


def test_missing_fonts_name_the_packages(monkeypatch):
    monkeypatch.setattr(fonts, "_installed", dict)
    with pytest.raises(DependencyMissing) as error:
        fonts.find.__wrapped__(fonts.Font.KAI)
    assert error.value.record.code == "font_missing"
    assert all(name in error.value.record.hint for name in fonts.PACKAGES)
