"""ZIP archives: their files unpacked one at a time, in memory, never beyond what they may hold."""

import bz2
import io
import lzma
import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby

from ingest.containers.bounds import MEBIBYTE, Budget
from ingest.containers.names import is_picture_name, is_system_file, natural_order
from ingest.containers.parcel import File, Left, left
from ingest.containers.refusals import refusal
from ingest.containers.zip_directory import Entry, read_directory

_STORED, _DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
_METHODS = frozenset({_STORED, _DEFLATED, _BZIP2, _LZMA})
_READ = 64 * 1024
_CHUNK = MEBIBYTE
_SMALLEST_DICTIONARY = 4096

_BROKEN = (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError, MemoryError)


def archive_files(data: bytes, budget: Budget) -> Iterator[File | Left]:
    """The files of an archive, each unpacked when it is asked for.

    They come as in the archive's directory, except that pictures of one folder take their places
    in natural order. Everything the directory can tell is checked before the first one.

    Raises DocumentError: damaged_archive, split_archive, encrypted_archive, archive_bomb,
    archive_too_large, too_many_members.
    """
    entries = _in_order([entry for entry in _listed(data, budget) if not entry.is_folder])
    wanted = [entry for entry in entries if not _is_aside(entry)]
    if wanted and all(entry.is_encrypted for entry in wanted):
        raise refusal("encrypted_archive")
    budget.count(len(wanted))
    if any(_is_bomb(entry, budget) for entry in wanted):
        raise refusal("archive_bomb")
    limit = budget.limits.max_bytes
    budget.foresee(sum(entry.size for entry in wanted if entry.size <= limit))
    for entry in entries:
        yield _taken_out(data, entry, budget)


def entry_names(data: bytes, budget: Budget) -> frozenset[str]:
    """The names in an archive, folders included. Raises DocumentError as `archive_files` does."""
    return frozenset(entry.name for entry in _listed(data, budget))


def _listed(data: bytes, budget: Budget) -> tuple[Entry, ...]:
    entries = read_directory(data, budget.entries_left)
    budget.entries_left -= len(entries)
    return entries


def is_ofd(names: Iterable[str]) -> bool:
    """Whether an archive of such names is an OFD file (GB/T 33190: OFD.xml at its root)."""
    return any(name.lower() == "ofd.xml" for name in names)


def is_package(names: Iterable[str]) -> bool:
    """Whether an archive of such names is the file of some program: Office, OpenDocument, Java."""
    found = set(names)
    if found & {"META-INF/MANIFEST.MF", "AndroidManifest.xml"}:
        return True
    return "[Content_Types].xml" in found or {"mimetype", "META-INF/manifest.xml"} <= found


def _is_aside(entry: Entry) -> bool:
    return entry.is_link or is_system_file(entry.name)


def _is_bomb(entry: Entry, budget: Budget) -> bool:
    bounds = budget.bounds
    return entry.size > max(bounds.ratio_from_bytes, bounds.max_ratio * entry.packed_size)


def _in_order(entries: list[Entry]) -> list[Entry]:
    """The entries as they are, but the pictures of each folder sorted among their own places."""
    ordered = list(entries)
    places = [at for at, entry in enumerate(entries) if is_picture_name(entry.name)]
    folder = {at: entries[at].name.rpartition("/")[0] for at in places}
    for _, group in groupby(
        sorted(places, key=lambda at: (folder[at], at)), key=folder.__getitem__
    ):
        spots = list(group)
        pictures = sorted((entries[at] for at in spots), key=lambda e: natural_order(e.name))
        for at, picture in zip(spots, pictures, strict=True):
            ordered[at] = picture
    return ordered


def _taken_out(data: bytes, entry: Entry, budget: Budget) -> File | Left:
    """The file of an entry, or why there is none."""
    limit = budget.limits.max_bytes
    if entry.is_link:
        return left(entry.name, "symbolic_link")
    if is_system_file(entry.name):
        return left(entry.name, "system_file")
    if entry.is_encrypted:
        return left(entry.name, "encrypted_member")
    if entry.method not in _METHODS:
        return left(entry.name, "unknown_method", method=entry.method)
    if entry.size > limit:
        sizes = {"size": entry.size / MEBIBYTE, "limit": limit / MEBIBYTE}
        return left(entry.name, "member_too_large", **sizes)
    content = _unpacked(data, entry, budget)
    return left(entry.name, "damaged_member") if content is None else File(entry.name, content)


def _unpacked(data: bytes, entry: Entry, budget: Budget) -> bytes | None:
    """The content of an entry; None where it is not what the directory says."""
    if entry.start is None:
        return None
    packed = memoryview(data)[entry.start : entry.start + entry.packed_size]
    content, size, crc = io.BytesIO(), 0, 0
    try:
        for piece in _pieces(packed, entry):
            size += len(piece)
            budget.charge(len(piece))
            if size > entry.size:
                return None
            crc = zlib.crc32(piece, crc)
            content.write(piece)
    except _BROKEN:
        return None
    return content.getvalue() if (size, crc) == (entry.size, entry.crc) else None


def _pieces(packed: memoryview, entry: Entry) -> Iterator[bytes]:
    """The unpacked content, no more than `_CHUNK` bytes of it at a time."""
    if entry.method == _STORED:
        for at in range(0, len(packed), _CHUNK):
            yield bytes(packed[at : at + _CHUNK])
    elif entry.method == _DEFLATED:
        yield from _inflated(packed)
    elif entry.method == _BZIP2:
        yield from _decompressed(bz2.BZ2Decompressor(), packed)
    else:
        yield from _decompressed(*_lzma(packed, entry.size))


def _inflated(packed: memoryview) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(0, len(packed), _READ):
        rest = bytes(packed[at : at + _READ])
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, _CHUNK)
            rest = unpacker.unconsumed_tail
    yield unpacker.flush()


def _decompressed(
    unpacker: bz2.BZ2Decompressor | lzma.LZMADecompressor, packed: memoryview
) -> Iterator[bytes]:
    for at in range(0, len(packed), _READ):
        if unpacker.eof:
            return
        yield unpacker.decompress(bytes(packed[at : at + _READ]), _CHUNK)
        while not (unpacker.eof or unpacker.needs_input):
            yield unpacker.decompress(b"", _CHUNK)


def _lzma(packed: memoryview, size: int) -> tuple[lzma.LZMADecompressor, memoryview]:
    """What unpacks the content and the packed content behind its header (APPNOTE 5.8.8).

    A dictionary larger than the content is of no use, and it may claim 4 GiB.
    """
    length = int.from_bytes(packed[2:4], "little")
    if length != 5 or len(packed) < 9 or packed[4] >= 9 * 5 * 5:
        raise ValueError("no LZMA properties")
    rest, lc = divmod(packed[4], 9)
    pb, lp = divmod(rest, 5)
    stated = int.from_bytes(packed[5:9], "little")
    properties = {
        "id": lzma.FILTER_LZMA1,
        "dict_size": max(_SMALLEST_DICTIONARY, min(stated, size)),
        "lc": lc,
        "lp": lp,
        "pb": pb,
    }
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[properties]), packed[9:]
