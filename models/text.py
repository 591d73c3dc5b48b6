"""Text normalisation before anything is compared or searched (domain.md 10.3)."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Control characters, invisible ones, and halves of surrogate pairs, which no output can encode."""
_SPACES = re.compile(r"\s+")

CENT = Decimal("0.01")
MAX_MONEY = Decimal("1e13")
"""No invoice is larger; anything above is a misreading or rubbish."""


def fold(text: str) -> str:
    """NFKC (full width to half, Kangxi radicals to characters) without control characters."""
    return _CONTROL.sub("", unicodedata.normalize("NFKC", text))


def squash(text: str) -> str:
    """`fold` with every space removed: the form in which texts are searched and compared."""
    return _SPACES.sub("", fold(text))


def money(text: str) -> Decimal | None:
    """A printed amount as a Decimal with two places, or None where it is not one.

    Takes "¥1,234.50", "-0.96", "（1 234.5）", "1456.31元". More than two decimals are rounded half
    up, because structured originals print six. Exponents, NaN and absurd sizes are refused.
    """
    body = squash(text)
    negative = body.startswith("(") and body.endswith(")")
    body = body.strip("()").lstrip("¥$").rstrip("元")
    match = re.fullmatch(r"(-?)[¥]?(-?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d*)?|(-?)[¥]?(\.\d+)", body)
    if not match:
        return None
    sign1, sign2, whole, fraction, sign3, bare = match.groups()
    if sign1 and sign2:
        return None
    digits = f"{whole.replace(',', '')}{fraction or ''}" if whole else f"0{bare}"
    try:
        value = Decimal(digits).quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:
        return None
    if value > MAX_MONEY:
        return None
    return -value if negative or sign1 or sign2 or sign3 else value


def to_fen(value: Decimal) -> int:
    """Money as whole 分, for the database. ValueError where a fraction of a 分 would be lost."""
    fen = value * 100
    if fen != fen.to_integral_value():
        raise ValueError(f"not a whole number of fen: {value}")
    return int(fen)


def from_fen(fen: int) -> Decimal:
    return (Decimal(fen) / 100).quantize(CENT)


def same_name(ours: str | None, theirs: str | None) -> bool:
    """Whether two company names are the same but for width, spaces and brackets."""
    return ours is not None and theirs is not None and squash(ours) == squash(theirs)
