"""From a flattened code to its modules, and to what they say."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Pixels
from ocr.qr.codewords import Modules, repaired
from ocr.qr.decoders import zxing
from ocr.qr.finders import Floats
from ocr.qr.grid import RIM, STEP
from ocr.qr.picture import in_focus
from ocr.qr.symbol import drawn, fixed_modules, side_of

_RIDGE = 0.02
_LEAST_AGREED = 0.72
"""The share of the fixed modules that must be as they should for the rest to be worth reading."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A hypothesis of which modules are dark (1), and how clear each is, 0 not at all."""

    modules: Modules
    sureness: Floats


def payload_of(flat: Pixels, version: int, *, repair: bool = True) -> str | None:
    """What a flattened code says: read by zxing-cpp, or where that is too much for it, and with
    `repair`, with the modules that glare or a pen hides given up."""
    fixed = fixed_modules(version)
    known = fixed >= 0
    good: list[Reading] = []
    for reading in _readings(flat, version):
        if _agreed(reading.modules, fixed) < _LEAST_AGREED:
            continue
        clean = np.where(known, fixed, reading.modules).astype(np.int8)
        if payload := _said(clean):
            return payload
        if repair and not any(np.array_equal(clean, other.modules) for other in good):
            good.append(Reading(clean, np.where(known, 1.0, reading.sureness)))
    for reading in [*good, *_vote(good)]:
        for modules in repaired(reading.modules, reading.sureness, version):
            if payload := _said(modules):
                return payload
    return None


def sharpened(flat: Pixels, version: int) -> Pixels | None:
    """A blurred flattened code in focus, as far as its fixed modules tell; None where that makes
    nothing better."""
    best, most = None, agreement(flat, version)
    for radius in (0.6, 0.9, 1.2, 1.6):
        clear = in_focus(flat, radius * STEP)
        if (agreed := agreement(clear, version)) > most:
            best, most = clear, agreed
    return best


def agreement(flat: Pixels, version: int) -> float:
    """The share of the modules every code of this version has that are as they should be."""
    return _agreed(next(_readings(flat, version)).modules, fixed_modules(version))


def _agreed(modules: Modules, fixed: Modules) -> float:
    known = fixed >= 0
    return float((modules[known] == fixed[known]).mean())


def _said(modules: Modules) -> str | None:
    codes = zxing(drawn(modules.astype(np.uint8)), pure=True)
    return codes[0].payload if codes else None


def _vote(readings: list[Reading]) -> list[Reading]:
    """What most readings say, the surer the more they agree."""
    if len(readings) < 3:
        return []
    mean = np.mean([reading.modules for reading in readings], axis=0)
    clear = np.mean([reading.sureness for reading in readings], axis=0)
    return [Reading((mean > 0.5).astype(np.int8), np.abs(mean - 0.5) * clear)]


def _readings(flat: Pixels, version: int) -> Iterator[Reading]:
    """The likeliest first."""
    side = side_of(version)
    wide = _sampled(flat)
    inner = np.s_[RIM : RIM + side, RIM : RIM + side]
    contrast = _contrast(wide, version)

    def reading(above: Floats) -> Reading:
        return Reading((above < 0).astype(np.int8), np.abs(above) * contrast)

    for window in (9, 15, 6):
        yield reading((wide - _threshold(wide, window))[inner].astype(np.float64))
    sharper = wide + 0.8 * (wide - cv2.GaussianBlur(wide, (0, 0), 0.8))
    yield reading((sharper - _threshold(wide, 11))[inner].astype(np.float64))
    yield reading(-_equalised(wide, version))
    # a hard shadow takes the same share of the light from paper and ink
    share = np.log(wide + 4)
    near = np.ones((5, 5), np.uint8)
    middle = (cv2.erode(share, near) + cv2.dilate(share, near)) / 2
    yield reading((share - middle)[inner].astype(np.float64))
    yield reading((wide - wide[inner].mean())[inner].astype(np.float64))


def _contrast(wide: NDArray[np.float32], version: int) -> Floats:
    """How much can be told at each module, 0 to about 1. A code's modules alternate everywhere:
    where they do not, there is plain paper, glare or ink over it."""
    side = side_of(version)
    inner = np.s_[RIM : RIM + side, RIM : RIM + side]
    near = np.ones((5, 5), np.uint8)
    share = np.log(wide + 4)
    contrast = (cv2.dilate(share, near) - cv2.erode(share, near))[inner]
    contrast = np.minimum(1.0, contrast / max(0.01, float(np.percentile(contrast, 75))))
    fixed = fixed_modules(version)
    light = float(np.median(wide[inner][fixed == 0]))
    dark = float(np.median(wide[inner][fixed == 1]))
    if light > dark:
        over = (wide[inner] - light) / (light - dark)
        contrast = contrast * np.clip(1.5 - 2 * over, 0.01, 1)
    return np.asarray(contrast, np.float64)


def _sampled(flat: Pixels) -> NDArray[np.float32]:
    """The light at every module's middle."""
    light = cv2.GaussianBlur(flat.astype(np.float32), (0, 0), STEP / 5)
    middle = STEP // 2
    total = np.zeros((flat.shape[0] // STEP, flat.shape[1] // STEP), np.float32)
    for y in (middle - 1, middle):
        for x in (middle - 1, middle):
            total += light[y::STEP, x::STEP]
    return np.asarray(total / 4, np.float32)


def _threshold(light: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    """Midway between the light and the dark around each module."""
    kernel = np.ones((window, window), np.uint8)
    even = cv2.GaussianBlur(light, (0, 0), 0.5)
    low, high = cv2.erode(even, kernel), cv2.dilate(even, kernel)
    middle = cv2.blur((low + high) / 2, (window // 2, window // 2))
    mean = cv2.blur(light, (window, window))
    return np.asarray((middle + mean) / 2, np.float32)


def _equalised(wide: NDArray[np.float32], version: int) -> Floats:
    """How dark the modules are to a filter fitted to the fixed ones: it undoes whatever blur and
    uneven light they show."""
    fixed = fixed_modules(version)
    side = side_of(version)
    kernel = np.ones((13, 13), np.uint8)
    low, high = (
        cv2.blur(cv2.erode(wide, kernel), (9, 9)),
        cv2.blur(cv2.dilate(wide, kernel), (9, 9)),
    )
    even = (wide - (low + high) / 2) / np.maximum(high - low, 4)
    features = _neighbours(even.astype(np.float64))[RIM : RIM + side, RIM : RIM + side]
    known = fixed >= 0
    truth = np.where(fixed == 1, 1.0, -1.0)
    score = features @ _ridge(features[known], truth[known])
    # and again, with the modules now sure
    sure = known | (np.abs(score) > 0.5)
    target = np.where(known, truth, np.sign(score))
    return np.asarray(features @ _ridge(features[sure], target[sure]), np.float64)


def _neighbours(values: Floats) -> Floats:
    padded = np.pad(values, 2, mode="edge")
    height, width = values.shape
    near = [padded[j : j + height, i : i + width] for j in range(5) for i in range(5)]
    return np.stack([*near, np.ones_like(values)], -1)


def _ridge(features: Floats, truth: Floats) -> Floats:
    square = features.T @ features
    square += np.eye(len(square)) * _RIDGE * len(features)
    return np.asarray(np.linalg.solve(square, features.T @ truth), np.float64)
