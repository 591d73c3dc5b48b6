"""One document or snapshot more: only what it can change is judged again.

    what came -> whatever it can touch, until nothing more is touched -> judged against the books

The outcome is what matching everything anew would give. All of it is one unit of work, so that
what two workers bring at once is not judged without the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import reconcile
import validate
from models.ledger import LedgerEntry
from models.match import Match, MatchState, Side
from piaohe.matching import (
    EntriesOf,
    Matched,
    by_place,
    facts_of,
    judged_again,
    keep_judged,
    leads_of,
    match_all,
    once_each,
)
from piaohe.shelf import InUse, Shelf, in_use, rested_on
from piaohe.store import KeptInvoice, Store, Work
from piaohe.store.said import Turn
from piaohe.told import links_in, place_of, told

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

    kept: dict[Turn, KeptInvoice] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    before: dict[str, Match] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)

    @property
    def in_turn(self) -> list[KeptInvoice]:
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
        ids = [one.id for one in work.leads.kept(documents=[sha256]).values()]
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
    entries_of = _entries_of(store, books)
    if before is None:
        return match_all(store, (books, index), options, context, entries_of)
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
        kept = work.invoices.all()
        named = once_each(kept)
        ours = [facts_of(name, one) for name, one in named]
        options = told(work, now.options, now.index)
        verdicts = work.matches.of(Side.INVOICE, [facts.key for facts in ours])
        linked = {link.invoice for link in options.links}
        known = [
            (facts, _UNJUDGED if {facts.key, one.invoice.key} & linked else verdict)
            for facts, (_, one) in zip(ours, named, strict=True)
            for verdict in [verdicts.get(facts.key, _UNJUDGED)]
        ]
        anew, taken = reconcile.affected(was[0], now.index, known)
        outcome = reconcile.compare(anew, now.index, options, taken)
        fresh = {match.key: match for match in outcome.invoices()}
        left = list(outcome.strays())
        circle = [(name, one) for name, one in named if name in fresh]
        found = [fresh[name] for name, _ in circle]
        gone = work.matches.keys(Side.LEDGER) - {match.key for match in left}
        lost = work.matches.keys(Side.INVOICE) - {facts.key for facts in ours}
        withdrawn = [*((Side.LEDGER, key) for key in gone), *((Side.INVOICE, key) for key in lost)]
        work.matches.amend([*found, *left], withdrawn, options.now)
        work.matches.rest_on(rested_on(now.books))
        changed = {name for name, match in fresh.items() if verdicts.get(name) != match}
        names = {one.id: name for name, one in circle}
        news = [one for one in kept if {names.get(one.id), one.invoice.key} & changed]
        matched = _kept(work, circle, found, (now, options), news)
    return Matched(matched.verdicts, matched.judged, left)


def _kept(
    work: Work,
    named: Sequence[tuple[str, KeptInvoice]],
    found: Sequence[Match],
    by: tuple[Against, reconcile.Options],
    news: Sequence[KeptInvoice],
) -> Matched:
    """Keep the leads of invoices with verdicts, and the judgements of those that are `news`."""
    against, options = by
    every = {one.id: one for one in (*(one for _, one in named), *news)}
    ours = [facts_of(name, one) for name, one in named]
    leads: dict[str, Iterable[int]] = dict.fromkeys(every, ())
    leads |= leads_of(named, ours, found, (against.index, options))
    work.leads.put(leads)
    verdicts = by_place(every.values(), named, found)
    lists = [book.sha256 for book in against.books if book.is_tax_bureaus]
    entries_of: EntriesOf = lambda keys: work.ledgers.entries(lists, keys)  # noqa: E731
    judged = judged_again(news, verdicts, (against.books, entries_of), against.context)
    keep_judged(work, judged, options.now)
    return Matched(verdicts, judged)


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
    ours = [facts_of(name, one) for name, one in named]
    keys = {one.invoice.key for one in kept if one.invoice.key}
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
    settled = {one.id for name, one in named if name in same}
    settled |= {one.id for one in kept if one.invoice.key in same}
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


def _with_copies(work: Work, circle: _Circle, ids: set[str]) -> list[list[KeptInvoice]]:
    """Put invoices and all their copies into the circle; gives them, copies together, in turn."""
    fresh = work.leads.kept(ids=ids)
    keys = {one.invoice.key for one in fresh.values() if one.invoice.key}
    fresh |= work.leads.kept(keys=keys)
    circle.kept |= fresh
    circle.ids |= {one.id for one in fresh.values()}
    groups: dict[str, list[KeptInvoice]] = {}
    for turn in sorted(fresh):
        one = fresh[turn]
        groups.setdefault(one.invoice.key or one.id, []).append(one)
    return list(groups.values())


def _met(
    work: Work,
    circle: _Circle,
    groups: Sequence[Sequence[KeptInvoice]],
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
        for name, one in once_each(group):
            facts = facts_of(name, one)
            rows = {
                row
                for link in links
                if link.invoice in (name, one.invoice.key)
                for row in _rows_of(index, link.entry)
            }
            found.append((facts, had | rows | reconcile.rows_of(facts, index)))
    return found


def _name(first: KeptInvoice, at: int) -> str:
    """What matching calls the copy at this place, counted from 0."""
    name = first.invoice.key or place_of(first)
    return name if at == 0 else f"{name}#{at + 1}"


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
        key or f"{file}#{at}"
        for id_, (key, file, at) in work.leads.named(numbers).items()
        if id_ not in circle.ids
    }
    return {
        candidate.key: name
        for name, verdict in work.matches.of(Side.INVOICE, outside).items()
        if verdict.state in _OWNS
        for candidate in verdict.candidates
    }


def _entries_of(store: Store, books: Sequence[InUse]) -> EntriesOf:
    lists = [book.sha256 for book in books if book.is_tax_bureaus]

    def entries(keys: Sequence[str]) -> Mapping[str, LedgerEntry]:
        with store.reading() as work:
            return work.ledgers.entries(lists, keys)

    return entries
