"""What fields and other needs are called in messages."""

from collections.abc import Iterable

from models.forms import Form
from models.invoice import FieldName
from validate.registry import Given, Need

_LABELS: dict[Need, tuple[str, str]] = {
    FieldName.CODE: ("发票代码", "code"),
    FieldName.NUMBER: ("发票号码", "number"),
    FieldName.DATE: ("开票日期", "date"),
    FieldName.AMOUNT: ("金额", "amount"),
    FieldName.TAX: ("税额", "tax"),
    FieldName.TOTAL: ("价税合计", "total"),
    FieldName.CHECK_CODE: ("校验码", "check code"),
    FieldName.BUYER_NAME: ("购买方名称", "buyer name"),
    FieldName.BUYER_TAX_ID: ("购买方税号", "buyer tax id"),
    FieldName.SELLER_NAME: ("销售方名称", "seller name"),
    FieldName.SELLER_TAX_ID: ("销售方税号", "seller tax id"),
    Given.FORM: ("票种", "document type"),
    Given.QR: ("税务二维码", "tax QR code"),
    Given.ITEMS: ("明细", "line items"),
    Given.TOTAL_IN_WORDS: ("大写金额", "capital amount"),
    Given.ENTITIES: ("本单位信息", "own companies"),
    Given.SEEN: ("已存发票", "kept invoices"),
    Given.CLAIM: ("报销单", "claim"),
    Given.RECORD: ("台账核对结果", "answer of the system of record"),
    Given.PORTAL: ("查验平台结果", "answer of the verification portal"),
    Given.STAFF: ("人员名单", "list of staff"),
    Given.CALENDAR: ("工作日历", "calendar of workdays"),
    Given.SAME_SELLER: ("同一销售方的其他发票", "other invoices of the seller"),
    Given.SELLER_NAMES: ("销售方历史名称", "earlier names of the seller"),
    Given.BLUES: ("对应的蓝字发票", "search for the blue invoice"),
    Given.REDS: ("对应的红字发票", "search for red invoices"),
    Given.JOURNEYS: ("同一乘客的其他行程", "other journeys of the traveller"),
    Given.SLIPS: ("同一卷的其他出租车票", "other slips of the roll"),
    Given.COPIES: ("已收文件", "kept files"),
}

_FORMS: dict[Form, str] = {
    Form.VAT_SPECIAL: "增值税专用发票",
    Form.FREIGHT_SPECIAL: "货物运输业增值税专用发票",
    Form.VEHICLE: "机动车销售统一发票",
    Form.VAT_NORMAL: "增值税普通发票",
    Form.VAT_E_SPECIAL: "增值税电子专用发票",
    Form.VAT_E_NORMAL: "增值税电子普通发票",
    Form.VAT_ROLL: "增值税普通发票（卷票）",
    Form.TOLL_E: "通行费增值税电子普通发票",
    Form.USED_CAR: "二手车销售统一发票",
    Form.DZ_SPECIAL: "电子发票（增值税专用发票）",
    Form.DZ_NORMAL: "电子发票（普通发票）",
    Form.DZ_VEHICLE: "机动车销售电子统一发票",
    Form.DZ_USED_CAR: "二手车销售电子统一发票",
    Form.DZP_SPECIAL: "纸质发票（增值税专用发票）",
    Form.DZP_NORMAL: "纸质发票（普通发票）",
    Form.DZP_VEHICLE: "纸质发票（机动车销售统一发票）",
    Form.DZP_USED_CAR: "纸质发票（二手车销售统一发票）",
    Form.RAIL_E: "电子发票（铁路电子客票）",
    Form.AIR_E: "电子发票（航空运输电子客票行程单）",
    Form.BLOCKCHAIN: "区块链电子发票",
    Form.RAIL_PAPER: "铁路车票",
    Form.AIR_PAPER: "航空运输电子客票行程单",
    Form.TAXI: "出租车发票",
    Form.QUOTA: "通用定额发票",
    Form.TOLL_PAPER: "过路过桥费发票",
    Form.BUS: "客运汽车票",
    Form.SHIP: "船票",
    Form.MACHINE: "通用机打发票",
    Form.FISCAL: "财政非税票据",
    Form.MED_OUT: "医疗门诊收费票据",
    Form.MED_IN: "医疗住院收费票据",
    Form.TOLL_FISCAL: "通行费财政电子票据",
    Form.CUSTOMS_VAT: "海关进口增值税专用缴款书",
    Form.TAX_CERT: "税收完税证明",
}

_ATTACHMENTS: dict[str, tuple[str, str]] = {
    "trip_list": ("行程单", "trip list"),
    "sales_list": ("销货清单", "list of goods"),
    "claim_page": ("领票二维码页", "page for claiming an invoice"),
    "pos_slip": ("刷卡单", "card slip"),
    "bank_slip": ("银行回单", "bank slip"),
    "receipt": ("收据或结算单", "receipt"),
    "contract": ("合同", "contract"),
    "batch_sheet": ("批次页", "batch sheet"),
}


def attachment_label(what: str) -> tuple[str, str]:
    """The Chinese and the English name of a page that is no invoice; an unknown one keeps its."""
    return _ATTACHMENTS.get(what, (what, what.replace("_", " ")))


def form_label(form: Form) -> str:
    """What a form is called in Chinese (domain.md 1.1)."""
    return _FORMS[form]


def label(need: Need) -> tuple[str, str]:
    """The Chinese and the English name."""
    return _LABELS[need]


def both(needs: Iterable[Need]) -> tuple[str, str]:
    """The names of several, as a Chinese and an English list."""
    pairs = [_LABELS[need] for need in needs]
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)
