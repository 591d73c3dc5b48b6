"""The words of a small form as lines of text, each character knowing the word it stands in.

What follows a fixed wording ("2026年03月05日 14:22开 05车08A号") is found more surely in the line
than in the pieces an engine makes of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ocr.extract.sheet import LABELLED, Seen, seen
from ocr.words import Word

_MOST_WORDS = 800


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one line from left to right, and their text on end without spaces."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)

    @property
    def cy(self) -> float:
        return sum(word.box.cy for word in self.words) / len(self.words)

    def at(self, start: int, end: int) -> list[Word]:
        """The words that hold the characters from `start` to `end` of the line's text."""
        found, cursor = [], 0
        for word in self.words:
            if cursor < end and cursor + len(word.text) > start:
                found.append(word)
            cursor += len(word.text)
        return found

    def seen(self, match: re.Match[str], value: str, group: int = 0) -> Seen:
        """A value made of (a group of) a match in this line's text."""
        return seen(self.at(*match.span(group)), value, LABELLED)


def lines_of(words: Iterable[Word], reach: float = 40.0) -> list[Line]:
    """The lines words form, from top to bottom.

    A word joins the line whose nearest word to its left shares its height and is no farther than
    `reach` line heights. A page too crowded to be a ticket has none.
    """
    words = tuple(words)
    if len(words) > _MOST_WORDS:
        return []
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.box.x0):
        fitting = [
            row
            for row in rows
            if row[-1].shares_row(word, 0.5)
            and word.box.x0 - row[-1].box.x1 <= reach * max(word.height, row[-1].height)
            and word.box.x0 > row[-1].box.x0
        ]
        if fitting:
            min(fitting, key=lambda row: abs(row[-1].box.cy - word.box.cy)).append(word)
        else:
            rows.append([word])
    return sorted((Line(tuple(row)) for row in rows), key=lambda line: line.cy)


def search(lines: Iterable[Line], pattern: str) -> list[tuple[Line, re.Match[str]]]:
    """Every match of a pattern, line by line."""
    compiled = re.compile(pattern)
    return [(line, match) for line in lines for match in compiled.finditer(line.text)]
