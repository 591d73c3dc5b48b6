"""Forms made of ruled cells, each with its label on the left: which value stands in which cell.

A form declares its labels as they are printed, line by line (`CellLabel`). They are looked for
wherever they stand, also in pieces or slightly misread; lines of one label that stand one below
the other are one cell. A value belongs to the cell whose label is next to its left on its row.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from models.geometry import Box
from ocr.labels import MARGIN_CHARACTERS
from ocr.words import Word

_SKIPPED = "()、,.，·/／|;-"
_SAME = str.maketrans(
    "帐賬帳稅號賣買車發價單證機銷貨額電話關稱識別個產動類廠種購項處",
    "账账账税号卖买车发价单证机销货额电话关称识别个产动类厂种购项处",
)
"""Characters an engine takes for their traditional forms where the print is dark."""
_SPREAD = 9.0
"""How far apart (line heights) the characters of a label spread over its cell may stand."""
_WRAP = 0.9
"""How far apart (line heights) the lines of one label may stand."""
_TALLEST = 2.2
"""Usual heights; what is taller is no line of the form but something beside it."""
_CJK = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True)
class CellLabel:
    """A printed line of a label, and the cell it announces.

    `glued` says that a value may stick to its end; not so where a name may begin with the label.
    """

    cell: str
    text: str
    glued: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A label that was found, its lines joined; `box` is in the level frame."""

    name: str
    box: Box
    height: float


@dataclass(frozen=True, slots=True)
class Filled:
    """A cell and the values in it, from top to bottom, each line from left to right."""

    cell: Cell
    lines: tuple[tuple[Word, ...], ...]

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for line in self.lines for word in line)


class Cells:
    """The cells of a form and what stands in them."""

    def __init__(self, words: Sequence[Word], labels: Sequence[CellLabel]) -> None:
        pieces, values = _find(words, labels)
        cells = _blocks(pieces)
        values = [word for word in values if word.label is None]
        usual = median([word.height for word in values]) if values else 1.0
        values = [
            word for word in values if word.height < _TALLEST * usual and not _alone(word, values)
        ]
        self.filled = tuple(_fill(cells, values))
        held = {id(word) for each in self.filled for word in each.words}
        self.loose = tuple(word for word in values if id(word) not in held)
        """The values in no cell."""

    def named(self, name: str) -> list[Filled]:
        """Every cell of that name, from top to bottom."""
        return [each for each in self.filled if each.cell.name == name]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line of a label that was found."""

    label: CellLabel
    box: Box


def _find(words: Sequence[Word], labels: Sequence[CellLabel]) -> tuple[list[_Piece], list[Word]]:
    """(the lines of labels among the words, what is left as values)."""
    ranked = sorted(labels, key=lambda label: -len(label.text))
    ordered = sorted(words, key=lambda word: (word.box.x0, word.box.cy))
    taken: set[int] = set()
    pieces: list[_Piece] = []
    rests: list[Word] = []
    for at in range(len(ordered)):
        if at in taken:
            continue
        match = _best(ordered, at, ranked, taken)
        if match is not None:
            taken.update(match.used)
            pieces.append(_Piece(match.label, match.box))
            rests += [match.rest] if match.rest is not None else []
    values = [word for at, word in enumerate(ordered) if at not in taken]
    return pieces, values + rests


@dataclass(frozen=True, slots=True)
class _Match:
    """A label in the words at `used`; `rest` is what follows it in the last of them."""

    label: CellLabel
    used: list[int]
    box: Box
    rest: Word | None = None


def _best(
    words: Sequence[Word], start: int, ranked: Sequence[CellLabel], taken: set[int]
) -> _Match | None:
    """The label that begins with a word: one spelled right, else the one with fewest slips.

    Where two cells' labels fit a misread one equally well (买方 and 卖方) it is neither.
    """
    begin = words[start].text[:1].translate(_SAME)
    # a label whose first characters were lost only where no other begins as the word does
    for label in sorted(ranked, key=lambda label: label.text[0] != begin):
        if match := _follow(words, start, label, taken, slips=0):
            return match
    for slips in range(1, 1 + max(_slips(label.text) for label in ranked)):
        found = [
            match
            for label in ranked
            if slips <= _slips(label.text)
            and (match := _follow(words, start, label, taken, slips=slips))
        ]
        if found:
            longest = [one for one in found if len(one.label.text) == len(found[0].label.text)]
            return found[0] if len({one.label.cell for one in longest}) == 1 else None
    return None


def _follow(
    words: Sequence[Word], start: int, label: CellLabel, taken: set[int], *, slips: int
) -> _Match | None:
    """The label from the word at `start` on, or None; at most `slips` characters misread."""
    used, text = [start], words[start].text
    while True:
        end = _matched(text, label, slips=slips)
        if end is None:
            return None
        if end >= 0:
            break
        following = _next(words, used[-1], taken)
        if following is None:
            if not _whole(text, label):
                return None
            end = len(text)
            break
        more = text + words[following].text
        if _matched(more, label, slips=slips) is None:
            if not _whole(text, label):
                return None
            end = len(text)
            break
        used.append(following)
        text = more
    last = words[used[-1]]
    rest = text[end:].lstrip("：:")
    if rest and text[end - 1] not in ":：" and not _may_follow(rest, label):
        return None
    whole = Box.enclosing(words[at].box for at in used)
    if not rest:
        return _Match(label, used, whole)
    share = 1 - _width(rest) / (_width(last.text) or 1)
    value = replace(
        last, text=rest, raw=rest, box=_after(last.box, share), place=_after(last.place, share)
    )
    return _Match(label, used, Box(whole.x0, whole.y0, value.box.x0, whole.y1), value)


def _may_follow(rest: str, label: CellLabel) -> bool:
    if not _CJK.match(rest):
        return True
    return label.glued and len(label.text) >= 4


def _next(words: Sequence[Word], at: int, taken: set[int]) -> int | None:
    """The word right after another on its line, near enough to belong to one label."""
    word = words[at]
    best: int | None = None
    for other in range(at + 1, len(words)):
        if other in taken or not word.shares_row(words[other], 0.5):
            continue
        gap = words[other].box.x0 - word.box.x1
        if gap < -0.5 * word.height:
            continue
        if gap > _SPREAD * word.height:
            break
        if best is None or words[other].box.x0 < words[best].box.x0:
            best = other
    return best


def _matched(text: str, label: CellLabel, *, slips: int) -> int | None:
    """Where the label ends in the text; -1 where the text is only its beginning; None where it is
    neither. Some characters may be misread (`_slips`); characters that got lost because they stood
    alone (see MARGIN_CHARACTERS) are made up for."""
    spelled = label.text
    budget = slips
    at = 0
    for index, char in enumerate(spelled):
        while at < len(text) and text[at] in _SKIPPED and text[at] != char:
            at += 1
        if at >= len(text):
            return -1 if index else None
        if text[at].translate(_SAME) == char:
            at += 1
        elif char in _SKIPPED or (char in MARGIN_CHARACTERS and _resumes(text, at, spelled, index)):
            continue
        elif (
            budget
            and (index or len(spelled) >= 5)
            and (index < len(spelled) - 1 or at == len(text) - 1)
        ):
            budget -= 1
            at += 1
        else:
            return None
    while at < len(text) and text[at] in "):：":
        at += 1
    return at


def _slips(spelled: str) -> int:
    """How many characters of a label may be misread."""
    length = len(spelled)
    return 0 if length < 4 else length // 4 if length < 6 else length // 3


def _resumes(text: str, at: int, spelled: str, index: int) -> bool:
    """Whether the text goes on with what the label has after a lost character."""
    rest = spelled[index + 1 :].lstrip("".join(MARGIN_CHARACTERS))
    return bool(rest) and text[at] == rest[0]


def _whole(text: str, label: CellLabel) -> bool:
    """Whether the text is the label but for lost characters at its end."""
    at = 0
    kept = [char for char in label.text if char not in MARGIN_CHARACTERS | set(_SKIPPED)]
    for char in text:
        if at < len(kept) and char == kept[at]:
            at += 1
    body = [char for char in text if char not in MARGIN_CHARACTERS | set(_SKIPPED)]
    return bool(kept) and at == len(kept) == len(body)


def _alone(word: Word, values: Sequence[Word]) -> bool:
    """Whether a word is a single Chinese character with nothing beside it: a piece of what is
    printed downwards on the margin, or of a label that was not read whole."""
    if len(word.text) != 1 or not _CJK.match(word.text):
        return False
    return not any(
        other is not word
        and max(other.box.x0 - word.box.x1, word.box.x0 - other.box.x1) < 1.5 * word.height
        and other.shares_row(word, 0.5)
        for other in values
    )


def _blocks(pieces: Iterable[_Piece]) -> list[Cell]:
    """Lines of labels of one cell that stand one below the other, joined."""
    cells: list[Cell] = []
    for piece in sorted(pieces, key=lambda piece: piece.box.cy):
        height = max(1.0, piece.box.height)
        for at, cell in enumerate(cells):
            gap = piece.box.y0 - cell.box.y1
            across = min(piece.box.x1, cell.box.x1) - max(piece.box.x0, cell.box.x0)
            narrow = min(piece.box.width, cell.box.width)
            if (
                cell.name == piece.label.cell
                and -0.6 * height < gap < _WRAP * height
                and across > 0.4 * narrow
            ):
                cells[at] = replace(cell, box=Box.enclosing((cell.box, piece.box)))
                break
        else:
            cells.append(Cell(piece.label.cell, piece.box, height))
    return cells


def _fill(cells: Sequence[Cell], values: Sequence[Word]) -> Iterator[Filled]:
    """Each cell with the values that belong to it."""
    shift = _print_shift(cells, values)
    inside: dict[int, list[Word]] = {}
    for word in sorted(values, key=lambda word: word.box.cy):
        at, away = _owner(cells, word, shift)
        if away > 0.6 * word.height:
            at = next((k for k, held in inside.items() if _goes_on(word, held[-1])), at)
        if at is not None:
            inside.setdefault(at, []).append(word)
    for at, cell in sorted(enumerate(cells), key=lambda pair: pair[1].box.cy):
        yield Filled(cell, tuple(_lines(inside.get(at, ()))))


def _print_shift(cells: Sequence[Cell], values: Sequence[Word]) -> float:
    """How far the machine printed above (-) or below (+) the form's lines."""
    away = []
    for word in values:
        at, _ = _owner(cells, word, 0.0)
        if at is not None:
            away.append(word.box.cy - cells[at].box.cy)
    return median(away) if len(away) >= 5 else 0.0


def _goes_on(word: Word, last: Word) -> bool:
    """Whether a word is the next line of a value that is too long for one."""
    down = word.box.cy - last.box.cy
    return abs(word.box.x0 - last.box.x0) < 0.6 * word.height and 0 < down < 2 * word.height


def _owner(cells: Sequence[Cell], word: Word, shift: float) -> tuple[int | None, float]:
    """(the cell next to the left of a value on its row, or None; how far off that row it is)."""
    centre = word.box.cy - shift
    near: list[tuple[float, int]] = []
    for at, cell in enumerate(cells):
        if cell.box.cx >= word.box.x0 + 0.5 * word.height:
            continue
        height = max(word.height, cell.height)
        top, bottom = _row(cell, cells)
        away = max(0.0, top + 0.5 * cell.height - centre, centre - bottom + 0.5 * cell.height)
        if away <= 1.1 * height:
            near.append((away, at))
    if not near:
        return None, float("inf")
    least = min(away for away, _ in near)
    level = [at for away, at in near if away <= least + 0.35 * word.height]
    return max(level, key=lambda at: cells[at].box.x1), least


def _row(cell: Cell, cells: Sequence[Cell]) -> tuple[float, float]:
    """The height (top, bottom) of a cell's row: that of its tallest label level with it."""
    level = [cell.box]
    for other in cells:
        common = min(cell.box.y1, other.box.y1) - max(cell.box.y0, other.box.y0)
        if common >= 0.7 * min(cell.box.height, other.box.height):
            level.append(other.box)
    return min(box.y0 for box in level), max(box.y1 for box in level)


def _lines(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    """The words of a cell, those on one line together."""
    left = sorted(words, key=lambda word: word.box.cy)
    while left:
        row = [word for word in left if word.shares_row(left[0], 0.5)]
        yield tuple(sorted(row, key=lambda word: word.box.x0))
        left = [word for word in left if word not in row]


def _after(box: Box, share: float) -> Box:
    return Box(box.x0 + share * box.width, box.y0, box.x1, box.y1)


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
