"""Values beside labels that only some forms print: found by how the label is spelled.

The labels of the VAT family are marked in `ocr.words`; every other form has its own, which its
reader looks for here. A value stands in the same run behind its label ("车次：G1024"), in the
next run to the right, or in the run below it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from models.geometry import Box
from ocr.extract.sheet import LABELLED, Seen
from ocr.words import Word

Normal: TypeAlias = Callable[[str], str | None]
"""Makes a value of what was read, or says that it is none."""


VARIANTS = str.maketrans("車號碼價額時間稅塡單", "车号码价额时间税填单")
"""Characters of labels that readers give in their traditional form."""


@dataclass(frozen=True, slots=True)
class Found:
    """A label that was found: the word it is in, and what follows it in that word."""

    word: Word
    rest: str
    ends: float
    """Where the label ends, in the level frame."""


class Labelled:
    """The words of a form, searched by label."""

    def __init__(self, words: Iterable[Word]) -> None:
        self.words = tuple(words)

    def find(self, label: str) -> list[Found]:
        """Every word that begins with the label (a regular expression over text without spaces),
        a colon or bracket after it taken away, from top to bottom."""
        pattern = re.compile(rf"(?:{label})[:：]?")
        found = []
        for word in self.words:
            match = pattern.match(word.text.translate(VARIANTS))
            if match:
                rest = word.text[match.end() :]
                share = _width(word.text[: match.end()]) / (_width(word.text) or 1)
                found.append(Found(word, rest, word.box.x0 + share * word.box.width))
        return found

    def right(self, found: Found, reach: float = 25.0) -> list[Word]:
        """The words on the label's line after it, within `reach` line heights, left to right."""
        word = found.word
        row = [
            other
            for other in self.words
            if other is not word
            and other.box.x0 >= found.ends - 0.8 * word.height
            and other.box.x0 - found.ends <= reach * word.height
            and other.shares_row(word)
        ]
        return sorted(row, key=lambda other: other.box.x0)

    def below(self, found: Found, lines: float = 2.2) -> list[Word]:
        """The words right under the label, nearest first."""
        word = found.word
        under = [
            other
            for other in self.words
            if other is not word
            and 0 < other.box.cy - word.box.cy <= lines * word.height
            and other.box.x0 < word.box.x1
            and other.box.x1 > word.box.x0
            and not other.shares_row(word)
        ]
        return sorted(under, key=lambda other: other.box.cy)

    def value(self, label: str, normal: Normal, *, under: bool = False) -> list[Seen]:
        """What stands behind every such label and is a value: in its run, else to its right.

        With `under` the run below the label counts where there is none to the right.
        """
        values: list[Seen] = []
        for found in self.find(label):
            if found.rest and (value := normal(found.rest)) is not None:
                values.append(_inside(found, value))
                continue
            near = self.right(found)[:1] + (self.below(found)[:1] if under else [])
            for word in near:
                if (value := normal(word.text)) is not None:
                    values.append(of_word(word, value))
                    break
        return values

    def matching(self, pattern: str) -> list[tuple[Word, re.Match[str]]]:
        """Every word that holds the pattern, top to bottom."""
        compiled = re.compile(pattern)
        return [(word, match) for word in self.words if (match := compiled.search(word.text))]


def of_word(word: Word, value: str, base: float = LABELLED) -> Seen:
    """A value that is a whole word."""
    return Seen(value, word.raw, word.source, base * word.confidence, word.place)


def _inside(found: Found, value: str) -> Seen:
    """A value behind its label in one word; its place is the part of the word after the label."""
    word = found.word
    share = (found.ends - word.box.x0) / (word.box.width or 1)
    place = word.place
    part = Box(place.x0 + share * place.width, place.y0, place.x1, place.y1)
    return Seen(value, word.raw, word.source, LABELLED * word.confidence, part)


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
