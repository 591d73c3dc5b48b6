"""The vocabulary the classifier scores with, from `categories.json` (domain.md 3.6 and 9)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from pydantic import Field, TypeAdapter

from models.record import Record
from models.text import squash


class Category(Record):
    """An expense category.

    `short_names` are the goods-and-services names printed between asterisks, with how strongly
    each speaks for this category, 0 to 1. `phrases` are whole item texts, `keywords` parts of
    them; `sellers` is a regular expression over the seller's name. `types`, `forms` and
    `special_business` name kinds of document that stand for the category by themselves.
    """

    id: str
    name: str
    account: str
    types: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    special_business: tuple[str, ...] = ()
    short_names: dict[str, float] = Field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    sellers: str = ""


class _File(Record):
    version: int
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The categories, and the same facts turned round for looking up."""

    categories: tuple[Category, ...]
    short_names: Mapping[str, Mapping[str, float]]
    phrases: Mapping[str, tuple[str, ...]]
    keywords: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, tuple[str, ...]]
    special_business: Mapping[str, tuple[str, ...]]
    sellers: tuple[tuple[str, re.Pattern[str]], ...]
    keyword_pattern: re.Pattern[str]
    """Any keyword; of those that begin at one place the longest, so that 充电费 is not 电费."""

    def name(self, category: str) -> str:
        """The Chinese name of a category; a company's own category is its own name."""
        return next((known.name for known in self.categories if known.id == category), category)


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary shipped with this room, read once."""
    text = files("classify").joinpath("categories.json").read_text("utf-8")
    return index(TypeAdapter(_File).validate_json(text).categories)


def index(categories: tuple[Category, ...]) -> Vocabulary:
    """Turn categories round for looking up."""
    keywords = _turn({c.id: c.keywords for c in categories})
    longest_first = sorted(keywords, key=lambda word: (-len(word), word))
    short_names: dict[str, dict[str, float]] = {}
    for category in categories:
        for name, weight in category.short_names.items():
            short_names.setdefault(name, {})[category.id] = weight
    return Vocabulary(
        categories=categories,
        short_names=short_names,
        phrases=_turn({c.id: c.phrases for c in categories}),
        keywords=keywords,
        kinds=_turn({c.id: (*c.types, *c.forms) for c in categories}),
        special_business=_turn({c.id: c.special_business for c in categories}),
        sellers=tuple((c.id, re.compile(c.sellers)) for c in categories if c.sellers),
        keyword_pattern=re.compile("|".join(map(re.escape, longest_first))),
    )


def _turn(texts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """From category -> texts to text -> categories."""
    turned: dict[str, tuple[str, ...]] = {}
    for category, several in texts.items():
        for text in several:
            turned[squash(text)] = (*turned.get(squash(text), ()), category)
    return turned
