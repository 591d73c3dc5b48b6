"""Layouts of medical e-bills, 医疗门诊 and 医疗住院收费票据（电子）, lines in two halves."""

from models.forms import Form
from models.invoice import Detail
from synth.draw.billparts import (
    FOOT,
    WIDTH,
    Look,
    cell,
    foot,
    frame,
    head,
    labelled,
    look_of,
    rows_of,
    sums,
    width_of,
)
from synth.draw.cells import Run
from synth.draw.sheet import Layer, Sheet, Text
from synth.truth import Truth

_PITCH, _LEAST = 5.9, 5
_OTHER_PITCH = 5.2
_OUT = (("项目名称", 0.2), ("数量/单位", 0.09), ("", 0.12), ("备注", 0.09))
_IN = (("项目名称", 0.31), ("", 0.19))
"""Headings of half a table and their share of the width; the one without a name is the amount."""


def lay_out(truth: Truth) -> Sheet:
    """The sheet of a medical bill; it grows with its lines."""
    look = look_of(truth)
    rows = max(_LEAST, (len(truth.items) + 1) // 2)
    lines = _other_lines(truth, look)
    height = len(lines) * _OTHER_PITCH + 3.5
    sheet = Sheet(WIDTH, look.title[1] + 29.3 + (rows + 1) * _PITCH + 8 + height + FOOT + 2)
    top = head(sheet, truth, look)
    y = _table(sheet, truth, look, (top, rows))
    y = sums(sheet, truth, look, y)
    _others(sheet, truth, look, (y, lines))
    frame(sheet, look, top, y + height)
    purpose = "住院收费专用章" if truth.form is Form.MED_IN else "门诊收费专用章"
    foot(sheet, truth, look, y + height + 7.5, purpose)
    return sheet


def _table(sheet: Sheet, truth: Truth, look: Look, extent: tuple[float, int]) -> float:
    top, rows = extent
    left, right = look.edges
    bottom = top + (rows + 1) * _PITCH
    half = _IN if truth.form is Form.MED_IN else _OUT
    x = left
    for side in range(2):
        # lines run down the left half first, or from left to right
        mine = _mine(truth, side, rows, across=look.grid)
        for name, share in half:
            end = x + share * (right - left)
            heading = name or look.headings[1]
            middle = (x + end) / 2
            sheet.put(Layer.FORM, Text(middle, top + 4.2, heading, look.label_style, "center"))
            for row, index in enumerate(mine):
                _fill(sheet, truth, look, (x, end), (index, top + (row + 1) * _PITCH + 4.2, name))
            if look.grid and x > left:
                sheet.line(x, top, x, bottom, look.pen)
            x = end
    sheet.line(left, top + _PITCH, right, top + _PITCH, look.pen)
    return bottom


def _mine(truth: Truth, side: int, rows: int, *, across: bool) -> list[int]:
    """The indices of the lines that stand in a half."""
    every = list(range(len(truth.items)))
    return every[side::2] if across else every[side * rows : (side + 1) * rows]


def _fill(
    sheet: Sheet, truth: Truth, look: Look, span: tuple[float, float], at: tuple[int, float, str]
) -> None:
    """One cell of a line: `at` is the line's index, the baseline, and the column's name."""
    index, y, column = at
    item, of = truth.items[index], f"items.{index}."
    if column == "项目名称":
        cell(sheet, look, span, y, Run(item.name, f"{of}name"))
    elif column == "数量/单位":
        style, middle = look.value_style, (span[0] + span[1]) / 2 - 0.8
        slash = width_of("/", style)
        sheet.put(
            Layer.PRINT,
            Text(middle, y, item.quantity or "", style, "right", of=f"{of}quantity"),
            Text(middle, y, "/", style),
            Text(middle + slash, y, item.unit or "", style, of=f"{of}unit"),
        )
    elif not column:
        cell(sheet, look, span, y, Run(f"{item.amount:.2f}", f"{of}amount"), "right")


def _other_lines(truth: Truth, look: Look) -> list[list[Detail]]:
    """The 其他信息 in lines of four columns, or three where there is no grid."""
    lines: list[list[Detail]] = [[]]
    for each in truth.extra.details:
        if len(lines[-1]) == (4 if look.grid else 3):
            lines.append([])
        lines[-1].append(each)
    return lines


def _others(
    sheet: Sheet, truth: Truth, look: Look, block: tuple[float, list[list[Detail]]]
) -> None:
    top, lines = block
    left, right = look.edges
    start = left + 3
    if look.grid:
        height = len(lines) * _OTHER_PITCH + 3.5
        step = height / 5
        style = look.label_style
        sheet.column(Layer.FORM, (left + 4, top + step * 1.1), "其他信息", step, style)
        sheet.line(left + 8, top, left + 8, top + height, look.pen)
        start = left + 10
    for row, line in enumerate(lines):
        room = (right - start) / (4 if look.grid else 3)
        for column, each in enumerate(line):
            at = (start + column * room, top + (row + 1) * _OTHER_PITCH)
            run = next(iter(rows_of(truth, each.name).values()))
            labelled(sheet, look, at, f"{each.name}{look.colon}", run, room - 1.5)
