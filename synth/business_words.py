"""The words of special businesses: goods, places and rates of business.json, all invented.

Its part "kept" is drawn from for the benchmark alone.
"""

from functools import cache
from importlib import resources

from models.record import Record
from synth.vocabulary import Region


class Good(Record):
    """Something sold at `low` to `high` yuan a unit with tax, `quantity` from..to with `places`
    decimals. `category` where it differs from that of the business; by what `vehicle`, between
    which `stops` and in which `seats` one travels."""

    name: str
    low: float
    high: float
    unit: str | None = None
    quantity: tuple[float, float] = (1, 1)
    places: int = 0
    specs: tuple[str, ...] = ()
    category: str | None = None
    vehicle: str = ""
    seats: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()


class Business(Record):
    """A 特定业务: the word beside the title, its expense category, sellers, rates and goods."""

    word: str
    category: str
    suffixes: tuple[str, ...]
    rates: tuple[str, ...]
    lines: tuple[int, int]
    goods: tuple[Good, ...]
    spots: tuple[str, ...] = ()
    cargo: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class _Words(Record):
    open: dict[str, Business]
    kept: dict[str, Business]


@cache
def _words() -> _Words:
    text = resources.files("synth").joinpath("business.json").read_text("utf-8")
    return _Words.model_validate_json(text)


def businesses(*, kept: bool = False) -> dict[str, Business]:
    """The businesses by kind; with `kept` in the words kept back for the benchmark."""
    return _words().kept if kept else _words().open


def address(region: Region) -> str:
    """Province, city and district as forms print a place."""
    province = region.bureau.removesuffix("税务局")
    city = f"{region.city}市"
    district = "" if region.district == city else region.district
    return f"{'' if province == city else province}{city}{district}"
