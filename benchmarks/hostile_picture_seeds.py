"""The pictures hostile ones are made from, and those that are hostile as they are."""

import base64
import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import synth
from benchmarks.hostile_worker import Seed

FORMATS = ("jpeg", "png", "webp", "tiff", "bmp", "gif", "heic")
_LONG_SIDE = 900
_HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAA"
    "AAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAKkAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABo"
    "dmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEA"
    "GEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAA"
    "AwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAAB"
    "AAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAALFt"
    "ZGF0AAAApSgBrxOA5Ta3/6SvX98YAe8AKa7kiyhfkcB9aLf0uJYg3HTxP5nz+Ly+f1fkQUZ3N//ehbHFsarFRns2+iP0"
    "DC0I1CObBQ5SnsTaB/Z8hZvW6QLO25W4R1sZhzHJ+Grb7dp5GAxIFJ3sPlBWtecABhGjUyV2ZK33UwzFb/U6JtTDeECi"
    "E5gvk9tZpjU+GEL/d8iaI0RNRH613tUd7KYR9dWSrdJt0A=="
)
"""64 x 48 pixels; nothing here can write HEIC."""


def seeds(formats: Sequence[str] = FORMATS) -> list[Seed]:
    """Good pictures of an invoice in every form a format has."""
    found = [Seed(form, name, data) for form, name, data in _forms(_page()) if form in formats]
    if "heic" in formats:
        found.append(Seed("heic", "small", base64.b64decode(_HEIC)))
    return found


@cache
def _page() -> Image.Image:
    page = synth.draw_page(synth.make("dz_normal", seed=7)).image.convert("RGB")
    page.thumbnail((_LONG_SIDE, _LONG_SIDE))
    return page


def _forms(page: Image.Image) -> Iterator[tuple[str, str, bytes]]:
    gray, cmyk, palette = page.convert("L"), page.convert("CMYK"), page.quantize(64)
    clear = page.copy()
    clear.putalpha(200)
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "jpeg", "colour", _saved(page, "JPEG", quality=80)
    yield "jpeg", "gray", _saved(gray, "JPEG")
    yield "jpeg", "cmyk", _saved(cmyk, "JPEG")
    yield "jpeg", "progressive", _saved(page, "JPEG", progressive=True)
    yield "jpeg", "turned", _saved(page, "JPEG", exif=exif)
    yield "png", "colour", _saved(page, "PNG")
    yield "png", "alpha", _saved(clear, "PNG")
    yield "png", "palette", _saved(palette, "PNG", transparency=3)
    yield "png", "one bit", _saved(page.convert("1"), "PNG")
    yield "png", "sixteen bits", _saved(_deep(gray), "PNG")
    yield "png", "animated", _saved(page, "PNG", save_all=True, append_images=[cmyk.convert("RGB")])
    yield "webp", "lossy", _saved(page, "WEBP", quality=60)
    yield "webp", "lossless", _saved(page, "WEBP", lossless=True, method=0)
    yield "webp", "alpha", _saved(clear, "WEBP")
    yield "webp", "animated", _saved(page, "WEBP", save_all=True, append_images=[page.rotate(180)])
    yield "tiff", "plain", _saved(page, "TIFF")
    yield "tiff", "lzw", _saved(page, "TIFF", compression="tiff_lzw")
    yield "tiff", "deflated", _saved(page, "TIFF", compression="tiff_adobe_deflate")
    yield "tiff", "as jpeg", _saved(page, "TIFF", compression="jpeg")
    yield "tiff", "fax", _saved(page.convert("1"), "TIFF", compression="group4")
    yield "tiff", "cmyk", _saved(cmyk, "TIFF")
    yield "tiff", "sixteen bits", _saved(_deep(gray), "TIFF")
    yield "tiff", "real numbers", _saved(gray.convert("F"), "TIFF")
    yield "tiff", "pages", _saved(gray, "TIFF", save_all=True, append_images=[gray, gray])
    yield "bmp", "colour", _saved(page, "BMP")
    yield "bmp", "palette", _saved(palette, "BMP")
    yield "bmp", "one bit", _saved(page.convert("1"), "BMP")
    yield "gif", "still", _saved(palette, "GIF")
    yield "gif", "animated", _saved(palette, "GIF", save_all=True, append_images=[gray])


def specials() -> list[Seed]:
    """Pictures that are hostile, or that nothing can be read from, without being damaged."""
    random = np.random.default_rng(5)
    found = [
        ("black", Image.new("RGB", (1600, 1200))),
        ("white", Image.new("RGB", (1600, 1200), "white")),
        ("gray", Image.new("L", (1600, 1200), 128)),
        ("noise", Image.fromarray(random.integers(0, 256, (900, 1200, 3), np.uint8))),
        ("black and white noise", Image.fromarray(random.random((900, 1200)) < 0.5)),
        ("one pixel wide", Image.new("RGB", (1, 20_000), "white")),
        ("one pixel high", Image.new("RGB", (20_000, 1), "white")),
        ("narrow", Image.fromarray(random.integers(0, 256, (4_000, 20, 3), np.uint8))),
        ("flat", Image.fromarray(random.integers(0, 256, (20, 4_000, 3), np.uint8))),
        ("tiny", Image.fromarray(random.integers(0, 256, (16, 16, 3), np.uint8))),
        ("too tiny", Image.new("RGB", (1, 1))),
        ("huge and white", Image.new("L", (12_000, 9_900), 255)),
        ("huge and one bit", Image.new("1", (10_900, 10_900))),
        ("too large", Image.new("1", (12_000, 10_100))),
        ("wholly transparent", Image.new("RGBA", (800, 600), (10, 20, 30, 0))),
        ("half transparent", _half_clear()),
        ("stripes", Image.fromarray(np.tile(np.array([0, 255], np.uint8), (1_000, 500)))),
        ("grid", _grid()),
        ("shade", Image.linear_gradient("L").resize((1_600, 1_200))),
        ("cat", cat()),
    ]
    made = [Seed("png", name, _saved(image, "PNG")) for name, image in found]
    made += [Seed("jpeg", "cat", _saved(cat(), "JPEG", quality=88))]
    for side in (30_000, 65_535):
        made += [Seed(form, f"declares {side}", data) for form, data in _empty(side)]
    return made


def _empty(side: int) -> Iterator[tuple[str, bytes]]:
    """Small files that say they are `side` pixels high and wide."""
    little = _saved(Image.new("L", (64, 64), 255), "JPEG")
    frame = little.index(b"\xff\xc0") + 5
    yield "jpeg", little[:frame] + struct.pack(">HH", side, side) + little[frame + 4 :]
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    chunks = [(b"IHDR", head), (b"IDAT", pixels), (b"IEND", b"")]
    yield (
        "png",
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        ),
    )
    yield (
        "gif",
        b"GIF89a" + struct.pack("<HH", side, side) + _saved(Image.new("L", (64, 64)), "GIF")[10:],
    )
    bmp = _saved(Image.new("L", (64, 64)), "BMP")
    yield "bmp", bmp[:18] + struct.pack("<ii", side, side) + bmp[26:]
    memory = io.BytesIO()
    Image.new("1", (64, 64)).save(memory, "TIFF", tiffinfo={256: side, 257: side})
    yield "tiff", memory.getvalue()


def cat(side: int = 1_200) -> Image.Image:
    """A photo without a letter: fur, ears, eyes and whiskers on a carpet."""
    random = np.random.default_rng(9)
    fur = _grain(random, side, 6) * 0.5 + _grain(random, side, 90) * 0.5
    carpet = _grain(random, side, 3)[:, :, None] * np.array([70, 60, 90]) + np.array([60, 50, 40])
    coat = fur[:, :, None] * np.array([150, 110, 70]) + np.array([70, 50, 30])
    shape = Image.new("L", (side, side))
    pen = ImageDraw.Draw(shape)
    pen.ellipse([side * x for x in (0.2, 0.3, 0.8, 0.85)], 255)
    for left in (0.22, 0.58):
        pen.polygon([(side * x, side * y) for x, y in _ear(left)], 255)
    mask = np.asarray(shape, np.float64)[:, :, None] / 255
    photo = Image.fromarray(np.uint8(np.clip(coat * mask + carpet * (1 - mask), 0, 255)))
    pen = ImageDraw.Draw(photo)
    for left in (0.33, 0.56):
        pen.ellipse([side * x for x in (left, 0.45, left + 0.11, 0.55)], (190, 200, 60))
        pen.ellipse([side * x for x in (left + 0.04, 0.46, left + 0.07, 0.54)], (10, 10, 10))
    nose = ((0.47, 0.62), (0.53, 0.62), (0.5, 0.66))
    pen.polygon([(side * x, side * y) for x, y in nose], (90, 40, 50))
    for turn in range(-3, 4):
        for way in (-1, 1):
            end = (side * (0.5 + way * 0.35), side * (0.66 + 0.03 * turn))
            pen.line([(side * (0.5 + way * 0.05), side * 0.66), end], (230, 230, 230), 2)
    return photo


def _ear(left: float) -> tuple[tuple[float, float], ...]:
    return (left, 0.45), (left + 0.02, 0.15), (left + 0.2, 0.36)


def _grain(random: np.random.Generator, side: int, size: int) -> NDArray[np.float64]:
    """Noise from 0 to 1 with blotches of so many pixels."""
    small = Image.fromarray(random.integers(0, 256, (side // size + 2,) * 2, np.uint8))
    return np.asarray(small.resize((side, side), Image.Resampling.BICUBIC), np.float64) / 255


def _grid() -> Image.Image:
    """A form with nothing filled in."""
    image = Image.new("L", (1_600, 1_100), 255)
    pen = ImageDraw.Draw(image)
    for at in range(100, 1_100, 60):
        pen.line([(80, at), (1_520, at)], 0, 2)
    for at in range(80, 1_600, 180):
        pen.line([(at, 100), (at, 1_060)], 0, 2)
    return image


def _half_clear() -> Image.Image:
    image = Image.new("RGBA", (800, 600), (0, 0, 0, 0))
    image.paste((200, 30, 30, 128), (100, 100, 700, 500))
    return image


def _deep(gray: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(gray).astype(np.uint16) * 257)


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    memory = io.BytesIO()
    image.save(memory, form, **options)
    return memory.getvalue()
