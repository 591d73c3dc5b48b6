"""Tables under headings a form prints for itself: cells by column, rows by an anchor column."""

import itertools
from collections.abc import Mapping, Sequence

from models.geometry import Box
from ocr.forms.marked import Mark, Marked
from ocr.words import Word

_PITCH = 1.75
"""Line heights from one line of a cell to the next, at most."""

_ON_LINE = 0.9
"""Line heights by which a cell and its row may be apart."""

Row = dict[str, list[Word]]
"""The words of a row's cells by the key of the column."""


def heading_row(marked: Marked, keys: frozenset[str], least: int = 3) -> list[Mark]:
    """The headings of the table: of all lines the one with most different keys, from left to
    right; empty where none has `least`."""
    best: list[Mark] = []
    for anchor in (mark for mark in marked.marks if mark.key in keys):
        row = [
            mark
            for mark in marked.marks
            if mark.key in keys
            and abs(mark.word.box.cy - anchor.word.box.cy) <= 1.1 * anchor.word.height
        ]
        if len({mark.key for mark in row}) > len({mark.key for mark in best}):
            best = row
    if len({mark.key for mark in best}) < least:
        return []
    return sorted(best, key=lambda mark: mark.word.box.x0)


def columns_of(headings: Sequence[Mark]) -> list[tuple[str, float]]:
    """(key, x of its right edge) of the columns, left to right.

    Headings stand in the middle of their columns: one edge then gives all others. Where no edge
    puts them all between the headings, the columns part half-way between neighbouring headings.
    """
    if not headings:
        return []
    boxes = [mark.word.box for mark in headings]
    edges = _centred(boxes) or [(one.x1 + other.x0) / 2 for one, other in itertools.pairwise(boxes)]
    keys = [mark.key for mark in headings]
    return [*zip(keys, edges, strict=False), (keys[-1], float("inf"))]


def _centred(boxes: Sequence[Box]) -> list[float] | None:
    """The right edges of all columns but the last, if the headings can stand in their middles.

    Edge i is 2 * (middle of column i - 1) - edge i - 1, so each is the first one, or its
    negative, plus a constant; what lies between two headings bounds the first.
    """
    slack = 0.6 * boxes[0].height
    low, high = boxes[0].x0 - 4 * boxes[0].width, boxes[0].x0 + slack
    sign, constant = 1.0, 0.0
    terms: list[tuple[float, float]] = []
    for one, other in itertools.pairwise(boxes):
        sign, constant = -sign, 2 * one.cx - constant
        terms.append((sign, constant))
        bounds = sorted((sign * (one.x1 - slack - constant), sign * (other.x0 + slack - constant)))
        low, high = max(low, bounds[0]), min(high, bounds[1])
    if low > high:
        return None
    first = (low + high) / 2
    return [sign * first + constant for sign, constant in terms]


def cells_of(words: Sequence[Word], columns: Sequence[tuple[str, float]]) -> Row:
    """The words by column, from top to bottom; the middle of a word says which."""
    cells: Row = {}
    for word in sorted(words, key=lambda word: word.box.cy):
        key = next((key for key, edge in columns if word.box.cx <= edge), None)
        if key is not None:
            cells.setdefault(key, []).append(word)
    return cells


def rows_of(
    cells: Mapping[str, list[Word]], starts: Sequence[Word], wraps: frozenset[str] = frozenset()
) -> list[Row]:
    """A row for each of `starts`, one word a row; cells of `wraps` may go on below their row."""
    rows: list[Row] = [{} for _ in starts]
    if not starts:
        return rows
    for key, words in cells.items():
        for word in words:
            at = _row_of(word, starts, goes_on=key in wraps)
            cell = rows[at].setdefault(key, [])
            last = cell[-1] if cell else starts[at]
            # further down stands a row of which the anchor was not read
            pitch = _PITCH if key in wraps else _ON_LINE
            if abs(word.box.cy - last.box.cy) <= pitch * max(word.height, last.height):
                cell.append(word)
    return rows


def _row_of(word: Word, starts: Sequence[Word], *, goes_on: bool) -> int:
    if not goes_on:
        return min(range(len(starts)), key=lambda at: abs(starts[at].box.cy - word.box.cy))
    begun = [
        at for at, start in enumerate(starts) if start.box.cy - 0.75 * start.height <= word.box.cy
    ]
    return begun[-1] if begun else 0


def cell_text(row: Mapping[str, list[Word]], key: str) -> str | None:
    """The text of a cell, line by line and from left to right; None where it is empty."""
    lines: list[list[Word]] = []
    for word in sorted(row.get(key, []), key=lambda word: word.box.cy):
        if lines and word.shares_row(lines[-1][0]):
            lines[-1].append(word)
        else:
            lines.append([word])
    return (
        "".join(word.text for line in lines for word in sorted(line, key=lambda word: word.box.x0))
        or None
    )
