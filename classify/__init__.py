"""Invoice → expense category, with a reason, or "don't know". The door is `label`."""

from classify.verdict import Label, label
from classify.vocabulary import Category, vocabulary


def categories() -> tuple[Category, ...]:
    """Every category with its Chinese name and default account, in the order of domain.md 9."""
    return vocabulary().categories


__all__ = ["Category", "Label", "categories", "label"]
