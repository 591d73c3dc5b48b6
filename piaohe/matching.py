"""What is kept against the books: matched, and judged anew by what the tax bureau's list says.

    keep -> match -> judge again

A rendition (the XML beside its PDF) is one invoice with what it shows again: it is matched once,
and both get the verdict.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import reconcile
import validate
from models.invoice import Invoice
from models.ledger import Ledger, LedgerEntry
from models.match import Match, MatchState, Side
from models.verdicts import SourceVerdict
from piaohe import rejudge
from piaohe.store import KeptInvoice, Snapshot, Store, What, Work

Place = tuple[str, int]
"""A document's SHA-256 and the index of an invoice in it."""


@dataclass(frozen=True, slots=True)
class Book:
    """A ledger and the SHA-256 of the file it came from."""

    ledger: Ledger
    sha256: str

    @property
    def is_tax_bureaus(self) -> bool:
        """Whether it lists what the tax bureau knows; of others nobody can say that an invoice
        ought to be in them already."""
        return self.ledger.layout.startswith("etax")


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
    with store.reading() as work:
        kept = work.invoices.all()
        unread = [one.file for one in work.documents.failed()]
    failed = tuple(reconcile.Failed(key=file, texts=(file,)) for file in unread)
    options = options.model_copy(update={"failed": (*options.failed, *failed)})
    once = [one for one in kept if not validate.is_rendition(one.invoice)]
    known = {one.invoice.key for one in once if one.invoice.key}
    once += [
        one for one in kept if validate.is_rendition(one.invoice) and one.invoice.key not in known
    ]
    invoices = keyed((each.invoice, f"{each.file}#{each.index}") for each in once)
    found = reconcile.match(invoices, [book.ledger for book in books], options)
    verdicts = _by_place(kept, once, [one for one in found if one.side is Side.INVOICE])
    judged = dict(_judged(kept, verdicts, books, context))
    _keep(store, books, found, judged, options.now)
    return Matched(verdicts, judged, [one for one in found if one.side is Side.LEDGER])


def _by_place(
    kept: Sequence[KeptInvoice], once: Sequence[KeptInvoice], found: Sequence[Match]
) -> dict[Place, Match]:
    verdicts = {
        (one.document_sha256, one.index): match for one, match in zip(once, found, strict=True)
    }
    by_key = {
        one.invoice.key: match
        for one, match in reversed(list(zip(once, found, strict=True)))
        if one.invoice.key
    }
    for one in kept:
        place = (one.document_sha256, one.index)
        if place not in verdicts and one.invoice.key in by_key:
            verdicts[place] = by_key[one.invoice.key]
    return verdicts


def _judged(
    kept: Iterable[KeptInvoice],
    verdicts: Mapping[Place, Match],
    books: Sequence[Book],
    context: validate.Context,
) -> Iterable[tuple[Place, Invoice]]:
    """The invoices of which the tax bureau's list has something to say, judged with that."""
    lists = [book.ledger for book in books if book.is_tax_bureaus]
    if not lists:
        return
    entries = {entry.key: entry for ledger in lists for entry in ledger.entries}
    only_lists = len(lists) == len(books)
    for one in kept:
        place = (one.document_sha256, one.index)
        match = verdicts.get(place)
        told = _told(match, entries, only_lists) if match else None
        if told is None:
            continue
        judged = rejudge.again(one.invoice, replace(context, record=told))
        if judged != one.invoice:
            yield place, judged


def _told(
    match: Match, entries: Mapping[str, LedgerEntry], only_lists: bool
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


def _keep(
    store: Store,
    books: Sequence[Book],
    found: list[Match],
    judged: Mapping[Place, Invoice],
    now: datetime.datetime,
) -> None:
    with store.unit_of_work() as work:
        for book in books:
            work.ledgers.add(book.ledger, book.sha256, now)
        work.matches.replace(found, now)
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


def books_in_use(work: Work) -> list[Book]:
    """Of each source the snapshot in use: the one imported last, and not in doubt."""
    books: dict[str, Book | None] = {}
    for snapshot in work.ledgers.snapshots():
        if snapshot.source not in books:
            books[snapshot.source] = _book(work, snapshot)
    return [book for book in books.values() if book is not None]


def _book(work: Work, newest: Snapshot) -> Book | None:
    current = work.imports.current(newest.source)
    if current is None:
        # handed over as a file; of a source whose every import is in doubt nothing is in use
        in_doubt = bool(work.imports.latest(newest.source, 1))
        ledger = None if in_doubt else work.ledgers.get(newest.sha256)
        return Book(ledger, newest.sha256) if ledger else None
    ledger = work.ledgers.get(current.sha256 or "")
    if ledger is None:
        return None
    return Book(ledger.model_copy(update={"coverage": current.coverage}), current.sha256 or "")
