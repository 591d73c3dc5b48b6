"""The pictures that reading is timed on: an invoice on a desk, a sheet of eight tickets."""

import io
from collections.abc import Iterator
from pathlib import Path
from random import Random

import cv2
import numpy as np
from PIL import Image

import synth

_SIZES = ((4032, 3024), (1632, 1224), (2048, 1365), (1280, 960), (3024, 4032))
_TICKETS = ("taxi", "quota", "toll_paper", "taxi", "bus", "rail_paper", "taxi", "ship")


def photo(picture: Path, size: tuple[int, int]) -> bytes:
    """A JPEG of `size` in which the invoice of `picture` lies on a grey desk."""
    with Image.open(picture) as opened:
        invoice = opened.convert("RGB")
    width, height = size
    scale = min(0.9 * width / invoice.width, 0.9 * height / invoice.height)
    invoice = invoice.resize((round(invoice.width * scale), round(invoice.height * scale)))
    noise = np.random.default_rng(1).normal(0, 3, (height, width, 3))
    desk = Image.new("RGB", size, (150, 140, 130))
    desk.paste(invoice, ((width - invoice.width) // 2, (height - invoice.height) // 2))
    noisy = np.clip(np.asarray(desk) + noise, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noisy).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def sheet(seed: int = 1) -> bytes:
    """A JPEG of 12 megapixels of eight small tickets, photographed together."""
    drawn = [synth.draw_page(synth.make(kind, seed + at)) for at, kind in enumerate(_TICKETS)]
    return synth.scene(drawn, seed, synth.Level.PHOTO, long_side=4032).data


def reduced(data: bytes, side: int) -> bytes:
    """A picture reduced to a longer side of `side` pixels, as a JPEG."""
    with Image.open(io.BytesIO(data)) as opened:
        opened.thumbnail((side, side), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        opened.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def megapixels(data: bytes) -> float:
    """How large a picture is."""
    with Image.open(io.BytesIO(data)) as opened:
        return opened.width * opened.height / 1e6


def varied(picture: Path, count: int, seed: int = 1) -> Iterator[bytes]:
    """`count` photos of an invoice, each cut differently, so that no two are of a size."""
    chance = Random(seed)
    whole = {size: photo(picture, size) for size in _SIZES}
    for index in range(count):
        pixels = cv2.imdecode(np.frombuffer(whole[_SIZES[index % len(_SIZES)]], np.uint8), 1)
        height, width = (round(side * chance.uniform(0.7, 1.0)) for side in pixels.shape[:2])
        _, data = cv2.imencode(".jpg", pixels[:height, :width], (cv2.IMWRITE_JPEG_QUALITY, 88))
        yield data.tobytes()
