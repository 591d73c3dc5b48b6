"""What happens to a document between printer and file: scanners, phone cameras, desks and lamps."""

import io
from dataclasses import dataclass
from enum import StrEnum
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from synth.draw.picture import smooth_noise

Light = NDArray[np.float32]
"""height x width x 3, red-green-blue, 0 to 255."""


class Level(StrEnum):
    """scan: a flatbed, a little askew; photo: a phone, held well; poor: held badly, dim light."""

    SCAN = "scan"
    PHOTO = "photo"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class _Settings:
    """Rotation in degrees, corner shifts as shares of a side, blur sigma in pixels at 2000 px."""

    turn: float
    corners: float
    shadow: float
    blur: float
    noise: float
    quality: int
    margin: float


_SETTINGS = {
    Level.SCAN: _Settings(0.7, 0.0, 0.02, 0.5, 1.6, 82, 0.012),
    Level.PHOTO: _Settings(2.5, 0.02, 0.25, 0.6, 3.0, 84, 0.07),
    Level.POOR: _Settings(7.0, 0.05, 0.45, 1.1, 6.0, 68, 0.12),
}
_DESKS = ((196, 168, 132), (150, 112, 80), (222, 220, 214), (96, 92, 90))


def photo(png: bytes, seed: int, level: Level, *, long_side: int = 2000) -> bytes:
    """A picture of the picture, as JPEG, its longer side `long_side` pixels.

    The same picture, seed and level give the same bytes.
    """
    rng = Random(f"photo:{seed}:{level.value}")
    settings = _SETTINGS[level]
    with Image.open(io.BytesIO(png)) as image:
        document = np.asarray(image.convert("RGB"), np.float32)
    height, width = document.shape[:2]
    scale = long_side / (max(height, width) * (1 + 2 * settings.margin))
    size = (
        round(height * scale * (1 + 2 * settings.margin)),
        round(width * scale * (1 + 2 * settings.margin)),
    )
    if scale < 1:
        # warping alone would drop thin strokes when it shrinks
        document = np.asarray(
            cv2.resize(document, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.float32
        )
    scene = _laid_down(document, size, rng, level)
    scene *= _lamp(size, rng, settings.shadow)[:, :, None]
    scene = cv2.GaussianBlur(scene, (0, 0), settings.blur * long_side / 2000).astype(np.float32)
    scene += _grain(rng, size, settings.noise)[:, :, None]
    tint = np.array([rng.uniform(0.96, 1.0), 0.98, rng.uniform(0.92, 1.0)], np.float32)
    if level is not Level.SCAN:
        scene *= tint
    buffer = io.BytesIO()
    picture = Image.fromarray(scene.clip(0, 255).astype(np.uint8))
    picture.save(buffer, "JPEG", quality=settings.quality)
    return buffer.getvalue()


def _laid_down(document: Light, size: tuple[int, int], rng: Random, level: Level) -> Light:
    """The document warped onto a desk (or a scanner's white lid), with a soft edge shadow."""
    settings = _SETTINGS[level]
    matrix = _pose(document.shape[:2], size, rng, settings)
    height, width = size
    desk = _desk(rng, size, level)
    warped = cv2.warpPerspective(document, matrix, (width, height), flags=cv2.INTER_LINEAR)
    sheet = np.ones(document.shape[:2], np.float32)
    mask = cv2.warpPerspective(sheet, matrix, (width, height), flags=cv2.INTER_LINEAR)
    edge = cv2.GaussianBlur(mask, (0, 0), width / 180)
    edge = np.roll(edge, (height // 140, width // 200), axis=(0, 1))
    shade = 1 - (0.4 if level is not Level.SCAN else 0.05) * edge
    return (desk * shade[:, :, None] * (1 - mask[:, :, None]) + warped * mask[:, :, None]).astype(
        np.float32
    )


def _pose(
    shape: tuple[int, ...], size: tuple[int, int], rng: Random, settings: _Settings
) -> NDArray[np.float64]:
    """The perspective that brings the document's corners to where the camera sees them."""
    (h, w), (height, width) = shape[:2], size
    x0, y0 = (settings.margin / (1 + 2 * settings.margin) * side for side in (width, height))
    corners = np.array([[x0, y0], [width - x0, y0], [width - x0, height - y0], [x0, height - y0]])
    angle = np.radians(rng.uniform(-settings.turn, settings.turn))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([width / 2, height / 2])
    shrink = 1 - abs(np.sin(angle)) * 0.45
    corners = (corners - middle) @ turn.T * shrink + middle
    for corner in corners:
        corner += [rng.uniform(-1, 1) * settings.corners * side for side in (width, height)]
    flat = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    return np.asarray(
        cv2.getPerspectiveTransform(flat, corners.astype(np.float32)), dtype=np.float64
    )


def _desk(rng: Random, size: tuple[int, int], level: Level) -> Light:
    height, width = size
    if level is Level.SCAN:
        return np.full((height, width, 3), 252, np.float32)
    color = np.array(rng.choice(_DESKS), np.float32)
    # grain drawn out sideways looks like wood
    streaks = cv2.resize(smooth_noise(rng, (height, max(2, width // 40)), 7), (width, height))
    return np.asarray(color * (0.86 + 0.2 * streaks[:, :, None]), np.float32)


def _lamp(size: tuple[int, int], rng: Random, depth: float) -> NDArray[np.float32]:
    """Light falling off towards one side, with soft blotches; 1 is full light."""
    height, width = size
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    ramp = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle) + 0.5
    blotch = smooth_noise(rng, size, max(size) / 3)
    return np.asarray(1 - depth * np.clip(0.7 * ramp + 0.3 * blotch, 0, 1), np.float32)


def _grain(rng: Random, size: tuple[int, int], sigma: float) -> NDArray[np.float32]:
    """Camera noise: the sum of three uniform bytes is near enough to a bell."""
    count = size[0] * size[1]
    raw = np.frombuffer(rng.randbytes(count * 3), np.uint8).reshape(3, *size)
    bell = raw.astype(np.float32).sum(axis=0) / 127.5 - 3
    return np.asarray(bell * sigma, np.float32)
