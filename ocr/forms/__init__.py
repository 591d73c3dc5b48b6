"""Readers of the forms that are not laid out like a VAT invoice.

    reader = READERS.get(form)
    if reader is not None:
        found = reader(case)

A reader is given what the common search found and returns what is true of its form: it may take
a value over, replace it or leave it out. A new form is a module for it and a line here.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from models.forms import Form
from ocr.forms import (
    air,
    bill,
    blockchain,
    business,
    coupon,
    customs,
    machine,
    medical,
    rail,
    remark,
    roll,
    strip,
    taxcert,
    usedcar,
    vehicle,
)
from ocr.forms.case import Case, FormReading

FormReader: TypeAlias = Callable[[Case], FormReading]

_VAT = (
    Form.VAT_SPECIAL,
    Form.VAT_NORMAL,
    Form.VAT_E_SPECIAL,
    Form.VAT_E_NORMAL,
    Form.DZP_SPECIAL,
    Form.DZP_NORMAL,
)

READERS: Mapping[Form, FormReader] = {
    Form.FISCAL: bill.read_bill,
    Form.TOLL_FISCAL: bill.read_bill,
    Form.MED_OUT: medical.read_medical,
    Form.MED_IN: medical.read_medical,
    Form.CUSTOMS_VAT: customs.read_customs,
    Form.TAX_CERT: taxcert.read_certificate,
    Form.DZ_SPECIAL: business.read_digital,
    Form.DZ_NORMAL: business.read_digital,
    Form.TOLL_E: business.read_toll,
    **dict.fromkeys(_VAT, remark.read_vat),
    Form.RAIL_E: rail.read_rail_e,
    Form.RAIL_PAPER: rail.read_rail_paper,
    Form.AIR_E: air.read_air_e,
    Form.AIR_PAPER: air.read_air_paper,
    Form.TAXI: strip.read_taxi,
    Form.TOLL_PAPER: strip.read_toll,
    Form.QUOTA: coupon.read_quota,
    Form.BUS: coupon.read_trip,
    Form.SHIP: coupon.read_trip,
    Form.VAT_ROLL: roll.read_roll,
    Form.VEHICLE: vehicle.read_vehicle,
    Form.DZ_VEHICLE: vehicle.read_vehicle,
    Form.DZP_VEHICLE: vehicle.read_vehicle,
    Form.USED_CAR: usedcar.read_used_car,
    Form.DZ_USED_CAR: usedcar.read_used_car,
    Form.DZP_USED_CAR: usedcar.read_used_car,
    Form.MACHINE: machine.read_machine,
    Form.BLOCKCHAIN: blockchain.read_blockchain,
}

__all__ = ["READERS", "Case", "FormReader", "FormReading"]
