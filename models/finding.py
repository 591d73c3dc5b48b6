"""What a rule has to say about an invoice, and the decision that follows."""

from enum import StrEnum

from models.geometry import Box
from models.page import Source
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


class Proof(Record):
    """What a finding rests on: a field's value, and where and how it was read.

    `value` is normalised, `raw` as it stood; `box` is in pixels of page `page`. A value that was
    typed or imported has neither source nor place.
    """

    value: str
    raw: str | None = None
    source: Source | None = None
    confidence: float | None = None
    page: int | None = None
    box: Box | None = None


class Finding(Record):
    """A rule that fired, with what it expected and what it saw.

    `version` is that of the rule; `severity` is what weighs, after the policy's override.
    """

    rule: str
    severity: Severity
    field: str | None
    message: str
    message_en: str
    expected: str | None = None
    actual: str | None = None
    version: int = 1
    evidence: Proof | None = None


class NotEvaluated(Record):
    """A rule that could not be judged, and why. Missing data never counts as a pass."""

    rule: str
    why: str


class RulesRun(Record):
    """What every rule said that has a meaning for the invoice: it passed, it fired (then there
    is a finding), or it was not evaluated and why. `evaluated` counts the first two.

    `policy` is the mark of the policy (version and check sum) and `ruleset` the version of the
    rules at the time of judging: a kept invoice keeps the judgement of its time.
    """

    evaluated: int = 0
    not_evaluated: tuple[NotEvaluated, ...] = ()
    passed: tuple[str, ...] = ()
    policy: str | None = None
    ruleset: str = ""
