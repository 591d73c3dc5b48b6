"""Under what names the formats state an invoice's fields and lines (domain.md 5)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from xml.etree.ElementTree import Element

from models.invoice import Detail, FieldName, LineItem
from ocr.structure.leaves import Draft, Leaf, Leaves, leaves_of
from ocr.structure.values import (
    amount_of,
    first,
    numeral,
    rate_of,
    text_value,
    word,
)

FIELD_KEYS: Mapping[FieldName, tuple[str, ...]] = {
    FieldName.NUMBER: (
        "invoicenumber",
        "invoiceno",
        "einvoicenumber",
        "electronicinvoicerailwayeticketnumber",
        "electronicinvoiceairtransportreceiptnumber",
        "electronicinvoicenumber",
        "numberofinvoice",
        "发票号码",
        "数电票号码",
        "票据号码",
    ),
    FieldName.CODE: ("invoicecode", "einvoicecode", "codeofinvoice", "发票代码", "票据代码"),
    FieldName.DATE: (
        "requesttime",
        "issuetime",
        "dateofissue",
        "issuedate",
        "issuingdate",
        "invoicedate",
        "dateofinvoice",
        "开票日期",
        "填开日期",
    ),
    FieldName.AMOUNT: (
        "totalamwithouttax",
        "taxexclusivetotalamount",
        "totalamountexcludingtax",
        "totalamountwithouttax",
        "amountexcludingtax",
        "合计金额",
        "不含税金额",
    ),
    FieldName.TAX: ("totaltaxam", "taxtotalamount", "totaltaxamount", "vattaxamount", "合计税额"),
    FieldName.TOTAL: (
        "totaltaxincludedamount",
        "taxinclusivetotalamount",
        "totalamountincludingtax",
        "totaltaxinclusiveamount",
        "价税合计",
        "价税合计小写",
    ),
    FieldName.CHECK_CODE: ("invoicecheckcode", "checkcode", "randomnumber", "校验码"),
    FieldName.BUYER_NAME: (
        "buyername",
        "nameofpurchaser",
        "purchasername",
        "nameofbuyer",
        "payerpartyname",
        "nameofpayer",
        "购买方名称",
        "购方名称",
    ),
    FieldName.BUYER_TAX_ID: (
        "buyeridnum",
        "buyertaxid",
        "unifiedsocialcreditcodeofpurchaser",
        "unifiedsocialcreditcodeofbuyer",
        "taxpayeridentificationnumberofpurchaser",
        "payerpartycode",
        "购买方纳税人识别号",
        "购买方税号",
        "购方税号",
        "购方纳税人识别号",
    ),
    FieldName.SELLER_NAME: (
        "sellername",
        "nameofseller",
        "invoicingpartyname",
        "销售方名称",
        "销方名称",
    ),
    FieldName.SELLER_TAX_ID: (
        "selleridnum",
        "sellertaxid",
        "unifiedsocialcreditcodeofseller",
        "taxpayeridentificationnumberofseller",
        "invoicingpartycode",
        "销售方纳税人识别号",
        "销售方税号",
        "销方税号",
        "销方纳税人识别号",
    ),
}

ITEM_KEYS = frozenset({"issuiteminformation", "issueiteminformation", "goodsinfo"})
"""Elements that are one line of the table each."""

_TAX_CODE = re.compile(r"[0-9]{19}")
"""税收分类编码 (domain.md 3.6)."""
_NAME = ("itemname", "item", "nameofgoodsorservices", "goodsname", "项目名称", "货物名称")
ITEM_NAMES = frozenset(_NAME)
_SPEC = ("specmod", "specification", "规格型号")
_UNIT = ("meaunits", "measurementdimension", "itemunit", "unit", "单位")
_QUANTITY = ("quantity", "itemquantity", "数量")
_PRICE = ("unprice", "unitprice", "price", "itemstd", "单价")
_AMOUNT = ("amount", "itemamount", "金额")
_RATE = ("taxrate", "taxscheme", "税率")
_TAX = ("comtaxam", "taxamount", "税额")
ITEM_FIGURES = frozenset((*_QUANTITY, *_PRICE, *_AMOUNT, *_RATE, *_TAX))
"""Names of cells that hold one figure each."""

_FREE_MARKS = {"0": "出口退税", "1": "免税", "2": "不征税", "3": "普通零税率"}
"""FreeTaxMark, by the codes of domain.md 3.4."""

_DROPPED = frozenset({"totaltaxincludedamount", "lineno", "linenature", "itemindex"})
_ITEM_DETAILS = {"taxclassificationcode": "税收分类编码", "code": "税收分类编码"}

PARTY_LABELS = {
    "selleraddr": "销售方地址",
    "sellertelnum": "销售方电话",
    "sellerbankname": "销方开户银行",
    "sellerbankaccnum": "销方银行账号",
    "buyeraddr": "购买方地址",
    "buyertelnum": "购买方电话",
    "buyerbankname": "购方开户银行",
    "buyerbankaccnum": "购方银行账号",
    "buyerhandlingname": "经办人",
    "selleraddrtel": "销售方地址、电话",
    "sellerfinancialaccount": "销售方开户行及账号",
    "buyeraddrtel": "购买方地址、电话",
    "buyerfinancialaccount": "购买方开户行及账号",
    "taxbureauname": "税务机关",
    "paymentchannel": "支付渠道",
    "transactionnumber": "交易流水号",
    "deductibleamount": "扣除额",
    "taxcontrolcode": "密码区",
}
"""The labels these are printed with; they carry no field of their own."""


def state_fields(draft: Draft, leaves: Leaves) -> None:
    """State every field whose names are the same in all formats."""
    for name, keys in FIELD_KEYS.items():
        found = leaves.every(*keys)
        if name is FieldName.DATE:
            # 财政电子票据 keep the time of day in an IssueTime of its own
            found = [leaf for leaf in found if not _is_time(leaf)]
        draft.state(name, found)


def _is_time(leaf: Leaf) -> bool:
    return ":" in leaf.text and len(leaf.text.strip()) <= 8


def read_item(leaves: Leaves, draft: Draft, exempt: str | None = None) -> LineItem | None:
    """A line, or None where neither a name nor an amount is stated.

    `exempt` is what the invoice as a whole says its rate of nothing means (免税, 不征税).
    """
    name = word(leaves.text(*_NAME))
    amounts = [_item_money(leaves, draft, keys) for keys in (_AMOUNT, _TAX)]
    if name is None and amounts[0] is None:
        return None
    code = leaves.text("taxclassificationcode", "code") or ""
    mark = _FREE_MARKS.get((leaves.text("freetaxmark") or "").strip())
    rate = rate_of(leaves.text(*_RATE))
    if rate in (None, "0%") and not amounts[1]:
        unsold = "不征税" if code.strip().startswith("6") else None
        rate = first((exempt, mark, unsold, rate))
    return LineItem(
        name=name or "",
        spec=word(leaves.text(*_SPEC)),
        unit=word(leaves.text(*_UNIT)),
        quantity=numeral(leaves.text(*_QUANTITY)),
        unit_price=numeral(leaves.text(*_PRICE)),
        amount=amounts[0],
        tax_rate=rate,
        tax=amounts[1],
        tax_code=code.strip() if _TAX_CODE.fullmatch(code.strip()) else None,
    )


def _item_money(leaves: Leaves, draft: Draft, keys: tuple[str, ...]) -> Decimal | None:
    found = leaves.every(*keys)
    if not found:
        return None
    amount = amount_of(found[0].text)
    if amount is None and not set(found[0].text.strip()) <= {"*"}:
        draft.problem("unreadable", found[0].name, found[0].text)
    return amount


def read_items(
    elements: list[Element], draft: Draft, exempt: str | None = None
) -> tuple[tuple[LineItem, ...], tuple[Detail, ...]]:
    """(the lines, what they state besides): element names stand in for labels not known."""
    items: list[LineItem] = []
    details: list[Detail] = []
    for element in elements:
        leaves = leaves_of(element)
        item = read_item(leaves, draft, exempt)
        leaves.taken -= {"taxclassificationcode", "code"}
        if item is None:
            continue
        details += left_over(leaves, _ITEM_DETAILS, row=len(items), drop=_DROPPED)
        items.append(item)
    return tuple(items), tuple(details)


def left_over(
    leaves: Leaves,
    labels: Mapping[str, str],
    *,
    row: int = 0,
    drop: frozenset[str] = frozenset(),
) -> list[Detail]:
    """What no field took, under its printed label where it is known, else its own name."""
    details = []
    for leaf in leaves.left():
        value = text_value(leaf.text)
        if value is not None and leaf.key not in drop:
            details.append(Detail(name=labels.get(leaf.key, leaf.name[:80]), value=value, row=row))
    return details
