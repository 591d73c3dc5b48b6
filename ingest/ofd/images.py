"""Pictures of an OFD as PDF takes them: decoded by Pillow, JBIG2 passed on to PDFium.

No permissively licensed Python package decodes JBIG2, and PDFium does, so such a stream only loses
its file header here.
"""

import struct
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageFile

from ingest.ofd.matrix import BadContent

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
_JBIG2 = b"\x97JB2\r\n\x1a\n"
_PAGE_INFORMATION, _END_OF_PAGE, _END_OF_FILE = 48, 49, 51
_UNKNOWN_LENGTH = 0xFFFFFFFF
_MOST_SEGMENTS = 10_000
_LARGEST_SIDE = 30_000


@dataclass(frozen=True, slots=True)
class PdfImage:
    """A picture's samples, row by row. `alpha` is its opacity, one byte a pixel, b"" for none."""

    width: int
    height: int
    colors: str
    bits: int
    data: bytes
    alpha: bytes = b""
    filter: str = ""


def decoded(data: bytes, most_pixels: int) -> PdfImage:
    """The picture in `data`. Raises BadContent where it is none, is damaged or too large."""
    if data.startswith(_JBIG2) or _looks_bare_jbig2(data):
        return _jbig2(data, most_pixels)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=_FORMATS) as image:
                if image.width * image.height > most_pixels:
                    raise BadContent("the picture is too large")
                return _samples(image)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError) as error:
        raise BadContent("the picture cannot be decoded") from error
    except (struct.error, MemoryError, OverflowError, Image.DecompressionBombError) as error:
        raise BadContent("the picture cannot be decoded") from error


def masked(image: PdfImage, mask: PdfImage) -> PdfImage:
    """`image` with the grey of `mask` as its opacity. Raises BadContent for a mask in JBIG2."""
    if mask.filter or image.filter:
        raise BadContent("a mask in JBIG2")
    size = (image.width, image.height)
    mode = "L" if mask.colors == "DeviceGray" else "RGB"
    grey = Image.frombytes(mode, (mask.width, mask.height), mask.data).convert("L").resize(size)
    return PdfImage(*size, image.colors, image.bits, image.data, grey.tobytes())


def _samples(image: ImageFile.ImageFile) -> PdfImage:
    size = (image.width, image.height)
    if image.mode.startswith("I;16"):
        flat = image.convert("I").point(lambda value: value / 256).convert("L")
        return PdfImage(*size, "DeviceGray", 8, flat.tobytes())
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        whole = image.convert("RGBA")
        alpha = whole.getchannel("A").tobytes()
        return PdfImage(*size, "DeviceRGB", 8, whole.convert("RGB").tobytes(), alpha)
    if image.mode in {"1", "L"}:
        return PdfImage(*size, "DeviceGray", 8, image.convert("L").tobytes())
    return PdfImage(*size, "DeviceRGB", 8, image.convert("RGB").tobytes())


def _looks_bare_jbig2(data: bytes) -> bool:
    """Whether the bytes begin with a JBIG2 page information segment, as PDF holds them."""
    return len(data) > 30 and data[:4] == b"\0\0\0\0" and data[4] & 63 == _PAGE_INFORMATION


def _jbig2(data: bytes, most_pixels: int) -> PdfImage:
    try:
        parts = _segments(data)
    except (struct.error, IndexError) as error:
        raise BadContent("the JBIG2 picture is cut off") from error
    page = next((body for kind, _, body in parts if kind == _PAGE_INFORMATION), b"")
    if len(page) < 8:
        raise BadContent("the JBIG2 picture states no size")
    width, height = struct.unpack_from(">II", page)
    if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
        raise BadContent("the JBIG2 picture has no size")
    if width * height > most_pixels:
        raise BadContent("the picture is too large")
    kept = [head + body for kind, head, body in parts if kind not in {_END_OF_PAGE, _END_OF_FILE}]
    return PdfImage(width, height, "DeviceGray", 1, b"".join(kept), filter="JBIG2Decode")


def _segments(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Kind, header and body of each segment (ITU-T T.88, 7.2 and Annex D)."""
    at, in_turn = 0, True
    if data.startswith(_JBIG2):
        in_turn = bool(data[8] & 1)
        at = 9 if data[8] & 2 else 13
    heads: list[tuple[int, bytes, int]] = []
    found: list[tuple[int, bytes, bytes]] = []
    while at < len(data) and len(heads) < _MOST_SEGMENTS:
        kind, end, length = _header(data, at)
        heads.append((kind, data[at:end], length))
        at = end
        if in_turn:
            length = len(data) - at if length == _UNKNOWN_LENGTH else length
            found.append((kind, heads[-1][1], data[at : at + length]))
            at += length
        if kind == _END_OF_FILE:
            break
    if not in_turn:
        for kind, head, length in heads:
            found.append((kind, head, data[at : at + length]))
            at += length
    return found


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Kind of the segment whose header is at `at`, where that ends, and the body's length."""
    number, flags, count = struct.unpack_from(">IBB", data, at)
    at += 6
    references = count >> 5
    if references == 7:
        references = struct.unpack_from(">I", data, at - 1)[0] & 0x1FFFFFFF
        at += 3 + (references + 8) // 8
    at += references * (1 if number <= 256 else 2 if number <= 65_536 else 4)
    at += 4 if flags & 0x40 else 1
    return flags & 63, at + 4, struct.unpack_from(">I", data, at)[0]
