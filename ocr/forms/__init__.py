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
from ocr.forms import bill, customs, medical, taxcert
from ocr.forms.case import Case, FormReading

FormReader: TypeAlias = Callable[[Case], FormReading]

READERS: Mapping[Form, FormReader] = {
    Form.FISCAL: bill.read_bill,
    Form.TOLL_FISCAL: bill.read_bill,
    Form.MED_OUT: medical.read_medical,
    Form.MED_IN: medical.read_medical,
    Form.CUSTOMS_VAT: customs.read_customs,
    Form.TAX_CERT: taxcert.read_certificate,
}

__all__ = ["READERS", "Case", "FormReader", "FormReading"]
