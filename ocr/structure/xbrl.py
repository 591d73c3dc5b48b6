"""XBRL instances of 财会〔2025〕9号: invoices, rail and air tickets, fiscal bills (domain.md 5.3).

Facts are known by their local names; the taxonomy's prefix in the file says which kind it is.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from models.forms import Form
from models.invoice import Detail, Extra, FieldName
from models.page import Source
from ocr.structure.businesses import business_of, label_in
from ocr.structure.fields import ITEM_NAMES, PARTY_LABELS, left_over, read_items, state_fields
from ocr.structure.fiscal import fiscal_extra, fiscal_form, medical_labels
from ocr.structure.leaves import Draft, Leaves, leaves_of
from ocr.structure.special import Special, read_special
from ocr.structure.statement import Statement, Trust
from ocr.structure.taxcontrol import form_of_code
from ocr.structure.values import (
    amount_of,
    date_of,
    first,
    is_blank,
    key_of,
    rate_of,
    text_value,
    time_of,
    word,
)

_FRAME = frozenset({"schemaref", "linkbaseref", "roleref", "context", "unit", "footnotelink"})
_TAXONOMY = re.compile(rb"xbrl\.mof\.gov\.cn/taxonomy/[0-9-]{4,12}/([a-z]{2,8})")
_ENTRY = re.compile(r"(?:^|/)([a-z]{2,8})_")
_BANK = frozenset({"bker", "bkrs", "ctp"})
_ACCOUNTS_FOR_BUYER = ("nameofaccountingentity",)
_ACCOUNTS_ID = ("unifiedsocialcreditcodeofaccountingentity",)

_RAIL_LABELS = {
    "typeofvoucher": "票据类型",
    "typeofbusiness": "业务类型",
    "numberoforiginalinvoice": "原发票号码",
    "amountrefunded": "退款金额",
    "fareoforiginalrailwayticket": "原票价",
    "taxrate": "税率",
}
_AIR_LABELS = {
    "fare": "票价",
    "fuelsurcharge": "燃油附加费",
    "civilaviationdevelopmentfund": "民航发展基金",
    "othertaxes": "其他税费",
    "insurance": "保险费",
    "vatrate": "增值税税率",
    "endorsement": "签注",
    "numberofgporder": "GP单号",
    "verificationcode": "验证码",
    "promptinformation": "提示信息",
    "agentcode": "销售网点代号",
    "issueparty": "填开单位",
    "issuingstatus": "开票状态",
    "markingofdomesticorinternational": "国内国际标识",
    "departurestation": "自",
    "destinationstation": "至",
    "carrier": "承运人",
    "flight": "航班号",
    "seatclass": "座位等级",
    "class": "座位等级",
    "carrierdate": "日期",
    "departuretime": "时间",
    "farebasis": "客票级别/客票类别",
    "effectivedate": "客票生效日期",
    "expirationdate": "有效截止日期",
    "freebaggageallowance": "免费行李",
}
_AIR_CHARGES = (
    "fare",
    "fuelsurcharge",
    "civilaviationdevelopmentfund",
    "othertaxes",
    "insurance",
)


def read_xbrl(root: Element, name: str, data: bytes = b"") -> Statement | None:
    """What an XBRL instance states; None where it is about nothing known here.

    Bank receipts and statements give a Statement that only says so (`attachment`).
    """
    kind = _kind(root, name, data)
    if kind in _BANK:
        return Statement(Trust.XBRL, Source.XBRL, name, attachment="bank_slip")
    tuples = [element for element in root if len(element) and key_of(element.tag) not in _FRAME]
    leaves = leaves_of(root, _FRAME | {key_of(element.tag) for element in tuples})
    kind = kind or _kind_by_facts(leaves)
    reader = _READERS.get(kind)
    return reader(_Facts(leaves, tuples, name)) if reader else None


class _Facts:
    """The facts of an instance, its tuples apart, and the draft they go to."""

    def __init__(self, leaves: Leaves, tuples: list[Element], name: str) -> None:
        self.leaves = leaves
        self.tuples = tuples
        self.draft = Draft(Source.XBRL)
        self.name = name

    def statement(self, form: Form | None, extra: Extra, **more: Any) -> Statement:
        draft = self.draft
        return Statement(
            trust=Trust.XBRL,
            source=Source.XBRL,
            name=self.name,
            form=form,
            values=draft.values,
            others=draft.others,
            twice=frozenset(draft.twice),
            extra=extra,
            is_whole={FieldName.NUMBER, FieldName.DATE, FieldName.TOTAL} <= draft.values.keys(),
            problems=tuple(draft.problems),
            **more,
        )


def _kind(root: Element, name: str, data: bytes) -> str:
    """The taxonomy's prefix: from its namespace, the schema referred to, or the part's name."""
    if stated := _TAXONOMY.search(data[:20_000]):
        return stated[1].decode()
    hrefs = [element.get("href") or "" for element in root if key_of(element.tag) == "schemaref"]
    for text in (*hrefs, name.rpartition("/")[2]):
        if (match := _ENTRY.search(text.lower())) and match[1] in (*_READERS, *_BANK):
            return match[1]
    return ""


def _kind_by_facts(leaves: Leaves) -> str:
    keys = leaves.of_key.keys()
    if "electronicinvoicerailwayeticketnumber" in keys:
        return "rai"
    if "electronicinvoiceairtransportreceiptnumber" in keys:
        return "atr"
    if {"payerpartyname", "invoicingpartyname"} & keys:
        return "efi"
    return "einv" if {"invoicenumber", "totaltaxincludedamount"} & keys else ""


def _invoice(facts: _Facts) -> Statement:
    """inv and einv; a receiver's booking instance names the buyer as its accounting entity."""
    leaves, draft = facts.leaves, facts.draft
    state_fields(draft, leaves)
    if FieldName.TOTAL not in draft.values:
        draft.state(FieldName.TOTAL, leaves.every("totalamount"))
    for field, keys in (
        (FieldName.BUYER_NAME, _ACCOUNTS_FOR_BUYER),
        (FieldName.BUYER_TAX_ID, _ACCOUNTS_ID),
    ):
        if field not in draft.values:
            draft.state(field, leaves.every(*keys))
    lines, special, others = _sorted_tuples(facts.tuples)
    items, details = read_items(lines, draft)
    red = (leaves.text("whethereinvoiceisredeinvoice") or "").strip().casefold()
    values: dict[str, Any] = {
        "total_in_words": word(leaves.text("totaltaxincludedamountinchinese")),
        "remark": text_value(leaves.text("remark", "remarks")),
        "drawer": word(leaves.text("drawer")),
        "red_of": word(leaves.text("originalinvoicecode", "numberoforiginalinvoice")),
        "special_business": special.business,
    }
    said = f"{leaves.text('typeofvoucher') or ''}{leaves.text('typeofinvoice') or ''}"
    return facts.statement(
        _digital_form(said) or form_of_code(draft),
        Extra(
            **values,
            **special.typed,
            details=(
                *special.details,
                *left_over(leaves, PARTY_LABELS),
                *details,
                *_loose(others, PARTY_LABELS),
            ),
        ),
        items=items,
        is_red={"true": True, "false": False}.get(red),
    )


def _sorted_tuples(tuples: list[Element]) -> tuple[list[Element], Special, list[Element]]:
    """(the lines of the table, what the 特定业务 states, everything else)."""
    lines: list[Element] = []
    others: list[Element] = []
    section = Element("SpecificInformation")
    for element in tuples:
        keys = leaves_of(element).of_key.keys()
        business = business_of(key_of(element.tag))
        if keys & ITEM_NAMES:
            lines.append(element)
        elif any(label_in(business, key) for key in keys):
            section.append(element)
        else:
            others.append(element)
    return lines, read_special([section]), others


def _digital_form(said: str) -> Form | None:
    marks = (("专用", Form.DZ_SPECIAL), ("普通", Form.DZ_NORMAL))
    if "电子发票" not in said:
        return None
    return next((form for mark, form in marks if mark in said), None)


def _rail(facts: _Facts) -> Statement:
    """rai: 票价 is the total; amount and tax stand only here, the paper does not print them."""
    leaves, draft = facts.leaves, facts.draft
    state_fields(draft, leaves)
    draft.state(FieldName.TOTAL, leaves.every("fare"))
    draft.state(FieldName.TAX, leaves.every("taxamount"))
    draft.state(FieldName.SELLER_NAME, leaves.every("issueparty"))
    draft.state(FieldName.SELLER_TAX_ID, leaves.every("issuepartycode"))
    values: dict[str, Any] = {
        "departure": word(leaves.text("departurestation")),
        "destination": word(leaves.text("destinationstation")),
        "travel_date": date_of(leaves.text("traveldate") or ""),
        "departure_time": time_of(leaves.text("departuretime")),
        "trip_no": word(leaves.text("trainnumber")),
        "seat": _seat(word(leaves.text("carriage")), word(leaves.text("seat"))),
        "seat_class": word(leaves.text("seatlevel")),
        "traveller": word(leaves.text("name")),
        "traveller_id": word(leaves.text("idnumber")),
        "ticket_no": word(leaves.text("eticketnumber", "electronicticketnum")),
        "remark": text_value(leaves.text("remarks", "remark")),
    }
    total = draft.values.get(FieldName.TOTAL)
    is_red = True if total and Decimal(total.value) < 0 else None
    if is_red:
        values["red_of"] = word(leaves.text("numberoforiginalinvoice"))
    return facts.statement(
        Form.RAIL_E,
        Extra(**values, details=(*_labelled(leaves, _RAIL_LABELS), *_loose(facts.tuples, {}))),
        is_red=is_red,
    )


def _seat(carriage: str | None, seat: str | None) -> str | None:
    """Carriage and seat as tickets print them: 05车12A号."""
    if carriage and carriage[-1].isdigit():
        carriage += "车"
    if seat and (seat[-1].isdigit() or seat[-1] in "ABCDF"):
        seat += "号"
    return f"{carriage or ''}{seat or ''}" or None


def _air(facts: _Facts) -> Statement:
    """atr: fare and fuel surcharge are the tax base, the fund comes on top (domain.md 0.1)."""
    leaves, draft = facts.leaves, facts.draft
    state_fields(draft, leaves)
    draft.state(FieldName.TOTAL, leaves.every("totalamount"))
    if FieldName.SELLER_NAME not in draft.values:
        draft.state(FieldName.SELLER_NAME, leaves.every("issueparty"))
    leaves.taken -= {"issueparty"}
    fare, fuel = leaves.text("fare"), leaves.text("fuelsurcharge")
    base = [amount_of(text) for text in (fare, fuel) if text is not None]
    if fare is not None and None not in base:
        total = sum((part for part in base if part is not None), Decimal(0))
        raw = " + ".join(text.strip() for text in (fare, fuel) if text)
        draft.derive(FieldName.AMOUNT, str(total), raw)
    leaves.taken -= {"fare", "fuelsurcharge"}
    flights = [_flight(element) for element in facts.tuples]
    flights = [flight for flight in flights if flight] or [{}]
    own = {"departurestation", "destinationstation", "flight", "carrierdate", "departuretime"}
    trip = flights[0] or {key: leaves.text(key) for key in own | {"seatclass", "class"}}
    leaves.taken -= own | {"seatclass", "class"}
    qr = leaves.text("qrcode")
    values: dict[str, Any] = {
        "departure": word(trip.get("departurestation")),
        "destination": word(trip.get("destinationstation")),
        "travel_date": date_of(trip.get("carrierdate") or ""),
        "departure_time": time_of(trip.get("departuretime")),
        "trip_no": word(trip.get("flight")),
        "seat_class": word(first((trip.get("seatclass"), trip.get("class")))),
        "traveller": word(leaves.text("passengername")),
        "traveller_id": word(leaves.text("valididnumber")),
        "ticket_no": word(leaves.text("eticketnumber", "electronicticketnum")),
        "qr": qr.strip() if qr and len(qr) <= 300 else None,
        "remark": text_value(leaves.text("remarks", "remark")),
    }
    details = (*_labelled(leaves, _AIR_LABELS), *_loose(facts.tuples, _AIR_LABELS))
    return facts.statement(Form.AIR_E, Extra(**values, details=details))


def _flight(element: Element) -> dict[str, str | None]:
    leaves = leaves_of(element)
    flight: dict[str, str | None] = {
        key: leaves.text(key) for key in leaves.of_key if not is_blank(leaves.text(key))
    }
    return flight if flight.keys() & {"departurestation", "destinationstation", "flight"} else {}


def _fiscal(facts: _Facts) -> Statement:
    """efi and ntrev: 财政电子票据 and 非税收入票据."""
    leaves, draft = facts.leaves, facts.draft
    form = fiscal_form(leaves)
    state_fields(draft, leaves)
    draft.state(FieldName.TOTAL, leaves.every("totalamount", "amount"))
    items, details = read_items(facts.tuples, draft)
    extra = fiscal_extra(leaves)
    left = left_over(leaves, medical_labels(leaves))
    return facts.statement(
        form, extra.model_copy(update={"details": (*left, *details)}), items=items
    )


def _labelled(leaves: Leaves, labels: Mapping[str, str], row: int = 0) -> list[Detail]:
    """What is left over; money to the 分 and rates in per cent, as they are printed."""
    details = []
    for detail in left_over(leaves, labels, row=row):
        value: str | None = detail.value
        if detail.name.endswith("税率"):
            value = rate_of(detail.value)
        elif detail.name in _MONEY_LABELS and (amount := amount_of(detail.value)) is not None:
            value = str(amount)
        details.append(detail.model_copy(update={"value": value or detail.value}))
    return details


_MONEY_LABELS = frozenset(_AIR_LABELS[key] for key in _AIR_CHARGES) | {"退款金额", "原票价"}


def _loose(tuples: list[Element], labels: Mapping[str, str]) -> list[Detail]:
    """The facts of tuples, one row each."""
    return [
        detail
        for row, element in enumerate(tuples)
        for detail in _labelled(leaves_of(element), labels, row)
    ]


_READERS: dict[str, Callable[[_Facts], Statement]] = {
    "inv": _invoice,
    "einv": _invoice,
    "rai": _rail,
    "atr": _air,
    "ntrev": _fiscal,
    "efi": _fiscal,
}
