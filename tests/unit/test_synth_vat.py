"""What makes VAT invoices hard, trait by trait: the truths, before anything is drawn."""

import datetime
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest

import synth
from models.capital import parse_capital
from models.errors import UsageError
from models.forms import Form
from models.identifiers import is_uscc, tax_id_kind
from models.taxqr import parse_tax_qr
from synth import vat
from synth.kinds import kind_of
from synth.order import Order, Trait
from synth.vat import lines, toll

SEEDS = range(12)
SPECIAL = ("vat_special", "vat_e_special", "dzp_special", "dz_special")
NORMAL = ("vat_normal", "vat_e_normal", "dzp_normal", "dz_normal")
ALL = (*SPECIAL, *NORMAL, "toll_e")
CENT = Decimal("0.01")


def made(kinds, *traits, seeds=SEEDS):
    """Truths with the traits, of the kinds that can have them."""
    return [
        synth.make(kind, seed, traits=traits)
        for kind in kinds
        for seed in seeds
        if set(traits) <= kind_of(kind).traits
    ]


def rates(truth):
    return [item.tax_rate for item in truth.items]


@pytest.mark.parametrize("kind", ALL)
def test_every_trait_a_kind_can_have_gives_a_consistent_document(kind):
    for trait in sorted(kind_of(kind).traits):
        for seed in range(4):
            truth = synth.make(kind, seed, traits=[trait])
            assert truth == synth.make(kind, seed, traits=[trait])
            assert truth.amount + sum(item.tax or 0 for item in truth.items) == truth.total
            assert sum(item.amount for item in truth.items) == truth.amount
            assert parse_capital(truth.extra.total_in_words) == truth.total
            if truth.extra.qr:
                qr = parse_tax_qr(truth.extra.qr)
                assert qr.amount == (truth.total if qr.amount_is_total else truth.amount)
                assert (qr.number, qr.code) == (truth.number, truth.code)


@pytest.mark.parametrize(
    ("kind", "trait"),
    [
        *((kind, trait) for kind in SPECIAL for trait in ("exempt", "untaxed", "private_buyer")),
        ("dz_normal", "sales_list"),
        ("dz_normal", "shifted"),
        ("vat_e_normal", "faint"),
        ("vat_e_special", "old_ids"),
        ("toll_e", "discount"),
    ],
)
def test_what_cannot_be_is_refused(kind, trait):
    with pytest.raises(UsageError) as error:
        synth.make(kind, 1, traits=[Trait(trait)])
    assert error.value.record.code == "impossible_trait"


@pytest.mark.parametrize(
    "pair",
    [("differential", "many_lines"), ("red", "discount"), ("agency", "mixed_rates")],
)
def test_traits_that_exclude_each_other_are_refused_in_any_order(pair):
    for traits in (pair, pair[::-1]):
        with pytest.raises(UsageError) as error:
            synth.make("vat_normal", 1, traits=[Trait(trait) for trait in traits])
        assert error.value.record.code == "impossible_traits"


def test_many_lines_fill_the_form_and_digital_ones_grow():
    for truth in made((*SPECIAL, *NORMAL), Trait.MANY_LINES):
        low, high = (12, 30) if truth.form.is_digital else (6, 8)
        assert low <= len(truth.items) <= high or truth.face.listed


def test_long_names_are_branches_of_branches():
    for truth in made(ALL, Trait.LONG_NAMES):
        assert "分公司" in truth.seller.name or truth.extra.issued_for
        assert "分公司" in (truth.extra.issued_for or truth.seller.name)


def test_discount_is_asked_for_and_given():
    for truth in made((*SPECIAL, *NORMAL), Trait.DISCOUNT):
        assert any(item.amount < 0 for item in (*truth.items, *truth.face.listed))
        assert truth.total > 0


@pytest.mark.parametrize(("trait", "word"), [("exempt", "免税"), ("untaxed", "不征税")])
def test_lines_without_tax_say_so_and_have_none(trait, word):
    for truth in made((*NORMAL, "toll_e"), Trait(trait)):
        free = [item for item in (*truth.items, *truth.face.listed) if item.tax_rate == word]
        assert free
        assert all(item.tax is None for item in free)


def test_a_special_invoice_is_never_exempt_nor_for_a_private_person():
    for kind in SPECIAL:
        for seed in range(80):
            truth = synth.make(kind, seed)
            assert truth.buyer.tax_id
            assert {"免税", "不征税"}.isdisjoint(rates(truth))


def test_mixed_rates_are_several():
    for truth in made((*SPECIAL, *NORMAL), Trait.MIXED_RATES):
        if truth.total > 0:
            assert len({item.tax_rate for item in truth.face.listed or truth.items}) > 1


def test_red_letters_are_negative_and_name_the_blue_one():
    found = Counter()
    for truth in made(ALL, Trait.RED):
        assert truth.total < 0
        assert truth.extra.total_in_words.startswith("（负数）")
        red_of, remark = truth.extra.red_of, truth.extra.remark
        found[truth.form, red_of is None] += 1
        if red_of is None:
            assert "开具红字增值税专用发票信息表编号" in remark
            continue
        assert red_of != truth.number
        for part in red_of.split("-"):
            assert part in remark
    assert {form for form, none in found if not none} == {Form(kind) for kind in ALL}
    assert all(form.is_special for form, none in found if none)


def test_differential_tax_is_on_what_is_left():
    for truth in made((*SPECIAL, *NORMAL), Trait.DIFFERENTIAL):
        assert "差额征税：" in truth.extra.remark
        note = next(line for line in truth.extra.remark.split("\n") if "差额征税" in line)
        deducted = Decimal(note.split("：")[1].rstrip("。").rstrip("元"))
        fitting = [
            ((truth.total - deducted) / (1 + rate) * rate).quantize(CENT, ROUND_HALF_UP)
            for rate in (Decimal("0.05"), Decimal("0.06"))
        ]
        assert any(abs(truth.tax - tax) <= CENT for tax in fitting)
        assert len(truth.items) == 1


def test_agency_prints_the_tax_office_and_notes_the_real_seller():
    for truth in made((*SPECIAL, *NORMAL), Trait.AGENCY):
        real = truth.extra.issued_for
        assert f"代开企业名称:{real}" in truth.extra.remark
        assert real != truth.seller.name
        assert "税务局" in truth.seller.name or "自助代开" in truth.seller.name
        assert truth.face.details["mark"] == "代开"
        stamp = truth.face.details.get("stamp")
        assert stamp is None or stamp in truth.extra.remark
        assert is_uscc(stamp) if stamp and len(stamp) == 18 else True


def test_old_ids_come_with_the_forms_and_rates_of_their_time():
    for truth in made(("vat_special", "vat_normal", "vat_e_normal"), Trait.OLD_IDS):
        assert truth.date < datetime.date(2017, 7, 1)
        assert truth.face.details["era"] == "old"
        ids = [p.tax_id for p in (truth.buyer, truth.seller) if p.tax_id]
        assert {len(text) for text in ids} == {15}
        assert all(tax_id_kind(text) for text in ids)
        assert {"13%", "9%", "16%", "10%"}.isdisjoint(rates(truth))
        assert not any(item.name.startswith("*") for item in truth.items)


def test_buyers_without_id():
    for truth in made((*NORMAL, "toll_e"), Trait.NO_BUYER_ID):
        assert truth.buyer.tax_id is None
    for truth in made(NORMAL, Trait.PRIVATE_BUYER):
        assert truth.buyer.tax_id is None
        assert 2 <= len(truth.buyer.name) <= 4


def test_a_sales_list_adds_up_to_the_one_line():
    for truth in made((*SPECIAL, *NORMAL), Trait.SALES_LIST):
        (item,) = truth.items
        if truth.total < 0:
            assert item.name == "详见对应正数发票及清单"
            continue
        assert "详见销货清单" in item.name
        assert len(truth.face.listed) > 8
        assert sum(each.amount for each in truth.face.listed) == item.amount
        assert sum(each.tax or 0 for each in truth.face.listed) == (item.tax or 0)


def test_worn_and_shifted_print():
    for truth in made(("vat_special", "dzp_normal"), Trait.FAINT):
        assert min(truth.face.ink) > 140
    for truth in made(("vat_special", "dzp_normal"), Trait.SHIFTED):
        assert max(map(abs, truth.face.shift)) > 1.1


def test_toll_lines_have_plates_and_days_or_are_a_top_up():
    for truth in made(["toll_e"], seeds=range(30)):
        names = [detail.name for detail in truth.extra.details]
        assert truth.extra.plate == truth.extra.details[0].value
        assert truth.category == "TOLL"
        if truth.tax is None:
            assert truth.extra.special_business is None
            assert names == list(toll.COLUMNS[:2])
        else:
            assert truth.extra.special_business == "通行费"
            assert names == list(toll.COLUMNS) * len(truth.items)
        assert truth.label("x", "pdf")["type"] == "toll"


def test_paper_of_digital_invoices_has_two_numbers():
    for truth in made(("dzp_special", "dzp_normal")):
        assert len(truth.number) == 20
        assert len(truth.code) == 12
        assert len(truth.extra.second_number) == 8
        assert not truth.face.cipher
        assert truth.extra.payee is None


def test_chance_gives_each_trait_to_some_and_most_have_none():
    traits = Counter[Trait]()
    plain = 0
    for seed in range(300):
        drawn = vat.begin(Order("vat_normal", Form.VAT_NORMAL, seed)).order.traits
        traits.update(drawn)
        plain += not drawn
    assert set(traits) == vat.possible(Form.VAT_NORMAL)
    assert max(traits.values()) < 60
    assert plain > 75


def test_a_kind_of_its_own_gets_only_what_was_ordered():
    order = Order("dz_freight", Form.DZ_NORMAL, 3, traits=frozenset({Trait.LONG_NAMES}))
    for seed in range(40):
        each = Order(order.kind, order.form, seed, traits=order.traits)
        assert vat.begin(each).order.traits == order.traits


def test_a_given_buyer_keeps_name_and_id():
    buyer = synth.Party(name="某某（北京）有限公司", tax_id="91110108MU3UY2PU8K")
    for kind in ALL:
        assert all(synth.make(kind, seed, buyer=buyer).buyer == buyer for seed in range(40))


@pytest.mark.parametrize(
    ("date", "rate", "expected"),
    [
        ("2018-04-30", 13, "17%"),
        ("2018-05-01", 13, "16%"),
        ("2019-03-31", 9, "10%"),
        ("2018-04-30", 9, "11%"),
        ("2019-04-01", 9, "9%"),
        ("2016-06-01", 6, "6%"),
    ],
)
def test_standard_rates_are_those_of_their_time(date, rate, expected):
    trade = next(t for t in synth.vocabulary.vocabulary().trades if t.rate == rate)
    assert lines.standard_rate(trade, datetime.date.fromisoformat(date)) == expected


def test_kept_layouts_are_never_drawn_otherwise():
    last = str(vat.face.LAYOUTS - 1)
    for kind in ("vat_special", "vat_e_normal"):
        drawn = {synth.make(kind, seed).face.details["layout"] for seed in range(40)}
        assert last not in drawn
        assert len(drawn) == vat.face.LAYOUTS - 1
        assert synth.make(kind, 1, kept=True).face.details["layout"] == last
