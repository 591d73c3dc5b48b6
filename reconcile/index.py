"""A ledger's entries, found by number, by nearly the number, and by seller and money."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from models.ledger import Ledger, LedgerEntry
from reconcile.facts import Facts, facts_of, same_money
from reconcile.identity import Identity, could_be, entry_identity, neighbours

_MOST = 128
"""Entries looked at under one key. Only a ledger that is itself broken has more alike."""
_MOST_DEALS = 16
_DAYS_APART = 3
_ANY_DAY = datetime.date.min

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Theirs:
    """A ledger entry made ready for comparing. `place` orders all entries of a run."""

    place: int
    source: int
    entry: LedgerEntry
    identity: Identity
    facts: Facts

    @property
    def order(self) -> tuple[str, str, int, str, int]:
        """Where the entry stands; its place in the run only where two stand in one row."""
        entry = self.entry
        return entry.source, entry.sheet, entry.row, entry.number or "", self.place


@dataclass(frozen=True, slots=True)
class Ours:
    """An invoice made ready for comparing."""

    place: int
    key: str
    identity: Identity
    facts: Facts


def prepared(ledgers: Sequence[Ledger]) -> list[Theirs]:
    """All entries of all ledgers in order. Two ledgers of one source count as one."""
    sources: dict[str, int] = {}
    entries = [entry for ledger in ledgers for entry in ledger.entries]
    return [
        Theirs(
            place=place,
            source=sources.setdefault(entry.source, len(sources)),
            entry=entry,
            identity=entry_identity(entry),
            facts=facts_of(entry),
        )
        for place, entry in enumerate(entries)
    ]


class NumberIndex:
    """Finds entries that have one of an invoice's numbers."""

    def __init__(self, entries: Iterable[Theirs]) -> None:
        self._by_number: dict[str, list[Theirs]] = defaultdict(list)
        for theirs in entries:
            for number in theirs.identity.numbers:
                self._by_number[number].append(theirs)

    def find(self, identity: Identity) -> list[Theirs]:
        """Entries sharing a number, by where they stand, each once."""
        found = {
            theirs.place: theirs
            for number in identity.numbers
            for theirs in self._by_number.get(number, ())[:_MOST]
        }
        return sorted(found.values(), key=lambda theirs: theirs.order)


class NearIndex:
    """Finds entries that are alike: nearly the number, or the same seller, money and days."""

    def __init__(self, entries: Iterable[Theirs]) -> None:
        self._near: dict[str, list[Theirs]] = defaultdict(list)
        self._by_seller: dict[tuple[str, Decimal, datetime.date | None], list[Theirs]]
        self._by_seller = defaultdict(list)
        self._damaged: dict[Decimal, list[Theirs]] = defaultdict(list)
        for theirs in entries:
            if theirs.entry.damaged_number and not theirs.identity.long:
                for value in _figures(theirs.facts):
                    self._damaged[value].append(theirs)
            for number in theirs.identity.numbers:
                for key in neighbours(number):
                    self._near[key].append(theirs)
            for seller in _sellers(theirs.facts):
                for value in _figures(theirs.facts):
                    self._by_seller[seller, value, theirs.facts.date].append(theirs)
                    self._by_seller[seller, value, _ANY_DAY].append(theirs)

    def near_number(self, ours: Ours) -> Iterator[Theirs]:
        """Entries whose number may be one edit away; the caller measures."""
        keys = (key for number in ours.identity.numbers for key in neighbours(number))
        yield from _distinct(self._near, keys)

    def same_deal(self, ours: Ours) -> Iterator[Theirs]:
        """Entries of the same seller and money, within three days or without a date; the nearest
        days first, and only a few: a filling station sells for 100.00 all day long."""
        keys = (
            (seller, value, date)
            for date in _days_around(ours.facts.date)
            for seller in _sellers(ours.facts)
            for value in _figures(ours.facts)
        )
        found = _distinct(self._by_seller, keys, lambda hit: same_money(ours.facts, hit.facts))
        yield from islice(found, _MOST_DEALS)

    def damaged(self, ours: Ours) -> list[Theirs]:
        """Entries whose damaged number may have been ours, with the same money and no
        contradiction in seller or date."""
        number = ours.identity.long
        if not number:
            return []
        found = _distinct(self._damaged, _figures(ours.facts))
        return [
            theirs
            for theirs in found
            if could_be(number, theirs.entry.damaged_number or "")
            and same_money(ours.facts, theirs.facts)
            and _not_against(ours.facts.date, theirs.facts.date)
            and _not_against(ours.facts.seller_tax_id, theirs.facts.seller_tax_id)
        ]


def _distinct(
    index: Mapping[K, Sequence[Theirs]],
    keys: Iterable[K],
    wanted: Callable[[Theirs], bool] = lambda _: True,
) -> Iterator[Theirs]:
    seen: set[int] = set()
    for key in keys:
        for theirs in index.get(key, ())[:_MOST]:
            if theirs.place not in seen and wanted(theirs):
                seen.add(theirs.place)
                yield theirs


def _not_against(ours: object, theirs: object) -> bool:
    return ours is None or theirs is None or ours == theirs


def _sellers(facts: Facts) -> list[str]:
    return [seller for seller in (facts.seller_tax_id, facts.seller_name) if seller]


def _figures(facts: Facts) -> list[Decimal]:
    return sorted({value for value in (facts.whole, facts.amount) if value is not None})


def _days_around(date: datetime.date | None) -> list[datetime.date | None]:
    if date is None:
        return [_ANY_DAY]
    steps = sorted(range(-_DAYS_APART, _DAYS_APART + 1), key=abs)
    days = (date.toordinal() + step for step in steps)
    last = datetime.date.max.toordinal()
    return [*(datetime.date.fromordinal(day) for day in days if 1 <= day <= last), None]
