"""The tables and word lists of `validate/data`, read once.

They are data that a finance person can read and correct; what they mean stands in the files.
"""

import datetime
import tomllib
from functools import cache
from importlib import resources

from pydantic import Field

from models.record import Record
from models.text import squash

Fact = tuple[str, ...]
"""The printed names under any of which one fact may be stated."""


class RateWindow(Record):
    """Rates that every line could bear for some time."""

    rates: tuple[str, ...]
    first: datetime.date = Field(alias="from")
    until: datetime.date


class RateEntry(Record):
    """Which rates fit some short names; with `words` only names that hold one of them."""

    what: str
    names: frozenset[str]
    rates: tuple[str, ...]
    words: tuple[str, ...] = ()
    simple: bool = True


class RateTable(Record):
    """rates.toml."""

    since: datetime.date
    simple: tuple[str, ...]
    unjudged: frozenset[str]
    window: tuple[RateWindow, ...]
    entry: tuple[RateEntry, ...]

    def entry_for(self, short: str, rest: str) -> RateEntry | None:
        """The first entry for a short name and what follows it."""
        for entry in self.entry:
            held = not entry.words or any(word in rest for word in entry.words)
            if short in entry.names and held:
                return entry
        return None

    def allowed(self, entry: RateEntry, date: datetime.date) -> frozenset[str]:
        """The rates that fit an entry on a date."""
        windows = (w.rates for w in self.window if w.first <= date <= w.until)
        own = (*entry.rates, *(self.simple if entry.simple else ()))
        return frozenset(own).union(*windows)


class Vague(Record):
    names: frozenset[str]
    endings: tuple[str, ...]
    lists: tuple[str, ...]


class Prepaid(Record):
    short_names: frozenset[str]
    words: tuple[str, ...]


class Sensitive(Record):
    """One sort of sensitive goods: words in a name, but not where one of `unless` is in it."""

    what: str
    words: tuple[str, ...]
    short_names: frozenset[str] = frozenset()
    unless: tuple[str, ...] = ()


class ItemWords(Record):
    """items.toml."""

    vague: Vague
    prepaid: Prepaid
    sensitive: tuple[Sensitive, ...]


class BusinessNeeds(Record):
    """What a 特定业务 must state."""

    name: str
    rows: tuple[Fact, ...] = ()
    once: tuple[Fact, ...] = ()
    empty: bool = False
    line: tuple[str, ...] = ()
    units: frozenset[str] = frozenset()


class People(Record):
    """people.toml."""

    surnames: str
    compound: tuple[str, ...]
    marks: tuple[str, ...]
    not_people: tuple[str, ...]


@cache
def rate_table() -> RateTable:
    return RateTable.model_validate(_load("rates"))


@cache
def item_words() -> ItemWords:
    return ItemWords.model_validate(_load("items"))


@cache
def business_needs() -> dict[str, BusinessNeeds]:
    """By name, brackets of either width made half-width."""
    rows = (BusinessNeeds.model_validate(row) for row in _entries(_load("businesses"), "business"))
    return {squash(row.name): row for row in rows}


@cache
def people() -> People:
    return People.model_validate(_load("people"))


def _load(name: str) -> dict[str, object]:
    path = resources.files("validate").joinpath("data", f"{name}.toml")
    return tomllib.loads(path.read_text("utf-8"))


def _entries(table: dict[str, object], name: str) -> list[object]:
    rows = table.get(name)
    return rows if isinstance(rows, list) else []
