"""Rows of an outside system on disk while they come: the network is done with before reading.

What is read later is then one state of the source, can be gone through twice, needs no memory, and
has a hash of its content.
"""

import datetime
import hashlib
import json
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

from piaohe.sources.cells import Cell
from piaohe.sources.tables import MAX_COLUMNS, Row, Table

_LONGEST = 40_000
"""Characters of a cell."""
_EXACT_DIGITS = 15


class Spool:
    """A table in a temporary file: headings first, then rows. Gone when closed."""

    def __init__(self, headings: Iterable[str]) -> None:
        self._file = tempfile.TemporaryFile("w+b")  # noqa: SIM115 - closed with the spool
        self._hash = hashlib.sha256()
        self.rows = 0
        self._write([str(heading) for heading in headings][:MAX_COLUMNS])

    def add(self, values: Iterable[Any]) -> None:
        """Add a row, values as a database driver or JSON gives them."""
        self._write([_plain(value) for value in values][:MAX_COLUMNS])
        self.rows += 1

    def _write(self, values: list[Any]) -> None:
        line = json.dumps(values, ensure_ascii=True).encode() + b"\n"
        self._hash.update(line)
        self._file.write(line)

    @property
    def sha256(self) -> str:
        """Of headings and rows: the same content gives the same."""
        return self._hash.hexdigest()

    def table(self, name: str = "") -> Table:
        """What was added, the headings as row 1. Valid while the spool is open."""
        return Table(name, self._read)

    def _read(self) -> Iterator[Row]:
        self._file.flush()
        at = 0
        number = 0
        while True:
            # others may read in between: the place is this reader's own
            self._file.seek(at)
            line = self._file.readline()
            if not line:
                return
            at = self._file.tell()
            number += 1
            cells = tuple(_cell(value) for value in json.loads(line))
            if any(cell is not None for cell in cells):
                yield Row(number, cells)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _plain(value: Any) -> Any:
    """A value as JSON keeps it; dates as {"d": ISO}."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime.datetime | datetime.date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return _number(value)
    return _text(value)[:_LONGEST]


def _text(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, str | datetime.time | uuid.UUID):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _number(value: Decimal) -> Any:
    """A decimal as text that loses nothing; a short whole one as a number, whose leading zeros
    the reader knows may be gone."""
    if not value.is_finite():
        return None
    if value == value.to_integral_value() and abs(value) < 10**_EXACT_DIGITS:
        return int(value)
    return format(value, "f") if abs(value.adjusted()) < 100 else str(value)


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        text = str(value["d"])
        if "T" in text:
            return datetime.datetime.fromisoformat(text)
        return datetime.date.fromisoformat(text)
    return value  # type: ignore[no-any-return]
