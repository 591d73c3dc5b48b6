"""What the duplicates of an invoice are looked for by."""

from models.duplicate import Lookup, Specimen
from validate.duplicates.figures import bands_of
from validate.duplicates.keys import deal_of, keys_of


def lookup_of(specimen: Specimen) -> Lookup:
    """Everything by which an invoice is found when a duplicate of it comes."""
    deal = deal_of(specimen.invoice)
    bands = bands_of(specimen.print.figures) if specimen.print else ()
    return Lookup(
        keys=keys_of(specimen.invoice),
        date=deal.date if deal else None,
        total=deal.total if deal else None,
        bands=bands,
    )
