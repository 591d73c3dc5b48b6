"""What all tickets share: the pre-printed code and number, and how readings become verdicts."""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.identifiers import PROVINCES
from models.invoice import Extra, FieldName
from models.page import Source
from ocr.extract.header import digits
from ocr.extract.sheet import LABELLED, UNLABELLED, Seen, Sheet, run, seen
from ocr.forms.case import Case, FormReading
from ocr.labels import Label
from ocr.resolve.evidence import Verdict, likeliest, printed_twice
from ocr.resolve.identity import decide_identity, qr_reading
from ocr.words import Word

Verdicts = dict[FieldName, Verdict]

_LOCAL_CODE = re.compile(r"[012]\d{6}[0-9A-Z]{5}")
_RAIL_FOOT = re.compile(r"祝您旅途愉快|\d{14}[A-Z]\d{6,7}")


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


def first(readings: Sequence[Seen]) -> str | None:
    """The likeliest value, for what a form prints besides its fields."""
    best = likeliest(list(readings))
    return best.value if best else None


def identity(case: Case) -> Verdicts:
    """Code and number as printed under each other, beside their labels."""
    return known(code=_verdict(find_local_codes(case.sheet)), number=_verdict(_numbers(case.sheet)))


def find_local_codes(sheet: Sheet) -> list[Seen]:
    """Codes of the local series: twelve digits, of which one may be a letter (成都)."""
    found = []
    for label in sheet.labels(Label.CODE):
        words = run(_right(sheet, label), gap=1.2)
        text = _code(words)
        if text:
            found.append(seen(words, text, LABELLED if _plausible(text) else 0.6))
    if not found:
        numbers = sheet.labels(Label.NUMBER)
        above = [
            word
            for word in sheet.values(lambda word: _plausible(_code([word]) or ""))
            if any(0 < label.box.cy - word.box.cy < 3 * word.height for label in numbers)
        ]
        found = [seen([word], _code([word]) or "", UNLABELLED) for word in above[:1]]
    return found


def _code(words: list[Word]) -> str | None:
    text = "".join(word.text for word in words).upper()
    text = text[:7].translate(_TO_DIGITS) + text[7:].translate(_TO_DIGITS)
    match = re.match(_LOCAL_CODE, text)
    whole = match and len(re.match(r"[0-9A-Z]+", text)[0]) == 12  # type: ignore[index]
    letters = sum(char.isalpha() for char in text[:12])
    return text[:12] if whole and letters <= 1 else None


_TO_DIGITS = str.maketrans("OQDIL", "00011")


def _plausible(code: str) -> bool:
    """Whether a code names a province."""
    return bool(code) and code[1:3] in PROVINCES


def _numbers(sheet: Sheet) -> list[Seen]:
    """Eight-digit numbers beside their label, else right under the code."""
    found = []
    for label in sheet.labels(Label.NUMBER):
        words = run(_right(sheet, label), gap=1.2)
        if re.fullmatch(r"\d{8}", text := digits("".join(word.text for word in words))):
            found.append(seen(words, text, LABELLED))
    if found:
        return found
    for label in sheet.labels(Label.CODE):
        for word in sheet.values(lambda word: bool(re.fullmatch(r"\d{8}", digits(word.text)))):
            below = 0.5 * label.height < word.box.cy - label.box.cy < 3 * word.height
            if below and word.box.x1 > label.box.x1:
                return [seen([word], digits(word.text), UNLABELLED)]
    return []


def _right(sheet: Sheet, label: Word) -> list[Word]:
    """The values right of a label, on whose line they stand by more than half."""
    return [word for word in sheet.right_of(label) if word.shares_row(label, 0.5)]


def _verdict(readings: list[Seen]) -> Verdict | None:
    return decide(readings)


def several(case: Case) -> bool:
    """Whether more than one ticket lies on this part of the page.

    Each has its code beside its label, or the railway's wishes at its foot.
    """
    labels = _apart([word for word in case.sheet.labels(Label.CODE) if "代" in word.text])
    codes = {reading.value for reading in find_local_codes(case.sheet)}
    feet = _apart([word for word in case.words if _RAIL_FOOT.search(word.text)])
    railway = min(len(feet), 1) if len(feet) <= 2 and _one_foot(feet) else len(feet)
    return max(len(labels), len(codes)) + railway > 1


def _one_foot(feet: list[Word]) -> bool:
    """Whether wishes and the line of figures under them are of one ticket."""
    if len(feet) < 2:
        return True
    (one, other), tallest = feet, max(word.height for word in feet)
    across = one.box.x0 < other.box.x1 and other.box.x0 < one.box.x1
    return across and abs(one.box.cy - other.box.cy) < 5 * tallest


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
    if case.qr is not None:
        numbers, codes = [_qr(case, case.qr.number)], [_qr(case, case.qr.code)]
    else:
        numbers, codes = list(_numbers(case.sheet))[:1], list(find_local_codes(case.sheet))[:1]
    verdicts: Verdicts = {}
    for name, readings in ((FieldName.CODE, codes), (FieldName.NUMBER, numbers)):
        real = [reading for reading in readings if reading is not None]
        if real:
            verdicts[name] = Verdict(real[0], [], contested=True)
    if not verdicts and (any_number := case.verdicts.get(FieldName.NUMBER)):
        verdicts[FieldName.NUMBER] = replace(any_number, confirmed_by=[], contested=True)
    return FormReading(verdicts, (), _bare(case))


def _qr(case: Case, value: str | None) -> Seen | None:
    return qr_reading(case.qr, case.code, value)


def _bare(case: Case) -> Extra:
    if case.code is None:
        return Extra()
    return Extra(qr=case.code.payload, qr_crc=case.qr.crc.value if case.qr else None)


def held_to_qr(case: Case, readings: list[Seen], stated: str | None) -> Verdict | None:
    """A reading of the print held against what the QR states for its field."""
    stated_seen = qr_reading(case.qr, case.code, stated)
    if stated_seen is None:
        return decide(readings)
    return decide_identity(readings, stated_seen)


def bare_extra(case: Case) -> Extra:
    """The QR as the only thing besides the fields, for a reader to add to."""
    return _bare(case)


def by_sight(seen_value: Seen) -> bool:
    """Whether a value was read by OCR, and so may be misread."""
    return seen_value.source is Source.OCR
