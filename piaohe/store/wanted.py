"""What is looked for, and the lines it is found as."""

import datetime
from enum import StrEnum

from models.finding import Status
from models.forms import Form, InvoiceType
from models.match import MatchState
from models.record import Record

UNBOOKED = frozenset({"", MatchState.MISSING.value, MatchState.RESIDUAL.value})
"""The states of matching in which nothing of the ledger stands for the invoice."""


NONE = "none"
"""What is looked for where there is no category, or no cause."""


class State(StrEnum):
    """Where a review stands. checked: accepted by one person, a second has to approve; merged: it
    is a part of another invoice and counts for nothing."""

    OPEN = "open"
    CHECKED = "checked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"
    MERGED = "merged"


class Order(StrEnum):
    """What comes first in the queue: what is blocked and large, large, old."""

    RISK = "risk"
    AMOUNT = "amount"
    AGE = "age"


class Booked(StrEnum):
    """How an invoice stands to the ledger: a MatchState, or not there in whatever way, or never
    looked for."""

    UNBOOKED = "unbooked"
    UNMATCHED = "unmatched"
    EXACT = MatchState.EXACT.value
    SUGGESTED = MatchState.SUGGESTED.value
    MISMATCH = MatchState.MISMATCH.value
    RESIDUAL = MatchState.RESIDUAL.value
    DUPLICATE = MatchState.DUPLICATE.value
    MISSING = MatchState.MISSING.value


class Wanted(Record):
    """What is looked for; everything given has to hold. Money in 分, days both included.

    `queue`: only what a person still has to decide; `owner` and `by`: only what this person handed
    in (the first is who looks, the second whom they ask for); `rule`: with a finding of this rule;
    `twins`: with a duplicate; `ids`: only these; `q`: these words, each somewhere in it, or an
    amount; `category` and `cause` may be NONE; `arrived_since` and `arrived_until`: handed in
    from the one moment to before the other.
    """

    queue: bool = False
    status: Status | None = None
    state: State | None = None
    rule: str | None = None
    q: str = ""
    owner: int | None = None
    by: int | None = None
    kind: tuple[InvoiceType, ...] = ()
    form: Form | None = None
    category: str | None = None
    match: Booked | None = None
    cause: str | None = None
    department: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    arrived_since: datetime.datetime | None = None
    arrived_until: datetime.datetime | None = None
    least: int | None = None
    most: int | None = None
    seller: str | None = None
    buyer: str | None = None
    twins: bool = False
    ids: tuple[str, ...] = ()


class Line(Record):
    """A line of a list. Money in 分. `place` is where it stands among all, the latest highest."""

    id: str
    document_sha256: str
    file: str
    received_at: datetime.datetime
    type: str
    form: str | None
    number: str | None
    date: datetime.date | None
    total_fen: int | None
    seller_name: str | None
    buyer_name: str | None
    status: Status
    state: State
    category: str | None = None
    match: str = ""
    twins: bool = False
    place: int = 0
    holder_id: int | None = None
    held_until: datetime.datetime | None = None


class Facet(Record):
    """How many of what was found have a value."""

    value: str
    count: int
