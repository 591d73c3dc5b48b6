"""What is kept against the books: matched, and judged anew by what the tax bureau's list says.

    keep -> match -> judge again

A rendition (the XML beside its PDF) is one invoice with what it shows again: it is matched once,
and both get the verdict. What people linked and what outside systems answered is read from the
store (`told`). One more document or snapshot is the matter of `incremental`.
"""

import datetime
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeAlias

import reconcile
import validate
from models.invoice import Invoice
from models.ledger import Ledger, LedgerEntry
from models.match import Match, MatchState, Side
from models.verdicts import SourceVerdict
from piaohe.judging import rejudge
from piaohe.matching.shelf import InUse, in_use, rested_on
from piaohe.matching.told import told
from piaohe.store import KeptInvoice, LeanInvoice, Store, What, Work, lean
from piaohe.store.naming import name_of
from piaohe.store.values import storable

Place: TypeAlias = tuple[str, int]
"""A document's SHA-256 and the index of an invoice in it."""
Booked: TypeAlias = Callable[[str], LedgerEntry | reconcile.EntryFacts | None]
"""Gives the tax bureau's entry with this key, if it is one of theirs."""
_HELD = 32 * 2**20
"""Bytes of new judgements held in memory."""
_TRIES = 2
"""How often everything is matched while others may change it, before they have to wait."""


@dataclass(frozen=True, slots=True)
class Book:
    """A ledger and the SHA-256 of the file it came from."""

    ledger: Ledger
    sha256: str

    @property
    def is_tax_bureaus(self) -> bool:
        """As `InUse.is_tax_bureaus`."""
        return self.in_use.is_tax_bureaus

    @property
    def in_use(self) -> InUse:
        """The same without its entries."""
        ledger = self.ledger
        return InUse(self.sha256, ledger.source, ledger.layout, ledger.coverage)


@dataclass(frozen=True, slots=True)
class Matched:
    """`verdicts` and new judgements of invoices by their place, and the entries left over."""

    verdicts: Mapping[Place, Match] = field(default_factory=dict)
    judged: Mapping[Place, Invoice] = field(default_factory=dict)
    left: Iterable[Match] = ()


def match_kept(
    store: Store,
    books: Sequence[Book],
    options: reconcile.Options,
    context: validate.Context,
) -> Matched:
    """Match everything kept with the books, and keep books, verdicts and new judgements.

    Also invoices of other folders are matched, or their entries would seem to lack a document.
    Raises StoreError.
    """
    if not books:
        return Matched()
    index = reconcile.Index.of([book.ledger for book in books])
    heads = [book.in_use for book in books]
    with store.unit_of_work() as work:
        for book in books:
            work.ledgers.add(book.ledger, book.sha256, options.now)
    return match_all(store, (heads, index), options, context)


def match_all(
    store: Store,
    books: tuple[Sequence[InUse], reconcile.Index],
    options: reconcile.Options,
    context: validate.Context,
) -> Matched:
    """`match_kept` with books that are kept, as facts.

    It takes long, so others go on meanwhile. Where what they did would be overwritten or is not
    judged with the rest, all is done once more, in the end while they wait.
    """
    run = _All(books, options, context)
    for _ in range(_TRIES):
        # the mark comes first: what is kept while it is read only makes for another try
        with store.settled() as work:
            mark = work.matches.mark()
        with store.reading() as work:
            run.judge(work)
        with store.unit_of_work() as work:
            if not work.matches.is_overtaken(mark):
                return run.keep(work)
    with store.unit_of_work() as work:
        run.judge(work)
        return run.keep(work)


class _All:
    """Everything kept against these books: judged, then kept."""

    def __init__(
        self,
        books: tuple[Sequence[InUse], reconcile.Index],
        options: reconcile.Options,
        context: validate.Context,
    ) -> None:
        self._heads, self._index = books
        self._options, self._context = options, context

    def judge(self, work: Work) -> None:
        kept = list(work.matches.invoices())
        options = told(work, self._options, self._index)
        named = once_each(kept)
        self._outcome = reconcile.compare([one.facts for one in named], self._index, options)
        self._verdicts = _Verdicts(places(kept, named), self._outcome)
        del kept
        self._leads = leads_of(named, self._outcome.invoices(), (self._index, options))
        self._judged = Judged()
        booked = booked_in(self._heads, self._index)
        if any(book.is_tax_bureaus for book in self._heads):
            every = work.invoices.iterate()
            self._judged.take(judged_again(every, self._verdicts, booked, self._context))

    def keep(self, work: Work) -> Matched:
        now = self._options.now
        work.matches.replace(chain(self._outcome.invoices(), self._outcome.strays()), now)
        work.matches.rest_on(rested_on(self._heads))
        work.leads.put(self._leads, all_anew=True)
        keep_judged(work, self._judged, now)
        return Matched(self._verdicts, self._judged, _Left(self._outcome))


class _Verdicts(Mapping[Place, Match]):
    """Verdicts by place, made when they are asked for."""

    def __init__(self, turns: Mapping[Place, int], outcome: reconcile.Outcome) -> None:
        self._turns, self._outcome = turns, outcome

    def __getitem__(self, place: Place) -> Match:
        return self._outcome.of(self._turns[place])

    def __iter__(self) -> Iterator[Place]:
        return iter(self._turns)

    def __len__(self) -> int:
        return len(self._turns)


class _Left:
    """The verdicts on entries left over, made each time they are gone through."""

    def __init__(self, outcome: reconcile.Outcome) -> None:
        self._outcome = outcome

    def __iter__(self) -> Iterator[Match]:
        return self._outcome.strays()


def once_each(kept: Iterable[LeanInvoice]) -> list[LeanInvoice]:
    """Each invoice once, its facts under the name matching has for it; `kept` the earliest received
    first.

    A rendition stands for the invoice only where nothing else does; a second copy gets "#2".
    """
    every = list(kept)
    once = [one for one in every if not one.is_rendition]
    known = {one.key for one in once if one.key}
    once += [one for one in every if one.is_rendition and one.key not in known]
    names = _counted(one.name for one in once)
    return [
        one._replace(facts=one.facts._replace(key=name))
        for name, one in zip(names, once, strict=True)
    ]


def leads_of(
    named: Sequence[LeanInvoice],
    found: Iterable[Match],
    against: tuple[reconcile.Index, reconcile.Options],
) -> dict[str, set[int]]:
    """By what each invoice is to be found when something comes that may touch it: its id -> leads,
    without those whose number as it was read is enough."""
    index, options = against
    linked = {link.invoice for link in options.links}
    leads: dict[str, set[int]] = {}
    for one, verdict in zip(named, found, strict=True):
        facts = one.facts
        is_odd = one.number not in (facts.long, facts.short)
        is_linked = bool({facts.key, one.key} & linked)
        if own := reconcile.shown(facts, verdict, index, linked=is_odd or is_linked):
            leads[one.id] = {reconcile.hashed(lead) for lead in own}
    return leads


def places(kept: Iterable[LeanInvoice], named: Sequence[LeanInvoice]) -> dict[Place, int]:
    """Which of the named has the verdict of each place: also of renditions, whose invoice was
    matched under its own key."""
    turns = {one.place: turn for turn, one in enumerate(named)}
    by_key = {one.key: turn for turn, one in reversed(list(enumerate(named))) if one.key}
    for one in kept:
        if one.place not in turns and one.key in by_key:
            turns[one.place] = by_key[one.key]
    return turns


def booked_in(heads: Sequence[InUse], index: reconcile.Index) -> tuple[Booked, bool]:
    """The tax bureau's entries by their keys, and whether there are no other books."""
    sources = {book.source for book in heads if book.is_tax_bureaus}

    def booked(key: str) -> reconcile.EntryFacts | None:
        entries = (index.entries[row] for row in index.standing_at(key))
        return next((entry for entry in entries if entry.source in sources), None)

    return booked, all(book.is_tax_bureaus for book in heads)


def judged_again(
    kept: Iterable[KeptInvoice],
    verdicts: Mapping[Place, Match],
    books: tuple[Booked, bool],
    context: validate.Context,
) -> Iterator[tuple[Place, Invoice]]:
    """The invoices of which the tax bureau's list has something to say, judged with that, one by
    one; those that are judged otherwise than before. `books` are as `booked_in` gives them."""
    for one in kept:
        place = (one.document_sha256, one.index)
        match = verdicts.get(place)
        verdict = _told(match, books) if match else None
        if verdict is None:
            continue
        again = rejudge.again(one.invoice, replace(context, record=verdict))
        if again != one.invoice:
            yield place, again


def _told(match: Match, books: tuple[Booked, bool]) -> SourceVerdict | None:
    """What the tax bureau's list says; None where the verdict rests on another book."""
    booked, only_lists = books
    partner = booked(match.candidates[0].key) if match.candidates else None
    if match.candidates and partner is None:
        return None
    if match.state is MatchState.MISSING and not only_lists:
        return None
    # that it is booked is no reason against it here: R-DUP-04 is for what is handed in
    return SourceVerdict.of(match, partner).model_copy(update={"vouchers": ()})


class Judged(Mapping[Place, Invoice]):
    """New judgements, on disk where there are many of them."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_HELD)  # noqa: SIM115 - closed with it
        self._at: dict[Place, tuple[int, int]] = {}
        weakref.finalize(self, self._file.close)

    def take(self, judged: Iterable[tuple[Place, Invoice]]) -> None:
        """Add judgements one by one."""
        for place, invoice in judged:
            record = storable(invoice)[1].encode()
            self._at[place] = self._file.tell(), len(record)
            self._file.write(record)

    def __getitem__(self, place: Place) -> Invoice:
        at, size = self._at[place]
        self._file.seek(at)
        return Invoice.model_validate_json(self._file.read(size))

    def __iter__(self) -> Iterator[Place]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


def keep_judged(work: Work, judged: Mapping[Place, Invoice], now: datetime.datetime) -> None:
    """Keep new judgements, and say so in the audit."""
    for (sha256, index), invoice in judged.items():
        if work.invoices.judged(sha256, index, invoice):
            details = {"key": invoice.key, "status": invoice.status.value}
            work.events.add(What.INVOICE_JUDGED, f"{sha256}#{index}", now, details)


def keyed(invoices: Iterable[tuple[Invoice, str]]) -> list[reconcile.Keyed]:
    """Invoices under their own keys, made unique: a second copy gets "#2" behind its key.

    The text beside each invoice says where it stands, for those that have no key.
    """
    every = list(invoices)
    names = _counted(invoice.key or place for invoice, place in every)
    return [
        reconcile.Keyed(key=name, invoice=invoice)
        for name, (invoice, _) in zip(names, every, strict=True)
    ]


def _counted(names: Iterable[str]) -> Iterator[str]:
    """The names made unique: a second one gets "#2" behind it."""
    counts: Counter[str] = Counter()
    for name in names:
        counts[name] += 1
        yield name if counts[name] == 1 else f"{name}#{counts[name]}"


def verdict_of(work: Work, invoice_id: str) -> Match | None:
    """The kept verdict on one invoice, by its id; None where there is none."""
    kept = next(iter(work.leads.kept(ids=[invoice_id]).values()), None)
    if kept is None:
        return None
    key = kept.invoice.key
    copies = work.leads.kept(keys=[key]) if key else {}
    group = [copies[turn] for turn in sorted(copies)] or [kept]
    names = {one.id: one.facts.key for one in once_each(map(lean, group))}
    # a rendition has the verdict of its invoice
    name = names.get(invoice_id, name_of(key, kept.file, kept.index))
    return work.matches.of(Side.INVOICE, [name]).get(name)


def record_of(work: Work, invoice_id: str) -> SourceVerdict | None:
    """What the tax bureau's list says of a kept invoice, by its id, as the rules need it: the kept
    verdict with its entry. None where no list is in use, or the verdict rests on another book."""
    heads = in_use(work)
    lists = [book.sha256 for book in heads if book.is_tax_bureaus]
    match = verdict_of(work, invoice_id) if lists else None
    if match is None:
        return None
    partners = [match.candidates[0].key] if match.candidates else []
    entries = work.ledgers.entries(lists, partners)
    return _told(match, (entries.get, len(lists) == len(heads)))


def books_in_use(work: Work) -> list[Book]:
    """Of each source the snapshot in use, with all its entries."""
    books = []
    for one in in_use(work):
        ledger = work.ledgers.get(one.sha256)
        if ledger is not None:
            books.append(Book(ledger.model_copy(update={"coverage": one.coverage}), one.sha256))
    return books
