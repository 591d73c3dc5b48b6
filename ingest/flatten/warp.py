"""The pixels of a view, made from the picture in one go."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.flatten.frame import Plane
from models.page import Pixels
from models.view import Bend, View

_CELL = 16
"""The map of a bent view is worked out every so many pixels."""
_STRIP = 512
"""Rows made at a time, so that the map of a large view need not be held whole."""
_FINE_WORK = 5_000_000
"""Pixels up to which a view is made with the better, slower filter."""
_MIDDLE = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
"""Pixels have their places at their corners here, at their middles for OpenCV."""


def view_of(picture: Pixels, plane: Plane, bend: Bend | None, scale: float) -> View:
    """The plane, `scale` times as large as it is, drawn from the picture; what lies beyond the
    picture's rim repeats it."""
    width, height = (max(1, round(side * scale)) for side in (plane.width, plane.height))
    enlarge = np.diag([plane.width / width, plane.height / height, 1.0])
    to_page = plane.to_picture @ enlarge
    to_page /= to_page[2, 2] if abs(to_page[2, 2]) > 1e-9 else 1.0
    if bend is not None:
        bend = np.asarray(bend * [width / plane.width, height / plane.height], np.float32)
    how = cv2.INTER_CUBIC if width * height <= _FINE_WORK else cv2.INTER_LINEAR
    bare = View(np.broadcast_to(np.uint8(0), (height, width, 3)), to_page, bend)
    pixels = _straight(picture, bare, how) if bend is None else _bent(picture, bare, how)
    pixels.flags.writeable = False
    return View(pixels, to_page, bend)


def _straight(picture: Pixels, view: View, how: int) -> Pixels:
    there = np.linalg.inv(_MIDDLE) @ view.to_page @ _MIDDLE
    pixels = cv2.warpPerspective(
        picture,
        there,
        (view.width, view.height),
        flags=how | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(pixels, np.uint8)


def _bent(picture: Pixels, view: View, how: int) -> Pixels:
    pixels = np.empty((view.height, view.width, 3), np.uint8)
    nothing: NDArray[np.float32] = np.empty(0, np.float32)
    cells = _cells(view)
    for top in range(0, view.height, _STRIP):
        low = min(top + _STRIP, view.height)
        # pixel i lies (i + 1/2) / cell past the middle of the rim's cell, the first being outside
        rows = cells[top // _CELL : -(-low // _CELL) + 2]
        grown = cv2.resize(rows, None, fx=_CELL, fy=_CELL, interpolation=cv2.INTER_LINEAR)
        at = grown[_CELL : _CELL + low - top, _CELL : _CELL + view.width]
        cv2.remap(picture, at, nothing, how, dst=pixels[top:low], borderMode=cv2.BORDER_REPLICATE)
    return pixels


def _cells(view: View) -> NDArray[np.float32]:
    """Where in the picture (for OpenCV) the middle of each cell of the view lies, with one cell
    more on every side."""
    columns, rows = -(-view.width // _CELL) + 2, -(-view.height // _CELL) + 2
    x = (np.arange(columns) - 0.5) * _CELL
    y = (np.arange(rows) - 0.5) * _CELL
    points = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
    there = view.on_page(points) - 0.5
    return np.ascontiguousarray(there.reshape(rows, columns, 2), np.float32)
