"""Which other invoices are known, for the verdict on an invoice's duplicates."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from models.duplicate import DuplicateVerdict, Lookup, Print, Shape, Specimen
from models.invoice import Invoice
from models.related import Related
from piaohe.judging import relations
from piaohe.judging.relations import Kin
from validate.duplicates import judge, lookup_of


@dataclass(frozen=True, slots=True)
class Sighting:
    """An invoice somewhere: the `index`-th of the document with this content, found at `where`,
    handed in `by` somebody; what its paper looks like, where that was seen."""

    document: str
    index: int
    where: str
    shape: Shape | None = None
    print: Print | None = None
    by: str | None = None

    def of(self, invoice: Invoice) -> Specimen:
        """The invoice with what is known of where it is."""
        return Specimen(
            document=self.document,
            index=self.index,
            where=self.where,
            invoice=invoice,
            shape=self.shape,
            print=self.print,
            by=self.by,
        )


class Kept(Protocol):
    """The invoices kept before; `piaohe.store.duplicates.Duplicates` finds them so."""

    def find(self, lookup: Lookup) -> Sequence[Specimen]:
        """Those that may be duplicates, the earliest received first."""


@dataclass(slots=True)
class Met:
    """Invoices met in this run, found as those that are kept are. `since` is not known of them."""

    _known: dict[object, list[Specimen]] = field(default_factory=lambda: defaultdict(list))

    def note(self, specimen: Specimen) -> None:
        """Remember an invoice for those that come after it."""
        for each in _handles(lookup_of(specimen)):
            self._known[each].append(specimen)

    def find(self, lookup: Lookup) -> Sequence[Specimen]:
        handles = (each for each in _handles(lookup) if each in self._known)
        return [specimen for each in handles for specimen in self._known[each]]


def _handles(lookup: Lookup) -> list[object]:
    """Keys, deal and bands, which cannot be taken for one another."""
    deal = [(lookup.date, lookup.total)] if lookup.date is not None else []
    return [*lookup.keys, *deal, *lookup.bands]


class Sightings:
    """Every invoice met in this run, and those kept before.

    An invoice is told from another by its document's content and its index there, so the same
    file met twice is no duplicate of itself.
    """

    def __init__(self, kept: Kept | None = None, kin: Kin | None = None) -> None:
        self._kept = kept
        self._kin = kin
        self._met = Met()
        self._met_kin = relations.Met()

    def note(self, sighting: Sighting, invoice: Invoice) -> None:
        """Remember an invoice for those that come after it."""
        self._met.note(sighting.of(invoice))
        self._met_kin.note(sighting.where, invoice)

    def related(self, invoice: Invoice) -> Related:
        """What is known of the others that bear on an invoice: its seller's, red and blue ones."""
        kept = self._kin.find(invoice) if self._kin is not None else ()
        others = (*kept, *self._met_kin.find(invoice))
        return relations.relate(invoice, others, complete=self._kin is not None)

    def judge(self, sighting: Sighting, invoice: Invoice) -> DuplicateVerdict:
        """What is known of an invoice's duplicates among all others.

        Those kept are asked first: of them it is known since when.
        """
        ours = sighting.of(invoice)
        lookup = lookup_of(ours)
        kept = self._kept.find(lookup) if self._kept is not None else ()
        return judge(ours, [*kept, *self._met.find(lookup)])
