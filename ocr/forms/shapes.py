"""What the values of tickets look like: each function makes a value of a text or says None.

Texts come without spaces and folded, as `Word.text` is.
"""

import datetime
import re
from decimal import Decimal

from models.capital import CapitalError, parse_capital
from models.text import CENT
from ocr.extract.header import digits

_DAY = r"(?<!\d)(20\d{2})[年\-./](\d{1,2})[月\-./](\d{1,2})(?!\d)"
_DAY_RE = re.compile(_DAY)
_SHORT_DAY = re.compile(r"(?<!\d)(\d{2})[年/\-.](\d{2})[月/\-.](\d{2})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])([01]\d|2[0-3])[:：;±]([0-5]\d)(?![\d:：])")
_AMOUNT = re.compile(r"(?:[A-Z]{2,3}|[¥羊丫半YV]+)?(\d{1,3}(?:,\d{3})+|\d{1,7})(\.\d{1,2})(?!\d)")
_WHOLE_YUAN = re.compile(r"\(?[¥羊丫半YV]?(\d{1,6})元")
_MASKED_ID = re.compile(r"(?<!\d)\d{4,14}[*×xX]{2,}\d{2,4}[\dX]?|(?<!\d)\d{17}[\dX](?!\d)")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}"
)
_CAPITAL = re.compile(r"[零〇壹贰叁肆伍陆柒捌玖拾佰仟万圆元角分整正]{2,}")
_CAPITAL_FIXES = str.maketrans("染律参扒玫雯壶侁貮弍千百园", "柒肆叁捌玖零壹伍贰贰仟佰圆")
_PERSON = re.compile(r"[一-鿿·]{2,12}")


def day(text: str) -> str | None:
    """An ISO date, printed 2026-03-05, 2026年3月5日, 2026.03.05 or, by meters, 26/03/05."""
    body = digits(text)
    match = _DAY_RE.search(body)
    if match:
        year, month, date = (int(part) for part in match.groups())
    elif match := _SHORT_DAY.search(body):
        year, month, date = 2000 + int(match[1]), int(match[2]), int(match[3])
    else:
        return None
    try:
        return datetime.date(year, month, date).isoformat()
    except ValueError:
        return None


def clock(text: str) -> str | None:
    """HH:MM; a time with seconds is a length of time or a moment nobody asks for."""
    match = _CLOCK.search(digits(text))
    return f"{match[1]}:{match[2]}" if match else None


def amount(text: str) -> str | None:
    """Yuan with two places. Without a decimal point only a figure with 元 behind it is believed:
    a point is the first thing a faded print loses."""
    body = re.sub(r"[Oo](?=[\d.])|(?<=[\d.])[Oo]", "0", text)
    if match := _AMOUNT.match(body):
        return str(Decimal(match[1].replace(",", "") + match[2]).quantize(CENT))
    if match := _WHOLE_YUAN.match(body):
        return str(Decimal(match[1]).quantize(CENT))
    return None


def decimal(text: str) -> str | None:
    """A figure with a decimal point, as printed, a unit behind it taken away."""
    match = re.match(r"[¥]?(\d{1,4}\.\d{1,2})(?!\d)", text)
    return match[1] if match else None


def capitals(text: str) -> tuple[str, str] | None:
    """(the amount, the text of it) stated in capital characters somewhere in a text."""
    for match in _CAPITAL.finditer(text.translate(_CAPITAL_FIXES)):
        try:
            return str(parse_capital(match[0])), match[0]
        except CapitalError:
            continue
    return None


def masked_id(text: str) -> str | None:
    """An identity number, its middle starred out."""
    match = _MASKED_ID.search(text)
    return match[0] if match else None


def plate(text: str) -> str | None:
    match = _PLATE.search(text.upper())
    return match[0] if match else None


def person(text: str) -> str | None:
    """A name or any other short run of Chinese characters, alone in its text."""
    return text if _PERSON.fullmatch(text) else None


def place(text: str) -> str | None:
    """A station or a port: Chinese characters, perhaps with a bracket behind them."""
    body = text.strip(":：→—-")
    return body if re.fullmatch(r"[一-鿿]{2,12}(?:\([一-鿿]{1,6}\))?", body) else None


def anything(text: str) -> str | None:
    """Whatever stands there, unless it is a label."""
    return text if text and not text.endswith((":", "：")) else None
