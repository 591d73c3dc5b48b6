"""Where the words of one sheet can be parted into those of two tickets."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import add, ne
from statistics import median
from typing import NamedTuple

from models.forms import Form
from models.geometry import Box
from ocr.labels import TITLES, Label
from ocr.words import Word

FEWEST_WORDS = 5
"""Words a ticket has at least."""
_GAP = 0.8
"""Heights of a line that have to be free between two tickets."""
_CUTS = 8
"""So many of the widest gaps are tried."""
_APART = 3.0
"""Heights of a line between two titles that are not pieces of one."""
_NUMBER = re.compile(r"\d{8}|\d{20}")
_MISREAD = 2
"""So many digits of a number printed twice may be read otherwise the second time."""
_UNCODED = next(one.pattern for one in TITLES if one.form is Form.RAIL_PAPER)
"""What a form prints that has no code."""


def titles(words: Sequence[Word]) -> list[Box]:
    """Where titles of forms, or what only they print, stand; pieces of one are one place."""
    return _places(words, [title.pattern for title in TITLES])


class Heads(NamedTuple):
    """How many heads of forms there are, told by three signs: titles, labels of codes, of which
    each form prints one (a railway ticket none, so its foot counts), and numbers."""

    titles: int = 0
    codes: int = 0
    numbers: int = 0

    @property
    def most(self) -> int:
        """How many forms begin there: a sign may be left where the others are not."""
        return max(self)

    def beside(self, other: "Heads") -> "Heads":
        """The heads on two pieces of paper together: a tear may part the signs of one head."""
        return Heads(*map(add, self, other))


NO_HEADS = Heads()


def heads(words: Sequence[Word]) -> Heads:
    """The heads of forms among words."""
    # 机打发票 stands above the titles of other forms too
    at_head = [one for one in TITLES if not one.anywhere and one.form is not Form.MACHINE]
    by_code = _code_labels(words)
    if by_code:
        by_code += _places(words, [_UNCODED])[:1]
    by_title = _places(words, [title.pattern for title in at_head])
    return Heads(len(by_title), len(by_code), len(_numbers(words)))


def _numbers(words: Sequence[Word]) -> list[Box]:
    """The labels of several numbers that differ, of the length more of them have: a form may
    print its own twice, and a 数电 one the number of its paper as well. One tells nothing."""
    found: list[tuple[str, Box]] = []
    for label in words:
        number = _beside(label, words) if label.label is Label.NUMBER else None
        if number and not any(_alike(number, other) for other, _ in found):
            found.append((number, label.box))
    lengths = Counter(len(number) for number, _ in found)
    most = max(lengths, key=lambda length: lengths[length], default=0)
    boxes = [box for number, box in found if len(number) == most]
    return boxes if len(boxes) > 1 else []


def _beside(label: Word, words: Sequence[Word]) -> str | None:
    """The number to the right of its label, None where none stands next to it."""
    row = [word for word in words if word.box.x0 > label.box.cx and word.shares_row(label)]
    near = min(row, key=lambda word: word.box.x0, default=None)
    return near.text if near and _NUMBER.fullmatch(near.text) else None


def _alike(one: str, other: str) -> bool:
    """Whether two numbers may be one, misread."""
    return len(one) == len(other) and sum(map(ne, one, other)) <= _MISREAD


def _code_labels(words: Sequence[Word]) -> list[Box]:
    return _apart(word for word in words if word.label is Label.CODE)


def _places(words: Sequence[Word], patterns: Sequence[re.Pattern[str]]) -> list[Box]:
    return _apart(
        word
        for word in words
        if word.label is None and any(pattern.search(word.text) for pattern in patterns)
    )


def _apart(words: Iterable[Word]) -> list[Box]:
    """The places of words, of those near one another the first."""
    found: list[Box] = []
    for word in words:
        near = word.box.grown(_APART * word.height)
        if not any(near.intersection(other) for other in found):
            found.append(word.box)
    return found


def cuts(words: Sequence[Word]) -> Iterator[tuple[tuple[Word, ...], tuple[Word, ...]]]:
    """The words in two groups with free space between them and the head of a form in each, the
    widest space first."""
    begins = max(titles(words), _code_labels(words), _numbers(words), key=len)
    if len(words) < 2 * FEWEST_WORDS or len(begins) < 2:
        return
    height = median(word.height for word in words)
    gaps: list[tuple[float, int, float]] = []
    for axis in (0, 1):
        spans = sorted((word.box[axis], word.box[axis + 2]) for word in words)
        reached = itertools.accumulate((end for _, end in spans), max)
        for end, (start, _) in zip(reached, spans[1:], strict=False):
            if start - end > _GAP * height:
                gaps.append((start - end, axis, (start + end) / 2))
    parting = [gap for gap in gaps if len({head[gap[1]] < gap[2] for head in begins}) == 2]
    for _, axis, at in sorted(parting, reverse=True)[:_CUTS]:
        before = tuple(word for word in words if word.box[axis + 2] <= at)
        behind = tuple(word for word in words if word.box[axis] >= at)
        if min(len(before), len(behind)) >= FEWEST_WORDS:
            yield before, behind
