"""The tax-control system's e-invoice: original_invoice.xml of an OFD, root eInvoice (5.2)."""

from typing import Any
from xml.etree.ElementTree import Element

from models.forms import Form
from models.identifiers import form_from_code
from models.invoice import Extra, FieldName
from models.page import Source
from models.taxqr import parse_tax_qr
from ocr.structure.fields import ITEM_KEYS, PARTY_LABELS, left_over, read_items, state_fields
from ocr.structure.leaves import Draft, Leaves, leaves_of
from ocr.structure.statement import Statement, Trust
from ocr.structure.values import key_of, text_value, word

_UNSAID = frozenset(
    {"docid", "typecode", "signature", "areacode", "invoicecodeformat", "taxrateflag"}
)


def read_tax_control(root: Element, name: str) -> Statement:
    """What an original_invoice.xml states; GraphCode is the QR code's payload to the letter."""
    draft = Draft(Source.XML)
    leaves = leaves_of(root, ITEM_KEYS | {"systeminfos"})
    state_fields(draft, leaves)
    items, details = read_items(
        [element for element in root.iter() if key_of(element.tag) in ITEM_KEYS], draft
    )
    extra, is_red = tax_control_extra(leaves)
    known = draft.values.keys()
    return Statement(
        trust=Trust.XML,
        source=Source.XML,
        name=name,
        form=form_of_code(draft, extra.qr),
        values=draft.values,
        others=draft.others,
        twice=frozenset(draft.twice),
        items=items,
        extra=extra.model_copy(
            update={"details": (*left_over(leaves, PARTY_LABELS, drop=_UNSAID), *details)}
        ),
        is_red=is_red,
        is_whole={FieldName.NUMBER, FieldName.DATE, FieldName.TOTAL} <= known,
        problems=tuple(draft.problems),
    )


def tax_control_extra(leaves: Leaves) -> tuple[Extra, bool | None]:
    """(what the form prints besides, whether it takes another invoice back)."""
    code = word(leaves.text("originalinvoicecode"))
    number = word(leaves.text("originalinvoiceno", "originalinvoicenumber"))
    payload = leaves.text("graphcode")
    qr = parse_tax_qr(payload) if payload else None
    values: dict[str, Any] = {
        "qr": payload.strip() if payload and qr else None,
        "qr_crc": qr.crc.value if qr else None,
        "machine_no": word(leaves.text("machineno")),
        "remark": text_value(leaves.text("note", "remark")),
        "payee": word(leaves.text("payee")),
        "reviewer": word(leaves.text("checker")),
        "drawer": word(leaves.text("invoiceclerk", "drawer")),
        "red_of": "-".join(part for part in (code, number) if part) or None,
    }
    return Extra(**values), True if values["red_of"] else None


def form_of_code(draft: Draft, payload: str | None = None) -> Form | None:
    """The form by the invoice code, else by the type in the QR code."""
    code = draft.values.get(FieldName.CODE)
    form = form_from_code(code.value) if code else None
    qr = parse_tax_qr(payload) if payload and form is None else None
    return form or (qr.form if qr else None)
