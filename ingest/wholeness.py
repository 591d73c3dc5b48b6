"""Whether the bytes of a picture are all there, judged by the file's own structure."""

import zlib

from models.page import FileKind

_ENDINGS = {FileKind.JPEG: b"\xff\xd9", FileKind.PNG: b"IEND", FileKind.GIF: b";"}


def is_cut_off(kind: FileKind, data: bytes) -> bool:
    """Whether a picture that would not decode ends too early, rather than being damaged inside."""
    match kind:
        case FileKind.WEBP:
            return len(data) < int.from_bytes(data[4:8], "little") + 8
        case FileKind.BMP:
            return len(data) < int.from_bytes(data[2:6], "little")
        case FileKind.TIFF:
            directory = int.from_bytes(data[4:8], "little" if data[:1] == b"I" else "big")
            return directory + 6 > len(data)
        case FileKind.HEIC:
            return _lacks_boxes(data)
    ending = _ENDINGS.get(kind)
    return ending is not None and ending not in data[-32:]


def _lacks_boxes(data: bytes) -> bool:
    """Whether the last box of an ISO media file is longer than what is left of the file."""
    at, kinds = 0, set()
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        kinds.add(data[at + 4 : at + 8])
        if size == 0:  # to the end of the file
            return False
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8:
            return False
        at += size
    return at != len(data) or b"meta" not in kinds


def png_sums_hold(data: bytes) -> bool:
    """Whether the check sums of a PNG's pixel chunks hold, which Pillow does not look at."""
    at = 8
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if name == b"IEND":
            break
        if name in {b"IDAT", b"PLTE"}:
            found = zlib.crc32(memoryview(data)[at + 4 : end])
            if found.to_bytes(4, "big") != data[end : end + 4]:
                return False
        at = end + 4
    return True
