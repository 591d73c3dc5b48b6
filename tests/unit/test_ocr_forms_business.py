"""数电票 of special businesses, toll invoices, and what remarks say."""

import pytest

from models.invoice import Detail
from ocr.forms.business import continued_details, remark_details
from ocr.forms.remark import issued_for, red_of
from ocr.settle import join_pages
from tests.support.forms import Tokens, changed, details, read
from tests.support.layouts import DIGITAL, PAPER, run

HEAD = changed(DIGITAL[:13], "增值税专用", "普通")
FOOT = DIGITAL[29:]
MONEY = (run(1160, 420, "金 额"), run(1270, 420, "税率/征收率"), run(1550, 420, "税 额"))


def line(y: float, name: str, amount: str, rate: str, tax: str) -> Tokens:
    return (
        run(100, y, name),
        run(1140, y, amount),
        run(1300, y, rate),
        run(1550, y, tax),
    )


TOLL = (
    *HEAD,
    run(320, 130, "通行费"),
    run(120, 420, "项目名称"),
    run(400, 420, "车牌号"),
    run(560, 420, "车辆类型"),
    run(720, 420, "通行日期起"),
    run(920, 420, "通行日期止"),
    *MONEY,
    *line(460, "*经营租赁*通行费", "1000.00", "3%", "30.00"),
    run(395, 460, "苏A12O45"),
    run(580, 460, "客车"),
    run(735, 460, "20260301"),
    run(935, 460, "20260302"),
    *line(500, "*经营租赁*通行费", "9000.00", "3%", "570.00"),
    run(395, 500, "苏B54321"),
    run(580, 500, "货车"),
    run(735, 500, "20260305"),
    run(935, 500, "20260305"),
    *FOOT,
)


def test_a_toll_invoice_is_of_type_toll_and_has_a_journey_a_line() -> None:
    toll = read(TOLL)
    assert (toll.form, toll.type.value) == ("dz_normal", "toll")
    assert toll.extra.special_business == "通行费"
    assert toll.extra.plate == "苏A12045"  # no plate has the letter O
    assert details(toll) == {
        ("车牌号", 0): "苏A12045",
        ("车辆类型", 0): "客车",
        ("通行日期起", 0): "20260301",
        ("通行日期止", 0): "20260302",
        ("车牌号", 1): "苏B54321",
        ("车辆类型", 1): "货车",
        ("通行日期起", 1): "20260305",
        ("通行日期止", 1): "20260305",
    }
    assert [(item.name, str(item.amount)) for item in toll.items] == [
        ("*经营租赁*通行费", "1000.00"),
        ("*经营租赁*通行费", "9000.00"),
    ]


def test_a_toll_invoice_is_told_by_its_columns_where_the_word_was_not_read() -> None:
    assert read(tuple(token for token in TOLL if token.text != "通行费")).type.value == "toll"


def test_the_name_of_a_business_in_a_line_is_no_business() -> None:
    plain = read(changed(DIGITAL, "（含早餐）", "通行费"))
    assert plain.extra.special_business is None
    assert plain.type.value == "digital_special"
    assert plain.extra.details == ()


TRIPS = (
    run(100, 560, "出行人"),
    run(260, 560, "有效身份证件号"),
    run(520, 560, "出行日期"),
    run(760, 560, "出发地"),
    run(1000, 560, "到达地"),
    run(1240, 560, "等级"),
    run(1400, 560, "交通工具类型"),
    run(100, 600, "林一禾"),
    run(250, 600, "110101********0011"),
    run(510, 600, "2026-03-01"),
    run(740, 600, "云栖市东湖大"),
    run(740, 626, "学北门"),
    run(1000, 600, "青禾站"),
    run(1240, 600, "二等座"),
    run(1420, 600, "火车"),
)


@pytest.mark.parametrize("word", [True, False])
def test_journeys_above_the_sums_are_no_lines(word: bool) -> None:
    tokens = (*DIGITAL, *TRIPS, *((run(300, 130, "旅客运输服务"),) if word else ()))
    trip = read(tokens)
    extra = trip.extra
    assert extra.special_business == "旅客运输服务"
    assert (extra.traveller, extra.traveller_id) == ("林一禾", "110101********0011")
    assert (extra.departure, extra.destination) == ("云栖市东湖大学北门", "青禾站")
    assert (str(extra.travel_date), extra.seat_class) == ("2026-03-01", "二等座")
    assert details(trip)["交通工具类型", 0] == "火车"
    assert [item.name for item in trip.items] == ["*住宿服务*住宿费(含早餐)"]


BUILDING = (
    *DIGITAL[:13],
    run(320, 130, "建筑服务"),
    run(120, 420, "项目名称"),
    run(360, 420, "建筑服务发生地"),
    run(720, 420, "建筑项目名称"),
    *MONEY,
    *line(460, "*建筑服务*工程款", "10000.00", "6%", "600.00"),
    run(360, 460, "云栖省云栖市东"),
    run(360, 486, "湖区"),
    run(720, 460, "东湖二期"),
    *FOOT,
    run(100, 910, "土地增值税项目编号:-; 跨地（市）标志:否;"),
)


def test_a_building_has_columns_in_the_lines_and_sentences_in_the_remark() -> None:
    built = read(BUILDING)
    assert details(built) == {
        ("建筑服务发生地", 0): "云栖省云栖市东湖区",
        ("建筑项目名称", 0): "东湖二期",
        ("土地增值税项目编号", 0): "-",
        ("跨地(市)标志", 0): "否",
    }
    assert built.items[0].name == "*建筑服务*工程款"


LETTING = (
    *DIGITAL[:13],
    run(320, 130, "不动产经营租赁服务"),
    run(120, 420, "项目名称"),
    run(360, 420, "产权证书/不动产权证号"),
    run(660, 420, "面积单位"),
    run(800, 420, "数 量"),
    run(960, 420, "单 价"),
    *MONEY,
    *line(460, "*经营租赁*房租", "10000.00", "6%", "600.00"),
    run(360, 460, "无"),
    run(660, 460, "平方米"),
    run(820, 460, "100"),
    run(990, 460, "100"),
    *FOOT,
)


def test_a_letting_has_its_unit_under_a_heading_of_its_own() -> None:
    let = read(LETTING)
    assert let.items[0].unit == "平方米"
    assert details(let) == {("产权证书/不动产权证号", 0): "无", ("面积单位", 0): "平方米"}


@pytest.mark.parametrize(
    ("remark", "expected"),
    [
        (
            "不动产地址:云栖市东湖路1号; 跨地（市）标志:否; 租赁期起止:2026-01-01 2026-03-31;",
            [
                ("不动产地址", "云栖市东湖路1号"),
                ("跨地（市）标志", "否"),
                ("租赁期起止", "2026-01-01 2026-03-31"),
            ],
        ),
        (
            "车牌号：苏A12345 车辆类型：客车 "
            "通行日期起/止：2026-03-01 08:00:01/2026-03-01 09:10:00 入/出口站：东湖-青禾",
            [
                ("车牌号", "苏A12345"),
                ("车辆类型", "客车"),
                ("通行日期起/止", "2026-03-01 08:00:01/2026-03-01 09:10:00"),
                ("入/出口站", "东湖-青禾"),
            ],
        ),
        (
            "保险单号:P42: 车架号:L1; 购方开户银行:示例银行;",
            [("保险单号", "P42"), ("车架号", "L1")],
        ),
        ("滞纳金:;", []),
        ("二月服务费", []),
    ],
)
def test_values_under_names_in_a_remark(remark: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.name, each.value) for each in remark_details(remark)] == expected


@pytest.mark.parametrize(
    ("remark", "key"),
    [
        (
            "被红冲蓝字数电发票号码：26332000000246173745 "
            "红字发票信息确认单编号：26332000000470111081",
            "26332000000246173745",
        ),
        ("对应正数发票代码:011001900311号码:21010038", "011001900311-21010038"),
        ("对应正数发票代码: 4400194130 号码: 01234567", "4400194130-01234567"),
        ("红字发票信息确认单编号：26332000000470111081", None),
        ("被红冲蓝字数电发票号码：2633200000024617374", None),
        ("订单号 26332000000246173745", None),
        ("", None),
    ],
)
def test_which_invoice_a_red_letter_takes_back(remark: str, key: str | None) -> None:
    assert red_of(remark) == key


@pytest.mark.parametrize(
    ("remark", "name"),
    [
        ("代开企业名称:青禾示例文具店 代开企业税号:91440300MA5XYT123G", "青禾示例文具店"),
        ("代开企业税号:91440300MA5XYT123G 代开企业名称:青禾示例文具店", "青禾示例文具店"),
        ("代开企业名称：青禾示例 文具店 代开企业税号：9144", "青禾示例文具店"),
        ("代开企业名称:青 禾示例文具店 二月服务费", "青禾示例文具店"),
        ("代开企 业名称:青禾示例文具店 代 开企业税号:9144", "青禾示例文具店"),
        ("代开企业名称:青禾", None),
        ("代开企业名称：", None),
        ("代理记账", None),
    ],
)
def test_whom_a_tax_office_issued_the_invoice_for(remark: str, name: str | None) -> None:
    assert issued_for(remark) == name


def test_the_number_in_a_red_letters_remark_is_not_its_own() -> None:
    """Neither as a number nor lost from the remark."""
    note = run(100, 850, "被红冲蓝字数电发票号码：26332000000246173745")
    red = read((*DIGITAL, note))
    assert red.number == "26442000000087654321"
    assert red.extra.red_of == "26332000000246173745"
    assert "被红冲蓝字数电发票号码" in (red.extra.remark or "")
    old = read((*PAPER, run(960, 815, "对应正数发票代码:4400194130号码:07654321")))
    assert (old.code, old.number) == ("4400194130", "01234567")
    assert old.extra.red_of == "4400194130-07654321"


def test_columns_of_lines_go_on_counting_on_the_next_page() -> None:
    first = [Detail(name="车牌号", value="苏A12345")]
    second = [
        Detail(name="车牌号", value="苏B54321"),
        Detail(name="跨地（市）标志", value="否"),
    ]
    joined = continued_details(first, second, 3)
    assert [(each.name, each.row) for each in joined] == [
        ("车牌号", 0),
        ("跨地（市）标志", 0),
        ("车牌号", 3),
    ]


def test_the_sums_of_a_paged_invoice_are_those_of_its_last_page() -> None:
    """The first page ends with 小计 and has no capital amount; the last has both sums."""
    subtotal = (run(180, 690, "小"), run(320, 690, "计"), run(1130, 690, "¥4000.00"))
    opening = tuple(
        token
        for token in changed(DIGITAL, "10000.00", "4000.00")
        if token.box.y0 < 700 and "¥" not in token.text
    )
    first = read((*opening, *subtotal, run(1540, 690, "¥240.00")))
    last = read((*changed(DIGITAL, "500", "300"), *changed(subtotal, "4000", "6000")))
    (whole,) = join_pages([first, last.model_copy(update={"page": 1})])
    assert [str(whole.amount), str(whole.tax), str(whole.total)] == [
        "10000.00",
        "600.00",
        "10600.00",
    ]


def test_what_a_blank_tax_stands_for_is_not_derived() -> None:
    """Amount and total agree and no tax was read: *** may be printed there as well as 0.00."""
    exempt = changed(changed(DIGITAL, "¥10600.00", "¥10000.00"), "零陆佰圆", "圆")
    bare = tuple(token for token in exempt if "600.00" not in token.text)
    assert read(bare).tax is None
    assert read((*bare, run(1560, 720, "***"))).tax is None


def test_a_taxpayer_id_in_pieces_is_whole() -> None:
    """A first piece of one character must not be lost: what is left looks like an id as well."""
    at = next(i for i, token in enumerate(DIGITAL) if token.text == "91110108MA01ABCD5T")
    pieces = (run(440, 350, "9"), run(450, 350, "1110108MA01ABCD5T"))
    assert read((*DIGITAL[:at], *pieces, *DIGITAL[at + 1 :])).buyer_tax_id == "91110108MA01ABCD5T"


def test_the_sum_of_a_page_is_no_sum_of_the_invoice() -> None:
    """小计 right above 合计, the tax blank: what is left of the total is not the tax."""
    page_sum = (run(180, 692, "小计"), run(1130, 692, "¥4000.00"), run(1570, 692, "***"))
    exempt = changed(changed(DIGITAL, "¥10600.00", "¥10000.00"), "零陆佰圆", "圆")
    exempt = changed(changed(exempt, "¥600.00", "***"), "6%", "免税")
    last = read((*tuple(token for token in exempt if token.text != "600.00"), *page_sum))
    assert (str(last.amount), last.tax, str(last.total)) == ("10000.00", None, "10000.00")
