"""Signs made-up OFD packages and PDFs with throw-away keys, in every form the reader knows."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from asn1crypto import core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from ingest.signatures import sm2
from ingest.signatures.digests import digest

SM2_SM3 = "1.2.156.10197.1.501"
SM3 = "1.2.156.10197.1.401"
SHA1 = "1.3.14.3.2.26"
SHA256 = "2.16.840.1.101.3.4.2.1"
_RSA = {"sha1": "1.2.840.113549.1.1.5", "sha256": "1.2.840.113549.1.1.11"}
_DIGESTS = {"sha1": SHA1, "sha256": SHA256, "sm3": SM3}
SIGNED_AT = "20260901080000Z"
SEAL_PICTURE = b"\x89PNG made up"


# DER


def der(tag: int, *contents: bytes) -> bytes:
    body = b"".join(contents)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    length = bytes([len(body)]) if len(body) < 128 else bytes([128 | len(size)]) + size
    return bytes([tag]) + length + body


def seq(*contents: bytes) -> bytes:
    return der(0x30, *contents)


def oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def number(value: int) -> bytes:
    return bytes(core.Integer(value).dump())


def bit_string(value: bytes) -> bytes:
    return der(3, b"\0", value)


def octets(value: bytes) -> bytes:
    return der(4, value)


def ia5(value: str) -> bytes:
    return der(22, value.encode())


def utf8(value: str) -> bytes:
    return der(12, value.encode())


def generalized(value: str) -> bytes:
    return der(24, value.encode())


# keys and certificates


@dataclass(frozen=True)
class Key:
    """A key pair: `spki` for certificates, `sign(message)` for values."""

    spki: bytes
    algorithm: str
    digest: str
    sign: Callable[[bytes], bytes]


@cache
def _rsa(_name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def rsa_private(name: str) -> bytes:
    """The private key of `rsa_key(name)`, PKCS #8."""
    return _rsa(name).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@cache
def rsa_key(name: str, used: str = "sha256") -> Key:
    private = _rsa(name)
    hashed = hashes.SHA1() if used == "sha1" else hashes.SHA256()
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Key(
        public, _RSA[used], used, lambda text: private.sign(text, padding.PKCS1v15(), hashed)
    )


@cache
def sm2_key(name: str) -> Key:
    secret = secrets.randbelow(sm2.ORDER - 2) + 1
    point = (sm2.BASE * secret).to_affine()
    place = b"\4" + int(point.x()).to_bytes(32) + int(point.y()).to_bytes(32)
    kind = seq(oid("1.2.840.10045.2.1"), oid(sm2.CURVE_OID))
    return Key(
        seq(kind, bit_string(place)), SM2_SM3, "sm3", lambda text: sm2_signature(secret, text)
    )


def sm2_signature(secret: int, message: bytes, user: bytes = sm2.USER_ID) -> bytes:
    """GB/T 32918.2, 6.2; with no `user`, over the digest of the message alone."""
    order, public = sm2.ORDER, (sm2.BASE * secret).to_affine()
    identity = sm2.identity_digest(public.x(), public.y(), user) if user else b""
    value = int.from_bytes(digest("sm3", identity + message))
    once = secrets.randbelow(order - 2) + 1
    r = (value + int((sm2.BASE * once).to_affine().x())) % order
    s = pow(1 + secret, -1, order) * (once - r * secret) % order
    return seq(number(r), number(s))


def named(common: str) -> bytes:
    return seq(der(0x31, seq(oid("2.5.4.3"), utf8(common))))


def certificate(
    key: Key,
    subject: str,
    issuer: str = "",
    by: Key | None = None,
    valid: tuple[str, str] = ("20200101000000Z", "20400101000000Z"),
) -> bytes:
    """A certificate; without issuer a root's, and a CA's unless the subject says "signer"."""
    signer = by or key
    algorithm = seq(oid(signer.algorithm))
    is_ca = seq(oid("2.5.29.19"), octets(seq(*([] if "signer" in subject else [b"\1\1\xff"]))))
    tbs = seq(
        der(0xA0, number(2)),
        number(7),
        algorithm,
        named(issuer or subject),
        seq(generalized(valid[0]), generalized(valid[1])),
        named(subject),
        key.spki,
        der(0xA3, seq(is_ca)),
    )
    return seq(tbs, algorithm, bit_string(signer.sign(tbs)))


@dataclass(frozen=True)
class Signer:
    key: Key
    certificate: bytes
    root: bytes


@cache
def signer(kind: str, name: str = "甲 signer") -> Signer:
    """A signer ("sm2", "rsa", "rsa_sha1") and the root that made its certificate."""
    make = sm2_key if kind == "sm2" else rsa_key
    used = ("sha1",) if kind == "rsa_sha1" else ()
    root_key, key = make(f"root {kind}", *used), make(name, *used)
    root = certificate(root_key, f"root {kind}")
    return Signer(key, certificate(key, name, f"root {kind}", root_key), root)


# values


def seal(
    version: str, signer: Signer, allowed: bytes | None = None, digested: bool = False
) -> bytes:
    """An SESeal the signer may use, or the one whose certificate is `allowed`."""
    maker = sm2_key("maker")
    made_by = octets(certificate(maker, "maker signer"))
    entry = octets(allowed or signer.certificate)
    if digested:
        entry = seq(der(19, SM3.encode()), octets(digest("sm3", allowed or signer.certificate)))
    kinds = [number(1)] if version == "ses_v4" else []
    when = generalized if version == "ses_v4" else lambda text: der(23, text[2:].encode())
    about = seq(
        number(3),
        utf8("甲乙发票章"),
        *kinds,
        seq(entry),
        *(when(text) for text in ("20200101000000Z", "20200101000000Z", "20400101000000Z")),
    )
    picture = seq(ia5("PNG"), octets(SEAL_PICTURE), number(30), number(20))
    info = seq(seq(ia5("ES"), number(4), ia5("甲")), ia5("44010600000001"), about, picture)
    algorithm = oid(SM2_SM3)
    if version == "ses_v4":
        return seq(info, made_by, algorithm, bit_string(maker.sign(info)))
    message = seq(info, made_by, algorithm)
    return seq(info, seq(made_by, algorithm, bit_string(maker.sign(message))))


def ses(version: str, signer: Signer, content: bytes, used_seal: bytes = b"") -> bytes:
    """An SES_Signature over `content`, in the field order of its standard."""
    key, stamp = signer.key, used_seal or seal(version, signer)
    hashed, algorithm = bit_string(digest(key.digest, content)), oid(key.algorithm)
    held = octets(signer.certificate)
    place = ia5("/Doc_0/Signs/Sign_0/Signature.xml")
    if version == "ses_v4":
        tbs = seq(number(4), stamp, generalized(SIGNED_AT), hashed, place)
        return seq(tbs, held, algorithm, bit_string(key.sign(tbs)))
    when = bit_string(SIGNED_AT.encode())
    tbs = seq(number(1), stamp, when, hashed, place, held, algorithm)
    return seq(tbs, bit_string(key.sign(tbs)))


def cms(
    signer: Signer,
    content: bytes,
    inside: bytes | None = None,
    attributes: bool = True,
    chinese: bool = False,
    others: tuple[bytes, ...] = (),
) -> bytes:
    """A CMS signature over `content`, which is kept outside unless `inside` stands for it."""
    key = signer.key
    data = "1.2.156.10197.6.1.4.2.1" if chinese else "1.2.840.113549.1.7.1"
    signed_data = "1.2.156.10197.6.1.4.2.2" if chinese else "1.2.840.113549.1.7.2"
    algorithm = seq(oid(_DIGESTS[key.digest]))
    message = content if inside is None else inside
    said = b""
    if attributes:
        values = (
            seq(oid("1.2.840.113549.1.9.3"), der(0x31, oid(data))),
            seq(oid("1.2.840.113549.1.9.4"), der(0x31, octets(digest(key.digest, message)))),
            seq(oid("1.2.840.113549.1.9.5"), der(0x31, der(23, SIGNED_AT[2:].encode()))),
        )
        message, said = der(0x31, *values), der(0xA0, *values)
    held = core.Sequence.load(signer.certificate)
    issuer = core.Sequence.load(held[0].dump())[3].dump()
    kept = b"" if inside is None else der(0xA0, octets(inside))
    who = seq(
        number(1),
        seq(issuer, number(7)),
        algorithm,
        said,
        seq(oid(key.algorithm)),
        octets(key.sign(message)),
    )
    body = seq(
        number(1),
        der(0x31, algorithm),
        seq(oid(data), kept),
        der(0xA0, signer.certificate, *others),
        der(0x31, who),
    )
    return seq(oid(signed_data), der(0xA0, body))


# OFD

LIST = "Doc_0/Signs/Signatures.xml"
SIGNATURE = "Doc_0/Signs/Sign_0/Signature.xml"
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"
PAGE = "Doc_0/Pages/Page_0/Content.xml"
DOCUMENT = "Doc_0/Document.xml"
_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd_parts() -> dict[str, bytes]:
    """The parts of an OFD of one page, unsigned."""
    texts = {
        "OFD.xml": f"<ofd:OFD {_NS}><ofd:DocBody><ofd:DocRoot>{DOCUMENT}</ofd:DocRoot>"
        f"<ofd:Signatures>/{LIST}</ofd:Signatures></ofd:DocBody></ofd:OFD>",
        DOCUMENT: f'<ofd:Document {_NS}><ofd:CommonData><ofd:TemplatePage ID="2" '
        'BaseLoc="Tpls/Tpl_0/Content.xml"/><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>'
        '</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
        "</ofd:Pages></ofd:Document>",
        PAGE: f"<ofd:Page {_NS}><ofd:Content>价税合计 1272.00</ofd:Content></ofd:Page>",
        "Doc_0/Tpls/Tpl_0/Content.xml": f"<ofd:Page {_NS}/>",
        "Doc_0/PublicRes.xml": f"<ofd:Res {_NS}><ofd:MediaFile>logo.png</ofd:MediaFile></ofd:Res>",
    }
    return {name: text.encode() for name, text in texts.items()} | {"Doc_0/Res/logo.png": b"x"}


def signed_ofd(
    value: Callable[[bytes], bytes],
    method: str = SM3,
    used: str = "sm3",
    leave_out: tuple[str, ...] = (),
    parts: dict[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The parts of an OFD whose Signature.xml `value` signs; `leave_out` is not covered."""
    found = dict(parts or ofd_parts())
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>'
        f"{base64.b64encode(digest(used, data)).decode()}</ofd:CheckValue></ofd:Reference>"
        for name, data in found.items()
        if name not in leave_out
    )
    signature = (
        f'<ofd:Signature {_NS}><ofd:SignedInfo><ofd:Provider ProviderName="甲"/>'
        f"<ofd:SignatureMethod>{SM2_SM3}</ofd:SignatureMethod>"
        f"<ofd:SignatureDateTime>{SIGNED_AT}</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{method}">{references}</ofd:References>'
        '<ofd:StampAnnot ID="1" PageRef="1" Boundary="90 8 30 20"/></ofd:SignedInfo>'
        f"<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()
    entry = '<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>'
    listing = f"<ofd:Signatures {_NS}>{entry}</ofd:Signatures>"
    return found | {LIST: listing.encode(), SIGNATURE: signature, VALUE: value(signature)}


# PDF

_ROOM = 6_000


def signed_pdf(
    value: Callable[[bytes], bytes],
    filter_: str = "adbe.pkcs7.detached",
    cert: bytes = b"",
    early: int = 0,
) -> bytes:
    """A PDF of one page with a signature over all of it but the signature's own value.

    With `early`, the first range ends so many bytes before that value.
    """
    kept = f"/Cert <{cert.hex()}>" if cert else ""
    objects = (
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [6 0 R] >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 397] >>",
        "<< /Type /Page /Parent 2 0 R /Resources << /Font << /F 5 0 R >> >> /Contents 4 0 R"
        " /Annots [6 0 R] >>",
        "<< /Length 42 >>\nstream\nBT /F 12 Tf 50 300 Td (1272.00 yuan) Tj ET \nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (S1) /V 7 0 R /Rect [0 0 0 0] /P 3 0 R >>",
        f"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /{filter_} {kept} /M (D:{SIGNED_AT})"
        f" /ByteRange [0 1111111111 2222222222 3333333333] /Contents <{'0' * _ROOM}> >>",
    )
    data, places = b"%PDF-1.7\n", []
    for index, text in enumerate(objects, 1):
        places.append(len(data))
        data += f"{index} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    data += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    ).encode()
    start = data.index(b"/Contents <0") + len(b"/Contents ")
    end = start + _ROOM + 2
    for mark, number_ in (
        (b"1" * 10, start - early),
        (b"2" * 10, end),
        (b"3" * 10, len(data) - end),
    ):
        data = data.replace(mark, str(number_).ljust(10).encode())
    made = value(data[: start - early] + data[end:]).hex().ljust(_ROOM, "0").encode()
    return data[: start + 1] + made + data[end - 1 :]
