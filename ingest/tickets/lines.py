"""Text lines as `ingest.tickets` works with them: middle, axis, length and height."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.view import Corners, Points

Floats = NDArray[np.float64]
_TELLS_AXIS = 2.0
"""How much longer than high a line must be for its shape to tell which way it runs."""


@dataclass(frozen=True, slots=True)
class Lines:
    """N text lines. `quads` N x 4 x 2 as the detector told, `middle` N x 2, `axis` N x 2 (unit
    vectors along the longer side), `length` and `height` N; all in pixels."""

    quads: Floats
    middle: Floats
    axis: Floats
    length: Floats
    height: Floats

    @classmethod
    def of(cls, corners: Sequence[Corners], scale: float) -> "Lines":
        """The lines in a picture made `scale` times as large."""
        quads = np.array(corners, np.float64).reshape(-1, 4, 2) * scale
        across = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]) / 2
        down = (quads[:, 3] - quads[:, 0] + quads[:, 2] - quads[:, 1]) / 2
        wide, high = np.hypot(*across.T), np.hypot(*down.T)
        flat = wide >= high
        along = np.where(flat[:, None], across, down)
        length = np.maximum(np.maximum(wide, high), 1e-3)
        height = np.maximum(np.minimum(wide, high), 1.0)
        return cls(quads, quads.mean(axis=1), along / length[:, None], length, height)

    def __len__(self) -> int:
        return len(self.length)

    @property
    def angle(self) -> Floats:
        """The direction of each axis, radians, 0 up to pi."""
        return np.asarray(np.arctan2(self.axis[:, 1], self.axis[:, 0]) % np.pi)

    @property
    def tells(self) -> NDArray[np.bool_]:
        """Whether a line's shape tells which way it runs."""
        return np.asarray(self.length >= _TELLS_AXIS * self.height)

    def of_text(self, chosen: NDArray[np.intp]) -> float:
        """The way the text of some lines runs (radians, -pi to pi), as the detector told it."""
        across = self.quads[chosen, 1] - self.quads[chosen, 0]
        # doubled angles: a line upside down counts for the same axis
        angle = np.arctan2(across[:, 1], across[:, 0])
        weight = np.hypot(*across.T)
        axis = np.arctan2((weight * np.sin(2 * angle)).sum(), (weight * np.cos(2 * angle)).sum())
        axis /= 2
        ahead = float((weight * np.cos(angle - axis)).sum())
        return float(axis if ahead >= 0 else axis + np.pi)


def crossing(starts: Points, ends: Points, walls: Floats) -> NDArray[np.bool_]:
    """P x W: whether the way from `starts` to `ends` (P x 2) crosses a wall (W x 2 x 2)."""
    a, b = walls[:, 0], walls[:, 1]
    along = b - a
    side_start = _side(starts, a, along)
    side_end = _side(ends, a, along)
    way = ends - starts
    # the same the other way round: the wall's two ends lie on different sides of the way
    base = way[:, :1] * starts[:, 1:] - way[:, 1:] * starts[:, :1]
    side_a = way[:, :1] * a[None, :, 1] - way[:, 1:] * a[None, :, 0] - base
    side_b = way[:, :1] * b[None, :, 1] - way[:, 1:] * b[None, :, 0] - base
    return np.asarray((side_start * side_end < 0) & (side_a * side_b < 0))


def _side(points: Points, origin: Floats, along: Floats) -> Floats:
    base = along[:, 0] * origin[:, 1] - along[:, 1] * origin[:, 0]
    cross = along[None, :, 0] * points[:, 1:] - along[None, :, 1] * points[:, :1]
    return np.asarray(cross - base[None])
