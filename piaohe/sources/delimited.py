"""CSV and its relatives to rows: encodings, delimiters, quotes that nobody closes, a file cut off.

A quote that is not closed would make the usual reader take all that follows for one cell. Here
such a quote is taken for a character, the row says so, and no row is lost.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

from piaohe.sources.failures import ledger_error
from piaohe.sources.tables import MAX_COLUMNS, Content, Oddity, Row, Table, opened

_DELIMITERS = ",\t;|，"
_LONGEST_RECORD = 200
"""Lines a quoted cell may run over."""
_MOST_CHARACTERS = 2**20
"""Characters of a line, and of a record; more is no list of invoices."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CHUNK = 2**20
_HEAD = re.compile(r"[-+(]?[¥￥$]?\d{1,3}")
_TAIL = re.compile(r"\d{3}(?:\.\d{1,2})?\)?")


@dataclass(frozen=True, slots=True)
class _Encoding:
    """How a text is encoded; `cut` where its last character is not whole."""

    name: str
    cut: bool = False


def open_text(content: Content) -> list[Table]:
    """One table for every delimiter that occurs; the one whose headings make sense wins later.

    Raises LedgerError: unknown_encoding, not_a_spreadsheet.
    """
    encoding = _encoding_of(content)
    with opened(content) as stream, _text(stream, encoding) as text:
        head = text.read(20_000)
    if _CONTROL.search(head):
        raise ledger_error("not_a_spreadsheet", what="binary")
    delimiters = [mark for mark in _DELIMITERS if mark in head[:10_000]] or [","]
    return [
        Table("", partial(_rows, content, encoding, delimiter), typed=False)
        for delimiter in delimiters
    ]


def _text(stream: BinaryIO, encoding: _Encoding) -> io.TextIOWrapper:
    errors = "ignore" if encoding.cut else "strict"
    return io.TextIOWrapper(stream, encoding.name, errors, newline="")


def _encoding_of(content: Content) -> _Encoding:
    """UTF-8 with or without mark, UTF-16 with or without, else GB18030, over the whole file."""
    with opened(content) as stream:
        start = stream.read(2000)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names: tuple[str, ...] = ("utf-16",)
    elif start.count(0) > len(start) // 8:
        even = start[0::2].count(0)
        names = ("utf-16-be" if even > start[1::2].count(0) else "utf-16-le",)
    else:
        names = ("utf-8-sig", "gb18030")
    for name in names:
        with opened(content) as stream:
            decoder = codecs.getincrementaldecoder(name)()
            seen = 0
            try:
                while chunk := stream.read(_CHUNK):
                    seen += len(decoder.decode(chunk))
            except UnicodeDecodeError:
                continue
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                # one broken character is all there is, or all but the last one is right
                if seen:
                    return _Encoding(name, cut=True)
                continue
            return _Encoding(name)
    raise ledger_error("unknown_encoding")


def _rows(content: Content, encoding: _Encoding, delimiter: str) -> Iterator[Row]:
    """The records that hold something; a record of several lines counts as one row."""
    with opened(content) as stream, _text(stream, encoding) as text:
        records = _Records(_lines(text), delimiter, cut=encoding.cut)
        for number, (cells, oddity) in enumerate(records, start=1):
            if oddity or any(cell.strip() for cell in cells):
                yield Row(number, tuple(cells[:MAX_COLUMNS]), oddity)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines with their ends, whichever of the three kinds; one without end would fill memory.

    Raises LedgerError damaged_ledger.
    """
    rest = ""
    while chunk := text.read(_CHUNK):
        whole = (rest + chunk).splitlines(keepends=True) if rest else chunk.splitlines(True)
        whole = list(_rejoined(whole))
        rest = whole.pop()
        if len(rest) > _MOST_CHARACTERS:
            raise ledger_error("damaged_ledger", what=f"line > {_MOST_CHARACTERS}")
        yield from whole
    if rest:
        # a carriage return at the end of the last chunk ends two lines at most
        yield from _rejoined(rest.splitlines(True))


def _rejoined(lines: list[str]) -> Iterator[str]:
    """Lines as spreadsheets know them: `str.splitlines` also breaks at rarer separators."""
    pending = ""
    for line in lines:
        pending += line
        if pending.endswith(("\n", "\r")):
            yield pending
            pending = ""
    if pending:
        yield pending


@dataclass
class _Records:
    """Records of cells from lines, each with what is odd about it."""

    lines: Iterator[str]
    delimiter: str
    cut: bool = False
    _ahead: list[str] = field(default_factory=list)
    _widths: Counter[int] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[tuple[list[str], Oddity | None]]:
        while (line := self._next()) is not None:
            cells, oddity = self._record(line)
            is_last = not line.endswith(("\n", "\r")) and self._peek() is None
            if is_last and oddity is None:
                oddity = self._cut_off(cells)
            if oddity is None:
                cells, oddity = self._narrowed(cells)
            if len(cells) > 1:
                self._widths[len(cells)] += 1
            yield cells, oddity

    def _next(self) -> str | None:
        return self._ahead.pop(0) if self._ahead else next(self.lines, None)

    def _peek(self) -> str | None:
        if not self._ahead and (line := next(self.lines, None)) is not None:
            self._ahead.append(line)
        return self._ahead[0] if self._ahead else None

    @property
    def _width(self) -> int:
        """The number of cells most rows so far have; 0 where there are none."""
        return self._widths.most_common(1)[0][0] if self._widths else 0

    def _record(self, line: str) -> tuple[list[str], Oddity | None]:
        if line.count('"') % 2 == 0 or not self._is_open([line]):
            return self._split([line]), None
        taken = [line]
        while self._is_open(taken) and len(taken) < _LONGEST_RECORD:
            if (following := self._next()) is None:
                break
            taken.append(following)
        if self._is_one(taken):
            return self._split(taken), None
        self._ahead[:0] = taken[1:]
        cells = line.rstrip("\r\n").split(self.delimiter)
        place = next((i for i, cell in enumerate(cells) if cell.count('"') % 2), 0)
        oddity = Oddity("quote_not_closed", cells[place][:30], place + 1)
        return [cell.strip('"') for cell in cells], oddity

    def _is_open(self, lines: list[str]) -> bool:
        """Whether a quoted cell goes on behind these lines."""
        try:
            for _ in csv.reader(lines, delimiter=self.delimiter, strict=True):
                pass
        except csv.Error as error:
            return "end of data" in str(error)
        return False

    def _is_one(self, lines: list[str]) -> bool:
        """Whether several lines are one record, and not rows behind a quote nobody closed."""
        try:
            records = list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error:
            return False
        if len(records) != 1 or sum(map(len, lines)) > _MOST_CHARACTERS:
            return False
        width = self._width
        if not width:
            return True
        alone = (line.count(self.delimiter) + 1 for line in lines[1:])
        return len(records[0]) == width and not (width > 2 and any(n >= width for n in alone))

    def _split(self, lines: list[str]) -> list[str]:
        try:
            return next(csv.reader(lines, delimiter=self.delimiter), [])
        except csv.Error:
            return "".join(lines).rstrip("\r\n").split(self.delimiter)

    def _cut_off(self, cells: list[str]) -> Oddity | None:
        """The last line where it has no end and fewer cells than the others."""
        if self._widths and (self.cut or len(cells) < self._width):
            return Oddity("file_cut_off", cells[-1][:30] if cells else "", max(len(cells), 1))
        return None

    def _narrowed(self, cells: list[str]) -> tuple[list[str], Oddity | None]:
        """A row with too many cells, put together where thousands were written 1,060.00."""
        width = self._width
        filled = len(cells) - next(
            (i for i, cell in enumerate(reversed(cells)) if cell.strip()), len(cells)
        )
        if self.delimiter != "," or not width or filled <= width:
            return cells, None
        joined: list[str] = []
        for cell in cells[:filled]:
            is_tail = bool(joined) and _TAIL.fullmatch(cell.strip())
            if is_tail and _HEAD.fullmatch(joined[-1].split(",")[0].strip()):
                joined[-1] = f"{joined[-1]},{cell}"
            else:
                joined.append(cell)
        if len(joined) == width:
            return joined, None
        return cells, Oddity("row_too_wide", f"{filled} > {width}", width + 1)
