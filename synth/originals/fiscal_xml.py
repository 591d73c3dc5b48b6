"""财政电子票据 as XML: root EInvoice too, with Header, Main and Details (tag CZ-EI)."""

from collections.abc import Iterator
from random import Random
from xml.etree.ElementTree import Element

from models.forms import Form
from models.invoice import LineItem
from synth import numbers
from synth.originals.markup import PLAIN, Hand, node, written
from synth.originals.special import MEDICAL
from synth.truth import Party, Truth

_FORMS = (Form.FISCAL, Form.MED_OUT, Form.MED_IN, Form.TOLL_FISCAL)
_ITEM_CODE = "项目编码"
_MAIN = {"业务流水号": "BizCode", "缴款码": "PayCode", "交款方式": "PayMode"}
_EXTENDED = {name: tag for name, tag in MEDICAL.items() if name not in _MAIN}
FISCAL_DETAILS = frozenset((*_MAIN, *_EXTENDED, _ITEM_CODE))
"""The details of a bill that its XML and its XBRL state."""


def can_draw(truth: Truth) -> bool:
    """Whether the form is a fiscal bill."""
    return truth.form in _FORMS


def draw_fiscal(truth: Truth, *, hand: Hand = PLAIN) -> bytes:
    """The XML of a fiscal bill. Raises ValueError for other forms."""
    if not can_draw(truth):
        raise ValueError(f"{truth.form} has no XML of fiscal bills")
    codes = {one.row: one.value for one in truth.extra.details if one.name == _ITEM_CODE}
    details = (_item(item, codes.get(row)) for row, item in enumerate(truth.items))
    header = node(
        "Header",
        node("EInvoiceTag", f"CZ-EI-{(truth.code or '')[:2]}"),
        node("EInvoiceID", f"{truth.code or ''}{truth.number}"),
        node("Version", "1.0"),
    )
    return written(node("EInvoice", header, _main(truth), node("Details", *details)), hand)


def _main(truth: Truth) -> Element:
    chance = Random(f"fiscal:{truth.kind}:{truth.seed}")
    found = {one.name: one.value for one in truth.extra.details}
    facts = [
        ("EInvoiceName", truth.face.details.get("title")),
        ("EInvoiceCode", truth.code),
        ("EInvoiceNumber", truth.number),
        ("EInvoiceSpecimenCode", numbers.digits(chance, 8)),
        ("RandomNumber", truth.check_code),
        ("TotalAmount", f"{truth.total:.2f}"),
        ("IssueDate", f"{truth.day:%Y%m%d}"),
        ("IssueTime", f"{chance.randint(8, 17):02d}:{chance.randint(0, 59):02d}:00"),
        *((tag, found[name]) for name, tag in _MAIN.items() if name in found),
        ("HandlingPerson", truth.extra.payee),
        ("Checker", truth.extra.reviewer),
        ("Remark", truth.extra.remark),
    ]
    main = node("Main", *(node(tag, value) for tag, value in facts))
    main.append(node("InvoicingParty", *_party("InvoicingParty", truth.seller)))
    main.append(node("PayerParty", *_party("PayerParty", truth.buyer)))
    extended = [node(tag, found[name]) for name, tag in _EXTENDED.items() if name in found]
    if extended:
        main.append(node("MainExt", *extended))
    return main


def _party(role: str, party: Party | None) -> Iterator[Element]:
    yield node(f"{role}Code", party.tax_id if party else None)
    yield node(f"{role}Name", party.name if party else None)


def _item(item: LineItem, code: str | None) -> Element:
    return node(
        "Item",
        node("ItemCode", code),
        node("ItemName", item.name),
        node("ItemQuantity", item.quantity),
        node("ItemUnit", item.unit),
        node("ItemStd", item.unit_price),
        node("ItemAmount", f"{item.amount or 0:.2f}"),
    )
