"""What page content refers to by number: fonts, colour spaces, parameters, pictures, composites."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from xml.etree.ElementTree import Element

from ingest.ofd.matrix import BadContent, is_true, numbers
from ingest.ofd.package import OfdPackage
from models.errors import DocumentError

_LONGEST_CHAIN = 8


@dataclass(frozen=True, slots=True)
class FontRef:
    """A font as the resources name it. `load` gives its file where one is embedded; `key` tells
    that file from others."""

    name: str = ""
    family: str = ""
    bold: bool = False
    italic: bool = False
    fixed: bool = False
    key: str = ""
    load: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class PictureRef:
    """A picture's file: `load` gives it, `key` tells it from others."""

    key: str
    load: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Color:
    """Red, green, blue and opacity, each from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0


@dataclass(frozen=True, slots=True)
class _ColorSpace:
    kind: str = ""
    highest: float = 255.0
    palette: tuple[str, ...] = ()


@dataclass(slots=True)
class Resources:
    """The resources of a document and, where it has any, of one page."""

    package: OfdPackage
    fonts: dict[str, FontRef] = field(default_factory=dict)
    pictures: dict[str, PictureRef] = field(default_factory=dict)
    params: dict[str, Element] = field(default_factory=dict)
    composites: dict[str, Element] = field(default_factory=dict)
    spaces: dict[str, _ColorSpace] = field(default_factory=dict)

    def with_file(self, path: str) -> "Resources":
        """These and the ones a resource file states. A file that is missing or bad adds none."""
        more = Resources(
            self.package,
            dict(self.fonts),
            dict(self.pictures),
            dict(self.params),
            dict(self.composites),
            dict(self.spaces),
        )
        try:
            more.add_file(path)
        except DocumentError:
            return self
        return more

    def add_file(self, path: str) -> None:
        root = self.package.xml(path)
        folder = root.get("BaseLoc") or ""
        for item in root.iter():
            key = item.get("ID")
            if key is None:
                continue
            match item.tag:
                case "Font":
                    self.fonts[key] = self._font(item, path, folder)
                case "MultiMedia":
                    self._add_picture(key, item, path, folder)
                case "DrawParam":
                    self.params[key] = item
                case "CompositeGraphicUnit":
                    self.composites[key] = item
                case "ColorSpace":
                    self.spaces[key] = _space(item)

    def chain(self, key: str | None) -> list[Element]:
        """The drawing parameters `key` names and those they build on, most basic first."""
        found: list[Element] = []
        while key and key in self.params and len(found) < _LONGEST_CHAIN:
            found.append(self.params[key])
            key = found[-1].get("Relative")
        return found[::-1]

    def color(self, element: Element | None, opacity: float = 1.0) -> Color | None:
        """The colour of a FillColor or StrokeColor, None where it cannot be told.

        Of a shading the first colour is taken, of a pattern a middle grey: no invoice's meaning
        hangs on either.
        """
        if element is None:
            return None
        opacity *= _opacity(element)
        if element.get("Value") is None and element.get("Index") is None:
            inner = element.find(".//Segment/Color")
            if inner is None:
                inner = element.find(".//Color")
            if inner is not None:
                return self.color(inner, opacity)
            if element.find("Pattern") is not None:
                return Color(0.5, 0.5, 0.5, opacity)
        space = self.spaces.get(element.get("ColorSpace") or "", _ColorSpace())
        text = element.get("Value")
        index = element.get("Index")
        if (
            text is None
            and index is not None
            and index.isdigit()
            and int(index) < len(space.palette)
        ):
            text = space.palette[int(index)]
        try:
            return _mixed(_components(text), space, opacity)
        except BadContent:
            return Color(0, 0, 0, opacity)

    def _font(self, item: Element, path: str, folder: str) -> FontRef:
        loc = (item.findtext("FontFile") or "").strip()
        found = self.package.find(loc, path, folder) if loc else None
        return FontRef(
            name=item.get("FontName") or "",
            family=item.get("FamilyName") or "",
            bold=is_true(item.get("Bold"), False),
            italic=is_true(item.get("Italic"), False),
            fixed=is_true(item.get("FixedWidth"), False),
            key=f"{id(self.package)}/{found}" if found else "",
            load=partial(self.package.read, found) if found else None,
        )

    def _add_picture(self, key: str, item: Element, path: str, folder: str) -> None:
        loc = (item.findtext("MediaFile") or "").strip()
        found = self.package.find(loc, path, folder) if loc else None
        if found and (item.get("Type") or "Image").lower() == "image":
            load = partial(self.package.read, found)
            self.pictures[key] = PictureRef(f"{id(self.package)}/{found}", load)


def _space(item: Element) -> _ColorSpace:
    bits = item.get("BitsPerComponent") or "8"
    highest = float(2 ** int(bits) - 1) if bits in {"1", "2", "4", "8", "16"} else 255.0
    palette = tuple("".join(entry.itertext()) for entry in item.iter("CV"))
    return _ColorSpace((item.get("Type") or "").upper(), highest, palette)


def _opacity(element: Element) -> float:
    try:
        alpha = numbers(element.get("Alpha") or "255")[0]
    except BadContent:
        return 1.0
    return min(1.0, max(0.0, alpha / 255))


def _components(text: str | None) -> list[float]:
    """The numbers of a colour; they may be written in hexadecimal as "#9c #52 #23"."""
    values: list[float] = []
    for item in (text or "").replace(",", " ").split()[:4]:
        if item.startswith("#"):
            try:
                values.append(float(int(item[1:3], 16)))
            except ValueError as error:
                raise BadContent(f"not a colour: {item[:20]}") from error
        else:
            values += numbers(item)
    return values


def _mixed(values: list[float], space: _ColorSpace, opacity: float) -> Color:
    parts = [min(1.0, max(0.0, value / space.highest)) for value in values]
    if len(parts) == 4 or space.kind == "CMYK":
        cyan, magenta, yellow, black = (*parts, 0.0, 0.0, 0.0, 0.0)[:4]
        red, green, blue = ((1 - ink) * (1 - black) for ink in (cyan, magenta, yellow))
        return Color(red, green, blue, opacity)
    if len(parts) == 1 or space.kind == "GRAY":
        grey = parts[0] if parts else 0.0
        return Color(grey, grey, grey, opacity)
    red, green, blue = (*parts, 0.0, 0.0, 0.0)[:3]
    return Color(red, green, blue, opacity)
