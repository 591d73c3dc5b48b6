"""The graphic objects of a page, flattened: each with its matrix, look and clips resolved."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias
from xml.etree.ElementTree import Element

from ingest.ofd.matrix import (
    IDENTITY,
    BadContent,
    Matrix,
    box_of,
    is_true,
    matrix_of,
    moved,
    number,
    numbers,
    scaled,
    times,
)
from ingest.ofd.paths import Segment, segments
from ingest.ofd.resources import Color, FontRef, PictureRef, Resources

MOST_OBJECTS = 50_000
"""Objects drawn on a page; what comes after them is left out."""

_DEEPEST = 12
_DIGITS_OF_A_COUNT = 6
_WORK = 4_000_000
_PER_ELEMENT, _PER_CHILD, _PER_CHARACTER = 50, 5, 100
_LAYERS = {"background": 0, "body": 1, "foreground": 2}


@dataclass(frozen=True, slots=True)
class Look:
    """How an object is painted; None where it is not filled or not stroked. Widths in mm."""

    fill: Color | None = None
    stroke: Color | None = None
    line_width: float = 0.353
    cap: str = "Butt"
    join: str = "Miter"
    miter: float = 3.528
    dash: tuple[float, ...] = ()
    dash_offset: float = 0.0
    blend: str = "Normal"
    even_odd: bool = False

    @property
    def is_visible(self) -> bool:
        return any(color and color.alpha > 0.02 for color in (self.fill, self.stroke))


@dataclass(frozen=True, slots=True)
class ClipPath:
    matrix: Matrix
    path: tuple[Segment, ...]
    even_odd: bool = False


@dataclass(frozen=True, slots=True)
class TextCode:
    """A string with the place of its first character and the steps between its characters.

    x and y are None where they go on from the string before; `glyphs` maps positions to glyphs.
    """

    text: str
    x: float | None
    y: float | None
    steps_x: tuple[float, ...] | None
    steps_y: tuple[float, ...] | None
    glyphs: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Object:
    """`key` is the object's ID. `clips` are intersected; the paths in one are united."""

    key: str
    matrix: Matrix
    look: Look
    clips: tuple[tuple[ClipPath, ...], ...]


@dataclass(frozen=True, slots=True)
class TextObject(_Object):
    font: FontRef
    size: float
    width_scale: float
    read_direction: float
    char_direction: float
    bold: bool
    italic: bool
    codes: tuple[TextCode, ...]


@dataclass(frozen=True, slots=True)
class PathObject(_Object):
    path: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class ImageObject(_Object):
    """A picture in the unit square of `matrix`. `opacity` is 0 to 1."""

    picture: PictureRef
    mask: PictureRef | None
    opacity: float


GraphicObject: TypeAlias = TextObject | PathObject | ImageObject


@dataclass(slots=True)
class Budget:
    """How much work a page may still make; a few kilobytes of composites can ask for days."""

    left: int = _WORK

    def spend(self, work: int) -> None:
        """Raises BadContent when the page has had its share."""
        self.left -= work
        if self.left < 0:
            raise BadContent("the page is too much work")


@dataclass(frozen=True, slots=True)
class _Scope:
    """What an object takes over from what it stands in."""

    resources: Resources
    budget: Budget
    matrix: Matrix = IDENTITY
    opacity: float = 1.0
    clips: tuple[tuple[ClipPath, ...], ...] = ()
    params: tuple[Element, ...] = ()
    depth: int = 0


def page_objects(
    root: Element, resources: Resources, budget: Budget
) -> Iterator[tuple[int, GraphicObject]]:
    """The objects of a page or template, each with the rank of its layer (0 below all)."""
    layers = root.findall("Content/Layer") or root.findall("Content")
    for layer in layers:
        rank = _LAYERS.get((layer.get("Type") or "body").lower(), 1)
        params = tuple(resources.chain(layer.get("DrawParam")))
        scope = _Scope(resources, budget, params=params)
        if is_true(layer.get("Visible"), True):
            for item in _walk(layer, scope):
                yield rank, item


def appearance_objects(
    annot: Element, resources: Resources, budget: Budget
) -> Iterator[GraphicObject]:
    """The objects of an annotation's appearance, in page coordinates."""
    if not is_true(annot.get("Visible"), True):
        return
    for appearance in annot.findall("Appearance"):
        box = box_of(appearance.get("Boundary"))
        matrix = moved(box.x0, box.y0) if box else IDENTITY
        yield from _walk(appearance, _Scope(resources, budget, matrix))


def _walk(parent: Element, scope: _Scope) -> Iterator[GraphicObject]:
    if scope.depth > _DEEPEST:
        return
    for element in parent:
        try:
            attributes = sum(map(len, element.attrib.values()))
            scope.budget.spend(_PER_ELEMENT + _PER_CHILD * len(element) + attributes)
            if not is_true(element.get("Visible"), True):
                continue
            match element.tag:
                case "TextObject":
                    yield _text(element, _inner(element, scope))
                case "PathObject":
                    yield _path(element, _inner(element, scope))
                case "ImageObject":
                    yield _image(element, _inner(element, scope))
                case "CompositeObject":
                    yield from _composite(element, _inner(element, scope))
                case "PageBlock" | "Layer" | "Content":
                    yield from _walk(element, replace(scope, depth=scope.depth + 1))
        except BadContent:
            continue


def _inner(element: Element, scope: _Scope) -> _Scope:
    """The scope inside an object: its boundary, CTM, opacity, clips and parameters added."""
    box = box_of(element.get("Boundary"))
    placed = times(scope.matrix, moved(box.x0, box.y0)) if box else scope.matrix
    own = matrix_of(element.get("CTM"))
    matrix = times(placed, own)
    opacity = scope.opacity * min(1.0, max(0.0, number(element.get("Alpha"), 255) / 255))
    return _Scope(
        scope.resources,
        scope.budget,
        matrix,
        opacity,
        scope.clips + tuple(_clips(element, placed, matrix, scope.budget)),
        scope.params + tuple(scope.resources.chain(element.get("DrawParam"))),
        scope.depth + 1,
    )


def _clips(
    element: Element, placed: Matrix, whole: Matrix, budget: Budget
) -> Iterator[tuple[ClipPath, ...]]:
    """Each clip of an object as the paths it unites; a clip without a usable path cuts nothing."""
    for clips in element.findall("Clips"):
        base = whole if is_true(clips.get("TransFlag"), True) else placed
        for clip in clips.findall("Clip"):
            paths = [
                path for area in clip.findall("Area") for path in _clip_area(area, base, budget)
            ]
            if paths:
                yield tuple(paths)


def _clip_area(area: Element, base: Matrix, budget: Budget) -> Iterator[ClipPath]:
    outer = times(base, matrix_of(area.get("CTM")))
    for path in area.findall("Path"):
        box = box_of(path.get("Boundary"))
        matrix = times(outer, moved(box.x0, box.y0)) if box else outer
        matrix = times(matrix, matrix_of(path.get("CTM")))
        drawn = _outline(path, budget)
        if drawn:
            yield ClipPath(matrix, drawn, path.get("Rule") == "Even-Odd")


def _look(element: Element, scope: _Scope, stroked: bool, filled: bool) -> Look:
    """The object's look: layer's parameters, its own, then what it states itself."""
    fill, stroke = None, None
    stated: dict[str, str] = {}
    for source in (*scope.params, element):
        for name in ("LineWidth", "Cap", "Join", "MiterLimit", "DashPattern", "DashOffset"):
            if source.get(name) is not None:
                stated[name] = source.get(name) or ""
        own_fill, own_stroke = source.find("FillColor"), source.find("StrokeColor")
        fill = fill if own_fill is None else own_fill
        stroke = stroke if own_stroke is None else own_stroke
    is_text = element.tag == "TextObject"
    black = Color(0, 0, 0, scope.opacity)
    dash = tuple(numbers(stated.get("DashPattern")))
    colors = scope.resources
    return Look(
        fill=(colors.color(fill, scope.opacity) or (black if is_text else None))
        if filled
        else None,
        stroke=(colors.color(stroke, scope.opacity) or black) if stroked else None,
        line_width=max(0.0, number(stated.get("LineWidth"), 0.353)),
        cap=stated.get("Cap", "Butt"),
        join=stated.get("Join", "Miter"),
        miter=max(1.0, number(stated.get("MiterLimit"), 3.528)),
        dash=dash if dash and min(dash) >= 0 and sum(dash) > 0 and len(dash) <= 32 else (),
        dash_offset=number(stated.get("DashOffset")),
        blend=element.get("BlendMode") or "Normal",
        even_odd=element.get("Rule") == "Even-Odd",
    )


def _path(element: Element, scope: _Scope) -> PathObject:
    look = _look(
        element, scope, is_true(element.get("Stroke"), True), is_true(element.get("Fill"), False)
    )
    drawn = _outline(element, scope.budget)
    return PathObject(element.get("ID") or "", scope.matrix, look, scope.clips, drawn)


def _outline(element: Element, budget: Budget) -> tuple[Segment, ...]:
    data = element.findtext("AbbreviatedData") or ""
    budget.spend(_PER_ELEMENT + len(data))
    return segments(data)


def _image(element: Element, scope: _Scope) -> ImageObject:
    picture = scope.resources.pictures.get(element.get("ResourceID") or "")
    if picture is None:
        raise BadContent("the picture is missing")
    box = box_of(element.get("Boundary"))
    fills_box = box is not None and element.get("CTM") is None
    matrix = times(scope.matrix, scaled(box.width, box.height)) if box and fills_box else None
    return ImageObject(
        element.get("ID") or "",
        matrix or scope.matrix,
        Look(blend=element.get("BlendMode") or "Normal"),
        scope.clips,
        picture,
        scope.resources.pictures.get(element.get("ImageMask") or ""),
        scope.opacity,
    )


def _composite(element: Element, scope: _Scope) -> Iterator[GraphicObject]:
    unit = scope.resources.composites.get(element.get("ResourceID") or "")
    if unit is not None:
        yield from _walk(unit, scope)


def _text(element: Element, scope: _Scope) -> TextObject:
    look = _look(
        element, scope, is_true(element.get("Stroke"), False), is_true(element.get("Fill"), True)
    )
    font = scope.resources.fonts.get(element.get("Font") or "", FontRef())
    box = box_of(element.get("Boundary"))
    # a file without a font size fills its boundaries with the text
    usual = (min(box.width, box.height) if box else 0.0) or 3.175
    return TextObject(
        element.get("ID") or "",
        scope.matrix,
        look,
        scope.clips,
        font,
        number(element.get("Size"), usual),
        number(element.get("HScale"), 1.0) or 1.0,
        number(element.get("ReadDirection")) % 360,
        number(element.get("CharDirection")) % 360,
        font.bold or number(element.get("Weight"), 400) >= 600,
        font.italic or is_true(element.get("Italic"), False),
        tuple(_codes(element, scope.budget)),
    )


def _codes(element: Element, budget: Budget) -> Iterator[TextCode]:
    glyphs: dict[int, int] = {}
    for child in element:
        budget.spend(_PER_CHILD)
        if child.tag == "CGTransform":
            budget.spend(len(child.findtext("Glyphs") or ""))
            glyphs.update(_glyphs(child))
        elif child.tag == "TextCode":
            text = "".join(child.itertext())
            budget.spend(_PER_CHARACTER * len(text))
            if "\n" in text:
                text = text.strip()  # put there by a program that indents
            x, y = child.get("X"), child.get("Y")
            steps = (_steps(child.get(name), len(text)) for name in ("DeltaX", "DeltaY"))
            steps_x, steps_y = steps
            yield TextCode(
                text,
                None if x is None else number(x),
                None if y is None else number(y),
                steps_x,
                steps_y,
                glyphs,
            )
            glyphs = {}


def _glyphs(transform: Element) -> dict[int, int]:
    """Positions of characters -> glyph numbers; several glyphs for one character are rare."""
    first = int(number(transform.get("CodePosition")))
    codes = int(number(transform.get("CodeCount"), 1))
    found = [int(value) for value in numbers(transform.findtext("Glyphs"))]
    return {
        first + index: glyph
        for index, glyph in enumerate(found[: max(codes, 0)])
        if 0 <= glyph <= 0xFFFF
    }


def _steps(text: str | None, characters: int) -> tuple[float, ...] | None:
    """The steps of a DeltaX, "g n v" meaning n times v; no more than there are characters."""
    if text is None or not text.strip():
        return None
    items = text.replace(",", " ").split()
    steps: list[float] = []
    at = 0
    while at < len(items) and len(steps) < characters:
        if items[at].lower() == "g" and at + 2 < len(items):
            rest = characters - len(steps)
            count = rest if len(items[at + 1]) > _DIGITS_OF_A_COUNT else int(number(items[at + 1]))
            steps += [number(items[at + 2])] * max(0, min(count, rest))
            at += 3
        else:
            steps.append(number(items[at]))
            at += 1
    return tuple(steps)
