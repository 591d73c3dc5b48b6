"""通用机打发票, ship tickets and blockchain invoices obey their rules and print their truth."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

import synth
from models.capital import parse_capital
from models.errors import DependencyMissing
from models.forms import Form
from models.identifiers import check_character_holds, code_region_ok, form_from_code
from synth import fonts, local
from synth.draw import seal, strips
from synth.draw.place import Place, places
from synth.draw.sheet import Layer, Text
from synth.kinds import kind_of
from synth.order import Trait

KINDS = ("machine", "ship", "blockchain")
LAYOUTS = {
    "machine": local.MACHINE_LAYOUTS,
    "ship": local.SHIP_LAYOUTS,
    "blockchain": local.BLOCKCHAIN_LAYOUTS,
}
SEEDS = range(30)
each_kind = pytest.mark.parametrize("kind", KINDS)
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
    for name in ("issuer", "supervision"):
        monkeypatch.setattr(seal, name, lambda *_: blank)
    for name in ("company_seal", "supervision"):
        monkeypatch.setattr(strips, name, lambda *_, **__: None)


def found_places(truth) -> list[tuple[Layer, Place]]:
    sheet = kind_of(truth.kind).lay_out(truth)
    return [(layer, place) for layer in Layer for place in places(sheet, layer)]


def labelled_fields(truth) -> set[str]:
    label = truth.label("x.png", "scan")
    extra, items = label.pop("extra"), label.pop("items")
    fields = {f"extra.details.{i}" for i in range(len(extra.pop("details", [])))}
    fields |= {f"extra.{name}" for name in extra.keys() - UNPRINTED}
    fields |= {f"items.{i}.{name}" for i, item in enumerate(items) for name in item}
    skipped = {"file", "kind", "type", "form", "category"}
    return fields | {name for name in label.keys() - skipped if label[name] is not None}


@each_kind
def test_same_seed_same_truth_and_other_seeds_other_numbers(kind):
    assert synth.make(kind, 5) == synth.make(kind, 5)
    assert len({synth.make(kind, seed).number for seed in SEEDS}) == len(SEEDS)


@each_kind
def test_codes_and_sums_obey_their_rules(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        expected = Form.BLOCKCHAIN if kind == "blockchain" else None
        assert form_from_code(truth.code) is expected
        assert re.fullmatch(r"1\d{11}", truth.code)
        assert code_region_ok(truth.code)
        assert re.fullmatch(r"\d{8}", truth.number)
        assert 0 <= truth.day.year % 100 - int(truth.code[5:7]) <= 1
        if kind != "ship":
            assert parse_capital(truth.extra.total_in_words) == truth.total
            assert check_character_holds(truth.seller.tax_id)
            assert sum(item.amount for item in truth.items) == (truth.amount or truth.total)


def test_a_blockchain_qr_holds_the_sum_in_cents_and_the_hash_the_check_code_ends():
    for seed in SEEDS:
        truth = synth.make("blockchain", seed)
        query = parse_qs(urlsplit(truth.extra.qr).query)
        (hashed,), (number,), (fen,) = query["hash"], query["bill_num"], query["total_amount"]
        assert re.fullmatch(r"[0-9a-f]{66}", hashed)
        assert truth.check_code == hashed[-5:]
        assert (number, int(fen)) == (truth.number, int(truth.total * 100))
        assert truth.amount + (truth.tax or 0) == truth.total
        assert truth.code[1:5] == "4403"
        assert truth.code[5:7] == f"{truth.day:%y}"


def test_a_red_blockchain_invoice_takes_back_one_of_its_kind():
    truth = synth.make("blockchain", 4, traits=[Trait.RED])
    code, number = truth.extra.red_of.split("-")
    assert form_from_code(code) is Form.BLOCKCHAIN
    assert f"{code}号码:{number}" in truth.extra.remark
    assert truth.total < 0
    assert "total_amount=-" in truth.extra.qr


def test_machine_invoices_as_sheets_and_as_rolls():
    for seed in SEEDS:
        truth = synth.make("machine", seed)
        sheet = truth.face.details["layout"] not in local.ROLLS
        assert (truth.extra.second_code == truth.code) == sheet
        assert truth.extra.second_number == truth.number
        assert all((item.unit is not None) == sheet for item in truth.items)
        assert all(item.tax is item.tax_rate is None for item in truth.items)


@pytest.mark.parametrize(
    ("kind", "trait", "holds"),
    [
        ("machine", Trait.PRIVATE_BUYER, lambda t: t.buyer.tax_id is None),
        ("machine", Trait.NO_BUYER_ID, lambda t: t.buyer.tax_id is None),
        ("machine", Trait.OLD_IDS, lambda t: len(t.seller.tax_id) == 15 and t.day.year < 2018),
        ("machine", Trait.SHIFTED, lambda t: max(map(abs, t.face.shift)) > 1.2),
        ("ship", Trait.FAINT, lambda t: min(t.face.ink) > 140),
        ("blockchain", Trait.PRIVATE_BUYER, lambda t: t.buyer.tax_id is None),
    ],
)
def test_traits_show(kind, trait, holds):
    assert all(holds(synth.make(kind, seed, traits=[trait])) for seed in range(10))


def test_a_given_buyer_is_used_where_one_is_printed():
    buyer = synth.Party(name="某某（北京）有限公司", tax_id="91110108MU3UY2PU8K")
    assert synth.make("ship", 1, buyer=buyer).buyer is None
    for seed in SEEDS:
        assert synth.make("machine", seed, buyer=buyer).buyer == buyer
        assert synth.make("blockchain", seed, buyer=buyer).buyer == buyer


@each_kind
def test_the_benchmark_has_a_layout_of_its_own(kind):
    last = LAYOUTS[kind] - 1
    usual = {synth.make(kind, seed).face.details["layout"] for seed in SEEDS}
    kept = {synth.make(kind, seed, kept=True).face.details["layout"] for seed in SEEDS}
    assert usual == {str(i) for i in range(last)}
    assert kept == {str(last)}


def test_the_benchmark_has_ports_of_its_own():
    usual = {synth.make("ship", seed).extra.departure for seed in SEEDS}
    kept = {synth.make("ship", seed, kept=True).extra.departure for seed in SEEDS}
    assert not usual & kept


@pytest.mark.usefixtures("_fonts", "_plain_seals")
@each_kind
@pytest.mark.parametrize("kept", [False, True])
def test_every_labelled_value_is_printed_on_the_sheet_apart_from_the_others(kind, kept):
    for seed in range(8):
        truth = synth.make(kind, seed, kept=kept)
        sheet = kind_of(kind).lay_out(truth)
        found = found_places(truth)
        assert {place.field for _, place in found} == labelled_fields(truth)
        boxes = {}
        for layer, place in found:
            xs, ys = zip(*place.quad, strict=True)
            assert min(xs) >= 0 <= min(ys)
            assert max(xs) <= sheet.width
            assert max(ys) <= sheet.height
            if layer is Layer.PRINT:
                boxes[min(xs), min(ys) + 0.3, max(xs), max(ys) - 0.3] = None
        every = list(boxes)
        for i, one in enumerate(every):
            for other in every[i + 1 :]:
                apart = one[2] <= other[0] or other[2] <= one[0]
                assert apart or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.usefixtures("_fonts", "_plain_seals")
def test_a_blockchain_sheet_grows_with_its_lines():
    truth = synth.make("blockchain", 3, traits=[Trait.MANY_LINES])
    sheet = kind_of("blockchain").lay_out(truth)
    marks = [mark for mark in sheet.marks[Layer.PRINT] if isinstance(mark, Text)]
    names = [mark.y for mark in marks if mark.of.endswith(".name") and "items" in mark.of]
    sums = [mark.y for mark in marks if mark.of == "amount"]
    assert max(names) + 3 < sums[0] < sheet.height
    assert sheet.height > 140


@pytest.mark.usefixtures("_fonts", "_plain_seals")
def test_same_truth_same_picture():
    truth = synth.make("ship", 2)
    assert synth.draw_png(truth, dpi=50) == synth.draw_png(truth, dpi=50)
