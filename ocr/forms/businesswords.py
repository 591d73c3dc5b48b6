"""The names, headings and labels of the 特定业务 (domain.md 1.4), as they are printed."""

import re

from ocr.forms.marked import LabelSpec
from ocr.forms.medical import PATIENT

NAMES = re.compile(
    r"(?:.*发票\))?(旅客运输服务|货物运输服务|建筑服务|不动产经营租赁服务|不动产经营租赁|不动产销售"
    r"|成品油|通行费|医疗服务\((?:门诊|住院)\)|代收车船税|自产农产品销售|农产品收购|报废产品收购"
    r"|光伏收购|收购|拖拉机和联合收割机|稀土|卷烟|电子烟)"
)
"""What may stand beside the title, brackets half-width."""

LINE_COLUMNS = {
    "site": "建筑服务发生地",
    "project": "建筑项目名称",
    "plate": "车牌号",
    "vehicle": "车辆类型",
    "kind": "类型",
    "start": "通行日期起",
    "end": "通行日期止",
    "deed": "产权证书/不动产权证号",
    "area_unit": "面积单位",
}
"""Columns in the table of lines, by the key of their heading."""

_TRIPS = {
    "traveller": "出行人",
    "traveller_id": "有效身份证件号",
    "travel_date": "出行日期",
    "departure": "出发地",
    "destination": "到达地",
    "grade": "等级",
    "means": "交通工具类型",
}
_CARGO = {
    "transport": "运输工具种类",
    "transport_no": "运输工具牌号",
    "origin": "起运地",
    "destination": "到达地",
    "cargo": "运输货物名称",
}
_ENGINES = {"engine": "发动机号码", "chassis": "底盘号/机架号"}
TABLES = (("travel_date", _TRIPS), ("transport_no", _CARGO), ("engine", _ENGINES))
"""Second tables: the column every row fills, and their columns."""

WRAPPED = frozenset(
    {"site", "project", "deed", "traveller", "departure", "destination", "origin", "cargo", "name"}
)
"""Columns whose values may take several lines."""

FACTS = {f"fact_{at}": name for at, name in enumerate(PATIENT)}
"""Labelled values of a medical bill, by key."""

HEADINGS = (
    LabelSpec("name", r"项目名称"),
    LabelSpec("spec", r"规格型号"),
    LabelSpec("unit", r"单位"),
    LabelSpec("quantity", r"数量"),
    LabelSpec("price", r"单价"),
    LabelSpec("amount", r"金额"),
    LabelSpec("rate", r"税率(?:[/／1l]?征收率)?"),
    LabelSpec("tax", r"税额"),
    LabelSpec("sum", r"合计|小计"),
    LabelSpec("words", r"价税合计(?:\(大写\))?"),
    LabelSpec("total", r"\(?小写\)?", glued=True),
    LabelSpec("remark", r"备注"),
    LabelSpec("drawer", r"开票人", glued=True),
    LabelSpec("site", r"建筑服务发生地", glued=True),
    LabelSpec("project", r"建筑项目名称", glued=True),
    LabelSpec("plate", r"车牌号码?"),
    LabelSpec("vehicle", r"车辆类型"),
    LabelSpec("kind", r"类型"),
    LabelSpec("start", r"通行日期起", glued=True),
    LabelSpec("end", r"通行日期止", glued=True),
    LabelSpec("deed", r"(?:产权证书/?)?不动产权证(?:书|编)?号", glued=True),
    LabelSpec("area_unit", r"面积单位"),
    *(
        LabelSpec(key, re.escape(name).replace("/", "/?"))
        for columns in (_TRIPS, _CARGO, _ENGINES)
        for key, name in columns.items()
    ),
    *(LabelSpec(key, re.escape(name)) for key, name in FACTS.items()),
)

_REMARKS = (
    "土地增值税项目编号",
    "跨地（市）标志",
    "不动产地址",
    "租赁期起止",
    "不动产单元代码/网签合同备案编号",
    "核定计税价格",
    "实际成交含税金额",
    "保险单号",
    "车牌号/船舶登记号",
    "税款所属期",
    "代收车船税金额",
    "滞纳金",
    "金额合计",
    "车架号",
    "车牌号",
    "车辆类型",
    "通行日期起/止",
    "入/出口站",
)
_BRACKETED = ("医疗服务（门诊）", "医疗服务（住院）")
_HALF = str.maketrans("（）", "()")
REMARK_NAMES = {name: name for name in _REMARKS} | {
    name.translate(_HALF): name for name in (*_REMARKS, *_BRACKETED)
}
"""The names of values in a remark, brackets of either width, and how they are kept."""

TYPED = {
    "出行人": "traveller",
    "有效身份证件号": "traveller_id",
    "出行日期": "travel_date",
    "出发地": "departure",
    "起运地": "departure",
    "到达地": "destination",
    "等级": "seat_class",
    "车牌号": "plate",
    "运输工具牌号": "plate",
    "车牌号/船舶登记号": "plate",
    "车架号": "vin",
    "底盘号/机架号": "vin",
    "发动机号码": "engine_no",
}
"""Details whose first row is also a field of its own."""

_TOLD_BY = (
    ("旅客运输服务", {"出行人", "交通工具类型"}),
    ("货物运输服务", {"运输工具种类", "运输工具牌号"}),
    ("建筑服务", {"建筑服务发生地"}),
    ("通行费", {"车牌号", "通行日期起"}),
    ("不动产经营租赁服务", {"产权证书/不动产权证号", "租赁期起止"}),
    ("不动产销售", {"产权证书/不动产权证号", "不动产单元代码/网签合同备案编号"}),
    ("代收车船税", {"代收车船税金额"}),
    ("拖拉机和联合收割机", {"发动机号码", "底盘号/机架号"}),
    ("医疗服务（门诊）", {"门诊号", "个人现金支付"}),
    ("医疗服务（住院）", {"住院号", "个人现金支付"}),
)


def business_by_headings(names: set[str]) -> str | None:
    """The business whose own labels were found, where its name was not read."""
    return next((business for business, labels in _TOLD_BY if labels <= names), None)
