"""What all tickets share: the pre-printed code and number, and how readings become verdicts."""

import re
from collections.abc import Mapping, Sequence

from models.forms import Form
from models.identifiers import PROVINCES
from models.invoice import Extra, FieldName
from ocr.extract.header import digits
from ocr.extract.sheet import LABELLED, UNLABELLED, Seen, Sheet, run, seen
from ocr.forms import shapes
from ocr.forms.case import Case, FormReading
from ocr.forms.labelled import of_word
from ocr.labels import Label
from ocr.resolve.evidence import Verdict, likeliest, of_one_mind, printed_twice
from ocr.resolve.identity import decide_identity, qr_reading
from ocr.words import Word

Verdicts = dict[FieldName, Verdict]
_SOLD = re.compile(r"[售出购取]票|打印|有效期")


def decide(readings: Sequence[Seen]) -> Verdict | None:
    """A value nothing outside the print speaks for: two prints that agree confirm it, two that
    differ leave it contested."""
    best = likeliest(list(readings))
    if best is None:
        return None
    verdict = Verdict(best, list(readings))
    if any(reading.value != best.value for reading in readings):
        verdict.contested = True
    elif printed_twice(list(readings), best.value):
        verdict.confirmed_by.append("second_print")
    return verdict


def known(**decided: Verdict | None) -> Verdicts:
    """The fields that were decided, by their names in lower case."""
    return {FieldName(name): verdict for name, verdict in decided.items() if verdict is not None}


def marked_sums(words: Sequence[Word]) -> list[Seen]:
    """Sums that say so themselves, with ¥ before or 元 behind them, where no label was read."""
    return [
        of_word(word, value, UNLABELLED)
        for word in words
        if re.match(r"[¥羊]|\d+\.\d\d?元$", word.text) and (value := shapes.amount(word.text))
    ]


def lone_days(words: Sequence[Word]) -> list[Seen]:
    """The one day a ticket prints, where its label is none that is known; none of several.

    The day on which it was sold or printed is another.
    """
    sold = [word for word in words if _SOLD.search(word.text)]
    found = [
        of_word(word, value, UNLABELLED)
        for word in words
        if (value := shapes.day(word.text)) and not any(word.shares_row(other) for other in sold)
    ]
    return of_one_mind(found)


def first(readings: Sequence[Seen]) -> str | None:
    """The likeliest value, for what a form prints besides its fields."""
    best = likeliest(list(readings))
    return best.value if best else None


def identity(case: Case) -> Verdicts:
    """Code and number as printed under each other, beside their labels."""
    sheet = case.sheet
    return known(code=decide(find_local_codes(sheet)), number=decide(find_paired_numbers(sheet)))


def find_local_codes(sheet: Sheet) -> list[Seen]:
    """Codes of the local series: twelve digits, of which one may be a letter (成都)."""
    found = []
    for label in sheet.labels(Label.CODE):
        words = run(_right(sheet, label), gap=1.2)
        if code := _code("".join(word.text for word in words)):
            found.append(seen(words, code, LABELLED if _plausible(code) else 0.6))
    return found or [seen([word], code, UNLABELLED) for word, code, _ in _pairs(sheet)[:1]]


def find_paired_numbers(sheet: Sheet) -> list[Seen]:
    """Eight-digit numbers beside their label, else right under what is a code by its shape."""
    found = []
    for label in sheet.labels(Label.NUMBER):
        words = run(_right(sheet, label), gap=1.2)
        if re.fullmatch(r"\d{8}", text := digits("".join(word.text for word in words))):
            found.append(seen(words, text, LABELLED))
    return found or [
        seen([word], _bare_number(word) or "", UNLABELLED) for _, _, word in _pairs(sheet)[:1]
    ]


def _code(text: str) -> str | None:
    """The code a text ends with, letters that look like digits read as such; one may remain."""
    body = text.upper().translate(_TO_DIGITS)
    match = re.search(r"(?:^|[^0-9A-Z])([012]\d{6}[0-9A-Z]{5})(?![0-9A-Z])", body)
    if match is None or sum(char.isalpha() for char in match[1]) > 1:
        return None
    return match[1]


_TO_DIGITS = str.maketrans("OQDIL", "00011")


def _plausible(code: str) -> bool:
    """Whether a code names a province."""
    return code[1:3] in PROVINCES


def _pairs(sheet: Sheet) -> list[tuple[Word, str, Word]]:
    """(code, its value, number): an eight-digit run right under a twelve-digit one."""
    codes = [(word, code) for word in sheet.values(_any) if (code := _code(word.text))]
    numbers = sheet.values(lambda word: _bare_number(word) is not None)
    return [
        (word, code, number)
        for word, code in codes
        for number in numbers
        if _plausible(code)
        and 0.5 * word.height < number.box.cy - word.box.cy < 2.5 * word.height
        and _begins(sheet, word) - word.height < number.box.x0 < word.box.x1
        and number.box.x1 < word.box.x1 + word.height
    ]


def _begins(sheet: Sheet, code: Word) -> float:
    """Where the line of a code begins: at its label, if it has one."""
    labels = [one for one in sheet.labels(Label.CODE) if one.shares_row(code)]
    return min(one.box.x0 for one in (*labels, code) if one.box.x0 <= code.box.x0)


def _bare_number(word: Word) -> str | None:
    """Eight figures alone, or behind a label, whole, cut short (上海) or misread."""
    match = re.fullmatch(r"[^\dA-Za-z]{0,5}(\d{8})", digits(word.text))
    return match[1] if match else None


def _any(word: Word) -> bool:
    return bool(word.text)


def _right(sheet: Sheet, label: Word) -> list[Word]:
    """The values right of a label, on whose line they stand by more than half."""
    return [word for word in sheet.right_of(label) if word.shares_row(label, 0.5)]


def several(case: Case) -> bool:
    """Whether more than one ticket lies on this part of the page.

    Each has its code beside its label, and words that no other form prints, or itself not twice.
    """
    labels = _apart([word for word in case.sheet.labels(Label.CODE) if "代" in word.text])
    codes = {reading.value for reading in find_local_codes(case.sheet)}
    codes |= {code for _, code, _ in _pairs(case.sheet)}
    signs = [
        [len(_apart([word for word in case.words if sign.search(word.text)])) for sign in own]
        for own in _SIGNS.values()
    ]
    forms = sum(any(own) for own in signs)
    return max(len(labels), len(codes), forms, *(count for own in signs for count in own)) > 1


_SIGNS: Mapping[Form, tuple[re.Pattern[str], ...]] = {
    form: tuple(map(re.compile, signs))
    for form, signs in {
        Form.VAT_ROLL: (r"卷票", r"机打号码", r"合计金额\(?大写"),
        Form.SHIP: (r"开航日期", r"开航时间", r"[一轮渡统客]船票"),
        Form.BUS: (r"乘车日期", r"(?:开|发)车时间", r"汽车客票"),
        Form.TOLL_PAPER: (r"收费员", r"车辆通行费"),
        Form.TAXI: (r"^上车(?!站|日)", r"^下车(?!站)", r"出租汽?车专用"),
        Form.QUOTA: (r"定额.{0,4}发票", r"刮奖区"),
        Form.RAIL_PAPER: (r"祝您旅途愉快", r"\d{14}[A-Z]\d{6,7}", r"买票请到"),
    }.items()
}
"""What each small ticket prints once and the others do not."""


def _apart(words: list[Word]) -> list[Word]:
    """Words without those that lie upon another (a run read twice)."""
    kept: list[Word] = []
    for word in words:
        if not any(
            abs(word.box.cy - other.box.cy) < 0.5 * word.height
            and abs(word.box.x0 - other.box.x0) < word.height
            for other in kept
        ):
            kept.append(word)
    return kept


def one_of_several(case: Case) -> FormReading:
    """What may be said where tickets lie side by side: the number of one of them, in doubt.

    Their fields must not be mixed; until the sheet is cut, a person looks.
    """
    readings: dict[FieldName, Seen | None] = {}
    if case.qr is not None:
        readings = {
            FieldName.CODE: qr_reading(case.qr, case.code, case.qr.code),
            FieldName.NUMBER: qr_reading(case.qr, case.code, case.qr.number),
        }
    else:
        for code, value, number in _pairs(case.sheet)[:1]:
            readings = {
                FieldName.CODE: seen([code], value, UNLABELLED),
                FieldName.NUMBER: seen([number], _bare_number(number) or "", UNLABELLED),
            }
    verdicts: Verdicts = {
        name: Verdict(reading, [], contested=True)
        for name, reading in readings.items()
        if reading is not None
    }
    return FormReading(verdicts, (), bare_extra(case))


def held_to_qr(case: Case, readings: list[Seen], stated: str | None) -> Verdict | None:
    """A reading of the print held against what the QR states for its field."""
    stated_seen = qr_reading(case.qr, case.code, stated)
    if stated_seen is None:
        return decide(readings)
    return decide_identity(readings, stated_seen)


def bare_extra(case: Case) -> Extra:
    """The QR as the only thing besides the fields, for a reader to add to."""
    if case.code is None:
        return Extra()
    return Extra(qr=case.code.payload, qr_crc=case.qr.crc.value if case.qr else None)
