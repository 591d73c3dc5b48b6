"""The labels and values of small tickets, paired by one displacement for the whole print.

Meters and gates print onto forms printed before, and the two are often apart: a taxi strip may
carry every value three rows above its label. A value beside a label therefore says little; that
dates, times and fares all fall beside fitting labels at one displacement says much.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from models.geometry import Box
from ocr.extract.sheet import LABELLED, Seen
from ocr.forms.labelled import VARIANTS, Normal, of_word
from ocr.words import Word

_MOST_LIES = 120
_MOST_WORDS = 400
_ROWS_APART = 6.5
"""No print is farther off its form than this many rows."""
_BEHIND = re.compile(r"(?:\([^()\d]{1,5}\))?[:：]?")
"""What ends a label: its unit in brackets, 总金额(元), and a colon."""
_CLEAR = 0.8
"""Another displacement that explains this share of the best one's weight makes it unsure."""
_UNDER = 2.2
"""So many line heights a value stands under the heading of its column at most."""
_STRETCHES = (1.0, 0.97, 1.03, 0.94, 1.06)
"""How much farther apart than the labels values may stand: seen at a slant, or a worn meter."""


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what stands beside it.

    `spelled` are the label's spellings without spaces; `telling` is how much a value of the right
    shape beside the label says for a displacement (a date much, a name nothing).
    """

    key: str
    spelled: tuple[str, ...]
    normal: Normal
    telling: float = 1.0


@dataclass(frozen=True, slots=True)
class Paired:
    """The values found for each key. `unsure` where another pairing would do as well."""

    values: dict[str, list[Seen]]
    displacement: float
    unsure: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    row: Row | None
    word: Word


Pairs = list[tuple[Row, Word, str]]


@dataclass(frozen=True, slots=True)
class _Lie:
    """Where values lie against labels: `shift` at the height `pivot`, stretched from there."""

    shift: float
    stretch: float = 1.0
    pivot: float = 0.0

    def off(self, label: Word, value: Word) -> float:
        """How far below its place beside a label a value stands."""
        cy = label.box.cy
        return value.box.cy - (self.pivot + (cy - self.pivot) * self.stretch + self.shift)


@dataclass(frozen=True, slots=True)
class _Place:
    """A label, and the values right of it that have the shape of its own, from left to right."""

    row: Row
    word: Word
    fitting: tuple[tuple[Word, str], ...]


def pair_rows(words: Sequence[Word], rows: Sequence[Row]) -> Paired:
    """What stands beside the labels of `rows`; nothing on a page too crowded to be a ticket."""
    if len(words) > _MOST_WORDS:
        return Paired({}, 0.0, unsure=False)
    marks, values = _split(_joined(words, rows), rows)
    places = _places(marks, values)
    if not places:
        return Paired({}, 0.0, unsure=False)
    weights = {lie: _weight(lie, _pairs(places, lie)) for lie in _lies(places)}
    best = max(weights, key=lambda lie: (weights[lie], -abs(lie.shift)))
    apart = 0.6 * _pitch(places)
    rival = max(
        (weight for lie, weight in weights.items() if _elsewhere(lie, best, places, apart)),
        default=0.0,
    )
    found: dict[str, list[Seen]] = {}
    beside = _pairs(places, best)
    for row, word, value in beside + _headed(marks, values, beside):
        found.setdefault(row.key, []).append(of_word(word, value, LABELLED))
    return Paired(found, best.shift, unsure=rival > _CLEAR * weights[best] and weights[best] > 0)


def _weight(lie: _Lie, pairs: Pairs) -> float:
    """What speaks for a lie; prints that are where they should be need less to speak for them."""
    plain = (0.9 if lie.shift == 0 else 0.0) + (0.1 if lie.stretch == 1 else 0.0)
    return sum(row.telling for row, _, _ in pairs) + plain


def _elsewhere(lie: _Lie, best: _Lie, places: Sequence[_Place], apart: float) -> bool:
    """Whether a lie puts values beside other labels than the best one does."""
    middle = median(place.word.box.cy for place in places)
    at, best_at = (
        one.pivot + (middle - one.pivot) * one.stretch + one.shift for one in (lie, best)
    )
    return abs(at - best_at) > apart


def _pitch(places: Sequence[_Place]) -> float:
    """The usual distance from one label's row to the next."""
    heights = sorted(place.word.box.cy for place in places)
    height = median(place.word.height for place in places)
    steps = [b - a for a, b in itertools.pairwise(heights) if b - a > 0.8 * height]
    return median(steps) if steps else 2 * height


def _places(marks: list[_Mark], values: list[Word]) -> list[_Place]:
    """Every label of ours with the values it could have, as far as its row reaches."""
    places = []
    ordered = sorted(values, key=lambda word: word.box.x0)
    for mark in marks:
        if mark.row is None:
            continue
        label, end = mark.word, _row_end(mark, marks)
        fitting = (
            (word, mark.row.normal(word.text))
            for word in ordered
            if word.box.x0 >= label.box.x1 - 0.7 * label.height and word.box.cx < end
        )
        places.append(
            _Place(mark.row, label, tuple((word, value) for word, value in fitting if value))
        )
    return places


def _row_end(mark: _Mark, marks: list[_Mark]) -> float:
    """Where the next label on a label's own row begins."""
    label = mark.word
    return min(
        (
            other.word.box.x0
            for other in marks
            if other is not mark
            and other.word.box.x0 > label.box.x0 + label.height
            and abs(other.word.box.cy - label.box.cy) < 0.6 * label.height
        ),
        default=float("inf"),
    )


def _lies(places: Sequence[_Place]) -> list[_Lie]:
    """Every lie at which some label with a telling value would have one."""
    reach = _ROWS_APART * _pitch(places)
    found = {_Lie(0.0): None}
    for place in places:
        if place.row.telling < 2:
            continue
        pivot = place.word.box.cy
        for word, _ in place.fitting:
            shift = word.box.cy - pivot
            if abs(shift) <= reach:
                found |= {_Lie(round(shift, 1), stretch, pivot): None for stretch in _STRETCHES}
            if len(found) > _MOST_LIES:
                return list(found)
    return list(found)


def _pairs(places: Sequence[_Place], lie: _Lie) -> Pairs:
    """Each label with the first fitting value to its right; a value goes to the nearest label."""
    taken: dict[int, tuple[float, Row, Word, str]] = {}
    for place in places:
        for word, value in place.fitting:
            off = abs(lie.off(place.word, word))
            if off > 0.6 * max(word.height, place.word.height):
                continue
            kept = taken.get(id(word))
            if kept is None or off < kept[0]:
                taken[id(word)] = (off, place.row, word, value)
            break
    return [(row, word, value) for _, row, word, value in taken.values()]


def _headed(marks: list[_Mark], values: list[Word], beside: Pairs) -> Pairs:
    """What stands right under labels that share a line as the headings of columns, and for which
    nothing was found beside any label of theirs."""
    known = {row.key for row, _, _ in beside}
    taken = {id(word) for _, word, _ in beside}
    found: Pairs = []
    for mark in marks:
        if mark.row is None or mark.row.key in known or not _is_heading(mark, marks, values):
            continue
        label = mark.word
        under = [
            word
            for word in values
            if id(word) not in taken
            and 0.5 * label.height < word.box.cy - label.box.cy < _UNDER * label.height
            and word.box.x0 < label.box.x1
            and word.box.x1 > label.box.x0
        ]
        nearest = min(under, key=lambda word: word.box.cy, default=None)
        if nearest is not None and (value := mark.row.normal(nearest.text)):
            found.append((mark.row, nearest, value))
    return found


def _is_heading(mark: _Mark, marks: list[_Mark], values: list[Word]) -> bool:
    """Whether a label stands on a line of labels alone."""
    label = mark.word
    others = sum(other is not mark and other.word.shares_row(label) for other in marks)
    return others > 0 and not any(word.shares_row(label) for word in values)


def _joined(words: Sequence[Word], rows: Sequence[Row]) -> list[Word]:
    """The words, labels whose characters arrived apart (票 + 价：6.50) put together."""
    spelled = {text for row in rows for text in row.spelled}
    starts = {text[:cut] for text in spelled for cut in range(1, len(text))}
    rest = sorted(map(_plain, words), key=lambda word: word.box.x0)
    out: list[Word] = []
    used: set[int] = set()
    for index, word in enumerate(rest):
        if index in used:
            continue
        if word.text in starts:
            follower = next(
                (
                    at
                    for at in range(index + 1, len(rest))
                    if at not in used
                    and word.shares_row(rest[at])
                    and 0 <= rest[at].box.x0 - word.box.x1 + word.height < 6 * word.height
                    and any(
                        (word.text + rest[at].text).startswith(text)
                        for text in spelled
                        if text.startswith(word.text) and text != word.text
                    )
                ),
                None,
            )
            if follower is not None:
                used.add(follower)
                out.append(_together(word, rest[follower]))
                continue
        out.append(word)
    return out


def _plain(word: Word) -> Word:
    """A word as labels are spelled: without the rules of the form that ran into it."""
    text = word.text.replace("_", "").translate(VARIANTS) or word.text
    return word if text == word.text else replace(word, text=text)


def _together(first: Word, second: Word) -> Word:
    return replace(
        first,
        text=first.text + second.text,
        raw=f"{first.raw}{second.raw}",
        box=Box.enclosing((first.box, second.box)),
        place=Box.enclosing((first.place, second.place)),
        confidence=min(first.confidence, second.confidence),
        label=None,
    )


def _split(words: list[Word], rows: Sequence[Row]) -> tuple[list[_Mark], list[Word]]:
    """(labels, values): words cut where a label begins or ends in them."""
    by_text = {text: row for row in rows for text in row.spelled}
    longest = sorted(by_text, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest)) or r"(?!)")
    marks: list[_Mark] = []
    values: list[Word] = []
    for word in words:
        hits = [hit for hit in pattern.finditer(word.text) if _is_label(word.text, hit)]
        if not hits:
            if word.label is not None:
                marks.append(_Mark(None, word))
            else:
                values.append(word)
            continue
        cursor = 0
        for hit in hits:
            values += _cut(word, cursor, hit.start())
            behind = _BEHIND.match(word.text, hit.end())
            end = behind.end() if behind else hit.end()
            marks += [_Mark(by_text[hit[0]], part) for part in _cut(word, hit.start(), end)]
            cursor = end
        values += _cut(word, cursor, len(word.text))
    return marks, values


def _is_label(text: str, hit: re.Match[str]) -> bool:
    """Whether a label's spelling is one here: at the beginning, or after a value and before
    a colon or a figure."""
    after = text[hit.end() : hit.end() + 1]
    if hit.start() == 0:
        # 日期 begins no value, but 金额 may begin a longer label that is not this one
        return not after or after in ":：¥" or not "一" <= after <= "鿿" or len(hit[0]) > 1
    return text[hit.start() - 1].isascii() and (after in (":", "：") or after.isdigit())


def _cut(word: Word, start: int, end: int) -> list[Word]:
    """The part of a word from one character to another; nothing where it is empty."""
    text = word.text[start:end]
    if not text.strip(":： "):
        return []
    if (start, end) == (0, len(word.text)):
        return [replace(word, label=None)]
    widths = [2 if ord(char) > 0x2E7F else 1 for char in word.text]
    whole = sum(widths)
    left, right = sum(widths[:start]) / whole, sum(widths[:end]) / whole
    return [
        replace(
            word,
            text=text.lstrip(":："),
            raw=text,
            box=_across(word.box, left, right),
            place=_across(word.place, left, right),
            label=None,
        )
    ]


def _across(box: Box, left: float, right: float) -> Box:
    return Box(box.x0 + left * box.width, box.y0, box.x0 + right * box.width, box.y1)
