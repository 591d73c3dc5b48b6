"""Tickets as engines read them: strips, coupons, rail, air and 卷票; nothing mixed or guessed."""

from dataclasses import replace

import pytest

from models.forms import Form
from models.invoice import FieldName, Invoice
from models.page import Code, Token
from models.taxqr import crc16
from ocr.assemble import find_invoices
from ocr.forms import shapes
from ocr.words import find_words
from tests.support.layouts import code, page, run

Tokens = tuple[Token, ...]


def read(tokens: Tokens, *codes: Code) -> Invoice:
    (invoice,) = find_invoices(page(), find_words(tokens), codes)
    return invoice


def qr(body: str) -> Code:
    return code(f"{body}{crc16(body.encode()):04X}", x=1500, y=600)


def without(tokens: Tokens, *texts: str) -> Tokens:
    kept = tuple(token for token in tokens if not any(text in token.text for text in texts))
    assert len(kept) <= len(tokens) - len(texts)
    return kept


def changed(tokens: Tokens, old: str, new: str) -> Tokens:
    assert any(old in token.text for token in tokens)
    return tuple(replace(token, text=token.text.replace(old, new)) for token in tokens)


def fields(invoice: Invoice, *names: str) -> list[str | None]:
    values = (getattr(invoice, name) for name in names)
    return [None if value is None else str(value) for value in values]


def contested(invoice: Invoice, name: FieldName) -> bool:
    evidence = invoice.fields[name]
    return evidence.confidence <= 0.5 and not evidence.confirmed_by


TAXI_LABELS = ("公司电话：", "车号：", "证号：", "日期：", "上车：", "下车：", "单价：", "里程：")
TAXI_VALUES = ("24/11/14", "08:12", "08:47", "2.20", "18.3", "00:02:11", "52.0")
TAXI_HEAD = (
    run(100, 40, "云川省云栖市通用机打发票"),
    run(100, 100, "发票代码"),
    run(200, 100, "15101143A005"),
    run(100, 130, "发票号码"),
    run(200, 130, "33602136"),
    run(120, 180, "出租车专用"),
)


def taxi(shift: float = 0.0, stretch: float = 1.0) -> Tokens:
    """A strip whose values stand `shift` rows below their labels."""
    labels = (*TAXI_LABELS, "等候：", "金额：", "卡号：")
    left = [run(100, 240 + 40 * i, text) for i, text in enumerate(labels)]
    right = [
        run(300, 240 + 40 * ((3 + i) * stretch + shift), text) for i, text in enumerate(TAXI_VALUES)
    ]
    return (*TAXI_HEAD, *left, *right)


@pytest.mark.parametrize(
    ("shift", "stretch"), [(0, 1), (-0.3, 1), (-2.6, 1), (-1, 1), (1, 1), (-2.6, 0.95), (0, 1.04)]
)
def test_values_are_paired_at_the_displacement_all_of_them_fit(
    shift: float, stretch: float
) -> None:
    invoice = read(taxi(shift, stretch))
    assert invoice.form is Form.TAXI
    assert fields(invoice, "code", "number", "date", "total") == [
        "15101143A005", "33602136", "2024-11-14", "52.00",
    ]  # fmt: skip
    extra = invoice.extra
    assert (extra.boarded, extra.alighted, extra.unit_fare, extra.mileage) == (
        "08:12", "08:47", "2.20", "18.3",
    )  # fmt: skip


def test_crossed_zeros_read_as_eights_leave_the_sum_in_doubt() -> None:
    invoice = read(changed(changed(taxi(), "00:02:11", "88:82:11"), "52.0", "52.8"))
    assert contested(invoice, FieldName.TOTAL)
    assert "52.00" in [one.value for one in invoice.fields[FieldName.TOTAL].candidates]


def test_a_sum_printed_twice_confirms_itself_and_two_different_ones_do_not() -> None:
    again = (*taxi(), run(100, 760, "实收金额"), run(300, 760, "52.00"))
    assert read(again).fields[FieldName.TOTAL].confirmed_by == ("second_print",)
    assert contested(read(changed(again, "52.00", "25.00")), FieldName.TOTAL)


def test_code_and_number_are_known_by_their_place_where_their_labels_are_not_read() -> None:
    bare = without(taxi(), "发票代码", "发票号码", "15101143A005")
    invoice = read((*bare, run(180, 100, "代15101143A005")))
    assert fields(invoice, "code", "number") == ["15101143A005", "33602136"]


TOLL = (
    run(80, 40, "云川省高速公路车辆通行费专用发票"),
    run(80, 100, "发票代码"),
    run(180, 100, "151011904312"),
    run(80, 130, "发票号码"),
    run(180, 130, "05821694"),
    run(80, 200, "入"),
    run(140, 200, "口：柏屿"),
    run(80, 240, "出　口：蓝津"),
    run(80, 280, "车型：一型客"),
    run(80, 320, "金_額："),
    run(180, 320, "75.00元"),
    run(80, 360, "收费员：刘一"),
    run(80, 400, "日期：2021-09-27"),
    run(80, 440, "时间：22:02:13"),
)


def test_a_toll_slip() -> None:
    invoice = read(TOLL)
    assert invoice.form is Form.TOLL_PAPER
    assert fields(invoice, "number", "date", "total") == ["05821694", "2021-09-27", "75.00"]
    assert (invoice.extra.departure, invoice.extra.destination) == ("柏屿", "蓝津")


def test_a_sum_without_its_point_or_its_label_is_no_sum() -> None:
    assert read(changed(TOLL, "75.00元", "7500")).total is None
    assert read(without(changed(TOLL, "75.00元", "75.00"), "金_額")).total is None
    assert str(read(without(changed(TOLL, "75.00元", "¥75.00"), "金_額")).total) == "75.00"


QUOTA = (
    run(80, 40, "云川省通用定额发票"),
    run(80, 100, "发票代码"),
    run(180, 100, "151011904312"),
    run(80, 130, "发票号码"),
    run(180, 130, "05821694"),
    run(120, 200, "伍拾元整"),
    run(300, 200, "￥50.00"),
    run(80, 260, "开票日期：　　年　　月　　日"),
)


def test_a_coupon_is_confirmed_by_its_capitals() -> None:
    invoice = read(QUOTA)
    assert fields(invoice, "number", "total", "date") == ["05821694", "50.00", None]
    assert invoice.fields[FieldName.TOTAL].confirmed_by == ("capital_amount",)
    assert invoice.extra.total_in_words == "伍拾元整"


def test_a_coupon_whose_figure_says_otherwise_is_contested() -> None:
    assert contested(read(changed(QUOTA, "￥50.00", "￥60.00")), FieldName.TOTAL)
    assert str(read(without(QUOTA, "￥50.00")).total) == "50.00"
    assert str(read(changed(without(QUOTA, "伍拾"), "￥50.00", "（50元）")).total) == "50.00"


SHIP = (
    run(80, 40, "云川省水路客运统一船票"),
    run(80, 90, "发票代码"),
    run(180, 90, "151011904312"),
    run(80, 120, "发票号码"),
    run(180, 120, "05821694"),
    run(80, 170, "竹澳"),
    run(600, 170, "南麓岛"),
    run(80, 220, "开航日期2019-08-14"),
    run(330, 220, "开航时间"),
    run(430, 220, "18:55"),
    run(560, 220, "船名云帆8"),
    run(80, 260, "航次H858"),
    run(330, 260, "舱"),
    run(370, 260, "位三等舱"),
    run(80, 300, "票"),
    run(110, 300, "价￥427.00"),
    run(80, 340, "王一禾"),
    run(180, 340, "3101151964****3945"),
    run(800, 90, "副券"),
    run(760, 220, "08-14"),
    run(760, 300, "￥427.00"),
)


def test_a_ship_ticket_and_its_stub() -> None:
    invoice = read(SHIP)
    assert invoice.form is Form.SHIP
    assert fields(invoice, "number", "date", "total") == ["05821694", "2019-08-14", "427.00"]
    assert invoice.fields[FieldName.TOTAL].confirmed_by == ("second_print",)
    extra = invoice.extra
    assert (extra.departure, extra.destination, extra.departure_time, extra.trip_no) == (
        "竹澳", "南麓岛", "18:55", "H858",
    )  # fmt: skip
    assert (extra.seat_class, extra.traveller, extra.traveller_id) == (
        "三等舱", "王一禾", "3101151964****3945",
    )  # fmt: skip
    assert [(one.name, one.value) for one in extra.details] == [("船名", "云帆8")]
    assert contested(read(changed(SHIP, "价￥427", "价￥421")), FieldName.TOTAL)


def test_forms_whose_title_lies_under_a_seal_are_known_by_their_labels() -> None:
    assert read(without(SHIP, "水路客运")).form is Form.SHIP
    assert read(without(TOLL, "高速公路")).form is Form.TOLL_PAPER
    assert read(without(taxi(), "通用机打", "出租车专用")).form is Form.TAXI


RAIL = (
    run(80, 60, "K051971"),
    run(120, 110, "南"),
    run(190, 110, "丰站"),
    run(330, 110, "D6502"),
    run(520, 110, "南昌站"),
    run(120, 150, "Nanfeng"),
    run(80, 200, "2018年04月19日10:51开"),
    run(520, 200, "07车12B号"),
    run(80, 240, "¥53.0元"),
    run(520, 240, "二等座"),
    run(80, 280, "限乘当日当次车"),
    run(80, 320, "3607211988****0418林一禾"),
    run(120, 360, "买票请到12306 发货请到95306"),
    run(140, 390, "中国铁路祝您旅途愉快"),
    run(80, 430, "33406311030420K051971"),
    run(340, 430, "南丰售"),
)


def test_a_paper_rail_ticket() -> None:
    invoice = read(RAIL)
    assert invoice.form is Form.RAIL_PAPER
    assert fields(invoice, "number", "date", "total", "buyer_name") == [
        "K051971", "2018-04-19", "53.00", None,
    ]  # fmt: skip
    assert invoice.fields[FieldName.NUMBER].confirmed_by == ("second_print",)
    extra = invoice.extra
    assert (extra.departure, extra.destination, extra.trip_no, extra.departure_time) == (
        "南丰", "南昌", "D6502", "10:51",
    )  # fmt: skip
    assert (extra.seat, extra.seat_class, extra.traveller) == ("07车12B号", "二等座", "林一禾")
    assert extra.ticket_no == "33406311030420K051971"


def test_the_red_number_and_the_foot_of_a_rail_ticket() -> None:
    assert contested(read(changed(RAIL[:1], "K05", "K06") + RAIL[1:]), FieldName.NUMBER)
    mended = read(changed(RAIL[:1], "K05", "805") + RAIL[1:]).fields[FieldName.NUMBER]
    assert (mended.value, mended.corrected_by) == ("K051971", "second_print")
    # newer rolls print more before the letter than the foot repeats: alone it tells nothing
    assert read(RAIL[1:]).number is None
    assert read((run(80, 60, "Z12K051971"), *RAIL[1:])).number == "Z12K051971"


RAIL_E = (
    run(500, 40, "电子发票（铁路电子客票）"),
    run(80, 90, "发票号码:26349172280004411130"),
    run(900, 90, "开票日期:2026年08月24日"),
    run(200, 160, "合肥站"),
    run(500, 160, "Z310"),
    run(800, 160, "襄阳站"),
    run(80, 220, "2026年08月23日"),
    run(250, 220, "17:48开"),
    run(500, 220, "07车108号"),
    run(800, 220, "硬座"),
    run(80, 270, "退票费:"),
    run(170, 270, "￥81.50"),
    run(80, 330, "3101151960****0508"),
    run(500, 330, "朱一禾"),
    run(80, 400, "电子客票号:7228070545915368214872026"),
    run(80, 440, "购买方名称:云栖测试科技有限公司"),
    run(700, 440, "统一社会信用代码:91110108MA01ABCD5T"),
    run(300, 500, "中国铁路祝您旅途愉快"),
)
RAIL_E_QR = "01,51,,26349172280004411130,81.50,20260824,,"


def test_an_electronic_rail_ticket_is_held_to_its_qr() -> None:
    invoice = read(RAIL_E, qr(RAIL_E_QR))
    assert fields(invoice, "number", "date", "total", "amount", "buyer_tax_id") == [
        "26349172280004411130", "2026-08-24", "81.50", None, "91110108MA01ABCD5T",
    ]  # fmt: skip
    assert "qr" in invoice.fields[FieldName.TOTAL].confirmed_by
    assert str(invoice.extra.travel_date) == "2026-08-23"
    assert invoice.extra.ticket_no == "7228070545915368214872026"
    assert invoice.extra.traveller_id == "3101151960****0508"


def test_an_electronic_rail_ticket_whose_title_lies_under_the_seal() -> None:
    assert read(without(RAIL_E, "铁路电子客票")).form is Form.RAIL_E


def air(fare: str, fuel: str, tax: str, fund: str, total: str) -> Tokens:
    heads = ("票价", "燃油附加费", "增值税税率", "增值税税额", "民航发展基金", "其他税费", "合计")
    values = (fare, fuel, "9%", tax, fund, "0.00", total)
    cells = [
        token
        for i, (head, value) in enumerate(zip(heads, values, strict=True))
        for token in (
            run(80 + 180 * i, 300, head),
            run(80 + 180 * i, 335, value if "%" in value else f"CNY {value}"),
        )
        if not token.text.endswith(" ")
    ]
    return (
        run(400, 40, "电子发票（航空运输电子客票行程单）"),
        run(1100, 40, "发票号码：25318000000773953380"),
        run(80, 120, "旅客姓名"),
        run(80, 150, "罗一禾"),
        run(300, 120, "有效身份证件号码"),
        run(300, 150, "5001121961****2740"),
        run(80, 220, "自：云川虹桥"),
        run(400, 220, "CG2135"),
        run(520, 220, "V"),
        run(600, 220, "2025-04-21"),
        run(760, 220, "16:15"),
        run(80, 255, "至：成山双流"),
        *cells,
        run(80, 380, "电子客票号码"),
        run(80, 410, "9434326699633"),
        run(600, 440, "填开单位"),
        run(600, 470, "云帆航空有限公司"),
        run(1000, 440, "填开日期"),
        run(1000, 470, "2025年04月22日"),
        run(80, 520, "购买方名称：云栖测试科技有限公司"),
        run(800, 520, "统一社会信用代码/纳税人识别号：91110108MA01ABCD5T"),
    )


AIR_QR = "01,61,,25318000000773953380,680.00,20250422,,"


def test_an_electronic_itinerary_adds_up() -> None:
    invoice = read(air("559.63", "18.35", "52.02", "50.00", "680.00"), qr(AIR_QR))
    assert invoice.form is Form.AIR_E
    assert fields(invoice, "date", "tax", "total", "amount", "seller_name", "buyer_tax_id") == [
        "2025-04-22", "52.02", "680.00", None, "云帆航空有限公司", "91110108MA01ABCD5T",
    ]  # fmt: skip
    assert invoice.fields[FieldName.TAX].confirmed_by == ("arithmetic",)
    extra = invoice.extra
    assert (extra.departure, extra.destination, extra.trip_no, extra.ticket_no) == (
        "云川虹桥", "成山双流", "CG2135", "9434326699633",
    )  # fmt: skip
    assert (extra.traveller, extra.traveller_id) == ("罗一禾", "5001121961****2740")


@pytest.mark.parametrize(
    ("tax", "fare", "codes", "value", "corrected"),
    [
        ("57.02", "559.63", True, "52.02", "arithmetic"),
        ("57.02", "559.63", False, "57.02", None),
        ("52.02", "569.63", True, "52.02", None),
    ],
)
def test_a_tax_is_mended_only_where_two_equations_agree(
    tax: str, fare: str, codes: bool, value: str, corrected: str | None
) -> None:
    tokens = air(fare, "18.35", tax, "50.00", "680.00")
    evidence = read(tokens, *([qr(AIR_QR)] if codes else [])).fields[FieldName.TAX]
    assert (evidence.value, evidence.corrected_by) == (value, corrected)
    assert (evidence.confidence > 0.9) is (corrected is not None)


def test_a_paper_itinerary() -> None:
    tokens = (
        run(400, 40, "航空运输电子客票行程单"),
        run(900, 40, "印刷序号："),
        run(1010, 42, "0838011886"),
        run(1120, 42, "8"),
        run(80, 300, "票价"),
        run(130, 300, "FARE"),
        run(80, 330, "CNY 1280.00"),
        run(300, 300, "民航发展基金"),
        run(300, 330, "CN 50.00"),
        run(500, 300, "燃油附加费"),
        run(500, 330, "YQ EXEMPT"),
        run(700, 300, "其他税费"),
        run(900, 300, "合计"),
        run(900, 330, "CNY 1330.00"),
        run(600, 440, "填开单位"),
        run(600, 470, "云帆（云川）票务代理有限公司"),
        run(1000, 440, "填开日期"),
        run(1000, 470, "2023-08-19"),
    )
    invoice = read(tokens)
    assert invoice.form is Form.AIR_PAPER
    assert fields(invoice, "number", "date", "total", "tax", "seller_name") == [
        "08380118868", "2023-08-19", "1330.00", None, "云帆(云川)票务代理有限公司",
    ]  # fmt: skip
    assert invoice.fields[FieldName.TOTAL].confirmed_by == ("arithmetic",)


ROLL = (
    run(80, 40, "云川增值税普通发票（卷票）"),
    run(80, 90, "发票代码"),
    run(180, 90, "044002000206"),
    run(80, 120, "发票号码"),
    run(180, 120, "98059872"),
    run(80, 170, "机打号码：98059872"),
    run(80, 200, "机器编号：496368723929"),
    run(80, 230, "销售方名称：青禾示例酒店管"),
    run(80, 260, "理有限公司"),
    run(80, 290, "纳税人识别号：91440300MA5XYT123G"),
    run(80, 320, "开票日期：2020-05-03 收款员：黄一"),
    run(80, 350, "购买方名称：云栖测试科技有限公司"),
    run(80, 380, "纳税人识别号：91110108MA01ABCD5T"),
    run(80, 440, "项目"),
    run(200, 440, "数量"),
    run(290, 440, "单价"),
    run(380, 440, "金额"),
    run(80, 470, "住宿服务*住宿费"),
    run(200, 500, "5402.60"),
    run(300, 500, "2013.00"),
    run(80, 530, "*住宿服务*会议"),
    run(80, 560, "住宿费"),
    run(290, 590, "670.60"),
    run(380, 590, "670.60"),
    run(80, 640, "合计金额（小写）：￥2683.60"),
    run(80, 670, "合计金额（大写）：贰仟陆佰捌拾叁"),
    run(80, 700, "圆陆角整"),
    run(80, 730, "校验码：98704 07253"),
    run(80, 760, "17270 31120"),
)


def test_a_roll_invoice() -> None:
    invoice = read(ROLL)
    assert invoice.form is Form.VAT_ROLL
    assert fields(invoice, "code", "number", "date", "total", "check_code") == [
        "044002000206", "98059872", "2020-05-03", "2683.60", "98704072531727031120",
    ]  # fmt: skip
    assert fields(invoice, "seller_name", "seller_tax_id", "buyer_name", "buyer_tax_id") == [
        "青禾示例酒店管理有限公司", "91440300MA5XYT123G",
        "云栖测试科技有限公司", "91110108MA01ABCD5T",
    ]  # fmt: skip
    assert invoice.fields[FieldName.NUMBER].confirmed_by == ("second_print",)
    assert invoice.fields[FieldName.TOTAL].confirmed_by == ("capital_amount", "lines")
    assert [(i.name, i.quantity, i.unit_price, str(i.amount)) for i in invoice.items] == [
        ("*住宿服务*住宿费", "5", "402.60", "2013.00"),
        ("*住宿服务*会议住宿费", "1", "670.60", "670.60"),
    ]
    assert (invoice.extra.payee, invoice.extra.machine_no) == ("黄一", "496368723929")


def test_a_roll_whose_qr_and_capitals_agree_against_the_figures() -> None:
    body = "01,11,044002000206,98059872,2683.60,20200503,98704072531727031120,"
    total = read(changed(ROLL, "2683.60", "2688.60"), qr(body)).fields[FieldName.TOTAL]
    assert (total.value, total.corrected_by) == ("2683.60", "qr")
    alone = read(changed(ROLL, "￥2683.60", "￥2688.60"))
    assert contested(alone, FieldName.TOTAL)


def beside(tokens: Tokens, x: float) -> Tokens:
    return tuple(run(token.box.x0 + x, token.box.y0, token.text) for token in tokens)


@pytest.mark.parametrize(
    ("one", "other"),
    [(TOLL, taxi()), (SHIP, TOLL), (RAIL, QUOTA), (RAIL, RAIL), (ROLL, TOLL), (QUOTA, QUOTA)],
)
def test_tickets_side_by_side_are_not_mixed(one: Tokens, other: Tokens) -> None:
    moved = (
        changed(beside(other, 1000), "05821694", "71828182")
        if other in (TOLL, QUOTA)
        else (beside(other, 1000))
    )
    for invoice in find_invoices(page(), find_words((*one, *moved)), ()):
        assert invoice.total is None
        assert invoice.date is None
        for evidence in invoice.fields.values():
            assert evidence.confidence <= 0.5
            assert not evidence.confirmed_by


def test_a_roll_beside_another_ticket_is_not_taken_for_all_there_is() -> None:
    body = "01,11,044002000206,98059872,2683.60,20200503,98704072531727031120,"
    invoice = read((*ROLL, *beside(TOLL, 1000)), qr(body))
    assert invoice.number == "98059872"
    assert all(not evidence.confirmed_by for evidence in invoice.fields.values())


@pytest.mark.parametrize(
    ("shape", "text", "value"),
    [
        (shapes.day, "16/12/09", "2016-12-09"),
        (shapes.day, "2O20.O8.11", "2020-08-11"),
        (shapes.day, "2021-13-01", None),
        (shapes.day, "2021-09", None),
        (shapes.clock, "23:33", "23:33"),
        (shapes.clock, "00:01:22", None),
        (shapes.clock, "25:10", None),
        (shapes.amount, "CNY733.94", "733.94"),
        (shapes.amount, "¥1,280.5元", "1280.50"),
        (shapes.amount, "159", None),
        (shapes.amount, "159元", "159.00"),
        (shapes.amount, "2O.5O", "20.50"),
        (shapes.plate, "粤AJ8115", "粤AJ8115"),
        (shapes.masked_id, "林一禾3101151964****394X", "3101151964****394X"),
        (shapes.place, "→南昌", "南昌"),
        (shapes.place, "K051971", None),
    ],
)
def test_shapes(shape: object, text: str, value: str | None) -> None:
    assert callable(shape)
    assert shape(text) == value
