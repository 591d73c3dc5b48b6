"""Lines of a photographed form made level.

A sheet seen at an angle has lines that lean, and lean more on one side than on the other. Cells
are told apart by their rows, so the rows are straightened first.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from models.geometry import Box
from ocr.words import Word

_LEANS = np.arange(-0.03, 0.031, 0.005)
"""Rise per length of the lines half-way down. Steeper ones are none: on a form of even rows they
would gather the left of one row with the right of the next."""
_TURNS = np.arange(-0.04, 0.041, 0.02)
"""How much more the lowest lines rise than the topmost."""
_GAIN = 1.06
"""Lines are left as they are unless others are sharper by this."""
_FEWEST = 12

_Array = npt.NDArray[np.float64]


def levelled(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with `box` moved up or down so that lines of text run level.

    Of all leans the one that gathers the words on the fewest heights is taken. `place`, which is
    for showing, stays.
    """
    clear = [word for word in words if len(word.text) > 1]
    if len(clear) < _FEWEST:
        return tuple(words)
    x = np.array([word.box.cx for word in clear])
    y = np.array([word.box.cy for word in clear])
    weight = np.array([min(word.box.width, 12 * word.height) for word in clear])
    height = float(np.median([word.height for word in clear]))
    middle = (float(np.median(x)), float(np.median(y)))
    reach = max(1.0, float(np.ptp(y)))
    best, most = (0.0, 0.0), _GAIN * _sharpness(y, weight, height)
    for lean in _LEANS:
        for turn in _TURNS:
            slope = lean + turn * (y - middle[1]) / reach
            sharp = _sharpness(y - slope * (x - middle[0]), weight, height)
            if sharp > most:
                best, most = (float(lean), float(turn)), sharp
    if best == (0.0, 0.0):
        return tuple(words)
    return tuple(_moved(word, best, middle, reach) for word in words)


def _sharpness(y: _Array, weight: _Array, height: float) -> float:
    """How closely heights gather: the sum of squares of the text on each height, in two rulings
    so that no line is cut in half by both."""
    step = 0.5 * height
    total = 0.0
    for shift in (0.0, 0.5):
        at = np.floor((y - y.min()) / step + shift).astype(np.int64)
        total += float(np.square(np.bincount(at, weight)).sum())
    return total


def _moved(
    word: Word, lean: tuple[float, float], middle: tuple[float, float], reach: float
) -> Word:
    slope = lean[0] + lean[1] * (word.box.cy - middle[1]) / reach
    down = slope * (word.box.cx - middle[0])
    box = word.box
    return replace(word, box=Box(box.x0, box.y0 - down, box.x1, box.y1 - down))
