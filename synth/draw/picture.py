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
from synth.draw.sheet import Layer, Picture, Sheet

Ink = NDArray[np.uint8]
"""height x width x 3, red-green-blue: the light that is taken away, 0 to 255."""


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
    """The picture as a PNG that knows its resolution; missing paper is white."""
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.getchannel("A"))
        image = white
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=6, dpi=(round(dpi), round(dpi)))
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn page: its picture, and where its values stand in that picture's pixels.

    Among the places one named "region" is the whole document. The picture is RGB, or RGBA where
    paper is missing. `electronic`: it has an electronic original, so the paper is a printout.
    """

    image: Image.Image
    dpi: float
    places: tuple[Place, ...]
    electronic: bool = False


def on_screen(sheet: Sheet, dpi: float, data: bytes) -> Drawn:
    """An electronic form as a viewer shows it; `data` is its PDF."""
    return Drawn(render(data, dpi), dpi, places_on_screen(sheet, dpi), True)


def places_on_screen(sheet: Sheet, dpi: float) -> tuple[Place, ...]:
    """Where the values of an electronic form stand when it is drawn at `dpi`."""
    found = [outline(sheet)]
    for layer in Layer:
        found += places(sheet, layer)
    scale = dpi / 25.4

    def in_pixels(point: Point) -> Point:
        return point[0] * scale, point[1] * scale

    return tuple(place.moved(in_pixels) for place in found)


def on_paper(sheet: Sheet, rng: Random, dpi: float, shift: tuple[float, float]) -> Drawn:
    """A paper form as a flatbed scanner sees it: print out of step with the form, uneven ink.

    `shift` is how far (mm) the printed values lie from where the form expects them.
    """
    form = _ink(sheet, Layer.FORM, dpi)
    printed = _dots(_ink(sheet, Layer.PRINT, dpi, form.shape), rng, dpi)
    pose = _pose(printed, shift, rng.uniform(-0.25, 0.25), dpi)
    printed = _moved(printed, pose)
    paper = rng.choice(((252, 251, 247), (248, 249, 244), (252, 249, 250)))
    light = np.empty_like(form)
    light[:] = paper
    for ink in (form, printed):
        light = _under(light, ink)
    if sheet.marks[Layer.SEAL]:
        stamp = _worn(_ink(sheet, Layer.SEAL, dpi, form.shape), rng)
        stamped = (rng.uniform(-9, 9), rng.uniform(-2, 2))
        light = _under(light, _moved(stamp, _pose(stamp, stamped, rng.uniform(-9, 9), dpi)))
    # steps of three are invisible and halve the file
    steps = np.round(np.arange(256) / 3) * 3
    stepped = cv2.LUT(light, steps.clip(0, 255).astype(np.uint8))
    image = Image.fromarray(np.asarray(stepped, np.uint8))
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


def _ink(sheet: Sheet, layer: Layer, dpi: float, size: tuple[int, ...] | None = None) -> Ink:
    """The ink of a layer; `size` is the shape of the layers below it, where there are any.

    Pictures are put in here, since packing them into a PDF takes long.
    """
    rest = Sheet(sheet.width, sheet.height)
    rest.put(layer, *(mark for mark in sheet.marks[layer] if not isinstance(mark, Picture)))
    if rest.marks[layer] or not size:
        ink = 255 - np.asarray(render(pdf.write(rest, (layer,)), dpi))
    else:
        ink = np.zeros(size, np.uint8)
    for mark in sheet.marks[layer]:
        if isinstance(mark, Picture):
            _put(ink, mark, dpi / 25.4)
    return np.asarray(ink, np.uint8)


def _put(ink: Ink, mark: Picture, scale: float) -> None:
    """Add a picture to a layer's ink, over what is there already."""
    size = (max(1, round(mark.width * scale)), max(1, round(mark.height * scale)))
    whole = np.asarray(mark.image.convert("RGBA"))
    small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    alpha = cv2.merge([small[:, :, 3]] * 3)
    added = cv2.multiply(255 - small[:, :, :3], alpha, scale=1 / 255)
    x, y = round(mark.x * scale), round(mark.y * scale)
    x0, y0 = max(0, x), max(0, y)
    part = ink[y0 : max(0, y + size[1]), x0 : max(0, x + size[0])]
    added = added[y0 - y :, x0 - x :][: part.shape[0], : part.shape[1]]
    if part.size:
        part[:] = 255 - _under(255 - part, np.ascontiguousarray(added))


def _under(light: Ink, ink: Ink) -> Ink:
    """The light that is left under one more layer of ink."""
    return np.asarray(cv2.multiply(light, 255 - ink, scale=1 / 255), np.uint8)


def _dots(ink: Ink, rng: Random, dpi: float) -> Ink:
    """A needle printer's stroke: rows of dots (180 to the inch, two passes) and a tired ribbon."""
    height, width = ink.shape[:2]
    spread = cv2.GaussianBlur(ink, (0, 0), dpi / 420)
    turns = 2 * np.pi * 90 / dpi
    rows = 0.5 + 0.5 * np.cos(turns * np.arange(height, dtype=np.float32)[:, None])
    across = 0.5 + 0.5 * np.cos(turns * np.arange(width, dtype=np.float32)[None, :])
    strength = 0.8 + 0.45 * rows * across
    strength *= 1.15 * (0.82 + 0.3 * smooth_noise(rng, (height, width), dpi / 4))
    # 255 is full strength; what is stronger saturates at nearly black
    gain = np.asarray(np.minimum(strength * 150, 255), np.uint8)
    dotted = cv2.multiply(spread, cv2.merge([gain] * 3), scale=1 / 150)
    return np.asarray(np.minimum(dotted, 247), np.uint8)


def _worn(ink: Ink, rng: Random) -> Ink:
    """A rubber stamp: pressed unevenly, so the ink is thin in places."""
    height, width = ink.shape[:2]
    press = smooth_noise(rng, (height, width), 90)
    grain = smooth_noise(rng, (height, width), 2.5)
    strength = np.clip(128 + 102 * press + 64 * grain, 64, 242).astype(np.uint8)
    return np.asarray(cv2.multiply(ink, cv2.merge([strength] * 3), scale=1 / 255), np.uint8)


def _pose(ink: Ink, shift: tuple[float, float], degrees: float, dpi: float) -> NDArray[np.float64]:
    """The 2 x 3 matrix that shifts a layer (mm) and turns it about its middle."""
    height, width = ink.shape[:2]
    matrix = np.array(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1), np.float64)
    matrix[:, 2] += np.array(shift) * dpi / 25.4
    return matrix


def _moved(ink: Ink, pose: NDArray[np.float64]) -> Ink:
    """The layer moved; nothing comes in from outside."""
    height, width = ink.shape[:2]
    return np.asarray(cv2.warpAffine(ink, pose, (width, height), flags=cv2.INTER_LINEAR), np.uint8)


def smooth_noise(rng: Random, size: tuple[int, int], grain: float) -> NDArray[np.float32]:
    """Noise from 0 to 1 of `size` (height, width) whose blotches are about `grain` pixels wide."""
    height, width = size
    rows, columns = max(2, round(height / grain)), max(2, round(width / grain))
    raw = np.frombuffer(rng.randbytes(rows * columns), np.uint8).reshape(rows, columns)
    grown = cv2.resize(raw.astype(np.float32) / 255, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(grown, 0, 1), np.float32)
