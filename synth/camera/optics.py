"""Lens, sensor, and what a phone and a chat program do to a picture before it is a file."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from synth.camera.conditions import Lens

Pixels = NDArray[np.uint8]
"""height x width x 3, blue-green-red, or gray."""
_TILE = 768
CHAT_SIDE, CHAT_QUALITY = 1280, 60
"""To how many pixels, and how hard, chat programs compress."""


def blurred(image: Pixels, lens: Lens, scale: float) -> Pixels:
    """Out of focus and shaken; `scale` is the document's long side over 2000 pixels."""
    kernel = spot(lens.defocus * scale, lens.motion * scale, lens.heading)
    if kernel.size == 1:
        return image
    return np.asarray(cv2.filter2D(image, -1, kernel), np.uint8)


def spot(radius: float, length: float, heading: float) -> NDArray[np.float32]:
    """What the lens makes of a point: a disc, drawn out along the way the hand shook."""
    half = int(np.ceil(radius + length / 2))
    if half == 0:
        return np.ones((1, 1), np.float32)
    fine = 5
    side = (2 * half + 1) * fine
    y, x = (np.mgrid[0:side, 0:side] - (side - 1) / 2) / fine
    turn = np.radians(heading)
    along, aside = x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)
    beyond = np.maximum(np.abs(along) - length / 2, 0)
    inside = (np.hypot(beyond, aside) <= max(radius, 0.5)).astype(np.float32)
    kernel = inside.reshape(2 * half + 1, fine, 2 * half + 1, fine).sum(axis=(1, 3))
    return np.asarray(kernel / kernel.sum(), np.float32)


def grainy(image: Pixels, sigma: float, seed: int) -> Pixels:
    """Sensor noise: more in bright parts but for what reading adds, blotchy in colour."""
    if sigma <= 0:
        return image
    height, width = image.shape[:2]
    tile = np.roll(_noise(seed % 4), (seed % 509, seed % 601), axis=(0, 1))
    repeats = (-(-height // _TILE), -(-width // _TILE), 1)
    noise = np.tile(tile, repeats)[:height, :width]
    level = np.arange(256, dtype=np.float32) / 255
    gain = (sigma / 32 * np.sqrt(0.3 + 1.4 * level)).astype(np.float32)
    strength = cv2.LUT(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), gain)
    grain = cv2.multiply(noise, cv2.merge([strength] * 3), dtype=cv2.CV_16S)
    return np.asarray(cv2.add(image, grain, dtype=cv2.CV_8U), np.uint8)


@cache
def _noise(which: int) -> NDArray[np.int16]:
    """A tile of noise, sigma 32: mostly of brightness, softened as phones do."""
    rng = np.random.Generator(np.random.PCG64(7001 + which))
    bright = rng.standard_normal((_TILE, _TILE, 1), np.float32)
    soft = cv2.GaussianBlur(bright, (0, 0), 0.6)[:, :, None]
    color = rng.standard_normal((_TILE // 3, _TILE // 3, 3), np.float32)
    tint = np.asarray(cv2.resize(color, (_TILE, _TILE), interpolation=cv2.INTER_CUBIC))
    tile = soft / soft.std() * 0.9 + tint / tint.std() * 0.4
    return np.asarray(np.round(tile * 32), np.int16)


def sharpened(image: Pixels, amount: float) -> Pixels:
    """Edges overdone, with the halos phones leave."""
    if amount <= 0:
        return image
    soft = cv2.GaussianBlur(image, (5, 5), 1.1)
    return np.asarray(cv2.addWeighted(image, 1 + amount, soft, -amount, 0), np.uint8)


def toned(image: Pixels, veil: float) -> Pixels:
    """Stray light lifts black, and the camera's curve steepens the middle."""
    level = np.arange(256, dtype=np.float64) / 255
    curve = level + 0.06 * np.sin(2 * np.pi * (level - 0.5)) * level
    table = np.clip((veil + (1 - veil) * curve) * 255, 0, 255)
    return np.asarray(cv2.LUT(image, np.round(table).astype(np.uint8)), np.uint8)


def shrunk_by_chat(image: Pixels, quality: int) -> Pixels:
    """What a chat program has left of a picture before it compresses it for the second time."""
    first = np.frombuffer(jpeg(image, quality), np.uint8)
    image = np.asarray(cv2.imdecode(first, cv2.IMREAD_UNCHANGED), np.uint8)
    share = CHAT_SIDE / max(image.shape[:2])
    if share >= 1:
        return image
    size = (round(image.shape[1] * share), round(image.shape[0] * share))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def jpeg(image: Pixels, quality: int) -> bytes:
    """The picture as JPEG, the same bytes every time."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()
