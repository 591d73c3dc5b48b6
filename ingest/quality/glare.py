"""Highlights on the paper, and what they wash out."""

import cv2
import numpy as np

from ingest.quality.reduced import Mask, Small, grown, quantile


def glare_on(small: Small) -> float:
    """The share of the printed area that highlights have washed out.

    A highlight is where all colours are at their brightest though the paper is not, nothing is
    printed, it fades out to all sides, and print stands around it.
    """
    printed = grown(small.ink, 15)
    area = int(np.count_nonzero(printed))
    paper = float(quantile(small.paper, 0.25, printed)) if area else 255.0
    if paper > 243:
        return 0.0  # white paper on a scan or a screen
    usual = np.count_nonzero(small.ink) / area
    blue, green, red = cv2.split(small.color)
    bright = (cv2.min(cv2.min(blue, green), red) >= 253).astype(np.uint8)
    burnt = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    if np.count_nonzero(burnt) < 0.002 * area:
        return 0.0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(burnt)
    lost = 0
    for label in 1 + np.flatnonzero(stats[1:, 4] >= 0.002 * area):
        spot = (labels == label).astype(np.uint8)
        if _is_highlight(small, spot, paper, usual):
            lost += int(stats[label, 4])
    return min(1.0, lost / area)


def _is_highlight(small: Small, spot: Mask, paper: float, usual: float) -> bool:
    """Whether a burnt-out spot fades out softly, amid print that grows fainter towards it.

    Paper in a bright lamp burns out as well, but what is printed beside it stays as dark.
    """
    size = float(np.count_nonzero(spot)) ** 0.5
    near, far = grown(spot, 8) > 0, grown(spot, 12 + round(0.35 * size)) > 0
    soft = near & (grown(spot, 3) == 0)
    ring = far & ~near
    if not soft.any() or not ring.any() or small.ink[spot > 0].mean() > 0.3 * usual:
        return False
    fades = float(small.paper[soft].mean()) > paper + 0.4 * (255 - paper)
    if not fades or float(small.ink[ring].mean()) < 0.2 * usual:
        return False
    depth = cv2.subtract(small.paper, small.gray)
    darkest = np.asarray(cv2.dilate(depth, np.ones((7, 7), np.uint8)), np.float32)
    beside, away = darkest[near & (depth > 8)], darkest[ring & (depth > 8)]
    return len(beside) > 0 and len(away) > 0 and bool(beside.mean() < 0.78 * away.mean())
