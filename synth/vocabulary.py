"""Words to invent companies, people and goods from. Nothing in vocabulary.json exists.

Brands are three syllables drawn from three lists, banks and roads are made up; cities and tax
offices are real because their numbers must agree with them.
"""

from functools import cache
from importlib import resources
from random import Random

from models.record import Record
from synth import numbers
from synth.truth import Party


class Region(Record):
    """A place: `number` are digits 3 and 4 of a 20-digit number, `code` the four of a 发票代码."""

    name: str
    number: str
    code: str
    area: str
    city: str
    district: str
    dial: str
    bureau: str


class Article(Record):
    """Something sold: unit price with tax between `low` and `high` yuan, `quantity` from..to."""

    short: str
    name: str
    unit: str
    low: float
    high: float
    quantity: tuple[int, int]
    specs: tuple[str, ...] = ()


class Trade(Record):
    """A line of business: its expense category, standard rate in per cent, names and goods.

    `special` tells whether a 专票 makes sense, `discount` how often a discount line follows.
    """

    category: str
    rate: int
    suffixes: tuple[str, ...]
    lines: tuple[int, int]
    items: tuple[Article, ...]
    special: bool = True
    discount: float = 0.15


class Vocabulary(Record):
    """The whole of vocabulary.json."""

    regions: tuple[Region, ...]
    brand_first: tuple[str, ...]
    brand_second: tuple[str, ...]
    brand_third: tuple[str, ...]
    roads: tuple[str, ...]
    banks: tuple[str, ...]
    surnames: tuple[str, ...]
    given: tuple[str, ...]
    remarks: tuple[str, ...]
    trades: tuple[Trade, ...]


@cache
def vocabulary() -> Vocabulary:
    """The words, read once."""
    text = resources.files("synth").joinpath("vocabulary.json").read_text("utf-8")
    return Vocabulary.model_validate_json(text)


def person(rng: Random) -> str:
    words = vocabulary()
    return rng.choice(words.surnames) + rng.choice(words.given)


def company(rng: Random, region: Region, suffix: str) -> Party:
    """A company of `region` with a valid tax id, an address, a telephone number and an account."""
    words = vocabulary()
    brand = "".join(
        rng.choice(part) for part in (words.brand_first, words.brand_second, words.brand_third)
    )
    if rng.random() < 0.35:
        name = f"{brand}（{region.city}）{suffix}"
    else:
        name = f"{region.city}{brand}{suffix}"
    town = "" if region.district.endswith("市") else region.district
    city = f"{region.city}市{town}"
    street = f"{rng.choice(words.roads)}{rng.randint(1, 400)}号{rng.randint(1, 20)}幢"
    bank = f"{rng.choice(words.banks)}{region.city}{town[:2]}支行"
    phone = f"{region.dial}-555{numbers.digits(rng, 5)}"
    return Party(
        name=name,
        tax_id=numbers.uscc(rng, region.area),
        address=f"{city}{street} {phone}",
        bank=f"{bank} {numbers.digits(rng, rng.choice((16, 19)))}",
    )
