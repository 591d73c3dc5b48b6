"""Layouts of the pre-printed fiscal bill, filled in by a needle printer; places are a guess."""

from dataclasses import dataclass
from decimal import Decimal

from models.invoice import LineItem
from synth.draw.billparts import round_stamp, rows_of, supervision, width_of
from synth.draw.cells import Run
from synth.draw.sheet import Align, Color, Layer, Pen, Picture, Sheet, Style, Text
from synth.fonts import Font
from synth.truth import Truth

_RED: Color = (206, 44, 44)
_PITCH = 7.2
_BOXES = "十万千百十元角分"


@dataclass(frozen=True, slots=True)
class _Look:
    """One printer's form: size and edges (mm), colours, title, rows, how the date is written.

    `boxed` has a box for every digit of an amount, `coded` prints 票据代码 and 项目编码.
    """

    size: tuple[float, float]
    color: Color
    title: Style
    rows: int
    payer: str
    copy: str
    boxed: bool = False
    coded: bool = False

    @property
    def edges(self) -> tuple[float, float]:
        return 11.0, self.size[0] - 16.0


_LOOKS = (
    _Look(
        (200.0, 108.0), (28, 112, 92), Style(Font.SONG, 17, (28, 112, 92), 0.1, 1.0),
        4, "缴款人", "第二联　收据", coded=True,
    ),
    _Look(
        (186.0, 102.0), (152, 64, 48), Style(Font.KAI, 17, (152, 64, 48), 0.08, 0.6),
        4, "交款单位", "第二联　收据联", boxed=True,
    ),
    _Look(
        (210.0, 114.0), (60, 72, 140), Style(Font.SONG, 16, (60, 72, 140), 0.1, 1.4),
        5, "交款单位或个人", "二　收据联（交付款人）",
    ),
    _Look(
        (192.0, 110.0), (132, 48, 104), Style(Font.KAI, 18, (132, 48, 104), 0.1, 0.3),
        4, "交款人（单位）", "②　收　据", boxed=True, coded=True,
    ),
)  # fmt: skip


def lay_out(truth: Truth) -> Sheet:
    """The paper form of a fiscal bill, with print, pre-printed seal and stamp."""
    look = _LOOKS[int(truth.face.details["layout"])]
    sheet = Sheet(*look.size)
    label = Style(Font.KAI, 9.5, look.color)
    ink = Style(Font.SONG, 10, truth.face.ink, 0.08)
    top = _head(sheet, truth, look, (label, ink))
    left, right = look.edges
    pen = Pen(look.color, 0.25)
    y = _table(sheet, truth, look, (label, ink, top))
    bottom = y + 8.5
    _put(sheet, (left + 3, y + 5.7), "金额合计（大写）", label)
    words = truth.extra.total_in_words or ""
    sheet.put(Layer.PRINT, Text(left + 32, y + 5.7, words, ink, fit=74, of="extra.total_in_words"))
    _put(sheet, (right - 52, y + 5.7), "￥", label)
    sheet.put(Layer.PRINT, Text(right - 46, y + 5.7, f"{truth.total:.2f}", ink, of="total"))
    for edge in (y, bottom):
        sheet.line(left, edge, right, edge, pen)
    sheet.frame(left, top, right, bottom, Pen(look.color, 0.45))
    _foot(sheet, truth, look, (label, ink, bottom + 7))
    step = min(4.6, (bottom - top) / (len(look.copy) + 1))
    side = Style(Font.KAI, 8, look.color)
    sheet.column(Layer.FORM, (right + 5, top + step), look.copy, step, side)
    return sheet


def _put(sheet: Sheet, at: tuple[float, float], text: str, style: Style) -> None:
    sheet.put(Layer.FORM, Text(*at, text, style))


def _head(sheet: Sheet, truth: Truth, look: _Look, styles: tuple[Style, Style]) -> float:
    """Title, seal, number, day and payer; gives the table's top."""
    label, ink = styles
    left, right = look.edges
    middle = (left + right) / 2
    title = truth.face.details["title"]
    sheet.put(Layer.FORM, Text(middle, 16, title, look.title, "center", 104))
    for y in (18.6, 19.5):
        sheet.line(middle - 44, y, middle + 44, y, Pen(look.color, 0.2))
    sheet.put(Layer.FORM, Picture(middle - 15, 6, 30, 19.7, supervision(truth.face.region)))
    number = Style(Font.MONO, 14, _RED if look.boxed else (52, 48, 48), 0.12)
    sheet.put(
        Layer.FORM,
        Text(right - 40, 24.5, "№", Style(Font.SONG, 12, look.color), "right"),
        Text(right - 38, 24.5, truth.number, number, fit=38, of="number"),
    )
    if truth.code:
        code = Style(Font.MONO, 11, (52, 48, 48), 0.1)
        _put(sheet, (left + 2, 24.5), "票据代码：", label)
        sheet.put(Layer.FORM, Text(left + 20, 24.5, truth.code, code, of="code"))
    _day(sheet, truth, look, (label, ink))
    words = f"{look.payer}："
    _put(sheet, (left + 2, 33), words, label)
    name = truth.buyer.name if truth.buyer else ""
    x = left + 3 + width_of(words, label)
    sheet.put(Layer.PRINT, Text(x, 33, name, ink, fit=middle + 12 - x, of="buyer_name"))
    return 36.5


def _day(sheet: Sheet, truth: Truth, look: _Look, styles: tuple[Style, Style]) -> None:
    """The day in the gaps of a pre-printed 年 月 日, or behind a label."""
    label, ink = styles
    x, y = look.edges[1] - 52, 33.0
    if not look.boxed:
        _put(sheet, (x - 6, y), "开票日期：", label)
        sheet.put(Layer.PRINT, Text(x + 12, y, f"{truth.day:%Y-%m-%d}", ink, of="date"))
        return
    for part, gap, word in (("%Y", 10.0, "年"), ("%m", 8.0, "月"), ("%d", 8.0, "日")):
        sheet.put(Layer.PRINT, Text(x + gap, y, f"{truth.day:{part}}", ink, "right", of="date"))
        _put(sheet, (x + gap + 1, y), word, label)
        x += gap + 5


def _table(sheet: Sheet, truth: Truth, look: _Look, at: tuple[Style, Style, float]) -> float:
    """Headings and lines; gives the lower edge."""
    label, ink, top = at
    left, right = look.edges
    pen = Pen(look.color, 0.25)
    bottom = top + (look.rows + 1) * _PITCH
    x = left
    columns = _columns(truth, look)
    for i, (heading, share, align, values) in enumerate(columns):
        end = x + share * (right - left)
        if heading == "金额" and look.boxed:
            _boxes(sheet, truth, look, ((x, end), (top, bottom), (label, ink)))
        else:
            mark = Text((x + end) / 2, top + 5, heading, label, "center", end - x - 1)
            sheet.put(Layer.FORM, mark)
            for row, run in values.items():
                y = top + (row + 1) * _PITCH + 5
                place = {"left": x + 1.2, "center": (x + end) / 2, "right": end - 1.4}[align]
                printed = Text(place, y, run.text, ink, align, end - x - 1.6, of=run.of)
                sheet.put(Layer.PRINT, printed)
        if i:
            sheet.line(x, top, x, bottom, pen)
        x = end
    for row in range(1, look.rows + 1):
        sheet.line(left, top + row * _PITCH, right, top + row * _PITCH, pen)
    return bottom


def _columns(truth: Truth, look: _Look) -> tuple[tuple[str, float, Align, dict[int, Run]], ...]:
    def of(name: str) -> dict[int, Run]:
        return {
            i: Run(_shown(item, name), f"items.{i}.{name}") for i, item in enumerate(truth.items)
        }

    code = 0.14 if look.coded else 0.0
    columns: tuple[tuple[str, float, Align, dict[int, Run]], ...] = (
        ("项目编码", code, "center", rows_of(truth, "项目编码")),
        ("收费项目", 0.36 - code, "left", of("name")),
        ("单位", 0.09, "center", of("unit")),
        ("数量", 0.09, "center", of("quantity")),
        ("标准", 0.16, "right", of("unit_price")),
        ("金额", 0.3, "right", of("amount")),
    )
    return tuple(column for column in columns if column[1])


def _shown(item: LineItem, name: str) -> str:
    value = getattr(item, name)
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value or "")


def _boxes(
    sheet: Sheet,
    truth: Truth,
    look: _Look,
    at: tuple[tuple[float, float], tuple[float, float], tuple[Style, Style]],
) -> None:
    """An amount a digit to a box, 分 in the last one."""
    (left, right), (top, bottom), (label, ink) = at
    wide = (right - left) / len(_BOXES)
    small = Style(label.font, 7.5, label.color)
    for i, unit in enumerate(_BOXES):
        x = left + i * wide
        sheet.put(Layer.FORM, Text(x + wide / 2, top + 5, unit, small, "center"))
        if i:
            sheet.line(x, top, x, bottom, Pen(look.color, 0.3 if i == 6 else 0.12))
    for row, item in enumerate(truth.items):
        y = top + (row + 1) * _PITCH + 5
        digits = f"{item.amount:.2f}".replace(".", "")
        for i, digit in enumerate(reversed(digits)):
            x = right - (i + 0.5) * wide
            sheet.put(Layer.PRINT, Text(x, y, digit, ink, "center", of=f"items.{row}.amount"))


def _foot(sheet: Sheet, truth: Truth, look: _Look, at: tuple[Style, Style, float]) -> None:
    label, ink, y = at
    left, right = look.edges
    seller = truth.seller.name if truth.seller else ""
    extra = truth.extra
    _put(sheet, (left + 2, y), "收款单位（公章）：", label)
    sheet.put(Layer.PRINT, Text(left + 33, y, seller, ink, fit=58, of="seller_name"))
    _put(sheet, (left + 93, y), "开票人：", label)
    sheet.put(Layer.PRINT, Text(left + 106, y, extra.payee or "", ink, of="extra.payee"))
    ways = next(iter(rows_of(truth, "收款方式").values()), Run(""))
    _put(sheet, (right - 36, y), "收款方式：", label)
    sheet.put(Layer.PRINT, Text(right - 18.5, y, ways.text, ink, of=ways.of))
    if extra.reviewer:
        _put(sheet, (left + 93, y + 5.6), "复核人：", label)
        sheet.put(Layer.PRINT, Text(left + 106, y + 5.6, extra.reviewer, ink, of="extra.reviewer"))
    note = Style(Font.KAI, 7, look.color)
    _put(sheet, (left + 2, y + 6), f"注：本票据不得用于经营性收费　{truth.face.decree}", note)
    picture = round_stamp(seller, "财务专用章")
    sheet.put(Layer.SEAL, Picture(left + 52, y - 22, 34, 34, picture))
