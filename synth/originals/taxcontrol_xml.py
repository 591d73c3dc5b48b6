"""original_invoice.xml of the tax-control system's electronic invoices (domain.md 5.2)."""

import base64
from collections.abc import Iterator
from random import Random
from xml.etree.ElementTree import Element

from models.forms import Form
from models.invoice import LineItem
from synth.originals.markup import PLAIN, Hand, node, written
from synth.truth import Party, Truth

_NAMESPACE = "http://www.edrm.org.cn/schema/e-invoice/2019"
_FORMS = (Form.VAT_E_NORMAL, Form.VAT_E_SPECIAL, Form.TOLL_E)
_FREE = {"免税": "1", "不征税": "2"}
"""FreeTaxMark by what the rate's column prints."""


def can_draw(truth: Truth) -> bool:
    """Whether the form is an electronic one of the tax-control system."""
    return truth.form in _FORMS


def draw_tax_control(truth: Truth, *, hand: Hand = PLAIN) -> bytes:
    """The XML of a tax-control electronic invoice; of one with a 销货清单, the lines of the list.

    Raises ValueError for other forms.
    """
    if not can_draw(truth):
        raise ValueError(f"{truth.form} has no tax-control XML")
    root = node("eInvoice", *_head(truth), **{"xmlns:fp": _NAMESPACE, "Version": "1.0"})
    root.append(_party("Buyer", truth.buyer))
    root.append(node("fp:Tpvn"))
    root.append(_party("Seller", truth.seller))
    root.extend(_sums(truth))
    goods = (_goods(item) for item in lines(truth))
    root.append(node("fp:GoodsInfos", *goods))
    return written(root, hand)


def lines(truth: Truth) -> tuple[LineItem, ...]:
    """The lines this XML states: the 销货清单 in place of the one line that points to it."""
    return truth.face.listed or truth.items


def _head(truth: Truth) -> Iterator[Element]:
    yield node("fp:DocID", "01")
    yield node("fp:InvoiceCode", truth.code)
    yield node("fp:InvoiceNo", truth.number)
    yield node("fp:TypeCode", "1" if truth.total < 0 else "0")
    yield node("fp:IssueDate", f"{truth.day:%Y年%m月%d日}")
    yield node("fp:InvoiceCheckCode", truth.check_code)
    yield node("fp:MachineNo", truth.extra.machine_no)
    yield node("fp:TaxControlCode", "\n".join((*truth.face.cipher, "")))


def _party(role: str, party: Party | None) -> Element:
    return node(
        f"fp:{role}",
        node(f"fp:{role}Name", party.name if party else None),
        node(f"fp:{role}TaxID", party.tax_id if party else None),
        node(f"fp:{role}AddrTel", party.address if party else None),
        node(f"fp:{role}FinancialAccount", party.bank if party else None),
    )


def _sums(truth: Truth) -> Iterator[Element]:
    extra = truth.extra
    code, _, number = (extra.red_of or "").rpartition("-")
    chance = Random(f"signature:{truth.kind}:{truth.seed}")
    for tag, value in (
        ("TaxInclusiveTotalAmount", f"{truth.total:.2f}"),
        ("Note", extra.remark),
        ("InvoiceClerk", extra.drawer),
        ("Payee", extra.payee),
        ("Checker", extra.reviewer),
        ("TaxTotalAmount", "***" if truth.tax is None else f"{truth.tax:.2f}"),
        ("TaxExclusiveTotalAmount", f"{truth.amount or 0:.2f}"),
        ("GraphCode", extra.qr),
        ("OriginalInvoiceCode", code),
        ("OriginalInvoiceNo", number),
        ("Signature", base64.b64encode(b"\x30\x81\xd9" + chance.randbytes(217)).decode()),
    ):
        yield node(f"fp:{tag}", value)


def _goods(item: LineItem) -> Element:
    untaxed = item.tax_rate in _FREE
    tax = "***" if item.tax is None and untaxed else f"{item.tax or 0:.2f}"
    cells = (
        ("Item", item.name),
        ("Specification", item.spec),
        ("MeasurementDimension", item.unit),
        ("Price", item.unit_price),
        ("Quantity", item.quantity),
        ("Amount", f"{item.amount or 0:.2f}"),
        ("TaxScheme", item.tax_rate),
        ("TaxAmount", tax),
        ("FreeTaxMark", _FREE.get(item.tax_rate or "")),
    )
    return node("fp:GoodsInfo", *(node(f"fp:{tag}", value) for tag, value in cells))
