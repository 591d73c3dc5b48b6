"""The filled signature fields of a PDF, as pyHanko finds them."""

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from ingest.signatures.said import GARBLED, CannotTell

_MOST_SIGNATURES = 20

# what pyHanko remarks on goes into the verdict; what stands in a file goes into no log
_PYHANKO = logging.getLogger("pyhanko")
_PYHANKO.addHandler(logging.NullHandler())
_PYHANKO.propagate = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A signature in its field. `ranges` is its ByteRange: offset, length, offset, length.

    `contents` is the signature's value; `certificate` the one kept beside it, which only
    adbe.x509.rsa_sha1 does; `signed_at` as written.
    """

    name: str
    filter: str
    ranges: tuple[int, ...]
    contents: bytes
    certificate: bytes
    signed_at: str | None


def opened(data: bytes) -> PdfFileReader:
    """A reader for the file. Raises CannotTell for a damaged one, or one with a password."""
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        if reader.encrypted:
            reader.decrypt("")
        _ = reader.root["/Pages"]
    except (*GARBLED, PdfError, OSError) as error:
        raise CannotTell(
            "PDF 已加密或损坏，签名无法检查",
            "the PDF is encrypted or damaged; its signature cannot be checked",
        ) from error
    return reader


def filled(reader: PdfFileReader) -> Iterator[Filled | tuple[str, CannotTell]]:
    """Every signature, or its field's name and why it cannot be read; time stamps are left out.

    Raises CannotTell where the form itself cannot be read.
    """
    try:
        for count, (name, value, _) in enumerate(enumerate_sig_fields(reader, filled_status=True)):
            if count >= _MOST_SIGNATURES:
                raise CannotTell("签名数量过多", "there are too many signatures")
            if value.get_object().get("/Type") == "/DocTimeStamp":
                continue
            try:
                yield _one(str(name), value.get_object())
            except (*GARBLED, PdfError) as error:
                yield str(name), _unreadable(error)
    except (*GARBLED, PdfError) as error:
        raise _unreadable(error) from error


def _one(name: str, value: generic.DictionaryObject) -> Filled:
    raw = generic.EncryptedObjAccess.RAW
    contents = value.raw_get("/Contents", decrypt=raw)
    certificate = value.get("/Cert", b"")
    first = certificate[0] if isinstance(certificate, list) else certificate
    return Filled(
        name=name,
        filter=str(value.get("/SubFilter", "")),
        ranges=tuple(int(number) for number in value["/ByteRange"]),
        contents=bytes(contents.original_bytes),
        certificate=bytes(getattr(first, "original_bytes", b"")),
        signed_at=str(value["/M"]) if "/M" in value else None,
    )


def _unreadable(error: Exception) -> CannotTell:
    said = CannotTell("PDF 签名域无法解析", "the PDF's signature field is unreadable")
    said.__cause__ = error
    return said
