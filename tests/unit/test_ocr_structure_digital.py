"""数电票 XML: all spellings, labels, special businesses, red letters, and what is wrong in it."""

from decimal import Decimal

import pytest

from models.errors import DocumentError
from models.forms import Form, InvoiceType
from models.invoice import FieldName
from models.page import Source
from ocr.structure import Statement, read_part, statement_invoice
from tests.support.originals import BUYER, LINE, NUMBER, SELLER, digital, element, label, part

PLAIN = {
    FieldName.NUMBER: NUMBER,
    FieldName.DATE: "2026-03-15",
    FieldName.AMOUNT: "10000.00",
    FieldName.TAX: "600.00",
    FieldName.TOTAL: "10600.00",
    FieldName.BUYER_NAME: BUYER[0],
    FieldName.BUYER_TAX_ID: BUYER[1],
    FieldName.SELLER_NAME: SELLER[0],
    FieldName.SELLER_TAX_ID: SELLER[1],
}


def read(text: str) -> Statement:
    (statement,) = read_part(part(text))
    return statement


def values(statement: Statement) -> dict[FieldName, str]:
    return {name: stated.value for name, stated in statement.values.items()}


def codes(statement: Statement) -> list[str]:
    return [problem.code for problem in statement.problems]


@pytest.mark.parametrize(
    "text",
    [
        digital(),
        digital().replace("TotalTax-includedAmount>", "TotaltaxIncludedAmount>"),
        digital().replace("<EInvoice>", '<EInvoice xmlns="urn:example">'),
        digital()
        .replace("<EInvoice>", '<e:EInvoice xmlns:e="urn:example">')
        .replace("</EInvoice>", "</e:EInvoice>"),
        "\ufeff" + digital(),
        digital(basic={"TotalTaxAm": "600.000000", "TotalAmWithoutTax": " 10000.000000 "}),
        digital(basic={"RequestTime": "2026年03月15日"}),
        digital(basic={"RequestTime": "20260315093000"}),
        digital(basic={"RequestTime": ""}),
        digital(supervision={"IssueTime": "2026-03-15T23:59:59+08:00"}),
    ],
)
def test_every_spelling_states_the_same(text: str) -> None:
    statement = read(text)
    assert values(statement) == PLAIN
    assert statement.form is Form.DZ_SPECIAL
    assert statement.source is Source.XML
    assert statement.is_whole
    assert statement.problems == ()


def test_lines_are_as_printed() -> None:
    (item,) = read(digital()).items
    assert (item.name, item.unit, item.quantity, item.unit_price) == (
        "*住宿服务*住宿费",
        "天",
        "20",
        "500",
    )
    assert (item.amount, item.tax_rate, item.tax) == (Decimal("10000.00"), "6%", Decimal("600.00"))


def test_a_discount_is_a_line_of_its_own() -> None:
    discount = element(
        "IssuItemInformation", ItemName="*住宿服务*住宿费", Amount="-0.96", ComTaxAm="-0.06"
    )
    statement = read(digital(lines=LINE + discount))
    assert [item.amount for item in statement.items] == [Decimal("10000.00"), Decimal("-0.96")]
    assert statement.items[1].quantity is None
    assert statement.is_red is None


@pytest.mark.parametrize(
    ("rate", "tax", "undefined", "printed"),
    [
        ("0.130000", "1", "", "13%"),
        ("13%", "1", "", "13%"),
        ("0.015", "1", "", "1.5%"),
        ("3", "1", "", "3%"),
        ("***", "1", "", "***"),
        ("免税", "", "", "免税"),
        ("0.000000", "0.00", label("特定征税方式标签", "不征税"), "不征税"),
        ("", "", label("特定征税方式标签", "免税"), "免税"),
        ("0", "0", "", "0%"),
        ("0", "0", label("a", "免税") + label("b", "不征税"), "0%"),
        ("0.06", "6", label("特定征税方式标签", "免税"), "6%"),
        ("NaN", "1", "", None),
        ("1e9", "1", "", None),
        ("", "1", "", None),
    ],
)
def test_the_rate_as_printed(rate: str, tax: str, undefined: str, printed: str | None) -> None:
    line = element("IssuItemInformation", ItemName="a", Amount="9", TaxRate=rate, ComTaxAm=tax)
    assert read(digital(lines=line, undefined=undefined)).items[0].tax_rate == printed


def test_a_code_of_what_is_not_sold_says_no_tax() -> None:
    line = element(
        "IssuItemInformation",
        ItemName="a",
        Amount="9",
        TaxRate="0",
        TaxClassificationCode="6010000000000000000",
    )
    assert read(digital(lines=line)).items[0].tax_rate == "不征税"


@pytest.mark.parametrize(
    ("labels", "form"),
    [
        ({"GeneralOrSpecialVAT": "01"}, Form.DZ_SPECIAL),
        ({"GeneralOrSpecialVAT": "02"}, Form.DZ_NORMAL),
        ({"GeneralOrSpecialVAT": "（增值税专用发票）"}, Form.DZ_SPECIAL),
        ({"GeneralOrSpecialVAT": "普通发票", "EInvoiceType": "纸质发票"}, Form.DZP_NORMAL),
        ({"EInvoiceType": "机动车销售统一发票"}, Form.DZ_VEHICLE),
        ({"EInvoiceType": "二手车销售统一发票"}, Form.DZ_USED_CAR),
        ({"EInvoiceType": "铁路电子客票"}, Form.RAIL_E),
        ({"GeneralOrSpecialVAT": ""}, None),
        ({}, None),
    ],
)
def test_the_form_by_its_labels(labels: dict[str, str], form: Form | None) -> None:
    text = "".join(
        element(name, **{"LabelCode" if value.isdigit() else "LabelName": value})
        for name, value in labels.items()
    )
    assert read(digital(labels=text)).form is form


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (digital(head="<EIid>26442000000000000009</EIid>"), ["two_values", "numbers_differ"]),
        (digital(supervision={"InvoiceNumber": ""}), ["no_number"]),
        (digital(basic={"TotalTax_includedAmount": "NaN"}), ["unreadable"]),
        (digital(basic={"TotalTaxAm": "1e9"}), ["unreadable"]),
        (digital(basic={"TotalTaxAm": "Infinity"}), ["unreadable"]),
        (digital(basic={"TotalTaxAm": "***"}), []),
        (digital(basic={"RequestTime": "2026-02-30"}), ["unreadable"]),
        (digital(basic={"RequestTime": "2026-03-14"}), ["two_values"]),
        (
            digital(basic={"Drawer": "x</Drawer><TotalTaxAm>1</TotalTaxAm><Drawer>y"}),
            ["two_values"],
        ),
        (digital(lines=LINE.replace("600.000000", "x")), ["unreadable"]),
        (f"<Bag>{digital()}</Bag>", ["wrong_root"]),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_raised(text: str, found: list[str]) -> None:
    assert codes(read(text)) == found


def test_a_value_that_cannot_be_read_is_left_out() -> None:
    statement = read(digital(basic={"TotalTax_includedAmount": "1e9", "TotalTaxAm": "NaN"}))
    assert not {FieldName.TOTAL, FieldName.TAX} & statement.values.keys()
    assert not statement.is_whole


def test_the_number_may_stand_in_its_tag_alone() -> None:
    assert read(digital(supervision={"InvoiceNumber": ""})).number == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        f"<Bag>{digital()}{digital(supervision={'InvoiceNumber': '26442000000000000009'})}</Bag>",
        digital(special=digital()),
    ],
)
def test_several_invoices_in_one_file_are_an_error(text: str) -> None:
    statements = read_part(part(text))
    assert len(statements) == 2
    assert all("several_invoices" in codes(statement) for statement in statements)


@pytest.mark.parametrize(
    ("text", "number", "total"),
    [
        (element("TaxSupervisionInfo", InvoiceNumber=NUMBER), NUMBER, None),
        (element("BasicInformation", TotalTax_includedAmount="-7.00"), None, "-7.00"),
        ("<EInvoice>" + element("Header", EIid=NUMBER) + "</EInvoice>", NUMBER, None),
    ],
)
def test_fragments(text: str, number: str | None, total: str | None) -> None:
    statement = read(text)
    assert values(statement).get(FieldName.NUMBER) == number
    assert values(statement).get(FieldName.TOTAL) == total
    assert not statement.is_whole


@pytest.mark.parametrize(
    "text",
    ["<html><body>1</body></html>", "<EInvoice/>", "<A><B/></A>", "<Header><A>1</A></Header>"],
)
def test_other_documents_state_nothing(text: str) -> None:
    assert read_part(part(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        digital()[:-20],
        digital() + digital(),
        '<!DOCTYPE a [<!ENTITY b "c">]>' + digital(),
        digital(lines="<a/>" * 50_000),
        digital(special="<a>" * 200 + "</a>" * 200),
        "",
    ],
)
def test_damaged_or_hostile_files_are_one_clear_error(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_part(part(text))
    assert caught.value.record.code in ("damaged_xml", "xml_too_complex")


@pytest.mark.parametrize(
    "filling",
    [
        "".join(f"<TotalTaxAm>{at}</TotalTaxAm>" for at in range(5_000)),
        f"<BuyerName>{'x' * 100_000}</BuyerName>",
        f"<Remark>{'代开企业名称:' * 20_000}</Remark>",
        f"<SpecificInformation><{'leas' * 5_000}><a>1</a></{'leas' * 5_000}></SpecificInformation>",
        "<SpecificInformation><Toll>"
        + "<PlateNumber>x</PlateNumber>" * 5_000
        + "</Toll></SpecificInformation>",
    ],
)
def test_absurd_fillings_stay_small(filling: str) -> None:
    statement = read(digital(lines=LINE + filling))
    assert statement.number == NUMBER
    assert len(statement.problems) <= 50
    assert all(len(other) <= 8 for other in statement.others.values())


def test_the_invoice_of_a_bare_file() -> None:
    invoice = statement_invoice(read(digital(remark="住 2 晚")))
    assert (invoice.type, invoice.form) == (InvoiceType.DIGITAL_SPECIAL, Form.DZ_SPECIAL)
    assert (invoice.number, invoice.total) == (NUMBER, Decimal("10600.00"))
    assert invoice.extra.remark == "住 2 晚"
    total = invoice.fields[FieldName.TOTAL]
    assert (total.source, total.confidence, total.page, total.box) == (Source.XML, 1.0, None, None)
    assert total.confirmed_by == ("arithmetic", "capital_amount")
    assert invoice.fields[FieldName.NUMBER].confirmed_by == ("second_print",)
    assert invoice.fields[FieldName.BUYER_TAX_ID].confirmed_by == ("check_character",)


def test_a_contradicted_value_is_not_sure() -> None:
    invoice = statement_invoice(read(digital(head="<EIid>26442000000000000009</EIid>")))
    number = invoice.fields[FieldName.NUMBER]
    assert number.value == NUMBER
    assert number.confidence < 0.8
    assert number.confirmed_by == ()
    assert [candidate.value for candidate in number.candidates] == ["26442000000000000009"]
