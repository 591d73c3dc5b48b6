"""Ledgers as imported: a snapshot for each file content, never changed."""

import datetime
from collections.abc import Iterable, Iterator
from itertools import islice

from pydantic import TypeAdapter
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.ledger import Coverage, Ledger, LedgerEntry, LedgerProblem
from models.record import Record
from piaohe.store.events import Events, What
from piaohe.store.tables import LedgerEntryRow, LedgerRow
from piaohe.store.values import clean_text, fen_or_none, storable
from reconcile import EntryFacts, entry_of_json

_PROBLEMS = TypeAdapter(tuple[LedgerProblem, ...])
_PORTION = 1000
_ASKED = 500


class Snapshot(Record):
    """What a kept ledger is, without its entries."""

    sha256: str
    source: str
    layout: str
    imported_at: datetime.datetime
    coverage: Coverage
    rows: int


class Ledgers:
    """The snapshots."""

    def __init__(self, session: Session, events: Events) -> None:
        self._session = session
        self._events = events

    def add(self, ledger: Ledger, file_sha256: str, imported_at: datetime.datetime) -> bool:
        """Keep a snapshot; gives False where the same file bytes are kept already."""
        head = ledger.model_copy(update={"entries": ()})
        return self.add_stream(head, ledger.entries, file_sha256, imported_at)

    def add_stream(
        self,
        head: Ledger,
        entries: Iterable[LedgerEntry],
        file_sha256: str,
        imported_at: datetime.datetime,
    ) -> bool:
        """The same with the entries one by one, for more of them than memory should hold."""
        if self._session.get(LedgerRow, file_sha256) is not None:
            return False
        row = LedgerRow(
            sha256=file_sha256,
            source=clean_text(head.source),
            layout=head.layout,
            imported_at=imported_at,
            first=head.coverage.first,
            last=head.coverage.last,
            entity_tax_id=head.coverage.entity_tax_id,
            row_count=0,
            problems=_PROBLEMS.dump_json(head.problems).decode(),
        )
        self._session.add(row)
        # the entries point to this row
        self._session.flush()
        count = 0
        rest = iter(entries)
        while portion := list(islice(rest, _PORTION)):
            rows = [_columns(file_sha256, count + at, entry) for at, entry in enumerate(portion)]
            self._session.execute(insert(LedgerEntryRow), rows)
            count += len(portion)
        row.row_count = count
        self._events.add(
            What.LEDGER_IMPORTED,
            file_sha256,
            imported_at,
            {"layout": head.layout, "rows": count, "problems": len(head.problems)},
        )
        return True

    def get(self, file_sha256: str) -> Ledger | None:
        """The ledger as it was imported, or None."""
        head = self.head(file_sha256)
        if head is None:
            return None
        return head.model_copy(update={"entries": tuple(self.iterate(file_sha256))})

    def head(self, file_sha256: str) -> Ledger | None:
        """The ledger without its entries, or None."""
        row = self._session.get(LedgerRow, file_sha256)
        return _head(row) if row else None

    def iterate(self, file_sha256: str) -> Iterator[LedgerEntry]:
        """Its entries in order, in portions: for more of them than memory should hold."""
        return map(LedgerEntry.model_validate_json, self._records(file_sha256))

    def _records(self, file_sha256: str) -> Iterator[str]:
        return self._session.scalars(
            select(LedgerEntryRow.record)
            .where(LedgerEntryRow.ledger_sha256 == file_sha256)
            .order_by(LedgerEntryRow.idx)
            .execution_options(yield_per=_PORTION)
        )

    def facts(self, file_sha256: str) -> Iterator[EntryFacts]:
        """What matching needs of its entries, in order; far cheaper than `iterate`."""
        return map(entry_of_json, self._records(file_sha256))

    def entries(self, snapshots: Iterable[str], keys: Iterable[str]) -> dict[str, LedgerEntry]:
        """The entries of these snapshots with these keys."""
        held, wanted = list(snapshots), [clean_text(key) for key in keys]
        found: dict[str, LedgerEntry] = {}
        for at in range(0, len(wanted), _ASKED):
            records = self._session.scalars(
                select(LedgerEntryRow.record).where(
                    LedgerEntryRow.key.in_(wanted[at : at + _ASKED]),
                    LedgerEntryRow.ledger_sha256.in_(held),
                )
            )
            entries = (LedgerEntry.model_validate_json(record) for record in records)
            found.update((entry.key, entry) for entry in entries)
        return found

    def snapshots(self) -> list[Snapshot]:
        """Every snapshot, the latest import first."""
        rows = self._session.scalars(
            select(LedgerRow).order_by(LedgerRow.imported_at.desc(), LedgerRow.sha256)
        )
        return [
            Snapshot(
                sha256=row.sha256,
                source=row.source,
                layout=row.layout,
                imported_at=row.imported_at,
                coverage=_coverage(row),
                rows=row.row_count,
            )
            for row in rows
        ]


def _head(row: LedgerRow) -> Ledger:
    return Ledger(
        source=row.source,
        layout=row.layout,
        entries=(),
        coverage=_coverage(row),
        problems=_PROBLEMS.validate_json(row.problems),
    )


def _coverage(row: LedgerRow) -> Coverage:
    return Coverage(first=row.first, last=row.last, entity_tax_id=row.entity_tax_id)


def _columns(ledger_sha256: str, index: int, entry: LedgerEntry) -> dict[str, object]:
    entry, record = storable(entry)
    return {
        "ledger_sha256": ledger_sha256,
        "idx": index,
        "key": entry.key,
        "number": entry.number,
        "code": entry.code,
        "paper_number": entry.paper_number,
        "date": entry.date,
        "amount_fen": fen_or_none(entry.amount),
        "tax_fen": fen_or_none(entry.tax),
        "total_fen": fen_or_none(entry.total),
        "buyer_tax_id": entry.buyer_tax_id,
        "seller_tax_id": entry.seller_tax_id,
        "status": entry.status.value,
        "record": record,
    }
