"""DER read node by node: for structures whose field order differs between their writers."""

from dataclasses import dataclass

from asn1crypto import core, parser

from ingest.signatures.said import GARBLED, CannotTell

INTEGER, BIT_STRING, OCTET_STRING, OID = 2, 3, 4, 6
UTF8_STRING, SEQUENCE, SET, PRINTABLE_STRING, IA5_STRING = 12, 16, 17, 19, 22
UTC_TIME, GENERALIZED_TIME = 23, 24
TEXTS = frozenset({UTF8_STRING, PRINTABLE_STRING, IA5_STRING})
TIMES = frozenset({UTC_TIME, GENERALIZED_TIME})
_CONTEXT = 100
_MOST_PARTS = 2_000


@dataclass(frozen=True, slots=True)
class Node:
    """One value. `tag` is the universal tag, or 100 + n for a context tag [n]."""

    tag: int
    content: bytes
    raw: bytes


def context(number: int) -> int:
    """The `tag` of a node with context tag [number]."""
    return _CONTEXT + number


def one(data: bytes) -> Node:
    """The first value in `data`; what follows it is padding. Raises CannotTell."""
    return _read(data)[0]


def parts(node: Node) -> list[Node]:
    """The values inside a constructed one. Raises CannotTell."""
    found: list[Node] = []
    rest = node.content
    while rest:
        inner, rest = _read(rest)
        found.append(inner)
        if len(found) > _MOST_PARTS:
            raise _unreadable()
    return found


def first(nodes: list[Node], *tags: int) -> Node | None:
    """The first of the nodes that has one of the tags."""
    return next((node for node in nodes if node.tag in tags), None)


def integer(node: Node) -> int:
    """The value of an INTEGER."""
    if node.tag != INTEGER or not node.content:
        raise _unreadable()
    return int.from_bytes(node.content, signed=True)


def bits(node: Node) -> bytes:
    """The bytes of a BIT STRING (without its count of unused bits) or an OCTET STRING."""
    return node.content[1:] if node.tag == BIT_STRING else node.content


def identifier(node: Node) -> str:
    """The dotted form of an OBJECT IDENTIFIER."""
    try:
        return str(core.ObjectIdentifier.load(node.raw).dotted)
    except GARBLED as error:
        raise _unreadable() from error


def text(node: Node) -> str:
    """The characters of a string or a time."""
    return node.content.decode("utf-8", "replace").strip()


def _read(data: bytes) -> tuple[Node, bytes]:
    try:
        kind, _, tag, header, content, trailer = parser.parse(data, strict=False)
    except GARBLED as error:
        raise _unreadable() from error
    length = len(header) + len(content) + len(trailer)
    return Node(tag if kind == 0 else _CONTEXT + tag, content, data[:length]), data[length:]


def _unreadable() -> CannotTell:
    return CannotTell("签名数据不是可识别的 DER 结构", "the signature is not a known DER structure")
