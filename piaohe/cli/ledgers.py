"""Ledgers from files and from kept snapshots, for matching."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from models.errors import LedgerError
from piaohe import failures
from piaohe.cli.shell import Shell
from piaohe.matching.kept import Book
from piaohe.matching.told import troubles
from piaohe.pipeline import printable
from piaohe.settings import Settings
from piaohe.sources import read_ledger
from piaohe.sources.failures import ledger_error
from piaohe.sources.profile import PROFILES, Profiles
from piaohe.store import Store

KEPT = "source:"
"""In front of a source's name where a ledger is given: its snapshot in use."""


def open_ledgers(paths: Sequence[Path], settings: Settings | None = None) -> list[Book]:
    """Read every ledger; the file's name is its source. Raises LedgerError.

    With settings the profiles of their home folder are known too, and `source:NAME` stands for the
    snapshot in use of a configured source.
    """
    names = Counter(path.name for path in paths)
    known = Profiles(settings.home / PROFILES).all() if settings else None
    sources = []
    for path in dict.fromkeys(paths):
        if settings and str(path).startswith(KEPT):
            sources.append(_kept(str(path).removeprefix(KEPT), settings))
            continue
        name = printable(path.name if names[path.name] == 1 else str(path))
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            sources.append(Book(read_ledger(path, name, known=known), sha256))
        except OSError as error:
            raise unreadable(path, error) from error
    return sources


def _kept(name: str, settings: Settings) -> Book:
    """The snapshot in use. Raises LedgerError no_snapshot."""
    from piaohe.opening import open_store

    with open_store(settings) as store, store.reading() as work:
        current = work.imports.current(name)
        ledger = work.ledgers.get(current.sha256) if current and current.sha256 else None
    if current is None or ledger is None:
        raise ledger_error("no_snapshot", name=name)
    return Book(ledger.model_copy(update={"coverage": current.coverage}), current.sha256 or "")


def tell_troubles(shell: Shell, store: Store, given: Sequence[Path]) -> None:
    """Say of each source that is to be matched with, and whose last import is not in use, what
    that means for the outcome."""
    names = {str(each).removeprefix(KEPT) for each in given if str(each).startswith(KEPT)}
    with store.reading() as work:
        for name, line, line_en in troubles(work):
            if name in names:
                shell.tell(line, line_en)


def unreadable(path: Path, error: OSError) -> LedgerError:
    """The error for a ledger the system does not let us read."""
    record = failures.unreadable(error)
    return LedgerError(
        f"ledger_{record.code}",
        f"台账 {path}：{record.message}",
        record.hint,
        message_en=f"ledger {path}: {record.message_en}",
        hint_en=record.hint_en,
    )
