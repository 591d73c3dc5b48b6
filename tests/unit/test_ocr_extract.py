"""Words of the two layouts become invoices; shifted, slanted, glued and damaged ones too."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.forms import Form, InvoiceType
from models.geometry import Box
from models.invoice import FieldName, Invoice
from models.page import Code, Source, Token
from ocr.assemble import find_invoices
from ocr.extract.parties import repair_tax_id
from ocr.words import find_words
from tests.support.layouts import DIGITAL, DIGITAL_QR, PAPER, PAPER_QR, code, page, run

Tokens = tuple[Token, ...]
RUBBISH = (
    "0123456789.,¥￥年月日()（）:：*-+<>% \x00\ud800⼦"
    "名称合计金额税率单价数量发票号码代开大写小佰仟万圆整"
)


def read(tokens: Tokens, *codes: Code) -> list[Invoice]:
    return find_invoices(page(), find_words(tokens), codes)


def changed(tokens: Tokens, old: str, new: str) -> Tokens:
    """The tokens with one text replaced; there must be such a text."""
    assert any(old in token.text for token in tokens)
    return tuple(replace(token, text=token.text.replace(old, new)) for token in tokens)


def without(tokens: Tokens, text: str) -> Tokens:
    kept = tuple(token for token in tokens if text not in token.text)
    assert len(kept) < len(tokens)
    return kept


DIGITAL_VALUES = {
    "type": "digital_special",
    "form": "dz_special",
    "code": None,
    "number": "26442000000087654321",
    "date": "2026-03-15",
    "amount": "10000.00",
    "tax": "600.00",
    "total": "10600.00",
    "check_code": None,
    "buyer_name": "云栖测试科技有限公司",
    "buyer_tax_id": "91110108MA01ABCD5T",
    "seller_name": "青禾示例酒店管理有限公司",
    "seller_tax_id": "91440300MA5XYT123G",
}
PAPER_VALUES = {
    "type": "vat_special",
    "form": "vat_special",
    "code": "4400194130",
    "number": "01234567",
    "date": "2020-01-05",
    "amount": "1000.00",
    "tax": "130.00",
    "total": "1130.00",
    "check_code": None,
    "buyer_name": "云栖测试科技有限公司",
    "buyer_tax_id": "91110108MA01ABCD5T",
    "seller_name": "青禾示例文具店",
    "seller_tax_id": "91440300MA5XYT123G",
}
LAYOUTS = [
    pytest.param(DIGITAL, DIGITAL_QR, DIGITAL_VALUES, id="digital"),
    pytest.param(PAPER, PAPER_QR, PAPER_VALUES, id="paper"),
]


def values(invoice: Invoice) -> dict[str, object]:
    return {name: invoice.model_dump(mode="json")[name] for name in DIGITAL_VALUES}


@pytest.mark.parametrize(("tokens", "payload", "expected"), LAYOUTS)
@pytest.mark.parametrize("seed", range(4))
def test_every_field_whatever_the_order_of_runs(
    tokens: Tokens, payload: str, expected: dict[str, object], seed: int
) -> None:
    shuffled = list(tokens)
    random.Random(seed).shuffle(shuffled)
    (invoice,) = read(tuple(shuffled), code(payload))
    assert values(invoice) == expected


@pytest.mark.parametrize(("tokens", "payload", "expected"), LAYOUTS)
def test_every_field_without_the_code(
    tokens: Tokens, payload: str, expected: dict[str, object]
) -> None:
    (invoice,) = read(tokens)
    assert values(invoice) == expected


def test_key_fields_are_confirmed_by_independent_sources() -> None:
    (invoice,) = read(DIGITAL, code(DIGITAL_QR))
    confirmed = {name: set(item.confirmed_by) for name, item in invoice.fields.items()}
    assert confirmed[FieldName.NUMBER] == {"qr"}
    assert confirmed[FieldName.DATE] == {"qr"}
    assert confirmed[FieldName.TOTAL] == {"arithmetic", "capital_amount", "qr"}
    assert confirmed[FieldName.TAX] == {"arithmetic", "lines"}
    assert confirmed[FieldName.BUYER_TAX_ID] == {"check_character"}


def test_lines_with_wrapped_names() -> None:
    (invoice,) = read(DIGITAL)
    (item,) = invoice.items
    assert item.name == "*住宿服务*住宿费(含早餐)"
    assert (item.unit, item.quantity, item.unit_price) == ("天", "20", "500")
    assert (item.amount, item.tax_rate, item.tax) == (Decimal("10000.00"), "6%", Decimal("600.00"))


def test_what_stands_around_the_table() -> None:
    (digital,) = read(DIGITAL, code(DIGITAL_QR))
    assert digital.extra.drawer == "林一禾"
    assert digital.extra.remark == "购方开户银行:示例银行云栖支行;"
    assert digital.extra.total_in_words == "壹万零陆佰圆整"
    assert digital.extra.qr == DIGITAL_QR
    (paper,) = read(PAPER)
    assert (paper.extra.payee, paper.extra.reviewer, paper.extra.drawer) == ("周一", "吴二", "郑三")
    assert paper.extra.second_number == "01234567"


def test_boxes_are_where_the_values_stand() -> None:
    (invoice,) = read(DIGITAL)
    box = invoice.fields[FieldName.TOTAL].box
    assert box is not None
    assert Box(*box) == Box(1260, 780, 1350, 800)


def test_a_misread_number_is_corrected_by_the_code() -> None:
    (invoice,) = read(
        changed(DIGITAL, "26442000000087654321", "26442000000081654321"), code(DIGITAL_QR)
    )
    evidence = invoice.fields[FieldName.NUMBER]
    assert evidence.value == "26442000000087654321"
    assert (evidence.source, evidence.corrected_by) == (Source.QR, "qr")
    assert [candidate.value for candidate in evidence.candidates] == ["26442000000081654321"]


def test_the_code_of_another_invoice_does_not_win() -> None:
    (invoice,) = read(
        changed(DIGITAL, "26442000000087654321", "26112000000012345678"), code(DIGITAL_QR)
    )
    evidence = invoice.fields[FieldName.NUMBER]
    assert evidence.value == "26112000000012345678"
    assert evidence.confidence <= 0.5
    assert {(candidate.value, candidate.source) for candidate in evidence.candidates} == {
        ("26442000000087654321", Source.QR),
        ("26112000000012345678", Source.OCR),
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("¥10600.00", "¥1060000"),
        ("¥10600.00", "¥10800.00"),
        ("¥600.00", "¥800.00"),
        ("¥10000.00", "Y10000.00"),
        ("¥10000.00", "¥1OOOO.00"),
        ("ⓧ壹万零陆佰圆整", "⊗壶万零陆佰园正"),
    ],
)
def test_amounts_survive_one_misreading(old: str, new: str) -> None:
    (invoice,) = read(changed(DIGITAL, old, new), code(DIGITAL_QR))
    got = (invoice.amount, invoice.tax, invoice.total)
    if new == "¥800.00":
        # nothing but the equation speaks for the tax: it must not pass as certain
        assert invoice.fields[FieldName.TAX].confidence < 0.8 or got[1] == Decimal("600.00")
    else:
        assert got == (Decimal("10000.00"), Decimal("600.00"), Decimal("10600.00"))


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("¥10600.00", FieldName.TOTAL, "10600.00"),
        ("¥600.00", FieldName.TAX, "600.00"),
        ("¥10000.00", FieldName.AMOUNT, "10000.00"),
        ("26442000000087654321", FieldName.NUMBER, "26442000000087654321"),
        ("2026年03月15日", FieldName.DATE, "2026-03-15"),
    ],
)
def test_what_was_not_read_is_supplied_by_the_others(
    text: str, field: FieldName, value: str
) -> None:
    (invoice,) = read(without(DIGITAL, text), code(DIGITAL_QR))
    assert invoice.fields[field].value == value
    assert invoice.fields[field].source in (Source.QR, Source.DERIVED, Source.OCR)


def test_amounts_that_do_not_add_up_are_not_certain() -> None:
    tokens = changed(without(DIGITAL, "ⓧ壹万零陆佰圆整"), "¥10600.00", "¥10660.00")
    (invoice,) = read(tokens)
    assert invoice.fields[FieldName.TOTAL].confidence <= 0.5


def test_exempt_invoices_have_no_tax() -> None:
    tokens = changed(changed(DIGITAL, "¥600.00", "***"), "¥10600.00", "¥10000.00")
    tokens = changed(changed(tokens, "6%", "免税"), "ⓧ壹万零陆佰圆整", "ⓧ壹万圆整")
    (invoice,) = read(tokens)
    assert (invoice.amount, invoice.tax, invoice.total) == (
        Decimal("10000.00"),
        None,
        Decimal("10000.00"),
    )
    assert "arithmetic" in invoice.fields[FieldName.TOTAL].confirmed_by


def test_a_misread_tax_id_is_repaired_by_its_check_character() -> None:
    (invoice,) = read(changed(DIGITAL, "91110108MA01ABCD5T", "91110108MAO1ABCD5T"))
    evidence = invoice.fields[FieldName.BUYER_TAX_ID]
    assert evidence.value == "91110108MA01ABCD5T"
    assert evidence.corrected_by == "check_character"
    assert evidence.raw == "91110108MAO1ABCD5T"


def test_a_number_run_together_with_the_code_beside_it() -> None:
    tokens = changed(PAPER, "No 01234567", "No 012345674400194130")
    (invoice,) = read(tokens)
    assert invoice.number == "01234567"


def test_a_name_on_two_lines() -> None:
    tokens = (
        *changed(DIGITAL, "云栖测试科技有限公司", "云栖测试科技有限公司北京市海淀区第二分公"),
        run(180, 300, "司"),
    )
    (invoice,) = read(tokens)
    assert invoice.buyer_name == "云栖测试科技有限公司北京市海淀区第二分公司"


def test_a_title_under_a_seal_is_supplied_by_code_and_structure() -> None:
    (by_code,) = read(without(DIGITAL, "电子发票"), code(DIGITAL_QR))
    assert by_code.type is InvoiceType.DIGITAL_SPECIAL
    (by_structure,) = read(without(PAPER, "增值税专用发票"))
    assert by_structure.form is Form.VAT_SPECIAL


def test_two_invoices_on_one_page_are_told_apart() -> None:
    lower = tuple(
        replace(
            token, box=Box(token.box.x0, token.box.y0 + 1200, token.box.x1, token.box.y1 + 1200)
        )
        for token in changed(DIGITAL, "26442000000087654321", "26112000000012345678")
    )
    other = code("01,32,,26112000000012345678,1272.00,20260901,,32D1", y=1240)
    first, second = read((*DIGITAL, *lower), code(DIGITAL_QR), other)
    assert (first.number, second.number) == ("26442000000087654321", "26112000000012345678")


@pytest.mark.parametrize(
    ("heading", "read_as"),
    [("金 额", "全锁"), ("数 量", "政量"), ("税 额", "税糙"), ("单 价", "单")],
)
def test_a_heading_misread_is_known_by_its_place(heading: str, read_as: str) -> None:
    (invoice,) = read(changed(DIGITAL, heading, read_as), code(DIGITAL_QR))
    (line,) = invoice.items
    assert (line.quantity, line.unit_price, line.amount, line.tax) == (
        "20",
        "500",
        Decimal("10000.00"),
        Decimal("600.00"),
    )


def test_a_table_is_known_by_two_headings_and_what_is_left_of_a_third() -> None:
    tokens = changed(changed(PAPER, "规格型号", "规格型平"), "称：云栖", "你:云栖")
    for heading, read_as in (("货物或应税劳务", "贷肠"), ("税率", "批车"), ("税 额", "玩猫")):
        tokens = changed(tokens, heading, read_as)
    tokens = without(without(without(tokens, "小写"), "金 额"), "数 量")
    (invoice,) = read(tokens, code(PAPER_QR))
    assert (invoice.buyer_name, invoice.seller_name) == ("云栖测试科技有限公司", "青禾示例文具店")


def test_the_code_names_the_form_where_the_title_is_misread() -> None:
    misread = changed(DIGITAL, "电子发票（增值税专用发票）", "通行费电子发恶（发票）")
    (invoice,) = read(misread, code(DIGITAL_QR))
    assert invoice.form is Form.DZ_SPECIAL


@pytest.mark.parametrize("behind", ["物流单号:SN09776355895;件数:7", "差额征税:350461.11。"])
def test_a_remark_beside_a_name_is_no_part_of_it(behind: str) -> None:
    name = "青禾示例酒店管理有限公司"
    tokens = (*DIGITAL, run(980 + 20 * len(name) + 20, 270, behind))
    (invoice,) = read(tokens, code(DIGITAL_QR))
    assert invoice.seller_name == name


@pytest.mark.parametrize(("gone", "missing"), [((), ()), (("金 额", "（小写）"), ("金额", "小写"))])
def test_labels_that_are_nowhere_are_told(gone: tuple[str, ...], missing: tuple[str, ...]) -> None:
    tokens = DIGITAL
    for text in gone:
        tokens = without(tokens, text)
    (invoice,) = read(tokens, code(DIGITAL_QR))
    assert invoice.sight is not None
    assert invoice.sight.missing_labels == missing


def test_a_list_of_goods_is_no_invoice() -> None:
    tokens = (
        run(500, 40, "销售货物或者提供应税劳务清单"),
        run(100, 90, "所属增值税专用发票代码：4400194130 号码：01234567"),
        run(100, 200, "*文具*签字笔"),
    )
    assert read(tokens) == []


@given(
    st.lists(
        st.builds(
            run,
            st.floats(0, 2000),
            st.floats(0, 2000),
            st.text(
                alphabet=RUBBISH,
                max_size=30,
            ),
        ),
        max_size=40,
    )
)
def test_rubbish_never_raises(tokens: list[Token]) -> None:
    for invoice in read(tuple(tokens), code(DIGITAL_QR)):
        assert invoice.model_dump_json()


def test_the_figures_win_over_capitals_that_say_the_same() -> None:
    faint = tuple(
        replace(token, confidence=0.7) if token.text == "¥10600.00" else token for token in DIGITAL
    )
    (invoice,) = read(faint, code(DIGITAL_QR))
    total = invoice.fields[FieldName.TOTAL]
    assert (total.raw, total.corrected_by) == ("¥10600.00", None)


@pytest.mark.parametrize(
    ("read_as", "meant"),
    [
        ("91110108MAO1ABCD5T", "91110108MA01ABCD5T"),
        ("9111O1O8MA01ABCD5T", "91110108MA01ABCD5T"),
        ("91110108MA01A8CD5T", "91110108MA01ABCD5T"),
        ("91440300MA5XVT123G", "91440300MA5XYT123G"),
        ("91110108MA01ABCD5T", None),
        ("91110108MA01AXCD5T", None),
        ("9IIIOIO8MAOIABCDST", None),
        ("123", None),
    ],
)
def test_tax_ids_are_repaired_only_where_one_way_is_left(read_as: str, meant: str | None) -> None:
    assert repair_tax_id(read_as) == meant


def test_a_page_crowded_beyond_reason_holds_no_invoice() -> None:
    crowd = tuple(run(index % 2000, index // 7, "金额") for index in range(4000))
    assert read((*DIGITAL, *crowd)) == []


@pytest.mark.parametrize("title", ["广东增值电杀普通发票", "广东增值税电子普通发票"])
def test_a_title_of_which_a_character_is_wrong(title: str) -> None:
    (invoice,) = read(changed(PAPER, "广东增值税专用发票", title))
    assert invoice.form is Form.VAT_E_NORMAL
