"""One cell: what a spreadsheet or CSV holds in it, as text, number of an invoice, date or money."""

import datetime
import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from models.text import CENT, MAX_MONEY, fold, money, squash


class Uncached(Enum):
    """Stands in a cell whose formula was never calculated."""

    FORMULA = "formula"


UNCACHED: Final = Uncached.FORMULA

Cell: TypeAlias = (
    str | int | float | bool | datetime.datetime | datetime.date | datetime.time | Uncached | None
)

_EXACT_FLOAT = 10**15
"""Spreadsheets keep 15 significant digits; a whole number below this is exact."""
_SHORT = 60
"""Characters of a text worth remembering; what says nothing is never longer."""
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d{1,3})")
_BLANKS = frozenset({"", "-", "--", "—", "——", "/", "***", "**", "*", "无", "NULL", "NONE", "N/A"})
_FORMULA_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_DATE = re.compile(
    r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?(?:[T\s].*)?"
)
_EPOCH = datetime.date(1899, 12, 30)
_EPOCH_1904 = datetime.date(1904, 1, 1)
_FIRST_SERIAL, _LAST_SERIAL = 32874, 73051
"""1990-01-01 and 2100-01-01 as days since the end of 1899."""


def text_of(cell: Cell) -> str:
    """The cell as text, NFKC, blanks collapsed; "" for an empty one."""
    if isinstance(cell, str):
        return _remembered(cell) if len(cell) <= _SHORT else _tidied(cell)
    if cell is None or isinstance(cell, Uncached):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT_FLOAT:
        return str(int(cell))
    return _tidied(str(cell))


def _tidied(text: str) -> str:
    return " ".join(fold(_unwrapped(text)).split())


@lru_cache(maxsize=4096)
def _remembered(text: str) -> str:
    """Short texts (states, kinds, parties) come again in every row."""
    return _tidied(text)


def optional_text(cell: Cell) -> str | None:
    """The cell as text, None where it is empty or only a dash."""
    text = text_of(cell)
    return None if not text or (len(text) <= _SHORT and _says_nothing(text)) else text


@lru_cache(maxsize=4096)
def _says_nothing(text: str) -> bool:
    body = squash(text).upper()
    return body in _BLANKS or body in _FORMULA_ERRORS


def _unwrapped(text: str) -> str:
    """Without the ="..." and the leading apostrophe that force Excel to keep text."""
    body = text.strip()
    if body.startswith('="') and body.endswith('"'):
        body = body[2:-1]
    return body.removeprefix("'").removeprefix("‘")


@dataclass(frozen=True, slots=True)
class NumberReading:
    """An invoice number or code as a cell holds it.

    `loose` says that it may have passed through a number (numeric cell, or any CSV cell), so that
    leading zeros may be gone. `damaged` is what was printed where digits were lost for good.
    """

    value: str | None = None
    damaged: str | None = None
    loose: bool = False


def number_of(cell: Cell, *, typed: bool) -> NumberReading:
    """Read a number or code. `typed` tells a workbook, where text is text, from a CSV."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return _number_from_text(optional_text(cell), typed=typed)
    if isinstance(cell, float) and (not math.isfinite(cell) or not cell.is_integer()):
        return NumberReading(damaged=str(cell))
    if cell < 0:
        return NumberReading(damaged=str(cell))
    if cell < _EXACT_FLOAT:
        return NumberReading(str(int(cell)), loose=True)
    if isinstance(cell, float) or _went_through_float(cell):
        return NumberReading(damaged=f"{float(cell):.14E}")
    return NumberReading(str(cell), loose=True)


def _went_through_float(value: int) -> bool:
    """Whether a long whole number looks rounded: a floating-point value, or zeros at the end.

    An untouched 20-digit number looks so once in 4,000 times; then it is reported, not trusted.
    """
    return float(value) == value or value % 10**5 == 0


def _number_from_text(text: str | None, *, typed: bool) -> NumberReading:
    if text is None or not re.search(r"\d", text):
        return NumberReading()
    body = squash(text).upper()
    if match := _SCIENTIFIC.fullmatch(body):
        whole, fraction, exponent = match[1], match[2] or "", int(match[3])
        if exponent > len(fraction) or exponent > 25:
            return NumberReading(damaged=body)
        return NumberReading((whole + fraction)[: exponent + 1], loose=True)
    if match := re.fullmatch(r"(\d+)\.0*", body):
        return _number_from_text(match[1], typed=False)
    if not typed and body.isdigit() and len(body) > 15 and int(body) % 10**5 == 0:
        return NumberReading(damaged=body)
    return NumberReading(body, loose=not typed and body.isdigit())


def date_of(cell: Cell, *, since_1904: bool = False) -> datetime.date | None:
    """The cell as a date, None where it is not one.

    Takes date cells, serial day numbers, and text such as 2026-01-02 10:30:00, 2026/1/2,
    2026年1月2日 and 20260102. Years outside 1990 to 2100 are refused.
    """
    if isinstance(cell, datetime.date):
        return _built(cell.year, cell.month, cell.day)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _date_from_number(cell, since_1904=since_1904)
    text = text_of(cell)
    if match := _DATE.fullmatch(text):
        return _built(int(match[1]), int(match[2]), int(match[3]))
    is_number = re.fullmatch(r"\d{5}(\.\d+)?|\d{8}(\.0)?", text)
    return _date_from_number(float(text), since_1904=since_1904) if is_number else None


def _date_from_number(value: float, *, since_1904: bool) -> datetime.date | None:
    if not math.isfinite(value):
        return None
    if 19_900_101 <= value <= 21_001_231:
        whole = int(value)
        return _built(whole // 10000, whole // 100 % 100, whole % 100)
    if since_1904:
        value += (_EPOCH_1904 - _EPOCH).days
    if _FIRST_SERIAL <= value < _LAST_SERIAL + 1:
        return _EPOCH + datetime.timedelta(days=int(value))
    return None


def _built(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day) if 1990 <= year <= 2100 else None
    except ValueError:
        return None


def money_of(cell: Cell) -> Decimal | None:
    """The cell as money with two decimals, None where it is not an amount.

    Text may carry thousands separators, ¥, 元, brackets or a trailing minus for negative.
    """
    if isinstance(cell, bool) or cell is None or isinstance(cell, Uncached):
        return None
    if isinstance(cell, int | float):
        if not math.isfinite(cell) or abs(cell) > MAX_MONEY:
            return None
        return Decimal(str(cell)).quantize(CENT, ROUND_HALF_UP)
    body = squash(text_of(cell)).upper().replace("−", "-").replace("–", "-")
    body = re.sub(r"^(-?)(?:CNY|RMB|人民币)", r"\1", body)
    if body.endswith("-") and len(body) > 1:
        body = "-" + body[:-1]
    return money(body)


def is_blank(cell: Cell) -> bool:
    """Whether the cell holds nothing, or only a mark for nothing."""
    return cell is not UNCACHED and optional_text(cell) is None
