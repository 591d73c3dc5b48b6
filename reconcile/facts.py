"""The values two sides are compared by, normalised once, and how they differ."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from models.invoice import Invoice
from models.ledger import LedgerEntry
from models.text import CENT, MAX_MONEY, squash

Differences: TypeAlias = dict[str, tuple[str | None, str | None]]

_PLAIN = ("date", "tax")
_PARTIES = ("seller_tax_id", "seller_name", "buyer_tax_id", "buyer_name")
_MONEY = ("amount", "tax", "total")


@dataclass(frozen=True, slots=True)
class Facts:
    """An invoice's values: money to the cent, names and ids without spaces, width and case."""

    date: datetime.date | None
    amount: Decimal | None
    tax: Decimal | None
    total: Decimal | None
    seller_tax_id: str | None
    seller_name: str | None
    buyer_tax_id: str | None
    buyer_name: str | None

    @property
    def whole(self) -> Decimal | None:
        """价税合计, added up where it is not stated."""
        if self.total is None and self.amount is not None and self.tax is not None:
            return self.amount + self.tax
        return self.total

    @property
    def lone_amount(self) -> Decimal | None:
        """The only figure where a ledger has just a column 金额, which may include tax or not."""
        return self.amount if self.tax is None and self.total is None else None


def facts_of(side: Invoice | LedgerEntry) -> Facts:
    return Facts(
        date=side.date,
        amount=_cents(side.amount),
        tax=_cents(side.tax),
        total=_cents(side.total),
        seller_tax_id=_tax_id(side.seller_tax_id),
        seller_name=_name(side.seller_name),
        buyer_tax_id=_tax_id(side.buyer_tax_id),
        buyer_name=_name(side.buyer_name),
    )


def _cents(value: Decimal | None) -> Decimal | None:
    # what is no money at all stays as it is: more digits than a decimal's precision cannot be cut
    return value if value is None or abs(value) > MAX_MONEY else value.quantize(CENT)


def _name(text: str | None) -> str | None:
    return squash(text).casefold() or None if text else None


def _tax_id(text: str | None) -> str | None:
    """A tax id to compare; a masked one (with stars) says nothing."""
    body = squash(text).upper() if text else ""
    return None if not body or "*" in body else body


def summed(parts: Sequence[Facts]) -> Facts:
    """The facts of an invoice that a ledger books in several rows: their money added up."""

    def total(name: str) -> Decimal | None:
        values = [getattr(part, name) for part in parts]
        return None if None in values else sum(values, Decimal("0.00"))

    return replace(parts[0], amount=total("amount"), tax=total("tax"), total=total("total"))


def differences(ours: Facts, theirs: Facts) -> Differences:
    """Where both sides say something and it is not the same; what is missing is no difference."""
    found: Differences = {}
    for name in (*_PLAIN, *_PARTIES):
        _compare(found, name, getattr(ours, name), getattr(theirs, name))
    lone = theirs.lone_amount
    if lone is not None:
        if lone not in (ours.amount, ours.whole):
            _compare(found, "amount", ours.amount if ours.whole is None else ours.whole, lone)
        return found
    _compare(found, "amount", ours.amount, theirs.amount)
    if None in (ours.amount, theirs.amount) or None not in (ours.total, theirs.total):
        _compare(found, "total", ours.whole, theirs.whole)
    return found


def _compare(found: Differences, name: str, ours: object, theirs: object) -> None:
    if ours is not None and theirs is not None and ours != theirs:
        found[name] = (str(ours), str(theirs))


def same_money(ours: Facts, theirs: Facts) -> bool:
    """Whether both sides state the same 价税合计."""
    lone = theirs.lone_amount
    if lone is not None:
        return lone in (ours.amount, ours.whole)
    return ours.whole is not None and ours.whole == theirs.whole


def money_compared(ours: Facts, theirs: Facts) -> bool:
    """Whether both sides state a figure that can be compared."""
    pairs = ((ours.amount, theirs.amount), (ours.whole, theirs.whole), (ours.whole, theirs.amount))
    return any(None not in pair for pair in pairs)


def same_seller(ours: Facts, theirs: Facts) -> bool:
    """Whether the seller is the same by tax id, or by name where one side has no id."""
    if ours.seller_tax_id and theirs.seller_tax_id:
        return ours.seller_tax_id == theirs.seller_tax_id
    return ours.seller_name is not None and ours.seller_name == theirs.seller_name


def same_date(ours: Facts, theirs: Facts) -> bool:
    return ours.date is not None and ours.date == theirs.date


def corroborated(ours: Facts, theirs: Facts) -> bool:
    """Whether anything besides the number speaks for the two being one invoice."""
    return (
        same_money(ours, theirs)
        or (ours.amount is not None and ours.amount == theirs.amount)
        or same_date(ours, theirs)
        or same_seller(ours, theirs)
    )


def score(ours: Facts, theirs: Facts, *, near_number: bool) -> float:
    """How alike two invoices are, 0 to 1 (domain.md 6.4, N2)."""
    points = (
        5 * near_number
        + 2 * same_money(ours, theirs)
        + 2 * same_seller(ours, theirs)
        + 1 * same_date(ours, theirs)
    )
    return points / 10


def money_swapped(ours: Facts, theirs: Facts, found: Differences) -> bool:
    """Whether the only thing wrong is that 金额 and 价税合计 were taken for each other (N5)."""
    if not found or not found.keys() <= set(_MONEY):
        return False
    crossed_total = theirs.total is not None and theirs.total == ours.amount
    crossed_amount = theirs.amount is not None and theirs.amount == ours.whole
    return (crossed_total or crossed_amount) and ours.amount != ours.whole
