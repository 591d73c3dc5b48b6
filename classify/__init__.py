"""Invoice → expense category, with a reason, or "don't know". The door is `label`.

What a company's reviewers corrected is learnt by `classify.habits`, where it is booked is said by
`classify.company`; both stand on top of the model that ships (`classify.model.shipped`).
"""

from classify.company import Booking, CategoryMap, MapRule, OwnCategory
from classify.habits import Habit, HabitLayer, habits_of, learn
from classify.kind import kind, kinds
from classify.records import Alternative, Label, Share
from classify.verdict import label
from classify.vocabulary import Category, vocabulary


def categories() -> tuple[Category, ...]:
    """Every category with its Chinese name and default account, in the order of domain.md 9."""
    return vocabulary().categories


__all__ = [
    "Alternative",
    "Booking",
    "Category",
    "CategoryMap",
    "Habit",
    "HabitLayer",
    "Label",
    "MapRule",
    "OwnCategory",
    "Share",
    "categories",
    "habits_of",
    "kind",
    "kinds",
    "label",
    "learn",
]
