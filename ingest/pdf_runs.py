"""Characters with their places put together to runs: one token for what reads as one string.

A run is level text on one baseline without a wide gap, or a label drawn downwards, or text drawn
at an angle. A wide gap parts label from value and column from column.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from models.geometry import Box
from models.page import Source, Token

_BASE_TOLERANCE = 0.25
"""How far baselines on one line may differ, in em."""

_GAP_BETWEEN_OBJECTS = 0.5
"""The widest gap bridged between strings drawn separately, in widths of the wider character: two
numbers of neighbouring columns may stand as close as 0.4 em.
"""

_TOUCHING = 0.1
"""The widest gap, in em, bridged between strings that were not drawn one after the other."""

_OVERLAP = 0.5
"""How far, in em, a string may begin before the last one ends: the right half of a full-width
colon is blank.
"""

_GAP_IN_OBJECT = 0.75
_SPREAD_GAP = 2.6
"""The widest gap in em inside one string of Chinese characters spread by spaces (名    称)."""

_GAP_FOR_OTHERS = 0.4
"""The narrowest gap inside a string, in em, in which another string may stand."""

_DOWNWARD_PITCH = 1.3
_DOWNWARD_PITCH_DRAWN_SO = 1.8
"""Character pitch of a downward label in em; wider where at least three were drawn in turn."""

_INVISIBLE_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character as drawn: box, baseline and em in page pixels, angle in whole degrees.

    `owner` tells which string it was drawn in; `spaced` that white space stood before it.
    """

    text: str
    box: Box
    base: float
    em: float
    angle: int
    visible: bool
    owner: int
    spaced: bool


@dataclass(slots=True)
class _Run:
    """Glyphs of one run in reading order, and whether they read level, downwards or at an angle."""

    glyphs: list[Glyph]
    order: int
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        self.box = self.glyphs[0].box

    @property
    def first(self) -> Glyph:
        return self.glyphs[0]

    @property
    def last(self) -> Glyph:
        return self.glyphs[-1]

    def add(self, glyphs: Iterable[Glyph]) -> None:
        for glyph in glyphs:
            self.glyphs.append(glyph)
            self.box = self.box.union(glyph.box)


def runs(glyphs: list[Glyph]) -> list[tuple[Token, bool]]:
    """The tokens of a page from top to bottom, left to right, each with whether it is visible."""
    drawn = _drawn_runs(glyphs)
    level = [run for run in drawn if run.first.angle == 0]
    angled = [run for run in drawn if run.first.angle != 0]
    downward, level = _take_downward(level)
    rows = _rows(_without_doubles(level))
    found = [(run, True) for row in rows for run in _joined(_parted(row))]
    found += [(run, False) for run in downward + angled]
    found.sort(key=lambda item: (round(item[0].box.cy / 4), item[0].box.x0))
    return [(_token(run, level), run.first.visible) for run, level in found]


def _drawn_runs(glyphs: list[Glyph]) -> list[_Run]:
    """Glyphs drawn one after the other and standing side by side."""
    found: list[_Run] = []
    for glyph in glyphs:
        if found and _continues(found[-1].last, glyph):
            found[-1].add((glyph,))
        else:
            found.append(_Run([glyph], order=len(found)))
    return found


def _continues(before: Glyph, glyph: Glyph) -> bool:
    if glyph.angle != before.angle or glyph.visible != before.visible:
        return False
    if glyph.angle != 0:
        return glyph.owner == before.owner
    gap = glyph.box.x0 - before.box.x1
    em = min(before.em, glyph.em)
    return _same_line(before, glyph) and -_OVERLAP * em <= gap <= _widest_gap(before, glyph)


def _widest_gap(before: Glyph, glyph: Glyph) -> float:
    """The widest gap in pixels that does not part two glyphs of one line."""
    em = min(before.em, glyph.em)
    wider = max(before.box.width, glyph.box.width)
    if glyph.owner != before.owner:
        return _GAP_BETWEEN_OBJECTS * wider
    if glyph.spaced and _is_chinese(before.text) and _is_chinese(glyph.text):
        return _SPREAD_GAP * em
    return max(wider, _GAP_IN_OBJECT * em)


def _same_line(one: Glyph, other: Glyph) -> bool:
    small, large = sorted((one.em, other.em))
    return large <= 1.7 * small and abs(one.base - other.base) <= _BASE_TOLERANCE * large


def _is_chinese(text: str) -> bool:
    """Ideographs, radicals and the brackets that stand in downward labels."""
    return unicodedata.category(text[0]) in {"Lo", "So"} and unicodedata.east_asian_width(
        text[0]
    ) in {"W", "F"}


def _take_downward(level: list[_Run]) -> tuple[list[_Run], list[_Run]]:
    """Parts the labels drawn downwards from the other runs.

    Only single Chinese characters, all different, can make one: a column of units (个, 台, 个)
    must stay a column.
    """
    single = [run for run in level if len(run.glyphs) == 1 and _is_chinese(run.first.text)]
    single.sort(key=lambda run: (run.box.cy, run.box.cx))
    labels: list[list[_Run]] = []
    for run in single:
        home = next((label for label in labels if _goes_below(label, run)), None)
        if home is None:
            labels.append([run])
        else:
            home.append(run)
    labels = [label for label in labels if _is_label(label)]
    taken = {id(run) for label in labels for run in label}
    for label in labels:
        label[0].add(run.first for run in label[1:])
    return [label[0] for label in labels], [run for run in level if id(run) not in taken]


def _goes_below(label: list[_Run], run: _Run) -> bool:
    last = label[-1]
    em = min(last.first.em, run.first.em)
    pitch = run.box.cy - last.box.cy
    if len(label) > 1:
        before = last.box.cy - label[-2].box.cy
        if abs(pitch - before) > 0.3 * before:
            return False
    return (
        abs(run.box.cx - last.box.cx) <= 0.3 * em
        and 0.7 * em <= pitch <= _DOWNWARD_PITCH_DRAWN_SO * em
        and max(last.first.em, run.first.em) <= 1.2 * em
    )


def _is_label(label: list[_Run]) -> bool:
    texts = [run.first.text for run in label]
    if len(texts) < 2 or len(set(texts)) < len(texts):
        return False
    em = min(run.first.em for run in label)
    steps = list(pairwise(label))
    if all(below.box.cy - above.box.cy <= _DOWNWARD_PITCH * em for above, below in steps):
        return True
    return len(texts) >= 3 and all(below.order == above.order + 1 for above, below in steps)


def _without_doubles(level: list[_Run]) -> list[_Run]:
    """Drops what is drawn twice in nearly the same place to look bold or shadowed."""
    seen: dict[str, list[Box]] = {}
    kept: list[_Run] = []
    for run in level:
        text = "".join(glyph.text for glyph in run.glyphs)
        near = 0.15 * run.first.em
        places = seen.setdefault(text, [])
        if any(abs(p.x0 - run.box.x0) <= near and abs(p.y0 - run.box.y0) <= near for p in places):
            continue
        places.append(run.box)
        kept.append(run)
    return kept


def _rows(level: list[_Run]) -> list[list[_Run]]:
    """Runs on about the same baseline, each row from left to right."""
    rows: list[list[_Run]] = []
    for run in sorted(level, key=lambda item: item.first.base):
        near = _BASE_TOLERANCE * run.first.em
        if rows and run.first.base - rows[-1][0].first.base <= near:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda item: item.box.x0) for row in rows]


def _parted(row: list[_Run]) -> list[_Run]:
    """Cuts runs where another one stands in a gap of theirs: 2024年 11月 07日 may be printed as
    年 月 日 with spaces between, and the figures over those."""
    centres = sorted(run.box.cx for run in row)
    found: list[_Run] = []
    for run in row:
        start = 0
        for at, (before, glyph) in enumerate(pairwise(run.glyphs), 1):
            left, right = before.box.x1, glyph.box.x0
            if right - left <= _GAP_FOR_OTHERS * min(before.em, glyph.em):
                continue
            inside = bisect_left(centres, right) - bisect_left(centres, left)
            if inside > (left <= run.box.cx < right):
                found.append(_run_of(run.glyphs[start:at], run.order))
                start = at
        found.append(_run_of(run.glyphs[start:], run.order) if start else run)
    return sorted(found, key=lambda item: item.box.x0)


def _run_of(glyphs: list[Glyph], order: int) -> _Run:
    run = _Run(glyphs[:1], order)
    run.add(glyphs[1:])
    return run


def _joined(row: list[_Run]) -> list[_Run]:
    """Joins neighbours that were drawn apart from one another but touch."""
    found: list[_Run] = []
    for run in row:
        if found and _touches(found[-1], run):
            found[-1].add(run.glyphs)
        else:
            found.append(run)
    return found


def _touches(left: _Run, right: _Run) -> bool:
    before, after = left.last, right.first
    em = min(before.em, after.em)
    gap = after.box.x0 - left.box.x1
    # what was drawn elsewhere in between was the rest of a cell: here begins another
    in_turn = before.owner <= after.owner <= before.owner + 1
    return (
        (in_turn or gap <= _TOUCHING * em)
        and before.visible == after.visible
        and _same_line(before, after)
        and -_OVERLAP * em <= gap <= _GAP_BETWEEN_OBJECTS * max(before.box.width, after.box.width)
    )


def _token(run: _Run, level: bool) -> Token:
    """The run as a token; only level text has its characters' edges."""
    letters: list[str] = []
    edges: list[float] = []
    end = run.box.x0
    before: Glyph | None = None
    for glyph in run.glyphs:
        if before is not None and _stands_apart(before, glyph, level):
            letters.append(" ")
            edges.append(end)
        letters.append(glyph.text)
        edges.append(max(glyph.box.x0, edges[-1] if edges else glyph.box.x0))
        end = max(end, glyph.box.x1)
        before = glyph
    return Token(
        text="".join(letters),
        box=run.box,
        confidence=1.0 if run.first.visible else _INVISIBLE_CONFIDENCE,
        source=Source.PDF_TEXT,
        char_x=(*edges, end) if level else (),
    )


def _stands_apart(before: Glyph, glyph: Glyph, level: bool) -> bool:
    if not level:
        return glyph.spaced and glyph.angle != 0
    gap = (glyph.box.x0 - before.box.x1) / min(before.em, glyph.em)
    return gap > 0.3 or (glyph.spaced and gap > 0.1)
