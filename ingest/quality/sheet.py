"""The sheet of paper that is meant, and the fingers that hold it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.quality.reduced import Mask, Small, grown, quantile, resized
from models.page import Pixels

_THREAD = 7
"""Pixels: a bridge between two sheets is narrower."""
_NOTICED = 0.005
"""The share of a sheet below which nothing that covers it is looked at."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The printed sheet at half the size of `Small`: where it is, what is there, and whether
    another printed sheet lies wholly within the picture."""

    mask: Mask
    color: Pixels
    ink: NDArray[np.float32]
    another_whole: bool


def sheet_of(small: Small) -> Sheet | None:
    """The sheet that holds most of the print: an even, bright area with steps of light around."""
    size = (small.gray.shape[1] // 2, small.gray.shape[0] // 2)
    paper = np.asarray(resized(small.paper, size, cv2.INTER_AREA), np.uint8)
    steps = cv2.morphologyEx(paper, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    even = ((steps <= 6) & (paper > 0.5 * quantile(paper, 0.9))).astype(np.uint8)
    # sheets that lie on each other hang together by a thread where the light falls along the edge
    apart = cv2.erode(even, np.ones((_THREAD, _THREAD), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(apart, connectivity=4)
    ink = resized(small.ink.astype(np.float32), size, cv2.INTER_AREA)
    # what is photographed lies in the middle; a sheet beneath it may hold more print
    printed = np.bincount(labels.ravel(), (ink * towards_middle(ink.shape)).ravel(), count)
    printed[0] = 0
    main = int(printed.argmax())
    if not printed[main]:
        return None
    height, width = labels.shape
    left, top, across, down = stats[:, :4].T
    inside = (left > 1) & (top > 1) & (left + across < width - 1) & (top + down < height - 1)
    others = np.flatnonzero(inside & (printed > 0.15 * printed[main]))
    mask = grown((labels == main).astype(np.uint8), _THREAD // 2)
    color = np.asarray(resized(small.color, size, cv2.INTER_AREA), np.uint8)
    return Sheet(mask, color, np.asarray(ink, np.float32), bool(np.any(others != main)))


def towards_middle(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """1 in the middle of a picture, falling to 0.1 at its rim."""
    down, across = (np.abs(np.linspace(-0.9, 0.9, length, dtype=np.float32)) for length in shape)
    return np.asarray(1 - np.maximum(down[:, None], across[None, :]), np.float32)


def share_covered(sheet: Sheet) -> float:
    """The share of the sheet that lies under fingers: skin that reaches in from the frame, takes
    a notch out of the sheet and has print beside it."""
    outlines, _ = cv2.findContours(sheet.mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=cv2.contourArea)
    filled, hull = np.zeros_like(sheet.mask), np.zeros_like(sheet.mask)
    cv2.drawContours(filled, [outline], -1, (1,), -1)
    cv2.fillConvexPoly(hull, cv2.convexHull(outline), (1,))
    area = int(np.count_nonzero(hull))
    if np.count_nonzero(hull > filled) < _NOTICED * area:
        return 0.0
    skin = _skin(sheet)
    notch = cv2.morphologyEx(
        (hull > filled).astype(np.uint8) & skin, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)
    )
    _, whole_skin, stats, _ = cv2.connectedComponentsWithStats(skin)
    height, width = skin.shape
    left, top, across, down = stats[:, :4].T
    reaches = (left == 0) | (top == 0) | (left + across == width) | (top + down == height)
    usual = float(sheet.ink[filled > 0].mean())
    _, labels, stats, _ = cv2.connectedComponentsWithStats(notch)
    hidden = 0
    for label in 1 + np.flatnonzero(stats[1:, 4] >= _NOTICED * area):
        spot = labels == label
        beside = (grown(spot.astype(np.uint8), 8) > 0) & (filled > 0)
        if (
            reaches[np.bincount(whole_skin[spot]).argmax()]
            and not _like_around(sheet, spot, hull)
            and beside.any()
            and float(sheet.ink[beside].mean()) > 0.35 * usual
        ):
            hidden += int(stats[label, 4])
    return hidden / area


def _skin(sheet: Sheet) -> Mask:
    """Where the picture has the colour of skin, against that of the paper in the same light."""
    tones = cv2.cvtColor(sheet.color, cv2.COLOR_BGR2YCrCb)
    light, red, blue = cv2.split(tones)
    white_red, white_blue = (quantile(tone, 0.5, sheet.mask) for tone in (red, blue))
    reddish = (red > white_red + 8) & (red < white_red + 50) & (blue < white_blue - 5)
    smooth = np.asarray(reddish & (light > 40), np.uint8)
    return np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)


def _like_around(sheet: Sheet, spot: NDArray[np.bool_], hull: Mask) -> bool:
    """Whether a spot has the colour of what the sheet lies on."""
    around = hull == 0
    if np.count_nonzero(around) < 0.03 * around.size:
        return False
    tones = cv2.cvtColor(sheet.color, cv2.COLOR_BGR2YCrCb).astype(np.int16)
    away = np.abs(tones[around] - np.median(tones[spot], axis=0))
    alike = (away[:, 0] < 45) & (away[:, 1] < 9) & (away[:, 2] < 9)
    return float(alike.mean()) > 0.4
