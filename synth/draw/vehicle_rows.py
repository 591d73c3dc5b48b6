"""Where the cells of 机动车销售统一发票 stand: three layouts of paper and of the electronic form.

The first paper layout was measured on a real sheet; the others vary it.
"""

from dataclasses import dataclass

from synth.draw.sheet import Color, Style
from synth.fonts import Font

_BROWN: Color = (150, 74, 58)
_GREEN: Color = (40, 116, 74)
_PURPLE: Color = (116, 62, 140)
_BLUE: Color = (46, 78, 158)
_RED: Color = (190, 50, 56)
_BLACK: Color = (40, 40, 44)

Spec = tuple[str, str, float, float, float]
"""A cell of a layout: its label, the key of its values, its three x."""
Rows = tuple[tuple[float, tuple[Spec, ...]], ...]
"""Rows of cells, each with the y it ends at."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One sheet of a set: its name, what its margin says, the colour of its form."""

    name: str
    note: str
    color: Color


COPIES = {
    1: Copy("发票联", "第一联　发票联（购货单位付款凭证）（手开无效）", _BROWN),
    2: Copy("抵扣联", "第二联　抵扣联（购货单位扣税凭证）（手开无效）", _GREEN),
    3: Copy("报税联", "第三联　报税联（车购税征收单位留存）（手开无效）", _PURPLE),
    4: Copy("注册登记联", "第四联　注册登记联（车辆登记单位留存）（手开无效）", _BLUE),
    5: Copy("记账联", "第五联　记账联（销货单位记账凭证）（手开无效）", _RED),
}
FIRST_ROW = 12.6
"""Height (mm) of the buyer's row."""
_BUYER = "购买方名称及\n身份证号码/\n组织机构代码"
_VIN = "车辆识别代号/车架号码"
_RATE, _TAX = "增值税税率\n或征收率", "增值税\n税额"
_OFFICE = "主管税务\n机关及代码"


@dataclass(frozen=True, slots=True)
class PaperLook:
    """A paper layout: where its rows end and its inner lines run, its fonts, its margins."""

    left: float
    right: float
    top: float
    rows: Rows
    label: Style
    title: Style
    seller: str = "销货单位"


def _paper_rows(ys: tuple[float, ...], xs: tuple[float, ...], seller: str) -> Rows:
    """The ten rows under the machine's numbers, from their ends and the x of their lines.

    `xs` are, from the left: edge, first labels' end, then the inner lines in the order of the rows.
    """
    left, a, b, c, d, e, f, g, h, i, right = xs
    rows: tuple[tuple[Spec, ...], ...] = (
        ((_BUYER, "buyer", left, a, c), ("纳税人识别号", "buyer_id", c, g, right)),
        (
            ("车辆类型", "type", left, a, b),
            ("厂牌型号", "model", b, b + 17, h),
            ("产地", "origin", h, i, right),
        ),
        (
            ("合格证号", "certificate", left, a, b),
            ("进口证明书号", "import", b, c, h - 6),
            ("商检单号", "inspection", h - 6, i, right),
        ),
        (("发动机号码", "engine", left, a, c), (_VIN, "vin", c, f + 4, right)),
        (("价税合计", "words", left, a, e + 36), ("小写", "total", e + 36, e + 49, right)),
        ((f"{seller}名称", "seller", left, a, f), ("电话", "phone", f, f + 10, right)),
        (("纳税人识别号", "seller_id", left, a, f), ("账号", "account", f, f + 10, right)),
        (("地址", "address", left, a, d), ("开户银行", "bank", d, d + 17, right)),
        (
            (_RATE, "rate", left, a, b - 18),
            (_TAX, "tax", b - 18, b - 2, e - 2),
            (_OFFICE, "office", e - 2, f, right),
        ),
        (
            ("不含税价", "amount", left, a, b + 4),
            ("完税凭证号码", "receipt", b + 4, c + 3, h - 9),
            ("吨位", "tonnage", h - 9, h + 1, i),
            ("限乘人数", "seats", i, i + 18, right),
        ),
    )
    return tuple(zip(ys, rows, strict=True))


PAPERS = (
    PaperLook(
        19.7,
        220.6,
        34.0,
        _paper_rows(
            (77.8, 87.0, 96.4, 105.5, 114.7, 124.0, 133.3, 142.4, 154.7, 163.6),
            (19.7, 47.0, 90.3, 114.8, 125.3, 131.8, 151.5, 159.8, 176.3, 186.4, 220.6),
            "销货单位",
        ),
        Style(Font.KAI, 10.5),
        Style(Font.KAI, 20, spacing=3.3),
    ),
    PaperLook(
        21.5,
        221.5,
        36.5,
        _paper_rows(
            (80.5, 89.0, 97.5, 106.0, 115.5, 124.3, 133.0, 141.8, 153.2, 162.0),
            (21.5, 50.5, 94.0, 117.0, 128.0, 130.0, 149.5, 158.0, 178.5, 189.0, 221.5),
            "销货单位",
        ),
        Style(Font.SONG, 9.5),
        Style(Font.SONG, 18, spacing=2.6),
    ),
    PaperLook(
        17.5,
        222.0,
        32.0,
        _paper_rows(
            (73.5, 84.0, 94.0, 104.0, 114.0, 123.0, 132.0, 141.5, 152.5, 162.5),
            (17.5, 43.0, 86.0, 109.0, 119.0, 128.0, 147.5, 154.0, 172.5, 183.5, 222.0),
            "销售方",
        ),
        Style(Font.KAI, 9.5),
        Style(Font.KAI, 18, spacing=4.2),
        "销售方",
    ),
)

_ID = "统一社会信用代码/\n纳税人识别号"
_ID_OR_CARD = "统一社会信用代码/纳税人\n识别号/身份证件号码"
_E_CAR: tuple[tuple[Spec, ...], ...] = (
    (
        ("车辆类型", "type", 4.6, 29, 74),
        ("厂牌型号", "model", 74, 96, 155),
        ("产地", "origin", 155, 168, 205.8),
    ),
    (
        ("合格证号", "certificate", 4.6, 29, 74),
        ("进口证明书号", "import", 74, 96, 140),
        ("商检单号", "inspection", 140, 157, 205.8),
    ),
    (("发动机号码", "engine", 4.6, 29, 74), (_VIN, "vin", 74, 112, 205.8)),
    (
        ("价税合计（大写）", "words", 4.6, 42, 140),
        ("（小写）", "total", 140, 156, 205.8),
    ),
)
_E_SELLER: tuple[tuple[Spec, ...], ...] = (
    (("销售方名称", "seller", 4.6, 33, 140), ("电话", "phone", 140, 155, 205.8)),
    ((_ID, "seller_id", 4.6, 33, 140), ("账号", "account", 140, 155, 205.8)),
    (("地址", "address", 4.6, 33, 108), ("开户银行", "bank", 108, 126, 205.8)),
)
_E_BUYER: tuple[tuple[Spec, ...], ...] = (
    (
        ("购买方名称", "buyer_alone", 4.6, 29, 103),
        (_ID_OR_CARD, "buyer_id_alone", 103, 143, 205.8),
    ),
)
_E_TAX: tuple[tuple[Spec, ...], ...] = (
    (
        (_RATE, "rate", 4.6, 29, 50),
        ("增值税税额", "tax", 50, 70, 110),
        (_OFFICE, "office", 110, 131, 205.8),
    ),
    (
        ("不含税价（小写）", "amount", 4.6, 33, 84),
        ("完税凭证号码", "receipt", 84, 106, 145),
        ("吨位", "tonnage", 145, 156, 174),
        ("限乘人数", "seats", 174, 191, 205.8),
    ),
    (("备注", "remark", 4.6, 18, 205.8),),
)
ELECTRONIC_LAYOUTS: tuple[tuple[str, tuple[tuple[Spec, ...], ...]], ...] = (
    ("电子发票（机动车销售统一发票）", _E_BUYER + _E_CAR + _E_SELLER + _E_TAX),
    ("机动车销售电子统一发票", _E_BUYER + _E_SELLER + _E_CAR + _E_TAX),
    ("电子发票（机动车销售统一发票）", _E_SELLER + _E_BUYER + _E_CAR + _E_TAX),
)
