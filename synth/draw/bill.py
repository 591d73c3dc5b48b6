"""Layouts of fiscal e-bills: non-tax income, and the toll of roads that repay a loan."""

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
)
from synth.draw.cells import Run
from synth.draw.sheet import Align, Layer, Sheet, Text
from synth.truth import Truth

_PITCH, _ROWS = 6.4, 5
_Column = tuple[str, float, Align, dict[int, Run]]
"""Heading, share of the width, where values stand, and the values by row."""


def fiscal(truth: Truth) -> Sheet:
    """A 非税收入统一票据（电子） and its relatives: 210 mm wide, about 120 mm high."""
    look = look_of(truth)
    standard, amount = look.headings
    columns: tuple[_Column, ...] = (
        ("项目编码", 0.14, "center", rows_of(truth, "项目编码")),
        ("项目名称", 0.28, "left", _items(truth, "name")),
        ("单位", 0.09, "center", _items(truth, "unit")),
        ("数量", 0.09, "center", _items(truth, "quantity")),
        (standard, 0.13, "right", _items(truth, "unit_price")),
        (amount, 0.15, "right", _items(truth, "amount")),
        ("备注", 0.12, "left", {}),
    )
    return _sheet(truth, look, columns, ("缴款码", "交款方式"))


def toll(truth: Truth) -> Sheet:
    """A 通行费财政电子票据: a row for each passage, as toll invoices have them."""
    look = look_of(truth)
    columns: tuple[_Column, ...] = (
        ("项目名称", 0.2, "left", _items(truth, "name")),
        ("车牌号", 0.15, "center", rows_of(truth, "车牌号")),
        ("类型", 0.12, "center", rows_of(truth, "类型")),
        ("通行日期起", 0.16, "center", rows_of(truth, "通行日期起")),
        ("通行日期止", 0.16, "center", rows_of(truth, "通行日期止")),
        (look.headings[1], 0.21, "right", _items(truth, "amount")),
    )
    return _sheet(truth, look, columns, ())


def _items(truth: Truth, field: str) -> dict[int, Run]:
    found = {}
    for i, item in enumerate(truth.items):
        value = getattr(item, field)
        if value is not None:
            text = f"{value:.2f}" if field == "amount" else str(value)
            found[i] = Run(text, f"items.{i}.{field}")
    return found


def _sheet(
    truth: Truth, look: Look, columns: tuple[_Column, ...], others: tuple[str, ...]
) -> Sheet:
    rows = max(_ROWS, len(truth.items))
    sheet = Sheet(WIDTH, look.title[1] + 29.3 + (rows + 1) * _PITCH + 8 + 16 + FOOT)
    top = head(sheet, truth, look)
    y = _table(sheet, look, columns, (top, rows))
    y = sums(sheet, truth, look, y)
    bottom = y + 14
    left, _ = look.edges
    sheet.put(Layer.FORM, Text(left + 3, y + 8, "其他信息", look.label_style))
    if look.grid:
        sheet.line(left + 22, y, left + 22, bottom, look.pen)
    x = left + 25
    for name in others:
        for run in rows_of(truth, name).values():
            x = labelled(sheet, look, (x, y + 6), f"{name}{look.colon}", run) + 6
    frame(sheet, look, top, bottom)
    foot(sheet, truth, look, bottom + 7.5, "财务专用章")
    return sheet


def _table(
    sheet: Sheet, look: Look, columns: tuple[_Column, ...], extent: tuple[float, int]
) -> float:
    """Headings and rows; gives the lower edge."""
    (left, right), (top, rows) = look.edges, extent
    bottom = top + (rows + 1) * _PITCH
    x = left
    for i, (heading, share, align, values) in enumerate(columns):
        end = x + share * (right - left)
        middle = (x + end) / 2
        mark = Text(middle, top + 4.5, heading, look.label_style, "center", end - x - 1)
        sheet.put(Layer.FORM, mark)
        for row, run in values.items():
            cell(sheet, look, (x, end), top + (row + 1) * _PITCH + 4.5, run, align)
        if i and look.grid:
            sheet.line(x, top, x, bottom, look.pen)
        x = end
    sheet.line(left, top + _PITCH, right, top + _PITCH, look.pen)
    return bottom
