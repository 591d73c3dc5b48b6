"""The words of bills.json: who issues fiscal bills for what, hospitals, goods, taxes.

Units, hospitals and ships are invented; customs offices are real because the first digits of a
declaration's number are theirs.
"""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from random import Random
from typing import NamedTuple, TypeVar

from models.record import Record

_Any = TypeVar("_Any")


class Charge(NamedTuple):
    """What a bill charges for: its code, name and unit, and from..to how many yuan."""

    code: str
    name: str
    unit: str
    low: float
    high: float


class Care(NamedTuple):
    """A category or an article of a medical bill, its unit, and from..to how many yuan."""

    name: str
    unit: str
    low: float
    high: float


class Goods(NamedTuple):
    """Imported goods: tariff number, name, unit, yuan a unit from..to, quantity from..to."""

    tariff: str
    name: str
    unit: str
    low: float
    high: float
    least: int
    most: int


class Duty(NamedTuple):
    """A tax, its 品目, and how many months it is paid for (0: a single day)."""

    name: str
    subject: str
    months: int


class Bill(Record):
    """A fiscal bill: title electronic and on paper, digits 3 to 6 of its code, who issues it."""

    title: str
    paper: str
    code: str
    units: tuple[str, ...]
    items: tuple[Charge, ...]


class BillWords(Record):
    """The whole of bills.json; what is kept stands in lists of its own."""

    bills: tuple[Bill, ...]
    kept_bills: tuple[Bill, ...]
    hospitals: tuple[str, ...]
    kept_hospitals: tuple[str, ...]
    outpatient: tuple[Care, ...]
    drugs: tuple[Care, ...]
    inpatient: tuple[Care, ...]
    departments: tuple[str, ...]
    institutions: tuple[str, ...]
    insurances: tuple[str, ...]
    customs: tuple[tuple[str, str], ...]
    kept_customs: tuple[tuple[str, str], ...]
    goods: tuple[Goods, ...]
    kept_goods: tuple[Goods, ...]
    vessels: tuple[str, ...]
    taxes: tuple[Duty, ...]


@cache
def bill_words() -> BillWords:
    """The words, read once."""
    text = resources.files("synth").joinpath("bills.json").read_text("utf-8")
    return BillWords.model_validate_json(text)


def some(rng: Random, values: Sequence[_Any], low: int, high: int) -> list[_Any]:
    """`low` to `high` of the values, in their order."""
    count = min(rng.randint(low, high), len(values))
    return [values[i] for i in sorted(rng.sample(range(len(values)), count))]
