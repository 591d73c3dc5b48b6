"""Invoices whose number a ledger has: which entry is whose, and what agrees."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from models.match import Match, MatchState, Side, Step
from reconcile.books import MOST_CANDIDATES, World, candidate_of
from reconcile.compare import (
    MONEY,
    Differences,
    corroborated,
    differences,
    same_money,
)
from reconcile.facts import InvoiceFacts, summed
from reconcile.identity import Agreement, agreement, numbers
from reconcile.index import Index
from reconcile.messages import said
from reconcile.why import Hit, found_match, seen


def match_by_key(world: World, places: Iterable[int]) -> None:
    """Put into the world's results the matches of all these invoices whose number a ledger has.

    Which of two copies takes an entry is decided by what they say and by their key, not by their
    order: the surest claim first, and of equals the smaller key.
    """
    ours = list(places)
    hits = {place: found for place in ours if (found := _hits(world, place))}
    claims = [(place, hit) for place, found in hits.items() for hit in found]
    claims.sort(key=lambda claim: _claim_order(world, *claim))
    owners: dict[int, int] = {}
    for place, hit in claims:
        if not any(row in owners for row in hit.rows):
            owners.update(dict.fromkeys(hit.rows, place))
            for row in hit.spare:
                world.books.put_aside(row, world.ours[place].key)
    for row in owners:
        world.books.take(row)
    for place in ours:
        if result := _settled(world, place, hits.get(place, ()), owners):
            world.results[place] = result


def _claim_order(world: World, place: int, hit: Hit) -> tuple[int, int, str, int]:
    return hit.agreement.value, len(hit.found), world.ours[place].key, place


def _settled(world: World, place: int, hits: Sequence[Hit], owners: dict[int, int]) -> Match | None:
    """What an invoice with claims gets: its entries, or that a copy of it has them."""
    kept, copies = [], []
    for hit in hits:
        owner = next(owners[row] for row in hit.rows if row in owners)
        if owner == place:
            kept.append(hit)
        elif agreement(world.ours[place], world.ours[owner]) is not Agreement.NONE:
            # two invoices may share an entry that lacks a code; copies only if theirs agree
            copies.append((hit, owner))
    if copies:
        return _duplicate(world, place, [hit for hit, _ in copies], world.ours[copies[0][1]])
    if kept:
        world.rows[place] = tuple(row for hit in kept for row in hit.rows)
        return found_match(world, place, kept)
    return None


def _hits(world: World, place: int) -> list[Hit]:
    """What each ledger has under the invoice's number, at most one hit for each ledger."""
    ours, index = world.ours[place], world.index
    may_claim = world.may_claim(place)
    by_source: dict[str, dict[Agreement, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in index.find(numbers(ours)):
        theirs = index.entries[row]
        how = agreement(ours, theirs)
        sure = how is Agreement.SAME or (how is Agreement.WEAK and corroborated(ours, theirs))
        if sure and may_claim(row):
            by_source[theirs.source][how].append(row)
    hits = []
    for _, found in sorted(by_source.items()):
        if found[Agreement.SAME]:
            hits.append(_chosen(ours, index, found[Agreement.SAME], Agreement.SAME))
        elif weak := _unambiguous(ours, index, found[Agreement.WEAK]):
            hits.append(_chosen(ours, index, weak, Agreement.WEAK))
    return hits


def _unambiguous(ours: InvoiceFacts, index: Index, rows: Sequence[int]) -> list[int]:
    """Rows found by a short number alone, if they are one invoice: several codes decide nothing
    unless only one of them has no difference."""
    codes = {index.entries[row].code for row in rows}
    if len(codes) == 1:
        return list(rows)
    clean = [row for row in rows if not differences(ours, index.entries[row])]
    return clean if len({index.entries[row].code for row in clean}) == 1 else []


def _chosen(ours: InvoiceFacts, index: Index, rows: Sequence[int], how: Agreement) -> Hit:
    """The row that agrees best, or all of them where only their sum agrees."""
    compared = [(differences(ours, index.entries[row]), row) for row in rows]
    found, best = min(compared, key=lambda pair: (len(pair[0]), pair[1]))
    step = _step(ours, index, best)
    if len(rows) > 1 and found.keys() & MONEY:
        together = summed([index.entries[row] for row in rows])
        left = differences(ours, together)
        if same_money(ours, together) and not left.keys() & MONEY:
            return Hit(tuple(rows), how, left, step=step)
    others = tuple(row for row in rows if row != best)
    if others and not found.keys() & MONEY and _cancel(index, others):
        # a wrong booking and its reversal beside the right one
        return Hit((best, *others), how, found, step=step)
    return Hit((best,), how, found, others, step)


def _cancel(index: Index, rows: Sequence[int]) -> bool:
    """Whether these rows cancel each other."""
    return summed([index.entries[row] for row in rows]).total == 0


def _step(ours: InvoiceFacts, index: Index, row: int) -> Step:
    """Whether the full key is the same, or only another name of the invoice."""
    theirs = index.entries[row]
    if ours.long or theirs.long:
        return Step.KEY if ours.long == theirs.long else Step.ALIAS
    return Step.KEY if ours.code == theirs.code else Step.ALIAS


def _duplicate(world: World, place: int, hits: Sequence[Hit], winner: InvoiceFacts) -> Match:
    rows = [world.entry(row) for hit in hits for row in hit.rows]
    found: Differences = hits[0].found
    return Match(
        side=Side.INVOICE,
        key=world.ours[place].key,
        state=MatchState.DUPLICATE,
        cause="N11" if rows[0].voucher_no else None,
        step=hits[0].step,
        candidates=tuple(candidate_of(row, 1.0, found) for row in rows[:MOST_CANDIDATES]),
        evidence={"taken_by": winner.key} | seen(rows[0]),
        **said("duplicate", winner.key),
    )
