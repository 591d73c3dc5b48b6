"""Which other invoices bear on one: of the same seller, red and blue, journeys, taxi slips.

`Met` finds among the invoices of a run, `piaohe.store.relations` among those kept; what either
finds may be too much, and `relate` sorts it.
"""

import datetime
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from models.forms import Form
from models.invoice import Invoice
from models.related import Journey, Related, Sibling
from models.text import squash
from validate.sanity import sane_money

NEAR_DAYS = 3
"""How far apart in time invoices of one seller may be to bear on one another."""
ROLL = 1000
"""How far apart in number taxi slips may be to be of one roll."""
TRAVEL = frozenset({Form.RAIL_E, Form.RAIL_PAPER, Form.AIR_E, Form.AIR_PAPER, Form.BUS, Form.SHIP})

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """Another invoice, and where a person would find it."""

    where: str
    invoice: Invoice


class Kin(Protocol):
    """Finds invoices that may bear on one; more than do is no harm."""

    def find(self, invoice: Invoice) -> Iterable[Known]:
        """Those that may, this invoice and other renditions of it perhaps among them."""


@dataclass(slots=True)
class Met:
    """The invoices met in this run."""

    _known: dict[Hashable, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def note(self, where: str, invoice: Invoice) -> None:
        """Remember an invoice for those that come after it."""
        known = Known(where, invoice)
        for handle in _shown(invoice):
            self._known[handle].append(known)
        name = ("name", tax_id(invoice), squash(invoice.seller_name or ""))
        if all(name) and name not in self._known:
            self._known[name].append(known)
            self._known["names", name[1]].append(known)

    def find(self, invoice: Invoice) -> Iterable[Known]:
        """Those met that may bear on the invoice."""
        for handle in _sought(invoice):
            yield from self._known.get(handle, ())


def relate(invoice: Invoice, others: Iterable[Known], *, complete: bool) -> Related:
    """What bears on an invoice. `complete` says that every invoice kept was looked through: only
    then is a red invoice without its blue one known to have none."""
    found = _others(invoice, others)
    own = tax_id(invoice)
    blues = tuple(_sibling(one) for one in found if takes_back(invoice, one.invoice))
    names = [
        one.invoice.seller_name
        for one in found
        if own and tax_id(one.invoice) == own and one.invoice.seller_name
    ]
    return Related(
        same_seller=tuple(_sibling(one) for one in found if _neighbours(invoice, one.invoice)),
        seller_names=tuple(dict.fromkeys(names)),
        blues=blues if blues or complete else None,
        reds=tuple(_sibling(one) for one in found if _reds(invoice, one.invoice)),
        journeys=tuple(journey for one in found if (journey := _journey(invoice, one))),
        slips=tuple(_sibling(one) for one in found if _same_roll(invoice, one.invoice)),
    )


def _others(invoice: Invoice, others: Iterable[Known]) -> list[Known]:
    """All but the invoice itself and its renditions, and of every other one rendition."""
    seen: set[object] = {invoice.key or id(invoice)}
    kept = []
    for one in others:
        identity = one.invoice.key or id(one.invoice)
        if identity not in seen:
            seen.add(identity)
            kept.append(one)
    return kept


def seller(invoice: Invoice) -> str | None:
    """Who sold, by tax id, else by name."""
    return tax_id(invoice) or squash(invoice.seller_name or "") or None


def tax_id(invoice: Invoice) -> str | None:
    """The seller's tax id as it is compared; None where it is masked or missing."""
    text = squash(invoice.seller_tax_id or "").upper()
    return text if text and "*" not in text else None


def serial(invoice: Invoice) -> int | None:
    """The number of a taxi slip as an integer."""
    text = invoice.number or ""
    plain = text.isascii() and text.isdigit() and len(text) <= 20
    return int(text) if plain and invoice.form is Form.TAXI else None


def takes_back(red: Invoice, blue: Invoice) -> bool:
    """Whether one invoice says of itself that it takes back the other."""
    named = squash(red.extra.red_of or "")
    return bool(named) and named in _names_of(blue)


def _names_of(invoice: Invoice) -> set[str]:
    """How a red invoice may name this one."""
    whole = f"{invoice.code or ''}{invoice.number or ''}"
    return {name for name in (invoice.key, invoice.number, whole) if name}


def _neighbours(one: Invoice, other: Invoice) -> bool:
    same = seller(one) is not None and seller(one) == seller(other)
    if not same or one.date is None or other.date is None:
        return False
    return abs((one.date - other.date).days) <= NEAR_DAYS


def _reds(invoice: Invoice, other: Invoice) -> bool:
    """Whether the other takes back this one, or the same one as this does."""
    named = squash(invoice.extra.red_of or "")
    same = bool(named) and squash(other.extra.red_of or "") == named
    return same or takes_back(other, invoice)


def _same_roll(one: Invoice, other: Invoice) -> bool:
    mine, theirs = serial(one), serial(other)
    if mine is None or theirs is None:
        return False
    return (one.code or "") == (other.code or "") and abs(mine - theirs) <= ROLL


def _journey(invoice: Invoice, known: Known) -> Journey | None:
    other, name = known.invoice, squash(invoice.extra.traveller or "")
    same = bool(name) and squash(other.extra.traveller or "") == name
    if not same or other.form not in TRAVEL or not _same_person(invoice, other):
        return None
    day, time, own = other.extra.travel_date, other.extra.departure_time, invoice.extra.travel_date
    if day is None or own is None or abs((day - own).days) > 1:
        return None
    try:
        departs = datetime.datetime.combine(day, datetime.time.fromisoformat(time or ""))
    except ValueError:
        return None
    return Journey(where=known.where, trip_no=other.extra.trip_no, departs=departs)


def _same_person(one: Invoice, other: Invoice) -> bool:
    """Two of one name are different persons where visible characters of their ids differ."""
    mine, theirs = squash(one.extra.traveller_id or ""), squash(other.extra.traveller_id or "")
    if len(mine) != len(theirs):
        return True
    return all(a == b or "*" in (a, b) for a, b in zip(mine, theirs, strict=True))


def _sibling(known: Known) -> Sibling:
    invoice = known.invoice
    return Sibling(
        where=known.where,
        number=invoice.number,
        code=invoice.code,
        date=invoice.date,
        total=invoice.total if sane_money(invoice.total) else None,
    )


def _shown(invoice: Invoice) -> Iterator[Hashable]:
    """The handles by which an invoice is found."""
    if (sold := seller(invoice)) and invoice.date:
        yield "seller", sold, invoice.date
    for name in _names_of(invoice):
        yield "blue", name
    if invoice.extra.red_of:
        yield "red", squash(invoice.extra.red_of)
    if invoice.extra.traveller and invoice.extra.travel_date:
        yield "traveller", squash(invoice.extra.traveller), invoice.extra.travel_date
    if (number := serial(invoice)) is not None:
        yield "roll", invoice.code or "", number // ROLL


def _sought(invoice: Invoice) -> Iterator[Hashable]:
    """The handles of what may bear on an invoice."""
    if (sold := seller(invoice)) and invoice.date:
        yield from (("seller", sold, day) for day in days_around(invoice.date, NEAR_DAYS))
    yield "names", tax_id(invoice)
    yield from (("red", name) for name in _names_of(invoice))
    if invoice.extra.red_of:
        named = squash(invoice.extra.red_of)
        yield from (("blue", named), ("red", named))
    if invoice.extra.traveller and invoice.extra.travel_date:
        name = squash(invoice.extra.traveller)
        for day in days_around(invoice.extra.travel_date, 1):
            yield "traveller", name, day
    if (number := serial(invoice)) is not None:
        for part in (-1, 0, 1):
            yield "roll", invoice.code or "", number // ROLL + part


def days_around(day: datetime.date, days: int) -> list[datetime.date]:
    """The days from so many before to so many after, as far as the calendar goes."""
    found = []
    for shift in range(-days, days + 1):
        try:
            found.append(day + shift * _DAY)
        except OverflowError:
            continue
    return found
