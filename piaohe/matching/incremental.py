"""One document or snapshot more: only what it can change is judged again.

    what came -> whatever it can touch, until nothing more is touched -> judged against the books

The outcome is what matching everything anew would give. All of it is one unit of work, so that
what two workers bring at once is not judged without the other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import reconcile
import validate
from models.match import Match, MatchState, Side
from piaohe.matching.kept import (
    Judged,
    Matched,
    booked_in,
    judged_again,
    keep_judged,
    leads_of,
    match_all,
    once_each,
    places,
)
from piaohe.matching.shelf import InUse, Shelf, in_use, rested_on
from piaohe.matching.told import links_in, told
from piaohe.store import KeptInvoice, LeanInvoice, Store, Work
from piaohe.store.naming import name_of
from piaohe.store.said import Turn

_PORTION = 500
_MOST_TOUCHED = 5_000
"""Invoices that hang together; with more of them everything is matched."""
_UNJUDGED = Match(side=Side.INVOICE, key="", state=MatchState.MISSING, message="", message_en="")
"""What is new, or decided by a person, is judged in any case."""
_OWNS = frozenset({MatchState.EXACT, MatchState.MISMATCH})


@dataclass(frozen=True, slots=True)
class Against:
    """The books, their entries as facts, and by what invoices are judged again."""

    books: Sequence[InUse]
    index: reconcile.Index
    options: reconcile.Options
    context: validate.Context


@dataclass(slots=True)
class _Circle:
    """Invoices that may change one another's verdicts, by when they came, and the entries they
    have to do with; `before` are the verdicts they had."""

    kept: dict[Turn, LeanInvoice] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    before: dict[str, Match] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)

    @property
    def in_turn(self) -> list[LeanInvoice]:
        return [self.kept[turn] for turn in sorted(self.kept)]


def match_new(
    store: Store,
    sha256: str,
    options: reconcile.Options,
    context: validate.Context,
    shelf: Shelf,
) -> Matched:
    """Match the invoices of a document that was just kept, and judge again what they touch.

    Gives what was judged; keeps verdicts and judgements. Where the kept verdicts do not rest on
    the books in use, these are brought up to date first. Raises StoreError.
    """
    with store.reading() as work:
        books = in_use(work)
    if not books:
        return Matched()
    against = Against(books, shelf.index(store, books), options, context)
    with store.unit_of_work() as work:
        rests = work.matches.rests_on() == rested_on(books) == rested_on(in_use(work))
        ids = [one.id for one in work.leads.lean(documents=[sha256]).values()]
        done = match_around(work, ids, against) if rests else None
    return match_snapshot(store, options, context, shelf) if done is None else done


def match_snapshot(
    store: Store, options: reconcile.Options, context: validate.Context, shelf: Shelf
) -> Matched:
    """Judge again what the snapshots in use can change that the kept verdicts do not rest on.

    Everything where a source is new or gone, or nothing was matched before. Gives what was judged
    and every entry left over. Raises StoreError.
    """
    with store.reading() as work:
        books, base = in_use(work), work.matches.rests_on()
        before = _as_before(work, books, base)
    if not books:
        return Matched()
    index = shelf.index(store, books)
    if before is None:
        return match_all(store, (books, index), options, context)
    return _again(
        store, (shelf.index(store, before), before), Against(books, index, options, context)
    )


def _as_before(work: Work, books: Sequence[InUse], base: Mapping[str, str]) -> list[InUse] | None:
    """The books the kept verdicts rest on; None where they are not of the same sources, or no
    longer what was looked at."""
    found = []
    for sha256 in base:
        head = work.ledgers.head(sha256)
        if head is None:
            return None
        one = InUse(sha256, head.source, head.layout, head.coverage)
        found.append(one)
    sources = sorted(book.source for book in books)
    return found if found and sorted(one.source for one in found) == sources else None


def _again(store: Store, was: tuple[reconcile.Index, Sequence[InUse]], now: Against) -> Matched:
    """Judge again what the new books can change."""
    with store.unit_of_work() as work:
        kept = list(work.matches.invoices())
        named = once_each(kept)
        ours = [one.facts for one in named]
        options = told(work, now.options, now.index)
        verdicts = work.matches.of(Side.INVOICE, [facts.key for facts in ours])
        linked = {link.invoice for link in options.links}
        known = [
            (one.facts, _UNJUDGED if {one.facts.key, one.key} & linked else verdict)
            for one in named
            for verdict in [verdicts.get(one.facts.key, _UNJUDGED)]
        ]
        anew, taken = reconcile.affected(was[0], now.index, known)
        outcome = reconcile.compare(anew, now.index, options, taken)
        fresh = {match.key: match for match in outcome.invoices()}
        left = list(outcome.strays())
        circle = [one for one in named if one.facts.key in fresh]
        found = [fresh[one.facts.key] for one in circle]
        gone = work.matches.keys(Side.LEDGER) - {match.key for match in left}
        lost = work.matches.keys(Side.INVOICE) - {facts.key for facts in ours}
        withdrawn = [*((Side.LEDGER, key) for key in gone), *((Side.INVOICE, key) for key in lost)]
        work.matches.amend([*found, *left], withdrawn, options.now)
        work.matches.rest_on(rested_on(now.books))
        changed = {name for name, match in fresh.items() if verdicts.get(name) != match}
        names = {one.id: one.facts.key for one in circle}
        news = [one for one in kept if {names.get(one.id), one.key} & changed]
        matched = _kept(work, circle, found, (now, options), news)
    return Matched(matched.verdicts, matched.judged, left)


def _kept(
    work: Work,
    named: Sequence[LeanInvoice],
    found: Sequence[Match],
    by: tuple[Against, reconcile.Options],
    news: Sequence[LeanInvoice],
) -> Matched:
    """Keep the leads of invoices with verdicts, and the judgements of those that are `news`."""
    against, options = by
    every = {one.id: one for one in (*named, *news)}
    leads: dict[str, Iterable[int]] = dict.fromkeys(every, ())
    leads |= leads_of(named, found, (against.index, options))
    work.leads.put(leads)
    turns = places(every.values(), named)
    verdicts = {place: found[turn] for place, turn in turns.items()}
    judged = Judged()
    if any(book.is_tax_bureaus for book in against.books):
        booked = booked_in(against.books, against.index)
        whole = _whole(work, [one.id for one in news])
        judged.take(judged_again(whole, verdicts, booked, against.context))
    keep_judged(work, judged, options.now)
    return Matched(verdicts, judged)


def _whole(work: Work, ids: Sequence[str]) -> Iterator[KeptInvoice]:
    """The invoices with these ids, in portions."""
    for at in range(0, len(ids), _PORTION):
        yield from work.leads.kept(ids=ids[at : at + _PORTION]).values()


def match_around(
    work: Work, ids: Iterable[str], against: Against, also: Iterable[int] = ()
) -> Matched | None:
    """Judge these invoices and all they touch, within a unit of work; `also` are entries whose
    owners may change. None where so many hang together that everything is to be matched."""
    ids, index = set(ids), against.index
    links = [*against.options.links, *links_in(work, index)]
    circle = _drawn(work, ids, index, (links, set(also)))
    if circle is None:
        return None
    kept = circle.in_turn
    named = once_each(kept)
    ours = [one.facts for one in named]
    keys = {one.key for one in kept if one.key}
    options = told(work, against.options, index, keys)
    circle.rows.update(list(reconcile.taken_back_by(circle.rows, index)))
    taken = _taken(work, circle, index)
    outcome = reconcile.compare(ours, index, options, taken)
    found = list(outcome.invoices())
    rows = circle.rows | outcome.touched()
    left = list(outcome.strays_among(sorted(rows)))
    here = {index.entries[row].key for row in rows}
    named_now = {facts.key for facts in ours}
    gone = [(Side.LEDGER, key) for key in here - {match.key for match in left}]
    gone += [(Side.INVOICE, key) for key in circle.before.keys() - named_now]
    work.matches.amend([*found, *left], gone, options.now)
    same = {match.key for match in found if circle.before.get(match.key) == match}
    settled = {one.id for one in named if one.facts.key in same}
    settled |= {one.id for one in kept if one.key in same}
    news = [one for one in kept if one.id in ids or one.id not in settled]
    return _kept(work, named, found, (against, options), news)


def _drawn(
    work: Work,
    ids: set[str],
    index: reconcile.Index,
    told_of: tuple[Sequence[reconcile.Link], set[int]],
) -> _Circle | None:
    """The circle around some invoices: whatever shares a lead with them, and so on."""
    links, also = told_of
    circle = _Circle(rows=set(also))
    asked: set[int] = set()
    numbers = {n for row in also for n in _numbers(index, row)}
    ids = ids | work.leads.numbered(numbers)
    while ids:
        circle.ids |= ids
        fresh = _with_copies(work, circle, ids)
        if len(circle.kept) > _MOST_TOUCHED:
            return None
        leads: set[str] = set()
        numbers = set()
        for facts, own in _met(work, circle, fresh, index, links):
            near = own | reconcile.rows_near(facts, index)
            circle.rows |= near
            leads |= reconcile.asked(facts, index, near)
            sure = reconcile.asked(facts, index, own)
            numbers |= {lead[2:] for lead in sure if lead.startswith("n:")}
        hashes = {reconcile.hashed(lead) for lead in leads} - asked
        asked |= hashes
        ids = (work.leads.invoices(hashes) | work.leads.numbered(numbers)) - circle.ids
    return circle


def _with_copies(work: Work, circle: _Circle, ids: set[str]) -> list[list[LeanInvoice]]:
    """Put invoices and all their copies into the circle; gives them, copies together, in turn."""
    fresh = work.leads.lean(ids=ids)
    fresh |= work.leads.lean(keys={one.key for one in fresh.values() if one.key})
    circle.kept |= fresh
    circle.ids |= {one.id for one in fresh.values()}
    groups: dict[str, list[LeanInvoice]] = {}
    for turn in sorted(fresh):
        one = fresh[turn]
        groups.setdefault(one.key or one.id, []).append(one)
    return list(groups.values())


def _met(
    work: Work,
    circle: _Circle,
    groups: Sequence[Sequence[LeanInvoice]],
    index: reconcile.Index,
    links: Sequence[reconcile.Link],
) -> list[tuple[reconcile.InvoiceFacts, set[int]]]:
    """The facts of invoices with the entries they had, are linked with, or have the number of."""
    found = []
    names = [
        name for group in groups for at in range(len(group) + 1) for name in [_name(group[0], at)]
    ]
    before = work.matches.of(Side.INVOICE, names)
    circle.before |= before
    for group in groups:
        had = {
            row
            for at in range(len(group) + 1)
            if (verdict := before.get(_name(group[0], at)))
            for candidate in verdict.candidates
            for row in index.standing_at(candidate.key)
        }
        for one in once_each(group):
            facts = one.facts
            rows = {
                row
                for link in links
                if link.invoice in (facts.key, one.key)
                for row in _rows_of(index, link.entry)
            }
            found.append((facts, had | rows | reconcile.rows_of(facts, index)))
    return found


def _name(first: LeanInvoice, at: int) -> str:
    """What matching calls the copy at this place, counted from 0."""
    return first.name if at == 0 else f"{first.name}#{at + 1}"


def _rows_of(index: reconcile.Index, entry: str) -> list[int]:
    """The entries a link names."""
    return index.standing_at(entry) or index.find([entry.rpartition("-")[2]])


def _numbers(index: reconcile.Index, row: int) -> list[str]:
    entry = index.entries[row]
    return [number for number in (entry.long, entry.short) if number]


def _taken(work: Work, circle: _Circle, index: reconcile.Index) -> dict[str, str]:
    """Which of the circle's entries invoices outside it have: entry key -> invoice."""
    numbers = {number for row in circle.rows for number in _numbers(index, row)}
    outside = {
        name_of(key, file, at)
        for id_, (key, file, at) in work.leads.named(numbers).items()
        if id_ not in circle.ids
    }
    return {
        candidate.key: name
        for name, verdict in work.matches.of(Side.INVOICE, outside).items()
        if verdict.state in _OWNS
        for candidate in verdict.candidates
    }
