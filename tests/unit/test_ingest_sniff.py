"""What a file is, is told by its content; what is no document is refused with its name."""

import io
import zipfile

import pytest

import ingest
from ingest.refusals import REFUSALS
from ingest.sniff import Foreign, sniff
from models.errors import DocumentError
from models.page import FileKind


def _zip(*names: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x" * 100)
    return memory.getvalue()


def _box(brand: bytes, *compatible: bytes) -> bytes:
    body = b"ftyp" + brand + b"\0\0\0\0" + b"".join(compatible)
    return (len(body) + 4).to_bytes(4, "big") + body + b"\0\0\0\0free"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0", FileKind.JPEG),
        (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
        (b"RIFF\0\0\0\0WEBPVP8 ", FileKind.WEBP),
        (b"II*\0\x08\0\0\0", FileKind.TIFF),
        (b"MM\0*\0\0\0\x08", FileKind.TIFF),
        (b"BM" + bytes(12) + b"\x28\0\0\0", FileKind.BMP),
        (b"GIF89a", FileKind.GIF),
        (_box(b"heic", b"mif1"), FileKind.HEIC),
        (_box(b"mif1", b"mif1", b"heic"), FileKind.HEIC),
        (b"%PDF-1.7\n", FileKind.PDF),
        (b"\xef\xbb\xbf \r\n%PDF-1.4\n", FileKind.PDF),
    ],
)
def test_documents_are_known_by_their_first_bytes(data: bytes, kind: FileKind) -> None:
    assert sniff(data) is kind


@pytest.mark.parametrize(
    ("data", "code", "what"),
    [
        (b"just words, no picture\n", "not_a_document", "plain text"),
        ("发票号码：12345678".encode("gb18030"), "not_a_document", "plain text"),
        ("发票".encode("utf-16"), "not_a_document", "plain text"),
        (b"BMW is a car maker, and this is a text", "not_a_document", "plain text"),
        (("发" * 3000).encode(), "not_a_document", "plain text"),
        (b"<!DOCTYPE html><html><body>404", "not_a_document", "web page"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html lang="zh">', "not_a_document", "web page"),
        (b'<?xml version="1.0"?><svg xmlns="x">', "unsupported_type", "SVG"),
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "not_a_document", "Office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "not_a_document", "Office"),
        (b"Rar!\x1a\x07\x01\0", "unsupported_type", "RAR"),
        (b"MZ\x90\0\x03", "not_a_document", "executable"),
        (b"\x7fELF\x02\x01", "not_a_document", "executable"),
        (_box(b"isom", b"mp41"), "not_a_document", "video"),
        (_box(b"avif", b"mif1"), "unsupported_type", "AVIF"),
        (b"RIFF\0\0\0\0AVI LIST", "not_a_document", "video"),
        (bytes(5000), "not_a_document", "zeros"),
        (b"\x01\x02\x03\x04\xff\xfe\x00", "not_a_document", "unknown"),
    ],
)
def test_other_files_are_named(data: bytes, code: str, what: str) -> None:
    found = sniff(data)
    assert isinstance(found, Foreign)
    assert (found.code, what in found.what_en) == (code, True)
    with pytest.raises(DocumentError) as caught:
        ingest.open(data, "invoice.jpg")
    record = caught.value.record
    assert record.code == code
    assert found.what.strip() in record.message
    assert found.what_en in record.message_en
    assert record.hint
    assert record.hint_en


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'<?xml version="1.0"?><EInvoice>', FileKind.XML),
        ('\ufeff<?xml version="1.0"?><EInvoice>'.encode("utf-16-le"), FileKind.XML),
        (b"<business><invoice/>", FileKind.XML),
        (b"Received: from a by b\nSubject: x\n", FileKind.EML),
        (_zip("OFD.xml", "Doc_0/Document.xml"), FileKind.OFD),
        (_zip("a.pdf", "b.pdf"), FileKind.ZIP),
        (_zip("a.pdf")[:40], FileKind.ZIP),
    ],
)
def test_originals_and_containers(data: bytes, kind: FileKind) -> None:
    assert sniff(data) is kind


def test_empty_and_oversized_files() -> None:
    with pytest.raises(DocumentError, match="empty_file"):
        ingest.open(b"", "a.pdf")
    with pytest.raises(DocumentError, match="file_too_large") as caught:
        ingest.open(bytes(2 * 1024 * 1024), "a.pdf", ingest.Limits(max_bytes=1024 * 1024))
    assert "2.0 MiB" in caught.value.record.message
    assert "1 MiB" in caught.value.record.message


@pytest.mark.parametrize("code", REFUSALS)
def test_every_code_is_documented_and_says_what_to_do(code: str) -> None:
    assert f"    {code} " in (ingest.__doc__ or "")
    assert all(REFUSALS[code])
