"""What identifies an invoice on either side, and when two identities are the same."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from rapidfuzz.distance import OSA

from models.invoice import Invoice
from models.ledger import LedgerEntry
from models.text import squash

_LOOK_ALIKE = "08 06 09 17 14 27 38 35 49 56 58 68 89 79 0O 0D 0Q 1I 1L 2Z 5S 8B 6G 7T 4A 6B 9Q 9G"
_CONFUSABLE = frozenset(frozenset(pair) for pair in _LOOK_ALIKE.split())
"""Pairs that are misread for one another (domain.md 10.2), shapes of printed digits included."""


class Agreement(Enum):
    """SAME: the same invoice; WEAK: the same short number, with nothing said of one's code."""

    SAME = 0
    WEAK = 1
    NONE = 2


@dataclass(frozen=True, slots=True)
class Identity:
    """`long` is the 20-digit number, `short` any other one, `code` what goes with `short`."""

    long: str | None = None
    short: str | None = None
    code: str | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(number for number in (self.long, self.short) if number)

    def agreement(self, other: "Identity") -> Agreement:
        """Two different 20-digit numbers never agree, whatever else does."""
        if self.long and other.long:
            return Agreement.SAME if self.long == other.long else Agreement.NONE
        if not self.short or self.short != other.short:
            return Agreement.NONE
        if self.code and other.code:
            return Agreement.SAME if self.code == other.code else Agreement.NONE
        return Agreement.WEAK

    def edit(self, other: "Identity") -> "Edit | None":
        """The one wrong character that would make both the same; distance 0 is a wrong code."""
        if self.long and other.long:
            return edit_between(self.long, other.long)
        codes_differ = bool(self.code and other.code and self.code != other.code)
        edits = [
            edit
            for mine in self.numbers
            for theirs in other.numbers
            if (edit := edit_between(mine, theirs)) and not (codes_differ and edit.distance)
        ]
        return min(edits, key=lambda edit: (edit.distance, not edit.confusable), default=None)


@dataclass(frozen=True, slots=True)
class Edit:
    """How one number becomes the other: distance 0 or 1, and whether the two look alike."""

    distance: int
    confusable: bool
    text: str


def edit_between(ours: str, theirs: str) -> Edit | None:
    """The edit between two numbers if it is one character (a swap of neighbours is one too)."""
    distance = OSA.distance(ours, theirs, score_cutoff=1)
    if distance == 0:
        return Edit(0, confusable=False, text="")
    if distance > 1:
        return None
    place = next(
        (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b),
        min(len(ours), len(theirs)),
    )
    if len(ours) > len(theirs):
        return Edit(1, confusable=False, text=f"-{ours[place]}@{place + 1}")
    if len(ours) < len(theirs):
        return Edit(1, confusable=False, text=f"+{theirs[place]}@{place + 1}")
    confusable = frozenset((ours[place], theirs[place])) in _CONFUSABLE
    return Edit(1, confusable=confusable, text=f"{ours[place]}->{theirs[place]}@{place + 1}")


def invoice_identity(invoice: Invoice) -> Identity:
    """An invoice's numbers. A second printed number counts only as the paper one beside a long."""
    first, second = _clean(invoice.number), _clean(invoice.extra.second_number)
    code, second_code = _clean(invoice.code), _clean(invoice.extra.second_code)
    if first and second and (len(first) == 20) != (len(second) == 20):
        long, short = (first, second) if len(first) == 20 else (second, first)
        return Identity(long, short, code or second_code)
    if first and len(first) == 20:
        return Identity(long=first)
    return Identity(short=first, code=code or second_code)


def entry_identity(entry: LedgerEntry) -> Identity:
    number, paper, code = _clean(entry.number), _clean(entry.paper_number), _clean(entry.code)
    if number and len(number) == 20:
        return Identity(number, paper, code if paper else None)
    return Identity(short=number or paper, code=code)


def _clean(text: str | None) -> str | None:
    return re.sub(r"[^0-9A-Z]", "", squash(text).upper()) or None if text else None


def neighbours(number: str) -> set[str]:
    """The number and everything left of it when one character goes: two numbers one edit apart
    share at least one of these, which makes near numbers a matter of look-up."""
    return {number, *(number[:i] + number[i + 1 :] for i in range(len(number)))}


def could_be(number: str, damaged: str) -> bool:
    """Whether `damaged` ("2.53270E+19", or 20 digits that end in zeros) may have been `number`.

    The digits that are left must agree to within one unit of the last of them, since some
    programs round and others cut.
    """
    match = re.fullmatch(r"(\d)(?:\.(\d+))?E\+?(\d+)", damaged.upper())
    if match:
        kept, exponent = 1 + len(match[2] or ""), int(match[3])
    elif re.fullmatch(r"\d{16,}", damaged):
        kept, exponent = 15, len(damaged) - 1
    else:
        return False
    if not re.fullmatch(r"[1-9]\d*", number) or len(number) != exponent + 1 or kept < 4:
        return False
    try:
        return abs(Decimal(number) - Decimal(damaged)) <= Decimal(10) ** (exponent + 1 - kept)
    except InvalidOperation:
        return False
