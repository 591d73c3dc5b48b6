"""Marks: pieces that stand beside a text in the index for what an invoice is, such as its month.

A question with several conditions is then one walk through the index, however many invoices each
of them has by itself. A mark is longer than any piece of a text, so the two cannot be confused.
"""

import datetime
import re

from models.text import money, to_fen
from piaohe.search.bigrams import Either, Term

_TO_THE_CENT = re.compile(
    r"(?<![0-9.,])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})\.[0-9]{2}(?![0-9.])"
)
_MONTHS = 36
_BUCKETS = 12


def mark(name: str, value: object) -> str:
    """The mark that something has a value: letters and digits alone."""
    plain = "".join(c for c in str(value).casefold() if c.isascii() and c.isalnum())
    return f"zz{name}{plain}"


def sum_mark(fen: int) -> str:
    """The mark of an exact amount."""
    return mark("sum", f"n{-fen}" if fen < 0 else fen)


def to_the_cent(word: str) -> int | None:
    """The fen of an amount that says its cents: nothing is to be added to it, and a text has it
    whole or not at all. None for any other word."""
    value = money(word) if _TO_THE_CENT.fullmatch(word) else None
    return None if value is None else to_fen(value)


def sums_said(text: str) -> set[str]:
    """The marks of all such amounts in a text."""
    found = map(to_the_cent, _TO_THE_CENT.findall(text))
    return {sum_mark(fen) for fen in found if fen is not None}


def size_mark(fen: int) -> str:
    """The mark of amounts about as large: four to a power of ten are told apart, more or less."""
    return mark("size", _bucket(fen))


def month_mark(day: datetime.date) -> str:
    return mark("month", f"{day:%Y%m}")


def months(since: datetime.date | None, until: datetime.date | None) -> Either | None:
    """The months a span of days touches; None where it is open or has too many."""
    if since is None or until is None or since > until:
        return None
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    if last - first >= _MONTHS:
        return None
    days = [datetime.date(at // 12, at % 12 + 1, 1) for at in range(first, last + 1)]
    return Either(tuple(Term(month_mark(day)) for day in days))


def sizes(least: int | None, most: int | None) -> Either | None:
    """The sizes a span of amounts touches; None where it is open or has too many."""
    if least is None or most is None or not 0 < least <= most:
        return None
    first, last = _bucket(least), _bucket(most)
    if last - first >= _BUCKETS:
        return None
    return Either(tuple(Term(mark("size", at)) for at in range(first, last + 1)))


def _bucket(fen: int) -> int:
    """Two bits below the highest one: in whole numbers, so that no rounding can differ."""
    size = abs(fen)
    high = size.bit_length()
    return high * 2 + (size >> (high - 2) & 1 if high >= 2 else 0)
