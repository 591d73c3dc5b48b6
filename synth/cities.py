"""Places where strips and tickets are issued: plates, fares, invented stations and companies."""

from decimal import Decimal
from functools import cache
from importlib import resources
from random import Random

from models.forms import Form
from models.record import Record
from synth.truth import Party, Truth
from synth.vocabulary import vocabulary


class City(Record):
    """A city: `code` the region digits of its 发票代码, `fare` yuan a km after the first three.

    `start` is what the first three kilometres cost. Stations but the first and roads are invented.
    """

    name: str
    province: str
    code: str
    plate: str
    hotline: str
    fare: Decimal
    start: int
    stations: tuple[str, ...]
    lines: tuple[str, ...]


class Cities(Record):
    """The whole of cities.json."""

    cities: tuple[City, ...]
    taxi_suffixes: tuple[str, ...]
    toll_suffixes: tuple[str, ...]
    bus_suffixes: tuple[str, ...]
    quota_suffixes: tuple[str, ...]
    printers: tuple[str, ...]
    face_values: tuple[int, ...]
    vehicle_classes: tuple[str, ...]


@cache
def cities() -> Cities:
    """The places, read once."""
    text = resources.files("synth").joinpath("cities.json").read_text("utf-8")
    return Cities.model_validate_json(text)


def city_of(truth: Truth) -> City:
    """The city whose name is the truth's region. KeyError for another."""
    return {city.name: city for city in cities().cities}[truth.face.region]


def issuer(truth: Truth) -> Party:
    """The company in the pre-printed 发票专用章, for forms that name it nowhere else.

    It is decoration, so it follows from the seed and is no part of the label.
    """
    words = cities()
    suffixes = {
        Form.TAXI: words.taxi_suffixes,
        Form.TOLL_PAPER: words.toll_suffixes,
        Form.BUS: words.bus_suffixes,
        Form.QUOTA: words.quota_suffixes,
    }[truth.form]
    rng = Random(f"issuer:{truth.form.value}:{truth.seed}")
    city = city_of(truth)
    every = vocabulary()
    return every.company(rng, every.region_of(city.name), rng.choice(suffixes))
