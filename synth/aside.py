"""A document that turns up in a pile of invoices and is none: what is on it, and what it is asked
for. Its words stand in asides.json; firms, places and hosts there are invented."""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from random import Random

from pydantic import Field

from models.record import Record
from models.text import CENT
from synth.truth import LabelValue, Truth
from synth.vocabulary import Vocabulary, vocabulary

OTHER = "other"
"""What an aside is called that the reader has no name for."""


class Aside(Record):
    """Everything a drawn non-invoice says.

    `kind` is the name it was ordered by, `what` the one it has among `attachments` (contract.md).
    `lines` are the rows of its table or the bubbles of a chat, `details` its other words by names
    its maker and its layout share. `of_number` and `of_total` are those of the invoice it belongs
    to. The same Aside always gives the same bytes.
    """

    kind: str
    what: str
    seed: int
    layout: int = 0
    kept: bool = False
    date: datetime.date
    total: Decimal | None = None
    lines: tuple[tuple[str, ...], ...] = ()
    details: dict[str, str] = Field(default_factory=dict)
    of: Truth | None = None

    @property
    def of_number(self) -> str | None:
        return self.of.number if self.of else None

    @property
    def of_total(self) -> Decimal | None:
        return self.of.total if self.of else None

    def rng(self) -> Random:
        """Chance for decoration that nothing depends on."""
        return Random(f"aside:{self.kind}:{self.seed}")

    def label(self, file: str, medium: str, page: int | None = None) -> dict[str, LabelValue]:
        """The line of labels.jsonl: no field to read, only what the page is."""
        line: dict[str, LabelValue] = {
            "file": file,
            "kind": medium,
            "attachment": self.what,
        }
        return line if page is None else line | {"page": page}


Priced = tuple[str, float, float]
"""A name, and from..to how many yuan."""


class AsideWords(Record):
    """The whole of asides.json; what is kept stands in lists of its own."""

    rides: tuple[str, ...]
    kept_rides: tuple[str, ...]
    cars: tuple[str, ...]
    spots: tuple[str, ...]
    kept_spots: tuple[str, ...]
    dishes: tuple[Priced, ...]
    kept_dishes: tuple[Priced, ...]
    room_charges: tuple[Priced, ...]
    goods: tuple[Priced, ...]
    kept_goods: tuple[Priced, ...]
    shops: tuple[str, ...]
    hosts: tuple[str, ...]
    kept_hosts: tuple[str, ...]
    chats: tuple[tuple[str, str], ...]
    clauses: tuple[str, ...]
    contracts: tuple[str, ...]
    kept_contracts: tuple[str, ...]
    receipt_reasons: tuple[str, ...]
    jobs: tuple[str, ...]
    banks: tuple[str, ...]
    purposes: tuple[str, ...]


@cache
def aside_words() -> AsideWords:
    """The words, read once."""
    text = resources.files("synth").joinpath("asides.json").read_text("utf-8")
    return AsideWords.model_validate_json(text)


@dataclass(frozen=True, slots=True)
class Ask:
    """An order for one aside; `layouts` is how many its kind has, the last one kept back."""

    kind: str
    what: str
    seed: int
    layouts: int
    of: Truth | None = None
    kept: bool = False

    def rng(self) -> Random:
        return Random(f"aside:{self.kind}:{self.seed}{':kept' if self.kept else ''}")

    @property
    def names(self) -> Vocabulary:
        return vocabulary(kept=self.kept)

    def layout(self, rng: Random) -> int:
        return self.layouts - 1 if self.kept else rng.randrange(max(1, self.layouts - 1))

    def day(self, rng: Random) -> datetime.date:
        """The day of the invoice it belongs to, or any."""
        if self.of and self.of.date:
            return self.of.date
        return datetime.date(2019, 2, 1) + datetime.timedelta(days=rng.randrange(2800))

    def made(
        self,
        rng: Random,
        day: datetime.date,
        total: Decimal | None = None,
        lines: tuple[tuple[str, ...], ...] = (),
        details: dict[str, str] | None = None,
    ) -> Aside:
        return Aside(
            kind=self.kind,
            what=self.what,
            seed=self.seed,
            layout=self.layout(rng),
            kept=self.kept,
            date=day,
            total=total,
            lines=lines,
            details=details or {},
            of=self.of,
        )


def money(rng: Random, low: float, high: float) -> Decimal:
    """An amount between two, often without 角 and 分."""
    value = Decimal(repr(rng.uniform(low, high)))
    step = Decimal(1) if rng.random() < 0.6 else CENT
    return value.quantize(step, ROUND_HALF_UP).quantize(CENT)


def clock(rng: Random) -> str:
    return f"{rng.randint(7, 22):02d}:{rng.randrange(60):02d}"
