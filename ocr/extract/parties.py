"""Buyer and seller: names and taxpayer ids, told apart by where their labels stand."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.identifiers import PROVINCES, check_character_holds, is_uscc, org_part_ok
from models.page import Source
from ocr.extract.sheet import LABELLED, UNLABELLED, Seen, Sheet, run, seen
from ocr.labels import COMPANY_ENDINGS, Label
from ocr.words import Word

_ID = re.compile(r"[0-9A-Z]{15,20}")
_ID_LOOSE = re.compile(r"[0-9A-Z*]{13,20}")
_FOOT_OF_TICKET = re.compile(r"12306|95306|祝您旅途愉快")
_PARTY_LABELS = (Label.NAME, Label.TAX_ID, Label.ADDRESS, Label.BANK)
_CONFUSED = {
    "0": "DQ8",
    "1": "T7",
    "2": "7",
    "5": "6",
    "6": "G5",
    "7": "12T",
    "8": "B30",
    "B": "8",
    "C": "G",
    "D": "0",
    "G": "6C",
    "I": "1",
    "L": "1",
    "O": "0QD",
    "Q": "0",
    "S": "58",
    "T": "17",
    "U": "0",
    "V": "UY",
    "Z": "27",
}
"""What a character of an id may have been, by its shape."""
_NEVER_IN_USCC = "IOSVZ"


@dataclass(frozen=True, slots=True)
class Party:
    """What was seen of one party."""

    names: tuple[Seen, ...] = ()
    tax_ids: tuple[Seen, ...] = ()


def find_parties(sheet: Sheet) -> tuple[Party, Party]:
    """(buyer, seller).

    Above the table the buyer stands on the left and, on 数电 forms, the seller on the right; on
    tax-control forms the seller stands below the table. The labels' places decide, not the form.
    """
    upper = [word for word in sheet.labels(*_PARTY_LABELS) if sheet.above_table(word)]
    lower = [word for word in sheet.labels(*_PARTY_LABELS) if sheet.below_table(word)]
    left, right = _side_by_side(upper, sheet.line_height)
    if right:
        return _party(sheet, left), _party(sheet, right)
    return _party(sheet, upper), _party(sheet, lower)


def find_buyer(sheet: Sheet) -> Party:
    """The one party of a form that names only the buyer (铁路电子客票)."""
    return _party(sheet, sheet.labels(*_PARTY_LABELS))


def _side_by_side(labels: list[Word], line_height: float) -> tuple[list[Word], list[Word]]:
    """Labels split in a left and a right block, where the same label stands twice on a line."""
    for label in labels:
        for other in labels:
            apart = other.box.x0 - label.box.x1 > 2 * line_height
            if label.label is other.label and apart and label.shares_row(other, 0.3):
                middle = other.box.x0 - 2 * line_height
                left = [word for word in labels if word.box.x0 < middle]
                return left, [word for word in labels if word.box.x0 >= middle]
    return labels, []


def _party(sheet: Sheet, labels: list[Word]) -> Party:
    names: list[Seen] = []
    tax_ids: list[Seen] = []
    for label in labels:
        if label.label is Label.NAME:
            names += _name(sheet, label, labels)
        elif label.label is Label.TAX_ID:
            tax_ids += _tax_id(sheet, label)
    names = names or _name_above_id(sheet, labels)
    return Party(tuple(names), tuple(tax_ids))


def _name_above_id(sheet: Sheet, labels: list[Word]) -> list[Seen]:
    """The name where its label was not read: the value just above that of the taxpayer id."""
    for label in labels:
        if label.label is not Label.TAX_ID:
            continue
        words = [
            word
            for word in sheet.values(_may_be_name)
            if 0.6 * label.height < label.box.cy - word.box.cy < 4 * sheet.line_height
            and label.box.x0 - label.height < word.box.x0 < label.box.x1 + 6 * label.height
            and looks_like_company(word.text)
        ]
        if words:
            nearest = max(words, key=lambda word: word.box.cy)
            return [seen([nearest], _without_label(nearest.text), UNLABELLED)]
    return []


def _name(sheet: Sheet, label: Word, labels: list[Word]) -> list[Seen]:
    """The name beside its label, with its further lines joined."""
    words = run(sheet.right_of(label), gap=2.2)
    words = [word for word in words if _may_be_name(word)]
    # a neighbouring line's id may have slipped in between label and name
    words = [word for word in words if not _ID.fullmatch(word.text)] or words
    words = words[:1] + list(itertools.takewhile(_no_remark, words[1:]))
    if not words:
        return []
    words += _further_lines(sheet, label, labels, words[0])
    text = _without_label("".join(word.text for word in words))
    return [seen(words, text, LABELLED if len(text) > 1 else UNLABELLED)]


def _without_label(text: str) -> str:
    """A name without what was left of its label: no name has a colon near its beginning."""
    return re.sub(r"^(?:.{0,2}[:：]|名称)(?=..)", "", text)


def _further_lines(sheet: Sheet, label: Word, labels: list[Word], first: Word) -> list[Word]:
    """The lines on which a long name goes on: below its start, with no label of their own."""
    following = [word.box.cy for word in labels if word.box.cy > label.box.cy + 0.5 * label.height]
    end = min(following, default=label.box.cy + 2.2 * sheet.line_height)
    lines: list[Word] = []
    last = first
    for word in sheet.values(lambda word: label.box.cy < word.box.cy < end):
        starts_below = abs(word.box.x0 - first.box.x0) < 2 * first.height or (
            # a wrapped line may begin under the label itself
            abs(word.box.x0 - label.box.x0) < 2 * first.height
        )
        close = 0 < word.box.y0 - last.box.y0 < 1.8 * last.height
        beside = any(
            other is not label and word.shares_row(other) and other.box.x0 < word.box.x0
            for other in labels
            if abs(other.box.x0 - label.box.x0) < 4 * label.height
        )
        goes_on = starts_below and close and not beside and not word.shares_row(last)
        if goes_on and _may_be_name(word) and not _ID.fullmatch(word.text):
            lines.append(word)
            last = word
    return lines


def _no_remark(word: Word) -> bool:
    """Whether a word behind the first of a name may belong to it: a remark beside a name says
    what it states before a colon."""
    return not re.search(r".[:：;]", word.text)


def _may_be_name(word: Word) -> bool:
    text = word.text
    none = re.fullmatch(r"[\d.,\-*:]+", text) or _FOOT_OF_TICKET.search(text)
    return not none and bool(re.search(r"[\w*]", text))


def _tax_id(sheet: Sheet, label: Word) -> list[Seen]:
    """The taxpayer id beside its label, and its repair where only one passes the check."""
    words = run(sheet.right_of(label), gap=2.0)
    whole = [word for word in words if _ID.fullmatch(word.text.upper())]
    sound = [word for word in _ids_near(sheet, label) if check_character_holds(word.text.upper())]
    if sound and not any(check_character_holds(word.text.upper()) for word in whole):
        # on a crowded, slanting form the neighbouring line may stand nearer than the id's own
        words = [min(sound, key=lambda word: abs(word.box.cy - label.box.cy))]
    elif whole and not _makes_id(words):
        words = whole[:1]
    text = re.sub(r"[^0-9A-Z*]", "", "".join(word.text for word in words).upper())
    if not _ID_LOOSE.fullmatch(text):
        return []
    return with_repair(seen(words, text, LABELLED))


def _makes_id(words: list[Word]) -> bool:
    """Whether runs on end make one id whose check character holds: it arrived in pieces."""
    text = "".join(word.text for word in words).upper()
    return len(words) > 1 and len(text) == 18 and check_character_holds(text)


def _ids_near(sheet: Sheet, label: Word) -> list[Word]:
    """The values shaped like an id at about a label's height, up to the next such label."""
    rivals = [other for other in sheet.labels(Label.TAX_ID) if other is not label]
    reach = 1.6 * label.height

    def near(word: Word) -> bool:
        if not _ID.fullmatch(word.text.upper()) or word.box.x0 < label.box.x0:
            return False
        nearer = (
            other
            for other in rivals
            if label.box.x1 < other.box.x0 < word.box.x0
            or abs(other.box.cy - word.box.cy) < abs(label.box.cy - word.box.cy)
        )
        return abs(word.box.cy - label.box.cy) < reach and not any(nearer)

    return sheet.values(near)


def with_repair(read: Seen) -> list[Seen]:
    """A taxpayer id as read, and what its check character makes of it where it was misread.

    A text layer cannot be misread: an id that is wrong there is wrong on the invoice.
    """
    repaired = repair_tax_id(read.value) if read.source is Source.OCR else None
    if repaired is None:
        return [read]
    return [read, Seen(repaired, read.raw, Source.DERIVED, 0.9 * read.confidence, read.place)]


def repair_tax_id(text: str) -> str | None:
    """The one id `text` may have been misread from; None where there is none or more than one.

    Letters no id contains are replaced in any number, of the others one at most: with two free
    changes some id would pass by chance. Both check characters and the region must hold.
    """
    if len(text) != 18 or is_uscc(text):
        return None
    forced = [index for index, char in enumerate(text) if char in _NEVER_IN_USCC]
    if len(forced) > 3:
        return None
    passing = {
        candidate
        for start in _replaced(text, forced)
        for candidate in (start, *_one_changed(start))
        if is_uscc(candidate) and org_part_ok(candidate) and candidate[2:4] in PROVINCES
    }
    return passing.pop() if len(passing) == 1 else None


def _replaced(text: str, places: list[int]) -> Iterator[str]:
    """`text` with the characters at all places replaced, in every way."""
    for chosen in itertools.product(*(_CONFUSED[text[place]] for place in places)):
        chars = list(text)
        for place, char in zip(places, chosen, strict=True):
            chars[place] = char
        yield "".join(chars)


def _one_changed(text: str) -> Iterator[str]:
    """`text` with one character replaced by one it is easily confused with."""
    for place, char in enumerate(text):
        for other in _CONFUSED.get(char, ""):
            yield text[:place] + other + text[place + 1 :]


def looks_like_company(text: str) -> bool:
    """Whether a text ends as names of companies and shops do."""
    return bool(COMPANY_ENDINGS.search(text))
