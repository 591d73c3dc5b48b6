"""A signature's value, in an OFD or a PDF: an electronic seal's or a CMS one, over some content."""

from ingest.signatures import cms, digests, ses
from ingest.signatures.certificates import Trust, digest_in, load, signed_by, subject, untrusted
from ingest.signatures.findings import Findings, weak
from ingest.signatures.said import CannotTell, Said
from ingest.signatures.times import parsed

BAD_VALUE = Said("签名值与证书不符", "the signature's value does not match the certificate")


def check_value(data: bytes, content: bytes, changed: Said, found: Findings, trust: Trust) -> None:
    """Adds to `found` whether `data` signs `content`, with whose key, and who trusts that one.

    `changed` is what to say where `content` is not what was signed. Raises CannotTell.
    """
    try:
        signature = ses.parse(data)
    except CannotTell:
        _check_cms(data, content, changed, found, trust)
        return
    found.method = signature.version
    found.signed_at = signature.signed_at or found.signed_at
    certificate = load(signature.certificate)
    found.signer = subject(certificate)
    if not signature.hashes:
        raise CannotTell("签章数据中没有原文杂凑值", "the seal's signature states no digest")
    used = _digest_of(content, signature.hashes)
    if used is None:
        found.digest_bad.append(changed)
    elif used in digests.WEAK:
        found.notes.append(weak(used))
    digest = digest_in(signature.algorithm) or used or "sm3"
    value, algorithm = signature.signature, signature.algorithm
    if not signed_by(certificate, signature.message, value, algorithm, digest):
        found.signature_bad.append(BAD_VALUE)
    _check_seal(signature, found)
    _add(found, untrusted(certificate, (), trust, parsed(found.signed_at)))


def _check_cms(data: bytes, content: bytes, changed: Said, found: Findings, trust: Trust) -> None:
    verdict = cms.check(data, content)
    found.method = found.method or "cms"
    found.signer = subject(verdict.certificate)
    found.signed_at = verdict.signed_at or found.signed_at
    if verdict.digest in digests.WEAK:
        found.notes.append(weak(verdict.digest))
    if not verdict.intact:
        found.digest_bad.append(changed)
    elif not verdict.sound:
        found.signature_bad.append(BAD_VALUE)
    _add(found, untrusted(verdict.certificate, verdict.others, trust, parsed(found.signed_at)))


def _digest_of(data: bytes, values: tuple[bytes, ...]) -> str | None:
    """The algorithm by which one of the values is the digest of `data`."""
    return next(
        (
            name
            for value in values
            for name in digests.of_size(len(value))
            if digests.digest(name, data) == value
        ),
        None,
    )


def _check_seal(signature: ses.SesSignature, found: Findings) -> None:
    """Whether the signer may use this seal, and whether its maker signed it.

    A seal is public (every document carries it): one used by a certificate that its list does
    not name was copied. The maker's signature says nothing of the document, so that one which
    does not hold only lowers the trust.
    """
    seal = signature.seal
    if seal.certificates is not None and not _allowed(signature.certificate, seal):
        found.signature_bad.append(
            Said(
                "签章证书不在印章的证书列表内，印章可能被冒用",
                "the signer is not among those the seal was made for",
            )
        )
    if not _made_by_maker(seal):
        found.untrusted.append(
            Said(
                "印章的制章签名未能验证", "the signature of the seal's maker could not be verified"
            )
        )
    at = parsed(signature.signed_at)
    start, end = (parsed(stated) for stated in seal.valid) if seal.valid else (None, None)
    if at and start and end and not start <= at <= end:
        found.untrusted.append(
            Said("签章时印章不在有效期内", "the seal was not valid when it was used")
        )


def _made_by_maker(seal: ses.Seal) -> bool:
    try:
        maker = load(seal.maker)
        return any(
            signed_by(maker, message, seal.maker_signature, seal.maker_algorithm, "sm3")
            for message in seal.maker_messages
        )
    except CannotTell:
        return False


def _allowed(certificate: bytes, seal: ses.Seal) -> bool:
    if certificate in (seal.certificates or ()):
        return True
    return any(
        (algorithm := digests.named(name)) is not None
        and digests.digest(algorithm, certificate) == value
        for name, value in seal.certificate_digests
    )


def _add(found: Findings, reason: Said | None) -> None:
    if reason is not None:
        found.untrusted.append(reason)
