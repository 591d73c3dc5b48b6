"""Mails (.eml): their attachments and pictures, found without going deeper than allowed."""

import binascii
import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.containers.bounds import Budget
from ingest.containers.headers import Headers, from_base64, read_headers
from ingest.containers.names import from_bytes, harmless
from ingest.containers.parcel import File, Left, left
from ingest.containers.refusals import refusal

_BODIES = frozenset({"text/plain", "text/html", "text/richtext", "text/enriched", "text/calendar"})
_NO_FILES = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/external-body",
        "text/rfc822-headers",
    }
)
_PACKED = {
    "application/ms-tnef": "winmail.dat",
    "application/vnd.ms-tnef": "winmail.dat",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
}
_ENDINGS = {
    **{kind: kind for kind in ("png", "gif", "webp", "tiff", "bmp", "heic", "heif", "xml", "ofd")},
    **dict.fromkeys(("jpeg", "jpg", "pjpeg"), "jpg"),
    **dict.fromkeys(("zip", "x-zip-compressed"), "zip"),
    **dict.fromkeys(("pdf", "x-pdf"), "pdf"),
}
"""Extensions for attachments without a name."""

_LONGEST_BOUNDARY = 500
"""RFC 2046 allows 70 characters."""

_UU = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part without parts of its own: its headers, and where its body is."""

    headers: Headers
    type: str
    start: int
    stop: int


def mail_files(data: bytes, budget: Budget) -> Iterator[File | Left]:
    """The files in a mail, in its order, each decoded when it is asked for.

    The mail's own text is passed over, and nothing it refers to is fetched. A forwarded mail is a
    file as well. Where a picture belongs to the text of the mail, `is_inline` says so.

    Raises DocumentError: damaged_mail, too_many_members, archive_too_large.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    parts = list(_parts(data, budget))
    unnamed = 0
    for part in parts:
        if isinstance(part, Left):
            yield part
            continue
        if not _is_file(part):
            yield from _uu_files(data, part, budget)
            continue
        unnamed += not part.headers.file_name
        yield _file(data, part, unnamed, budget)


def _parts(data: bytes, budget: Budget) -> Iterator[_Part | Left]:
    """The parts that have no parts, in order, found without recursion."""
    limit = budget.bounds.max_multiparts
    waiting = [(0, len(data), 0, "")]
    while waiting:
        start, stop, depth, default = waiting.pop()
        headers = read_headers(data, start, stop, is_mail=depth == 0)
        kind = headers.value("content-type") or default or "text/plain"
        budget.count(1)
        if not kind.startswith("multipart/"):
            yield _Part(headers, kind, headers.body, stop)
            continue
        if depth >= limit:
            yield left(f"part-{depth}", "nested_too_deep", limit=limit)
            continue
        boundary = headers.parameter("content-type", "boundary")
        spans = _split(data, headers.body, stop, boundary, budget)
        if not spans and depth == 0:
            raise refusal("damaged_mail")
        inner = "message/rfc822" if kind == "multipart/digest" else ""
        waiting.extend((*span, depth + 1, inner) for span in reversed(spans))


def _split(
    data: bytes, start: int, stop: int, boundary: str, budget: Budget
) -> list[tuple[int, int]]:
    """Where the parts between the boundary's lines are; a last part may lack its end."""
    if not boundary or len(boundary) > _LONGEST_BOUNDARY:
        return []
    mark = re.escape(boundary.encode("utf-8"))
    line = re.compile(rb"\n--" + mark + rb"(--)?[ \t]*\r?(?:\n|\Z)")
    spans: list[tuple[int, int]] = []
    opened = None
    at = max(0, start - 1)
    while found := line.search(data, at, stop):
        if opened is not None:
            # the line break before a boundary belongs to the boundary
            end = found.start() - (data[found.start() - 1 : found.start()] == b"\r")
            spans.append((opened, max(opened, end)))
        opened = None if found[1] else found.end()
        if found[1]:
            break
        if len(spans) > budget.bounds.max_members:
            raise refusal("too_many_members", limit=budget.bounds.max_members)
        # the end of this line may be the line break before the next boundary
        at = found.end() - 1
    if opened is not None:
        spans.append((opened, stop))
    return spans


def _is_file(part: _Part) -> bool:
    """Whether a part is a file rather than the text of the mail."""
    if part.type in _NO_FILES:
        return False
    if part.headers.value("content-disposition") == "attachment" or part.headers.file_name:
        return True
    return part.type not in _BODIES


def _file(data: bytes, part: _Part, number: int, budget: Budget) -> File | Left:
    headers = part.headers
    is_mail = part.type in ("message/rfc822", "message/global")
    family, _, subtype = part.type.partition("/")
    ending = "eml" if is_mail else _ENDINGS.get(subtype, "")
    fallback = f"attachment-{number}" + (f".{ending}" if ending else "")
    name = harmless(headers.file_name.replace("\\", "/"), fallback)
    if part.type in _PACKED and headers.parameter("content-type", "smime-type") != "certs-only":
        return left(name, "packed_mail", what=_PACKED[part.type])
    content = _decoded(data, part)
    budget.charge(len(content))
    is_attached = headers.value("content-disposition") == "attachment"
    # some programs call every picture attached, also those that only the text shows
    is_shown = not is_attached or "content-id" in headers.fields
    return File(name, content, is_inline=family == "image" and is_shown, is_mail=is_mail)


def _decoded(data: bytes, part: _Part) -> bytes:
    """The content of a part; decoding makes it shorter, never longer."""
    body = data[part.start : part.stop]
    encoding = part.headers.value("content-transfer-encoding")
    if encoding == "base64":
        return from_base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding in _UU:
        begin = _UU_BEGIN.search(body)
        return _uu_decoded(body[begin.end() if begin else 0 :])
    return body


def _uu_files(data: bytes, part: _Part, budget: Budget) -> Iterator[File | Left]:
    """Files that old programs write into the text of a mail, between "begin" and "end"."""
    if part.type != "text/plain" or b"begin " not in data[part.start : part.stop]:
        return
    text = _decoded(data, part)
    at = 0
    while begin := _UU_BEGIN.search(text, at):
        end = _UU_END.search(text, begin.end())
        if end is None:
            # words that happen to begin like a file
            return
        content = _uu_decoded(text[begin.end() : end.start()])
        at = end.end()
        budget.count(1)
        if content:
            budget.charge(len(content))
            name = from_bytes(begin[1]).replace("\\", "/")
            yield File(harmless(name, "file"), content)


def _uu_decoded(body: bytes) -> bytes:
    """The content of uuencoded lines up to the first that is none."""
    content = bytearray()
    for ended_line in io.BytesIO(body):
        line = ended_line.rstrip(b"\r\n")
        if line.strip() in (b"", b"`", b"end"):
            break
        # a count of bytes, then four characters for every three; some add a check character
        triples = -(-((line[0] - 32) & 63) // 3)
        try:
            content += binascii.a2b_uu(line[: 1 + 4 * triples])
        except binascii.Error:
            break
    return bytes(content)
