"""What asides are made of: handwriting, rounded boxes, the frame of a phone's screen."""

from functools import lru_cache
from itertools import pairwise
from random import Random

from PIL import Image

from synth import fonts
from synth.draw import seal
from synth.draw.billparts import thin, width_of
from synth.draw.sheet import (
    POINTS_PER_MM,
    Align,
    Color,
    Disc,
    Fill,
    Layer,
    Line,
    Pen,
    Sheet,
    Style,
    Text,
)
from synth.fonts import Font

Box = tuple[float, float, float, float]
"""x, y, width, height in mm."""
INK_BLUE: Color = (34, 52, 128)
GRAY: Color = (140, 140, 144)
WHITE: Color = (255, 255, 255)


def write_by_hand(
    sheet: Sheet, at: tuple[float, float], text: str, size: float, rng: Random
) -> None:
    """Text as a pen leaves it: every character a little off in place, size and slant."""
    x, y = at
    drift = rng.uniform(-0.04, 0.04)
    for i, char in enumerate(text):
        style = Style(Font.KAI, size * rng.uniform(0.88, 1.12), INK_BLUE, rng.uniform(0.04, 0.14))
        lean = rng.uniform(-9, 5)
        wobble = rng.uniform(-0.45, 0.45) + drift * i
        sheet.put(Layer.FORM, Text(x, y + wobble, char, style, angle=lean))
        x += width_of(char, style) * rng.uniform(0.86, 1.0)


def scribble(sheet: Sheet, box: Box, color: Color, rng: Random) -> None:
    """A signature nobody can read."""
    x, y, width, height = box
    points = [(x, y + height * 0.6)]
    steps = rng.randint(26, 40)
    for i in range(steps):
        across = x + width * (i + 1) / steps + rng.uniform(-2.2, 1.2)
        points.append((across, y + height * (0.5 + rng.uniform(-0.5, 0.45) * (1 - i / steps / 2))))
    pen = Pen(color, 0.35)
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = ((x0 + x1) / 2 + rng.uniform(-0.5, 0.5), (y0 + y1) / 2 - rng.uniform(0, 0.7))
        sheet.put(Layer.FORM, Line(x0, y0, *middle, pen), Line(*middle, x1, y1, Pen(color, 0.28)))


def rounded(sheet: Sheet, box: Box, radius: float, color: Color) -> None:
    """A filled box with round corners."""
    x, y, width, height = box
    radius = min(radius, width / 2, height / 2)
    sheet.put(
        Layer.FORM,
        Fill(x + radius, y, width - 2 * radius, height, color),
        Fill(x, y + radius, width, height - 2 * radius, color),
        *(
            Disc(cx, cy, radius, color)
            for cx in (x + radius, x + width - radius)
            for cy in (y + radius, y + height - radius)
        ),
    )


def arrow(sheet: Sheet, tip: tuple[float, float], reach: float, color: Color) -> None:
    """The tip of a bubble, pointing left, or right where `reach` is negative."""
    x, y = tip
    for i in range(12):
        half = 1.3 * i / 11
        across = x + reach * i / 11
        sheet.put(Layer.FORM, Line(across, y - half, across, y + half, Pen(color, 0.24)))


def put(
    sheet: Sheet,
    at: tuple[float, float],
    text: str,
    style: Style,
    align: Align = "left",
    fit: float | None = None,
) -> None:
    """Text of the form, in runs, so that a face without a character borrows another's."""
    sheet.put(Layer.FORM, Text(*at, text, style, align, fit))


def lines_of(text: str, style: Style, room: float) -> list[str]:
    """The text in lines of at most `room` mm."""
    lines = fonts.wrap(text, style.font, style.size, room * POINTS_PER_MM)
    for i in range(1, len(lines)):
        # no line begins with a mark that closes something
        if lines[i][0] in "，。；：、）":
            lines[i - 1], lines[i] = lines[i - 1] + lines[i][0], lines[i][1:]
    return [line for line in lines if line]


def dashes(sheet: Sheet, y: float, color: Color) -> None:
    """A dashed rule across a slip."""
    for i in range(round((sheet.width - 6) / 1.5)):
        sheet.line(3 + i * 1.5, y, 3.9 + i * 1.5, y, Pen(color, 0.18))


def status_bar(sheet: Sheet, clock: str, battery: str, color: Color) -> None:
    """The clock, the bars of reception and the battery at the top of a phone's screen."""
    width = sheet.width
    put(sheet, (5.5, 5.2), clock, Style(Font.SANS, 7.5, color, 0.06))
    for i in range(4):
        tall = 0.7 + 0.45 * i
        sheet.put(Layer.FORM, Fill(width - 17 + i * 0.9, 5.2 - tall, 0.6, tall, color))
    put(sheet, (width - 12.8, 5.2), "5G", Style(Font.SANS, 5.5, color, 0.05))
    sheet.put(Layer.FORM, Fill(width - 8.6, 3.0, 4.4, 2.2, color))
    sheet.put(Layer.FORM, Fill(width - 4.1, 3.7, 0.4, 0.8, color))
    level = (96, 96, 100) if color == WHITE else WHITE
    put(sheet, (width - 6.4, 4.85), battery, Style(Font.SANS, 5, level), "center")


def bar(sheet: Sheet, title: str, color: Color = (20, 20, 22)) -> None:
    """A back arrow, a title in the middle, and three dots."""
    y = 12.6
    put(sheet, (sheet.width / 2, y), title, Style(Font.HEI, 9.5, color, 0.06), "center", 44)
    for end in (-1.4, 1.4):
        sheet.put(Layer.FORM, Line(4.4, y - 1.3, 5.8, y - 1.3 + end, Pen(color, 0.3)))
    for i in range(3):
        sheet.put(Layer.FORM, Disc(sheet.width - 7.6 + i * 1.4, y - 1.3, 0.33, color))


@lru_cache(maxsize=32)
def company_stamp(name: str, purpose: str) -> Image.Image:
    """A company's round seal in ink one can read through."""
    return thin(seal.stamp(name, purpose), 0.68)
