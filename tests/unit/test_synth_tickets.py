"""Tickets by rail and air obey their rules, and what is drawn of them can be read back."""

import datetime
import io
import re
from decimal import Decimal

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

import synth
from models.errors import DependencyMissing
from models.forms import Form, InvoiceType
from models.identifiers import is_uscc, number_region_ok
from models.taxqr import CrcStatus, parse_tax_qr
from models.text import squash
from synth import fonts
from synth.draw import rail
from synth.draw.sheet import Layer, Text
from synth.places import places

RAIL = ["rail_e", "rail_paper"]
AIR = ["air_e", "air_paper"]
ELECTRONIC = ["rail_e", "air_e"]
PAPER = ["rail_paper", "air_paper"]
SEEDS = range(60)


@pytest.fixture
def _fonts():
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    text = document[0].get_textpage().get_text_range()
    document.close()
    return squash(text)


def decode(data: bytes) -> list[str]:
    with Image.open(io.BytesIO(data)) as image:
        return [code.text for code in zxingcpp.read_barcodes(image.convert("RGB"))]


@pytest.mark.parametrize("kind", [*RAIL, *AIR])
def test_same_seed_same_ticket_other_seed_another(kind):
    assert synth.make(kind, 5) == synth.make(kind, 5)
    assert len({synth.make(kind, seed).number for seed in SEEDS}) == len(SEEDS)


@pytest.mark.parametrize(
    ("kind", "number", "ticket"),
    [
        ("rail_e", r"2[56]\d{2}9\d{15}", r"\d{21}202[56]"),
        ("rail_paper", r"([A-Z]\d{2})?[A-Z]\d{6}", r"\d{14}[A-Z]\d{6}"),
        ("air_e", r"2[4-7]\d{2}8\d{15}", r"\d{13}"),
        ("air_paper", r"\d{11}", r"\d{13}"),
    ],
)
def test_numbers_have_their_forms_shape(kind, number, ticket):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        assert re.fullmatch(number, truth.number)
        assert re.fullmatch(ticket, truth.extra.ticket_no)
        assert truth.code is truth.check_code is None
        if truth.form.is_digital:
            assert truth.number[:2] == f"{truth.day:%y}"
            assert number_region_ok(truth.number)
        if truth.form is Form.RAIL_PAPER:
            assert truth.extra.ticket_no.endswith(truth.number[-7:])


@pytest.mark.parametrize("kind", [*RAIL, *AIR])
def test_a_ticket_tells_the_whole_journey(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        extra = truth.extra
        assert extra.departure
        assert extra.departure != extra.destination
        assert extra.destination
        assert re.fullmatch(r"[0-2]\d:[0-5]\d", extra.departure_time)
        assert re.fullmatch(r"[A-Z0-9]{1,2}\d{1,4}", extra.trip_no)
        assert extra.seat_class
        assert extra.traveller
        assert re.fullmatch(r"\d{10}\*{4}\d{3}[\dX]", extra.traveller_id)
        assert bool(extra.seat) == (kind in RAIL)
        assert truth.form.type is (InvoiceType.TRAIN if kind in RAIL else InvoiceType.AIR)


def test_paper_train_tickets_have_one_date_and_end_with_the_vouchers():
    for seed in SEEDS:
        truth = synth.make("rail_paper", seed)
        assert truth.date == truth.extra.travel_date <= datetime.date(2025, 9, 30)
        assert truth.buyer is truth.seller is None


@pytest.mark.parametrize("kind", [*RAIL, "air_paper"])
def test_only_the_price_is_printed(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        assert truth.amount is truth.tax is None
        assert truth.total > 0
        if kind == "rail_paper":
            # the card prints one decimal
            assert truth.total * 10 == int(truth.total * 10)


def test_electronic_itinerary_adds_up_and_taxes_fare_and_fuel():
    for seed in SEEDS:
        truth = synth.make("air_e", seed)
        fare, fuel, fund = (Decimal(truth.face.details[name]) for name in ("fare", "fuel", "fund"))
        assert fare + fuel + truth.tax + fund == truth.total
        assert abs((fare + fuel) * Decimal("0.09") - truth.tax) <= Decimal("0.01")
        assert truth.amount is None
        assert truth.seller.name in {airline.name for airline in places().airlines}
        assert truth.seller.tax_id is None


def test_paper_itinerary_adds_up():
    for seed in SEEDS:
        truth = synth.make("air_paper", seed)
        fuel = truth.face.details["fuel"]
        parts = [
            truth.face.details["fare"],
            truth.face.details["fund"],
            fuel.replace("EXEMPT", "0"),
        ]
        assert sum(map(Decimal, parts)) == truth.total


@pytest.mark.parametrize("kind", ELECTRONIC)
def test_qr_payload_says_what_the_ticket_says(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        qr = parse_tax_qr(truth.extra.qr)
        assert qr.crc is CrcStatus.OK
        assert not qr.problems
        assert (qr.form, qr.number, qr.date) == (truth.form, truth.number, truth.date)
        assert qr.amount == truth.total


@pytest.mark.parametrize("kind", ELECTRONIC)
def test_buyer_is_a_company_or_the_traveller(kind):
    buyers = [(synth.make(kind, seed).buyer, synth.make(kind, seed).extra) for seed in SEEDS]
    assert all(
        is_uscc(buyer.tax_id) if buyer.tax_id else buyer.name == extra.traveller
        for buyer, extra in buyers
    )
    assert {bool(buyer.tax_id) for buyer, _ in buyers} == {True, False}
    ours = synth.Party(name="某某（北京）有限公司", tax_id="91110108MU3UY2PU8K")
    assert synth.make(kind, 1, buyer=ours).buyer == ours


@pytest.mark.parametrize("kind", ELECTRONIC)
@pytest.mark.parametrize("seed", [1, 3, 5])
@pytest.mark.usefixtures("_fonts")
def test_text_layer_holds_every_value(kind, seed):
    truth = synth.make(kind, seed)
    extra = truth.extra
    text = text_of(synth.draw_pdf(truth))
    values = [
        truth.number,
        f"{truth.date:%Y年%m月%d日}",
        f"{truth.total:.2f}",
        squash(truth.buyer.name),
        truth.buyer.tax_id or "",
        extra.departure,
        extra.destination,
        extra.departure_time,
        extra.trip_no,
        extra.seat or "",
        extra.seat_class,
        extra.traveller,
        extra.traveller_id,
        extra.ticket_no,
    ]
    assert [value for value in values if value not in text] == []


@pytest.mark.usefixtures("_fonts")
def test_long_names_of_buyers_wrap_inside_their_column():
    name = "北京青鹭川科技发展股份有限公司上海浦东信息技术开发分公司第二营业部"
    long = synth.Party(name=name, tax_id="91110108MU3UY2PU8K")
    sheet = rail.lay_out(synth.make("rail_e", 4, buyer=long))
    texts = [mark.text for mark in sheet.marks[Layer.PRINT] if isinstance(mark, Text)]
    lines = [text for text in texts if text in name and len(text) > 1]
    assert len(lines) == 2
    assert "".join(lines) == name


@pytest.mark.parametrize("kind", PAPER)
@pytest.mark.usefixtures("_fonts")
def test_paper_ticket_is_a_scan_without_text_and_repeats(kind):
    truth = synth.make(kind, 1)
    data = synth.draw_pdf(truth)
    assert data == synth.draw_pdf(truth)
    assert text_of(data) == ""


@pytest.mark.parametrize("kind", ELECTRONIC)
@pytest.mark.usefixtures("_fonts")
def test_qr_is_readable_on_the_picture_and_on_a_photo_of_it(kind):
    truth = synth.make(kind, 6)
    assert decode(synth.draw_png(truth, dpi=200)) == [truth.extra.qr]
    shot = synth.photo(synth.draw_page(truth), 6, synth.Level.PHOTO)
    assert decode(shot.data) == [truth.extra.qr]


@pytest.mark.usefixtures("_fonts")
def test_paper_train_tickets_are_blue_or_pink():
    tints = {}
    for seed in range(12):
        truth = synth.make("rail_paper", seed)
        with Image.open(io.BytesIO(synth.draw_png(truth, dpi=60))) as image:
            red, _, blue = np.asarray(image.convert("RGB"))[-8:].mean(axis=(0, 1))
        tints.setdefault(truth.face.details["paper"], []).append(red > blue)
    assert tints == {"blue": [False] * len(tints["blue"]), "pink": [True] * len(tints["pink"])}


@pytest.mark.usefixtures("_fonts")
def test_fonts_have_every_character_of_the_places():
    text = places().model_dump_json()
    for role in (fonts.Font.SONG, fonts.Font.HEI):
        glyphs = fonts.pillow(role, 20)
        missing = bytes(glyphs.getmask("\U0010fffd"))
        lost = {c for c in set(text) if not c.isspace() and bytes(glyphs.getmask(c)) == missing}
        assert lost == set()


def test_tax_offices_and_kilometres_are_there_for_every_stop():
    words = places()
    for line in words.lines:
        kilometres = [stop.km for stop in line.stops]
        assert kilometres == sorted(set(kilometres))
        assert {stop.province for stop in line.stops} <= set(words.bureaus)
    assert {airport.province for airport in words.airports} <= set(words.bureaus)
