"""The snapshots in use as lean facts, made ready to be looked up, and kept for the next question.

A snapshot never changes, so what was made of it stays good until another is in use.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import reconcile
from models.ledger import Coverage
from piaohe.store import Snapshot, Store, Work

_HELD = 2
"""The books in use, and those before a new snapshot came."""


@dataclass(frozen=True, slots=True)
class InUse:
    """A snapshot in use, and what it is taken to cover."""

    sha256: str
    source: str
    layout: str
    coverage: Coverage

    @property
    def is_tax_bureaus(self) -> bool:
        """Whether it lists what the tax bureau knows; of others nobody can say that an invoice
        ought to be in them already."""
        return self.layout.startswith("etax")

    @property
    def said(self) -> str:
        """All of it but the content as one text, to see whether it is still the same."""
        whom = f"{self.coverage.first}..{self.coverage.last} {self.coverage.entity_tax_id}"
        return f"{self.layout} {whom} {self.source}"


def in_use(work: Work) -> list[InUse]:
    """Of each source the snapshot in use: the one imported last, and not in doubt."""
    found: dict[str, InUse | None] = {}
    for snapshot in work.ledgers.snapshots():
        if snapshot.source not in found:
            found[snapshot.source] = _current(work, snapshot)
    return [one for one in found.values() if one is not None]


def _current(work: Work, newest: Snapshot) -> InUse | None:
    current = work.imports.current(newest.source)
    if current is None:
        # handed over as a file; of a source whose every import is in doubt nothing is in use
        in_doubt = bool(work.imports.latest(newest.source, 1))
        sha256, coverage = newest.sha256, newest.coverage
        return None if in_doubt else InUse(sha256, newest.source, newest.layout, coverage)
    head = work.ledgers.head(current.sha256 or "")
    if head is None:
        return None
    return InUse(current.sha256 or "", newest.source, head.layout, current.coverage)


def rested_on(books: Sequence[InUse]) -> dict[str, str]:
    """Books as `Matches.rest_on` keeps them."""
    return {book.sha256: book.said for book in books}


class Shelf:
    """Holds what was looked up last. Safe to share between threads; one for each process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[tuple[str, ...], reconcile.Index] = {}

    def index(self, store: Store, books: Sequence[InUse]) -> reconcile.Index:
        """The entries of these books, ready for single questions.

        The first time every entry is read, one by one, and held as facts. Raises StoreError.
        """
        name = tuple(sorted(f"{book.sha256} {book.said}" for book in books))
        with self._lock:
            index = self._held.pop(name, None)
            if index is None:
                while len(self._held) >= _HELD:
                    self._held.pop(next(iter(self._held)))
                with store.reading() as work:
                    index = _index(work, books).prepare()
            self._held[name] = index
            return index


def _index(work: Work, books: Sequence[InUse]) -> reconcile.Index:
    about: list[reconcile.About] = []
    every: list[reconcile.EntryFacts] = []
    for book in books:
        head = work.ledgers.head(book.sha256)
        if head is None:
            continue
        facts = list(work.ledgers.facts(book.sha256))
        head = head.model_copy(update={"coverage": book.coverage})
        about.append(reconcile.about_ledger(head, facts))
        every += facts
    return reconcile.Index(every, about)
