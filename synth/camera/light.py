"""Lamps, shadows of hands and phones, highlights, and what the shape of paper does to light."""

from collections.abc import Sequence
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from synth.camera.conditions import Light, Paper
from synth.camera.optics import Pixels
from synth.camera.surface import Surface
from synth.camera.view import Frame
from synth.draw.picture import smooth_noise
from synth.draw.place import REGION, Place

Gain = NDArray[np.float32]
"""rows x columns, or rows x columns x 3: factors of brightness, coarser than the picture."""
COARSE = 4
"""Light is worked out for every so many pixels."""
_GRID = 420


def relief(surface: Surface, light: Light, rng: Random) -> Gain:
    """How bright each part of the sheet is because of the way it leans, and its creases.

    A grid over the page, its longer side 420.
    """
    columns = max(2, round(_GRID * surface.width))
    rows = max(2, round(_GRID * surface.height))
    u = (np.arange(columns) + 0.5) / columns * surface.width - surface.width / 2
    v = (np.arange(rows) + 0.5) / rows * surface.height - surface.height / 2
    across, down = np.meshgrid(u, v)
    _, _, high = surface(across.ravel(), down.ravel())
    steep_down, steep_across = np.gradient(high.reshape(rows, columns) * _GRID)
    angle = rng.uniform(0, 2 * np.pi)
    lean = np.cos(angle) * steep_across + np.sin(angle) * steep_down
    gain = np.asarray(np.clip(1 + light.relief * lean, 0.45, 1.3), np.float32)
    _crease(gain, surface.paper, rng)
    return gain


def _crease(gain: Gain, paper: Paper, rng: Random) -> None:
    """Folds rub the surface off: an uneven bright or dark line along each."""
    rows, columns = gain.shape
    for panels, length, upright in ((paper.columns, columns, True), (paper.rows, rows, False)):
        for i in range(1, panels):
            at = min(length - 1, round(i * length / panels))
            rub = rng.uniform(-0.16, 0.1) * smooth_noise(rng, (rows if upright else columns, 1), 6)
            if upright:
                gain[:, at] += rub[:, 0]
            else:
                gain[at] += rub[:, 0]


def lamp(frame: Frame, light: Light, rng: Random) -> Gain:
    """Falling off towards one side and the corners, and the shadow of whoever takes the picture."""
    height, width = size = coarse(frame)
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - 0.5, y / height - 0.5
    ramp = np.clip(x * np.cos(angle) + y * np.sin(angle) + 0.5, 0, 1)
    corner = (x * x + y * y) * 2
    blotch = smooth_noise(rng, size, max(size) / 3)
    gain = 1 - light.lamp * (0.55 * ramp + 0.25 * corner + 0.3 * blotch)
    if light.shadow:
        gain *= 1 - light.shadow * _shadow(size, rng)
    return np.asarray(gain, np.float32)


def _shadow(size: tuple[int, int], rng: Random) -> Gain:
    """0 to 1: a phone and the arm that holds it, or a head and shoulders, with soft edges."""
    height, width = size
    long = max(size)
    mask = np.zeros(size, np.float32)
    side = rng.uniform(0.25, 0.75)
    edge = rng.choice(((side, 1.15), (1.15, side), (-0.15, side)))
    tip = (rng.uniform(0.25, 0.75), rng.uniform(0.3, 0.8))
    start = np.array([edge[0] * width, edge[1] * height])
    end = np.array([tip[0] * width, tip[1] * height])
    thick = round(long * rng.uniform(0.1, 0.24))
    cv2.line(mask, _whole(start), _whole(end), (1.0,), thick, cv2.LINE_AA)
    if rng.random() < 0.6:
        phone = (_whole(end), (long * rng.uniform(0.2, 0.34), long * 0.15), rng.uniform(0, 180))
        corners = cv2.boxPoints(phone).astype(np.int32)
        cv2.fillConvexPoly(mask, corners, (1.0,), cv2.LINE_AA)
    else:
        cv2.circle(mask, _whole(end), round(long * rng.uniform(0.1, 0.2)), (1.0,), -1, cv2.LINE_AA)
    soft = long * rng.uniform(0.008, 0.05)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), soft), np.float32)


def glare(image: Pixels, light: Light, places: Sequence[Place], rng: Random) -> Gain:
    """What a highlight on the paper adds, as a share of full brightness: its middle clips to white.

    The middle keeps clear of the values in `places` (pixels of the image), since a label must be
    readable, and rather lies on blank paper than on QR codes.
    """
    height, width = size = coarse(Frame(image.shape[1], image.shape[0]))
    radius = light.glare * max(size)
    free = np.zeros(size, np.uint8)
    for place in sorted(places, key=lambda place: place.field != REGION):
        corners = (np.array(place.quad) / COARSE).astype(np.int32)
        cv2.fillConvexPoly(free, corners, (int(place.field == REGION),))
    clear = cv2.distanceTransform(free, cv2.DIST_L2, 3)
    room = np.minimum(clear, radius) + np.minimum(_blank(image, size), radius)
    tries = [(rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.9) * height) for _ in range(40)]
    x0, y0 = max(tries, key=lambda at: float(room[int(at[1]), int(at[0])]))
    radius = min(radius, max(3.0, 0.8 * float(clear[int(y0), int(x0)])))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    turn, flat = rng.uniform(0, np.pi), rng.uniform(0.5, 0.9)
    along = (x - x0) * np.cos(turn) + (y - y0) * np.sin(turn)
    aside = (-(x - x0) * np.sin(turn) + (y - y0) * np.cos(turn)) / flat
    far = (along**2 + aside**2) / radius**2
    ragged = 0.8 + 0.4 * smooth_noise(rng, size, radius / 2)
    return np.asarray(0.8 * np.exp(-far * 1.4) * ragged + 0.16 * np.exp(-far / 9), np.float32)


def _blank(image: Pixels, size: tuple[int, int]) -> Gain:
    """How far each point of the coarse grid is from anything printed."""
    gray = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), size[::-1])
    rough = cv2.absdiff(gray, cv2.GaussianBlur(gray, (0, 0), 4))
    return np.asarray(
        cv2.distanceTransform((rough < 18).astype(np.uint8), cv2.DIST_L2, 3), np.float32
    )


def coarse(frame: Frame) -> tuple[int, int]:
    """Rows and columns of the coarse grid of a frame."""
    return -(-frame.height // COARSE), -(-frame.width // COARSE)


def _whole(point: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
