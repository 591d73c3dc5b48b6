"""Code, number, date and check code, as printed at the top of a form."""

import datetime
import re

from models.geometry import Box
from models.identifiers import code_region_ok, form_from_code, number_region_ok
from ocr.extract.sheet import LABELLED, UNLABELLED, Seen, Sheet, run, seen
from ocr.labels import Label
from ocr.words import Word

_DIGIT_LOOKALIKES = str.maketrans("OoDQ〇Il|!∣Zz", "000001111122")
_DATE = re.compile(r"(20\d{2})[年\-./]?(\d{1,2})[月\-./]?(\d{1,2})日?")
_WRITTEN_DATE = re.compile(r"20\d{2}年\d{1,2}月\d{1,2}日")


def digits(text: str) -> str:
    """The text with letters that look like digits turned into them."""
    return text.translate(_DIGIT_LOOKALIKES)


def find_numbers(sheet: Sheet) -> list[Seen]:
    """Invoice numbers, 8 or 20 digits: beside their label, and by their shape above the table."""
    found: list[Seen] = []
    for label in sheet.labels(Label.NUMBER):
        words = run(sheet.right_of(label), gap=1.0)
        text = digits("".join(word.text for word in words))
        if label.text.startswith(("N", "№")):
            # the pre-printed number; the machine's own code may stick to its end
            if match := re.match(r"\d{8}", text):
                glued = len(text) > 8
                found.append(seen(words, match[0], UNLABELLED if glued else LABELLED))
        elif (match := re.fullmatch(r"\d{20}|\d{8}", text)) and _is_one(words, text):
            found.append(seen(words, match[0], LABELLED))
        elif words and (match := re.fullmatch(r"\d{20}|\d{8}", digits(words[0].text))):
            found.append(seen(words[:1], match[0], LABELLED))
    taken = {item.place for item in found}
    for word in sheet.values(sheet.above_table):
        text = digits(word.text)
        if word.place in taken or _belongs_elsewhere(sheet, word):
            continue
        twenty = re.fullmatch(r"\d{20}", text) and number_region_ok(text)
        eight = re.fullmatch(r"\d{8}", text) and not _is_date(text)
        if twenty or eight:
            found.append(seen([word], text, UNLABELLED))
    return found


def _is_one(words: list[Word], text: str) -> bool:
    """Whether runs on end are one number: a code and a number side by side have twenty digits,
    but no year and region at their beginning."""
    return len(words) == 1 or len(text) == 8 or (text[0] == "2" and number_region_ok(text))


def find_codes(sheet: Sheet) -> list[Seen]:
    """发票代码, 10 or 12 digits: beside its label, and by its shape above the table."""
    found: list[Seen] = []
    for label in sheet.labels(Label.CODE):
        words = run(sheet.right_of(label), gap=1.0)
        text = digits("".join(word.text for word in words))
        # codes of ten digits begin with a province: one that begins with 0 lost two of its twelve
        if match := re.match(r"\d{12}(?!\d)|[1-9]\d{9}(?!\d)", text):
            found.append(seen(words, match[0], LABELLED))
    taken = {item.place for item in found}
    for word in sheet.values(sheet.above_table):
        text = digits(word.text)
        if word.place in taken or _belongs_elsewhere(sheet, word):
            continue
        plausible = re.fullmatch(r"\d{10}|\d{12}", text) and code_region_ok(text)
        if plausible and form_from_code(text):
            found.append(seen([word], text, UNLABELLED))
    return found


def find_dates(sheet: Sheet) -> list[Seen]:
    """开票日期 as ISO dates: beside its label, and by its shape above the table."""
    found: list[Seen] = []
    taken: set[Box | None] = set()
    for label in sheet.labels(Label.DATE):
        words = run(sheet.right_of(label), gap=3.0)
        text = digits("".join(word.text for word in words))
        if value := iso_date(text):
            found.append(seen(words, value, LABELLED))
            taken.update(word.place for word in words)
    for word in sheet.values(sheet.above_table):
        match = _WRITTEN_DATE.search(digits(word.text))
        if match and word.place not in taken and (value := iso_date(match[0])):
            found.append(seen([word], value, UNLABELLED))
    return found


def find_check_codes(sheet: Sheet) -> list[Seen]:
    """校验码, 20 digits printed in groups of five."""
    found = []
    for label in sheet.labels(Label.CHECK_CODE):
        words = run(sheet.right_of(label), gap=3.0)
        text = digits("".join(word.text for word in words))
        if match := re.match(r"\d{20}(?!\d)", text):
            found.append(seen(words, match[0], LABELLED))
    return found


def find_machine_no(sheet: Sheet) -> str | None:
    """机器编号, 12 digits."""
    for label in sheet.labels(Label.MACHINE_NO):
        text = digits("".join(word.text for word in run(sheet.right_of(label))))
        if match := re.match(r"\d{12}(?!\d)", text):
            return match[0]
    return None


def _belongs_elsewhere(sheet: Sheet, word: Word) -> bool:
    """Whether another label announces the word (机器编号, 校验码, 纳税人识别号, 账号...)."""
    others = (Label.MACHINE_NO, Label.CHECK_CODE, Label.TAX_ID, Label.BANK, Label.ADDRESS)
    return any(word in sheet.right_of(label) for label in sheet.labels(*others))


def iso_date(text: str) -> str | None:
    """The first date in a text in ISO form; None where there is none, or no such day."""
    match = _DATE.search(text)
    if not match:
        return None
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None


def _is_date(text: str) -> bool:
    """Whether eight digits are a date of this century rather than a number."""
    return text.startswith("20") and iso_date(text) is not None
