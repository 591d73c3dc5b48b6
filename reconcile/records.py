"""What the caller hands in besides ledgers."""

import datetime
from collections.abc import Mapping

from pydantic import AwareDatetime, Field

from models.invoice import Invoice
from models.ledger import Coverage
from models.portal import PortalAnswer, RedConfirmation, SourceHealth
from models.record import Record


class Keyed(Record):
    """An invoice under the name its caller knows it by, such as "file.pdf#0"."""

    key: str
    invoice: Invoice


class Link(Record):
    """What a person decided of an invoice and an entry: they belong together, or they do not.

    `invoice` is the key it was handed in under, or its `Invoice.key`; `entry` the entry's key, or
    the number (code-number) it has, which outlives a new export. Links of one invoice with several
    entries, or of several invoices with one entry, are taken together.
    """

    invoice: str
    entry: str
    linked: bool = True


class Failed(Record):
    """A document that was handed in and could not be read: `key` names it, `texts` is what is
    known of it all the same, such as its file name, the codes on it and what was made out."""

    key: str
    texts: tuple[str, ...] = ()


class Options(Record):
    """What matching is told.

    `now` is the instant of matching; `entities` our own tax ids; `coverage` replaces what the
    ledgers say they cover; `lag` is how long an invoice may take to reach the ledger (N1).
    `links` are decisions of people and outrank the ladder. `portal` holds answers of the check
    platform and `confirmations` begun red letters, both by `Invoice.key`; `sources` says how
    outside sources fared. `failed` are documents that could not be read, `collected` the period
    and company documents were collected for (entries outside it need none).
    """

    now: AwareDatetime
    entities: tuple[str, ...] = ()
    coverage: Coverage | None = None
    lag: datetime.timedelta = datetime.timedelta(hours=48)
    links: tuple[Link, ...] = ()
    portal: Mapping[str, PortalAnswer] = Field(default_factory=dict)
    confirmations: Mapping[str, RedConfirmation] = Field(default_factory=dict)
    sources: tuple[SourceHealth, ...] = ()
    failed: tuple[Failed, ...] = ()
    collected: Coverage | None = None
