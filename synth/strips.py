"""Truths of small paper: taxi strips, 定额 coupons, toll slips, coach tickets and 卷票.

None of them but the 卷票 names a buyer, and none splits off the tax.
"""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from models.capital import format_capital
from models.invoice import Extra, LineItem
from models.text import CENT
from synth import numbers
from synth.cities import KEPT, City, cities, issuer
from synth.order import Order
from synth.truth import Face, Party, Truth
from synth.vocabulary import Article

SHIFTED_CITY = "成都"
"""Whose strips carry their values rows above the labels as often as not."""
NAMED_CITY = "上海"
"""Whose strips name the company in type; elsewhere only the seal does, which no label judges."""
TAXI_CITIES = ("成都", "北京", "上海", "广州")
"""The cities whose taxi strips can be drawn."""

_INKS = ((132, 124, 164), (150, 147, 154), (108, 106, 112), (76, 74, 82), (44, 44, 50))
"""From a faded ribbon to a fresh thermal head."""
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_FIRST_DAY, _LAST_DAY = datetime.date(2019, 1, 4), datetime.date(2026, 10, 30)
_ROLL_TRADES = ("MEAL", "HOTEL", "OFFICE", "TRAIN_EDU", "WELFARE")


def make_taxi(order: Order) -> Truth:
    """A ride in one of TAXI_CITIES. A strip names no buyer, so a given one is not used."""
    rng = order.rng()
    city = rng.choice([each for each in _cities(order) if each.name in TAXI_CITIES])
    date = _date(rng)
    code = _local_code(rng, city, date)
    mileage = Decimal(rng.randint(12, 620)) / 10
    boarded = rng.randint(0, 24 * 60 - 1)
    minutes = round(float(mileage) * rng.uniform(1.3, 4)) + rng.randint(2, 9)
    fare = city.start + max(Decimal(0), mileage - 3) * city.fare + rng.randint(0, 6)
    shift = (rng.uniform(-1.2, 1.2), rng.uniform(-0.8, 0.8))
    if city.name == SHIFTED_CITY and rng.random() < 0.6:
        shift = (shift[0], rng.uniform(-23, -11))
    truth = Truth(
        form=order.form,
        seed=order.seed,
        code=code,
        number=_number(rng),
        date=date,
        total=fare.quantize(Decimal(1), ROUND_HALF_UP).quantize(CENT),
        category="TAXI",
        extra=Extra(
            plate=None if city.name == SHIFTED_CITY else _taxi_plate(rng, city),
            mileage=f"{mileage:.1f}",
            unit_fare=f"{city.fare:.2f}",
            boarded=_clock(boarded),
            alighted=_clock(boarded + minutes),
        ),
        face=_face(order, rng, city, code[5:7], shift),
    )
    if city.name != NAMED_CITY:
        return truth
    return truth.model_copy(update={"seller": Party(name=issuer(truth).name)})


def make_quota(order: Order) -> Truth:
    """A coupon of a fixed value, without date and buyer; a given one is not used."""
    rng = order.rng()
    city = rng.choice(_cities(order))
    code = _local_code(rng, city, _date(rng))
    total = Decimal(rng.choice(cities().face_values)).quantize(CENT)
    return Truth(
        form=order.form,
        seed=order.seed,
        code=code,
        number=_number(rng),
        date=None,
        total=total,
        extra=Extra(total_in_words=format_capital(total).replace("圆", "元")),
        face=_face(order, rng, city, code[5:7], (0.0, 0.0)),
    )


def make_toll(order: Order) -> Truth:
    """A slip of a motorway's toll gate. It names no buyer, so a given one is not used."""
    rng = order.rng()
    city = rng.choice(_cities(order))
    date = _date(rng)
    code = _local_code(rng, city, date)
    start, end = rng.sample(city.stations, 2)
    return Truth(
        form=order.form,
        seed=order.seed,
        code=code,
        number=_number(rng),
        date=date,
        total=Decimal(rng.randint(1, 48) * 5).quantize(CENT),
        category="TOLL",
        extra=Extra(
            departure=start,
            destination=end,
            payee=numbers.digits(rng, 6) if rng.random() < 0.6 else order.words.person(rng),
            plate=_plate(rng, city) if rng.random() < 0.5 else None,
        ),
        face=_face(order, rng, city, code[5:7], (rng.uniform(-1, 1), rng.uniform(-0.9, 0.9))),
    )


def make_bus(order: Order) -> Truth:
    """A coach ticket, in two of three cases with the traveller's name and masked id.

    Its only date is the day of travel. It names no buyer, so a given one is not used.
    """
    rng = order.rng()
    city = rng.choice(_cities(order))
    other = rng.choice([each for each in _cities(order) if each is not city])
    date = _date(rng)
    code = _local_code(rng, city, date)
    named = rng.random() < 0.67
    return Truth(
        form=order.form,
        seed=order.seed,
        code=code,
        number=_number(rng),
        date=date,
        total=Decimal(rng.randint(12, 360) * 5).scaleb(-1).quantize(CENT),
        category="TRAVEL_ROADSHIP",
        extra=Extra(
            departure=city.stations[0],
            destination=rng.choice((*city.stations[1:], other.name)),
            travel_date=date,
            departure_time=_clock(rng.randint(72, 262) * 5),
            trip_no=f"{rng.choice('KDZ')}{numbers.digits(rng, 4)}",
            seat=f"{rng.randint(1, 53):02d}",
            traveller=order.words.person(rng) if named else None,
            traveller_id=_masked_id(order, rng) if named else None,
        ),
        face=_face(order, rng, city, code[5:7], (rng.uniform(-1, 1), rng.uniform(-0.7, 0.7))),
    )


def make_roll(order: Order) -> Truth:
    """A 卷票: one to four lines, prices and amounts with tax in them; no tax is shown.

    The code's last digits tell the width of the roll: 06 is 57 mm, 07 is 76 mm (domain.md 1.3).
    """
    rng = order.rng()
    words = order.words
    city = rng.choice(_cities(order))
    region = words.region_of(city.name)
    trade = rng.choice([each for each in words.trades if each.category in _ROLL_TRADES])
    date = _date(rng, datetime.date(2018, 2, 1), datetime.date(2022, 12, 20))
    year = (date.year - rng.choice((0, 0, 1))) % 100
    code = f"0{region.code}{year:02d}{rng.randint(1, 4):03d}{rng.choice(('06', '07'))}"
    number, check = _number(rng), numbers.digits(rng, 20)
    count = min(rng.randint(1, 4), len(trade.items))
    items = tuple(_roll_line(rng, article) for article in rng.sample(trade.items, count))
    total = sum((item.amount or Decimal(0) for item in items), Decimal(0))
    return Truth(
        form=order.form,
        seed=order.seed,
        code=code,
        number=number,
        date=date,
        total=total,
        check_code=check,
        buyer=order.buyer or _roll_buyer(order, rng),
        seller=words.company(rng, region, rng.choice(trade.suffixes)),
        category=trade.category,
        items=items,
        extra=Extra(
            total_in_words=format_capital(total),
            qr=numbers.qr_payload(order.form, code, number, total, date, check),
            qr_crc="ok",
            machine_no="49" + numbers.digits(rng, 10),
            payee=order.words.person(rng),
            second_number=number,
        ),
        face=_face(order, rng, city, code[5:7], (rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8))),
    )


def _cities(order: Order) -> tuple[City, ...]:
    return cities(kept=order.kept).cities


def _date(
    rng: Random, first: datetime.date = _FIRST_DAY, last: datetime.date = _LAST_DAY
) -> datetime.date:
    return first + datetime.timedelta(days=rng.randint(0, (last - first).days))


def _local_code(rng: Random, city: City, date: datetime.date) -> str:
    """A 12-digit code of the local series: 1, region, year, five digits (domain.md 1.3).

    The eighth digit is never 2, which is a vehicle's, nor the eighth and ninth 09, a blockchain's.
    成都 has had codes with a letter among the digits.
    """
    year = (date.year - rng.choice((0, 1, 1, 2))) % 100
    tail = rng.choice("13456") + numbers.digits(rng, 4)
    if city.name == SHIFTED_CITY and rng.random() < 0.3:
        tail = tail[0] + rng.choice("AB") + tail[2:]
    return f"1{city.code}{year:02d}{tail}"


def _number(rng: Random) -> str:
    return f"{rng.randrange(10**5, 10**8):08d}"


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes % (24 * 60), 60)
    return f"{hour:02d}:{minute:02d}"


def _taxi_plate(rng: Random, city: City) -> str:
    return city.plate + rng.choice("TXUJ") + numbers.digits(rng, 4)


def _plate(rng: Random, city: City) -> str:
    tail = "".join(rng.choice("0123456789" + _PLATE_LETTERS) for _ in range(2))
    return city.plate + tail + numbers.digits(rng, 3)


def _masked_id(order: Order, rng: Random) -> str:
    """An id number as tickets print it: the day of birth is starred out."""
    area = rng.choice(order.words.regions).area
    return f"{area}{rng.randint(1961, 2004)}****{numbers.digits(rng, 4)}"


def _roll_line(rng: Random, article: Article) -> LineItem:
    """A line at a price with tax; a till knows no decimals beyond the cent."""
    quantity = rng.randint(1, min(article.quantity[1], 5))
    price = Decimal(repr(rng.uniform(article.low, article.high))).quantize(
        Decimal("0.1"), ROUND_HALF_UP
    )
    return LineItem(
        name=f"*{article.short}*{article.name}",
        quantity=str(quantity),
        unit_price=f"{price:.2f}",
        amount=(price * quantity).quantize(CENT),
    )


def _roll_buyer(order: Order, rng: Random) -> Party:
    return Party(name="个人") if rng.random() < 0.25 else order.words.any_company(rng)


def _face(order: Order, rng: Random, city: City, year: str, shift: tuple[float, float]) -> Face:
    """How dark the print is and where it lies; `region` is the city, `year` that of the code."""
    return Face(
        region=city.name,
        bureau=f"{city.province}税务局",
        ink=rng.choice(_INKS),
        shift=shift,
        decree=f"{rng.choice(cities(kept=order.kept).printers)}20{year}年印",
        details=KEPT if order.kept else {},
    )
