"""Bytes to rows: opens XLSX and CSV safely and says precisely why where it cannot.

Rows come as a stream, so that a file of hundreds of megabytes needs little memory.
"""

import io
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from piaohe.sources.cells import Cell
from piaohe.sources.failures import ledger_error

MAX_COLUMNS = 256
HEAD_ROWS = 60
"""Rows looked at to find headings and to tell what columns hold."""
_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
)

Content: TypeAlias = bytes | Path
"""A file's bytes, or where it is. A path is read as a stream and must not change meanwhile."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something wrong with how a row is written: a code of `problems`, the column from 1."""

    code: str
    what: str = ""
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something. `number` counts from 1 as the spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]
    oddity: Oddity | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet, or a whole CSV (`name` is then ""). `typed` is false where every cell is text.

    `read` begins anew each time it is called; it raises LedgerError damaged_ledger.
    """

    name: str
    read: Callable[[], Iterator[Row]]
    typed: bool = True
    since_1904: bool = False

    def head(self, rows: int = HEAD_ROWS) -> list[Row]:
        """The first rows that hold something."""
        return list(itertools.islice(self.read(), rows))


@contextmanager
def opened(content: Content) -> Iterator[BinaryIO]:
    """The content as a stream that can seek."""
    if isinstance(content, Path):
        with content.open("rb") as file:
            yield file
    else:
        yield io.BytesIO(content)


def open_tables(content: Content) -> list[Table]:
    """The sheets of a workbook, or the candidates of a CSV: one table for each delimiter tried.

    Raises LedgerError: empty_ledger, old_xls, binary_workbook, html_ledger, encrypted_ledger,
    not_a_spreadsheet, damaged_ledger, ledger_too_large, unknown_encoding.
    """
    from piaohe.sources.delimited import open_text
    from piaohe.sources.workbook import open_workbook

    with opened(content) as stream:
        first = stream.read(2**16)
        if not first.strip(b"\0 \t\r\n") and not stream.read(2**20).strip(b"\0 \t\r\n"):
            raise ledger_error("empty_ledger")
        _refuse_foreign(first, stream)
    return open_workbook(content) if first.startswith(b"PK") else open_text(content)


def _refuse_foreign(first: bytes, stream: BinaryIO) -> None:
    if first.startswith(b"\xd0\xcf\x11\xe0"):
        # the directory that names what is inside may stand at the end of the file
        name = "EncryptedPackage".encode("utf-16-le")
        rest = stream.read(64 * 2**20)
        raise ledger_error("encrypted_ledger" if name in first + rest else "old_xls")
    for magic, name_of in _FOREIGN:
        if first.startswith(magic):
            raise ledger_error("not_a_spreadsheet", what=name_of)
    head = first[:512].lstrip().lower()
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|meta|head|style|div)", head):
        raise ledger_error("html_ledger")
