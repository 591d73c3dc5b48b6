"""Invoices the rules' examples are changed from: made up, and free of findings as they stand."""

import datetime
from collections.abc import Mapping
from types import MappingProxyType

from models.invoice import Extra, Invoice
from validate.context import Context, Entity
from validate.registry import Example

_BUYER = {"buyer_name": "甲乙科技有限公司", "buyer_tax_id": "91440300MA5XYT123G"}
_SELLER = {"seller_name": "丙丁餐饮有限公司", "seller_tax_id": "91110108MA01ABCD5T"}
_ENTITY = Entity(name="甲乙科技有限公司", tax_id="91440300MA5XYT123G")

_CHARGES = {
    "票价": "733.94",
    "燃油附加费": "18.35",
    "增值税税率": "9%",
    "民航发展基金": "50.00",
    "其他税费": "0.00",
}

_BASES: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "digital": {
            "type": "digital_general",
            "form": "dz_normal",
            "number": "26112000000012345678",
            "date": "2026-09-01",
            "amount": "1200.00",
            "tax": "72.00",
            "total": "1272.00",
            **_BUYER,
            **_SELLER,
            "items": [
                {"name": "*餐饮服务*餐费", "amount": "1200.00", "tax_rate": "6%", "tax": "72.00"}
            ],
            "extra": {
                "total_in_words": "壹仟贰佰柒拾贰圆整",
                "qr": "01,32,,26112000000012345678,1272.00,20260901,,32D1",
            },
        },
        "special": {
            "type": "vat_special",
            "form": "vat_special",
            "code": "4400194130",
            "number": "01234567",
            "date": "2020-01-05",
            "amount": "1000.00",
            "tax": "130.00",
            "total": "1130.00",
            **_BUYER,
            **_SELLER,
            "items": [
                {
                    "name": "*文具*签字笔",
                    "quantity": "100",
                    "unit_price": "10",
                    "amount": "1000.00",
                    "tax_rate": "13%",
                    "tax": "130.00",
                }
            ],
            "extra": {
                "total_in_words": "⊗壹仟壹佰叁拾圆整",
                "qr": "01,01,4400194130,01234567,1000.00,20200105,,72BE",
                "second_number": "01234567",
                "second_code": "4400194130",
            },
        },
        "electronic": {
            "type": "vat_electronic",
            "form": "vat_e_normal",
            "code": "011001900311",
            "number": "12345678",
            "date": "2020-01-01",
            "amount": "100.00",
            "tax": "6.00",
            "total": "106.00",
            "check_code": "12345678901234567890",
            **_BUYER,
            **_SELLER,
            "items": [
                {"name": "*住宿服务*住宿费", "amount": "100.00", "tax_rate": "6%", "tax": "6.00"}
            ],
            "extra": {
                "total_in_words": "壹佰零陆圆整",
                "qr": "01,10,011001900311,12345678,100.00,20200101,12345678901234567890,3048",
            },
        },
        "rail": {
            "type": "train",
            "form": "rail_e",
            "number": "26119000000012345678",
            "date": "2026-09-03",
            "amount": "250.00",
            "tax": "22.50",
            "total": "272.50",
            **_BUYER,
            "extra": {
                "qr": "01,51,,26119000000012345678,272.50,20260903,,C5CF",
                "travel_date": "2026-09-01",
            },
        },
        "air": {
            "type": "air",
            "form": "air_e",
            "number": "26118000000012345678",
            "date": "2026-09-03",
            "amount": "752.29",
            "tax": "67.71",
            "total": "870.00",
            **_BUYER,
            "seller_name": "丙丁航空有限公司",
            "extra": {
                "qr": "01,61,,26118000000012345678,870.00,20260903,,D54C",
                "travel_date": "2026-09-01",
                "details": [{"name": name, "value": value} for name, value in _CHARGES.items()],
            },
        },
    }
)
_DAYS_AFTER = 20
_IN_EXTRA = frozenset(Extra.model_fields)
_IN_CONTEXT = frozenset(
    {"today", "entities", "seen", "policy", "claim", "related", "record", "portal"}
    | {"staff", "calendar"}
)


def digital(**changes: object) -> Example:
    """A 数电普票 with these values changed: fields, parts of `extra`, or of the context."""
    return Example("digital", changes)


def special(**changes: object) -> Example:
    """A 增值税专用发票 on paper with these values changed."""
    return Example("special", changes)


def electronic(**changes: object) -> Example:
    """A 增值税电子普通发票 with these values changed."""
    return Example("electronic", changes)


def rail(**changes: object) -> Example:
    """An electronic rail ticket with these values changed."""
    return Example("rail", changes)


def air(**changes: object) -> Example:
    """An electronic air itinerary, its charges stated as its data state them."""
    return Example("air", changes)


def build(example: Example) -> tuple[Invoice, Context]:
    """The invoice and context an example describes; today is 20 days after the base's date."""
    base = dict(_BASES[example.base])
    today = datetime.date.fromisoformat(str(base["date"])) + datetime.timedelta(_DAYS_AFTER)
    context: dict[str, object] = {"today": today, "entities": (_ENTITY,), "seen": {}}
    extra = base["extra"]
    merged = dict(extra) if isinstance(extra, Mapping) else {}
    for name, value in example.changes.items():
        target = context if name in _IN_CONTEXT else merged if name in _IN_EXTRA else base
        target[name] = value
    base["extra"] = merged
    if isinstance(context["today"], str):
        context["today"] = datetime.date.fromisoformat(context["today"])
    return Invoice.model_validate(base), Context(**context)  # type: ignore[arg-type]
