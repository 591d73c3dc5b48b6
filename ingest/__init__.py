"""Bytes to pages: what a file is, whether it may be read, and its pages one at a time.

    with ingest.open(data, "scan.pdf") as opened:
        for page in opened.pages:
            ...

What a file is, is told by its content; a name that says otherwise is a notice. A file that cannot
be read raises models.errors.DocumentError with one of these codes, from `open` where it can be
told at once, else when the page is asked for or drawn:

    empty_file         nothing in it
    file_too_large     more bytes than Limits.max_bytes
    not_a_document     text, a web page, an Office file, a program, a film, ...: the message says
    unsupported_type   OFD, XML, an archive, another picture format: the hint says what to do
    image_too_large    a picture declares more pixels than Limits.max_pixels, or a drawing would
    image_too_small    a side of less than Limits.min_side pixels
    truncated_image    a picture that ends too early (raised at the latest when drawn)
    damaged_image      a picture that cannot be decoded (likewise)
    encrypted_pdf      a PDF that asks for a password
    damaged_pdf        a PDF that cannot be opened or has no pages
    damaged_page       one page of a PDF that cannot be opened; the others can
    pdf_too_complex    a PDF that unpacks to more drawing instructions than any page needs
    page_too_complex   one page of a PDF that takes too long to draw; raised when drawn
    too_many_pages     more pages than Limits.max_pages

Notices: extension_mismatch (the name's extension says something else), pdf_end_missing (the end of
a PDF is missing; pages or words may be lost).

Pages can be drawn while their file is open. Drawings are read-only arrays, because a picture is
decoded once and shared. A PDF page's pixels are those at PDF_DPI (fewer for a page larger than
Limits.max_pdf_pixels). PDFium is not thread-safe: open PDFs in one thread of a process only.
"""

from ingest.limits import Limits
from ingest.opened import OpenedFile, PageReader
from ingest.pdf import PDF_DPI, PdfReader, looks_cut_off
from ingest.picture import PictureReader
from ingest.refusals import refusal
from ingest.sniff import Foreign, sniff
from models.document import Notice
from models.page import FileKind

__all__ = ["PDF_DPI", "Limits", "OpenedFile", "open"]

_DEFAULT_LIMITS = Limits()

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
} | dict.fromkeys(("ofd", "xml", "zip", "txt", "html", "doc", "docx", "xls", "xlsx", "mp4"))


def open(  # noqa: A001 - called as ingest.open, which is how it reads best
    data: bytes, name: str, limits: Limits = _DEFAULT_LIMITS
) -> OpenedFile:
    """Opens the file whose bytes are `data`. `name` is only compared with what the content is.

    Raises DocumentError with one of the codes above.
    """
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
    return OpenedFile(kind, tuple(_notices(data, name, kind)), _reader(data, kind, limits))


def _reader(data: bytes, kind: FileKind, limits: Limits) -> PageReader:
    if kind is FileKind.PDF:
        return PdfReader(data, limits)
    return PictureReader(data, kind, limits)


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
