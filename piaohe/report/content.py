"""What a report is about: documents with their matches, ledger entries left over, and counts."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import validate
from models.document import Document, ReadStatus
from models.finding import Status
from models.invoice import Invoice
from models.ledger import Ledger, LedgerEntry
from models.match import Match, MatchState

DIFFERENT = frozenset(
    {MatchState.MISMATCH, MatchState.SUGGESTED, MatchState.RESIDUAL, MatchState.DUPLICATE}
)
"""States in which something in the ledger is near the invoice, but a person must look."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document, with a match for each of its invoices (None where none was asked for)."""

    document: Document
    matches: tuple[Match | None, ...] = ()
    known: bool = False

    def pairs(self) -> list[tuple[Invoice, Match | None]]:
        """Each invoice with its match."""
        matches = self.matches or (None,) * len(self.document.invoices)
        return list(zip(self.document.invoices, matches, strict=True))


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A ledger entry no invoice accounts for. `entry` is None where it is known by key only."""

    match: Match
    entry: LedgerEntry | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many, and what they come to (价税合计, invoices without a total counted as 0)."""

    count: int = 0
    total: Decimal = Decimal("0.00")

    def plus(self, total: Decimal | None) -> "Tally":
        return Tally(self.count + 1, self.total + (total or Decimal(0)))


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers at the top. `unmatched_side` counts ledger entries without a document."""

    documents: int
    known: int
    failed: int
    invoices: Tally
    accepted: Tally
    review: Tally
    rejected: Tally
    matched: Tally
    different: Tally
    missing: Tally
    unclaimed: Tally


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report shows. `made_at` is an instant in UTC."""

    folder: str
    made_at: datetime.datetime
    items: Sequence[Item]
    unclaimed: Sequence[Unclaimed] = ()
    ledgers: Sequence[Ledger] = ()
    version: str = ""
    summary: Summary = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "summary", summarise(self.items, self.unclaimed))


def summarise(items: Sequence[Item], unclaimed: Sequence[Unclaimed]) -> Summary:
    """Count documents, invoices by status and by match, and add up their totals."""
    by_status = dict.fromkeys(Status, Tally())
    every = matched = different = missing = entries = Tally()
    for invoice, match in (pair for item in items for pair in item.pairs()):
        if validate.is_rendition(invoice):
            continue  # the same invoice in another shape: it counts once
        every = every.plus(invoice.total)
        by_status[invoice.status] = by_status[invoice.status].plus(invoice.total)
        if match is None:
            continue
        if match.state is MatchState.EXACT:
            matched = matched.plus(invoice.total)
        elif match.state in DIFFERENT:
            different = different.plus(invoice.total)
        else:
            missing = missing.plus(invoice.total)
    for left in unclaimed:
        entries = entries.plus(left.entry.total if left.entry else None)
    return Summary(
        documents=len(items),
        known=sum(item.known for item in items),
        failed=sum(item.document.status is not ReadStatus.OK for item in items),
        invoices=every,
        accepted=by_status[Status.ACCEPTED],
        review=by_status[Status.REVIEW],
        rejected=by_status[Status.REJECTED],
        matched=matched,
        different=different,
        missing=missing,
        unclaimed=entries,
    )


def urgency(item: Item) -> int:
    """0 for what a person must look at first, up to 3 for what needs nobody."""
    if item.document.status is not ReadStatus.OK:
        return 0
    ranks = [3]
    for invoice, match in item.pairs():
        if invoice.status is Status.REJECTED:
            ranks.append(0)
        elif match is not None and match.state is not MatchState.EXACT:
            ranks.append(1)
        elif invoice.status is Status.REVIEW:
            ranks.append(2)
    return min(ranks)
