"""Font files (TrueType and OpenType, ISO/IEC 14496-22): which glyph a character has, how wide it
is, and a font file with only the glyphs a page needs.
"""

import struct
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np


class GlyphTable(Protocol):
    def glyph(self, character: str) -> int:
        """The number of a character's glyph, 0 for one the font lacks."""


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    """A font program. `key` tells it from others, `tables` says where in `data` its parts lie."""

    key: str
    data: bytes
    tables: dict[bytes, tuple[int, int]]
    glyph_count: int
    characters: GlyphTable

    def glyph(self, character: str) -> int:
        """The number of a character's glyph, 0 for one the font lacks."""
        return self.characters.glyph(character)

    def advance(self, glyph: int) -> float:
        """How wide a glyph is, in em; 0 where the font does not say."""
        try:
            em = struct.unpack_from(">H", self.data, self.tables[b"head"][0] + 18)[0]
            count = struct.unpack_from(">H", self.data, self.tables[b"hhea"][0] + 34)[0]
            at = self.tables[b"hmtx"][0] + 4 * min(glyph, count - 1)
            return float(struct.unpack_from(">H", self.data, at)[0] / em)
        except (KeyError, struct.error, ZeroDivisionError):
            return 0.0

    def with_only(self, glyphs: Iterable[int]) -> bytes:
        """A font file with these glyphs under their numbers; the whole one where it has no glyf
        table or cannot be cut down."""
        try:
            return _cut_down(self, glyphs)
        except (KeyError, struct.error, ValueError, IndexError):
            return self.data


def typeface(key: str, data: bytes) -> Typeface | None:
    """The typeface in a font file, or None where it is no font PDFium could draw with."""
    try:
        return _typeface(key, data)
    except (struct.error, IndexError, ValueError, KeyError):
        return None


def _typeface(key: str, data: bytes) -> Typeface:
    start = 0
    if data[:4] == b"ttcf":
        start = struct.unpack_from(">I", data, 12)[0]
    if data[start : start + 4] not in {b"\0\1\0\0", b"OTTO", b"true"}:
        raise ValueError("neither TrueType nor OpenType")
    tables = _tables(data, start)
    if not (b"glyf" in tables and b"loca" in tables) and b"CFF " not in tables:
        raise ValueError("no outlines")
    at, _ = tables[b"maxp"]
    count = struct.unpack_from(">H", data, at + 4)[0]
    _ = tables[b"head"]
    return Typeface(key, data, tables, count, _character_map(data, tables))


def _tables(data: bytes, start: int) -> dict[bytes, tuple[int, int]]:
    """Tag -> offset and length of each table that lies inside the file."""
    found: dict[bytes, tuple[int, int]] = {}
    count = min(struct.unpack_from(">H", data, start + 4)[0], 100)
    for index in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * index)
        if offset + length <= len(data) + 3:
            found[tag] = (offset, length)
    return found


def _character_map(data: bytes, tables: dict[bytes, tuple[int, int]]) -> GlyphTable:
    """The best Unicode table; a subset font may have none, and is then used by glyph number."""
    if b"cmap" not in tables:
        return _Listed({})
    base, _ = tables[b"cmap"]
    best: tuple[int, int] = (0, 0)
    for index in range(min(struct.unpack_from(">H", data, base + 2)[0], 50)):
        platform, encoding, offset = struct.unpack_from(">HHI", data, base + 4 + 8 * index)
        rank = _RANKS.get((platform, encoding), 1 if platform == 0 else 0)
        if rank > best[0] and struct.unpack_from(">H", data, base + offset)[0] in {0, 4, 6, 12}:
            best = (rank, base + offset)
    if not best[0]:
        return _Listed({})
    return _subtable(data, best[1])


_RANKS = {(3, 10): 5, (0, 4): 4, (0, 6): 4, (3, 1): 3, (0, 3): 3, (3, 0): 2, (1, 0): 1}
"""Platform and encoding of a cmap subtable -> how well it serves."""


def _subtable(data: bytes, at: int) -> GlyphTable:
    match struct.unpack_from(">H", data, at)[0]:
        case 4:
            return _Segments(data, at)
        case 12:
            count = min(struct.unpack_from(">I", data, at + 12)[0], 100_000)
            groups = struct.unpack_from(f">{3 * count}I", data, at + 16)
            return _Groups(groups[0::3], groups[1::3], groups[2::3])
        case 6:
            first, count = struct.unpack_from(">HH", data, at + 6)
            glyphs = struct.unpack_from(f">{count}H", data, at + 10)
            return _Listed(dict(enumerate(glyphs, first)))
        case _:
            return _Listed(dict(enumerate(struct.unpack_from("256B", data, at + 6))))


@dataclass(frozen=True, slots=True)
class _Listed:
    glyphs: dict[int, int]

    def glyph(self, character: str) -> int:
        return self.glyphs.get(ord(character), 0)


@dataclass(frozen=True, slots=True)
class _Groups:
    """A cmap subtable of format 12."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]
    glyphs: tuple[int, ...]

    def glyph(self, character: str) -> int:
        code = ord(character)
        at = bisect_left(self.lasts, code)
        if at == len(self.lasts) or self.firsts[at] > code:
            return 0
        return self.glyphs[at] + code - self.firsts[at]


class _Segments:
    """A cmap subtable of format 4; symbol fonts have their characters at U+F000 on."""

    def __init__(self, data: bytes, at: int) -> None:
        count = struct.unpack_from(">H", data, at + 6)[0] // 2
        self._data = data
        self._lasts = struct.unpack_from(f">{count}H", data, at + 14)
        self._firsts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
        self._deltas = struct.unpack_from(f">{count}H", data, at + 16 + 4 * count)
        self._offsets_at = at + 16 + 6 * count
        self._offsets = struct.unpack_from(f">{count}H", data, self._offsets_at)

    def glyph(self, character: str) -> int:
        code = ord(character)
        return self._of(code) or (self._of(0xF000 + code) if code < 0x100 else 0)

    def _of(self, code: int) -> int:
        at = bisect_left(self._lasts, code)
        if at == len(self._lasts) or self._firsts[at] > code:
            return 0
        if not self._offsets[at]:
            return int(code + self._deltas[at]) & 0xFFFF
        place = self._offsets_at + 2 * at + self._offsets[at] + 2 * (code - self._firsts[at])
        if place + 2 > len(self._data):
            return 0
        glyph: int = struct.unpack_from(">H", self._data, place)[0]
        return int(glyph + self._deltas[at]) & 0xFFFF if glyph else 0


_KEPT_TABLES = (b"head", b"hhea", b"hmtx", b"maxp", b"cvt ", b"fpgm", b"prep")
_COMPOSITE_MORE, _COMPOSITE_WORDS = 0x20, 0x01
_COMPOSITE_SCALES = ((0x08, 2), (0x40, 4), (0x80, 8))
_MOST_GLYPHS = 5_000
_LONGEST_OUTLINE = 50_000


def _cut_down(face: Typeface, glyphs: Iterable[int]) -> bytes:
    """The font with the outlines of all other glyphs taken out."""
    data, tables = face.data, face.tables
    head = bytearray(_table(face, b"head"))
    start, length = tables[b"loca"]
    kind = ">u4" if struct.unpack_from(">H", head, 50)[0] else ">u2"
    count = min(face.glyph_count + 1, length // np.dtype(kind).itemsize)
    places = np.frombuffer(data, kind, count, start).astype(np.int64)
    places *= 1 if kind == ">u4" else 2
    base, size = tables[b"glyf"]
    kept: dict[int, bytes] = {}
    waiting = [glyph for glyph in glyphs if glyph < count - 1]
    while waiting and len(kept) < _MOST_GLYPHS:
        glyph = waiting.pop()
        if glyph in kept:
            continue
        first, end = int(places[glyph]), min(int(places[glyph + 1]), size)
        if end - first > _LONGEST_OUTLINE:
            raise ValueError("an outline of absurd length")
        kept[glyph] = data[base + first : base + end] if end > first else b""
        waiting += [part for part in _components(kept[glyph]) if part < count - 1]
    lengths = np.zeros(count, np.int64)
    for glyph, outline in kept.items():
        lengths[glyph + 1] = len(outline) + -len(outline) % 4
    outlines = b"".join(kept[glyph] + bytes(-len(kept[glyph]) % 4) for glyph in sorted(kept))
    struct.pack_into(">H", head, 50, 1)
    parts = {tag: _table(face, tag) for tag in _KEPT_TABLES if tag in tables}
    parts[b"head"] = bytes(head)
    parts[b"loca"] = np.cumsum(lengths).astype(">u4").tobytes()
    parts[b"glyf"] = outlines
    return _assembled(parts)


def _table(face: Typeface, tag: bytes) -> bytes:
    start, length = face.tables[tag]
    return face.data[start : start + length]


def _components(outline: bytes) -> list[int]:
    """The glyphs a composite glyph is made of."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found: list[int] = []
    at, flags = 10, _COMPOSITE_MORE
    while flags & _COMPOSITE_MORE and len(found) < 64:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        found.append(glyph)
        at += 8 if flags & _COMPOSITE_WORDS else 6
        at += next((size for flag, size in _COMPOSITE_SCALES if flags & flag), 0)
    return found


def _assembled(parts: dict[bytes, bytes]) -> bytes:
    """A font file of these tables; check sums are left at zero, as no renderer looks at them."""
    at = 12 + 16 * len(parts)
    directory = [struct.pack(">IHHHH", 0x00010000, len(parts), 0, 0, 0)]
    bodies = []
    for tag in sorted(parts):
        body = parts[tag]
        directory.append(struct.pack(">4sIII", tag, 0, at, len(body)))
        bodies.append(body + bytes(-len(body) % 4))
        at += len(bodies[-1])
    return b"".join(directory + bodies)
