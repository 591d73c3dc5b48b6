"""A picture made clearer in one way or another."""

from collections.abc import Iterator

import cv2
import numpy as np

from models.page import Pixels

_NOISE = 0.01
"""The noise's power to the picture's, for Wiener's filter."""


def resized(picture: Pixels, scale: float) -> Pixels:
    """The picture at `scale` times its size."""
    if scale == 1.0:
        return picture
    height, width = picture.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def variants(patch: Pixels, plain: Pixels) -> Iterator[tuple[Pixels, bool]]:
    """The patch made clearer in one way or another, and whether its eyes may be clearer too."""
    yield np.asarray(cv2.createCLAHE(4.0, (6, 6)).apply(plain), np.uint8), True
    for sigma in (3, 8):
        soft = cv2.GaussianBlur(plain, (0, 0), sigma)
        yield np.asarray(cv2.addWeighted(plain, 3.0, soft, -2.0, 0), np.uint8), True
    yield np.asarray(cv2.GaussianBlur(plain, (0, 0), 1.6), np.uint8), True
    if patch.ndim == 3:
        # coloured print, a coloured light, a monitor's stripes
        for channel in (2, 0, 1):
            yield np.ascontiguousarray(patch[..., channel]), channel == 2
    for radius in (3.0, 5.0, 8.0):
        yield in_focus(plain, radius), True
    side = max(plain.shape)
    for share, offset, width in ((0.06, 4, 1.2), (0.15, 2, 3.0)):
        window = max(5, int(side * share)) | 1
        soft = cv2.GaussianBlur(plain, (0, 0), width)
        how = (cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY)
        yield np.asarray(cv2.adaptiveThreshold(soft, 255, *how, window, offset), np.uint8), False
    levels = np.linspace(0, 1, 256)
    for gamma in (0.4, 2.5):
        table = np.asarray(levels**gamma * 255, np.uint8)
        yield np.asarray(cv2.LUT(plain, table), np.uint8), gamma > 1
    for shape in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN):
        yield np.asarray(cv2.morphologyEx(plain, shape, np.ones((3, 3), np.uint8)), np.uint8), True


def in_focus(plain: Pixels, radius: float) -> Pixels:
    """A grey picture as it may be without the blur of a lens that spreads a point over a disc of
    this radius (Wiener's filter)."""
    rim = int(2 * radius) + 2
    light = cv2.copyMakeBorder(plain, rim, rim, rim, rim, cv2.BORDER_REFLECT).astype(np.float64)
    y, x = (np.fft.fftfreq(size) * size for size in light.shape)
    disc = np.clip(radius + 0.5 - np.hypot(x[None], y[:, None]), 0, 1)
    seen = np.fft.rfft2(disc / disc.sum())
    clear = np.fft.irfft2(
        np.fft.rfft2(light) * seen.conj() / (np.abs(seen) ** 2 + _NOISE), s=light.shape
    )[rim:-rim, rim:-rim]
    return np.asarray(np.clip(clear, 0, 255), np.uint8)
