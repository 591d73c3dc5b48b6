"""Bytes to rows: opens XLSX and CSV safely and says precisely why where it cannot."""

import codecs
import csv
import io
import re
import warnings
import zipfile
from dataclasses import dataclass

import openpyxl

from models.errors import LedgerError
from piaohe.sources.cells import UNCACHED, Cell
from piaohe.sources.failures import ledger_error

MAX_UNPACKED = 300 * 2**20
"""Bytes a workbook may unpack to; checked from the archive's directory before anything is read."""
MAX_PARTS = 5_000
MAX_COLUMNS = 256
_UNCACHED_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b(?![^>]*\bt=\"str\")[^>]*>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something. `number` counts from 1 as the spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet, or a whole CSV (`name` is then ""). `typed` is false where every cell is text."""

    name: str
    rows: tuple[Row, ...]
    typed: bool = True
    since_1904: bool = False


def open_tables(data: bytes) -> list[Table]:
    """The sheets of a workbook, or the candidates of a CSV: one table for each delimiter tried.

    Raises LedgerError: empty_ledger, old_xls, binary_workbook, html_ledger, encrypted_ledger,
    not_a_spreadsheet, damaged_ledger, ledger_too_large, unknown_encoding.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise ledger_error("empty_ledger")
    head = data[:512].lstrip().lower()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise ledger_error("encrypted_ledger" if encrypted else "old_xls")
    if data.startswith(b"PK"):
        _check_archive(data)
        return _open_workbook(data)
    for magic, name in _FOREIGN:
        if data.startswith(magic):
            raise ledger_error("not_a_spreadsheet", what=name)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|meta|head|style|div)", head):
        raise ledger_error("html_ledger")
    return _open_text(_decode(data))


def _check_archive(data: bytes) -> None:
    """Look at an archive's directory and the head of its parts before openpyxl unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
                raise ledger_error("ledger_too_large", what=f"{unpacked / 2**20:.0f} MB")
            if any(part.flag_bits & 1 for part in parts):
                raise ledger_error("encrypted_ledger")
            names = {part.filename.lower() for part in parts}
            if "xl/workbook.bin" in names:
                raise ledger_error("binary_workbook")
            if "xl/workbook.xml" not in names:
                raise ledger_error("not_a_spreadsheet", what="ZIP")
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        if b"<!DOCTYPE" in stream.read(4096).upper():
                            raise ledger_error("damaged_ledger", what="DOCTYPE")
    except LedgerError:
        raise
    except Exception as error:  # a damaged archive makes zipfile and zlib raise nearly anything
        raise ledger_error("damaged_ledger", what=type(error).__name__) from error


def _open_workbook(data: bytes) -> list[Table]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it leaves out
        try:
            tables = _load(data, data_only=True)
            if _has_uncached_formula(data):
                tables = _mark_uncached(tables, _load(data, data_only=False))
        except Exception as error:  # a damaged workbook makes openpyxl raise nearly anything
            raise ledger_error("damaged_ledger", what=type(error).__name__) from error
    return tables


def _load(data: bytes, *, data_only: bool) -> list[Table]:
    """Load fully: read_only mode trusts the sheet's dimension, which exports state wrongly."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=data_only, keep_links=False)
    since_1904 = book.epoch.year == 1904
    tables = []
    for sheet in book.worksheets:
        rows: dict[int, dict[int, Cell]] = {}
        # Only cells that exist: iterating by the largest row and column would let one stray
        # cell at XFD1048576 ask for 17 thousand million others.
        for (row, column), cell in sheet._cells.items():
            if cell.value is not None and column <= MAX_COLUMNS:
                is_formula = not data_only and cell.data_type == "f"
                rows.setdefault(row, {})[column] = UNCACHED if is_formula else cell.value
        tables.append(
            Table(
                sheet.title,
                tuple(Row(number, _dense(rows[number])) for number in sorted(rows)),
                since_1904=since_1904,
            )
        )
    return tables


def _dense(cells: dict[int, Cell]) -> tuple[Cell, ...]:
    return tuple(cells.get(column) for column in range(1, max(cells) + 1))


def _has_uncached_formula(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(
            b"<f" in content and _UNCACHED_FORMULA.search(content)
            for name in archive.namelist()
            if re.match(r"xl/worksheets/[^/]+\.xml$", name, re.IGNORECASE)
            for content in (archive.read(name),)
        )


def _mark_uncached(values: list[Table], formulas: list[Table]) -> list[Table]:
    """The values, with UNCACHED wherever the other load shows a formula and no value came."""
    marked = []
    for table, other in zip(values, formulas, strict=True):
        known = {row.number: row.cells for row in table.rows}
        rows = []
        for row in other.rows:
            have = known.get(row.number, ())
            rows.append(
                Row(
                    row.number,
                    tuple(
                        have[i] if i < len(have) and have[i] is not None else _only_mark(cell)
                        for i, cell in enumerate(row.cells)
                    ),
                )
            )
        marked.append(Table(table.name, tuple(rows), since_1904=table.since_1904))
    return marked


def _only_mark(cell: Cell) -> Cell:
    return UNCACHED if cell is UNCACHED else None


def _decode(data: bytes) -> str:
    """Text of a CSV: UTF-8 with or without mark, UTF-16 with or without, else GB18030."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    elif data[:2000].count(0) > len(data[:2000]) // 8:
        even = data[0:2000:2].count(0)
        encodings = ("utf-16-be" if even > data[1:2000:2].count(0) else "utf-16-le",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text[:20_000]):
            raise ledger_error("not_a_spreadsheet", what="binary")
        return text
    raise ledger_error("unknown_encoding")


def _open_text(text: str) -> list[Table]:
    """One table for every delimiter that occurs; the one whose headings make sense wins later."""
    head = text[:10_000]
    delimiters = [mark for mark in ",\t;|，" if mark in head] or [","]
    tables: list[Table] = []
    problem = ""
    for delimiter in delimiters:
        try:
            records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as error:
            problem = str(error)[:80]
            continue
        rows = (
            Row(number, tuple(record[:MAX_COLUMNS]))
            for number, record in enumerate(records, start=1)
            if any(part.strip() for part in record)
        )
        tables.append(Table("", tuple(rows), typed=False))
    if not tables:
        raise ledger_error("damaged_ledger", what=problem)
    return tables
