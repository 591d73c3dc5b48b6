"""Stations, airports and the words tickets are made of; the airlines in places.json are invented.

Stations, airports and tax offices are real, because names, pinyin and provinces must agree.
"""

from functools import cache
from importlib import resources
from typing import NamedTuple

from models.record import Record


class Stop(NamedTuple):
    """A station: name, pinyin, province (digits 3 and 4 of an invoice number), km on the line."""

    name: str
    pinyin: str
    province: str
    km: int


class Line(Record):
    """A railway line; on `fast` ones run trains with seats only."""

    fast: bool
    stops: tuple[Stop, ...]


class Airport(NamedTuple):
    """An airport: city and name, IATA code, province, degrees north and east, terminal."""

    name: str
    code: str
    province: str
    north: float
    east: float
    terminal: str


class Airline(Record):
    """A carrier: its flight code and the first three digits of its ticket numbers."""

    name: str
    short: str
    code: str
    prefix: str


class Places(Record):
    """The whole of places.json; what is `kept` is drawn from for the benchmark alone."""

    bureaus: dict[str, str]
    lines: tuple[Line, ...]
    kept_lines: tuple[Line, ...]
    airports: tuple[Airport, ...]
    kept_airports: tuple[Airport, ...]
    airlines: tuple[Airline, ...]
    kept_airlines: tuple[Airline, ...]
    agencies: tuple[str, ...]
    kept_agencies: tuple[str, ...]
    ticket_marks: tuple[str, ...]
    ticket_notes: tuple[str, ...]
    endorsements: tuple[str, ...]


@cache
def places(*, kept: bool = False) -> Places:
    """The places, read once; with `kept` those kept back for the benchmark stand in their stead."""
    text = resources.files("synth").joinpath("places.json").read_text("utf-8")
    words = Places.model_validate_json(text)
    if not kept:
        return words
    return words.model_copy(
        update={
            "lines": words.kept_lines,
            "airports": words.kept_airports,
            "airlines": words.kept_airlines,
            "agencies": words.kept_agencies,
        }
    )
