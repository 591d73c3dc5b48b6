"""What an OFD tags and notes about itself: CustomTags and the CustomDatas of DocInfo (5.2).

Tags point at printed text and share its defects: a cell that ran into its neighbour, a total
whose figure was left out. Only clean values are stated; the page supplies the rest.
"""

import itertools
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from models.capital import CapitalError, parse_capital
from models.forms import Form
from models.geometry import Box
from models.invoice import MONEY_FIELDS, Extra, FieldName, LineItem
from models.original import NamedText, StructuredPart
from models.page import Source
from models.text import squash
from ocr.structure.fields import FIELD_KEYS, ITEM_FIGURES, ITEM_KEYS, read_item
from ocr.structure.leaves import Draft, Leaf, Leaves
from ocr.structure.statement import Statement, Trust
from ocr.structure.taxcontrol import form_of_code, tax_control_extra
from ocr.structure.values import NO_TAX, amount_of, key_of, normalised, text_value, word

_LINE_KEYS = frozenset(
    {
        "item",
        "itemname",
        "specification",
        "specmod",
        "measurementdimension",
        "meaunits",
        "quantity",
        "price",
        "unprice",
        "amount",
        "taxscheme",
        "taxrate",
        "taxamount",
        "comtaxam",
        "itemindex",
        "lineno",
        "taxclassificationcode",
    }
)
_MOST_ROWS = 5_000
_FIGURES = ITEM_FIGURES | {key for name in MONEY_FIELDS for key in FIELD_KEYS[name]}
_ONE_WORD = {
    key: name
    for name in (
        FieldName.NUMBER,
        FieldName.CODE,
        FieldName.DATE,
        FieldName.CHECK_CODE,
        FieldName.BUYER_TAX_ID,
        FieldName.SELLER_TAX_ID,
    )
    for key in FIELD_KEYS[name]
}
_LENGTHS = {
    FieldName.NUMBER: re.compile(r"[0-9]{8}|[0-9]{20}"),
    FieldName.CODE: re.compile(r"[0-9]{10}|[0-9]{12}"),
}


def read_tags(part: StructuredPart) -> Statement:
    """What custom tags state: the family of original_invoice.xml, or dotted EInvoice paths."""
    draft = Draft(Source.OFD)
    leaves = Leaves()
    rows: list[Leaves] = []
    for leaf, in_line in _leaves(part.values):
        if not in_line:
            leaves.add(leaf)
            continue
        if not rows or leaf.key in rows[-1].of_key:
            rows.append(Leaves())
        rows[-1].add(leaf)
    _state_clean(draft, leaves)
    words = word(leaves.text("totaltaxincludedamountinchinese"))
    _complete_total(draft, words)
    extra, _ = tax_control_extra(leaves)
    label = squash(leaves.text("labelname") or "")
    return Statement(
        trust=Trust.OFD_TAGS,
        source=Source.OFD,
        name=part.name,
        form=_form_of_label(label) or form_of_code(draft),
        values=draft.values,
        others=draft.others,
        items=_items(rows[:_MOST_ROWS], draft),
        extra=extra.model_copy(update=_clean_extra(extra, words)),
        is_whole=False,
    )


def read_data(part: StructuredPart) -> Statement:
    """What DocInfo's CustomDatas state. 合计金额 is before tax there, as the name says."""
    draft = Draft(Source.OFD)
    leaves = Leaves()
    for pair in part.values:
        leaves.add(Leaf(pair.name, key_of(pair.name), pair.text))
    for name, keys in FIELD_KEYS.items():
        draft.state(name, leaves.every(*(key for key in keys if not key.isascii())))
    return Statement(
        trust=Trust.OFD_DATA,
        source=Source.OFD,
        name=part.name,
        form=form_of_code(draft),
        values=draft.values,
        others=draft.others,
        is_whole=False,
    )


def _leaves(values: tuple[NamedText, ...]) -> Iterator[tuple[Leaf, bool]]:
    """(a tag under the last name of its path, whether it belongs to a line of the table).

    A tag may point at several texts of the page: they follow on one another under one name.
    """
    for name, group in itertools.groupby(values, key=lambda tag: tag.name):
        path = [re.sub(r"\[\d+\]$", "", step) for step in re.split(r"[./]", name) if step]
        keys = [key_of(step.rpartition(":")[2]) for step in path if step != "ObjectData"]
        key = keys[-1] if keys else ""
        in_line = bool(ITEM_KEYS & set(keys[:-1])) or (len(keys) == 1 and key in _LINE_KEYS)
        if key == "labelname" and "generalorspecialvat" not in keys:
            key = "otherlabel"
        tags = list({tag.text.strip(): tag for tag in group}.values())
        for text, places in _together(key, tags):
            yield Leaf(name, key, text, places[0].page, _box(places)), in_line


def _together(key: str, tags: list[NamedText]) -> Iterator[tuple[str, list[NamedText]]]:
    """The texts of one tag as values: a figure without its ¥, a name or remark put together."""
    if len(tags) == 1:
        yield tags[0].text, tags
    elif key in _FIGURES:
        signs = [tag for tag in tags if squash(tag.text) in ("¥", "-", "¥-", "-¥")]
        figures = [tag for tag in tags if tag not in signs and re.search(r"\d", tag.text)]
        minus = "-" if any("-" in tag.text for tag in signs) else ""
        # of two figures neither is known to be the one meant: apart on two lines they are none
        yield minus + "\n".join(tag.text.strip() for tag in figures), figures or tags
    elif key in _ONE_WORD:
        whole = "".join(tag.text.strip() for tag in tags)
        if normalised(_ONE_WORD[key], whole) and _is_clean(_ONE_WORD[key], whole):
            yield whole, tags
        else:
            yield from ((tag.text, [tag]) for tag in tags)
    else:
        joint = "\n" if key in ("note", "remark") else ""
        yield joint.join(tag.text.strip() for tag in tags), tags


def _box(tags: list[NamedText]) -> Box | None:
    boxes = [tag.box for tag in tags if tag.box is not None and tag.page == tags[0].page]
    return Box.enclosing(boxes) if boxes else None


def _state_clean(draft: Draft, leaves: Leaves) -> None:
    for name, keys in FIELD_KEYS.items():
        found = leaves.every(*(key for key in keys if key.isascii()))
        draft.state(name, [leaf for leaf in found if _is_clean(name, leaf.text)])
    draft.problems.clear()


def _is_clean(name: FieldName, text: str) -> bool:
    """Whether a tag's text is the value alone, not the cell beside it as well."""
    if NO_TAX.fullmatch(squash(text)):
        return False
    if name in MONEY_FIELDS:
        return normalised(name, text) is not None
    if name in _LENGTHS:
        return bool(_LENGTHS[name].fullmatch(text.strip()))
    if name in (FieldName.BUYER_NAME, FieldName.SELLER_NAME):
        return not re.search(r"识别号|名称[:：]|信用代码", text)
    return normalised(name, text) is not None


def _complete_total(draft: Draft, words: str | None) -> None:
    """价税合计 where only its ¥ was tagged: the sum, where the capitals say the same (5.2)."""
    amount, tax = (draft.values.get(name) for name in (FieldName.AMOUNT, FieldName.TAX))
    if FieldName.TOTAL in draft.values or amount is None or tax is None or not words:
        return
    total = Decimal(amount.value) + Decimal(tax.value)
    try:
        said = parse_capital(words)
    except CapitalError:
        return
    if said == total:
        draft.derive(FieldName.TOTAL, str(total), words)


def _items(rows: list[Leaves], draft: Draft) -> tuple[LineItem, ...]:
    """The lines, where each has name and amount and their sum is the amount stated."""
    scratch = Draft(Source.OFD)
    items = [read_item(row, scratch) for row in rows]
    stated = draft.values.get(FieldName.AMOUNT)
    found = [item for item in items if item and item.name and item.amount is not None]
    if not found or len(found) != len(rows) or stated is None:
        return ()
    total = sum((item.amount for item in found if item.amount is not None), Decimal(0))
    if total != amount_of(stated.value) or not _taxes_agree(found, draft):
        return ()
    return tuple(found)


def _taxes_agree(items: list[LineItem], draft: Draft) -> bool:
    tax = draft.values.get(FieldName.TAX)
    if tax is None:
        return True
    return sum((item.tax or Decimal(0) for item in items), Decimal(0)) == Decimal(tax.value)


def _form_of_label(label: str) -> Form | None:
    """The form by the label of GeneralOrSpecialVAT."""
    if "专用" in label:
        return Form.DZ_SPECIAL
    return Form.DZ_NORMAL if "普通" in label else None


def _clean_extra(extra: Extra, words: str | None) -> dict[str, Any]:
    """What of the tags' other values is kept: people's names must look like names."""
    people = {
        name: value
        for name in ("payee", "reviewer", "drawer")
        if (value := getattr(extra, name)) and (len(value) > 12 or value.isdigit())
    }
    return {
        **dict.fromkeys(people),
        "total_in_words": words,
        "remark": text_value(extra.remark),
    }
