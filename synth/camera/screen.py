"""A photographed monitor: its pixels, and the fringes where they beat with the camera's."""

from random import Random

import cv2
import numpy as np

from synth.camera.optics import Pixels
from synth.camera.view import Map


def fringed(image: Pixels, at: Map, rng: Random) -> Pixels:
    """The picture seen as rows of red, green and blue dots.

    `at` says which point of the monitor each pixel sees. The dots are about as far apart as the
    camera's own pixels, so sampling them makes moire, as it does in life.
    """
    row, column = at.shape[0] // 2, at.shape[1] // 2
    step = float(np.linalg.norm(at[row, column + 1] - at[row, column]))
    pitch = step * rng.uniform(1.03, 1.6)
    depth = rng.uniform(0.05, 0.16)
    angle = (2 * np.pi / pitch) * at
    across, down = angle[:, :, 0], angle[:, :, 1]
    rows = 1 - depth * 0.6 * np.cos(down)
    out = np.empty_like(image)
    for channel in range(3):
        # the three dots of one pixel stand a third of its width apart
        dots = 1 - depth * np.cos(across + channel * 2 * np.pi / 3)
        out[:, :, channel] = cv2.multiply(
            image[:, :, channel], (dots * rows).astype(np.float32), dtype=cv2.CV_8U
        )
    return out
