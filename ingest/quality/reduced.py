"""The picture made small, on which areas are measured, and what all measurements share."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Pixels

Gray: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.uint8]
"""0 or 1."""

_SMALL_AREA = 800_000
"""Pixels a picture is reduced to."""


@dataclass(frozen=True, slots=True)
class Small:
    """The picture made `step` times smaller. `paper` is it without what is printed, `ink` where
    print stands out from it."""

    color: Pixels
    gray: Gray
    paper: Gray
    ink: Mask
    step: int


def reduced(picture: Pixels) -> Small:
    """The picture made small, with what is printed told from what it is printed on."""
    height, width = picture.shape[:2]
    step = max(1, round((height * width / _SMALL_AREA) ** 0.5))
    if step > 3:
        step += step % 2
    # whole steps are averaged several times faster than broken ones
    color = picture[: max(1, height // step * step), : max(1, width // step * step)]
    if step > 3:
        # every other pixel first: averaging all of a large picture costs as much as all the rest
        color = resized(color, (color.shape[1] // 2, color.shape[0] // 2), cv2.INTER_NEAREST)
    if step > 1:
        color = resized(color, (width // step, height // step), cv2.INTER_AREA)
    gray = gray_of(color)
    paper = np.asarray(cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), np.uint8)
    depth = cv2.subtract(paper, gray)
    bright = 0.45 * quantile(paper, 0.9)
    # faint print counts where there is nothing stronger
    least = max(3.0, min(10.0, 0.4 * quantile(depth, 0.99)))
    threshold = np.maximum(paper * np.float32(min(0.12, least / 80)), np.float32(least))
    ink = ((depth > threshold) & (paper > bright)).astype(np.uint8)
    return Small(color, gray, paper, ink, step)


def grown(mask: Mask, by: int) -> Mask:
    return np.asarray(cv2.dilate(mask, np.ones((2 * by + 1, 2 * by + 1), np.uint8)), np.uint8)


def quantile(gray: Any, share: float, where: Mask | None = None) -> int:
    """The level below which this share of the pixels lies, of all or of those marked."""
    counts = cv2.calcHist([gray], [0], where, [256], [0, 256]).ravel().cumsum()
    return min(255, int(np.searchsorted(counts, share * counts[-1])))


def gray_of(color: Pixels) -> Gray:
    return np.asarray(cv2.cvtColor(color, cv2.COLOR_BGR2GRAY), np.uint8)


def resized(image: Any, size: tuple[int, int], how: int) -> Any:
    return cv2.resize(image, (max(1, size[0]), max(1, size[1])), interpolation=how)
