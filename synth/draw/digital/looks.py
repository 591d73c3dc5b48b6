"""How issuers print a 数电票: inks, faces, sizes and places that differ between them.

The first is the tax bureau's portal, the second one of the 乐企 platforms, both measured on real
documents; the others are variations of what such platforms do. The last is kept back for the
benchmark (Order.layout).
"""

from dataclasses import dataclass, replace

from synth.draw.sheet import Color, Pen, Style
from synth.fonts import Font

_DARK_RED: Color = (128, 0, 0)
_BROWN: Color = (156, 82, 35)
_CRIMSON: Color = (160, 20, 28)


@dataclass(frozen=True, slots=True)
class Look:
    """Millimetres from the top left of a page of 140 mm; y of text is its baseline.

    `middle` is where the seller's block starts, `first` the first line of the table, `sums` that
    of 合计, `total` the box of 价税合计 from..to, `bottom` the lower edge of the frame. `gap`
    stands between the two characters of a heading, `yen` before a sum, `yen_apart` in a size of
    its own. `crossed` prints a circled cross before the capital amount, `spread` spaces the words
    of the label before it, `ruled` draws a line above a table below 合计, `before_sums` puts that
    table above 合计, `edge` draws the pale line beside the frame.
    """

    name: str = "portal"
    ink: Color = _DARK_RED
    label: Font = Font.KAI
    label_size: float = 9
    value: Font = Font.SONG
    value_size: float = 9
    ids: Font = Font.MONO
    ids_size: float = 11.5
    title_size: float = 20.05
    title_at: tuple[float, float] = (103.0, 14.2)
    title_rules: tuple[float, float] = (18.1, 19.1)
    rule_width: float = 0.22
    left: float = 4.6
    right: float = 205.8
    top: float = 29.8
    middle: float = 105.2
    bar: float = 6.1
    parties: float = 52.0
    name_y: float = 36.6
    id_y: float = 46.9
    headings: float = 56.0
    first: float = 59.8
    pitch: float = 4.5
    indent: float = 0.3
    sums: float = 93.7
    total: tuple[float, float] = (96.0, 104.1)
    split: float = 56.4
    total_size: float = 11
    bottom: float = 124.2
    remark_first: float = 107.6
    remark_pitch: float = 3.3
    drawer_at: tuple[float, float] = (19.9, 132.4)
    drawer: str = "开票人："
    number_at: tuple[float, float, float] = (155.0, 13.9, 19.9)
    number_value: float = 170.3
    qr: tuple[float, float, float] = (6.5, 5.8, 20.0)
    patch: bool = True
    seal_at: tuple[float, float] = (90.2, 8.1)
    word_at: tuple[float, float] = (43.2, 17.2)
    word_in_ink: bool = False
    yen: str = "¥"
    yen_apart: bool = False
    colon: str = "："
    gap: str = " "
    crossed: bool = True
    spread: bool = False
    ruled: bool = True
    before_sums: bool = False
    edge: bool = False
    signature: str = ""

    @property
    def pen(self) -> Pen:
        return Pen(self.ink, self.rule_width)

    @property
    def labels(self) -> Style:
        return Style(self.label, self.label_size, self.ink)

    @property
    def values(self) -> Style:
        return Style(self.value, self.value_size)

    @property
    def room(self) -> float:
        """mm of lines between the headings and 合计."""
        return self.sums - self.first - 2.4


_PORTAL = Look(edge=True, yen_apart=True)
_PLATFORM = replace(
    _PORTAL,
    name="platform",
    edge=False,
    yen_apart=False,
    label_size=8.5,
    value_size=8.5,
    ids_size=12,
    title_at=(102.5, 15.0),
    title_rules=(19.0, 20.0),
    rule_width=0.3,
    left=4.15,
    right=206.15,
    top=30.15,
    middle=105.15,
    bar=6.3,
    parties=52.15,
    name_y=36.5,
    id_y=47.1,
    headings=56.5,
    first=60.5,
    indent=2.3,
    sums=96.0,
    total=(97.15, 105.15),
    split=56.45,
    total_size=8.5,
    bottom=125.45,
    remark_first=109.0,
    remark_pitch=3.18,
    drawer_at=(20.0, 133.0),
    drawer="开 票 人：",
    number_at=(155.0, 14.5, 20.5),
    number_value=170.5,
    qr=(7.0, 6.0, 20.5),
    patch=False,
    seal_at=(87.5, 8.5),
    colon=":",
    gap="  ",
    crossed=False,
)
LOOKS: tuple[Look, ...] = (
    _PORTAL,
    _PLATFORM,
    replace(
        _PORTAL,
        name="ride",
        edge=False,
        ink=_BROWN,
        value_size=8.5,
        title_size=18,
        total_size=9.5,
        patch=False,
        spread=True,
        gap="\u00a0\u00a0",
        drawer="开票人： ",
        word_at=(43.2, 18.0),
        word_in_ink=True,
        remark_first=108.2,
        signature="huyun",
    ),
    replace(
        _PLATFORM,
        name="hei",
        ink=_CRIMSON,
        label=Font.HEI,
        label_size=8,
        value=Font.HEI,
        value_size=8,
        ids=Font.SANS,
        ids_size=10,
        title_size=17,
        yen="￥",
        yen_apart=False,
        gap="",
        rule_width=0.18,
        qr=(8.0, 6.5, 18.0),
        word_at=(71.0, 26.2),
        drawer="开票人:",
        before_sums=True,
        ruled=False,
    ),
    replace(
        _PORTAL,
        name="kai",
        edge=False,
        value=Font.KAI,
        ids_size=10.5,
        yen="￥",
        yen_apart=False,
        total_size=9.5,
        patch=False,
        number_at=(150.0, 13.2, 19.4),
        number_value=166.2,
        seal_at=(88.0, 9.2),
        remark_pitch=4.4,
        indent=1.2,
        qr=(6.0, 5.2, 22.0),
    ),
    replace(
        _PORTAL,
        name="kept",
        edge=False,
        ink=(118, 32, 16),
        label=Font.SONG,
        label_size=8.5,
        value=Font.SONG,
        value_size=8,
        ids_size=10,
        title_size=18,
        rule_width=0.26,
        pitch=4.1,
        spread=True,
        gap="　",
        yen="￥",
        yen_apart=False,
        qr=(7.5, 6.5, 19.0),
        seal_at=(91.0, 7.4),
        word_at=(17.0, 28.6),
        drawer="开票人:",
        colon=":",
    ),
)
"""By the number in Face.details["layout"]."""
