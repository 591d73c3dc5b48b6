"""What planters are made of: a plot, and small changes of an invoice."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as changed
from decimal import Decimal
from random import Random

import validate
from models.invoice import Evidence, FieldName, Invoice, LineItem
from models.page import Source
from models.sight import Sight

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Plot:
    """A clean invoice, what its checker knows, and the chance that plants."""

    invoice: Invoice
    context: validate.Context
    rng: Random


Planted = tuple[Invoice, validate.Context] | None


Planter = Callable[[Plot], Planted]


def with_(plot: Plot, **fields: object) -> Planted:
    """The invoice with these fields."""
    return plot.invoice.model_copy(update=fields), plot.context


def extra(plot: Plot, **fields: object) -> Planted:
    return with_(plot, extra=plot.invoice.extra.model_copy(update=fields))


def sight(plot: Plot, **fields: object) -> Planted:
    return with_(plot, sight=(plot.invoice.sight or Sight()).model_copy(update=fields))


def line(plot: Plot, change: Callable[[LineItem], dict[str, object] | None]) -> Planted:
    """The invoice with one line changed, the first for which `change` has an answer."""
    items = list(plot.invoice.items)
    order = list(range(len(items)))
    plot.rng.shuffle(order)
    for at in order:
        if (update := change(items[at])) is not None:
            items[at] = items[at].model_copy(update=update)
            return with_(plot, items=tuple(items))
    return None


def read(plot: Plot, field: FieldName, source: Source = Source.OCR, **more: object) -> Planted:
    """The invoice with evidence for one field."""
    value = getattr(plot.invoice, field.value)
    if value is None:
        return None
    found = {"value": str(value), "raw": str(value), "source": source, "confidence": 0.99} | more
    return with_(plot, fields={field: Evidence.model_validate(found)})


def other_digit(text: str, at: int, rng: Random) -> str:
    """A text with another digit in one place."""
    at %= len(text)
    digit = rng.choice([d for d in "0123456789" if d != text[at]])
    return text[:at] + digit + text[at + 1 :]


def text(plot: Plot, field: str, change: Callable[[str], str | None]) -> Planted:
    value = getattr(plot.invoice, field)
    new = change(value) if value else None
    return None if new is None else with_(plot, **{field: new})


def digit(field: str) -> Planter:
    """One digit of a number lost."""
    return lambda plot: text(plot, field, lambda text: text[:-1])


def at(field: str, start: int, new: str) -> Planter:
    """Some characters of a number replaced."""
    return lambda plot: text(
        plot, field, lambda text: text[:start] + new + text[start + len(new) :]
    )


def days(days: int) -> Planter:
    """Judged so many days after the date of issue."""

    def plant(plot: Plot) -> Planted:
        if plot.invoice.date is None:
            return None
        day = plot.invoice.date + datetime.timedelta(days=days)
        return plot.invoice, changed(plot.context, today=day, policy=validate.Policy())

    return plant


def more(field: str, by: str) -> Planter:
    """An amount raised, nothing else."""

    def plant(plot: Plot) -> Planted:
        value = getattr(plot.invoice, field)
        return None if value is None else with_(plot, **{field: value + Decimal(by)})

    return plant


def named(name: str, rate: str | None = None) -> Planter:
    """A line for something else, at a rate of its own."""

    def change(item: LineItem) -> dict[str, object]:
        taxed = {"tax": None, "tax_rate": rate} if rate else {}
        return {"name": name, "spec": None, **taxed}

    return lambda plot: line(plot, change)


def replanted(plot: Plot, planted: Planted) -> Plot:
    return changed(plot, invoice=planted[0]) if planted else plot


def person(plot: Plot) -> Planted:
    """Made out to a person; not what is made out to persons by right, such as telephone bills."""
    if any(re.match(r"\*\w*(?:电信|教育|医疗)服务\*", item.name) for item in plot.invoice.items):
        return None
    name = plot.rng.choice(("赵一鸣", "钱小雨", "孙悦", "欧阳一诺", "李四光", "周建国（个人）"))
    return with_(plot, buyer_name=name, buyer_tax_id=None)
