"""The layout of a tax-control electronic invoice, 增值税电子普通发票: 210 x 140 mm."""

from synth.draw import qr, seal, taxcontrol
from synth.draw.sheet import Layer, Pen, Picture, Sheet, Style, Text
from synth.fonts import Font
from synth.truth import Truth

_BROWN = (156, 82, 35)
_PEN = Pen((146, 52, 22), 0.2)
_LABEL = Style(Font.KAI, 9, _BROWN)
_VALUE = Style(Font.SONG, 9)
_MONO = Style(Font.MONO, 11.5)
_GRID = taxcontrol.Grid(
    columns=(8.0, 60.5, 75.5, 87.4, 110.2, 134.7, 165.2, 173.5, 204.0),
    rows=(31.0, 51.6, 55.6, 95.0, 103.0, 122.2),
    sides=(14.7, 120.2, 125.2),
    values=37.4,
    pitch=4.4,
)


def lay_out(truth: Truth) -> Sheet:
    """The sheet of an electronic tax-control invoice."""
    sheet = Sheet(210, 140)
    _head(sheet, truth)
    inks = taxcontrol.Inks(_PEN, _LABEL, _VALUE, _MONO, (0, 0, 0))
    taxcontrol.draw(sheet, truth, _GRID, inks)
    _foot(sheet, truth)
    return sheet


def _head(sheet: Sheet, truth: Truth) -> None:
    qr.put(sheet, Layer.FORM, (11.5, 3.6), truth.extra.qr or "", size=20)
    sheet.put(Layer.FORM, Text(10.9, 28.2, "机器编号：", _LABEL))
    sheet.put(
        Layer.PRINT, Text(25.6, 28.2, truth.extra.machine_no or "", _VALUE, of="extra.machine_no")
    )
    title = Style(Font.KAI, 20, _BROWN)
    text = f"{truth.face.region}增值税电子普通发票"
    sheet.put(Layer.FORM, Text(101.9, 14.8, text, title, "center"))
    for y in (18.8, 19.8):
        sheet.line(67.8, y, 144, y, _PEN)
    image = seal.supervision(truth.face.bureau)
    sheet.put(Layer.SEAL, Picture(90.2, 8.4, 30, 20, image))
    check = truth.check_code or ""
    for label, value, y, of in (
        ("发票代码：", truth.code or "", 7.4, "code"),
        ("发票号码：", truth.number, 13.4, "number"),
        ("开票日期：", f"{truth.date:%Y年%m月%d日}", 19.4, "date"),
        ("校 验 码：", " ".join(check[i : i + 5] for i in range(0, 20, 5)), 25.4, "check_code"),
    ):
        sheet.put(Layer.FORM, Text(149.6, y, label, _LABEL, fit=15))
        sheet.put(Layer.PRINT, Text(165.2, y, value, _VALUE, of=of))


def _foot(sheet: Sheet, truth: Truth) -> None:
    extra = truth.extra
    for label, value, x, of in (
        ("收款人：", extra.payee, 11.4, "extra.payee"),
        ("复核：", extra.reviewer, 66.0, "extra.reviewer"),
        ("开票人：", extra.drawer, 108.0, "extra.drawer"),
        ("销售方：（章）", None, 150.0, ""),
    ):
        sheet.put(Layer.FORM, Text(x, 127.4, label, _LABEL))
        if value:
            sheet.put(Layer.PRINT, Text(x + 3.2 * len(label) - 1, 127.4, value, _VALUE, of=of))
    if truth.seller:
        image = seal.issuer(truth.seller.name, truth.seller.tax_id or "")
        sheet.put(Layer.SEAL, Picture(164, 103, 40, 30, image))
