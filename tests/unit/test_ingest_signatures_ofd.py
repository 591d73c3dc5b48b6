"""OFD signatures: every form that is signed, and every way in which the file may be changed."""

import random
from collections.abc import Callable

import pytest

from ingest.signatures import Trust, check_ofd, seals
from models.original import Signature, SignatureStatus
from tests.support import signing
from tests.support.signing import DOCUMENT, LIST, PAGE, SIGNATURE, VALUE, signer

Parts = dict[str, bytes]
UNTRUSTED = Trust()


def checked(parts: Parts, trust: Trust = UNTRUSTED) -> Signature:
    (verdict,) = check_ofd(parts.__getitem__, parts, f"/{LIST}", trust)
    assert bool(verdict.why) == bool(verdict.why_en) == (verdict.status != "trusted")
    return verdict


def sealed(version: str = "ses_v4", kind: str = "sm2") -> Callable[[bytes], bytes]:
    return lambda content: signing.ses(version, signer(kind), content)


def signed(**how: object) -> Parts:
    return signing.signed_ofd(sealed(), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["sm2", "rsa"])
@pytest.mark.parametrize("version", ["ses_v1", "ses_v4"])
def test_a_seal_of_either_version(version: str, kind: str) -> None:
    parts = signing.signed_ofd(sealed(version, kind))
    verdict = checked(parts)
    assert (verdict.status, verdict.method) == (SignatureStatus.CHAIN_UNKNOWN, version)
    assert (verdict.signer, verdict.signed_at) == ("CN=甲 signer", signing.SIGNED_AT)
    assert verdict.name == SIGNATURE
    assert checked(parts, Trust((signer(kind).root,))).status is SignatureStatus.TRUSTED
    other = Trust((signing.certificate(signing.sm2_key("else"), "root sm2"), b"no certificate"))
    assert checked(parts, other).status is SignatureStatus.CHAIN_UNKNOWN


@pytest.mark.parametrize("kind", ["sm2", "rsa"])
@pytest.mark.parametrize("chinese", [False, True])
@pytest.mark.parametrize("attributes", [False, True])
def test_a_signature_without_a_seal(kind: str, chinese: bool, attributes: bool) -> None:
    def value(content: bytes) -> bytes:
        return signing.cms(signer(kind), content, attributes=attributes, chinese=chinese)

    verdict = checked(signing.signed_ofd(value), Trust((signer(kind).root,)))
    assert (verdict.status, verdict.method) == (SignatureStatus.TRUSTED, "cms")


@pytest.mark.parametrize(
    ("method", "used", "weak"),
    [
        (signing.SM3, "sm3", False),
        (signing.SHA256, "sha256", False),
        ("SHA1", "sha1", True),
        ("MD5", "md5", True),
        ("", "sm3", False),
        ("", "md5", True),
    ],
)
def test_digests_as_stated_or_by_their_length(method: str, used: str, weak: bool) -> None:
    parts = signed(method=method, used=used)
    verdict = checked(parts)
    assert verdict.status is SignatureStatus.CHAIN_UNKNOWN
    assert ("不安全的摘要算法" in verdict.why) is weak
    parts[PAGE] += b" "
    assert checked(parts).status is SignatureStatus.DIGEST_BAD


def test_digests_in_hexadecimal_and_paths_in_other_ways() -> None:
    def other(content: bytes) -> bytes:
        return content.replace(b'"/Doc_0/Pages/', b'"..\\..\\pages/')

    first = signed()[SIGNATURE]
    parts = signed()
    parts[SIGNATURE] = other(first)
    parts[VALUE] = sealed()(parts[SIGNATURE])
    assert checked(parts).status is SignatureStatus.CHAIN_UNKNOWN


def edited(name: str) -> Callable[[Parts], None]:
    def edit(parts: Parts) -> None:
        parts[name] = parts[name].replace(b"1272", b"9272") + b" "

    return edit


def removed(name: str) -> Callable[[Parts], None]:
    return lambda parts: parts.pop(name) and None


def rewritten(parts: Parts) -> None:
    """The page changed, and its digest in Signature.xml with it."""
    forged = signing.ofd_parts() | {PAGE: parts[PAGE].replace(b"1272", b"9272")}
    parts |= signing.signed_ofd(lambda _: parts[VALUE], parts=forged)


def put(name: str, data: bytes) -> Callable[[Parts], None]:
    return lambda parts: parts.update({name: data})


def flipped(parts: Parts) -> None:
    parts[VALUE] = parts[VALUE][:-1] + bytes([parts[VALUE][-1] ^ 1])


def borrowed_seal(parts: Parts) -> None:
    """Signed anew by somebody else, under the seal another signed with."""
    thief = signer("sm2", "乙 signer")
    used = signing.seal("ses_v4", thief, allowed=signer("sm2").certificate)
    parts[VALUE] = signing.ses("ses_v4", thief, parts[SIGNATURE], used)


@pytest.mark.parametrize(
    ("tamper", "status", "why"),
    [
        (edited(PAGE), SignatureStatus.DIGEST_BAD, PAGE),
        (edited(DOCUMENT), SignatureStatus.DIGEST_BAD, DOCUMENT),
        (edited("OFD.xml"), SignatureStatus.DIGEST_BAD, "OFD.xml"),
        (edited("Doc_0/Res/logo.png"), SignatureStatus.DIGEST_BAD, "logo.png"),
        (removed(PAGE), SignatureStatus.DIGEST_BAD, "缺失"),
        (edited(SIGNATURE), SignatureStatus.DIGEST_BAD, "签名描述文件"),
        (rewritten, SignatureStatus.DIGEST_BAD, "签名描述文件"),
        (flipped, SignatureStatus.SIGNATURE_BAD, "签名值"),
        (borrowed_seal, SignatureStatus.SIGNATURE_BAD, "冒用"),
        (put(VALUE, b"\x30\x82"), SignatureStatus.DIGEST_OK, "DER"),
        (put(VALUE, b"plain"), SignatureStatus.DIGEST_OK, "DER"),
        (put(VALUE, b""), SignatureStatus.DIGEST_OK, "DER"),
        (removed(VALUE), SignatureStatus.DIGEST_OK, "缺失"),
        (removed(LIST), SignatureStatus.UNCHECKED, "签名列表缺失"),
        (removed(SIGNATURE), SignatureStatus.UNCHECKED, "缺失"),
        (put(SIGNATURE, b"<a"), SignatureStatus.UNCHECKED, "无法解析"),
        (put(LIST, b"<!DOCTYPE a><a/>"), SignatureStatus.UNCHECKED, "无法解析"),
        (put("Doc_0/Pages/Page_9/Content.xml", b"<a/>"), SignatureStatus.CHAIN_UNKNOWN, "根证书"),
    ],
)
@pytest.mark.parametrize("version", ["ses_v1", "ses_v4"])
def test_tampering(
    version: str, tamper: Callable[[Parts], None], status: SignatureStatus, why: str
) -> None:
    parts = signing.signed_ofd(sealed(version))
    tamper(parts)
    verdict = checked(parts)
    assert verdict.status is status
    assert why in verdict.why


@pytest.mark.parametrize(
    ("left_out", "status"),
    [
        (PAGE, SignatureStatus.UNCHECKED),
        ("Doc_0/PublicRes.xml", SignatureStatus.UNCHECKED),
        ("Doc_0/Res/logo.png", SignatureStatus.UNCHECKED),
        ("Doc_0/Tpls/Tpl_0/Content.xml", SignatureStatus.UNCHECKED),
        ("OFD.xml", SignatureStatus.CHAIN_UNKNOWN),
    ],
)
def test_parts_the_signature_does_not_cover(left_out: str, status: SignatureStatus) -> None:
    verdict = checked(signed(leave_out=(left_out,)))
    assert verdict.status is status
    assert (left_out in verdict.why) is (status is SignatureStatus.UNCHECKED)


def test_an_uncovered_ofd_xml_may_not_name_another_document() -> None:
    parts = signed(leave_out=("OFD.xml",))
    parts["OFD.xml"] = parts["OFD.xml"].replace(b"Doc_0/Document.xml", b"Doc_1/Document.xml")
    parts["Doc_1/Document.xml"] = parts[DOCUMENT]
    verdict = checked(parts)
    assert verdict.status is SignatureStatus.UNCHECKED
    assert "Doc_1/Document.xml" in verdict.why


@pytest.mark.parametrize("method", ["1.2.3.4", "CRC32"])
def test_an_unknown_digest_is_not_called_altered(method: str) -> None:
    verdict = checked(signed(method=method))
    assert verdict.status is SignatureStatus.UNCHECKED
    assert method in verdict.why


def test_a_reader_that_fails_is_not_called_altered() -> None:
    parts = signed()
    names = list(parts)
    del parts[PAGE]
    (verdict,) = check_ofd(parts.__getitem__, names, LIST, UNTRUSTED)
    assert verdict.status is SignatureStatus.UNCHECKED


def test_a_list_without_signatures() -> None:
    parts = signed() | {LIST: b"<Signatures/>"}
    assert check_ofd(parts.__getitem__, parts, LIST, UNTRUSTED) == ()


@pytest.mark.parametrize("digested", [False, True])
@pytest.mark.parametrize("own", [False, True])
def test_who_may_use_a_seal(digested: bool, own: bool) -> None:
    user, other = signer("sm2"), signer("sm2", "乙 signer")
    allowed = (user if own else other).certificate
    used = signing.seal("ses_v4", user, allowed, digested)
    parts = signing.signed_ofd(lambda content: signing.ses("ses_v4", user, content, used))
    expected = SignatureStatus.CHAIN_UNKNOWN if own else SignatureStatus.SIGNATURE_BAD
    assert checked(parts).status is expected


def test_a_certificate_that_was_not_valid_is_not_trusted() -> None:
    root, key = signing.sm2_key("root"), signing.sm2_key("key")
    period = ("20200101000000Z", "20260831000000Z")
    late = signing.Signer(
        key,
        signing.certificate(key, "late signer", "root", root, period),
        signing.certificate(root, "root"),
    )
    parts = signing.signed_ofd(lambda content: signing.ses("ses_v4", late, content))
    verdict = checked(parts, Trust((late.root,)))
    assert verdict.status is SignatureStatus.CHAIN_UNKNOWN
    assert "有效期" in verdict.why


@pytest.mark.parametrize(
    ("name", "status"),
    [("乙 CA", SignatureStatus.TRUSTED), ("乙 signer", SignatureStatus.CHAIN_UNKNOWN)],
)
def test_only_an_authority_may_stand_between(name: str, status: SignatureStatus) -> None:
    middle, key = signer("sm2", name), signing.sm2_key("key")
    held = signing.certificate(key, "丙 signer", name, middle.key)
    below = signing.Signer(key, held, middle.root)

    def value(content: bytes) -> bytes:
        return signing.cms(below, content, others=(middle.certificate,))

    assert checked(signing.signed_ofd(value), Trust((middle.root,))).status is status


def test_mangled_values_never_raise_and_never_hold() -> None:
    parts = signed()
    value, chance = parts[VALUE], random.Random(4)
    for _ in range(60):
        mangled = bytearray(value)
        mangled[chance.randrange(len(value) // 2)] ^= chance.randrange(1, 256)
        parts[VALUE] = bytes(mangled[: chance.choice((len(value), chance.randrange(len(value))))])
        assert checked(parts).status in (
            SignatureStatus.DIGEST_OK,
            SignatureStatus.DIGEST_BAD,
            SignatureStatus.SIGNATURE_BAD,
        )


@pytest.mark.parametrize("version", ["ses_v1", "ses_v4"])
def test_the_seal_as_a_picture(version: str) -> None:
    parts = signing.signed_ofd(sealed(version))
    (found,) = seals(parts.__getitem__, parts, LIST)
    picture = found.picture
    assert (found.name, picture.kind, picture.data) == ("甲乙发票章", "png", signing.SEAL_PICTURE)
    assert (picture.width, picture.height) == (30, 20)
    (stamp,) = found.stamps
    assert (stamp.page, stamp.boundary, stamp.clip) == ("1", (90, 8, 30, 20), None)


@pytest.mark.parametrize("name", [LIST, SIGNATURE, VALUE])
def test_no_picture_where_the_seal_cannot_be_read(name: str) -> None:
    parts = signed() | {name: b"?"}
    assert seals(parts.__getitem__, parts, LIST) == ()
