"""The habit experiment: a company corrects 50 documents; is its habit followed, and what is lost?

Corrections and the documents measured afterwards have no seller, brand or layout in common; of
the item texts half were never corrected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import classify
from classify.habits import HabitLayer, habits_of, learn
from classify.model import shipped
from piaohe.learning.category_documents import Example, examples, of_group
from piaohe.learning.category_words import Group, Part, words

_CORRECTIONS, _MEASURED, _SEED = 50, 200, 11
HABITS = (
    ("MEAL", "coffee", "WELFARE"),
    ("MEAL", "takeaway", "WELFARE"),
    ("OFFICE", "toner", "IT_HW"),
    ("HOTEL", "longstay", "RENT"),
    ("TAXI", "chauffeur", "WELFARE"),
    ("RENT", "equipment", "MATERIAL"),
    ("MATERIAL", "chemical", "研发耗材"),
    ("IT_SVC", "cloud", "云资源费"),
    ("TRAIN_EDU", "books", "OFFICE"),
    ("FUEL", "evcharge", "新能源车费"),
)
"""What the model calls it, the group of items, what this company books it as."""
SUPPLIERS = (("瑞澜综合服务有限公司", "外协加工"), ("沣岸商务服务有限公司", "WELFARE"))
"""Sellers of everything, and what this company books whatever they sell as."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Parts of the documents: habit followed on known and on new item texts, and the rest."""

    known: float
    new: float
    decided: float
    before: float
    after: float


def follow(category: str, group: str, booked: str, rest: Sequence[Example]) -> Followed:
    """Teach one habit and measure it, and the top-1 of `rest` before and after."""
    every = [g for part in Part for g in words(part).groups.get(category, ())]
    (found,) = (g for g in every if g.name == group)
    taught = replace(found, texts=found.texts[::2])
    corrections = of_group(words(Part.TRAINING), taught, _CORRECTIONS, _SEED)
    layer = learn([h for e in corrections for h in habits_of(e.invoice, booked)], shipped())
    others = [e for e in rest if e.category and group not in e.groups]
    known = _booked(taught, booked, layer)
    new = _booked(replace(found, texts=found.texts[1::2]), booked, layer)
    return Followed(known[0], new[0], known[1], _right(others, None), _right(others, layer))


def follow_supplier(seller: str, booked: str, rest: Sequence[Example]) -> Followed:
    """Teach that whatever one seller sells is booked alike; measured on texts never corrected."""
    rng = Random(_SEED)
    taught, asked = (
        [
            each.invoice.model_copy(update={"seller_name": seller})
            for each in examples(words(part), 8, _SEED)
            if each.category and each.invoice.items
        ]
        for part in (Part.TRAINING, Part.TEST)
    )
    corrected = rng.sample(taught, _CORRECTIONS)
    layer = learn([h for one in corrected for h in habits_of(one, booked)], shipped())
    known, new = (
        [classify.label(one, habits=layer) for one in some] for some in (corrected, asked)
    )
    return Followed(
        known=sum(g.alternatives[0].category == booked for g in known) / len(known),
        new=sum(g.alternatives[0].category == booked for g in new) / len(new),
        decided=sum(g.category == booked for g in new) / len(new),
        before=_right([e for e in rest if e.category], None),
        after=_right([e for e in rest if e.category], layer),
    )


def habit_table(rest: Sequence[Example]) -> list[str]:
    """The experiment as a table."""
    lines = [
        f"| habit ({_CORRECTIONS} corrections) | followed, texts corrected before "
        "| followed, new texts | decided | rest before | rest after |",
        "|---|---|---|---|---|---|",
    ]
    every = [follow(*habit, rest) for habit in HABITS]
    for (category, group, booked), f in zip(HABITS, every, strict=True):
        lines.append(
            f"| {category}/{group} as {booked} | {f.known:.1%} | {f.new:.1%} "
            f"| {f.decided:.1%} | {f.before:.2%} | {f.after:.2%} |"
        )
    for seller, booked in SUPPLIERS:
        f = follow_supplier(seller, booked, rest)
        every.append(f)
        lines.append(
            f"| all from {seller} as {booked} | {f.known:.1%} | {f.new:.1%} "
            f"| {f.decided:.1%} | {f.before:.2%} | {f.after:.2%} |"
        )
    mean = [sum(getattr(f, n) for f in every) / len(every) for n in Followed.__slots__]
    lines.append("| mean | " + " | ".join(f"{value:.1%}" for value in mean) + " |")
    return lines


def _booked(group: Group, booked: str, layer: HabitLayer) -> tuple[float, float]:
    """How often the first guess, and how often the decision, is what the company books."""
    labels = [
        classify.label(example.invoice, habits=layer)
        for example in of_group(words(Part.TEST), group, _MEASURED, _SEED)
    ]
    first = sum(given.alternatives[0].category == booked for given in labels)
    return first / len(labels), sum(given.category == booked for given in labels) / len(labels)


def _right(made: Sequence[Example], layer: HabitLayer | None) -> float:
    hits = sum(
        classify.label(e.invoice, habits=layer).alternatives[0].category == e.category for e in made
    )
    return hits / max(1, len(made))
