"""The amounts of an invoice: 合计金额, 合计税额, 价税合计 in figures and in capitals."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from models.capital import CapitalError, format_capital, parse_capital
from models.page import Source
from models.text import money
from ocr.extract.sheet import LABELLED, UNLABELLED, Seen, Sheet, run, seen
from ocr.labels import Label
from ocr.words import Word

_CURRENCY = re.compile(r"^[¥羊丫半YV￥]+(?=[-\d.])")
_CAPITAL_CHARS = "零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元园角分整正负数"
_CAPITAL_RUN = re.compile(rf"(?:\(负数\))?[{_CAPITAL_CHARS}]{{2,}}")
_CAPITAL_FIXES = str.maketrans("染律参扒玫雯壶侁貮弍千百", "柒肆叁捌玖零壹伍贰贰仟佰")
_BLANK = re.compile(r"\*{2,}|免税|不征税")


@dataclass(frozen=True, slots=True)
class Amounts:
    """What was seen of an invoice's amounts. `tax_is_blank` means *** or 免税 is printed there."""

    amounts: tuple[Seen, ...] = ()
    taxes: tuple[Seen, ...] = ()
    totals: tuple[Seen, ...] = ()
    capital: Seen | None = None
    capital_text: str | None = None
    tax_is_blank: bool = False


def find_amounts(sheet: Sheet) -> Amounts:
    """Everything printed in the rows of 合计 and 价税合计."""
    amounts, taxes, blank = _sum_row(sheet)
    totals = tuple(_totals(sheet))
    capital, capital_text = _capital(sheet)
    if capital_text is not None and is_cut(capital, capital_text, totals):
        capital, capital_text = None, None
    if capital is not None and not (taxes or totals or blank):
        # the only sum there is, and what the capitals say: it is the total, not a sum of lines
        totals = tuple(one for one in amounts if one.value == capital.value)
        amounts = [one for one in amounts if one not in totals]
    return Amounts(tuple(amounts), tuple(taxes), totals, capital, capital_text, blank)


def is_cut(capital: Seen | None, text: str, figures: Iterable[Seen]) -> bool:
    """Whether an amount in capitals is only a piece of what a figure beside it says in full.

    Under a seal or at the edge of a picture the rest of it is lost. A piece that breaks the
    grammar (`capital` is None), or one that breaks off at its end, states nothing: it is neither
    a second source nor a contradiction. A piece that reads as an amount of its own does state
    it: a figure to which a digit was added looks just like that.
    """
    wholes = [_spelled(one.value) for one in figures if one.source is Source.OCR]
    if capital is None:
        return any(text in whole for whole in wholes)
    if text.endswith(("整", "分")) or any(one.value == capital.value for one in figures):
        return False
    return any(whole.startswith(text) for whole in wholes)


def _spelled(figure: str) -> str:
    try:
        return format_capital(Decimal(figure))
    except (ValueError, ArithmeticError):
        return ""


def printed_money(text: str) -> tuple[Decimal, float] | None:
    """A printed amount and how far its spelling can be trusted (1 as printed, less if mended)."""
    body = _CURRENCY.sub("", text.lstrip("(").rstrip(")元¥"))
    if (value := money(body)) is not None:
        # an amount always shows its 分; without the point it is doubtful
        return value, 1.0 if "." in body else 0.8
    mended = re.sub(r",(?=\d{2}$)", ".", body).replace("O", "0").replace("o", "0")
    value = money(mended)
    return (value, 0.7) if value is not None else None


def _money_seen(word: Word, base: float) -> list[Seen]:
    """The amount in a word, and where the decimal point was lost the amount with it."""
    read = printed_money(word.text)
    if read is None:
        return []
    value, trust = read
    if word.source is Source.OCR and re.search(r"\.\d$", word.text):
        # both decimals are always printed: one was lost
        trust = min(trust, 0.8)
    found = [seen([word], str(value), base * trust)]
    if "." not in word.text and abs(value) >= 1:
        found.append(seen([word], str((value / 100).quantize(Decimal("0.01"))), base * 0.5))
    return found


def _sum_row(sheet: Sheet) -> tuple[list[Seen], list[Seen], bool]:
    """(amounts, taxes, whether the tax is blank) of the row of 合计."""
    words, base = _sum_words(sheet)
    amounts: list[Seen] = []
    taxes: list[Seen] = []
    blank = False
    numbers = [word for word in words if printed_money(word.text) is not None]
    for index, word in enumerate(words):
        column = _column(sheet, word)
        if _BLANK.fullmatch(word.text):
            blank = blank or column is not Label.AMOUNT
        elif word in numbers:
            if column is None and len(numbers) > 1:
                # without headings the order on the row decides: amount, then tax
                column = Label.AMOUNT if numbers.index(word) == 0 else Label.TAX
            if column is not Label.TAX:
                amounts += _money_seen(word, base - 0.01 * index)
            if column is not Label.AMOUNT:
                taxes += _money_seen(word, base - 0.01 * index)
    return amounts, taxes, blank


def _sum_words(sheet: Sheet) -> tuple[list[Word], float]:
    """The values on the row of 合计, found by its label or as the last ¥ row of the table."""
    subtotals = sheet.values(lambda word: word.text in ("小计", "小"))

    def of_page(word: Word, apart: float = float("inf")) -> bool:
        """Whether a word stands nearer to a 小计 than to the 合计 it is `apart` from."""
        return any(
            abs(word.box.cy - other.box.cy) < min(apart, other.height) for other in subtotals
        )

    for label in sheet.labels(Label.SUM):
        if sheet.table_top is None or label.box.cy > sheet.table_top:
            words = [
                word
                for word in sheet.words
                if word.label is None
                and word.box.x0 > label.box.x1
                and abs(word.box.cy - label.box.cy) < 1.3 * max(word.height, label.height)
                and not of_page(word, abs(word.box.cy - label.box.cy))
                and (printed_money(word.text) is not None or _BLANK.fullmatch(word.text))
            ]
            bare = [word.text[0].isdigit() and word.text[-1].isdigit() for word in words]
            marked = [word for word, is_bare in zip(words, bare, strict=True) if not is_bare]
            if words:
                return sorted(marked or words, key=lambda word: word.box.x0), LABELLED
    end = sheet.table_end
    marked = sheet.values(
        lambda word: (
            word.text.startswith("¥")
            and not sheet.above_table(word)
            and not of_page(word)
            and (end is None or word.box.cy < end - 0.8 * word.height)
        )
    )
    if not marked:
        return [], 0.0
    lowest = max(marked, key=lambda word: word.box.cy)
    row = [word for word in marked if word.shares_row(lowest, 0.2)]
    return sorted(row, key=lambda word: word.box.x0), UNLABELLED


def _column(sheet: Sheet, word: Word) -> Label | None:
    """Whether a word stands under 金额 or under 税额, by the nearer heading."""
    amount, tax = sheet.columns.get(Label.AMOUNT), sheet.columns.get(Label.TAX)
    rate = sheet.columns.get(Label.TAX_RATE)
    if rate is not None and (amount is None or tax is None):
        return Label.AMOUNT if word.box.cx < rate.box.cx else Label.TAX
    if amount is None or tax is None:
        return None
    to_amount = min(abs(word.box.cx - amount.box.cx), abs(word.box.x1 - amount.box.x1))
    to_tax = min(abs(word.box.cx - tax.box.cx), abs(word.box.x1 - tax.box.x1))
    return Label.AMOUNT if to_amount <= to_tax else Label.TAX


def _totals(sheet: Sheet) -> list[Seen]:
    """价税合计 in figures: beside 小写, else the amount on the row of the capitals."""
    found: list[Seen] = []
    for label in sheet.labels(Label.TOTAL):
        for word in sheet.right_of(label)[:2]:
            found += _money_seen(word, LABELLED)
    if found or sheet.table_end is None:
        return found
    end = sheet.table_end
    for word in sheet.values(lambda word: abs(word.box.cy - end) < 0.9 * word.height):
        if word.text.startswith("¥"):
            found += _money_seen(word, UNLABELLED)
    return found


def _capital(sheet: Sheet) -> tuple[Seen | None, str | None]:
    """The amount in capitals as (what it states, its text); None where it is not understood."""
    return capital_among(sheet.values(lambda word: not sheet.above_table(word)), sheet.right_of)


def capital_among(
    words: Iterable[Word], right_of: Callable[[Word], list[Word]]
) -> tuple[Seen | None, str | None]:
    """The longest amount in capitals among words, as (what it states, its text).

    `right_of` gives the words that follow one on its line, for an amount may come in pieces.
    """
    longest: tuple[list[Word], str] | None = None
    for word in words:
        if not _CAPITAL_RUN.search(word.text.translate(_CAPITAL_FIXES)):
            continue
        row = run([word, *right_of(word)])
        joined = "".join(other.text for other in row).translate(_CAPITAL_FIXES)
        match = _CAPITAL_RUN.search(joined)
        if match and (longest is None or len(match[0]) > len(longest[1])):
            longest = row, match[0]
    if longest is None:
        return None, None
    found, text = longest
    try:
        value = parse_capital(text)
    except CapitalError:
        return None, text
    return seen(found, str(value), LABELLED), text
