"""Values as structured data writes them, made into values as invoices print them."""

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from models.invoice import MONEY_FIELDS, FieldName
from models.text import fold, money, squash

_BLANKS = frozenset({"", "-", "--", "/", "\\", "null", "none", "nil", "无数据"})
_LONGEST_VALUE = 300
_LONGEST_TEXT = 5_000
_LONGEST_NAME = 80

_DATE = re.compile(
    r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?:日|(?=[T\s])|$)"
    r"|(\d{8})(?=\d{6}(?:\d{3})?$|[T\s]|$)"
)
_TWO_FIGURES = re.compile(r"\d\s+\d")
"""A cell that ran into its neighbour; glued together it would be a third number."""
_NUMERAL = re.compile(r"[+-]?\d{1,20}(?:\.\d{0,20})?")
_PLAIN = {
    FieldName.NUMBER: re.compile(r"[0-9A-Z-]{4,30}"),
    FieldName.CODE: re.compile(r"[0-9A-Z]{6,20}"),
    FieldName.CHECK_CODE: re.compile(r"[0-9A-Za-z]{4,32}"),
    FieldName.BUYER_TAX_ID: re.compile(r"[0-9A-Z*]{2,30}"),
    FieldName.SELLER_TAX_ID: re.compile(r"[0-9A-Z*]{2,30}"),
}
NO_TAX = re.compile(r"\*+|免税|不征税|免征|出口零税率|普通零税率|出口退税")
"""What stands in a column of rates or taxes where none is charged."""


def key_of(name: str) -> str:
    """A name to compare by: letters and digits only, lower case (issuers spell names freely)."""
    return "".join(char for char in name[:_LONGEST_NAME].casefold() if char.isalnum())


def is_blank(text: str | None) -> bool:
    return text is None or squash(text).casefold() in _BLANKS


def normalised(field: FieldName, text: str) -> str | None:
    """The value of a field as `Evidence` keeps it, or None where `text` is no such value."""
    text = text.strip()
    if len(text) > _LONGEST_VALUE:
        return None
    if field in MONEY_FIELDS:
        amount = amount_of(text)
        return None if amount is None else str(amount)
    if field is FieldName.DATE:
        date = date_of(text)
        return date.isoformat() if date else None
    value = squash(text)
    if field not in _PLAIN:
        return value or None
    if field is not FieldName.CHECK_CODE:
        value = value.upper()
    return value if _PLAIN[field].fullmatch(value) else None


def amount_of(text: str) -> Decimal | None:
    """Money to the 分; six decimals are rounded half up, exponents and NaN refused."""
    if len(text) > 60 or _TWO_FIGURES.search(fold(text)):
        return None
    plain = squash(text).upper().replace("\N{MINUS SIGN}", "-")
    return money(re.sub(r"^(?:CNY|RMB|人民币)", "", plain))


def date_of(text: str) -> datetime.date | None:
    """The date of "2026-07-18 23:45:14", "2024年05月28日", "20260914094742000" and the like."""
    match = _DATE.match(fold(text).strip()[:40])
    if match is None:
        return None
    whole = match[4]
    parts = (whole[:4], whole[4:6], whole[6:]) if whole else (match[1], match[2], match[3])
    try:
        date = datetime.date(*map(int, parts))
    except ValueError:
        return None
    return date if 1980 <= date.year <= 2200 else None


def time_of(text: str | None) -> str | None:
    """HH:MM of "8:05", "08:05:00" or "2026-01-02 08:05:00"."""
    match = re.search(r"(?:^|[T\s])(\d{1,2})[:：](\d{2})", (text or "").strip())
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return f"{int(match[1]):02d}:{match[2]}"


def numeral(text: str | None) -> str | None:
    """A quantity or price as printed: no trailing zeros; None where it is no plain number."""
    if text is None or len(text) > 60 or _TWO_FIGURES.search(fold(text)):
        return None
    body = squash(text).replace(",", "").lstrip("¥")
    if not _NUMERAL.fullmatch(body):
        return None
    if "." in body:
        body = body.rstrip("0").rstrip(".")
    return body.lstrip("+") or None


def rate_of(text: str | None) -> str | None:
    """A rate as printed: 0.130000, 13 and 13% give "13%"; 免税, 不征税 and *** stay."""
    body = squash(text or "")
    if NO_TAX.fullmatch(body):
        return "***" if body.startswith("*") else body
    percent = body.endswith("%")
    try:
        value = Decimal(body.rstrip("%"))
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value <= 100:
        return None
    if not percent and value < 1:
        value *= 100
    return f"{numeral(f'{value:f}') or '0'}%"


def text_value(text: str | None) -> str | None:
    """Free text as printed (a remark, an address): control characters gone, ends trimmed."""
    if text is None or is_blank(text):
        return None
    lines = (" ".join(fold(line).split()) for line in text[:_LONGEST_TEXT].splitlines())
    return "\n".join(line for line in lines if line) or None


def word(text: str | None) -> str | None:
    """A short printed value without spaces (a name, a number), None where blank."""
    return None if text is None or is_blank(text) else squash(text[:_LONGEST_VALUE])


def first(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text), None)
