"""The words of the tax bureau's exports: what it calls each form, and codes of goods."""

import re

from models.forms import Form

KINDS = {
    Form.VAT_SPECIAL: "增值税专用发票",
    Form.FREIGHT_SPECIAL: "货物运输业增值税专用发票",
    Form.VEHICLE: "机动车销售统一发票",
    Form.VAT_NORMAL: "增值税普通发票",
    Form.VAT_E_SPECIAL: "增值税电子专用发票",
    Form.VAT_E_NORMAL: "增值税电子普通发票",
    Form.VAT_ROLL: "增值税普通发票（卷式）",
    Form.TOLL_E: "道路通行费电子普通发票",
    Form.USED_CAR: "二手车销售统一发票",
    Form.DZ_SPECIAL: "数电发票（增值税专用发票）",
    Form.DZ_NORMAL: "数电发票（普通发票）",
    Form.DZ_VEHICLE: "数电发票（机动车销售统一发票）",
    Form.DZ_USED_CAR: "数电发票（二手车销售统一发票）",
    Form.DZP_SPECIAL: "数电纸质发票（增值税专用发票）",
    Form.DZP_NORMAL: "数电纸质发票（普通发票）",
    Form.DZP_VEHICLE: "数电纸质发票（机动车销售统一发票）",
    Form.DZP_USED_CAR: "数电纸质发票（二手车销售统一发票）",
    Form.RAIL_E: "数电发票（铁路电子客票）",
    Form.AIR_E: "数电发票（航空运输电子客票行程单）",
}
"""发票票种 of every form the bureau issues (the forms with a check code, domain.md 1.1)."""

DEDUCTIBLE = frozenset(
    {
        Form.VAT_SPECIAL,
        Form.FREIGHT_SPECIAL,
        Form.VEHICLE,
        Form.VAT_E_SPECIAL,
        Form.TOLL_E,
        Form.DZ_SPECIAL,
        Form.DZ_VEHICLE,
        Form.DZP_SPECIAL,
        Form.DZP_VEHICLE,
        Form.RAIL_E,
        Form.AIR_E,
    }
)
"""Forms whose tax may be credited, and which the list to tick therefore holds (domain.md 1.1)."""

_CODES = {
    "餐饮服务": "3070401",
    "住宿服务": "3070402",
    "劳务": "3040803010",
    "运输服务": "3010101020203",
    "交通运输服务": "3010101020203",
    "汽油": "10701",
    "柴油": "10701",
    "增值电信服务": "303",
    "信息技术服务": "30402",
    "设计服务": "30403",
    "广告服务": "30403",
    "会议展览服务": "30403",
    "经营租赁": "30405",
    "不动产租赁": "30405",
    "鉴证咨询服务": "30406",
    "物业管理服务": "30408",
    "企业管理服务": "30408",
    "建筑服务": "305",
    "预付卡销售": "6",
}
"""The beginnings of 税收分类编码 by short name (domain.md 3.6)."""


def classification_code(item: str) -> str | None:
    """The 19 digits for a line such as `*餐饮服务*餐费`, down to the level that is known."""
    match = re.match(r"\*([^*]+)\*", item)
    code = _CODES.get(match[1]) if match else None
    return code.ljust(19, "0") if code else None
