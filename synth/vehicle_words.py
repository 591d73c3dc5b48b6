"""Invented makers and models, and the numbers vehicles have: VIN, engine, plate."""

from functools import cache
from importlib import resources
from random import Random

from models.record import Record
from synth import numbers

_VIN_VALUES = dict(
    zip(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        map(int, "012345678912345678123457923456789"),
        strict=True,
    )
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_MODEL_YEARS = "123456789ABCDEFGHJKLMNPRSTVWXY"  # from 2001
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Maker(Record):
    """An invented maker: letters of its models, first three of its VINs, where it builds."""

    name: str
    letters: str
    wmi: str
    place: str
    imported: bool = False


class VehicleType(Record):
    """A type of vehicle: first figure of its models, price between `low` and `high` yuan."""

    name: str
    figure: str
    low: int
    high: int
    seats: tuple[int, ...]
    tonnage: tuple[str, ...] = ()
    electric: bool = False


class VehicleWords(Record):
    """The whole of vehicles.json."""

    makers: tuple[Maker, ...]
    kept_makers: tuple[Maker, ...]
    types: tuple[VehicleType, ...]
    used_types: tuple[str, ...]
    dealer_suffixes: tuple[str, ...]
    market_suffixes: tuple[str, ...]
    broker_suffixes: tuple[str, ...]
    printers: tuple[str, ...]
    plates: dict[str, str]


@cache
def vehicle_words() -> VehicleWords:
    """The words, read once."""
    text = resources.files("synth").joinpath("vehicles.json").read_text("utf-8")
    return VehicleWords.model_validate_json(text)


def vin(rng: Random, maker: Maker, year: int) -> str:
    """A VIN whose ninth character is its check digit and whose tenth is the model year."""
    body = maker.wmi + "".join(rng.choice(_VIN_LETTERS + "123456789") for _ in range(5))
    tail = _MODEL_YEARS[year - 2001] + rng.choice(_VIN_LETTERS) + numbers.digits(rng, 6)
    return f"{body}{vin_check_digit(body + '0' + tail)}{tail}"


def vin_check_digit(number: str) -> str:
    """The ninth character of a 17-character VIN (GB 16735). KeyError for I, O and Q."""
    total = sum(
        _VIN_VALUES[char] * weight for char, weight in zip(number, _VIN_WEIGHTS, strict=True)
    )
    return "0123456789X"[total % 11]


def engine(rng: Random, kind: VehicleType) -> str:
    """An engine's number, or the model and number of an electric motor."""
    if kind.electric:
        return f"TZ{rng.choice((200, 220, 230))}XS{rng.choice('ABCD')}{numbers.digits(rng, 7)}"
    letter = rng.choice(PLATE_LETTERS)
    return rng.choice(
        (
            numbers.digits(rng, 8),
            f"{letter}{numbers.digits(rng, 6)}",
            f"{letter}{rng.randint(1, 4)}{rng.choice('TGN')}{numbers.digits(rng, 7)}",
        )
    )


def model(rng: Random, maker: Maker, figure: str) -> str:
    """A model as 公告 lists it: brand, letters of the maker, four figures, letters."""
    tail = "".join(rng.choice(_VIN_LETTERS) for _ in range(rng.randint(2, 4)))
    return (
        f"{maker.name}牌{maker.letters}{figure}{numbers.digits(rng, 3)}{tail}{rng.choice('123456')}"
    )


def plate(rng: Random, region: str) -> str:
    """A plate of a region of the vocabulary. KeyError for another."""
    tail = "".join(rng.choice("0123456789" + PLATE_LETTERS.replace("I", "")) for _ in range(2))
    letter = rng.choice("ABCDEF")
    return f"{vehicle_words().plates[region]}{letter}{tail}{numbers.digits(rng, 3)}"
