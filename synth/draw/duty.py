"""Layouts of 海关进口增值税专用缴款书 and 税收完税证明, electronic or on paper.

The labels and how they stand to one another are known; sizes and colours are a guess.
"""

from dataclasses import dataclass

from synth.draw.billparts import round_stamp, rows_of, width_of
from synth.draw.cells import Cell, Inks, Run, detail, put_row
from synth.draw.sheet import Align, Color, Layer, Pen, Picture, Sheet, Style, Text
from synth.duties import OFFICE
from synth.fonts import Font
from synth.truth import Truth

_Column = tuple[str, float, Align, dict[int, Run]]
_LIMIT = (
    "从填发缴款书之日起15日内缴纳（期末遇星期六、星期日或法定节假日顺延），"
    "逾期缴纳按日加收税款总额万分之五的滞纳金。"
)


@dataclass(frozen=True, slots=True)
class _Look:
    """A layout: size and edges in mm, colour of the form, faces, height of a row.

    `words` are what varies in the labels; `copy` stands downwards at the right edge.
    """

    size: tuple[float, float]
    edges: tuple[float, float]
    color: Color
    label: tuple[Font, float]
    value: tuple[Font, float]
    row: float
    words: tuple[str, ...]
    copy: str

    def inks(self, truth: Truth) -> Inks:
        ink = truth.face.ink
        weight = 0.08 if "paper" in truth.face.details else 0.0
        value = Style(*self.value, ink, weight)
        label = Style(*self.label, self.color)
        return Inks(Pen(self.color, 0.22), label, value, Style(Font.SONG, value.size, ink, weight))


_CUSTOMS = (
    _Look(
        (212.0, 146.0), (8.0, 200.0), (24, 24, 24), (Font.SONG, 9), (Font.SONG, 9.2), 7.4,
        ("海关　进口增值税　专用缴款书", "税款金额（￥）", "合计（￥）"),
        "第一联（收据）国库收款签章后交缴款单位或缴纳人",
    ),
    _Look(
        (220.0, 140.0), (7.0, 207.0), (20, 98, 82), (Font.KAI, 9.5), (Font.SONG, 9.6), 7.0,
        ("海关进口增值税专用缴款书", "税款金额", "合计(￥)"),
        "第一联：（收据）国库收款签章后交缴款单位",
    ),
    _Look(
        (210.0, 150.0), (10.0, 196.0), (34, 50, 120), (Font.HEI, 8.5), (Font.KAI, 9.8), 7.8,
        ("海关 进口增值税 专用缴款书", "税款金额(￥)", "合计 (￥)"),
        "第五联（付款凭证联）由开户银行作付出凭证",
    ),
)  # fmt: skip
_CERTS = (
    _Look(
        (210.0, 138.0), (12.0, 196.0), (32, 32, 32), (Font.SONG, 10), (Font.SONG, 9.5), 7.4,
        ("入（退）库日期", "实缴（退）金额", "No."), "收据联　交纳税人作完税证明",
    ),
    _Look(
        (216.0, 132.0), (10.0, 202.0), (168, 66, 40), (Font.KAI, 10.5), (Font.SONG, 9.8), 7.2,
        ("入（退）库日期", "实缴（退）金额", "№"), "收据联　交纳税人作完税证明",
    ),
    _Look(
        (210.0, 146.0), (14.0, 194.0), (120, 34, 44), (Font.SONG, 10), (Font.KAI, 10), 8.0,
        ("入(退)库日期", "实缴(退)金额", "No"), "第一联　收据　交纳税人作完税证明",
    ),
    _Look(
        (208.0, 140.0), (9.0, 195.0), (40, 92, 60), (Font.HEI, 9), (Font.SONG, 9.8), 7.6,
        ("入（退）库日期", "实缴（退）金额（元）", "编号："), "（第一联）收据　交纳税人",
    ),
)  # fmt: skip
"""In order of layout; the last of each is kept back for the benchmark."""


def _run(truth: Truth, name: str) -> Run:
    return next(iter(detail(truth, name)), Run(""))


def customs(truth: Truth) -> Sheet:
    """The sheet of a 海关进口增值税专用缴款书."""
    look = _CUSTOMS[int(truth.face.details["layout"])]
    sheet, inks = Sheet(*look.size), look.inks(truth)
    left, right = look.edges
    _customs_head(sheet, truth, look, inks)
    top = y = 31.0
    for cells in _parties(truth, left, right):
        put_row(sheet, (y, y + look.row), cells, inks)
        y += look.row
    for x, word in ((left, "收款单位"), ((left + right) / 2, "缴款单位")):
        step = 3 * look.row / 4.4
        sheet.column(Layer.FORM, (x + 3.2, top + 0.85 * step), word, step, inks.label)
        sheet.line(x + 6.4, top, x + 6.4, y, inks.pen)
        sheet.line(x, top, x, y, inks.pen)
    y = _table(sheet, (look, inks), _goods(truth, look), (y, 4))
    for cells in _customs_rows(truth, look):
        put_row(sheet, (y, y + look.row), cells, inks)
        y += look.row
    sheet.frame(left, top, right, y, Pen(look.color, 0.4))
    note = Style(inks.label.font, 8, look.color)
    sheet.put(Layer.FORM, Text(left, y + 5, _LIMIT, note, fit=right - left))
    _copy(sheet, look, (top, y))
    picture = round_stamp(f"中华人民共和国{truth.face.details[OFFICE]}", "单证专用章")
    sheet.put(Layer.SEAL, Picture(right - 66, y - 25, 36, 36, picture))
    return sheet


def _customs_head(sheet: Sheet, truth: Truth, look: _Look, inks: Inks) -> None:
    left, right = look.edges
    office = truth.face.details[OFFICE]
    title = Style(inks.label.font, 16, look.color, 0.06)
    sheet.put(
        Layer.FORM,
        Text(left + 4, 15, office, Style(Font.SONG, 13, look.color, 0.05)),
        Text((left + right) / 2 + 8, 16, look.words[0], title, "center"),
    )
    y = 27.0
    _pair(sheet, inks, (left + 2, y), "收入系统：", Run("税务系统"))
    day = Run(f"{truth.day:%Y年%m月%d日}", "date")
    _pair(sheet, inks, ((left + right) / 2 - 24, y), "填发日期：", day)
    _pair(sheet, inks, (right - 62, y), "号码 No.", Run(truth.number, "number"))


def _pair(sheet: Sheet, inks: Inks, at: tuple[float, float], label: str, run: Run) -> None:
    x, y = at
    sheet.put(Layer.FORM, Text(x, y, label, inks.label))
    x += width_of(label, inks.label) + 1
    sheet.put(Layer.PRINT, Text(x, y, run.text, inks.of_text(run.text), fit=64, of=run.of))


def _parties(truth: Truth, left: float, right: float) -> list[tuple[Cell, ...]]:
    """收款单位 on the left, 缴款单位 on the right, three rows."""
    middle = (left + right) / 2
    one, two = left + 6.4, middle + 6.4
    seller = Run(truth.seller.name if truth.seller else "", "seller_name")
    buyer = Run(truth.buyer.name if truth.buyer else "", "buyer_name")
    half = one + (middle - one) * 0.6

    def paid_by(label: str, run: Run) -> Cell:
        return Cell(label, (two, two + 17, right), (run,))

    return [
        (Cell("收入机关", (one, one + 17, middle), (seller,)), paid_by("名　称", buyer)),
        (
            Cell("科　目", (one, one + 17, half), (_run(truth, "科目"),)),
            Cell("预算级次", (half, half + 16, middle), (_run(truth, "预算级次"),)),
            paid_by("账　号", _run(truth, "账号")),
        ),
        (
            Cell("收款国库", (one, one + 17, middle), (_run(truth, "收款国库"),)),
            paid_by("开户银行", _run(truth, "开户银行")),
        ),
    ]


def _items(truth: Truth, name: str) -> dict[int, Run]:
    found = {}
    for i, item in enumerate(truth.items):
        value = getattr(item, name)
        if value is not None:
            money = name in ("amount", "tax")
            found[i] = Run(f"{value:.2f}" if money else str(value), f"items.{i}.{name}")
    return found


def _goods(truth: Truth, look: _Look) -> tuple[_Column, ...]:
    return (
        ("税　号", 0.13, "center", rows_of(truth, "税号")),
        ("货 物 名 称", 0.29, "left", _items(truth, "name")),
        ("数　量", 0.1, "right", _items(truth, "quantity")),
        ("单位", 0.07, "center", _items(truth, "unit")),
        ("完税价格（￥）", 0.16, "right", _items(truth, "amount")),
        ("税率（%）", 0.09, "center", _items(truth, "tax_rate")),
        (look.words[1], 0.16, "right", _items(truth, "tax")),
    )


def _table(
    sheet: Sheet, hand: tuple[_Look, Inks], columns: tuple[_Column, ...], at: tuple[float, int]
) -> float:
    """Headings and lines below `at`'s height, room for `at`'s rows; gives the lower edge."""
    (look, inks), (top, rows) = hand, at
    left, right = look.edges
    pitch = look.row * 0.86
    bottom = top + look.row + rows * pitch
    x = left
    for i, (heading, share, align, values) in enumerate(columns):
        end = x + share * (right - left)
        middle, y = (x + end) / 2, top + look.row * 0.66
        sheet.put(Layer.FORM, Text(middle, y, heading, inks.label, "center", end - x - 1))
        place = {"left": x + 1.2, "center": middle, "right": end - 1.2}[align]
        for row, run in values.items():
            line = top + look.row + (row + 0.72) * pitch
            style = inks.of_text(run.text)
            mark = Text(place, line, run.text, style, align, end - x - 1.6, of=run.of)
            sheet.put(Layer.PRINT, mark)
        if i:
            sheet.line(x, top, x, bottom, inks.pen)
        x = end
    for y in (top + look.row, bottom):
        sheet.line(left, y, right, y, inks.pen)
    return bottom


def _customs_rows(truth: Truth, look: _Look) -> list[tuple[Cell, ...]]:
    """The total, and what the duty was declared with."""
    left, right = look.edges
    words = Run(truth.extra.total_in_words or "", "extra.total_in_words")
    total = Run(f"￥{truth.total:.2f}", "total")
    extra = truth.extra
    at = left + (right - left) * 0.66
    first, second = left + (right - left) * 0.34, at

    def row(one: str, two: str, third: tuple[str, Run]) -> tuple[Cell, ...]:
        return (
            Cell(one, (left, left + 25, first), (_run(truth, one),)),
            Cell(two, (first, first + 25, second), (_run(truth, two),)),
            Cell(third[0], (second, second + 17, right), (third[1],)),
        )

    return [
        (
            Cell("金额人民币（大写）", (left, left + 36, at), (words,)),
            Cell(look.words[2], (at, at + 22, right), (total,)),
        ),
        row("申请单位编号", "报关单编号", ("填制单位", Run(truth.face.details[OFFICE]))),
        row(
            "合同（批文）号", "运输工具（号）", ("制单人", Run(extra.drawer or "", "extra.drawer"))
        ),
        row("缴款期限", "提/装货单号", ("复核人", Run(extra.reviewer or "", "extra.reviewer"))),
        (Cell("备　注", (left, left + 25, right), (_run(truth, "备注"),)),),
    ]


def _copy(sheet: Sheet, look: _Look, span: tuple[float, float]) -> None:
    """Which copy it is, downwards at the right edge."""
    step = min(4.2, (span[1] - span[0]) / (len(look.copy) + 1))
    style = Style(look.label[0], 7.5, look.color)
    sheet.column(Layer.FORM, (look.edges[1] + 5, span[0] + step), look.copy, step, style)


def certificate(truth: Truth) -> Sheet:
    """The sheet of a 税收完税证明 in table form."""
    look = _CERTS[int(truth.face.details["layout"])]
    sheet, inks = Sheet(*look.size), look.inks(truth)
    left, right = look.edges
    _certificate_head(sheet, truth, look, inks)
    middle = left + (right - left) * 0.48
    top, buyer = 40.0, truth.buyer
    y = top + look.row
    tax_id = Run((buyer and buyer.tax_id) or "", "buyer_tax_id")
    name = Run(buyer.name if buyer else "", "buyer_name")
    payer = (
        Cell("纳税人识别号", (left, left + 27, middle), (tax_id,)),
        Cell("纳税人名称", (middle, middle + 24, right), (name,)),
    )
    put_row(sheet, (top, y), payer, inks)
    y = _table(sheet, (look, inks), _paid(truth, look), (y, 5))
    words = Run(truth.extra.total_in_words or "", "extra.total_in_words")
    at = left + (right - left) * 0.76
    total = (
        Cell("金额合计", (left, left + 22, left + 22)),
        Cell("（大写）", (left + 22, left + 38, at), (words,), ruled=False),
        Cell("￥", (at, at + 6, right), (Run(f"{truth.total:.2f}", "total"),), ruled=False),
    )
    put_row(sheet, (y, y + look.row), total, inks)
    y += look.row
    bottom = y + look.row * 2.6
    _certificate_foot(sheet, truth, (look, inks), (y, bottom))
    sheet.frame(left, top, right, bottom, Pen(look.color, 0.4))
    _copy(sheet, look, (top, bottom))
    return sheet


def _paid(truth: Truth, look: _Look) -> tuple[_Column, ...]:
    return (
        ("原凭证号", 0.2, "center", rows_of(truth, "原凭证号")),
        ("税　种", 0.14, "center", _items(truth, "name")),
        ("品 目 名 称", 0.2, "center", rows_of(truth, "品目名称")),
        ("税款所属时期", 0.21, "center", rows_of(truth, "税款所属时期")),
        (look.words[0], 0.12, "center", rows_of(truth, "入（退）库日期")),
        (look.words[1], 0.13, "right", _items(truth, "amount")),
    )


def _certificate_head(sheet: Sheet, truth: Truth, look: _Look, inks: Inks) -> None:
    left, right = look.edges
    middle = (left + right) / 2
    small = Style(look.label[0], 13, look.color, 0.04, 1.2)
    large = Style(look.label[0], 20, look.color, 0.08, 2.2)
    number = Style(Font.MONO, 11.5, (52, 48, 48), 0.08)
    x = right - 58
    sheet.put(
        Layer.FORM,
        Text(middle, 13, "中华人民共和国", small, "center"),
        Text(middle, 23, "税收完税证明", large, "center"),
        Text(x, 29, look.words[2], Style(look.label[0], 11, look.color), "right"),
        Text(x + 1, 29, truth.number, number, fit=56, of="number"),
    )
    day = f"{truth.day:%Y} 年 {truth.day.month} 月 {truth.day.day} 日"
    _pair(sheet, inks, (left + 2, 36.5), "填发日期：", Run(day, "date"))
    office = Run(truth.seller.name if truth.seller else "", "seller_name")
    _pair(sheet, inks, (middle - 8, 36.5), "税务机关：", office)


def _certificate_foot(
    sheet: Sheet, truth: Truth, hand: tuple[_Look, Inks], span: tuple[float, float]
) -> None:
    """Seal, clerk and remark."""
    look, inks = hand
    left, right = look.edges
    top, bottom = span
    one, two = left + (right - left) * 0.3, left + (right - left) * 0.52
    drawer = Run(truth.extra.drawer or "", "extra.drawer")
    remark = Run(truth.extra.remark or "", "extra.remark")
    put_row(
        sheet,
        span,
        (
            Cell("", (left, left, one)),
            Cell("", (one, one, two)),
            Cell("备注：", (two, two + 14, right), (remark,), ruled=False),
        ),
        inks,
    )
    for x, end, word in ((left, one, "税 务 机 关"), (one, two, "填 票 人")):
        sheet.put(Layer.FORM, Text((x + end) / 2, top + 5, word, inks.label, "center"))
    sheet.put(Layer.FORM, Text((left + one) / 2, bottom - 3, "（盖章）", inks.label, "center"))
    sheet.put(
        Layer.PRINT,
        Text((one + two) / 2, top + 13, drawer.text, inks.value, "center", of=drawer.of),
    )
    warning = Style(look.label[0], 10, look.color, spacing=1.0)
    sheet.put(
        Layer.FORM,
        Text((left + right) / 2, bottom + 6, "妥 善 保 管 、 手 写 无 效", warning, "center"),
    )
    office = truth.seller.name if truth.seller else ""
    picture = round_stamp(office.partition("（")[0], "征税专用章")
    sheet.put(Layer.SEAL, Picture(left + 12, top - 9, 34, 34, picture))
