"""Invoices → findings. The door is `check`; `decide` alone says what becomes of an invoice."""

from validate.context import Context, Entity, Policy, Seen
from validate.decide import decide, unconfirmed
from validate.engine import check
from validate.registry import Rule
from validate.rules import ALL


def rules() -> tuple[Rule, ...]:
    """Every rule, in the order it is evaluated; the rule table of the docs is made from it."""
    return ALL


__all__ = [
    "Context",
    "Entity",
    "Policy",
    "Rule",
    "Seen",
    "check",
    "decide",
    "rules",
    "unconfirmed",
]
