"""XBRL instances of 财会〔2025〕9号: invoices, rail and air tickets, fiscal bills (domain.md 5.3).

The facts of einv, rai and atr are named as the standards name them. Those of inv and efi follow
the names the other instances and 财政电子票据 have.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from xml.etree.ElementTree import Element

from models.forms import Form
from models.text import CENT
from synth.originals.markup import Hand, node, written
from synth.originals.special import MEDICAL
from synth.truth import Party, Truth

Fact = tuple[str, str | None]
"""A fact's local name and its value, None for nil."""
_RATE = Decimal("0.09")
"""Passenger transport by rail and air."""
_HAND = Hand(indent="  ")
_MONEY = re.compile(r"Fare|Amount|Surcharge|Fund$|Taxes|TotalAm|TotalTax(?!.*Chinese)|Rate$")
_DATES = {"rai": "2021-11-30", "atr": "2021-11-30", "inv": "2021-11-30", "einv": "2023-12-31",
          "efi": "2021-11-30", "ntrev": "2021-11-30"}  # fmt: skip
_PREFIXES = {
    Form.DZ_SPECIAL: "einv",
    Form.DZ_NORMAL: "einv",
    Form.RAIL_E: "rai",
    Form.AIR_E: "atr",
    Form.VAT_E_NORMAL: "inv",
    Form.VAT_E_SPECIAL: "inv",
    Form.FISCAL: "efi",
    Form.MED_OUT: "efi",
    Form.MED_IN: "efi",
    Form.TOLL_FISCAL: "efi",
}


def _prefix(truth: Truth) -> str:
    """The taxonomy of a form; 非税收入 has one of its own."""
    title = truth.face.details.get("title", "")
    return "ntrev" if "非税收入" in title else _PREFIXES[truth.form]


def can_draw(truth: Truth) -> bool:
    """Whether the standard has an instance for the form."""
    return truth.form in _PREFIXES


def file_name(truth: Truth) -> str:
    """The name an instance has inside a PDF or an OFD, such as rai_issuer_<number>.xml."""
    prefix = _prefix(truth)
    side = "receiver" if prefix == "einv" else "issuer"
    return f"{prefix}_{side}_{truth.number}.xml"


_JOURNEY = frozenset({
    "departure", "destination", "travel_date", "departure_time", "trip_no", "seat_class",
    "traveller", "traveller_id", "ticket_no",
})  # fmt: skip
_STATED = {
    "einv": frozenset({"total_in_words", "drawer", "remark", "red_of"}),
    "inv": frozenset({"drawer", "remark"}),
    "rai": _JOURNEY | {"seat"},
    "atr": _JOURNEY | {"qr"},
    "efi": frozenset({"reviewer", "remark", "details"}),
    "ntrev": frozenset({"reviewer", "remark", "details"}),
}


_ITEM_CODE = "项目编码"
_FACTS = MEDICAL | {"缴款码": "PayCode", "交款方式": "PayMode"}
"""The facts of a bill's details."""


def stated_extra(truth: Truth) -> frozenset[str]:
    """The fields of Extra that the instance states."""
    return _STATED[_prefix(truth)]


def states_items(truth: Truth) -> bool:
    """Whether the instance lists the lines; invoices' instances only sum them up."""
    return _prefix(truth) in ("efi", "ntrev")


def split_fare(fare: Decimal) -> tuple[Decimal, Decimal]:
    """(before tax, tax) of a rail fare, which the ticket does not print."""
    amount = (fare / (1 + _RATE)).quantize(CENT, ROUND_HALF_UP)
    return amount, fare - amount


def draw_xbrl(truth: Truth) -> bytes:
    """The instance of a document: a receiver's booking file for 数电票, else the issuer's.

    Raises ValueError for a form the standard does not know.
    """
    if not can_draw(truth):
        raise ValueError(f"{truth.form} has no XBRL instance")
    prefix = _prefix(truth)
    make = _MAKERS[prefix]
    context = f"As_Of_{truth.day:%Y_%m_%d}"
    root = _frame(truth, prefix, context)
    for name, value in make(truth):
        root.append(_fact(prefix, name, value, context))
    for tag, facts in _tuples(truth, prefix):
        root.append(_tuple(prefix, tag, facts, context))
    return written(root, _HAND)


def _frame(truth: Truth, prefix: str, context: str) -> Element:
    date = _DATES[prefix]
    party = truth.buyer if prefix == "einv" else truth.seller
    who = node(
        "xbrli:identifier",
        (party.tax_id if party else None) or "-",
        scheme="http://xbrl.mof.gov.cn",
    )
    return node(
        "xbrli:xbrl",
        node(
            "link:schemaRef",
            **{"xlink:type": "simple", "xlink:href": f"{prefix}_entry_point_{date}.xsd"},
        ),
        node(
            "xbrli:context",
            node("xbrli:entity", who),
            node("xbrli:period", node("xbrli:instant", str(truth.day))),
            id=context,
        ),
        node("xbrli:unit", node("xbrli:measure", "iso4217:CNY"), id="CNY"),
        **{
            "xmlns:xbrli": "http://www.xbrl.org/2003/instance",
            "xmlns:link": "http://www.xbrl.org/2003/linkbase",
            "xmlns:xlink": "http://www.w3.org/1999/xlink",
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xmlns:iso4217": "http://www.xbrl.org/2003/iso4217",
            f"xmlns:{prefix}": f"http://xbrl.mof.gov.cn/taxonomy/{date}/{prefix}",
        },
    )


def _fact(prefix: str, name: str, value: str | None, context: str) -> Element:
    attributes = {"contextRef": context}
    if value is None:
        attributes["xsi:nil"] = "true"
    elif _MONEY.search(name):
        attributes |= {"decimals": "2", "unitRef": "CNY"}
    return node(f"{prefix}:{name}", value, **attributes)


def _tuple(prefix: str, tag: str, facts: Iterable[Fact], context: str) -> Element:
    return node(f"{prefix}:{tag}", *(_fact(prefix, name, value, context) for name, value in facts))


def _rail(truth: Truth) -> Iterator[Fact]:
    extra = truth.extra
    carriage, car, seat = (extra.seat or "").rpartition("车")
    amount, tax = split_fare(truth.total)
    time = extra.departure_time
    details = truth.face.details
    yield from (
        ("TypeOfVoucher", "电子发票（铁路电子客票）"),
        ("ElectronicInvoiceRailwayETicketNumber", truth.number),
        ("DateOfIssue", str(truth.day)),
        ("TypeOfBusiness", "退" if details.get("price") == "退票费" else "售"),
        ("DepartureStation", extra.departure),
        ("PhonicsOfDepartureStation", details.get("from")),
        ("DestinationStation", extra.destination),
        ("PhonicsOfDestinationStation", details.get("to")),
        ("TrainNumber", extra.trip_no),
        ("TravelDate", str(extra.travel_date) if extra.travel_date else None),
        ("DepartureTime", f"{time}:00" if time else None),
        ("SeatLevel", extra.seat_class),
        ("Carriage", carriage + car or None),
        ("Seat", seat or None),
        ("Fare", f"{truth.total:.2f}"),
        ("TotalAmountExcludingTax", f"{amount:.2f}"),
        ("TaxRate", str(_RATE)),
        ("TaxAmount", f"{tax:.2f}"),
        ("Name", extra.traveller),
        ("IdNumber", extra.traveller_id),
        ("ElectronicTicketNum", extra.ticket_no),
        *_purchaser(truth.buyer),
        ("IssueParty", None),
        ("IssuePartyCode", None),
        ("NumberOfOriginalInvoice", None),
        ("Remarks", extra.remark),
    )


def _purchaser(party: Party | None) -> Iterator[Fact]:
    yield "NameOfPurchaser", party.name if party else None
    yield "UnifiedSocialCreditCodeOfPurchaser", party.tax_id if party else None


def _seller(party: Party | None) -> Iterator[Fact]:
    yield "NameOfSeller", party.name if party else None
    yield "UnifiedSocialCreditCodeOfSeller", party.tax_id if party else None


def _air(truth: Truth) -> Iterator[Fact]:
    extra, details = truth.extra, truth.face.details
    insurance = details.get("insurance", "")
    yield from (
        ("TypeOfVoucher", "电子发票（航空运输电子客票行程单）"),
        ("ElectronicInvoiceAirTransportReceiptNumber", truth.number),
        ("IssueDate", str(truth.day)),
        ("NameOfSeller", truth.seller.name if truth.seller else None),
        ("IssueParty", truth.seller.name if truth.seller else None),
        *_purchaser(truth.buyer),
        ("PassengerName", extra.traveller),
        ("ValidIdNumber", extra.traveller_id),
        ("Endorsement", details.get("endorsement")),
        ("NumberOfGPOrder", None),
        ("ETicketNumber", extra.ticket_no),
        ("Fare", details.get("fare")),
        ("FuelSurcharge", details.get("fuel")),
        ("VatRate", str(_RATE)),
        ("VatTaxAmount", f"{truth.tax or 0:.2f}"),
        ("CivilAviationDevelopmentFund", details.get("fund")),
        ("OtherTaxes", "0.00"),
        ("Insurance", insurance if insurance[:1].isdigit() else None),
        ("TotalAmount", f"{truth.total:.2f}"),
        ("VerificationCode", details.get("check")),
        ("AgentCode", details.get("agent")),
        ("QrCode", extra.qr),
    )


def _flight(truth: Truth) -> Iterator[Fact]:
    extra, details = truth.extra, truth.face.details
    yield from (
        ("DepartureStation", extra.departure),
        ("DestinationStation", extra.destination),
        ("Carrier", details.get("prefix")),
        ("Flight", extra.trip_no),
        ("SeatClass", extra.seat_class),
        ("CarrierDate", str(extra.travel_date) if extra.travel_date else None),
        ("DepartureTime", extra.departure_time),
        ("FareBasis", extra.seat_class),
        ("EffectiveDate", None),
        ("ExpirationDate", None),
        ("FreeBaggageAllowance", details.get("baggage")),
    )


def _booked(truth: Truth) -> Iterator[Fact]:
    """What the receiver of a 数电票 books: the buyer is the accounting entity."""
    buyer, seller, extra = truth.buyer, truth.seller, truth.extra
    special = truth.form.is_special
    yield from (
        ("InvoiceNumber", truth.number),
        ("SellerName", seller.name if seller else None),
        ("SellerIdNum", seller.tax_id if seller else None),
        ("TotalAmWithoutTax", f"{truth.amount or 0:.2f}"),
        ("RequestTime", f"{truth.day} 20:05:10"),
        ("TotalTaxAm", f"{truth.tax or 0:.2f}"),
        ("TotalTax-includedAmount", f"{truth.total:.2f}"),
        ("TotalTax-includedAmountInChinese", extra.total_in_words),
        ("Drawer", extra.drawer),
        ("Remark", extra.remark),
        ("WhetherEinvoiceIsRedEinvoice", "true" if truth.total < 0 else "false"),
        ("OriginalInvoiceCode", extra.red_of),
        ("WhetherEinvoiceHasBeenChecked", "true"),
        ("WhetherEinvoiceHasBeenBooked", "true"),
        ("WhetherEinvoiceHasBeenPaid", "false"),
        ("WhetherEinvoiceUsageHasBeenConfirmed", "true" if special else "false"),
        ("UsageConfirmation", "抵扣税款" if special else None),
        ("PeriodOfUsageConfirmation", f"{truth.day:%Y-%m}" if special else None),
        ("WhetherInputVatHasBeenTransferredOut", "false"),
        ("UnifiedSocialCreditCodeOfAccountingEntity", buyer.tax_id if buyer else None),
        ("NameOfAccountingEntity", buyer.name if buyer else None),
    )


def _entries(truth: Truth) -> Iterator[tuple[str, list[Fact]]]:
    """The debit and credit lines of the voucher that books the invoice."""
    chance = Random(f"booking:{truth.kind}:{truth.seed}")
    day = truth.day + datetime.timedelta(days=chance.randint(0, 20))
    voucher = [
        ("NumberOfAccountingDocuments", f"记-{chance.randint(1, 400):04d}"),
        ("PostingDate", str(day)),
        ("AccountingPeriod", f"{day:%Y-%m}"),
    ]
    yield "InformationOfAccountingDocumentsTuple", [*voucher]
    amount = truth.amount or Decimal(0)
    lines = [("借", "管理费用", amount), ("贷", "应付账款", truth.total)]
    if truth.tax:
        lines.insert(1, ("借", "应交税费", truth.tax))
    for side, subject, value in lines:
        yield (
            "InformationOfDebitAndCreditEntryTuple",
            [
                ("DebitOrCredit", side),
                ("NameOfGeneralLedgerSubject", subject),
                ("RecordedAmount", f"{value:.2f}"),
            ],
        )


def _issued(truth: Truth) -> Iterator[Fact]:
    """The issuer's instance of a tax-control electronic invoice."""
    extra = truth.extra
    yield from (
        ("InvoiceCode", truth.code),
        ("InvoiceNumber", truth.number),
        ("DateOfIssue", str(truth.day)),
        ("CheckCode", truth.check_code),
        *_purchaser(truth.buyer),
        *_seller(truth.seller),
        ("TotalAmountExcludingTax", f"{truth.amount or 0:.2f}"),
        ("TotalTaxAmount", f"{truth.tax or 0:.2f}"),
        ("TotalAmountIncludingTax", f"{truth.total:.2f}"),
        ("Drawer", extra.drawer),
        ("Remarks", extra.remark),
    )


def _fiscal(truth: Truth) -> Iterator[Fact]:
    buyer, seller = truth.buyer, truth.seller
    yield from (
        ("EInvoiceName", truth.face.details.get("title")),
        ("EInvoiceCode", truth.code),
        ("EInvoiceNumber", truth.number),
        ("RandomNumber", truth.check_code),
        ("IssueDate", f"{truth.day:%Y%m%d}"),
        ("PayerPartyName", buyer.name if buyer else None),
        ("PayerPartyCode", buyer.tax_id if buyer else None),
        ("InvoicingPartyName", seller.name if seller else None),
        ("InvoicingPartyCode", seller.tax_id if seller else None),
        ("TotalAmount", f"{truth.total:.2f}"),
        ("HandlingPerson", truth.extra.payee),
        ("Checker", truth.extra.reviewer),
        ("Remark", truth.extra.remark),
    )
    for detail in truth.extra.details:
        if detail.name in _FACTS:
            yield _FACTS[detail.name], detail.value


def _tuples(truth: Truth, prefix: str) -> Iterator[tuple[str, list[Fact]]]:
    if prefix == "atr":
        yield "DetailInformationOfAirTicketTuple", list(_flight(truth))
    elif prefix == "einv":
        yield from _entries(truth)
    elif prefix in ("efi", "ntrev"):
        codes = {d.row: d.value for d in truth.extra.details if d.name == _ITEM_CODE}
        for row, item in enumerate(truth.items):
            yield (
                "InformationOfItemTuple",
                [
                    ("ItemCode", codes.get(row)),
                    ("ItemName", item.name),
                    ("ItemUnit", item.unit),
                    ("ItemQuantity", item.quantity),
                    ("ItemStd", item.unit_price),
                    ("ItemAmount", f"{item.amount or 0:.2f}"),
                ],
            )


_MAKERS: dict[str, Callable[[Truth], Iterator[Fact]]] = {
    "einv": _booked,
    "inv": _issued,
    "rai": _rail,
    "atr": _air,
    "efi": _fiscal,
    "ntrev": _fiscal,
}
