"""What a rule has to say about an invoice, and the decision that follows."""

from enum import StrEnum

from models.record import Record


class Severity(StrEnum):
    """How much a finding weighs: reject blocks, warn needs a person, info is for the record."""

    REJECT = "reject"
    WARN = "warn"
    INFO = "info"


class Status(StrEnum):
    """What is to become of an invoice: accepted means nothing is left for a person to do."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"


class Finding(Record):
    """A rule that fired, with what it expected and what it saw."""

    rule: str
    severity: Severity
    field: str | None
    message: str
    message_en: str
    expected: str | None = None
    actual: str | None = None


class NotEvaluated(Record):
    """A rule that could not be judged, and why. Missing data never counts as a pass."""

    rule: str
    why: str


class RulesRun(Record):
    """How many rules were judged, and which were not."""

    evaluated: int = 0
    not_evaluated: tuple[NotEvaluated, ...] = ()
