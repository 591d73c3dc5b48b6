"""What an invoice is about before its lines are known: who sells, where, and when."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from models.forms import Form
from models.invoice import Detail, LineItem
from synth.order import Order, Trait
from synth.vat.traits import drawn
from synth.vocabulary import Region, Trade

NAMED_GOODS = datetime.date(2018, 1, 1)
"""From then on lines begin with the short name of their tax code, *文具*."""
NEW_FORMS = datetime.date(2017, 7, 1)
"""Before, forms said 购货单位 and 销货单位 and tax ids had 15 digits."""
_FITTING = {
    Trait.EXEMPT: frozenset({"MED", "TRAIN_EDU", "MEAL", "HOTEL", "EXPRESS", "TAXI", "MEETING"}),
    Trait.DIFFERENTIAL: frozenset({"HR", "RENT", "MEETING", "CONSULT", "HOTEL"}),
}
"""The trades, by category, in which a trait is at home."""
_EARLY_SHARE = 0.08
_DIGITAL_DATES = (datetime.date(2026, 3, 2), datetime.date(2026, 10, 30))
_DATES = {
    Form.VAT_E_SPECIAL: (datetime.date(2020, 9, 7), datetime.date(2022, 11, 30)),
    Form.TOLL_E: (datetime.date(2019, 4, 8), datetime.date(2024, 6, 28)),
    Form.DZP_SPECIAL: _DIGITAL_DATES,
    Form.DZP_NORMAL: _DIGITAL_DATES,
}
_TAX_CONTROL_DATES = (datetime.date(2019, 4, 8), datetime.date(2021, 12, 20))
_OLD_DATES = (datetime.date(2016, 5, 9), datetime.date(2017, 6, 29))
"""Services have been taxed by VAT since May 2016."""
_EARLY_DATES = (NEW_FORMS, datetime.date(2019, 3, 29))


@dataclass(frozen=True, slots=True)
class Deal:
    """A sale to be invoiced. The order's traits are those asked for and those chance added."""

    order: Order
    rng: Random
    region: Region
    trade: Trade
    date: datetime.date

    def has(self, trait: Trait) -> bool:
        return trait in self.order.traits

    @property
    def form(self) -> Form:
        return self.order.form

    @property
    def is_old(self) -> bool:
        """Printed on the forms in use until mid-2017."""
        return self.date < NEW_FORMS

    def side_rng(self, purpose: str) -> Random:
        """Chance of its own, so that what it decides does not change the rest of the document."""
        return Random(f"{purpose}:{self.order.kind}:{self.order.seed}:{self.order.kept}")


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines of an invoice.

    `listed` are those of its 销货清单, `deduction` is what 差额征税 leaves untaxed, `details` are
    columns only this form has.
    """

    items: tuple[LineItem, ...]
    listed: tuple[LineItem, ...] = ()
    deduction: Decimal | None = None
    details: tuple[Detail, ...] = ()

    @property
    def amount(self) -> Decimal:
        return sum((item.amount or Decimal(0) for item in self.items), Decimal(0))

    @property
    def tax(self) -> Decimal | None:
        """None where no line is taxed: the form prints *** instead."""
        taxes = [item.tax for item in self.items if item.tax is not None]
        return sum(taxes, Decimal(0)) if taxes else None


def begin(order: Order, trades: Collection[Trade] | None = None) -> Deal:
    """Draw place, trade (of `trades` where given) and date.

    Raises UsageError (impossible_traits).
    """
    words, rng = order.words, order.rng()
    order = replace(order, traits=drawn(order))
    region = rng.choice(words.regions)
    trade = rng.choice(_trades(order, trades or words.trades))
    return Deal(order, rng, region, trade, _date(order, rng))


def _trades(order: Order, known: Collection[Trade]) -> list[Trade]:
    """The trades that may issue the form and fit the traits; all that may where none fits."""
    allowed = [t for t in known if t.special or not order.form.is_special]
    for trait, categories in _FITTING.items():
        if trait in order.traits:
            allowed = [t for t in allowed if t.category in categories] or allowed
    return allowed


def _date(order: Order, rng: Random) -> datetime.date:
    """数电票 of 2026, tax-control forms of the years they were common in."""
    form = order.form
    first, last = _DATES.get(form, _DIGITAL_DATES if form.is_digital else _TAX_CONTROL_DATES)
    if Trait.OLD_IDS in order.traits:
        first, last = _OLD_DATES
    elif (first, last) == _TAX_CONTROL_DATES:
        early = Random(f"early:{order.kind}:{order.seed}:{order.kept}").random()
        if early < _EARLY_SHARE:
            first, last = _EARLY_DATES
    return first + datetime.timedelta(days=rng.randint(0, (last - first).days))
