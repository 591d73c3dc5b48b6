"""A sheet to draw on: one description that serves the PDF and the picture alike.

Millimetres from the top-left corner, y down; text stands on its baseline.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from PIL import Image

from synth.fonts import Font

Color = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""
Align = Literal["left", "center", "right"]
BLACK: Color = (0, 0, 0)
POINTS_PER_MM = 72 / 25.4


class Layer(IntEnum):
    """Drawn in this order; a PDF's text comes labels first, as issuing systems write it."""

    FORM = 0
    PRINT = 1
    SEAL = 2


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set: size in points; mm of thickening and of space between letters."""

    font: Font
    size: float
    color: Color = BLACK
    weight: float = 0.0
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text. Wider than `fit` mm it is condensed; `angle` turns it clockwise, degrees.

    `of` names the field of the label whose value it prints: "number", "items.0.amount",
    "extra.plate"; a value of two fields names both, apart by a space. A value printed in several
    runs has them all.
    """

    x: float
    y: float
    text: str
    style: Style
    align: Align = "left"
    fit: float | None = None
    angle: float = 0.0
    of: str = ""


@dataclass(frozen=True, slots=True)
class Pen:
    """Colour and width (mm) of a line."""

    color: Color
    width: float = 0.2


@dataclass(frozen=True, slots=True)
class Line:
    x0: float
    y0: float
    x1: float
    y1: float
    pen: Pen


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle, filled, or as a line where there is a pen."""

    x: float
    y: float
    radius: float
    color: Color = BLACK
    pen: Pen | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    color: Color


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with transparency, `width` x `height` mm."""

    x: float
    y: float
    width: float
    height: float
    image: Image.Image


Mark = Text | Line | Disc | Fill | Picture


@dataclass(slots=True)
class Sheet:
    """A page of `width` x `height` mm and what stands on it."""

    width: float
    height: float
    marks: dict[Layer, list[Mark]] = field(default_factory=lambda: {layer: [] for layer in Layer})

    def put(self, layer: Layer, *marks: Mark) -> None:
        self.marks[layer].extend(marks)

    def column(
        self, layer: Layer, at: tuple[float, float], text: str, step: float, style: Style
    ) -> None:
        """Text set downwards, one upright character every `step` mm, centred on x."""
        x, y = at
        self.put(
            layer,
            *(Text(x, y + i * step, char, style, "center") for i, char in enumerate(text)),
        )

    def line(self, x0: float, y0: float, x1: float, y1: float, pen: Pen) -> None:
        """A straight line of the form."""
        self.put(Layer.FORM, Line(x0, y0, x1, y1, pen))

    def frame(self, x0: float, y0: float, x1: float, y1: float, pen: Pen) -> None:
        """The outline of a box of the form."""
        self.line(x0, y0, x1, y0, pen)
        self.line(x1, y0, x1, y1, pen)
        self.line(x1, y1, x0, y1, pen)
        self.line(x0, y1, x0, y0, pen)
