"""Hostile pictures made from good ones: what their headers say is not so, parts change places."""

import struct
import zlib
from collections.abc import Callable, Mapping
from random import Random

from benchmarks.mutations.plain import PLAIN

Mutator = Callable[[bytes, Random], bytes]

_SIDES = (0, 1, 2, 15, 17, 333, 9_999, 16_383, 20_000, 30_000, 65_535)
_LONGS = (0, 1, 0x7F, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
_Chunk = tuple[bytes, bytes]


def jpeg_size_lies(data: bytes, random: Random) -> bytes:
    """Another height and width in the frame header."""
    return _in_jpeg(
        data,
        lambda mark, body: (
            body[:1] + struct.pack(">HH", _side(random), _side(random)) + body[5:]
            if mark in {0xC0, 0xC1, 0xC2}
            else body
        ),
    )


def jpeg_components_lie(data: bytes, random: Random) -> bytes:
    """Another number of channels, depth or sampling than there are."""

    def lie(mark: int, body: bytes) -> bytes:
        if mark not in {0xC0, 0xC1, 0xC2} or len(body) < 8:
            return body
        changed = bytearray(body)
        changed[random.choice((0, 5, 7))] = random.choice((0, 1, 2, 4, 12, 0x44, 255))
        return bytes(changed)

    return _in_jpeg(data, lie)


def jpeg_tables_broken(data: bytes, random: Random) -> bytes:
    """Rubbish in the tables of Huffman codes or of quantities."""
    return _in_jpeg(
        data,
        lambda mark, body: (
            body[:1] + random.randbytes(len(body) - 1) if mark in {0xC4, 0xDB} else body
        ),
    )


def jpeg_segments_shuffled(data: bytes, random: Random) -> bytes:
    segments, rest = _segments(data)
    random.shuffle(segments)
    return data[:2] + b"".join(_segment(*one) for one in segments) + rest


def jpeg_exif_rubbish(data: bytes, random: Random) -> bytes:
    """EXIF data with an absurd orientation, with loops, or none at all behind its name."""
    orientation = random.choice((0, 3, 6, 8, 9, 255, 65_535))
    tiff = b"II*\0" + struct.pack("<IH", 8, random.choice((1, 2, 500)))
    tiff += struct.pack("<HHIHH", 0x0112, random.choice((3, 2, 12, 99)), 1, orientation, 0)
    tiff += struct.pack("<I", random.choice((0, 8, 14, 0xFFFFFFF0)))
    body = b"Exif\0\0" + random.choice((tiff, tiff + random.randbytes(60_000), random.randbytes(9)))
    return data[:2] + _segment(0xE1, body) * random.choice((1, 1, 30)) + data[2:]


def jpeg_marks_scattered(data: bytes, random: Random) -> bytes:
    """Marks of restarts, of a new picture or of the end amid the pixels."""
    at = random.randrange(len(data) // 2, len(data))
    mark = bytes((0xFF, random.choice((0xD0, 0xD7, 0xD8, 0xD9, 0xDA, 0xC4, 0x01))))
    return data[:at] + mark * random.choice((1, 2, 3_000)) + data[at:]


def png_size_lies(data: bytes, random: Random) -> bytes:
    """Another size, with a check sum that holds."""

    def lie(name: bytes, body: bytes) -> bytes:
        if name != b"IHDR":
            return body
        return struct.pack(">II", _side(random), _side(random)) + body[8:]

    return _in_png(data, lie)


def png_kind_lies(data: bytes, random: Random) -> bytes:
    """Another depth, kind of colour, compression or interlacing than there is."""

    def lie(name: bytes, body: bytes) -> bytes:
        changed = bytearray(body)
        if name == b"IHDR":
            changed[random.randrange(8, 13)] = random.choice((0, 1, 2, 3, 4, 6, 7, 16, 255))
        return bytes(changed)

    return _in_png(data, lie)


def png_chunks_shuffled(data: bytes, random: Random) -> bytes:
    chunks = _chunks(data)
    inner = chunks[1:-1]
    random.shuffle(inner)
    return _png([*chunks[:1], *inner, *chunks[-1:]] if random.random() < 0.7 else inner)


def png_chunk_added(data: bytes, random: Random) -> bytes:
    """A chunk that unfolds to a lot, or says what is not so of colours and transparency."""
    bomb = zlib.compress(bytes(20_000_000))
    added = random.choice(
        (
            (b"zTXt", b"a\0\0" + bomb),
            (b"iTXt", b"a\0\1\0\0\0" + bomb),
            (b"iCCP", b"a\0\0" + bomb),
            (b"eXIf", random.randbytes(40)),
            (b"tRNS", random.randbytes(random.choice((1, 6, 300)))),
            (b"PLTE", random.randbytes(random.choice((0, 3, 7, 999)))),
            (b"acTL", struct.pack(">II", random.choice(_LONGS), 0)),
            (b"fcTL", random.randbytes(26)),
            (b"gAMA", bytes(4)),
            (b"IHDR", struct.pack(">IIBBBBB", 9_999, 9_999, 16, 6, 0, 0, 0)),
            (b"IDAT", bomb[:5_000]),
        )
    )
    chunks = _chunks(data)
    at = random.randrange(1, len(chunks) + 1)
    return _png([*chunks[:at], added, *chunks[at:]])


def png_pixels_broken(data: bytes, random: Random) -> bytes:
    """Changed pixels or lengths with check sums that hold."""

    def harm(name: bytes, body: bytes) -> bytes:
        if name != b"IDAT" or not body:
            return body
        changed = bytearray(body)
        for _ in range(random.choice((1, 10))):
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        return bytes(changed[: random.randrange(len(changed)) if random.random() < 0.3 else None])

    return _in_png(data, harm)


def png_length_lies(data: bytes, random: Random) -> bytes:
    at = random.choice([found for found in _places(data, b"IDAT", b"IHDR", b"IEND") if found >= 4])
    return data[: at - 4] + struct.pack(">I", random.choice(_LONGS)) + data[at:]


def tiff_entry_lies(data: bytes, random: Random) -> bytes:
    """Another tag, type, count or value in the directory of a TIFF."""
    order = "<" if data[:1] == b"I" else ">"
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    if at + 2 > len(data):
        return data
    (count,) = struct.unpack_from(f"{order}H", data, at)
    entry = at + 2 + 12 * random.randrange(max(1, count))
    changed = bytearray(data)
    if entry + 12 > len(data):
        return data
    what = random.randrange(4)
    if what == 0:
        struct.pack_into(f"{order}H", changed, entry, random.randrange(254, 340))
    elif what == 1:
        struct.pack_into(f"{order}H", changed, entry + 2, random.randrange(20))
    else:
        value = random.choice((*_LONGS, *_SIDES, at, len(data) - 1))
        struct.pack_into(f"{order}I", changed, entry + (4 if what == 2 else 8), value)
    return bytes(changed)


def tiff_loops(data: bytes, random: Random) -> bytes:
    """The directory of a TIFF that says the next one is itself, or anywhere."""
    order = "<" if data[:1] == b"I" else ">"
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, min(at, len(data) - 2))
    after = at + 2 + 12 * count
    following = random.choice((at, 8, 2, len(data) - 3, 0xFFFFFFFF))
    return data[:after] + struct.pack(f"{order}I", following) + data[after + 4 :]


def header_lies(data: bytes, random: Random) -> bytes:
    """Any number within the first 64 bytes becomes another: sizes, offsets, depths, counts."""
    changed = bytearray(data)
    at = random.randrange(4, min(64, len(data) - 4))
    order = random.choice("<>")
    if random.random() < 0.5:
        struct.pack_into(f"{order}H", changed, at, _side(random))
    else:
        struct.pack_into(f"{order}I", changed, at, random.choice(_LONGS + _SIDES))
    return bytes(changed)


def another_signature(data: bytes, random: Random) -> bytes:
    """It begins like a picture of another kind."""
    signatures = (
        *(b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\0", b"MM\0*"),
        *(b"RIFF\x10\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic", b"\0\0\0\x0cjP  \r\n\x87\n"),
    )
    signature = random.choice(signatures)
    return signature + data[len(signature) if random.random() < 0.5 else 0 :]


def _side(random: Random) -> int:
    return random.choice(_SIDES)


def _in_jpeg(data: bytes, change: Callable[[int, bytes], bytes]) -> bytes:
    segments, rest = _segments(data)
    return data[:2] + b"".join(_segment(mark, change(mark, body)) for mark, body in segments) + rest


def _segments(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """(mark, body) of the segments before the pixels, and the rest from the pixels on."""
    found, at = [], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        found.append((data[at + 1], data[at + 4 : at + 2 + size]))
        at += 2 + size
    return found, data[at:]


def _segment(mark: int, body: bytes) -> bytes:
    return bytes((0xFF, mark)) + struct.pack(">H", len(body) + 2) + body


def _in_png(data: bytes, change: Callable[[bytes, bytes], bytes]) -> bytes:
    return _png([(name, change(name, body)) for name, body in _chunks(data)])


def _chunks(data: bytes) -> list[_Chunk]:
    found, at = [], 8
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    return found


def _png(chunks: list[_Chunk]) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, body in chunks:
        sums = zlib.crc32(name + body)
        parts.append(struct.pack(">I", len(body)) + name + body + struct.pack(">I", sums))
    return b"".join(parts)


def _places(data: bytes, *names: bytes) -> list[int]:
    return [data.find(name) for name in names if name in data] or [8]


_ANY: tuple[Mutator, ...] = (*PLAIN, header_lies, another_signature)
MUTATORS: Mapping[str, tuple[Mutator, ...]] = {
    "jpeg": (
        jpeg_size_lies,
        jpeg_components_lie,
        jpeg_tables_broken,
        jpeg_segments_shuffled,
        jpeg_exif_rubbish,
        jpeg_marks_scattered,
        *_ANY,
    ),
    "png": (
        png_size_lies,
        png_kind_lies,
        png_chunks_shuffled,
        png_chunk_added,
        png_pixels_broken,
        png_length_lies,
        *_ANY,
    ),
    "tiff": (tiff_entry_lies, tiff_entry_lies, tiff_loops, *_ANY),
    "webp": (header_lies, *_ANY),
    "bmp": (header_lies, *_ANY),
    "gif": (header_lies, *_ANY),
    "heic": (header_lies, *_ANY),
}


def mutate(kind: str, data: bytes, random: Random, turn: int) -> tuple[str, bytes]:
    """(what was done, the mutated picture). `turn` picks the mutator; every fifth gets two."""
    mutators = MUTATORS[kind]
    first = mutators[turn % len(mutators)]
    name, data = first.__name__, first(data, random)
    if data and random.random() < 0.2:
        second = random.choice(PLAIN)
        name, data = f"{name}+{second.__name__}", second(data, random)
    return name, data
