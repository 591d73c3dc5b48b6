"""The lie of the land on a form: where its table begins and ends, what is beside a label."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

from models.geometry import Box
from models.invoice import Candidate
from models.page import Source
from ocr.labels import COLUMNS, Label
from ocr.words import Word

LABELLED = 0.97
"""How sure a well-read value beside its label is before anything confirms it."""
UNLABELLED = 0.85
"""How sure a value is that is known by its shape and place alone."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A value seen for a field, normalised, with the reading it came from."""

    value: str
    raw: str
    source: Source
    confidence: float
    place: Box | None = None

    def as_candidate(self, page: int) -> Candidate:
        return Candidate(
            value=self.value,
            raw=self.raw,
            source=self.source,
            confidence=round(self.confidence, 4),
            page=page,
            box=_rounded(self.place),
        )


def seen(words: list[Word], value: str, base: float) -> Seen:
    """A value read from one or several words on end."""
    place = Box.enclosing(word.place for word in words)
    confidence = base * min(word.confidence for word in words)
    return Seen(value, " ".join(word.raw for word in words), words[0].source, confidence, place)


def _rounded(box: Box | None) -> Box | None:
    return Box(*(round(edge, 1) for edge in box)) if box else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The words of one invoice and the lines that divide it, in the level frame.

    `columns` are the table's headings; `table_top` is the height of that heading row, `table_end`
    that of the row of 价税合计. Either is None where it was not found.
    """

    words: tuple[Word, ...]
    columns: dict[Label, Word]
    table_top: float | None
    table_end: float | None
    line_height: float

    @classmethod
    def of(cls, words: tuple[Word, ...]) -> "Sheet":
        columns = _heading_row(words)
        top = median(word.box.cy for word in columns.values()) if columns else None
        heights = [word.height for word in words if len(word.text) > 1]
        return cls(words, columns, top, _end_row(words, top), median(heights) if heights else 10.0)

    def labels(self, *wanted: Label) -> list[Word]:
        return [word for word in self.words if word.label in wanted]

    def values(self, where: Callable[[Word], bool]) -> list[Word]:
        return [word for word in self.words if word.label is None and where(word)]

    def right_of(self, label: Word) -> list[Word]:
        """The values on the label's line after it, up to the next label, from left to right."""
        row = [
            word
            for word in self.words
            if word is not label
            and word.box.x0 >= label.box.x1 - 0.8 * label.height
            and word.shares_row(label)
        ]
        row.sort(key=lambda word: word.box.x0)
        found: list[Word] = []
        for word in row:
            if word.label is not None:
                break
            # of two values one above the other the one nearer to the label's line is meant
            if (
                found
                and word.box.x0 < found[-1].box.x1 - word.height
                and not word.shares_row(found[-1])
            ):
                if abs(word.box.cy - label.box.cy) < abs(found[-1].box.cy - label.box.cy):
                    found[-1] = word
                continue
            found.append(word)
        return found

    def above_table(self, word: Word) -> bool:
        return self.table_top is None or word.box.cy < self.table_top - 0.5 * word.height

    def below_table(self, word: Word) -> bool:
        return self.table_end is not None and word.box.cy > self.table_end + 0.4 * word.height


def run(words: Iterable[Word], gap: float = 1.6) -> list[Word]:
    """The first words that follow one another with no more than `gap` line heights between."""
    found: list[Word] = []
    for word in words:
        if found and word.box.x0 - found[-1].box.x1 > gap * max(word.height, found[-1].height):
            break
        found.append(word)
    return found


def _heading_row(words: tuple[Word, ...]) -> dict[Label, Word]:
    """The table's headings: the line on which most different column labels stand."""
    headings = [word for word in words if word.label in COLUMNS]
    best: dict[Label, Word] = {}
    for anchor in headings:
        row: dict[Label, Word] = {}
        for word in headings:
            near = abs(word.box.cy - anchor.box.cy) <= 1.2 * anchor.height
            if near and word.label is not None:
                kept = row.get(word.label)
                if kept is None or abs(word.box.cy - anchor.box.cy) < abs(
                    kept.box.cy - anchor.box.cy
                ):
                    row[word.label] = word
        if len(row) > len(best):
            best = row
    read = len(best)
    if read < 2:
        return {}
    best = _with_halves(best, words)
    # of two a long one must be left: other tables have 单位 and 数量 too
    return best if read > 2 or (len(best) > 2 and best.keys() & _LONG_HEADINGS.keys()) else {}


def _with_halves(columns: dict[Label, Word], words: tuple[Word, ...]) -> dict[Label, Word]:
    """The headings, those supplied of which half was read, or, of two characters, neither, where
    they stand between the right others."""
    anchor = next(iter(columns.values()))
    known = {word.box for word in columns.values()}
    for word in words:
        on_row = abs(word.box.cy - anchor.box.cy) <= 1.2 * anchor.height
        if word.label is None and on_row and word.box not in known and len(word.text) <= 4:
            label = _half_read(word, columns)
            if label is not None:
                columns.setdefault(label, word)
    return columns


def _half_read(word: Word, columns: dict[Label, Word]) -> Label | None:
    """The heading a short word is, by its place among the others and what is left of it."""
    before = [label for label, other in columns.items() if other.box.x1 < word.box.cx]
    behind = [label for label, other in columns.items() if other.box.x0 > word.box.cx]
    low = max((COLUMNS.index(label) for label in before), default=-1)
    high = min((COLUMNS.index(label) for label in behind), default=len(COLUMNS))
    between = COLUMNS[low + 1 : high]
    if len(word.text) > 2:
        long = (one for one in between if one in _LONG_HEADINGS)
        return next((one for one in long if _LONG_HEADINGS[one].fullmatch(word.text)), None)
    fitting = [label for label in between if label in _SHORT_HEADINGS]
    named = [label for label in fitting if set(word.text) & set(_SHORT_HEADINGS[label])]
    if len(named) == 1:
        return named[0]
    # between two that are next but one to each other only one can stand
    alone = len(word.text) == 2 and high - low == 2 and bool(_HANZI.fullmatch(word.text))
    return fitting[0] if alone and fitting else None


_LONG_HEADINGS = {
    Label.ITEM: re.compile(r"[一-鿿]{2}名称"),
    Label.SPEC: re.compile(r"规格..|..型号|规.型."),
}
_SHORT_HEADINGS = {
    Label.QUANTITY: "数量",
    Label.UNIT_PRICE: "单价",
    Label.AMOUNT: "金额",
    Label.TAX: "税额",
}
_HANZI = re.compile(r"[一-鿿]+")
_CAPITALS = re.compile(r"[零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正]{4,}")


def _end_row(words: tuple[Word, ...], top: float | None) -> float | None:
    """The height of the row of 价税合计, by its labels or by the amount in capitals."""
    below = [word for word in words if top is None or word.box.cy > top]
    for wanted in (Label.WORDS, Label.TOTAL):
        rows = [word.box.cy for word in below if word.label is wanted]
        if rows:
            return min(rows)
    rows = [word.box.cy for word in below if _CAPITALS.search(word.text)]
    return min(rows) if rows else None
