"""The layout of tax-control electronic invoices, 增值税电子普通发票 and its kin: 210 x 140 mm."""

from dataclasses import replace

from models.forms import Form
from synth.draw import looks, qr, seal, taxcontrol
from synth.draw.looks import ElectronicLook
from synth.draw.sheet import Layer, Pen, Picture, Sheet, Style, Text
from synth.draw.taxcontrol import Inks, Table
from synth.fonts import Font
from synth.truth import Truth

_RULE = (146, 52, 22)
_TITLES = {Form.VAT_E_SPECIAL: "增值税电子专用发票"}
_TITLE = "增值税电子普通发票"
_TOLL_COLUMNS = (0.34, 0.2, 0.1, 0.18)
"""What share of the room up to 金额 the columns of a toll form have; 通行日期止 has the rest."""


def lay_out(truth: Truth) -> Sheet:
    """The sheet of an electronic tax-control invoice."""
    sheet = Sheet(210, 140)
    look = looks.ELECTRONIC[looks.index(truth) % len(looks.ELECTRONIC)]
    table = _table(truth, look)
    _head(sheet, truth, look, table.inks)
    _numbers(sheet, truth, look, table.inks)
    taxcontrol.draw(sheet, truth, table)
    _foot(sheet, truth, table)
    return sheet


def _table(truth: Truth, look: ElectronicLook) -> Table:
    label = Style(*look.label, look.color)
    value = Style(*look.value)
    inks = Inks(
        Pen(_RULE, 0.2), label, value, Style(*look.mono), Style(*look.sums), cross=(0, 0, 0)
    )
    words = taxcontrol.OLD if looks.is_old(truth) else taxcontrol.NEW
    if truth.form is Form.TOLL_E:
        return _toll_table(look.grid, inks, look)
    if look.late and truth.day.year > 2019:
        words = taxcontrol.LATE
    return Table(look.grid, inks, replace(words, parties=look.labels), look.aligns)


def _toll_table(grid: taxcontrol.Grid, inks: Inks, look: ElectronicLook) -> Table:
    """The table whose middle columns hold plate, kind of vehicle and days of passing."""
    left, right = grid.columns[0], grid.columns[5]
    xs = [left]
    for share in _TOLL_COLUMNS:
        xs.append(xs[-1] + share * (right - left))
    columns = (*xs, right, *grid.columns[6:])
    words = replace(taxcontrol.TOLL, parties=look.labels)
    aligns = ("left", "center", "center", "center", *look.aligns[4:])
    return Table(replace(grid, columns=columns), inks, words, aligns)


def _head(sheet: Sheet, truth: Truth, look: ElectronicLook, inks: Inks) -> None:
    x, y = look.code
    if truth.extra.qr:
        qr.put(sheet, Layer.FORM, (x, y), truth.extra.qr, size=20)
    x, y = look.machine
    sheet.put(Layer.FORM, Text(x, y, "机器编号：", inks.label))
    machine = truth.extra.machine_no or ""
    sheet.put(Layer.PRINT, Text(x + 15.2, y, machine, inks.value, of="extra.machine_no"))
    size, y = look.title
    left, right = look.rule
    text = truth.face.region + _TITLES.get(truth.form, _TITLE)
    style = Style(look.label[0], size, look.color)
    sheet.put(Layer.FORM, Text((left + right) / 2, y, text, style, "center", right - left + 4))
    for gap in (4.0, 5.0):
        sheet.line(left, y + gap, right, y + gap, inks.pen)
    image = seal.supervision(truth.face.bureau)
    sheet.put(Layer.SEAL, Picture((left + right) / 2 - 15, y - 6.4, 30, 20, image))
    mark = truth.extra.special_business or truth.face.details.get("mark", "")
    of = "extra.special_business" if truth.extra.special_business else ""
    if mark:
        big = Style(Font.HEI, 14)
        sheet.put(Layer.PRINT, Text(look.code[0] + 22.5, y + 4.2, mark, big, of=of))


def _numbers(sheet: Sheet, truth: Truth, look: ElectronicLook, inks: Inks) -> None:
    check = truth.check_code or ""
    if look.grouped:
        check = " ".join(check[i : i + 5] for i in range(0, 20, 5))
    date = f"{truth.day:%Y  %m  %d}" if look.bare_date else f"{truth.day:%Y年%m月%d日}"
    at, values, y, step = look.head
    for i, (label, value, of) in enumerate(
        (
            ("发票代码：", truth.code or "", "code"),
            ("发票号码：", truth.number, "number"),
            ("开票日期：", date, "date"),
            ("校 验 码：", check, "check_code"),
        )
    ):
        sheet.put(Layer.FORM, Text(at, y + i * step, label, inks.label, fit=values - at))
        fit = sheet.width - values - 1.5
        sheet.put(Layer.PRINT, Text(values, y + i * step, value, inks.value, fit=fit, of=of))


def _foot(sheet: Sheet, truth: Truth, table: Table) -> None:
    extra, inks, grid = truth.extra, table.inks, table.grid
    y = grid.rows[-1] + 5.2
    left = grid.columns[0] + 3.4
    for label, value, x, of in (
        ("收款人：", extra.payee, left, "extra.payee"),
        ("复核：", extra.reviewer, left + 54.6, "extra.reviewer"),
        ("开票人：", extra.drawer, left + 96.6, "extra.drawer"),
        (table.words.stamp, None, left + 138.6, ""),
    ):
        sheet.put(Layer.FORM, Text(x, y, label, inks.label))
        if value:
            at = x + 3.2 * len(label) - 1
            sheet.put(Layer.PRINT, Text(at, y, value, inks.value, of=of))
    stamp = truth.face.details.get("stamp")
    if truth.seller and stamp is not None:
        name = extra.issued_for or truth.seller.name
        image = seal.issuer(name, stamp)
        sheet.put(Layer.SEAL, Picture(164, grid.rows[4], 40, 30, image))
