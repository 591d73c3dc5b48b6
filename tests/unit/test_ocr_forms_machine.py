"""通用机打发票 as sheet and roll, and the blockchain invoice with its QR's address."""

import re
from decimal import Decimal

import pytest

from models.forms import Form
from models.invoice import FieldName, Invoice
from models.page import Token
from ocr.assemble import find_invoices
from ocr.words import find_words
from tests.support.layouts import code, page, run

BUYER, SELLER = "云栖测试科技有限公司", "青禾示例文具店"
BUYER_ID, SELLER_ID = "91110108MA01ABCD5T", "91440300MA5XYT123G"
CHECK = "22923666149481347290"

SHEET = (
    run(560, 40, "广东省通用机打发票"),
    run(1100, 80, "发票代码"),
    run(1240, 80, "144031745983"),
    run(1100, 120, "发票号码"),
    run(1240, 120, "46948276"),
    run(100, 180, "开票日期：2018-05-10"),
    run(600, 180, "行业分类：商业"),
    run(100, 230, "付款方名称"),
    run(260, 230, BUYER),
    run(760, 230, "纳税人识别号"),
    run(920, 230, BUYER_ID),
    run(300, 280, "项目"),
    run(640, 280, "单位"),
    run(760, 280, "数量"),
    run(900, 280, "单价"),
    run(1080, 280, "金额"),
    run(100, 320, "便利贴"),
    run(650, 320, "本"),
    run(780, 320, "6"),
    run(900, 320, "5.40"),
    run(1070, 320, "32.40"),
    run(100, 360, "中性签字笔"),
    run(650, 360, "支"),
    run(780, 360, "1"),
    run(900, 360, "5.40"),
    run(1080, 360, "5.40"),
    run(100, 500, "合计人民币（大写）"),
    run(320, 500, "叁拾柒圆捌角整"),
    run(900, 500, "（小写）"),
    run(1000, 500, "¥37.80"),
    run(100, 550, "收款方名称"),
    run(260, 550, SELLER),
    run(760, 550, "纳税人识别号"),
    run(920, 550, SELLER_ID),
    run(100, 600, "机打代码"),
    run(220, 600, "144031745983"),
    run(500, 600, "机打号码"),
    run(620, 600, "46948276"),
    run(900, 600, "校验码"),
    run(1000, 600, CHECK),
    run(100, 650, "开票人：郑三"),
    run(400, 650, "收款人：周一"),
)
ROLL = (
    run(130, 40, "广东省通用机打发票"),
    run(40, 100, "发票代码"),
    run(160, 100, "144031745983"),
    run(40, 140, "发票号码"),
    run(160, 140, "46948276"),
    run(30, 200, "机打号码：46948276"),
    run(30, 235, "机器编号：527484473891"),
    run(30, 270, "付款单位：云栖测试科技有"),
    run(130, 305, "限公司"),
    run(30, 340, "收款单位：青禾示例文具店"),
    run(30, 375, f"税号：{SELLER_ID}"),
    run(30, 410, "开票日期：2018-05-10"),
    run(30, 445, "收款员：周一"),
    run(30, 480, "项目"),
    run(180, 480, "数量"),
    run(340, 480, "单价"),
    run(500, 480, "金额"),
    run(30, 515, "便利贴"),
    run(210, 550, "6"),
    run(340, 550, "5.40"),
    run(490, 550, "32.40"),
    run(30, 585, "中性签字笔"),
    run(210, 620, "1"),
    run(340, 620, "5.40"),
    run(500, 620, "5.40"),
    run(30, 655, "合计（小写）：￥37.80"),
    run(30, 690, "合计（大写）：叁拾柒圆捌角整"),
    run(30, 725, "校验码："),
    run(110, 725, CHECK),
)


def read(tokens: tuple[Token, ...], payload: str = "") -> Invoice:
    found = find_invoices(page(), find_words(tokens), (code(payload),) if payload else ())
    assert len(found) == 1
    return found[0]


def without(tokens: tuple[Token, ...], text: str) -> tuple[Token, ...]:
    left = tuple(token for token in tokens if token.text != text)
    assert len(left) < len(tokens)
    return left


COMMON = {
    "code": "144031745983",
    "number": "46948276",
    "date": "2018-05-10",
    "total": "37.80",
    "check_code": CHECK,
    "buyer_name": BUYER,
    "seller_name": SELLER,
    "seller_tax_id": SELLER_ID,
}


@pytest.mark.parametrize(
    ("tokens", "fields"),
    [(SHEET, COMMON | {"buyer_tax_id": BUYER_ID}), (ROLL, COMMON)],
    ids=["sheet", "roll"],
)
def test_every_field(tokens: tuple[Token, ...], fields: dict[str, str]) -> None:
    invoice = read(tokens)
    assert invoice.form is Form.MACHINE
    assert {name.value: one.value for name, one in invoice.fields.items()} == fields
    assert "second_print" in invoice.fields[FieldName.NUMBER].confirmed_by
    assert "capital_amount" in invoice.fields[FieldName.TOTAL].confirmed_by


@pytest.mark.parametrize("tokens", [SHEET, ROLL], ids=["sheet", "roll"])
def test_lines(tokens: tuple[Token, ...]) -> None:
    assert [
        (item.name, item.quantity, item.unit_price, item.amount) for item in read(tokens).items
    ] == [
        ("便利贴", "6", "5.40", Decimal("32.40")),
        ("中性签字笔", "1", "5.40", Decimal("5.40")),
    ]


def test_what_is_printed_besides() -> None:
    sheet, roll = read(SHEET).extra, read(ROLL).extra
    assert (sheet.second_code, sheet.second_number) == ("144031745983", "46948276")
    assert (sheet.payee, sheet.drawer) == ("周一", "郑三")
    assert sheet.details[0].value == "商业"
    assert (roll.machine_no, roll.payee) == ("527484473891", "周一")


def test_a_check_code_whose_label_was_lost() -> None:
    evidence = read(without(SHEET, "校验码")).fields[FieldName.CHECK_CODE]
    assert evidence.value == CHECK
    assert evidence.confidence < 0.9


HASH = "01" + "7f" * 30 + "c0ffee"[:4]
CHAIN = (
    run(560, 60, "深圳电子普通发票"),
    run(600, 130, "区块链电子发票"),
    run(1200, 40, "发票代码："),
    run(1320, 40, "144032009210"),
    run(1200, 80, "发票号码："),
    run(1320, 80, "35595401"),
    run(1200, 120, "开票日期："),
    run(1320, 120, "2020年06月22日"),
    run(1200, 160, "校 验 码："),
    run(1320, 160, HASH[-5:]),
    run(100, 240, "名称："),
    run(180, 240, BUYER),
    run(100, 280, "纳税人识别号："),
    run(280, 280, BUYER_ID),
    run(120, 420, "项目名称"),
    run(360, 420, "规格型号"),
    run(560, 420, "单位"),
    run(760, 420, "数量"),
    run(960, 420, "单价"),
    run(1160, 420, "金额"),
    run(1300, 420, "税率"),
    run(1550, 420, "税额"),
    run(100, 460, "*住宿服务*住宿费"),
    run(1150, 460, "1000.00"),
    run(1300, 460, "6%"),
    run(1550, 460, "60.00"),
    run(180, 620, "合"),
    run(320, 620, "计"),
    run(1140, 620, "¥1000.00"),
    run(1540, 620, "¥60.00"),
    run(140, 680, "价税合计（大写）"),
    run(500, 680, "壹仟零陆拾圆整"),
    run(1160, 680, "（小写）"),
    run(1260, 680, "¥1060.00"),
    run(100, 760, "名称："),
    run(180, 760, SELLER),
    run(100, 800, "纳税人识别号："),
    run(280, 800, SELLER_ID),
)


def address(number: str = "35595401", fen: int = 106000) -> str:
    return (
        "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan"
        f"?hash={HASH}&bill_num={number}&total_amount={fen}"
    )


def test_a_blockchain_invoice_and_its_address() -> None:
    invoice = read(CHAIN, address())
    assert invoice.form is Form.BLOCKCHAIN
    assert invoice.check_code == HASH[-5:]
    for name in (FieldName.NUMBER, FieldName.TOTAL, FieldName.CHECK_CODE):
        assert "qr" in invoice.fields[name].confirmed_by
    assert len(invoice.items) == 1


def test_the_address_corrects_a_misread_check_code() -> None:
    tokens = (*without(CHAIN, HASH[-5:]), run(1320, 160, "cOff"))
    evidence = read(tokens, address()).fields[FieldName.CHECK_CODE]
    assert evidence.value == HASH[-5:]


def test_an_address_that_says_otherwise() -> None:
    fields = read(CHAIN, address("12345678", 999900)).fields
    assert fields[FieldName.NUMBER].confidence <= 0.5
    assert fields[FieldName.TOTAL].confidence <= 0.5
    assert fields[FieldName.TOTAL].value == "1060.00"


def test_a_name_below_its_label_and_ids_that_say_whose_they_are() -> None:
    roll = [token for token in ROLL if not re.search("付款|限公司|税号", token.text)]
    named = (run(30, 270, "付款单位（个人）"), run(30, 305, BUYER))
    invoice = read((*roll, *named, run(30, 770, f"收款方识别号：{SELLER_ID}")))
    assert (invoice.buyer_name, invoice.seller_tax_id) == (BUYER, SELLER_ID)


@pytest.mark.parametrize("label", ["销方税号", "税号"])
def test_an_id_is_not_claimed_by_a_label_that_lost_its_beginning(label: str) -> None:
    roll = (*without(ROLL, f"税号：{SELLER_ID}"), run(30, 375, f"{label}：{SELLER_ID}"))
    assert read(roll).seller_tax_id == SELLER_ID


def test_a_seller_named_at_the_foot_only() -> None:
    sheet = without(without(without(SHEET, SELLER), "收款方名称"), SELLER_ID)
    assert read((*sheet, run(700, 700, f"开票单位（盖章）：{SELLER}"))).seller_name == SELLER
