"""Truths of tickets by rail and air, electronic and on paper (domain.md 1.4).

A ticket prints what was paid, not the tax base: amount stays None, and only the electronic air
itinerary prints its tax.
"""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from models.forms import Form
from models.invoice import Extra
from models.text import CENT
from synth import numbers
from synth.order import Order
from synth.places import Airline, Airport, Line, Stop, places
from synth.truth import Face, Party, Truth

_BLACK, _DARK, _BLUE = (30, 30, 32), (52, 52, 60), (62, 92, 196)
_E_TICKETS = (datetime.date(2025, 1, 6), datetime.date(2026, 10, 30))
_PAPER_TICKETS = (datetime.date(2017, 6, 1), datetime.date(2025, 9, 30))
_WITHOUT_TICKET = datetime.date(2020, 6, 20)
"""From then on the paper is no longer needed to travel, only to be refunded."""
_REFUNDS = 0.07
_SHORTEST_FLIGHT = 450  # km
_FAST = {
    "G": (("二等座", 0.46), ("二等座", 0.46), ("二等座", 0.46), ("一等座", 0.74), ("商务座", 1.45)),
    "D": (("二等座", 0.31), ("二等座", 0.31), ("一等座", 0.39)),
}
_SLOW = (("硬座", 0.13), ("硬卧", 0.24), ("硬卧", 0.24), ("软卧", 0.36))
_COLUMNS = {"二等座": "ABCDF", "一等座": "ACDF", "商务座": "ACF"}
_CABINS = (("Y", 1.0), ("B", 0.9), ("H", 0.8), ("K", 0.72), ("L", 0.65), ("Q", 0.55), ("V", 0.4))


@dataclass(frozen=True, slots=True)
class _Ride:
    """A journey by train: where from and to, on what train, and the fare of the seat."""

    start: Stop
    end: Stop
    train: str
    seat_class: str
    seat: str
    fare: Decimal


def make_rail(order: Order) -> Truth:
    """A 铁路电子客票 or a paper train ticket; the paper one names no buyer."""
    rng = order.rng()
    ride = _ride(rng, places(kept=order.kept).lines)
    return (_rail_e if order.form is Form.RAIL_E else _rail_paper)(order, rng, ride)


def make_air(order: Order) -> Truth:
    """A 航空运输电子客票行程单, electronic or on paper; the paper one names no buyer."""
    rng = order.rng()
    words = places(kept=order.kept)
    carrier = rng.choice(words.airlines)
    start = rng.choice(words.airports)
    end = rng.choice([port for port in words.airports if _distance(start, port) > _SHORTEST_FLIGHT])
    travel = _day(rng, order.form)
    extra = _flight(order, rng, carrier, start, end).model_copy(update={"travel_date": travel})
    gross = _air_fare(rng, start, end, extra.seat_class or "Y")
    issue = _Issue(order, start.province, carrier)
    return (_air_e if order.form is Form.AIR_E else _air_paper)(rng, extra, gross, issue)


def _day(rng: Random, form: Form) -> datetime.date:
    first, last = _E_TICKETS if form.is_digital else _PAPER_TICKETS
    return first + datetime.timedelta(days=rng.randint(0, (last - first).days))


def _ride(rng: Random, lines: Sequence[Line]) -> _Ride:
    line = rng.choice(lines)
    start, end = rng.sample(line.stops, 2)
    km = abs(end.km - start.km)
    letter = rng.choice("GGGDC" if line.fast else "KKTZ")
    classes = _FAST["D" if letter in "DC" else "G"] if line.fast else _SLOW
    seat_class, rate = rng.choice(classes)
    fare = max(Decimal(math.ceil(km * rate * 2)) / 2, Decimal("6"))
    return _Ride(
        start,
        end,
        f"{letter}{rng.randint(1, 9999 if letter != 'Z' else 399)}",
        seat_class,
        _seat(rng, seat_class),
        fare.quantize(CENT),
    )


def _seat(rng: Random, seat_class: str) -> str:
    car = f"{rng.randint(1, 16):02d}车"
    if seat_class in _COLUMNS:
        if seat_class == "二等座" and rng.random() < 0.06:
            return f"{car}无座"
        return f"{car}{rng.randint(1, 18):02d}{rng.choice(_COLUMNS[seat_class])}号"
    berth = {"硬卧": ("上铺", "中铺", "下铺"), "软卧": ("上铺", "下铺")}.get(seat_class, ("",))
    if seat_class == "硬座":
        return f"{car}{rng.randint(1, 118):03d}号"
    return f"{car}{rng.randint(1, 20):02d}号{rng.choice(berth)}"


def _traveller(order: Order, rng: Random) -> dict[str, str]:
    """A name, and an identity number masked as tickets mask it, so that it is nobody's."""
    area = rng.choice(order.words.regions).area
    birth = rng.randint(1958, 2005)
    return {
        "traveller": order.words.person(rng),
        "traveller_id": f"{area}{birth}****{numbers.digits(rng, 3)}{rng.choice('0123456789X')}",
    }


def _boarding(order: Order, rng: Random, ride: _Ride, travel: datetime.date) -> Extra:
    return Extra(
        departure=ride.start.name,
        destination=ride.end.name,
        travel_date=travel,
        departure_time=f"{rng.randint(6, 22):02d}:{rng.randint(0, 59):02d}",
        trip_no=ride.train,
        seat=ride.seat,
        seat_class=ride.seat_class,
        **_traveller(order, rng),
    )


def _pinyin(ride: _Ride) -> dict[str, str]:
    return {"from": ride.start.pinyin, "to": ride.end.pinyin}


def _rail_e(order: Order, rng: Random, ride: _Ride) -> Truth:
    travel = _day(rng, Form.RAIL_E)
    date = travel + datetime.timedelta(days=rng.choice((0, 1, 1, 2, 5, 8, 21, 40)))
    office = numbers.digits(rng, 4)
    number = f"{date:%y}{ride.start.province}91{office}0{rng.randrange(10**5, 10**7):09d}"
    refunded = rng.random() < _REFUNDS
    total = _share(ride.fare, Decimal("0.2")) if refunded else ride.fare
    extra = _boarding(order, rng, ride, travel)
    payload = numbers.qr_payload(Form.RAIL_E, None, number, total, date, None).rstrip(",")
    ticket = f"{office}0{numbers.digits(rng, 16)}{travel.year}"
    return Truth(
        form=Form.RAIL_E,
        seed=order.seed,
        number=number,
        date=date,
        total=total,
        buyer=order.buyer or _buyer(order, rng, extra.traveller or ""),
        category="TRAVEL_RAIL",
        extra=extra.model_copy(update={"qr": payload, "qr_crc": "ok", "ticket_no": ticket}),
        face=Face(
            bureau=places().bureaus[ride.start.province],
            details=_pinyin(ride) | {"price": "退票费" if refunded else "票价"},
        ),
    )


def _share(fare: Decimal, share: Decimal) -> Decimal:
    """A fee of that share of the fare, in steps of half a yuan, two yuan at least."""
    fee = (fare * share * 2).quantize(Decimal(1), ROUND_HALF_UP) / 2
    return max(fee, Decimal(2)).quantize(CENT)


def _buyer(order: Order, rng: Random, traveller: str) -> Party:
    """A company, or the traveller in person."""
    return Party(name=traveller) if rng.random() < 0.15 else order.words.any_company(rng)


def _rail_paper(order: Order, rng: Random, ride: _Ride) -> Truth:
    words = places()
    travel = _day(rng, Form.RAIL_PAPER)
    serial = f"{rng.choice('ABCDEFGHJKLMNPRTUVXZ')}{numbers.digits(rng, 6)}"
    # newer rolls put a letter and two digits before the serial
    roll = f"{rng.choice('ZNWX')}{numbers.digits(rng, 2)}" if rng.random() < 0.3 else ""
    needed = travel < _WITHOUT_TICKET
    note = rng.choice([n for n in words.ticket_notes if ("报销" in n) != needed])
    line = f"{numbers.digits(rng, 5)}{numbers.digits(rng, 3)}{travel:%m%d}{numbers.digits(rng, 2)}"
    details = _pinyin(ride) | {
        "paper": rng.choice(("blue", "blue", "pink")),
        "note": note,
        "mark": rng.choice(words.ticket_marks),
        "gate": rng.choice(("", f"检票:{rng.randint(1, 28)}{rng.choice(('', 'A', 'B'))}")),
        "sold": f"{ride.start.name}售",
    }
    extra = _boarding(order, rng, ride, travel)
    opaque = numbers.digits(rng, 360)
    return Truth(
        form=Form.RAIL_PAPER,
        seed=order.seed,
        number=roll + serial,
        date=travel,
        total=_share(ride.fare, Decimal("0.2")) if "退票费" in note else ride.fare,
        category="TRAVEL_RAIL",
        extra=extra.model_copy(update={"qr": opaque, "ticket_no": line + serial}),
        face=_paper_face(rng, details),
    )


def _paper_face(rng: Random, details: dict[str, str]) -> Face:
    return Face(
        ink=rng.choice((_BLACK, _BLACK, _DARK)),
        shift=(rng.uniform(-0.6, 0.6), rng.uniform(-0.5, 0.4)),
        details=details,
    )


@dataclass(frozen=True, slots=True)
class _Issue:
    """Who issues an itinerary, in which province, and for what order."""

    order: Order
    province: str
    carrier: Airline


def _flight(order: Order, rng: Random, carrier: Airline, start: Airport, end: Airport) -> Extra:
    cabin, _ = rng.choice(_CABINS)
    return Extra(
        departure=start.name,
        destination=end.name,
        departure_time=f"{rng.randint(6, 22):02d}:{rng.randrange(0, 60, 5):02d}",
        trip_no=f"{carrier.code}{rng.randint(100, 9899)}",
        seat_class=cabin,
        ticket_no=carrier.prefix + numbers.digits(rng, 10),
        **_traveller(order, rng),
    )


def _distance(start: Airport, end: Airport) -> float:
    """Kilometres, near enough for a price."""
    north = (start.north - end.north) * 111
    east = (start.east - end.east) * 111 * math.cos(math.radians((start.north + end.north) / 2))
    return math.hypot(north, east)


def _air_fare(rng: Random, start: Airport, end: Airport, cabin: str) -> Decimal:
    """The price with tax, in steps of ten yuan, by distance and cabin."""
    full = 320 + 0.85 * _distance(start, end)
    price = full * dict(_CABINS)[cabin] * rng.uniform(0.85, 1.0)
    return Decimal(round(price / 10) * 10)


def _air_e(rng: Random, extra: Extra, gross: Decimal, issue: _Issue) -> Truth:
    """Fare and fuel surcharge are printed before tax, and their tax by itself (domain.md 0.1)."""
    date = (extra.travel_date or _E_TICKETS[0]) + datetime.timedelta(
        days=rng.choice((-6, -2, 1, 3))
    )
    number = f"{date:%y}{issue.province}8{rng.randrange(10**6, 10**9):015d}"
    fuel_gross = Decimal(rng.choice((10, 20, 20, 40)))
    fare, fuel = (_cents(part / Decimal("1.09")) for part in (gross, fuel_gross))
    tax = gross + fuel_gross - fare - fuel
    fund = Decimal(rng.choice((50, 50, 50, 0)))
    total = gross + fuel_gross + fund
    payload = numbers.qr_payload(Form.AIR_E, None, number, total, date, None)
    details = _air_details(rng) | {
        "fare": f"{fare:.2f}",
        "fuel": f"{fuel:.2f}",
        "fund": f"{fund:.2f}",
        "prefix": issue.carrier.short,
    }
    return Truth(
        form=Form.AIR_E,
        seed=issue.order.seed,
        number=number,
        date=date,
        tax=tax.quantize(CENT),
        total=total.quantize(CENT),
        buyer=issue.order.buyer or _buyer(issue.order, rng, extra.traveller or ""),
        seller=Party(name=issue.carrier.name),
        category="TRAVEL_AIR",
        extra=extra.model_copy(update={"qr": payload, "qr_crc": "ok"}),
        face=Face(bureau=places().bureaus[issue.province], details=details),
    )


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def _air_details(rng: Random) -> dict[str, str]:
    return {
        "endorsement": rng.choice(places().endorsements),
        "check": numbers.digits(rng, 4),
        "agent": f"{rng.choice(('PEK', 'SHA', 'CAN', 'CTU'))}{numbers.digits(rng, 3)}",
        "iata": f"08{numbers.digits(rng, 6)}",
        "insurance": rng.choice(("XXX", "XXX", "0.00")),
        "baggage": rng.choice(("20K", "20K", "20KG", "30K")),
        "reference": "".join(rng.choice("BCDFGHJKMNPQRTVWXY0123456789") for _ in range(6)),
    }


def _air_paper(rng: Random, extra: Extra, gross: Decimal, issue: _Issue) -> Truth:
    """The paper itinerary prints prices with tax and says nothing of tax."""
    travel = extra.travel_date or _PAPER_TICKETS[0]
    fuel = Decimal(rng.choice((0, 10, 20, 50, 60, 140)))
    fund = Decimal(50)
    words = issue.order.words
    region = rng.choice(words.regions)
    agency = words.company(rng, region, rng.choice(places(kept=issue.order.kept).agencies))
    issuer = Party(name=issue.carrier.name) if rng.random() < 0.3 else Party(name=agency.name)
    details = _air_details(rng) | {
        "fare": f"{gross:.2f}",
        "fuel": f"{fuel:.2f}" if fuel else "EXEMPT",
        "fund": f"{fund:.2f}",
        "prefix": issue.carrier.short,
    }
    return Truth(
        form=Form.AIR_PAPER,
        seed=issue.order.seed,
        number=numbers.digits(rng, 11),
        date=travel + datetime.timedelta(days=rng.choice((-9, -3, -1, 0, 2, 6))),
        total=(gross + fuel + fund).quantize(CENT),
        seller=issuer,
        category="TRAVEL_AIR",
        extra=extra,
        face=_paper_face(rng, details).model_copy(
            update={"ink": rng.choice((_BLACK, _DARK, _BLUE)), "bureau": region.bureau}
        ),
    )
