"""From the paper to the picture and back: one exact way there, one dense map back."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from synth.camera.conditions import Pose
from synth.camera.subject import Subject
from synth.camera.surface import Array, Surface
from synth.draw.place import Place, Point

Map = NDArray[np.float32]
CELL = 8
"""The dense map is worked out every so many pixels; paper bends slowly."""
NO_MAP: Map = np.empty(0, np.float32)
"""For OpenCV, whose maps may come in two parts, where there is but one."""
_MESH = 81
_ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a picture in pixels."""

    width: int
    height: int


class View:
    """A camera's view of a surface whose picture is `subject`."""

    def __init__(
        self, surface: Surface, subject: Subject, pose: Pose, long_side: int, cropped: float
    ) -> None:
        page = subject.size
        self._surface = surface
        self._long = max(page)
        self._page = page
        self._camera = _rotation(pose)
        self._distance = pose.distance
        self._scale, self._shift = 1.0, np.zeros(2)
        left, top, right, bottom = subject.focus or (0, 0, *page)
        rim = _rim((1, 1)) * (right - left, bottom - top) + (left, top)
        edge = self._forward(rim)
        low, high = edge.min(axis=0), edge.max(axis=0)
        wide, tall = high - low
        self.frame = _frame(wide, tall, pose, long_side)
        free = 1 - 2 * pose.margin
        room = np.array([self.frame.width, self.frame.height], np.float64)
        self._scale = float(min(room * free / (wide, tall))) * (1 + 2 * cropped)
        spare = room - self._scale * np.array([wide, tall])
        self._shift = spare * np.array(pose.offset) - self._scale * low

    @property
    def magnification(self) -> float:
        """Pixels of the picture to a pixel of the page, where it is largest."""
        corners = self._forward(_rim(self._page, 2))
        sides = [
            np.linalg.norm(corners[i] - corners[i - 1]) / length
            for i, length in zip(range(4), (self._page[1], self._page[0]) * 2, strict=True)
        ]
        return float(max(sides))

    def point(self, point: Point) -> Point:
        """Where a point of the page is in the picture, both in pixels."""
        x, y = self._forward(np.array([point], np.float64))[0]
        return float(x), float(y)

    def place(self, place: Place) -> Place:
        moved = self._forward(np.array(place.quad, np.float64))
        return Place(place.field, tuple((float(x), float(y)) for x, y in moved))

    def _forward(self, points: Array) -> Array:
        """n x 2 points of the page to n x 2 points of the picture."""
        u = (points[:, 0] - self._page[0] / 2) / self._long
        v = (points[:, 1] - self._page[1] / 2) / self._long
        x, y, z = self._camera @ np.stack(self._surface(u, v))
        depth = np.maximum(self._distance - z, 0.2) / self._distance
        flat = np.stack([x / depth, y / depth], axis=1)
        return np.asarray(flat * self._scale + self._shift, np.float64)

    def backward(self) -> Map:
        """rows x columns x 2: the page's pixel seen at the middle of each cell of the picture.

        One cell more on every side than the frame needs. The flat sheet's homography is undone
        exactly, what the paper's shape adds by repeated correction.
        """
        width, height = self._page
        flat, bent = self._mesh()
        to_picture, _ = cv2.findHomography(flat, bent)
        apart = bent - cv2.perspectiveTransform(flat[None], to_picture)[0]
        apart = apart.reshape(_MESH, _MESH, 2).astype(np.float32)
        columns, rows = -(-self.frame.width // CELL) + 2, -(-self.frame.height // CELL) + 2
        x = (np.arange(columns, dtype=np.float64) - 0.5) * CELL
        y = (np.arange(rows, dtype=np.float64) - 0.5) * CELL
        seen = np.stack(np.meshgrid(x, y), axis=2)
        back = np.linalg.inv(to_picture)
        found = cv2.perspectiveTransform(seen, back)
        low, span = flat[0], flat[-1] - flat[0]
        for _ in range(_ROUNDS):
            at = ((found - low) / span * (_MESH - 1)).astype(np.float32)
            moved = cv2.remap(apart, at, NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            found = cv2.perspectiveTransform(seen - moved, back)
        # far from the paper only "outside" matters
        return np.asarray(
            np.clip(found, (-width, -height), (2 * width, 2 * height)).astype(np.float32)
        )

    def _mesh(self) -> tuple[Array, Array]:
        """A regular mesh a little larger than the page, and where the picture shows it."""
        width, height = self._page
        x = np.linspace(-0.1 * width, 1.1 * width, _MESH)
        y = np.linspace(-0.1 * height, 1.1 * height, _MESH)
        flat = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
        return flat, self._forward(flat)


def spread(cells: Map, frame: Frame) -> Map:
    """A map of cells as one of pixels: the page's point at the middle of every pixel."""
    rows, columns = cells.shape[:2]
    full = cv2.resize(cells, (columns * CELL, rows * CELL), interpolation=cv2.INTER_LINEAR)
    return np.asarray(full[CELL : CELL + frame.height, CELL : CELL + frame.width], np.float32)


def _rim(page: tuple[float, float], count: int = 24) -> Array:
    """Points along the page's edge, clockwise; with `count` 2 its corners."""
    width, height = page
    share = np.arange(count - 1) / (count - 1)
    zero, one = np.zeros_like(share), np.ones_like(share)
    x = np.concatenate([share, one, 1 - share, zero]) * width
    y = np.concatenate([zero, share, one, 1 - share]) * height
    return np.stack([x, y], axis=1)


def _rotation(pose: Pose) -> Array:
    """Turned in the plane, then leaning away from the camera."""
    plane = np.radians(pose.turn + pose.skew)
    tilt, azimuth = np.radians(pose.tilt), np.radians(pose.azimuth)
    axis = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    lean, _ = cv2.Rodrigues(axis * tilt)
    turn, _ = cv2.Rodrigues(np.array([0.0, 0.0, plane]))
    return np.asarray(lean @ turn, np.float64)


def _frame(wide: float, tall: float, pose: Pose, long_side: int) -> Frame:
    ratio = max(wide, tall) / min(wide, tall)
    aspect = pose.aspect or ratio
    short = round(long_side / aspect)
    return Frame(long_side, short) if wide >= tall else Frame(short, long_side)
