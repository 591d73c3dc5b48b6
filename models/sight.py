"""What the picture of a page shows besides the fields: seals, edges, other invoices."""

from enum import StrEnum

from models.record import Record


class Edge(StrEnum):
    """A side of the invoice."""

    LEFT = "left"
    TOP = "top"
    RIGHT = "right"
    BOTTOM = "bottom"


class Seals(Record):
    """The seals of the issuer that were looked for: whether one is there, and what is read on it.

    监制章 are no such seals. `texts` has one entry for each seal on which something was read.
    """

    found: bool
    texts: tuple[str, ...] = ()


class Sight(Record):
    """What a page showed. None everywhere means that nobody looked, never that nothing is there.

    `what` is the kind of a page that is no invoice, as in `Attachment.what`. `missing_labels` are
    the printed labels the form must have that were found nowhere on it, `cut_edges` the sides at
    which the paper runs out of the picture. `claim_words` are words of a page for fetching an
    invoice with a telephone. `sales_list` says whether a 销货清单 came in the same file.
    """

    what: str | None = None
    invoices_on_page: int | None = None
    seals: Seals | None = None
    screen: bool | None = None
    """Whether it looks photographed from a screen."""
    cut_edges: tuple[Edge, ...] | None = None
    missing_labels: tuple[str, ...] | None = None
    claim_words: tuple[str, ...] | None = None
    sales_list: bool | None = None
    looks_like: str | None = None
    """The kind its words and their places speak for, where its QR code says another."""
