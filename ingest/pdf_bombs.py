"""Finding PDF files that unpack to more drawing instructions than any page needs.

PDFium takes some 80 bytes for every byte of instructions and reads them whole before it can be
stopped, so a few hundred kilobytes can ask for more memory than there is. This looks at the packed
streams before PDFium does. Pictures and fonts, which are no text, may be of any size: what they may
cost is limited where they are drawn.
"""

import re
import zlib

MAX_INSTRUCTIONS = 16 * 1024 * 1024
"""Bytes of unpacked instructions in one stream; ordinary pages have thousands."""

_STREAM = re.compile(rb"stream\r?\n")
_SAMPLE = 4096
_CHUNK = 1024 * 1024
_TEXT = frozenset(b"\t\n\r\x0c" + bytes(range(0x20, 0x7F)))


def unpacks_to_too_much(data: bytes) -> bool:
    """Whether a deflated stream of text in a PDF exceeds `MAX_INSTRUCTIONS`."""
    return any(_is_bomb(memoryview(data)[match.end() :]) for match in _STREAM.finditer(data))


def _is_bomb(packed: memoryview) -> bool:
    """Whether the bytes begin with a deflated stream of too much text."""
    # zlib's header: method 8 and a check sum; anything else is no deflated stream
    if len(packed) < 2 or packed[0] & 15 != 8 or (packed[0] * 256 + packed[1]) % 31:
        return False
    unpacker = zlib.decompressobj()
    try:
        sample = unpacker.decompress(packed[:_SAMPLE], _SAMPLE)
        if not sample or sum(byte in _TEXT for byte in sample) < 0.95 * len(sample):
            return False
        size, rest = len(sample), bytes(unpacker.unconsumed_tail) + bytes(packed[_SAMPLE:_CHUNK])
        offset = _CHUNK
        while not unpacker.eof and size <= MAX_INSTRUCTIONS:
            if not rest:
                rest = bytes(packed[offset : offset + _CHUNK])
                offset += _CHUNK
                if not rest:
                    break
            size += len(unpacker.decompress(rest, _CHUNK))
            rest = unpacker.unconsumed_tail
    except zlib.error:
        # damaged streams are PDFium's affair; what came out before the damage counts
        return False
    return size > MAX_INSTRUCTIONS
