"""ZIP archives: what may be an invoice comes out, one clear word about everything else."""

import io
import random
import struct
import zipfile
import zlib

import pytest

from ingest.containers import Bounds, Left, Member, is_ofd, members, notices, unpack_zip
from ingest.containers import __doc__ as table
from ingest.containers.refusals import HARMLESS, OVERALL, REFUSALS
from ingest.limits import Limits
from models.errors import DocumentError
from models.page import FileKind

_PDF = b"%PDF-1.7\n" + bytes(range(256)) * 8
_JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
_XML = '<?xml version="1.0"?><EInvoice>发票</EInvoice>'.encode()
_LIMITS = Limits(max_bytes=1_000_000)
_BOUNDS = Bounds(
    max_members=20, max_total_bytes=2_000_000, max_entries=100, ratio_from_bytes=50_000
)


def _zip(
    files: dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]],
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    memory = io.BytesIO()
    pairs = files.items() if isinstance(files, dict) else files
    with zipfile.ZipFile(memory, "w", method) as archive:
        for name, data in pairs:
            archive.writestr(name, data)
    return memory.getvalue()


def _by_hand(
    files: list[tuple[bytes, bytes]], *, flags: int = 0, extra: bytes = b"", method: int = 0
) -> bytes:
    """An archive of stored files whose names are plain bytes."""
    body, directory = b"", b""
    for name, data in files:
        common = (20, flags, method, 0, 0, zlib.crc32(data), len(data), len(data), len(name))
        at = len(body)
        body += struct.pack("<4s5H3L2H", b"PK\3\4", *common, len(extra)) + name + extra + data
        directory += struct.pack("<4sH5H3L5H2L", b"PK\1\2", 20, *common, len(extra), 0, 0, 0, 0, at)
        directory += name + extra
    end = (0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + struct.pack("<4s4H2LH", b"PK\5\6", *end)


def _outcome(data: bytes, limits: Limits = _LIMITS, bounds: Bounds = _BOUNDS) -> list[str]:
    """Names of members, "code name" of what was left aside, or the code of the refusal alone."""
    try:
        found = list(members(data, FileKind.ZIP, limits, bounds))
    except DocumentError as error:
        return [error.record.code]
    return [item.name if isinstance(item, Member) else f"{item.code} {item.name}" for item in found]


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_method_gives_the_same_bytes(method: int) -> None:
    large = random.Random(5).randbytes(90_000) + bytes(90_000)
    files = {"发票/a.pdf": _PDF, "b.jpg": _JPEG + large, "c.xml": _XML}
    found, aside = unpack_zip(_zip(files, method), _LIMITS)
    assert {item.name: item.data for item in found} == files
    assert aside == []


def test_archives_written_as_a_stream_and_wide_ones_are_read() -> None:
    class Stream(io.RawIOBase):
        """A place that cannot be gone back in, which makes zipfile write data descriptors."""

        data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += bytes(data)
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.pdf", _PDF)
    assert _outcome(stream.data) == ["a.pdf"]
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive, archive.open("a.pdf", "w", force_zip64=True) as f:
        f.write(_PDF)
    assert _outcome(memory.getvalue()) == ["a.pdf"]
    assert _outcome(_wide(_zip({"a.pdf": _PDF}))) == ["a.pdf"]


def _wide(data: bytes) -> bytes:
    """The archive with its numbers in Zip64 records, its own places filled up."""
    at = data.rindex(b"PK\5\6")
    _, _, _, _, count, size, offset, _ = struct.unpack_from("<4s4H2LH", data, at)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    full = struct.pack("<4s4H2LH", b"PK\5\6", *([0xFFFF] * 4), *([0xFFFFFFFF] * 2), 0)
    return data[:at] + wide + locator + full


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        ("发票.pdf".encode(), 0x800, "发票.pdf"),
        ("发票.pdf".encode(), 0, "发票.pdf"),
        ("发票.pdf".encode("gbk"), 0, "发票.pdf"),
        ("一.pdf".encode("gbk"), 0, "一.pdf"),
        ("䶮.pdf".encode("gb18030"), 0, "䶮.pdf"),
        ("发票.pdf".encode("gbk"), 0x800, "发票.pdf"),
        (b"\x81.pdf", 0, "ü.pdf"),
        (b"../../etc/passwd.pdf", 0, "etc/passwd.pdf"),
        (b"/abs/a.pdf", 0, "abs/a.pdf"),
        (b"C:\\a\\..\\b.pdf", 0, "a/b.pdf"),
        (b"a\0b\r\n.pdf", 0, "ab.pdf"),
        ("gpj\u202efdp.pdf".encode(), 0x800, "gpjfdp.pdf"),
        (b"..", 0, "member-1"),
        (b"", 0, "member-1"),
    ],
)
def test_names_are_decoded_and_made_harmless(raw: bytes, flags: int, name: str) -> None:
    assert _outcome(_by_hand([(raw, _PDF)], flags=flags)) == [name]


def test_names_too_long_keep_their_ends() -> None:
    for length in (300, 60_000):
        (name,) = _outcome(_by_hand([(b"a" * length + b".pdf", _PDF)]))
        assert len(name) == 200
        assert name.endswith("a.pdf")


def test_the_unicode_path_counts_where_it_belongs_to_the_name() -> None:
    raw = "发票.pdf".encode("gbk")
    for crc, name in ((zlib.crc32(raw), "專票.pdf"), (1, "发票.pdf")):
        path = b"\x01" + struct.pack("<L", crc) + "專票.pdf".encode()
        extra = struct.pack("<2H", 0x7075, len(path)) + path
        assert _outcome(_by_hand([(raw, _PDF)], extra=extra)) == [name]


def test_pictures_come_in_the_order_people_count_in() -> None:
    names = ["p10.jpg", "b.pdf", "p9.JPG", "扫描/2.png", "a.pdf", "扫描/1.png", "p1.jpg"]
    wanted = ["p1.jpg", "b.pdf", "p9.JPG", "扫描/1.png", "a.pdf", "扫描/2.png", "p10.jpg"]
    assert _outcome(_zip(dict.fromkeys(names, _JPEG))) == wanted


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_files_of_one_name_are_both_kept() -> None:
    found, _ = unpack_zip(_zip([("a.pdf", _PDF), ("a.pdf", _PDF + b"2")]), _LIMITS)
    assert [item.data for item in found] == [_PDF, _PDF + b"2"]


def test_nested_archives_down_to_the_depth() -> None:
    data = _zip({"a.pdf": _PDF})
    for depth in range(4):
        wanted = "/".join([f"{level}.zip" for level in reversed(range(depth))])
        if depth < 3:
            assert _outcome(data) == [f"{wanted}/a.pdf" if wanted else "a.pdf"]
        else:
            assert _outcome(data) == [f"nested_too_deep {wanted}"]
        data = _zip({f"{depth}.zip": data})


_OFD = _zip({"OFD.xml": _XML, "Doc_0/Document.xml": _XML})
_DOCX = _zip({"[Content_Types].xml": _XML, "word/document.xml": _XML})
_JAR = _zip({"META-INF/MANIFEST.MF": b"1.0", "A.class": b"\xca\xfe"})
_LINK = zipfile.ZipInfo("link.pdf")
_LINK.create_system = 3
_LINK.external_attr = 0o120777 << 16
_LZMA_ZERO = _zip({"a.pdf": bytes(900_000)}, zipfile.ZIP_LZMA)


def _damaged(data: bytes, at: int, change: bytes) -> bytes:
    return data[:at] + change + data[at + len(change) :]


def _two(first: bytes = _PDF, method: int = zipfile.ZIP_STORED) -> bytes:
    return _zip({"a.pdf": first, "b.pdf": _PDF}, method)


def _directory_changed(data: bytes, offset: int, change: bytes) -> bytes:
    """The first entry of the directory with other bytes at `offset`."""
    return _damaged(data, data.index(b"PK\1\2") + offset, change)


def _full_overlap() -> bytes:
    data = _by_hand([(b"a.pdf", _PDF), (b"b.pdf", _PDF)])
    return _damaged(data, data.rindex(b"PK\1\2") + 42, bytes(4))


def _quoted_overlap() -> bytes:
    """Each file's data are the next file's header and data as well."""
    data = _by_hand([(b"a.pdf", _PDF), (b"b.pdf", _PDF)])
    reach = data.index(b"PK\1\2") - 35
    sizes = struct.pack("<LLL", zlib.crc32(data[35 : 35 + reach]), reach, reach)
    return _directory_changed(data, 16, sizes)


_HOSTILE: dict[str, tuple[bytes, list[str]]] = {
    "ofd": (_zip({"a.ofd": _OFD}), ["a.ofd"]),
    "ofd of another name": (_zip({"a.zip": _OFD}), ["a.zip"]),
    "damaged ofd": (_zip({"a.ofd": _OFD[:-9], "b.pdf": _PDF}), ["a.ofd", "b.pdf"]),
    "office": (_zip({"a.docx": _DOCX, "b.pdf": _PDF}), ["foreign_file a.docx", "b.pdf"]),
    "java": (_zip({"a.jar": _JAR, "b.pdf": _PDF}), ["foreign_file a.jar", "b.pdf"]),
    "text": (_zip({"readme.txt": b"hello", "b.pdf": _PDF}), ["foreign_file readme.txt", "b.pdf"]),
    "text called pdf": (_zip({"a.pdf": b"hello there"}), ["a.pdf"]),
    "rar inside": (_zip({"a.rar": b"Rar!\x1a\x07\x01\0"}), ["a.rar"]),
    "resource fork": (
        _zip({"__MACOSX/._a.pdf": b"\0\5\x16\7", "a.pdf": _PDF, "x/Thumbs.db": b"\xd0"}),
        ["system_file __MACOSX/._a.pdf", "a.pdf", "system_file x/Thumbs.db"],
    ),
    "empty files": (
        _zip({"a.pdf": b"", "b": b"", "c.pdf": _PDF, "folder/": b""}),
        ["empty_member a.pdf", "foreign_file b", "c.pdf"],
    ),
    "link": (_zip([(_LINK, b"/etc/passwd"), ("b.pdf", _PDF)]), ["symbolic_link link.pdf", "b.pdf"]),
    "nothing of use": (_zip({"a.txt": b"hello"}), ["no_documents"]),
    "empty archive": (_zip({}), ["no_documents"]),
    "empty nested": (
        _zip({"a.zip": _zip({}), "b.pdf": _PDF}),
        ["nothing_inside a.zip", "b.pdf"],
    ),
    "encrypted": (_by_hand([(b"a.pdf", _PDF)], flags=1), ["encrypted_archive"]),
    "strongly encrypted": (_by_hand([(b"a.pdf", _PDF)], flags=0x2041), ["encrypted_archive"]),
    "aes": (
        _by_hand([(b"a.pdf", _PDF)], extra=struct.pack("<2H", 0x9901, 0), method=99),
        ["encrypted_archive"],
    ),
    "one encrypted": (
        _directory_changed(_two(), 8, b"\x01"),
        ["encrypted_member a.pdf", "b.pdf"],
    ),
    "nested encrypted": (
        _zip({"x.zip": _by_hand([(b"a.pdf", _PDF)], flags=1), "b.pdf": _PDF}),
        ["encrypted_archive x.zip", "b.pdf"],
    ),
    "wrong check sum": (
        _directory_changed(_two(), 16, b"\0\0\0\0"),
        ["damaged_member a.pdf", "b.pdf"],
    ),
    "larger than it says": (
        _directory_changed(_two(method=zipfile.ZIP_DEFLATED), 24, b"\x09\0\0\0"),
        ["damaged_member a.pdf", "b.pdf"],
    ),
    "smaller than it says": (
        _directory_changed(_two(method=zipfile.ZIP_DEFLATED), 24, b"\0\x09\0\0"),
        ["damaged_member a.pdf", "b.pdf"],
    ),
    "rubbish packed": (
        _damaged(_two(method=zipfile.ZIP_DEFLATED), 40, b"\xff" * 40),
        ["damaged_member a.pdf", "b.pdf"],
    ),
    "rubbish in bzip2": (
        _damaged(_two(method=zipfile.ZIP_BZIP2), 40, b"\xff" * 40),
        ["damaged_member a.pdf", "b.pdf"],
    ),
    "rubbish in lzma": (
        _damaged(_two(method=zipfile.ZIP_LZMA), 35, b"\xff" * 60),
        ["damaged_member a.pdf", "b.pdf"],
    ),
    "lzma that wants 4 GiB": (_damaged(_LZMA_ZERO, 40, b"\xff" * 4), ["archive_bomb"]),
    "lzma that wants 4 GiB for little": (
        _damaged(_zip({"a.pdf": _PDF}, zipfile.ZIP_LZMA), 40, b"\xff" * 4),
        ["a.pdf"],
    ),
    "header elsewhere": (
        _directory_changed(_two(), 42, b"\xff\xff\xff\x7f"),
        ["damaged_member a.pdf", "b.pdf"],
    ),
    "header of nothing": (
        _damaged(_two(), 0, b"XX"),
        ["damaged_member a.pdf", "b.pdf"],
    ),
    "data into the directory": (
        _damaged(_two(), _two().rindex(b"PK\1\2") + 20, b"\xff\xff\xff\x7f" * 2),
        ["a.pdf", "member_too_large b.pdf"],
    ),
    "unknown method": (
        _directory_changed(_two(), 10, b"\x09"),
        ["unknown_method a.pdf", "b.pdf"],
    ),
    "bytes before": (b"MZ some program" + _two(), ["a.pdf", "b.pdf"]),
    "bytes behind": (_two() + b"some rubbish", ["a.pdf", "b.pdf"]),
    "cut off": (_two()[:-30], ["damaged_archive"]),
    "cut off behind a nested one": (
        _zip({"a.pdf": _PDF, "x.zip": _two()}, zipfile.ZIP_STORED)[:-100],
        ["damaged_archive"],
    ),
    "nested cut off": (
        _zip({"x.zip": _two()[:-30], "b.pdf": _PDF}),
        ["damaged_archive x.zip", "b.pdf"],
    ),
    "no directory": (b"PK\3\4" + bytes(100), ["damaged_archive"]),
    "only an end": (b"PK\5\6" + bytes(18), ["no_documents"]),
    "more entries than there are": (
        _damaged(_two(), _two().rindex(b"PK\5\6") + 8, b"\3\0\3\0"),
        ["damaged_archive"],
    ),
    "fewer entries than there are": (
        _damaged(_two(), _two().rindex(b"PK\5\6") + 8, b"\1\0\1\0"),
        ["damaged_archive"],
    ),
    "one of several volumes": (
        _damaged(_two(), _two().rindex(b"PK\5\6") + 4, b"\1\0"),
        ["split_archive"],
    ),
    "full overlap": (_full_overlap(), ["archive_bomb"]),
    "quoted overlap": (_quoted_overlap(), ["archive_bomb"]),
    "nested overlap": (
        _zip({"x.zip": _quoted_overlap(), "b.pdf": _PDF}),
        ["archive_bomb x.zip", "b.pdf"],
    ),
    "zeros": (_zip({"a.pdf": bytes(900_000)}), ["archive_bomb"]),
    "zeros in bzip2": (_zip({"a.pdf": bytes(900_000)}, zipfile.ZIP_BZIP2), ["archive_bomb"]),
    "one too large": (
        _zip({"a.pdf": random.Random(1).randbytes(1_000_001), "b.pdf": _PDF}),
        ["member_too_large a.pdf", "b.pdf"],
    ),
    "all too large": (
        _zip({f"{n}.pdf": random.Random(n).randbytes(700_000) for n in range(3)}),
        ["archive_too_large"],
    ),
    "nested too large": (
        _zip({f"{n}.zip": _zip({"a.pdf": bytes(800_000) + _PDF * 80}) for n in range(3)}),
        ["archive_too_large"],
    ),
    "too many": (_zip({f"{n}.pdf": b"%PDF" for n in range(21)}), ["too_many_members"]),
    "too many folders": (_zip({f"{n}/": b"" for n in range(101)}), ["too_many_members"]),
    "too many nested": (
        _zip({f"{n}.zip": _zip({f"{n}.pdf": b"%PDF" for n in range(9)}) for n in range(3)}),
        ["too_many_members"],
    ),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_every_archive_has_one_clear_outcome(name: str) -> None:
    data, outcome = _HOSTILE[name]
    assert _outcome(data) == outcome
    assert _outcome(data) == outcome


def test_members_are_unpacked_one_at_a_time() -> None:
    data = _two(bytes(300_000), zipfile.ZIP_DEFLATED)
    data = _damaged(data, 40, b"\xff" * 20)
    items = members(data, FileKind.ZIP, _LIMITS)
    assert isinstance(next(items), Left)
    assert [type(item) for item in items] == [Member]


def test_what_is_left_aside_says_why() -> None:
    _, (lost,) = unpack_zip(_HOSTILE["wrong check sum"][0], _LIMITS)
    assert lost.is_problem
    assert lost.error().record.message.startswith("a.pdf：")
    _, (foreign,) = unpack_zip(_HOSTILE["text"][0], _LIMITS)
    assert not foreign.is_problem
    assert foreign.code == "foreign_file"


def test_notices_are_one_a_reason() -> None:
    names = ["a.pdf", "1.txt", "2.txt", "3.docx", "4.txt", "5.txt"]
    _, aside = unpack_zip(_zip(dict.fromkeys(names, b"text") | {"3.docx": _DOCX}), _LIMITS)
    texts, office = notices(aside)
    assert texts.message.startswith("1.txt、2.txt、4.txt 等 4 个文件：")
    assert "1.txt, 2.txt, 4.txt and 1 more: " in texts.message_en
    assert "plain text" in texts.message_en
    assert office.message.startswith("3.docx：")
    assert notices([]) == ()


def test_nothing_but_document_errors_leaves() -> None:
    nested = _zip({"x.zip": _two(), "a.ofd": _OFD}, zipfile.ZIP_STORED)
    for method in (0, 8, 12, 14):
        good = _zip({"a.pdf": _PDF, "n.zip": nested, "发票.xml": _XML}, method)
        for seed in range(60):
            chance = random.Random(seed)
            bad = bytearray(good[: chance.choice([len(good), chance.randrange(1, len(good))])])
            for _ in range(chance.randint(0, 6)):
                bad[chance.randrange(len(bad))] = chance.choice([0, 255, chance.randrange(256)])
            assert _outcome(bytes(bad))


def test_ofd_is_told_by_its_root_file() -> None:
    assert is_ofd(["Doc_0/Document.xml", "OFD.xml"])
    assert not is_ofd(["some/OFD.xml", "a.pdf"])


@pytest.mark.parametrize("code", REFUSALS)
def test_every_code_is_documented(code: str) -> None:
    assert f"    {code} " in (table or "")
    assert all(REFUSALS[code])
    assert set(REFUSALS) > HARMLESS | OVERALL
