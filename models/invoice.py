"""An invoice as read: its values, and for each value the evidence that decided it."""

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field

from models.finding import Finding, RulesRun, Status
from models.forms import Form, InvoiceType
from models.geometry import Box
from models.original import Signature, StructureProblem
from models.page import Source
from models.record import Record
from models.sight import Sight


class FieldName(StrEnum):
    """The fields every invoice may have."""

    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    AMOUNT = "amount"
    TAX = "tax"
    TOTAL = "total"
    CHECK_CODE = "check_code"
    BUYER_NAME = "buyer_name"
    BUYER_TAX_ID = "buyer_tax_id"
    SELLER_NAME = "seller_name"
    SELLER_TAX_ID = "seller_tax_id"


MONEY_FIELDS = frozenset({FieldName.AMOUNT, FieldName.TAX, FieldName.TOTAL})


class Candidate(Record):
    """A value that was seen for a field and did not win."""

    value: str
    raw: str
    source: Source
    confidence: float = Field(ge=0, le=1)
    page: int | None = None
    box: Box | None = None


class Evidence(Record):
    """A field's value, where it was read, what confirmed or corrected it, and what lost.

    `value` is normalised (money with two decimals, ISO date, no spaces in names and ids), `raw`
    is as it stood. `box` is in pixels of page `page`. `confirmed_by` names the independent checks
    that agree ("qr", "arithmetic", "capital_amount", "check_character", "second_print", "lines",
    "rate", "seal", "qr_fits", and for originals "print" and "other_copy").
    `corrected_by` says, where the value is not what was read at first, which check chose it.
    """

    value: str
    raw: str
    source: Source
    confidence: float = Field(ge=0, le=1)
    page: int | None = None
    box: Box | None = None
    confirmed_by: tuple[str, ...] = ()
    corrected_by: str | None = None
    candidates: tuple[Candidate, ...] = ()


class LineItem(Record):
    """A line of the invoice's table. `tax_rate` is as printed ("13%", "免税", "***")."""

    name: str
    spec: str | None = None
    unit: str | None = None
    quantity: str | None = None
    unit_price: str | None = None
    amount: Decimal | None = None
    tax_rate: str | None = None
    tax: Decimal | None = None
    tax_code: str | None = None
    """税收分类编码, 19 digits, where structured data states it."""


class Detail(Record):
    """A value under the label its form prints it with, such as 建筑项目名称.

    `row` counts the rows of a table of them, from 0 (a passenger invoice may list several trips).
    """

    name: str
    value: str
    row: int = 0


class Extra(Record):
    """What a form prints besides the common fields; null where it does not."""

    total_in_words: str | None = None
    qr: str | None = None
    qr_crc: str | None = None
    machine_no: str | None = None
    remark: str | None = None
    payee: str | None = None
    reviewer: str | None = None
    drawer: str | None = None
    second_number: str | None = None
    """The number printed a second time (the machine's own, or the paper number of 数电纸质)."""
    second_code: str | None = None
    special_business: str | None = None
    """The 特定业务 a 数电票 names beside its title, such as 旅客运输服务."""
    details: tuple[Detail, ...] = ()
    """What the form prints under labels of its own (特定业务 tables, bills, certificates)."""
    issued_for: str | None = None
    """The real seller of an invoice a tax office issued for it (代开), as the remark states."""
    red: bool | None = None
    """Whether the structured data marks the invoice as a red-letter one (InIssuType)."""
    red_of: str | None = None
    """Of a red-letter invoice: the number (or code-number) of the invoice it takes back."""
    departure: str | None = None
    destination: str | None = None
    travel_date: datetime.date | None = None
    departure_time: str | None = None
    """HH:MM as printed."""
    trip_no: str | None = None
    """车次 or 航班号."""
    seat: str | None = None
    seat_class: str | None = None
    traveller: str | None = None
    traveller_id: str | None = None
    """As printed, masked or not."""
    ticket_no: str | None = None
    """电子客票号."""
    plate: str | None = None
    vin: str | None = None
    engine_no: str | None = None
    vehicle_model: str | None = None
    mileage: str | None = None
    unit_fare: str | None = None
    boarded: str | None = None
    alighted: str | None = None
    """Times of getting in and out of a taxi, HH:MM."""


TOLL_BUSINESS = "通行费"


def type_of(form: Form | None, extra: Extra | None) -> InvoiceType:
    """The coarse type: that of the form, but toll for every 通行费 document (contract.md)."""
    if extra is not None and extra.special_business == TOLL_BUSINESS:
        return InvoiceType.TOLL
    return form.type if form else InvoiceType.OTHER


class Invoice(Record):
    """One invoice. Field names and their order are those of contract.md."""

    type: InvoiceType = InvoiceType.OTHER
    form: Form | None = None
    code: str | None = None
    number: str | None = None
    date: datetime.date | None = None
    amount: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    check_code: str | None = None
    buyer_name: str | None = None
    buyer_tax_id: str | None = None
    seller_name: str | None = None
    seller_tax_id: str | None = None
    category: str | None = None
    status: Status = Status.REVIEW
    page: int | None = 0
    """None for an invoice that no page shows, such as a bare XML file."""
    region: Box | None = None
    items: tuple[LineItem, ...] = ()
    extra: Extra = Extra()
    sight: Sight | None = None
    """What its page showed besides the fields; None where nobody looked."""
    fields: dict[FieldName, Evidence] = Field(default_factory=dict)
    signatures: tuple[Signature, ...] = ()
    problems: tuple[StructureProblem, ...] = ()
    """What is wrong with the structured data of its original."""
    findings: tuple[Finding, ...] = ()
    rules: RulesRun = RulesRun()

    @classmethod
    def from_evidence(
        cls,
        form: Form | None,
        fields: dict[FieldName, Evidence],
        *,
        page: int | None = 0,
        region: Box | None = None,
        items: tuple[LineItem, ...] = (),
        extra: Extra | None = None,
    ) -> Self:
        """An invoice whose values are those of its evidence."""
        values: dict[str, object] = {name.value: item.value for name, item in fields.items()}
        return cls.model_validate(
            values
            | {
                "type": type_of(form, extra),
                "form": form,
                "page": page,
                "region": region,
                "items": items,
                "extra": extra or Extra(),
                "fields": fields,
            }
        )

    def confidence(self, field: FieldName) -> float:
        """How sure the reading of a field is; 1 for a value typed or imported without evidence."""
        evidence = self.fields.get(field)
        return evidence.confidence if evidence else 1.0

    @property
    def key(self) -> str | None:
        """The invoice's identity (domain.md 0.1): the 20-digit number, else code-number.

        None where the number is missing, or where the form needs a code and none was read.
        """
        if not self.number:
            return None
        if len(self.number) == 20:
            return self.number
        if self.code:
            return f"{self.code}-{self.number}"
        return None if self.form and self.form.is_tax_control else f"-{self.number}"
