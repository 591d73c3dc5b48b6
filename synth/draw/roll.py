"""The layout of a 卷票: 57 or 76 x 177.8 mm (domain.md 1.4)."""

from synth import fonts
from synth.cities import city_of
from synth.draw import qr, strips
from synth.draw.sheet import POINTS_PER_MM, Color, Layer, Pen, Sheet, Style, Text
from synth.fonts import Font
from synth.truth import Truth

_BROWN: Color = (150, 78, 52)
_NARROW, _WIDE, _HEIGHT = 57.0, 76.0, 177.8
_LEFT = 3.5


def lay_out(truth: Truth) -> Sheet:
    """The strip; codes that end in 07 are the wide roll's."""
    sheet = Sheet(_WIDE if (truth.code or "").endswith("07") else _NARROW, _HEIGHT)
    _front(sheet, truth)
    writer = _Writer(sheet, truth)
    _parties(writer, truth)
    _lines(writer, truth)
    _sums(writer, truth)
    qr.put(
        sheet,
        Layer.PRINT,
        (_LEFT + 1, writer.y),
        truth.extra.qr or "",
        size=19,
        color=truth.face.ink,
    )
    middle = min(sheet.width / 2 + 9, sheet.width - 19)
    strips.company_seal(sheet, truth, (middle, writer.y + 14), width=34, stamped=True)
    return sheet


class _Writer:
    """Prints line after line down the strip."""

    def __init__(self, sheet: Sheet, truth: Truth) -> None:
        self.sheet = sheet
        self.style = strips.ink(truth, 8.5 if sheet.width == _NARROW else 9.5)
        self.step = self.style.size * 0.47
        self.room = sheet.width - 2 * _LEFT
        self.y = 43.0

    def put(self, label: str, text: str, of: str) -> None:
        """A label and its value, on as many lines as they need."""
        style, done = self.style, len(label)
        whole = label + text
        for part in fonts.wrap(whole, style.font, style.size, self.room * POINTS_PER_MM):
            head, tail = part[:done], part[done:]
            done -= len(head)
            if head:
                self.sheet.put(Layer.PRINT, Text(_LEFT, self.y, head, style))
            if tail:
                x = _LEFT + strips.width(head, style)
                self.sheet.put(Layer.PRINT, Text(x, self.y, tail, style, of=of))
            self.y += self.step

    def columns(self, values: tuple[str, ...], fields: tuple[str, ...] = ("", "", "")) -> None:
        """Quantity, price and amount, each flush right in its column."""
        for share, text, of in zip((0.42, 0.7, 1.0), values, fields, strict=True):
            x = _LEFT + self.room * share
            self.sheet.put(Layer.PRINT, Text(x, self.y, text, self.style, "right", of=of))
        self.y += self.step

    def rule(self) -> None:
        y = self.y - self.step * 0.4
        for i in range(round(self.room / 2)):
            self.sheet.put(Layer.PRINT, Text(_LEFT + i * 2, y + 0.8, "-", self.style))
        self.y += self.step * 0.6


def _front(sheet: Sheet, truth: Truth) -> None:
    middle = sheet.width / 2
    place = city_of(truth).province.removesuffix("省").removesuffix("市")
    title = Style(Font.KAI, 12.5, _BROWN, 0.06)
    sheet.put(
        Layer.FORM,
        Text(middle, 12, f"{place}增值税普通发票（卷票）", title, "center", sheet.width - 6),
        Text(middle, 21.5, "发　票　联", Style(Font.KAI, 11.5, _BROWN), "center"),
    )
    for y in (14.2, 15):
        sheet.line(middle - 23, y, middle + 23, y, Pen(_BROWN, 0.25))
    strips.supervision(sheet, truth, (middle, 14), 27)
    strips.code_and_number(sheet, truth, (_LEFT, 29), Style(Font.KAI, 8.5, _BROWN), size=12.5)
    margin = Style(Font.KAI, 5.5, _BROWN)
    sheet.put(Layer.FORM, Text(middle, _HEIGHT - 3, truth.face.decree, margin, "center"))


def _parties(writer: _Writer, truth: Truth) -> None:
    seller, buyer, extra = truth.seller, truth.buyer, truth.extra
    writer.put("机打号码：", extra.second_number or "", "extra.second_number")
    writer.put("机器编号：", extra.machine_no or "", "extra.machine_no")
    if seller:
        writer.put("销售方名称：", seller.name, "seller_name")
        writer.put("纳税人识别号：", seller.tax_id or "", "seller_tax_id")
    day, payee = f"{truth.day:%Y-%m-%d}", extra.payee or ""
    before = strips.width(f"开票日期：{day}　", writer.style)
    y = writer.y
    writer.put("开票日期：", day, "date")
    if before + strips.width(f"收款员：{payee}", writer.style) > writer.room:
        writer.put("收款员：", payee, "extra.payee")
    else:
        said = ("收款员：", payee, "extra.payee")
        strips.labelled(writer.sheet, (_LEFT + before, y), said, writer.style)
    if buyer:
        writer.put("购买方名称：", buyer.name, "buyer_name")
        writer.put("纳税人识别号：", buyer.tax_id or "", "buyer_tax_id")
    writer.rule()


def _lines(writer: _Writer, truth: Truth) -> None:
    writer.sheet.put(Layer.PRINT, Text(_LEFT, writer.y, "项目", writer.style))
    writer.columns(("数量", "单价", "金额"))
    for i, item in enumerate(truth.items):
        of = f"items.{i}."
        writer.put("", item.name, f"{of}name")
        writer.columns(
            (item.quantity or "", item.unit_price or "", f"{item.amount:.2f}"),
            (f"{of}quantity", f"{of}unit_price", f"{of}amount"),
        )
    writer.rule()


def _sums(writer: _Writer, truth: Truth) -> None:
    writer.put("合计金额（小写）：", f"￥{truth.total:.2f}", "total")
    writer.put("合计金额（大写）：", truth.extra.total_in_words or "", "extra.total_in_words")
    check = truth.check_code or ""
    parts = " ".join(check[i : i + 5] for i in range(0, 20, 5))
    writer.put("校验码：", parts, "check_code")
    writer.y += 1
