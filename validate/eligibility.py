"""Invoice → the input tax that may be credited, and why (domain.md 7.2).

The rows of the decision are tried in their order; the first that knows the document decides how
much tax it carries. What the purchase is used for may then forbid all of it, or single lines.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from models.eligibility import Eligibility, Reason
from models.finding import Severity
from models.forms import Form
from models.invoice import TOLL_BUSINESS, Invoice
from models.text import CENT, squash
from validate.context import Context
from validate.creditfacts import (
    blocks,
    detail_money,
    identified,
    is_foreign,
    is_passenger_transport,
    not_staff,
    papers,
    staff_needed,
    status_blocks,
    text_of,
    use_needed,
)
from validate.facts import form_of
from validate.sanity import sane

_SPECIAL = frozenset(
    {
        Form.VAT_SPECIAL,
        Form.FREIGHT_SPECIAL,
        Form.VAT_E_SPECIAL,
        Form.DZ_SPECIAL,
        Form.DZP_SPECIAL,
        Form.VEHICLE,
        Form.DZ_VEHICLE,
        Form.DZP_VEHICLE,
    }
)
_GENERAL = frozenset({Form.DZ_NORMAL, Form.VAT_E_NORMAL})
_LAST_YEAR_OF_OLD_RULES = 2025
_ZERO = Decimal("0.00")
_NO_TAX_READ = Reason(code="tax", zh="税额未读到", en="the tax was not read")
_BRIDGE = Reason(code="bridge", zh="须为桥、闸通行费", en="must be a toll for a bridge or a sluice")
_COMPARED = Reason(
    code="customs_compared", zh="须经稽核比对相符", en="must have passed the customs comparison"
)
_WITHHELD = Reason(
    code="withheld_papers",
    zh="须为代扣代缴，并有书面合同、付款证明和境外单位的对账单或发票",
    en="must be withheld tax, with contract, proof of payment and the foreign party's statement",
)
_DISPUTED = Reason(
    code="policy",
    zh="旅客运输电子普通发票2026年起能否抵扣口径不一，须由政策决定",
    en="whether general e-invoices for passengers are creditable from 2026 on is disputed; the "
    "policy has to decide",
)


@dataclass(frozen=True, slots=True)
class Credit:
    """What a row of the decision says before use is asked for. `allowed` False: this kind of
    document, as it stands, carries no input tax to credit."""

    amount: Decimal
    basis: Reason
    allowed: bool = True
    needs: tuple[Reason, ...] = ()
    blocked_by: tuple[Reason, ...] = ()


def eligibility(invoice: Invoice, context: Context) -> Eligibility:
    """The input tax of an invoice that may be credited, why, and what is still to be shown.

    Pure. Never raises for what an invoice holds.
    """
    invoice = sane(invoice)
    credit = credit_of(invoice, context)
    if not credit.allowed:
        return Eligibility(amount=_ZERO, basis=credit.basis)
    use = blocks(invoice, context)
    blocked = (*credit.blocked_by, *use.reasons)
    whole = bool(credit.blocked_by) or use.whole
    open_rejects = tuple(
        Reason(code=f.rule, zh=f"先解决：{f.message}", en=f"settle first: {f.message_en}")
        for f in invoice.findings
        if f.severity is Severity.REJECT and not f.rule.startswith("R-DED")
    )
    return Eligibility(
        amount=_ZERO if whole else _without(credit.amount, use.excluded),
        basis=credit.basis,
        blocked_by=blocked,
        needs=() if whole else (*credit.needs, *use.needs, *use_needed(context), *open_rejects),
    )


def credit_of(invoice: Invoice, context: Context) -> Credit:
    """What the kind of document allows by itself; money must be `sane`."""
    form = form_of(invoice)
    if form is not None:
        for row in _ROWS:
            credit = row(invoice, form, context)
            if credit is not None:
                return credit
    return _none("kind", "该票种不可抵扣", "this kind of document is no deductible voucher")


def _without(credit: Decimal, excluded: Decimal) -> Decimal:
    """The credit less the tax of blocked lines; never turned round by absurd lines."""
    left = credit - excluded
    return left if (left < 0) == (credit < 0) else _ZERO


def _none(code: str, zh: str, en: str) -> Credit:
    return Credit(_ZERO, Reason(code=code, zh=zh, en=en), allowed=False)


def _printed(invoice: Invoice, basis: Reason) -> Credit:
    if invoice.tax is None:
        return Credit(_ZERO, basis, needs=(_NO_TAX_READ,))
    return Credit(_cents(invoice.tax), basis)


def _share(face: Decimal | None, percent: int, basis: Reason) -> Credit:
    """The tax inside a price: face ÷ (1 + rate) × rate."""
    if face is None:
        need = Reason(code="price", zh="票面金额未读到", en="the price was not read")
        return Credit(_ZERO, basis, needs=(need,))
    return Credit(_cents(face * percent / (100 + percent)), basis)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def _special(invoice: Invoice, form: Form, context: Context) -> Credit | None:
    if form not in _SPECIAL:
        return None
    basis = Reason(code="special", zh="专用发票上注明的税额", en="the tax printed on a 专票")
    credit = _printed(invoice, basis)
    return replace(
        credit,
        needs=(*credit.needs, *papers(context)),
        blocked_by=status_blocks(context),
    )


def _rail(invoice: Invoice, form: Form, context: Context) -> Credit | None:
    if form is not Form.RAIL_E:
        return None
    basis = Reason(code="rail", zh="铁路电子客票的税额", en="the tax of a rail e-ticket")
    refund = "退" in text_of(invoice, "业务类型")
    if invoice.tax is None and not refund:
        basis = Reason(code="rail", zh="票价÷(1+9%)×9%", en="the 9 % inside the price of the ride")
        credit = _share(invoice.total, 9, basis)
    else:
        credit = _printed(invoice, basis)
    return _for_staff(credit, invoice, context)


def _air(invoice: Invoice, form: Form, context: Context) -> Credit | None:
    if form is not Form.AIR_E:
        return None
    basis = Reason(code="air", zh="航空电子客票的增值税税额", en="the VAT of an air e-ticket")
    base = detail_money(invoice, "票价", "燃油附加费")
    if invoice.tax is None and base is not None:
        credit = Credit(_cents(base * 9 / 100), basis)
    else:
        credit = _printed(invoice, basis)
    foreign = is_foreign(invoice)
    if foreign:
        reason = Reason(code="foreign", zh="国际航段", en="an international leg")
        return replace(credit, blocked_by=(reason,))
    if foreign is None:
        need = Reason(code="domestic", zh="须为国内航段", en="must be a domestic leg")
        credit = replace(credit, needs=(*credit.needs, need))
    return _for_staff(credit, invoice, context)


def _paper_before_2026(invoice: Invoice, form: Form, context: Context) -> Credit | None:
    """Paper rail and air tickets: the 9 % inside the price, up to 2025 and with the name on it."""
    date = invoice.extra.travel_date or invoice.date
    old = date is not None and date.year <= _LAST_YEAR_OF_OLD_RULES
    if form not in {Form.RAIL_PAPER, Form.AIR_PAPER} or not old:
        return None
    if not identified(invoice):
        return _no_identity()
    if form is Form.RAIL_PAPER:
        face, zh = invoice.total, "票面金额÷(1+9%)×9%"
    else:
        face, zh = detail_money(invoice, "票价", "燃油附加费"), "(票价+燃油附加费)÷(1+9%)×9%"
    basis = Reason(code="paper_ticket", zh=zh, en="the 9 % inside the price of a paper ticket")
    return _for_staff(_share(face, 9, basis), invoice, context)


def _road_or_water(invoice: Invoice, form: Form, context: Context) -> Credit | None:
    if form not in {Form.BUS, Form.SHIP}:
        return None
    if not identified(invoice):
        return _no_identity()
    basis = Reason(
        code="road_water", zh="票面金额÷(1+3%)×3%", en="the 3 % inside the price of the ticket"
    )
    return _for_staff(_share(invoice.total, 3, basis), invoice, context)


def _no_identity() -> Credit:
    return _none("identity", "客票未注明旅客身份", "the ticket does not say who travelled")


def _for_staff(credit: Credit, invoice: Invoice, context: Context) -> Credit:
    if not_staff(invoice, context):
        reason = Reason(
            code="not_staff", zh="乘客非本单位人员", en="the traveller is none of our staff"
        )
        return replace(credit, blocked_by=(*credit.blocked_by, reason))
    return replace(credit, needs=(*credit.needs, *staff_needed(invoice, context)))


def _toll(invoice: Invoice, form: Form, _context: Context) -> Credit | None:
    digital = form is Form.DZ_NORMAL and invoice.extra.special_business == TOLL_BUSINESS
    if form is not Form.TOLL_E and not digital:
        return None
    if invoice.tax is not None and invoice.tax > 0:
        basis = Reason(code="toll", zh="通行费发票上注明的税额", en="the tax on a toll invoice")
        return Credit(_cents(invoice.tax), basis)
    return _none("toll_untaxed", "不征税的通行费发票不可抵扣", "a toll invoice without tax")


def _bridge(invoice: Invoice, form: Form, _context: Context) -> Credit | None:
    if form is not Form.TOLL_PAPER:
        return None
    basis = Reason(
        code="bridge", zh="桥、闸通行费÷(1+5%)×5%", en="the 5 % inside a bridge or sluice toll"
    )
    credit = _share(invoice.total, 5, basis)
    named = any(word in text_of(invoice) for word in ("桥", "闸"))
    return credit if named else replace(credit, needs=(*credit.needs, _BRIDGE))


def _customs(invoice: Invoice, form: Form, context: Context) -> Credit | None:
    if form is not Form.CUSTOMS_VAT:
        return None
    subject = text_of(invoice, "科目")
    if subject and "增值税" not in subject:
        return _none("customs_duty", "缴款书上没有增值税", "the payment is no VAT")
    stated = invoice.tax if invoice.tax is not None else invoice.total
    basis = Reason(code="customs", zh="海关缴款书上注明的税额", en="the VAT paid to customs")
    if stated is None:
        return Credit(_ZERO, basis, needs=(_NO_TAX_READ, _COMPARED))
    compared = context.record is not None and context.record.selected is True
    return Credit(_cents(stated), basis, needs=() if compared else (_COMPARED,))


def _tax_certificate(invoice: Invoice, form: Form, _context: Context) -> Credit | None:
    if form is not Form.TAX_CERT:
        return None
    paid = [
        item.amount
        for item in invoice.items
        if item.amount is not None and squash(item.name) == "增值税"
    ]
    if not paid:
        return _none("no_vat", "完税证明上没有增值税", "no VAT among the taxes paid")
    basis = Reason(
        code="withheld",
        zh="代扣代缴完税凭证上的增值税额",
        en="the VAT withheld for a foreign party",
    )
    return Credit(_cents(sum(paid, _ZERO)), basis, needs=(_WITHHELD,))


def _passenger_invoice(invoice: Invoice, form: Form, context: Context) -> Credit | None:
    """电子普通发票 for passengers: creditable up to 2025 (公告2019年第39号), disputed since."""
    if form not in _GENERAL or not is_passenger_transport(invoice):
        return None
    flag = context.policy.ride_hailing_general_credit
    old = invoice.date is not None and invoice.date.year <= _LAST_YEAR_OF_OLD_RULES
    if flag == "deny" and not old:
        return _none(
            "passenger_denied",
            "按本单位政策，旅客运输电子普通发票不抵扣",
            "by our policy general e-invoices for passengers are not credited",
        )
    basis = Reason(
        code="passenger",
        zh="旅客运输电子普通发票上注明的税额",
        en="the tax on a general e-invoice for passenger transport",
    )
    credit = _printed(invoice, basis)
    return credit if old or flag == "allow" else replace(credit, needs=(*credit.needs, _DISPUTED))


_Row = Callable[[Invoice, Form, Context], Credit | None]
_ROWS: tuple[_Row, ...] = (
    _special,
    _rail,
    _air,
    _paper_before_2026,
    _road_or_water,
    _toll,
    _bridge,
    _customs,
    _tax_certificate,
    _passenger_invoice,
)
