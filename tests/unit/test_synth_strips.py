"""Small tickets obey their rules, and what is drawn is what their truth says."""

import io
import json
import re

import pytest
import zxingcpp
from PIL import Image

import synth
from models.capital import parse_capital
from models.errors import DependencyMissing
from models.forms import Form
from models.identifiers import code_region_ok, form_from_code
from models.taxqr import CrcStatus, parse_tax_qr
from synth import fonts, strips
from synth.cities import cities, city_of, issuer
from synth.draw import dots
from synth.draw.sheet import Disc, Layer, Picture, Sheet, Text
from synth.kinds import kind_of
from synth.vocabulary import vocabulary

SEEDS = range(60)
KINDS = ("taxi", "quota", "toll_paper", "bus", "vat_roll")
LOCAL = KINDS[:-1]
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def _fonts():
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)


def texts(sheet: Sheet, layer: Layer) -> str:
    return "\n".join(mark.text for mark in sheet.marks[layer] if isinstance(mark, Text))


@each_kind
def test_same_seed_same_truth_and_other_seeds_other_numbers(kind):
    assert synth.make(kind, 5) == synth.make(kind, 5)
    assert len({synth.make(kind, seed).number for seed in SEEDS}) == len(SEEDS)


@each_kind
def test_code_number_and_sums_are_well_formed(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        assert re.fullmatch(r"[01]\d{6}[0-9AB]{5}", truth.code)
        assert code_region_ok(truth.code)
        assert re.fullmatch(r"\d{8}", truth.number)
        assert truth.amount is truth.tax is None
        assert truth.total > 0
        if truth.extra.total_in_words:
            assert parse_capital(truth.extra.total_in_words) == truth.total


@pytest.mark.parametrize("kind", LOCAL)
def test_local_codes_are_no_other_forms_code(kind):
    for seed in SEEDS:
        assert form_from_code(synth.make(kind, seed).code) is None


@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        ("taxi", {"mileage", "unit_fare", "boarded", "alighted"}),
        ("quota", {"total_in_words"}),
        ("toll_paper", {"departure", "destination", "payee"}),
        ("bus", {"departure", "destination", "travel_date", "departure_time", "trip_no", "seat"}),
        ("vat_roll", {"total_in_words", "qr", "machine_no", "payee", "second_number"}),
    ],
)
def test_label_names_what_the_kind_prints(kind, printed):
    label = json.loads(json.dumps(synth.make(kind, 3).label("x.png", "scan")))
    assert printed <= label["extra"].keys()
    assert (label["date"] is None) == (kind == "quota")
    assert label["form"] == kind


def test_a_coupon_has_no_day():
    with pytest.raises(ValueError, match="quota"):
        _ = synth.make("quota", 1).day


def test_taxis_of_every_city_and_values_rows_above_their_labels():
    truths = [synth.make("taxi", seed) for seed in range(80)]
    assert {truth.face.region for truth in truths} == set(strips.TAXI_CITIES)
    shifted = {truth.face.region for truth in truths if truth.face.shift[1] < -10}
    assert shifted == {strips.SHIFTED_CITY}
    for truth in truths:
        named = truth.face.region == strips.NAMED_CITY
        assert (truth.seller is not None) == named
        assert not named or truth.seller.name == issuer(truth).name


def test_vat_roll_has_tax_in_its_amounts_and_a_valid_code():
    for seed in SEEDS:
        truth = synth.make("vat_roll", seed)
        qr = parse_tax_qr(truth.extra.qr)
        assert qr.crc is CrcStatus.OK
        assert (qr.form, qr.code, qr.number) == (Form.VAT_ROLL, truth.code, truth.number)
        assert (qr.amount, qr.date, qr.check_code) == (truth.total, truth.date, truth.check_code)
        assert form_from_code(truth.code) is Form.VAT_ROLL
        assert sum(item.amount for item in truth.items) == truth.total
        assert all(item.tax is item.tax_rate is None for item in truth.items)


def test_a_given_buyer_is_used_where_one_is_printed():
    buyer = synth.Party(name="某某（北京）有限公司", tax_id="91110108MU3UY2PU8K")
    assert synth.make("vat_roll", 1, buyer=buyer).buyer == buyer
    assert all(synth.make(kind, 1, buyer=buyer).buyer is None for kind in LOCAL)


@pytest.mark.usefixtures("_fonts")
@each_kind
def test_the_sheet_prints_the_truth_within_its_edges(kind):
    for seed in range(6):
        truth = synth.make(kind, seed)
        sheet = kind_of(kind).lay_out(truth)
        text = texts(sheet, Layer.FORM) + texts(sheet, Layer.PRINT)
        wanted = [truth.code, truth.number, truth.extra.total_in_words, truth.extra.departure]
        wanted += [truth.extra.destination, truth.extra.departure_time, truth.extra.payee]
        if kind not in ("taxi", "quota"):
            wanted.append(f"{truth.total:.2f}")
        flat = text.replace("\n", "")
        assert [value for value in wanted if value and value not in flat] == []
        for mark in sheet.marks[Layer.FORM]:
            if isinstance(mark, Picture):
                assert mark.x >= -1
                assert mark.x + mark.width <= sheet.width + 1
                assert mark.y + mark.height <= sheet.height + 1


@pytest.mark.usefixtures("_fonts")
@pytest.mark.parametrize(
    ("kind", "widths"),
    [
        ("taxi", {57}),
        ("quota", {133, 62}),
        ("toll_paper", {76, 60}),
        ("bus", {98, 60}),
        ("vat_roll", {57, 76}),
    ],
)
def test_sizes_are_those_of_the_forms(kind, widths):
    sheets = [kind_of(kind).lay_out(synth.make(kind, seed)) for seed in range(8)]
    assert {sheet.width for sheet in sheets} == widths


@pytest.mark.usefixtures("_fonts")
@each_kind
def test_same_truth_same_picture(kind):
    truth = synth.make(kind, 2)
    first = synth.draw_png(truth, dpi=60)
    assert first == synth.draw_png(truth, dpi=60)
    with Image.open(io.BytesIO(first)) as image:
        sheet = kind_of(kind).lay_out(truth)
        assert abs(image.width - sheet.width / 25.4 * 60) <= 1


@pytest.mark.usefixtures("_fonts")
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_roll_qr_is_readable(seed):
    truth = synth.make("vat_roll", seed)
    with Image.open(io.BytesIO(synth.draw_png(truth))) as image:
        assert [code.text for code in zxingcpp.read_barcodes(image)] == [truth.extra.qr]


def test_dots_stand_on_the_line_and_end_at_the_edge():
    sheet = Sheet(50, 20)
    dots.put(sheet, (40, 10), "17.8", height=3.5, color=(0, 0, 0), align="right")
    marks = [mark for mark in sheet.marks[Layer.PRINT] if isinstance(mark, Disc)]
    assert max(mark.x for mark in marks) == pytest.approx(39.75)
    assert max(mark.y for mark in marks) == pytest.approx(9.75)
    assert min(mark.y for mark in marks) == pytest.approx(6.75)
    with pytest.raises(KeyError):
        dots.put(sheet, (0, 10), "元", height=3, color=(0, 0, 0))


def test_every_city_has_companies_and_its_own_plate():
    places = {region.city for region in vocabulary().regions}
    assert {city.name for city in cities().cities} <= places
    assert len({city.plate for city in cities().cities}) == len(cities().cities)
    assert city_of(synth.make("taxi", 1)).name in strips.TAXI_CITIES
