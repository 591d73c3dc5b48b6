"""The columns of a 数电票's table and of the tables special businesses add.

Those of 建筑服务 were measured; 旅客运输, 通行费 and 不动产租赁 have the headings of real
documents at places of our own; freight, tractors and 不动产销售 are made after their pattern.
"""

from dataclasses import dataclass

from synth.draw.sheet import Align
from synth.truth import Truth


@dataclass(frozen=True, slots=True)
class Column:
    """A column from `left`, `width` mm wide, its values and heading at `x` by `align`.

    `key` is the field of a line; without one the column prints the detail named like its heading.
    `wrap` breaks long values into lines, else they are condensed. `title` says where the heading
    stands, if not with the values.
    """

    heading: str
    x: float
    align: Align
    left: float
    width: float
    key: str = ""
    wrap: bool = False
    title: tuple[float, Align] | None = None


_NAME = Column("项目名称", 4.6, "left", 4.6, 36.8, "name", True, (22.4, "center"))
_MONEY = (
    Column("金 额", 153.1, "right", 129, 24.1, "amount"),
    Column("税率/征收率", 166.5, "center", 157.0, 19, "tax_rate"),
    Column("税 额", 205.3, "right", 177, 28, "tax"),
)
_COUNTED = (
    Column("数 量", 102.5, "right", 78.5, 24, "quantity"),
    Column("单 价", 127.7, "right", 103.4, 24.3, "unit_price"),
)
_ORDINARY = (
    _NAME,
    Column("规格型号", 42.1, "left", 42.1, 23.5, "spec", True, (48.6, "center")),
    Column("单 位", 71.9, "center", 66, 12, "unit"),
    *_COUNTED,
    *_MONEY,
)
_BUILDING = (
    _NAME,
    Column("建筑服务发生地", 42.1, "left", 42.1, 41.5, "", True),
    Column("建筑项目名称", 85.1, "left", 85.1, 43, "", True),
    *_MONEY,
)
_TOLL = (
    _NAME,
    Column("车牌号", 52.5, "center", 42, 21, ""),
    Column("车辆类型", 74.5, "center", 64, 20, ""),
    Column("通行日期起", 96.5, "center", 85, 22, ""),
    Column("通行日期止", 120.0, "center", 108, 22, ""),
    *_MONEY,
)
_LETTING = (
    _NAME,
    Column("产权证书/不动产权证号", 42.1, "left", 42.1, 34, "", True),
    Column("面积单位", 84.2, "center", 77, 14, "unit"),
    Column("数 量", 104.5, "right", 91.5, 13, "quantity"),
    Column("单 价", 128.5, "right", 105.5, 23, "unit_price"),
    *_MONEY,
)
_JOURNEY = (
    Column("项目名称", 4.6, "left", 4.6, 46, "name", True, (25.0, "center")),
    Column("单 价", 82.0, "right", 54, 28, "unit_price"),
    Column("数 量", 108.0, "right", 86, 22, "quantity"),
    Column("金 额", 140.0, "right", 112, 28, "amount"),
    Column("税率/征收率", 162.0, "center", 150, 24, "tax_rate"),
    Column("税 额", 205.0, "right", 177, 28, "tax"),
)
_BY_BUSINESS = {
    "建筑服务": _BUILDING,
    "不动产经营租赁服务": _LETTING,
    "不动产销售": _LETTING,
    "旅客运输服务": _JOURNEY,
    "货物运输服务": _JOURNEY,
}
_TRIPS = (
    Column("出行人", 15.0, "center", 6, 20, "", True),
    Column("有效身份证件号", 44.5, "center", 27, 35, ""),
    Column("出行日期", 77.0, "center", 66, 22, ""),
    Column("出发地", 106.0, "center", 89.5, 33, "", True),
    Column("到达地", 140.5, "center", 124, 33, "", True),
    Column("等级", 166.0, "center", 158.5, 15, ""),
    Column("交通工具类型", 189.5, "center", 176, 27, ""),
)
_CARGO = (
    Column("运输工具种类", 20.0, "center", 6, 28, ""),
    Column("运输工具牌号", 53.0, "center", 36, 34, ""),
    Column("起运地", 94.0, "center", 72, 44, "", True),
    Column("到达地", 141.0, "center", 119, 44, "", True),
    Column("运输货物名称", 184.5, "center", 166, 37, "", True),
)
_ENGINES = (
    Column("发动机号码", 55.0, "center", 20, 70, ""),
    Column("底盘号/机架号", 150.0, "center", 115, 70, ""),
)
_BELOW = {
    "旅客运输服务": _TRIPS,
    "货物运输服务": _CARGO,
    "拖拉机和联合收割机": _ENGINES,
}


def of_lines(truth: Truth) -> tuple[Column, ...]:
    """The columns of the invoice's lines."""
    business = truth.extra.special_business or ""
    if business == "通行费":
        # where roads issue it themselves the journey stands in the remark
        printed = {detail.name for detail in truth.extra.details}
        return _TOLL if "通行日期起" in printed else _ORDINARY
    return _BY_BUSINESS.get(business, _ORDINARY)


def of_table(truth: Truth) -> tuple[Column, ...]:
    """The columns of the table besides the lines; none for most."""
    return _BELOW.get(truth.extra.special_business or "", ())
