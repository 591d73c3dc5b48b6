"""How an invoice and the system of record stand to each other (contract.md, `piaohe match`)."""

import datetime
from enum import StrEnum

from pydantic import Field

from models.record import Record


class Side(StrEnum):
    INVOICE = "invoice"
    LEDGER = "ledger"


class MatchState(StrEnum):
    """exact: same key, same values; mismatch: same key, other values; suggested: nearly the same
    key; residual: something alike but too far off; duplicate: its entry is taken by another copy;
    missing: nothing there."""

    EXACT = "exact"
    SUGGESTED = "suggested"
    MISMATCH = "mismatch"
    RESIDUAL = "residual"
    DUPLICATE = "duplicate"
    MISSING = "missing"


class MatchCandidate(Record):
    """A partner, how alike it is (0 to 1), and where it differs: field -> (ours, theirs)."""

    key: str
    score: float
    differences: dict[str, tuple[str | None, str | None]] = Field(default_factory=dict)


class Match(Record):
    """The verdict on one invoice, or on one ledger entry no invoice accounts for.

    `cause` is N1 to N20 of domain.md 6.4, where one is shown by the evidence; `evidence` holds
    the facts the verdict rests on.
    """

    side: Side
    key: str
    state: MatchState
    cause: str | None = None
    message: str
    message_en: str
    action: str = ""
    action_en: str = ""
    retry_after: datetime.datetime | None = None
    candidates: tuple[MatchCandidate, ...] = ()
    evidence: dict[str, str] = Field(default_factory=dict)
