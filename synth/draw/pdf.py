"""A sheet as a PDF with a real text layer and embedded fonts, the same bytes every time."""

import io
from collections.abc import Iterable

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from synth import fonts
from synth.draw.place import extent
from synth.draw.sheet import (
    POINTS_PER_MM,
    Color,
    Disc,
    Fill,
    Layer,
    Line,
    Pen,
    Picture,
    Sheet,
    Text,
)


def write(sheet: Sheet, layers: Iterable[Layer] = tuple(Layer), *, title: str = "") -> bytes:
    """The PDF of the sheet, or of some of its layers."""
    buffer = io.BytesIO()
    canvas = Canvas(
        buffer,
        pagesize=(sheet.width * POINTS_PER_MM, sheet.height * POINTS_PER_MM),
        invariant=1,
        pageCompression=1,
    )
    canvas.setTitle(title)
    canvas.setProducer("piaohe synth")
    # from here on: millimetres from the bottom-left corner
    canvas.scale(POINTS_PER_MM, POINTS_PER_MM)
    pen = _Pen(canvas, sheet.height)
    for layer in layers:
        for mark in sheet.marks[layer]:
            match mark:
                case Text():
                    pen.text(mark)
                case Line():
                    pen.line(mark)
                case Disc():
                    pen.disc(mark)
                case Fill():
                    pen.fill(mark)
                case Picture():
                    pen.picture(mark)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def from_picture(image: Image.Image, width: float, height: float) -> bytes:
    """A PDF holding nothing but a picture, `width` x `height` mm, as a scanner makes it."""
    sheet = Sheet(width, height)
    sheet.put(Layer.FORM, Picture(0, 0, width, height, image))
    return write(sheet)


class _Pen:
    """Puts marks on a reportlab canvas whose unit is the millimetre."""

    def __init__(self, canvas: Canvas, height: float) -> None:
        self._canvas = canvas
        self._height = height

    def text(self, mark: Text) -> None:
        style = mark.style
        name = fonts.embedded(style.font)
        size = style.size / POINTS_PER_MM
        full = fonts.text_width(mark.text, style.font, size)
        full += style.spacing * max(0, len(mark.text) - 1)
        left, width = extent(mark)
        stretch = width / full if full else 1.0
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(mark.x, self._height - mark.y)
        canvas.rotate(-mark.angle)
        run = canvas.beginText(left, 0)
        run.setFont(name, size)
        run.setHorizScale(stretch * 100)
        run.setCharSpace(style.spacing)
        run.setFillColorRGB(*_rgb(style.color))
        if style.weight:
            run.setTextRenderMode(2)
            run.setStrokeColorRGB(*_rgb(style.color))
            canvas.setLineWidth(style.weight)
        run.textOut(mark.text)
        canvas.drawText(run)
        canvas.restoreState()

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
        self._canvas.drawImage(
            ImageReader(mark.image), mark.x, y, mark.width, mark.height, mask=mask
        )

    def _stroke(self, pen: Pen) -> None:
        self._canvas.setStrokeColorRGB(*_rgb(pen.color))
        self._canvas.setLineWidth(pen.width)


def _rgb(color: Color) -> tuple[float, float, float]:
    red, green, blue = color
    return red / 255, green / 255, blue / 255
