"""Other documents that bear on an invoice, as the shell looked them up."""

import datetime
from decimal import Decimal

from pydantic import Field

from models.record import Record
from models.text import MAX_MONEY


class Sibling(Record):
    """As much of another invoice as rules compare. `where` is where a person would find it."""

    where: str
    number: str | None = None
    code: str | None = None
    date: datetime.date | None = None
    total: Decimal | None = Field(None, ge=-MAX_MONEY, le=MAX_MONEY)


class Journey(Record):
    """A ride, flight or passage of the same traveller, local time.

    `arrives` None: no ticket prints it, and the source does not know.
    """

    where: str
    trip_no: str | None = None
    departs: datetime.datetime
    arrives: datetime.datetime | None = None


class Related(Record):
    """What was looked up. None means that nobody looked; an empty tuple, that nothing was found.

    The invoice itself is in none of them, and neither are other renditions of it.
    """

    same_seller: tuple[Sibling, ...] | None = None
    """Invoices of the same seller dated within three days of this one."""
    seller_names: tuple[str, ...] | None = None
    """Names seen earlier with the seller's tax id."""
    seller_established: datetime.date | None = None
    blues: tuple[Sibling, ...] | None = None
    """Of a red invoice: the invoices it takes back."""
    reds: tuple[Sibling, ...] | None = None
    """Of a blue invoice: those that take it back. Of a red one: the others that take back the
    same blue invoice."""
    journeys: tuple[Journey, ...] | None = None
    """Rides and flights of the same traveller, from a day before to a day after."""
    slips: tuple[Sibling, ...] | None = None
    """Taxi slips with the same code whose number is near."""
    copies: tuple[str, ...] | None = None
    """Where a file with the very same bytes was handed in before."""
