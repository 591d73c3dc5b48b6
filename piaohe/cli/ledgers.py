"""Ledgers from files, and invoices under unique keys, for matching."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import LedgerError
from models.invoice import Invoice
from models.ledger import Ledger
from piaohe import failures
from piaohe.pipeline import printable
from piaohe.sources import read_ledger
from reconcile import Keyed


@dataclass(frozen=True, slots=True)
class Source:
    """A ledger and the SHA-256 of the file it came from."""

    ledger: Ledger
    sha256: str


def open_ledgers(paths: Sequence[Path]) -> list[Source]:
    """Read every ledger; the file's name is its source. Raises LedgerError."""
    names = Counter(path.name for path in paths)
    sources = []
    for path in dict.fromkeys(paths):
        try:
            data = path.read_bytes()
        except OSError as error:
            record = failures.unreadable(error)
            raise LedgerError(
                f"ledger_{record.code}",
                f"台账 {path}：{record.message}",
                record.hint,
                message_en=f"ledger {path}: {record.message_en}",
                hint_en=record.hint_en,
            ) from error
        name = printable(path.name if names[path.name] == 1 else str(path))
        sources.append(Source(read_ledger(data, name), hashlib.sha256(data).hexdigest()))
    return sources


def keyed(invoices: Iterable[tuple[Invoice, str]]) -> list[Keyed]:
    """Invoices under their own keys, made unique: a second copy gets "#2" behind its key.

    The text beside each invoice says where it stands, for those that have no key.
    """
    counts: Counter[str] = Counter()
    result = []
    for invoice, place in invoices:
        key = invoice.key or place
        counts[key] += 1
        result.append(
            Keyed(key=key if counts[key] == 1 else f"{key}#{counts[key]}", invoice=invoice)
        )
    return result
