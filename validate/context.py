"""What the rules may know besides the invoice: today, whose invoices these are, what is kept."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from pydantic import Field

from models.finding import Severity
from models.record import Record


class Entity(Record):
    """A company of our own, under whose name invoices may be made out."""

    name: str
    tax_id: str | None = None
    aliases: tuple[str, ...] = ()


class Policy(Record):
    """Thresholds of the rules, with the defaults of domain.md 8; read from `--policy FILE`.

    `severity` replaces a rule's severity by rule id, whatever the rule itself would have chosen.
    """

    max_age_days: int = Field(365, ge=0)
    """R-DATE-03: an older invoice needs a person."""
    clock_skew_days: int = Field(1, ge=0)
    """R-DATE-02: so many days in the future may be a clock or a time zone."""
    code_max_age_years: int = Field(4, ge=0)
    """R-CODE-04: paper is used up within so many years after its code was made."""
    min_confidence: float = Field(0.6, ge=0, le=1)
    """A rule that needs a field read with less is not evaluated."""
    low_confidence: float = Field(0.8, ge=0, le=1)
    """R-DOC-06, and the least a printed reading needs to contradict the QR code."""
    line_tax_info: Decimal = Decimal("0.01")
    line_tax_warn: Decimal = Decimal("0.06")
    """R-AMT-05: the tax of one line may be off by these, in yuan (domain.md 3.5)."""
    buyer_required: bool = True
    """R-BUY-03: with our own companies known, ordinary invoices must name a buyer too."""
    severity: dict[str, Severity] = Field(default_factory=dict)


class Seen(Protocol):
    """Where invoices are already kept, by invoice key; any `Mapping[str, str]` will do."""

    def get(self, key: str, /) -> str | None:
        """Where the invoice with this key is kept, as a person would look it up, or None.

        The caller leaves out the very invoice that is being checked.
        """


@dataclass(frozen=True, slots=True)
class Context:
    """What the shell hands in. `seen` None means there is nothing to compare with, and the
    duplicate rule is then not evaluated; an empty mapping means nothing is kept yet."""

    today: datetime.date
    entities: tuple[Entity, ...] = ()
    seen: Seen | Mapping[str, str] | None = None
    policy: Policy = field(default_factory=Policy)
