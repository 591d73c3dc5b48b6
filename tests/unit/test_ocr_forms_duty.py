"""Customs payments and tax certificates, read from positioned words."""

from decimal import Decimal

import pytest

from models.forms import Form
from models.invoice import FieldName
from ocr.assemble import find_invoices
from ocr.words import find_words
from tests.support.forms import Tokens, changed, details, read, values, without
from tests.support.layouts import page, run

CUSTOMS = (
    run(100, 60, "新港海关"),
    run(560, 60, "海关 进口增值税 专用缴款书"),
    run(80, 180, "收入系统：税务系统"),
    run(620, 180, "填发日期：2026年03月05日"),
    run(1080, 180, "号码 No.020220261911635641-L01"),
    run(120, 250, "收入机关"),
    run(260, 250, "中央金库"),
    run(880, 250, "名"),
    run(960, 250, "称"),
    run(1020, 250, "云栖测试科技有限公司"),
    run(120, 310, "科　目"),
    run(260, 310, "进口增值税"),
    run(550, 310, "预算级次"),
    run(670, 310, "中央"),
    run(880, 310, "账　号"),
    run(1020, 310, "6200000000000000000"),
    run(120, 430, "税　号"),
    run(420, 430, "货物名称"),
    run(730, 430, "数　量"),
    run(870, 430, "单位"),
    run(990, 430, "完税价格（￥）"),
    run(1200, 430, "税率（%）"),
    run(1370, 430, "税款金额（￥）"),
    run(80, 490, "9018.1299.00"),
    run(270, 490, "彩色超声诊断仪"),
    run(810, 490, "2"),
    run(880, 490, "台"),
    run(1090, 490, "10000.00"),
    run(1240, 490, "13%"),
    run(1470, 490, "1300.00"),
    run(90, 690, "金额人民币（大写）"),
    run(320, 690, "壹仟叁佰圆整"),
    run(1080, 690, "合计（￥）"),
    run(1240, 690, "￥1300.00"),
    run(90, 750, "申请单位编号"),
    run(250, 750, "1571491921"),
    run(590, 750, "报关单编号"),
    run(770, 750, "020220261911635641"),
    run(90, 870, "缴款期限"),
    run(250, 870, "2026年03月19日"),
)


def test_a_customs_payment_names_its_declaration_twice() -> None:
    paid = read(CUSTOMS)
    assert paid.form is Form.CUSTOMS_VAT
    assert values(paid, "number", "date", "total", "buyer_name", "seller_name", "tax") == [
        "020220261911635641-L01",
        "2026-03-05",
        "1300.00",
        "云栖测试科技有限公司",
        "中央金库",
        None,
    ]
    assert paid.fields[FieldName.NUMBER].confirmed_by == ("second_print",)
    assert paid.fields[FieldName.DATE].confirmed_by == ("second_print",)
    (item,) = paid.items
    assert values_of(item.model_dump(mode="json", exclude_none=True)) == {
        "name": "彩色超声诊断仪",
        "unit": "台",
        "quantity": "2",
        "amount": "10000.00",
        "tax_rate": "13%",
        "tax": "1300.00",
    }
    assert details(paid)["科目", 0] == "进口增值税"
    assert details(paid)["税号", 0] == "9018.1299.00"


def values_of(dumped: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in dumped.items()}


@pytest.mark.parametrize(
    ("old", "new", "confirmed"),
    [
        ("-L01", "-1.01", ("second_print",)),
        ("020220261911635641-L01", "020220261911635649-L01", ()),
    ],
)
def test_a_customs_number_as_the_engine_sees_it(
    old: str, new: str, confirmed: tuple[str, ...]
) -> None:
    paid = read(changed(CUSTOMS, old, new))
    assert (paid.number or "").endswith("-L01")
    assert paid.fields[FieldName.NUMBER].confirmed_by == confirmed


CERTIFICATE = (
    run(700, 40, "中华人民共和国"),
    run(640, 100, "税收完税证明"),
    run(1100, 160, "No.332010126031234567"),
    run(100, 220, "填发日期：2026"),
    run(260, 220, "年 3 月 9 日"),
    run(760, 220, "税务机关：国家税务总局云栖市税务局第一税务所"),
    run(100, 280, "纳税人识别号"),
    run(320, 280, "91110108MA01ABCD5T"),
    run(820, 280, "纳税人名称"),
    run(1000, 280, "云栖测试科技有限公司"),
    run(170, 340, "原凭证号"),
    run(440, 340, "税　种"),
    run(650, 340, "品 目 名 称"),
    run(960, 340, "税款所属时期"),
    run(1210, 340, "入（退）库日期实缴（退）金额"),
    run(100, 390, "332010126030000001"),
    run(440, 390, "增值税"),
    run(640, 390, "商业（13%）"),
    run(900, 390, "2026-02-01至2026-02-28"),
    run(1230, 390, "2026-03-08"),
    run(1460, 390, "2900.50"),
    run(100, 680, "金额合计"),
    run(230, 680, "（大写）"),
    run(340, 680, "贰仟玖佰圆伍角整"),
    run(1240, 680, "￥2900.50"),
    run(630, 740, "填 票 人"),
    run(630, 800, "电子税务局"),
    run(880, 780, "备注：一般申报 正税"),
)


def test_a_tax_certificate_lists_what_was_paid() -> None:
    paid = read(CERTIFICATE)
    assert paid.form is Form.TAX_CERT
    assert values(paid, "number", "date", "total", "buyer_name", "buyer_tax_id", "seller_name") == [
        "332010126031234567",
        "2026-03-09",
        "2900.50",
        "云栖测试科技有限公司",
        "91110108MA01ABCD5T",
        "国家税务总局云栖市税务局第一税务所",
    ]
    assert [(item.name, str(item.amount)) for item in paid.items] == [("增值税", "2900.50")]
    assert details(paid)["税款所属时期", 0] == "2026-02-01至2026-02-28"
    assert (paid.extra.drawer, paid.extra.remark) == ("电子税务局", "一般申报 正税")


def test_a_certificate_whose_capitals_were_not_read_has_its_figures() -> None:
    paid = read(without(without(CERTIFICATE, "贰仟"), "（大写）"))
    assert paid.total == Decimal("2900.50")
    assert paid.fields[FieldName.TOTAL].confirmed_by == ("lines",)


@pytest.mark.parametrize("tokens", [CUSTOMS, CERTIFICATE])
def test_any_word_may_be_missing(tokens: Tokens) -> None:
    """Whatever the engine misses, what is read of the rest is the same or nothing."""
    whole = read(tokens)
    for at in range(len(tokens)):
        for part in find_invoices(page(), find_words(tokens[:at] + tokens[at + 1 :]), ()):
            if part.form is whole.form:
                assert part.number in (whole.number, None)
                assert part.total in (whole.total, None)
                assert part.date in (whole.date, None)


def test_a_deadline_is_no_day_of_issue() -> None:
    assert read(without(CUSTOMS, "填发日期")).date is None


def test_a_certificate_of_which_only_the_figures_were_read() -> None:
    bare = without(without(without(CERTIFICATE, "贰仟"), "（大写）"), "金额合计")
    assert read(bare).total == Decimal("2900.50")
