"""One fault for each rule, put into an invoice that has none.

A planter gets a clean invoice and changes as little as makes the fault; it gives None where the
invoice cannot have it. Planters know what the rule is for (domain.md 8), not how it looks for it.
"""

from collections.abc import Mapping

from benchmarks.planters import beside, content, identity, money
from benchmarks.planters.base import Planter, Plot

PLANTERS: Mapping[str, Planter] = {
    **identity.PLANTERS,
    **money.PLANTERS,
    **content.PLANTERS,
    **beside.PLANTERS,
}
"""By rule id; every rule has one."""

__all__ = ["PLANTERS", "Planter", "Plot"]
