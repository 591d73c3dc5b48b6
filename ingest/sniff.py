"""What a file is, told by its first bytes. The name is never asked."""

import codecs
import re
from dataclasses import dataclass

from ingest.containers.headers import looks_like_mail
from models.page import FileKind

_HEAD = 4096
_PDF_HEADER_WITHIN = 1024
"""PDF readers accept rubbish of up to this many bytes before the header."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_DIB_HEADER_SIZES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})


@dataclass(frozen=True, slots=True)
class Foreign:
    """A file that is no document we read: what it is, and what to do with it.

    `code` is "unsupported_type" where an invoice may well be inside, else "not_a_document".
    """

    code: str
    what: str
    what_en: str
    hint: str
    hint_en: str


def _unsupported(what: str, what_en: str, hint: tuple[str, str]) -> Foreign:
    return Foreign("unsupported_type", what, what_en, *hint)


def _no_document(what: str, what_en: str, hint: tuple[str, str]) -> Foreign:
    return Foreign("not_a_document", what, what_en, *hint)


_UNPACK = ("请先解压，再把里面的文件放进来", "Unpack it first and put in the files it holds")
_CONVERT = ("请另存为 JPEG 或 PNG 后重试", "Save it as JPEG or PNG and try again")
_EXPORT = (
    "如果是发票，请导出为 PDF；如果是台账，请作为台账（--ledger）提供",
    "If it is an invoice, export it as PDF; if it is a ledger, give it as the ledger (--ledger)",
)
_ORIGINAL = (
    "请提供发票的原始文件（PDF）或照片、扫描件",
    "Send the invoice's original file (PDF), a photo or a scan",
)
_AGAIN = (
    "下载可能没有完成，请重新下载或重新发送",
    "The download may be incomplete: download or send it again",
)

_KINDS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"GIF87a", FileKind.GIF),
    (b"GIF89a", FileKind.GIF),
    (b"II*\0", FileKind.TIFF),
    (b"MM\0*", FileKind.TIFF),
    (b"II+\0", FileKind.TIFF),
    (b"MM\0+", FileKind.TIFF),
)

_FOREIGN: tuple[tuple[bytes, Foreign], ...] = (
    (b"Rar!\x1a\x07", _unsupported(" RAR 压缩包", "a RAR archive", _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", _unsupported(" 7-Zip 压缩包", "a 7-Zip archive", _UNPACK)),
    (b"\x1f\x8b", _unsupported(" gzip 压缩文件", "a gzip archive", _UNPACK)),
    (b"\xfd7zXZ\0", _unsupported(" xz 压缩文件", "an xz archive", _UNPACK)),
    (b"BZh", _unsupported(" bzip2 压缩文件", "a bzip2 archive", _UNPACK)),
    (b"\0\0\0\x0cjP  ", _unsupported(" JPEG 2000 图片", "a JPEG 2000 picture", _CONVERT)),
    (b"\0\0\0\x0cJXL ", _unsupported(" JPEG XL 图片", "a JPEG XL picture", _CONVERT)),
    (b"\xff\x0a", _unsupported(" JPEG XL 图片", "a JPEG XL picture", _CONVERT)),
    (b"8BPS", _unsupported(" Photoshop 图片", "a Photoshop picture", _CONVERT)),
    (b"\0\0\x01\0", _unsupported("图标文件", "an icon", _CONVERT)),
    (b"%!PS", _unsupported(" PostScript 文件", "a PostScript file", _ORIGINAL)),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        _no_document("旧版 Office 文件或邮件（.doc、.xls、.msg）", "an old Office file", _EXPORT),
    ),
    (b"{\\rtf", _no_document(" RTF 文档", "an RTF document", _EXPORT)),
    (b"MZ", _no_document(" Windows 可执行程序", "a Windows executable", _ORIGINAL)),
    (b"\x7fELF", _no_document("可执行程序", "an executable", _ORIGINAL)),
    (b"\xcf\xfa\xed\xfe", _no_document("可执行程序", "an executable", _ORIGINAL)),
    (b"\xca\xfe\xba\xbe", _no_document("可执行程序", "an executable", _ORIGINAL)),
    (b"SQLite format 3\0", _no_document(" SQLite 数据库", "an SQLite database", _ORIGINAL)),
    (b"\x1a\x45\xdf\xa3", _no_document("视频", "a video", _ORIGINAL)),
    (b"FLV\x01", _no_document("视频", "a video", _ORIGINAL)),
    (b"ID3", _no_document("音频", "an audio file", _ORIGINAL)),
    (b"OggS", _no_document("音频", "an audio file", _ORIGINAL)),
)

_UNKNOWN = _no_document("无法识别的数据", "data of an unknown kind", _ORIGINAL)


def sniff(data: bytes) -> FileKind | Foreign:
    """The kind of document `data` is, or what it is instead. `data` must not be empty."""
    head = data[:_HEAD]
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip(data)
    found = _container(head)
    if found is None and looks_like_mail(head):
        return FileKind.EML
    if found is None and b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        found = FileKind.PDF
    return found or _foreign(head)


def _container(head: bytes) -> FileKind | Foreign | None:
    """Kinds whose mark alone does not tell what is inside."""
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _DIB_HEADER_SIZES:
        return FileKind.BMP
    if head[:4] == b"RIFF":
        return _riff(head)
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    return None


def _foreign(head: bytes) -> FileKind | Foreign:
    for magic, foreign in _FOREIGN:
        if head.startswith(magic):
            return foreign
    if not head.strip(b"\0"):
        return _no_document("全零数据", "nothing but zeros", _AGAIN)
    return _text(head) or _UNKNOWN


def _riff(head: bytes) -> FileKind | Foreign:
    if head[8:12] == b"WEBP":
        return FileKind.WEBP
    if head[8:12] == b"WAVE":
        return _no_document("音频", "an audio file", _ORIGINAL)
    return _no_document("视频", "a video", _ORIGINAL)


def _iso_media(head: bytes) -> FileKind | Foreign:
    """ISO base media files: HEIC and AVIF pictures, MP4 and QuickTime films, told by brand."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, size - 3, 4)}
    if brands & _HEIC_BRANDS:
        return FileKind.HEIC
    if brands & {b"avif", b"avis"}:
        return _unsupported(" AVIF 图片", "an AVIF picture", _CONVERT)
    if head[8:12] in {b"mif1", b"msf1"}:
        return FileKind.HEIC
    return _no_document("视频或音频", "a video or audio file", _ORIGINAL)


def _zip(data: bytes) -> FileKind | Foreign:
    """Tells OFD and Office files from other archives by the names in the archive's directory.

    Only names are looked at and nothing is unpacked, so an archive bomb is harmless.
    """
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    start = int.from_bytes(data[end + 16 : end + 20], "little") if end >= 0 else 0
    names = data[start : start + 65_536]
    if b"OFD.xml" in names:
        return FileKind.OFD
    if re.search(rb"(?:word|xl|ppt)/", names) and b"[Content_Types].xml" in names:
        return _no_document(" Office 文件（Word、Excel 或 PPT）", "an Office file", _EXPORT)
    return FileKind.ZIP


def _text(head: bytes) -> FileKind | Foreign | None:
    """Which kind of text this is, or None where it is not text."""
    text = _decoded(head)
    if text is None:
        return None
    start = text.lstrip("\ufeff \t\r\n")[:1024].lower()
    if start.startswith(("<!doctype html", "<html")) or (
        start.startswith("<") and "<html" in start
    ):
        return _no_document("网页（HTML）", "a web page (HTML)", _ORIGINAL)
    if start.startswith("<") and "<svg" in start:
        return _unsupported(" SVG 图形", "an SVG drawing", _CONVERT)
    if start.startswith("<?xml") or re.match(r"<[\w:.-]+[\s>/]", start):
        return FileKind.XML
    return _no_document("文本", "plain text", _ORIGINAL)


def _decoded(head: bytes) -> str | None:
    """The text in UTF-8, UTF-16 (with a mark) or GB18030; None for anything else."""
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    for name in ("utf-16",) if utf16 else ("utf-8", "gb18030"):
        try:
            # incremental: the head may end in the middle of a character
            text = codecs.getincrementaldecoder(name)().decode(head)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", text):
            return text
    return None
