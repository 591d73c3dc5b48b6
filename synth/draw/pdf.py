"""Sheets as a PDF with a real text layer and embedded fonts, the same bytes every time."""

import io
import re
from collections.abc import Iterable, Sequence
from random import Random

from fontTools.pens.basePen import BasePen
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from synth import fonts
from synth.draw.place import Point, extent
from synth.draw.sheet import (
    POINTS_PER_MM,
    Color,
    Disc,
    Fill,
    Layer,
    Line,
    Mark,
    Pen,
    Picture,
    Sheet,
    Text,
)
from synth.draw.textlayer import TextLayer, arranged, misread

_SCANNED = 600
"""Pictures with so many pixels along a side are scans of whole pages."""
_UNEMBEDDED = "STSong-Light"
"""A font every viewer of Chinese PDFs brings along or replaces."""


def write(
    sheets: Sheet | Sequence[Sheet],
    layers: Iterable[Layer] = tuple(Layer),
    *,
    title: str = "",
    text: TextLayer = TextLayer.SEPARATE,
) -> bytes:
    """The PDF of the sheets, a page each, or of some of their layers."""
    pages = [sheets] if isinstance(sheets, Sheet) else sheets
    buffer = io.BytesIO()
    # marks in the character maps can only be changed where they are not packed
    canvas = Canvas(buffer, invariant=1, pageCompression=int(text is not TextLayer.NULS))
    canvas.setTitle(title)
    canvas.setProducer("piaohe synth")
    rng = Random(f"text:{text}:{title}")
    for sheet in pages:
        canvas.setPageSize((sheet.width * POINTS_PER_MM, sheet.height * POINTS_PER_MM))
        # from here on: millimetres from the bottom-left corner
        canvas.scale(POINTS_PER_MM, POINTS_PER_MM)
        pen = _Pen(canvas, sheet.height, text)
        for mark in arranged(sheet, layers, text, rng):
            pen.put(mark)
        canvas.showPage()
    canvas.save()
    return _finished(buffer.getvalue(), text)


def scan(image: Image.Image, sheet: Sheet, text: TextLayer) -> Sheet:
    """A sheet that is nothing but a picture of `sheet`, as a scanner makes it.

    With text=HIDDEN it has invisible text, as scanners with a careless OCR write it.
    """
    scanned = Sheet(sheet.width, sheet.height)
    scanned.put(Layer.FORM, Picture(0, 0, sheet.width, sheet.height, image.convert("RGB")))
    if text is TextLayer.HIDDEN:
        title = "".join(mark.text for mark in sheet.marks[Layer.PRINT] if isinstance(mark, Text))
        scanned.put(Layer.PRINT, *misread(sheet, Random(f"misread:{title}")))
    return scanned


def _finished(data: bytes, text: TextLayer) -> bytes:
    """What can only be done to the written file: character maps spoilt without moving a byte."""
    if text is TextLayer.GARBLED:
        return data.replace(b"/ToUnicode", b"/ToUnicodX")
    if text is TextLayer.NULS:
        return re.sub(rb"<00A0>", b"<0000>", data)
    return data


class _Pen:
    """Puts marks on a reportlab canvas whose unit is the millimetre."""

    def __init__(self, canvas: Canvas, height: float, layer: TextLayer) -> None:
        self._canvas = canvas
        self._height = height
        self._layer = layer

    def put(self, mark: Mark) -> None:
        match mark:
            case Text():
                self.text(mark)
            case Line():
                self.line(mark)
            case Disc():
                self.disc(mark)
            case Fill():
                self.fill(mark)
            case Picture():
                self.picture(mark)

    def text(self, mark: Text) -> None:
        style = mark.style
        size = style.size / POINTS_PER_MM
        full = fonts.text_width(mark.text, style.font, size)
        full += style.spacing * max(0, len(mark.text) - 1)
        left, width = extent(mark)
        stretch = width / full if full else 1.0
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(mark.x, self._height - mark.y)
        canvas.rotate(-mark.angle)
        if self._layer is TextLayer.OUTLINES:
            canvas.translate(left, 0)
            canvas.scale(size * stretch, size)
            self._shapes(mark)
        else:
            self._run(mark, left, stretch)
        canvas.restoreState()

    def _run(self, mark: Text, left: float, stretch: float) -> None:
        style, canvas = mark.style, self._canvas
        run = canvas.beginText(left, 0)
        run.setFont(self._font(mark), style.size / POINTS_PER_MM)
        run.setHorizScale(stretch * 100)
        run.setCharSpace(style.spacing)
        run.setFillColorRGB(*_rgb(style.color))
        if self._layer is TextLayer.HIDDEN:
            run.setTextRenderMode(3)
        elif style.weight:
            run.setTextRenderMode(2)
            run.setStrokeColorRGB(*_rgb(style.color))
            canvas.setLineWidth(style.weight)
        run.textOut(mark.text)
        canvas.drawText(run)

    def _font(self, mark: Text) -> str:
        if self._layer is not TextLayer.UNEMBEDDED:
            return fonts.embedded(mark.style.font)
        if _UNEMBEDDED not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(_UNEMBEDDED))
        return _UNEMBEDDED

    def _shapes(self, mark: Text) -> None:
        path = self._canvas.beginPath()
        fonts.outline(mark.text, mark.style.font, _Shape(path))
        self._canvas.setFillColorRGB(*_rgb(mark.style.color))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def line(self, mark: Line) -> None:
        self._stroke(mark.pen)
        self._canvas.line(mark.x0, self._height - mark.y0, mark.x1, self._height - mark.y1)

    def disc(self, mark: Disc) -> None:
        self._canvas.setFillColorRGB(*_rgb(mark.color))
        if mark.pen:
            self._stroke(mark.pen)
        y = self._height - mark.y
        self._canvas.circle(mark.x, y, mark.radius, stroke=bool(mark.pen), fill=not mark.pen)

    def fill(self, mark: Fill) -> None:
        self._canvas.setFillColorRGB(*_rgb(mark.color))
        y = self._height - mark.y - mark.height
        self._canvas.rect(mark.x, y, mark.width, mark.height, stroke=0, fill=1)

    def picture(self, mark: Picture) -> None:
        y = self._height - mark.y - mark.height
        mask = "auto" if mark.image.mode == "RGBA" else None
        image = mark.image
        if image.mode == "RGB" and max(image.size) >= _SCANNED:
            # a scanner writes JPEG, which is also ten times faster to pack
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=88)
            buffer.seek(0)
            source = ImageReader(buffer)
        else:
            source = ImageReader(image)
        self._canvas.drawImage(source, mark.x, y, mark.width, mark.height, mask=mask)

    def _stroke(self, pen: Pen) -> None:
        self._canvas.setStrokeColorRGB(*_rgb(pen.color))
        self._canvas.setLineWidth(pen.width)


class _Shape(BasePen):  # type: ignore[misc]
    """Takes the outlines of letters into a path."""

    def __init__(self, path: PDFPathObject) -> None:
        super().__init__(None)
        self._path = path

    def _moveTo(self, point: Point) -> None:  # noqa: N802 - fontTools names it so
        self._path.moveTo(*point)

    def _lineTo(self, point: Point) -> None:  # noqa: N802
        self._path.lineTo(*point)

    def _curveToOne(self, first: Point, second: Point, end: Point) -> None:  # noqa: N802
        self._path.curveTo(*first, *second, *end)

    def _closePath(self) -> None:  # noqa: N802
        self._path.close()


def _rgb(color: Color) -> tuple[float, float, float]:
    red, green, blue = color
    return red / 255, green / 255, blue / 255
