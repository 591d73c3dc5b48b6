"""The signatures of an OFD: digests of its parts, the seal's signature, and who signed."""

import base64
import re
from collections.abc import Collection

from ingest.signatures import digests
from ingest.signatures.certificates import Trust
from ingest.signatures.findings import Findings, unchecked, weak
from ingest.signatures.ofd_list import Listed, Package, Read, Reference, listed
from ingest.signatures.said import CannotTell, Said, some
from ingest.signatures.value import check_value
from models import markup
from models.original import Signature

_LIST = "OFD.xml"
_CHANGED = Said("签名描述文件在签名后被修改", "Signature.xml was changed after signing")
_SHOWN = (".xml", ".png", ".jpg", ".jpeg", ".jb2", ".bmp", ".gif", ".tif", ".tiff", ".ttf", ".otf")


def check_ofd(
    read: Read, names: Collection[str], signature_list_path: str, trust: Trust
) -> tuple[Signature, ...]:
    """The verdict on every signature of an OFD, in the order of its list.

    `read` gives the bytes of a part by its name, one of `names`, raising KeyError or a PiaoheError
    where it cannot; `signature_list_path` is what OFD.xml states as Signatures. Each verdict's
    `name` is the path of its Signature.xml and its `method` ses_v1, ses_v4 or cms. An empty list
    gives (). Never raises for what the package holds.
    """
    package = Package(read, names)
    try:
        entries = list(listed(package, signature_list_path))
    except CannotTell as error:
        return (unchecked(signature_list_path, error),)
    known = [entry for entry in entries if isinstance(entry, Listed)]
    loose = _loose(package, known, signature_list_path)
    return tuple(
        _check(package, entry, loose, trust)
        if isinstance(entry, Listed)
        else unchecked(entry[0], entry[1])
        for entry in entries
    )


def _check(package: Package, entry: Listed, loose: list[str], trust: Trust) -> Signature:
    found = Findings(signed_at=entry.signed_at)
    _check_parts(package, entry, found)
    try:
        _check_value(package, entry, found, trust)
    except CannotTell as error:
        found.value_unknown.append(error.said)
    if loose:
        names = some(loose)
        found.parts_unknown.append(
            Said(f"以下部件不在签名保护范围内：{names}", f"not covered by the signature: {names}")
        )
    return found.verdict(entry.name)


def _check_parts(package: Package, entry: Listed, found: Findings) -> None:
    """Recomputes the digest of every referenced part."""
    altered: list[str] = []
    missing: list[str] = []
    for reference in entry.references:
        name = package.find(reference.path, entry.name)
        try:
            if name is None:
                missing.append(reference.path)
            elif not _unaltered(package.data(name), reference, entry.check_method, found):
                altered.append(reference.path)
        except CannotTell as error:
            found.parts_unknown.append(error.said)
    if len(missing) == len(entry.references):
        found.parts_unknown.append(
            Said("签名没有指向任何现有部件", "the signature refers to no part there is")
        )
    elif missing:
        names = some(missing)
        found.digest_bad.append(
            Said(f"签名保护的部件缺失：{names}", f"signed parts are missing: {names}")
        )
    if altered:
        names = some(altered)
        found.digest_bad.append(
            Said(f"签名后部件被修改：{names}", f"parts were changed after signing: {names}")
        )


def _unaltered(data: bytes, reference: Reference, method: str, found: Findings) -> bool:
    stated = digests.named(method)
    value = _value(reference.value, stated)
    if stated is None and method:
        raise CannotTell(f"不支持的摘要算法 {method}", f"digest {method} is not supported")
    names = (stated,) if stated else digests.of_size(len(value))
    if not names or any(len(value) != digests.size(name) for name in names):
        raise CannotTell(
            f"{reference.path} 的校验值无法识别", f"the digest of {reference.path} is unreadable"
        )
    holding = next((name for name in names if digests.digest(name, data) == value), None)
    if holding in digests.WEAK:
        found.notes.append(weak(holding))
    return holding is not None


def _value(text: str, algorithm: str | None) -> bytes:
    """A digest in Base64, or in hexadecimal as some write it."""
    sizes = {digests.size(algorithm)} if algorithm else {16, 20, 32, 48, 64}
    plain = "".join(text.split())
    for decode in (bytes.fromhex, base64.b64decode):
        try:
            value = decode(plain)
        except ValueError:
            continue
        if len(value) in sizes:
            return value
    return b""


def _check_value(package: Package, entry: Listed, found: Findings, trust: Trust) -> None:
    """Checks SignedValue.dat: that it signs this Signature.xml, with whose key, and for whom."""
    if entry.value_path is None:
        raise CannotTell("签名值文件缺失", "the file with the signature's value is missing")
    check_value(package.data(entry.value_path), entry.data, _CHANGED, found, trust)


def _loose(package: Package, entries: list[Listed], list_path: str) -> list[str]:
    """Parts that no signature covers although the covered ones mention them.

    The signatures' own files cannot be covered. A part that nothing mentions is not shown. OFD.xml
    may stay uncovered as long as the document it names is covered.
    """
    covered = {
        name
        for entry in entries
        for reference in entry.references
        if (name := package.find(reference.path, entry.name))
    }
    own = {name for entry in entries for name in (entry.name, entry.value_path, entry.seal_path)}
    rest = package.names - covered - own - {package.find(list_path), package.find(_LIST)}
    texts = [_text(package, name) for name in covered if name.lower().endswith(".xml")]
    loose = {
        name
        for name in rest
        if name.lower().endswith(_SHOWN) and any(_mentions(text, name) for text in texts)
    }
    if package.find(_LIST) not in covered:
        loose |= {root for root in _roots(package) if root not in covered}
    return sorted(loose)


def _mentions(text: bytes, name: str) -> bool:
    """Whether an XML part names a file: by its name alone, or by folder and name."""
    *folders, base = name.encode().split(b"/")
    if base not in text:
        return False
    beside = re.escape(folders[-1]) + rb"[/\\]" if folders else b""
    return re.search(rb"(?:[>\"'\s/]" + beside + rb"|[>\"'\s])" + re.escape(base), text) is not None


def _roots(package: Package) -> list[str]:
    """The documents that OFD.xml names."""
    name = package.find(_LIST)
    try:
        stated = [] if name is None else list(markup.every(package.tree(name), "DocRoot"))
    except CannotTell:
        return []
    found = (package.find((item.text or "").strip(), _LIST) for item in stated)
    return [root for root in found if root is not None]


def _text(package: Package, name: str) -> bytes:
    try:
        return package.data(name)
    except CannotTell:
        return b""
