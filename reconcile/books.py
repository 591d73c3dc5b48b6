"""Which ledger entries are accounted for while a run goes on."""

from collections import defaultdict
from dataclasses import dataclass, field

from models.match import MatchCandidate
from reconcile.facts import Differences
from reconcile.index import Theirs

MOST_CANDIDATES = 3


@dataclass(slots=True)
class Books:
    """By an entry's place: `taken` by which invoice's key; `spare` further rows of an invoice
    booked more than once, and whose; `suggested` to be some invoice's; `alike` the invoices that
    merely resemble it."""

    taken: dict[int, str] = field(default_factory=dict)
    spare: dict[int, str] = field(default_factory=dict)
    suggested: set[int] = field(default_factory=set)
    alike: dict[int, list[MatchCandidate]] = field(default_factory=lambda: defaultdict(list))

    def is_free(self, theirs: Theirs) -> bool:
        return theirs.place not in self.taken and theirs.place not in self.spare


def candidate_of(theirs: Theirs, points: float, found: Differences) -> MatchCandidate:
    return MatchCandidate(key=theirs.entry.key, score=points, differences=found)
