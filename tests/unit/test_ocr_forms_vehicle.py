"""Invoices of new and used vehicles, from words in cells to decided fields."""

import pytest

from models.forms import Form
from models.invoice import Detail, FieldName, Invoice
from models.page import Token
from ocr.assemble import find_invoices
from ocr.words import find_words
from tests.support.layouts import code, page, run

BUYER, SELLER = "云栖测试科技有限公司", "青禾示例汽车销售有限公司"
BUYER_ID, SELLER_ID = "91110108MA01ABCD5T", "91440300MA5XYT123G"
PERSON, PERSON_ID = "林一禾", "11010519491231002X"
VIN = "L0HMYH1AXNA837396"

PAPER = (
    run(560, 60, "机动车销售统一发票"),
    run(1160, 100, "发票代码"),
    run(1300, 100, "144032026218"),
    run(1160, 150, "发票号码"),
    run(1300, 150, "01234567"),
    run(100, 160, "开票日期"),
    run(240, 160, "2022-08-17"),
    run(100, 220, "机打代码"),
    run(260, 220, "144032026218"),
    run(100, 270, "机打号码"),
    run(260, 270, "01234567"),
    run(100, 320, "机器编号"),
    run(260, 320, "661234567890"),
    run(700, 230, "税"),
    run(700, 280, "控"),
    run(100, 380, "购买方名称及"),
    run(100, 405, "身份证号码/"),
    run(100, 430, "组织机构代码"),
    run(260, 392, BUYER),
    run(260, 418, BUYER_ID),
    run(760, 405, "纳税人识别号"),
    run(100, 480, "车辆类型"),
    run(260, 480, "轿车"),
    run(500, 480, "厂牌型号"),
    run(640, 480, "禾骏牌HJ7134DEJP5"),
    run(1100, 480, "产"),
    run(1160, 480, "地"),
    run(1220, 480, "武汉市"),
    run(100, 530, "合格证号"),
    run(260, 530, "SZC966765953887"),
    run(100, 580, "发动机号码"),
    run(260, 580, "K4N2966541"),
    run(760, 580, "车辆识别代号/车架号码"),
    run(1060, 580, VIN),
    run(100, 630, "价税合计"),
    run(260, 630, "⊗"),
    run(300, 630, "壹拾壹万叁仟圆整"),
    run(1000, 630, "小写"),
    run(1100, 630, "¥113000.00"),
    run(100, 680, "销货单位名称"),
    run(260, 680, SELLER),
    run(1000, 680, "电话"),
    run(1100, 680, "0755-55530000"),
    run(100, 730, "纳税人识别号"),
    run(260, 730, SELLER_ID),
    run(1000, 730, "账号"),
    run(1100, 730, "6200000000000001"),
    run(100, 780, "增值税税率"),
    run(100, 805, "或征收率"),
    run(260, 792, "13%"),
    run(420, 780, "增值税"),
    run(430, 805, "税额"),
    run(540, 792, "¥13000.00"),
    run(760, 780, "主管税务"),
    run(760, 805, "机关及代码"),
    run(900, 780, "国家税务总局云栖市税务局"),
    run(900, 805, "14403051740"),
    run(100, 860, "不含税价"),
    run(260, 860, "¥100000.00"),
    run(500, 860, "完税凭证号码"),
    run(1000, 860, "限乘人数"),
    run(1120, 860, "5"),
    run(100, 910, "销货单位盖章"),
    run(560, 910, "开票人"),
    run(640, 910, "郑三"),
    run(1000, 910, "备注：一车一票"),
)
"""A paper 机动车发票; the buyer's id stands under its name."""

USED = (
    run(560, 60, "电子发票（二手车销售统一发票）"),
    run(1200, 60, "发票号码："),
    run(1320, 60, "26112000000012345678"),
    run(1200, 100, "开票日期："),
    run(1320, 100, "2026年09月01日"),
    run(60, 200, "买方单位/个人"),
    run(300, 200, PERSON),
    run(800, 200, "单位代码/身份证号码"),
    run(1080, 200, PERSON_ID),
    run(60, 250, "买方单位/个人住址"),
    run(300, 250, "云栖市测试路1号"),
    run(60, 300, "卖方单位/个人"),
    run(300, 300, SELLER),
    run(800, 300, "单位代码/身份证号码"),
    run(1080, 300, SELLER_ID),
    run(60, 350, "卖方单位/个人住址"),
    run(60, 400, "车牌照号"),
    run(300, 400, "粤B12345"),
    run(600, 400, "登记证号"),
    run(740, 400, "440012345678"),
    run(60, 450, "车架号/车辆识别代码"),
    run(300, 450, VIN),
    run(700, 450, "厂牌型号"),
    run(820, 450, "禾骏牌HJ7134DEJP5"),
    run(60, 500, "车价合计（大写）"),
    run(300, 500, "伍万圆整"),
    run(900, 500, "小写"),
    run(1000, 500, "¥50000.00"),
    run(60, 550, "二手车市场"),
    run(300, 550, "云栖二手车交易市场有限公司"),
    run(800, 550, "纳税人识别号"),
    run(1080, 550, BUYER_ID),
    run(60, 600, "备注"),
    run(60, 700, "开票人："),
    run(160, 700, "郑三"),
)
USED_QR = "01,34,,26112000000012345678,50000.00,20260901,,"


def read(tokens: tuple[Token, ...], payload: str = "") -> Invoice:
    found = find_invoices(page(), find_words(tokens), (code(payload),) if payload else ())
    assert len(found) == 1
    return found[0]


def without(tokens: tuple[Token, ...], *texts: str) -> tuple[Token, ...]:
    assert set(texts) <= {token.text for token in tokens}
    return tuple(token for token in tokens if token.text not in texts)


def instead(tokens: tuple[Token, ...], **texts: str) -> tuple[Token, ...]:
    """The tokens with some texts (of distinct tokens) replaced."""
    return tuple(
        run(token.box.x0, token.box.y0, texts.get(token.text, token.text)) for token in tokens
    )


PAPER_FIELDS = {
    "code": "144032026218",
    "number": "01234567",
    "date": "2022-08-17",
    "amount": "100000.00",
    "tax": "13000.00",
    "total": "113000.00",
    "buyer_name": BUYER,
    "buyer_tax_id": BUYER_ID,
    "seller_name": SELLER,
    "seller_tax_id": SELLER_ID,
}


def fields_of(invoice: Invoice) -> dict[str, str]:
    return {name.value: evidence.value for name, evidence in invoice.fields.items()}


def test_every_field_of_a_paper_form() -> None:
    invoice = read(PAPER)
    assert invoice.form is Form.VEHICLE
    assert fields_of(invoice) == PAPER_FIELDS


def test_what_bears_the_fields_out() -> None:
    fields = read(PAPER).fields
    assert fields[FieldName.CODE].confirmed_by == ("second_print",)
    assert fields[FieldName.NUMBER].confirmed_by == ("second_print",)
    assert fields[FieldName.TOTAL].confirmed_by == ("arithmetic", "capital_amount")
    assert fields[FieldName.TAX].confirmed_by == ("arithmetic", "rate")
    assert fields[FieldName.SELLER_TAX_ID].confirmed_by == ("check_character",)
    assert fields[FieldName.DATE].confirmed_by == ()


def test_what_a_paper_form_prints_besides() -> None:
    extra = read(PAPER).extra
    assert (extra.vin, extra.engine_no, extra.vehicle_model) == (
        VIN,
        "K4N2966541",
        "禾骏牌HJ7134DEJP5",
    )
    assert (extra.second_code, extra.second_number) == ("144032026218", "01234567")
    assert (extra.machine_no, extra.drawer, extra.remark) == ("661234567890", "郑三", None)
    assert {
        Detail(name="产地", value="武汉市"),
        Detail(name="限乘人数", value="5"),
        Detail(name="增值税税率或征收率", value="13%"),
        Detail(name="主管税务机关代码", value="14403051740"),
    } <= set(extra.details)


@pytest.mark.parametrize("down", [-14.0, 14.0])
def test_print_off_the_lines_of_the_form(down: float) -> None:
    values = {*PAPER_FIELDS.values(), "¥113000.00", "¥13000.00", "¥100000.00", VIN}
    moved = tuple(
        run(t.box.x0, t.box.y0 + (down if t.text in values else 0), t.text) for t in PAPER
    )
    assert fields_of(read(moved)) == PAPER_FIELDS


def test_a_leaning_photograph() -> None:
    leaning = tuple(run(t.box.x0, t.box.y0 + 0.02 * t.box.x0, t.text) for t in PAPER)
    assert fields_of(read(leaning)) == PAPER_FIELDS


def test_misread_labels() -> None:
    texts = {"销货单位名称": "销貨单位名称", "购买方名称及": "购买万名称及", "不含税价": "不含稅价"}
    assert fields_of(read(instead(PAPER, **texts))) == PAPER_FIELDS


@pytest.mark.parametrize(
    ("lost", "field", "value"),
    [("¥100000.00", "amount", "100000.00"), ("¥13000.00", "tax", "13000.00")],
)
def test_a_sum_under_a_seal_follows_from_the_others(lost: str, field: str, value: str) -> None:
    evidence = read(without(PAPER, lost)).fields[FieldName(field)]
    assert (evidence.value, evidence.corrected_by) == (value, "arithmetic")


def test_a_derived_sum_the_rate_contradicts_is_none() -> None:
    tokens = without(instead(PAPER, **{"¥13000.00": "¥18000.00"}), "¥100000.00")
    assert FieldName.AMOUNT not in read(tokens).fields


def test_a_figure_cut_short_is_none_and_nothing_follows_from_it() -> None:
    tokens = without(instead(PAPER, **{"¥100000.00": "¥100"}), "¥13000.00")
    assert not {FieldName.AMOUNT, FieldName.TAX} & read(tokens).fields.keys()


def test_two_prints_of_the_number_that_differ() -> None:
    tokens = (*without(PAPER, "机打号码"), run(100, 270, "机打号码:01234568"))
    tokens = tuple(t for t in tokens if (t.box.x0, t.box.y0) != (260, 270))
    assert read(tokens).fields[FieldName.NUMBER].confidence <= 0.5


def test_the_label_of_the_tax_lost() -> None:
    assert fields_of(read(without(PAPER, "增值税", "税额"))) == PAPER_FIELDS


def test_a_figure_cut_off_is_none() -> None:
    tokens = instead(PAPER, **{"¥113000.00": "¥113000."})
    evidence = read(tokens).fields[FieldName.TOTAL]
    assert (evidence.value, evidence.corrected_by) == ("113000.00", "capital_amount")


def test_a_red_letter_whose_minus_was_lost() -> None:
    tokens = instead(
        PAPER,
        **{
            "壹拾壹万叁仟圆整": "（负数）壹拾壹万叁仟圆整",
            "¥113000.00": "¥-113000.00",
            "¥100000.00": "¥-100000.00",
        },
    )
    tokens = (*tokens, run(1000, 940, "对应正数发票代码:144032026217号码:07654321"))
    invoice = read(tokens)
    fields = fields_of(invoice)
    assert (fields["amount"], fields["tax"]) == ("-100000.00", "-13000.00")
    assert invoice.extra.red_of == "144032026217-07654321"
    assert fields["number"] == "01234567"


def test_the_number_of_digital_paper() -> None:
    tokens = without(PAPER, "机打代码", "机打号码", "机器编号", "661234567890", "税")
    tokens = tuple(t for t in tokens if (t.box.x0, t.box.y0) not in {(260, 220), (260, 270)})
    tokens = (
        *tokens,
        run(100, 250, "数电发票"),
        run(100, 275, "号码"),
        run(260, 262, "26442000000012345678"),
    )
    invoice = read(tokens)
    assert invoice.form is Form.DZP_VEHICLE
    assert (invoice.code, invoice.number) == ("144032026218", "26442000000012345678")
    assert invoice.extra.second_number == "01234567"


def test_a_used_car_names_both_parties() -> None:
    invoice = read(USED, USED_QR)
    assert invoice.form is Form.DZ_USED_CAR
    assert fields_of(invoice) == {
        "number": "26112000000012345678",
        "date": "2026-09-01",
        "total": "50000.00",
        "buyer_name": PERSON,
        "buyer_tax_id": PERSON_ID,
        "seller_name": SELLER,
        "seller_tax_id": SELLER_ID,
    }
    assert (invoice.extra.plate, invoice.extra.vin) == ("粤B12345", VIN)
    assert Detail(name="二手车市场纳税人识别号", value=BUYER_ID) in invoice.extra.details
    assert invoice.fields[FieldName.TOTAL].confirmed_by == ("capital_amount", "qr")


@pytest.mark.parametrize(
    ("lost", "missing"),
    [("买方单位/个人", {"buyer_name"}), ("卖方单位/个人", {"seller_name"})],
)
def test_a_party_whose_label_was_lost_is_not_taken_for_the_other(
    lost: str, missing: set[str]
) -> None:
    fields = fields_of(read(without(USED, lost)))
    assert not missing & fields.keys()
    names = {"buyer_name": PERSON, "seller_name": SELLER}
    ids = {"buyer_tax_id": PERSON_ID, "seller_tax_id": SELLER_ID}
    for name, value in (names | ids).items():
        assert fields.get(name) in (value, None)


def test_a_party_that_could_be_either_is_neither() -> None:
    fields = fields_of(read(instead(USED, **{"卖方单位/个人": "实方单位/个人"})))
    assert "seller_name" not in fields
    assert fields["buyer_name"] == PERSON
