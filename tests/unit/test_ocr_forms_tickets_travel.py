"""Tickets by rail and air as engines read them: held to their QR, second print and sums."""

import pytest

from models.forms import Form
from models.invoice import FieldName
from tests.support.forms import Tokens, changed, read, without
from tests.support.forms import values as fields
from tests.support.layouts import run
from tests.support.tickets import RAIL, SHIP, contested, qr


def test_a_paper_rail_ticket() -> None:
    invoice = read(RAIL)
    assert invoice.form is Form.RAIL_PAPER
    assert fields(invoice, "number", "date", "total", "buyer_name") == [
        "K204816", "2018-06-27", "47.50", None,
    ]  # fmt: skip
    assert invoice.fields[FieldName.NUMBER].confirmed_by == ("second_print",)
    extra = invoice.extra
    assert (extra.departure, extra.destination, extra.trip_no, extra.departure_time) == (
        "云栖", "青禾", "D7316", "14:22",
    )  # fmt: skip
    assert (extra.seat, extra.seat_class, extra.traveller) == ("05车08A号", "二等座", "林一禾")
    assert extra.ticket_no == "58213040071108K204816"


def test_a_route_that_arrives_as_one_run() -> None:
    extra = read(changed(without(RAIL, "青禾站"), "D7316", "D7316·青禾站")).extra
    assert (extra.departure, extra.trip_no, extra.destination) == ("云栖", "D7316", "青禾")
    rest = without(RAIL, "D7316", "云", "栖站", "青禾站")
    ends = run(120, 110, "云栖站"), run(330, 80, "D7316"), run(520, 110, "青禾站")
    extra = read((*rest, *ends)).extra
    assert (extra.departure, extra.trip_no, extra.destination) == ("云栖", "D7316", "青禾")
    line = (
        run(80, 170, "航线"),
        run(140, 170, "竹澳港"),
        run(240, 170, "至"),
        run(300, 170, "南麓港"),
    )
    ship = read((*without(SHIP, "竹澳", "南麓岛"), *line)).extra
    assert (ship.departure, ship.destination) == ("竹澳港", "南麓港")


def test_the_red_number_and_the_foot_of_a_rail_ticket() -> None:
    assert contested(read(changed(RAIL[:1], "K20", "K26") + RAIL[1:]), FieldName.NUMBER)
    mended = read(changed(RAIL[:1], "K20", "820") + RAIL[1:]).fields[FieldName.NUMBER]
    assert (mended.value, mended.corrected_by) == ("K204816", "second_print")
    # newer rolls print more before the letter than the foot repeats: alone it tells nothing
    assert read(RAIL[1:]).number is None
    assert read((run(80, 60, "Z12K204816"), *RAIL[1:])).number == "Z12K204816"
    figures_first = read((run(80, 60, "12K204816"), *RAIL[1:])).fields[FieldName.NUMBER]
    assert (figures_first.value, figures_first.confirmed_by) == ("12K204816", ())


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


def test_a_day_of_issue_broken_at_the_end_of_its_line() -> None:
    tokens = (
        run(500, 40, "航空运输电子客票行程单"),
        run(80, 40, "印刷序号：12345678901"),
        run(1000, 440, "填开日期DATE OF ISSUE"),
        run(1300, 440, "2024-06-"),
        run(1000, 470, "03"),
    )
    assert fields(read(tokens), "date") == ["2024-06-03"]
