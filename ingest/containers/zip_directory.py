"""The directory of a ZIP archive, read by our own hand (PKWARE APPNOTE 4.3 to 4.6).

zipfile would read a directory of any length before it can be stopped, guesses names to be cp437,
and up to Python 3.11.7 unpacks entries that share their data with others (CVE-2024-0450).
"""

import struct
import zlib
from dataclasses import dataclass, replace

from ingest.containers.names import from_bytes, harmless
from ingest.containers.refusals import refusal

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENDS_TO_TRY = 8
_MOST_VOLUMES = 1000
_COMMENT = 0xFFFF
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED_FLAGS = 0x0001 | 0x0040 | 0x2000
_UTF8_FLAG = 0x0800
_ZIP64_FIELD, _UNICODE_PATH_FIELD, _AES_FIELD = 0x0001, 0x7075, 0x9901
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, folder or link of an archive, as its directory states it.

    `header` is where its local header is, `start` where its data begin (None where there is no
    local header); both count from the first byte of the file.
    """

    name: str
    method: int
    crc: int
    packed_size: int
    size: int
    header: int
    start: int | None
    is_encrypted: bool
    is_folder: bool
    is_link: bool


@dataclass(frozen=True, slots=True)
class _End:
    """What the end of an archive says: where its directory lies and how many entries it has."""

    directory: int
    stop: int
    entries: int
    shift: int


def read_directory(data: bytes, max_entries: int) -> tuple[Entry, ...]:
    """The entries in the order of the directory.

    Raises DocumentError: damaged_archive, split_archive, too_many_members (more entries than
    `max_entries`), archive_bomb (entries that share their data).
    """
    end = _end(data)
    if end.entries > max_entries:
        raise refusal("too_many_members", limit=max_entries)
    entries: list[Entry] = []
    at = end.directory
    while data.startswith(b"PK\x01\x02", at) and at + _ENTRY.size <= end.stop:
        if len(entries) >= end.entries:
            raise refusal("damaged_archive")
        entry, at = _entry(data, at, end, len(entries))
        entries.append(entry)
    if len(entries) != end.entries:
        raise refusal("damaged_archive")
    once = list(dict.fromkeys(entries))
    _check_overlaps(once)
    return tuple(
        replace(entry, start=None) if _reaches_into(entry, end.directory) else entry
        for entry in once
    )


def _end(data: bytes) -> _End:
    """The last end record whose directory is where it says."""
    lowest = max(0, len(data) - _COMMENT - _END.size - 1024)
    at = len(data)
    for _ in range(_ENDS_TO_TRY):
        at = data.rfind(b"PK\x05\x06", lowest, at)
        if at < 0:
            break
        if at + _END.size <= len(data):
            found = _end_at(data, at)
            if found is not None:
                return found
    raise refusal("damaged_archive")


def _end_at(data: bytes, at: int) -> _End | None:
    _, disk, first_disk, _, entries, size, offset, _ = _END.unpack_from(data, at)
    stop = at
    if _FULL_16 in (disk, entries) or _FULL_32 in (size, offset):
        wide = _end_64(data, at)
        if wide is not None:
            stop, disk, first_disk, entries, size, offset = wide
    if 0 < max(disk, first_disk) < _MOST_VOLUMES:
        raise refusal("split_archive")
    # programs and mails put bytes before an archive: everything in it is shifted by as much
    for directory in (stop - size, offset):
        shift = directory - offset
        if not 0 <= offset <= directory <= stop or (shift and data.startswith(b"PK")):
            # shifted behind other ZIP data: an archive within one that has lost its own end
            continue
        if entries == 0 or data.startswith(b"PK\x01\x02", directory):
            return _End(directory, stop, entries, shift)
    return None


def _end_64(data: bytes, at: int) -> tuple[int, int, int, int, int, int] | None:
    """Where the wide end record is, and its two disks, entries, size and offset."""
    locator = at - _LOCATOR_64.size
    if locator < _END_64.size or not data.startswith(b"PK\x06\x07", locator):
        return None
    _, _, stated, _ = _LOCATOR_64.unpack_from(data, locator)
    for place in (locator - _END_64.size, stated):
        if place + _END_64.size <= locator and data.startswith(b"PK\x06\x06", place):
            _, _, _, _, disk, first, _, entries, size, offset = _END_64.unpack_from(data, place)
            return place, disk, first, entries, size, offset
    return None


def _entry(data: bytes, at: int, end: _End, index: int) -> tuple[Entry, int]:
    """The entry at `at`, and where the next one begins."""
    fields = _ENTRY.unpack_from(data, at)
    made_by, flags, method, crc = fields[1], fields[3], fields[4], fields[7]
    name_size, extra_size, comment_size, attributes = fields[10], fields[11], fields[12], fields[15]
    name_at = at + _ENTRY.size
    extra_at = name_at + name_size
    after = extra_at + extra_size + comment_size
    if after > end.stop:
        raise refusal("damaged_archive")
    raw = data[name_at:extra_at]
    extra = _extra_fields(data[extra_at : extra_at + extra_size])
    size, packed_size, offset = _widened(fields[9], fields[8], fields[16], extra)
    text = _name(raw, flags, extra).replace("\\", "/")
    header = offset + end.shift
    entry = Entry(
        name=harmless(text, f"member-{index + 1}"),
        method=method,
        crc=crc,
        packed_size=packed_size,
        size=size,
        header=header,
        start=_data_start(data, header),
        is_encrypted=bool(flags & _ENCRYPTED_FLAGS) or _AES_FIELD in extra,
        is_folder=size == 0 and (text.endswith("/") or bool(attributes & 0x10)),
        is_link=made_by >> 8 == _UNIX and attributes >> 28 == 0xA,
    )
    return entry, after


def _extra_fields(extra: bytes) -> dict[int, bytes]:
    """The extra fields by id; what does not fit is left out."""
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        fields.setdefault(kind, extra[at + 4 : at + 4 + size])
        at += 4 + size
    return fields


def _widened(
    size: int, packed_size: int, offset: int, extra: dict[int, bytes]
) -> tuple[int, int, int]:
    """The three numbers, each from the Zip64 field where its own place is too narrow."""
    wide = extra.get(_ZIP64_FIELD, b"")
    numbers = [size, packed_size, offset]
    at = 0
    for index, number in enumerate(numbers):
        if number == _FULL_32 and at + 8 <= len(wide):
            numbers[index] = int.from_bytes(wide[at : at + 8], "little")
            at += 8
    return numbers[0], numbers[1], numbers[2]


def _name(raw: bytes, flags: int, extra: dict[int, bytes]) -> str:
    if flags & _UTF8_FLAG:
        return from_bytes(raw, "utf-8")
    path = extra.get(_UNICODE_PATH_FIELD, b"")
    # version 1, then the check sum of the name it stands for: another one means it is stale
    if path[:1] == b"\x01" and path[1:5] == zlib.crc32(raw).to_bytes(4, "little"):
        return from_bytes(path[5:], "utf-8")
    return from_bytes(raw)


def _data_start(data: bytes, header: int) -> int | None:
    if header + _LOCAL.size > len(data) or not data.startswith(b"PK\x03\x04", header):
        return None
    name_size, extra_size = _LOCAL.unpack_from(data, header)[9:]
    return header + _LOCAL.size + int(name_size) + int(extra_size)


def _reaches_into(entry: Entry, directory: int) -> bool:
    """Whether the entry's data would run into the directory."""
    return entry.start is not None and entry.start + entry.packed_size > directory


def _check_overlaps(entries: list[Entry]) -> None:
    """Raises DocumentError: archive_bomb, where two entries share bytes of the archive."""
    reached = 0
    for entry in sorted(entries, key=lambda entry: entry.header):
        if entry.start is None or entry.is_folder:
            continue
        if entry.header < reached:
            raise refusal("archive_bomb")
        reached = entry.start + entry.packed_size
