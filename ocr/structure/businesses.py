"""特定业务: how a 数电票 names a journey, a building, a toll, and their values (domain.md 1.4).

The element names of passenger transport, tolls and construction are those seen in real files. For
the other businesses issuers' names are recognised by the words in them; a name that says nothing
known keeps its own, so that no value is lost.
"""

import re
from dataclasses import dataclass

from models.invoice import TOLL_BUSINESS

BUSINESS_CODES = {
    "01": "成品油",
    "02": "稀土",
    "03": "建筑服务",
    "04": "货物运输服务",
    "05": "不动产销售",
    "06": "不动产经营租赁服务",
    "07": "代收车船税",
    "08": TOLL_BUSINESS,
    "09": "旅客运输服务",
    "10": "医疗服务（住院）",
    "11": "医疗服务（门诊）",
    "12": "自产农产品销售",
    "13": "拖拉机和联合收割机",
    "14": "机动车",
    "15": "二手车",
    "16": "农产品收购",
    "17": "光伏收购",
    "18": "卷烟",
    "19": "出口",
    "31": "二手车",
    "32": "电子烟",
    "51": "正常开具",
    "52": "反向开具",
}


@dataclass(frozen=True, slots=True)
class Business:
    """A 特定业务, the words in its section's name, and those in the names of its values."""

    name: str
    section: re.Pattern[str]
    labels: tuple[tuple[re.Pattern[str], str], ...]


def _business(name: str, section: str, *labels: tuple[str, str]) -> Business:
    compiled = tuple((re.compile(pattern), label) for pattern, label in labels)
    return Business(name, re.compile(section), compiled)


_CROSS = (r"cross|kd", "跨地（市）标志")
_CERTIFICATE = (
    r"certificate|propertyright|ownership|titlenumber|titledeed",
    "产权证书/不动产权证号",
)

_BUSINESSES = (
    _business(
        "旅客运输服务",
        r"passenger|旅客",
        (r"passengerdocument|documenttype|typeof\w*document|idtype|证件类型", "出行人证件类型"),
        (r"idnum|idno|validid|identity|证件号", "有效身份证件号"),
        (r"traveldate|date|日期", "出行日期"),
        (r"depart|origin|出发", "出发地"),
        (r"destination|arriv|到达", "到达地"),
        (r"grade|class|level|等级", "等级"),
        (r"vehicle|transport|交通工具", "交通工具类型"),
        (r"travel+er|passenger|name|出行人", "出行人"),
    ),
    _business(
        TOLL_BUSINESS,
        r"toll|通行费",
        (r"plate|车牌", "车牌号码"),
        (r"vehicle|类型", "车辆类型"),
        (r"start|begin|日期起", "通行日期起"),
        (r"end|日期止", "通行日期止"),
    ),
    _business(
        "建筑服务",
        r"construction|building|建筑",
        (r"landvat|valueadded|landtax|taxitem|taxproject|土地增值税", "土地增值税项目编号"),
        (r"itemname|projectname|nameof|项目名称", "建筑项目名称"),
        _CROSS,
        (r"place|location|address|site|area|发生地", "建筑服务发生地"),
    ),
    _business(
        "货物运输服务",
        r"freight|cargo|goods\w*transport|transport\w*goods|货物运输",
        (r"plate|licen[cs]e|brand|(?:tool|vehicle|means)\w*n(?:o|um)|牌号", "运输工具牌号"),
        (r"depart|origin|ship|start|起运", "起运地"),
        (r"destination|arriv|到达", "到达地"),
        (
            r"(?:goods|cargo|freight)\w*name|nameof\w*(?:goods|cargo)|^goods|^cargo|货物",
            "运输货物名称",
        ),
        (r"type|kind|tool|means|vehicle|种类", "运输工具种类"),
    ),
    _business(
        "不动产经营租赁服务",
        r"(?:leas|rent)\w*(?:estate|property|immovable)|(?:estate|property|immovable)\w*(?:leas|rent)"
        r"|不动产.*租赁",
        _CERTIFICATE,
        _CROSS,
        (r"start|begin|from|起", "租赁期起"),
        (r"end$|enddate|termend|expir|止", "租赁期止"),
        (r"term|period|期", "租赁期起止"),
        (r"unit|measure|单位", "面积单位"),
        (r"address|location|place|地址", "不动产地址"),
    ),
    _business(
        "不动产销售",
        r"estate|immovable|propertysal|不动产",
        _CERTIFICATE,
        (r"cross|跨地", "跨地标志"),
        (r"unitcode|unitnumber|unitno|单元", "不动产单元代码"),
        (r"contract|filing|record|备案", "网签合同备案编号"),
        (r"assess|verif|approv|核定", "核定计税价格"),
        (r"actual|transaction|deal|实际", "实际成交含税金额"),
        (r"unit|measure|单位", "面积单位"),
        (r"address|location|place|地址", "不动产地址"),
    ),
    _business(
        "代收车船税",
        r"vessel|vehicle\w*tax|travel\w*tax|车船税",
        (r"polic|insurance|保险单", "保险单号"),
        (r"plate|licen[cs]e|ship|registration|车牌", "车牌号/船舶登记号"),
        (r"period|所属期", "税款所属期"),
        (r"frame|vin|chassis|车架", "车架号"),
        (r"late|overdue|penalt|滞纳", "滞纳金"),
        (r"total|sum|合计", "金额合计"),
        (r"amount|tax|金额", "代收车船税金额"),
    ),
)

_MEDICAL = (
    (r"businessnumber|serial|流水号", "业务流水号"),
    (r"outpatient|patientn|门诊号", "门诊号"),
    (r"hospitaln|inpatient|住院号", "住院号"),
    (r"medicaldate|visit|consultdate|就诊", "就诊日期"),
    (r"orgtype|institution|机构类型", "医疗机构类型"),
    (r"medicalcaretype|insurancetype|医保类型", "医保类型"),
    (r"insuranceid|insurancen|insurancecode|医保编号", "医保编号"),
    (r"gender|sex|性别", "性别"),
    (r"fundpay|统筹", "医保统筹基金支付"),
    (r"otherpay|其他支付", "其他支付"),
    (r"accountpay|个人账户", "个人账户支付"),
    (r"ownpay|cash|现金", "个人现金支付"),
    (r"self\w*cost|自费", "个人自费"),
    (r"self|自付", "个人自付"),
    (r"prepay|recharge|预缴|补缴", "预/补缴"),
    (r"refund|退费", "退费"),
)
_VEHICLE = (
    (r"engine|发动机", "发动机号码"),
    (r"vin|frame|chassis|identification|车架", "车辆识别代号/车架号码"),
    (r"plate|licen[cs]e|车牌", "车牌照号"),
    (r"brand|model|厂牌", "厂牌型号"),
    (r"type|类型", "车辆类型"),
)

BUSINESSES = (
    *_BUSINESSES,
    _business("医疗服务（门诊）", r"outpatient|门诊", *_MEDICAL),
    _business("医疗服务（住院）", r"inpatient|hospital|住院", *_MEDICAL),
    _business("成品油", r"oil|petrol|成品油"),
    _business("稀土", r"rareearth|稀土"),
    _business(
        "拖拉机和联合收割机",
        r"tractor|harvest|拖拉机",
        (r"engine|发动机", "发动机号码"),
        (r"chassis|frame|底盘|机架", "底盘号/机架号"),
    ),
    _business("二手车", r"usedcar|usedvehicle|secondhand|二手车", *_VEHICLE),
    _business("机动车", r"motorvehicle|automobile|机动车", *_VEHICLE),
    _business("光伏收购", r"photovoltaic|光伏"),
    _business("农产品收购", r"agric\w*purchas|purchas\w*agric|农产品收购"),
    _business("自产农产品销售", r"agric|自产农产品"),
)
"""In order: the first whose section pattern is found in an element's key is meant."""

MEDICAL = BUSINESSES[len(_BUSINESSES)]


def business_of(key: str) -> Business | None:
    """The business a section's key (letters and digits, lower case) names."""
    return next((business for business in BUSINESSES if business.section.search(key)), None)


def label_in(business: Business | None, key: str) -> str | None:
    """The printed label of a value by its key, None where the name says nothing known."""
    if business is None:
        return None
    return next((label for pattern, label in business.labels if pattern.search(key)), None)
