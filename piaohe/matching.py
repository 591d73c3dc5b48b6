"""What is kept against the books: matched, and judged anew by what the tax bureau's list says.

    keep -> match -> judge again

A rendition (the XML beside its PDF) is one invoice with what it shows again: it is matched once,
and both get the verdict. What people linked and what outside systems answered is read from the
store (piaohe.told). One more document or snapshot is the matter of piaohe.rematch.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import reconcile
import validate
from models.invoice import Invoice
from models.ledger import Ledger, LedgerEntry
from models.match import Match, MatchState, Side
from models.verdicts import SourceVerdict
from piaohe import rejudge
from piaohe.shelf import InUse, in_use, rested_on
from piaohe.store import KeptInvoice, Store, What, Work
from piaohe.told import place_of, told

Place: TypeAlias = tuple[str, int]
"""A document's SHA-256 and the index of an invoice in it."""
EntriesOf: TypeAlias = Callable[[Sequence[str]], Mapping[str, LedgerEntry]]
"""Gives the tax bureau's entries among those with these keys."""
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
    left: Sequence[Match] = ()


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
    entries = {
        entry.key: entry for book in books if book.is_tax_bureaus for entry in book.ledger.entries
    }
    heads = [book.in_use for book in books]
    with store.unit_of_work() as work:
        for book in books:
            work.ledgers.add(book.ledger, book.sha256, options.now)
    return match_all(store, (heads, index), options, context, lambda _: entries)


def match_all(
    store: Store,
    books: tuple[Sequence[InUse], reconcile.Index],
    options: reconcile.Options,
    context: validate.Context,
    entries_of: EntriesOf,
) -> Matched:
    """`match_kept` with books that are kept, as facts.

    It takes long, so others go on meanwhile. Where what they did would be overwritten or is not
    judged with the rest, all is done once more, in the end while they wait.
    """
    run = _All(books, options, context, entries_of)
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
        entries_of: EntriesOf,
    ) -> None:
        self._heads, self._index = books
        self._options, self._context, self._entries_of = options, context, entries_of

    def judge(self, work: Work) -> None:
        kept = work.invoices.all()
        options = told(work, self._options, self._index)
        named = once_each(kept)
        ours = [facts_of(name, one) for name, one in named]
        outcome = reconcile.compare(ours, self._index, options)
        self._found, self._left = list(outcome.invoices()), list(outcome.strays())
        self._verdicts = by_place(kept, named, self._found)
        books = (self._heads, self._entries_of)
        self._judged = judged_again(kept, self._verdicts, books, self._context)
        self._leads = leads_of(named, ours, self._found, (self._index, options))

    def keep(self, work: Work) -> Matched:
        now = self._options.now
        work.matches.replace([*self._found, *self._left], now)
        work.matches.rest_on(rested_on(self._heads))
        work.leads.put(self._leads, all_anew=True)
        keep_judged(work, self._judged, now)
        return Matched(self._verdicts, self._judged, self._left)


def once_each(kept: Iterable[KeptInvoice]) -> list[tuple[str, KeptInvoice]]:
    """Each invoice once, with the name matching has for it; `kept` the earliest received first.

    A rendition stands for the invoice only where nothing else does; a second copy gets "#2".
    """
    every = list(kept)
    once = [one for one in every if not validate.is_rendition(one.invoice)]
    known = {one.invoice.key for one in once if one.invoice.key}
    once += [
        one for one in every if validate.is_rendition(one.invoice) and one.invoice.key not in known
    ]
    names = keyed((one.invoice, place_of(one)) for one in once)
    return [(name.key, one) for name, one in zip(names, once, strict=True)]


def facts_of(name: str, kept: KeptInvoice) -> reconcile.InvoiceFacts:
    return reconcile.invoice_facts(name, kept.invoice)


def leads_of(
    named: Sequence[tuple[str, KeptInvoice]],
    ours: Sequence[reconcile.InvoiceFacts],
    found: Sequence[Match],
    against: tuple[reconcile.Index, reconcile.Options],
) -> dict[str, set[int]]:
    """By what each invoice is to be found when something comes that may touch it: its id -> leads,
    without those whose number as it was read is enough."""
    index, options = against
    linked = {link.invoice for link in options.links}
    leads: dict[str, set[int]] = {}
    for (name, one), facts, verdict in zip(named, ours, found, strict=True):
        is_odd = one.invoice.number not in (facts.long, facts.short)
        is_linked = bool({name, one.invoice.key} & linked)
        if own := reconcile.shown(facts, verdict, index, linked=is_odd or is_linked):
            leads[one.id] = {reconcile.hashed(lead) for lead in own}
    return leads


def by_place(
    kept: Iterable[KeptInvoice],
    named: Sequence[tuple[str, KeptInvoice]],
    found: Sequence[Match],
) -> dict[Place, Match]:
    """The verdicts by place, also for renditions of an invoice matched under its own key."""
    pairs = [(one, match) for (_, one), match in zip(named, found, strict=True)]
    verdicts = {(one.document_sha256, one.index): match for one, match in pairs}
    by_key = {one.invoice.key: match for one, match in reversed(pairs) if one.invoice.key}
    for one in kept:
        place = (one.document_sha256, one.index)
        if place not in verdicts and one.invoice.key in by_key:
            verdicts[place] = by_key[one.invoice.key]
    return verdicts


def judged_again(
    kept: Iterable[KeptInvoice],
    verdicts: Mapping[Place, Match],
    books: tuple[Sequence[InUse], EntriesOf],
    context: validate.Context,
) -> dict[Place, Invoice]:
    """The invoices of which the tax bureau's list has something to say, judged with that."""
    heads, entries_of = books
    if not any(book.is_tax_bureaus for book in heads):
        return {}
    only_lists = all(book.is_tax_bureaus for book in heads)
    partners = [match.candidates[0].key for match in verdicts.values() if match.candidates]
    entries = entries_of(partners)
    judged = {}
    for one in kept:
        place = (one.document_sha256, one.index)
        match = verdicts.get(place)
        verdict = _told(match, entries, only_lists=only_lists) if match else None
        if verdict is None:
            continue
        again = rejudge.again(one.invoice, replace(context, record=verdict))
        if again != one.invoice:
            judged[place] = again
    return judged


def _told(
    match: Match, entries: Mapping[str, LedgerEntry], *, only_lists: bool
) -> SourceVerdict | None:
    """What the tax bureau's list says; None where the verdict rests on another book."""
    partner = match.candidates[0].key if match.candidates else None
    if partner is not None and partner not in entries:
        return None
    if match.state is MatchState.MISSING and not only_lists:
        return None
    # that it is booked is no reason against it here: R-DUP-04 is for what is handed in
    verdict = SourceVerdict.of(match, entries.get(partner or ""))
    return verdict.model_copy(update={"vouchers": ()})


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
    counts: Counter[str] = Counter()
    result = []
    for invoice, place in invoices:
        key = invoice.key or place
        counts[key] += 1
        result.append(
            reconcile.Keyed(
                key=key if counts[key] == 1 else f"{key}#{counts[key]}", invoice=invoice
            )
        )
    return result


def verdict_of(work: Work, invoice_id: str) -> Match | None:
    """The kept verdict on one invoice, by its id; None where there is none."""
    kept = next(iter(work.leads.kept(ids=[invoice_id]).values()), None)
    if kept is None:
        return None
    key = kept.invoice.key
    copies = work.leads.kept(keys=[key]) if key else {}
    group = [copies[turn] for turn in sorted(copies)] or [kept]
    names = {one.id: name for name, one in once_each(group)}
    # a rendition has the verdict of its invoice
    name = names.get(invoice_id, key or place_of(kept))
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
    return _told(match, entries, only_lists=len(lists) == len(heads))


def books_in_use(work: Work) -> list[Book]:
    """Of each source the snapshot in use, with all its entries."""
    books = []
    for one in in_use(work):
        ledger = work.ledgers.get(one.sha256)
        if ledger is not None:
            books.append(Book(ledger.model_copy(update={"coverage": one.coverage}), one.sha256))
    return books
