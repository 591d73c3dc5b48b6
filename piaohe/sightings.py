"""Which other invoices are known, for the rule that finds duplicates."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.invoice import Invoice


@dataclass(frozen=True, slots=True)
class Sighting:
    """An invoice somewhere: the `index`-th of the document with this content, found at `where`."""

    document: str
    index: int
    where: str


Kept = Callable[[str], Sequence[Sighting]]
"""Invoice key -> the kept invoices that have it."""


class Sightings:
    """Every invoice met in this run, and those kept before.

    An invoice is told from another by its document's content and its index there, so the same
    file met twice is no duplicate of itself.
    """

    def __init__(self, kept: Kept | None = None) -> None:
        self._met: dict[str, list[Sighting]] = defaultdict(list)
        self._kept = kept

    def note(self, sighting: Sighting, invoice: Invoice) -> None:
        """Remember an invoice for those that come after it."""
        if invoice.key:
            self._met[invoice.key].append(sighting)

    def besides(self, document: str, index: int) -> "Others":
        """What is known but for this one invoice."""
        return Others(self, document, index)

    def find(self, key: str) -> list[Sighting]:
        """Where invoices with this key are, those kept first."""
        return [*(self._kept(key) if self._kept else ()), *self._met.get(key, ())]


class Others:
    """`validate.Seen`: all sightings but those of one invoice."""

    def __init__(self, sightings: Sightings, document: str, index: int) -> None:
        self._sightings = sightings
        self._self = (document, index)

    def get(self, key: str, /) -> str | None:
        for found in self._sightings.find(key):
            if (found.document, found.index) != self._self:
                return found.where
        return None
