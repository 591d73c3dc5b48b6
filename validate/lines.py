"""Rates and taxes of an invoice's lines (domain.md 3.4 and 3.5)."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

from models.invoice import LineItem
from models.text import CENT, squash
from validate.facts import EXEMPT_RATES

_PERCENT = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,4})?)%")
_FRACTION = re.compile(r"0(?:\.[0-9]{1,6})?")
_GROSS_RATES = frozenset({Decimal("1.5"), Decimal(2)})

_EVER, _OPEN = datetime.date.min, datetime.date.max
_BEFORE_2018_05 = datetime.date(2018, 4, 30)
_BEFORE_2019_04 = datetime.date(2019, 3, 31)
_LEGACY_END = datetime.date(2027, 12, 31)

_RATES: tuple[tuple[str, datetime.date, datetime.date], ...] = (
    ("0", _EVER, _OPEN),
    ("6", _EVER, _OPEN),
    ("3", _EVER, _OPEN),
    ("4", _EVER, datetime.date(2014, 6, 30)),
    ("17", _EVER, _BEFORE_2018_05),
    ("11", _EVER, _BEFORE_2018_05),
    ("13", _EVER, datetime.date(2017, 6, 30)),
    ("16", datetime.date(2018, 5, 1), _BEFORE_2019_04),
    ("10", datetime.date(2018, 5, 1), _BEFORE_2019_04),
    ("13", datetime.date(2019, 4, 1), _OPEN),
    ("9", datetime.date(2019, 4, 1), _OPEN),
    ("5", datetime.date(2016, 5, 1), _LEGACY_END),
    ("1", datetime.date(2020, 3, 1), _LEGACY_END),
    ("0.5", datetime.date(2020, 5, 1), _LEGACY_END),
    # 减按 rates are older than the period domain.md lists them in; judged by their own laws
    ("1.5", datetime.date(2016, 5, 1), _OPEN),
    ("2", datetime.date(2014, 7, 1), _OPEN),
)
_PERIODS = tuple((Decimal(rate), first, last) for rate, first, last in _RATES)


def rate_of(item: LineItem) -> Decimal | None:
    """The rate of a line in percent: 13 for "13%" or "0.13", 0 where exempt; None for "***",
    for an empty cell and for anything that is no rate."""
    text = squash(item.tax_rate or "")
    if text in EXEMPT_RATES:
        return Decimal(0)
    if match := _PERCENT.fullmatch(text):
        return Decimal(match[1]).normalize()
    if _FRACTION.fullmatch(text):
        return (Decimal(text) * 100).normalize()
    return None


def in_force(rate: Decimal, date: datetime.date) -> bool:
    """Whether a rate or 征收率 (percent) could be charged on that date (domain.md 3.4)."""
    return any(rate == known and first <= date <= last for known, first, last in _PERIODS)


def tax_error(item: LineItem) -> Decimal | None:
    """How far a line's tax is from amount times rate; None where that is not to be judged."""
    rate = rate_of(item)
    if rate is None or rate in _GROSS_RATES or item.amount is None or item.tax is None:
        return None
    return abs(item.tax - (item.amount * rate / 100).quantize(CENT, ROUND_HALF_UP))
