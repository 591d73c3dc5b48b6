"""Print that the frame of the picture cuts."""

import cv2
import numpy as np

from ingest.quality.reduced import Gray, Mask, gray_of, grown, resized
from ingest.quality.sheet import Sheet
from ingest.quality.strokes import PLAIN_GLYPH, Print
from models.page import Pixels
from models.sight import Edge

_MOST_GLYPHS = 600
"""More glyphs along one side of the frame than this are no print."""


def glyphs_cut(picture: Pixels, found: Print, sheet: Sheet) -> dict[Edge, int]:
    """How many glyphs of the sheet the frame cuts at each of its sides.

    Where another printed sheet lies wholly in the picture, that one may be what is meant.
    """
    if sheet.another_whole:
        return {}
    deep = int(np.clip(2.2 * found.glyph, 12, min(picture.shape[:2])))
    mask = sheet.mask
    sides = {
        Edge.TOP: (gray_of(picture[:deep]), mask[:3]),
        Edge.BOTTOM: (gray_of(picture[-deep:])[::-1], mask[-3:]),
        Edge.LEFT: (gray_of(picture[:, :deep]).T, mask[:, :3].T),
        Edge.RIGHT: (gray_of(picture[:, -deep:])[:, ::-1].T, mask[:, -3:].T),
    }
    return {
        side: _cut_on(np.ascontiguousarray(strip), contact.max(axis=0), found)
        for side, (strip, contact) in sides.items()
    }


def _cut_on(strip: Gray, contact: Mask, found: Print) -> int:
    """How many glyphs touch the first row of a strip along the frame where the sheet does."""
    if contact.mean() < 0.1:
        return 0
    scale = min(1.0, PLAIN_GLYPH / found.glyph)
    glyph = found.glyph * scale
    if scale < 1:
        size = (max(1, round(strip.shape[1] * scale)), max(4, round(strip.shape[0] * scale)))
        strip = resized(strip, size, cv2.INTER_AREA)
    ink = cv2.subtract(cv2.blur(strip, (31, 31)), strip) > max(
        3, 0.4 * found.depth, 4 * found.noise
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    x, y, w, h, area = stats[1:].T
    size = np.maximum(w, h)
    is_glyph = (size > 0.3 * glyph) & (size < 1.4 * glyph) & (area >= 4)
    at = ((x + w / 2) / strip.shape[1] * len(contact)).astype(int)
    is_cut = (y < 0.25 * glyph) & is_glyph & (grown(contact[None], 4)[0][at] > 0)
    if not is_cut.any() or np.count_nonzero(is_glyph) > _MOST_GLYPHS:
        return 0
    # a glyph has others beside it: behind it, or to both sides along the frame
    aside = (x + w / 2)[is_glyph][None] - (x + w / 2)[is_cut][:, None]
    behind = (y[is_glyph][None] - (y + h)[is_cut][:, None]) / glyph
    in_line = (np.abs(aside) < 0.7 * glyph) & (behind > -0.2) & (behind < 0.8)
    level = (y[is_glyph] < 0.3 * glyph)[None] & (np.abs(aside) < 1.6 * glyph)
    between = (level & (aside > 0)).any(axis=1) & (level & (aside < 0)).any(axis=1)
    in_print = in_line.any(axis=1) | between
    touching = np.count_nonzero(in_print & (y[is_cut] == 0))
    # where none is cut through, print that comes this near only has a narrow margin
    return min(int(np.count_nonzero(in_print)), 2 * int(touching))
