"""From whatever a decoder yields to blue-green-red pixels of 8 bits."""

import cv2
import numpy as np
from PIL import Image

from ingest.placing import Part
from models.page import Pixels

_TURNS: dict[int, tuple[bool, int | None]] = {
    2: (False, 1),
    3: (False, -1),
    4: (False, 0),
    5: (True, None),
    6: (True, 1),
    7: (True, -1),
    8: (True, 0),
}
"""EXIF orientation -> whether rows and columns change places, then how cv2.flip is called."""


def to_pixels(image: Image.Image) -> Pixels:
    """A loaded picture of any mode as Pixels, transparency on white. The array is read-only."""
    if image.mode in {"1", "L"} and "transparency" not in image.info:
        # a fax of 100 megapixels as colours would take four times the memory on the way
        gray = np.asarray(image.convert("L"))
        pixels = np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), np.uint8)
        pixels.flags.writeable = False
        return pixels
    rgb = _to_rgb(image)
    flat = np.frombuffer(rgb.tobytes("raw", "BGR"), np.uint8)
    return flat.reshape(rgb.height, rgb.width, 3)


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """The picture as the camera was held, by its EXIF orientation (1 to 8; others are ignored)."""
    transposed, flip = _TURNS.get(orientation, (False, None))
    if transposed:
        pixels = cv2.transpose(pixels)  # type: ignore[assignment]
    return pixels if flip is None else cv2.flip(pixels, flip)  # type: ignore[return-value]


def resized(pixels: Pixels, target: Part) -> Pixels:
    """`pixels` at the size of `target`: averaged when shrunk, cubic when grown. Read-only."""
    height, width = pixels.shape[:2]
    if (width, height) != (target.width, target.height):
        shrinks = target.width * target.height < width * height
        how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        pixels = cv2.resize(pixels, (target.width, target.height), interpolation=how)  # type: ignore[assignment]
    pixels.flags.writeable = False
    return pixels


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        high_bytes = (np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)
        return Image.fromarray(high_bytes).convert("RGB")
    if image.mode in {"I", "F"}:
        return Image.fromarray(_grey8(np.asarray(image, np.float64))).convert("RGB")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        return _on_white(image.convert("RGBA"))
    return image if image.mode == "RGB" else image.convert("RGB")


def _grey8(values: "np.typing.NDArray[np.float64]") -> "np.typing.NDArray[np.uint8]":
    """Grey of unknown depth as 8 bits: the smallest usual white that holds the brightest value."""
    values = np.nan_to_num(values, nan=0, posinf=0, neginf=0)
    brightest = float(values.max())
    white = next((w for w in (1.0, 255.0, 65535.0) if brightest <= w), brightest)
    return (np.clip(values / white, 0, 1) * 255).astype(np.uint8)


def _on_white(image: Image.Image) -> Image.Image:
    alpha = image.getchannel("A")
    if alpha.getextrema() == (0, 0):
        # wholly transparent: some programs leave the channel at zero and mean the colours
        return image.convert("RGB")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=alpha)
    return white
