"""What classifying an invoice says."""

from decimal import Decimal

from pydantic import Field

from models.record import Record


class Alternative(Record):
    """A category and how probable it is."""

    category: str
    probability: float = Field(ge=0, le=1)


class Share(Record):
    """The part of an invoice that was spent on one category.

    `amount` is without tax and None where a line has none; `lines` count from 0. `category` is
    None for lines that do not tell.
    """

    category: str | None
    amount: Decimal | None
    lines: tuple[int, ...]


class Label(Record):
    """What an invoice was spent on, as far as its words tell.

    `category` is an id of `classify.categories`, or None where the evidence is too weak or two
    categories share the amount alike; the reason says which. `confidence` is the calibrated
    probability that the category is right (docs/classifier.md says how it was measured); where
    there is no category, that of the best guess. `second` is the runner-up. `alternatives` are
    the three most probable categories, the given one among them. `split` has one entry for each
    category the lines were spent on, the largest first, and is empty for invoices without lines.
    """

    category: str | None
    confidence: float = Field(ge=0, le=1)
    reason: str
    reason_en: str
    second: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    split: tuple[Share, ...] = ()
