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


class Step(StrEnum):
    """Which rung of the ladder found the partner, from the surest down.

    person: somebody linked the two; key: the same number (and code); alias: another number of the
    same invoice, or its short number without a code; near: one or two characters apart; damaged:
    what is left of a number that lost digits; sum: several on one side add up to the other;
    deal: only seller, money and days agree.
    """

    PERSON = "person"
    KEY = "key"
    ALIAS = "alias"
    NEAR = "near"
    DAMAGED = "damaged"
    SUM = "sum"
    DEAL = "deal"


class Absence(StrEnum):
    """Why an entry of the ledger has no document.

    never_handed_in: nothing speaks for another reason; unreadable: a document that could not be
    read seems to be it; other_number: a document stands under another number; outside: not of the
    company or period documents were collected for; red_letter: it takes back an invoice that is
    there; netted: it and its red letter cancel each other; copy: the ledger holds it twice;
    cancelled: void or red-lettered, no document needed; number_lost: its number lost digits;
    alike: a document resembles it.
    """

    NEVER_HANDED_IN = "never_handed_in"
    UNREADABLE = "unreadable"
    OTHER_NUMBER = "other_number"
    OUTSIDE = "outside"
    RED_LETTER = "red_letter"
    NETTED = "netted"
    COPY = "copy"
    CANCELLED = "cancelled"
    NUMBER_LOST = "number_lost"
    ALIKE = "alike"


class MatchCandidate(Record):
    """A partner, how alike it is (0 to 1), and where it differs: field -> (ours, theirs)."""

    key: str
    score: float
    differences: dict[str, tuple[str | None, str | None]] = Field(default_factory=dict)


class Match(Record):
    """The verdict on one invoice, or on one ledger entry no invoice accounts for.

    `cause` is N1 to N20 of domain.md 6.4, where one is shown by the evidence, and `also` the
    further ones that apply; `evidence` holds the facts the verdict rests on. `step` is the rung
    that found the candidates, None where there are none. `reason` says of an entry why it has no
    document.
    """

    side: Side
    key: str
    state: MatchState
    cause: str | None = None
    also: tuple[str, ...] = ()
    step: Step | None = None
    reason: Absence | None = None
    message: str
    message_en: str
    action: str = ""
    action_en: str = ""
    retry_after: datetime.datetime | None = None
    candidates: tuple[MatchCandidate, ...] = ()
    evidence: dict[str, str] = Field(default_factory=dict)
