"""The ZIP an OFD is packed in: looked through before anything is unpacked, and only in memory."""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element

from ingest.limits import Limits
from ingest.ofd.refusals import damaged, refusal, too_complex
from models.errors import DocumentError
from models.markup import parse

MOST_MEMBERS = 5_000
MOST_UNPACKED = 256 * 1024 * 1024
MOST_MEMBER = 64 * 1024 * 1024
MOST_RATIO = 250
_RATIO_COUNTS_FROM = 1024 * 1024
"""Members smaller than this may be packed as tightly as they like."""

_LONGEST_PATH = 400
_KEPT_XML = 16 * 1024 * 1024
"""Bytes of XML whose parsed trees are kept."""

_UNPACKING_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    MemoryError,
)
_PREFIX = re.compile(rb"<(/?)[\w.-]*:(?=[\w:])")
_PREFIX_DECLARED = re.compile(rb"\sxmlns(?::[\w.-]*)?\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_PREFIXED_ATTRIBUTE = re.compile(rb"(\s)[\w.-]+:([\w.-]+\s*=\s*[\"'])")


class OfdPackage:
    """The members of an OFD by path ("Doc_0/Document.xml"), unpacked one at a time.

    Raises DocumentError: damaged_ofd where it is no ZIP with an OFD.xml or states one path twice
    with different content, encrypted_ofd, ofd_too_complex for a bomb. Members whose names lead
    outside the package are left out.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._zip, entries = _opened(data)
        _check_sizes(entries, len(data))
        self._members = _by_path(entries)
        self._by_lower = {path.lower(): path for path in self._members}
        self._parsed: dict[str, tuple[int, Element]] = {}
        try:
            self._bodies = tuple(self.xml("OFD.xml").iter("DocBody"))
        except DocumentError as error:
            if error.record.code != "damaged_xml":
                raise
            raise damaged("OFD.xml 无法读取", "OFD.xml cannot be read") from error
        if not self._bodies:
            raise damaged("OFD.xml 中没有文档", "OFD.xml names no document")

    @property
    def bodies(self) -> tuple[Element, ...]:
        """The DocBody elements of OFD.xml: one a document."""
        return self._bodies

    @property
    def signature_lists(self) -> tuple[str, ...]:
        """The paths of the lists of signatures (Signatures.xml) OFD.xml names.

        One that is named and missing is there as well: its absence must not pass for unsigned.
        """
        stated = (body.findtext("Signatures") or "" for body in self._bodies)
        named = [loc.strip() for loc in stated if loc.strip()]
        found = (self.find(loc, "OFD.xml") or loc.lstrip("/") for loc in named)
        return tuple(dict.fromkeys(found))

    def names(self) -> tuple[str, ...]:
        """The paths of all members, without leading slash, folders left out."""
        return tuple(self._members)

    def find(self, loc: str, named_in: str = "", folder: str = "") -> str | None:
        """The path a location leads to, or None where nothing is there.

        `loc` is absolute ("/Doc_0/Res/a.png") or relative to the file it is `named_in`, below
        `folder` if there is one. Writers disagree on what relative means and on upper and lower
        case, so the folders above are tried as well.
        """
        if len(loc) + len(folder) > _LONGEST_PATH:
            return None
        loc = loc.strip().replace("\\", "/")
        folder = folder.strip().replace("\\", "/")
        base = posixpath.dirname(named_in)
        places = [folder.lstrip("/")] if folder.startswith("/") else []
        places += [posixpath.join(base, folder.lstrip("/")), base]
        while base:
            base = posixpath.dirname(base)
            places.append(base)
        if loc.startswith("/"):
            places = ["", *places]
        for place in places:
            path = _clean(posixpath.join(place, loc.lstrip("/")))
            found = path if path in self._members else self._by_lower.get((path or "").lower())
            if found:
                return found
        return None

    def read(self, path: str) -> bytes:
        """The bytes of a member. `path` as in `names`, or absolute, or in other upper case.

        Raises DocumentError (damaged_ofd) where there is none or it cannot be unpacked.
        """
        found = self.find(path)
        if found is None:
            raise damaged(f"缺少 {path}", f"{path} is missing")
        try:
            return self._zip.read(self._members[found])
        except _UNPACKING_ERRORS as error:
            raise damaged(f"{found} 无法解压", f"{found} cannot be unpacked") from error

    def xml(self, path: str) -> Element:
        """The root element of an XML member, tags and attributes without namespaces.

        Raises DocumentError: damaged_ofd, damaged_xml, xml_too_complex. A parsed member is kept.
        """
        known = self._parsed.get(path)
        if known is not None:
            return known[1]
        data = self.read(path)
        element = parse_leniently(data, path)
        self._parsed[path] = (len(data), element)
        while len(self._parsed) > 1 and sum(size for size, _ in self._parsed.values()) > _KEPT_XML:
            self._parsed.pop(next(iter(self._parsed)))
        return element

    def close(self) -> None:
        self._zip.close()
        self._members, self._by_lower, self._parsed, self._bodies = {}, {}, {}, ()


def parse_leniently(data: bytes, name: str) -> Element:
    """As models.markup.parse, but undeclared or empty namespace prefixes are forgiven.

    Custom tags of real invoices have them (`<:eInvoice xmlns:="">`).
    """
    try:
        return parse(data, name)
    except DocumentError as error:
        if error.record.code != "damaged_xml":
            raise
        bare = _PREFIX_DECLARED.sub(b"", data)
        bare = _PREFIXED_ATTRIBUTE.sub(rb"\1\2", _PREFIX.sub(rb"<\1", bare))
        if bare == data:
            raise
        return parse(bare, name)


def _opened(data: bytes) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        return archive, archive.infolist()
    except _UNPACKING_ERRORS as error:
        raise damaged("压缩包目录不完整", "the directory of the archive is broken") from error


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    """Raises DocumentError for a bomb, by the sizes stated; unpacking never exceeds those."""
    if any(entry.flag_bits & 1 for entry in entries):
        raise refusal("encrypted_ofd")
    if len(entries) > MOST_MEMBERS:
        raise too_complex(f"内有超过 {MOST_MEMBERS} 个文件", f"holds over {MOST_MEMBERS} files")
    sizes = [entry.file_size for entry in entries]
    if sum(sizes) > MOST_UNPACKED or max(sizes, default=0) > MOST_MEMBER:
        raise too_complex("解压后过大", "unpacks to too much")
    for entry in entries:
        if entry.file_size > max(_RATIO_COUNTS_FROM, MOST_RATIO * entry.compress_size):
            raise too_complex("压缩率异常，疑为压缩炸弹", "is packed suspiciously tightly")
    if sum(entry.compress_size for entry in entries) > packed:
        raise too_complex("内的文件互相重叠", "has members that overlap")


def _by_path(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for path, entry in _clean_names(entries):
        other = members.get(path)
        if other is not None and (other.CRC, other.file_size) != (entry.CRC, entry.file_size):
            # readers differ in which one they show, which is how a forged page is smuggled in
            raise damaged(f"有两个不同的 {path}", f"there are two different {path}")
        members[path] = entry
    return _without_wrapping_folder(members)


def _clean_names(entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    for entry in entries:
        name = entry.filename
        if not entry.flag_bits & 0x800:
            name = _decoded_name(name)
        if name.endswith(("/", "\\")) or len(name) > _LONGEST_PATH:
            continue
        path = _clean(name.replace("\\", "/").lstrip("/"))
        if path:
            yield path, entry


def _decoded_name(name: str) -> str:
    """A name zipfile took for code page 437, as Chinese programs write it."""
    if name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _clean(path: str) -> str | None:
    """The path without "." and "..", or None where it leads outside the package."""
    normal = posixpath.normpath(path) if path else "."
    outside = normal in {".", ".."} or normal.startswith(("../", "/")) or "\0" in normal
    return None if outside or ":" in normal else normal


def _without_wrapping_folder(members: dict[str, zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Packages unpacked and packed again by hand often sit in one folder."""
    if any(path.lower() == "ofd.xml" for path in members):
        return members
    tops = {path.partition("/")[0] for path in members}
    if len(tops) != 1:
        return members
    cut = len(next(iter(tops))) + 1
    return {path[cut:]: entry for path, entry in members.items() if len(path) > cut}
