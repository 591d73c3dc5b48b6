"""The layout of paper VAT invoices on pre-printed sprocket paper: 240 x 140 mm."""

from dataclasses import dataclass, replace

from synth.draw import looks, qr, seal, taxcontrol
from synth.draw.looks import PaperLook
from synth.draw.sheet import Color, Disc, Fill, Layer, Line, Mark, Pen, Picture, Sheet, Style, Text
from synth.draw.taxcontrol import Inks, Table
from synth.fonts import Font
from synth.truth import Truth

_BROWN: Color = (168, 92, 40)
_GREEN: Color = (36, 116, 70)
_BLACK: Color = (44, 44, 48)
_GREY: Color = (84, 86, 84)
_BLUE: Color = (34, 62, 150)
_RED: Color = (176, 66, 74)
_ORDINARY, _SPECIAL = "增值税普通发票", "增值税专用发票"
_GRID = taxcontrol.Grid(
    columns=(21.1, 73.0, 98.2, 110.1, 130.4, 150.4, 180.2, 190.4, 219.7),
    rows=(30.3, 51.9, 55.8, 95.6, 104.8, 124.1),
    sides=(29.0, 135.1, 140.4),
    values=52.6,
    pitch=4.3,
)
_OWN = "此联不作报销、扣税凭证使用"


@dataclass(frozen=True, slots=True)
class _Copy:
    """A sheet of the set: what stands under the title, up the right side, and its colour."""

    name: str
    note: str
    color: Color


_SPECIAL_COPIES = {
    1: _Copy(_OWN, "第一联：记账联　销售方记账凭证", _GREY),
    2: _Copy("抵扣联", "第二联：抵扣联　购买方扣税凭证", _GREEN),
    3: _Copy("发票联", "第三联：发票联　购买方记账凭证", _BROWN),
    4: _Copy("", "第四联：", _RED),
}
_ORDINARY_COPIES = {
    1: _Copy(_OWN, "第一联：记账联　销售方记账凭证", _GREY),
    2: _Copy("发票联", "第二联：发票联　购买方记账凭证", _BROWN),
    3: _Copy("", "第三联：", _GREEN),
}
_STRIPS = (13.2, 226.8)
"""Where the sprocket strips end, mm."""
HOLES = tuple((x, 6.5 + 12.7 * i) for x in (6.8, 233.2) for i in range(11))
"""Centres of the sprocket holes, mm."""


def lay_out(truth: Truth) -> Sheet:
    """The sheet of a paper invoice, form, print and seal in their layers."""
    copies = _SPECIAL_COPIES if truth.form.is_special else _ORDINARY_COPIES
    copy = copies[truth.face.copy_no]
    look = looks.PAPER[looks.index(truth) % len(looks.PAPER)]
    sheet = Sheet(240, 140)
    table = _table(truth, look, copy.color)
    _preprinted(sheet, truth, copy, look)
    _margins(sheet, truth, copy, table.words)
    taxcontrol.draw(sheet, truth, table)
    _machine_head(sheet, truth, table.inks, look)
    _foot(sheet, truth, table)
    return _torn(sheet) if truth.face.details.get("strips") == "torn" else sheet


def _torn(sheet: Sheet) -> Sheet:
    """The sheet without its sprocket strips, torn off along the perforation."""
    left, right = _STRIPS
    torn = Sheet(right - left, sheet.height)
    for layer, marks in sheet.marks.items():
        for mark in marks:
            if isinstance(mark, Line):
                moved: Mark = replace(mark, x0=mark.x0 - left, x1=mark.x1 - left)
                across = (mark.x0 + mark.x1) / 2
            else:
                moved, across = replace(mark, x=mark.x - left), mark.x
            if left < across < right:
                torn.put(layer, moved)
    return torn


def _table(truth: Truth, look: PaperLook, color: Color) -> Table:
    ink = truth.face.ink
    thick = {Font.SONG: 0.1, Font.KAI: 0.08}
    inks = Inks(
        pen=Pen(color, 0.2),
        label=Style(Font.KAI, 10, color),
        value=Style(*look.value, ink, thick.get(look.value[0], 0)),
        mono=Style(*look.mono, ink, thick.get(look.mono[0], 0)),
        sums=Style(*look.sums, ink, thick.get(look.sums[0], 0)),
        cross=ink,
    )
    words = taxcontrol.OLD if looks.is_old(truth) else taxcontrol.NEW
    dx, dy = look.nudge
    first, second, third = _GRID.sides
    grid = replace(
        _GRID,
        columns=tuple(x + dx for x in _GRID.columns),
        rows=tuple(y + dy for y in _GRID.rows),
        sides=(first + dx, second + dx, third + dx),
        values=_GRID.values + dx,
        pitch=look.pitch,
    )
    return Table(grid, inks, replace(words, parties=look.labels), look.aligns)


def _preprinted(sheet: Sheet, truth: Truth, copy: _Copy, look: PaperLook) -> None:
    face, weight = look.printer
    code = Style(face, 16 if face is Font.SONG else 15, _BLACK, weight)
    sheet.put(Layer.FORM, Text(42.5, 16, truth.code or "", code, fit=40, of="code"))
    title = Style(Font.KAI, 18, copy.color, spacing=look.title)
    text = truth.face.region + (_SPECIAL if truth.form.is_special else _ORDINARY)
    sheet.put(Layer.FORM, Text(120, 16, text, title, "center", 70))
    for y in (18.4, 19.5):
        sheet.line(87, y, 153, y, Pen(copy.color, 0.3))
    if copy.name == _OWN:
        style = Style(Font.KAI, 10.5, copy.color)
        sheet.put(Layer.FORM, Text(120, 26.4, copy.name, style, "center"))
    else:
        big = Style(Font.KAI, 15, _BLACK)
        for i, char in enumerate(copy.name):
            sheet.put(Layer.FORM, Text(120 + (i - 1) * 11.0, 27, char, big, "center"))
    sheet.put(Layer.FORM, Text(163.5, 16, "№", Style(Font.SONG, 17, _BLACK, 0.2)))
    number = Style(face, 19, _BLUE, weight + 0.18)
    paper = truth.form.is_digital_paper
    mark = Text(
        172,
        16.2,
        (truth.extra.second_number if paper else truth.number) or "",
        number,
        fit=31.5,
        of="extra.second_number" if paper else "number",
    )
    sheet.put(Layer.FORM, mark)
    label = Style(Font.KAI, 10, copy.color)
    sheet.put(Layer.FORM, Text(171, 26.6, "开票日期：", label))
    image = seal.paper_supervision(truth.face.region)
    sheet.put(Layer.FORM, Picture(105.5, 9.2, 30, 20, image))


def _margins(sheet: Sheet, truth: Truth, copy: _Copy, words: taxcontrol.Wording) -> None:
    small = Style(Font.KAI, 9, copy.color)
    note = copy.note
    for new, old in zip(taxcontrol.NEW.sides, taxcontrol.OLD.sides, strict=True):
        note = note.replace(new, old) if words.sides == taxcontrol.OLD.sides else note
    sheet.column(Layer.FORM, (224.2, 45), note, 3.9, small)
    sheet.put(Layer.FORM, Text(15.2, 46, truth.face.decree, small, fit=84, angle=90))
    edge = Pen((196, 196, 190), 0.15)
    for x in _STRIPS:
        # the perforation along which the sprocket strips are torn off
        for i in range(56):
            sheet.line(x, i * 2.5, x, i * 2.5 + 1.3, edge)
    for x in (0.6, 234.2):
        # by these marks a printer finds the top of the form
        sheet.put(Layer.FORM, Fill(x, 23.2, 5.2, 3.4, (52, 52, 54)))
    for x, y in HOLES:
        sheet.put(Layer.FORM, Disc(x, y, 2.0, (112, 108, 104)))


def _machine_head(sheet: Sheet, truth: Truth, inks: Inks, look: PaperLook) -> None:
    ink, extra = truth.face.ink, truth.extra
    if extra.qr:
        qr.put(sheet, Layer.PRINT, (20.5, 8), extra.qr, size=20, color=ink)
    _second_print(sheet, truth)
    date = f"{truth.day:%Y年%m月%d日}"
    sheet.put(Layer.PRINT, Text(188.5, 26.6, date, inks.value, fit=32, of="date"))
    if truth.check_code:
        x, y = look.check
        check = " ".join(truth.check_code[i : i + 5] for i in range(0, 20, 5))
        check = f"校验码 {check}"
        sheet.put(Layer.PRINT, Text(x, y, check, inks.value, fit=45, of="check_code"))
    x, y = look.machine
    if extra.machine_no:
        text = f"机器编号：{extra.machine_no}"
        sheet.put(Layer.PRINT, Text(x, y, text, inks.value, fit=43, of="extra.machine_no"))
    elif mark := truth.face.details.get("mark"):
        sheet.put(Layer.PRINT, Text(42.5, 22.6, mark, replace(inks.value, size=14)))


def _second_print(sheet: Sheet, truth: Truth) -> None:
    """What the machine prints beside the pre-printed number: both again, or the 20 digits."""
    style = Style(Font.SONG, 12, truth.face.ink, 0.06)
    extra = truth.extra
    if truth.form.is_digital_paper:
        label = Style(Font.KAI, 9, truth.face.ink)
        sheet.put(
            Layer.PRINT,
            Text(171, 21.6, "发票号码：", label),
            Text(186, 21.6, truth.number, replace(style, size=10), fit=36, of="number"),
        )
        return
    sheet.put(
        Layer.PRINT,
        Text(204.5, 14.8, extra.second_code or "", style, fit=18, of="extra.second_code"),
        Text(204.5, 19.8, extra.second_number or "", style, of="extra.second_number"),
    )


def _foot(sheet: Sheet, truth: Truth, table: Table) -> None:
    extra, inks = truth.extra, table.inks
    y = table.grid.rows[-1] + 4.3
    for label, value, x, of in (
        ("收款人：", extra.payee, 24.5, "extra.payee"),
        ("复核：", extra.reviewer, 80.0, "extra.reviewer"),
        ("开票人：", extra.drawer, 122.7, "extra.drawer"),
        (table.words.stamp, None, 165.4, ""),
    ):
        sheet.put(Layer.FORM, Text(x, y, label, inks.label))
        if value:
            at = x + 3.5 * len(label) + 0.6
            sheet.put(Layer.PRINT, Text(at, y - 0.2, value, inks.value, of=of))
    stamp = truth.face.details.get("stamp")
    if truth.seller and stamp is not None:
        image = seal.issuer(extra.issued_for or truth.seller.name, stamp)
        sheet.put(Layer.SEAL, Picture(162, 106, 40, 30, image))
