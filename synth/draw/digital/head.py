"""The upper part of a 数电票: QR, title and seal, number and date, buyer and seller, the frame."""

from functools import lru_cache

from PIL import Image

from models.forms import Form
from synth.draw import qr, seal
from synth.draw.digital.looks import Look
from synth.draw.digital.rows import put_label, wrapped
from synth.draw.sheet import Layer, Line, Pen, Picture, Sheet, Style, Text
from synth.fonts import Font
from synth.truth import Party, Truth

_TITLES = {Form.DZ_SPECIAL: "电子发票（增值税专用发票）", Form.DZ_NORMAL: "电子发票（普通发票）"}
_GREY = Style(Font.KAI, 9, (150, 150, 150))
_EDGES = (((246, 237, 225), 29.8, 0.5), ((118, 89, 84), 76.6, 1.0))
"""The portal's pages have a pale line beside the frame, dark from the middle on."""


def put(sheet: Sheet, truth: Truth, look: Look, page: tuple[int, int]) -> None:
    """Everything above the table's headings but the frame; `page` is k of n."""
    x, y, size = look.qr
    qr.put(sheet, Layer.FORM, (x, y), truth.extra.qr or "", size=size)
    if look.patch:
        qr.put_patch(sheet, Layer.FORM, (x + size / 2, y + size / 2))
    _title(sheet, truth, look)
    _numbers(sheet, truth, look, page)
    for role, word, party, left in (
        ("buyer", "购买方信息", truth.buyer, look.left),
        ("seller", "销售方信息", truth.seller, look.middle),
    ):
        sheet.column(Layer.FORM, (left + look.bar / 2, look.top + 5.1), word, 3.7, look.labels)
        _party(sheet, role, party, (left + look.bar + 1.0, _limit(look, role)), look)


def _limit(look: Look, role: str) -> float:
    return (look.middle if role == "buyer" else look.right) - 0.8


def _title(sheet: Sheet, truth: Truth, look: Look) -> None:
    style = Style(Font.KAI, look.title_size, look.ink)
    x, y = look.title_at
    sheet.put(Layer.FORM, Text(x, y, _TITLES[truth.form], style, "center"))
    for rule in look.title_rules:
        sheet.line(65.7, rule, 138.8, rule, Pen(look.ink, 0.3))
    sheet.put(Layer.SEAL, Picture(*look.seal_at, 30, 20, _seal(truth.face.bureau)))
    word = _word(truth)
    if word:
        ink = look.ink if look.word_in_ink else (0, 0, 0)
        style = Style(look.value, look.value_size, ink)
        of = "extra.special_business" if truth.extra.special_business else ""
        x, y = look.word_at
        sheet.put(Layer.PRINT, Text(x, y, word, style, "center", fit=29, of=of))


def _word(truth: Truth) -> str:
    """The special business, or what else is said beside the title."""
    if truth.extra.special_business:
        return truth.extra.special_business
    remark = truth.extra.remark or ""
    if remark.startswith("差额征税"):
        return "差额征税"
    return truth.face.details.get("mark", "")


def _numbers(sheet: Sheet, truth: Truth, look: Look, page: tuple[int, int]) -> None:
    x, first, second = look.number_at
    for label, value, y, of in (
        (f"发票号码{look.colon}", truth.number, first, "number"),
        (f"开票日期{look.colon}", f"{truth.date:%Y年%m月%d日}", second, "date"),
    ):
        put_label(sheet, (x, y), label, look.labels)
        sheet.put(Layer.PRINT, Text(look.number_value, y, value, look.values, fit=38, of=of))
    number, count = page
    if count > 1:
        text = f"共{count}页 第{number}页"
        sheet.put(Layer.FORM, Text(look.number_value, second + 6, text, look.labels))
    if truth.face.downloads:
        mark = f"下载次数：{truth.face.downloads}"
        sheet.put(Layer.FORM, Text(look.right + 1.1, look.top, mark, _GREY, angle=90))


@lru_cache(maxsize=32)
def _seal(bureau: str) -> Image.Image:
    """Drawing a seal takes longer than the rest of a page."""
    return seal.supervision(bureau)


def _party(
    sheet: Sheet, role: str, party: Party | None, span: tuple[float, float], look: Look
) -> None:
    """Name and taxpayer id of a party in the cell from..to; a long name takes two lines."""
    x, right = span
    name, number = f"名称{look.colon}", f"统一社会信用代码/纳税人识别号{look.colon}"
    left = x + put_label(sheet, (x, look.name_y), name, look.labels)
    put_label(sheet, (x, look.id_y), number, look.labels, 43.4)
    if party is None:
        return
    lines = wrapped(party.name, look.values, right - left)
    for i, line in enumerate(lines):
        y = look.name_y + i * 4.0
        sheet.put(Layer.PRINT, Text(left, y, line, look.values, of=f"{role}_name"))
    if party.tax_id:
        style = Style(look.ids, look.ids_size)
        left = x + 43.2
        sheet.put(
            Layer.PRINT,
            Text(left, look.id_y, party.tax_id, style, fit=right - left, of=f"{role}_tax_id"),
        )


def frame(sheet: Sheet, look: Look, bottom: float) -> None:
    """The outer frame and the two blocks of the parties."""
    sheet.frame(look.left, look.top, look.right, bottom, look.pen)
    sheet.line(look.left, look.parties, look.right, look.parties, look.pen)
    for x in (look.left + look.bar, look.middle, look.middle + look.bar):
        sheet.line(x, look.top, x, look.parties, look.pen)
    if look.edge:
        x = look.right + 0.3
        for color, top, share in _EDGES:
            end = bottom if share == 1.0 else 76.6
            sheet.put(Layer.FORM, Line(x, top, x, end, Pen(color, 0.54)))
