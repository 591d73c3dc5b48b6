"""Amounts in capital characters, 价税合计（大写）: reading and writing (domain.md 4)."""

import re
from decimal import ROUND_HALF_UP, Decimal

from models.text import CENT, fold

_DIGITS = {
    char: value
    for value, chars in enumerate(
        (
            "零〇○Ｏ",
            "壹一弌",
            "贰二两弍貳貮",
            "叁三叄參参弎",
            "肆四",
            "伍五",
            "陆六陸",
            "柒七",
            "捌八",
            "玖九",
        )
    )
    for char in chars
}
_UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_SECTIONS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_MARKS = re.compile(r"^(?:人民币|RMB|[¥⊗ⓧ⨂×✕xX⊕⊙◎:：]|\(大写\))")
_NEGATIVE = re.compile(r"^(?:\((?:负数|负)\)|负数|负)")
_SHAPE = re.compile(
    r"(?:(?P<yuan>[^圆元园圓角分整正]+)[圆元园圓])?"
    r"(?:(?P<jiao>零?[^圆元园圓角分整正零〇]|零)角)?"
    r"(?:(?P<fen>零?[^圆元园圓角分整正零〇]|零)分)?零?[整正]?"
)


class CapitalError(ValueError):
    """The text is not an amount in capital characters."""


def parse_capital(text: str) -> Decimal:
    """The amount a capital-character text states, two decimals, negative for （负数）.

    Raises CapitalError where the grammar is broken; nothing is guessed. A bare number without
    圆, 角 or 分 is refused.
    """
    body = re.sub(r"\s", "", fold(text.replace("Ｏ", "零")))
    negative = False
    while True:
        if mark := _MARKS.match(body):
            body = body[mark.end() :]
        elif sign := _NEGATIVE.match(body):
            negative = True
            body = body[sign.end() :]
        else:
            break
    shape = _SHAPE.fullmatch(body)
    if not shape or not (shape["yuan"] or shape["jiao"] or shape["fen"]):
        raise CapitalError(f"not a capital amount: {text!r}")
    value = Decimal(_integer(shape["yuan"], text)) if shape["yuan"] else Decimal(0)
    value += Decimal(_single(shape["jiao"], text)) / 10 + Decimal(_single(shape["fen"], text)) / 100
    value = value.quantize(CENT)
    return -value if negative else value


def _single(text: str | None, whole: str) -> int:
    """The value of the one digit before 角 or 分, a leading 零 allowed."""
    if not text:
        return 0
    if text[-1] not in _DIGITS:
        raise CapitalError(f"{text!r} is not a digit in {whole!r}")
    return _DIGITS[text[-1]]


def _integer(text: str, whole: str) -> int:
    """The value of the part before 圆: sections of four digits split by 亿 and 万."""
    if "亿" in text or "億" in text:
        high, low = re.split("[亿億]", text, maxsplit=1)
        if re.search("[亿億]", low):
            raise CapitalError(f"亿 twice in {whole!r}")
        return _below_yi(high, whole) * 10**8 + (_below_yi(low, whole) if low else 0)
    return _below_yi(text, whole)


def _below_yi(text: str, whole: str) -> int:
    """The value of up to eight digits: [section 万] section."""
    parts = re.split("[万萬]", text)
    if len(parts) > 2:
        raise CapitalError(f"万 twice in {whole!r}")
    if len(parts) == 1:
        return _section(parts[0], whole)
    high = _section(parts[0], whole)
    if high == 0:
        raise CapitalError(f"nothing before 万 in {whole!r}")
    return high * 10**4 + (_section(parts[1], whole) if parts[1] else 0)


def _section(text: str, whole: str) -> int:
    """The value of up to four digits with 仟, 佰 and 拾; units must fall."""
    if not text:
        raise CapitalError(f"empty section in {whole!r}")
    total, digit, last_unit = 0, None, 10**4
    for char in text:
        if char in _DIGITS:
            if digit:
                raise CapitalError(f"two digits in a row in {whole!r}")
            digit = _DIGITS[char]
        elif char in _UNITS:
            unit = _UNITS[char]
            if unit >= last_unit:
                raise CapitalError(f"units out of order in {whole!r}")
            if not digit:
                # 拾圆 and 零拾伍 stand for 壹拾; no other unit may lack its digit
                if unit != 10 or (total and digit is None):
                    raise CapitalError(f"{char} without a digit in {whole!r}")
                digit = 1
            total, digit, last_unit = total + digit * unit, None, unit
        else:
            raise CapitalError(f"{char!r} does not belong in {whole!r}")
    return total + (digit or 0)


_FORMAL = "零壹贰叁肆伍陆柒捌玖"


def format_capital(value: Decimal) -> str:
    """The formal spelling: 1280.30 -> 壹仟贰佰捌拾圆叁角整, negative -> （负数）…"""
    value = value.quantize(CENT, ROUND_HALF_UP)
    if value < 0:
        return "（负数）" + format_capital(-value)
    fen_total = int(value * 100)
    yuan, cents = divmod(fen_total, 100)
    jiao, fen = divmod(cents, 10)
    head = f"{_format_integer(yuan)}圆" if yuan else ""
    if not cents:
        return (head or "零圆") + "整"
    if not fen:
        return f"{head}{_FORMAL[jiao]}角整"
    if not jiao:
        return f"{head}{'零' if yuan else ''}{_FORMAL[fen]}分"
    return f"{head}{_FORMAL[jiao]}角{_FORMAL[fen]}分"


def _format_integer(value: int) -> str:
    """A positive whole number in capitals, one 零 for every gap."""
    out, gap = "", False
    for size, unit in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        section, value = divmod(value, size)
        if not section:
            gap = bool(out)
            continue
        digits = ""
        for place, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
            digit = section // place % 10
            if digit:
                digits += ("零" if gap and (out or digits) else "") + _FORMAL[digit] + name
                gap = False
            else:
                gap = True
        gap = False
        # 亿 is said once: 壹万亿 alone, but 壹万零贰亿
        out += digits + ("万" if unit == "万亿" and value >= 10**8 else unit)
    return out
