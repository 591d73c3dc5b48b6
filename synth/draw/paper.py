"""The layout of paper VAT invoices on pre-printed sprocket paper: 240 x 140 mm."""

from models.forms import Form
from synth.draw import qr, seal, taxcontrol
from synth.draw.sheet import Color, Disc, Layer, Pen, Picture, Sheet, Style, Text
from synth.fonts import Font
from synth.truth import Truth

_BROWN: Color = (168, 92, 40)
_GREEN: Color = (36, 116, 70)
_BLACK: Color = (44, 44, 48)
_BLUE: Color = (34, 62, 150)
_TITLES = {Form.VAT_SPECIAL: "增值税专用发票", Form.VAT_NORMAL: "增值税普通发票"}
_GRID = taxcontrol.Grid(
    columns=(21.1, 73.0, 98.2, 110.1, 130.4, 150.4, 180.2, 190.4, 219.7),
    rows=(30.3, 51.9, 55.8, 95.6, 104.8, 124.1),
    sides=(29.0, 135.1, 140.4),
    values=52.6,
    pitch=4.3,
)
_COPIES = {
    (Form.VAT_SPECIAL, 2): ("抵扣联", "第二联：抵扣联　购买方扣税凭证", _GREEN),
    (Form.VAT_SPECIAL, 3): ("发票联", "第三联：发票联　购买方记账凭证", _BROWN),
    (Form.VAT_NORMAL, 2): ("发票联", "第二联：发票联　购买方记账凭证", _BROWN),
}
HOLES = tuple((x, 6.5 + 12.7 * i) for x in (6.8, 233.2) for i in range(11))
"""Centres of the sprocket holes, mm."""


def lay_out(truth: Truth) -> Sheet:
    """The sheet of a paper invoice, form, print and seal in their layers."""
    name, note, color = _COPIES[truth.form, truth.face.copy_no]
    sheet = Sheet(240, 140)
    label = Style(Font.KAI, 10, color)
    ink = truth.face.ink
    inks = taxcontrol.Inks(
        pen=Pen(color, 0.2),
        label=label,
        value=Style(Font.SONG, 9.5, ink, 0.1),
        mono=Style(Font.MONO, 12.5, ink),
        cross=ink,
    )
    _preprinted(sheet, truth, name, label)
    _margins(sheet, truth, note, label)
    taxcontrol.draw(sheet, truth, _GRID, inks)
    _machine_head(sheet, truth, inks)
    _foot(sheet, truth, inks)
    return sheet


def _preprinted(sheet: Sheet, truth: Truth, copy: str, label: Style) -> None:
    code = Style(Font.SONG, 16, _BLACK, 0.12)
    sheet.put(Layer.FORM, Text(42.5, 16, truth.code or "", code, of="code"))
    title = Style(Font.KAI, 18, label.color, spacing=0.3)
    text = truth.face.region + _TITLES[truth.form]
    sheet.put(Layer.FORM, Text(120, 16, text, title, "center"))
    for y in (18.4, 19.5):
        sheet.line(87, y, 153, y, Pen(label.color, 0.3))
    step = 11.0
    big = Style(Font.KAI, 15, _BLACK)
    for i, char in enumerate(copy):
        sheet.put(Layer.FORM, Text(120 + (i - 1) * step, 27, char, big, "center"))
    sheet.put(Layer.FORM, Text(163.5, 16, "№", Style(Font.SONG, 17, _BLACK, 0.2)))
    number = Style(Font.SONG, 19, _BLUE, 0.28)
    sheet.put(Layer.FORM, Text(172, 16.2, truth.number, number, of="number"))
    sheet.put(Layer.FORM, Text(171, 26.6, "开票日期：", label))
    image = seal.paper_supervision(truth.face.region)
    sheet.put(Layer.FORM, Picture(105.5, 9.2, 30, 20, image))


def _margins(sheet: Sheet, truth: Truth, note: str, label: Style) -> None:
    small = Style(Font.KAI, 9, label.color)
    sheet.column(Layer.FORM, (224.2, 45), note, 4.0, small)
    sheet.put(Layer.FORM, Text(15.2, 46, truth.face.decree, small, angle=90))
    edge = Pen((196, 196, 190), 0.15)
    for x in (13.2, 226.8):
        # the perforation along which the sprocket strips are torn off
        for i in range(56):
            sheet.line(x, i * 2.5, x, i * 2.5 + 1.3, edge)
    for x, y in HOLES:
        sheet.put(Layer.FORM, Disc(x, y, 2.0, (112, 108, 104)))


def _machine_head(sheet: Sheet, truth: Truth, inks: taxcontrol.Inks) -> None:
    qr.put(sheet, Layer.PRINT, (20.5, 8), truth.extra.qr or "", size=20, color=truth.face.ink)
    small = Style(Font.SONG, 9, truth.face.ink, 0.05)
    sheet.put(
        Layer.PRINT,
        Text(206.5, 14.6, truth.code or "", small, of="extra.second_code"),
        Text(
            204.5,
            19.8,
            truth.number,
            Style(Font.SONG, 12, truth.face.ink, 0.06),
            of="extra.second_number",
        ),
        Text(188.5, 26.6, f"{truth.date:%Y年%m月%d日}", inks.value, of="date"),
    )
    if truth.check_code:
        check = " ".join(truth.check_code[i : i + 5] for i in range(0, 20, 5))
        sheet.put(Layer.PRINT, Text(42.5, 27.6, f"校验码 {check}", inks.value, of="check_code"))
    if truth.extra.machine_no:
        text = f"机器编号：{truth.extra.machine_no}"
        sheet.put(Layer.PRINT, Text(42.5, 22.4, text, inks.value, of="extra.machine_no"))


def _foot(sheet: Sheet, truth: Truth, inks: taxcontrol.Inks) -> None:
    extra = truth.extra
    for label, value, x, of in (
        ("收款人：", extra.payee, 24.5, "extra.payee"),
        ("复核：", extra.reviewer, 80.0, "extra.reviewer"),
        ("开票人：", extra.drawer, 122.7, "extra.drawer"),
        ("销售方：（章）", None, 165.4, ""),
    ):
        sheet.put(Layer.FORM, Text(x, 128.4, label, inks.label))
        if value:
            at = x + 3.5 * len(label) + 0.6
            sheet.put(Layer.PRINT, Text(at, 128.2, value, inks.value, of=of))
    if truth.seller:
        image = seal.issuer(truth.seller.name, truth.seller.tax_id or "")
        sheet.put(Layer.SEAL, Picture(162, 106, 40, 30, image))
