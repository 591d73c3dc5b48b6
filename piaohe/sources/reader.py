"""A ledger file to a `Ledger`: choose the sheets, read their rows, put lines together, say what
the file covers."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.identifiers import is_uscc
from models.ledger import Coverage, Ledger, LedgerEntry
from models.text import squash
from piaohe.sources.cells import Cell, date_of, text_of
from piaohe.sources.columns import Header, find_header
from piaohe.sources.failures import ledger_error
from piaohe.sources.journal import journal_entries
from piaohe.sources.problems import Problems
from piaohe.sources.rows import RowReader
from piaohe.sources.tables import Table, open_tables

_LAYOUTS = ("etax_invoices", "etax_deduction", "journal", "plain")
_OWN_TAX_ID = re.compile(r"(?:纳税人识别号|统一社会信用代码|识别号|税号)[:/]*([0-9A-Z]{15,20})")
_TAX_PERIOD = re.compile(r"(?:税款)?所属期[:]?(\d{4})[年\-/.]?(\d{2}|\d(?=月))")
_TWO_DATES = re.compile(
    r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)(?:\d{2}:\d{2}(?::\d{2})?)?\D{1,8}(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)"
)


@dataclass(frozen=True, slots=True)
class _Sheet:
    table: Table
    header: Header


def read_ledger(data: bytes, name: str) -> Ledger:
    """Read an XLSX or CSV ledger: a tax-bureau export (domain.md 6.1), a journal or a plain list.

    `name` becomes the entries' `source`. What is odd but usable is in `Ledger.problems`; where
    the file does not state its period, `coverage` is derived from the dates in it and a problem
    `coverage_derived` says so.

    Raises LedgerError; its codes are those of `failures` (missing_columns names what is missing).
    """
    tables = open_tables(data)
    problems = Problems()
    sheets = _usable(tables, problems)
    layout = min((sheet.header.layout for sheet in sheets), key=_LAYOUTS.index)
    entries = _collect(name, sheets, problems)
    if not entries:
        problems.add("no_entries")
    return Ledger(
        source=name,
        layout=layout,
        entries=tuple(entries),
        coverage=_coverage(sheets, entries, problems),
        problems=problems.listed(),
    )


def _usable(tables: Sequence[Table], problems: Problems) -> list[_Sheet]:
    """The sheets with a header that says enough; for a CSV the delimiter that reads best."""
    headed = [_Sheet(table, header) for table in tables if (header := find_header(table))]
    if tables and not tables[0].typed:
        headed.sort(key=lambda sheet: -len(sheet.header.places))
        headed = headed[:1]
    usable = [sheet for sheet in headed if not sheet.header.missing]
    if usable:
        if tables[0].typed:
            kept = {sheet.table.name for sheet in usable}
            for table in tables:
                if table.rows and table.name not in kept:
                    problems.add("sheet_skipped", table.name)
        return usable
    if headed:
        best = max(headed, key=lambda sheet: len(sheet.header.places)).header
        raise ledger_error(
            "missing_columns",
            missing="、".join(best.missing),
            found="、".join(column.value for column in best.places),
        )
    if not any(table.rows for table in tables):
        raise ledger_error("empty_ledger")
    first = next(table for table in tables if table.rows)
    seen = " | ".join(text for cell in first.rows[0].cells if (text := text_of(cell)[:20]))
    raise ledger_error("no_header", what=seen[:120])


def _collect(name: str, sheets: Sequence[_Sheet], problems: Problems) -> list[LedgerEntry]:
    """All entries: base sheets first, sheets of lines only for invoices those do not have."""
    entries: list[LedgerEntry] = []
    known: dict[object, LedgerEntry] = {}
    ordered = sorted(sheets, key=lambda sheet: sheet.header.has_lines)
    has_base = not ordered[0].header.has_lines and ordered[0].header.layout == "etax_invoices"
    for sheet in ordered:
        found = _read_sheet(name, sheet, problems)
        if not sheet.header.layout.startswith("etax"):
            entries += found
            continue
        for entry in found:
            identity = _identity(entry)
            if identity in known and known[identity].sheet == entry.sheet:
                problems.add("repeated_row", entry.sheet, entry.row, entry.number or "")
            elif identity not in known:
                if sheet.header.has_lines and has_base:
                    problems.add("only_in_lines", entry.sheet, entry.row, entry.number or "")
                known[identity] = entry
                entries.append(entry)
    return entries


def _read_sheet(name: str, sheet: _Sheet, problems: Problems) -> list[LedgerEntry]:
    reader = RowReader(name, sheet.table, sheet.header, problems)
    rows = [row for row in sheet.table.rows if row.number > sheet.header.row]
    if sheet.header.layout == "journal":
        return journal_entries(reader, rows)
    entries = [entry for row in rows for entry in reader.entries(row)]
    return _joined(entries) if sheet.header.has_lines else entries


def _identity(entry: LedgerEntry) -> object:
    """What makes two rows of an export the same invoice; a row without a number is only itself."""
    if entry.number and len(entry.number) == 20:
        return entry.number
    if entry.number:
        return entry.code, entry.number
    if entry.damaged_number:
        return entry.damaged_number, entry.code, entry.date, entry.seller_tax_id, entry.total
    return entry.sheet, entry.row


def _joined(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """One entry for each invoice of a sheet of lines: money is the sum over its rows."""
    groups: dict[object, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        # rows of one invoice differ in their amounts, so a damaged number groups without them
        identity = _identity(entry.model_copy(update={"total": None}))
        groups[identity].append(entry)
    return [
        group[0]
        if len(group) == 1
        else group[0].model_copy(
            update={
                "amount": _sum(entry.amount for entry in group),
                "tax": _sum(entry.tax for entry in group),
                "total": _sum(entry.total for entry in group),
            }
        )
        for group in groups.values()
    ]


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal("0.00")) if known else None


def _coverage(
    sheets: Sequence[_Sheet], entries: Sequence[LedgerEntry], problems: Problems
) -> Coverage:
    """What the rows above the header state, else the first and last date of the entries."""
    for sheet in sheets:
        stated = _stated_coverage(sheet)
        if stated.first:
            return stated
    entity = next(
        (c.entity_tax_id for s in sheets if (c := _stated_coverage(s)).entity_tax_id), None
    )
    dates = [entry.date for entry in entries if entry.date]
    if not dates:
        return Coverage(entity_tax_id=entity)
    first, last = min(dates), max(dates)
    problems.add("coverage_derived", what=f"{first}..{last}")
    return Coverage(first=first, last=last, entity_tax_id=entity)


def _stated_coverage(sheet: _Sheet) -> Coverage:
    above = [row for row in sheet.table.rows if row.number < sheet.header.row]
    cells = [squash(_date_or_text(cell)) for row in above for cell in row.cells if cell is not None]
    text = ":".join(cells).upper().replace("：", ":").replace("::", ":")
    own = _OWN_TAX_ID.search(text)
    entity = own[1] if own else next((cell for cell in cells if is_uscc(cell)), None)
    first, last = _period(text)
    return Coverage(first=first, last=last, entity_tax_id=entity)


def _date_or_text(cell: Cell) -> str:
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return text_of(cell)


def _period(text: str) -> tuple[datetime.date | None, datetime.date | None]:
    if match := _TWO_DATES.search(text):
        first, last = date_of(match[1]), date_of(match[2])
        if first and last and first <= last:
            return first, last
    if match := _TAX_PERIOD.search(text):
        year, month = int(match[1]), int(match[2])
        if 1 <= month <= 12 and 1990 <= year <= 2100:
            first = datetime.date(year, month, 1)
            following = datetime.date(year + month // 12, month % 12 + 1, 1)
            return first, following - datetime.timedelta(days=1)
    return None, None
