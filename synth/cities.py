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
    """The whole of cities.json; what is `kept` is drawn from for the benchmark alone."""

    cities: tuple[City, ...]
    kept_cities: tuple[City, ...]
    taxi_suffixes: tuple[str, ...]
    toll_suffixes: tuple[str, ...]
    bus_suffixes: tuple[str, ...]
    quota_suffixes: tuple[str, ...]
    kept_taxi_suffixes: tuple[str, ...]
    kept_toll_suffixes: tuple[str, ...]
    kept_bus_suffixes: tuple[str, ...]
    kept_quota_suffixes: tuple[str, ...]
    printers: tuple[str, ...]
    kept_printers: tuple[str, ...]
    face_values: tuple[int, ...]
    vehicle_classes: tuple[str, ...]


KEPT = {"words": "kept"}
"""What the details of a face say when its city is one of those kept back."""


@cache
def cities(*, kept: bool = False) -> Cities:
    """The places, read once; with `kept` those kept back for the benchmark stand in their stead."""
    text = resources.files("synth").joinpath("cities.json").read_text("utf-8")
    words = Cities.model_validate_json(text)
    if not kept:
        return words
    return words.model_copy(
        update={
            name.removeprefix("kept_"): getattr(words, name)
            for name in Cities.model_fields
            if name.startswith("kept_")
        }
    )


def city_of(truth: Truth) -> City:
    """The city whose name is the truth's region. KeyError for another."""
    return {city.name: city for city in cities(kept=_is_kept(truth)).cities}[truth.face.region]


def issuer(truth: Truth) -> Party:
    """The company in the pre-printed 发票专用章, for forms that name it nowhere else.

    It is decoration, so it follows from the seed and is no part of the label.
    """
    kept = _is_kept(truth)
    words = cities(kept=kept)
    suffixes = {
        Form.TAXI: words.taxi_suffixes,
        Form.TOLL_PAPER: words.toll_suffixes,
        Form.BUS: words.bus_suffixes,
        Form.QUOTA: words.quota_suffixes,
    }[truth.form]
    rng = Random(f"issuer:{truth.form.value}:{truth.seed}")
    city = city_of(truth)
    every = vocabulary(kept=kept)
    return every.company(rng, every.region_of(city.name), rng.choice(suffixes))


def _is_kept(truth: Truth) -> bool:
    return KEPT.items() <= truth.face.details.items()
