"""The shape of a sheet of paper: curled, folded, crumpled, without being stretched."""

from random import Random

import numpy as np
from numpy.typing import NDArray

from synth.camera.conditions import Paper
from synth.draw.picture import smooth_noise

Array = NDArray[np.float64]
_STEPS = 512
_REACH = 1.25
"""Profiles go on this far (in half sheets), so that the desk around has a place too."""


class _Profile:
    """A curve of unit speed: arc length to distance along the ground and height."""

    def __init__(self, half: float, slopes: Array) -> None:
        self.at = np.linspace(-half * _REACH, half * _REACH, _STEPS)
        angle = np.arctan(slopes)
        step = self.at[1] - self.at[0]
        self._along = _integral(np.cos(angle)) * step
        self._height = _integral(np.sin(angle)) * step
        # the middle of the sheet stays where it is
        self._along -= np.interp(0, self.at, self._along)
        self._height -= np.interp(0, self.at, self._height)

    def __call__(self, arc: Array) -> tuple[Array, Array]:
        along = np.interp(arc, self.at, self._along)
        return along, np.interp(arc, self.at, self._height)


def _integral(values: Array) -> Array:
    middle = (values[1:] + values[:-1]) / 2
    return np.concatenate([[0.0], np.cumsum(middle)])


def _axis(half: float) -> Array:
    return np.linspace(-half * _REACH, half * _REACH, _STEPS)


class Surface:
    """A sheet of `width` x `height` (its longer side 1), centred on the origin, in space.

    Folds bend it along its own sides, curl about any axis; dents are added on top.
    """

    def __init__(self, size: tuple[float, float], paper: Paper, rng: Random) -> None:
        self.width, self.height = size
        self.paper = paper
        self._across = _Profile(size[0] / 2, _zigzag(size[0] / 2, paper.columns, paper.kink, rng))
        self._down = _Profile(size[1] / 2, _zigzag(size[1] / 2, paper.rows, paper.kink, rng))
        turn = np.radians(paper.axis)
        self._cos, self._sin = float(np.cos(turn)), float(np.sin(turn))
        half = (abs(size[0] * self._cos) + abs(size[1] * self._sin)) / 2
        self._curl = _Profile(half, _cubic(half, paper.curl))
        self._dents = _dents(rng) * paper.crumple

    def __call__(self, u: Array, v: Array) -> tuple[Array, Array, Array]:
        """Where points of the sheet are: to the right, down, and towards the camera."""
        x, high_x = self._across(u)
        y, high_y = self._down(v)
        along = x * self._cos + y * self._sin
        aside = -x * self._sin + y * self._cos
        along, high = self._curl(along)
        x, y = along * self._cos - aside * self._sin, along * self._sin + aside * self._cos
        return x, y, high + high_x + high_y + self._dent(u, v)

    def _dent(self, u: Array, v: Array) -> Array:
        """Dents, interpolated between the points of their grid."""
        rows, columns = self._dents.shape
        x = np.clip((u / _REACH + 0.5) * (columns - 1), 0, columns - 1.001)
        y = np.clip((v / _REACH + 0.5) * (rows - 1), 0, rows - 1.001)
        i, j = y.astype(int), x.astype(int)
        fx, fy = x - j, y - i
        grid = self._dents
        top = grid[i, j] * (1 - fx) + grid[i, j + 1] * fx
        low = grid[i + 1, j] * (1 - fx) + grid[i + 1, j + 1] * fx
        return np.asarray(top * (1 - fy) + low * fy, np.float64)


def _cubic(half: float, ends: tuple[float, float]) -> Array:
    """Slopes of the cubic that leaves both ends at height 0 with the given slopes."""
    t = np.clip((_axis(half) / half + 1) / 2, 0, 1)
    a, b = ends
    return np.asarray(3 * (a + b) * t**2 - 2 * (2 * a + b) * t + a, np.float64)


def _zigzag(half: float, panels: int, kink: float, rng: Random) -> Array:
    """Slopes of a sheet folded into panels and opened again: up, down, up..."""
    if panels < 2:
        return np.zeros(_STEPS)
    at = (_axis(half) / half + 1) / 2 * panels
    sign = rng.choice((-1, 1))
    leans = np.array([sign * (-1) ** i * kink * rng.uniform(0.5, 1) for i in range(panels)])
    leans -= leans.mean()
    return np.asarray(leans[np.clip(at.astype(int), 0, panels - 1)], np.float64)


def _dents(rng: Random) -> Array:
    """Heights -1 to 1 over the sheet with short creases: ridges between uneven facets."""
    size = (160, 160)
    high = np.zeros(size)
    for grain, weight in ((40, 1.0), (19, 0.5), (9, 0.2)):
        rough = smooth_noise(rng, size, grain).astype(np.float64)
        other = smooth_noise(rng, size, grain * 1.4).astype(np.float64)
        high += weight * (np.abs(rough - 0.5) + np.abs(other - 0.5) - 0.5)
    return np.asarray(high, np.float64)
