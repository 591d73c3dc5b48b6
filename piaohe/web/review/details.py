"""What stands on an invoice besides its fields, as a person corrects it: lines, form, category,
and whatever else a form prints."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import Field

from models.forms import Form
from models.invoice import Extra, Invoice, LineItem, type_of
from models.record import Record
from models.text import CENT, fold, money
from piaohe.web.review.corrections import LONGEST, Unusable, day_of, text_of
from validate.lines import percent

MOST_LINES = 500
Text = Annotated[str, Field(max_length=LONGEST)]
Long = Annotated[str, Field(max_length=2000)]

LINE_COLUMNS = (
    "name",
    "spec",
    "unit",
    "quantity",
    "unit_price",
    "amount",
    "tax_rate",
    "tax",
    "tax_code",
)
_MONEY = ("amount", "tax")
_SLACK = CENT

RIDE = (
    "traveller",
    "departure",
    "destination",
    "travel_date",
    "departure_time",
    "trip_no",
    "seat_class",
    "seat",
    "traveller_id",
    "ticket_no",
)
_TAXI = ("plate", "boarded", "alighted", "mileage", "unit_fare")
_PLAIN = ("total_in_words", "remark", "issued_for", "red_of")
OFFERED: Mapping[Form, tuple[str, ...]] = {
    **dict.fromkeys((Form.RAIL_E, Form.RAIL_PAPER, Form.AIR_E, Form.AIR_PAPER), RIDE),
    **dict.fromkeys((Form.BUS, Form.SHIP), RIDE[:6]),
    Form.TAXI: _TAXI,
}
"""What is asked for of a form even where nothing was read."""

EXTRAS = tuple(
    name for name in Extra.model_fields if name not in ("details", "red", "qr", "qr_crc")
)
"""What of `Extra` a person may type. QR codes are read, not typed."""


class LineText(Record):
    """A line as typed; an empty text is nothing."""

    name: Text = ""
    spec: Text = ""
    unit: Text = ""
    quantity: Text = ""
    unit_price: Text = ""
    amount: Text = ""
    tax_rate: Text = ""
    tax: Text = ""
    tax_code: Text = ""

    @property
    def empty(self) -> bool:
        return not any(getattr(self, column).strip() for column in LINE_COLUMNS)


class More(Record):
    """What is corrected besides the fields; None and what is not named stays as it is."""

    items: Annotated[tuple[LineText, ...], Field(max_length=MOST_LINES)] | None = None
    form: Form | None = None
    category: Text | None = None
    extra: dict[str, Long] = Field(default_factory=dict, max_length=len(EXTRAS))


class LineDoubt(Record):
    """What is to be said of a line: `expected` is the tax its amount and rate come to, None where
    one of them cannot be read."""

    row: int
    column: str
    expected: Decimal | None = None


class Sums(Record):
    """The lines added up, and how far that is from what the invoice says; None where one of the
    two is not known."""

    amount: Decimal
    tax: Decimal
    amount_off: Decimal | None
    tax_off: Decimal | None
    doubts: tuple[LineDoubt, ...]


def line_text(item: LineItem) -> LineText:
    """A line as it is typed."""
    values = {column: getattr(item, column) for column in LINE_COLUMNS}
    return LineText(
        **{name: "" if value is None else str(value)[:LONGEST] for name, value in values.items()}
    )


def detailed(invoice: Invoice, more: More) -> Invoice:
    """The invoice with the typed lines, form and extras; category is not looked at. Raises
    Unusable."""
    update: dict[str, object] = {}
    if more.items is not None:
        update["items"] = _items(invoice.items, more.items)
    if more.extra:
        update["extra"] = _extra(invoice.extra, more.extra)
    if more.form is not None and more.form is not invoice.form:
        update["form"] = more.form
    if not update:
        return invoice
    changed = invoice.model_copy(update=update)
    if "form" in update:
        changed = changed.model_copy(update={"type": type_of(changed.form, changed.extra)})
    return changed


def changes(before: Invoice, after: Invoice) -> dict[str, tuple[str | None, str | None]]:
    """What besides fields and lines differs: its name -> (before, after)."""
    told = {f"extra.{name}": (_told(before, name), _told(after, name)) for name in EXTRAS}
    told["form"] = (before.form, after.form)
    told["category"] = (before.category, after.category)
    return {name: both for name, both in told.items() if both[0] != both[1]}


def line_said(item: LineItem) -> str:
    """A line in one line, for the history."""
    text = line_text(item)
    return " · ".join(filter(None, (getattr(text, column).strip() for column in LINE_COLUMNS)))


def sums(lines: Sequence[LineText], amount: Decimal | None, tax: Decimal | None) -> Sums:
    """Lines added up beside the invoice's own amount and tax, while they are typed."""
    amounts, taxes, doubts = [], [], []
    for row, line in enumerate(lines):
        value, own_tax = money(fold(line.amount).strip()), money(fold(line.tax).strip())
        for column, text, read in (("amount", line.amount, value), ("tax", line.tax, own_tax)):
            if read is None and not _nothing(text):
                doubts.append(LineDoubt(row=row, column=column))
        amounts.append(value or Decimal(0))
        taxes.append(own_tax or Decimal(0))
        rate = percent(line.tax_rate)
        if value is None or rate is None or own_tax is None:
            continue
        expected = (value * rate / 100).quantize(CENT, ROUND_HALF_UP)
        if abs(expected - own_tax) > _SLACK:
            doubts.append(LineDoubt(row=row, column="tax", expected=expected))
    whole, taxed = sum(amounts, Decimal("0.00")), sum(taxes, Decimal("0.00"))
    return Sums(
        amount=whole,
        tax=taxed,
        amount_off=None if amount is None else amount - whole,
        tax_off=None if tax is None else tax - taxed,
        doubts=tuple(doubts),
    )


def extras_of(invoice: Invoice) -> list[str]:
    """What of the rest the page offers: what stands there, and what its form should have."""
    wanted = OFFERED.get(invoice.form, ()) if invoice.form else ()
    return [
        name
        for name in EXTRAS
        if name in wanted or name in _PLAIN[:2] or getattr(invoice.extra, name) is not None
    ]


def _nothing(text: str) -> bool:
    """Whether a cell says that there is no figure: empty, or starred out."""
    return set(fold(text).strip()) <= {"*", "-"}


def _items(before: Sequence[LineItem], typed: Sequence[LineText]) -> tuple[LineItem, ...]:
    """The typed lines; one typed as it was stays as it was read, its figures to the last digit."""
    known = {line_text(item): item for item in before}
    kept = [line for line in typed if not line.empty]
    return tuple(known.get(line) or _item(row, line) for row, line in enumerate(kept))


def _item(row: int, line: LineText) -> LineItem:
    values: dict[str, object] = {}
    for column in LINE_COLUMNS:
        place, text = f"items.{row}.{column}", getattr(line, column)
        if column not in _MONEY:
            values[column] = text_of(text) or None
        elif _nothing(text):
            values[column] = None
        else:
            amount = money(fold(text).strip())
            if amount is None:
                raise Unusable(place, "no_money")
            values[column] = amount
    if values["name"] is None:
        raise Unusable(f"items.{row}.name", "no_text")
    return LineItem.model_validate(values)


def _extra(before: Extra, typed: Mapping[str, str]) -> Extra:
    update: dict[str, object] = {}
    for name, text in typed.items():
        if name not in EXTRAS:
            raise Unusable(f"extra.{name}", "no_field")
        plain = text_of(text)
        if name == "travel_date" and plain:
            update[name] = datetime.date.fromisoformat(day_of(plain, f"extra.{name}"))
        else:
            update[name] = plain or None
    return before.model_copy(update=update)


def _told(invoice: Invoice, name: str) -> str | None:
    value = getattr(invoice.extra, name)
    return None if value is None else str(value)
