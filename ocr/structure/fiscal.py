"""财政电子票据: root EInvoice too, with Header, Main and Details (tag CZ-EI)."""

from typing import Any
from xml.etree.ElementTree import Element

from models.forms import Form
from models.invoice import Extra, FieldName
from models.page import Source
from models.text import squash
from ocr.structure.businesses import MEDICAL, label_in
from ocr.structure.fields import left_over, read_items, state_fields
from ocr.structure.leaves import Draft, Leaves, leaves_of
from ocr.structure.statement import Statement, Trust
from ocr.structure.values import key_of, text_value, word

_ITEMS = frozenset({"item", "auxitem"})
_LABELS = {
    "bizcode": "业务流水号",
    "paycode": "缴款码",
    "paymode": "交款方式",
    "supervisorremark": "财政部门备注",
    "recname": "收款人全称",
    "recacct": "收款人账号",
    "recopbk": "收款人开户行",
    "payeracct": "交款人账号",
    "payeropbk": "交款人开户行",
    "itemcode": "项目编码",
}
_UNSAID = frozenset({"einvoicetag", "version", "einvoiceid", "einvoicespecimencode", "issuetime"})


def is_fiscal(root: Element) -> bool:
    """Whether an EInvoice is a 财政电子票据 and no 数电票."""
    keys = {key_of(element.tag) for element in root.iter()}
    return bool(keys & {"einvoicespecimencode", "payerpartyname", "invoicingpartyname"})


def read_fiscal(root: Element, name: str) -> Statement:
    """What a 财政电子票据 states: payer as buyer, 收款单位 as seller, no tax."""
    draft = Draft(Source.XML)
    leaves = leaves_of(root, _ITEMS | {"signature", "invoicingpartysignature"})
    form = fiscal_form(leaves)
    state_fields(draft, leaves)
    draft.state(FieldName.TOTAL, leaves.every("totalamount"))
    lines = [element for element in root.iter() if key_of(element.tag) == "item"]
    items, details = read_items([line for line in lines if len(line)], draft)
    known = draft.values.keys()
    return Statement(
        trust=Trust.XML,
        source=Source.XML,
        name=name,
        form=form,
        values=draft.values,
        others=draft.others,
        twice=frozenset(draft.twice),
        items=items,
        extra=fiscal_extra(leaves).model_copy(
            update={"details": (*left_over(leaves, medical_labels(leaves), drop=_UNSAID), *details)}
        ),
        is_whole={FieldName.NUMBER, FieldName.DATE, FieldName.TOTAL} <= known,
        problems=tuple(draft.problems),
    )


def fiscal_form(leaves: Leaves) -> Form:
    """The kind of bill by its name; 财政票据 where the name says no more."""
    title = squash(leaves.text("einvoicename", "typeofvoucher", "nameofbill") or "")
    if "通行费" in title:
        return Form.TOLL_FISCAL
    if "医疗" in title:
        return Form.MED_IN if "住院" in title else Form.MED_OUT
    return Form.FISCAL


def fiscal_extra(leaves: Leaves) -> Extra:
    values: dict[str, Any] = {
        "remark": text_value(leaves.text("remark", "remarks")),
        "drawer": word(leaves.text("handlingperson")),
        "reviewer": word(leaves.text("checker")),
        "red_of": "-".join(
            part
            for part in (
                word(leaves.text("relatedinvoicecode")),
                word(leaves.text("relatedinvoicenumber")),
            )
            if part
        )
        or None,
    }
    return Extra(**values)


def medical_labels(leaves: Leaves) -> dict[str, str]:
    """The printed labels of what is left over, those of medical bills among them."""
    found = {leaf.key: label for leaf in leaves.left() if (label := label_in(MEDICAL, leaf.key))}
    return found | _LABELS
