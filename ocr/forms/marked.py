"""The words of a form told apart by the labels of that form, and the values beside them.

Labels may arrive letter by letter ("税 种"), cut by the labels of the VAT family ("交款人" and
"统一社会信用代码:"), or glued to their value: neighbouring runs are put together before they are
searched, and cut again where a label begins and ends.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.geometry import Box
from ocr.extract.sheet import LABELLED, Seen, run, seen
from ocr.forms.labelled import Normal
from ocr.labels import TRADITIONAL
from ocr.words import Word

_CHAIN_GAP = 2.6
"""Line heights between the letters of one label at most."""
_COLON = re.compile(r"[:：]")


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """How a form prints a label: `pattern` without spaces and without the colon behind it.

    It counts where a run begins and ends with it or a colon follows; a `glued` one is particular
    enough to be followed by its value directly.
    """

    key: str
    pattern: str
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A label that was found: which one, and the run it is (its box is that of the label)."""

    key: str
    word: Word


class Marked:
    """The labels and values of a form, both from top to bottom."""

    def __init__(self, words: Sequence[Word], specs: Sequence[LabelSpec]) -> None:
        compiled = [(spec, re.compile(spec.pattern)) for spec in specs]
        marks: list[Mark] = []
        values: list[Word] = []
        for chain in _chains(words):
            _cut_chain(chain, compiled, marks, values)
        self.marks = sorted(marks, key=lambda mark: (mark.word.box.cy, mark.word.box.x0))
        self.values = sorted(values, key=lambda word: (word.box.cy, word.box.x0))

    def of(self, key: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.key == key]

    def right_of(self, mark: Mark, reach: float = 40.0) -> list[Word]:
        """The values on the label's line after it, up to the next label."""
        label = mark.word
        end = min(
            (
                other.word.box.x0
                for other in self.marks
                if other is not mark
                and other.word.box.x0 >= label.box.x1 - 0.5 * label.height
                and other.word.shares_row(label)
            ),
            default=float("inf"),
        )
        end = min(end, label.box.x1 + reach * label.height)
        row = [
            word
            for word in self.values
            if word.box.x0 >= label.box.x1 - 0.8 * label.height
            and word.box.x0 < end - 0.2 * label.height
            and word.shares_row(label)
            and 0.45 * label.height <= word.height <= 1.8 * label.height
        ]
        return _nearest_line(sorted(row, key=lambda word: word.box.x0), label)

    def value(self, key: str, normal: Normal, gap: float = 1.6) -> list[Seen]:
        """What stands behind every such label and is a value."""
        found: list[Seen] = []
        for mark in self.of(key):
            words = run(self.right_of(mark), gap)
            if not words:
                continue
            value = normal("".join(word.text for word in words))
            if value is None:
                # something else may have come close: the first run alone
                words = words[:1]
                value = normal(words[0].text)
            if value is not None:
                found.append(seen(words, value, LABELLED))
        return found

    def text(self, key: str, gap: float = 1.6) -> str | None:
        """What stands behind the first such label that has a value."""
        for mark in self.of(key):
            words = run(self.right_of(mark), gap)
            if words:
                return "".join(word.text for word in words)
        return None

    def texts(self, keys: Mapping[str, str]) -> dict[str, str]:
        """The values behind labels: key -> printed name gives printed name -> value."""
        found = ((name, self.text(key)) for key, name in keys.items())
        return {name: text for name, text in found if text}


def _chains(words: Sequence[Word]) -> list[list[Word]]:
    """The words in lines of neighbours close enough to be letters of one label."""
    rest = sorted(words, key=lambda word: word.box.x0)
    chains: list[list[Word]] = []
    for word in rest:
        best: list[Word] | None = None
        for chain in chains:
            last = chain[-1]
            gap = word.box.x0 - last.box.x1
            close = -0.5 * last.height <= gap <= _CHAIN_GAP * min(last.height, word.height)
            if close and word.shares_row(last, 0.6):
                nearer = best is None or abs(last.box.cy - word.box.cy) < abs(
                    best[-1].box.cy - word.box.cy
                )
                best = chain if nearer else best
        if best is None:
            chains.append([word])
        else:
            best.append(word)
    return chains


_Compiled = Sequence[tuple[LabelSpec, re.Pattern[str]]]


def _cut_chain(chain: list[Word], specs: _Compiled, marks: list[Mark], values: list[Word]) -> None:
    """Add the labels and the values of a chain."""
    text = "".join(word.text for word in chain).translate(TRADITIONAL)
    starts, at = set(), 0
    for word in chain:
        starts.add(at)
        at += len(word.text)
    cursor = 0
    while hit := _next(text, cursor, starts | {len(text)}, specs):
        start, end, key = hit
        values += _pieces(chain, cursor, start)
        label = _pieces(chain, start, end)
        marks.append(Mark(key, _joined(label, text[start:end])))
        cursor = end
        starts.add(end)
    values += _pieces(chain, cursor, len(text))


def _next(text: str, cursor: int, edges: set[int], specs: _Compiled) -> tuple[int, int, str] | None:
    """The first label at or after `cursor`, the longest of several, as (start, end, key)."""
    best: tuple[int, int, str] | None = None
    for spec, pattern in specs:
        for match in pattern.finditer(text, cursor):
            end = match.end()
            colon = end < len(text) and bool(_COLON.match(text[end]))
            begins = match.start() in edges or (colon and match.start() == cursor)
            if not (begins or colon) or not (colon or end in edges or (spec.glued and begins)):
                continue
            hit = match.start(), end + colon, spec.key
            if best is None or (hit[0], -hit[1]) < (best[0], -best[1]):
                best = hit
            break
    return best


def _pieces(chain: list[Word], start: int, end: int) -> list[Word]:
    """The words of a chain between two places of its text, the outer ones cut."""
    found: list[Word] = []
    at = 0
    for word in chain:
        first, last = max(start - at, 0), min(end - at, len(word.text))
        at += len(word.text)
        if first >= last:
            continue
        piece = word if (first, last) == (0, len(word.text)) else _part(word, first, last)
        text = piece.text.lstrip(":：")
        if text:
            found.append(piece if text == piece.text else replace(piece, text=text, raw=text))
    return found


def _part(word: Word, first: int, last: int) -> Word:
    widths = [2 if ord(char) > 0x2E7F else 1 for char in word.text]
    whole = sum(widths) or 1
    left, right = sum(widths[:first]) / whole, sum(widths[:last]) / whole
    text = word.text[first:last]
    return replace(
        word,
        text=text,
        raw=text,
        box=_across(word.box, left, right),
        place=_across(word.place, left, right),
        label=None,
    )


def _across(box: Box, left: float, right: float) -> Box:
    return Box(box.x0 + left * box.width, box.y0, box.x0 + right * box.width, box.y1)


def _joined(parts: list[Word], text: str) -> Word:
    return replace(
        parts[0],
        text=text,
        raw=text,
        box=Box.enclosing(part.box for part in parts),
        place=Box.enclosing(part.place for part in parts),
        confidence=min(part.confidence for part in parts),
        label=None,
    )


def _nearest_line(row: list[Word], label: Word) -> list[Word]:
    """Of values one above the other, those nearer to the label's line."""
    found: list[Word] = []
    for word in row:
        over = bool(found) and word.box.x0 < found[-1].box.x1 - word.height
        if over and not word.shares_row(found[-1]):
            if abs(word.box.cy - label.box.cy) < abs(found[-1].box.cy - label.box.cy):
                found[-1] = word
            continue
        found.append(word)
    return found
