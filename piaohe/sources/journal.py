"""Vouchers with debit and credit, to what each says of an invoice (domain.md 6.5)."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from models.ledger import LedgerEntry
from piaohe.sources.cells import money_of, text_of
from piaohe.sources.columns import Column
from piaohe.sources.rows import RowReader
from piaohe.sources.tables import Row

_TAX_ACCOUNT = re.compile("应交税|进项税|待认证|tax", re.IGNORECASE)
_VOUCHER = (Column.VOUCHER, Column.POSTED, Column.LOOSE_DATE)
_ZERO = Decimal("0.00")


def journal_entries(reader: RowReader, rows: Sequence[Row]) -> list[LedgerEntry]:
    """One entry for each invoice of each voucher, its money put together from the bookings.

    The total is what the rows that name the invoice book, plus the tax where it stands in a row
    of its own and the voucher holds nothing else. A row that names several invoices says nothing
    of the money of each.
    """
    groups: dict[tuple[str, str], list[tuple[LedgerEntry, Row]]] = defaultdict(list)
    invoices: dict[str, set[str]] = defaultdict(set)
    rows_of: dict[str, list[Row]] = defaultdict(list)
    shared: set[int] = set()
    voucher = ""
    has_vouchers = reader.has(Column.VOUCHER)
    for row in rows:
        # a voucher's number often stands in its first row only, and starts anew every month
        said = [text_of(reader.cell(row, column)) for column in _VOUCHER]
        if said[0] or not has_vouchers:
            voucher = "/".join(said) if said[0] else f"row {row.number}"
        rows_of[voucher].append(row)
        entries = list(reader.entries(row))
        if len(entries) > 1:
            shared.add(row.number)
        for entry in entries:
            number = entry.number or entry.damaged_number or f"row {row.number}"
            groups[voucher, number].append((entry, row))
            invoices[voucher].add(number)
    found = []
    for (voucher, _), members in groups.items():
        own = _Booked.of(reader, [row for _, row in members if row.number not in shared])
        if len(invoices[voucher]) == 1:
            own = own.with_tax_of(_Booked.of(reader, rows_of[voucher]))
        found.append(own.put_into(members[0][0]))
    return found


@dataclass(frozen=True, slots=True)
class _Booked:
    """What some rows book: on either side, and on accounts of input tax."""

    debit: Decimal = _ZERO
    credit: Decimal = _ZERO
    tax: Decimal = _ZERO

    @classmethod
    def of(cls, reader: RowReader, rows: Sequence[Row]) -> Self:
        debit = credit = tax = _ZERO
        for row in rows:
            here = money_of(reader.cell(row, Column.DEBIT)) or _ZERO
            debit += here
            credit += money_of(reader.cell(row, Column.CREDIT)) or _ZERO
            if _TAX_ACCOUNT.search(text_of(reader.cell(row, Column.SUBJECT))):
                tax += here
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
        money = {"total": entry.total or total}
        if self.tax:
            money |= {"tax": self.tax, "amount": total - self.tax}
        return entry.model_copy(update=money)
