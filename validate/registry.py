"""What a rule is: its description, its function, and the two examples that prove it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from models.finding import Severity
from models.forms import Form
from models.invoice import FieldName, Invoice
from models.taxqr import TaxQr
from validate.context import Context


class Given(StrEnum):
    """What a rule may need besides the invoice's fields; context by the names it has there."""

    FORM = "form"
    QR = "qr"
    ITEMS = "items"
    TOTAL_IN_WORDS = "total_in_words"
    ENTITIES = "entities"
    SEEN = "seen"
    CLAIM = "claim"
    RECORD = "record"
    PORTAL = "portal"
    STAFF = "staff"
    CALENDAR = "calendar"
    SAME_SELLER = "same_seller"
    SELLER_NAMES = "seller_names"
    BLUES = "blues"
    REDS = "reds"
    JOURNEYS = "journeys"
    SLIPS = "slips"
    COPIES = "copies"


Need: TypeAlias = FieldName | Given


@dataclass(frozen=True, slots=True)
class Case:
    """One invoice before the rules. `qr` is the parsed tax QR code, None where there is none.

    Money beyond any real invoice has been taken out (`sanity.sane`), so rules may calculate.
    """

    invoice: Invoice
    context: Context
    form: Form | None
    qr: TaxQr | None


@dataclass(frozen=True, slots=True)
class Fire:
    """A rule that fires. `values` fill the message; `severity` None means the rule's own."""

    values: Mapping[str, object]
    field: str | None = None
    severity: Severity | None = None
    expected: str | None = None
    actual: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A rule that finds, while looking, that it cannot judge."""

    zh: str
    en: str

    @property
    def why(self) -> str:
        return f"{self.zh} / {self.en}"


NOT_LOOKED_AT = Missing("没有查看票面图像", "nobody looked at the picture for it")
"""Why rules on what a page shows cannot judge where `Invoice.sight` is silent."""

Outcome: TypeAlias = Fire | tuple[Fire, ...] | Missing | None
"""None is a pass."""


@dataclass(frozen=True, slots=True)
class Example:
    """An invoice of `validate.examples`, by the name of its base and what is changed in it."""

    base: str
    changes: Mapping[str, object]


def always(_case: Case) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Spec:
    """The description of a rule. Ids, names and severities are those of domain.md 8.

    `needs` are looked at before the rule runs: where one is missing, or a field was read with
    less than `Policy.min_confidence`, the rule is not evaluated. `applies` says for which
    invoices the rule has a meaning; an inapplicable rule is counted nowhere.

    `basis` is the article the rule rests on, where there is one (domain.md 7.6). `version` rises
    with every change of what it finds. `since` and `until` are the first and the last day on
    which the rule is in force, by the day on which an invoice is judged.

    `contradiction` marks rules that report two readings contradicting each other. A reader trusts
    both less for it, and that must not silence the rule: it fires all the same, but warns at most.
    """

    id: str
    name: str
    severity: Severity
    zh: str
    en: str
    fails: Example
    passes: Example
    needs: tuple[Need, ...] = ()
    applies: Callable[[Case], bool] = always
    contradiction: bool = False
    basis: str | None = None
    version: int = 1
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its description and the pure function that judges a case."""

    spec: Spec
    run: Callable[[Case], Outcome]

    @property
    def id(self) -> str:
        return self.spec.id

    def concerns(self, case: Case) -> bool:
        """Whether the rule is in force on the day of judging and has a meaning for the case."""
        today, spec = case.context.today, self.spec
        begun = spec.since is None or spec.since <= today
        return begun and (spec.until is None or today <= spec.until) and spec.applies(case)

    @property
    def explanation(self) -> str:
        """The docstring of the rule's function: when exactly it fires, and why so."""
        return (self.run.__doc__ or "").strip()


def rule(spec: Spec) -> Callable[[Callable[[Case], Outcome]], Rule]:
    """Make a rule of the function below."""
    return lambda run: Rule(spec, run)
