"""Kept entries made ready to be looked up: by number, by what is left of one, by seller and
money."""

import datetime
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import TypeAlias, TypeVar

from models.ledger import Ledger
from reconcile.compare import same_money, whole
from reconcile.facts import EntryFacts, InvoiceFacts, Money, entry_facts
from reconcile.identity import could_be, numbers, variants
from reconcile.ledgers import About, about_ledger, about_rows

MOST_ALIKE = 128
"""Entries looked at under one key. Only a ledger that is itself broken has more alike."""
_MOST_DEALS = 16
_MOST_LOST = 1000
_DAYS_APART = 3
_ANY_DAY = datetime.date.min
_standing = itemgetter(0, 1, 2)

_LAST_DAY = datetime.date.max.toordinal()

K = TypeVar("K")
Free: TypeAlias = Callable[[int], bool]
Places: TypeAlias = int | list[int]


class Index:
    """Entries by the places 0 to n-1 they have in `entries`: ordered by where they stand, so that
    the order they are given in decides nothing. Built once, asked many times."""

    def __init__(self, entries: Iterable[EntryFacts], about: Sequence[About] | None = None) -> None:
        """`about` says what each source holds; by default that is told from its entries."""
        self.entries = _ordered(entries)
        self.sources = sorted({entry.source for entry in self.entries})
        self.about = list(about) if about is not None else _about(self.entries)
        self.red: dict[str, Money] = {}
        """For each invoice taken back, by its key, what red entries that name it take back."""
        self.reds: dict[str, list[int]] = defaultdict(list)
        self.numberless: dict[str, list[int]] = defaultdict(list)
        """The places of entries that state no number, not even a damaged one, by seller."""
        self.shared: dict[tuple[str, str], list[int]] = defaultdict(list)
        """The places of entries that were booked in one line, by source and line."""
        self.lost: list[str] = []
        """Damaged numbers of entries without money, which nothing else could tell apart."""
        self._by_number: dict[str, Places] = {}
        self._damaged: dict[tuple[Money, datetime.date | None], list[int]] = defaultdict(list)
        self._deals: Deals | None = None
        self._fill()

    @classmethod
    def of(cls, ledgers: Sequence[Ledger]) -> "Index":
        """The entries of ledgers. Two ledgers of one source count as one."""
        facts = [[entry_facts(entry) for entry in ledger.entries] for ledger in ledgers]
        about = [about_ledger(ledger, own) for ledger, own in zip(ledgers, facts, strict=True)]
        return cls((entry for own in facts for entry in own), about)

    def _fill(self) -> None:
        by_number = self._by_number
        for place, entry in enumerate(self.entries):
            if entry.long:
                _add(by_number, entry.long, place)
            if entry.short:
                _add(by_number, entry.short, place)
            if not (entry.long or entry.short or entry.damaged):
                for seller in {entry.seller_tax_id, entry.seller_name} - {None}:
                    self.numberless[seller or ""].append(place)
            if entry.red_of:
                for key in entry.red_of:
                    self.red[key] = _plus(self.red.get(key, 0), whole(entry))
                    self.reds[key].append(place)
            if entry.shared:
                self.shared[entry.source, entry.shared[0]].append(place)
            if entry.damaged and not entry.long:
                self._add_damaged(entry, entry.damaged, place)

    def _add_damaged(self, entry: EntryFacts, damaged: str, place: int) -> None:
        values = {value for value in (whole(entry), entry.amount) if value is not None}
        for value in values:
            self._damaged[value, entry.date].append(place)
            self._damaged[value, _ANY_DAY].append(place)
        if not values and len(self.lost) < _MOST_LOST:
            self.lost.append(damaged)

    def by_number(self, number: str) -> Places | None:
        """The places of entries with this number: one, or a list of several in order."""
        return self._by_number.get(number)

    def find(self, wanted: Iterable[str]) -> list[int]:
        """The places of entries with any of these numbers, in order, each once."""
        found: set[int] = set()
        for number in wanted:
            found.update(_listed(self._by_number.get(number))[:MOST_ALIKE])
        return sorted(found)

    def standing_at(self, key: str) -> list[int]:
        """The places of the entries with this key (`EntryFacts.key`)."""
        head, _, row = key.rpartition("!")
        found: list[int] = []
        parts = head.split("#")
        for cut in range(1, len(parts)):
            where = "#".join(parts[:cut]), "#".join(parts[cut:])
            if row.isascii() and row.isdigit() and len(row) < 19:
                first = bisect_left(self.entries, (*where, int(row)), key=_standing)
                last = bisect_right(self.entries, (*where, int(row)), key=_standing)
                found += range(first, last)
        return found

    def near_number(self, ours: InvoiceFacts, free: Free) -> Iterator[int]:
        """Free entries whose number is one character away, or whose code differs."""
        seen: set[int] = set()
        get = self._by_number.get
        for number in numbers(ours):
            for variant in variants(number):
                if (hit := get(variant)) is not None:
                    for place in _listed(hit)[:MOST_ALIKE]:
                        if place not in seen and free(place):
                            seen.add(place)
                            yield place

    def damaged(self, ours: InvoiceFacts, free: Free) -> list[int]:
        """Free entries whose damaged number may have been ours, with the same money and no
        contradiction in seller or date."""
        number = ours.long
        if not number or not self._damaged:
            return []
        days = [ours.date, None] if ours.date else [_ANY_DAY]
        keys = [(value, day) for value in _figures(ours) for day in days]
        found = {place for key in keys for place in self._damaged.get(key, ())[:MOST_ALIKE]}
        return [
            place
            for place in sorted(found)
            if free(place)
            and could_be(number, (theirs := self.entries[place]).damaged or "")
            and same_money(ours, theirs)
            and _not_against(ours.seller_tax_id, theirs.seller_tax_id)
        ]

    def deals_of(self, free: Free) -> "Deals":
        """The free entries by seller and money; all entries where that was prepared."""
        if self._deals is not None:
            return self._deals
        return Deals(self.entries, [place for place in range(len(self.entries)) if free(place)])

    def same_deal(self, ours: InvoiceFacts) -> set[int]:
        """All entries of the same seller, money and days, free or not; `prepare` first."""
        return self._deals.all(ours) if self._deals is not None else set()

    def prepare(self) -> "Index":
        """Make ready to be asked about single invoices. Gives itself."""
        if self._deals is None:
            self._deals = Deals(self.entries, range(len(self.entries)))
        return self


class Deals:
    """Entries by seller and money, of each those in order of their days.

    A hash stands for both, which saves a tuple for each; what it mixes up is sorted out when the
    money is compared.
    """

    def __init__(self, entries: Sequence[EntryFacts], places: Iterable[int]) -> None:
        self._entries = entries
        self._places: dict[int, Places] = {}
        for place in places:
            entry = entries[place]
            value = whole(entry)
            value = entry.amount if value is None else value
            if value is not None:
                for seller in (entry.seller_tax_id, entry.seller_name):
                    if seller:
                        _add(self._places, hash((seller, value)), place)
        for held in self._places.values():
            if isinstance(held, list):
                held.sort(key=lambda place: (self._day(place), place))

    def same(self, ours: InvoiceFacts, free: Free) -> list[int]:
        """Free entries of the same seller and money, within three days or without a date; the
        nearest days first, and only a few: a filling station sells for 100.00 all day long."""
        found: dict[int, int] = {}
        for value in _figures(ours):
            for seller in (ours.seller_tax_id, ours.seller_name):
                held = self._places.get(hash((seller, value))) if seller else None
                for place in self._around(_listed(held), ours.date, free):
                    if place not in found and same_money(ours, self._entries[place]):
                        found[place] = _days(ours.date, self._entries[place].date)
        return sorted(found, key=lambda place: (found[place], place))[:_MOST_DEALS]

    def all(self, ours: InvoiceFacts) -> set[int]:
        """What `same` chooses from."""
        found: set[int] = set()
        for value in _figures(ours):
            for seller in (ours.seller_tax_id, ours.seller_name):
                held = _listed(self._places.get(hash((seller, value)))) if seller else []
                found.update(
                    place
                    for place in held
                    if not ours.date
                    or self._day(place) == _ANY_DAY
                    or abs((self._day(place) - ours.date).days) <= _DAYS_APART
                )
        return found

    def _day(self, place: int) -> datetime.date:
        return self._entries[place].date or _ANY_DAY

    def _around(self, places: list[int], date: datetime.date | None, free: Free) -> Iterator[int]:
        """Of places ordered by day, the free ones within three days and those without a day."""
        if date is None:
            yield from islice(filter(free, places), MOST_ALIKE)
            return
        undated = bisect_right(places, _ANY_DAY, key=self._day)
        yield from islice(filter(free, islice(places, undated)), MOST_ALIKE)
        for step in sorted(range(-_DAYS_APART, _DAYS_APART + 1), key=abs):
            day = _shifted(date, step)
            if day is not None and day != _ANY_DAY:
                first = bisect_left(places, day, key=self._day)
                last = bisect_right(places, day, key=self._day)
                yield from islice(filter(free, islice(places, first, last)), MOST_ALIKE)


def _ordered(entries: Iterable[EntryFacts]) -> list[EntryFacts]:
    """Entries in order of where they stand; of one place, in order of what they say."""
    kept = list(entries)
    kept.sort(key=_standing)
    previous: tuple[object, ...] | None = None
    for entry in kept:
        here = entry[:3]
        if here == previous:
            return [
                each
                for _, group in groupby(kept, key=_standing)
                for each in sorted(group, key=repr)
            ]
        previous = here
    return kept


def _about(entries: Sequence[EntryFacts]) -> list[About]:
    return [
        about_rows(source, list(group)) for source, group in groupby(entries, key=itemgetter(0))
    ]


def _add(index: dict[K, Places], key: K, place: int) -> None:
    """Put a place under a key; one alone stands for itself, which saves a list for each."""
    held = index.get(key)
    if held is None:
        index[key] = place
    elif isinstance(held, list):
        if held[-1] != place:
            held.append(place)
    elif held != place:
        index[key] = [held, place]


def _listed(places: Places | None) -> list[int]:
    if places is None:
        return []
    return places if isinstance(places, list) else [places]


def _plus(so_far: Money, more: Money | None) -> Money:
    return so_far + more if isinstance(so_far, int) and isinstance(more, int) else so_far


def _figures(ours: InvoiceFacts) -> list[Money]:
    mine = whole(ours)
    found = [] if mine is None else [mine]
    return found if ours.amount in (None, mine) else [*found, ours.amount]


def _not_against(ours: object, theirs: object) -> bool:
    return ours is None or theirs is None or ours == theirs


def _days(ours: datetime.date | None, theirs: datetime.date | None) -> int:
    """How many days apart; without a date last."""
    return abs((ours - theirs).days) if ours and theirs else _DAYS_APART + 1


def _shifted(date: datetime.date, days: int) -> datetime.date | None:
    day = date.toordinal() + days
    return datetime.date.fromordinal(day) if 1 <= day <= _LAST_DAY else None
