"""Rates and taxes of an invoice's lines (domain.md 3.4 and 3.5)."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

from models.invoice import TOLL_BUSINESS, Invoice, LineItem
from models.text import CENT, squash
from validate.facts import EXEMPT_RATES

EXEMPT, UNTAXED = "免税", "不征税"
_PERCENT = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,4})?)%")
_FRACTION = re.compile(r"0(?:\.[0-9]{1,6})?")
_SHORT = re.compile(r"\*([^*]{1,20})\*(.*)", re.DOTALL)
_STARS = str.maketrans("※", "*")
_TAX_CODE = re.compile(r"[0-9]{19}")
_TAX_CODE_LABEL = "税收分类编码"
GROSS_RATES = frozenset({Decimal("1.5"), Decimal(2)})
"""Reduced rates that are calculated from the gross price."""

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
    return percent(item.tax_rate or "")


def percent(text: str) -> Decimal | None:
    """A rate as printed, in percent, as in `rate_of`."""
    text = squash(text)
    if text in EXEMPT_RATES:
        return Decimal(0)
    if match := _PERCENT.fullmatch(text):
        return Decimal(match[1]).normalize()
    if _FRACTION.fullmatch(text):
        return (Decimal(text) * 100).normalize()
    return None


def rate_text(item: LineItem) -> str:
    """A line's rate in the one form tables list it: "13%", "免税", "***"; "" where none stands."""
    rate, text = rate_of(item), squash(item.tax_rate or "")
    return text if rate is None or text in EXEMPT_RATES else f"{rate:f}%"


def named(item: LineItem) -> tuple[str, str]:
    """A line's short name between the stars, "" where there is none, and the rest of its name."""
    text = squash(item.name).translate(_STARS)
    match = _SHORT.fullmatch(text)
    return (match[1], match[2]) if match else ("", text)


def is_toll_line(item: LineItem) -> bool:
    """Whether a line is for the use of a road: 通行费."""
    return TOLL_BUSINESS in item.name


def tax_codes(invoice: Invoice) -> tuple[str | None, ...]:
    """The 税收分类编码 of each line, None where its data state none of 19 digits."""
    stated = {
        detail.row: detail.value
        for detail in invoice.extra.details
        if detail.name == _TAX_CODE_LABEL
    }
    found = (item.tax_code or stated.get(place) for place, item in enumerate(invoice.items))
    return tuple(code if code and _TAX_CODE.fullmatch(code) else None for code in found)


def in_force(rate: Decimal, date: datetime.date) -> bool:
    """Whether a rate or 征收率 (percent) could be charged on that date (domain.md 3.4)."""
    return any(rate == known and first <= date <= last for known, first, last in _PERIODS)


def tax_error(item: LineItem) -> Decimal | None:
    """How far a line's tax is from amount times rate; None where that is not to be judged."""
    rate = rate_of(item)
    if rate is None or rate in GROSS_RATES or item.amount is None or item.tax is None:
        return None
    return abs(item.tax - (item.amount * rate / 100).quantize(CENT, ROUND_HALF_UP))
