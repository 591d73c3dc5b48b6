"""Mails: attachments and pictures come out under their names, the mail's own text does not."""

import base64
import binascii
import io
import random
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

import numpy as np
import pytest
from PIL import Image

from ingest.containers import Bounds, Member, looks_like_mail, members, unpack_mail
from ingest.limits import Limits
from models.errors import DocumentError
from models.page import FileKind

_PDF = b"%PDF-1.7\n" + bytes(range(256)) * 8
_XML = '<?xml version="1.0"?><EInvoice>发票</EInvoice>'.encode()
_LIMITS = Limits(max_bytes=1_000_000)
_BOUNDS = Bounds(max_members=20, max_total_bytes=2_000_000)
_HEAD = b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def _picture(width: int, height: int) -> bytes:
    noise = np.random.default_rng(3).integers(0, 255, (height, width, 3), np.uint8)
    memory = io.BytesIO()
    Image.fromarray(noise).save(memory, "PNG")
    return memory.getvalue()


_PHOTO, _LOGO, _BANNER, _PIXEL = (
    _picture(200, 180),
    _picture(150, 150),
    _picture(400, 60),
    _picture(1, 1),
)


def _zip(files: dict[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return memory.getvalue()


def _part(headers: str | bytes, body: bytes = _PDF, encoding: str = "base64") -> bytes:
    """A part whose headers are as given, its body encoded."""
    head = headers.encode() if isinstance(headers, str) else headers
    text = base64.encodebytes(body) if encoding == "base64" else body
    return head + b"\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + text


def _mail(*parts: bytes, head: bytes = _HEAD, end: bytes = b"\r\n--=_b--\r\n") -> bytes:
    body = b"".join(b"\r\n--=_b\r\n" + part for part in parts)
    return head + b'Content-Type: multipart/mixed;\r\n\tboundary="=_b"\r\n\r\nold' + body + end


def _outcome(data: bytes, bounds: Bounds = _BOUNDS) -> list[str]:
    """Names of members, "code name" of what was left aside, or the code of the refusal alone."""
    try:
        found = list(members(data, FileKind.EML, _LIMITS, bounds))
    except DocumentError as error:
        return [error.record.code]
    return [item.name if isinstance(item, Member) else f"{item.code} {item.name}" for item in found]


_GBK_B64 = base64.b64encode("发票.pdf".encode("gbk"))
_CUT = "电子发票.pdf".encode("gb18030")
_HALVES = [base64.b64encode(half).decode() for half in (_CUT[:3], _CUT[3:])]
_TYPE = "Content-Type: application/pdf"
_WITH = _TYPE + "\r\nContent-Disposition: attachment; filename"


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        (f'{_WITH}="a b;c.pdf"; size=9', "a b;c.pdf"),
        (f"{_WITH}=a.pdf", "a.pdf"),
        (f'{_WITH}="say \\"hi\\".pdf"', 'say "hi".pdf'),
        (f'{_WITH}="=?gb2312?B?{_GBK_B64.decode()}?="', "发票.pdf"),
        (f'{_WITH}="=?UTF-8?Q?=E5=8F=91_=E7=A5=A8.pdf?="', "发 票.pdf"),
        (f'{_WITH}="=?gb18030?B?{_HALVES[0]}?=\r\n =?gb18030?B?{_HALVES[1]}?="', "电子发票.pdf"),
        (f"{_WITH}*=utf-8''%E5%8F%91%E7%A5%A8.pdf", "发票.pdf"),
        (f"{_WITH}=\"x.pdf\"; filename*=GBK'zh'%B7%A2%C6%B1.pdf", "发票.pdf"),
        (f"{_WITH}*1*=%A8.pdf;\r\n filename*0*=utf-8''%E5%8F%91%E7%A5", "发票.pdf"),
        (f'{_WITH}*0="long-"; filename*1="name.pdf"', "long-name.pdf"),
        (f'{_WITH}="%E5%8F%91%E7%A5%A8.pdf"', "发票.pdf"),
        (f'{_WITH}="发票.pdf"', "发票.pdf"),
        (f'{_WITH}="发票.pdf"'.encode("gbk"), "发票.pdf"),
        (f'{_TYPE}; name="=?gbk?b?{_GBK_B64.decode()}?="', "发票.pdf"),
        (f'{_WITH}="=?no-such?B?{_GBK_B64.decode()}?="', "发票.pdf"),
        (f'{_WITH}="=?unicode_escape?Q?=5Cd.pdf?="', "d.pdf"),
        (f'{_WITH}="../../C:\\\\x\\\\a.pdf"', "C:/x/a.pdf"),
        (f'{_WITH}="a.pdf', "a.pdf"),
        (f'{_WITH}=""', "attachment-1.pdf"),
        (_TYPE, "attachment-1.pdf"),
        (f"{_WITH}*=x", "x"),
    ],
)
def test_names_are_decoded_in_all_their_spellings(headers: str | bytes, name: str) -> None:
    (member,), aside = unpack_mail(_mail(_part(headers)), _LIMITS)
    assert (member.name, member.data) == (name, _PDF)
    assert aside == []


def _uu(data: bytes, name: str = "a.pdf") -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n".encode() + b"".join(lines) + b"`\nend\n"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (base64.b64encode(_PDF), "base64"),
        (base64.encodebytes(_PDF).replace(b"\n", b" \r\n\t"), "BASE64"),
        (base64.b64encode(_PDF).rstrip(b"="), "base64"),
        (base64.b64encode(_PDF).rstrip(b"=").replace(b"A", b"A!"), "base64"),
        (binascii.b2a_qp(_PDF, istext=False), "quoted-printable"),
        (_uu(_PDF), "x-uuencode"),
        (_PDF, "binary"),
        (_PDF, "8bit"),
    ],
)
def test_bodies_are_decoded(body: bytes, encoding: str) -> None:
    head = f"{_WITH}=a.pdf\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    for mail in (_mail(head + body), _mail(head + body, end=b""), _HEAD + head + body):
        (member,), _ = unpack_mail(mail, _LIMITS)
        assert (member.name, member.data) == ("a.pdf", _PDF)


def test_a_cut_attachment_gives_what_it_holds() -> None:
    data = _mail(_part(f"{_WITH}=a.pdf", _PDF * 20))
    (member,), _ = unpack_mail(data[: len(data) // 2], _LIMITS)
    assert len(member.data) > 1000
    assert (_PDF * 20).startswith(member.data)


def test_mails_as_the_email_package_writes_them() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "b@example.com", "发票转发"
    inner.set_content("见附件")
    inner.add_attachment(_XML, maintype="application", subtype="xml", filename="发票.xml")
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.com", "转发"
    mail.set_content("您好")
    mail.add_alternative(
        "<p>您好<img src='cid:p'><img src='data:image/png;base64,AAAA'></p>", "html"
    )
    page = mail.get_payload()[1]
    page.add_related(_PHOTO, "image", "png", cid="<p>")
    page.add_related(_LOGO, "image", "png", cid="<l>")
    mail.add_attachment(_zip({"n/a.pdf": _PDF}), "application", "zip", filename="压缩.zip")
    mail.add_attachment(inner)
    for data in (mail.as_bytes(), mail.as_bytes(policy=SMTP)):
        found, aside = unpack_mail(data, _LIMITS)
        names = ["attachment-1.png", "压缩.zip/n/a.pdf", "attachment-3.eml/发票.xml"]
        assert [item.name for item in found] == names
        assert [item.data for item in found] == [_PHOTO, _PDF, _XML]
        assert [(item.code, item.name) for item in aside] == [("decoration", "attachment-2.png")]


def _inline(data: bytes, extra: str = "") -> bytes:
    return _part(f"Content-Type: image/png; name=p.png\r\nContent-ID: <p>{extra}", data)


def _deep(levels: int, leaf: bytes) -> bytes:
    """Multiparts within each other, each with a boundary of its own."""
    data = leaf
    for level in range(levels):
        mark = f"b{level}_".encode()
        head = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n'
        data = head + b"--" + mark + b"\r\n" + data + b"\r\n--" + mark + b"--\r\n"
    return _HEAD + data


def _forwarded(levels: int) -> bytes:
    data = _mail(_part(f"{_WITH}=a.pdf"))
    for level in range(levels):
        outer = _mail(b"Content-Type: message/rfc822; name=m.eml\r\n\r\nINNER\r\n")
        data = outer.replace(b"=_b", b"=_%d" % level).replace(b"INNER", data)
    return data


_ATTACHED = _part(f"{_WITH}=a.pdf")
_TEXT = _part("Content-Type: text/plain; charset=gbk", "见附件".encode("gbk"))
_MIXED: dict[str, tuple[bytes, list[str]]] = {
    "only text": (_mail(_TEXT), ["no_documents"]),
    "no mail at all": (b"\x00\x01\x02", ["no_documents"]),
    "nothing": (b"", ["no_documents"]),
    "plain text with a link": (_HEAD + b"\r\nhttps://example.com/a.pdf\r\n", ["no_documents"]),
    "text and file": (_mail(_TEXT, _ATTACHED), ["a.pdf"]),
    "file as the body": (_HEAD + _ATTACHED, ["a.pdf"]),
    "boundary nowhere": (_mail(_ATTACHED).replace(b"--=_b", b"--=_c"), ["damaged_mail"]),
    "no boundary": (_HEAD + b"Content-Type: multipart/mixed\r\n\r\n--x\r\n", ["damaged_mail"]),
    "boundary of a longer one": (
        _mail(b"Content-Type: text/plain\r\n\r\n\r\n--=_bx\r\n", _ATTACHED),
        ["a.pdf"],
    ),
    "words behind the end": (_mail(_ATTACHED) + b"\r\n--=_b\r\n\r\nx", ["a.pdf"]),
    "xml without a name": (_mail(_part("Content-Type: text/xml", _XML)), ["attachment-1.xml"]),
    "text file": (
        _mail(_ATTACHED, _part("Content-Type: text/plain; name=ATT1.txt", b"sent from a phone")),
        ["a.pdf", "foreign_file ATT1.txt"],
    ),
    "empty file": (_mail(_ATTACHED, _part(f"{_WITH}=b.pdf", b"")), ["a.pdf", "empty_member b.pdf"]),
    "logo": (_mail(_inline(_LOGO), _ATTACHED), ["decoration p.png", "a.pdf"]),
    "banner": (_mail(_inline(_BANNER), _ATTACHED), ["decoration p.png", "a.pdf"]),
    "tracking pixel": (_mail(_inline(_PIXEL), _ATTACHED), ["decoration p.png", "a.pdf"]),
    "drawing": (_mail(_inline(b"<svg xmlns='x'/>"), _ATTACHED), ["decoration p.png", "a.pdf"]),
    "picture that is large enough": (_mail(_inline(_PHOTO)), ["p.png"]),
    "damaged picture": (_mail(_inline(_PHOTO[:20] + b"\0" * 9000)), ["p.png"]),
    "small picture attached": (
        _mail(
            _part("Content-Type: image/png; name=p.png\r\nContent-Disposition: attachment", _LOGO)
        ),
        ["p.png"],
    ),
    "winmail.dat": (
        _mail(_part("Content-Type: application/ms-tnef; name=winmail.dat", b"x\x9f>\x22")),
        ["packed_mail winmail.dat"],
    ),
    "signature": (
        _mail(
            _ATTACHED, _part("Content-Type: application/pkcs7-signature; name=smime.p7s", b"0\x80")
        ),
        ["a.pdf", "foreign_file smime.p7s"],
    ),
    "report": (
        _mail(b"Content-Type: message/delivery-status\r\n\r\nStatus: 5.0.0\r\n"),
        ["no_documents"],
    ),
    "uuencoded in the text": (
        _HEAD + b"\r\nhello\r\n\r\n" + _uu(_PDF, "发票.pdf") + b"\r\nbye\r\n",
        ["发票.pdf"],
    ),
    "words like uuencoded": (_HEAD + b"\r\nbegin 644 things\r\nnow\r\n", ["no_documents"]),
    "mail in an archive in a mail": (
        _mail(_part(f"{_WITH}=m.zip", _zip({"m.eml": _mail(_ATTACHED)}))),
        ["m.zip/m.eml/a.pdf"],
    ),
    "encrypted archive beside a file": (
        _mail(_part(f"{_WITH}=m.zip", b"PK\3\4" + bytes(99)), _ATTACHED),
        ["damaged_archive m.zip", "a.pdf"],
    ),
    "forwarded twice": (_forwarded(2), ["m.eml/m.eml/a.pdf"]),
    "forwarded too often": (_forwarded(3), ["nested_too_deep m.eml/m.eml/m.eml"]),
    "forwarded without files": (
        _mail(b"Content-Type: message/rfc822; name=m.eml\r\n\r\n" + _HEAD + b"\r\nx", _ATTACHED),
        ["nothing_inside m.eml", "a.pdf"],
    ),
    "deep": (_deep(10, _ATTACHED), ["a.pdf"]),
    "too deep": (_deep(11, _ATTACHED), ["nested_too_deep part-10"]),
    "far too deep": (_deep(3000, _ATTACHED), ["nested_too_deep part-10"]),
    "one boundary for all": (
        _HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" * 5000,
        ["too_many_members"],
    ),
    "too many parts": (_mail(*[b"\r\n"] * 10_000), ["too_many_members"]),
    "too many over all": (
        _mail(*[_part(f"{_WITH}=m.zip", _zip(dict.fromkeys("abcdefgh", b"%PDF")))] * 3),
        ["too_many_members"],
    ),
    "too much over all": (
        _mail(*[_part(f"{_WITH}=a.pdf", _PDF * 400)] * 3),
        ["archive_too_large"],
    ),
    "endless headers": (b"X: y\r\n" * 50_000 + b"\r\n", ["no_documents"]),
    "endless header": (_HEAD + b"Content-Type: " + b';"' * 500_000 + b"\r\n\r\n", ["no_documents"]),
    "endless words": (_HEAD + b"Subject: " + b"=?a?b?" * 90_000 + b"\r\n\r\n", ["no_documents"]),
}


@pytest.mark.parametrize("name", _MIXED)
def test_every_mail_has_one_clear_outcome(name: str) -> None:
    data, outcome = _MIXED[name]
    assert _outcome(data) == outcome
    assert _outcome(data.replace(b"\r\n", b"\n")) == outcome


def test_marks_before_a_mail_and_mbox_lines_do_no_harm() -> None:
    for before in (b"\xef\xbb\xbf", b"\r\n\n", b"From a@example.com Mon Jan  1 00:00:00 2024\r\n"):
        assert _outcome(before + _mail(_ATTACHED)) == ["a.pdf"]
        assert _outcome(before + _mail(_ATTACHED, head=b"")) == ["a.pdf"]
        assert looks_like_mail(before + _mail(_ATTACHED)[:4096])


@pytest.mark.parametrize(
    ("head", "is_mail"),
    [
        (b"Received: from a by b\nSubject: x\n", True),
        (b"Return-Path: <a@b>\r\nReceived: from a\r\n\tby b; Mon\r\nDate: x\r\n", True),
        (b"Delivered-To: a@b\r\nX-Received: by c\r\n", True),
        (b"X-QQ-mid: 1\r\nX-QQ-SSF: 2\r\nFrom: =?gbk?B?1cU=?= <a@b>\r\nTo: c\r\n", True),
        (b"Subject: x\r\nTo: y\r\n\r\nbody", True),
        ("Subject: 发票\r\nFrom: 张".encode("gbk") + b"\r\nTo: b\r\n", True),
        (b"ARC-Seal: i=1; a=rsa\r\nARC-Message-Signature: i=1;\r\n b=" + b"x" * 4000, True),
        (b"DATE: x\r\nmime-version : 1.0\r\n", True),
        (b"", False),
        (b"\r\n\r\n", False),
        (b"From: me\n", False),
        (b"From here on: nothing\nTo: be\n", False),
        (b"Note: x\nPrice: y\n", False),
        (b"X-A: x\nX-B: y\n", False),
        (b"From: a\nThis is a letter.\nTo: b\n", False),
        (b"From: a\nTo: \0\0\nSubject: x\n", False),
        (b"%PDF-1.7\nFrom: a\nTo: b\n", False),
        (b"<?xml version='1.0'?>\nFrom: a\nTo: b\n", False),
        (b"HTTP/1.1 200 OK\nDate: x\nFrom: y\n", False),
        (b"PK\3\4", False),
        (bytes(4096), False),
    ],
)
def test_mails_are_told_by_their_headers(head: bytes, is_mail: bool) -> None:
    assert looks_like_mail(head) is is_mail


def test_nothing_but_document_errors_leaves() -> None:
    forwarded = b"Content-Type: message/rfc822\r\n\r\n" + _mail(_ATTACHED).replace(b"=_b", b"=_c")
    good = _mail(_TEXT, _inline(_LOGO), forwarded, _part(f"{_WITH}=z.zip", _zip({"a.pdf": _PDF})))
    for seed in range(150):
        chance = random.Random(seed)
        bad = bytearray(good[: chance.choice([len(good), chance.randrange(1, len(good))])])
        for _ in range(chance.randint(0, 8)):
            bad[chance.randrange(min(len(bad), chance.choice([600, len(bad)])))] = chance.choice(
                [0, 10, 13, 34, 39, 42, 59, 61, 255, chance.randrange(256)]
            )
        assert _outcome(bytes(bad))
