"""Hostile mails made from a good one: endless parts, encodings and headers that lie."""

import re
from random import Random

from benchmarks.mutations.xml import Mutator

_ENCODING = re.compile(rb"(?im)^Content-Transfer-Encoding:.*$")
_TYPE = re.compile(rb"(?im)^Content-Type: *[^;\r\n]+")
_NAME = re.compile(rb'(?i)filename="[^"]*"')
_BOUNDARY = re.compile(rb'(?i)boundary="([^"]*)"')


def parts_nested(mail: bytes, random: Random) -> bytes:
    depth = random.choice((3, 20, 300, 5_000))
    kind = random.choice((b"multipart/mixed", b"multipart/digest"))
    if random.random() < 0.5:
        return b"Subject: x\r\nContent-Type: message/rfc822\r\n\r\n" * depth + mail
    head = b"Subject: x\r\nMIME-Version: 1.0\r\n"
    for level in range(depth):
        head += b'Content-Type: %s; boundary="b%d"\r\n\r\n--b%d\r\n' % (kind, level, level)
    return head + mail


def parts_many(mail: bytes, random: Random) -> bytes:
    found = _BOUNDARY.search(mail)
    if found is None:
        return mail
    part = b"\r\n--%s\r\nContent-Type: %s\r\n\r\nx" % (
        found[1], random.choice((b"text/plain", b"application/xml; name=\"a.xml\"", b"image/png")),
    )  # fmt: skip
    end = b"\r\n--%s--" % found[1]
    at = mail.rfind(end)
    return mail[:at] + part * random.choice((60, 900, 20_000)) + mail[at:]


def encoding_lies(mail: bytes, random: Random) -> bytes:
    said = random.choice(
        (b"base64", b"quoted-printable", b"x-uuencode", b"7bit", b"binary", b"\xff", b"")
    )
    return _ENCODING.sub(lambda found: b"Content-Transfer-Encoding: " + said, mail)


def base64_bad(mail: bytes, random: Random) -> bytes:
    lines = mail.split(b"\n")
    places = [at for at, line in enumerate(lines) if len(line) > 60]
    for at in random.sample(places, min(len(places), random.choice((1, 5, 200)))):
        lines[at] = random.choice(
            (b"====", b"%%%%", b"", lines[at][:-3], b"A", b"\xff\xfe" + lines[at])
        )
    return b"\n".join(lines)


def types_lie(mail: bytes, random: Random) -> bytes:
    kinds = (
        *(b"text/html", b"message/rfc822", b"multipart/mixed", b"application/ms-tnef", b"x", b"/"),
        *(b"message/partial", b'message/external-body; access-type=local-file; name="/etc/passwd"'),
        *(b'text/plain; charset="' + b"x" * 5_000, b"image/png", b"multipart/alternative"),
    )
    value = random.choice(kinds)
    return _TYPE.sub(
        lambda found: b"Content-Type: " + value if random.random() < 0.5 else found[0], mail
    )


def names_hostile(mail: bytes, random: Random) -> bytes:
    names = (
        *(
            b"../../etc/passwd",
            b"/etc/passwd",
            b"C:\\x.pdf",
            b"",
            b"x\0.xml",
            b"\xff\xfe.xml",
            b"a" * 9_000,
        ),
        *(
            b"=?utf-8?b?####?=",
            b"=?x?q?=00=1b?=",
            b"=?utf-7?q?+AAA-?=",
            b"x\r\n y.xml",
            b"\x1b[2J.xml",
        ),
    )
    name = random.choice(names)
    return _NAME.sub(lambda found: b'filename="%s"' % name, mail)


def headers_enormous(mail: bytes, random: Random) -> bytes:
    head = random.choice(
        (
            b"X-A: " + b"x" * 3_000_000 + b"\r\n",
            b"".join(b"X-%d: y\r\n" % number for number in range(60_000)),
            b"Subject: " + b"=?gbk?B?xOO6ww==?= " * 30_000 + b"\r\n",
            b"Content-Type: multipart/mixed; " + b"a*0*=x; " * 30_000 + b"\r\n",
            b"To: " + b"(" * 60_000 + b"\r\n",
            b"Subject: x\r\n" + b" \r\n" * 60_000,
            b"Date: " + b"9" * 5_000 + b"\r\n",
        )
    )
    return head + mail


def boundary_lies(mail: bytes, random: Random) -> bytes:
    value = random.choice((b"", b"-", b"x", b"\r\n", b"--", b"b" * 3_000, b"\xff"))
    return _BOUNDARY.sub(lambda found: b'boundary="%s"' % value, mail, count=1)


MAIL: tuple[Mutator, ...] = (
    parts_nested,
    parts_many,
    encoding_lies,
    base64_bad,
    types_lie,
    names_hostile,
    headers_enormous,
    boundary_lies,
)
