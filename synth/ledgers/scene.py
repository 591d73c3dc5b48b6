"""One run in the making: documents are taken from a shelf, entries and expectations pile up."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from models.ledger import Coverage
from models.match import MatchState, Side
from synth.ledgers.entry import figures, is_digital
from synth.ledgers.planted import Answer, Expected, Run, key_of
from synth.ledgers.taxwords import KINDS
from synth.truth import Party, Truth

Test = Callable[[Truth], bool]

_NOON = datetime.time(4, 0, tzinfo=datetime.UTC)
"""Noon in China."""
_A_TURN = 150
_LONGEST = 365
"""Days an export reaches back."""


@dataclass(frozen=True, slots=True)
class Company:
    """Whose ledgers they are, and when they are looked at."""

    party: Party
    today: datetime.date
    seed: int

    @property
    def tax_id(self) -> str:
        return self.party.tax_id or ""

    @property
    def now(self) -> datetime.datetime:
        return datetime.datetime.combine(self.today, _NOON)

    @property
    def year(self) -> Coverage:
        """What a current export covers: up to today, from the first of a month a year ago."""
        first = (self.today - datetime.timedelta(_LONGEST)).replace(day=1)
        return Coverage(first=first, last=self.today, entity_tax_id=self.tax_id)

    @property
    def ever(self) -> Coverage:
        """What the books cover."""
        return self.year.model_copy(update={"first": datetime.date(2014, 1, 1)})

    def owns(self, truth: Truth) -> bool:
        """Whether the document is made out to the company and is no red letter."""
        return bool(truth.buyer and truth.buyer.tax_id == self.tax_id) and truth.total > 0

    def recent(self, truth: Truth) -> bool:
        """Whether a current export would hold it."""
        first = self.year.first or datetime.date.min
        return truth.date is not None and first <= truth.date <= self.today


def on_list(truth: Truth) -> bool:
    """Whether the tax bureau issues the form."""
    return truth.form in KINDS


def taxed(truth: Truth) -> bool:
    return figures(truth).tax > 0


@dataclass(slots=True)
class Scene:
    """A run being made up. `shelf` are the documents not used in it yet; in a large pile every
    cause is planted in several turns."""

    name: str
    company: Company
    shelf: list[Truth]
    unplanted: dict[str, str]
    documents: list[Truth] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    copies: Counter[str] = field(default_factory=Counter)
    turn: int = 0

    def rng(self, what: str) -> Random:
        return Random(f"ledgers:{self.company.seed}:{self.name}:{self.turn}:{what}")

    def turns(self) -> Iterator[int]:
        """Once for every 150 documents; `turn` says which it is."""
        for turn in range(1 + len(self.shelf) // _A_TURN):
            self.turn = turn
            yield turn

    def take(self, cause: str, wanted: str, *tests: Test) -> Truth | None:
        """The first document on the shelf that passes; None, and a note of it, where none does.

        `wanted` says in words what document the cause needs.
        """
        for place, truth in enumerate(self.shelf):
            if all(test(truth) for test in tests):
                return self.shelf.pop(place)
        if cause and not self.turn:
            self.unplanted.setdefault(f"{cause} ({self.name})", f"no document: {wanted}")
        return None

    def take_all(self, *tests: Test) -> list[Truth]:
        """All documents on the shelf that pass."""
        taken: list[Truth] = []
        left: list[Truth] = []
        for truth in self.shelf:
            (taken if all(test(truth) for test in tests) else left).append(truth)
        self.shelf = left
        return taken

    def own(self, cause: str, wanted: str, *tests: Test) -> Truth | None:
        """A document of the company that a current export may hold."""
        company = self.company
        return self.take(cause, wanted, company.owns, company.recent, on_list, *tests)

    def digital(self, cause: str, *tests: Test) -> Truth | None:
        """A 数电票 of the company that is older than the lag, with a seller and tax."""
        usual = (_is_plain_digital, _has_seller, taxed, self.settled)
        return self.own(cause, "a taxed 数电票 more than 3 days old", *usual, *tests)

    def settled(self, truth: Truth) -> bool:
        """Whether it was issued long enough ago to be on any list."""
        return truth.date is not None and truth.date < self.company.today - datetime.timedelta(3)

    def hand_in(
        self,
        truth: Truth,
        state: MatchState,
        cause: str | None = None,
        *,
        planted: str | None = None,
        note: str = "",
        needs: str = "",
    ) -> None:
        """Have the document handed in, and expect this of it; `planted` defaults to the cause."""
        self.documents.append(truth)
        key = key_of(truth)
        self.copies[key] += 1
        self.expected.append(
            Expected(
                run=self.name,
                side=Side.INVOICE,
                key=key if self.copies[key] == 1 else f"{key}#{self.copies[key]}",
                state=state,
                cause=cause,
                planted=cause or "" if planted is None else planted,
                note=note,
                needs=needs,
            )
        )

    def stray(self, key: str, state: MatchState, cause: str | None = None, note: str = "") -> None:
        """Expect this of an entry no document accounts for."""
        self.expected.append(
            Expected(
                run=self.name,
                side=Side.LEDGER,
                key=key,
                state=state,
                cause=cause,
                planted=cause or "",
                note=note,
            )
        )

    def answered(self, truth: Truth, code: str, says: str) -> None:
        """The check platform has been asked and says this."""
        answer = Answer(key=key_of(truth), asked_at=self.company.now, code=code, says=says)
        self.answers.append(answer)

    def run(self, ledgers: Sequence[str], coverage: Coverage | None) -> Run:
        return Run(
            name=self.name,
            ledgers=tuple(ledgers),
            documents=tuple(self.documents),
            now=self.company.now,
            entities=(self.company.tax_id,),
            coverage=coverage,
            expected=tuple(self.expected),
        )


def _is_plain_digital(truth: Truth) -> bool:
    return is_digital(truth) and truth.code is None


def _has_seller(truth: Truth) -> bool:
    return truth.seller is not None and truth.seller.tax_id is not None


def by_date(truths: Iterable[Truth]) -> list[Truth]:
    """In the order exports list them; documents without a date last."""
    return sorted(truths, key=lambda t: (t.date or datetime.date.max, t.number))
