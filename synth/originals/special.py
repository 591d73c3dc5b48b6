"""特定业务 in the 数电票 XML: the section of each business and the elements of its values.

旅客运输, 通行费 and 建筑服务 are named as real files name them, the medical elements as in
财政电子票据; the other sections are made after their pattern, as no file of them was at hand.
"""

import datetime
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from models.invoice import Detail
from synth.originals.markup import node
from synth.truth import Truth

CODES = {
    "成品油": "01",
    "稀土": "02",
    "建筑服务": "03",
    "货物运输服务": "04",
    "不动产销售": "05",
    "不动产经营租赁服务": "06",
    "代收车船税": "07",
    "通行费": "08",
    "旅客运输服务": "09",
    "医疗服务（住院）": "10",
    "医疗服务（门诊）": "11",
    "自产农产品销售": "12",
    "拖拉机和联合收割机": "13",
    "收购": "16",
    "报废产品收购": "52",
}
"""The codes of domain.md 1.4."""
_VEHICLES = {"飞机": "1", "火车": "2", "长途汽车": "3", "公共交通": "4", "出租车": "5", "汽车": "6",
             "船舶": "7", "其他": "9"}  # fmt: skip
MEDICAL = {
    "业务流水号": "BusinessNumber",
    "门诊号": "PatientNumber",
    "住院号": "HospitalNumber",
    "就诊日期": "MedicalDate",
    "医疗机构类型": "OrgType",
    "医保类型": "MedicalCareType",
    "医保编号": "MedicalInsuranceID",
    "性别": "Gender",
    "医保统筹基金支付": "FundPayAmount",
    "其他支付": "OtherPayAmount",
    "个人账户支付": "AccountPayAmount",
    "个人现金支付": "OwnPayAmount",
    "个人自付": "SelfpaymentAmount",
    "个人自费": "SelfpaymentCost",
    "预缴金额": "PrepayAmount",
    "补缴金额": "RechargeAmount",
    "退费金额": "RefundAmount",
}
"""As the medical bills of 财政电子票据 name them."""
_SECTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "旅客运输服务": (
        "PassengerTransportation",
        {
            "出发地": "Departure",
            "到达地": "Destination",
            "出行人": "Traveler",
            "有效身份证件号": "ValidIDNumber",
            "出行日期": "TravelDate",
            "等级": "Grade",
            "交通工具类型": "Vehicletype",
        },
    ),
    "通行费": (
        "Toll",
        {
            "车牌号": "PlateNumber",
            "车辆类型": "VehicleType",
            "通行日期起": "StartDatesOfPassage",
            "通行日期止": "EndDatesOfPassage",
            "入/出口站": "EntranceAndExitStations",
        },
    ),
    "建筑服务": (
        "ConstructionServices",
        {
            "建筑服务发生地": "PlaceOfConstructionServices",
            "建筑项目名称": "ItemName",
            "土地增值税项目编号": "LandValueAddedTaxItemNumber",
            "跨地（市）标志": "CrossCitySign",
        },
    ),
    "货物运输服务": (
        "GoodsTransportation",
        {
            "运输工具种类": "TypeOfTransportation",
            "运输工具牌号": "PlateNumberOfTransportation",
            "起运地": "Departure",
            "到达地": "Destination",
            "运输货物名称": "NameOfGoods",
        },
    ),
    "不动产经营租赁服务": (
        "RealEstateLeasing",
        {
            "产权证书/不动产权证号": "PropertyCertificateNumber",
            "不动产地址": "RealEstateAddress",
            "租赁期起": "LeaseTermStart",
            "租赁期止": "LeaseTermEnd",
            "面积单位": "AreaUnit",
            "跨地（市）标志": "CrossCitySign",
        },
    ),
    "不动产销售": (
        "RealEstateSales",
        {
            "产权证书/不动产权证号": "PropertyCertificateNumber",
            "不动产单元代码/网签合同备案编号": "RealEstateUnitCode",
            "不动产地址": "RealEstateAddress",
            "面积单位": "AreaUnit",
            "核定计税价格": "AssessedTaxPrice",
            "实际成交含税金额": "ActualTransactionAmount",
            "跨地（市）标志": "CrossCitySign",
        },
    ),
    "代收车船税": (
        "VehicleAndVesselTax",
        {
            "保险单号": "InsurancePolicyNumber",
            "车牌号/船舶登记号": "PlateNumber",
            "税款所属期": "TaxPeriod",
            "代收车船税金额": "TaxAmount",
            "滞纳金": "LateFee",
            "金额合计": "TotalAmount",
            "车架号": "VehicleFrameNumber",
        },
    ),
    "拖拉机和联合收割机": (
        "TractorAndCombineHarvester",
        {"发动机号码": "EngineNumber", "底盘号/机架号": "ChassisNumber"},
    ),
    "医疗服务（门诊）": ("OutpatientServices", MEDICAL),
    "医疗服务（住院）": ("InpatientServices", MEDICAL),
}
_ID_CARD = "201"


def has_section(truth: Truth) -> bool:
    """Whether a section of the XML shows the invoice's business."""
    return bool(truth.extra.details) and truth.extra.special_business in _SECTIONS


def sections(truth: Truth) -> Iterator[Element]:
    """What stands in SpecificInformation of the business, an element for each row."""
    business = truth.extra.special_business or ""
    if business not in _SECTIONS:
        return
    tag, names = _SECTIONS[business]
    rows: dict[int, list[Detail]] = {}
    for detail in truth.extra.details:
        rows.setdefault(detail.row, []).append(detail)
    for row in rows.values():
        stated = dict(_stated(business, row))
        section = node(tag, *(node(e, stated.get(label)) for label, e in names.items()))
        if tag == "PassengerTransportation":
            section.insert(6, node("TypeOfPassengerDocument", _ID_CARD))
        yield section


def _stated(business: str, row: list[Detail]) -> Iterator[tuple[str, str]]:
    """The values of a row as the XML has them, by the labels of its elements."""
    for detail in row:
        name, value = detail.name, detail.value
        if name == "租赁期起止":
            words = value.split()
            half = len(words) // 2
            yield "租赁期起", " ".join(words[:half])
            yield "租赁期止", " ".join(words[half:])
        elif name == "通行日期起/止":
            start, end = value.split("/")
            yield "通行日期起", _stamp(start)
            yield "通行日期止", _stamp(end)
        elif business == "通行费" and name.startswith("通行日期"):
            yield name, _stamp(value)
        elif name == "交通工具类型":
            yield name, _VEHICLES.get(value, value)
        else:
            yield name, value


def _stamp(text: str) -> str:
    """20260914 or 2026-09-14 09:47:42 as 20260914094742000."""
    digits = re.sub(r"\D", "", text).ljust(14, "0")
    moment = datetime.datetime.strptime(digits, "%Y%m%d%H%M%S")  # noqa: DTZ007 - as printed
    return f"{moment:%Y%m%d%H%M%S}000"
