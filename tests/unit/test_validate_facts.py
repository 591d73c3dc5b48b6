"""Which fields an invoice of a form cannot do without."""

import pytest

from models.forms import Form
from models.invoice import FieldName, Invoice
from validate.facts import mandatory_fields

_CARS = ("vehicle", "dz_vehicle", "dzp_vehicle", "used_car", "dz_used_car", "dzp_used_car")
_PARTIES = {
    FieldName.BUYER_NAME,
    FieldName.BUYER_TAX_ID,
    FieldName.SELLER_NAME,
    FieldName.SELLER_TAX_ID,
}


@pytest.mark.parametrize("form", _CARS)
def test_a_vehicle_is_sold_by_someone_to_someone(form: str) -> None:
    assert set(mandatory_fields(Invoice(form=Form(form)))) >= _PARTIES


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("dzp_vehicle", FieldName.CODE),
        ("dzp_used_car", FieldName.CODE),
        ("machine", FieldName.SELLER_TAX_ID),
        ("blockchain", FieldName.CHECK_CODE),
    ],
)
def test_what_a_form_always_prints(form: str, field: FieldName) -> None:
    assert field in mandatory_fields(Invoice(form=Form(form)))


def test_a_used_car_has_no_tax() -> None:
    assert not {FieldName.AMOUNT, FieldName.TAX} & set(
        mandatory_fields(Invoice(form=Form.DZ_USED_CAR))
    )
