"""Words to invent companies, people and goods from. Nothing in vocabulary.json exists.

Brands are syllables drawn from three lists, banks and roads are made up; cities and tax offices
are real because their numbers must agree with them (GB/T 2260, dialling codes). kept.json holds
other words of the same shape: they are drawn from for the benchmark alone, and nothing is ever
tuned on them. Of what is made up the two have nothing in common.
"""

from functools import cache
from importlib import resources
from random import Random

from models.record import Record
from synth import numbers
from synth.truth import Party

_SOLE_TRADERS = (*"店馆部行坊室栈宿社屋所站府", "超市", "中心")
_HEADS = (("律师事务所", "31"), ("事务所", "91"), ("学校", "52"), ("研修学院", "52"))
_BRANCH = "分公司"
_COMPANY_NAMES = {
    "{city}{brand}": 46,
    "{brand}（{city}）": 22,
    "{province}{brand}": 10,
    "{brand}": 8,
    "{city}市{brand}": 8,
    "{brand}集团（{city}）": 6,
}
"""How names of companies begin, and how many in a hundred do."""
_OTHER_NAMES = ("{city}市{brand}", "{city}{brand}", "{town}{brand}")
_MARKED = 0.03
"""How many brands have Latin letters or figures in them."""


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
    """The whole of vocabulary.json or kept.json.

    Brands are made of `brand_first`, `brand_second` and `brand_third`, some with one of
    `brand_marks`; `sites` are names of buildings, `institutions` what schools, hospitals and
    the like are called.
    """

    regions: tuple[Region, ...]
    brand_first: tuple[str, ...]
    brand_second: tuple[str, ...]
    brand_third: tuple[str, ...]
    brand_marks: tuple[str, ...]
    roads: tuple[str, ...]
    sites: tuple[str, ...]
    banks: tuple[str, ...]
    institutions: tuple[str, ...]
    surnames: tuple[str, ...]
    given: tuple[str, ...]
    remarks: tuple[str, ...]
    trades: tuple[Trade, ...]

    def person(self, rng: Random) -> str:
        return rng.choice(self.surnames) + rng.choice(self.given)

    def brand(self, rng: Random) -> str:
        """Two to four syllables, rarely with a figure or a Latin word."""
        first, second = rng.choice(self.brand_first), rng.choice(self.brand_second)
        shape = rng.random()
        if shape < _MARKED:
            mark = rng.choice(self.brand_marks)
            return mark + first + second if rng.random() < 0.5 else first + second + mark
        if shape < 0.55:
            return first + second
        third = rng.choice(self.brand_third)
        if shape < 0.93:
            return first + second + third
        return first + second + rng.choice(self.brand_first) + rng.choice(self.brand_second)

    def region_of(self, city: str) -> Region:
        """The region of a city. Raises StopIteration for one that is not in the list."""
        return next(region for region in self.regions if region.city == city)

    def any_company(self, rng: Random) -> Party:
        """A company of any trade anywhere, or a school, a hospital or the like."""
        region = rng.choice(self.regions)
        if rng.random() < 0.06:
            return self.company(rng, region, rng.choice(self.institutions))
        suffixes = rng.choice(self.trades).suffixes
        # sole traders sell to companies more often than they are billed themselves
        firms = [suffix for suffix in suffixes if suffix.endswith("公司")]
        suffix = rng.choice(firms if rng.random() < 0.9 else suffixes)
        return self.company(rng, region, suffix, branch=rng.random() < 0.03)

    def company(self, rng: Random, region: Region, suffix: str, *, branch: bool = False) -> Party:
        """A company of `region` with a valid tax id, an address, a telephone number and an account.

        A `branch` has the long name of a branch of a branch, of 30 characters at most.
        """
        name = self._branch(rng, region, suffix) if branch else self._name(rng, region, suffix)
        return Party(
            name=name,
            tax_id=numbers.uscc(rng, region.area, head=self._head(suffix)),
            address=self._address(rng, region),
            bank=self._account(rng, region),
        )

    def _head(self, suffix: str) -> str:
        """How the tax id begins of a company, a sole trader, a law firm, a school (9.2)."""
        if suffix in self.institutions:
            return "12"
        if "公司" in suffix:  # its shops and offices too
            return "91"
        bare = suffix.split("（", maxsplit=1)[0]
        known = next((head for tail, head in _HEADS if bare.endswith(tail)), None)
        return known or ("92" if bare.endswith(_SOLE_TRADERS) else "91")

    def _name(self, rng: Random, region: Region, suffix: str) -> str:
        brand, city = self.brand(rng), region.city
        if suffix.endswith(_BRANCH):
            of = rng.choice((city, _short(region.district)))
            return f"{brand}{suffix.removesuffix(_BRANCH)}{of}{_BRANCH}"
        if suffix.endswith("公司"):
            shapes = _COMPANY_NAMES
            (shape,) = rng.choices(tuple(shapes), tuple(shapes.values()))
        else:
            shape = rng.choice(_OTHER_NAMES)
        town = region.city if region.district.endswith("市") else region.district
        head = shape.format(brand=brand, city=city, town=town, province=region.name)
        return f"{head}{suffix}"

    def _branch(self, rng: Random, region: Region, suffix: str) -> str:
        """The name of a numbered branch in the district."""
        name = f"{region.city}{self.brand(rng)}{suffix.removesuffix(_BRANCH)}"
        tail = "分公司" if suffix.endswith("公司") else "分店"
        return f"{name}{_short(region.district)}第{rng.choice('一二三四')}{tail}"

    def _address(self, rng: Random, region: Region) -> str:
        town = "" if region.district.endswith("市") else region.district
        site, number = rng.choice(self.sites), rng.randint(1, 400)
        floor, room = rng.randint(1, 20), f"{rng.randint(1, 28)}{rng.randint(1, 18):02d}"
        street = f"{rng.choice(self.roads)}{number}号"
        where = rng.choice(
            (
                f"{street}{floor}幢",
                f"{street}{floor}幢{room}室",
                street,
                f"{street}{site}{rng.choice('ABCD')}座{room}",
                f"{site}{floor}号楼{rng.randint(1, 6)}层",
                f"{street}-{rng.randint(1, 36)}号商铺",
            )
        )
        province = region.bureau.removesuffix("税务局") if rng.random() < 0.12 else ""
        province = "" if province == f"{region.city}市" else province
        return f"{province}{region.city}市{town}{where} {region.dial}-555{numbers.digits(rng, 5)}"

    def _account(self, rng: Random, region: Region) -> str:
        """The branch of a bank and a number of 15 to 19 digits, as banks give them."""
        town = "" if region.district.endswith("市") else _short(region.district)
        office = rng.choice(
            (f"{region.city}{town}支行", f"{region.city}分行营业部", f"{region.city}{town}支行")
        )
        if rng.random() < 0.2:
            office = f"{region.city}{rng.choice(self.roads)}支行"
        digits = numbers.digits(rng, rng.choice((15, 16, 17, 18, 19, 19)))
        return f"{rng.choice(self.banks)}{office} {digits}"


def _short(district: str) -> str:
    """The district as names of branches have it: 浦东新区 is 浦东."""
    for tail in ("新区", "区", "县", "市"):
        if district.endswith(tail) and len(district) - len(tail) >= 2:
            return district.removesuffix(tail)
    return district


@cache
def vocabulary(*, kept: bool = False) -> Vocabulary:
    """The words, read once; with `kept` those kept back for the benchmark."""
    path = resources.files("synth").joinpath("kept.json" if kept else "vocabulary.json")
    return Vocabulary.model_validate_json(path.read_text("utf-8"))
