"""Invoices of new and used vehicles obey their rules and print what their truth says."""

import re
from decimal import Decimal

import pytest
from PIL import Image

import synth
from models.capital import parse_capital
from models.errors import DependencyMissing, UsageError
from models.forms import Form
from models.identifiers import check_character_holds, form_from_code, is_id_card, tax_id_kind
from models.taxqr import CrcStatus, parse_tax_qr
from synth import fonts, vehicles
from synth.draw import seal
from synth.draw.place import Place, places
from synth.draw.sheet import Layer
from synth.kinds import kind_of
from synth.order import Trait
from synth.vehicle_words import vehicle_words, vin_check_digit

NEW = ("vehicle", "dz_vehicle", "dzp_vehicle")
USED = ("used_car", "dz_used_car", "dzp_used_car")
SEEDS = range(30)
each_kind = pytest.mark.parametrize("kind", NEW + USED)
UNPRINTED = {"qr", "qr_crc", "red_of"}


@pytest.fixture
def _fonts():
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)


@pytest.fixture
def _plain_seals(monkeypatch):
    """Seals without text: what they say is not looked at, and drawing it takes longest."""
    blank = Image.new("RGBA", (12, 8))
    for name in ("issuer", "supervision", "paper_supervision"):
        monkeypatch.setattr(seal, name, lambda *_: blank)


def found_places(truth) -> list[tuple[Layer, Place]]:
    sheet = kind_of(truth.kind).lay_out(truth)
    return [(layer, place) for layer in Layer for place in places(sheet, layer)]


def labelled_fields(truth) -> set[str]:
    label = truth.label("x.png", "scan")
    extra = label.pop("extra")
    fields = {f"extra.details.{i}" for i in range(len(extra.pop("details")))}
    fields |= {f"extra.{name}" for name in extra.keys() - UNPRINTED}
    skipped = {"file", "kind", "type", "form", "category", "items"}
    return fields | {name for name in label.keys() - skipped if label[name] is not None}


@each_kind
def test_same_seed_same_truth_and_other_seeds_other_numbers(kind):
    assert synth.make(kind, 5) == synth.make(kind, 5)
    assert len({synth.make(kind, seed).number for seed in SEEDS}) == len(SEEDS)


@each_kind
def test_numbers_sums_and_ids_obey_their_rules(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        assert parse_capital(truth.extra.total_in_words) == truth.total
        assert check_character_holds(truth.buyer.tax_id)
        assert check_character_holds(truth.seller.tax_id)
        vin = truth.extra.vin
        assert re.fullmatch(r"[0-9A-HJ-NPR-Z]{17}", vin)
        assert vin_check_digit(vin) == vin[8]
        if truth.form.is_tax_control:
            assert form_from_code(truth.code) is truth.form
            assert (truth.extra.second_code, truth.extra.second_number) == (
                truth.code,
                truth.number,
            )
        else:
            assert re.fullmatch(r"\d{20}", truth.number)
            assert truth.number[:2] == f"{truth.day:%y}"
        assert (truth.code is None) == truth.form.is_digital


@pytest.mark.parametrize("kind", NEW)
def test_a_new_vehicle_splits_off_its_tax(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        assert truth.amount + truth.tax == truth.total
        details = {detail.name: detail.value for detail in truth.extra.details}
        rate = Decimal(details["增值税税率或征收率"].rstrip("%")) / 100
        assert abs(truth.amount * rate - truth.tax) <= Decimal("0.01")
        assert ("合格证号" in details) != ("进口证明书号" in details)


@pytest.mark.parametrize("kind", USED)
def test_a_used_vehicle_has_a_plate_and_no_tax(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        assert truth.amount is truth.tax is None
        assert re.fullmatch(r"[一-龥][A-F][0-9A-HJ-NP-Z]{2}\d{3}", truth.extra.plate)


@each_kind
def test_qr_is_that_of_the_form(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        if truth.extra.qr is None:
            assert truth.face.details["layout"] == "0"
            continue
        qr = parse_tax_qr(truth.extra.qr)
        assert qr.crc is CrcStatus.OK
        assert (qr.form, qr.number, qr.date) == (truth.form, truth.number, truth.date)
        assert qr.amount == (truth.amount if kind == "vehicle" else truth.total)


@pytest.mark.parametrize("kind", ["vehicle", "used_car"])
def test_old_ids_and_red_letters(kind):
    truth = synth.make(kind, 3, traits=[Trait.OLD_IDS, Trait.RED])
    assert tax_id_kind(truth.buyer.tax_id) == "old_15"
    assert truth.total < 0
    assert truth.extra.red_of.replace("-", "号码:") in truth.extra.remark
    assert truth.extra.total_in_words.startswith("（负数）")


@each_kind
def test_private_buyers_have_an_id_of_no_county(kind):
    buyer = synth.make(kind, 4, traits=[Trait.PRIVATE_BUYER]).buyer
    assert is_id_card(buyer.tax_id)
    assert buyer.tax_id[4:6] == "98"


@each_kind
def test_a_given_buyer_is_kept_and_impossible_traits_are_refused(kind):
    buyer = synth.Party(name="某某（北京）有限公司", tax_id="91110108MU3UY2PU8K")
    assert all(synth.make(kind, seed, buyer=buyer).buyer == buyer for seed in SEEDS)
    with pytest.raises(UsageError, match="many_lines"):
        synth.make(kind, 1, traits=[Trait.MANY_LINES])


@each_kind
def test_the_benchmark_has_a_layout_and_makers_of_its_own(kind):
    def drawn(*, kept: bool):
        truths = [synth.make(kind, seed, kept=kept) for seed in SEEDS]
        layouts = {truth.face.details["layout"] for truth in truths}
        return layouts, {truth.extra.vehicle_model.split("牌")[0] for truth in truths}

    (layouts, makers), (kept_layouts, kept_makers) = drawn(kept=False), drawn(kept=True)
    last = str(vehicles.LAYOUTS - 1)
    assert kept_layouts == {last}
    assert layouts == {str(i) for i in range(vehicles.LAYOUTS - 1)}
    assert not makers & kept_makers
    assert kept_makers <= {maker.name for maker in vehicle_words().kept_makers}


def test_traits_show_in_the_face():
    shifted = synth.make("vehicle", 1, traits=[Trait.SHIFTED]).face.shift
    assert max(map(abs, shifted)) > 1.5
    assert min(synth.make("vehicle", 1, traits=[Trait.FAINT]).face.ink) > 140


@pytest.mark.usefixtures("_fonts", "_plain_seals")
@each_kind
@pytest.mark.parametrize("kept", [False, True])
def test_every_labelled_value_is_printed_on_the_sheet_apart_from_the_others(kind, kept):
    for seed in range(4):
        truth = synth.make(kind, seed, kept=kept)
        sheet = kind_of(kind).lay_out(truth)
        found = found_places(truth)
        assert {place.field for _, place in found} == labelled_fields(truth)
        boxes = []
        for layer, place in found:
            xs, ys = zip(*place.quad, strict=True)
            assert min(xs) >= 0 <= min(ys)
            assert max(xs) <= sheet.width
            assert max(ys) <= sheet.height
            if layer is Layer.PRINT:
                boxes.append((min(xs), min(ys) + 0.3, max(xs), max(ys) - 0.3))
        for i, one in enumerate(boxes):
            for other in boxes[i + 1 :]:
                apart = one[2] <= other[0] or other[2] <= one[0]
                assert apart or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.usefixtures("_fonts", "_plain_seals")
@pytest.mark.parametrize(("kind", "size"), [("vehicle", (241, 177.8)), ("dz_used_car", (210, 140))])
def test_sizes_are_those_of_the_forms(kind, size):
    sheet = kind_of(kind).lay_out(synth.make(kind, 1))
    assert (sheet.width, sheet.height) == size


@pytest.mark.usefixtures("_fonts", "_plain_seals")
def test_same_truth_same_picture():
    truth = synth.make("used_car", 2)
    assert synth.draw_png(truth, dpi=50) == synth.draw_png(truth, dpi=50)


def test_forms_without_a_makers_number_are_told_by_the_paper():
    truth = synth.make("dzp_vehicle", 2)
    assert truth.form is Form.DZP_VEHICLE
    assert re.fullmatch(r"\d{8}", truth.extra.second_number)
    assert truth.extra.machine_no is None
