"""Sheets as pictures: a plain rendering, and paper with ink, ribbon and rubber stamp."""

import io
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from synth.draw import pdf
from synth.draw.place import Place, Point, outline, places
from synth.draw.sheet import Layer, Sheet

Shade = NDArray[np.float32]
"""height x width x 3, red-green-blue, the share of light that is left, 0 to 1."""


def render(data: bytes, dpi: float) -> Image.Image:
    """The first page of a PDF at `dpi`."""
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[0]
        picture: Image.Image = page.render(scale=dpi / 72).to_pil()
        return picture.convert("RGB")
    finally:
        document.close()


def png(image: Image.Image, dpi: float) -> bytes:
    """The picture as a PNG that knows its resolution."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True, dpi=(round(dpi), round(dpi)))
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn page: its picture, and where its values stand in that picture's pixels.

    Among the places one named "region" is the whole document.
    """

    image: Image.Image
    dpi: float
    places: tuple[Place, ...]


def on_screen(sheet: Sheet, dpi: float, data: bytes) -> Drawn:
    """An electronic form as a viewer shows it; `data` is its PDF."""
    found = [outline(sheet)]
    for layer in Layer:
        found += places(sheet, layer)
    scale = dpi / 25.4

    def in_pixels(point: Point) -> Point:
        return point[0] * scale, point[1] * scale

    return Drawn(render(data, dpi), dpi, tuple(place.moved(in_pixels) for place in found))


def on_paper(sheet: Sheet, rng: Random, dpi: float, shift: tuple[float, float]) -> Drawn:
    """A paper form as a flatbed scanner sees it: print out of step with the form, uneven ink.

    `shift` is how far (mm) the printed values lie from where the form expects them.
    """
    form = _shade(sheet, Layer.FORM, dpi)
    printed = _dots(_shade(sheet, Layer.PRINT, dpi), rng, dpi)
    pose = _pose(printed, shift, rng.uniform(-0.25, 0.25), dpi)
    printed = _moved(printed, pose)
    stamp = _worn(_shade(sheet, Layer.SEAL, dpi), rng)
    stamped = (rng.uniform(-9, 9), rng.uniform(-2, 2))
    stamp = _moved(stamp, _pose(stamp, stamped, rng.uniform(-9, 9), dpi))
    paper = np.array(rng.choice(((252, 251, 247), (248, 249, 244), (252, 249, 250))), np.float32)
    light = form * printed * stamp * paper
    # steps of three are invisible and halve the file
    stepped = np.round(light / 3) * 3
    image = Image.fromarray(stepped.clip(0, 255).astype(np.uint8))
    return Drawn(image, dpi, _paper_places(sheet, pose, dpi))


def _paper_places(sheet: Sheet, pose: NDArray[np.float64], dpi: float) -> tuple[Place, ...]:
    """The places of a paper form, those of the print where the print has moved to."""

    def on_form(point: Point) -> Point:
        return point[0] * dpi / 25.4, point[1] * dpi / 25.4

    def in_print(point: Point) -> Point:
        x, y = pose @ np.array([*on_form(point), 1.0])
        return float(x), float(y)

    still = (outline(sheet), *places(sheet, Layer.FORM))
    printed = tuple(place.moved(in_print) for place in places(sheet, Layer.PRINT))
    return tuple(place.moved(on_form) for place in still) + printed


def _shade(sheet: Sheet, layer: Layer, dpi: float) -> Shade:
    image = render(pdf.write(sheet, (layer,)), dpi)
    return np.asarray(np.asarray(image, np.float32) / 255, np.float32)


def _dots(shade: Shade, rng: Random, dpi: float) -> Shade:
    """A needle printer's stroke: rows of dots (180 to the inch, two passes) and a tired ribbon."""
    height, width = shade.shape[:2]
    ink = np.asarray(cv2.GaussianBlur(1 - shade, (0, 0), dpi / 420), np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None]
    across = np.arange(width, dtype=np.float32)[None, :]
    pitch = dpi / 90
    raster = (0.5 + 0.5 * np.cos(2 * np.pi * rows / pitch)) * (
        0.5 + 0.5 * np.cos(2 * np.pi * across / pitch)
    )
    ribbon = smooth_noise(rng, (height, width), dpi / 4)
    strength = (0.8 + 0.45 * raster) * (0.82 + 0.3 * ribbon)
    return np.asarray(1 - np.clip(ink * 1.15 * strength[:, :, None], 0, 0.97), np.float32)


def _worn(shade: Shade, rng: Random) -> Shade:
    """A rubber stamp: pressed unevenly, so the ink is thin in places."""
    height, width = shade.shape[:2]
    press = smooth_noise(rng, (height, width), 90)
    grain = smooth_noise(rng, (height, width), 2.5)
    strength = np.clip(0.5 + 0.4 * press + 0.25 * grain, 0.25, 0.95)
    return np.asarray(1 - (1 - shade) * strength[:, :, None], np.float32)


def _pose(
    shade: Shade, shift: tuple[float, float], degrees: float, dpi: float
) -> NDArray[np.float64]:
    """The 2 x 3 matrix that shifts a layer (mm) and turns it about its middle."""
    height, width = shade.shape[:2]
    matrix = np.array(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1), np.float64)
    matrix[:, 2] += np.array(shift) * dpi / 25.4
    return matrix


def _moved(shade: Shade, pose: NDArray[np.float64]) -> Shade:
    """The layer moved; what comes in from outside is blank."""
    height, width = shade.shape[:2]
    moved = cv2.warpAffine(
        shade, pose, (width, height), flags=cv2.INTER_LINEAR, borderValue=(1, 1, 1)
    )
    return np.asarray(moved, np.float32)


def smooth_noise(rng: Random, size: tuple[int, int], grain: float) -> NDArray[np.float32]:
    """Noise from 0 to 1 of `size` (height, width) whose blotches are about `grain` pixels wide."""
    height, width = size
    rows, columns = max(2, round(height / grain)), max(2, round(width / grain))
    raw = np.frombuffer(rng.randbytes(rows * columns), np.uint8).reshape(rows, columns)
    grown = cv2.resize(raw.astype(np.float32) / 255, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(grown, 0, 1), np.float32)
