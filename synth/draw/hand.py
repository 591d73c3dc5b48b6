"""Handwriting: text as a ball-point leaves it, and curves for ticks and signatures."""

from collections.abc import Sequence
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from synth import fonts
from synth.draw.picture import smooth_noise
from synth.fonts import Font

_BIG = 84
"""Letters are written this many pixels high and then brought to size."""


def written(text: str, size: float, rng: Random) -> NDArray[np.float32]:
    """Text as if written by hand, letters `size` pixels high: how much ink, 0 to 1.

    Thin strokes, each letter leaning, wavering and uneven.
    """
    font = fonts.pillow(Font.KAI, _BIG)
    canvas = Image.new("L", (round(_BIG * (len(text) + 1.6)), round(_BIG * 2.2)), 0)
    x, slope = _BIG * 0.7, rng.uniform(-0.16, 0.05)
    for char in text:
        tile = Image.new("L", (_BIG * 2, _BIG * 2), 0)
        ImageDraw.Draw(tile).text((_BIG, _BIG), char, 255, font, anchor="mm")
        tile = tile.rotate(rng.gauss(4, 4), Image.Resampling.BILINEAR)
        y = canvas.height / 2 + (x - canvas.width / 2) * slope + rng.gauss(0, 0.04) * _BIG
        canvas.paste(255, (round(x - _BIG), round(y - _BIG)), tile)
        x += _BIG * (rng.uniform(0.72, 0.92) if ord(char) > 255 else rng.uniform(0.4, 0.5))
    mask = _wavered(np.asarray(canvas), rng)
    by = size / _BIG
    grown = cv2.resize(mask, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(grown * 1.15, 0, 1), np.float32)


def _wavered(glyphs: NDArray[np.uint8], rng: Random) -> NDArray[np.float32]:
    """Strokes of a ball-point's width, bent and slanted, so that no font is left in them."""
    solid = np.where(glyphs > 110, 255, 0).astype(np.uint8)
    thin = cv2.ximgproc.thinning(solid)
    line = cv2.dilate(thin, _disc(rng.uniform(1.6, 2.6))).astype(np.float32) / 255
    size = (line.shape[0], line.shape[1])
    y, x = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    slant = rng.uniform(0.05, 0.3)
    for grain, reach in ((_BIG * 0.8, 0.2), (_BIG * 0.3, 0.09)):
        x += (smooth_noise(rng, size, grain) - 0.5) * 2 * reach * _BIG
        y += (smooth_noise(rng, size, grain) - 0.5) * 2 * reach * _BIG
    x += (y - size[0] / 2) * slant
    return np.asarray(cv2.remap(line, x, y, cv2.INTER_LINEAR), np.float32)


def _disc(radius: float) -> NDArray[np.uint8]:
    side = 2 * round(radius) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def smooth(knots: Sequence[tuple[float, float]], steps: int) -> NDArray[np.float64]:
    """n x 2: a Catmull-Rom curve through the knots, `steps` points between two."""
    points = np.array([knots[0], *knots, knots[-1]], np.float64)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for i in range(len(points) - 3):
        a, b, c, d = points[i : i + 4]
        parts.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2)
            + 0.5 * (3 * b - a - 3 * c + d) * t**3
        )
    return np.concatenate([*parts, points[-1:]])
