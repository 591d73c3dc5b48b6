"""Certificates: who signed, whether a key made a signature, and whether a chain is trusted."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from asn1crypto import core, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ingest.signatures import sm2
from ingest.signatures.der import bits, one, parts
from ingest.signatures.said import GARBLED, CannotTell, Said

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),  # noqa: S303 - verified because it is there; said to be weak
    "sha1": hashes.SHA1(),  # noqa: S303
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sm3": hashes.SM3(),
}
_DIGEST_IN = {
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
    "1.2.156.10197.1.501": "sm3",
    "1.2.156.10197.1.504": "sm3",
}
_PSS = "1.2.840.113549.1.1.10"
_SHORT = {
    "common_name": "CN",
    "organization_name": "O",
    "organizational_unit_name": "OU",
    "country_name": "C",
    "state_or_province_name": "ST",
    "locality_name": "L",
}
_SM2_CURVE = bytes(core.ObjectIdentifier(sm2.CURVE_OID).dump())
_LONGEST_CHAIN = 6
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Trust:
    """The certificates (DER) of the authorities signers are trusted under; none by default."""

    certificates: tuple[bytes, ...] = ()


def load(der: bytes) -> x509.Certificate:
    """The certificate in `der`. Raises CannotTell."""
    try:
        certificate = x509.Certificate.load(der)
        _ = certificate.subject, certificate.issuer, certificate.public_key["algorithm"]
    except GARBLED as error:
        raise CannotTell("签名证书无法解析", "the signer's certificate is unreadable") from error
    return certificate


def subject(certificate: x509.Certificate) -> str:
    """The subject as written in the certificate: "C=CN, O=..., CN=..."."""
    try:
        pairs = [
            (str(part["type"].native), str(part["value"].native))
            for relative in certificate.subject.chosen
            for part in relative
        ]
    except GARBLED:
        return ""
    return ", ".join(f"{_SHORT.get(key, key)}={value}" for key, value in pairs)[:_LONGEST_NAME]


def digest_in(algorithm: str) -> str | None:
    """The digest a signature algorithm's identifier names, None where it names none."""
    return _DIGEST_IN.get(algorithm)


def signed_by(
    certificate: x509.Certificate, message: bytes, signature: bytes, algorithm: str, digest: str
) -> bool:
    """Whether the certificate's key made `signature` over `message`.

    `algorithm` is the signature's identifier; `digest` serves where that names none. What kind of
    signature it is, the key says. Raises CannotTell for what is not known here.
    """
    try:
        info = certificate.public_key
        algorithm_part, key_part = parts(one(info.dump()))
        if _SM2_CURVE in algorithm_part.raw:
            return sm2.holds(bits(key_part), message, signature)
        key = load_der_public_key(info.dump())
        hashed = _HASHES[digest_in(algorithm) or digest]
        if isinstance(key, rsa.RSAPublicKey):
            scheme: padding.AsymmetricPadding = padding.PKCS1v15()
            if algorithm == _PSS:
                scheme = padding.PSS(padding.MGF1(hashed), padding.PSS.AUTO)
            key.verify(signature, message, scheme, hashed)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashed))
            return True
    except InvalidSignature:
        return False
    except (*GARBLED, UnsupportedAlgorithm) as error:
        raise _unknown(algorithm) from error
    raise _unknown(algorithm)


def untrusted(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    trust: Trust,
    at: datetime.datetime | None,
) -> Said | None:
    """Why a signer's certificate leads to none of the trusted ones; None where it does.

    Each certificate up to the trusted one must have signed the one below, be a CA's, and be valid
    `at` the time of signing. `others` are the further certificates the signature carries.
    """
    if not trust.certificates:
        return Said("未配置信任的根证书", "no trusted root certificates are configured")
    if at is None:
        return Said("签名时间不明", "the time of signing is not known")
    roots = list(_readable(trust.certificates))
    known = {root.dump() for root in roots}
    current = certificate
    for _ in range(_LONGEST_CHAIN):
        if not _valid_at(current, at):
            return Said("签名时证书不在有效期内", "a certificate was not valid when signing")
        if current.dump() in known:
            return None
        issuer = _issuer(current, [*roots, *others], known)
        if issuer is None:
            break
        current = issuer
    return Said(
        "证书未链接到已配置的根证书", "the certificate leads to no configured root certificate"
    )


def _readable(certificates: Sequence[bytes]) -> Iterator[x509.Certificate]:
    for der in certificates:
        with suppress(CannotTell):
            yield load(der)


def _issuer(
    certificate: x509.Certificate, candidates: Sequence[x509.Certificate], known: set[bytes]
) -> x509.Certificate | None:
    for candidate in candidates:
        try:
            if candidate.subject.dump() != certificate.issuer.dump():
                continue
            if candidate.dump() not in known and not candidate.ca:
                continue
            algorithm = certificate["signature_algorithm"]["algorithm"].dotted
            signature = certificate["signature_value"].native
            message = certificate["tbs_certificate"].dump()
            if signed_by(candidate, message, signature, algorithm, "sha256"):
                return candidate
        except (CannotTell, *GARBLED):
            continue
    return None


def _valid_at(certificate: x509.Certificate, at: datetime.datetime) -> bool:
    validity = certificate["tbs_certificate"]["validity"]
    try:
        return bool(validity["not_before"].native <= at <= validity["not_after"].native)
    except GARBLED:
        return False


def _unknown(algorithm: str) -> CannotTell:
    return CannotTell(
        f"不支持的签名算法 {algorithm}", f"signature algorithm {algorithm} is not supported"
    )
