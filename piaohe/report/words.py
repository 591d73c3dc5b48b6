"""What the values of the records are called in Chinese and English, for people."""

from functools import cache
from typing import NamedTuple

import classify
from models.document import ReadStatus
from models.finding import Severity, Status
from models.forms import Form, InvoiceType
from models.invoice import FieldName
from models.ledger import LedgerStatus
from models.match import MatchState
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

LEDGER_STATES = {
    LedgerStatus.NORMAL: Words("正常", "normal"),
    LedgerStatus.RED_PART: Words("部分红冲", "partly red-lettered"),
    LedgerStatus.RED_FULL: Words("全额红冲", "fully red-lettered"),
    LedgerStatus.RED: Words("红字", "red letter"),
    LedgerStatus.VOID: Words("作废", "void"),
    LedgerStatus.ABNORMAL: Words("异常", "abnormal"),
    LedgerStatus.UNKNOWN: Words("未知", "unknown"),
}

ATTACHMENTS = {
    "trip_list": Words("行程单", "trip list"),
    "sales_list": Words("销货清单", "list of goods"),
    "claim_page": Words("领票二维码页", "page for claiming an invoice"),
    "pos_slip": Words("刷卡单", "card slip"),
    "bank_slip": Words("银行回单", "bank slip"),
    "receipt": Words("收据或结算单", "receipt"),
    "contract": Words("合同", "contract"),
}


def kind_of(form: Form | None, type_: InvoiceType) -> Words:
    """What an invoice of this form and type is called."""
    return (FORMS.get(form) if form else None) or TYPES[type_]


@cache
def _categories() -> dict[str, str]:
    return {category.id: category.name for category in classify.categories()}


def category_called(category: str) -> Words:
    """What an expense category is called; one we do not know keeps its own name."""
    return Words(_categories().get(category, category), category.replace("_", " ").lower())


def check_called(name: str) -> Words:
    """What an independent check is called; an unknown one keeps its own name."""
    return CHECKS.get(name) or Words(name, name.replace("_", " "))


def field_called(name: str) -> Words:
    """What a field is called, by its name in the records; an unknown one keeps its own name."""
    return _FIELD_BY_NAME.get(name) or Words(name, name.replace("_", " "))


def attachment_called(what: str) -> Words:
    return ATTACHMENTS.get(what) or Words(what, what.replace("_", " "))
