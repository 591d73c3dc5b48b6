"""Finding PDF files that unpack to more drawing instructions than any page needs.

PDFium takes some 80 bytes for every byte of instructions and reads them whole before it can be
stopped, so a few hundred bytes can ask for more memory than there is. This looks at the packed
streams before PDFium does, through as many layers as they are packed in. Pictures and fonts, which
are no text, may be of any size: what they may cost is limited where they are drawn.
"""

import base64
import re
import zlib
from collections.abc import Callable, Iterator

MAX_INSTRUCTIONS = 16 * 1024 * 1024
"""Bytes of unpacked instructions on one page; ordinary pages have thousands."""

# PDFium goes on to the next line, whatever stands behind the word
_STREAM = re.compile(rb"stream[^\r\n]*(?:\r\n|\n|\r)")
_CONTENTS = re.compile(rb"/Contents\s*\[([^\]]*)\]")
_SAMPLE = 4096
_FIRST = 640
_HEADER = 40
_CHUNK = 1024 * 1024
_MOST_LAYERS = 8
_TEXT = b"\t\n\r\x0c" + bytes(range(0x20, 0x7F))
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]")
_NOT_BASE_85 = re.compile(rb"[^!-uz]")
_BASE_85 = re.compile(rb"z+|[!-u]+")

_Chunks = Iterator[bytes]


def unpacks_to_too_much(data: bytes) -> bool:
    """Whether packed streams of text in a PDF exceed `MAX_INSTRUCTIONS`.

    One alone may, or one that a page lists as its content many times over.
    """
    most = max((len(found[1].split(b"R")) - 1 for found in _CONTENTS.finditer(data)), default=1)
    limit = MAX_INSTRUCTIONS // max(1, most)
    view = memoryview(data)
    return any(_text_in(view[match.end() :], limit) > limit for match in _STREAM.finditer(data))


def unpacked(packed: memoryview, most: int) -> bytes:
    """What a stream holds, at least the first `most` bytes of it, through all it is packed in."""
    _, chunks = _peeled(packed)
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) >= most:
            break
    return bytes(found)


def _text_in(packed: memoryview, limit: int) -> int:
    """How many bytes of text a packed stream holds, counted until there are more than `limit`."""
    layers, chunks = _peeled(packed)
    sample, chunks = _head(chunks)
    if not layers or not sample:
        return 0
    sample = sample[:_SAMPLE]
    is_text = len(sample.translate(None, _TEXT)) <= 0.05 * len(sample)
    if layers < _MOST_LAYERS and not is_text:
        return 0
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            break
    return size


def _peeled(packed: memoryview) -> tuple[int, _Chunks]:
    """(how often a stream is packed, what it holds)."""
    layers = 0
    sample, chunks = _head(_raw(packed))
    while layers < _MOST_LAYERS and (unpack := _packing(sample)) is not None:
        sample, chunks = _head(unpack(chunks))
        layers += 1
    return layers, chunks


def _raw(packed: memoryview) -> _Chunks:
    yield bytes(packed[:_FIRST])
    for at in range(_FIRST, len(packed), _CHUNK):
        yield bytes(packed[at : at + _CHUNK])


def _head(chunks: _Chunks) -> tuple[bytes, _Chunks]:
    """(the first chunk that is not empty, all of them)."""
    first = next((chunk for chunk in chunks if chunk), b"")

    def whole() -> _Chunks:
        yield first
        yield from chunks

    return first, whole()


def _packing(head: bytes) -> Callable[[_Chunks], _Chunks] | None:
    """How to unpack what begins so, None where it is not packed.

    Instructions may look like ASCII codes too: these count where something deflated is inside.
    """
    if _is_deflated(head):
        return _inflated
    for unpack in (_from_hex, _from_base_85):
        if _is_deflated(next(unpack(iter((head[:_HEADER],))), b"")):
            return unpack
    return None


def _is_deflated(head: bytes) -> bool:
    """Whether this is zlib's header: method 8 and a check sum."""
    return len(head) >= 2 and head[0] & 15 == 8 and (head[0] * 256 + head[1]) % 31 == 0


def _inflated(chunks: _Chunks) -> _Chunks:
    unpacker = zlib.decompressobj()
    try:
        for chunk in chunks:
            rest = chunk
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, _CHUNK)
                rest = unpacker.unconsumed_tail
            if unpacker.eof:
                return
    except zlib.error:
        # damaged streams are PDFium's affair; what came out before the damage counts
        return


def _from_hex(chunks: _Chunks) -> _Chunks:
    left = b""
    for chunk in chunks:
        body, end, _ = chunk.partition(b">")
        digits = left + _NOT_HEX.sub(b"", body)
        cut = len(digits) - len(digits) % 2
        left = digits[cut:]
        yield bytes.fromhex(digits[:cut].decode("ascii"))
        if end:
            return


def _from_base_85(chunks: _Chunks) -> _Chunks:
    """As PDFium reads it: a z begins a group anew, wherever it stands, and groups may overflow."""
    left = b""
    for chunk in chunks:
        body, end, _ = chunk.partition(b"~")
        letters = left + _NOT_BASE_85.sub(b"", body)
        left = b""
        for found in _BASE_85.finditer(letters):
            run = found[0]
            if run[:1] == b"z":
                yield bytes(4 * len(run))
                continue
            cut = len(run) - len(run) % 5
            if found.end() == len(letters) and not end:
                left = run[cut:]
            yield _groups(run[:cut])
        if end:
            return


def _groups(letters: bytes) -> bytes:
    """What groups of five letters stand for."""
    try:
        return base64.a85decode(letters)
    except ValueError:
        found = bytearray()
        for at in range(0, len(letters), 5):
            value = 0
            for letter in letters[at : at + 5]:
                value = value * 85 + letter - 33
            found += (value & 0xFFFFFFFF).to_bytes(4)
        return bytes(found)
