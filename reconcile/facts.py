"""The lean records two sides are compared by: one for an invoice, one for an entry of a ledger.

A million of them fit where a million pydantic records do not. A caller that has columns (a
database, a big file) builds them directly from values made comparable by `clean_number`,
`clean_name`, `clean_tax_id` and whole fen; from records, `invoice_facts` and `entry_facts` do.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from models.finding import Severity
from models.forms import Form, InvoiceType
from models.invoice import Invoice
from models.ledger import LedgerEntry, LedgerStatus
from models.text import CENT, MAX_MONEY, squash

Money: TypeAlias = int | Decimal
"""Whole fen; a Decimal (in yuan) only for what is too large to be money."""

_NOT_IN_NUMBERS = re.compile(r"[^0-9A-Z]")
_RED_OF = re.compile(r"被红冲蓝字数电(?:发票|票)号码[:：](\d{20})")
_RED_OF_PAPER = re.compile(
    r"(?:对应正数)?发票代码[:：]?(\d{10}|\d{12})(?:发票)?号码[:：]?(\d{8})(?!\d)"
)
_QR_AGAINST_PRINT = frozenset({"R-QR-03", "R-QR-04", "R-QR-05", "R-QR-06"})


class InvoiceFacts(NamedTuple):
    """An invoice as matching sees it: identity, money to the fen, names and ids made comparable.

    `long` is the 20-digit number, `short` any other one, `code` what goes with `short`.
    `against` are the rules by which its QR code contradicts its print, `issued_for` the real
    seller of a 代开 invoice, `red_of` the invoice it takes back (number, or code-number).
    """

    key: str
    long: str | None = None
    short: str | None = None
    code: str | None = None
    date: datetime.date | None = None
    amount: Money | None = None
    tax: Money | None = None
    total: Money | None = None
    seller_tax_id: str | None = None
    seller_name: str | None = None
    buyer_tax_id: str | None = None
    buyer_name: str | None = None
    form: Form | None = None
    type: InvoiceType | None = None
    against: tuple[str, ...] = ()
    issued_for: str | None = None
    red_of: str | None = None


class EntryFacts(NamedTuple):
    """An entry of a ledger as matching sees it. `source`, `sheet` and `row` say where it stands,
    `damaged` is what is left of a number that lost digits, `red_of` the invoices it takes back,
    `shared` the line it was booked in with others and the money of all in fen, `selected` whether
    it is ticked for deduction."""

    source: str
    sheet: str
    row: int
    long: str | None = None
    short: str | None = None
    code: str | None = None
    date: datetime.date | None = None
    amount: Money | None = None
    tax: Money | None = None
    total: Money | None = None
    seller_tax_id: str | None = None
    seller_name: str | None = None
    buyer_tax_id: str | None = None
    buyer_name: str | None = None
    status: LedgerStatus = LedgerStatus.UNKNOWN
    damaged: str | None = None
    voucher_no: str | None = None
    risk: str | None = None
    kind: str | None = None
    red_of: tuple[str, ...] = ()
    shared: tuple[str, int] | None = None
    selected: bool | None = None

    @property
    def key(self) -> str:
        """That of the `LedgerEntry`: source, sheet and row."""
        return f"{self.source}#{self.sheet}!{self.row}"


Facts: TypeAlias = InvoiceFacts | EntryFacts


def invoice_facts(key: str, invoice: Invoice) -> InvoiceFacts:
    """The facts of an invoice. A second printed number counts only as the paper one beside a
    20-digit number."""
    extra = invoice.extra
    long, short, code = identity(
        (invoice.number, invoice.code), (extra.second_number, extra.second_code)
    )
    return InvoiceFacts(
        key,
        long,
        short,
        code,
        invoice.date,
        fen_of(invoice.amount),
        fen_of(invoice.tax),
        fen_of(invoice.total),
        clean_tax_id(invoice.seller_tax_id),
        clean_name(invoice.seller_name),
        clean_tax_id(invoice.buyer_tax_id),
        clean_name(invoice.buyer_name),
        invoice.form,
        invoice.type,
        _against(invoice) if invoice.findings else (),
        clean_name(extra.issued_for),
        extra.red_of,
    )


def entry_facts(entry: LedgerEntry) -> EntryFacts:
    """The facts of an entry."""
    number, paper = clean_number(entry.number), clean_number(entry.paper_number)
    return EntryFacts(
        entry.source,
        entry.sheet,
        entry.row,
        *entry_identity(number, paper, entry.code),
        entry.date,
        fen_of(entry.amount),
        fen_of(entry.tax),
        fen_of(entry.total),
        clean_tax_id(entry.seller_tax_id),
        clean_name(entry.seller_name),
        clean_tax_id(entry.buyer_tax_id),
        clean_name(entry.buyer_name),
        entry.status,
        entry.damaged_number,
        entry.voucher_no,
        entry.risk,
        entry.kind,
        red_numbers(entry.remark, is_red=not entry.positive) if entry.remark else (),
        _shared(entry),
        entry.selected,
    )


def _shared(entry: LedgerEntry) -> tuple[str, int] | None:
    booked = fen_of(entry.shared_total)
    if entry.shared_line is None or not isinstance(booked, int):
        return None
    return entry.shared_line, booked


def entry_identity(
    number: str | None, paper: str | None, code: str | None
) -> tuple[str | None, str | None, str | None]:
    """The 20-digit number of an entry, its short one, and the code that goes with that; the
    numbers are cleaned, the code is as stated."""
    if number is not None and len(number) == 20:
        return number, paper, clean_number(code) if paper else None
    return None, number or paper, clean_number(code)


def identity(
    first_stated: tuple[str | None, str | None], second_stated: tuple[str | None, str | None]
) -> tuple[str | None, str | None, str | None]:
    """The same of an invoice, from number and code as they are printed, and printed again."""
    (number, own_code), (other, other_code) = first_stated, second_stated
    first, second = clean_number(number), clean_number(other)
    code, second_code = clean_number(own_code), clean_number(other_code)
    if first and second and (len(first) == 20) != (len(second) == 20):
        long, short = (first, second) if len(first) == 20 else (second, first)
        return long, short, code or second_code
    if first and len(first) == 20:
        return first, None, None
    return None, first, code or second_code


def _against(invoice: Invoice) -> tuple[str, ...]:
    heavy = (one.rule for one in invoice.findings if one.severity is not Severity.INFO)
    return qr_contradictions(heavy, invoice.extra.qr_crc)


def qr_contradictions(rules: Iterable[str], qr_crc: str | None) -> tuple[str, ...]:
    """Of the rules an invoice broke those by which the QR code says other than the print.

    A CRC that does not hold adds to that but proves nothing alone: about one genuine code in ten
    is made by another algorithm (domain.md 2.4).
    """
    fired = _QR_AGAINST_PRINT.intersection(rules)
    if not fired:
        return ()
    crc = ("CRC",) if qr_crc == "mismatch" else ()
    return (*sorted(fired), *crc)


def red_numbers(remark: str, *, is_red: bool) -> tuple[str, ...]:
    """The invoices a red-letter invoice's remark says it takes back: numbers of 20 digits, or
    code-number."""
    body = remark.replace(" ", "")
    if not is_red and "被红冲" not in body:
        return ()
    paper = [f"{code}-{number}" for code, number in _RED_OF_PAPER.findall(body)]
    return tuple(dict.fromkeys([*_RED_OF.findall(body), *paper]))


def clean_number(text: str | None) -> str | None:
    """A number or code to compare: digits and capital letters, nothing else."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return text
    return _NOT_IN_NUMBERS.sub("", squash(text).upper()) or None


@lru_cache(maxsize=1 << 16)
def clean_name(text: str | None) -> str | None:
    """A name to compare: without spaces, width and case."""
    return squash(text).casefold() or None if text else None


@lru_cache(maxsize=1 << 16)
def clean_tax_id(text: str | None) -> str | None:
    """A tax id to compare; a masked one (with stars) says nothing."""
    body = squash(text).upper() if text else ""
    return None if not body or "*" in body else body


def fen_of(value: Decimal | None) -> Money | None:
    """Money in yuan as whole fen. What is no number says nothing; what is no money stays."""
    if value is None or not value.is_finite():
        return None
    if abs(value) > MAX_MONEY:
        # more digits than a decimal's precision cannot be cut to the cent
        return value
    return int(value.quantize(CENT).scaleb(2))


def shown(value: object) -> str:
    """A value as people read it; whole fen as yuan with two decimals."""
    if isinstance(value, int):
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
    return str(value)


def fen_sum(values: Sequence[Money | None]) -> Money | None:
    """The sum, None where one of them is not known."""
    known = [value for value in values if isinstance(value, int)]
    return sum(known) if len(known) == len(values) else None


def summed(parts: Sequence[EntryFacts]) -> EntryFacts:
    """The facts of an invoice that a ledger books in several rows: their money added up."""
    return parts[0]._replace(
        amount=fen_sum([part.amount for part in parts]),
        tax=fen_sum([part.tax for part in parts]),
        total=fen_sum([part.total for part in parts]),
    )
