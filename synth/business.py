"""数电票 of a 特定业务: journeys, freight, building, letting, fuel, tolls ... (domain.md 1.4).

What stands in their extra tables is in synth/business_tables.py.
"""

from dataclasses import replace
from decimal import Decimal
from random import Random

from models.forms import Form
from models.invoice import LineItem
from models.text import CENT
from synth import numbers, people, vat
from synth.business_tables import SPECIALS, Sale, Special
from synth.business_words import Business, Good, businesses
from synth.draw.digital.looks import LOOKS
from synth.order import Order, Trait
from synth.truth import Party, Truth
from synth.vat.lines import EXEMPT, cents, discount, negated, significant

_TRAITS = frozenset({Trait.MANY_LINES, Trait.LONG_NAMES})
_CHANCES = ((Trait.MANY_LINES, 0.08), (Trait.LONG_NAMES, 0.08), (Trait.RED, 0.04))
_OFTEN_LONG = frozenset(
    {"dz_passenger", "dz_freight", "dz_fuel", "dz_toll", "dz_produce", "dz_medical_in"}
)
"""Kinds that have many lines without being asked."""
_STATED_SUMS = frozenset({"dz_medical_out", "dz_medical_in", "dz_property", "dz_vessel_tax"})
"""Kinds that repeat sums among their details, which a red letter would have to negate."""
_SOLD_TO_ISSUER = frozenset({"dz_purchase", "dz_scrap"})
"""Kinds whose buyer issues the invoice and whose seller is a natural person."""
_PATIENTS = frozenset({"dz_medical_out", "dz_medical_in"})
_TOLL_CHANNEL = "79"
"""Digits 5 and 6 of a toll invoice's number (domain.md 1.3)."""
_COOPERATIVE = "93"
"""The head of a farmers' cooperative's tax id."""


def plain(order: Order) -> Truth:
    """A 数电票 of no special business, in one of the looks of its issuers.

    Raises UsageError (impossible_traits).
    """
    return _dressed(order, vat.make(order))


def make(order: Order) -> Truth:
    """A 数电票 of the special business `order.kind` stands for, such as dz_freight.

    What its extra table prints is in `extra.details` by printed label and row, and the first row
    also in the fields of Extra that have a name.
    """
    order = _with_chance(order)
    deal = vat.begin(order)
    business = businesses(kept=order.kept)[order.kind]
    rng = Random(f"business:{deal.rng.random()}")
    goods = _goods(order, rng, business)
    items = _lines(order, rng, goods, rng.choice(business.rates))
    sale = Sale(order, rng, business, deal.region, deal.date, goods, items)
    special = SPECIALS[order.kind](sale)
    lines = special.items or items
    if Trait.RED in order.traits:
        lines = tuple(negated(item) for item in lines)
    bill = vat.Bill(lines, details=special.details)
    truth = vat.issue(deal, bill, suffixes=business.suffixes)
    truth = _named(sale, _numbered(sale, truth), special)
    return _dressed(order, truth)


def forms_of(kind: str) -> tuple[Form, ...]:
    """What a business is invoiced on: both kinds, or the ordinary one alone."""
    ordinary = _SOLD_TO_ISSUER | _PATIENTS | {"dz_passenger", "dz_toll", "dz_produce"}
    return (Form.DZ_NORMAL,) if kind in ordinary else (Form.DZ_SPECIAL, Form.DZ_NORMAL)


def traits_of(kind: str) -> frozenset[Trait]:
    """What can make an invoice of the business harder."""
    return _TRAITS if kind in _STATED_SUMS else _TRAITS | {Trait.RED}


def _with_chance(order: Order) -> Order:
    """The order with a trait nobody asked for, as one in a few documents has."""
    rng = Random(f"traits:{order.kind}:{order.seed}:{order.kept}")
    possible = traits_of(order.kind)
    if order.kind not in _OFTEN_LONG:
        possible -= {Trait.MANY_LINES}
    drawn = {trait for trait, share in _CHANCES if rng.random() < share and trait in possible}
    return replace(order, traits=order.traits or frozenset(drawn))


def _goods(order: Order, rng: Random, business: Business) -> tuple[Good, ...]:
    """What is sold, line by line; a trade of few articles may repeat them."""
    count = rng.randint(*business.lines)
    if Trait.MANY_LINES in order.traits:
        count = rng.randint(14, 30)
    shelf = list(business.goods)
    rng.shuffle(shelf)
    if order.kind == "dz_passenger":
        shelf = shelf[:1]  # one invoice, one means of transport
    return tuple(shelf[i % len(shelf)] for i in range(count))


def _lines(order: Order, rng: Random, goods: tuple[Good, ...], rate: str) -> tuple[LineItem, ...]:
    lines: list[LineItem] = []
    for good in goods:
        lines.append(_line(rng, good, rate))
        kept = Trait.RED not in order.traits  # a red letter takes back what was paid
        if kept and order.kind == "dz_passenger" and rng.random() < 0.4:
            lines.append(discount(rng, lines[-1]))  # the platform's coupon
    return tuple(lines[:30])


def _line(rng: Random, good: Good, rate: str) -> LineItem:
    """A line sold at a price with tax; untaxed lines leave their tax open, *** is printed."""
    step = Decimal(1).scaleb(-good.places)
    quantity = Decimal(repr(rng.uniform(*good.quantity))).quantize(step)
    price = Decimal(repr(rng.uniform(good.low, good.high))).quantize(CENT)
    gross = cents(price * quantity)
    factor = 1 + (Decimal(0) if rate == EXEMPT else Decimal(rate.removesuffix("%"))) / 100
    amount = cents(gross / factor)
    counted = good.unit is not None or rng.random() < 0.5
    net = price if rate == EXEMPT else gross / factor / quantity
    return LineItem(
        name=good.name,
        spec=rng.choice(good.specs) if good.specs and rng.random() < 0.8 else None,
        unit=good.unit,
        quantity=format(quantity.normalize(), "f") if counted else None,
        unit_price=significant(net, 15) if counted else None,
        amount=amount,
        tax_rate=rate,
        tax=None if rate == EXEMPT else gross - amount,
    )


def _numbered(sale: Sale, truth: Truth) -> Truth:
    """Tolls have numbers of their own."""
    if sale.order.kind != "dz_toll":
        return truth
    serial = f"{sale.rng.randrange(10**6, 10**9):014d}"
    number = f"{sale.date:%y}{sale.region.number}{_TOLL_CHANNEL}{serial}"
    qr = numbers.qr_payload(truth.form, None, number, truth.total, truth.day, None)
    extra = truth.extra.model_copy(update={"qr": qr})
    return truth.model_copy(update={"number": number, "extra": extra})


def _named(sale: Sale, truth: Truth, special: Special) -> Truth:
    """The invoice with its business, the parties it has, and what stands in its remark."""
    buyer, seller = _parties(sale, truth)
    lines = (truth.extra.remark or "").split("\n")
    # of the usual remark only the accounts make sense, and those only of companies
    same = (buyer, seller) == (truth.buyer, truth.seller)
    usual = [line for line in lines if "红冲" in line or (same and "开户银行" in line)]
    extra = truth.extra.model_copy(
        update={
            "special_business": sale.business.word,
            "remark": "\n".join((*special.remark, *usual)) or None,
            **special.extra,
        }
    )
    return truth.model_copy(
        update={
            "category": sale.goods[0].category or sale.business.category,
            "buyer": buyer,
            "seller": seller,
            "extra": extra,
        }
    )


def _parties(sale: Sale, truth: Truth) -> tuple[Party | None, Party | None]:
    """Who buys and who sells, as the business has it."""
    order, rng = sale.order, sale.rng
    if order.kind in _SOLD_TO_ISSUER:
        seller = people.person(order, rng, sale.region)
        if seller.tax_id and rng.random() < 0.3:
            hidden = f"{seller.tax_id[:6]}********{seller.tax_id[-4:]}"
            seller = seller.model_copy(update={"tax_id": hidden})
        return order.buyer or truth.seller, seller
    if order.kind in _PATIENTS:
        return order.buyer or Party(name=order.words.person(rng)), truth.seller
    if order.kind == "dz_produce" and truth.seller:
        tax_id = numbers.uscc(rng, sale.region.area, head=_COOPERATIVE)
        return truth.buyer, truth.seller.model_copy(update={"tax_id": tax_id})
    return truth.buyer, truth.seller


def _dressed(order: Order, truth: Truth) -> Truth:
    """The truth with its issuer's look, and how that one copes with more lines than fit."""
    rng = Random(f"look:{order.kind}:{order.seed}")
    look = order.layout(rng, len(LOOKS))
    details = truth.face.details | {"layout": str(look), "paged": rng.choice("01")}
    return truth.model_copy(update={"face": truth.face.model_copy(update={"details": details})})
