"""One fault for each rule, put into an invoice that has none.

A planter gets a clean invoice and changes as little as makes the fault; it gives None where the
invoice cannot have it. Planters know what the rule is for (domain.md 8), not how it looks for it.
"""

from collections.abc import Mapping

from benchmarks.planters import content, identity, money
from benchmarks.planters.base import Planter, Plot

PLANTERS: Mapping[str, Planter] = {**identity.PLANTERS, **money.PLANTERS, **content.PLANTERS}
"""By rule id. Rules that need claims, ledgers or a history have none here."""

__all__ = ["PLANTERS", "Planter", "Plot"]
