"""From modules to codewords and back: format, mask, order, blocks (ISO/IEC 18004, 7.5 to 7.9)."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ocr.qr.finders import Floats
from ocr.qr.reedsolomon import corrected
from ocr.qr.symbol import fixed_modules, side_of

Modules = NDArray[np.int8]

_CHECKS = {
    "L": "7 10 15 20 26 18 20 24 30 18 20 24 26 30 22 24 28 30 28 28 28 28 30 30 26 28 30 30 30 30"
    " 30 30 30 30 30 30 30 30 30 30",
    "M": "10 16 26 18 24 16 18 22 22 26 30 22 22 24 24 28 28 26 26 26 26 28 28 28 28 28 28 28 28"
    " 28 28 28 28 28 28 28 28 28 28 28",
    "Q": "13 22 18 26 18 24 18 22 20 24 28 26 24 20 30 24 28 28 26 30 28 30 30 30 30 28 30 30 30"
    " 30 30 30 30 30 30 30 30 30 30 30",
    "H": "17 28 22 16 22 28 26 26 24 28 24 28 22 24 24 30 28 28 26 28 30 24 30 30 30 30 30 30 30"
    " 30 30 30 30 30 30 30 30 30 30 30",
}
"""Codewords for correction in a block, by level and version (table 9)."""
_BLOCKS = {
    "L": "1 1 1 1 1 2 2 2 2 4 4 4 4 4 6 6 6 6 7 8 8 9 9 10 12 12 12 13 14 15 16 17 18 19 19 20 21"
    " 22 24 25",
    "M": "1 1 1 2 2 4 4 4 5 5 5 8 9 9 10 10 11 13 14 16 17 17 18 20 21 23 25 26 28 29 31 33 35 37"
    " 38 40 43 45 47 49",
    "Q": "1 1 2 2 4 4 6 6 8 8 8 10 12 16 12 17 16 18 21 20 23 23 25 27 29 34 34 35 38 40 43 45 48"
    " 51 53 56 59 62 65 68",
    "H": "1 1 2 4 4 4 5 6 8 8 11 11 16 16 18 16 19 21 25 25 25 34 30 32 35 37 40 42 45 48 51 54 57"
    " 60 63 66 70 74 77 81",
}
"""Blocks, by level and version (table 9)."""
_LEVELS = "MLHQ"
"""In the order of the two bits that state the level."""
_LEAST_BITS = 28.0
"""How unlikely a correction by chance must be, all blocks together, for it to be believed: some
fifty hypotheses a code make 2 in 10 million."""
_LEAST_BITS_A_BLOCK = 8.0


def repaired(modules: Modules, sureness: Floats, version: int) -> list[Modules]:
    """The modules with all errors taken away, or nothing where there are too many.

    `modules` are side x side, 1 dark, the fixed ones right; `sureness` says how clear each is,
    0 not at all.
    """
    for level, mask in _formats(modules):
        if found := _repaired(modules, sureness, version, level, mask):
            return [_with_format(found[0], level, mask)]
    return []


def _repaired(
    modules: Modules, sureness: Floats, version: int, level: str, mask: int
) -> list[Modules]:
    rows, columns = _path(version)
    count = len(rows) // 8
    bits = modules[rows, columns] ^ _mask(mask, rows, columns)
    words = np.packbits(bits[: count * 8].astype(np.uint8))
    clear = sureness[rows, columns][: count * 8].reshape(count, 8).min(1)
    checks = int(_CHECKS[level].split()[version - 1])
    right = words.copy()
    total = 0.0
    for places in _blocks(version, level, count):
        found = _best(words[places].tolist(), checks, np.argsort(clear[places]))
        if found is None:
            return []
        block, surety = found
        total += surety
        right[places] = block
    if total < _LEAST_BITS:
        return []
    clean = modules.copy()
    fresh = np.unpackbits(right).astype(np.int8)
    clean[rows[: len(fresh)], columns[: len(fresh)]] = (
        fresh ^ _mask(mask, rows, columns)[: len(fresh)]
    )
    return [clean]


def _best(
    block: list[int], checks: int, weakest: NDArray[np.int64]
) -> tuple[list[int], float] | None:
    """A block corrected, the fewer of its weakest codewords given up the better."""
    for share in (0.0, 0.25, 0.5, 0.7, 0.85):
        found = corrected(block, checks, weakest[: int(checks * share)].tolist())
        if found and found[1] >= _LEAST_BITS_A_BLOCK:
            return found
    return None


@lru_cache(maxsize=8)
def _path(version: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of the data's modules in the order in which they are filled."""
    side = side_of(version)
    free = fixed_modules(version) < 0
    free[:9, 8] = free[8, :9] = False
    free[side - 8 :, 8] = free[8, side - 8 :] = False
    rows, columns = [], []
    up = True
    for right in [*range(side - 1, 6, -2), *range(5, 0, -2)]:
        for row in range(side - 1, -1, -1) if up else range(side):
            for column in (right, right - 1):
                if free[row, column]:
                    rows.append(row)
                    columns.append(column)
        up = not up
    return np.array(rows), np.array(columns)


def _mask(number: int, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int8]:
    both = rows * columns
    flipped = (
        (rows + columns) % 2,
        rows % 2,
        columns % 3,
        (rows + columns) % 3,
        (rows // 2 + columns // 3) % 2,
        both % 2 + both % 3,
        (both % 2 + both % 3) % 2,
        ((rows + columns) % 2 + both % 3) % 2,
    )
    return np.asarray(flipped[number] == 0, np.int8)


def _blocks(version: int, level: str, count: int) -> list[NDArray[np.int64]]:
    """For each block, which of the codewords as read belong to it, in the block's own order."""
    blocks = int(_BLOCKS[level].split()[version - 1])
    checks = int(_CHECKS[level].split()[version - 1])
    short = count // blocks - checks
    longer = count % blocks
    places: list[list[int]] = [[] for _ in range(blocks)]
    at = 0
    for i in range(short + 1):
        for block in range(blocks):
            if i < short or block >= blocks - longer:
                places[block].append(at)
                at += 1
    for _ in range(checks):
        for block in range(blocks):
            places[block].append(at)
            at += 1
    return [np.array(one) for one in places]


def _format_places(side: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The two copies of the format, (row, column), the bit of highest value first."""
    beside = [*range(6), 7, 8]
    one = [(8, column) for column in beside] + [(row, 8) for row in (7, *range(5, -1, -1))]
    other = [(row, 8) for row in range(side - 1, side - 8, -1)]
    other += [(8, column) for column in range(side - 8, side)]
    return one, other


@lru_cache(maxsize=1)
def _format_words() -> list[int]:
    words = []
    for data in range(32):
        rest = data << 10
        for bit in range(14, 9, -1):
            if rest >> bit & 1:
                rest ^= 0x537 << (bit - 10)
        words.append((data << 10 | rest) ^ 0x5412)
    return words


def _formats(modules: Modules) -> list[tuple[str, int]]:
    """(level, mask), the likeliest first."""
    wrong = np.zeros(32)
    for places in _format_places(len(modules)):
        seen = [int(modules[place]) for place in places]
        for i, word in enumerate(_format_words()):
            wrong[i] += sum(seen[bit] != word >> (14 - bit) & 1 for bit in range(15))
    order = [i for i in np.argsort(wrong, kind="stable")[:2] if wrong[i] <= wrong.min() + 3]
    return [(_LEVELS[int(i) >> 3], int(i) & 7) for i in order]


def _with_format(modules: Modules, level: str, mask: int) -> Modules:
    word = _format_words()[_LEVELS.index(level) << 3 | mask]
    for places in _format_places(len(modules)):
        for bit, place in enumerate(places):
            modules[place] = word >> (14 - bit) & 1
    return modules
