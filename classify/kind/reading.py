"""The words of a page put in reading order, spaces and widths made alike."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.page import Source, Token
from models.text import fold

MOST_TOKENS = 3000
"""More than any ticket has: such a page is not judged."""
_MOST_CHARACTERS = 20_000
_LONGEST_TOKEN = 200
_SPACES = re.compile(r"[^\S\n]+")
_ROW = 0.5
"""Words whose middles are apart by less than this share of their height stand on one row."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of one page, in reading order.

    `lines` have no spaces, capital letters, and no characters that only differ in width. `tops`
    says for each how far down its middle stands, 0 to 1 of the height all words take; `lefts`
    and `rows` likewise, a row's words having the same number. `exact` tells that no OCR was
    between print and words. `shape` is the page's width by its height.
    """

    lines: tuple[str, ...]
    tops: NDArray[np.float64]
    lefts: NDArray[np.float64]
    rows: NDArray[np.int64]
    exact: bool
    shape: float

    @property
    def text(self) -> str:
        """All words, a line each."""
        return "\n".join(self.lines)

    @property
    def run(self) -> str:
        """All words without anything between them: a label may come in several tokens."""
        return "".join(self.lines)


def read(tokens: Sequence[Token], size: tuple[float, float]) -> Reading:
    """The words of at most MOST_TOKENS tokens; what is not finite counts as zero."""
    tokens = tokens[:MOST_TOKENS]
    joined = "\n".join(token.text[:_LONGEST_TOKEN].replace("\n", " ") for token in tokens)
    lines = _SPACES.sub("", fold(joined[:_MOST_CHARACTERS])).upper().split("\n")
    kept = [i for i, line in enumerate(lines) if line]
    boxes = np.array([tokens[i].box for i in kept], np.float64).reshape(-1, 4)
    boxes = np.clip(np.nan_to_num(boxes), -1e9, 1e9)
    rows = _rows(boxes)
    lefts = (boxes[:, 0] + boxes[:, 2]) / 2
    order = np.lexsort((lefts, rows))
    tops = (boxes[:, 1] + boxes[:, 3]) / 2
    return Reading(
        lines=tuple(lines[kept[i]] for i in order),
        tops=_share(tops)[order],
        lefts=_share(lefts)[order],
        rows=rows[order],
        exact=bool(kept) and all(tokens[i].source is not Source.OCR for i in kept),
        shape=_shape(size),
    )


def _rows(boxes: NDArray[np.float64]) -> NDArray[np.int64]:
    """The number of each box's row, counted from the top."""
    if not len(boxes):
        return np.zeros(0, np.int64)
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    apart = _ROW * float(np.median(np.abs(boxes[:, 3] - boxes[:, 1])))
    order = np.argsort(middles, kind="stable")
    rows = np.zeros(len(boxes), np.int64)
    rows[order[1:]] = np.cumsum(np.diff(middles[order]) > apart)
    return rows


def _share(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places as shares of the room they take; all of them 0 where they take none."""
    if not len(places):
        return places
    low, high = float(places.min()), float(places.max())
    return (places - low) / (high - low) if high > low else np.zeros_like(places)


def _shape(size: tuple[float, float]) -> float:
    width, height = (float(side) if np.isfinite(side) and side > 0 else 0.0 for side in size)
    return width / height if width and height else 1.0
