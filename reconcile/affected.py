"""A new snapshot of a ledger: which verdicts it can change."""

from collections.abc import Iterable

from models.match import Match, MatchState
from reconcile.facts import EntryFacts, InvoiceFacts
from reconcile.identity import numbers
from reconcile.index import Index
from reconcile.touch import rows_of


def affected(
    before: Index, after: Index, judged: Iterable[tuple[InvoiceFacts, Match]]
) -> tuple[list[InvoiceFacts], dict[str, str]]:
    """The invoices to be judged again when `after` replaces `before`, and what all others keep
    (entry key -> invoice key); both are what `compare` takes.

    `judged` are all invoices with their verdicts against `before`. Again go those that were not
    exact, those whose entry is gone or says something else, those that share a number with one of
    these or with an entry that is new, and those booked in several rows; an exact match is touched
    by nothing else. New options (links, answers of the platform, another day) are for the caller
    to add.
    """
    changed = set(before.entries) ^ set(after.entries)
    pairs = list(judged)
    touched = {number for entry in changed for number in _named(entry)}
    for ours, match in pairs:
        if match.state is not MatchState.EXACT:
            touched.update(numbers(ours))
    gone = {entry.key for entry in changed}
    again: list[InvoiceFacts] = []
    kept: dict[str, str] = {}
    for ours, match in pairs:
        entries = [candidate.key for candidate in match.candidates]
        is_settled = match.state is MatchState.EXACT and not touched.intersection(numbers(ours))
        if is_settled and gone.isdisjoint(entries) and _has_all(after, ours, entries):
            kept.update(dict.fromkeys(entries, ours.key))
        else:
            again.append(ours)
    return again, kept


def _has_all(after: Index, ours: InvoiceFacts, entries: list[str]) -> bool:
    """Whether the entries are all that have the invoice's number, or share a line with one that
    has: no second booking, no parts, no sum of several."""
    return len(rows_of(ours, after)) <= len(set(entries))


def _named(entry: EntryFacts) -> Iterable[str]:
    """The numbers an entry has, and those of the invoices it takes back."""
    yield from numbers(entry)
    for key in entry.red_of:
        yield key.rpartition("-")[2]
