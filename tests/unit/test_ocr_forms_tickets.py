"""Strips, coupons and 卷票 as engines read them: nothing guessed, nothing of two tickets mixed."""

from dataclasses import replace

import pytest

from models.forms import Form
from models.geometry import Box
from models.invoice import FieldName
from models.page import Token
from ocr.assemble import find_invoices
from ocr.forms import shapes
from ocr.words import find_words
from tests.support.forms import Tokens, changed, read, without
from tests.support.forms import values as fields
from tests.support.layouts import page, run
from tests.support.tickets import QUOTA, RAIL, ROLL, SHIP, TOLL, contested, qr, taxi


@pytest.mark.parametrize(
    ("shift", "stretch"), [(0, 1), (-0.3, 1), (-2.6, 1), (-1, 1), (1, 1), (-2.6, 0.95), (0, 1.04)]
)
def test_values_are_paired_at_the_displacement_all_of_them_fit(
    shift: float, stretch: float
) -> None:
    invoice = read(taxi(shift, stretch))
    assert invoice.form is Form.TAXI
    assert fields(invoice, "code", "number", "date", "total") == [
        "15101182B006", "47120863", "2024-11-14", "52.00",
    ]  # fmt: skip
    extra = invoice.extra
    assert (extra.boarded, extra.alighted, extra.unit_fare, extra.mileage) == (
        "08:12", "08:47", "2.20", "18.3",
    )  # fmt: skip


def test_labels_cut_short_or_with_their_unit_and_a_date_before_a_time() -> None:
    invoice = read(
        (
            run(100, 40, "上海市出租汽车发票"),
            run(100, 80, "代码131002260661"),
            run(100, 104, "号码16762925"),
            run(100, 160, "上车时间2024-08-30 13:20"),
            run(100, 190, "下车时间2024-08-30 13:46"),
            run(100, 220, "总金额(元)28.60"),
        )
    )
    assert fields(invoice, "code", "number", "date", "total") == [
        "131002260661", "16762925", "2024-08-30", "28.60",
    ]  # fmt: skip


def test_crossed_zeros_read_as_eights_leave_the_sum_in_doubt() -> None:
    invoice = read(changed(changed(taxi(), "00:02:11", "88:82:11"), "52.0", "52.8"))
    assert contested(invoice, FieldName.TOTAL)
    assert "52.00" in [one.value for one in invoice.fields[FieldName.TOTAL].candidates]
    late = read(changed(changed(taxi(), "08:12", "28:12"), "52.0", "52.8"))
    assert contested(late, FieldName.TOTAL)


def test_a_sum_below_what_the_way_cost_is_in_doubt() -> None:
    # 18.3 km at 2.20
    assert contested(read(changed(taxi(), "52.0", "22.0")), FieldName.TOTAL)
    assert not contested(read(changed(taxi(), "52.0", "32.0")), FieldName.TOTAL)


def test_a_sum_printed_twice_confirms_itself_and_two_different_ones_do_not() -> None:
    again = (*taxi(), run(100, 760, "实收金额"), run(300, 760, "52.00"))
    assert read(again).fields[FieldName.TOTAL].confirmed_by == ("second_print",)
    assert contested(read(changed(again, "52.00", "25.00")), FieldName.TOTAL)


def test_code_and_number_are_known_by_their_place_where_their_labels_are_not_read() -> None:
    bare = without(taxi(), "发票代码", "发票号码", "15101182B006")
    invoice = read((*bare, run(180, 100, "代15101182B006")))
    assert fields(invoice, "code", "number") == ["15101182B006", "47120863"]
    labelled = (*bare, run(80, 100, "发票代码"), run(200, 100, "15101182B006"))
    under = (*without(labelled, "47120863"), run(76, 130, "47120863"))
    assert read(under).number == "47120863"
    cut_short = (*without(bare, "47120863"), run(180, 130, "号47120863"))
    assert read((*cut_short, run(180, 100, "代15101182B006"))).number == "47120863"


def test_a_toll_slip() -> None:
    invoice = read(TOLL)
    assert invoice.form is Form.TOLL_PAPER
    assert fields(invoice, "number", "date", "total") == ["05821694", "2021-09-27", "75.00"]
    assert (invoice.extra.departure, invoice.extra.destination) == ("柏屿", "蓝津")


def test_a_sum_without_its_point_or_its_label_is_no_sum() -> None:
    assert read(changed(TOLL, "75.00元", "7500")).total is None
    assert read(without(changed(TOLL, "75.00元", "75.00"), "金_額")).total is None
    assert str(read(without(changed(TOLL, "75.00元", "¥75.00"), "金_額")).total) == "75.00"


def test_a_coupon_is_confirmed_by_its_capitals() -> None:
    invoice = read(QUOTA)
    assert fields(invoice, "number", "total", "date") == ["05821694", "50.00", None]
    assert invoice.fields[FieldName.TOTAL].confirmed_by == ("capital_amount",)
    assert invoice.extra.total_in_words == "伍拾元整"


def test_a_coupon_whose_figure_says_otherwise_is_contested() -> None:
    assert contested(read(changed(QUOTA, "￥50.00", "￥60.00")), FieldName.TOTAL)
    assert str(read(without(QUOTA, "￥50.00")).total) == "50.00"
    assert str(read(changed(without(QUOTA, "伍拾"), "￥50.00", "（50元）")).total) == "50.00"


def test_a_roll_whose_title_does_not_say_so() -> None:
    bare = changed(changed(ROLL, "（卷票）", ""), "044002000206", "033000101000")
    assert read(bare).form is Form.VAT_ROLL


def test_a_coach_ticket_whose_values_stand_under_headings() -> None:
    invoice = read(
        (
            run(80, 40, "云川省道路旅客运输专用发票"),
            run(80, 90, "发票代码"),
            run(180, 90, "151011904312"),
            run(80, 120, "发票号码"),
            run(180, 120, "05821694"),
            *(run(80 + 140 * at, 170, name) for at, name in enumerate(("发站", "到站", "票价"))),
            *(
                run(80 + 140 * at, 200, of)
                for at, of in enumerate(("云栖东站", "蓝津总站", "56.00"))
            ),
            *(run(80 + 180 * at, 240, name) for at, name in enumerate(("乘车日期", "开车时间"))),
            *(run(80 + 180 * at, 270, of) for at, of in enumerate(("2020-01-20", "12:30"))),
        )
    )
    assert invoice.form is Form.BUS
    assert fields(invoice, "number", "date", "total") == ["05821694", "2020-01-20", "56.00"]
    extra = invoice.extra
    assert (extra.departure, extra.destination, extra.departure_time) == (
        "云栖东站", "蓝津总站", "12:30",
    )  # fmt: skip


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


def aside(token: Token) -> Token:
    """A run on a page that lies on its right side: it reads downwards."""
    box = token.box
    corners = ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
    quad = tuple((1000 - y, x) for x, y in corners)
    return replace(token, box=Box.around(quad), quad=quad)


@pytest.mark.parametrize("tokens", [TOLL, QUOTA])
def test_a_ticket_that_lies_on_its_side_is_read_as_if_it_stood(tokens: Tokens) -> None:
    upright, turned = read(tokens), read(tuple(map(aside, tokens)))
    assert fields(turned, "form", "code", "number", "date", "total") == fields(
        upright, "form", "code", "number", "date", "total"
    )


OTHER_TOLL = changed(TOLL, "05821694", "71828182")


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
    words = find_words((*one, *moved))
    for invoice in find_invoices(page(), words, (), split=False):
        assert invoice.total is None
        assert invoice.date is None
        for evidence in invoice.fields.values():
            assert evidence.confidence <= 0.5
            assert not evidence.confirmed_by


@pytest.mark.parametrize(("one", "other"), [(TOLL, taxi()), (SHIP, OTHER_TOLL), (RAIL, QUOTA)])
def test_tickets_side_by_side_are_told_apart(one: Tokens, other: Tokens) -> None:
    found = find_invoices(page(), find_words((*one, *beside(other, 1000))), ())
    names = ("form", "code", "number", "date", "total")
    assert [fields(each, *names) for each in found] == [
        fields(read(one), *names),
        fields(read(other), *names),
    ]


def test_a_roll_beside_another_ticket_is_not_taken_for_all_there_is() -> None:
    code = qr("01,11,044002000206,98059872,2683.60,20200503,98704072531727031120,")
    words = find_words((*ROLL, *beside(TOLL, 1000)))
    (invoice,) = find_invoices(page(), words, (code,), split=False)
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
        (shapes.day, "23年11月02日", "2023-11-02"),
        (shapes.amount, "CNY733.94", "733.94"),
        (shapes.amount, "¥1,280.5元", "1280.50"),
        (shapes.amount, "159", None),
        (shapes.amount, "159元", "159.00"),
        (shapes.amount, "2O.5O", "20.50"),
        (shapes.plate, "粤AJ8115", "粤AJ8115"),
        (shapes.masked_id, "林一禾3101151964****394X", "3101151964****394X"),
        (shapes.place, "→青禾", "青禾"),
        (shapes.place, "K204816", None),
    ],
)
def test_shapes(shape: object, text: str, value: str | None) -> None:
    assert callable(shape)
    assert shape(text) == value


@pytest.mark.parametrize(
    ("title", "form"),
    [("云川省定额门票发票", Form.QUOTA), ("云川省停车费发票（定额）", Form.QUOTA)],
)
def test_coupons_of_other_titles(title: str, form: Form) -> None:
    assert read(changed(QUOTA, "云川省通用定额发票", title)).form is form


def test_the_slip_of_a_toll_gate_under_the_title_of_machine_invoices() -> None:
    slip = (*without(TOLL, "高速公路", "日期"), run(80, 20, "云川省通用机打发票"))
    invoice = read(changed(slip, "时间：22", "时间：2020/11/08 22"))
    assert (invoice.form, str(invoice.date)) == (Form.TOLL_PAPER, "2020-11-08")


@pytest.mark.parametrize("label", ["航班日期", "开船日期", "某某"])
def test_the_day_of_a_passage_whatever_its_label(label: str) -> None:
    ticket = (*changed(SHIP, "开航日期", label), run(80, 420, "售票时间2019-08-13"))
    assert fields(read(ticket), "date") == ["2019-08-14"]


def test_code_and_number_side_by_side_are_no_number_of_twenty_digits() -> None:
    tokens = (run(80, 100, "发票号码"), run(180, 100, "151011904312"), run(330, 100, "05821694"))
    assert not find_invoices(page(), find_words(tokens), ())
