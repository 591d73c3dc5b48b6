"""Layouts of 机动车销售统一发票: sprocket paper 241 x 177.8 mm, and electronic 210 x 140 mm.

The paper follows a real sheet and the published sizes and colours of its copies. What the
electronic form looks like is known from its field list alone: its cells are a guess.
"""

from synth.draw import qr, seal
from synth.draw.cells import Cell, Inks, Run, detail, put_row
from synth.draw.sheet import Color, Disc, Layer, Pen, Picture, Sheet, Style, Text
from synth.draw.vehicle_rows import (
    COPIES,
    ELECTRONIC_LAYOUTS,
    FIRST_ROW,
    PAPERS,
    Copy,
    PaperLook,
    Rows,
)
from synth.fonts import Font
from synth.truth import Party, Truth

WIDTH, HEIGHT = 241.0, 177.8
_FIGURES = ((Font.MONO, 10.5), (Font.SONG, 11.5), (Font.SANS, 10.0))
"""In what the machine prints figures and letters, by layout."""
DARK_RED: Color = (128, 0, 0)


def lay_out(truth: Truth) -> Sheet:
    """The sheet of a new vehicle's invoice, of paper or electronic."""
    return _electronic(truth) if truth.form.is_digital else _paper(truth)


def values(truth: Truth) -> dict[str, tuple[Run, ...]]:
    """What stands in the cells, by the keys of the layouts."""
    extra = truth.extra
    name = Run(truth.buyer.name if truth.buyer else "", "buyer_name")
    buyer_id = Run((truth.buyer and truth.buyer.tax_id) or "", "buyer_tax_id")
    cell = truth.face.details["id_cell"]
    return {
        "buyer": (name,) if cell == "tax" else (name, buyer_id),
        "buyer_id": {"name": (), "tax": (buyer_id,)}.get(cell, (Run(buyer_id.text),)),
        "buyer_alone": (name,),
        "buyer_id_alone": (buyer_id,),
        "type": detail(truth, "车辆类型"),
        "model": (Run(extra.vehicle_model or "", "extra.vehicle_model"),),
        "origin": detail(truth, "产地"),
        "certificate": detail(truth, "合格证号"),
        "import": detail(truth, "进口证明书号"),
        "inspection": detail(truth, "商检单号"),
        "engine": (Run(extra.engine_no or "", "extra.engine_no"),),
        "vin": (Run(extra.vin or "", "extra.vin"),),
        "words": (Run(extra.total_in_words or "", "extra.total_in_words"),),
        "total": (Run(f"¥{truth.total:.2f}", "total"),),
        "rate": detail(truth, "增值税税率或征收率"),
        "tax": (Run(f"¥{truth.tax:.2f}", "tax"),),
        "amount": (Run(f"¥{truth.amount:.2f}", "amount"),),
        "office": detail(truth, "主管税务机关") + detail(truth, "主管税务机关代码"),
        "receipt": detail(truth, "完税凭证号码"),
        "tonnage": detail(truth, "吨位"),
        "seats": detail(truth, "限乘人数"),
        "remark": (Run(extra.remark or "", "extra.remark"),),
        **_seller(truth.seller),
    }


def _seller(party: Party | None) -> dict[str, tuple[Run, ...]]:
    if party is None:
        return dict.fromkeys(("seller", "seller_id", "address", "phone", "bank", "account"), ())
    address, _, phone = party.address.rpartition(" ")
    bank, _, account = party.bank.rpartition(" ")
    return {
        "seller": (Run(party.name, "seller_name"),),
        "seller_id": (Run(party.tax_id or "", "seller_tax_id"),),
        "address": (Run(address),),
        "phone": (Run(phone),),
        "bank": (Run(bank),),
        "account": (Run(account),),
    }


def put_rows(
    sheet: Sheet, top: float, rows: Rows, found: dict[str, tuple[Run, ...]], inks: Inks
) -> None:
    """The rows of a layout from `top` down; a key that `found` lacks leaves its cell empty."""
    for bottom, specs in rows:
        cells = [
            Cell(
                label,
                (x0, x1, x2),
                found.get(key, ()),
                crossed=key == "words",
                ruled=key not in ("total", "bare"),
            )
            for label, key, x0, x1, x2 in specs
        ]
        put_row(sheet, (top, bottom), cells, inks)
        top = bottom


def paper_inks(truth: Truth, label: Style, color: Color) -> Inks:
    """Form lines and labels in the copy's colour, values in the printer's ink."""
    ink = truth.face.ink
    figures, size = _FIGURES[int(truth.face.details["layout"])]
    return Inks(
        Pen(color, 0.18),
        Style(label.font, label.size, color, label.weight, label.spacing),
        Style(Font.SONG, 9.8, ink, 0.1),
        Style(figures, size, ink, 0.06),
    )


def _paper(truth: Truth) -> Sheet:
    look = PAPERS[int(truth.face.details["layout"])]
    copy = COPIES[truth.face.copy_no]
    sheet = Sheet(WIDTH, HEIGHT)
    inks = paper_inks(truth, look.label, copy.color)
    title = Style(look.title.font, look.title.size, copy.color, 0.12, look.title.spacing)
    front(sheet, truth, "机动车销售统一发票", copy, (title, inks))
    margins(sheet, truth, copy)
    first = look.rows[0][0] - FIRST_ROW
    sheet.frame(look.left, look.top, look.right, look.rows[-1][0], inks.pen)
    machine_block(sheet, truth, (look.left, look.right), (look.top, first), inks)
    put_rows(sheet, first, look.rows, values(truth), inks)
    _foot(sheet, truth, look, inks)
    return sheet


def front(sheet: Sheet, truth: Truth, title: str, copy: Copy, how: tuple[Style, Inks]) -> None:
    """Title, copy, supervision seal, pre-printed code and number, date and perhaps a QR code."""
    style, inks = how
    middle = sheet.width / 2 + 1
    named = Style(Font.KAI, 16, copy.color, 0.1, 6.0 if len(copy.name) == 3 else 2.0)
    sheet.put(
        Layer.FORM,
        Text(middle, 16.5, title, style, "center", 96),
        Text(middle, 26.2, copy.name, named, "center"),
        Text(20.8, 31.6, "开票日期", inks.label),
        Picture(middle - 16, 9, 30, 20, seal.paper_supervision(truth.face.region)),
    )
    number = Style(Font.SANS, 12.8, (58, 56, 58))
    paper_number = truth.extra.second_number if truth.form.is_digital_paper else truth.number
    paper_of = "extra.second_number" if truth.form.is_digital_paper else "number"
    for y, label, text, of in (
        (22.6, "发票代码", truth.code or "", "code"),
        (29.2, "发票号码", paper_number or "", paper_of),
    ):
        sheet.put(
            Layer.FORM,
            Text(169.5, y, label, inks.label),
            Text(187, y, text, number, fit=33, of=of),
        )
    at = 41 if truth.extra.qr is None else 43
    sheet.put(Layer.PRINT, Text(at, 31.4, f"{truth.day:%Y-%m-%d}", inks.mono, of="date"))
    if truth.extra.qr:
        place = (21.0, 6.4)
        qr.put(sheet, Layer.PRINT, place, truth.extra.qr, size=20, color=truth.face.ink)


def margins(sheet: Sheet, truth: Truth, copy: Copy) -> None:
    """Sprocket holes, what the copy is for down the right, the printer's imprint up the left."""
    small = Style(Font.KAI, 9.5, copy.color)
    sheet.column(Layer.FORM, (225.2, 56), copy.note, 4.3, small)
    sheet.put(
        Layer.FORM, Text(14.6, 82, truth.face.decree, Style(Font.KAI, 7, copy.color), angle=90)
    )
    for x in (6.1, 234.9):
        for i in range(14):
            sheet.put(Layer.FORM, Disc(x, 6.4 + 12.7 * i, 2.0, (112, 108, 104)))
    edge = Pen((200, 198, 192), 0.15)
    for x in (12.5, 228.5):
        for i in range(71):
            sheet.line(x, i * 2.5, x, i * 2.5 + 1.3, edge)


def machine_block(
    sheet: Sheet, truth: Truth, xs: tuple[float, float], span: tuple[float, float], inks: Inks
) -> None:
    """The first row: what the machine prints of itself, and the 税控码.

    On 数电纸质 the 20-digit number stands there instead of the machine's own.
    """
    left, right = xs
    edge, cipher, start = left + 27.3, left + 87.5, left + 95.0
    extra = truth.extra
    own = Cell(
        "机打代码\n机打号码\n机器编号",
        (left, edge, cipher),
        (
            Run(truth.code or "", "extra.second_code"),
            Run(truth.number, "extra.second_number"),
            Run(extra.machine_no or "", "extra.machine_no"),
        ),
        loose=True,
    )
    if truth.form.is_digital_paper:
        own = Cell("数电发票\n号　　码", (left, edge, cipher), (Run(truth.number, "number"),))
    lines = tuple(Run(line) for line in truth.face.cipher)
    code = Cell("税控码", (cipher, start, right), lines, upright=True, loose=True)
    put_row(sheet, span, (own, code), inks)


def _foot(sheet: Sheet, truth: Truth, look: PaperLook, inks: Inks) -> None:
    y = look.rows[-1][0] + 5.6
    sheet.put(
        Layer.FORM,
        Text(look.left + 1.5, y, f"{look.seller}盖章", inks.label),
        Text(98, y, "开票人", inks.label),
        Text(150, y, "备注：一车一票", inks.label),
    )
    sheet.put(Layer.PRINT, Text(113, y, truth.extra.drawer or "", inks.value, of="extra.drawer"))
    if truth.extra.remark:
        small = Style(inks.value.font, 8.5, inks.value.color, inks.value.weight)
        mark = Text(150, y + 4.4, truth.extra.remark, small, fit=72, of="extra.remark")
        sheet.put(Layer.PRINT, mark)
    if truth.seller:
        image = seal.issuer(truth.seller.name, truth.seller.tax_id or "")
        sheet.put(Layer.SEAL, Picture(48, 140, 40, 30, image))


_E_LEFT, _E_RIGHT = 4.6, 205.8
_E_LABEL = Style(Font.KAI, 9, DARK_RED)
ELECTRONIC = Inks(Pen(DARK_RED, 0.22), _E_LABEL, Style(Font.SONG, 9), Style(Font.MONO, 9.5))


def _electronic(truth: Truth) -> Sheet:
    title, rows = ELECTRONIC_LAYOUTS[int(truth.face.details["layout"])]
    sheet = Sheet(210, 140)
    electronic_head(sheet, truth, title)
    top, bottom = 29.8, 127.0
    step = (bottom - top) / len(rows)
    placed = tuple((top + step * (i + 1), row) for i, row in enumerate(rows))
    sheet.frame(_E_LEFT, top, _E_RIGHT, bottom, ELECTRONIC.pen)
    put_rows(sheet, top, placed, values(truth), ELECTRONIC)
    electronic_foot(sheet, truth)
    return sheet


def electronic_head(sheet: Sheet, truth: Truth, title: str) -> None:
    """What heads a 数电票: code, title over two lines, supervision seal, number and date."""
    qr.put(sheet, Layer.FORM, (6.5, 5.8), truth.extra.qr or "", size=20)
    qr.put_patch(sheet, Layer.FORM, (16.5, 15.8))
    style = Style(Font.KAI, 18, DARK_RED)
    sheet.put(Layer.FORM, Text(98.4, 14.4, title, style, "center"))
    for y in (18.1, 19.1):
        sheet.line(51, y, 146, y, Pen(DARK_RED, 0.3))
    sheet.put(Layer.SEAL, Picture(83.4, 8.1, 30, 20, seal.supervision(truth.face.bureau)))
    for label, value, y, of in (
        ("发票号码：", truth.number, 13.9, "number"),
        ("开票日期：", f"{truth.day:%Y年%m月%d日}", 19.9, "date"),
    ):
        sheet.put(Layer.FORM, Text(155.0, y, label, _E_LABEL))
        sheet.put(Layer.PRINT, Text(170.3, y, value, ELECTRONIC.value, of=of))
    if truth.face.downloads:
        grey = Style(Font.SONG, 8, (150, 150, 150))
        text = f"下载次数：{truth.face.downloads}"
        sheet.put(Layer.FORM, Text(206.9, 29.8, text, grey, angle=90))


def electronic_foot(sheet: Sheet, truth: Truth) -> None:
    """Who issued it, below the table."""
    sheet.put(Layer.FORM, Text(19.9, 133.4, "开票人：", _E_LABEL))
    drawer = truth.extra.drawer or ""
    sheet.put(Layer.PRINT, Text(32.2, 133.4, drawer, ELECTRONIC.value, of="extra.drawer"))
