"""What is known of invoices that are one and the same, or look it: one verdict for an invoice.

The policy, as a reviewer would have it:

- A file handed in again byte for byte is the same file. It is kept once; that it was seen again
  is noted, and nothing is claimed by it.
- An invoice has one identity (`validate.duplicates.keys_of`). Whoever hands it in first has it.
- The same invoice in another shape - the XML beside its PDF, a photo beside the OFD - is a
  rendition: linked to the first, shown with it, not rejected. It is one invoice all the same and
  is to be paid once. Where it is known who handed in which and it was somebody else, it is no
  rendition but a second claim; so it is where the two say different things under one number.
- The same invoice in the same shape under other bytes (a second photo, a scan made again, a PDF
  saved anew) is a duplicate: nobody needs two of those, and it is how paper is claimed twice.
- Without a key that can be read, the same paper is told by what stands on it: every number that
  no other ticket of its kind shares. That is never certain, so a person decides.
- The same business under another number - seller, date and total, and either a number one
  character off or the very same lines - is for a person to decide too.

Who handed a document in may be unknown (None); then nobody is told apart by it.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from models.invoice import Invoice
from models.page import FileKind
from models.record import Record


class Shape(StrEnum):
    """In which shape an invoice is held: structured data, an original with text, a picture.

    scan is a picture inside a PDF or in a scanner's format (TIFF, BMP), photo any other picture,
    bundle an archive or a mail that may hold several shapes.
    """

    XML = "xml"
    OFD = "ofd"
    PDF = "pdf"
    SCAN = "scan"
    PHOTO = "photo"
    BUNDLE = "bundle"

    @classmethod
    def of(cls, kind: FileKind, *, by_sight: bool) -> "Shape":
        """The shape of an invoice from a file of this kind, read from its picture or not."""
        match kind:
            case FileKind.XML:
                return cls.XML
            case FileKind.OFD:
                return cls.OFD
            case FileKind.PDF:
                return cls.SCAN if by_sight else cls.PDF
            case FileKind.TIFF | FileKind.BMP:
                return cls.SCAN
            case FileKind.ZIP | FileKind.EML:
                return cls.BUNDLE
            case _:
                return cls.PHOTO


class Relation(StrEnum):
    """How an invoice is related to one known before it."""

    SAME_FILE = "same_file"
    SAME_INVOICE = "same_invoice"
    RENDITION = "rendition"
    SAME_PAPER = "same_paper"
    ALTERED_NUMBER = "altered_number"


class Print(Record):
    """What a ticket looked like, in few bytes: the figures that stand on it, as they were read.

    They are runs of digits in a form that bears misreading (`validate.duplicates.figures_of`);
    those that every ticket of its kind shares are left out. Layout and pixels are not in it: of
    two tickets of one form those differ less than two photos of one ticket do.
    """

    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Specimen:
    """An invoice as it is held against others: the `index`-th of the document with this content.

    `where` is how a person finds it, `since` and `by` are when and by whom it was handed in.
    """

    document: str
    index: int
    where: str
    invoice: Invoice
    shape: Shape | None = None
    print: Print | None = None
    since: datetime.datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """What an invoice's duplicates are looked for by (`validate.duplicates.lookup_of`).

    `keys` are its identities, strongest first; `date` and `total` of near duplicates are its own
    (both None where one is not known); prints that are alike have some of its `bands`.
    """

    keys: tuple[str, ...] = ()
    date: datetime.date | None = None
    total: Decimal | None = None
    bands: tuple[int, ...] = ()


class Likeness(Record):
    """One thing that two invoices were compared by. `score` is 1 for what is equal, 0 for what
    contradicts."""

    what: str
    ours: str | None
    theirs: str | None
    score: float


class Twin(Record):
    """Another invoice that is the same, or looks it, and what shows that.

    `keys` are the identities both have.
    """

    where: str
    document: str
    index: int
    relation: Relation
    since: datetime.datetime | None = None
    by: str | None = None
    by_other: bool = False
    """Whether it is known to be from somebody else."""
    keys: tuple[str, ...] = ()
    evidence: tuple[Likeness, ...] = ()


_ORDER = (
    Relation.SAME_INVOICE,
    Relation.SAME_FILE,
    Relation.SAME_PAPER,
    Relation.ALTERED_NUMBER,
    Relation.RENDITION,
)


class DuplicateVerdict(Record):
    """All that is known of one invoice's duplicates, the gravest first; empty where it has none."""

    twins: tuple[Twin, ...] = ()

    @classmethod
    def of(cls, twins: "tuple[Twin, ...] | list[Twin]") -> "DuplicateVerdict":
        """The verdict with these twins, in order: the gravest relation first, then the earliest."""
        return cls(twins=tuple(sorted(twins, key=_rank)))

    def having(self, *relations: Relation) -> tuple[Twin, ...]:
        """The twins of these relations."""
        return tuple(twin for twin in self.twins if twin.relation in relations)

    def get(self, key: str, /) -> str | None:
        """Where the same invoice with this key is kept, as `validate.Seen` asks, or None."""
        same = self.having(Relation.SAME_INVOICE)
        return next((twin.where for twin in same if key in twin.keys), None)


def _rank(twin: Twin) -> tuple[int, float, str, int]:
    since = twin.since.timestamp() if twin.since else float("inf")
    return (_ORDER.index(twin.relation), since, twin.document, twin.index)
