"""Truths of the whole VAT family: parties, lines and sums, whatever form they are printed on.

deal = vat.begin(order)            # place, trade, date, traits
bill = vat.lines.draw(deal)        # or lines of one's own making
truth = vat.issue(deal, bill)      # numbers, parties, QR, remark, face
"""

from decimal import Decimal

from models.capital import format_capital
from models.forms import Form
from models.invoice import Extra
from synth import numbers
from synth.order import Order
from synth.truth import Party, Truth
from synth.vat import face, identity, lines, notes, parties, toll
from synth.vat.deal import Bill, Deal, begin
from synth.vat.traits import PAPER, possible

__all__ = [
    "PAPER",
    "Bill",
    "Deal",
    "begin",
    "issue",
    "lines",
    "make",
    "make_toll",
    "parties",
    "possible",
]


def make(order: Order) -> Truth:
    """A VAT invoice of `form`: lines whose sums agree, numbers that obey their rules.

    Without a buyer one is invented. Besides the traits asked for it has now and then others.
    Raises UsageError (impossible_traits).
    """
    deal = begin(order)
    return issue(deal, lines.draw(deal))


def make_toll(order: Order) -> Truth:
    """A 通行费增值税电子普通发票, taxed or, as a top-up of an ETC card, untaxed."""
    deal = begin(order, toll.trades(order))
    bill = toll.draw(deal)
    truth = issue(deal, bill)
    plate = next(detail.value for detail in bill.details if detail.name == toll.COLUMNS[0])
    update: dict[str, object] = {"plate": plate}
    if truth.tax is not None:
        update["special_business"] = toll.BUSINESS
    return truth.model_copy(update={"extra": truth.extra.model_copy(update=update)})


def issue(deal: Deal, bill: Bill, *, suffixes: tuple[str, ...] | None = None) -> Truth:
    """The invoice of a bill: numbers, parties, capital amount, QR, remark, people, face.

    `suffixes` are the seller's where those of the trade do not fit.
    """
    order = deal.order
    known = identity.draw(deal.rng, deal.form, deal.date, deal.region)
    sellers = parties.sellers(deal, suffixes)
    untaxed = all(item.tax_rate == lines.UNTAXED for item in bill.items)
    truth = Truth(
        form=deal.form,
        seed=order.seed,
        code=known.code,
        number=known.number,
        date=deal.date,
        amount=bill.amount,
        tax=bill.tax,
        total=bill.amount + (bill.tax or Decimal(0)),
        check_code=known.check_code,
        buyer=parties.buyer(deal),
        seller=sellers.printed,
        category=deal.trade.category if deal.form is Form.TOLL_E or not untaxed else None,
        items=bill.items,
    )
    extra = _extra(deal, truth, bill, sellers.real)
    if known.paper_number:
        extra = extra.model_copy(update={"second_number": known.paper_number})
    look = face.draw(deal, bill, sellers.printed, sellers.real)
    return truth.model_copy(update={"extra": extra, "face": look})


def _extra(deal: Deal, truth: Truth, bill: Bill, real: Party | None) -> Extra:
    """What the form prints besides: capital amount, QR, remark, people, machine numbers."""
    form, rng, words = truth.form, deal.rng, deal.order.words
    digital = form.is_digital or form.is_digital_paper
    printed = truth.total if digital else truth.amount or Decimal(0)
    said = notes.write(deal, truth, bill, real)
    extra = Extra(
        total_in_words=format_capital(truth.total),
        qr=numbers.qr_payload(form, truth.code, truth.number, printed, truth.day, truth.check_code),
        qr_crc="ok",
        remark=said.remark,
        red_of=said.red_of,
        issued_for=real.name if real else None,
        details=bill.details,
        drawer=words.person(rng),
    )
    if deal.is_old and form in PAPER and deal.side_rng("qr").random() < 0.5:
        extra = extra.model_copy(update={"qr": None, "qr_crc": None})
    if digital:
        return extra
    update: dict[str, object] = {
        "payee": words.person(rng),
        "reviewer": words.person(rng),
        "machine_no": None if form is Form.VAT_SPECIAL else "66" + numbers.digits(rng, 10),
    }
    if form in PAPER:
        # the machine prints what is pre-printed once more, smaller
        update |= {"second_code": truth.code, "second_number": truth.number}
    return extra.model_copy(update=update)
