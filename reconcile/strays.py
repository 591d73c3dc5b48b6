"""The other direction: entries of the ledger no invoice accounts for, and why.

The reasons, the first that applies: a copy of another row, a number that lost its digits, void or
red-lettered, the red letter of one that is there, cancelled by its own red letter, handed in
unreadable, outside what documents were collected for, under another number, merely alike, never
handed in.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from models.ledger import LedgerStatus
from models.match import Absence, Match, MatchCandidate, MatchState, Side
from models.text import fold, squash
from reconcile.books import MOST_CANDIDATES, World
from reconcile.compare import whole
from reconcile.facts import EntryFacts, shown
from reconcile.identity import invoice_key, numbers, variants
from reconcile.ledgers import covers
from reconcile.messages import said

_CANCELLED = {
    LedgerStatus.VOID: "N10",
    LedgerStatus.RED_FULL: "N9",
    LedgerStatus.RED: "N9",
}
_Why: TypeAlias = tuple[str | None, Absence | None, str]
"""Cause, reason, and what it rests on."""
_RUN_OF_DIGITS = re.compile(r"\d{8,20}")
_OTHER_NUMBER_FROM = 0.5
"""From this score on seller, money and day all agree, and only the number does not."""


class Strays:
    """Says why entries have no document."""

    def __init__(self, world: World) -> None:
        self._world = world
        own = (*world.options.entities, _collected_for(world))
        self._own = frozenset(squash(entity).upper() for entity in own if entity)
        self._failed: dict[str, str] = {}
        for failed in world.options.failed:
            for text in (failed.key, *failed.texts):
                for run in _RUN_OF_DIGITS.findall(fold(text[:5000]).replace(" ", "")):
                    self._failed.setdefault(run, failed.key)

    def all(self) -> Iterator[Match]:
        """One match for each entry that no invoice takes and none is suggested for."""
        return self.among(range(len(self._world.index.entries)))

    def among(self, places: Iterable[int]) -> Iterator[Match]:
        """The same of these entries only."""
        is_unspoken, others = self._world.books.is_unspoken, self._world.others
        for place in places:
            if is_unspoken(place) and not (others and self._world.entry(place).key in others):
                yield self._of(place)

    def _of(self, place: int) -> Match:
        world = self._world
        entry = world.entry(place)
        state, cause, reason = MatchState.MISSING, None, None
        candidates: tuple[MatchCandidate, ...] = ()
        what = ""
        if owner := world.books.spare.get(place):
            state, reason, what = MatchState.DUPLICATE, Absence.COPY, owner
            cause = "N11" if entry.voucher_no else None
            candidates = (MatchCandidate(key=owner, score=1.0),)
        else:
            cause, reason, what = self._why(entry)
            resembling = world.books.alike.get(place)
            if reason is None and resembling:
                ordered = sorted(resembling, key=lambda other: (-other.score, other.key))
                candidates = tuple(ordered[:MOST_CANDIDATES])
                state = MatchState.RESIDUAL
                is_same = candidates[0].score >= _OTHER_NUMBER_FROM
                reason = Absence.OTHER_NUMBER if is_same else Absence.ALIKE
                what = candidates[0].key
            reason = reason or Absence.NEVER_HANDED_IN
        text = f"ledger/{cause}" if reason is Absence.CANCELLED else f"ledger/{reason.value}"
        return Match(
            side=Side.LEDGER,
            key=entry.key,
            state=state,
            cause=cause,
            reason=reason,
            candidates=candidates,
            evidence=_known(entry) | ({"because_of": what} if what else {}),
            **said(text, what),
        )

    def _why(self, entry: EntryFacts) -> _Why:
        """What is known for sure of an entry."""
        if entry.damaged:
            return "N18", Absence.NUMBER_LOST, entry.damaged
        if cause := _CANCELLED.get(entry.status):
            return cause, Absence.CANCELLED, ""
        return self._red_letter(entry) or self._not_expected(entry) or (None, None, "")

    def _not_expected(self, entry: EntryFacts) -> _Why | None:
        """A document that cannot be there: unreadable, or nobody collected it."""
        if failed := self._failed_document(entry):
            return None, Absence.UNREADABLE, failed
        if outside := self._outside(entry):
            return None, Absence.OUTSIDE, outside
        return None

    def _red_letter(self, entry: EntryFacts) -> _Why | None:
        """An entry that takes back one the ledger has, or is taken back by others."""
        index, is_taken = self._world.index, self._world.is_taken
        for key in entry.red_of:
            blues = [
                row
                for row in index.find([key.rpartition("-")[2]])
                if invoice_key(index.entries[row]) == key
            ]
            if any(is_taken(row) for row in blues):
                return None, Absence.RED_LETTER, key
            if blues and self._is_taken_back(index.entries[blues[0]]):
                return "N9", Absence.NETTED, key
            if blues:
                return None, Absence.RED_LETTER, key
        if self._is_taken_back(entry):
            reds = index.reds.get(invoice_key(entry) or "", ())
            return "N9", Absence.NETTED, ", ".join(index.entries[red].key for red in reds[:3])
        return None

    def _is_taken_back(self, entry: EntryFacts) -> bool:
        taken_back = self._world.index.red.get(invoice_key(entry) or "")
        mine = whole(entry)
        return isinstance(mine, int) and bool(mine) and taken_back == -mine

    def _failed_document(self, entry: EntryFacts) -> str | None:
        """The unreadable document that seems to be the entry's: its name or what was made out of
        it holds the number, within one character of a number of 20 digits."""
        if not self._failed:
            return None
        for number in numbers(entry):
            if found := self._failed.get(number):
                return found
        near = variants(entry.long) if entry.long else ()
        return next((found for each in near if (found := self._failed.get(each))), None)

    def _outside(self, entry: EntryFacts) -> str | None:
        """The day or the buyer that lies outside what documents were collected for."""
        collected = self._world.options.collected
        if collected and entry.date and not covers(collected, entry.date):
            return entry.date.isoformat()
        buyer = entry.buyer_tax_id
        return buyer if self._own and buyer and buyer not in self._own else None


def _collected_for(world: World) -> str:
    collected = world.options.collected
    return (collected.entity_tax_id if collected else None) or ""


def _known(entry: EntryFacts) -> dict[str, str]:
    """What identifies an entry to a person who looks for its document."""
    values = {
        "number": entry.long or entry.short or entry.damaged,
        "code": entry.code,
        "date": entry.date,
        "total": entry.total if entry.total is not None else entry.amount,
        "seller_name": entry.seller_name,
        "voucher_no": entry.voucher_no,
    }
    return {name: shown(value) for name, value in values.items() if value is not None}
