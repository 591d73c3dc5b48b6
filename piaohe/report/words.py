"""What the values of the records are called in Chinese and English, for people."""

from functools import cache
from typing import NamedTuple

import classify
from models.document import ReadStatus
from models.finding import Severity, Status
from models.forms import Form, InvoiceType
from models.invoice import FieldName
from models.ledger import LedgerStatus
from models.match import Absence, MatchState, Step
from models.page import Source


class Words(NamedTuple):
    """The same thing said in both languages."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


FIELDS = {
    FieldName.CODE: Words("发票代码", "Code"),
    FieldName.NUMBER: Words("发票号码", "Number"),
    FieldName.DATE: Words("开票日期", "Date"),
    FieldName.AMOUNT: Words("合计金额", "Amount"),
    FieldName.TAX: Words("合计税额", "Tax"),
    FieldName.TOTAL: Words("价税合计", "Total"),
    FieldName.CHECK_CODE: Words("校验码", "Check code"),
    FieldName.BUYER_NAME: Words("购买方", "Buyer"),
    FieldName.BUYER_TAX_ID: Words("购方税号", "Buyer tax ID"),
    FieldName.SELLER_NAME: Words("销售方", "Seller"),
    FieldName.SELLER_TAX_ID: Words("销方税号", "Seller tax ID"),
}
_FIELD_BY_NAME = {name.value: words for name, words in FIELDS.items()}

TYPES = {
    InvoiceType.VAT_SPECIAL: Words("增值税专用发票", "VAT special"),
    InvoiceType.VAT_GENERAL: Words("增值税普通发票", "VAT ordinary"),
    InvoiceType.VAT_ELECTRONIC: Words("增值税电子普通发票", "VAT electronic"),
    InvoiceType.DIGITAL_SPECIAL: Words("数电专票", "Digital special"),
    InvoiceType.DIGITAL_GENERAL: Words("数电普票", "Digital ordinary"),
    InvoiceType.ROLL: Words("卷票", "Roll"),
    InvoiceType.TRAIN: Words("火车票", "Train ticket"),
    InvoiceType.TAXI: Words("出租车票", "Taxi receipt"),
    InvoiceType.QUOTA: Words("定额发票", "Fixed-amount"),
    InvoiceType.AIR: Words("机票行程单", "Air itinerary"),
    InvoiceType.VEHICLE: Words("机动车发票", "Vehicle"),
    InvoiceType.TOLL: Words("通行费", "Toll"),
    InvoiceType.OTHER: Words("其他票据", "Other"),
}

# Only where the form says more than its type does.
FORMS = {
    Form.FREIGHT_SPECIAL: Words("货运专用发票", "Freight special"),
    Form.VAT_E_SPECIAL: Words("增值税电子专用发票", "VAT e-special"),
    Form.BLOCKCHAIN: Words("区块链电子发票", "Blockchain invoice"),
    Form.DZP_SPECIAL: Words("数电纸质专票", "Digital special, on paper"),
    Form.DZP_NORMAL: Words("数电纸质普票", "Digital ordinary, on paper"),
    Form.RAIL_E: Words("铁路电子客票", "Rail e-ticket"),
    Form.AIR_E: Words("航空电子行程单", "Air e-itinerary"),
    Form.USED_CAR: Words("二手车发票", "Used car"),
    Form.DZ_USED_CAR: Words("二手车发票（数电）", "Used car, digital"),
    Form.DZ_VEHICLE: Words("机动车发票（数电）", "Vehicle, digital"),
    Form.BUS: Words("汽车客票", "Bus ticket"),
    Form.SHIP: Words("船票", "Ship ticket"),
    Form.MACHINE: Words("通用机打发票", "Machine-printed"),
    Form.FISCAL: Words("财政票据", "Fiscal receipt"),
    Form.MED_OUT: Words("医疗门诊票据", "Outpatient receipt"),
    Form.MED_IN: Words("医疗住院票据", "Inpatient receipt"),
    Form.CUSTOMS_VAT: Words("海关缴款书", "Customs VAT payment"),
    Form.TAX_CERT: Words("完税证明", "Tax certificate"),
}

SOURCES = {
    Source.XML: Words("XML 原件", "XML"),
    Source.XBRL: Words("XBRL 原件", "XBRL"),
    Source.OFD: Words("OFD 原件", "OFD"),
    Source.PDF_TEXT: Words("PDF 文字", "PDF text"),
    Source.QR: Words("二维码", "QR code"),
    Source.OCR: Words("图像识别", "OCR"),
    Source.DERIVED: Words("推算", "derived"),
    Source.PERSON: Words("人工", "person"),
    Source.LEDGER: Words("台账", "ledger"),
}

CHECKS = {
    "qr": Words("二维码", "QR"),
    "arithmetic": Words("金额勾稽", "arithmetic"),
    "capital_amount": Words("大写金额", "capital amount"),
    "check_character": Words("校验位", "check character"),
    "second_print": Words("重复打印", "second print"),
    "lines": Words("明细合计", "sum of lines"),
    "rate": Words("税率", "rate"),
    "print": Words("票面", "print"),
    "other_copy": Words("另一格式", "other format"),
    "seal": Words("印章", "seal"),
    "qr_fits": Words("二维码与票面相符", "QR that fits the print"),
    "name_ending": Words("名称结尾", "ending of the name"),
    "person": Words("人工", "a person"),
}

STATUSES = {
    Status.ACCEPTED: Words("通过", "Accepted"),
    Status.REVIEW: Words("待复核", "Review"),
    Status.REJECTED: Words("不通过", "Rejected"),
}

SEVERITIES = {
    Severity.REJECT: Words("阻断", "Reject"),
    Severity.WARN: Words("需复核", "Warn"),
    Severity.INFO: Words("提示", "Info"),
}

STATES = {
    MatchState.EXACT: Words("一致", "Matched"),
    MatchState.SUGGESTED: Words("疑似同一张", "Near match"),
    MatchState.MISMATCH: Words("不一致", "Mismatch"),
    MatchState.RESIDUAL: Words("仅相似", "Only alike"),
    MatchState.DUPLICATE: Words("重复", "Duplicate"),
    MatchState.MISSING: Words("台账中没有", "Not in ledger"),
}

READ = {
    ReadStatus.OK: Words("已识别", "Read"),
    ReadStatus.PARTIAL: Words("部分识别", "Partly read"),
    ReadStatus.FAILED: Words("失败", "Failed"),
}

RENDITION = Words(
    "同一张发票的另一形态，不重复计数", "the same invoice in another shape, counted once"
)

LEDGER_STATES = {
    LedgerStatus.NORMAL: Words("正常", "normal"),
    LedgerStatus.RED_PART: Words("部分红冲", "partly red-lettered"),
    LedgerStatus.RED_FULL: Words("全额红冲", "fully red-lettered"),
    LedgerStatus.RED: Words("红字", "red letter"),
    LedgerStatus.VOID: Words("作废", "void"),
    LedgerStatus.ABNORMAL: Words("异常", "abnormal"),
    LedgerStatus.UNKNOWN: Words("未知", "unknown"),
}

STEPS = {
    Step.PERSON: Words("由人工指定", "linked by a person"),
    Step.KEY: Words("号码相同", "the same number"),
    Step.ALIAS: Words("同一发票的另一号码", "another number of the same invoice"),
    Step.NEAR: Words("号码只差一两个字符", "a number one or two characters off"),
    Step.DAMAGED: Words("按残缺号码剩下的位数", "what is left of a damaged number"),
    Step.SUM: Words("几笔合计金额相等", "several that add up to it"),
    Step.DEAL: Words("号码不同，按销方、金额和日期", "seller, money and days, not the number"),
}

ABSENCES = {
    Absence.NEVER_HANDED_IN: Words("没有交来", "Never handed in"),
    Absence.UNREADABLE: Words("交来了，但未能识读", "Handed in, could not be read"),
    Absence.OTHER_NUMBER: Words("票据上是另一个号码", "Document has another number"),
    Absence.OUTSIDE: Words("不在收集范围内", "Outside what was collected"),
    Absence.RED_LETTER: Words("缺红字发票", "Red letter without its document"),
    Absence.NETTED: Words("与红字发票相抵", "Cancelled by its red letter"),
    Absence.COPY: Words("台账重复登记", "Twice in the ledger"),
    Absence.CANCELLED: Words("已作废或红冲", "Void or red-lettered"),
    Absence.NUMBER_LOST: Words("台账号码丢失末尾数字", "Number lost digits in the ledger"),
    Absence.ALIKE: Words("只有相似的票据", "Only something alike"),
}

CAUSES = {
    "N1": Words("刚开票，尚未同步到台账", "Too new, still on its way"),
    "N2": Words("号码差一两个字符", "Number off by a character or two"),
    "N3": Words("发票代码不同或缺失", "Code differs or is missing"),
    "N4": Words("开票日期不同", "Date differs"),
    "N5": Words("含税与不含税金额混淆", "Amount taken for total"),
    "N6": Words("不在台账所含期间内", "Outside the ledger's period"),
    "N7": Words("不是本单位的进项票", "Not an invoice we received"),
    "N8": Words("购方税号有误", "Buyer's tax id is off"),
    "N9": Words("已红冲", "Red-lettered"),
    "N10": Words("已作废", "Void"),
    "N11": Words("已入账，重复提交", "Booked already"),
    "N12": Words("代开或异地开具", "Issued elsewhere or for another"),
    "N13": Words("票种不在台账范围内", "A kind the ledger does not hold"),
    "N14": Words("可能被改动或伪造", "May be altered or forged"),
    "N15": Words("超过五年，无法查验", "More than five years back"),
    "N16": Words("查验平台未答复", "Check platform did not answer"),
    "N17": Words("台账不完整或未能查询", "Ledger not whole, or not asked"),
    "N18": Words("台账号码丢失末尾数字", "Number lost digits in the ledger"),
    "N19": Words("名称写法不同", "Name written otherwise"),
    "N20": Words("红字确认尚未完成", "Red-letter confirmation pending"),
}

_WITHOUT_CAUSE = {
    MatchState.MISSING: Words("原因未能判定", "No cause found"),
    MatchState.MISMATCH: Words("内容与台账不同", "Values differ"),
    MatchState.SUGGESTED: Words("可能合并或分笔入账", "Perhaps booked together or in parts"),
    MatchState.DUPLICATE: Words("同一发票重复提交", "Handed in twice"),
    MatchState.RESIDUAL: Words("只有相似的记录", "Only something alike"),
}

ATTACHMENTS = {
    "trip_list": Words("行程单", "trip list"),
    "sales_list": Words("销货清单", "list of goods"),
    "claim_page": Words("领票二维码页", "page for claiming an invoice"),
    "pos_slip": Words("刷卡单", "card slip"),
    "bank_slip": Words("银行回单", "bank slip"),
    "receipt": Words("收据或结算单", "receipt"),
    "contract": Words("合同", "contract"),
    "batch_sheet": Words("批次页", "batch sheet"),
}


def kind_of(form: Form | None, type_: InvoiceType) -> Words:
    """What an invoice of this form and type is called."""
    return (FORMS.get(form) if form else None) or TYPES[type_]


@cache
def _categories() -> dict[str, str]:
    return {category.id: category.name for category in classify.categories()}


_CATEGORIES_EN = {
    "TRAVEL_AIR": "flights",
    "TRAVEL_RAIL": "trains",
    "TRAVEL_ROADSHIP": "buses and ferries",
    "TAXI": "taxis and rides",
    "HOTEL": "hotels",
    "MEAL": "meals",
    "TOLL": "tolls",
    "PARKING": "parking",
    "FUEL": "fuel and charging",
    "CAR": "car repair, insurance, hire",
    "EXPRESS": "couriers and post",
    "FREIGHT": "freight",
    "OFFICE": "office supplies",
    "IT_HW": "computers and parts",
    "IT_SVC": "software and IT services",
    "TELECOM": "telephone and internet",
    "UTIL": "water, power, heating",
    "RENT": "rent and property fees",
    "MEETING": "meetings and fairs",
    "TRAIN_EDU": "training and books",
    "CONSULT": "consulting, audit, legal",
    "AD": "advertising and printing",
    "CONSTR": "building and fitting out",
    "HR": "labour and staffing",
    "WELFARE": "welfare and check-ups",
    "MED": "medical",
    "GIFT": "gifts, tobacco, alcohol",
    "BANK_INSUR": "bank fees and insurance",
    "MATERIAL": "materials and equipment",
    "FISCAL_FEE": "official fees and fines",
}


def category_called(category: str) -> Words:
    """What an expense category is called; one we do not know keeps its own name."""
    english = _CATEGORIES_EN.get(category) or category.replace("_", " ").lower()
    return Words(_categories().get(category, category), english)


def check_called(name: str) -> Words:
    """What an independent check is called; an unknown one keeps its own name."""
    return CHECKS.get(name) or Words(name, name.replace("_", " "))


def field_called(name: str) -> Words:
    """What a field is called, by its name in the records; an unknown one keeps its own name."""
    return _FIELD_BY_NAME.get(name) or Words(name, name.replace("_", " "))


def cause_called(state: MatchState, cause: str | None) -> Words:
    """What a cause is called, and where none is known what the state amounts to."""
    if cause:
        return CAUSES.get(cause) or Words(cause, cause)
    return _WITHOUT_CAUSE.get(state) or STATES[state]


def attachment_called(what: str) -> Words:
    return ATTACHMENTS.get(what) or Words(what, what.replace("_", " "))
