"""Lines of text in a picture: their corners from where the text begins, and their crops."""

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Pixels

LINE_HEIGHT = 48
"""Height in pixels at which the recogniser sees a line."""

Quad = NDArray[np.float32]
"""4 x 2, the corners of a line in pixels."""


def ordered(quad: Quad) -> Quad:
    """Corners from the top-left on clockwise."""
    by_sum, by_difference = quad.sum(axis=1), quad[:, 1] - quad[:, 0]
    corners = [by_sum.argmin(), by_difference.argmin(), by_sum.argmax(), by_difference.argmax()]
    return quad[corners] if len(set(map(int, corners))) == 4 else quad


def along_text(quads: list[Quad]) -> list[Quad]:
    """The corners of every line from where its text begins.

    A tall line is taken to run downwards. Where most of the page does, it lies on its side, and
    its short words, whose shape does not tell, lie with it.
    """
    wide = [np.hypot(*(quad[1] - quad[0])) for quad in quads]
    high = [np.hypot(*(quad[3] - quad[0])) for quad in quads]
    down = [height >= 1.5 * width for width, height in zip(wide, high, strict=True)]
    length_down = sum(height for height, is_down in zip(high, down, strict=True) if is_down)
    length_across = sum(width for width, is_down in zip(wide, down, strict=True) if not is_down)
    sideways = length_down > length_across
    return [
        quad[[1, 2, 3, 0]] if is_down or sideways else quad
        for quad, is_down in zip(quads, down, strict=True)
    ]


def crop(picture: Pixels, quad: Quad) -> Pixels:
    """The text line within `quad`, upright, at most twice as high as the recogniser sees it."""
    width = max(np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[2] - quad[3])), 1.0)
    height = max(np.hypot(*(quad[3] - quad[0])), np.hypot(*(quad[2] - quad[1])), 1.0)
    scale = min(1.0, 2 * LINE_HEIGHT / height)
    size = (max(4, round(float(width) * scale)), max(4, round(float(height) * scale)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.ascontiguousarray(quad), target)
    line = cv2.warpPerspective(
        picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(line, np.uint8)
