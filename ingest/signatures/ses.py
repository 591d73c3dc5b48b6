"""Electronic seals: SES_Signature of GM/T 0031-2014 (V1) and GB/T 38540-2020 (V4).

Writers disagree on the order of some fields, so fields are told by their type and not by place.
"""

from dataclasses import dataclass

from ingest.signatures import der, digests
from ingest.signatures.der import Node, bits, first, identifier, parts, text
from ingest.signatures.said import CannotTell
from ingest.signatures.times import written

_HASH_SIZES = frozenset({20, 32, 48, 64})
_MILLIMETRES_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Picture:
    """The seal's picture: `kind` as stated in lower case ("png", "ofd", ...), size in mm."""

    kind: str
    data: bytes
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal. `certificates` and `certificate_digests` (algorithm, value) say who may use it;
    `certificates` is None where the list cannot be read. `valid` are its first and last moment as
    written. `maker_signature` was made over one of `maker_messages`: the standards' text and the
    tax bureaus' seals differ."""

    name: str
    picture: Picture | None
    certificates: tuple[bytes, ...] | None
    certificate_digests: tuple[tuple[str, bytes], ...] = ()
    valid: tuple[str, str] | None = None
    maker: bytes = b""
    maker_algorithm: str = ""
    maker_messages: tuple[bytes, ...] = ()
    maker_signature: bytes = b""


@dataclass(frozen=True, slots=True)
class SesSignature:
    """A signature with a seal. `message` is what `signature` was made over; `hashes` holds the
    digest of Signature.xml (all values that may be it); `signed_at` is as written."""

    version: str
    message: bytes
    hashes: tuple[bytes, ...]
    signed_at: str | None
    certificate: bytes
    algorithm: str
    signature: bytes
    seal: Seal


def parse(data: bytes) -> SesSignature:
    """The SES_Signature in `data`. Raises CannotTell where it is something else."""
    outer = parts(_structure(der.one(data)))
    to_sign = _structure(outer[0] if outer else None)
    fields = parts(to_sign)
    seal = next((node for node in fields if _is_seal(node)), None)
    signature = first(outer[1:], der.BIT_STRING)
    if seal is None or signature is None:
        raise _no_ses()
    outside = _certificate(outer[1:])
    certificate = outside or _certificate([node for node in fields if node is not seal])
    algorithm = first(outer, der.OID) or first(fields, der.OID)
    if certificate is None:
        raise CannotTell("签章数据中没有证书", "the seal's signature carries no certificate")
    return SesSignature(
        version="ses_v4" if outside else "ses_v1",
        message=to_sign.raw,
        hashes=_hashes(fields),
        signed_at=_signed_at(fields),
        certificate=certificate,
        algorithm=identifier(algorithm) if algorithm else "",
        signature=bits(signature),
        seal=_seal(seal),
    )


def parse_seal(data: bytes) -> Seal:
    """The SESeal in `data`, as Seal.esl files hold it. Raises CannotTell."""
    node = der.one(data)
    if not _is_seal(node):
        raise _no_ses()
    return _seal(node)


def _hashes(fields: list[Node]) -> tuple[bytes, ...]:
    kinds = (der.BIT_STRING, der.OCTET_STRING)
    values = (bits(node) for node in fields if node.tag in kinds)
    return tuple(value for value in values if len(value) in _HASH_SIZES)


def _signed_at(fields: list[Node]) -> str | None:
    """The time of V4 is a time; that of V1 a bit string around one, or around its digits."""
    plain = first(fields, *der.TIMES)
    if plain:
        return written(plain)
    for node in fields:
        inner = bits(node) if node.tag == der.BIT_STRING else b""
        if inner[:8].isdigit() and inner.isascii():
            return inner.decode("ascii")
        if inner[:1] in (b"\x17", b"\x18") and inner[1:2] == bytes((len(inner) - 2,)):
            return written(der.one(inner))
    return None


def _certificate(nodes: list[Node]) -> bytes | None:
    """A certificate among the nodes, inside an octet string or as it is."""
    for node in nodes:
        if node.tag == der.OCTET_STRING and node.content.startswith(b"\x30\x82"):
            return node.content
        if node.tag == der.SEQUENCE and node.raw.startswith(b"\x30\x82"):
            return node.raw
    return None


def _is_seal(node: Node) -> bool:
    """Whether a node is a seal: its first part begins with a header that begins with "ES"."""
    try:
        info = parts(_structure(node))[0]
        header = parts(_structure(parts(_structure(info))[0]))
        return header[0].tag in der.TEXTS and text(header[0]).upper() == "ES"
    except (CannotTell, IndexError):
        return False


def _seal(node: Node) -> Seal:
    info, *rest = parts(node)
    if len(rest) == 1 and rest[0].tag == der.SEQUENCE:  # V1 keeps the maker's data together
        rest = parts(rest[0])
    maker, algorithm = _certificate(rest), first(rest, der.OID)
    signature = first(rest, der.BIT_STRING)
    fields = parts(info)
    about = next((inner for inner in fields[1:] if _begins(inner, der.INTEGER)), None)
    name, allowed, digested, valid = _about(about)
    body = b"".join(part.raw for part in (info, *rest) if part is not signature)
    return Seal(
        name=name,
        picture=next((found for inner in fields[1:] if (found := _picture(inner))), None),
        certificates=allowed,
        certificate_digests=digested,
        valid=valid,
        maker=maker or b"",
        maker_algorithm=identifier(algorithm) if algorithm else "",
        maker_messages=(info.raw, _sequence(body)),
        maker_signature=bits(signature) if signature else b"",
    )


_About = tuple[str, tuple[bytes, ...] | None, tuple[tuple[str, bytes], ...], tuple[str, str] | None]


def _about(node: Node | None) -> _About:
    """Name, certificates, digests of certificates, and validity from SES_ESPropertyInfo."""
    if node is None:
        return "", None, (), None
    fields = parts(node)
    named = first(fields, *der.TEXTS)
    times = [written(field) for field in fields if field.tag in der.TIMES]
    entries = next((parts(field) for field in fields if field.tag == der.SEQUENCE), [])
    allowed: list[bytes] = []
    digested: list[tuple[str, bytes]] = []
    for entry in entries:
        pair = parts(entry) if entry.tag == der.SEQUENCE else []
        if len(pair) == 2 and pair[0].tag in der.TEXTS and pair[1].tag == der.OCTET_STRING:
            digested.append((text(pair[0]), pair[1].content))
        elif (certificate := _certificate([entry])) is not None:
            allowed.append(certificate)
        else:
            return text(named) if named else "", None, (), None
    known = bool(entries) and all(digests.named(name) for name, _ in digested)
    return (
        text(named) if named else "",
        tuple(allowed) if known else None,
        tuple(digested),
        (times[-2], times[-1]) if len(times) >= 2 else None,
    )


def _picture(node: Node) -> Picture | None:
    if not any(_begins(node, tag) for tag in der.TEXTS):
        return None
    fields = parts(node)
    data = first(fields, der.OCTET_STRING)
    sides = [der.integer(field) for field in fields if field.tag == der.INTEGER]
    if data is None or len(sides) < 2:
        return None
    if not all(0 < side <= _MILLIMETRES_MOST for side in sides[:2]):
        return None
    return Picture(text(fields[0]).lower(), data.content, float(sides[0]), float(sides[1]))


def _begins(node: Node, tag: int) -> bool:
    return node.tag == der.SEQUENCE and bool(inner := parts(node)) and inner[0].tag == tag


def _structure(node: Node | None) -> Node:
    if node is None or node.tag != der.SEQUENCE:
        raise _no_ses()
    return node


def _sequence(content: bytes) -> bytes:
    length = len(content)
    size = length.to_bytes((length.bit_length() + 7) // 8)
    prefix = bytes((length,)) if length < 128 else bytes((128 | len(size),)) + size
    return b"\x30" + prefix + content


def _no_ses() -> CannotTell:
    return CannotTell("不是可识别的电子签章数据", "it is no known electronic seal data")
