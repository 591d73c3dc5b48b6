"""Red seals and the print beneath them, each without the other.

    beneath = without_red(pixels)  # the print, seals lightened to the paper
    seals = red_patches(pixels)    # the ink of each seal

Many forms are printed in red, brown or purple, so red by itself is no seal: a seal is a patch
about as wide as high, closely filled with strong red.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.light import paper_of, shrunk
from models.page import Pixels

_SMALL = 960
"""Longer side, in pixels, of the copy in which seals are looked for."""
_RED = 26
"""By how much of 255 red light must outweigh the others to be stamp ink, paper being white."""
_FULL, _THIN = 110, 45
"""From here on ink is wholly red; and that of a seal pressed with little ink."""
_RULE = 0.12
"""A straight red line longer than this share of the picture's longer side is a form's."""
_WINDOW = 0.04
"""The side of the square, as a share of the longer side, over which red is averaged."""
_DENSE = 0.1
"""The share of such a square that ink covers all over a seal; labels of a form cover less."""
_LIGHT = 0.04
"""The same where ink is thin, between parts of a seal that are dense."""
_GREY = 20
"""By how much of 255 the colours of a grey picture differ at most, by compression say."""
_SIDE = 0.04
"""No side of a seal is shorter than this share of the longer side of the picture."""
_SLIM = 2.3
"""A seal is not longer than this many times its width; a line of red print is."""
_FILLED = 0.8
"""Ink covers less than this of a seal; of a red thing on the desk it covers more."""
_TRACE = 0.01
"""A row or column of which ink covers less is bare."""
_GAPS = 0.2
"""A seal has at most this share of bare rows or columns."""
_DARKER = 24
"""By how much of 255 print is darker than a seal, both in red light."""
_DULLEST = 110.0
"""No stamp ink is darker than this of 255 in red light; a seal that seems to be lies on print."""
_OVERLAP = 0.004
"""The least share of a seal under which print must lie."""


@dataclass(frozen=True, slots=True)
class _Seal:
    """Where a seal lies: pixels x0 to x1 and y0 to y1, and in those its outline, 255 inside."""

    x0: int
    y0: int
    x1: int
    y1: int
    inside: NDArray[np.uint8]


def without_red(pixels: Pixels) -> Pixels | None:
    """The picture with red seals lightened to the paper where print lies beneath them.

    None where there is no such seal. Black and blue print stays; red and brown print stays too
    but where a seal covers it. Same size, read-only.
    """
    paper, seals = _seals(pixels)
    clean: Pixels | None = None
    for seal in seals:
        part = pixels[seal.y0 : seal.y1, seal.x0 : seal.x1]
        light = _paper_under(paper, seal, pixels.shape)
        even = np.asarray(cv2.divide(part, light, scale=255), np.uint8)
        red = np.asarray(cv2.bitwise_and(_redness(even), seal.inside), np.uint8)
        if not _covers_print(even, red, seal):
            continue
        clean = pixels.copy() if clean is None else clean
        clean[seal.y0 : seal.y1, seal.x0 : seal.x1] = _lifted(part, even, red, light)
    return _kept(clean)


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch of stamp ink with its top left corner at (`x`, `y`) in the picture; `ink` is
    height x width, 0 for paper to 255."""

    x: int
    y: int
    ink: NDArray[np.uint8]


def red_patches(pixels: Pixels) -> tuple[Patch, ...]:
    """The ink of every red seal in a picture, without the print it covers."""
    paper, seals = _seals(pixels)
    _, thin = _seals(pixels, _THIN)
    seals += [one for one in thin if not any(_touch(one, other) for other in seals)]
    found = []
    for seal in seals:
        part = pixels[seal.y0 : seal.y1, seal.x0 : seal.x1]
        even = cv2.divide(part, _paper_under(paper, seal, pixels.shape), scale=255)
        red = cv2.bitwise_and(_redness(np.asarray(even, np.uint8)), seal.inside)
        ink = np.asarray(cv2.convertScaleAbs(red, alpha=255 / _FULL), np.uint8)
        found.append(Patch(seal.x0, seal.y0, ink))
    return tuple(found)


def has_colour(pixels: Pixels) -> bool:
    """Whether a picture has colours, other than a scan in grey or a copy of one."""
    small = shrunk(pixels, _SMALL)
    spread = cv2.absdiff(cv2.max(cv2.max(*cv2.split(small)[:2]), small[:, :, 2]), small.min(axis=2))
    return bool(np.percentile(spread, 99.5) > _GREY)


def _kept(pixels: Pixels | None) -> Pixels | None:
    if pixels is not None:
        pixels.flags.writeable = False
    return pixels


def _redness(even: Pixels) -> NDArray[np.uint8]:
    """By how much red light outweighs green and blue, 0 to 255; rust and purple count less."""
    blue, green, red = cv2.split(even)
    least = cv2.subtract(red, cv2.max(blue, green))
    return np.asarray(least, np.uint8)


def _seals(pixels: Pixels, full: int = _FULL) -> tuple[Pixels, list[_Seal]]:
    """(the paper of the picture, in small; the seals on it), ink being wholly red from `full`."""
    height, width = pixels.shape[:2]
    small = shrunk(pixels, _SMALL)
    size = (small.shape[1], small.shape[0])
    paper = paper_of(small)
    even = np.asarray(cv2.divide(small, cv2.resize(paper, size), scale=255), np.uint8)
    red = _redness(even)
    if np.count_nonzero(red >= _RED) < (_SIDE * max(size)) ** 2 * _DENSE:
        return paper, []
    whole = (width, height)
    return paper, [_grown(mask, at, size, whole) for mask, at in _patches(red, full)]


def _touch(one: _Seal, other: _Seal) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    return across > 0 and min(one.y1, other.y1) > max(one.y0, other.y0)


def _patches(
    red: NDArray[np.uint8], full: int
) -> list[tuple[NDArray[np.uint8], tuple[int, int, int, int]]]:
    """(outline, (x, y, width, height)) of every patch of red that has the form of a seal."""
    long = max(red.shape)
    rule, window = max(15, round(_RULE * long)), max(3, round(_WINDOW * long)) | 1
    any_red = np.asarray((red >= _RED) * np.uint8(255), np.uint8)
    ruled = cv2.max(_ruled(any_red, 1, rule), _ruled(any_red, rule, 1))
    ink = cv2.bitwise_and(np.minimum(red, np.uint8(full)), cv2.subtract(any_red, ruled))
    density = cv2.blur(ink, (window, window))
    dense = density >= _DENSE * full
    # what a ring goes around is the seal too
    rings, _ = cv2.findContours(dense.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for ring in rings:
        x, y, wide, high = cv2.boundingRect(ring)
        if min(wide, high) < _SIDE * long or max(wide, high) > _SLIM * min(wide, high):
            continue
        inside, hull = np.zeros((2, high, wide), np.uint8)
        cv2.fillPoly(inside, [ring - (x, y)], (255,))
        # where the hand pressed lightly the ring has gaps
        cv2.fillConvexPoly(hull, cv2.convexHull(ring - (x, y)), (255,))
        light = density[y : y + high, x : x + wide] >= _LIGHT * full
        inside[light & (hull > 0)] = 255
        own = np.asarray(cv2.bitwise_and(any_red[y : y + high, x : x + wide], inside), np.uint8)
        solid = cv2.countNonZero(own) > _FILLED * cv2.countNonZero(inside)
        if not solid and not _is_lines(own):
            found.append((inside, (x, y, wide, high)))
    return found


def _is_lines(ink: NDArray[np.uint8]) -> bool:
    """Whether ink stands in lines of text, nothing between them; a ring closes such gaps."""
    for axis in (0, 1):
        full = np.flatnonzero(np.count_nonzero(ink, axis=axis) > _TRACE * ink.shape[axis])
        if full.size and 1 - full.size / (full[-1] - full[0] + 1) > _GAPS:
            return True
    return False


def _ruled(red: NDArray[np.uint8], high: int, wide: int) -> NDArray[np.uint8]:
    """The straight lines at least so high and wide in a mask, though they lean a little."""
    thick = cv2.dilate(red, np.ones((3 if wide > high else 1, 3 if high > wide else 1), np.uint8))
    lines = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((high, wide), np.uint8))
    return np.asarray(lines, np.uint8)


def _grown(
    mask: NDArray[np.uint8],
    at: tuple[int, int, int, int],
    size: tuple[int, int],
    full: tuple[int, int],
) -> _Seal:
    """A patch of the small copy at the size of the picture."""
    across, down = full[0] / size[0], full[1] / size[1]
    x, y, wide, high = at
    x0, y0 = round(x * across), round(y * down)
    x1, y1 = min(full[0], round((x + wide) * across)), min(full[1], round((y + high) * down))
    x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
    inside = cv2.resize(mask, (x1 - x0, y1 - y0), interpolation=cv2.INTER_NEAREST)
    return _Seal(x0, y0, x1, y1, np.asarray(inside, np.uint8))


def _paper_under(paper: Pixels, seal: _Seal, shape: tuple[int, ...]) -> Pixels:
    """The bare paper where a seal lies."""
    across, down = paper.shape[1] / shape[1], paper.shape[0] / shape[0]
    x0, y0 = int(seal.x0 * across), int(seal.y0 * down)
    x1, y1 = max(x0 + 1, round(seal.x1 * across)), max(y0 + 1, round(seal.y1 * down))
    part = paper[y0:y1, x0:x1]
    size = (seal.x1 - seal.x0, seal.y1 - seal.y0)
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _own_red(even: Pixels, red: NDArray[np.uint8]) -> float:
    """How bright a seal's own ink is in red light, 0 to 255."""
    strong = even[:, :, 2][red >= _FULL // 2]
    return max(_DULLEST, float(np.median(strong))) if strong.size else 255.0


def _covers_print(even: Pixels, red: NDArray[np.uint8], seal: _Seal) -> bool:
    """Whether something darker than a seal, and not red, lies at its strokes."""
    limit = _own_red(even, red) - _DARKER
    other = (even[:, :, 2] < limit) & (red < _RED)
    near = cv2.dilate((red >= _RED).astype(np.uint8), np.ones((5, 5), np.uint8))
    beneath = np.count_nonzero(other & (near > 0))
    return bool(beneath >= _OVERLAP * cv2.countNonZero(seal.inside))


def _lifted(part: Pixels, even: Pixels, red: NDArray[np.uint8], light: Pixels) -> Pixels:
    """A part of the picture with its red ink gone: seen in red light, in which that hardly shows.

    What little the ink does take of the red light is given back, by how strong it is there.
    """
    own = _own_red(even, red) / 255
    level = np.arange(256, dtype=np.float32)
    back = (1 / (1 - np.minimum(level / _FULL, 1) * (1 - own))).astype(np.float32)
    clear = cv2.multiply(even[:, :, 2], cv2.LUT(red, back), dtype=cv2.CV_8U)
    clean = cv2.multiply(cv2.merge([clear] * 3), light, scale=1 / 255)
    weight = cv2.LUT(red, np.minimum(level / _RED, 1).astype(np.float32))
    return np.asarray(cv2.blendLinear(clean, part, weight, 1 - weight), np.uint8)
