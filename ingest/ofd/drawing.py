"""A page of an OFD written as a page of a PDF, which PDFium then draws.

PDFium is there already, draws text by glyph number, clips, transparency and JBIG2, and can be
stopped. The PDF lives in memory only, is never compressed, and serves no other purpose.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.ofd.content import ClipPath, GraphicObject, ImageObject, Look, PathObject, TextObject
from ingest.ofd.fonts import substitutes
from ingest.ofd.images import PdfImage, decoded, masked
from ingest.ofd.layout import Character, characters
from ingest.ofd.matrix import BadContent, Matrix, apply, moved, times, turned
from ingest.ofd.paths import Segment
from ingest.ofd.resources import Color, FontRef, PictureRef
from ingest.ofd.sfnt import Typeface, typeface
from ingest.ofd.text import Sheet
from models.errors import DocumentError

_POINTS_PER_PIXEL = 72 / 200
"""The PDF page has the size at which a PDF page counts as many pixels as the sheet has."""

_CAPS = {"Butt": 0, "Round": 1, "Square": 2}
_JOINS = {"Miter": 0, "Round": 1, "Bevel": 2}
_BLENDS = frozenset(
    ("Multiply", "Screen", "Overlay", "Darken", "Lighten", "HardLight", "SoftLight")
)
_PIXELS_A_TRY = 50_000
_MOST_CONTENT = 8_000_000
"""Letters of PDF instructions; PDFium reads them all before it can be stopped."""

_SLANT = 0.2
_THICKENING = 0.03
"""Of the em: how much a font without a bold cut is thickened."""


def to_pdf(items: Iterable[GraphicObject], sheet: Sheet, most_pixels: int) -> bytes:
    """The page as a PDF of one page. An object that cannot be drawn is left out.

    `most_pixels` bounds the pictures of the page together.
    """
    canvas = _Canvas(most_pixels)
    scale_x = sheet.width * _POINTS_PER_PIXEL / sheet.area.width
    scale_y = sheet.height * _POINTS_PER_PIXEL / sheet.area.height
    canvas.write(
        _matrix((scale_x, 0, 0, -scale_y, -sheet.area.x0 * scale_x, sheet.area.y1 * scale_y))
    )
    for item in items:
        start = len(canvas.content)
        if canvas.length > _MOST_CONTENT:
            break
        try:
            canvas.draw(item)
        except (BadContent, DocumentError):
            del canvas.content[start:]
    size = (sheet.width * _POINTS_PER_PIXEL, sheet.height * _POINTS_PER_PIXEL)
    return canvas.finished(size)


@dataclass(slots=True)
class _Font:
    """A typeface under its name in the PDF, with the glyphs used of it."""

    name: str
    face: Typeface
    glyphs: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Canvas:
    """The PDF in the making: its objects from number 3 on, its content and resources."""

    most_pixels: int
    length: int = 0
    content: list[str] = field(default_factory=list)
    objects: list[bytes] = field(default_factory=list)
    fonts: dict[str, _Font] = field(default_factory=dict)
    images: dict[str, tuple[str, int] | None] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    faces: dict[str, tuple[Typeface, ...]] = field(default_factory=dict)

    def write(self, line: str) -> None:
        self.content.append(line)
        self.length += len(line)

    def draw(self, item: GraphicObject) -> None:
        if isinstance(item, TextObject | PathObject) and not item.look.is_visible:
            return
        self.write("q")
        for clip in item.clips:
            self.write(_clip(clip))
        if isinstance(item, ImageObject):
            self._draw_image(item)
        else:
            self.write(_matrix(item.matrix))
            self._set_look(item.look)
            if isinstance(item, TextObject):
                self._draw_text(item)
            else:
                self._draw_path(item)
        self.write("Q")

    def finished(self, size: tuple[float, float]) -> bytes:
        """The whole file; `size` in points."""
        content = self._add(_stream("", "\n".join(self.content).encode("ascii")))
        fonts = " ".join(f"/{font.name} {self._add_font(font)} 0 R" for font in self.fonts.values())
        known = [image for image in self.images.values() if image]
        images = " ".join(f"/{name} {number} 0 R" for name, number in known)
        states = " ".join(f"/{name} {text}" for text, name in self.states.items())
        page = self._add(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]:.4f} {size[1]:.4f}]"
            f" /Contents {content} 0 R /Resources << /Font << {fonts} >>"
            f" /XObject << {images} >> /ExtGState << {states} >> >> >>".encode("ascii")
        )
        pages = f"<< /Type /Pages /Kids [{page} 0 R] /Count 1 >>".encode("ascii")
        return _file([b"<< /Type /Catalog /Pages 2 0 R >>", pages, *self.objects])

    def _add(self, body: bytes) -> int:
        self.objects.append(body)
        return len(self.objects) + 2

    def _set_look(self, look: Look) -> None:
        fill, stroke = look.fill, look.stroke
        if fill:
            self.write(f"{_color(fill)} rg")
        if stroke:
            self.write(f"{_color(stroke)} RG")
            self.write(f"{look.line_width:.4f} w {_CAPS.get(look.cap, 0)} J")
            self.write(f"{_JOINS.get(look.join, 0)} j {look.miter:.3f} M")
            if look.dash:
                dash = " ".join(f"{part:.4f}" for part in look.dash)
                self.write(f"[{dash}] {look.dash_offset:.4f} d")
        self._set_state(fill.alpha if fill else 1.0, stroke.alpha if stroke else 1.0, look.blend)

    def _set_state(self, fill: float, stroke: float, blend: str) -> None:
        if fill >= 1 and stroke >= 1 and blend not in _BLENDS:
            return
        mode = blend if blend in _BLENDS else "Normal"
        text = f"<< /ca {fill:.3f} /CA {stroke:.3f} /BM /{mode} >>"
        name = self.states.setdefault(text, f"G{len(self.states)}")
        self.write(f"/{name} gs")

    def _draw_path(self, item: PathObject) -> None:
        if not item.path:
            return
        look = item.look
        self.write(_outline(item.path))
        rule = "*" if look.even_odd and look.fill else ""
        operator = ("B" if look.stroke else "f") if look.fill else "S"
        self.write(operator + rule)

    def _draw_image(self, item: ImageObject) -> None:
        name = self._image(item.picture, item.mask)
        self.write(_matrix(item.matrix))
        self._set_state(item.opacity, 1.0, item.look.blend)
        self.write(f"1 0 0 -1 0 1 cm /{name} Do")

    def _image(self, picture: PictureRef, mask: PictureRef | None) -> str:
        key = picture.key if mask is None else f"{picture.key} {mask.key}"
        if key not in self.images:
            self.images[key] = None
            image = self._decoded(picture)
            if mask is not None:
                image = masked(image, self._decoded(mask))
            self.images[key] = (f"I{len(self.images)}", self._add_image(image))
        known = self.images[key]
        if known is None:
            raise BadContent("the picture could not be decoded before")
        return known[0]

    def _decoded(self, picture: PictureRef) -> PdfImage:
        """A picture, its work taken off what the page may ask for, also where it fails."""
        if self.most_pixels <= 0:
            raise BadContent("the page has too many pictures")
        data = picture.load()
        self.most_pixels -= max(len(data), _PIXELS_A_TRY)
        image = decoded(data, self.most_pixels)
        self.most_pixels -= image.width * image.height
        return image

    def _add_image(self, image: PdfImage) -> int:
        entries = (
            f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height}"
            f" /ColorSpace /{image.colors} /BitsPerComponent {image.bits}"
        )
        if image.alpha:
            grey = PdfImage(image.width, image.height, "DeviceGray", 8, image.alpha)
            entries += f" /SMask {self._add_image(grey)} 0 R"
        if image.filter:
            entries += f" /Filter /{image.filter}"
        return self._add(_stream(entries, image.data))

    def _draw_text(self, item: TextObject) -> None:
        if item.bold and item.look.fill and not item.look.stroke:
            width = abs(item.size) * _THICKENING
            self.write(f"{_color(item.look.fill)} RG {width:.4f} w")
        filled, stroked = item.look.fill is not None, item.look.stroke is not None
        mode = 2 if filled and (stroked or item.bold) else 0 if filled else 1
        faces = self._faces(item.font)
        self.write(f"BT {mode} Tr")
        current = ""
        for character in characters(item):
            if character.text.isspace():
                continue
            found = _chosen(faces, character, item.font.load is not None)
            if found is None:
                continue
            face, glyph = found
            font = self.fonts.setdefault(face.key, _Font(f"F{len(self.fonts)}", face))
            font.glyphs.add(glyph)
            if font.name != current:
                self.write(f"/{font.name} 1 Tf")
                current = font.name
            squeeze = _squeeze(item, character, face, glyph)
            place = _numbers(_glyph_matrix(item, character, squeeze))
            self.write(f"{place} Tm <{glyph:04x}> Tj")
        self.write("ET")

    def _faces(self, font: FontRef) -> tuple[Typeface, ...]:
        """The typefaces to look a character up in, the font's own first."""
        key = font.key or f"{font.name}/{font.family}/{font.fixed}"
        if key not in self.faces:
            own = _embedded(font)
            others = substitutes(font)
            self.faces[key] = others if own is None else (own, *others)
        return self.faces[key]

    def _add_font(self, font: _Font) -> int:
        program = self._add(_stream("/Subtype /OpenType", font.face.with_only(font.glyphs)))
        descriptor = self._add(
            b"<< /Type /FontDescriptor /FontName /F /Flags 4 /FontBBox [0 -200 1000 900]"
            b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80"
            b" /FontFile3 %d 0 R >>" % program
        )
        descendant = self._add(
            b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /F /CIDSystemInfo"
            b" << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            b" /DW 1000 /FontDescriptor %d 0 R >>" % descriptor
        )
        return self._add(
            b"<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H"
            b" /DescendantFonts [%d 0 R] >>" % descendant
        )


def _embedded(font: FontRef) -> Typeface | None:
    """The font's embedded typeface, None where it has none or that is damaged."""
    if font.load is None:
        return None
    try:
        return typeface(font.key, font.load())
    except DocumentError:
        return None


def _chosen(
    faces: tuple[Typeface, ...], character: Character, has_own: bool
) -> tuple[Typeface, int] | None:
    """The typeface that has the character, and its glyph there; None where none has it."""
    if has_own and faces and character.glyph and character.glyph < faces[0].glyph_count:
        return faces[0], character.glyph
    for face in faces:
        glyph = face.glyph(character.text)
        if 0 < glyph < face.glyph_count:
            return face, glyph
    return None


def _squeeze(item: TextObject, character: Character, face: Typeface, glyph: int) -> float:
    """How much narrower to draw a glyph of a substitute typeface to fit the room it was given."""
    if not character.room or item.font.key == face.key:
        return 1.0
    wide = face.advance(glyph) * abs(item.size * item.width_scale)
    return max(0.4, character.room / wide) if wide > 1.02 * character.room else 1.0


def _glyph_matrix(item: TextObject, character: Character, squeeze: float) -> Matrix:
    """From a glyph's own em square, y upwards, to the object's coordinates."""
    slant = _SLANT * item.size if item.italic and item.font.load is None else 0.0
    drawn = (item.size * item.width_scale * squeeze, 0.0, slant, -item.size, 0.0, 0.0)
    place = moved(character.x, character.y)
    if item.char_direction:
        place = times(place, turned(item.char_direction))
    return times(place, drawn)


def _clip(paths: tuple[ClipPath, ...]) -> str:
    """A clip as one outline in page coordinates."""
    outline = " ".join(_outline(_moved(clip.path, clip.matrix)) for clip in paths)
    return f"{outline} {'W*' if paths[0].even_odd else 'W'} n"


def _moved(path: tuple[Segment, ...], matrix: Matrix) -> tuple[Segment, ...]:
    return tuple(
        (
            operator,
            tuple(
                value
                for at in range(0, len(values), 2)
                for value in apply(matrix, values[at], values[at + 1])
            ),
        )
        for operator, values in path
    )


def _outline(path: tuple[Segment, ...]) -> str:
    return " ".join(
        " ".join([*(f"{value:.4f}" for value in values), operator]) for operator, values in path
    )


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{value:.5f}" for value in values)


def _matrix(matrix: Iterable[float]) -> str:
    return f"{_numbers(matrix)} cm"


def _color(color: Color) -> str:
    return f"{color.red:.3f} {color.green:.3f} {color.blue:.3f}"


def _stream(entries: str, data: bytes) -> bytes:
    head = f"<< {entries} /Length {len(data)} >>\nstream\n".encode("ascii")
    return b"".join((head, data, b"\nendstream"))


def _file(objects: list[bytes]) -> bytes:
    parts = [b"%PDF-1.7\n"]
    offsets: list[int] = []
    at = len(parts[0])
    for number, body in enumerate(objects, 1):
        piece = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        offsets.append(at)
        parts.append(piece)
        at += len(piece)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    parts += [b"%010d 00000 n \n" % offset for offset in offsets]
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    parts.append(b"startxref\n%d\n%%%%EOF\n" % at)
    return b"".join(parts)
