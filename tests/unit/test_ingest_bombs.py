"""Packed streams that would unpack to more than memory are found before PDFium sees them."""

import base64
import zlib
from functools import cache

import pytest

import ingest
from ingest.pdf_bombs import MAX_INSTRUCTIONS, unpacks_to_too_much
from models.errors import DocumentError

BOMB = b"q\n" * (MAX_INSTRUCTIONS // 2 + 1)


@cache
def _deflated(content: bytes) -> bytes:
    return zlib.compress(content, 6)


def _stream(content: bytes) -> bytes:
    return _packed(_deflated(content))


def _packed(packed: bytes, line: bytes = b"\n") -> bytes:
    head = b"%%PDF-1.7\n1 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream" % len(packed)
    return head + line + packed + b"\nendstream\nendobj\n%%EOF"


@pytest.mark.parametrize(
    ("content", "bomb"),
    [
        (BOMB, True),
        (b"q\n" * (MAX_INSTRUCTIONS // 2), False),
        (bytes(range(256)) * (MAX_INSTRUCTIONS // 128), False),
        (b"BT /F1 9 Tf (x) Tj ET\n", False),
        (b"", False),
    ],
    ids=["bomb", "just below", "picture", "text", "empty"],
)
def test_text_is_counted_and_pictures_are_not(content: bytes, bomb: bool) -> None:
    assert unpacks_to_too_much(_stream(content)) is bomb


@pytest.mark.parametrize(
    "content", [BOMB, b"BT /F1 9 Tf (x) Tj ET\n" * 9_000], ids=["bomb", "text"]
)
def test_it_is_found_however_it_is_packed(content: bytes) -> None:
    packed = _deflated(content)
    twice = zlib.compress(packed, 9)
    for wrapped in (
        twice,
        zlib.compress(twice, 9),
        base64.a85encode(packed, wrapcol=60) + b"~>",
        b" " + twice.hex(" ").upper().encode() + b">",
        zlib.compress(base64.a85encode(packed), 9),
    ):
        assert unpacks_to_too_much(_packed(wrapped)) is (content is BOMB)


def test_a_letter_lost_from_the_ascii_codes_hides_nothing() -> None:
    letters = base64.a85encode(zlib.compress(b" " * (MAX_INSTRUCTIONS * 4), 9))
    first = letters.index(b"zz")
    # PDFium begins a group anew at each z, so all that follows the loss still unpacks
    lost = letters[: first + 1] + b"!" + letters[first + 1 :]
    assert unpacks_to_too_much(_packed(letters + b"~>"))
    assert unpacks_to_too_much(_packed(lost + b"~>"))


@pytest.mark.parametrize("line", [b"\r", b"\r\n", b" \n", b" % x\r\n"])
def test_it_is_found_whatever_ends_the_line(line: bytes) -> None:
    assert unpacks_to_too_much(_packed(_deflated(BOMB), line))


def test_content_listed_many_times_counts_as_often() -> None:
    half = _stream(BOMB[: MAX_INSTRUCTIONS // 2])
    assert not unpacks_to_too_much(half + b"<</Contents [1 0 R 2 0 R]>>")
    assert unpacks_to_too_much(half + b"<</Contents [ 1 0 R 1 0 R\n1 0 R]>>")


def test_a_bomb_is_refused_and_cut_or_damaged_ones_do_no_harm() -> None:
    data = _stream(BOMB)
    with pytest.raises(DocumentError, match="pdf_too_complex"):
        ingest.open(data, "a.pdf")
    for cut in (70, 90, len(data) // 2):
        assert unpacks_to_too_much(data[:cut]) in (True, False)
    assert not unpacks_to_too_much(data.replace(b"stream\nx", b"stream\n\x78\x9c\xff\xff"))
