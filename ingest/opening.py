"""How a file's bytes become an opened file: the right reader for it, and containers opened up."""

from collections.abc import Iterator
from contextlib import closing

from ingest.containers import Left, members
from ingest.containers import notices as aside_notices
from ingest.limits import Limits
from ingest.ofd import OfdReader
from ingest.opened import Contents, PageReader, Pages, PlainFile
from ingest.pdf import PdfReader, looks_cut_off
from ingest.picture import PictureReader
from ingest.refusals import refusal
from ingest.signatures import Trust
from ingest.sniff import Foreign, sniff
from ingest.xml import XmlReader
from models.document import Notice
from models.errors import DocumentError, ErrorRecord
from models.original import Original
from models.page import FileKind

CONTAINERS = frozenset({FileKind.ZIP, FileKind.EML})

_EXTENSIONS: dict[str, FileKind | None] = {
    "jpg": FileKind.JPEG,
    "jpeg": FileKind.JPEG,
    "jpe": FileKind.JPEG,
    "jfif": FileKind.JPEG,
    "png": FileKind.PNG,
    "webp": FileKind.WEBP,
    "tif": FileKind.TIFF,
    "tiff": FileKind.TIFF,
    "bmp": FileKind.BMP,
    "dib": FileKind.BMP,
    "gif": FileKind.GIF,
    "heic": FileKind.HEIC,
    "heif": FileKind.HEIC,
    "hif": FileKind.HEIC,
    "pdf": FileKind.PDF,
    "ofd": FileKind.OFD,
    "xml": FileKind.XML,
    "xbrl": FileKind.XML,
    "zip": FileKind.ZIP,
    "eml": FileKind.EML,
} | dict.fromkeys(("txt", "html", "doc", "docx", "xls", "xlsx", "mp4"))


def open_contents(
    data: bytes, name: str, limits: Limits, trust: Trust
) -> tuple[FileKind, Contents]:
    """What the bytes are and what they hold. Raises DocumentError."""
    kind = kind_of(data, limits)
    notices = tuple(_notices(data, name, kind))
    if kind in CONTAINERS:
        return kind, ContainerFile(data, kind, notices, (limits, trust))
    reader = _reader(data, kind, limits, trust)
    return kind, PlainFile(kind, notices + _of_reader(reader), reader)


def kind_of(data: bytes, limits: Limits) -> FileKind:
    """What the bytes are. Raises DocumentError for what is refused at sight."""
    if not data:
        raise refusal("empty_file")
    if len(data) > limits.max_bytes:
        mebibyte = 1024 * 1024
        raise refusal(
            "file_too_large", size=len(data) / mebibyte, limit=limits.max_bytes / mebibyte
        )
    kind = sniff(data)
    if isinstance(kind, Foreign):
        raise refusal(
            kind.code, what=kind.what, what_en=kind.what_en, hint=kind.hint, hint_en=kind.hint_en
        )
    return kind


def _reader(data: bytes, kind: FileKind, limits: Limits, trust: Trust) -> PageReader:
    if kind is FileKind.PDF:
        return PdfReader(data, limits, trust)
    if kind is FileKind.OFD:
        return OfdReader(data, limits, trust)
    if kind is FileKind.XML:
        return XmlReader(data)
    return PictureReader(data, kind, limits)


class ContainerFile:
    """An archive or a mail, its files opened one after the other, and never two at once."""

    def __init__(
        self, data: bytes, kind: FileKind, notices: tuple[Notice, ...], how: tuple[Limits, Trust]
    ) -> None:
        self._data = data
        self._kind = kind
        self._own_notices = notices
        self._limits, self._trust = how
        self._aside: list[Left] = []
        self._of_members: list[Notice] = []
        self.problems: tuple[ErrorRecord, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        return (*self._own_notices, *self._of_members, *aside_notices(self._aside))

    def originals(self) -> Iterator[Original]:
        """Every file in it that can be opened. Notices and problems are those of the last pass."""
        for name, plain, first in self._files():
            yield plain.original(name, first)

    def pages(self) -> Iterator[Pages]:
        for _, plain, first in self._files():
            yield Pages(plain.reader, first)

    def _files(self) -> Iterator[tuple[str, PlainFile, int]]:
        """(name, file, index of its first page) of each that can be opened, until the next."""
        self._aside, self._of_members, self.problems = [], [], ()
        first = 0
        for item in members(self._data, self._kind, self._limits):
            if isinstance(item, Left):
                self._note_left(item)
                continue
            try:
                plain = self._opened(item.data, item.name, first)
            except DocumentError as error:
                self.problems += (_named(item.name, error.record),)
                continue
            with closing(plain):
                self._of_members += [_of_member(item.name, one) for one in plain.notices]
                yield item.name, plain, first
                first += plain.reader.page_count

    def close(self) -> None:
        self._data = b""

    def _note_left(self, item: Left) -> None:
        if item.is_problem:
            self.problems += (item.error().record,)
        else:
            self._aside.append(item)

    def _opened(self, data: bytes, name: str, first: int) -> PlainFile:
        kind = kind_of(data, self._limits)
        reader = _reader(data, kind, self._limits, self._trust)
        pages = first + reader.page_count
        if pages > self._limits.max_pages:
            reader.close()
            raise refusal("too_many_pages", pages=pages, limit=self._limits.max_pages)
        notices = tuple(_notices(data, name, kind)) + _of_reader(reader)
        return PlainFile(kind, notices, reader)


def _of_reader(reader: PageReader) -> tuple[Notice, ...]:
    """What a reader has to say: an OFD without fonts of its own may be drawn without Chinese."""
    return reader.notices if isinstance(reader, OfdReader) else ()


def _named(name: str, error: ErrorRecord) -> ErrorRecord:
    """The error of a file in a container, saying which."""
    return error.model_copy(
        update={
            "message": f"{name}：{error.message}",
            "message_en": f"{name}: {error.message_en}",
        }
    )


def _of_member(name: str, notice: Notice) -> Notice:
    return notice.model_copy(
        update={
            "message": f"{name}：{notice.message}",
            "message_en": f"{name}: {notice.message_en}",
        }
    )


def _notices(data: bytes, name: str, kind: FileKind) -> list[Notice]:
    found: list[Notice] = []
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if _EXTENSIONS.get(extension, kind) is not kind:
        found.append(
            Notice(
                code="extension_mismatch",
                message=f"扩展名是 .{extension}，内容却是 {kind.upper()}，已按内容读取",
                message_en=f"Named .{extension} but the content is {kind.upper()}; read as such",
            )
        )
    if kind is FileKind.PDF and looks_cut_off(data):
        found.append(
            Notice(
                code="pdf_end_missing",
                message="PDF 缺少结尾，可能没有下载完整，页面或文字可能有缺失",
                message_en="The end of the PDF is missing: pages or words may be lost",
            )
        )
    return found
