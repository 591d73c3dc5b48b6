"""Tax-control XML, XBRL instances and fiscal bills."""

import datetime
from decimal import Decimal

import pytest

from models.forms import Form, InvoiceType
from models.invoice import FieldName
from models.original import StructuredPart
from models.page import Source
from ocr.structure import Statement, join_statements, read_part, statement_invoice
from tests.support.originals import (
    AIR,
    BOOKED,
    BUYER,
    FLIGHT,
    QR,
    RAIL,
    SELLER,
    part,
    tax_control,
    xbrl,
)


def read(given: str | StructuredPart) -> Statement:
    (statement,) = read_part(given if isinstance(given, StructuredPart) else part(given))
    return statement


def values(statement: Statement) -> dict[str, str]:
    return {name.value: stated.value for name, stated in statement.values.items()}


def shown(statement: Statement) -> dict[str, str]:
    return {item.name: item.value for item in statement.extra.details}


def test_tax_control() -> None:
    statement = read(tax_control())
    assert values(statement) == {
        "code": "044002600111",
        "number": "87654321",
        "date": "2026-03-15",
        "amount": "10000.00",
        "tax": "600.00",
        "total": "10600.00",
        "check_code": "12345678901234567890",
        "buyer_name": BUYER[0],
        "buyer_tax_id": BUYER[1],
        "seller_name": SELLER[0],
        "seller_tax_id": SELLER[1],
    }
    assert statement.form is Form.VAT_E_NORMAL
    assert (statement.extra.qr, statement.extra.machine_no) == (QR, "661234567890")
    assert (statement.extra.payee, statement.extra.reviewer) == ("周一鸣", "吴清")
    assert [item.tax_rate for item in statement.items] == ["6%"]


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("044002600112", Form.TOLL_E),
        ("044002600113", Form.VAT_E_SPECIAL),
        ("", Form.VAT_E_NORMAL),
    ],
)
def test_the_form_of_a_tax_control_invoice(code: str, form: Form) -> None:
    assert read(tax_control(InvoiceCode=code)).form is form


def test_a_red_tax_control_invoice() -> None:
    red = {"OriginalInvoiceCode": "044002500111", "OriginalInvoiceNo": "12345678"}
    statement = read(tax_control(TaxInclusiveTotalAmount="-10600.00", **red))
    assert (statement.is_red, statement.extra.red_of) == (True, "044002500111-12345678")


def test_rail() -> None:
    statement = read(xbrl("rai", RAIL))
    assert values(statement) == {
        "number": "26449131234000123456",
        "date": "2026-03-20",
        "amount": "250.00",
        "tax": "22.50",
        "total": "272.50",
        "buyer_name": BUYER[0],
        "buyer_tax_id": BUYER[1],
    }
    extra = statement.extra
    assert (statement.form, statement.source) == (Form.RAIL_E, Source.XBRL)
    assert (extra.departure, extra.destination, extra.trip_no) == ("甲地南", "乙地东", "G1234")
    assert (extra.seat, extra.seat_class, extra.departure_time) == ("05车12A号", "二等座", "08:05")
    assert extra.travel_date == datetime.date(2026, 3, 18)
    assert shown(statement)["业务类型"] == "售"
    assert shown(statement)["税率"] == "9%"
    assert statement_invoice(statement).type is InvoiceType.TRAIN


def test_a_ticket_handed_back_in_red() -> None:
    statement = read(xbrl("rai", RAIL | {"Fare": "-9.00", "NumberOfOriginalInvoice": "2644"}))
    assert (statement.is_red, statement.extra.red_of) == (True, "2644")


def test_air() -> None:
    statement = read(xbrl("atr", AIR, FLIGHT))
    found = values(statement)
    assert (found["amount"], found["tax"], found["total"]) == ("752.29", "67.71", "870.00")
    assert found["seller_name"] == "示例航空有限公司"
    assert statement.values[FieldName.AMOUNT].source is Source.DERIVED
    details = shown(statement)
    assert (details["票价"], details["燃油附加费"]) == ("733.94", "18.35")
    assert (details["民航发展基金"], details["增值税税率"], details["验证码"]) == (
        "50.00",
        "9%",
        "1234",
    )
    assert (statement.extra.trip_no, statement.extra.departure) == ("ZZ1234", "甲地机场")
    invoice = statement_invoice(statement)
    assert (invoice.type, invoice.form) == (InvoiceType.AIR, Form.AIR_E)
    assert invoice.fields[FieldName.TOTAL].confirmed_by == ("arithmetic",)


def test_a_booking_instance_names_its_buyer() -> None:
    statement = read(xbrl("einv", BOOKED))
    assert values(statement)["buyer_name"] == BUYER[0]
    assert values(statement)["buyer_tax_id"] == BUYER[1]
    assert statement.is_red is False
    assert shown(statement)["ContractNumber"] == "R1"


def test_a_stated_buyer_is_not_replaced() -> None:
    statement = read(xbrl("einv", BOOKED | {"BuyerName": "另一示例有限公司"}))
    assert values(statement)["buyer_name"] == "另一示例有限公司"
    assert statement.others == {}


def test_lines_and_journeys_in_tuples() -> None:
    tuples = (
        "<einv:LineTuple><einv:ItemName>*a*b</einv:ItemName><einv:Amount>9.00</einv:Amount>"
        "<einv:TaxRate>0.03</einv:TaxRate></einv:LineTuple>"
        "<einv:TollTuple><einv:PlateNumber>粤ZTEST9</einv:PlateNumber></einv:TollTuple>"
        "<einv:EntryTuple><einv:DebitAmount>9</einv:DebitAmount></einv:EntryTuple>"
    )
    statement = read(xbrl("einv", BOOKED, tuples))
    assert [(item.name, item.tax_rate) for item in statement.items] == [("*a*b", "3%")]
    assert (statement.extra.special_business, statement.extra.plate) == ("通行费", "粤ZTEST9")
    assert shown(statement)["DebitAmount"] == "9"


@pytest.mark.parametrize("prefix", ["bker", "bkrs"])
def test_a_bank_receipt_is_an_attachment(prefix: str) -> None:
    statement = read(xbrl(prefix, {"NameOfAccount": "x", "Amount": "9.00"}))
    assert statement.attachment == "bank_slip"
    assert statement.values == {}
    assert join_statements((statement,)) == (statement,)


def test_an_instance_about_something_else_states_nothing() -> None:
    assert read_part(part(xbrl("cas", {"Assets": "1"}))) == ()


FISCAL = (
    "<EInvoice><Header><EInvoiceTag>CZ-EI-44</EInvoiceTag></Header><Main>"
    "<EInvoiceName>某省医疗门诊收费票据（电子）</EInvoiceName><EInvoiceCode>44060126</EInvoiceCode>"
    "<EInvoiceNumber>0012345678</EInvoiceNumber><RandomNumber>a1b2c3</RandomNumber>"
    "<TotalAmount>133.00</TotalAmount><IssueDate>20260315</IssueDate><IssueTime>16:42:02</IssueTime>"
    "<InvoicingParty><InvoicingPartyCode>12440000400001A22E</InvoicingPartyCode>"
    "<InvoicingPartyName>示例市人民医院</InvoicingPartyName></InvoicingParty>"
    "<PayerParty><PayerPartyName>林小满</PayerPartyName></PayerParty>"
    "<HandlingPerson>吴清</HandlingPerson><MainExt><Gender>女</Gender>"
    "<FundPayAmount>33.00</FundPayAmount></MainExt></Main><Details><Item><ItemCode>01</ItemCode>"
    "<ItemName>诊查费</ItemName><ItemAmount>133.00</ItemAmount></Item></Details></EInvoice>"
)


def test_a_fiscal_bill() -> None:
    statement = read(FISCAL)
    found = values(statement)
    assert (statement.form, found["code"], found["number"]) == (
        Form.MED_OUT,
        "44060126",
        "0012345678",
    )
    assert (found["total"], found["date"]) == ("133.00", "2026-03-15")
    assert (found["buyer_name"], found["seller_name"]) == ("林小满", "示例市人民医院")
    assert shown(statement)["医保统筹基金支付"] == "33.00"
    assert [item.amount for item in statement.items] == [Decimal("133.00")]
