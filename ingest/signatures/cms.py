"""CMS signatures (RFC 5652, PKCS #7) and their Chinese twin (GM/T 0010, GB/T 35275)."""

from dataclasses import dataclass

from asn1crypto import cms, x509

from ingest.signatures import der, digests
from ingest.signatures.certificates import load, signed_by
from ingest.signatures.said import GARBLED, CannotTell

_SIGNED_DATA = frozenset({"1.2.840.113549.1.7.2", "1.2.156.10197.6.1.4.2.2"})


@dataclass(frozen=True, slots=True)
class CmsVerdict:
    """`intact`: the content is the one that was signed. `sound`: the signer's key made the
    signature. `digest` is the weakest digest both rest on. `signed_at` as written, if stated."""

    intact: bool
    sound: bool
    digest: str
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    signed_at: str | None


def check(data: bytes, content: bytes) -> CmsVerdict:
    """Checks the signature in `data` over `content`. Raises CannotTell.

    What is inside the signature may be nothing, `content` itself, or its digest.
    """
    try:
        signed = cms.SignedData.load(_signed_data(data))
        signers = signed["signer_infos"]
        if len(signers) != 1:
            raise CannotTell(
                "签名中没有签名者或有多个签名者", "there is not exactly one signer in the signature"
            )
        return _check(signed, signers[0], content)
    except GARBLED as error:
        raise CannotTell("签名数据无法解析", "the signature data are unreadable") from error


def _check(signed: cms.SignedData, signer: cms.SignerInfo, content: bytes) -> CmsVerdict:
    certificates = _certificates(signed)
    certificate = _signer(signer, certificates)
    stated = signer["digest_algorithm"]["algorithm"].dotted
    digest = digests.named(stated)
    if digest is None:
        raise CannotTell(f"不支持的摘要算法 {stated}", f"digest {stated} is not supported")
    inside = signed["encap_content_info"]["content"].native
    intact, message, weakest = _inside(inside, content, digest)
    attributes = signer["signed_attrs"]
    if attributes:
        values = {item["type"].dotted: item["values"] for item in attributes}
        intact = intact and _attribute(values, _MESSAGE_DIGEST) == digests.digest(digest, message)
        message = b"\x31" + attributes.dump()[1:]  # signed as a SET, kept under a context tag
    sound = signed_by(
        certificate,
        message,
        signer["signature"].native,
        signer["signature_algorithm"]["algorithm"].dotted,
        digest,
    )
    others = tuple(other for other in certificates if other is not certificate)
    at = _time(signer)
    return CmsVerdict(intact, sound, weakest, certificate, others, at)


def _inside(inside: object, content: bytes, digest: str) -> tuple[bool, bytes, str]:
    """Whether what the signature carries is `content`; what it signs; and the weakest digest."""
    if not isinstance(inside, bytes) or not inside:
        return True, content, digest
    if inside == content:
        return True, inside, digest
    for name in digests.of_size(len(inside)):
        if digests.digest(name, content) == inside:
            return True, inside, name if name in digests.WEAK else digest
    return False, inside, digest


_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"


def _attribute(values: dict[str, cms.SetOf], identifier: str) -> object:
    found = values.get(identifier)
    return found[0].native if found is not None and len(found) else None


def _time(signer: cms.SignerInfo) -> str | None:
    for item in signer["signed_attrs"] or ():
        if item["type"].native == "signing_time" and len(item["values"]):
            value = item["values"][0].native
            return str(value.strftime("%Y%m%d%H%M%SZ"))
    return None


def _certificates(signed: cms.SignedData) -> tuple[x509.Certificate, ...]:
    found = signed["certificates"]
    return tuple(
        load(choice.chosen.dump()) for choice in found or () if choice.name == "certificate"
    )


def _signer(signer: cms.SignerInfo, certificates: tuple[x509.Certificate, ...]) -> x509.Certificate:
    sid = signer["sid"]
    for certificate in certificates:
        if sid.name == "issuer_and_serial_number":
            serial = sid.chosen["serial_number"].native
            issuer = sid.chosen["issuer"].dump()
            if (certificate.serial_number, certificate.issuer.dump()) == (serial, issuer):
                return certificate
        elif certificate.key_identifier == sid.chosen.native:
            return certificate
    if len(certificates) == 1:
        return certificates[0]
    raise CannotTell("签名中没有签名者的证书", "the signer's certificate is not in the signature")


def _signed_data(data: bytes) -> bytes:
    outer = der.parts(der.one(data))
    if len(outer) != 2 or outer[0].tag != der.OID or outer[1].tag != der.context(0):
        raise CannotTell("不是可识别的签名数据", "it is no known signature data")
    if der.identifier(outer[0]) not in _SIGNED_DATA:
        raise CannotTell("不是签名数据类型", "it is CMS data of another type than a signature")
    return der.one(outer[1].content).raw
