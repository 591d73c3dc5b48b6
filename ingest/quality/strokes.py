"""Print at its own scale: how high it is, how sharp, and how dark."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.quality.reduced import Gray, Mask, Small, gray_of, grown, quantile, resized
from models.page import Pixels

Parts: TypeAlias = NDArray[np.int32]
"""A row a connected part: left, top, width, height, area."""

_TILES = 8
_MOST_TILE = 256
_LARGE, PLAIN_GLYPH = 26.0, 18.0
"""Print higher than the first, in pixels, is reduced to the second before it is measured."""


@dataclass(frozen=True, slots=True)
class Print:
    """What was measured on tiles with print: sizes in pixels, levels from 0 to 255."""

    glyph: float
    edge: float
    depth: float
    paper: float
    noise: float


def print_on(picture: Pixels, small: Small, where: Mask) -> Print | None:
    """Print as it is on those tiles of the sheet `where` that hold most of it: of each measurement
    the median. None where there is nothing like print."""
    found = [one for tile in _tiles(picture, small, where) if (one := _on_tile(tile)) is not None]
    if not found:
        return None
    return Print(*(float(value) for value in np.median(np.array(found), axis=0)))


def _tiles(picture: Pixels, small: Small, where: Mask) -> list[Gray]:
    """Parts of the picture at full size, those with most print first."""
    height, width = picture.shape[:2]
    side = int(np.clip(max(height, width) / 8, 96, _MOST_TILE))
    rows, columns = max(1, height // side), max(1, width // side)
    cells = (columns, rows)
    inked = resized(small.ink.astype(np.float32), cells, cv2.INTER_AREA).ravel()
    inked[inked > 0.45] = 0  # no print is as black as that
    paper = resized(where.astype(np.float32), cells, cv2.INTER_AREA).ravel()
    inked[paper < min(0.3, 0.6 * float(paper.max()))] = 0
    tiles = []
    for at in np.argsort(-inked, kind="stable")[:_TILES]:
        if inked[at] < 0.01:
            break
        row, column = divmod(int(at), columns)
        top, left = row * height // rows, column * width // columns
        tiles.append(gray_of(picture[top : top + side, left : left + side]))
    return tiles


def _on_tile(tile: Gray) -> tuple[float, ...] | None:
    """(glyph, edge, depth, paper, noise) of a tile, None where it holds nothing like print."""
    ink, depth = _inked(tile)
    noise = _noise(tile)
    if depth < max(5, 4 * noise):
        return None
    darkest, middle, lightest = (quantile(tile, share) for share in (0.02, 0.5, 0.98))
    # a page is mostly paper, as light as it gets; wood, cloth and fur are of all shades
    if lightest - middle > 0.38 * (lightest - darkest):
        return None
    glyph = _glyph_height(_parts(ink, max(tile.shape) // 2))
    if not glyph:
        return None
    paper = float(quantile(tile, 0.8))
    scale = 1.0
    if glyph > _LARGE:
        scale = PLAIN_GLYPH / glyph
        size = (round(tile.shape[1] * scale), round(tile.shape[0] * scale))
        tile = resized(tile, size, cv2.INTER_AREA)
    return glyph, _edge_width(tile) / scale, depth, paper, noise


def _inked(gray: Gray) -> tuple[Mask, float]:
    """(where there is ink, how much darker than its surroundings the darkest of it is)."""
    darker = cv2.subtract(cv2.blur(gray, (31, 31)), gray)
    depth = quantile(darker, 0.99)
    return (darker > max(3, 0.4 * depth)).astype(np.uint8), float(depth)


def _parts(ink: Mask, longest: int) -> Parts:
    """The connected parts of a mask that do not touch its rim and may be (of) glyphs."""
    height, width = ink.shape
    stats = cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:]
    x, y, w, h, area = stats.T
    inside = (x > 0) & (y > 0) & (x + w < width) & (y + h < height)
    size = np.maximum(w, h)
    return np.asarray(stats[inside & (area >= 6) & (size >= 4) & (size < longest)], np.int32)


def _glyph_height(parts: Parts) -> float:
    """The common height of print made of these parts, 0 where they are too few to tell.

    Whichever way it runs: the longer side of compact parts, the shorter of lines of glyphs that
    have run together. A little above the middle, since many glyphs are of several parts.
    """
    if len(parts) < 6:
        return 0.0
    longer, shorter = parts[:, 2:4].max(axis=1), parts[:, 2:4].min(axis=1)
    compact = longer < 2.5 * shorter
    size = np.where(compact, longer, shorter)
    weight = np.sqrt(parts[:, 4]) * (compact | (shorter > 5))
    if not weight.any():
        return 0.0
    order = np.argsort(size, kind="stable")
    share = np.cumsum(weight[order])
    return float(size[order][np.searchsorted(share, 0.6 * share[-1])])


def _edge_width(gray: Gray) -> float:
    """Over how many pixels strokes go from paper to ink, in the direction in which they take
    longest: how dark ink is by how steep its edges are. A shaken picture keeps the edges that run
    along with the shake."""
    ink, depth = _inked(gray)
    near = grown(ink, 1)
    across, down = cv2.Sobel(gray, cv2.CV_16S, 1, 0), cv2.Sobel(gray, cv2.CV_16S, 0, 1)
    # scaled so that 255 is an edge two pixels wide, the steepest there is
    unit = 255 / (4 * max(1.0, depth))
    rises = (
        (across, unit),
        (down, unit),
        (cv2.add(across, down), unit / 2**0.5),
        (cv2.subtract(across, down), unit / 2**0.5),
    )
    steep = min(
        quantile(cv2.convertScaleAbs(rise, alpha=scale), 0.85, near) for rise, scale in rises
    )
    return 510 / max(2, steep)


def _noise(gray: Gray) -> float:
    """Sigma of the grain, from how neighbours differ; most of a page is blank."""
    return quantile(cv2.absdiff(gray[:, 1:], gray[:, :-1]), 0.5) / 0.95
