"""Headers of mails and their parts (RFC 5322, 2045, 2047, 2231), as programs really write them.

The email package is not used: its parser holds a mail in several copies, compares every line with
every open boundary, goes as deep as the mail says, and loses names written in plain GBK bytes.
"""

import binascii
import codecs
import re
import string
import urllib.parse
from dataclasses import dataclass

from ingest.containers.names import from_bytes

_LONGEST_BLOCK = 256 * 1024
_LONGEST_VALUE = 4 * 1024
_NO_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + b"0123456789+/"))
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_BLANKS = re.compile(rb"[ \t\r\n]*")
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_WANTED = re.compile(
    rb"^(content-type|content-disposition|content-transfer-encoding|content-id)[ \t]*:"
    rb"([^\n]*(?:\n[ \t][^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
"""The fields that say what a part is, with their folded lines; the others are passed over."""

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r';\s*([^\s=;]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))', re.DOTALL)
_SEGMENT = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")

_KNOWN = frozenset(
    b"received return-path delivered-to from to cc date subject message-id mime-version reply-to"
    b" content-type content-transfer-encoding dkim-signature authentication-results sender"
    b" received-spf arc-seal arc-message-signature arc-authentication-results in-reply-to"
    b" references list-unsubscribe list-id thread-topic thread-index importance priority"
    b" domainkey-signature envelope-to disposition-notification-to resent-from".split()
)


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a mail or a part that say what it is, and where its body begins."""

    fields: dict[str, str]
    body: int

    def value(self, name: str) -> str:
        """The value without its parameters, in lower case: "image/png", "base64", ..."""
        return self.fields.get(name, "").partition(";")[0].strip().lower()

    def parameter(self, header: str, name: str) -> str:
        """A parameter's text, decoded; "" where it is not there."""
        return _parameter(self.fields.get(header, ""), name)

    @property
    def file_name(self) -> str:
        """The name the sender gave the file, "" where there is none."""
        return self.parameter("content-disposition", "filename") or self.parameter(
            "content-type", "name"
        )


def looks_like_mail(head: bytes) -> bool:
    """Whether a file that begins with `head` (some kilobytes) is a mail in RFC 822 form.

    It is when it begins with header lines, in any order, and at least two kinds of them are
    common ones. A byte order mark, blank lines and an mbox "From " line may come first.
    """
    start = _start(head, 0, len(head))
    lines = head[start:].split(b"\n")
    if len(lines) > 1:
        lines.pop()  # most likely cut in the middle
    found: set[bytes] = set()
    for at, line in enumerate(lines):
        if not line.strip():
            break
        if line[:1] in b" \t" and at:
            continue
        field = _FIELD.match(line)
        if field is None or b"\0" in line:
            return False
        found.add(field[1].lower())
    common = {name for name in found if name in _KNOWN}
    extra = any(name.startswith(b"x-") for name in found)
    return len(common) + extra >= 2 and bool(common)


def read_headers(data: bytes, start: int, stop: int, *, is_mail: bool = False) -> Headers:
    """The headers at `start`, read no further than `stop`. Lines that are none are passed over."""
    if is_mail:
        start = _start(data, start, stop)
    end, body = _end_of_headers(data, start, stop)
    fields: dict[str, str] = {}
    for field in _WANTED.finditer(data, start, min(end, start + _LONGEST_BLOCK)):
        name = field[1].decode("ascii").lower()
        if name not in fields:
            unfolded = re.sub(rb"[\r\n]+", b"", field[2][:_LONGEST_VALUE])
            fields[name] = from_bytes(unfolded.strip())
    return Headers(fields, body)


def _start(data: bytes, start: int, stop: int) -> int:
    """Where the first header is: behind a byte order mark, blank lines and an mbox line."""
    if data.startswith(codecs.BOM_UTF8, start, stop):
        start += len(codecs.BOM_UTF8)
    blanks = _BLANKS.match(data, start, stop)
    start = blanks.end() if blanks else start
    if data.startswith((b"From ", b">From "), start, stop):
        line_end = data.find(b"\n", start, stop)
        start = stop if line_end < 0 else line_end + 1
    return start


def _end_of_headers(data: bytes, start: int, stop: int) -> tuple[int, int]:
    """Where the headers end and the body begins."""
    if data.startswith((b"\n", b"\r\n"), start, stop):
        return start, data.find(b"\n", start, stop) + 1
    blank = _BLANK_LINE.search(data, start, stop)
    return blank.span() if blank else (stop, stop)


def decoded_words(text: str) -> str:
    """The text with its encoded words (RFC 2047) decoded, also inside quotes, as programs do.

    Words side by side are joined as bytes first: a character may be cut in two between them.
    """
    pieces: list[str] = []
    waiting, charset, at = b"", "", 0
    for word in _ENCODED_WORD.finditer(text):
        between = text[at : word.start()]
        named = word[1].partition("*")[0].lower()
        if between.strip() or named != charset:
            pieces.append(from_bytes(waiting, charset))
            waiting, charset = b"", named
        if between.strip() or not at:
            pieces.append(between)
        waiting += _word_bytes(word[2], word[3])
        at = word.end()
    pieces.append(from_bytes(waiting, charset))
    return "".join(pieces) + text[at:]


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "bB":
        return from_base64(text.encode("utf-8"))
    return binascii.a2b_qp(text.encode("utf-8"), header=True)


def from_base64(body: bytes) -> bytes:
    """The bytes of Base64 text; what is no Base64 is passed over, a cut end gives what it holds."""
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        alphabet = body.translate(None, _NO_BASE64)
        whole = len(alphabet) - (len(alphabet) % 4 == 1)
        return binascii.a2b_base64(alphabet[:whole] + b"=" * (-whole % 4))


def _parameter(value: str, wanted: str) -> str:
    """A parameter's text. The extended form (RFC 2231) counts before the plain one."""
    plain = ""
    segments: dict[int, tuple[bool, str]] = {}
    for match in _PARAMETER.finditer(value):
        name = _SEGMENT.fullmatch(match[1].lower())
        if name is None or name[1] != wanted:
            continue
        quoted, bare = match[2], match[3]
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare.strip()
        if name[2] is None and name[3] is None:
            plain = plain or text
        else:
            segments.setdefault(int(name[2] or 0), (name[3] is not None, text))
    return _extended(segments) if segments else _plain(plain)


def _extended(segments: dict[int, tuple[bool, str]]) -> str:
    """The text of RFC 2231 segments: percent-encoded behind a character set, or plain."""
    charset, raw = "", b""
    for number, (is_encoded, segment) in sorted(segments.items()):
        text = segment
        if is_encoded and number == 0 and segment.count("'") >= 2:
            charset, _, text = segment.split("'", 2)
        raw += urllib.parse.unquote_to_bytes(text) if is_encoded else text.encode("utf-8")
    return decoded_words(from_bytes(raw, charset))


def _plain(text: str) -> str:
    """The text of a plain parameter, decoded in the ways programs wrongly encode it."""
    if "=?" in text:
        return decoded_words(text)
    if text.isascii() and len(re.findall("%[0-9A-Fa-f]{2}", text)) >= 2:
        return from_bytes(urllib.parse.unquote_to_bytes(text))
    return text
