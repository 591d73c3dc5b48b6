"""Whatever happens to a file on its way: it is read, or refused with a DocumentError."""

import io
import random

import numpy as np
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

import ingest
from models.errors import DocumentError, ErrorRecord

_CUTS = 12
_FLIPS = 12


def _picture(format_name: str, **options: object) -> bytes:
    noise = np.random.default_rng(7).integers(0, 255, (6, 8, 3), np.uint8)
    image = Image.fromarray(noise).resize((64, 48))
    if options.get("compression") == "group4":
        image = image.convert("1")
    memory = io.BytesIO()
    image.save(memory, format_name, **options)
    return memory.getvalue()


def _pdf() -> bytes:
    memory = io.BytesIO()
    canvas = Canvas(memory, pagesize=(150, 100), pageCompression=0)
    for number in range(2):
        canvas.drawString(20, 50, f"page {number}")
        canvas.showPage()
    canvas.save()
    return memory.getvalue()


_FILES = {
    "jpeg": _picture("JPEG"),
    "progressive": _picture("JPEG", progressive=True),
    "png": _picture("PNG"),
    "webp": _picture("WEBP"),
    "webp lossless": _picture("WEBP", lossless=True),
    "bmp": _picture("BMP"),
    "gif": _picture("GIF"),
    "tiff": _picture("TIFF"),
    "tiff lzw": _picture("TIFF", compression="tiff_lzw"),
    "tiff fax": _picture("TIFF", compression="group4"),
    "pdf": _pdf(),
}


def _read(data: bytes) -> list[bytes] | ErrorRecord:
    """The drawn pages, or the refusal. Any other exception fails the test."""
    try:
        with ingest.open(data, "file") as opened:
            return [page.draw(1.0).tobytes() for page in opened.pages]
    except DocumentError as error:
        return error.record


@pytest.mark.parametrize("name", _FILES)
def test_a_file_cut_off_is_never_read_as_something_else(name: str) -> None:
    data = _FILES[name]
    whole = _read(data)
    chance = random.Random(name)
    for _ in range(_CUTS):
        length = chance.randrange(1, len(data))
        found = _read(data[:length])
        assert isinstance(found, ErrorRecord) or found == whole, f"{name} cut at {length}"


@pytest.mark.parametrize("name", _FILES)
def test_flipped_bits_raise_nothing_but_document_errors(name: str) -> None:
    data = _FILES[name]
    chance = random.Random(name)
    refused = 0
    for _ in range(_FLIPS):
        bad = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        found = _read(bytes(bad))
        assert found, name
        refused += isinstance(found, ErrorRecord)
    if name == "png":  # every pixel chunk carries a check sum
        assert refused == _FLIPS


def test_rubbish_behind_a_good_start() -> None:
    chance = random.Random(3)
    for data in _FILES.values():
        bad = data[:24] + chance.randbytes(400)
        assert isinstance(_read(bad), ErrorRecord)
