"""What labels invoices in this installation: the shipped model, and on top of it what was learnt.

    active(home).label(invoice)       the category, as `classify.label` gives it
    active(home).bookings(invoice)    where the company books it (categories.toml)

Opens no database and writes nothing. What was learnt and cannot be believed any more (altered,
unsigned, made for another model) is left out: the shipped model is used, and `alert` says why.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import classify
from classify.company import Booking, CategoryMap
from classify.habits import HabitLayer
from classify.model import Model, shipped
from classify.records import Alternative, Label, Share
from models.errors import ErrorRecord
from models.invoice import Invoice
from piaohe.learning import mapping, shelf
from piaohe.learning.seal import Refused
from piaohe.store import Store
from piaohe.store.corrections import Correction
from piaohe.store.events import What

SUBJECT = "classifier"
"""The subject of events about the classifier."""


@dataclass(frozen=True, slots=True)
class Active:
    """The classifier in use. `number` of its version, 0 for the shipped model alone."""

    model: Model
    habits: HabitLayer | None
    mapping: CategoryMap
    number: int = 0
    alert: ErrorRecord | None = None

    def label(self, invoice: Invoice) -> Label:
        """The category of an invoice, always one of domain.md 9: a category of the company's own
        counts for what it is a part of. Raises nothing for what an invoice holds."""
        return self._standard(classify.label(invoice, self.model, self.habits))

    def bookings(self, invoice: Invoice, told: str | None = None) -> tuple[Booking, ...]:
        """Where the parts of a labelled invoice are booked.

        The category it has counts, whoever said it. `told` is what a person said last
        (`told_by`): the company's own name for it, say; it counts unless the invoice has got
        another category since.
        """
        if told is not None and self.mapping.standard(told) == invoice.category:
            return self.mapping.bookings(invoice, _of_one(invoice, told))
        found = classify.label(invoice, self.model, self.habits)
        if self.mapping.standard(found.category) != invoice.category:
            found = _of_one(invoice, invoice.category)
        return self.mapping.bookings(invoice, found)

    def _standard(self, label: Label) -> Label:
        standard = self.mapping.standard
        if not self.mapping.categories and self.habits is None:
            return label
        if label.category is not None and standard(label.category) is None:
            reason = f"学到的类别“{label.category}”不在 {mapping.MAPPING_FILE} 里"
            reason_en = f"the learnt category {label.category} is not in {mapping.MAPPING_FILE}"
            label = label.model_copy(
                update={"category": None, "reason": reason, "reason_en": reason_en}
            )
        chances: dict[str, float] = {}
        for each in label.alternatives:
            name = standard(each.category)
            if name is not None:
                chances[name] = min(1.0, chances.get(name, 0.0) + each.probability)
        shares = (
            Share(category=standard(each.category), amount=each.amount, lines=each.lines)
            for each in label.split
        )
        return label.model_copy(
            update={
                "category": standard(label.category),
                "second": standard(label.second),
                "alternatives": tuple(
                    Alternative(category=name, probability=chance)
                    for name, chance in sorted(chances.items(), key=lambda one: -one[1])
                ),
                "split": tuple(shares),
            }
        )


def active(home: Path) -> Active:
    """What labels invoices here, read once at the edge.

    Raises SettingsError (mapping_unreadable, mapping_invalid), DependencyMissing where even the
    shipped model is unusable.
    """
    model, own = shipped(), mapping.of_home(home)
    try:
        pointer = shelf.pointer(home)
        if not pointer.number:
            return Active(model, None, own)
        return Active(model, shelf.get(home, pointer.sha256, model), own, pointer.number)
    except Refused as refused:
        return Active(model, None, own, alert=_alert(refused))


def told_by(corrections: Iterable[Correction]) -> dict[str, str]:
    """Invoice id -> the category a person gave it."""
    return {one.invoice_id: one.after for one in corrections}


def raise_alert(store: Store, alert: ErrorRecord, at: datetime.datetime) -> bool:
    """Note an alert as an event, once for as long as nothing changes. Gives whether it is news."""
    with store.reading() as work:
        last = list(work.events.iterate(SUBJECT))[-1:]
    details = {"why": alert.message_en}
    if any(one.what is What.CLASSIFIER_REFUSED and one.details == details for one in last):
        return False
    with store.unit_of_work() as work:
        work.events.add(What.CLASSIFIER_REFUSED, SUBJECT, at, details)
    return True


def _of_one(invoice: Invoice, category: str | None) -> Label:
    """A label that says this of all lines."""
    lines = tuple(n for n, item in enumerate(invoice.items) if item.name.strip())
    share = (Share(category=category, amount=None, lines=lines),) if lines else ()
    return Label(category=category, confidence=1.0, reason="-", reason_en="-", split=share)


def _alert(refused: Refused) -> ErrorRecord:
    return ErrorRecord(
        code="classifier_refused",
        message=f"学到的分类器没有启用，改用随软件提供的：{refused.why}",
        hint="重新训练并启用：piaohe classifier train，再 piaohe classifier promote",
        message_en=f"what was learnt is not used, the shipped classifier is: {refused.why_en}",
        hint_en="learn it again: piaohe classifier train, then piaohe classifier promote",
    )
