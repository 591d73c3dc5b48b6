"""Fiscal and medical bills, payments of import VAT, certificates of tax: rules, prints, places."""

import re
from decimal import Decimal
from functools import partial

import pytest

import synth
from models.capital import parse_capital
from models.errors import DependencyMissing
from models.forms import Form
from models.text import squash
from synth import bills, duties, fonts
from synth.draw.sheet import Layer, Sheet, Text
from synth.drawing import draw_page
from synth.kinds import KINDS, kind_of
from synth.order import Trait

SEEDS = range(30)
ELECTRONIC = ("fiscal", "med_out", "med_in", "toll_fiscal")
KEYED = (*ELECTRONIC, "fiscal_paper")
TAXED = ("customs_vat", "customs_vat_paper", "tax_cert", "tax_cert_paper")
ALL = (*KEYED, *TAXED)
MEDICAL = {
    "业务流水号",
    "医疗机构类型",
    "医保类型",
    "性别",
    "医保统筹基金支付",
    "其他支付",
    "个人账户支付",
    "个人现金支付",
    "个人自付",
    "个人自费",
}
each_kind = pytest.mark.parametrize("kind", ALL)


@pytest.fixture
def _fonts():
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)


def details(truth) -> dict[str, str]:
    return {each.name: each.value for each in truth.extra.details}


def printed(sheet: Sheet) -> dict[str, str]:
    """What is printed of each field, runs of the same field joined."""
    found: dict[str, str] = {}
    for layer in Layer:
        for mark in sheet.marks[layer]:
            if isinstance(mark, Text) and mark.of:
                found[mark.of] = found.get(mark.of, "") + mark.text
    return found


@each_kind
def test_same_order_same_truth_and_sums_add_up(kind):
    assert synth.make(kind, 5) == synth.make(kind, 5)
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        column = [item.tax or item.amount for item in truth.items]
        assert sum(column, Decimal(0)) == truth.total > 0
        assert parse_capital(truth.extra.total_in_words) == truth.total
        assert truth.amount is truth.tax is None
    assert len({synth.make(kind, seed).number for seed in SEEDS}) == len(SEEDS)


@pytest.mark.parametrize("kind", KEYED)
def test_bills_are_numbered_as_domain_1_3_says(kind):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        assert re.fullmatch(r"\d{10}", truth.number)
        if kind in ELECTRONIC:
            assert re.fullmatch(r"\d{6}" + f"{truth.day:%y}", truth.code)
            assert re.fullmatch(r"[0-9a-z]{6}", truth.check_code)
        else:
            assert truth.check_code is None


@pytest.mark.parametrize("kind", ["fiscal", "med_out", "med_in"])
def test_the_code_of_an_e_bill_says_what_is_printed(kind):
    truth = synth.make(kind, 8)
    tag, _, *stated = truth.extra.qr.split(",")
    assert re.fullmatch(r"CZ-EI-\d\d", tag)
    assert stated == [
        truth.code,
        truth.number,
        truth.check_code,
        f"{truth.day:%Y%m%d}",
        f"{truth.total:.2f}",
    ]


@pytest.mark.parametrize(("kind", "own"), [("med_out", "门诊号"), ("med_in", "住院号")])
def test_who_pays_a_medical_bill_comes_to_its_total(kind, own):
    for seed in SEEDS:
        truth = synth.make(kind, seed)
        stated = details(truth)
        assert {own, *MEDICAL} <= stated.keys()
        sums = ("医保统筹基金支付", "其他支付", "个人账户支付", "个人现金支付")
        assert sum(Decimal(stated[name]) for name in sums) == truth.total
        own_money = Decimal(stated["个人账户支付"]) + Decimal(stated["个人现金支付"])
        assert Decimal(stated["个人自付"]) + Decimal(stated["个人自费"]) == own_money
        assert truth.buyer.tax_id is None


def test_import_tax_is_value_times_rate():
    for seed in SEEDS:
        truth = synth.make("customs_vat", seed, kept=seed % 3 == 0)
        assert re.fullmatch(r"\d{18}-L\d{2}", truth.number)
        assert details(truth)["报关单编号"] == truth.number[:18]
        for item in truth.items:
            rate = Decimal(item.tax_rate.rstrip("%")) / 100
            assert abs(item.amount * rate - item.tax) <= Decimal("0.005")


def test_a_certificate_lists_a_receipt_and_a_period_for_each_tax():
    for seed in SEEDS:
        truth = synth.make("tax_cert", seed)
        assert re.fullmatch(r"\d{18}", truth.number)
        for name in ("原凭证号", "税款所属时期", "入（退）库日期"):
            rows = [each.row for each in truth.extra.details if each.name == name]
            assert rows == list(range(len(truth.items)))
        for each in truth.extra.details:
            if each.name == "入（退）库日期":
                assert each.value <= truth.day.isoformat()


@pytest.mark.usefixtures("_fonts")
@each_kind
def test_every_value_of_the_label_stands_on_the_sheet(kind):
    every = {truth.face.details["layout"]: truth for truth in map(partial(synth.make, kind), SEEDS)}
    for truth in (*every.values(), synth.make(kind, 4, kept=True)):
        found = printed(kind_of(kind).lay_out(truth))
        wanted = {
            "code": truth.code,
            "number": truth.number,
            "check_code": truth.check_code,
            "total": f"{truth.total:.2f}",
            "buyer_name": truth.buyer.name,
            "buyer_tax_id": truth.buyer.tax_id,
            "seller_name": truth.seller.name,
            "extra.total_in_words": truth.extra.total_in_words,
            "extra.payee": truth.extra.payee,
            "extra.reviewer": truth.extra.reviewer,
            "extra.drawer": truth.extra.drawer,
            **{f"extra.details.{i}": each.value for i, each in enumerate(truth.extra.details)},
            **{f"items.{i}.name": item.name for i, item in enumerate(truth.items)},
        }
        shown = {name: squash(found.get(name, "")).lstrip("￥¥") for name in wanted}
        assert shown == {name: squash(value or "") for name, value in wanted.items()}
        assert re.sub(r"\D+", "", found["date"]) in (
            f"{truth.day:%Y%m%d}",
            f"{truth.day.year}{truth.day.month}{truth.day.day}",
        )
        amounts = {re.sub(r"\D", "", found[f"items.{i}.amount"]) for i in range(len(truth.items))}
        digits = {re.sub(r"\D", "", f"{item.amount:.2f}") for item in truth.items}
        assert {"".join(sorted(each)) for each in amounts} == {
            "".join(sorted(each)) for each in digits
        }


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        *((kind, bills.LAYOUTS) for kind in KEYED),
        *((kind, duties.CUSTOMS_LAYOUTS) for kind in TAXED[:2]),
        *((kind, duties.CERT_LAYOUTS) for kind in TAXED[2:]),
    ],
)
def test_the_last_layout_is_kept_back(kind, count):
    used = {synth.make(kind, seed).face.details["layout"] for seed in SEEDS}
    assert used == {str(i) for i in range(count - 1)}
    assert synth.make(kind, 1, kept=True).face.details["layout"] == str(count - 1)


def test_a_given_buyer_pays_and_a_private_one_has_no_id():
    buyer = synth.Party(name="示例科技有限公司", tax_id="91110108MA01ABCD5T")
    for kind in ("fiscal", "toll_fiscal", "tax_cert", "customs_vat"):
        assert synth.make(kind, 2, buyer=buyer).buyer.name == buyer.name
    person = synth.make("fiscal", 2, traits=[Trait.PRIVATE_BUYER]).buyer
    assert person.tax_id is None
    assert len(person.name) <= 4


def test_a_form_on_paper_is_a_kind_of_its_own():
    for name in ("fiscal", "customs_vat", "tax_cert"):
        assert KINDS[f"{name}_paper"].on_paper
        assert not KINDS[name].on_paper
        assert KINDS[f"{name}_paper"].forms == KINDS[name].forms == (Form(name),)


@pytest.mark.usefixtures("_fonts")
def test_places_of_a_drawn_bill_lie_in_its_picture():
    drawn = draw_page(synth.make("med_out", 3), dpi=60)
    inside = {place.field for place in drawn.places}
    assert {"region", "number", "check_code", "total", "items.0.quantity", "items.0.unit"} <= inside
    for place in drawn.places:
        for x, y in place.quad:
            assert -1 <= x <= drawn.image.width + 1
            assert -1 <= y <= drawn.image.height + 1
