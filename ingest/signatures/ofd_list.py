"""Which signatures an OFD package lists, and what each Signature.xml states (GB/T 33190, 18)."""

import posixpath
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ingest.signatures.said import CannotTell
from models import markup
from models.errors import PiaoheError

Read = Callable[[str], bytes]
"""Gives the bytes of a part by its name in the package; raises KeyError or a PiaoheError."""
_MOST_SIGNATURES = 20


@dataclass(frozen=True, slots=True)
class Reference:
    """A part as signed: its path as stated, and its digest as stated."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a seal is drawn: `page` is the ID of the page in Document.xml, `boundary` x, y,
    width and height in mm; `clip` likewise within it, None where the whole seal shows."""

    page: str
    boundary: tuple[float, float, float, float]
    clip: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One Signature.xml: `name` is its own path, `data` its bytes, `check_method` as stated."""

    name: str
    data: bytes
    provider: str
    signed_at: str | None
    check_method: str
    references: tuple[Reference, ...]
    stamps: tuple[Stamp, ...]
    value_path: str | None
    seal_path: str | None


class Package:
    """The parts of an OFD: paths looked up the several ways writers state them."""

    def __init__(self, read: Read, names: Collection[str]) -> None:
        self._read = read
        self.names = frozenset(names)
        self._lower = {_plain(name).lower(): name for name in names}
        self._bytes: dict[str, bytes] = {}

    def find(self, path: str, beside: str = "") -> str | None:
        """The name of the part `path` means, stated absolutely, or relatively to the folder of
        `beside`, the document or the package."""
        plain = _plain(path)
        folders = [""] if path.strip().startswith(("/", "\\")) else _folders(beside)
        for folder in folders:
            joined = _plain(posixpath.join(folder, plain))
            found = joined if joined in self.names else self._lower.get(joined.lower())
            if found is not None:
                return found
        return None

    def data(self, name: str) -> bytes:
        """The bytes of the part with that name. Raises CannotTell."""
        if name not in self._bytes:
            try:
                self._bytes[name] = self._read(name)
            except (KeyError, PiaoheError) as error:
                raise CannotTell(f"部件 {name} 无法读取", f"part {name} is unreadable") from error
        return self._bytes[name]

    def tree(self, name: str) -> Element:
        """The XML in the part with that name. Raises CannotTell."""
        try:
            return markup.parse(self.data(name), name)
        except PiaoheError as error:
            raise CannotTell(f"{name} 无法解析", f"{name} is unreadable") from error


def listed(package: Package, signature_list_path: str) -> Iterator[Listed | tuple[str, CannotTell]]:
    """Every signature of the package, or its path and why it cannot be read.

    Raises CannotTell where the list itself cannot be.
    """
    list_name = package.find(signature_list_path)
    if list_name is None:
        raise CannotTell(
            "文件声明有签名，但签名列表缺失，可能被重新打包",
            "the file says it is signed, but the list of signatures is missing",
        )
    entries = list(package.tree(list_name).iter("Signature"))
    if len(entries) > _MOST_SIGNATURES:
        raise CannotTell("签名数量过多", "there are too many signatures")
    for entry in entries:
        path = entry.get("BaseLoc", "").strip()
        try:
            yield _one(package, path, list_name)
        except CannotTell as error:
            yield path, error


def _one(package: Package, path: str, list_name: str) -> Listed:
    name = package.find(path, list_name)
    if not path or name is None:
        raise CannotTell(f"签名文件 {path} 缺失", f"the signature file {path} is missing")
    root = package.tree(name)
    references = next(root.iter("References"), None)
    value = markup.text_of(root, "SignedValue")
    seal = next(iter(root.findall(".//Seal/BaseLoc")), None)
    provider = next(root.iter("Provider"), None)
    return Listed(
        name=name,
        data=package.data(name),
        provider="" if provider is None else provider.get("ProviderName", "").strip(),
        signed_at=markup.text_of(root, "SignedInfo/SignatureDateTime"),
        check_method="" if references is None else references.get("CheckMethod", "").strip(),
        references=tuple(
            Reference(part.get("FileRef", "").strip(), markup.text_of(part, "CheckValue") or "")
            for part in root.iter("Reference")
        ),
        stamps=tuple(stamp for item in root.iter("StampAnnot") if (stamp := _stamp(item))),
        value_path=package.find(value, name) if value else None,
        seal_path=None if seal is None else package.find((seal.text or "").strip(), name),
    )


def _stamp(item: Element) -> Stamp | None:
    boundary = _box(item.get("Boundary"))
    page = item.get("PageRef", "").strip()
    return Stamp(page, boundary, _box(item.get("Clip"))) if boundary and page else None


def _box(stated: str | None) -> tuple[float, float, float, float] | None:
    try:
        x, y, width, height = (float(part) for part in (stated or "").split())
    except ValueError:
        return None
    sane = all(abs(value) < 100_000 for value in (x, y, width, height))
    return (x, y, width, height) if sane and width > 0 and height > 0 else None


def _plain(path: str) -> str:
    """A path without leading slash, dots and backslashes; never above the package."""
    return posixpath.normpath("/" + path.strip().replace("\\", "/")).lstrip("/")


def _folders(beside: str) -> list[str]:
    """The folders a relative path may start from, nearest first: every one up to the package."""
    folder = posixpath.dirname(_plain(beside)) if beside else ""
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found
