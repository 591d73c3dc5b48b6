"""What the rules may know besides the invoice: today, whose invoices these are, what is kept.

None always means that nobody said or looked: the rules that need it are then not evaluated.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from models.claim import Claim
from models.portal import PortalAnswer
from models.related import Related
from models.verdicts import SourceVerdict
from validate.policy import Entity, Policy

__all__ = ["Calendar", "Context", "Entity", "Policy", "Seen"]


class Seen(Protocol):
    """Where invoices are already kept, by invoice key; any `Mapping[str, str]` will do."""

    def get(self, key: str, /) -> str | None:
        """Where the invoice with this key is kept, as a person would look it up, or None.

        The caller leaves out the very invoice that is being checked.
        """


class Calendar(Protocol):
    """Which days are worked in China; `validate.StatutoryCalendar` is one."""

    def is_workday(self, day: datetime.date, /) -> bool | None:
        """Whether the day is worked; None where the arrangement of its year is not known."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the shell hands in. `seen` None means there is nothing to compare with, and the
    duplicate rule is then not evaluated; an empty mapping means nothing is kept yet.

    Where no `entities` or `staff` are given, those of the policy are taken. `categories` (id ->
    Chinese, English) and `people` (who handed in -> name) are what messages call them; one that is
    not there goes by its id.
    """

    today: datetime.date
    entities: tuple[Entity, ...] = ()
    seen: Seen | Mapping[str, str] | None = None
    policy: Policy = field(default_factory=Policy)
    claim: Claim | None = None
    related: Related | None = None
    record: SourceVerdict | None = None
    portal: PortalAnswer | None = None
    staff: frozenset[str] | None = None
    calendar: Calendar | None = None
    categories: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.entities and self.policy.entities:
            object.__setattr__(self, "entities", self.policy.entities)
        if self.staff is None and self.policy.staff:
            object.__setattr__(self, "staff", frozenset(self.policy.staff))

    def category_called(self, category: str) -> tuple[str, str]:
        """What a category is called, in Chinese and in English."""
        return self.categories.get(category, (category, category))
