"""Vouchers with debit and credit, to what each says of an invoice (domain.md 6.5)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from models.ledger import LedgerEntry
from piaohe.sources.cells import text_of
from piaohe.sources.columns import Column
from piaohe.sources.rows import RowReader
from piaohe.sources.tables import Row

_TAX_ACCOUNT = re.compile("应交税|进项税|待认证|tax", re.IGNORECASE)
_TAX_NUMBER = re.compile("2221")
"""应交税费 in the accounts of 企业会计准则."""
_VOUCHER = (
    Column.VOUCHER_KEY,
    Column.VOUCHER_WORD,
    Column.VOUCHER,
    Column.POSTED,
    Column.LOOSE_DATE,
)
_NAMES = (Column.VOUCHER_KEY, Column.VOUCHER)
_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class _Line:
    """What one row of a voucher books."""

    row: int
    debit: Decimal
    credit: Decimal
    is_tax: bool
    pays: bool | None

    @classmethod
    def of(cls, reader: RowReader, row: Row) -> Self:
        debit, credit = reader.booked(row)
        subject = text_of(reader.cell(row, Column.SUBJECT))
        account = text_of(reader.cell(row, Column.ACCOUNT))
        is_tax = bool(_TAX_ACCOUNT.search(subject) or _TAX_NUMBER.match(account))
        return cls(row.number, debit or _ZERO, credit or _ZERO, is_tax, reader.pays(row))

    @property
    def turned(self) -> Self:
        """The same booked negative on the other side."""
        return replace(self, debit=-self.credit, credit=-self.debit)


def journal_entries(reader: RowReader, rows: Iterable[Row]) -> list[LedgerEntry]:
    """One entry for each invoice of each voucher, its money put together from the bookings.

    The total is what the rows that name the invoice book, plus the tax where it stands in a row
    of its own and the voucher holds nothing else. A row that names several invoices says nothing
    of the money of each, but of all of them together (`shared_total`). Where money has no sign, a
    voucher that books expenses on the credit side and payments on the debit side is a red one.
    """
    groups: dict[tuple[str, tuple[str | None, str]], list[tuple[LedgerEntry, int]]] = defaultdict(
        list
    )
    invoices: dict[str, set[tuple[str | None, str]]] = defaultdict(set)
    lines: dict[str, list[_Line]] = defaultdict(list)
    shared: dict[int, int] = {}
    voucher = ""
    has_vouchers = any(reader.has(column) for column in _NAMES)
    for row in rows:
        # a voucher's number often stands in its first row only, and starts anew every month
        said = [text_of(reader.cell(row, column)) for column in _VOUCHER]
        is_said = any(text_of(reader.cell(row, column)) for column in _NAMES)
        if is_said or not has_vouchers:
            voucher = "/".join(said) if is_said else f"row {row.number}"
        lines[voucher].append(_Line.of(reader, row))
        entries = list(reader.entries(row))
        if len(entries) > 1:
            shared[row.number] = len(entries)
        for entry in entries:
            number = entry.code, entry.number or entry.damaged_number or f"row {row.number}"
            groups[voucher, number].append((entry, row.number))
            invoices[voucher].add(number)
    if reader.is_unsigned:
        lines = defaultdict(list, {key: _signed(each) for key, each in lines.items()})
    found = []
    for (voucher, _), members in groups.items():
        own = {number for _, number in members if number not in shared}
        booked = _Booked.of([line for line in lines[voucher] if line.row in own])
        if len(invoices[voucher]) == 1:
            booked = booked.with_tax_of(_Booked.of(lines[voucher]))
        entry = booked.put_into(members[0][0])
        if not own and len(members) == 1:
            row_number = members[0][1]
            is_all = len(invoices[voucher]) == shared[row_number]
            entry = _sharing(entry, row_number, lines[voucher], is_all=is_all)
        found.append(entry)
    return found


def _sharing(
    entry: LedgerEntry,
    row: int,
    lines: Sequence[_Line],
    *,
    is_all: bool,
) -> LedgerEntry:
    """An entry of a row that names several invoices, with what the row books for all of them;
    with the voucher's tax where these are all the voucher names."""
    booked = _Booked.of([line for line in lines if line.row == row])
    if is_all:
        booked = booked.with_tax_of(_Booked.of(lines))
    total = booked.debit or booked.credit
    if not total or (booked.debit and booked.credit and booked.debit != booked.credit):
        return entry
    return entry.model_copy(update={"shared_line": f"{entry.sheet}!{row}", "shared_total": total})


def _signed(lines: Sequence[_Line]) -> list[_Line]:
    """A voucher's lines with the sign that money without one cannot show."""
    paid = [line for line in lines if line.debit]
    bought = [line for line in lines if line.credit]
    is_red = (
        bool(paid)
        and bool(bought)
        and all(line.pays for line in paid)
        and all(line.pays is False for line in bought)
    )
    return [line.turned for line in lines] if is_red else list(lines)


@dataclass(frozen=True, slots=True)
class _Booked:
    """What some rows book: on either side, and on accounts of input tax."""

    debit: Decimal = _ZERO
    credit: Decimal = _ZERO
    tax: Decimal = _ZERO

    @classmethod
    def of(cls, lines: Iterable[_Line]) -> Self:
        debit = credit = tax = _ZERO
        for line in lines:
            debit += line.debit
            credit += line.credit
            if line.is_tax:
                tax += line.debit
        return cls(debit, credit, tax)

    def with_tax_of(self, voucher: Self) -> Self:
        """With the voucher's tax where that and these rows are all the voucher books."""
        if self.tax or not voucher.tax or self.debit + voucher.tax != voucher.debit:
            return self
        return replace(self, debit=voucher.debit, tax=voucher.tax)

    def put_into(self, entry: LedgerEntry) -> LedgerEntry:
        """The entry with its money; without where the two sides contradict each other."""
        total = self.debit or self.credit
        if not total or (self.credit and self.debit and self.credit != self.debit):
            return entry
        money = {"total": entry.total or total, "positive": entry.positive and total > 0}
        if self.tax:
            money |= {"tax": self.tax, "amount": total - self.tax}
        return entry.model_copy(update=money)
