"""Packed streams that would unpack to more than memory are found before PDFium sees them."""

import zlib

import pytest

import ingest
from ingest.pdf_bombs import MAX_INSTRUCTIONS, unpacks_to_too_much
from models.errors import DocumentError


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    head = b"%%PDF-1.7\n1 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream\n" % len(packed)
    return head + packed + b"\nendstream\nendobj\n%%EOF"


@pytest.mark.parametrize(
    ("content", "bomb"),
    [
        (b"q\n" * (MAX_INSTRUCTIONS // 2 + 1), True),
        (b"q\n" * (MAX_INSTRUCTIONS // 2), False),
        (bytes(range(256)) * (MAX_INSTRUCTIONS // 128), False),
        (b"BT /F1 9 Tf (x) Tj ET\n", False),
        (b"", False),
    ],
    ids=["bomb", "just below", "picture", "text", "empty"],
)
def test_text_is_counted_and_pictures_are_not(content: bytes, bomb: bool) -> None:
    assert unpacks_to_too_much(_stream(content)) is bomb


def test_a_bomb_is_refused_and_cut_or_damaged_ones_do_no_harm() -> None:
    data = _stream(b"q\n" * MAX_INSTRUCTIONS)
    with pytest.raises(DocumentError, match="pdf_too_complex"):
        ingest.open(data, "a.pdf")
    for cut in (70, 90, len(data) // 2):
        assert unpacks_to_too_much(data[:cut]) in (True, False)
    assert not unpacks_to_too_much(data.replace(b"stream\nx", b"stream\n\x78\x9c\xff\xff"))
