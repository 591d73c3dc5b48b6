"""Printed backgrounds of tickets: tint, fine pattern, and the train on the blue one."""

from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from synth import fonts
from synth.draw.sheet import Color
from synth.fonts import Font

_SCALE = 12
"""Pixels to the millimetre."""
_Light = NDArray[np.float32]


@cache
def woven(width: int, height: int, split: float, upper: Color, lower: Color) -> Image.Image:
    """A sheet of `width` x `height` mm, tinted `lower` from `split` mm down, with a fine weave."""
    scale = 5
    rows, columns = np.mgrid[0 : height * scale, 0 : width * scale]
    light = np.where((rows < split * scale)[:, :, None], np.array(upper), np.array(lower))
    weave = ((rows % 4 < 2) & (columns % 4 < 2))[:, :, None] * 3
    return Image.fromarray((light - weave).clip(0, 255).astype(np.uint8))


@cache
def blue_ticket(width: float, height: float) -> Image.Image:
    """The magnetic ticket: pale blue, a train in halftone, a darker band along the foot."""
    w, h = round(width * _SCALE), round(height * _SCALE)
    across = np.linspace(0, 1, w, dtype=np.float32)[None, :, None]
    down = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
    left, right = np.array((214, 234, 243), np.float32), np.array((232, 238, 240), np.float32)
    glow = 0.25 + 0.75 * np.clip(1 - abs(across - 0.6) * 1.6, 0, 1)
    light = _blend(left + (right - left) * glow, _train(w, h)) - 6 * down
    rows, columns = np.mgrid[0:h, 0:w]
    light -= (((rows + columns) % 4 < 1) & ((rows - columns) % 4 < 1))[:, :, None] * 9
    image = Image.fromarray(light.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    band = round(0.862 * h)
    draw.rectangle((0, band, w, h), fill=(160, 216, 232))
    _microtext(draw, w, band - round(1.1 * _SCALE), (196, 208, 216))
    return image


@cache
def pink_ticket(width: float, height: float) -> Image.Image:
    """The soft paper ticket: pink with waving hairlines and a pale wheel."""
    w, h = round(width * _SCALE), round(height * _SCALE)
    rows, columns = np.mgrid[0:h, 0:w].astype(np.float32)
    wave = np.sin(columns / 38) * 9 + np.sin(columns / 101 + rows / 160) * 14
    line = 0.5 + 0.5 * np.cos(2 * np.pi * (rows + wave) / 11)
    light = np.array((252, 234, 232), np.float32) - (line**6)[:, :, None] * np.array((6, 20, 17))
    distance = np.hypot(columns - w * 0.5, rows - h * 0.55) / h
    wheel = (np.abs(distance - 0.3) < 0.045) | ((distance < 0.2) & (np.abs(columns - w / 2) < 34))
    light -= cv2.GaussianBlur(wheel.astype(np.float32), (0, 0), 6)[:, :, None] * (3, 13, 11)
    image = Image.fromarray(light.clip(0, 255).astype(np.uint8))
    _microtext(ImageDraw.Draw(image), w, round(0.9 * h), (240, 196, 194))
    return image


def _train(w: int, h: int) -> tuple[_Light, _Light]:
    """Colour and cover (0 to 1) of the train, its nose to the left."""
    image = Image.new("RGB", (w, h), (222, 232, 238))
    cover = Image.new("L", (w, h), 0)
    draw, mask = ImageDraw.Draw(image), ImageDraw.Draw(cover)
    body = [(0.24, 0.60), (0.33, 0.47), (0.44, 0.37), (0.53, 0.345), (0.66, 0.40), (1, 0.52)]
    keel = [(1, 0.66), (0.8, 0.67), (0.5, 0.68), (0.34, 0.67), (0.26, 0.64)]
    for brush, fill in ((draw, (240, 234, 236)), (mask, 255)):
        brush.polygon([(x * w, y * h) for x, y in body + keel], fill=fill)
    window = [(0.36, 0.43), (0.43, 0.37), (0.52, 0.345), (0.545, 0.37), (0.53, 0.41), (0.45, 0.43)]
    draw.polygon([(x * w, y * h) for x, y in window], fill=(176, 212, 230))
    for i in range(9):
        x, y = 0.69 + i * 0.033, 0.475 + i * 0.011
        draw.rectangle((x * w, y * h, (x + 0.022) * w, (y + 0.05) * h), fill=(188, 216, 230))
    stripe = [(0.3, 0.63), (0.6, 0.52), (1, 0.585), (1, 0.60), (0.6, 0.545), (0.31, 0.645)]
    draw.polygon([(x * w, y * h) for x, y in stripe], fill=(182, 212, 228))
    wide = 0.6 * _SCALE
    soft = cv2.GaussianBlur(np.asarray(cover, np.float32) / 255, (0, 0), wide)[:, :, None]
    light = cv2.GaussianBlur(np.asarray(image, np.float32), (0, 0), wide * 0.7)
    return np.asarray(light, np.float32), np.asarray(soft, np.float32)


def _blend(light: NDArray[Any], top: tuple[_Light, _Light]) -> NDArray[Any]:
    """The picture `top` printed faintly over `light`."""
    color, cover = top
    return np.asarray(light * (1 - 0.72 * cover) + color * 0.72 * cover)


def _microtext(draw: ImageDraw.ImageDraw, width: int, y: int, color: Color) -> None:
    font = fonts.pillow(Font.HEI, round(0.95 * _SCALE))
    draw.text((0, y), "CR" * (width // 10), font=font, fill=color)


@cache
def itinerary(width: int, height: int) -> Image.Image:
    """The paper of an air itinerary: pale blue-green waves."""
    w, h = width * 6, height * 6
    rows, columns = np.mgrid[0:h, 0:w].astype(np.float32)
    wave = np.sin(columns / 60) * 12 + np.sin((columns + rows) / 140) * 18
    # few tones and wide spaces: a denser pattern makes scans slow to compress
    line = np.cos(2 * np.pi * (rows + wave) / 16) > 0.88
    light = np.array((240, 248, 246), np.float32) - line[:, :, None] * np.array((20, 8, 8))
    return Image.fromarray(light.clip(0, 255).astype(np.uint8))
