"""What is found about one signature, and the verdict that follows."""

from dataclasses import dataclass, field

from ingest.signatures.said import CannotTell, Said, joined
from models.original import Signature, SignatureStatus


@dataclass(slots=True)
class Findings:
    """What was found so far about one signature; the gravest decides.

    A fact that shows the file altered goes before anything that could not be told.
    """

    digest_bad: list[Said] = field(default_factory=list)
    signature_bad: list[Said] = field(default_factory=list)
    parts_unknown: list[Said] = field(default_factory=list)
    value_unknown: list[Said] = field(default_factory=list)
    untrusted: list[Said] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    method: str = ""
    signer: str | None = None
    signed_at: str | None = None

    def verdict(self, name: str) -> Signature:
        ranked = (
            (SignatureStatus.DIGEST_BAD, self.digest_bad),
            (SignatureStatus.SIGNATURE_BAD, self.signature_bad),
            (SignatureStatus.UNCHECKED, self.parts_unknown),
            (SignatureStatus.DIGEST_OK, self.value_unknown),
            (SignatureStatus.CHAIN_UNKNOWN, self.untrusted),
        )
        status = next((status for status, said in ranked if said), SignatureStatus.TRUSTED)
        zh, en = joined([*(said for _, group in ranked for said in group), *self.notes])
        return Signature(
            status=status,
            method=self.method,
            name=name,
            signer=self.signer or None,
            signed_at=self.signed_at,
            why=zh,
            why_en=en,
        )


def weak(algorithm: str) -> Said:
    """The remark on a digest of `digests.WEAK`."""
    name = algorithm.upper().replace("SHA1", "SHA-1")
    return Said(f"使用了不安全的摘要算法 {name}", f"the digest {name} is weak")


def unchecked(name: str, error: CannotTell, method: str = "") -> Signature:
    """The verdict on a signature that nothing can be told of."""
    return Signature(
        status=SignatureStatus.UNCHECKED,
        method=method,
        name=name,
        why=error.said.zh,
        why_en=error.said.en,
    )
