"""Invoices → findings. The door is `check`; `decide` alone says what becomes of an invoice."""

from validate.calendars import StatutoryCalendar
from validate.context import Calendar, Context, Seen
from validate.decide import decide, unconfirmed
from validate.documents import check_document
from validate.eligibility import eligibility
from validate.engine import check, ruleset
from validate.facts import is_rendition
from validate.policy import Entity, Policy
from validate.registry import Rule, Spec
from validate.rules import ALL
from validate.typed import Hint, Typed, check_fields


def rules() -> tuple[Rule, ...]:
    """Every rule, in the order it is evaluated; the rule table of the docs is made from it."""
    return ALL


__all__ = [
    "Calendar",
    "Context",
    "Entity",
    "Hint",
    "Policy",
    "Rule",
    "Seen",
    "Spec",
    "StatutoryCalendar",
    "Typed",
    "check",
    "check_document",
    "check_fields",
    "decide",
    "eligibility",
    "is_rendition",
    "rules",
    "ruleset",
    "unconfirmed",
]
