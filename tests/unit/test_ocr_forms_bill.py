"""Fiscal and medical bills, read from positioned words."""

from decimal import Decimal

import pytest

from models.forms import Form
from models.invoice import FieldName
from ocr.assemble import find_invoices
from ocr.forms.fiscalqr import parse_fiscal_qr
from ocr.words import find_words
from tests.support.forms import Tokens, changed, details, read, values, without
from tests.support.layouts import code, page, run
from validate.facts import mandatory_fields

BILL_QR = "CZ-EI-32,01,32010126,0012345678,a1b2c3,20260415,1580.00"
BILL = (
    run(500, 60, "江苏省非税收入统一票据（电子）"),
    run(100, 180, "票据代码：32010126"),
    run(1100, 180, "票据号码：0012345678"),
    run(100, 230, "交款人统一社会信用代码：91110108MA01ABCD5T"),
    run(1100, 230, "校验码：a1b2c3"),
    run(100, 280, "交款人：云栖测试科技有限公司"),
    run(1100, 280, "开票日期：2026-04-15"),
    run(120, 340, "项目编码"),
    run(400, 340, "项目名称"),
    run(680, 340, "单位"),
    run(800, 340, "数量"),
    run(960, 340, "标准"),
    run(1140, 340, "金额（元）"),
    run(1380, 340, "备注"),
    run(100, 390, "103042718"),
    run(260, 390, "考试考务费"),
    run(680, 390, "人次"),
    run(820, 390, "4"),
    run(970, 390, "120.00"),
    run(1190, 390, "480.00"),
    run(100, 440, "103044502"),
    run(260, 440, "培训费"),
    run(690, 440, "人"),
    run(820, 440, "1"),
    run(970, 440, "1100.00"),
    run(1180, 440, "1100.00"),
    run(100, 600, "金额合计（大写）壹仟伍佰捌拾圆整"),
    run(1060, 600, "（小写）"),
    run(1180, 600, "1580.00"),
    run(100, 680, "其他信息"),
    run(260, 680, "缴款码：41234567890123456789"),
    run(700, 680, "交款方式：转账"),
    run(100, 780, "收款单位（章）：青禾测试学院"),
    run(900, 780, "复核人：吴二"),
    run(1300, 780, "收款人：周一"),
)


def test_an_electronic_bill_is_read_and_borne_out_by_its_code() -> None:
    bill = read(BILL, code(BILL_QR))
    assert bill.form is Form.FISCAL
    assert values(bill, "code", "number", "check_code", "date", "total") == [
        "32010126",
        "0012345678",
        "a1b2c3",
        "2026-04-15",
        "1580.00",
    ]
    assert values(bill, "buyer_name", "buyer_tax_id", "seller_name") == [
        "云栖测试科技有限公司",
        "91110108MA01ABCD5T",
        "青禾测试学院",
    ]
    assert values(bill, "amount", "tax", "seller_tax_id") == [None, None, None]
    for name in (FieldName.CODE, FieldName.NUMBER, FieldName.DATE, FieldName.CHECK_CODE):
        assert bill.fields[name].confirmed_by == ("qr",)
    assert set(bill.fields[FieldName.TOTAL].confirmed_by) == {"qr", "capital_amount", "lines"}


def test_the_lines_of_a_bill_and_what_it_prints_besides() -> None:
    bill = read(BILL, code(BILL_QR))
    assert [(item.name, item.unit, item.quantity, item.amount) for item in bill.items] == [
        ("考试考务费", "人次", "4", Decimal("480.00")),
        ("培训费", "人", "1", Decimal("1100.00")),
    ]
    assert details(bill) == {
        ("项目编码", 0): "103042718",
        ("项目编码", 1): "103044502",
        ("缴款码", 0): "41234567890123456789",
        ("交款方式", 0): "转账",
    }
    assert (bill.extra.payee, bill.extra.reviewer, bill.extra.drawer) == ("周一", "吴二", None)
    assert bill.extra.total_in_words == "壹仟伍佰捌拾圆整"


def test_a_bill_without_a_title_is_known_by_its_labels() -> None:
    assert read(without(BILL, "非税收入")).form is Form.FISCAL


def test_a_number_misread_in_one_place_is_corrected_by_the_code() -> None:
    bill = read(changed(BILL, "0012345678", "0012345673"), code(BILL_QR))
    assert bill.number == "0012345678"
    assert bill.fields[FieldName.NUMBER].corrected_by == "qr"


def test_a_total_its_code_contradicts_is_contested() -> None:
    bill = read(changed(BILL, "（小写）", "（小写）9"), code(BILL_QR.replace("1580.00", "1680.00")))
    assert bill.fields[FieldName.TOTAL].confidence <= 0.5
    assert bill.fields[FieldName.TOTAL].confirmed_by == ()


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [("0012345678", "12345678", "12345678"), ("0012345678", "001234567", "001234567")],
)
def test_old_bills_have_shorter_numbers(old: str, new: str, number: str) -> None:
    assert read(changed(BILL, old, new)).number == number


@pytest.mark.parametrize(
    ("read_as", "name"),
    [
        ("青禾测试学院章", "青禾测试学院"),
        ("青禾测试学院", "青禾测试学院"),
        ("青禾测试学", "青禾测试学"),
    ],
)
def test_a_character_of_the_seal_is_no_part_of_a_name(read_as: str, name: str) -> None:
    assert read(changed(BILL, "青禾测试学院", read_as)).seller_name == name


@pytest.mark.parametrize("name", [FieldName.SELLER_NAME, FieldName.NUMBER, FieldName.TOTAL])
def test_who_issued_a_bill_must_be_known(name: FieldName) -> None:
    assert name in mandatory_fields(read(BILL))


PAPER = (
    run(500, 60, "江苏省非税收入通用票据"),
    run(1100, 130, "№"),
    run(1140, 130, "0005123456"),
    run(100, 180, "交款单位：林一禾"),
    run(1000, 180, "2015"),
    run(1060, 180, "年"),
    run(1120, 180, "06"),
    run(1160, 180, "月"),
    run(1220, 180, "12"),
    run(1260, 180, "日"),
    run(260, 240, "收费项目"),
    run(560, 240, "单位"),
    run(680, 240, "数量"),
    run(840, 240, "标准"),
    *(run(960 + 45 * at, 240, char) for at, char in enumerate("十万千百十元角分")),
    run(100, 290, "考试考务费"),
    run(560, 290, "人次"),
    run(690, 290, "1"),
    run(850, 290, "168.50"),
    *(run(1100 + 45 * at, 290, char) for at, char in enumerate("16850")),
    run(100, 340, "培训费"),
    run(850, 340, "99.00"),
    *(run(1190 + 45 * at, 340, char) for at, char in enumerate("99")),
    run(100, 500, "金额合计（大写）壹佰陆拾捌圆伍角整"),
    run(960, 500, "￥"),
    run(1000, 500, "168.50"),
    run(100, 580, "收款单位（公章）：青禾测试学院"),
    run(820, 580, "开票人：黄禾"),
    run(1050, 580, "收款方式：现金"),
)


def test_a_paper_bill_has_a_box_for_every_digit_and_its_date_in_gaps() -> None:
    bill = read(PAPER)
    assert values(bill, "code", "number", "date", "total", "buyer_name", "seller_name") == [
        None,
        "0005123456",
        "2015-06-12",
        "168.50",
        "林一禾",
        "青禾测试学院",
    ]
    # of the second line the digits of 角 and 分 were not read: no amount is better than a wrong
    assert [(item.name, item.amount) for item in bill.items] == [("考试考务费", Decimal("168.50"))]
    assert bill.extra.drawer == "黄禾"


TOLL = (
    run(500, 60, "江苏省通行费财政电子票据"),
    *BILL[1:7],
    run(160, 340, "项目名称"),
    run(440, 340, "车牌号"),
    run(640, 340, "类型"),
    run(820, 340, "通行日期起"),
    run(1060, 340, "通行日期止"),
    run(1300, 340, "金额（元）"),
    run(110, 390, "车辆通行费"),
    run(430, 390, "苏A12345"),
    run(640, 390, "货车"),
    run(830, 390, "20260301"),
    run(1070, 390, "20260302"),
    run(1340, 390, "80.00"),
    run(100, 600, "金额合计（大写）捌拾圆整"),
    run(1060, 600, "（小写）80.00"),
    run(100, 780, "收款单位（章）：青禾公路管理局"),
)


@pytest.mark.parametrize(
    "title", ["江苏省通行费财政电子票据", "江苏省收费公路通行费财政票据（电子）"]
)
def test_a_toll_bill_has_a_row_for_each_passage(title: str) -> None:
    bill = read(changed(TOLL, "江苏省通行费财政电子票据", title))
    assert (bill.form, bill.type.value) == (Form.TOLL_FISCAL, "toll")
    assert bill.extra.plate == "苏A12345"
    assert details(bill) == {
        ("车牌号", 0): "苏A12345",
        ("类型", 0): "货车",
        ("通行日期起", 0): "20260301",
        ("通行日期止", 0): "20260302",
    }


MEDICAL = (
    run(500, 60, "江苏省医疗门诊收费票据（电子）"),
    *without(BILL[1:7], "信用代码"),
    *(
        token
        for left in (0, 750)
        for token in (
            run(left + 180, 340, "项目名称"),
            run(left + 400, 340, "数量/单位"),
            run(left + 540, 340, "金额（元）"),
            run(left + 720, 340, "备注"),
        )
    ),
    run(110, 390, "中草药费"),
    run(430, 390, "5/付"),
    run(600, 390, "565.00"),
    run(860, 390, "检查费"),
    run(1180, 390, "1/次"),
    run(1350, 390, "354.29"),
    run(110, 440, "化验费"),
    run(430, 440, "3/项"),
    run(600, 440, "141.09"),
    run(100, 600, "合计（大写）壹仟零陆拾圆叁角捌分"),
    run(1060, 600, "（小写）1060.38"),
    run(140, 680, "业务流水号：20260415000123"),
    run(600, 680, "门诊号：966669832"),
    run(1000, 680, "就诊日期：20260415"),
    run(140, 730, "性别：女"),
    run(600, 730, "医保统筹基金支付：949.00"),
    run(1000, 730, "个人现金支付：111.38"),
    run(100, 800, "收款单位（章）：青禾测试医院"),
    run(1300, 800, "收款人：1023"),
)


def test_a_medical_bill_has_lines_in_two_halves_and_the_payers_below() -> None:
    bill = read(MEDICAL)
    assert bill.form is Form.MED_OUT
    assert [(item.name, item.quantity, item.unit, str(item.amount)) for item in bill.items] == [
        ("中草药费", "5", "付", "565.00"),
        ("检查费", "1", "次", "354.29"),
        ("化验费", "3", "项", "141.09"),
    ]
    assert details(bill)["医保统筹基金支付", 0] == "949.00"
    assert details(bill)["性别", 0] == "女"
    assert set(bill.fields[FieldName.TOTAL].confirmed_by) == {"capital_amount", "lines"}
    assert bill.extra.payee == "1023"


def test_a_hospital_is_the_one_named_above_the_table_where_its_stamp_is_not_read() -> None:
    bare = without(MEDICAL, "收款单位")
    named = run(500, 130, "青禾测试医院")
    assert values(read((*bare, named)), "seller_name") == ["青禾测试医院"]
    two = read((*bare, named, run(900, 130, "云栖测试医院")))
    assert values(two, "seller_name") == [None]


def test_a_medical_bill_under_a_smudged_title_is_told_by_its_labels() -> None:
    assert read(changed(MEDICAL, "医疗门诊收费", "医疗可诊收费")).form is Form.MED_OUT
    inside = changed(changed(MEDICAL, "医疗门诊收费", "医疗可诊收费"), "门诊号", "住院号")
    assert read(inside).form is Form.MED_IN


@pytest.mark.parametrize("tokens", [BILL, PAPER, TOLL, MEDICAL])
def test_any_word_may_be_missing(tokens: Tokens) -> None:
    """Whatever the engine misses, what is read of the rest is the same or nothing."""
    whole = read(tokens)
    for at in range(len(tokens)):
        for part in find_invoices(page(), find_words(tokens[:at] + tokens[at + 1 :]), ()):
            if part.form is whole.form:
                assert part.number in (whole.number, None)
                assert part.total in (whole.total, None)
                assert part.date in (whole.date, None)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (BILL_QR, ("32010126", "0012345678", "a1b2c3", "2026-04-15", Decimal("1580.00"))),
        (
            "CZ-EI-32，，32010126，0012345678，a1b2c3，2026-04-15，1580.00，",
            ("32010126", "0012345678", "a1b2c3", "2026-04-15", Decimal("1580.00")),
        ),
        ("CZ-EI-32,01,32010126,0012345678", ("32010126", "0012345678", None, None, None)),
        ("CZ-", (None, None, None, None, None)),
        ("https://example.invalid/CZ-EI-32,0012345678", (None, None, None, None, None)),
        ("", (None, None, None, None, None)),
    ],
)
def test_the_code_of_a_bill_is_read_by_the_shape_of_its_fields(
    payload: str, expected: tuple[object, ...]
) -> None:
    found = parse_fiscal_qr(code(payload))
    assert (found.code, found.number, found.check_code, found.date, found.amount) == expected


def test_no_code_states_nothing() -> None:
    assert parse_fiscal_qr(None).number is None


@pytest.mark.parametrize(
    "label", ["收费单位（盖章）：", "执收单位（章）：", "收款单位（公章）：", "（章）："]
)
def test_who_takes_the_money_is_named_in_several_ways(label: str) -> None:
    assert read(changed(BILL, "收款单位（章）：", label)).seller_name == "青禾测试学院"


def test_an_old_medical_bill_names_its_patient_and_has_its_day_at_the_foot() -> None:
    dated = (*without(MEDICAL, "开票日期", "就诊日期"), run(1300, 850, "2018年11月27日"))
    bill = read(changed(dated, "交款人：云栖测试科技有限公司", "姓名：林一禾"))
    assert values(bill, "buyer_name", "date") == ["林一禾", "2018-11-27"]
    two = (*dated, run(100, 850, "2018年12月01日"))
    assert read(two).date is None
