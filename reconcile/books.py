"""What a run knows so far: whose entries are accounted for, and what was said of which invoice."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.match import Match, MatchCandidate
from reconcile.compare import Differences
from reconcile.facts import EntryFacts, InvoiceFacts
from reconcile.index import Deals, Free, Index
from reconcile.records import Options

MOST_CANDIDATES = 3
_TAKEN, _SPARE, _SUGGESTED = 1, 2, 4
_NOT_FREE = _TAKEN | _SPARE
_BLOCK = 4096
_UNMARKED = bytes(_BLOCK)


class Books:
    """By an entry's place: taken by an invoice; a spare row of one booked more than once, and
    whose; suggested to be some invoice's; alike the invoices that merely resemble it."""

    def __init__(self, size: int) -> None:
        self._marks = bytearray(size)
        self.spare: dict[int, str] = {}
        self.alike: dict[int, list[MatchCandidate]] = defaultdict(list)

    def take(self, place: int) -> None:
        self._marks[place] |= _TAKEN

    def put_aside(self, place: int, owner: str) -> None:
        """A further row of the invoice `owner`."""
        self._marks[place] |= _SPARE
        self.spare[place] = owner

    def suggest(self, place: int) -> None:
        self._marks[place] |= _SUGGESTED

    def spoken(self) -> Iterator[int]:
        """The places with any mark, in order."""
        marks = self._marks
        for first in range(0, len(marks), _BLOCK):
            block = marks[first : first + _BLOCK]
            # nearly all blocks are empty after a run over few invoices
            if not _UNMARKED.startswith(block):
                yield from (first + at for at, mark in enumerate(block) if mark)

    def is_free(self, place: int) -> bool:
        return not self._marks[place] & _NOT_FREE

    def is_taken(self, place: int) -> bool:
        return bool(self._marks[place] & _TAKEN)

    def is_unspoken(self, place: int) -> bool:
        """Whether no invoice takes it and none is suggested for it."""
        return not self._marks[place] & (_TAKEN | _SUGGESTED)


@dataclass(slots=True)
class World:
    """A run: both sides, what it was told, and what came of it. Places count `ours` and the
    entries of `index`. `pairs` holds the exact matches at a glance, `results` all others and `rows`
    which entries those found have; `apart` are pairs a person took apart, `others` entries that
    invoices outside this run have (entry key -> invoice key)."""

    ours: Sequence[InvoiceFacts]
    index: Index
    options: Options
    books: Books
    pairs: list[int | tuple[int, ...] | None]
    results: dict[int, Match] = field(default_factory=dict)
    rows: dict[int, tuple[int, ...]] = field(default_factory=dict)
    apart: frozenset[tuple[int, int]] = frozenset()
    others: Mapping[str, str] = field(default_factory=dict)
    deals: Deals | None = None

    def entry(self, place: int) -> EntryFacts:
        return self.index.entries[place]

    def may_claim(self, ours: int) -> Free:
        """Which entries an invoice may claim by its number."""
        if not self.apart:
            return self.books.is_free
        return lambda place: self.books.is_free(place) and (ours, place) not in self.apart

    def free_for(self, ours: int) -> Free:
        """Which entries may still be suggested for an invoice."""
        claimed = self.may_claim(ours)
        if not self.others:
            return claimed
        return lambda place: claimed(place) and self.entry(place).key not in self.others

    def is_loose(self, place: int) -> bool:
        """Whether nobody has an entry, and nothing was suggested for it."""
        books = self.books
        if not (books.is_free(place) and books.is_unspoken(place)):
            return False
        return not self.others or self.entry(place).key not in self.others

    def same_deal(self, ours: int) -> list[int]:
        """Free entries of the same seller, money and days; made ready when first asked for."""
        if self.deals is None:
            self.deals = self.index.deals_of(self.books.is_free)
        return self.deals.same(self.ours[ours], self.free_for(ours))

    def is_taken(self, place: int) -> bool:
        """Whether some invoice, of this run or outside it, has an entry."""
        if self.books.is_taken(place):
            return True
        return bool(self.others) and self.entry(place).key in self.others

    def is_found(self, ours: int) -> bool:
        """Whether an entry was found for an invoice so far."""
        return self.pairs[ours] is not None or ours in self.results


def candidate_of(theirs: EntryFacts, points: float, found: Differences) -> MatchCandidate:
    return MatchCandidate(key=theirs.key, score=points, differences=found)
