"""Truths of local invoices: 通用机打发票, ship tickets, and 深圳 blockchain invoices (domain.md 1).

None of the first two splits off a tax; the blockchain invoice is a VAT invoice in all but its
numbers.
"""

import datetime
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from random import Random

from models.capital import format_capital
from models.forms import Form
from models.invoice import Detail, Extra, LineItem
from models.record import Record
from models.text import CENT
from synth import numbers, people, vat
from synth.cities import KEPT, City, cities
from synth.order import Order, Trait
from synth.truth import Face, Party, Truth
from synth.vocabulary import Article, Region, Trade

MACHINE_LAYOUTS, SHIP_LAYOUTS, BLOCKCHAIN_LAYOUTS = 4, 3, 3
"""Layout variants of each form; the last is kept back for the benchmark."""
ROLLS = ("1", "3")
"""The layouts of 通用机打发票 that are narrow rolls; the others are sheets."""
MACHINE_TRAITS = frozenset(
    {Trait.SHIFTED, Trait.FAINT, Trait.OLD_IDS, Trait.PRIVATE_BUYER, Trait.NO_BUYER_ID}
)
SHIP_TRAITS = frozenset({Trait.SHIFTED, Trait.FAINT})
BLOCKCHAIN_TRAITS = frozenset(
    {
        Trait.MANY_LINES,
        Trait.LONG_NAMES,
        Trait.DISCOUNT,
        Trait.EXEMPT,
        Trait.MIXED_RATES,
        Trait.RED,
        Trait.PRIVATE_BUYER,
        Trait.NO_BUYER_ID,
    }
)

_SHENZHEN = "深圳"
_VERIFY = "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan"
_INKS = ((56, 58, 66), (40, 40, 46), (84, 88, 120), (104, 100, 110))
_TRADES = ("MEAL", "HOTEL", "OFFICE", "WELFARE", "TRAIN_EDU")


class LocalWords(Record):
    """The whole of local.json. Ports, ships and carriers are invented."""

    industries: tuple[str, ...]
    ports: tuple[str, ...]
    kept_ports: tuple[str, ...]
    ships: tuple[str, ...]
    kept_ships: tuple[str, ...]
    cabins: tuple[str, ...]
    carrier_suffixes: tuple[str, ...]


@cache
def local_words() -> LocalWords:
    """The words, read once."""
    text = resources.files("synth").joinpath("local.json").read_text("utf-8")
    return LocalWords.model_validate_json(text)


def make_machine(order: Order) -> Truth:
    """A 通用机打发票: lines at prices with tax, both parties, no tax shown.

    Sheets print their code and number a second time, some of them a 校验码.
    """
    rng, words = order.rng(), order.words
    order = people.with_chance(order, MACHINE_TRAITS)
    city = rng.choice(cities(kept=order.kept).cities)
    region = words.region_of(city.name)
    date = _date(rng, datetime.date(2014 if Trait.OLD_IDS in order.traits else 2018, 2, 1))
    trade = rng.choice([each for each in words.trades if each.category in _TRADES])
    count = min(rng.randint(1, 4), len(trade.items))
    layout = order.layout(rng, MACHINE_LAYOUTS)
    sheet = str(layout) not in ROLLS
    goods = rng.sample(trade.items, count)
    items = tuple(_line(rng, each, each.unit if sheet else None) for each in goods)
    total = sum((item.amount or Decimal(0) for item in items), Decimal(0))
    code, number = _code(rng, city, date), _number(rng)
    seller = words.company(rng, region, rng.choice(trade.suffixes))
    if Trait.OLD_IDS in order.traits:
        seller = people.with_old_id(seller, rng, region)
    extra = Extra(
        total_in_words=format_capital(total),
        machine_no=numbers.digits(rng, 12) if not sheet else None,
        second_code=code if sheet else None,
        second_number=number,
        payee=words.person(rng),
        drawer=words.person(rng) if sheet else None,
        details=(Detail(name="行业分类", value=_industry(trade, rng)),) if sheet else (),
    )
    return Truth(
        form=order.form,
        seed=order.seed,
        code=code,
        number=number,
        date=date,
        total=total,
        check_code=numbers.digits(rng, 20) if layout in (1, 2) else None,
        buyer=_machine_buyer(order, rng, city),
        seller=seller,
        category=trade.category,
        items=items,
        extra=extra,
        face=_face(order, rng, (city, code), layout),
    )


def _industry(trade: Trade, rng: Random) -> str:
    known = {"MEAL": "餐饮业", "HOTEL": "住宿业", "OFFICE": "商业", "WELFARE": "商业"}
    return known.get(trade.category) or rng.choice(local_words().industries)


def _machine_buyer(order: Order, rng: Random, city: City) -> Party:
    if order.buyer:
        buyer = order.buyer
    elif Trait.PRIVATE_BUYER in order.traits:
        return Party(name=rng.choice(("个人", order.words.person(rng))))
    else:
        buyer = order.words.any_company(rng)
        if Trait.OLD_IDS in order.traits:
            buyer = people.with_old_id(buyer, rng, order.words.region_of(city.name))
    if Trait.NO_BUYER_ID in order.traits:
        return buyer.model_copy(update={"tax_id": None})
    return buyer


def _line(rng: Random, article: Article, unit: str | None) -> LineItem:
    """A line as a shop names it: no 税收分类 in front, a price with tax."""
    quantity = rng.randint(1, min(article.quantity[1], 6))
    price = Decimal(repr(rng.uniform(article.low, article.high))).quantize(
        Decimal("0.1"), ROUND_HALF_UP
    )
    return LineItem(
        name=article.name,
        unit=unit,
        quantity=str(quantity),
        unit_price=f"{price:.2f}",
        amount=(price * quantity).quantize(CENT),
    )


def make_ship(order: Order) -> Truth:
    """A ship or ferry ticket, in two of three cases with the traveller's name and masked id.

    Its only date is the day of travel. It names no buyer, so a given one is not used; the carrier
    is in the seal alone (`face.details`: carrier, carrier_id).
    """
    rng, words = order.rng(), local_words()
    order = people.with_chance(order, SHIP_TRAITS)
    city = rng.choice(cities(kept=order.kept).cities)
    date = _date(rng, datetime.date(2018, 3, 1))
    code = _code(rng, city, date)
    start, end = rng.sample(words.kept_ports if order.kept else words.ports, 2)
    layout = order.layout(rng, SHIP_LAYOUTS)
    named = rng.random() < 0.67
    carrier = order.words.company(
        rng, order.words.region_of(city.name), rng.choice(words.carrier_suffixes)
    )
    face = _face(order, rng, (city, code), layout)
    details = face.details | {"carrier": carrier.name, "carrier_id": carrier.tax_id or ""}
    ship = rng.choice(words.kept_ships if order.kept else words.ships)
    return Truth(
        form=order.form,
        seed=order.seed,
        code=code,
        number=_number(rng),
        date=date,
        total=Decimal(rng.randint(10, 480)).quantize(CENT) + rng.choice((0, Decimal("0.50"))),
        category="TRAVEL_ROADSHIP",
        extra=Extra(
            departure=start,
            destination=end,
            travel_date=date,
            departure_time=f"{rng.randint(6, 21):02d}:{rng.randrange(0, 60, 5):02d}",
            trip_no=f"{rng.choice('ABHK')}{numbers.digits(rng, 3)}",
            seat=f"{rng.randint(1, 2)}层{rng.randint(1, 320):03d}",
            seat_class=rng.choice(words.cabins),
            traveller=order.words.person(rng) if named else None,
            traveller_id=_masked_id(order, rng) if named else None,
            details=(Detail(name="船名", value=ship),),
        ),
        face=face.model_copy(update={"details": details}),
    )


def _masked_id(order: Order, rng: Random) -> str:
    area = rng.choice(order.words.regions).area
    return f"{area}{rng.randint(1961, 2004)}****{numbers.digits(rng, 4)}"


def make_blockchain(order: Order) -> Truth:
    """A 深圳电子普通发票: lines, tax and parties of a VAT invoice, numbers of its own.

    The 校验码 is the end of the hash in its QR, whose amount is in 分 (domain.md 2.3).
    Raises UsageError (impossible_traits).
    """
    rng = Random(f"blockchain:{order.seed}:{order.kept}")
    plain = replace(people.with_chance(order, BLOCKCHAIN_TRAITS), form=Form.VAT_E_NORMAL)
    deal = vat.begin(plain)
    region = next((each for each in order.words.regions if each.name == _SHENZHEN), deal.region)
    deal = replace(deal, region=region)
    truth = vat.issue(deal, vat.lines.draw(deal))
    code, number = _blockchain_code(rng, region, truth.day.year), _number(rng)
    hashed = rng.choice(("00", "01", "02")) + "".join(
        rng.choice("0123456789abcdef") for _ in range(64)
    )
    fen = int((truth.total * 100).to_integral_value())
    extra = {
        **_taken_back(rng, truth, region),
        "machine_no": None,
        "qr": f"{_VERIFY}?hash={hashed}&bill_num={number}&total_amount={fen}",
        "qr_crc": None,
    }
    layout = order.layout(rng, BLOCKCHAIN_LAYOUTS)
    return truth.model_copy(
        update={
            "form": order.form,
            "code": code,
            "number": number,
            "check_code": hashed[-5:],
            "extra": truth.extra.model_copy(update=extra),
            "face": Face(
                region=_SHENZHEN,
                bureau=f"{_SHENZHEN}市税务局",
                details={"layout": str(layout)},
            ),
        }
    )


def _blockchain_code(rng: Random, region: Region, year: int) -> str:
    """1, region, year, 0 and 9, batch, copies, 0 (domain.md 1.3)."""
    return f"1{region.code}{year % 100:02d}09{rng.randint(1, 2)}{rng.randint(1, 2)}0"


def _taken_back(rng: Random, truth: Truth, region: Region) -> dict[str, str]:
    """Of a red letter: the remark, with a blue invoice of the same kind in it."""
    named, remark = truth.extra.red_of, truth.extra.remark
    if not named or not remark:
        return {}
    old_code, number = named.split("-")
    code = _blockchain_code(rng, region, 2000 + int(old_code[5:7]))
    return {"red_of": f"{code}-{number}", "remark": remark.replace(old_code, code)}


def _date(rng: Random, first: datetime.date) -> datetime.date:
    last = datetime.date(2017, 11, 30) if first.year < 2016 else datetime.date(2025, 10, 30)
    return first + datetime.timedelta(days=rng.randint(0, (last - first).days))


def _code(rng: Random, city: City, date: datetime.date) -> str:
    """Twelve digits of the local series (domain.md 1.3), of no other form's pattern."""
    year = (date.year - rng.choice((0, 0, 1))) % 100
    return f"1{city.code}{year:02d}{rng.choice('13456')}{numbers.digits(rng, 4)}"


def _number(rng: Random) -> str:
    return f"{rng.randrange(10**5, 10**8):08d}"


def _face(order: Order, rng: Random, issued: tuple[City, str], layout: int) -> Face:
    """How dark and where it is printed; `region` is the city."""
    city, code = issued
    return Face(
        region=city.name,
        bureau=f"{city.province}税务局",
        ink=people.ink_of(order, rng, _INKS),
        shift=people.shift_of(order, rng, (0.9, 0.8)),
        decree=f"{rng.choice(cities(kept=order.kept).printers)}20{code[5:7]}年印",
        details={"layout": str(layout)} | (KEPT if order.kept else {}),
    )
