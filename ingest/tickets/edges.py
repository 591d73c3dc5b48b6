"""Straight edges in a picture, and how much each looks like the edge of a sheet of paper."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.tickets.lines import Floats, Lines, crossing
from models.page import Pixels

_SHORTEST = 24
"""Pixels; shorter edges are strokes of letters."""
_MOST = 400
"""Edges looked at, the longest first: wood and cloth have thousands of short ones."""
_GRADIENTS = (8, 18, 27, 40, 80)
"""Of 255, the steps that count as an edge: the next only where the one before finds too much."""
_SEGMENT_ROOM = 8
"""Pixels in one chain of edge, as a multiple of width + height, for which OpenCV has room."""
_ALONG, _REACH = 20, 18
"""Profiles are taken at so many places along an edge, so many pixels to either side."""
_CHROMA = np.array([1.0, 1.5, 1.5])
"""How much a step in each channel of Lab counts."""


@dataclass(frozen=True, slots=True)
class Edges:
    """W straight edges. `ends` W x 2 x 2; `paper` W, 0 to 1: how much like the edge of a sheet it
    looks (a printed rule has the same paper on both sides, and no shadow); `length` W, pixels."""

    ends: Floats
    paper: Floats

    @property
    def length(self) -> Floats:
        return np.asarray(np.hypot(*(self.ends[:, 1] - self.ends[:, 0]).T))

    def chosen(self, which: NDArray[np.bool_]) -> "Edges":
        return Edges(self.ends[which], self.paper[which])


def find_edges(picture: Pixels, fine: Pixels, lines: Lines) -> Edges:
    """The straight edges of `picture` that are no text. `fine` is the same picture, larger, for
    a closer look at what lies on both sides; `lines` are in the pixels of `picture`."""
    ends = _straight(picture)
    ends = ends[~_is_text(ends, lines)]
    if not len(ends):
        return Edges(ends, np.zeros(0))
    scale = fine.shape[1] / picture.shape[1]
    lab = cv2.cvtColor(fine, cv2.COLOR_BGR2LAB)
    paper = _like_paper(np.asarray(lab, np.uint8), ends * scale)
    continued, length = _continued(ends, paper)
    paper = paper * np.clip((length - 40) / 60, 0.05, 1)
    return _with_gaps(Edges(ends, paper), continued, lines)


def _continued(ends: Floats, paper: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """(W x W: whether one edge continues another, the length of each with those that do, W)."""
    way = ends[:, 1] - ends[:, 0]
    length = np.hypot(*way.T)
    unit = way / np.maximum(length, 1e-6)[:, None]
    away = ends[None] - ends[:, None, :1]
    aside = np.abs(away[..., 0] * unit[:, None, None, 1] - away[..., 1] * unit[:, None, None, 0])
    along = (away * unit[:, None, None]).sum(axis=3)
    low, high = along.min(axis=2), along.max(axis=2)
    gap = np.maximum(low - length[:, None], -high)
    longer = np.maximum(length[:, None], length[None])
    mates = (aside.max(axis=2) < 4 + 0.02 * longer) & (gap < 40 + 0.5 * longer)
    mates &= (paper > 0.3)[None] & (paper > 0.3)[:, None]
    # edges beside one another count once
    span = np.where(mates, high, 0).max(axis=1) - np.where(mates, low, 0).min(axis=1)
    total = np.maximum(length, np.minimum((mates * length[None]).sum(axis=1), span))
    return mates & (gap > 0), np.asarray(total)


def _with_gaps(edges: Edges, continued: NDArray[np.bool_], lines: Lines) -> Edges:
    """The edges, and the gaps between those that continue one another, where no text stands."""
    one, other = np.nonzero(np.triu(continued | continued.T))
    if not len(one):
        return edges
    first, second = edges.ends[one], edges.ends[other]
    apart = np.hypot(*np.moveaxis(first[:, :, None] - second[:, None, :], -1, 0)).reshape(-1, 4)
    nearest = apart.argmin(axis=1)
    rows = np.arange(len(one))
    gaps = np.stack([first[rows, nearest // 2], second[rows, nearest % 2]], axis=1)
    half = lines.axis * (lines.length * 0.4)[:, None]
    free = ~crossing(lines.middle - half, lines.middle + half, gaps).any(axis=0)
    paper = 0.9 * np.minimum(edges.paper[one], edges.paper[other])
    return Edges(
        np.concatenate([edges.ends, gaps[free]]), np.concatenate([edges.paper, paper[free]])
    )


def prolonged(edges: Edges, lines: Lines) -> Edges:
    """The edges, and what long ones would be if they went on, up to where text stands."""
    way = edges.ends[:, 1] - edges.ends[:, 0]
    long = (edges.length > 70) & (edges.paper > 0.5)
    if not long.any():
        return edges
    half = lines.axis * (lines.length * 0.4)[:, None]
    unit = way / np.maximum(edges.length, 1e-6)[:, None]
    strong = edges.paper > 0.5
    walls = np.stack([edges.ends[:, 0] - 8 * unit, edges.ends[:, 1] + 8 * unit], axis=1)[strong]
    square = np.abs(unit @ unit[strong].T) < 0.7
    ends, paper = [edges.ends], [edges.paper]
    for sign, start in ((1, 1), (-1, 0)):
        reach = np.ones(len(way), bool) & long
        for step in range(4):
            first = edges.ends[:, start] + sign * way * (step / 4)
            piece = np.stack([first - sign * 8 * unit, first + sign * way / 4], axis=1)
            # nor beyond the corner of the sheet
            reach &= ~(crossing(piece[:, 0], piece[:, 1], walls) & square).any(axis=1)
            reach &= ~crossing(lines.middle - half, lines.middle + half, piece).any(axis=0)
            ends.append(piece[reach])
            paper.append(0.55 * edges.paper[reach])
    return Edges(np.concatenate(ends), np.concatenate(paper))


def _straight(picture: Pixels) -> Floats:
    """The straight edges, the longest first; of a picture all of fine texture only the strong."""
    gray = np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_BGR2LAB)[:, :, 0])
    most = _SEGMENT_ROOM * sum(gray.shape)
    for gradient in _GRADIENTS:
        finder = _finder(gradient)
        finder.detectEdges(gray)
        # OpenCV writes beyond its buffer where a segment is longer (opencv_contrib #3429, #4205)
        if max(map(len, finder.getSegments()), default=0) < most:
            return _longest(finder.detectLines())
    return np.zeros((0, 2, 2))


def _finder(gradient: int) -> Any:
    finder = cv2.ximgproc.createEdgeDrawing()
    options = cv2.ximgproc.EdgeDrawing.Params()
    options.GradientThresholdValue = gradient
    options.AnchorThresholdValue = 2
    options.MinLineLength = _SHORTEST
    options.LineFitErrorThreshold = 1.5
    finder.setParams(options)
    return finder


def _longest(found: Any) -> Floats:
    """The longest of the lines (x0, y0, x1, y1) found; N x 2 x 2."""
    if found is None:
        return np.zeros((0, 2, 2))
    ends = np.asarray(found, np.float64).reshape(-1, 2, 2)
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    return ends[np.argsort(-length)[:_MOST]]


def _is_text(ends: Floats, lines: Lines) -> NDArray[np.bool_]:
    """Whether an edge runs along letters, or through so many that no paper can end there."""
    if not len(lines) or not len(ends):
        return np.zeros(len(ends), bool)
    at = np.linspace(0.05, 0.95, 8)[None, :, None]
    points = ends[:, None, 0] + at * (ends[:, None, 1] - ends[:, None, 0])
    away = points[:, :, None] - lines.middle
    along = np.abs((away * lines.axis).sum(axis=3))
    aside = np.abs(away[..., 0] * lines.axis[:, 1] - away[..., 1] * lines.axis[:, 0])
    inside = (along < lines.length / 2) & (aside < lines.height / 2)
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    half = lines.axis * (lines.length * 0.4)[:, None]
    crossed = crossing(lines.middle - half, lines.middle + half, ends).T
    hidden = (crossed * lines.height * 2).sum(axis=1)
    return np.asarray((inside.any(axis=2).mean(axis=1) > 0.5) | (hidden > 0.3 * length))


def _like_paper(lab: Pixels, ends: Floats) -> Floats:
    """0 to 1 for every edge, from the median profile across it."""
    if not len(ends):
        return np.zeros(0)
    profile, bright = _profiles(lab, ends)
    at = _darkest(profile[:, :, 0])
    around = {k: _at(profile if abs(k) < 5 else bright, at + k) for k in range(-14, 15)}
    left, right = _mean(around, -9, -5), _mean(around, 5, 9)
    near = _difference(left, right)
    far = _difference(_mean(around, -14, -9), _mean(around, 9, 14))
    # a thick rule has the same paper again beyond it, and print may stand near an edge
    step = np.where(far > 0.3 * near, near, 0)
    depth = np.minimum(left[:, 0], right[:, 0]) - around[0][:, 0]
    by_step = np.clip((step - 1.5) / 4, 0, 1) * np.clip(2.5 - depth / (4 * step + 1e-3), 0.0, 1)
    # a shadow is soft on one side only, a faint rule the same on both
    tails = [
        np.sum([np.maximum(level[:, 0] - around[sign * k][:, 0], 0) for k in (2, 3, 4)], axis=0)
        for sign, level in ((-1, left), (1, right))
    ]
    uneven = np.abs(tails[0] - tails[1]) / (np.maximum(depth, 0) + 3)
    by_shadow = np.clip((depth - 4) / 6, 0, 1) * np.clip((75 - depth) / 15, 0, 1)
    by_shadow *= np.clip((uneven - 0.3) / 0.4, 0, 1)
    # coloured ink between two papers is print: a seal, a coloured rule
    ink = np.minimum(*(np.hypot(*(around[0] - side)[:, 1:].T) for side in (left, right)))
    return np.asarray(np.maximum(by_step, by_shadow) * np.clip(2 - ink / 7, 0, 1))


def _darkest(light: Floats) -> Floats:
    """Where in each profile the middle of a rule or a shadow is, to a part of a pixel."""
    reach = 4
    dark = _REACH - reach + np.argmin(light[:, _REACH - reach : _REACH + reach + 1], axis=1)
    rows = np.arange(len(light))
    before, here, beyond = (light[rows, dark + k] for k in (-1, 0, 1))
    bend = before + beyond - 2 * here
    shift = np.where(bend > 1e-6, (before - beyond) / (2 * np.maximum(bend, 1e-6)), 0)
    return np.asarray(dark + np.clip(shift, -0.5, 0.5))


def _at(profile: Floats, place: Floats) -> Floats:
    """W x 3: the colour of each profile at a place of its own."""
    place = np.clip(place, 0, profile.shape[1] - 1.001)
    low = place.astype(int)
    share = (place - low)[:, None]
    rows = np.arange(len(profile))
    return np.asarray(profile[rows, low] * (1 - share) + profile[rows, low + 1] * share)


def _mean(around: dict[int, Floats], start: int, stop: int) -> Floats:
    return np.asarray(np.mean([around[k] for k in range(start, stop + 1)], axis=0))


def _difference(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.sqrt((((one - other) * _CHROMA) ** 2).sum(axis=1)))


def _profiles(lab: Pixels, ends: Floats) -> tuple[Floats, Floats]:
    """Twice W x (2 reach + 1) x 3: the usual colour at each distance across the edges, and that
    of the paper where a quarter or more of it is printed on."""
    way = ends[:, 1] - ends[:, 0]
    unit = way / np.maximum(np.hypot(*way.T), 1e-6)[:, None]
    normal = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
    at = np.linspace(0.05, 0.95, _ALONG)
    middles = ends[:, None, 0] + at[None, :, None] * way[:, None]
    across = np.arange(-_REACH, _REACH + 1)
    points = middles[:, :, None] + across[None, None, :, None] * normal[:, None, None]
    flat = points.reshape(len(ends) * _ALONG, -1, 2).astype(np.float32)
    # remap takes no more than 32,767 rows
    parts = [
        cv2.remap(
            lab, part, np.empty(0, np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        for part in np.array_split(flat, 1 + len(flat) // 30_000)
    ]
    seen = np.concatenate(parts).reshape(len(ends), _ALONG, len(across), 3)
    seen.sort(axis=1)
    return seen[:, _ALONG // 2].astype(np.float64), seen[:, _ALONG * 3 // 4].astype(np.float64)
