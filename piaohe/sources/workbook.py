"""XLSX to rows, as a stream: one pass over a sheet's XML, nothing kept but the shared texts.

openpyxl's read_only mode believes the sheet's dimension, which tax-bureau exports state wrongly
(domain.md 6.1), and loading fully takes fifty times the file in memory; so the sheets are parsed
here. Documents that declare entities are refused, whatever their encoding.
"""

import datetime
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from models.errors import LedgerError
from piaohe.sources.cells import UNCACHED, Cell
from piaohe.sources.failures import ledger_error
from piaohe.sources.tables import MAX_COLUMNS, Content, Row, Table, opened

MAX_UNPACKED = 4 * 2**30
"""Bytes a workbook may unpack to; checked from the archive's directory before anything is read."""
MAX_SHARED = 512 * 2**20
"""Bytes of the part with the shared texts, which is all that has to stay in memory."""
MAX_PARTS = 5_000
_MOST_TEXT = 40_000
"""Characters of a cell; spreadsheets allow 32,767."""
_CHUNK = 2**18
_WHOLE = re.compile(r"-?\d{1,400}")
Attributes = dict[str, str]


def open_workbook(content: Content) -> list[Table]:
    """The sheets with cells, in their order.

    Raises LedgerError: damaged_ledger, ledger_too_large, encrypted_ledger, binary_workbook,
    not_a_spreadsheet.
    """
    with _damage(), opened(content) as stream, zipfile.ZipFile(stream) as archive:
        _check(archive)
        targets = _targets(archive)
        book = _Book()
        _parse(archive, "xl/workbook.xml", book.start)
        texts = _texts(archive, _first(archive, "xl/sharedstrings.xml"))
        dates = _dates(archive, _first(archive, "xl/styles.xml"))
        if not book.sheets:
            raise ledger_error("damaged_ledger", what="workbook.xml")
        tables = []
        for name, relation in book.sheets:
            part = targets.get(relation, "")
            if "worksheets/" in part.lower():
                if part not in archive.namelist():
                    raise ledger_error("damaged_ledger", what=name)
                sheet = _Sheet(texts, dates, book.since_1904)
                read = partial(_rows, content, part, sheet)
                tables.append(Table(name, read, since_1904=book.since_1904))
    return tables


@contextmanager
def _damage() -> Iterator[None]:
    """A damaged archive makes zipfile, zlib and expat raise nearly anything."""
    try:
        yield
    except (LedgerError, MemoryError):
        raise
    except expat.ExpatError as error:
        raise ledger_error("damaged_ledger", what=f"XML {error}"[:80]) from error
    except Exception as error:
        raise ledger_error("damaged_ledger", what=type(error).__name__) from error


def _check(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise ledger_error("ledger_too_large", what=f"{unpacked / 2**20:.0f} MB")
    if any(part.flag_bits & 1 for part in parts):
        raise ledger_error("encrypted_ledger")
    names = {part.filename.lower(): part for part in parts}
    if "xl/workbook.bin" in names:
        raise ledger_error("binary_workbook")
    if "xl/workbook.xml" not in names:
        raise ledger_error("not_a_spreadsheet", what="ZIP")
    shared = names.get("xl/sharedstrings.xml")
    if shared and shared.file_size > MAX_SHARED:
        raise ledger_error("ledger_too_large", what=f"{shared.file_size / 2**20:.0f} MB")


def _first(archive: zipfile.ZipFile, name: str) -> str | None:
    """The part of that name, however its case is written."""
    return next((part for part in archive.namelist() if part.lower() == name), None)


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    for _ in _feed(archive, part, start, end, text):
        pass


def _feed(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None,
    text: Callable[[str], None] | None,
) -> Iterator[None]:
    """Parse a part, giving control back after each chunk."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            yield
    parser.Parse(b"", True)
    yield


def _refuse_doctype(*_: object) -> None:
    raise ledger_error("damaged_ledger", what="DOCTYPE")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@dataclass(slots=True)
class _Book:
    """workbook.xml: the sheets with their relations, and the calendar."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    since_1904: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        local = _local(name)
        if local == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), relation))
        elif local == "workbookPr":
            self.since_1904 = attributes.get("date1904", "0") in {"1", "true"}


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Relations of the workbook to its parts."""
    found: dict[str, str] = {}

    def start(name: str, attributes: Attributes) -> None:
        if _local(name) == "Relationship":
            target = attributes.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            found[attributes.get("Id", "")] = part

    part = _first(archive, "xl/_rels/workbook.xml.rels")
    if part:
        _parse(archive, part, start)
    return found


def _texts(archive: zipfile.ZipFile, part: str | None) -> list[str]:
    """The shared texts, without phonetic hints."""
    texts: list[str] = []
    pieces: list[str] = []
    state = {"t": False, "phonetic": False}

    def start(name: str, _: Attributes) -> None:
        local = _local(name)
        if local == "rPh":
            state["phonetic"] = True
        elif local == "t":
            state["t"] = not state["phonetic"]

    def end(name: str) -> None:
        local = _local(name)
        if local == "t":
            state["t"] = False
        elif local == "rPh":
            state["phonetic"] = False
        elif local == "si":
            texts.append("".join(pieces)[:_MOST_TEXT])
            pieces.clear()

    def text(data: str) -> None:
        if state["t"]:
            pieces.append(data)

    if part:
        _parse(archive, part, start, end, text)
    return texts


def _dates(archive: zipfile.ZipFile, part: str | None) -> frozenset[str]:
    """The styles, by their number as text, that show a number as a date."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = {"cellXfs": False}

    def start(name: str, attributes: Attributes) -> None:
        local = _local(name)
        if local == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif local == "cellXfs":
            inside["cellXfs"] = True
        elif local == "xf" and inside["cellXfs"]:
            styles.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        if _local(name) == "cellXfs":
            inside["cellXfs"] = False

    if part:
        _parse(archive, part, start, end)
    return frozenset(str(at) for at, number in enumerate(styles) if _is_date(number, formats))


def _is_date(number: str, formats: dict[str, str]) -> bool:
    builtin = BUILTIN_FORMATS.get(int(number)) if number.isdecimal() else None
    shown = formats.get(number, builtin)
    # 27 to 36 and 50 to 58 are dates in Chinese spreadsheets, without a code in the file
    if shown is None and number.isdecimal():
        return 27 <= int(number) <= 36 or 50 <= int(number) <= 58
    return bool(shown and is_date_format(shown))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What reading a sheet needs of the rest of the workbook."""

    texts: list[str]
    dates: frozenset[str]
    since_1904: bool

    def value(self, kind: str, style: str, text: str) -> Cell:
        """What a cell holds. Whole numbers keep all their digits."""
        if kind == "s":
            return self.texts[int(text)] if text else None
        if kind in {"str", "inlineStr", "e", "d"}:
            return text or None
        if kind == "b":
            return text == "1"
        if not text:
            return None
        number = int(text) if _WHOLE.fullmatch(text) else float(text)
        return self._date(number) if style in self.dates else number

    def _date(self, number: float) -> Cell:
        epoch = CALENDAR_MAC_1904 if self.since_1904 else CALENDAR_WINDOWS_1900
        try:
            value = from_excel(number, epoch)
        except (OverflowError, ValueError):
            return number
        return value if isinstance(value, datetime.datetime | datetime.time) else number


def _rows(content: Content, part: str, sheet: _Sheet) -> Iterator[Row]:
    cells = _Cells(sheet)
    with _damage(), opened(content) as stream, zipfile.ZipFile(stream) as archive:
        for _ in _feed(archive, part, cells.start, cells.end, cells.text):
            yield from cells.done
            cells.done.clear()


class _Cells:
    """Builds rows from what the parser meets. Only cells that exist are made."""

    def __init__(self, sheet: _Sheet) -> None:
        self.done: list[Row] = []
        self._sheet = sheet
        self._columns: dict[str, int] = {}
        self._row = 0
        self._column = 0
        self._cells: dict[int, Cell] = {}
        self._kind = "n"
        self._style = ""
        self._is_formula = False
        self._takes = False
        self._phonetic = False
        self._pieces: list[str] = []
        self._size = 0

    def start(self, name: str, attributes: Attributes) -> None:
        local = name if ":" not in name else _local(name)
        if local == "c":
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._column = self._column_of(attributes.get("r"))
            self._is_formula = False
            self._pieces = []
            self._size = 0
        elif local in {"v", "t"}:
            self._takes = not self._phonetic
        elif local == "f":
            self._is_formula = True
        elif local == "row":
            said = attributes.get("r", "")
            self._row = int(said) if said.isdecimal() and len(said) < 10 else self._row + 1
            self._column = 0
        elif local == "rPh":
            self._phonetic = True

    def text(self, data: str) -> None:
        if self._takes and self._size < _MOST_TEXT:
            self._pieces.append(data)
            self._size += len(data)

    def end(self, name: str) -> None:
        local = name if ":" not in name else _local(name)
        if local in {"v", "t"}:
            self._takes = False
        elif local == "c":
            self._add()
        elif local == "row":
            if self._cells:
                width = max(self._cells)
                line = tuple(self._cells.get(at) for at in range(1, width + 1))
                self.done.append(Row(self._row, line))
                self._cells = {}
        elif local == "rPh":
            self._phonetic = False

    def _add(self) -> None:
        if self._column > MAX_COLUMNS:
            return
        text = "".join(self._pieces)
        if self._is_formula and not text and self._kind != "str":
            self._cells[self._column] = UNCACHED
            return
        value = self._sheet.value(self._kind, self._style, text)
        if value is not None:
            self._cells[self._column] = value

    def _column_of(self, reference: str | None) -> int:
        """The column of "AB12", from 1; the next one where the cell does not say."""
        letters = reference.rstrip("0123456789") if reference else ""
        place = self._columns.get(letters)
        if place is None:
            place = _place_of(letters)
            self._columns[letters] = place
        return place or self._column + 1


def _place_of(letters: str) -> int:
    """The number of a column, 0 where the letters name none."""
    if not 0 < len(letters) <= 3 or not letters.isascii() or not letters.isalpha():
        return 0
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place
