"""Sheets as the pages of an OFD: Content.xml, its template, its seals and pictures."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from xml.etree.ElementTree import Element

from PIL import Image

from synth.draw.sheet import Color, Disc, Fill, Layer, Line, Mark, Picture, Sheet, Text
from synth.originals.dialects import Cuts, OfdDialect
from synth.originals.markup import node
from synth.originals.ofd_text import FontTable, Run, element_of, in_pieces, number, runs_of

NAMESPACE = "http://www.ofdspec.org/2016"
_ROUND = 0.5523
"""How far the handles of a quarter circle's curve reach, in radii."""
_FEWEST_BARS = 40
"""From so many filled rectangles in a row on, they are a QR code."""
_MODULE = 4
"""Pixels to a module of a code's picture."""
_FONT_IDS = 3


@dataclass(slots=True)
class Stock:
    """What the pages of a file share: ids, fonts, pictures, and where values were written.

    `places` names the objects that print a field: (page id, object id).
    """

    dialect: OfdDialect
    chance: Random
    fonts: FontTable
    last: int = 20
    images: dict[int, bytes] = field(default_factory=dict)
    places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def next_id(self) -> int:
        self.last += 1
        return self.last

    def image(self, image: Image.Image) -> int:
        """Keep a picture and give its id."""
        key = self.next_id()
        memory = io.BytesIO()
        image.save(memory, "PNG")
        self.images[key] = memory.getvalue()
        return key


@dataclass(frozen=True, slots=True)
class Written:
    """One page: its id and size, its Content.xml, and where they are apart, form and seals."""

    key: int
    box: str
    content: Element
    template: Element | None
    template_key: int | None
    annotations: Element | None


def write_pages(sheets: Iterable[Sheet], stock: Stock) -> list[Written]:
    """The pages of the sheets, in order."""
    plans = [_Plan.of(sheet, stock.dialect) for sheet in sheets]
    for plan in plans:
        stock.fonts.learn(run for part in (plan.form, plan.body) for run in _runs(part))
    return [_page(plan, stock) for plan in plans]


_Piece = Run | Line | Disc | Fill | Picture


def _runs(pieces: Iterable[_Piece]) -> Iterator[Run]:
    for piece in pieces:
        if isinstance(piece, Run):
            yield piece
            if piece.tail:
                yield piece.tail


@dataclass(frozen=True, slots=True)
class _Plan:
    """What of a sheet goes where. Without a template the form is part of the body."""

    sheet: Sheet
    form: list[_Piece]
    body: list[_Piece]
    seals: list[Picture]

    @classmethod
    def of(cls, sheet: Sheet, dialect: OfdDialect) -> "_Plan":
        form: list[_Piece] = []
        body: list[_Piece] = []
        seals: list[Picture] = []
        for mark in _with_codes(sheet.marks[Layer.FORM]):
            fixed = dialect.template and _is_form(mark)
            (form if fixed else body).extend(_pieces(mark, dialect))
        for mark in _whole_remarks(sheet.marks[Layer.PRINT]):
            body.extend(_pieces(mark, dialect))
        for mark in sheet.marks[Layer.SEAL]:
            if isinstance(mark, Picture) and dialect.stamped:
                seals.append(mark)
            else:
                body.extend(_pieces(mark, dialect))
        return cls(sheet, form, _merged(body) if dialect.merged else body, seals)


def _is_form(mark: Mark) -> bool:
    """Whether a mark belongs on the template; the code, its patch and values do not."""
    if isinstance(mark, Text):
        return not mark.of and mark.text != "税"
    return isinstance(mark, Line | Fill) or (isinstance(mark, Disc) and mark.pen is not None)


def _pieces(mark: Mark, dialect: OfdDialect) -> list[_Piece]:
    return list(runs_of(mark, dialect)) if isinstance(mark, Text) else [mark]


def _whole_remarks(marks: list[Mark]) -> Iterator[Mark]:
    """The marks, each line of the remark one text, whatever else stands in it."""
    last: Text | None = None
    for mark in _with_codes(marks):
        if not isinstance(mark, Text) or "extra.remark" not in mark.of.split():
            if last:
                yield last
            last = None
            yield mark
        elif last and last.y == mark.y and last.style == mark.style:
            fields = " ".join(dict.fromkeys(f"{last.of} {mark.of}".split()))
            last = replace(last, text=last.text + mark.text, of=fields)
        else:
            if last:
                yield last
            last = mark
    if last:
        yield last


def _with_codes(marks: list[Mark]) -> Iterator[Mark]:
    """The marks, the bars of each QR code made into one picture."""
    bars: list[Fill] = []
    for mark in marks:
        if isinstance(mark, Fill):
            bars.append(mark)
            continue
        yield from _code(bars)
        bars = []
        yield mark
    yield from _code(bars)


def _code(bars: list[Fill]) -> Iterable[Mark]:
    if len(bars) < _FEWEST_BARS:
        return bars
    module = min(bar.width for bar in bars)
    x0, y0 = min(bar.x for bar in bars), min(bar.y for bar in bars)
    right = max(bar.x + bar.width for bar in bars)
    count = round((right - x0) / module)
    image = Image.new("RGB", (count, count), (255, 255, 255))
    for bar in bars:
        row, start = round((bar.y - y0) / module), round((bar.x - x0) / module)
        for i in range(round(bar.width / module)):
            image.putpixel((start + i, row), bar.color)
    size = right - x0
    large = image.resize((count * _MODULE, count * _MODULE), Image.Resampling.NEAREST)
    return [Picture(x0, y0, size, size, large)]


def _merged(pieces: list[_Piece]) -> list[_Piece]:
    """Quantity and price of a line as one object, as badly tagged files have them."""
    found = {piece.of: piece for piece in pieces if isinstance(piece, Run)}
    gone: set[int] = set()
    joined: dict[int, Run] = {}
    for of, run in found.items():
        price = found.get(of.replace("quantity", "unit_price"))
        if not of.endswith(".quantity") or price is None or price.y != run.y:
            continue
        if price.font is run.font and price.narrow == run.narrow == 1.0 and price.x > run.x:
            joined[id(run)] = replace(run, tail=price)
            gone.add(id(price))
    return [joined.get(id(piece), piece) for piece in pieces if id(piece) not in gone]


def _page(plan: _Plan, stock: Stock) -> Written:
    key = stock.next_id()
    size = f"0 0 {number(plan.sheet.width)} {number(plan.sheet.height)}"
    area = node("ofd:Area", node("ofd:PhysicalBox", size))
    content = node("ofd:Page", area, **{"xmlns:ofd": NAMESPACE})
    template = template_key = None
    if stock.dialect.template:
        template_key = stock.next_id()
        layer = node("ofd:Layer", *_objects(plan.form, stock, None), ID=stock.next_id())
        template = node("ofd:Page", area, node("ofd:Content", layer), **{"xmlns:ofd": NAMESPACE})
        content.append(node("ofd:Template", TemplateID=template_key, ZOrder="Background"))
    layer = node("ofd:Layer", *_objects(plan.body, stock, key), ID=stock.next_id())
    content.append(node("ofd:Content", layer))
    return Written(key, size, content, template, template_key, _annotations(plan.seals, stock))


def _objects(pieces: Iterable[_Piece], stock: Stock, page: int | None) -> Iterator[Element]:
    """The objects of a page, or of a template where `page` is None."""
    dialect = stock.dialect
    for piece in pieces:
        if not isinstance(piece, Run):
            yield _drawn(piece, stock)
            continue
        parts = in_pieces(piece, stock.chance) if dialect.cuts is Cuts.OBJECTS else [piece]
        for part in parts:
            for run in filter(None, (part, part.tail)):
                stock.fonts.number(run.font, _FONT_IDS)
            key = stock.next_id()
            if page is not None:
                _note(part, page, key, stock)
            yield element_of(part, key, dialect, stock.fonts, stock.chance)


def _note(run: Run, page: int, key: int, stock: Stock) -> None:
    """Remember which object prints which fields."""
    fields = f"{run.of} {run.tail.of if run.tail else ''}".split()
    for name in fields:
        stock.places.setdefault(name, []).append((page, key))


def _drawn(mark: Line | Disc | Fill | Picture, stock: Stock) -> Element:
    key = stock.next_id()
    match mark:
        case Picture():
            return _image(mark, key, stock)
        case Line():
            return _line(mark, key)
        case Disc():
            return _disc(mark, key)
        case Fill():
            data = f"M 0 0 L {number(mark.width)} 0 L {number(mark.width)} {number(mark.height)} "
            data += f"L 0 {number(mark.height)} C"
            box = _box(mark.x, mark.y, mark.width, mark.height)
            return _path(key, box, data, fill=mark.color)


def _box(*values: float) -> str:
    return " ".join(map(number, values))


def _path(key: int, box: str, data: str, *, fill: Color | None = None, width: float = 0,
          color: Color = (0, 0, 0)) -> Element:  # fmt: skip
    path = node("ofd:PathObject", ID=key, Boundary=box)
    if fill is not None:
        path.set("Stroke", "false")
        path.set("Fill", "true")
        path.append(node("ofd:FillColor", Value=" ".join(map(str, fill))))
    else:
        path.set("LineWidth", number(width))
        path.append(node("ofd:StrokeColor", Value=" ".join(map(str, color))))
    path.append(node("ofd:AbbreviatedData", data))
    return path


def _line(mark: Line, key: int) -> Element:
    half = mark.pen.width / 2
    left, top = min(mark.x0, mark.x1) - half, min(mark.y0, mark.y1) - half
    width, height = abs(mark.x1 - mark.x0) + 2 * half, abs(mark.y1 - mark.y0) + 2 * half
    start = _box(mark.x0 - left, mark.y0 - top)
    end = _box(mark.x1 - left, mark.y1 - top)
    box = _box(left, top, width, height)
    return _path(key, box, f"M {start} L {end}", width=mark.pen.width, color=mark.pen.color)


def _disc(mark: Disc, key: int) -> Element:
    half = mark.pen.width / 2 if mark.pen else 0.0
    r, c = mark.radius, mark.radius + half
    k = r * _ROUND
    points = [
        (c - r, c - k, c - k, c - r, c, c - r),
        (c + k, c - r, c + r, c - k, c + r, c),
        (c + r, c + k, c + k, c + r, c, c + r),
        (c - k, c + r, c - r, c + k, c - r, c),
    ]
    data = f"M {_box(c - r, c)} " + " ".join(f"B {_box(*curve)}" for curve in points) + " C"
    box = _box(mark.x - c, mark.y - c, 2 * c, 2 * c)
    if mark.pen:
        return _path(key, box, data, width=mark.pen.width, color=mark.pen.color)
    return _path(key, box, data, fill=mark.color)


def _image(mark: Picture, key: int, stock: Stock, at: tuple[float, float] | None = None) -> Element:
    x, y = (mark.x, mark.y) if at is None else at
    return node(
        "ofd:ImageObject",
        ID=key,
        CTM=_box(mark.width, 0, 0, mark.height, 0, 0),
        Boundary=_box(x, y, mark.width, mark.height),
        ResourceID=stock.image(mark.image),
    )


def _annotations(seals: list[Picture], stock: Stock) -> Element | None:
    """The seals of a page as stamps lying on it."""
    if not seals:
        return None
    root = node("ofd:PageAnnot", **{"xmlns:ofd": NAMESPACE})
    for seal in seals:
        box = _box(seal.x, seal.y, seal.width, seal.height)
        image = _image(seal, stock.next_id(), stock, (0, 0))
        image.set("BlendMode", "Darken")
        appearance = node("ofd:Appearance", image, Boundary=box)
        stamp = node("ofd:Annot", appearance, Type="Stamp", ID=stock.next_id())
        root.append(stamp)
    return root
