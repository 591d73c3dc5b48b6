"""The words the category classifier is trained on and measured with, and which part has which.

The parts share no item text, no seller's ending and no brand; the tests share no layout of a line
with the training either. What is split are groups (all ways to say 咖啡 are one), by a hash of
their names, so that nobody chose which groups are tested.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from typing import TypeVar

from pydantic import TypeAdapter

from classify.vocabulary import vocabulary
from models.record import Record
from models.text import squash
from synth.vocabulary import vocabulary as invented

_T = TypeVar("_T")

NOTHING = "-"
"""In the data files: texts and sellers that say nothing, and items without a short name."""
_ITEM_FILES = ("items-travel.txt", "items-office.txt", "items-goods.txt", "items-none.txt")
_MORE = "items-more.txt"
_SURE_NAME = 0.6
_CAR_INSURANCE = ("机动车商业保险", "机动车交通事故责任强制保险")
"""synth books them as insurance; domain.md 9 says they belong to the car."""


class Part(StrEnum):
    """What a group is used for."""

    TRAINING = "training"
    CALIBRATION = "calibration"
    TEST = "test"
    KEPT = "kept"
    """Another test: the words synth keeps back for benchmarks, which other people wrote."""


@dataclass(frozen=True, slots=True)
class Group:
    """Item texts that belong together. `shorts` are short names, "" for none."""

    category: str
    name: str
    shorts: tuple[str, ...]
    texts: tuple[str, ...]


class Shape(Record):
    """How invoices of a category look: tax rates as printed, amounts of a line, forms."""

    rates: tuple[str, ...]
    low: float
    high: float
    forms: tuple[str, ...]


class Making(Record):
    """making.json."""

    shapes: dict[str, Shape]
    training_brands: tuple[str, ...]
    test_brands: tuple[str, ...]
    training_places: tuple[str, ...]
    test_places: tuple[str, ...]
    layouts: dict[str, tuple[str, ...]]
    specs: dict[str, tuple[str, ...]]
    months: dict[str, tuple[str, ...]]
    misread: dict[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """What one part may use. `endings` of sellers' names by category; `also` as in sellers.txt."""

    part: Part
    groups: dict[str, tuple[Group, ...]]
    endings: dict[str, tuple[str, ...]]
    also: dict[str, tuple[str, ...]]
    brands: tuple[str, ...]
    places: tuple[str, ...]
    layouts: tuple[str, ...]
    specs: tuple[str, ...]
    months: tuple[str, ...]


@lru_cache(maxsize=1)
def making() -> Making:
    """What documents are made of besides items and sellers."""
    return TypeAdapter(Making).validate_json(_read("making.json"))


@lru_cache(maxsize=4)
def words(part: Part) -> Words:
    """The words of one part; no item text and no ending of another part is among them."""
    groups, endings = _parts()[part]
    made, test = making(), part in (Part.TEST, Part.KEPT)
    style = "test" if test else "training"
    cut = len(made.training_brands) * 3 // 4
    brands = made.training_brands[:cut] if part is Part.TRAINING else made.training_brands[cut:]
    return Words(
        part=part,
        groups=groups,
        endings=endings,
        also=_sellers()[1],
        brands=made.test_brands if test else brands,
        places=made.test_places if test else made.training_places,
        layouts=made.layouts[style],
        specs=made.specs[style],
        months=made.months[style],
    )


_Groups = dict[str, tuple[Group, ...]]
_Endings = dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _parts() -> dict[Part, tuple[_Groups, _Endings]]:
    """Groups and endings of every part; what an earlier part has is taken out of the later."""
    items, endings = _item_groups(*_ITEM_FILES), _sellers()[0]
    taken: set[str] = set()
    parts: dict[Part, tuple[_Groups, _Endings]] = {}
    for part in Part:
        groups = {name: _of_part(several, part, _group_name) for name, several in items.items()}
        ends = {name: _of_part(several, part, str) for name, several in endings.items()}
        if part is Part.TRAINING:
            groups, ends = _joined(groups, _known()), _joined(ends, _invented_endings(kept=False))
        if part is Part.KEPT:
            groups, ends = _invented_groups(kept=True), _invented_endings(kept=True)
            ends[NOTHING] = parts[Part.TEST][1][NOTHING]
        groups = {name: _without(several, taken) for name, several in groups.items()}
        ends = {
            name: tuple(end for end in several if part is Part.KEPT or squash(end) not in taken)
            for name, several in ends.items()
        }
        taken |= {squash(t) for several in groups.values() for g in several for t in g.texts}
        taken |= {squash(end) for several in ends.values() for end in several}
        parts[part] = (
            {name: several for name, several in groups.items() if several},
            {name: several for name, several in ends.items() if several},
        )
    return parts


def _of_part(several: tuple[_T, ...], part: Part, name: Callable[[_T], str]) -> tuple[_T, ...]:
    """Those of a part: of the groups of a category a fifth is tested, a seventh calibrates."""
    ordered = sorted(several, key=lambda one: blake2b(name(one).encode()).digest())
    tested, calibrates = round(len(ordered) / 5), max(1, round(len(ordered) / 7))
    ranges = {
        Part.TEST: (0, tested),
        Part.CALIBRATION: (tested, tested + calibrates),
        Part.TRAINING: (tested + calibrates, len(ordered)),
        Part.KEPT: (0, 0),
    }
    begin, end = ranges[part]
    return tuple(ordered[begin:end])


def _group_name(group: Group) -> str:
    return f"{group.category}/{group.name}"


def _without(several: tuple[Group, ...], taken: set[str]) -> tuple[Group, ...]:
    left = (
        replace(group, texts=tuple(text for text in group.texts if squash(text) not in taken))
        for group in several
    )
    return tuple(group for group in left if group.texts)


def _joined(
    first: dict[str, tuple[_T, ...]], second: dict[str, tuple[_T, ...]]
) -> dict[str, tuple[_T, ...]]:
    return {name: (*first.get(name, ()), *second.get(name, ())) for name in {**first, **second}}


def _known() -> _Groups:
    """The vocabulary of the rules, of synth and of items-more.txt: for training only."""
    by_rules: _Groups = {}
    for category in vocabulary().categories:
        groups = [
            Group(category.id, f"rules-{n}", (phrase.split("*")[1],), (phrase.split("*")[2],))
            for n, phrase in enumerate(category.phrases)
        ]
        bare = tuple(word for word in category.keywords if len(word) > 1)
        groups.append(Group(category.id, "rules-bare", ("",), bare))
        # names of goods and services are a closed, public list: all of them may be known
        groups += [
            Group(category.id, f"short-{name}", (name,), (name,))
            for name, weight in category.short_names.items()
            if weight >= _SURE_NAME
        ]
        by_rules[category.id] = tuple(groups)
    return _joined(_joined(by_rules, _item_groups(_MORE)), _invented_groups(kept=False))


def _invented_groups(*, kept: bool) -> _Groups:
    found: dict[str, list[Group]] = {}
    for n, trade in enumerate(invented(kept=kept).trades):
        shorts: dict[str, list[str]] = {}
        for item in trade.items:
            if item.name not in _CAR_INSURANCE:
                shorts.setdefault(item.short, []).append(item.name)
        found.setdefault(trade.category, []).extend(
            Group(trade.category, f"synth-{n}-{short}", (short,), tuple(texts))
            for short, texts in shorts.items()
        )
    return {name: tuple(several) for name, several in found.items()}


def _invented_endings(*, kept: bool) -> _Endings:
    found: dict[str, tuple[str, ...]] = {}
    for trade in invented(kept=kept).trades:
        found[trade.category] = (*found.get(trade.category, ()), *trade.suffixes)
    return found


def _item_groups(*names: str) -> _Groups:
    found: dict[str, list[Group]] = {}
    category = NOTHING
    for name in names:
        for line in _lines(name):
            if line.startswith("["):
                category = line.strip("[]")
                continue
            group, shorts, texts = (part.strip() for part in line.split("|"))
            names = tuple("" if short == NOTHING else short for short in shorts.split(","))
            found.setdefault(category, []).append(
                Group(category, group, names, tuple(texts.split()))
            )
    return {name: tuple(several) for name, several in found.items()}


@lru_cache(maxsize=1)
def _sellers() -> tuple[_Endings, _Endings]:
    endings: dict[str, tuple[str, ...]] = {}
    also: dict[str, tuple[str, ...]] = {}
    category = NOTHING
    for line in _lines("sellers.txt"):
        if line.startswith("["):
            category = line.strip("[]")
        elif line.startswith("@"):
            also[category] = tuple(line[1:].split())
        else:
            endings[category] = (*endings.get(category, ()), *line.split())
    return endings, also


def _lines(name: str) -> list[str]:
    lines = (line.strip() for line in _read(name).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _read(name: str) -> str:
    return files("piaohe.learning").joinpath("data", name).read_text("utf-8")
