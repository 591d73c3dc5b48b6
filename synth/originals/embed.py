"""An XML as attachment of a PDF: written as an incremental update, so that nothing else changes."""

import re
import zlib

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref", re.DOTALL)


def embed_xml(pdf: bytes, name: str, xml: bytes) -> bytes:
    """The PDF with the XML among its EmbeddedFiles; the same input gives the same bytes.

    Raises ValueError for a PDF without a classic cross-reference table or one that has named
    objects already: this is for PDFs drawn here.
    """
    start = _START.search(pdf)
    trailers = _TRAILER.findall(pdf)
    if start is None or not trailers:
        raise ValueError("the PDF has no classic cross-reference table")
    root, size = _number(trailers[-1], b"Root"), _number(trailers[-1], b"Size")
    written = re.findall(rb"(?:\A|[\r\n])%d 0 obj\s*<<(.*?)>>\s*endobj" % root, pdf, re.DOTALL)
    if not written or b"/Names" in written[-1]:
        raise ValueError("the PDF's catalog is missing or names objects already")
    label = f"<{(chr(0xFEFF) + name).encode('utf-16-be').hex()}>".encode()
    packed = zlib.compress(xml, 9)
    objects = {
        root: b"<<%s/Names <</EmbeddedFiles <</Names [%s %d 0 R]>>>>>>"
        % (written[-1], label, size + 1),
        size: b"<</Type /EmbeddedFile /Subtype /text#2Fxml /Filter /FlateDecode /Length %d "
        b"/Params <</Size %d>>>>\nstream\n%s\nendstream" % (len(packed), len(xml), packed),
        size + 1: b"<</Type /Filespec /F %s /UF %s /EF <</F %d 0 R>>>>" % (label, label, size),
    }
    identity = re.search(rb"/ID\s*\[.*?\]", trailers[-1], re.DOTALL)
    last = b"/Root %d 0 R /Size %d /Prev %s %s" % (
        root, size + 2, start[1], identity[0] if identity else b"",
    )  # fmt: skip
    return _updated(pdf, objects, last)


def _number(trailer: bytes, name: bytes) -> int:
    found = re.search(rb"/%s\s+(\d+)" % name, trailer)
    if found is None:
        raise ValueError(f"the PDF's trailer has no {name.decode()}")
    return int(found[1])


def _updated(pdf: bytes, objects: dict[int, bytes], trailer: bytes) -> bytes:
    """The file with objects appended, and a table of where they are."""
    data = bytearray(pdf if pdf.endswith(b"\n") else pdf + b"\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    data += b"xref\n"
    for number, place in places.items():
        data += b"%d 1\n%010d 00000 n \n" % (number, place)
    data += b"trailer\n<<%s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, table)
    return bytes(data)
