"""What becomes of the invoices of a labelled set: accepted, or what keeps each from it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import validate
from benchmarks.scoring import Values, form_of
from benchmarks.tables import markdown, share
from models.finding import Finding, Severity, Status
from models.forms import Form
from models.invoice import Invoice

_AGE = "R-DATE-03"
_NOT_READ = "not read"
_ONCE = frozenset(
    {
        Form.TAXI,
        Form.QUOTA,
        Form.TOLL_PAPER,
        Form.BUS,
        Form.SHIP,
        Form.RAIL_PAPER,
        Form.AIR_PAPER,
        Form.MACHINE,
        Form.BLOCKCHAIN,
        Form.TAX_CERT,
        Form.TOLL_FISCAL,
    }
)
"""Forms that state a key field (number, code or date) in one place only (domain.md 1.4, 2.3)."""
_WITH_QR = frozenset({Form.FISCAL, Form.MED_OUT, Form.MED_IN})
"""Forms that state it twice only where they carry their own QR code."""


@dataclass(frozen=True, slots=True)
class Fate:
    """One labelled invoice: whether it was accepted, and all that kept it from that.

    `once` says that the document itself states a key field in one place only, so that nothing
    could confirm it; `wrong` that a labelled field other than the type was not read right, names
    included.
    """

    form: str
    level: str
    accepted: bool
    reasons: tuple[str, ...]
    once: bool
    wrong: bool

    @property
    def age_aside(self) -> bool:
        """Whether it is accepted, or nothing but its age is against it."""
        return self.accepted or self.reasons == (_AGE,)


def fate(label: Values, invoice: Invoice | None, *, wrong: bool) -> Fate:
    """What became of a labelled invoice."""
    return Fate(
        form=form_of(label),
        level=level_of(label),
        accepted=invoice is not None and invoice.status is Status.ACCEPTED,
        reasons=reasons(invoice),
        once=_states_once(label, invoice),
        wrong=wrong,
    )


def level_of(label: Values) -> str:
    """How well a document was captured: the level of its picture, else the kind of file."""
    return str(label.get("level") or label.get("kind"))


def reasons(invoice: Invoice | None) -> tuple[str, ...]:
    """The rules that want a person, and the key fields without a second source."""
    if invoice is None:
        return (_NOT_READ,)
    rules = {found.rule for found in invoice.findings if _wants_person(found)}
    fields = {str(name.value) for name in validate.unconfirmed(invoice)}
    return (*sorted(rules), *sorted(fields))


def _wants_person(found: Finding) -> bool:
    return found.severity in (Severity.WARN, Severity.REJECT)


def _states_once(label: Values, invoice: Invoice | None) -> bool:
    form = label.get("form") or (invoice.form if invoice else None)
    if form is None:
        return True  # an entry of accounting data, which does not even say its form
    if form in _WITH_QR:
        return not (label.get("extra") or {}).get("qr")
    return form in _ONCE


def report(fates: Sequence[Fate]) -> str:
    """The tables and the headline, in Markdown."""
    by_form = _table("form", fates, lambda one: one.form)
    by_level = _table("captured as", fates, lambda one: one.level)
    could = [one for one in fates if not one.once]
    lines = [
        f"- accepted today: {_share(fates, lambda one: one.accepted)}",
        f"- accepted but for their age: {_share(fates, lambda one: one.age_aside)}",
        f"- of those that state every key field twice: {_share(could, lambda one: one.age_aside)}",
        f"- state a key field only once: {share(len(fates) - len(could), len(fates))}",
        f"- accepted with a name read wrong: {sum(one.accepted and one.wrong for one in fates)}; "
        f"but for their age: {sum(one.age_aside and one.wrong for one in fates)}",
    ]
    return "\n\n".join((by_form, by_level, "\n".join(lines)))


def _share(fates: Sequence[Fate], chosen: Callable[[Fate], bool]) -> str:
    return share(sum(map(chosen, fates)), len(fates))


def _table(head: str, fates: Sequence[Fate], key: Callable[[Fate], str]) -> str:
    rows = [[head, "all", "twice", "accepted", "age aside", "what keeps the others from it"]]
    for name in sorted({key(one) for one in fates}):
        mine = [one for one in fates if key(one) == name]
        against = Counter(why for one in mine if not one.age_aside for why in one.reasons)
        against.pop(_AGE, None)
        rows.append(
            [
                name,
                str(len(mine)),
                str(sum(not one.once for one in mine)),
                str(sum(one.accepted for one in mine)),
                str(sum(one.age_aside for one in mine)),
                ", ".join(f"{why} {count}" for why, count in against.most_common()) or "-",
            ]
        )
    return markdown(rows)
