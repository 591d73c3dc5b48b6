"""One document or snapshot more comes to what matching everything anew comes to."""

import contextlib
import random
from collections.abc import Iterator, Sequence

import pytest

import validate
from benchmarks.scale_match import Drawn, draw
from models.ledger import Ledger
from models.match import Match, MatchState
from piaohe.matching.incremental import match_new, match_snapshot
from piaohe.matching.kept import Book, books_in_use, match_kept
from piaohe.matching.shelf import Shelf
from piaohe.store import Import, Store, Work
from reconcile import EntryFacts, InvoiceFacts, Options
from tests.support.drawn import about, document_of, entry_of
from validate import Context


def context(drawn: Drawn) -> Context:
    return validate.Context(today=drawn.options().now.date())


def keep_ledger(store: Store, drawn: Drawn, entries: Sequence[EntryFacts], at: int) -> Book:
    """Keep entries as a snapshot that was imported."""
    ledger = Ledger.model_validate(about(drawn) | {"entries": [entry_of(each) for each in entries]})
    book = Book(ledger, f"{at:064x}")
    now = drawn.options().now.replace(hour=at)
    with store.unit_of_work() as work:
        work.ledgers.add(ledger, book.sha256, now)
        work.imports.add(
            Import(
                source=ledger.source,
                sha256=book.sha256,
                imported_at=now,
                coverage=ledger.coverage,
                rows=len(entries),
            )
        )
    return book


def keep(store: Store, drawn: Drawn, name: str, *invoices: InvoiceFacts) -> str:
    document = document_of(store.originals.put(name.encode()), *invoices)
    with store.unit_of_work() as work:
        work.documents.add(document, received_at=drawn.options().now, size=1)
    return document.sha256 or ""


def kept_verdicts(store: Store) -> list[Match]:
    with store.reading() as work:
        return sorted(work.matches.all(), key=lambda match: (match.side, match.key))


def all_anew(store: Store, told: Options, by: Context) -> list[Match]:
    with store.reading() as work:
        books = books_in_use(work)
    match_kept(store, books, told, by)
    return kept_verdicts(store)


def test_what_comes_while_all_is_matched_is_not_overwritten(store: Store) -> None:
    drawn = draw(6, 1, disturbed=0)
    told, by, shelf = drawn.options(), context(drawn), Shelf()
    book = keep_ledger(store, drawn, drawn.entries, 1)
    keep(store, drawn, "first", *drawn.invoices[:3])
    match_kept(store, [book], told, by)
    late: list[str] = []

    class Busy(Store):
        """Somebody hands in and matches one more whenever everything has just been read."""

        @contextlib.contextmanager
        def reading(self) -> Iterator[Work]:
            with super().reading() as work:
                yield work
            if len(late) < 3:
                late.append(keep(store, drawn, f"late {len(late)}", drawn.invoices[3 + len(late)]))
                match_new(store, late[-1], told, by, shelf)

    match_kept(Busy(store.engine, store.originals, store.place), [book], told, by)
    assert len(late) >= 2
    step_by_step = kept_verdicts(store)
    assert sum(match.state is MatchState.EXACT for match in step_by_step) == 3 + len(late)
    assert all_anew(store, told, by) == step_by_step


@pytest.mark.parametrize("seed", [1])
def test_new_documents_in_any_order(store: Store, seed: int) -> None:
    drawn, rng, shelf = draw(50, seed, disturbed=0.7), random.Random(seed), Shelf()
    told, by = drawn.options(), context(drawn)
    keep_ledger(store, drawn, drawn.entries, 1)
    invoices = [*drawn.invoices, *rng.choices(drawn.invoices, k=8)]
    rng.shuffle(invoices)
    for at, ours in enumerate(invoices[:36]):
        keep(store, drawn, f"{rng.random()}-{at}", ours)
    all_anew(store, told, by)
    for at, ours in enumerate(invoices[36:]):
        sha256 = keep(store, drawn, f"{rng.random()}-{at + 36}", ours)
        found = match_new(store, sha256, told, by, shelf)
        assert (sha256, 0) in found.verdicts
        if at % 11 == 10:
            step_by_step = kept_verdicts(store)
            assert all_anew(store, told, by) == step_by_step


def test_a_new_snapshot(store: Store) -> None:
    drawn, rng, shelf = draw(45, 3, disturbed=0.5), random.Random(3), Shelf()
    told, by = drawn.options(), context(drawn)
    for at, ours in enumerate(drawn.invoices):
        keep(store, drawn, f"{at}", ours)
    held = list(drawn.entries)
    for at in range(1, 3):
        some = [each._replace(tax=None) if rng.random() < 0.03 else each for each in held]
        book = keep_ledger(store, drawn, [each for each in some if rng.random() < 0.85], at)
        match_snapshot(store, told, by, shelf)
        step_by_step = kept_verdicts(store)
        with store.reading() as work:
            assert list(work.matches.rests_on()) == [book.sha256]
        assert all_anew(store, told, by) == step_by_step
