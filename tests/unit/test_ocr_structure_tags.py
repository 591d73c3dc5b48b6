"""What an OFD says of itself, and several statements of one invoice made one."""

from decimal import Decimal

import pytest

from models.forms import Form
from models.invoice import FieldName
from models.original import StructuredPart
from models.page import Source
from ocr.structure import Statement, join_statements, read_part, statement_invoice
from tests.support.originals import (
    BOOKED,
    BUYER,
    NUMBER,
    RAIL,
    SELLER,
    data,
    digital,
    element,
    part,
    tags,
    xbrl,
)


def read(given: str | StructuredPart) -> Statement:
    (statement,) = read_part(given if isinstance(given, StructuredPart) else part(given))
    return statement


def values(statement: Statement) -> dict[str, str]:
    return {name.value: stated.value for name, stated in statement.values.items()}


def shown(statement: Statement) -> dict[str, str]:
    return {item.name: item.value for item in statement.extra.details}


FAMILY_A = (
    ("InvoiceNo", f"\n {NUMBER} \n"),
    ("IssueDate", "2026年03月15日"),
    ("Buyer.BuyerName", BUYER[0][:6]),
    ("Buyer.BuyerName", BUYER[0][6:]),
    ("Buyer.BuyerTaxID", BUYER[1]),
    ("Seller.SellerName", SELLER[0]),
    ("Seller.SellerTaxID", SELLER[1]),
    ("TaxExclusiveTotalAmount", "¥10000.00"),
    ("TaxTotalAmount", "¥"),
    ("TaxTotalAmount", "600.00"),
    ("TaxInclusiveTotalAmount", "¥ 10600.00"),
    ("InvoiceClerk", "林小满"),
    ("InvoiceClerk", "林小满"),
    ("GoodsInfos.GoodsInfo[1].Item", "*住宿服务*"),
    ("GoodsInfos.GoodsInfo[1].Item", "住宿费"),
    ("GoodsInfos.GoodsInfo[1].Amount", "10000.00"),
    ("GoodsInfos.GoodsInfo[1].TaxScheme", "6%"),
    ("GoodsInfos.GoodsInfo[1].TaxAmount", "600.00"),
    ("GoodsInfos.GoodsInfo[1].Price", "20 500.0"),
)
ROOT = "EInvoiceData"
FAMILY_B = (
    ("TaxSupervisionInfo.InvoiceNumber.ObjectData", NUMBER),
    ("TaxSupervisionInfo.IssueTime", "2026年03月15日"),
    ("Header.InherentLabel.GeneralOrSpecialVAT.LabelName", "增值税专用发票"),
    (f"{ROOT}.BuyerInformation.BuyerName", BUYER[0]),
    (f"{ROOT}.BuyerInformation.BuyerIdNum", BUYER[1]),
    (f"{ROOT}.SellerInformation.SellerName", SELLER[0]),
    (f"{ROOT}.SellerInformation.SellerIdNum", SELLER[1]),
    (f"{ROOT}.BasicInformation.TotalAmWithoutTax", "10000.00"),
    (f"{ROOT}.BasicInformation.TotalTaxAm", "600.00"),
    (f"{ROOT}.BasicInformation.TotalTax-includedAmount", "¥"),
    (f"{ROOT}.BasicInformation.TotalTax-includedAmountInChinese", "壹万零陆佰圆整"),
    (f"{ROOT}.IssuItemInformation.ItemName", "*住宿服务*住宿费"),
    (f"{ROOT}.IssuItemInformation.Amount", "10000.00"),
    (f"{ROOT}.IssuItemInformation.TaxRate", "6%"),
    (f"{ROOT}.IssuItemInformation.ComTaxAm", "600.00"),
)
TAGGED = {
    "number": NUMBER,
    "date": "2026-03-15",
    "amount": "10000.00",
    "tax": "600.00",
    "total": "10600.00",
    "buyer_name": BUYER[0],
    "buyer_tax_id": BUYER[1],
    "seller_name": SELLER[0],
    "seller_tax_id": SELLER[1],
}


@pytest.mark.parametrize(
    ("family", "form", "total_source"),
    [(FAMILY_A, None, Source.OFD), (FAMILY_B, Form.DZ_SPECIAL, Source.DERIVED)],
)
def test_both_families_of_tags(
    family: tuple[tuple[str, str], ...], form: Form | None, total_source: Source
) -> None:
    statement = read(tags(*family))
    assert values(statement) == TAGGED
    assert (statement.form, statement.is_whole) == (form, False)
    assert statement.values[FieldName.TOTAL].source is total_source
    (item,) = statement.items
    assert item.name == "*住宿服务*住宿费"
    assert (item.amount, item.tax_rate, item.unit_price) == (Decimal("10000.00"), "6%", None)
    assert statement.values[FieldName.NUMBER].page == 0


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (("¥", "9.00"), "9.00"),
        (("-¥", "9.00"), "-9.00"),
        (("¥9.00",), "9.00"),
        (("玖圆整", "¥", "9.00"), "9.00"),
        (("9.00", "1.00"), None),
    ],
)
def test_a_sign_and_its_figure_are_two_texts(texts: tuple[str, ...], value: str | None) -> None:
    pairs = [("TaxInclusiveTotalAmount", text) for text in texts]
    statement = read(tags(("InvoiceNo", NUMBER), *pairs))
    assert values(statement).get("total") == value


def test_a_number_in_two_pieces_is_one() -> None:
    statement = read(tags(("InvoiceNo", NUMBER[:9]), ("InvoiceNo", NUMBER[9:])))
    assert statement.number == NUMBER


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TaxInclusiveTotalAmount", "¥"),
        ("TaxInclusiveTotalAmount", "1 4197.16981132075"),
        ("TaxTotalAmount", "***"),
        ("InvoiceNo", "发票号码"),
        ("InvoiceNo", "26442000000087654321 1"),
        ("IssueDate", "年月日"),
        ("Buyer.BuyerName", "统一社会信用代码/纳税人识别号："),
    ],
)
def test_a_defective_tag_is_left_out(name: str, text: str) -> None:
    statement = read(tags(("Seller.SellerName", SELLER[0]), (name, text)))
    assert values(statement) == {"seller_name": SELLER[0]}
    assert statement.problems == ()


def test_tags_that_miss_a_line_give_no_lines() -> None:
    family = [(name, "9000.00" if name.endswith("].Amount") else text) for name, text in FAMILY_A]
    assert read(tags(*family)).items == ()


def test_the_capitals_must_bear_out_a_sum() -> None:
    family = [(name, text.replace("万零", "万壹仟零")) for name, text in FAMILY_B]
    assert FieldName.TOTAL not in read(tags(*family)).values


def test_custom_data_counts_the_sum_before_tax() -> None:
    statement = read(
        data(
            ("template-version", "1.0"),
            ("发票号码", NUMBER),
            ("合计金额", "10000.00"),
            ("合计税额", "600.00"),
            ("购买方纳税人识别号", BUYER[1]),
        )
    )
    assert values(statement) == {
        "number": NUMBER,
        "amount": "10000.00",
        "tax": "600.00",
        "buyer_tax_id": BUYER[1],
    }


@pytest.mark.parametrize("given", [tags(), data(), data(("native-producer", "x"))])
def test_nothing_stated(given: StructuredPart) -> None:
    assert read_part(given) == ()


def joined(*parts: StructuredPart) -> tuple[Statement, ...]:
    return join_statements(tuple(item for given in parts for item in read_part(given)))


def test_the_most_trusted_part_leads() -> None:
    (statement,) = joined(
        data(("发票号码", NUMBER), ("价税合计", "10600.00")),
        tags(*FAMILY_A),
        part(xbrl("einv", BOOKED)),
        part(digital()),
    )
    assert {stated.source for stated in statement.values.values()} == {Source.XML}
    assert statement.others == {}
    assert statement.problems == ()
    assert shown(statement)["ContractNumber"] == "R1"


def test_a_tag_lends_its_place_to_the_value_of_the_data() -> None:
    (statement,) = joined(part(digital()), tags(("InvoiceNo", NUMBER)))
    number = statement.values[FieldName.NUMBER]
    assert (number.source, number.page) == (Source.XML, 0)


def test_contradictions_are_kept() -> None:
    (statement,) = joined(
        part(digital()), tags(("InvoiceNo", NUMBER), ("TaxInclusiveTotalAmount", "¥9.00"))
    )
    total = statement_invoice(statement).fields[FieldName.TOTAL]
    assert (total.value, total.confidence) == ("10600.00", 0.5)
    assert [(other.value, other.source) for other in total.candidates] == [("9.00", Source.OFD)]


def test_a_name_cut_short_in_a_tag_contradicts_nothing() -> None:
    (statement,) = joined(part(digital()), tags(("Buyer.BuyerName", BUYER[0][:6])))
    assert statement.others == {}


def test_tags_of_another_number_contradict_the_only_invoice() -> None:
    (statement,) = joined(part(digital()), tags(("InvoiceNo", "26442000000000000009")))
    assert [stated.value for stated in statement.others[FieldName.NUMBER]] == [
        "26442000000000000009"
    ]


def test_whole_documents_of_two_numbers_are_two_invoices() -> None:
    found = joined(part(digital()), part(xbrl("rai", RAIL)), data(("发票号码", NUMBER)))
    assert sorted(statement.number or "" for statement in found) == [
        "26442000000087654321",
        "26449131234000123456",
    ]


def test_a_form_contradicted_is_said() -> None:
    normal = element("GeneralOrSpecialVAT", LabelCode="02")
    (statement,) = joined(part(digital(labels=normal)), tags(*FAMILY_B))
    assert statement.form is Form.DZ_NORMAL
    assert [problem.code for problem in statement.problems] == ["forms_differ"]
