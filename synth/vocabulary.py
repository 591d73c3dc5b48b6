"""Words to invent companies, people and goods from. Nothing in vocabulary.json exists.

Brands are three syllables drawn from three lists, banks and roads are made up; cities and tax
offices are real because their numbers must agree with them. kept.json holds other words of the
same shape: they are drawn from for the benchmark alone, and nothing is ever tuned on them.
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
    """The whole of vocabulary.json or kept.json."""

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

    def person(self, rng: Random) -> str:
        return rng.choice(self.surnames) + rng.choice(self.given)

    def brand(self, rng: Random) -> str:
        parts = (self.brand_first, self.brand_second, self.brand_third)
        return "".join(rng.choice(part) for part in parts)

    def region_of(self, city: str) -> Region:
        """The region of a city. Raises StopIteration for one that is not in the list."""
        return next(region for region in self.regions if region.city == city)

    def any_company(self, rng: Random) -> Party:
        """A company of any trade anywhere."""
        suffix = rng.choice(rng.choice(self.trades).suffixes)
        return self.company(rng, rng.choice(self.regions), suffix)

    def company(self, rng: Random, region: Region, suffix: str, *, branch: bool = False) -> Party:
        """A company of `region` with a valid tax id, an address, a telephone number and an account.

        A `branch` has the long name of a branch of a branch.
        """
        name = self._name(rng, region, suffix)
        if branch:
            name += f"{region.district or region.city}第{rng.choice('一二三四')}分公司"
        town = "" if region.district.endswith("市") else region.district
        city = f"{region.city}市{town}"
        street = f"{rng.choice(self.roads)}{rng.randint(1, 400)}号{rng.randint(1, 20)}幢"
        bank = f"{rng.choice(self.banks)}{region.city}{town[:2]}支行"
        phone = f"{region.dial}-555{numbers.digits(rng, 5)}"
        return Party(
            name=name,
            tax_id=numbers.uscc(rng, region.area),
            address=f"{city}{street} {phone}",
            bank=f"{bank} {numbers.digits(rng, rng.choice((16, 19)))}",
        )

    def _name(self, rng: Random, region: Region, suffix: str) -> str:
        brand = self.brand(rng)
        if rng.random() < 0.35:
            return f"{brand}（{region.city}）{suffix}"
        return f"{region.city}{brand}{suffix}"


@cache
def vocabulary(*, kept: bool = False) -> Vocabulary:
    """The words, read once; with `kept` those kept back for the benchmark."""
    path = resources.files("synth").joinpath("kept.json" if kept else "vocabulary.json")
    return Vocabulary.model_validate_json(path.read_text("utf-8"))
