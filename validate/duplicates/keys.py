"""What an invoice is identified by, and what it is about, in comparable form."""

import datetime
import hashlib
import re
from decimal import Decimal
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from models.forms import Form
from models.invoice import Invoice
from models.taxqr import parse_tax_qr
from models.text import MAX_MONEY, squash

_DIGITAL = re.compile(r"[0-9]{20}")
_CODE = re.compile(r"[0-9]{8}|[0-9]{10}|[0-9]{12}")
_OWN_QR = 40
"""Characters; a shorter code that is no tax QR code may be an address many tickets share."""
_OWN_QR_DIGITS = 20
_WITHOUT_CODE = frozenset({Form.RAIL_PAPER, Form.AIR_PAPER, Form.CUSTOMS_VAT, Form.TAX_CERT})
"""Forms that print no code: their number alone says much, but was not made to be unique."""

_ALIKE = str.maketrans("OQDIL|ZSBGT", "00011125867")
"""Characters that readers take for one another (domain.md 10.2), as the digit they look like."""


def bare(text: str | None) -> str:
    """A code or number without spaces and marks, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", squash(text or "").upper())


def digits_like(text: str) -> str:
    """A text with every letter that looks like a digit made that digit."""
    return text.translate(_ALIKE)


def keys_of(invoice: Invoice) -> tuple[str, ...]:
    """Every identity an invoice has (domain.md 0.1), strongest first, none twice.

    The 20-digit number; code-number; of 数电纸质 both, whichever was read as which; the content
    of a code of its own that is no tax QR code; of a form that prints no code, its number with
    date and total. The first is `Invoice.key` where that one is an identity by itself.
    """
    number, code = bare(invoice.number), bare(invoice.code)
    second, second_code = bare(invoice.extra.second_number), bare(invoice.extra.second_code)
    found: list[str] = [each for each in (number, second) if _DIGITAL.fullmatch(each)]
    pairs = [(code, number)]
    if invoice.form is not None and invoice.form.is_digital_paper:
        pairs += [(second_code or code, second)]
    for its_code, its_number in pairs:
        short = its_number and not _DIGITAL.fullmatch(its_number)
        if short and _CODE.fullmatch(its_code):
            found.append(f"{its_code}-{its_number}")
    found += _of_qr(invoice.extra.qr)
    if not found and number and invoice.form in _WITHOUT_CODE:
        found += _of_number(invoice, number)
    return tuple(dict.fromkeys(found))


def _of_qr(payload: str | None) -> list[str]:
    """The identity in a code of the ticket's own, such as that of a paper train ticket."""
    if not payload or len(payload) < _OWN_QR or parse_tax_qr(payload[:1000]) is not None:
        return []
    if sum(map(str.isdigit, payload)) < _OWN_QR_DIGITS:
        return []
    return [f"qr:{hashlib.sha256(payload.encode('utf-8', 'replace')).hexdigest()[:32]}"]


def _of_number(invoice: Invoice, number: str) -> list[str]:
    deal = deal_of(invoice)
    return [f"-{number}/{deal.date.isoformat()}/{deal.total:.2f}"] if deal else []


def near_numbers(ours: str | None, theirs: str | None) -> bool:
    """Whether two numbers, of 7 characters or more, are one misreading or one altered character
    apart. Letters that look like digits count as those; equal numbers are not near."""
    one, other = digits_like(bare(ours)), digits_like(bare(theirs))
    if min(len(one), len(other)) < 7:
        return False
    if one == other:
        return bare(ours) != bare(theirs)
    if Levenshtein.distance(one, other, score_cutoff=1) <= 1:
        return True
    return _swapped(one, other)


def _swapped(one: str, other: str) -> bool:
    """Whether two neighbouring characters changed places."""
    if len(one) != len(other):
        return False
    at = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return (
        len(at) == 2
        and at[1] == at[0] + 1
        and one[at[0]] == other[at[1]]
        and one[at[1]] == other[at[0]]
    )


class Deal(NamedTuple):
    """What near duplicates are looked for by: day and sum (never zero). The seller is left to
    the comparison, because tickets name none and names are misread."""

    date: datetime.date
    total: Decimal


def deal_of(invoice: Invoice) -> Deal | None:
    """The deal of an invoice, None where its date or sum is not known, or the sum is none."""
    date, total = invoice.date, invoice.total
    if date is None or total is None or not total.is_finite():
        return None
    if not total or abs(total) > MAX_MONEY:
        return None
    return Deal(date, total)


def lines_of(invoice: Invoice) -> tuple[tuple[str, str, str], ...]:
    """The lines of an invoice in comparable form: (name, quantity, amount), in order of name."""
    return tuple(
        sorted(
            (squash(item.name), squash(item.quantity or ""), str(item.amount or ""))
            for item in invoice.items
        )
    )


_PARTICULARS = (
    "traveller",
    "traveller_id",
    "trip_no",
    "seat",
    "ticket_no",
    "departure",
    "destination",
    "departure_time",
    "plate",
    "vin",
    "mileage",
    "boarded",
    "alighted",
)
_OWN = frozenset({"seat", "ticket_no", "traveller", "traveller_id", "vin", "mileage", "boarded"})
"""What two tickets of one trip do not share."""


def particulars_of(invoice: Invoice) -> dict[str, str]:
    """What a ticket says of a journey or a vehicle, by the name it has in `Extra`."""
    values = ((name, getattr(invoice.extra, name)) for name in _PARTICULARS)
    return {name: squash(value).upper() for name, value in values if value}


def names_one_of_a_kind(names: set[str]) -> bool:
    """Whether one of these particulars differs from ticket to ticket."""
    return bool(_OWN & names)
