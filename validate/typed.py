"""What a person types, checked at once: problems, and a suggestion where only one value fits.

Nothing here looks anything up, so it answers within a keystroke. It is no substitute for the rules:
what is typed is checked by them like every other invoice once it is saved.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from models.capital import CapitalError, format_capital, parse_capital
from models.finding import Severity
from models.forms import Form
from models.identifiers import (
    code_region_ok,
    code_year,
    form_from_code,
    is_id_card,
    is_uscc,
    number_region_ok,
    org_part_ok,
    tax_id_kind,
    uscc_check_character,
)
from models.invoice import FieldName
from models.record import Record
from models.text import CENT, MAX_MONEY, fold, money, squash
from validate.facts import same_form
from validate.labels import form_label, label

WORDS_FIELD = "total_in_words"
_LONGEST = 200
_DAY = re.compile(r"(\d{4})(?:[-/.年]?(\d{2})[-/.月]?(\d{2})|[-/.年](\d{1,2})[-/.月](\d{1,2}))日?")
_FIGURE = re.compile(r"-?\d+\.\d{3,}")
_TO_DIGIT = str.maketrans("OoDQIlZzSsBbGgq", "000011225588669")
_TO_USCC = str.maketrans("IOSVZ", "105U2")
_LOOKALIKES = ("0DQ", "1L7T", "2Z", "5S", "8B3", "6GC", "4A", "UVY", "MNH", "XK", "EF", "PR", "WM")
_CHANNELS = {Form.AIR_E: "8", Form.RAIL_E: "9"}
_WITHOUT_SPLIT = frozenset({Form.AIR_E, Form.AIR_PAPER})


class Typed(Record):
    """One field or a few, as typed; None and empty text are fields not typed yet."""

    form: Form | None = None
    code: str | None = None
    number: str | None = None
    date: str | None = None
    amount: str | None = None
    tax: str | None = None
    total: str | None = None
    check_code: str | None = None
    buyer_name: str | None = None
    buyer_tax_id: str | None = None
    seller_name: str | None = None
    seller_tax_id: str | None = None
    total_in_words: str | None = None

    def text(self, field: str) -> str:
        """A field without spaces and control characters, cut to what any field may be long."""
        return squash(fold((getattr(self, field) or "")[:_LONGEST]))


class Hint(Record):
    """What is to be said about a field: reject is wrong, warn doubtful, info an offer to fill it.

    `suggestion` is set where a check character or an equation leaves exactly one value.
    """

    field: str
    severity: Severity
    message: str
    message_en: str
    suggestion: str | None = None


def check_fields(partial: Typed, today: datetime.date | None = None) -> tuple[Hint, ...]:
    """Problems of the fields that were typed, in the order of the form.

    `today` is needed only to find dates still to come. Never raises for what was typed.
    """
    found = [
        *_code(partial),
        *_number(partial),
        *_date(partial, today),
        *_money(partial),
        *_check_code(partial),
        *_tax_id(partial, FieldName.BUYER_TAX_ID),
        *_tax_id(partial, FieldName.SELLER_TAX_ID),
        *_words(partial),
    ]
    order = list(Typed.model_fields)
    return tuple(sorted(found, key=lambda hint: order.index(hint.field)))


def _wrong(
    field: str, zh: str, en: str, suggestion: str | None = None, *, doubtful: bool = False
) -> Hint:
    severity = Severity.WARN if doubtful else Severity.REJECT
    return Hint(field=field, severity=severity, message=zh, message_en=en, suggestion=suggestion)


def _only(candidates: Iterable[str]) -> str | None:
    """The one candidate there is, None for none or several."""
    found = list(dict.fromkeys(candidates))
    return found[0] if len(found) == 1 else None


def _digits(field: FieldName, text: str, lengths: tuple[int, ...]) -> Hint | None:
    """The complaint about a text that should be so many digits, the fitting reading suggested."""
    if text.isascii() and text.isdigit() and len(text) in lengths:
        return None
    zh, en = label(field)
    wanted = "或".join(map(str, lengths))
    wanted_en = " or ".join(map(str, lengths))
    read = text.translate(_TO_DIGIT)
    fits = read.isascii() and read.isdigit() and len(read) in lengths
    others = "".join(dict.fromkeys(char for char in text if not "0" <= char <= "9"))[:20]
    so_far = f"含“{others}”" if others else f"现为{len(text)}位"
    so_far_en = f"not {others!r}" if others else f"{len(text)} so far"
    return _wrong(
        field,
        f"{zh}应为{wanted}位数字，{so_far}",
        f"the {en} must be {wanted_en} digits, {so_far_en}",
        read if fits else None,
    )


def _code(typed: Typed) -> Iterator[Hint]:
    text = typed.text("code")
    if not text:
        return
    if hint := _digits(FieldName.CODE, text, (8, 10, 12)):
        yield hint
        return
    if len(text) == 8:
        return
    if not code_region_ok(text):
        yield _wrong("code", "发票代码地区无效", "the code names no region", doubtful=True)
    day, made = _day(typed.text("date")), code_year(text)
    if day is not None and made is not None and made > day.year:
        zh, en = f"代码为{made}年，晚于开票日期", f"the code was made in {made}, after the date"
        yield _wrong("code", zh, en, doubtful=True)
    told = form_from_code(text)
    if told and typed.form and typed.form.is_tax_control and not same_form(told, typed.form):
        zh = f"代码为{form_label(told)}，票种为{form_label(typed.form)}"
        yield _wrong("code", zh, f"the code says {told}, the form is {typed.form}")


def _number(typed: Typed) -> Iterator[Hint]:
    text = typed.text("number")
    form = typed.form
    digital = form is not None and form.is_digital
    control = form is not None and form.is_tax_control
    if not text or (form is not None and not (digital or control or form.is_digital_paper)):
        return
    lengths = (20,) if digital else (8,) if control else (8, 20)
    if hint := _digits(FieldName.NUMBER, text, lengths):
        yield hint
        return
    if len(text) != 20:
        return
    day = _day(typed.text("date"))
    if day is not None and int(text[:2]) != day.year % 100:
        year = f"{day.year % 100:02d}"
        zh, en = f"号码前两位应为{year}", f"a number of {day.year} begins with {year}"
        yield _wrong("number", zh, en, year + text[2:])
    if not number_region_ok(text):
        zh, en = f"号码地区码{text[2:4]}无效", f"the number's region {text[2:4]} is none"
        yield _wrong("number", zh, en, doubtful=True)
    expected = _CHANNELS.get(form) if form else None
    if expected and text[4] != expected:
        zh, en = f"该票种号码第5位应为{expected}", f"its fifth digit must be {expected}"
        yield _wrong("number", zh, en, text[:4] + expected + text[5:], doubtful=True)


def _date(typed: Typed, today: datetime.date | None) -> Iterator[Hint]:
    text = typed.text("date")
    if not text:
        return
    day = _day(text)
    if day is None:
        yield _wrong("date", "日期无效，请写作 2026-09-01", "no such date; write 2026-09-01")
    elif today is not None and day > today:
        yield _wrong("date", "日期晚于今天", "the date is still to come")


def _day(text: str) -> datetime.date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day, short_month, short_day = match.groups()
    try:
        return datetime.date(int(year), int(month or short_month), int(day or short_day))
    except ValueError:
        return None


def _money(typed: Typed) -> Iterator[Hint]:
    values: dict[str, Decimal] = {}
    for field in (FieldName.AMOUNT, FieldName.TAX, FieldName.TOTAL):
        text = typed.text(field)
        zh, en = label(field)
        if not text or set(text) <= {"*"}:
            continue
        value = money(text)
        if value is None:
            yield _wrong(field, f"{zh}不是有效的金额", f"the {en} is no amount of money")
            continue
        values[field] = value
        if _FIGURE.fullmatch(text.lstrip("¥").replace(",", "")) and value != Decimal(
            text.lstrip("¥").replace(",", "")
        ):
            zh, en = f"{zh}超过两位小数", f"the {en} has more than two decimals"
            yield _wrong(field, zh, en, f"{value:.2f}", doubtful=True)
    if typed.form not in _WITHOUT_SPLIT:
        yield from _sum(values, _spoken(typed))


def _sum(values: dict[str, Decimal], words: Decimal | None) -> Iterator[Hint]:
    """amount + tax = total: what is missing is offered, what does not add up is told; the capital
    amount, where it agrees with two of them, says which is wrong."""
    amount, tax, total = (values.get(name) for name in ("amount", "tax", "total"))
    if amount is not None and tax is not None and total is not None:
        if amount + tax == total:
            return
        if words == total:
            zh, en = "金额与税额之和不等于价税合计", "amount and tax are not the total"
            yield _wrong("tax", zh, en, f"{total - amount:.2f}" if total >= amount else None)
            return
        zh, en = f"金额+税额={amount + tax:.2f}", f"amount + tax = {amount + tax:.2f}"
        yield _wrong("total", zh, en, f"{amount + tax:.2f}")
        return
    offers: tuple[tuple[str, Callable[[], Decimal | None]], ...] = (
        ("total", lambda: _added(amount, tax)),
        ("tax", lambda: _added(total, None if amount is None else -amount)),
        ("amount", lambda: _added(total, None if tax is None else -tax)),
    )
    for field, calculate in offers:
        value = calculate()
        if field not in values and value is not None and abs(value) <= MAX_MONEY:
            zh, en = f"按勾稽关系应为{value:.2f}", f"by the others it is {value:.2f}"
            yield Hint(
                field=field,
                severity=Severity.INFO,
                message=zh,
                message_en=en,
                suggestion=f"{value:.2f}",
            )


def _added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _spoken(typed: Typed) -> Decimal | None:
    try:
        return parse_capital(typed.text(WORDS_FIELD)) if typed.text(WORDS_FIELD) else None
    except CapitalError:
        return None


def _words(typed: Typed) -> Iterator[Hint]:
    text = typed.text(WORDS_FIELD)
    if not text:
        return
    value, total = _spoken(typed), money(typed.text("total"))
    if value is None:
        spelt = format_capital(total) if total is not None else None
        zh, en = "大写金额不合法", "no valid capital amount"
        yield _wrong(WORDS_FIELD, zh, en, spelt)
    elif total is not None and value != total:
        zh = f"大写为{value.quantize(CENT)}，小写为{total}"
        en = f"the capital amount is {value.quantize(CENT)}, the figure {total}"
        yield _wrong(WORDS_FIELD, zh, en, format_capital(total))


def _check_code(typed: Typed) -> Iterator[Hint]:
    text = typed.text("check_code")
    if text and (typed.form is None or typed.form.is_tax_control):
        hint = _digits(FieldName.CHECK_CODE, text, (6, 20))
        if hint:
            yield hint


def _tax_id(typed: Typed, field: FieldName) -> Iterator[Hint]:
    text = typed.text(field).upper()
    if not text or (len(text) == 18 and (is_uscc(text) or is_id_card(text))):
        return
    zh, en = label(field)
    if len(text) == 17 and re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{17}", text):
        whole = text + uscc_check_character(text)
        suggestion = whole if is_uscc(whole) and org_part_ok(whole) else None
        yield _wrong(field, f"{zh}少一位", f"the {en} lacks a character", suggestion)
        return
    if len(text) in (15, 20) or (len(text) == 18 and tax_id_kind(text) == "masked"):
        return
    if len(text) != 18:
        zh_long = f"{zh}应为18位，现为{len(text)}位"
        yield _wrong(field, zh_long, f"the {en} has 18 characters, {len(text)} so far")
        return
    suggestion = _only(filter(_sound, _near(text)))
    if letters := "".join(dict.fromkeys(re.findall("[^0-9A-HJ-NPQRTUWXY]", text))):
        zh_bad = f"{zh}不会有{letters}"
        yield _wrong(field, zh_bad, f"a tax id never has {letters}", suggestion)
    else:
        yield _wrong(field, f"{zh}校验位不符", f"the {en} fails its check", suggestion)


def _sound(text: str) -> bool:
    """Whether both checks of a 统一社会信用代码 hold: its own and that of the code inside."""
    return is_uscc(text) and org_part_ok(text)


def _near(text: str) -> Iterator[str]:
    """What may have been meant: look-alikes, two neighbours exchanged, another last character."""
    plain = text.translate(_TO_USCC)
    yield plain
    for at, char in enumerate(plain):
        for group in _LOOKALIKES:
            if char in group:
                yield from (plain[:at] + other + plain[at + 1 :] for other in group)
        if at + 1 < len(plain) and char != plain[at + 1]:
            yield plain[:at] + plain[at + 1] + char + plain[at + 2 :]
    if re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{17}", plain[:17]):
        yield plain[:17] + uscc_check_character(plain[:17])
