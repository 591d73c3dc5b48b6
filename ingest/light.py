"""Faded print: a picture as if the ink were fresh and the light even.

    evened = even_light(pixels)
    if evened is not None:
        ...  # read that one instead

What the bare paper looks like is guessed from the bright parts of a small copy; each pixel is
taken as a share of its paper, and print that is pale wherever one looks is deepened. A shadow, a
lamp, a veil or a dark photo by itself asks for nothing: what reads text reads through those.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Pixels

Map = NDArray[np.float32]
"""rows x columns: a value for every patch of a picture."""

_SMALL = 256
"""Longer side, in pixels, of the copy in which paper is looked for."""
_GAP = 9
"""Pixels of that copy: print narrower than this is no shade of the paper."""
_DARKEST = 0.2
"""Paper is not taken to be darker than this share of the brightest; beyond is a desk."""
_PATCHES = 24
"""Patches along the longer side for each of which the depth of the print is told."""
_FINE = 2400
"""Pixels along the longer side that show strokes well enough to be measured."""
_STROKE = 5
"""The darkest of so many pixels, each way, stands for all: strokes are narrower than that."""
_PALE = 0.28
"""Print that takes away less of the light than this is faded."""
_CLEAR = 1.5
"""By how many times print must be deeper than the grain of blank paper to be told from it."""
_PLAIN = 4.2
"""Print so many times deeper than the grain is read as it is, however pale: measured."""
_DEEP = 0.8
"""The share of the light that deepened print takes away."""
_MOST = 7.0
"""Print is deepened by no more than this: the grain of the paper comes out with it."""
_STEPS = 32
"""Fineness with which that factor is applied."""


@dataclass(frozen=True, slots=True)
class _Print:
    """How much of the paper's light print takes away, 0 to 1: in every patch, in blank paper for
    its grain, and where it is deepest all over the picture."""

    patches: Map
    grain: float
    deepest: float

    @property
    def is_pale(self) -> bool:
        times = self.deepest / max(self.grain, 1 / 255)
        return self.deepest < _PALE and _CLEAR < times < _PLAIN


def even_light(pixels: Pixels) -> Pixels | None:
    """The picture with pale print deepened and its paper evened to white.

    None where the print is deep enough to be read as it is, or where there is none. Same size,
    read-only.
    """
    paper = paper_of(pixels)
    found = _print(pixels, paper)
    if not found.is_pale:
        return None
    size = (pixels.shape[1], pixels.shape[0])
    full = cv2.resize(paper, size, interpolation=cv2.INTER_LINEAR)
    loss = cv2.bitwise_not(cv2.divide(pixels, full, scale=255))
    # grain would be deepened with the print
    loss = cv2.GaussianBlur(loss, (3, 3), 0)
    factor = cv2.resize(cv2.merge([_factors(found)] * 3), size, interpolation=cv2.INTER_LINEAR)
    more = cv2.multiply(loss, factor, scale=1 / _STEPS)
    evened = np.asarray(cv2.bitwise_not(more), np.uint8)
    evened.flags.writeable = False
    return evened


def paper_of(pixels: Pixels) -> Pixels:
    """The bare paper all over a picture, never black, in a copy with a longer side of 256."""
    small = shrunk(pixels, _SMALL)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_GAP, _GAP), np.uint8))
    smooth = cv2.medianBlur(closed, 5)
    for _ in range(2):
        smooth = cv2.blur(smooth, (_GAP, _GAP))
    least = max(1, round(_DARKEST * float(np.percentile(smooth, 95))))
    return np.maximum(np.asarray(smooth, np.uint8), np.uint8(least))


def shrunk(pixels: Pixels, side: int) -> Pixels:
    """A copy whose longer side is at most `side` pixels, made in a hurry."""
    height, width = pixels.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # averaging every pixel of a large picture would take longer than all that follows
    step = max(1, int(0.5 / scale))
    return np.asarray(
        cv2.resize(pixels[::step, ::step], size, interpolation=cv2.INTER_AREA), np.uint8
    )


def _print(pixels: Pixels, paper: Pixels) -> _Print:
    """How deep the print is."""
    step = -(-max(pixels.shape[:2]) // _FINE)
    gray = cv2.cvtColor(np.ascontiguousarray(pixels[::step, ::step]), cv2.COLOR_BGR2GRAY)
    strokes = cv2.erode(gray, np.ones((_STROKE, _STROKE), np.uint8))[::_STROKE, ::_STROKE]
    height, width = strokes.shape
    bare = cv2.cvtColor(paper, cv2.COLOR_BGR2GRAY)
    bare = cv2.resize(bare, (width, height), interpolation=cv2.INTER_LINEAR)
    depth = cv2.bitwise_not(cv2.divide(strokes, bare, scale=255))
    side = max(1, round(max(height, width) / _PATCHES))
    rows, columns = max(1, height // side), max(1, width // side)
    fit = cv2.resize(depth, (columns * side, rows * side), interpolation=cv2.INTER_NEAREST)
    cells = fit.reshape(rows, side, columns, side).transpose(0, 2, 1, 3)
    # a few specks are no print
    patches = np.percentile(cells.reshape(rows, columns, -1), 94, axis=2) / 255
    low, high = np.percentile(patches, (15, 96))
    return _Print(np.asarray(patches, np.float32), float(low), float(high))


def _factors(found: _Print) -> NDArray[np.uint8]:
    """By how much print is to be deepened in every patch, in steps of 1/32.

    Blank paper is treated as the print around it.
    """
    around = cv2.dilate(found.patches, np.ones((5, 5), np.uint8))
    around = cv2.GaussianBlur(np.maximum(around, _CLEAR * found.grain), (0, 0), 1)
    factors = np.clip(_DEEP / np.maximum(around, 1 / 255), 1, _MOST)
    return np.asarray(np.round(factors * _STEPS), np.uint8)
