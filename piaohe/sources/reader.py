"""A ledger file to a `Ledger`: choose the sheets, read their rows, put lines together, say what
the file covers."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models.errors import LedgerError
from models.ledger import Coverage, Ledger, LedgerEntry, LedgerProblem
from piaohe.sources.cells import text_of
from piaohe.sources.columns import Header, find_header, named
from piaohe.sources.failures import ledger_error
from piaohe.sources.journal import journal_entries
from piaohe.sources.problems import Problems
from piaohe.sources.profile import Profile, shipped
from piaohe.sources.rows import RowReader
from piaohe.sources.stated import stated_coverage
from piaohe.sources.tables import Content, Table, open_tables

_LAYOUTS = ("etax_invoices", "etax_deduction", "journal", "plain")


@dataclass(frozen=True, slots=True)
class _Sheet:
    table: Table
    header: Header


def read_ledger(
    content: Content,
    name: str,
    profile: Profile | None = None,
    known: Sequence[Profile] | None = None,
) -> Ledger:
    """Read an XLSX or CSV ledger: a tax-bureau export (domain.md 6.1), a journal or a plain list.

    `name` becomes the entries' `source`. What is odd but usable is in `Ledger.problems`; where
    the file does not state its period, `coverage` is derived from the dates in it and a problem
    `coverage_derived` says so. Columns are known by `profile`, else by the first of `known` (the
    shipped ones where none are given) whose signature the file has, else by their usual names.

    Raises LedgerError; its codes are those of `failures` (missing_columns names what is missing).
    """
    reading = open_ledger(content, name, profile, known)
    entries = tuple(reading.entries())
    return Ledger(
        source=name,
        layout=reading.layout,
        entries=entries,
        coverage=reading.coverage,
        problems=reading.problems,
    )


def open_ledger(
    content: Content,
    name: str,
    profile: Profile | None = None,
    known: Sequence[Profile] | None = None,
) -> "Reading":
    """The same as a stream, for files too large to hold: see `Reading`. Raises LedgerError."""
    return open_sheets(open_tables(content), name, profile, known)


def open_sheets(
    tables: Sequence[Table],
    name: str,
    profile: Profile | None = None,
    known: Sequence[Profile] | None = None,
) -> "Reading":
    """The same for tables that come from elsewhere, a database say. Raises LedgerError."""
    problems = Problems()
    sheets = _usable(tables, problems, profile, shipped() if known is None else known)
    return Reading(name, sheets, problems)


@dataclass
class Reading:
    """A ledger being read. `problems` and `coverage` are whole once `entries` has run out.

    `entries` may be asked for once. Journals and sheets of lines need the whole sheet to put their
    rows together; all else comes row by row.
    """

    name: str
    _sheets: list[_Sheet]
    _problems: Problems
    count: int = 0
    _first: datetime.date | None = None
    _last: datetime.date | None = None
    _done: bool = field(default=False)

    @property
    def layout(self) -> str:
        return min((sheet.header.layout for sheet in self._sheets), key=_LAYOUTS.index)

    def entries(self) -> Iterator[LedgerEntry]:
        """The entries, base sheets first. Raises LedgerError formula_without_value."""
        for entry in _collect(self.name, self._sheets, self._problems):
            self.count += 1
            if entry.date:
                self._first = min(self._first or entry.date, entry.date)
                self._last = max(self._last or entry.date, entry.date)
            yield entry
        if not self.count:
            self._problems.add("no_entries")
        if self._first and not self._stated.first:
            self._problems.add("coverage_derived", what=f"{self._first}..{self._last}")
        self._done = True

    @property
    def _stated(self) -> Coverage:
        """What the rows above the header state."""
        every = [stated_coverage(each.table.head(), each.header.first) for each in self._sheets]
        dated = next((each for each in every if each.first), None)
        entity = next((each.entity_tax_id for each in every if each.entity_tax_id), None)
        return dated or Coverage(entity_tax_id=entity)

    @property
    def coverage(self) -> Coverage:
        """What the file states, else the first and last date of the entries."""
        stated = self._stated
        if stated.first:
            return stated
        return stated.model_copy(update={"first": self._first, "last": self._last})

    @property
    def problems(self) -> tuple[LedgerProblem, ...]:
        return self._problems.listed()

    @property
    def problem_counts(self) -> dict[str, int]:
        return self._problems.counts()

    @property
    def states_period(self) -> bool:
        """Whether the file itself states the days it covers."""
        return self._stated.first is not None


def _usable(
    tables: Sequence[Table],
    problems: Problems,
    profile: Profile | None,
    known: Sequence[Profile],
) -> list[_Sheet]:
    """The sheets with a header that says enough; for a CSV the delimiter that reads best."""
    wanted = [
        table for table in tables if not (profile and profile.sheet) or _is_named(table, profile)
    ]
    headed = [
        _Sheet(table, header) for table in wanted if (header := _header(table, profile, known))
    ]
    if tables and not tables[0].typed:
        headed.sort(key=lambda sheet: -len(sheet.header.places))
        headed = headed[:1]
    usable = [sheet for sheet in headed if not sheet.header.missing]
    if usable:
        if tables[0].typed:
            kept = {sheet.table.name for sheet in usable}
            for table in tables:
                if table.name not in kept and table.head(1):
                    problems.add("sheet_skipped", table.name)
        return usable
    raise _unusable(tables, headed, profile)


def _is_named(table: Table, profile: Profile) -> bool:
    return not table.typed or table.name == profile.sheet


def _header(table: Table, profile: Profile | None, known: Sequence[Profile]) -> Header | None:
    if profile is not None:
        return find_header(table, profile)
    rows = [{named(cell) for cell in row.cells if isinstance(cell, str)} for row in table.head(20)]
    for each in known:
        wanted = {named(heading) for heading in each.signature}
        if wanted and any(wanted <= headings for headings in rows):
            found = find_header(table, each)
            if found and not found.missing:
                return found
    return find_header(table)


def _unusable(
    tables: Sequence[Table], headed: Sequence[_Sheet], profile: Profile | None
) -> LedgerError:
    """Why no sheet can be used."""
    if not any(table.head(1) for table in tables):
        return ledger_error("empty_ledger")
    if profile is not None:
        found = {column.name.lower() for sheet in headed for column in sheet.header.places}
        lost = [
            f"{key} ({'/'.join(names)})"
            for key, names in profile.columns.items()
            if key not in found
        ]
        where = f" [{profile.sheet}]" if profile.sheet else ""
        return ledger_error(
            "profile_mismatch", name=profile.name + where, missing="、".join(lost)[:300]
        )
    if headed:
        best = max(headed, key=lambda sheet: len(sheet.header.places)).header
        return ledger_error(
            "missing_columns",
            missing="、".join(best.missing),
            found="、".join(column.value for column in best.places),
        )
    rows = next(rows for table in tables if (rows := table.head(1)))
    seen = " | ".join(text for cell in rows[0].cells if (text := text_of(cell)[:20]))
    return ledger_error("no_header", what=seen[:120])


def _collect(name: str, sheets: Sequence[_Sheet], problems: Problems) -> Iterator[LedgerEntry]:
    """All entries: base sheets first, sheets of lines only for invoices those do not have."""
    known: dict[object, str] = {}
    ordered = sorted(sheets, key=lambda sheet: sheet.header.has_lines)
    has_base = not ordered[0].header.has_lines and ordered[0].header.layout == "etax_invoices"
    for sheet in ordered:
        found = _read_sheet(name, sheet, problems)
        if not sheet.header.layout.startswith("etax"):
            yield from found
            continue
        for entry in found:
            identity = _identity(entry)
            if known.get(identity) == entry.sheet:
                problems.add("repeated_row", entry.sheet, entry.row, entry.number or "")
            elif identity not in known:
                if sheet.header.has_lines and has_base:
                    problems.add("only_in_lines", entry.sheet, entry.row, entry.number or "")
                known[identity] = entry.sheet
                yield entry


def _read_sheet(name: str, sheet: _Sheet, problems: Problems) -> Iterable[LedgerEntry]:
    reader = RowReader(name, sheet.table, sheet.header, problems)
    rows = (row for row in sheet.table.read() if row.number > sheet.header.row)
    if sheet.header.layout == "journal":
        return journal_entries(reader, rows)
    entries = (entry for row in rows for entry in reader.entries(row))
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
