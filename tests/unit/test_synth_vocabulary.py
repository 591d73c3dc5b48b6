"""The words documents are invented from: whole, true where facts must agree, and nobody's name."""

import itertools
import re
from random import Random

import pytest

import classify
from models.identifiers import uscc_check_character
from synth.cities import cities
from synth.places import places
from synth.strips import TAXI_CITIES
from synth.vehicle_words import plate
from synth.vocabulary import Vocabulary, vocabulary

PLANNED = {"91": "2102", "92": "3302", "93": "3502", "94": "3702", "95": "4403"}
"""Cities with tax offices of their own: digits of the number, digits of the code (3.3)."""
PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65"
)
WELL_KNOWN = """
华为 腾讯 京东 阿里 百度 小米 联想 海尔 格力 美的 比亚迪 吉利 长城 奇瑞 长安 万科 恒大 碧桂园
保利 中信 平安 招商 华润 国美 苏宁 顺丰 申通 圆通 中通 韵达 德邦 滴滴 高德 曹操 携程 同程 途牛
飞猪 如家 汉庭 全季 锦江 亚朵 华住 维也纳 桔子 海底捞 瑞幸 蒙牛 伊利 茅台 五粮液 晨光 得力 齐心
海康 大华 用友 金蝶 浪潮 东软 泛微 蓝凌 网易 新浪 搜狐 字节 抖音 快手 美团 三一 中联 徐工 潍柴
宝钢 万达 龙湖 融创 世茂 远洋 金地 中粮 金龙鱼 鲁花 康师傅 统一 娃哈哈 恒安 维达 安踏 李宁 特步
森马 九阳 苏泊尔 海信 创维 康佳 长虹 中兴 紫光 方正 神州 曙光 商汤 讯飞 大疆 国轩 天合 隆基 晶科
晶澳 阳光 通威 正泰 德力西 公牛 欧普 雷士 立邦 雨虹 信义 福耀 玲珑 同仁堂 恒瑞 复星 齐鲁 益丰
爱尔 美年 金域 新东方 好未来 立信 天健 瑞华 信永 金杜 君合 德恒 大成 盈科 国浩 前程 智联 猎聘
科锐 大地 太平 泰康 新华 华泰 国泰 海通 中金 南方 嘉实 壳牌 恒力 荣盛 恒逸 永辉 大润发 华联 盒马
良品 稻香村 元祖 全聚德 西贝 喜茶 天福 老凤祥 周大福 六福 珀莱雅 欧派 顾家 红星 宜家 东风 福田
宇通 金龙 蔚来 理想 小鹏 零跑 岚图 极氪 领克 哈弗 红旗 奔腾 五菱 鸿海 鸿蒙 立讯 歌尔 蓝思 汇川
金山 锐捷 锐明 盛大 盛虹 达利 达能 海天 海航 海螺 鼎捷 鼎龙 虹软 远景 远大 云鲸 云从 博世 博雅
凯迪 凯莱 翰林 蓝帆 沃尔玛 沃森 启明 启迪 润泽 润达 景林 弘阳 豪爵 雅迪 迈瑞 凌云 瑞声 鹏博士
鸿达 鸿运 长江 长荣 韩束 雪花 松下 捷信 捷豹 徽商 牧原 靖江 迅雷 明基 双汇 梅林 巨人 巨量 元气
"""
"""Brands everyone knows, between blanks: none may come about by putting syllables together."""
MADE_UP = (
    "brand_marks",
    "roads",
    "sites",
    "banks",
    "institutions",
    "surnames",
    "given",
    "remarks",
)
"""What open and kept words have nothing of in common."""


@pytest.fixture(params=[False, True], ids=["open", "kept"])
def words(request: pytest.FixtureRequest) -> Vocabulary:
    return vocabulary(kept=request.param)


def syllables(of: Vocabulary) -> set[str]:
    return {*of.brand_first, *of.brand_second, *of.brand_third}


def articles(of: Vocabulary):
    return [article for trade in of.trades for article in trade.items]


@pytest.mark.parametrize("name", MADE_UP)
def test_kept_words_are_others(name):
    assert not set(getattr(vocabulary(), name)) & set(getattr(vocabulary(kept=True), name))


def test_kept_brands_goods_and_places_are_others():
    ours, kept = vocabulary(), vocabulary(kept=True)
    assert not syllables(ours) & syllables(kept)
    assert not {a.name for a in articles(ours)} & {a.name for a in articles(kept)}
    specs = [{spec for a in articles(each) for spec in a.specs} for each in (ours, kept)]
    assert not specs[0] & specs[1]
    suffixes = [{s for trade in each.trades for s in trade.suffixes} for each in (ours, kept)]
    assert not suffixes[0] & suffixes[1]
    assert not {r.area for r in ours.regions} & {r.area for r in kept.regions}
    assert len({r.city for r in kept.regions} - {r.city for r in ours.regions}) >= 8


def test_open_words_are_many():
    ours = vocabulary()
    assert len(syllables(ours)) >= 300
    assert {region.number for region in ours.regions} == {*PROVINCES.split(), *PLANNED}
    assert all(12 <= len(trade.items) <= 25 for trade in ours.trades)
    rng = Random(1)
    assert {len(ours.brand(rng)) for _ in range(300)} >= {2, 3, 4}


def test_numbers_codes_and_names_of_a_region_agree(words):
    bureaus: dict[str, set[str]] = {}
    for region in words.regions:
        planned = PLANNED.get(region.number)
        assert region.code == (planned or f"{region.number}00")
        assert region.area.startswith(planned or region.number)
        assert re.fullmatch(r"\d{6}", region.area)
        assert re.fullmatch(r"0(10|2\d|[3-9]\d\d)", region.dial)
        assert region.district.endswith(("区", "县", "市"))
        bureaus.setdefault(region.number, set()).add(region.bureau)
        assert region.bureau.startswith(region.name)
        assert plate(Random(1), region.name)
    assert all(len(names) == 1 for names in bureaus.values())
    assert len({region.area for region in words.regions}) == len(words.regions)
    dials: dict[str, set[str]] = {}
    for region in words.regions:
        dials.setdefault(region.city, set()).add(region.dial)
    assert all(len(found) == 1 for found in dials.values())


def test_trades_cover_every_category(words):
    assert {trade.category for trade in words.trades} == {c.id for c in classify.categories()}


def test_goods_can_be_sold(words):
    for trade in words.trades:
        assert trade.rate in (3, 6, 9, 13)
        assert len({a.name for a in trade.items}) == len(trade.items)
        for a in trade.items:
            assert 0 < a.low < a.high
            assert 1 <= a.quantity[0] <= a.quantity[1]
            assert re.fullmatch(r"[^*\s]{1,20}", a.short)
            assert "*" not in a.name
            assert all(spec == spec.strip() != "" for spec in a.specs)
            # a column of a paper form squeezes what is longer beyond reading
            assert all(len(spec.encode("gbk", "replace")) <= 36 for spec in a.specs)
    short = [trade for trade in words.trades if trade.category in ("MEAL", "GIFT", "TAXI", "MED")]
    assert not any(trade.special for trade in short)


def test_no_well_known_brand_can_come_about(words):
    first, second, third = (
        set(part) for part in (words.brand_first, words.brand_second, words.brand_third)
    )
    sides = {2: ((first, second), (second, third), (second, first)), 3: ((first, second, third),)}
    for brand in WELL_KNOWN.split():
        for side in sides[len(brand)]:
            assert not all(c in part for c, part in zip(brand, side, strict=True)), brand
    assert not any(brand in bank for brand in WELL_KNOWN.split() for bank in words.banks)


def test_companies_have_names_ids_addresses_and_accounts_that_fit(words):
    rng = Random(2)
    for _ in range(300):
        region, trade = rng.choice(words.regions), rng.choice(words.trades)
        suffix = rng.choice(trade.suffixes)
        party = words.company(rng, region, suffix, branch=rng.random() < 0.3)
        assert 5 <= len(party.name) <= 30
        assert "  " not in party.address + party.bank
        tax_id = party.tax_id or ""
        assert tax_id[2:8] == region.area
        assert uscc_check_character(tax_id[:17]) == tax_id[17]
        assert tax_id[:2] in ("91", "92", "31", "52")
        if "公司" in suffix:
            assert tax_id[:2] == "91"
        address, _, phone = party.address.rpartition(" ")
        assert f"{region.city}市" in address
        assert phone.startswith(f"{region.dial}-")
        assert re.fullmatch(r"\D+ \d{15,19}", party.bank)


@pytest.mark.parametrize(
    ("suffix", "head"),
    [
        ("软件有限公司", "91"),
        ("火锅店", "92"),
        ("律师事务所", "31"),
        ("会计师事务所（特殊普通合伙）", "91"),
        ("供电有限公司营业部", "91"),
        ("职业技能培训学校", "52"),
    ],
)
def test_tax_ids_tell_what_the_seller_is(suffix, head):
    ours = vocabulary()
    assert (ours.company(Random(3), ours.regions[0], suffix).tax_id or "")[:2] == head


def test_a_school_is_no_company():
    ours = vocabulary()
    party = ours.company(Random(4), ours.regions[0], ours.institutions[0])
    assert (party.tax_id or "").startswith("12")


def test_names_have_many_shapes():
    ours, rng = vocabulary(), Random(5)
    region = ours.region_of("苏州")
    names = [ours.company(rng, region, "软件有限公司").name for _ in range(200)]
    for shape in ("^苏州[^市]", "（苏州）", "^江苏", "^苏州市", "集团"):
        assert any(re.search(shape, name) for name in names), shape
    branch = ours.company(rng, region, "酒店管理有限公司分公司").name
    assert re.fullmatch(r".+酒店管理有限公司.+分公司", branch)
    numbered = ours.company(rng, region, "软件有限公司", branch=True).name
    assert re.fullmatch(r"苏州.+软件有限公司.+第[一二三四]分公司", numbered)


def test_remarks_are_filled_with_what_is_known(words):
    for remark in words.remarks:
        filled = remark.format(order="12345678901", serial="0001", year=2026, month=3)
        assert filled.strip() == filled != ""
        assert "{" not in filled


def test_kept_cities_stand_in_for_the_others():
    ours, kept = cities(), cities(kept=True)
    regions = {region.city for region in vocabulary(kept=True).regions}
    assert {city.name for city in kept.cities} <= regions
    assert {city.name for city in kept.cities} >= set(TAXI_CITIES)
    for ours_of, kept_of in itertools.product(ours.cities, kept.cities):
        assert not set(ours_of.stations[1:]) & set(kept_of.stations[1:])
        assert not set(ours_of.lines) & set(kept_of.lines)
        assert ours_of.plate != kept_of.plate
    assert not set(ours.printers) & set(kept.printers)
    assert not set(ours.taxi_suffixes) & set(kept.taxi_suffixes)


def test_kept_places_stand_in_for_the_others():
    ours, kept = places(), places(kept=True)
    assert not {port.code for port in ours.airports} & {port.code for port in kept.airports}
    assert not {line.name for line in ours.airlines} & {line.name for line in kept.airlines}
    assert not {line.prefix for line in ours.airlines} & {line.prefix for line in kept.airlines}
    assert not set(ours.agencies) & set(kept.agencies)
    for line in kept.lines:
        kilometres = [stop.km for stop in line.stops]
        assert kilometres == sorted(set(kilometres))
        assert {stop.province for stop in line.stops} <= set(kept.bureaus)
    assert {port.province for port in kept.airports} <= set(kept.bureaus)
