"""Codes, numbers and check codes, as far as a form has them."""

import datetime
from dataclasses import dataclass
from random import Random

from models.forms import Form
from synth import numbers
from synth.vocabulary import Region


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies an invoice. `paper_number` are the 8 digits on the paper of a 数电纸质."""

    code: str | None
    number: str
    check_code: str | None = None
    paper_number: str | None = None


def draw(rng: Random, form: Form, date: datetime.date, region: Region) -> Identity:
    """New numbers of the form."""
    if form.is_digital:
        return Identity(None, numbers.digital_number(rng, date, region.number))
    code = numbers.tax_control_code(rng, form, date, region.code)
    number = f"{rng.randrange(10**5, 10**8):08d}"
    if form.is_digital_paper:
        digital = numbers.digital_number(rng, date, region.number)
        return Identity(code, digital, paper_number=number)
    without = form in (Form.VAT_SPECIAL, Form.FREIGHT_SPECIAL)
    return Identity(code, number, None if without else numbers.digits(rng, 20))
