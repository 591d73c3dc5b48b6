"""What is planted: runs of `match`, the files each is given, and what must come out."""

import datetime

from models.ledger import Coverage
from models.match import MatchState, Side
from models.record import Record
from synth.ledgers.entry import invoice_of
from synth.truth import Party, Truth


class Expected(Record):
    """A line `match` should print: a document, or an entry that no document accounts for.

    `cause` is what should be said. `planted` names the cause of domain.md 6.4 this is a case of,
    also where matching should get over it without a word (N19: other brackets), and is empty for
    what is as it should be. `needs` is evidence that stands in no ledger file.
    """

    run: str
    side: Side
    key: str
    state: MatchState
    cause: str | None = None
    planted: str = ""
    note: str = ""
    needs: str = ""


class Run(Record):
    """A call of `match`: the names of its ledgers, its documents and its options."""

    name: str
    ledgers: tuple[str, ...]
    documents: tuple[Truth, ...]
    now: datetime.datetime
    entities: tuple[str, ...]
    coverage: Coverage | None
    expected: tuple[Expected, ...]

    def keys(self) -> list[str]:
        """The keys of the documents, a further copy of one with #2 behind its key."""
        return keys_of(self.documents)


class Answer(Record):
    """What the check platform answers for a document (domain.md 6.3): its code and the words."""

    key: str
    asked_at: datetime.datetime
    code: str
    says: str


class Planted(Record):
    """Ledgers with planted causes. `ledgers` are files by name, as are `others`, which no matching
    reads yet (the list of red-letter confirmations); `portal` scripts the check platform.

    `unplanted` says for each cause that could not be planted what document was missing for it.
    """

    today: datetime.date
    entity: Party
    ledgers: tuple[tuple[str, bytes], ...]
    runs: tuple[Run, ...]
    portal: tuple[Answer, ...] = ()
    others: tuple[tuple[str, bytes], ...] = ()
    unplanted: dict[str, str]

    @property
    def expected(self) -> tuple[Expected, ...]:
        """The lines of all runs."""
        return tuple(line for run in self.runs for line in run.expected)


def key_of(truth: Truth) -> str:
    """The key of a document: its 20-digit number, else code-number."""
    return invoice_of(truth).key or f"-{truth.number}"


def keys_of(truths: tuple[Truth, ...]) -> list[str]:
    counts: dict[str, int] = {}
    keys = []
    for truth in truths:
        key = key_of(truth)
        counts[key] = counts.get(key, 0) + 1
        keys.append(key if counts[key] == 1 else f"{key}#{counts[key]}")
    return keys
