"""Kept invoices that bear on another, found in a real database."""

from collections.abc import Callable

import pytest

from models.forms import Form
from models.invoice import Extra, Invoice
from piaohe.judging.relations import relate
from piaohe.store import Store

Find = Callable[..., dict[str, list[str | None]]]
SELLER = {"seller_name": "丙丁餐饮有限公司", "seller_tax_id": "91110108MA01ABCD5T"}
MINE: dict[str, object] = {
    "form": Form.DZ_NORMAL,
    "number": "26112000000012345678",
    "date": "2026-09-01",
    **SELLER,
}
TICKET: dict[str, object] = {
    "form": Form.RAIL_E,
    "number": "26119000000012345678",
    "date": "2026-09-05",
    "extra": {"traveller": "张_三", "travel_date": "2026-09-01", "departure_time": "09:00"},
}


def invoice(base: dict[str, object], **changes: object) -> Invoice:
    values = base | {k: v for k, v in changes.items() if k not in Extra.model_fields}
    extra = {k: v for k, v in changes.items() if k in Extra.model_fields}
    known = values.get("extra")
    merged = (known if isinstance(known, dict) else {}) | extra
    return Invoice.model_validate(values | {"extra": merged})


@pytest.fixture
def related(store: Store, keep: Callable[..., bool]) -> Find:
    """Keeps the others and gives what bears on the first: look-up -> numbers."""

    def find(mine: Invoice, *others: Invoice) -> dict[str, list[str | None]]:
        for at, other in enumerate((mine, *others)):
            keep(f"{at}", other, file=f"{at}.pdf")
        with store.reading() as work:
            found = relate(mine, work.relations.find(mine), complete=True)
        return {
            name: [one.number for one in getattr(found, name) or ()]
            for name in ("same_seller", "blues", "reds", "slips")
        } | {
            "names": list(found.seller_names or ()),
            "journeys": [one.trip_no for one in found.journeys or ()],
        }

    return find


def test_of_the_same_seller(related: Find) -> None:
    others = [invoice(MINE, number=f"2611200000001234000{n}", date=f"2026-09-0{n}") for n in (4, 5)]
    found = related(invoice(MINE), *others)
    assert found["same_seller"] == ["26112000000012340004"]


def test_names_of_the_tax_id(related: Find) -> None:
    old = invoice(
        MINE, number="25112000000012340001", date="2025-01-01", seller_name="旧名有限公司"
    )
    assert "旧名有限公司" in related(invoice(MINE), old)["names"]


def test_red_and_blue(related: Find) -> None:
    red = invoice(
        MINE, number="26112000000099999999", total="-1.00", date="2026-12-01", red_of=MINE["number"]
    )
    assert related(invoice(MINE), red)["reds"] == [red.number]
    assert related(red, invoice(MINE))["blues"] == [MINE["number"]]


def test_journeys_of_the_traveller(related: Find) -> None:
    other = invoice(TICKET, number="26119000000012340001", trip_no="G2")
    stranger = invoice(TICKET, number="26119000000012340002", trip_no="G3", traveller="张四三")
    assert related(invoice(TICKET), other, stranger)["journeys"] == ["G2"]


def test_slips_of_a_roll(related: Find) -> None:
    slip: dict[str, object] = {"form": Form.TAXI, "code": "144002411234", "date": "2026-09-01"}
    mine = invoice(slip, number="00000005")
    near, far = invoice(slip, number="00000500"), invoice(slip, number="00005000")
    assert related(mine, near, far)["slips"] == ["00000500"]
