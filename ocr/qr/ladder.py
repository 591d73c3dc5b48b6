"""All codes of a picture: what reads at once, then what is seen but not read (domain.md 2)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.geometry import Box
from models.page import Pixels
from models.view import corners_of
from ocr.qr.budget import Budget
from ocr.qr.decoders import Found, fits, grey, likely_places, zxing
from ocr.qr.finders import Eye, find_eyes, find_trios, guessed_trios
from ocr.qr.patch import covers, looks_like_code, read_patch, scaled
from ocr.qr.picture import resized

_FIRST_SIDE = 1600
"""Pixels: large pictures are searched at this size first."""
_EVIDENCE_SIDE = 2000
"""Pixels at which signs of codes are looked for; half the size of a 12-megapixel photo."""
_MARGIN = 0.25
"""What is cut out around a code, as a share of its size."""
_CLEAR_TRIO = 0.9
"""The cost up to which three eyes count as evidence of a code."""
_SURE_EYE = 0.8
_FEW_EYES = 12
_MOST_LOOKS = 12
"""So many guesses in a row that prove wrong, and no more are made."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an unread code should be: a box in the picture's pixels; the higher `weight`, the
    sooner it is tried."""

    box: Box
    weight: float


def climb(picture: Pixels, budget: Budget) -> list[Found]:
    """Every code that can be read within the budget, none twice; corners in picture pixels.

    A rung that has begun is finished, so the budget may be overdrawn by one decoder's run.
    """
    if not fits(picture) or min(picture.shape[:2]) < 16:
        return []
    light = grey(picture)
    codes: list[Found] = []
    for scale in _sizes(light):
        codes = _merged(codes, zxing(resized(light, scale)), 1 / scale, (0.0, 0.0))
        if codes or budget.over:
            break
    for place in _unread(light, codes, budget):
        if budget.over:
            break
        if _is_read(place.box, codes):
            continue
        x0, y0, x1, y1 = _cut(place.box, picture)
        part = np.ascontiguousarray(picture[y0:y1, x0:x1])
        if min(part.shape[:2]) >= 16:
            codes = _merged(codes, read_patch(part, budget), 1.0, (x0, y0))
    return codes


def _sizes(picture: Pixels) -> Sequence[float]:
    side = max(picture.shape[:2])
    if side > 2200:
        return (_FIRST_SIDE / side, 1.0)
    return (1.0, 2.0) if side <= 1600 else (1.0,)


def _unread(light: Pixels, codes: list[Found], budget: Budget) -> list[Place]:
    """Places of a grey picture that show signs of a code that was not read, the surest first."""
    scale = min(1.0, _EVIDENCE_SIDE / max(light.shape))
    small = resized(light, scale)
    read = [scaled(code, scale) for code in codes]
    eyes = [
        eye
        for eye in find_eyes(small, levels=(1.0, 0.5, 0.25))
        if not any(covers(code, (eye.x, eye.y)) for code in read)
    ]
    places: list[Place] = []
    if not codes or sum(eye.sure > _SURE_EYE for eye in eyes) >= 2:
        places = [
            Place(Box(x0, y0, x1, y1), 1.0 + sure) for x0, y0, x1, y1, sure in likely_places(small)
        ]
    places += _by_eyes(small, eyes, places, budget)
    found = [Place(_grown(one.box, 1 / scale), one.weight) for one in places]
    return sorted(found, key=lambda one: -one.weight)


def _by_eyes(small: Pixels, eyes: list[Eye], places: list[Place], budget: Budget) -> list[Place]:
    """Places where three eyes, or two and what a code has between them, are seen."""
    found: list[Place] = []
    trios = [trio for trio in find_trios(eyes) if trio.cost <= _CLEAR_TRIO]
    looked = 0
    for trio in trios + (guessed_trios(eyes) if len(eyes) <= _FEW_EYES else []):
        if looked >= _MOST_LOOKS or budget.over:
            break
        box = Box.around(corners_of(trio.corners))
        if not any(_same(box, other.box) for other in (*places, *found)):
            looked += 1
            if looks_like_code(small, trio):
                looked = 0
                found.append(Place(box, 1.5 - trio.cost))
    return found


def _grown(box: Box, by: float) -> Box:
    return Box(box.x0 * by, box.y0 * by, box.x1 * by, box.y1 * by)


def _same(box: Box, other: Box) -> bool:
    """Whether two boxes are about the same place."""
    width = min(box.x1, other.x1) - max(box.x0, other.x0)
    height = min(box.y1, other.y1) - max(box.y0, other.y0)
    if width <= 0 or height <= 0:
        return False
    area = (box.x1 - box.x0) * (box.y1 - box.y0)
    area = max(area, (other.x1 - other.x0) * (other.y1 - other.y0))
    return width * height > 0.5 * area


def _is_read(box: Box, codes: list[Found]) -> bool:
    middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    return any(covers(code, middle) for code in codes)


def _cut(box: Box, picture: Pixels) -> tuple[int, int, int, int]:
    """The box with a margin, inside the picture."""
    height, width = picture.shape[:2]
    margin = _MARGIN * max(box.x1 - box.x0, box.y1 - box.y0)
    x0, y0 = max(0, int(box.x0 - margin)), max(0, int(box.y0 - margin))
    return x0, y0, min(width, int(box.x1 + margin) + 1), min(height, int(box.y1 + margin) + 1)


def _merged(
    codes: list[Found], more: Sequence[Found], by: float, offset: tuple[float, float]
) -> list[Found]:
    """Both, without those read twice."""
    merged = list(codes)
    for code in more:
        placed = scaled(code, by, offset)
        if not any(_twice(placed, other) for other in merged):
            merged.append(placed)
    return merged


def _twice(code: Found, other: Found) -> bool:
    """Whether two readings are of one and the same code."""
    return covers(other, _middle(code)) or covers(code, _middle(other))


def _middle(code: Found) -> tuple[float, float]:
    x, y = np.mean(np.array(code.corners), axis=0)
    return float(x), float(y)
