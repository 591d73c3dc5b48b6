"""What an OFD states in structure: attached XML, custom tags, the names and values of DocInfo."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias
from xml.etree.ElementTree import Element

from ingest.ofd.content import TextObject
from ingest.ofd.document import OfdDocument
from ingest.ofd.package import OfdPackage
from ingest.ofd.text import Sheet, text_of
from models.errors import DocumentError
from models.geometry import Box
from models.original import NamedText, PartKind, StructuredPart

LookUp: TypeAlias = Callable[[OfdDocument, str | None, str], tuple[int, str, Box] | None]
"""Document, page ID and object ID -> page number in the file, text and box; None where none."""

_LISTS = frozenset({"attachments.xml"})
_MOST_VALUES = 20_000
_MOST_PARTS = 50
_LONGEST_NAME = 400
_MOST_OBJECTS = 60_000


class Tagged:
    """Finds the text objects custom tags refer to; each is placed once, when it is asked for."""

    def __init__(
        self, sheet: Callable[[int], Sheet], texts: Callable[[int], Iterable[TextObject]]
    ) -> None:
        self._sheet = sheet
        self._texts = texts
        self._pages: dict[int, tuple[Sheet, dict[str, TextObject]] | None] = {}
        self._found: dict[tuple[int, str], tuple[str, Box] | None] = {}
        self._left = _MOST_OBJECTS

    def look_up(
        self, document: OfdDocument, page_key: str | None, key: str
    ) -> tuple[int, str, Box] | None:
        """The page, text and box of an object; of any page where the page is not known."""
        number = document.page_number(page_key)
        first = document.first_page
        for page in range(first, first + len(document.pages)) if number is None else (number,):
            found = self._on_page(page, key)
            if found:
                return page, *found
        return None

    def _on_page(self, page: int, key: str) -> tuple[str, Box] | None:
        if page not in self._pages:
            self._pages[page] = self._read(page)
        known = self._pages[page]
        if known is None or key not in known[1]:
            return None
        if (page, key) not in self._found:
            self._found[page, key] = text_of(known[1][key], known[0])
        return self._found[page, key]

    def _read(self, page: int) -> tuple[Sheet, dict[str, TextObject]] | None:
        """A page's objects by ID; None for a bad page, or where too many are held already."""
        if self._left <= 0:
            return None
        try:
            objects = {item.key: item for item in self._texts(page) if item.key}
            self._left -= len(objects)
            return self._sheet(page), objects
        except DocumentError:
            return None


def parts(
    package: OfdPackage, documents: tuple[OfdDocument, ...], look_up: LookUp
) -> tuple[StructuredPart, ...]:
    """All structured parts. What cannot be unpacked or parsed is left out."""
    found = list(_attached(package, documents))
    for document in documents:
        for path, root in document.custom_tags():
            values = tuple(_tagged(root, document, look_up))
            if values:
                found.append(StructuredPart(PartKind.OFD_TAGS, path, values=values))
        stated = tuple(_stated(document.body))
        if stated:
            found.append(StructuredPart(PartKind.OFD_DATA, "OFD.xml", values=stated))
    return tuple(found[:_MOST_PARTS])


def _attached(package: OfdPackage, documents: tuple[OfdDocument, ...]) -> Iterator[StructuredPart]:
    """The attached XML documents: the listed ones, then those the lists forgot."""
    listed = [path for document in documents for path in document.attachments()]
    forgotten = [path for path in package.names() if _looks_attached(path)]
    for path in list(dict.fromkeys(listed + forgotten))[:_MOST_PARTS]:
        try:
            data = package.read(path)
        except DocumentError:
            continue
        if _is_xml(data):
            yield StructuredPart(PartKind.XML, path, data=data)


def _looks_attached(path: str) -> bool:
    folder, _, name = path.lower().rpartition("/")
    if name in _LISTS or not name.endswith((".xml", ".xbrl")):
        return False
    return "attach" in folder or name == "original_invoice.xml"


def _is_xml(data: bytes) -> bool:
    head = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    # UTF-16 with and without its mark
    return head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<", b"\0<"))


def _tagged(root: Element, document: OfdDocument, look_up: LookUp) -> Iterator[NamedText]:
    """One value for each reference, in document order, named by the path below the root.

    A tag with several references (currency sign and amount, a wrapped name) gives several values
    of one name; so do repeated groups such as the lines of goods.
    """
    open_tags: list[tuple[Element, str]] = [(root, "")]
    count = 0
    while open_tags and count < _MOST_VALUES:
        element, name = open_tags.pop()
        if element.tag == "ObjectRef":
            count += 1
            key = "".join(element.itertext()).strip() or element.get("ObjectID") or ""
            found = look_up(document, element.get("PageRef"), key)
            if found:
                page, text, box = found
                yield NamedText(name, text, page, box)
            continue
        direct = (element.text or "").strip()
        if direct and name:
            count += 1
            yield NamedText(name, direct)
        for child in reversed(element):
            path = name if child.tag == "ObjectRef" else f"{name}.{child.tag}".lstrip(".")
            if len(path) <= _LONGEST_NAME:
                open_tags.append((child, path))


def _stated(body: Element) -> Iterator[NamedText]:
    for item in body.iter("CustomData"):
        name, text = (item.get("Name") or "").strip(), "".join(item.itertext()).strip()
        if name and text:
            yield NamedText(name, text)
