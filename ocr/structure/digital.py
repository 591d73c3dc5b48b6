"""数电票 XML: root EInvoice, all versions and spellings (domain.md 5.1)."""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from models.forms import Form
from models.invoice import Detail, Extra, FieldName, LineItem
from models.page import Source
from models.text import squash
from ocr.structure.businesses import BUSINESS_CODES
from ocr.structure.fields import ITEM_KEYS, PARTY_LABELS, left_over, read_items, state_fields
from ocr.structure.leaves import Draft, Leaves, leaves_of
from ocr.structure.special import Special, read_special
from ocr.structure.statement import Statement, Trust
from ocr.structure.values import date_of, first, key_of, text_value, word

_ASIDE = ITEM_KEYS | {
    "specificinformation",
    "taxbureausignature",
    "undefinedlabel",
    "inherentlabel",
    "einvoice",
}
_UNSAID = frozenset(
    {"einvoicetag", "version", "taxbureaucode", "authenticationmethods", "ptbh", "eiid"}
)
"""Marks of the format itself, which no invoice prints."""

_VEHICLE_FORMS = (
    ("二手车", Form.DZ_USED_CAR, Form.DZP_USED_CAR),
    ("机动车", Form.DZ_VEHICLE, Form.DZP_VEHICLE),
    ("专用", Form.DZ_SPECIAL, Form.DZP_SPECIAL),
    ("普通", Form.DZ_NORMAL, Form.DZP_NORMAL),
)
_TICKETS = (("铁路", Form.RAIL_E), ("航空", Form.AIR_E))
_BY_CODE = {"01": "专用", "1": "专用", "02": "普通", "2": "普通"}

_BLUE = re.compile(r"被红冲蓝字(?:数电)?(?:发票|票)?号码[:：]?(\d{20})")
_ISSUED_FOR = re.compile(
    r"代开(?:企业|单位|方|人)?名称[:：]([^;；,，:：\s]+?)(?=代开|税号|纳税人|$|[;；,，\s])"
)
_KEEP = {"不征税", "免税"}


@dataclass(slots=True)
class _Index:
    """The elements of one invoice by key, in document order; an EInvoice inside it is another."""

    of_key: dict[str, list[Element]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element) -> "_Index":
        index = cls()
        keys: dict[str, str] = {}
        waiting = [root]
        while waiting:
            element = waiting.pop()
            key = keys.get(element.tag)
            if key is None:
                key = keys[element.tag] = key_of(element.tag)
            if key == "einvoice" and element is not root:
                continue
            index.of_key.setdefault(key, []).append(element)
            waiting.extend(reversed(element))
        return index

    def every(self, *keys: str) -> list[Element]:
        return [element for key in keys for element in self.of_key.get(key, ())]


def read_digital(root: Element, name: str) -> Statement:
    """What one 数电票 XML states; `root` may be the whole EInvoice or one of its sections."""
    draft = Draft(Source.XML)
    index = _Index.of(root)
    leaves = leaves_of(root, _ASIDE)
    labels = _labels(index)
    special = read_special(index.every("specificinformation"))
    state_fields(draft, leaves)
    _check_number(draft, leaves)
    items, details = read_items(index.every(*ITEM_KEYS), draft, _exemption(labels))
    items = tuple(_without_repeats(item, special) for item in items)
    mark = _inherent(index, "inissutype")
    red = _RedLetter.of(index, leaves.text("remark", "note"))
    extra = _extra(leaves, special, labels, red)
    known = draft.values.keys()
    return Statement(
        trust=Trust.XML,
        source=Source.XML,
        name=name,
        form=_form(index),
        values=draft.values,
        others=draft.others,
        twice=frozenset(draft.twice),
        items=items,
        extra=extra.model_copy(update={"details": extra.details + details}),
        is_red={"N": True, "Y": False}.get(mark[0].upper(), True if red.number else None),
        is_whole={FieldName.NUMBER, FieldName.DATE, FieldName.TOTAL} <= known,
        problems=tuple(draft.problems),
    )


def _check_number(draft: Draft, leaves: Leaves) -> None:
    """EIid repeats InvoiceNumber; where that is missing it stands in for it, and is said."""
    tagged = leaves.every("eiid")
    number = draft.values.get(FieldName.NUMBER)
    if number is None:
        draft.problem("no_number", "InvoiceNumber", tagged[0].text if tagged else "")
        draft.state(FieldName.NUMBER, tagged[:1])
        return
    for leaf in tagged:
        if squash(leaf.text) == number.value:
            draft.twice.add(FieldName.NUMBER)
        else:
            draft.state(FieldName.NUMBER, [leaf])
            draft.problem("numbers_differ", leaf.name, f"{squash(leaf.text)[:40]} / {number.value}")


def _inherent(index: _Index, key: str) -> tuple[str, str]:
    """(code, name) of a label in InherentLabel, "" where it is empty."""
    for element in index.every(key):
        leaves = leaves_of(element)
        code, name = leaves.text("labelcode"), leaves.text("labelname")
        if code or name:
            return (code or "").strip(), squash(name or "")
        if element.text and element.text.strip():
            return element.text.strip(), squash(element.text)
    return "", ""


def _labels(index: _Index) -> list[tuple[str, str, str]]:
    """(type, code, name) of the labels of UndefinedLabel."""
    found = []
    for element in index.every("label"):
        leaves = leaves_of(element)
        kind, code, name = (
            word(leaves.text(key)) or "" for key in ("labeltype", "labelcode", "labelname")
        )
        if kind or name:
            found.append((kind, code, name))
    return found


def _exemption(labels: list[tuple[str, str, str]]) -> str | None:
    """免税 or 不征税 where a label says so and none says the other."""
    said = {mark for _, _, name in labels for mark in _KEEP if mark in name}
    return said.pop() if len(said) == 1 else None


def _form(index: _Index) -> Form | None:
    kind = _inherent(index, "einvoicetype")
    sort = _inherent(index, "generalorspecialvat")
    said = f"{kind[1]}{sort[1]}"
    ticket = next((form for mark, form in _TICKETS if mark in said), None)
    if ticket is not None:
        return ticket
    if not any(mark in said for mark, _, _ in _VEHICLE_FORMS):
        said += _BY_CODE.get(sort[0], "")
    is_paper = "纸质" in said
    return next(
        (paper if is_paper else form for mark, form, paper in _VEHICLE_FORMS if mark in said), None
    )


@dataclass(frozen=True, slots=True)
class _RedLetter:
    """The invoice a red letter takes back and the number of its confirmation."""

    number: str | None = None
    note: str | None = None

    @classmethod
    def of(cls, index: _Index, remark: str | None) -> "_RedLetter":
        number = note = None
        for element in index.every("redeinvoice"):
            leaves = leaves_of(element)
            number = number or word(
                leaves.text("originalinvoicecode", "originalinvoicenumber", "originaleiid")
            )
            note = note or word(leaves.text("creditnotenumber", "rednotificationnumber"))
        blue = _BLUE.search(squash(remark or ""))
        return cls(number or (blue[1] if blue else None), note)


def _extra(
    leaves: Leaves, special: Special, labels: list[tuple[str, str, str]], red: _RedLetter
) -> Extra:
    remark = text_value(leaves.text("remark", "note"))
    issued_for = _ISSUED_FOR.search(remark or "")
    values: dict[str, Any] = {
        "total_in_words": word(leaves.text("totaltaxincludedamountinchinese")),
        "remark": remark,
        "drawer": word(leaves.text("drawer", "invoiceclerk")),
        "payee": word(leaves.text("payee")),
        "reviewer": word(leaves.text("checker", "reviewer")),
        "second_code": word(leaves.text("paperinvoicecode", "paperinvoicetypecode")),
        "second_number": word(leaves.text("paperinvoicenumber", "paperinvoiceno")),
        "special_business": special.business or _labelled_business(labels),
        "red_of": red.number,
        "issued_for": issued_for[1] if issued_for else None,
    }
    details = list(special.details)
    details += [Detail(name=kind, value=name) for kind, _, name in labels if kind and name]
    if red.note:
        details.append(Detail(name="红字发票信息确认单编号", value=red.note))
    details += left_over(leaves, PARTY_LABELS, drop=_UNSAID)
    return Extra(**values, **special.typed, details=tuple(details))


def _labelled_business(labels: list[tuple[str, str, str]]) -> str | None:
    """The 特定业务 where a label names it, by its word or its code."""
    said = (name or BUSINESS_CODES.get(code) for kind, code, name in labels if "特定业务" in kind)
    found = first(said)
    return BUSINESS_CODES.get(found, found) if found else None


def _without_repeats(item: LineItem, special: Special) -> LineItem:
    """The line without what its columns only repeat from the table of the 特定业务.

    Issuers put a plate, a place or the days of a journey into 规格型号, 单位, 数量 and 单价.
    """
    update: dict[str, None] = {}
    for name in ("spec", "unit"):
        value: str | None = getattr(item, name)
        if value and not value.isdigit() and value in special.texts:
            update[name] = None
    for name in ("quantity", "unit_price"):
        date = date_of(getattr(item, name) or "")
        if date is not None and date.isoformat() in special.texts:
            update[name] = None
    return item.model_copy(update=update) if update else item
