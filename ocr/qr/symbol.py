"""What every QR code of a version shows whatever it says (ISO/IEC 18004, 6.3 and 7.10)."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.page import Pixels

VERSIONS = range(1, 41)
_GOLAY = 0x1F25
"""Generator of the (18, 6) code that protects the version."""


def side_of(version: int) -> int:
    """Modules along a side."""
    return 17 + 4 * version


def alignment_places(version: int) -> list[int]:
    """The coordinates, across and down, at which alignment patterns have their middles."""
    if version == 1:
        return []
    count = version // 7 + 2
    last = side_of(version) - 7
    # the standard's table: even steps, the odd remainder right after the first
    step = 26 if version == 32 else -(-(version * 4 + 4) // (2 * (count - 1))) * 2
    return [6, *sorted(last - i * step for i in range(count - 1))]


@lru_cache(maxsize=8)
def fixed_modules(version: int) -> NDArray[np.int8]:
    """side x side: 1 where a module is always dark, 0 where always light, -1 where it depends."""
    side = side_of(version)
    cells = np.full((side, side), -1, np.int8)
    alternate = (np.arange(side) + 1) % 2
    cells[6, :], cells[:, 6] = alternate, alternate
    places = alignment_places(version)
    for y in places:
        for x in places:
            if (x, y) not in {(6, 6), (6, side - 7), (side - 7, 6)}:
                cells[y - 2 : y + 3, x - 2 : x + 3] = _rings(2)
    eye = np.zeros((8, 8), np.int8)
    eye[:7, :7] = _rings(3)
    cells[:8, :8] = eye
    cells[:8, side - 8 :] = eye[:, ::-1]
    cells[side - 8 :, :8] = eye[::-1]
    cells[side - 8, 8] = 1
    if version >= 7:
        bits = np.array(_version_bits(version), np.int8).reshape(6, 3)
        cells[:6, side - 11 : side - 8], cells[side - 11 : side - 8, :6] = bits, bits.T
    cells.setflags(write=False)
    return cells


def drawn(modules: Pixels) -> Pixels:
    """Modules (1 dark) as a picture with a quiet zone."""
    wide = np.pad(modules, 4)
    return np.asarray(np.kron((1 - wide) * 255, np.ones((3, 3), np.uint8)), np.uint8)


def _rings(reach: int) -> NDArray[np.int8]:
    away = np.abs(np.arange(-reach, reach + 1))
    ring = np.maximum(away[:, None], away[None])
    return np.asarray(ring != reach - 1, np.int8)


def _version_bits(version: int) -> list[int]:
    """The 18 bits that state a version, the least first."""
    rest = version << 12
    for bit in range(17, 11, -1):
        if rest >> bit & 1:
            rest ^= _GOLAY << (bit - 12)
    word = version << 12 | rest
    return [word >> i & 1 for i in range(18)]
