"""Invented invoices of special businesses obey the rules real ones obey; nothing is drawn."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest

import synth
from models.capital import parse_capital
from models.errors import UsageError
from models.identifiers import is_uscc, number_region_ok
from models.taxqr import CrcStatus, parse_tax_qr
from synth.business import traits_of
from synth.business_tables import SPECIALS
from synth.business_words import businesses
from synth.draw.digital.looks import LOOKS
from synth.kinds import kind_of
from synth.order import Trait

CENT = Decimal("0.01")
SEEDS = range(8)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE = rf"[{_PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{5,6}}"
each_kind = pytest.mark.parametrize("kind", SPECIALS)


def truths(kind, **options):
    return [synth.make(kind, seed, **options) for seed in SEEDS]


def values(truth, name):
    return [detail.value for detail in truth.extra.details if detail.name == name]


@each_kind
def test_same_order_same_truth_other_seed_another(kind):
    assert synth.make(kind, 5) == synth.make(kind, 5)
    assert len({truth.number for truth in truths(kind)}) == len(SEEDS)


@each_kind
@pytest.mark.parametrize("traits", [(), (Trait.MANY_LINES, Trait.LONG_NAMES)])
def test_sums_words_and_qr_agree(kind, traits):
    for truth in truths(kind, traits=traits):
        taxes = [item.tax for item in truth.items if item.tax is not None]
        assert truth.amount == sum(item.amount for item in truth.items)
        assert truth.tax == (sum(taxes) if taxes else None)
        assert truth.total == truth.amount + (truth.tax or 0)
        assert parse_capital(truth.extra.total_in_words) == truth.total
        assert (truth.total < 0) == (truth.extra.red_of is not None)
        qr = parse_tax_qr(truth.extra.qr)
        assert qr.crc is CrcStatus.OK
        assert (qr.form, qr.number, qr.amount) == (truth.form, truth.number, truth.total)
        assert len(truth.items) >= (14 if traits else 1)
        assert len(truth.items) <= 30


@each_kind
def test_every_line_agrees_with_its_rate_and_price(kind):
    for item in (item for truth in truths(kind) for item in truth.items):
        if item.tax is None:
            assert item.tax_rate == "免税"
        else:
            rate = Decimal(item.tax_rate.rstrip("%")) / 100
            assert abs(item.tax - (item.amount * rate).quantize(CENT, ROUND_HALF_UP)) <= CENT
        if item.unit_price:
            product = Decimal(item.unit_price) * Decimal(item.quantity)
            assert abs(product - item.amount) <= CENT


@each_kind
def test_numbers_and_ids_are_well_formed(kind):
    for truth in truths(kind):
        assert re.fullmatch(rf"{truth.date:%y}\d{{18}}", truth.number)
        assert number_region_ok(truth.number)
        ids = [party.tax_id for party in (truth.buyer, truth.seller) if party.tax_id]
        assert any(is_uscc(text) for text in ids)
        assert truth.form in kind_of(kind).forms
        assert truth.extra.special_business == businesses()[kind].word


@pytest.mark.parametrize(
    ("kind", "name", "pattern"),
    [
        ("dz_passenger", "有效身份证件号", r"\d{6}\*{8}\d{3}[\dX]"),
        ("dz_passenger", "出行日期", r"2026-\d\d-\d\d"),
        ("dz_passenger", "交通工具类型", "飞机|长途汽车|公共交通|出租车|汽车|船舶"),
        ("dz_freight", "运输工具牌号", rf"{PLATE}|[XZ]\d{{4}}|[A-Z]{{2}}\d{{4}}|禾舟货\d{{4}}"),
        ("dz_freight", "起运地", r".+[市区]"),
        ("dz_construction", "跨地（市）标志", "是|否"),
        ("dz_construction", "土地增值税项目编号", r"-|\d{16}"),
        ("dz_rental", "产权证书/不动产权证号", r"无|.\(20\d\d\).+市不动产权第\d{7}号"),
        ("dz_rental", "租赁期起止", r"[\d-]{10}( 00:00)? [\d-]{10}( 23:59)?"),
        ("dz_property", "不动产单元代码/网签合同备案编号", r"\d{12}GB\d{5}F\d{8}|\d{12}"),
        ("dz_toll", "车牌号", PLATE),
        ("dz_vessel_tax", "车架号", r"L[A-HJ-NPR-Z0-9]{10}\d{6}"),
        ("dz_tractor", "底盘号/机架号", r"(T|LS)\d{10}"),
        ("dz_medical_out", "就诊日期", r"2026\d{4}"),
        ("dz_medical_in", "住院号", r"\d{8}"),
    ],
)
def test_values_of_the_extra_table_are_valid(kind, name, pattern):
    found = [value for truth in truths(kind) for value in values(truth, name)]
    assert found
    assert [value for value in found if not re.fullmatch(pattern, value)] == []


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("dz_passenger", {"traveller": "出行人", "departure": "出发地", "seat_class": "等级"}),
        ("dz_freight", {"plate": "运输工具牌号", "destination": "到达地"}),
        ("dz_toll", {"plate": "车牌号"}),
        ("dz_vessel_tax", {"plate": "车牌号/船舶登记号", "vin": "车架号"}),
        ("dz_tractor", {"engine_no": "发动机号码"}),
    ],
)
def test_the_first_row_fills_the_fields_with_a_name(kind, typed):
    for truth in truths(kind):
        first = {d.name: d.value for d in truth.extra.details if d.row == 0}
        for field, name in typed.items():
            assert getattr(truth.extra, field) == first.get(name)


@pytest.mark.parametrize("kind", ["dz_construction", "dz_rental", "dz_property", "dz_vessel_tax"])
def test_what_is_no_column_stands_in_the_remark(kind):
    columns = {"建筑服务发生地", "建筑项目名称", "产权证书/不动产权证号", "面积单位"}
    for truth in truths(kind):
        for detail in truth.extra.details:
            if detail.name not in columns:
                assert f"{detail.name}:{detail.value};" in truth.extra.remark


@pytest.mark.parametrize("kind", ["dz_medical_out", "dz_medical_in"])
def test_fund_account_and_cash_pay_a_medical_bill(kind):
    paid = ("医保统筹基金支付", "其他支付", "个人账户支付", "个人现金支付")
    for truth in truths(kind):
        assert sum(Decimal(values(truth, name)[0]) for name in paid) == truth.total
        assert truth.buyer.tax_id is None


@pytest.mark.parametrize("kind", ["dz_purchase", "dz_scrap"])
def test_a_buyer_who_issues_buys_from_a_person(kind):
    for truth in truths(kind):
        assert is_uscc(truth.buyer.tax_id)
        assert re.fullmatch(r"\d{6}(\d{8}|\*{8})\d{3}[\dX]", truth.seller.tax_id)


def test_tolls_have_numbers_of_their_own():
    assert {truth.number[4:6] for truth in truths("dz_toll")} == {"79"}


def test_journeys_may_be_left_blank_and_may_be_many():
    rows = [len(values(truth, "出行人")) for truth in truths("dz_passenger")]
    assert min(rows) == 0 < max(rows)
    many = synth.make("dz_passenger", 1, traits=[Trait.MANY_LINES])
    assert len(values(many, "出行人")) > 8


@each_kind
def test_kept_words_and_look_are_others(kind):
    kept, usual = (businesses(kept=flag)[kind] for flag in (True, False))
    assert not {good.name for good in kept.goods} & {good.name for good in usual.goods}
    assert not set(kept.suffixes) & set(usual.suffixes)
    looks = {truth.face.details["layout"] for truth in truths(kind, kept=True)}
    assert looks == {str(len(LOOKS) - 1)}
    assert not looks & {truth.face.details["layout"] for truth in truths(kind)}


@each_kind
def test_a_label_is_json_and_names_the_business(kind):
    label = json.loads(json.dumps(synth.make(kind, 3).label("x.pdf", "pdf"), ensure_ascii=False))
    assert label["extra"]["special_business"] == businesses()[kind].word
    assert label["category"]


@pytest.mark.parametrize("kind", [kind for kind in SPECIALS if Trait.RED in traits_of(kind)])
def test_a_red_letter_is_negative_and_names_the_blue_one(kind):
    for truth in truths(kind, traits=[Trait.RED]):
        assert truth.total < 0
        assert all(item.amount < 0 for item in truth.items)
        assert parse_capital(truth.extra.total_in_words) == truth.total
        assert truth.extra.red_of in truth.extra.remark


def test_a_trait_of_other_kinds_is_refused():
    with pytest.raises(UsageError) as error:
        synth.make("dz_medical_in", 1, traits=[Trait.RED])
    assert error.value.record.code == "impossible_trait"
