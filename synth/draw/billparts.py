"""What all fiscal e-bills share: looks, head, sums, foot, and the seals that stand on them.

Which labels are printed is known (domain.md 1.4); where they stand and in which colours is a guess.
"""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from synth import fonts
from synth.draw import qr, seal
from synth.draw.cells import Run
from synth.draw.sheet import (
    POINTS_PER_MM,
    Align,
    Color,
    Layer,
    Pen,
    Picture,
    Sheet,
    Style,
    Text,
)
from synth.fonts import Font
from synth.truth import Truth

WIDTH = 210.0
FOOT = 15.0
"""Height (mm) below the table."""


@dataclass(frozen=True, slots=True)
class Look:
    """One layout: colours, faces, edges of the table, where head and code stand (mm, points).

    `right` is where the labels on the right begin, `colon` what ends them. `qr` is the corner of
    the code, `heading` the words for 标准 and 金额. `pay` is the word before 大写.
    """

    color: Color
    label: tuple[Font, float]
    value: tuple[Font, float]
    edges: tuple[float, float]
    title: tuple[float, float]
    qr: tuple[float, float]
    right: float
    colon: str
    headings: tuple[str, str]
    pay: str
    grid: bool = True

    @property
    def pen(self) -> Pen:
        return Pen(self.color, 0.2)

    @property
    def label_style(self) -> Style:
        return Style(self.label[0], self.label[1], self.color)

    @property
    def value_style(self) -> Style:
        return Style(self.value[0], self.value[1])


LOOKS = (
    Look(
        (164, 58, 44), (Font.KAI, 9.5), (Font.SONG, 9.5), (9.0, 201.0), (105.0, 17.0),
        (11.0, 5.0), 142.0, "：", ("标准", "金额（元）"), "金额合计",
    ),
    Look(
        (38, 38, 38), (Font.SONG, 9.5), (Font.SONG, 9.5), (12.0, 198.0), (105.0, 15.5),
        (176.0, 5.0), 138.0, "：", ("标准", "金额(元)"), "金额合计", grid=False,
    ),
    Look(
        (128, 24, 28), (Font.SONG, 9), (Font.KAI, 10), (7.0, 203.0), (112.0, 18.5),
        (9.0, 6.5), 146.0, ":", ("收费标准", "金额（元）"), "合计",
    ),
    Look(
        (30, 86, 92), (Font.HEI, 8.5), (Font.SONG, 9.5), (10.0, 200.0), (100.0, 16.5),
        (172.0, 6.0), 134.0, "：", ("单价", "金额"), "合计金额",
    ),
)  # fmt: skip
"""In order of layout; the last is kept back for the benchmark."""


def look_of(truth: Truth) -> Look:
    return LOOKS[int(truth.face.details["layout"])]


def rows_of(truth: Truth, name: str) -> dict[int, Run]:
    """The details of a name by their row."""
    return {
        each.row: Run(each.value, f"extra.details.{i}")
        for i, each in enumerate(truth.extra.details)
        if each.name == name
    }


def width_of(text: str, style: Style) -> float:
    """Width in mm of a run of text."""
    width = fonts.text_width(text, style.font, style.size) / POINTS_PER_MM
    return width + style.spacing * max(0, len(text) - 1)


def labelled(
    sheet: Sheet, look: Look, at: tuple[float, float], label: str, run: Run, room: float = 60.0
) -> float:
    """A label and the value behind it in at most `room` mm; gives where the value ends."""
    x, y = at
    style = look.label_style
    sheet.put(Layer.FORM, Text(x, y, label, style))
    x += width_of(label, style) + 0.8
    if not run.text:
        return x
    fit = max(room - (x - at[0]), 8.0)
    sheet.put(Layer.PRINT, Text(x, y, run.text, look.value_style, fit=fit, of=run.of))
    return x + min(fit, width_of(run.text, look.value_style))


def cell(
    sheet: Sheet, look: Look, span: tuple[float, float], y: float, run: Run, align: Align = "left"
) -> None:
    """A value between the edges of a column."""
    left, right = span
    if not run.text:
        return
    x = {"left": left + 1.0, "center": (left + right) / 2, "right": right - 1.2}[align]
    mark = Text(x, y, run.text, look.value_style, align, right - left - 1.6, of=run.of)
    sheet.put(Layer.PRINT, mark)


def head(sheet: Sheet, truth: Truth, look: Look) -> float:
    """Title, supervision seal, code and the six values above the table; gives the table's top."""
    x, y = look.title
    title = Style(look.label[0] if look.grid else Font.HEI, 17.5, look.color, 0.05)
    text = truth.face.details["title"]
    sheet.put(Layer.FORM, Text(x, y, text, title, "center", 118.0))
    picture = supervision(truth.face.region)
    sheet.put(Layer.SEAL, Picture(x - 15, y - 12.5, 30, 19.7, picture))
    if truth.extra.qr:
        qr.put(sheet, Layer.FORM, look.qr, truth.extra.qr, size=18.5)
    party = truth.buyer
    left = (
        ("票据代码", Run(truth.code or "", "code")),
        (
            "交款人统一社会信用代码",
            Run((party and party.tax_id) or "", "buyer_tax_id"),
        ),
        ("交款人", Run(party.name if party else "", "buyer_name")),
    )
    right = (
        ("票据号码", Run(truth.number, "number")),
        ("校验码", Run(truth.check_code or "", "check_code")),
        ("开票日期", Run(_date(truth, look), "date")),
    )
    top = y + 14.5
    for i, (one, other) in enumerate(zip(left, right, strict=True)):
        line = top + i * 5.8
        room = look.right - look.edges[0] - 6
        labelled(sheet, look, (look.edges[0] + 2, line), one[0] + look.colon, one[1], room)
        labelled(sheet, look, (look.right, line), other[0] + look.colon, other[1], 52)
    return top + 2 * 5.8 + 3.2


def _date(truth: Truth, look: Look) -> str:
    day = truth.day
    if look.headings[0] == "收费标准":
        return f"{day:%Y年%m月%d日}"
    return f"{day:%Y-%m-%d}"


def sums(sheet: Sheet, truth: Truth, look: Look, top: float, height: float = 8.0) -> float:
    """The row of the total in words and figures; gives its lower edge."""
    left, right = look.edges
    y = top + height / 2 + 1.3
    words = Run(truth.extra.total_in_words or "", "extra.total_in_words")
    labelled(sheet, look, (left + 3, y), f"{look.pay}（大写）", words, 112)
    figures = Run(f"{truth.total:.2f}", "total")
    labelled(sheet, look, (left + 122, y), "（小写）", figures, right - left - 126)
    for edge in (top, top + height):
        sheet.line(left, edge, right, edge, look.pen)
    return top + height


def foot(sheet: Sheet, truth: Truth, look: Look, y: float, purpose: str) -> None:
    """收款单位, 复核人, 收款人 and the unit's seal over its name."""
    left, _ = look.edges
    seller = truth.seller.name if truth.seller else ""
    extra = truth.extra
    unit = Run(seller, "seller_name")
    labelled(sheet, look, (left + 2, y), f"收款单位（章）{look.colon}", unit, 92)
    reviewer = Run(extra.reviewer or "", "extra.reviewer")
    labelled(sheet, look, (left + 100, y), f"复核人{look.colon}", reviewer, 40)
    labelled(
        sheet,
        look,
        (left + 146, y),
        f"收款人{look.colon}",
        Run(extra.payee or "", "extra.payee"),
        40,
    )
    picture = round_stamp(seller, purpose)
    size = 27.0
    sheet.put(Layer.SEAL, Picture(left + 42, y - size * 0.72, size, size, picture))


def frame(sheet: Sheet, look: Look, top: float, bottom: float) -> None:
    """The outer lines of the table; a layout without a grid has none at its sides."""
    left, right = look.edges
    sheet.line(left, top, right, top, look.pen)
    sheet.line(left, bottom, right, bottom, look.pen)
    if look.grid:
        sheet.line(left, top, left, bottom, look.pen)
        sheet.line(right, top, right, bottom, look.pen)


@lru_cache(maxsize=64)
def supervision(region: str) -> Image.Image:
    """The supervision seal in ink one can read through."""
    return thin(seal.fiscal_supervision(region), 0.62)


@lru_cache(maxsize=64)
def round_stamp(name: str, purpose: str) -> Image.Image:
    """The unit's round seal in ink one can read through."""
    return thin(seal.stamp(name, purpose), 0.6)


def thin(image: Image.Image, share: float) -> Image.Image:
    """The picture with `share` of its ink."""
    copy = image.copy()
    copy.putalpha(image.getchannel("A").point([round(level * share) for level in range(256)]))
    return copy
