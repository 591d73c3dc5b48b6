"""A document inside an OFD: its pages with their sizes, templates, annotations and lists."""

import math
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from ingest.ofd.matrix import box_of
from ingest.ofd.package import OfdPackage
from ingest.ofd.refusals import damaged
from ingest.ofd.resources import Resources
from models.errors import DocumentError
from models.geometry import Box

_RESOURCE_TAGS = frozenset({"PublicRes", "DocumentRes"})
_A4 = Box(0, 0, 210, 297)
_BOXES = ("PhysicalBox", "CropBox", "ApplicationBox", "ContentBox")
_MOST_FILES = 20
"""Resource files, templates, lists and annotation files of a page each; real ones have a few."""

_LEAST_SIDE = 1.0
"""In millimetres: a page box with a shorter side is a mistake."""


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page: its number among the document's objects, and the path of its content."""

    key: str
    path: str | None


class OfdDocument:
    """One document of an OFD. Its pages are `first_page` onwards of the file.

    Raises DocumentError (damaged_ofd, damaged_xml, xml_too_complex) where Document.xml is missing
    or unusable.
    """

    def __init__(self, package: OfdPackage, body: Element, first_page: int) -> None:
        self.package = package
        self.body = body
        self.first_page = first_page
        loc = (body.findtext("DocRoot") or "").strip()
        path = package.find(loc, "OFD.xml") if loc else None
        if path is None:
            raise damaged(f"缺少 {loc or 'DocRoot'}", f"{loc or 'DocRoot'} is missing")
        self.path = path
        self._root = package.xml(path)
        self.pages = tuple(
            PageRef(item.get("ID") or "", self._find(item.get("BaseLoc")))
            for item in self._root.findall("Pages/Page")
        )
        self._templates = {
            item.get("ID") or "": self._find(item.get("BaseLoc"))
            for item in self._root.findall("CommonData/TemplatePage")
        }

    @cached_property
    def resources(self) -> Resources:
        found = Resources(self.package)
        common = self._root.find("CommonData")
        named = () if common is None else [item for item in common if item.tag in _RESOURCE_TAGS]
        for item in named[:_MOST_FILES]:
            path = self._find(item.text)
            if path:
                found = found.with_file(path)
        return found

    def page_number(self, key: str | None) -> int | None:
        """The 0-based number, within the file, of the page with that ID."""
        for number, page in enumerate(self.pages):
            if page.key == key:
                return self.first_page + number
        return None

    def page_root(self, number: int) -> Element:
        """The content of page `number` of this document. Raises DocumentError."""
        path = self.pages[number].path
        if path is None:
            raise damaged("缺少页面文件", "the file of a page is missing")
        return self.package.xml(path)

    def page_resources(self, root: Element, path: str | None) -> Resources:
        """The document's resources and those a page or template names for itself."""
        found = self.resources
        for item in root.findall("PageRes")[:_MOST_FILES]:
            own = self.package.find(item.text or "", path or self.path) if item.text else None
            if own:
                found = found.with_file(own)
        return found

    def templates(self, page: Element) -> list[tuple[Element, str, str]]:
        """The templates a page uses: content, path and ZOrder. What cannot be read is left out."""
        found = []
        for item in page.findall("Template")[:_MOST_FILES]:
            path = self._templates.get(item.get("TemplateID") or "")
            root = self._quietly(path)
            if path and root is not None:
                found.append((root, path, (item.get("ZOrder") or "Background").lower()))
        return found

    def area(self, number: int) -> Box:
        """The page's box in millimetres: its own, the document's, its template's, or A4."""
        page = self.page_root(number)
        sources = [page.find("Area"), self._root.find("CommonData/PageArea")]
        sources += [root.find("Area") for root, _, _ in self.templates(page)]
        for source in sources:
            for name in _BOXES if source is not None else ():
                box = box_of(None if source is None else source.findtext(name))
                if box and min(box.width, box.height) >= _LEAST_SIDE and math.isfinite(box.area):
                    return box
        return _A4

    def annotations(self, number: int) -> list[Element]:
        """The Annot elements of a page."""
        key = self.pages[number].key
        paths = []
        for path, root in self._lists("Annotations"):
            for item in root.iter("Page"):
                loc = item.findtext("FileLoc")
                if item.get("PageID") == key and loc:
                    paths.append(self.package.find(loc, path))
        files = [self._quietly(path) for path in list(dict.fromkeys(paths))[:_MOST_FILES]]
        return [annot for root in files if root is not None for annot in root.iter("Annot")]

    def custom_tags(self) -> list[tuple[str, Element]]:
        """The files of custom tags with their paths."""
        paths = []
        for path, root in self._lists("CustomTags"):
            named = (item.findtext("FileLoc") for item in root.iter("CustomTag"))
            paths += [self.package.find(loc, path) for loc in named if loc]
        files = [(path, self._quietly(path)) for path in list(dict.fromkeys(paths))[:_MOST_FILES]]
        return [(path, root) for path, root in files if path and root is not None]

    def attachments(self) -> list[str]:
        """The paths of the listed attachments."""
        found = []
        for path, root in self._lists("Attachments"):
            for item in root.iter("Attachment"):
                loc = item.findtext("FileLoc")
                place = self.package.find(loc, path) if loc else None
                if place:
                    found.append(place)
        return list(dict.fromkeys(found))

    def _lists(self, name: str) -> list[tuple[str, Element]]:
        """The list files Document.xml names, with their paths."""
        found = []
        for item in self._root.findall(name)[:_MOST_FILES]:
            path = self._find(item.text)
            root = self._quietly(path)
            if path and root is not None:
                found.append((path, root))
        return found

    def _find(self, loc: str | None) -> str | None:
        return self.package.find(loc, self.path) if loc and loc.strip() else None

    def _quietly(self, path: str | None) -> Element | None:
        """An XML member, or None where it is missing or bad: the rest of the file is still read."""
        if path is None:
            return None
        try:
            return self.package.xml(path)
        except DocumentError:
            return None
