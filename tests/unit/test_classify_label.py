import re
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import classify
from classify.rules import label_by_rules
from models.forms import Form, InvoiceType
from models.invoice import Extra, Invoice, LineItem

# category, item, seller
SPENT_ON = [
    ("TRAVEL_AIR", "*运输服务*国内航空客运", "东方航空股份有限公司"),
    ("TRAVEL_AIR", "*经纪代理服务*代订机票费", "某某商旅服务有限公司"),
    ("TRAVEL_RAIL", "*运输服务*铁路旅客运输", "中国国家铁路集团"),
    ("TRAVEL_RAIL", "*经纪代理服务*代订火车票", "甲旅行社有限公司"),
    ("TRAVEL_ROADSHIP", "*运输服务*公路旅客运输", "甲市客运有限公司"),
    ("TRAVEL_ROADSHIP", "*运输服务*轮渡票", "乙轮渡公司"),
    ("TAXI", "*运输服务*客运服务费", "滴滴出行科技有限公司"),
    ("TAXI", "*交通运输服务*客运服务费", "甲网络科技有限公司"),
    ("TAXI", "*现代服务*代驾服务费", "乙信息技术有限公司"),
    ("HOTEL", "*住宿服务*房费", "甲酒店管理有限公司"),
    ("HOTEL", "*住宿服务*住宿费", ""),
    ("MEAL", "*餐饮服务*餐费", "甲餐饮有限公司"),
    ("MEAL", "*餐饮服务*外卖", "乙小吃店"),
    ("TOLL", "*经营租赁*通行费", "甲省高速公路有限公司"),
    ("TOLL", "*不动产租赁*通行费", ""),
    ("PARKING", "*经营租赁*停车费", "甲停车管理有限公司"),
    ("PARKING", "*不动产租赁*停车服务费", "乙物业服务有限公司"),
    ("FUEL", "*汽油*92号车用汽油(ⅥB)", "某某石油销售有限公司"),
    ("FUEL", "*供电*电动汽车充电", "甲充电服务有限公司"),
    ("FUEL", "*柴油*0号车用柴油", ""),
    ("CAR", "*劳务*汽车维修", "甲汽车服务有限公司"),
    ("CAR", "*保险服务*交强险", "乙财产保险股份有限公司"),
    ("CAR", "*经营租赁*车辆租赁", "丙汽车租赁有限公司"),
    ("EXPRESS", "*物流辅助服务*收派服务", "甲速运有限公司"),
    ("EXPRESS", "*邮政服务*邮寄费", ""),
    ("FREIGHT", "*运输服务*公路货运", "甲物流有限公司"),
    ("FREIGHT", "*物流辅助服务*装卸费", "乙港口有限公司"),
    ("OFFICE", "*文具*签字笔", "甲文具有限公司"),
    ("OFFICE", "*纸制品*A4纸", "乙商贸有限公司"),
    ("OFFICE", "*家具*办公椅", "丙家具有限公司"),
    ("IT_HW", "*计算机*笔记本电脑", "甲电子有限公司"),
    ("IT_HW", "*计算机外部设备*显示器", ""),
    ("IT_SVC", "*信息技术服务*云服务", "甲云计算有限公司"),
    ("IT_SVC", "*软件*软件使用费", "乙软件有限公司"),
    ("TELECOM", "*电信服务*宽带费", "中国联通甲分公司"),
    ("TELECOM", "*基础电信服务*语音", ""),
    ("UTIL", "*供电*电费", "国网甲供电公司"),
    ("UTIL", "*水冰雪*自来水", "乙水务有限公司"),
    ("RENT", "*不动产租赁*办公室租金", "甲置业有限公司"),
    ("RENT", "*物业管理服务*物业费", "乙物业服务有限公司"),
    ("MEETING", "*会议展览服务*会议费", "甲会展有限公司"),
    ("MEETING", "*会展服务*会务费", ""),
    ("TRAIN_EDU", "*非学历教育服务*培训", "甲培训学校"),
    ("TRAIN_EDU", "*图书*教材", "乙书店"),
    ("CONSULT", "*鉴证咨询服务*审计费", "甲会计师事务所"),
    ("CONSULT", "*咨询服务*管理咨询", ""),
    ("AD", "*广告服务*推广费", "甲广告有限公司"),
    ("AD", "*印刷品*宣传册", "乙印务有限公司"),
    ("CONSTR", "*建筑服务*工程款", "甲建筑工程有限公司"),
    ("CONSTR", "*建筑服务*室内装饰", ""),
    ("HR", "*人力资源服务*劳务派遣", "甲人力资源有限公司"),
    ("HR", "*安全保护服务*保安服务", "乙保安服务有限公司"),
    ("WELFARE", "*服装*工作服", "甲劳保用品有限公司"),
    ("WELFARE", "*医疗服务*体检费", "乙体检中心"),
    ("MED", "*医疗服务*门诊费", "甲医院"),
    ("MED", "*化学药品制剂*药品", "乙药房"),
    ("GIFT", "*酒*白酒", "甲酒业有限公司"),
    ("GIFT", "*预付卡销售*购物卡", "乙超市有限公司"),
    ("BANK_INSUR", "*金融服务*手续费", "甲银行股份有限公司"),
    ("BANK_INSUR", "*保险服务*财产保险", "乙财产保险股份有限公司"),
    ("MATERIAL", "*金属制品*钢材", "甲钢铁贸易有限公司"),
    ("MATERIAL", "*轴承*轴承", "乙机械有限公司"),
    ("FISCAL_FEE", "诉讼费", "甲人民法院"),
    ("FISCAL_FEE", "行政事业性收费", "乙市财政局"),
]


def bought(item: str, seller: str = "") -> Invoice:
    return Invoice(seller_name=seller or None, items=(LineItem(name=item),))


@pytest.mark.parametrize(("category", "item", "seller"), SPENT_ON)
def test_items_and_sellers_tell_the_category(category: str, item: str, seller: str) -> None:
    found = classify.label(bought(item, seller))
    assert found.category == category, found
    assert found.confidence > 0.6
    assert found.reason
    assert found.reason_en


def test_the_table_above_covers_every_category() -> None:
    assert {category for category, _, _ in SPENT_ON} == {c.id for c in classify.categories()}


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        (Form.TAXI, "TAXI"),
        (Form.RAIL_E, "TRAVEL_RAIL"),
        (Form.RAIL_PAPER, "TRAVEL_RAIL"),
        (Form.AIR_E, "TRAVEL_AIR"),
        (Form.BUS, "TRAVEL_ROADSHIP"),
        (Form.SHIP, "TRAVEL_ROADSHIP"),
        (Form.TOLL_E, "TOLL"),
        (Form.VEHICLE, "CAR"),
        (Form.MED_OUT, "MED"),
        (Form.FISCAL, "FISCAL_FEE"),
    ],
)
def test_the_kind_of_document_tells_the_category(kind: Form, category: str) -> None:
    assert classify.label(Invoice(form=kind, type=kind.type)).category == category


def test_the_coarse_type_will_do_where_the_form_is_unknown() -> None:
    assert classify.label(Invoice(type=InvoiceType.TAXI)).category == "TAXI"


def test_special_business_counts() -> None:
    invoice = Invoice(extra=Extra(special_business="建筑服务"))
    assert classify.label(invoice).category == "CONSTR"


@pytest.mark.parametrize(
    "invoice",
    [
        Invoice(),
        bought("详见销货清单"),
        bought("*现代服务*服务费"),
        Invoice(seller_name="甲酒店管理有限公司"),  # what the seller sold is not known
    ],
)
def test_too_little_evidence_gives_no_category_and_says_so(invoice: Invoice) -> None:
    found = classify.label(invoice)
    assert found.category is None
    assert found.confidence < 0.6
    assert found.reason
    assert found.reason_en


def test_two_categories_of_equal_weight_are_split_and_neither_is_given() -> None:
    half = Decimal("100.00")
    lines = (
        LineItem(name="*住宿服务*住宿费", amount=half),
        LineItem(name="*餐饮服务*餐费", amount=half),
    )
    found = classify.label(Invoice(items=lines))
    assert found.category is None
    assert "住宿" in found.reason
    assert "餐饮" in found.reason
    assert {(s.category, s.amount, s.lines) for s in found.split} == {
        ("HOTEL", half, (0,)),
        ("MEAL", half, (1,)),
    }


def test_the_larger_part_of_the_amount_decides() -> None:
    lines = (
        LineItem(name="*住宿服务*住宿费", amount=Decimal("900.00")),
        LineItem(name="*餐饮服务*餐费", amount=Decimal("100.00")),
    )
    found = classify.label(Invoice(items=lines))
    assert (found.category, found.second) == ("HOTEL", "MEAL")
    assert [share.category for share in found.split] == ["HOTEL", "MEAL"]
    assert [share.amount for share in found.split] == [Decimal("900.00"), Decimal("100.00")]


def test_a_line_that_says_nothing_goes_with_the_rest() -> None:
    lines = (
        LineItem(name="*餐饮服务*餐费", amount=Decimal("300.00")),
        LineItem(name="服务费", amount=Decimal("9.00")),
    )
    (share,) = classify.label(Invoice(items=lines, seller_name="甲餐饮有限公司")).split
    assert (share.category, share.amount, share.lines) == ("MEAL", Decimal("309.00"), (0, 1))


def test_the_reason_names_what_a_reviewer_sees() -> None:
    found = classify.label(bought("*餐饮服务*毛肚火锅", "甲市乙火锅店"))
    assert "*餐饮服务*" in found.reason_en
    assert "line 1" in found.reason_en
    assert "第1行" in found.reason


def test_three_alternatives_stand_in_the_order_of_their_probability() -> None:
    found = classify.label(bought("*住宿服务*房费"))
    chances = [each.probability for each in found.alternatives]
    assert len(chances) == 3
    assert chances == sorted(chances, reverse=True)
    assert found.alternatives[0].category == found.category
    assert found.confidence == pytest.approx(chances[0])


def test_discount_lines_do_not_count() -> None:
    lines = (
        LineItem(name="*餐饮服务*餐费", amount=Decimal("100.00")),
        LineItem(name="*酒*白酒", amount=Decimal("-90.00")),
    )
    assert classify.label(Invoice(items=lines)).category == "MEAL"


def test_full_width_and_spaced_text_reads_the_same() -> None:
    assert classify.label(bought("＊餐饮服务＊ 餐 费")).category == "MEAL"


def test_charging_is_not_electricity() -> None:
    assert classify.label(bought("充电费")).category == "FUEL"
    assert classify.label(bought("电费")).category == "UTIL"


def test_the_vocabulary_is_consistent() -> None:
    known = classify.categories()
    assert len(known) == 30
    assert not [i for i, n in Counter(c.id for c in known).items() if n > 1]
    types, forms = set(InvoiceType), set(Form)
    for category in known:
        assert category.name
        assert category.account
        assert category.short_names or category.keywords
        assert all(0 < weight <= 1 for weight in category.short_names.values())
        assert set(category.types) <= types
        assert set(category.forms) <= forms
        assert not re.compile(category.sellers).search("")


def test_the_rules_alone_still_give_a_verdict() -> None:
    assert label_by_rules(bought("*餐饮服务*餐费")).category == "MEAL"
    assert label_by_rules(Invoice()).category is None
    assert label_by_rules(bought("详见销货清单")).category is None


STRANGE = [
    Invoice(items=(LineItem(name="x"),)),
    Invoice(items=tuple(LineItem(name=f"*文具*笔{n}", amount=Decimal(n)) for n in range(10_000))),
    Invoice(items=(LineItem(name="*" * 5000), LineItem(name="\u0000\ud800"))),
    bought("Dienstleistung für Büromöbel", "Muster GmbH"),
    bought("サービス料一式", "株式会社"),
    Invoice(items=(LineItem(name="*酒*酒", amount=Decimal("1e400")),)),
    Invoice(items=(LineItem(name="*酒*酒", amount=Decimal("-1e-400")),)),
    Invoice(items=(LineItem(name="*酒*酒", amount=Decimal(0)), LineItem(name="*烟*烟"))),
    Invoice(seller_name="酒" * 100_000, items=(LineItem(name="", tax_rate="9" * 5000),)),
]


@pytest.mark.parametrize("strange", range(len(STRANGE)))
def test_strange_invoices_get_an_answer(strange: int) -> None:
    found = classify.label(STRANGE[strange])
    assert 0 <= found.confidence <= 1
    assert len(found.alternatives) == 3
    assert all(0 <= each.probability <= 1 for each in found.alternatives)


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.text(max_size=30), st.none() | st.decimals(allow_nan=False))),
)
def test_any_text_gets_an_answer(seller: str, lines: list[tuple[str, Decimal | None]]) -> None:
    items = tuple(
        LineItem(name=name, amount=amount if amount is None or amount.is_finite() else None)
        for name, amount in lines
    )
    found = classify.label(Invoice(seller_name=seller, items=items))
    assert 0 <= found.confidence <= 1
    assert found.reason
