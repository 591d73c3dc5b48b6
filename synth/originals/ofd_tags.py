"""What an OFD says of itself besides its pages: custom tags and the pairs in DocInfo (5.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from synth.originals.dialects import OfdDialect, Tags
from synth.originals.markup import node
from synth.truth import Truth

Places = dict[str, list[tuple[int, int]]]
"""By field, the objects that print it: (page id, object id)."""
_GOODS = {
    "code": "InvoiceCode",
    "number": "InvoiceNo",
    "date": "IssueDate",
    "buyer_name": "Buyer.BuyerName",
    "buyer_tax_id": "Buyer.BuyerTaxID",
    "seller_name": "Seller.SellerName",
    "seller_tax_id": "Seller.SellerTaxID",
    "check_code": "InvoiceCheckCode",
    "amount": "TaxExclusiveTotalAmount",
    "tax": "TaxTotalAmount",
    "total": "TaxInclusiveTotalAmount",
    "extra.machine_no": "MachineNo",
    "extra.drawer": "InvoiceClerk",
    "extra.payee": "Payee",
    "extra.reviewer": "Checker",
    "extra.remark": "Note",
}
_GOODS_LINE = {
    "name": "Item",
    "spec": "Specification",
    "tax_rate": "TaxScheme",
    "unit": "MeasurementDimension",
    "amount": "Amount",
    "tax": "TaxAmount",
    "unit_price": "Price",
    "quantity": "Quantity",
}
_PATHS = {
    "number": "TaxSupervisionInfo.InvoiceNumber",
    "date": "TaxSupervisionInfo.IssueTime",
    "seller_name": "EInvoiceData.SellerInformation.SellerName",
    "seller_tax_id": "EInvoiceData.SellerInformation.SellerIdNum",
    "buyer_name": "EInvoiceData.BuyerInformation.BuyerName",
    "buyer_tax_id": "EInvoiceData.BuyerInformation.BuyerIdNum",
    "amount": "EInvoiceData.BasicInformation.TotalAmWithoutTax",
    "tax": "EInvoiceData.BasicInformation.TotalTaxAm",
    "total": "EInvoiceData.BasicInformation.TotalTax-includedAmount",
    "extra.total_in_words": "EInvoiceData.BasicInformation.TotalTax-includedAmountInChinese",
    "extra.drawer": "EInvoiceData.BasicInformation.Drawer",
    "extra.remark": "EInvoiceData.AdditionalInformation.Remark",
}
_PATHS_LINE = {
    "name": "ItemName",
    "spec": "SpecMod",
    "unit": "MeaUnits",
    "quantity": "Quantity",
    "unit_price": "UnPrice",
    "amount": "Amount",
    "tax_rate": "TaxRate",
    "tax": "ComTaxAm",
}
_LINE = re.compile(r"(items|list)\.(\d+)\.(\w+)")


@dataclass(frozen=True, slots=True)
class _Family:
    """The names a family of tags has: its root, the values, the group of a line and its cells."""

    root: str
    fields: dict[str, str]
    goods: str
    group: str
    cells: dict[str, str]
    prefix: str = "ofd:"
    spaces: tuple[tuple[str, str], ...] = (("xmlns:ofd", "http://www.ofdspec.org/2016"),)


_FP = (("xmlns:fp", "http://www.edrm.org.cn/schema/e-invoice/2019"),)
_FAMILIES = {
    Tags.GOODS: _Family("fp:eInvoice", _GOODS, "GoodsInfos", "GoodsInfo", _GOODS_LINE, "fp:", _FP),
    # not well-formed where names have spaces, yet readers must cope with it
    Tags.UNNAMED: _Family(
        ":eInvoice", _GOODS, "GoodsInfos", "GoodsInfo", _GOODS_LINE, "", (("xmlns:", ""),)
    ),
    Tags.FLAT: _Family("ofd:root", _GOODS, "", "", _GOODS_LINE),
    Tags.EINVOICE: _Family(
        "ofd:EInvoice", _PATHS, "EInvoiceData", "IssuItemInformation", _PATHS_LINE
    ),
}


def custom_tag(places: Places, dialect: OfdDialect) -> Element:
    """The file of custom tags: what each printed value is, by the objects that print it."""
    family = _FAMILIES[dialect.tags]
    prefix = family.prefix
    root = node(family.root, **dict(family.spaces), version="1.0")
    for field, path in family.fields.items():
        if field in places:
            objects = places[field][:1] if field == "total" and dialect.lone_yen else places[field]
            _parent(root, path, prefix).extend(_references(objects, prefix))
    for line in _lines(places) if dialect.lines else ():
        tagged = [
            node(f"{prefix}{tag}", *_references(line[cell], prefix))
            for cell, tag in family.cells.items()
            if cell in line
        ]
        if family.group:
            tagged = [node(f"{prefix}{family.group}", *tagged)]
        (_parent(root, family.goods, prefix) if family.goods else root).extend(tagged)
    return root


def _lines(places: Places) -> Iterator[Places]:
    """The cells of each line; those of the 销货清单 where there is one."""
    rows: dict[tuple[str, int], Places] = {}
    for field, objects in places.items():
        if match := _LINE.fullmatch(field):
            rows.setdefault((match[1], int(match[2])), {})[match[3]] = objects
    listed = any(kind == "list" for kind, _ in rows)
    for (kind, _), row in sorted(rows.items(), key=lambda item: item[0]):
        if kind == ("list" if listed else "items"):
            yield row


def _parent(root: Element, path: str, prefix: str) -> Element:
    """The element at a dotted path, made where it is missing."""
    found = root
    for step in path.split("."):
        name = f"{prefix}{step}"
        child = next((each for each in found if each.tag == name), None)
        if child is None:
            child = node(name)
            found.append(child)
        found = child
    return found


def _references(objects: list[tuple[int, int]], prefix: str) -> list[Element]:
    name = f"{prefix or 'ofd:'}ObjectRef"
    return [node(name, str(key), PageRef=page) for page, key in objects]


def custom_datas(truth: Truth, dialect: OfdDialect) -> Element | None:
    """The pairs in DocInfo: 合计金额 there is before tax."""
    if not dialect.data and not dialect.producer:
        return None
    buyer, seller = truth.buyer, truth.seller
    values = {
        "发票代码": truth.code,
        "发票号码": truth.number,
        "开票日期": f"{truth.day:%Y年%m月%d日}",
        "合计金额": f"{truth.amount:.2f}" if truth.amount is not None else None,
        "合计税额": f"{truth.tax:.2f}" if truth.tax is not None else None,
        "价税合计": f"{truth.total:.2f}",
        "校验码": truth.check_code,
        "购买方名称": buyer.name if buyer else None,
        "购买方纳税人识别号": buyer.tax_id if buyer else None,
        "销售方名称": seller.name if seller else None,
        "销售方纳税人识别号": seller.tax_id if seller else None,
    }
    pairs = [(name, values[name]) for name in dialect.data if values[name]]
    if dialect.producer:
        pairs = [("native-producer", dialect.producer), ("template-version", "1.0"), *pairs]
    return node(
        "ofd:CustomDatas", *(node("ofd:CustomData", value, Name=name) for name, value in pairs)
    )
