"""Which column holds what: headings are recognised by their usual names, Chinese and English."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.text import squash
from piaohe.sources.cells import Cell, is_blank, text_of
from piaohe.sources.profile import Profile
from piaohe.sources.tables import Row, Table

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
    ACCOUNT = "科目编码 / subject_code"
    SIDE = "借贷方向 / side"
    BOOKED = "发生额 / booked_amount"
    VOUCHER_KEY = "凭证内码 / voucher_key"
    VOUCHER_WORD = "凭证字 / voucher_word"
    REFERENCE = "参照 / reference"
    EMPLOYEE = "经办人 / employee"
    ORIGIN = "发票来源 / origin"
    TICKED = "勾选状态 / ticked"
    TICKED_AT = "勾选时间 / ticked_at"
    LINE = "商品明细 / line item"


_NAMES = {
    Column.NUMBER_20: "数电发票号码 数电票号码 全电发票号码 数电号码 digitalnumber einvoicenumber",
    Column.NUMBER: "发票号码 发票号 发票编号 票号 发票号码数电 发票号码数电票号码 invoicenumber "
    "invoiceno invoicenum invoice number fapiaonumber fapiaono num",
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
    Column.ACCOUNT: "科目编码 科目代码 会计科目编码 会计科目代码 subjectcode accountcode",
    Column.SIDE: "借贷方向 借贷 借贷标志 方向 借贷标识 debitcredit dc drcr",
    Column.BOOKED: "发生额 记账金额 本币金额 凭证金额 bookedamount localamount",
    Column.VOUCHER_WORD: "凭证字 凭证类别 凭证类型 voucherword",
    Column.EMPLOYEE: "报销人 经办人 员工 申请人 employee claimant",
    Column.ORIGIN: "发票来源 origin",
    Column.TICKED: "勾选状态 是否勾选",
    Column.TICKED_AT: "勾选时间",
    Column.LINE: "货物或应税劳务名称 货物或应税劳务服务名称 税收分类编码 规格型号 "
    "单价 数量 项目名称",
}
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names.split()}
_MONEY = (Column.TOTAL, Column.AMOUNT, Column.TAX, Column.DEBIT, Column.CREDIT, Column.BOOKED)
_NUMBERS = (Column.NUMBER_20, Column.NUMBER, Column.SUMMARY, Column.REFERENCE)
_BOOKS = frozenset({Column.DEBIT, Column.CREDIT, Column.BOOKED})
_TICKS = frozenset({Column.TICKED, Column.TICKED_AT})
_VOUCHERS_OWN = frozenset({"num", "number"})
"""Names of an invoice's number in a list of invoices, and of the voucher's in a journal."""


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: its last row's number, and the place (from 0) of every known column.

    `first` is its first row where it has two. `profile` says how the columns were known, where a
    profile did.
    """

    row: int
    places: dict[Column, int]
    first: int = 0
    profile: Profile | None = None

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
        if self.profile and self.profile.layout != "auto":
            return self.profile.layout
        if has & _TICKS and Column.NUMBER_20 in has:
            return "etax_deduction"
        if Column.NUMBER_20 in has and Column.ORIGIN in has:
            return "etax_invoices"
        return "journal" if has & _BOOKS else "plain"

    @property
    def has_lines(self) -> bool:
        """Whether the sheet repeats an invoice for each of its lines."""
        return self.layout == "etax_invoices" and Column.LINE in self.places


def names_of() -> dict[Column, tuple[str, ...]]:
    """The usual names of each column, as `named` writes them."""
    return {column: tuple(names.split()) for column, names in _NAMES.items()}


def named(heading: Cell) -> str:
    """A heading without what is no part of its name: stars, spaces, marks, case."""
    return re.sub(r"[*_\-:./\s]", "", squash(text_of(heading))).lower()


def column_of(heading: Cell) -> Column | None:
    """The column a heading names, or None. Stars, units and spaces are no part of the name."""
    name = named(heading)
    plain = re.sub(r"[()\[\]【】]", "", name)
    bare = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", name)
    return _COLUMN_OF.get(plain) or _COLUMN_OF.get(bare)


def find_header(table: Table, profile: Profile | None = None) -> Header | None:
    """The row, or two rows of merged cells, that name the most columns; None where none names two.

    A single heading counts where the row holds nothing else: a list of numbers, say. Of two rows
    the upper one gives a cell's group (借方 above 金额), going on over the blanks to its right.
    A `profile` decides instead where its headings stand in a row.
    """
    rows = table.head(_HEADER_WITHIN)
    if profile is not None:
        return _by_profile(rows, profile)
    best: Header | None = None
    for above, row in zip([None, *rows], rows, strict=False):
        places = _places(row.cells)
        is_header = len(places) >= 2 or (places and sum(map(bool, row.cells)) == 1)
        if is_header and (best is None or len(places) > len(best.places)):
            best = Header(row.number, places, row.number)
        if above is not None and _is_heading(row) and _is_heading(above):
            both = _places(joined(above.cells, row.cells))
            if len(both) >= 2 and len(both) > len(best.places if best else ()):
                best = Header(row.number, both, above.number)
    return best


def _by_profile(rows: Sequence[Row], profile: Profile) -> Header | None:
    """The header where the most of the profile's headings are; at a fixed row where it says so."""
    best: Header | None = None
    for above, row in zip([None, *rows], rows, strict=False):
        if profile.header_row and row.number != profile.header_row:
            continue
        variants: list[Sequence[Cell]] = [row.cells]
        if above is not None and _is_heading(row) and _is_heading(above):
            variants.append(joined(above.cells, row.cells))
        for cells, first in zip(variants, (row.number, above.number if above else 0), strict=False):
            places = profile_places(cells, profile)
            if places and (best is None or len(places) > len(best.places)):
                best = Header(row.number, places, first, profile)
    return best


def profile_places(cells: Sequence[Cell], profile: Profile) -> dict[Column, int]:
    """Where a profile's columns stand in a row of headings, by their exact names."""
    names = [named(cell) if isinstance(cell, str) else "" for cell in cells]
    places: dict[Column, int] = {}
    for key, headings in profile.columns.items():
        for heading in headings:
            if (wanted := named(heading)) and wanted in names:
                places[Column[key.upper()]] = names.index(wanted)
                break
    return places


def joined(above: Sequence[Cell], below: Sequence[Cell]) -> list[Cell]:
    """Two rows of headings as one: each the group above and the name below it."""
    result: list[Cell] = []
    group = ""
    for at in range(max(len(above), len(below))):
        upper = text_of(above[at]) if at < len(above) else ""
        lower = text_of(below[at]) if at < len(below) else ""
        group = upper or (group if lower else "")
        whole = f"{group}{lower}"
        known = column_of(whole) or not lower
        result.append(whole if known else (lower if column_of(lower) else whole))
    return result


def _is_heading(row: Row) -> bool:
    """Whether a row holds words alone, as headings do."""
    texts = [text_of(cell) for cell in row.cells if not is_blank(cell)]
    words = all(isinstance(cell, str) for cell in row.cells if not is_blank(cell))
    return words and bool(texts) and not any(re.search(r"\d{4}", text) for text in texts)


def _places(cells: Iterable[Cell]) -> dict[Column, int]:
    places: dict[Column, int] = {}
    own: int | None = None
    for place, cell in enumerate(cells):
        column = column_of(cell) if isinstance(cell, str) and len(cell) <= 60 else None
        if column is Column.NUMBER and named(cell) in _VOUCHERS_OWN:
            own = place if own is None else own
        elif column and column not in places:
            places[column] = place
    if own is not None:
        # beside debit and credit a bare "num" counts vouchers (用友 NC: gl_voucher.num)
        column = Column.VOUCHER if places.keys() & _BOOKS else Column.NUMBER
        places.setdefault(column, own)
    return places
