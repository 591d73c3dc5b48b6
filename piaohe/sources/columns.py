"""Which column holds what: headings are recognised by their usual names, Chinese and English."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.text import squash
from piaohe.sources.cells import Cell, text_of
from piaohe.sources.tables import Table

_HEADER_WITHIN = 40
"""The header is looked for in this many rows; titles and query conditions may stand above it."""


class Column(StrEnum):
    """What a column holds. The value is how it is named to the user."""

    NUMBER_20 = "数电发票号码 / digital_number"
    NUMBER = "发票号码 / invoice_number"
    CODE = "发票代码 / invoice_code"
    DATE = "开票日期 / date"
    LOOSE_DATE = "日期 / date"
    AMOUNT = "金额 / amount"
    TAX = "税额 / tax"
    TOTAL = "价税合计 / total"
    SELLER_NAME = "销方名称 / seller_name"
    SELLER_TAX_ID = "销方识别号 / seller_tax_id"
    BUYER_NAME = "购方名称 / buyer_name"
    BUYER_TAX_ID = "购方识别号 / buyer_tax_id"
    KIND = "发票票种 / kind"
    STATUS = "发票状态 / status"
    POSITIVE = "是否正数发票 / positive"
    RISK = "发票风险等级 / risk"
    REMARK = "备注 / remark"
    VOUCHER = "凭证号 / voucher_no"
    SUMMARY = "摘要 / summary"
    DEBIT = "借方 / debit"
    CREDIT = "贷方 / credit"
    SUBJECT = "科目 / subject"
    POSTED = "记账日期 / posting_date"
    ORIGIN = "发票来源 / origin"
    TICKED = "勾选状态 / ticked"
    LINE = "商品明细 / line item"


_NAMES = {
    Column.NUMBER_20: "数电发票号码 数电票号码 全电发票号码 数电号码 digitalnumber einvoicenumber",
    Column.NUMBER: "发票号码 发票号 发票编号 票号 发票号码数电 发票号码数电票号码 invoicenumber "
    "invoiceno invoicenum invoice number fapiaonumber fapiaono num xblnr",
    Column.CODE: "发票代码 票据代码 invoicecode code fapiaocode",
    Column.DATE: "开票日期 发票日期 开票时间 填开日期 invoicedate issuedate issuedon "
    "dateofissue bldat",
    Column.LOOSE_DATE: "日期 date",
    Column.AMOUNT: "金额 不含税金额 合计金额 金额不含税 未税金额 不含税价 开票金额不含税 amount "
    "netamount amountexcludingtax amountextax net pretaxamount subtotal",
    Column.TAX: "税额 合计税额 税金 增值税额 进项税额 tax taxamount vat vatamount",
    Column.TOTAL: "价税合计 含税金额 金额含税 价税合计金额 发票金额 总金额 票面金额 含税总额 总计 "
    "价税合计含税 开票金额 total totalamount grossamount gross amountincludingtax "
    "amountwithtax invoiceamount",
    Column.SELLER_NAME: "销方名称 销售方名称 销售方纳税人名称 销方 销售方 供应商 供应商名称 开票方 "
    "开票方名称 开票单位 收款单位 收款方 商户 商户名称 对方单位 往来单位 supplier suppliername "
    "seller sellername vendor vendorname merchant",
    Column.SELLER_TAX_ID: "销方识别号 销方税号 销售方识别号 销售方税号 销售方纳税人识别号 "
    "销方纳税人识别号 供应商税号 供应商识别号 开票方税号 sellertaxid sellertaxno suppliertaxid "
    "suppliertaxno vendortaxid sellerid",
    Column.BUYER_NAME: "购买方名称 购方名称 购方 购买方 购买方纳税人名称 抬头 发票抬头 buyer "
    "buyername purchaser purchasername customer",
    Column.BUYER_TAX_ID: "购方识别号 购方税号 购买方识别号 购买方税号 购买方纳税人识别号 "
    "购方纳税人识别号 buyertaxid buyertaxno purchasertaxid buyerid",
    Column.KIND: "发票票种 票种 发票类型 发票种类 kind type invoicetype",
    Column.STATUS: "发票状态 状态 票据状态 status invoicestatus",
    Column.POSITIVE: "是否正数发票 正数发票 positive",
    Column.RISK: "发票风险等级 风险等级 risk risklevel",
    Column.REMARK: "备注 说明 remark remarks note notes comment",
    Column.VOUCHER: "凭证号 凭证字号 凭证编号 记账凭证号 凭证号码 voucherno voucher vouchernumber "
    "belnr documentno docno",
    Column.SUMMARY: "摘要 凭证摘要 用途 summary description explanation digest cdigest "
    "fexplanation sgtxt text",
    Column.DEBIT: "借方 借方金额 借方发生额 debit debitamount",
    Column.CREDIT: "贷方 贷方金额 贷方发生额 credit creditamount",
    Column.SUBJECT: "科目 科目名称 会计科目 subject subjectname account accountname",
    Column.POSTED: "记账日期 凭证日期 制单日期 入账日期 过账日期 会计期间 期间 "
    "postingdate period dbilldate budat",
    Column.ORIGIN: "发票来源 origin",
    Column.TICKED: "勾选状态 是否勾选 勾选时间",
    Column.LINE: "货物或应税劳务名称 货物或应税劳务服务名称 税收分类编码 规格型号 "
    "单价 数量 项目名称",
}
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names.split()}
_MONEY = (Column.TOTAL, Column.AMOUNT, Column.TAX, Column.DEBIT, Column.CREDIT)
_NUMBERS = (Column.NUMBER_20, Column.NUMBER, Column.SUMMARY)


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: the row's number, and the place (from 0) of every known column."""

    row: int
    places: dict[Column, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """What a ledger cannot do without and this header does not have."""
        lacks = []
        if not any(column in self.places for column in _NUMBERS):
            lacks.append(Column.NUMBER.value)
        if not any(column in self.places for column in _MONEY):
            lacks.append(Column.TOTAL.value)
        return tuple(lacks)

    @property
    def layout(self) -> str:
        """etax_deduction, etax_invoices, journal or plain."""
        has = self.places.keys()
        if Column.TICKED in has and Column.NUMBER_20 in has:
            return "etax_deduction"
        if Column.NUMBER_20 in has and Column.ORIGIN in has:
            return "etax_invoices"
        return "journal" if Column.DEBIT in has or Column.CREDIT in has else "plain"

    @property
    def has_lines(self) -> bool:
        """Whether the sheet repeats an invoice for each of its lines."""
        return self.layout == "etax_invoices" and Column.LINE in self.places


def column_of(heading: Cell) -> Column | None:
    """The column a heading names, or None. Stars, units and spaces are no part of the name."""
    name = re.sub(r"[*_\-:./\s]", "", squash(text_of(heading))).lower()
    plain = re.sub(r"[()\[\]【】]", "", name)
    bare = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", name)
    return _COLUMN_OF.get(plain) or _COLUMN_OF.get(bare)


def find_header(table: Table) -> Header | None:
    """The row that names the most columns; None where none names two.

    A single heading counts where the row holds nothing else: a list of numbers, say.
    """
    best: Header | None = None
    for row in table.rows[:_HEADER_WITHIN]:
        places = _places(row.cells)
        is_header = len(places) >= 2 or (places and sum(map(bool, row.cells)) == 1)
        if is_header and (best is None or len(places) > len(best.places)):
            best = Header(row.number, places)
    return best


def _places(cells: Iterable[Cell]) -> dict[Column, int]:
    places: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        column = column_of(cell) if isinstance(cell, str) and len(cell) <= 60 else None
        if column and column not in places:
            places[column] = place
    return places
