"""Facts about an invoice that several rules and the decision share."""

import re

from models.forms import Form, InvoiceType
from models.identifiers import form_from_code, is_id_card, is_uscc
from models.invoice import FieldName, Invoice
from models.page import Source
from models.text import squash
from validate.words import people

EXEMPT_RATES = frozenset({"免税", "不征税", "出口退税", "普通零税率"})
"""What stands in the rate column where no tax is charged."""

TAX_SPLIT_FORMS = frozenset(
    {
        Form.VAT_SPECIAL,
        Form.FREIGHT_SPECIAL,
        Form.VEHICLE,
        Form.VAT_NORMAL,
        Form.VAT_E_SPECIAL,
        Form.VAT_E_NORMAL,
        Form.TOLL_E,
        Form.BLOCKCHAIN,
        Form.DZ_SPECIAL,
        Form.DZ_NORMAL,
        Form.DZ_VEHICLE,
        Form.DZP_SPECIAL,
        Form.DZP_NORMAL,
        Form.DZP_VEHICLE,
    }
)
"""Forms that print 金额 and 税额 beside 价税合计 (domain.md 1.4)."""

BUYER_FORMS = TAX_SPLIT_FORMS | {Form.USED_CAR, Form.DZ_USED_CAR, Form.DZP_USED_CAR}
"""Forms that must name a buyer; tickets and rolls need not."""

_CODED_FORMS = frozenset(
    {
        Form.BLOCKCHAIN,
        Form.TAXI,
        Form.QUOTA,
        Form.TOLL_PAPER,
        Form.BUS,
        Form.SHIP,
        Form.MACHINE,
        Form.FISCAL,
        Form.MED_OUT,
        Form.MED_IN,
        Form.TOLL_FISCAL,
    }
)
_DATELESS_FORMS = frozenset({Form.QUOTA, Form.TOLL_PAPER})

_BUYER_TICKETS = frozenset({Form.RAIL_E, Form.AIR_E})
"""Tickets that name the buyer they are issued to."""
_HANZI_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_LONGEST_PERSON = 4
"""Characters; a longer buyer's name is a company's, which is named with its id."""

_BUYER = (FieldName.BUYER_NAME, FieldName.BUYER_TAX_ID)
_SELLER = (FieldName.SELLER_NAME, FieldName.SELLER_TAX_ID)
_NAMED: dict[Form, tuple[FieldName, ...]] = {
    Form.FISCAL: (FieldName.SELLER_NAME,),
    Form.MED_OUT: (FieldName.BUYER_NAME, FieldName.SELLER_NAME),
    Form.MED_IN: (FieldName.BUYER_NAME, FieldName.SELLER_NAME),
    Form.TOLL_FISCAL: (FieldName.SELLER_NAME,),
    Form.CUSTOMS_VAT: (FieldName.BUYER_NAME,),
    Form.TAX_CERT: (FieldName.BUYER_NAME, FieldName.BUYER_TAX_ID),
    Form.MACHINE: (FieldName.SELLER_NAME, FieldName.SELLER_TAX_ID),
    Form.BLOCKCHAIN: (FieldName.CHECK_CODE,),
    **dict.fromkeys((Form.VEHICLE, Form.DZ_VEHICLE, Form.DZP_VEHICLE), _BUYER),
    **dict.fromkeys((Form.USED_CAR, Form.DZ_USED_CAR, Form.DZP_USED_CAR), (*_BUYER, *_SELLER)),
}
"""What forms always name beside their key fields: who issued a bill, who paid a tax, who sold a
vehicle to whom (persons too are named with their number there)."""

_SAME_TITLE = (
    frozenset({Form.VAT_E_NORMAL, Form.TOLL_E, Form.BLOCKCHAIN}),
    frozenset({Form.VAT_NORMAL, Form.VAT_ROLL}),
)

_FORM_OF_TYPE = {
    InvoiceType.VAT_SPECIAL: Form.VAT_SPECIAL,
    InvoiceType.VAT_GENERAL: Form.VAT_NORMAL,
    InvoiceType.VAT_ELECTRONIC: Form.VAT_E_NORMAL,
    InvoiceType.DIGITAL_SPECIAL: Form.DZ_SPECIAL,
    InvoiceType.DIGITAL_GENERAL: Form.DZ_NORMAL,
    InvoiceType.ROLL: Form.VAT_ROLL,
    InvoiceType.TRAIN: Form.RAIL_PAPER,
    InvoiceType.TAXI: Form.TAXI,
    InvoiceType.QUOTA: Form.QUOTA,
    InvoiceType.AIR: Form.AIR_PAPER,
    InvoiceType.VEHICLE: Form.VEHICLE,
    InvoiceType.TOLL: Form.TOLL_PAPER,
}
_DIGITAL_FORM_OF_TYPE = {
    InvoiceType.TRAIN: Form.RAIL_E,
    InvoiceType.AIR: Form.AIR_E,
    InvoiceType.VEHICLE: Form.DZ_VEHICLE,
    InvoiceType.TOLL: Form.DZ_NORMAL,
}


def form_of(invoice: Invoice) -> Form | None:
    """The precise form; where only the coarse type is given, the one code and number point to."""
    if invoice.form is not None:
        return invoice.form
    by_code = form_from_code(invoice.code) if invoice.code else None
    if by_code and by_code.type == invoice.type:
        return by_code
    if invoice.number and len(invoice.number) == 20 and invoice.type in _DIGITAL_FORM_OF_TYPE:
        return _DIGITAL_FORM_OF_TYPE[invoice.type]
    return _FORM_OF_TYPE.get(invoice.type)


def same_form(one: Form, other: Form) -> bool:
    """Whether two forms are the same or carry the same title, so that a reader may mix them up."""
    return one == other or any({one, other} <= group for group in _SAME_TITLE)


def key_fields(invoice: Invoice) -> tuple[FieldName, ...]:
    """The fields an invoice of this form stands or falls with: identity, date and money."""
    form = form_of(invoice)
    fields = [FieldName.NUMBER, FieldName.TOTAL]
    if form is None or form not in _DATELESS_FORMS:
        fields.append(FieldName.DATE)
    coded = form in _CODED_FORMS and not _is_old_bill(invoice)
    if form is not None and (form.is_tax_control or coded):
        fields.append(FieldName.CODE)
    if form in TAX_SPLIT_FORMS:
        fields.append(FieldName.AMOUNT)
        if invoice.tax is not None or not tax_may_be_absent(invoice):
            fields.append(FieldName.TAX)
    elif form is Form.AIR_E:
        # the one ticket that prints its tax by itself
        fields.append(FieldName.TAX)
    return tuple(fields)


def _is_old_bill(invoice: Invoice) -> bool:
    """Whether a 财政票据 is of the old paper, which prints a number and nothing else of its own.

    Electronic ones always have a code, a 校验码 and a QR code.
    """
    none = not (invoice.code or invoice.check_code or invoice.extra.qr)
    return invoice.form is Form.FISCAL and none


def mandatory_fields(invoice: Invoice) -> tuple[FieldName, ...]:
    """The key fields and, where the form prints one, the seller. The buyer is R-BUY-03's, but
    for an enterprise's tax id, and on tickets and for vehicles, where no rule asks for all of it.
    """
    form = form_of(invoice)
    named = _NAMED.get(form, ()) if form else ()
    if form is not None and form.is_digital_paper:
        named = (FieldName.CODE, *named)
    if form in TAX_SPLIT_FORMS:
        # an enterprise must be named with its tax id, or its invoice is no voucher
        enterprise = len(invoice.buyer_name or "") > _LONGEST_PERSON
        buyer = (FieldName.BUYER_TAX_ID,) if enterprise else ()
        return (*key_fields(invoice), *_SELLER, *named, *buyer)
    return (*key_fields(invoice), *named, *_ticket_parties(form, invoice))


def _ticket_parties(form: Form | None, invoice: Invoice) -> tuple[FieldName, ...]:
    """Whom an electronic ticket or a 卷票 names, beyond its key fields."""
    fields: list[FieldName] = []
    if form is Form.VAT_ROLL:
        fields += [FieldName.SELLER_NAME, FieldName.SELLER_TAX_ID]
    if form is Form.AIR_E:
        fields.append(FieldName.SELLER_NAME)
    if form in _BUYER_TICKETS:
        fields.append(FieldName.BUYER_NAME)
    named = form in _BUYER_TICKETS or form is Form.VAT_ROLL
    if named and len(invoice.buyer_name or "") > _LONGEST_PERSON:
        fields.append(FieldName.BUYER_TAX_ID)
    return tuple(fields)


def tax_free(invoice: Invoice) -> bool:
    """Whether every line says that no tax is charged."""
    return bool(invoice.items) and all(
        (item.tax_rate or "") in EXEMPT_RATES for item in invoice.items
    )


def tax_may_be_absent(invoice: Invoice) -> bool:
    """Whether a missing 税额 is what such an invoice prints: *** where no tax is charged."""
    no_gap = invoice.amount is not None and invoice.amount == invoice.total
    return invoice.tax is None and (tax_free(invoice) or no_gap)


def is_red(invoice: Invoice) -> bool:
    """Whether the invoice says of itself that it is a red-letter (negative) one."""
    remark = invoice.extra.remark or ""
    words = invoice.extra.total_in_words or ""
    marked = any(mark in remark for mark in ("红冲", "红字", "对应正数", "销项负数"))
    extra = invoice.extra
    return "负" in words or marked or extra.red_of is not None or extra.red is True


def looks_personal(name: str | None, tax_id: str | None = None) -> bool:
    """Whether a buyer is a natural person: a name that says so, an identity number, or two to
    four characters that begin with a surname and end in no word for a unit."""
    words, text = people(), squash(name or "")
    number = squash(tax_id or "").upper()
    if is_id_card(number) and not is_uscc(number):
        return True
    if any(text.endswith(squash(mark)) for mark in words.marks):
        return True
    bare = text.replace("·", "")
    if number or not _HANZI_NAME.fullmatch(bare) or text.endswith(words.not_people):
        return False
    return "·" in text or bare[0] in words.surnames or bare[:2] in words.compound


def source_of(invoice: Invoice, field: FieldName) -> Source | None:
    """Where a field's value was read; None for a value typed or imported without evidence."""
    evidence = invoice.fields.get(field)
    return evidence.source if evidence else None


_MISREADING = frozenset({Source.OCR, Source.DERIVED})


def reading_confidence(invoice: Invoice, field: FieldName) -> float:
    """How surely the characters of a field's value were read, 0 to 1.

    `Evidence.confidence` says how far the value is trusted, and drops where another source
    contradicts it; then the reading's own confidence may stand among the candidates. Text layers,
    structured data and people do not mistake characters: 1.
    """
    evidence = invoice.fields.get(field)
    if evidence is None or evidence.source not in _MISREADING:
        return 1.0
    same = [c.confidence for c in evidence.candidates if c.value == evidence.value]
    return max(evidence.confidence, *same) if same else evidence.confidence


def misreadable(invoice: Invoice, *fields: FieldName) -> bool:
    """Whether one of the fields rests on OCR alone, so that a misreading may explain a fault."""
    return any(
        (evidence := invoice.fields.get(field)) is not None
        and evidence.source == Source.OCR
        and "qr" not in evidence.confirmed_by
        for field in fields
    )


def read_by_ocr(invoice: Invoice) -> bool:
    """Whether the page was read by OCR. Lines carry no evidence of their own: where this holds, a
    lost or misread line is likelier than a faulty invoice, and rules on lines warn at most."""
    return any(evidence.source == Source.OCR for evidence in invoice.fields.values())


def is_rendition(invoice: Invoice) -> bool:
    """Whether it is another shape of an invoice that is kept already (R-DUP-02): one invoice with
    that, and to be counted, booked and paid once."""
    return any(finding.rule == "R-DUP-02" for finding in invoice.findings)
