"""The other side: what the system of record says it knows."""

import datetime
from decimal import Decimal
from enum import StrEnum

from models.record import Record


class LedgerStatus(StrEnum):
    """The state of an invoice in the system of record."""

    NORMAL = "normal"
    RED_PART = "red_part"
    RED_FULL = "red_full"
    RED = "red"
    VOID = "void"
    ABNORMAL = "abnormal"
    UNKNOWN = "unknown"


class LedgerEntry(Record):
    """One invoice as a ledger knows it. `row` is the row in the sheet, counted from 1.

    `number` is the 20-digit number where there is one, else the 8-digit number; `paper_number`
    the 8 digits beside a 20-digit number. `selected` is whether its tax is 已勾选 for deduction,
    None where the source does not say. `damaged_number` holds, where the source kept the
    number as a floating-point value and lost digits, what it printed (cause N18). Where a journal
    books several invoices in one line, `shared_line` names the line, the same for each of them,
    and `shared_total` is what it books for all of them together.
    """

    source: str
    sheet: str = ""
    row: int
    number: str | None = None
    code: str | None = None
    paper_number: str | None = None
    damaged_number: str | None = None
    date: datetime.date | None = None
    amount: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    buyer_name: str | None = None
    buyer_tax_id: str | None = None
    seller_name: str | None = None
    seller_tax_id: str | None = None
    kind: str | None = None
    status: LedgerStatus = LedgerStatus.UNKNOWN
    positive: bool = True
    risk: str | None = None
    remark: str | None = None
    voucher_no: str | None = None
    selected: bool | None = None
    shared_line: str | None = None
    shared_total: Decimal | None = None

    @property
    def key(self) -> str:
        """Where the entry stands, unique within a run: source, sheet and row."""
        return f"{self.source}#{self.sheet}!{self.row}"


class Coverage(Record):
    """What a ledger claims to hold: "not there" means nothing outside it. None is unknown."""

    first: datetime.date | None = None
    last: datetime.date | None = None
    entity_tax_id: str | None = None


class LedgerProblem(Record):
    """Something wrong with a ledger file, at a place in it where there is one."""

    code: str
    message: str
    message_en: str
    sheet: str = ""
    row: int | None = None


class Ledger(Record):
    """A ledger file as imported. `layout` names the recognised form of export."""

    source: str
    layout: str
    entries: tuple[LedgerEntry, ...]
    coverage: Coverage = Coverage()
    problems: tuple[LedgerProblem, ...] = ()
