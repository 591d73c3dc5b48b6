"""The 特定业务 section of a 数电票: details under printed labels, and the fields with a name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from models.invoice import Detail
from models.text import squash
from ocr.structure.businesses import Business, business_of, label_in
from ocr.structure.leaves import Leaf
from ocr.structure.values import date_of, is_blank, key_of, text_value

_VEHICLES = {
    "1": "飞机",
    "2": "火车",
    "3": "长途汽车",
    "4": "公共交通",
    "5": "出租车",
    "6": "汽车",
    "7": "船舶",
    "9": "其他",
}


_TYPED = {
    "出发地": "departure",
    "起运地": "departure",
    "到达地": "destination",
    "出行日期": "travel_date",
    "出行人": "traveller",
    "有效身份证件号": "traveller_id",
    "等级": "seat_class",
    "车牌号码": "plate",
    "车牌照号": "plate",
    "运输工具牌号": "plate",
    "车牌号/船舶登记号": "plate",
    "车架号": "vin",
    "车辆识别代号/车架号码": "vin",
    "底盘号/机架号": "vin",
    "发动机号码": "engine_no",
    "厂牌型号": "vehicle_model",
}
"""Details that have a field of their own in Extra; the first row fills it."""


_DAYS = {
    "出行日期": "%Y-%m-%d",
    "租赁期起": "%Y-%m-%d",
    "租赁期止": "%Y-%m-%d",
    "通行日期起": "%Y%m%d",
    "通行日期止": "%Y%m%d",
}
"""How the days of these tables are printed."""

_ALSO_COLUMNS = frozenset({"面积单位"})
"""What the table of the lines prints in its own right."""


@dataclass(slots=True)
class Special:
    """What the section states. `business` is the 特定业务 as printed beside the title, `typed` the
    fields of Extra, `texts` every value: some issuers repeat them in the columns of the lines."""

    business: str | None = None
    details: list[Detail] = field(default_factory=list)
    typed: dict[str, Any] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)


def read_special(sections: list[Element]) -> Special:
    """Everything below SpecificInformation except the reference of a red letter."""
    special = Special()
    rows: dict[str, int] = {}
    for section in sections:
        loose = [_leaf(child) for child in section if not len(child)]
        _add_row(special, None, loose, 0)
        for child in section:
            if not len(child) or key_of(child.tag) == "redeinvoice":
                continue
            business = business_of(key_of(child.tag))
            if business is not None and special.business is None:
                special.business = business.name
            for leaves in _rows(child):
                # a business of several sections goes on counting its rows
                at = rows.setdefault(child.tag, 0)
                if _add_row(special, business, leaves, at):
                    rows[child.tag] = at + 1
    return special


def _leaf(element: Element) -> Leaf:
    return Leaf(element.tag, key_of(element.tag), element.text or "")


def _rows(element: Element) -> Iterator[list[Leaf]]:
    """The rows of a section: itself, or each of the elements it wraps."""
    if plain := [_leaf(child) for child in element if not len(child)]:
        yield plain
    for child in element:
        if len(child):
            yield from _rows(child)


def _add_row(special: Special, business: Business | None, leaves: list[Leaf], row: int) -> bool:
    """Add a row; False where it says nothing."""
    found: dict[str, str] = {}
    for leaf in leaves:
        if is_blank(leaf.text):
            continue
        label = label_in(business, leaf.key)
        if label is None or label in found:
            label = leaf.name[:80]
        value = _value(label, leaf.text)
        if value is not None:
            found[label if label not in found else f"{leaf.name} ({len(found)})"] = value
            if label not in _ALSO_COLUMNS:
                special.texts |= {squash(leaf.text[:300]), squash(value[:300])}
                if label in _DAYS and (date := date_of(value)):
                    special.texts.add(date.isoformat())
    _join_terms(found)
    for label, value in found.items():
        special.details.append(Detail(name=label, value=value, row=row))
        if typed := _TYPED.get(label):
            special.typed.setdefault(typed, date_of(value) if typed == "travel_date" else value)
    return bool(found)


def _value(label: str, text: str) -> str | None:
    if label in _DAYS:
        date = date_of(text)
        return f"{date:{_DAYS[label]}}" if date else text_value(text)
    if label == "交通工具类型":
        return _VEHICLES.get(text.strip(), text_value(text))
    return text_value(text)


def _join_terms(found: dict[str, str]) -> None:
    """Begin and end of a lease, stated apart, under the one label they are printed with."""
    if "租赁期起" in found and "租赁期止" in found:
        found["租赁期起止"] = f"{found.pop('租赁期起')} {found.pop('租赁期止')}"
