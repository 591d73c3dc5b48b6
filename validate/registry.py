"""What a rule is: its description, its function, and the two examples that prove it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from models.finding import Severity
from models.forms import Form
from models.invoice import FieldName, Invoice
from models.taxqr import TaxQr
from validate.context import Context


class Given(StrEnum):
    """What a rule may need besides the invoice's fields."""

    FORM = "form"
    QR = "qr"
    ITEMS = "items"
    TOTAL_IN_WORDS = "total_in_words"
    ENTITIES = "entities"
    SEEN = "seen"


Need: TypeAlias = FieldName | Given


@dataclass(frozen=True, slots=True)
class Case:
    """One invoice before the rules. `qr` is the parsed tax QR code, None where there is none.

    Money beyond any real invoice has been taken out (`engine.sane`), so rules may calculate.
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


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its description and the pure function that judges a case."""

    spec: Spec
    run: Callable[[Case], Outcome]

    @property
    def id(self) -> str:
        return self.spec.id

    @property
    def explanation(self) -> str:
        """The docstring of the rule's function: when exactly it fires, and why so."""
        return (self.run.__doc__ or "").strip()


def rule(spec: Spec) -> Callable[[Callable[[Case], Outcome]], Rule]:
    """Make a rule of the function below."""
    return lambda run: Rule(spec, run)
