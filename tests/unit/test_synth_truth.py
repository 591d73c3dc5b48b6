"""Invented documents obey the rules real ones obey; nothing here draws, so no font is needed."""

import itertools
import json
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest

import synth
from models.capital import parse_capital
from models.errors import UsageError
from models.forms import Form
from models.identifiers import (
    code_region_ok,
    code_year,
    form_from_code,
    is_uscc,
    number_region_ok,
    org_part_ok,
)
from models.taxqr import CrcStatus, parse_tax_qr
from synth.vocabulary import vocabulary

SEEDS = range(60)
CENT = Decimal("0.01")
each_kind = pytest.mark.parametrize(
    "kind",
    [
        "dz_special",
        "dz_normal",
        "dzp_special",
        "dzp_normal",
        "vat_special",
        "vat_normal",
        "vat_e_special",
        "vat_e_normal",
        "toll_e",
    ],
)


@each_kind
def test_same_seed_same_truth_other_seed_another(kind):
    assert synth.make(kind, 5) == synth.make(kind, 5)
    assert len({synth.make(kind, seed).number for seed in SEEDS}) == len(SEEDS)


@each_kind
def test_sums_lines_and_capital_agree(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        tax = sum(item.tax or 0 for item in truth.items)
        assert truth.amount + tax == truth.total
        assert truth.tax in (tax, None)
        assert (truth.tax is None) == all(item.tax is None for item in truth.items)
        assert sum(item.amount for item in truth.items) == truth.amount
        assert parse_capital(truth.extra.total_in_words) == truth.total
        assert (truth.total > 0) != is_red(truth)
        assert 1 <= len(truth.items) <= (30 if truth.form.is_digital else 8)


def is_red(truth):
    return any(
        word in (truth.extra.remark or "") for word in ("被红冲", "开具红字", "对应正数发票")
    )


@each_kind
def test_every_line_agrees_with_its_rate_and_price(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        for item in truth.items:
            if item.tax is None:
                assert item.tax_rate in ("免税", "不征税")
            elif (
                item.tax_rate
                and item.tax_rate != "***"
                and "差额" not in (truth.extra.remark or "")
            ):
                rate = Decimal(item.tax_rate.rstrip("%")) / 100
                expected = (item.amount * rate).quantize(CENT, ROUND_HALF_UP)
                # the one line for a whole list adds up the roundings of the list
                rounding = 40 * CENT if "清单" in item.name else CENT
                assert abs(item.tax - expected) <= rounding
            if item.unit_price:
                product = Decimal(item.unit_price) * Decimal(item.quantity)
                assert abs(product - item.amount) <= CENT


@each_kind
def test_tax_ids_and_numbers_are_well_formed(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        ids = [p.tax_id for p in (truth.buyer, truth.seller) if p.tax_id]
        assert truth.seller.tax_id in ids
        assert all(
            is_uscc(text) and org_part_ok(text) if len(text) == 18 else len(text) == 15
            for text in ids
        )
        form = truth.form
        if form.is_digital or form.is_digital_paper:
            assert re.fullmatch(rf"{truth.date:%y}\d{{18}}", truth.number)
            assert number_region_ok(truth.number)
        else:
            assert form_from_code(truth.code) is form
            assert re.fullmatch(r"\d{8}", truth.number)
        assert (truth.code is None) == form.is_digital
        if truth.code:
            assert code_region_ok(truth.code)
            assert 0 <= truth.date.year - code_year(truth.code) <= 1
        without = form.is_digital or form.is_digital_paper or form is Form.VAT_SPECIAL
        assert (truth.check_code is None) == without


@each_kind
def test_qr_payload_says_what_the_document_says(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        if truth.extra.qr is None:
            assert truth.date.year < 2018  # early forms had none
            continue
        qr = parse_tax_qr(truth.extra.qr)
        assert qr.crc is CrcStatus.OK
        assert not qr.problems
        assert (qr.form, qr.code, qr.number) == (truth.form, truth.code, truth.number)
        assert (qr.date, qr.check_code) == (truth.date, truth.check_code)
        assert qr.amount == (truth.total if qr.amount_is_total else truth.amount)


def test_a_given_buyer_is_used():
    buyer = synth.Party(name="某某（北京）有限公司", tax_id="91110108MU3UY2PU8K")
    assert synth.make("dz_special", 1, buyer=buyer).buyer == buyer


@pytest.mark.parametrize("kind", ["", "vat", "tram"])
def test_unknown_kind_is_named_with_the_known_ones(kind):
    with pytest.raises(UsageError) as error:
        synth.make(kind, 1)
    assert error.value.record.code == "unknown_kind"
    assert "dz_special" in error.value.record.hint


def test_discount_lines_are_bare_and_follow_their_line():
    found = 0
    for seed in range(200):
        truth = synth.make("dz_normal", seed)
        items = () if is_red(truth) else truth.items
        for before, item in itertools.pairwise(items):
            if item.amount < 0:
                found += 1
                assert item.name == before.name
                assert -item.amount < before.amount
                assert item.quantity is item.unit_price is item.unit is None
    assert found > 10


def test_label_is_the_truth_in_the_form_of_the_contract():
    truth = synth.make("vat_e_normal", 10)
    label = json.loads(json.dumps(truth.label("x.pdf", "pdf"), ensure_ascii=False))
    assert label["file"] == "x.pdf"
    assert (label["kind"], label["type"], label["form"]) == ("pdf", "vat_electronic", truth.form)
    assert label["date"] == truth.date.isoformat()
    assert Decimal(label["total"]) == truth.total
    assert label["buyer_name"] == truth.buyer.name.replace("（", "(").replace("）", ")")
    assert label["check_code"] == truth.check_code
    assert len(label["items"]) == len(truth.items)
    assert label["items"][0]["amount"] == f"{truth.items[0].amount:.2f}"
    assert label["extra"]["total_in_words"] == truth.extra.total_in_words


def test_label_leaves_null_what_is_not_printed():
    label = synth.make(Form.DZ_NORMAL, 1).label("x.png", "screenshot")
    assert label["code"] is None
    assert label["check_code"] is None


def test_vocabulary_has_no_year_that_could_contradict_a_date():
    goods = [item.model_dump_json() for trade in vocabulary().trades for item in trade.items]
    assert not [text for text in goods if re.search(r"20[12]\d[年版款]", text)]
