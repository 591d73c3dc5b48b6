"""The fixed evaluation set that ships, and how well a classifier does on any set.

    python -m piaohe.learning.evaluation --out piaohe/learning/data/evaluation.jsonl

makes the set: invoices of words no training has seen (the test part of `category_words`), a line
each. The same seed gives the same file.
"""

import argparse
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import classify
from classify.habits import HabitLayer
from classify.model import Model
from models.invoice import Invoice
from models.record import Record
from piaohe.store.corrections import example_of

_SEED, _EACH = 20261123, 12
_FILE = "evaluation.jsonl"


class Known(Record):
    """An invoice whose category is known; "" is "cannot be told"."""

    category: str
    invoice: Invoice


class Figures(Record):
    """How well a classifier does. Shares of 0 to 1; nothing measured is 1, 1 and 0.

    `right`: the first guess, among those that have a category; `decided`: among the same;
    `wrong`: among those decided, whether they have a category or not.
    """

    documents: int
    right: float
    decided: float
    wrong: float


@lru_cache(maxsize=1)
def fixed_set() -> tuple[Known, ...]:
    """The set that ships."""
    text = files("piaohe.learning").joinpath("data", _FILE).read_text("utf-8")
    return tuple(Known.model_validate_json(line) for line in text.splitlines())


def make(seed: int = _SEED, each: int = _EACH) -> tuple[Known, ...]:
    """The set, drawn anew. Needs what training needs."""
    from piaohe.learning.category_documents import examples
    from piaohe.learning.category_words import Part, words

    return tuple(
        Known(category=one.category, invoice=example_of(one.invoice))
        for one in examples(words(Part.TEST), each, seed)
    )


def written(known: Iterable[Known]) -> str:
    """The set as a file."""
    return "".join(one.model_dump_json(exclude_defaults=True) + "\n" for one in known)


def measure(known: Sequence[Known], model: Model, habits: HabitLayer | None) -> Figures:
    """How well the model, with or without habits, does on a set."""
    labels = [classify.label(one.invoice, model, habits) for one in known]
    pairs = list(zip(known, labels, strict=True))
    told = [(one, label) for one, label in pairs if one.category]
    decided = [(one, label) for one, label in pairs if label.category is not None]
    right = sum(label.alternatives[0].category == one.category for one, label in told)
    wrong = sum(label.category != one.category for one, label in decided)
    return Figures(
        documents=len(known),
        right=right / len(told) if told else 1.0,
        decided=sum(label.category is not None for _, label in told) / len(told) if told else 1.0,
        wrong=wrong / len(decided) if decided else 0.0,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the set."""
    parser = argparse.ArgumentParser(prog="python -m piaohe.learning.evaluation")
    parser.add_argument("--out", type=Path, required=True, help="the file to write (.jsonl)")
    parser.add_argument("--seed", type=int, default=_SEED)
    options = parser.parse_args(arguments)
    known = make(options.seed)
    options.out.write_text(written(known), "utf-8")
    print(f"{options.out}: {len(known)} invoices")


if __name__ == "__main__":
    main()
