"""The signatures of a PDF: digests over their byte ranges, who signed, and what came after.

Nothing is fetched: pyHanko reads the file and compares its revisions; certificates and signature
values are checked in this package, which knows SM2 and no network.
"""

from typing import TYPE_CHECKING

from ingest.signatures import der
from ingest.signatures.certificates import Trust, load, signed_by, subject, untrusted
from ingest.signatures.findings import Findings, unchecked, weak
from ingest.signatures.said import CannotTell, Said
from ingest.signatures.times import parsed
from ingest.signatures.value import BAD_VALUE, check_value
from models.original import Signature

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

    from ingest.signatures.pdf_fields import Filled

_METHOD = "pdf"
_CHANGED = Said("签名后文件内容被修改或另存", "the file was changed or saved anew after signing")
_HIDDEN = Said("签名范围之间夹有未受保护的内容", "there is unsigned content between the ranges")
_BLANK = b"\x00\t\n\x0c\r "


def check_pdf(data: bytes, trust: Trust) -> tuple[Signature, ...]:
    """The verdict on every signature of a PDF, in the order of its fields; () where it has none.

    Each verdict's `name` is the signature field's and its `method` "pdf" (ses_v1 or ses_v4 where
    an electronic seal stands in the PDF). Never raises for what the file holds.
    """
    if b"/ByteRange" not in data:
        return ()
    # pyHanko takes half a second to import, and few PDFs are signed
    from ingest.signatures.pdf_fields import filled, opened

    verdicts: list[Signature] = []
    try:
        reader = opened(data)
        for entry in filled(reader):
            if isinstance(entry, tuple):
                verdicts.append(unchecked(entry[0], entry[1], _METHOD))
            else:
                verdicts.append(_check(reader, data, entry, trust))
        if not verdicts and b"/DocTimeStamp" not in data:
            raise CannotTell(
                "文件中有签名数据，但没有指向它的签名域",
                "there are signature data in the file, but no field that refers to them",
            )
    except CannotTell as error:
        verdicts.append(unchecked("", error, _METHOD))
    return tuple(verdicts)


def _check(reader: "PdfFileReader", data: bytes, entry: "Filled", trust: Trust) -> Signature:
    found = Findings(method=_METHOD, signed_at=entry.signed_at)
    try:
        start, gap_end, end = _bounds(entry.ranges, len(data))
    except CannotTell as error:
        return unchecked(entry.name, error, _METHOD)
    content = data[:start] + data[gap_end:end]
    try:
        if entry.filter == "/adbe.x509.rsa_sha1":
            _check_bare(entry, content, found, trust)
        else:
            check_value(entry.contents, content, _CHANGED, found, trust)
        if not found.digest_bad and not _is_value(data[start:gap_end], entry.contents):
            found.digest_bad.append(_HIDDEN)
    except CannotTell as error:
        # without the value there is no digest either that could be compared
        found.parts_unknown.append(error.said)
    if not found.digest_bad:
        _check_rest(reader, data, end, found)
    return found.verdict(entry.name)


def _bounds(ranges: tuple[int, ...], size: int) -> tuple[int, int, int]:
    """Where the gap for the signature's value begins and ends, and where the signed part ends."""
    if len(ranges) == 4:
        first, length, second, rest = ranges
        if first == 0 <= length <= second <= second + rest <= size and rest >= 0:
            return length, second, second + rest
    raise CannotTell(
        "签名范围与文件不符，文件可能被截断或另存",
        "the signed range does not fit the file, which may be cut off or saved anew",
    )


def _is_value(gap: bytes, contents: bytes) -> bool:
    """Whether the gap between the ranges holds the signature's value and nothing else.

    Its angle brackets may count to the gap or to the ranges. Raises CannotTell where the value is
    written in another way than as hexadecimal digits.
    """
    inner = gap.strip(_BLANK)
    if inner.startswith(b"("):
        raise CannotTell(
            "签名值不是十六进制写法，无法核对签名范围",
            "the signature's value is not in hexadecimal; the signed range cannot be checked",
        )
    digits = inner.removeprefix(b"<").removesuffix(b">").replace(b"\0", b"")
    try:
        return bytes.fromhex(digits.decode("ascii")) == contents
    except ValueError:
        return False


def _check_bare(entry: "Filled", content: bytes, found: Findings, trust: Trust) -> None:
    """Checks a signature without CMS around it: PKCS #1 over SHA-1, the certificate beside it."""
    certificate = load(entry.certificate)
    found.signer = subject(certificate)
    found.notes.append(weak("sha1"))
    value = der.one(entry.contents).content
    if not signed_by(certificate, content, value, "", "sha1"):
        found.signature_bad.append(BAD_VALUE)
    reason = untrusted(certificate, (), trust, parsed(found.signed_at))
    if reason:
        found.untrusted.append(reason)


def _check_rest(reader: "PdfFileReader", data: bytes, end: int, found: Findings) -> None:
    """Looks at what was appended after the signed part."""
    if not data[end:].strip(_BLANK):
        return
    from ingest.signatures.pdf_changes import Change, since

    change = since(reader, data[:end])
    if change is Change.PAGES:
        found.digest_bad.append(
            Said("签名后页面内容被修改", "the pages were changed after signing")
        )
    elif change is Change.NOTES:
        found.parts_unknown.append(
            Said(
                "签名后添加或修改了批注，可能遮盖票面内容",
                "annotations were changed after signing; they may cover what is printed",
            )
        )
    elif change is Change.UNKNOWN:
        found.parts_unknown.append(
            Said(
                "签名后文件有追加内容，无法判断其影响",
                "something was appended after signing whose effect cannot be told",
            )
        )
    else:
        found.notes.append(
            Said(
                "签名后仅追加了时间戳、验证信息或其他签名",
                "only time stamps, validation data or further signatures came after signing",
            )
        )
