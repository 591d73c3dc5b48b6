"""One new document, and a new snapshot, against what is kept.

    python -m benchmarks.scale_store [--entries N] [--invoices N] [--new N] [--folder PATH]

A ledger of N entries and the first of its invoices are kept in a home folder and matched; then
documents come one at a time (`match_new`), then the ledger with a hundredth of its rows changed
(`match_snapshot`). Times are of the processor, in one process. The defaults are small; the figures
of docs are from --entries 1000000 --invoices 20000.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import validate
from benchmarks.scale import peak
from benchmarks.scale_match import Drawn, draw
from benchmarks.tables import markdown
from models.ledger import Ledger, LedgerEntry
from piaohe.matching.incremental import match_new, match_snapshot
from piaohe.matching.shelf import Shelf, in_use
from piaohe.store import Import, Store
from reconcile import EntryFacts, InvoiceFacts
from tests.support.drawn import about, document_of, entry_of


class _Run:
    def __init__(self, store: Store, drawn: Drawn) -> None:
        self.store, self.drawn, self.shelf = store, drawn, Shelf()
        self.told = drawn.options()
        self.context = validate.Context(today=self.told.now.date())
        self.rows = [["step", "CPU seconds", "peak MiB so far"]]

    def timed(self, name: str, work: Callable[[], object]) -> None:
        start = time.process_time()
        work()
        self.rows.append([name, f"{time.process_time() - start:.1f}", f"{peak():,.0f}"])

    def keep_ledger(self, hour: int, entries: Iterator[LedgerEntry]) -> None:
        head = Ledger.model_validate(about(self.drawn) | {"entries": ()})
        sha256, at = f"{hour:064x}", self.told.now.replace(hour=hour)
        with self.store.unit_of_work() as work:
            work.ledgers.add_stream(head, entries, sha256, at)
            given = Import(
                source=head.source, sha256=sha256, imported_at=at, coverage=head.coverage
            )
            work.imports.add(given)

    def keep(self, *invoices: InvoiceFacts) -> list[str]:
        names = [self.store.originals.put(ours.key.encode()) for ours in invoices]
        with self.store.unit_of_work() as work:
            for sha256, ours in zip(names, invoices, strict=True):
                document = document_of(sha256, ours)
                work.documents.add(document, received_at=self.told.now, size=1)
        return names

    def take_up(self) -> None:
        with self.store.reading() as work:
            books = in_use(work)
        self.shelf.index(self.store, books)

    def snapshot(self) -> None:
        match_snapshot(self.store, self.told, self.context, self.shelf)

    def one(self, sha256: str) -> tuple[float, int]:
        """Milliseconds of the processor for one new document, and how many were judged again."""
        start = time.process_time()
        found = match_new(self.store, sha256, self.told, self.context, self.shelf)
        return 1000 * (time.process_time() - start), len(found.verdicts)


def run(folder: Path, entries: int, invoices: int, new: int) -> str:
    drawn = draw(entries, 1)
    rng = Random(1)
    ours = rng.sample(drawn.invoices, invoices + new)
    with Store.open(folder / "home") as store:
        run = _Run(store, drawn)
        run.timed("keep the ledger", lambda: run.keep_ledger(1, map(entry_of, drawn.entries)))
        run.timed("keep the invoices", lambda: run.keep(*ours[:invoices]))
        run.timed("take the ledger up as facts", run.take_up)
        run.timed("match everything", run.snapshot)
        took = [run.one(sha256) for sha256 in run.keep(*ours[invoices:])]
        changed = (_changed(rng, each) for each in drawn.entries)
        run.timed("keep the new ledger", lambda: run.keep_ledger(2, map(entry_of, changed)))
        run.timed("take it up as facts", run.take_up)
        run.timed("judge again", run.snapshot)
    times = sorted(each for each, _ in took)
    single = [["one new document", "CPU ms"], ["median", f"{statistics.median(times):.1f}"]]
    single += [["95th of a hundred", f"{times[int(0.95 * len(times))]:.1f}"]]
    single += [["slowest", f"{times[-1]:.1f}"]]
    single += [
        ["invoices judged with it, on average", f"{sum(n for _, n in took) / len(took):.1f}"]
    ]
    return f"{markdown(run.rows)}\n\n{markdown(single)}"


def _changed(rng: Random, entry: EntryFacts) -> EntryFacts:
    return entry._replace(tax=None) if rng.random() < 0.01 else entry


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.scale_store", description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--invoices", type=int, default=2_000)
    parser.add_argument("--new", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="where the home folder is made")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        print(run(Path(folder), given.entries, given.invoices, given.new))


if __name__ == "__main__":
    main()
