"""Rows of labelled cells, what vehicle invoices and machine-printed sheets are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from synth import fonts
from synth.draw.marks import cross_out
from synth.draw.sheet import POINTS_PER_MM, Layer, Pen, Sheet, Style, Text
from synth.truth import Truth

_CAP = 0.35
"""How far the middle of a character is above its baseline, as a share of the size."""


@dataclass(frozen=True, slots=True)
class Inks:
    """The form's lines and labels; the printed values, `mono` those without Chinese in them."""

    pen: Pen
    label: Style
    value: Style
    mono: Style

    def of_text(self, text: str) -> Style:
        """The style a value is set in."""
        return self.mono if text.isascii() or text.lstrip("¥").isascii() else self.value


@dataclass(frozen=True, slots=True)
class Run:
    """A printed value and the field of the label it is (see Text.of)."""

    text: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A label between the first two of `ends` and, one above the other, values up to the third.

    `label` may have several lines; `upright` sets it downwards. `crossed` puts the circled cross
    of a capital amount first. `ruled` draws the line between label and values; `loose` spreads
    several lines over the whole height, so that lines of the label and values stand level.
    """

    label: str
    ends: tuple[float, float, float]
    runs: tuple[Run, ...] = ()
    upright: bool = False
    crossed: bool = False
    ruled: bool = True
    loose: bool = False


def detail(truth: Truth, name: str) -> tuple[Run, ...]:
    """The runs of a detail the truth has under this name: one, or none."""
    return tuple(
        Run(each.value, f"extra.details.{i}")
        for i, each in enumerate(truth.extra.details)
        if each.name == name
    )


def put_row(sheet: Sheet, span: tuple[float, float], cells: Sequence[Cell], inks: Inks) -> None:
    """A row of cells between two heights, with the lines between them and the one below."""
    top, bottom = span
    for i, cell in enumerate(cells):
        left, edge, right = cell.ends
        if i:
            sheet.line(left, top, left, bottom, inks.pen)
        if cell.ruled and left < edge < right:
            sheet.line(edge, top, edge, bottom, inks.pen)
        _label(sheet, cell, span, inks)
        _values(sheet, cell, span, inks)
    sheet.line(cells[0].ends[0], bottom, cells[-1].ends[2], bottom, inks.pen)


def _label(sheet: Sheet, cell: Cell, span: tuple[float, float], inks: Inks) -> None:
    left, edge, _ = cell.ends
    middle = (left + edge) / 2
    if not cell.label:
        return
    if cell.upright:
        height = span[1] - span[0]
        step = height / (len(cell.label) + 0.4)
        sheet.column(Layer.FORM, (middle, span[0] + 0.85 * step), cell.label, step, inks.label)
        return
    lines = cell.label.split("\n")
    for y, text in zip(
        _baselines(span, len(lines), inks.label, loose=cell.loose), lines, strict=True
    ):
        style = _spread(text, inks.label, edge - left)
        mark = Text(middle, y, text, style, "center", edge - left - 1.2)
        sheet.put(Layer.FORM, mark)


def _values(sheet: Sheet, cell: Cell, span: tuple[float, float], inks: Inks) -> None:
    _, x, right = cell.ends
    x += 1.8 if cell.ruled else 0.6
    runs = [run for run in cell.runs if run.text]
    if cell.crossed and runs:
        cross_out(sheet, Layer.PRINT, (x + 1.9, sum(span) / 2), 1.7, inks.value.color)
        x += 5.2
    for y, run in zip(_baselines(span, len(runs), inks.value, loose=cell.loose), runs, strict=True):
        style = inks.of_text(run.text)
        mark = Text(x, y, run.text, style, fit=max(right - x - 1, 1), of=run.of)
        sheet.put(Layer.PRINT, mark)


def _baselines(span: tuple[float, float], count: int, style: Style, *, loose: bool) -> list[float]:
    """Where `count` lines stand, close together about the middle, or `loose` over the height."""
    top, bottom = span
    size = style.size / POINTS_PER_MM
    room = (bottom - top) / max(1, count)
    step = room * 0.9 if loose else min(size * 1.25, room)
    first = (top + bottom) / 2 + _CAP * size - step * (count - 1) / 2
    return [first + i * step for i in range(count)]


def _spread(text: str, style: Style, room: float) -> Style:
    """The label's style, its few characters spread out over a wide cell as forms do."""
    width = fonts.text_width(text, style.font, style.size) / POINTS_PER_MM
    wanted = min(room * 0.78, width * 1.45)
    if len(text) < 2 or len(text) > 7 or width >= wanted or not room:
        return style
    space = (wanted - width) / (len(text) - 1)
    return Style(style.font, style.size, style.color, style.weight, space)
