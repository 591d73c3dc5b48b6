"""From the words of a page to numbers: what the classifier is trained on and judges by.

Four groups of columns, in this order: hashed pieces of words of one to three characters and
whole short lines; pairs of characters with the quarter of the page they stand in; the marks of
words.json; and what numbers, dates and sums there are, and the page's shape. Digits count as
alike in the first two, so that no company's number is learnt.
"""

import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classify.kind.reading import Reading
from classify.kind.words import words
from models.identifiers import code_region_ok, is_uscc, is_vin, number_region_ok

FEATURES = f"kind-1-{words().digest}"
"""The version of what is computed here: an artefact made for another is refused."""

PIECES, PLACED = 1 << 14, 1 << 14
"""Columns of the two hashed groups."""
_SHORT_LINE = 12
_MARK, _FACT = 0.2, 0.3
"""How much a mark and a fact weigh beside all pieces together, which have a norm below one."""
_DIGITS = str.maketrans("123456789", "000000000")
_END = 10
"""The code point between lines, which a piece may begin with."""
_FACTORS = np.array([2654435761, 2246822519, 3266489917], np.uint32)

Columns = NDArray[np.int64]
Values = NDArray[np.float32]

_LENGTHS = (6, 8, 10, 11, 12, 13, 15, 16, 18, 19, 20, 21)
_COUNTS = (1, 2, 4, 8, 16)
_SHAPES = (0.3, 0.45, 0.65, 0.9, 1.15, 1.4, 1.6, 1.9, 2.4)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("yuan", re.compile(r"[¥￥]-?\d")),
    ("money", re.compile(r"\d\.\d\d(?!\d)")),
    ("date", re.compile(r"20\d\d[年/.-]\d{1,2}[月/.-]\d{1,2}")),
    ("clock", re.compile(r"(?<!\d)[012]?\d:[0-5]\d")),
    ("percent", re.compile(r"\d%")),
    ("short_name", re.compile(r"[*※][^*※\d\n]{2,12}[*※]")),
    ("capital", re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟]{2}")),
    ("masked", re.compile(r"\d\*{4}")),
    ("cipher", re.compile(r"[\d<>*/+-]*[<>][\d<>*/+-]{9}")),
    ("plate", re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z][·.]?[A-Z0-9]{{5}}")),
    ("flight", re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{3,4}(?!\d)")),
    ("train", re.compile(r"(?<![A-Z0-9])[GDCZTK]\d{1,4}(?!\d)")),
    ("customs_no", re.compile(r"\d{18}-[A-Z]\d\d")),
    ("rail_no", re.compile(r"\d{14}[A-Z]\d{6}")),
    ("web", re.compile(r"HTTP|WWW\.|@")),
    ("latin", re.compile(r"[A-Z]{4}")),
)  # fmt: skip
_RUN = re.compile(r"(?<![0-9])[0-9]{6,}(?![0-9])")
_WORD18 = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{17,18}(?![0-9A-Z])")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the groups of columns begin, and the names of the last."""

    marks: int
    facts: int
    names: tuple[str, ...]

    @property
    def width(self) -> int:
        return self.facts + len(self.names)


def _fact_names() -> tuple[str, ...]:
    names = [f"digits{length}" for length in _LENGTHS]
    names += ["number20", "number20_air", "number20_rail", "code10", "code12_0", "code12_1"]
    for name in (*(each for each, _ in _PATTERNS), "uscc", "vin", "lines"):
        names += [f"{name}>={count}" for count in _COUNTS]
    names += ["lines>=32", "lines>=64", "lines>=128", "few_digits", "many_digits"]
    return (*names, *(f"shape{i}" for i in range(len(_SHAPES) + 1)))


LAYOUT = Layout(PIECES + PLACED, PIECES + PLACED + len(words().marks), _fact_names())
_FACT_COLUMN = {name: LAYOUT.facts + i for i, name in enumerate(LAYOUT.names)}


def pieces(reading: Reading) -> Columns:
    """The columns of both hashed groups a page has, each once, in rising order."""
    points, line_of = _points(reading.lines)
    if not len(points):
        return np.zeros(0, np.int64)
    quarter = np.minimum(3, (4 * reading.tops).astype(np.int64))[line_of]
    found = [_hash_line(line) for line in reading.lines if len(line) <= _SHORT_LINE]
    columns: list[Columns] = [np.array(found, np.int64)]
    for length in (1, 2, 3):
        starts = _starts(points, length)
        hashed = _hash(points, starts, length)
        columns.append((hashed >> 15).astype(np.int64) % PIECES)
        if length == 2:
            placed = hashed + (quarter[starts + 1].astype(np.uint32) + 1) * _FACTORS[2]
            columns.append(PIECES + ((placed * _FACTORS[0]) >> 15).astype(np.int64) % PLACED)
    return np.unique(np.concatenate(columns))


def marks(reading: Reading) -> Columns:
    """The columns of the marks that stand on a page."""
    run = reading.run
    return np.array(
        [LAYOUT.marks + i for i, mark in enumerate(words().marks) if mark in run], np.int64
    )


def facts(reading: Reading) -> Columns:
    """The columns of what is true of a page's numbers, dates, sums and shape."""
    return np.array(sorted({_FACT_COLUMN[name] for name in _facts(reading)}), np.int64)


def vector(reading: Reading, worth: NDArray[np.float32], damping: float) -> tuple[Columns, Values]:
    """The columns of a page that are not zero, in rising order, and their values.

    `worth` says how much each piece counts; `damping` keeps pages of few words small, so that
    little is concluded from them.
    """
    hashed = pieces(reading)
    scale = worth[hashed]
    scale = scale / math.sqrt(float((scale * scale).sum()) + damping)
    marked, true = marks(reading), facts(reading)
    values = [
        scale,
        np.full(len(marked), _MARK, np.float32),
        np.full(len(true), _FACT, np.float32),
    ]
    return np.concatenate([hashed, marked, true]), np.concatenate(values).astype(np.float32)


def _points(lines: tuple[str, ...]) -> tuple[NDArray[np.uint32], Columns]:
    """The code points of all lines, one of _END before each, and the line of each."""
    text = "".join(f"\n{line}" for line in lines).translate(_DIGITS)
    points = np.frombuffer(text.encode("utf-32-le", "replace"), "<u4").astype(np.uint32)
    return points, np.cumsum(points == _END) - 1


def _starts(points: NDArray[np.uint32], length: int) -> Columns:
    """Where pieces of some characters begin: nowhere a line ends in them."""
    count = len(points) - length + 1
    inside = np.ones(max(0, count), bool)
    for step in range(1 if length > 1 else 0, length):
        inside &= points[step : step + count] != _END
    return np.flatnonzero(inside)


def _hash(points: NDArray[np.uint32], starts: Columns, length: int) -> NDArray[np.uint32]:
    hashed = np.full(len(starts), length * 0x9E3779B1 & 0xFFFFFFFF, np.uint32)
    for step in range(length):
        hashed = (hashed ^ points[starts + step]) * _FACTORS[step]
        hashed ^= hashed >> np.uint32(13)
    mixed: NDArray[np.uint32] = hashed * _FACTORS[1]
    return mixed


def _hash_line(line: str) -> int:
    return zlib.crc32(line.translate(_DIGITS).encode("utf-8", "replace")) % PIECES


def _facts(reading: Reading) -> Iterator[str]:
    text = reading.text
    runs = _RUN.findall(text)
    yield from (f"digits{len(run)}" for run in runs if len(run) in _LENGTHS)
    for run in runs:
        yield from _of_number(run)
    for name, pattern in _PATTERNS:
        yield from _at_least(name, len(pattern.findall(text)))
    long = _WORD18.findall(text)
    yield from _at_least("uscc", sum(map(is_uscc, long)))
    yield from _at_least("vin", sum(is_vin(one) for one in long if not one.isdigit()))
    yield from _at_least("lines", len(reading.lines), (*_COUNTS, 32, 64, 128))
    share = sum(map(text.count, "0123456789")) / max(1, len(text))
    if share < 0.1 or share > 0.35:
        yield "few_digits" if share < 0.1 else "many_digits"
    yield f"shape{int(np.searchsorted(_SHAPES, reading.shape))}"


def _of_number(run: str) -> Iterator[str]:
    """What a run of digits may be by its structure (domain.md 1.3)."""
    if is_digital_number(run):
        yield "number20"
        if run[4] in "89":
            yield "number20_air" if run[4] == "8" else "number20_rail"
    elif len(run) == 10 and code_region_ok(run):
        yield "code10"
    elif len(run) == 12 and run[0] in "01" and code_region_ok(run):
        yield f"code12_{run[0]}"


def is_digital_number(run: str) -> bool:
    """Whether a run of digits is built like the number of a 数电票."""
    return len(run) == 20 and "21" <= run[:2] <= "39" and number_region_ok(run)


def _at_least(name: str, found: int, counts: tuple[int, ...] = _COUNTS) -> Iterator[str]:
    yield from (f"{name}>={count}" for count in counts if found >= count)
