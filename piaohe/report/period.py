"""What the report of a period is about: what does not agree, why, and what to do about it."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.invoice import Invoice
from models.ledger import Ledger, LedgerEntry
from models.match import Absence, Match, MatchState
from models.text import MAX_MONEY
from piaohe.report import words
from piaohe.report.content import Tally
from piaohe.report.spans import Span
from piaohe.report.words import Words
from reconcile import Completeness, Figures, Keyed, completeness

STATES = (
    MatchState.MISSING,
    MatchState.MISMATCH,
    MatchState.SUGGESTED,
    MatchState.DUPLICATE,
    MatchState.RESIDUAL,
)
"""What may be wrong with an invoice, the gravest first."""

NEEDS_NONE = frozenset({Absence.NETTED, Absence.CANCELLED, Absence.OUTSIDE, Absence.COPY})
"""Reasons for which an entry needs no document; `Figures.unclaimed` leaves them out too."""


@dataclass(frozen=True, slots=True)
class Handed:
    """An invoice that was handed in: the key it was matched under, the file it is in, the day it
    came (in China), and its verdict where there was a ledger."""

    key: str
    invoice: Invoice
    where: str
    arrived: datetime.date | None = None
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice or an entry in a list. `where` is the file it is in, or its place there."""

    key: str
    number: str | None
    date: datetime.date | None
    seller: str | None
    total: Decimal | None
    where: str
    match: Match


@dataclass(frozen=True, slots=True)
class Group:
    """Those with the same state and cause, or the same reason: the largest sums first.

    `mark` names its place in a page; `code` is the cause as N1 to N20 where there is one; `action`
    what to do about most of them; `retry_after` when asking again may help the first of them.
    """

    mark: str
    name: Words
    rows: tuple[Row, ...]
    code: str = ""
    settled: bool = False

    @property
    def tally(self) -> Tally:
        return tally_of(row.total for row in self.rows)

    @property
    def action(self) -> Words:
        said = Counter(
            Words(row.match.action, row.match.action_en or row.match.action)
            for row in self.rows
            if row.match.action
        )
        return min(said, key=lambda words: (-said[words], words), default=Words("", ""))

    @property
    def retry_after(self) -> datetime.datetime | None:
        return min((r.match.retry_after for r in self.rows if r.match.retry_after), default=None)


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """Everything the report of a period shows. `made_at` is an instant in UTC.

    `open` are the invoices that do not agree with the ledger, by state and in it by cause;
    `without` the entries without a document by reason, those that need none last; `files` says
    where each invoice is. `before` are the figures kept of the period before.
    """

    span: Span
    made_at: datetime.datetime
    summed: Completeness
    open: Mapping[MatchState, tuple[Group, ...]]
    without: tuple[Group, ...] = ()
    files: Mapping[str, str] | None = None
    ledgers: Sequence[Ledger] = ()
    version: str = ""

    @property
    def figures(self) -> Figures:
        return self.summed.figures

    @property
    def before(self) -> Figures | None:
        return self.summed.before

    def state(self, *states: MatchState) -> Tally:
        """The invoices in any of these states."""
        found = [self.summed.by_state[state] for state in states if state in self.summed.by_state]
        zero = Decimal("0.00")
        return Tally(sum(one.count for one in found), sum((one.total for one in found), zero))


def tally_of(totals: Iterable[Decimal | None]) -> Tally:
    """Counted and added up; what has no usable sum is None and counts as 0."""
    found = Tally()
    for total in totals:
        found = found.plus(total)
    return found


def period_report(
    span: Span,
    handed: Sequence[Handed],
    ledgers: Sequence[Ledger],
    left: Sequence[Match] = (),
    *,
    before: Figures | None = None,
    made_at: datetime.datetime,
) -> PeriodReport:
    """Sum up a period from everything that was matched; `left` are the verdicts on entries.

    An invoice belongs to the period when it is dated in it or was handed in during it, an entry
    when it is dated in it; entries without a date when their ledger may cover it. Pure.
    """
    ours = [one for one in handed if _belongs(span, one)]
    books = [_cut(span, ledger) for ledger in ledgers]
    entries = {entry.key: entry for book in books for entry in book.entries}
    beside = [match for match in left if match.key in entries]
    matches = [one.match for one in ours if one.match]
    summed = completeness(
        [Keyed(key=one.key, invoice=one.invoice) for one in ours],
        books,
        span.coverage,
        [*matches, *beside],
        arrived={one.key: one.arrived for one in ours if one.arrived},
        before=before,
    )
    marks = (f"g{number}" for number in range(1, len(ours) + len(beside) + 1))
    return PeriodReport(
        span=span,
        made_at=made_at,
        summed=summed,
        open=_open(span, ours, marks),
        without=_without([_entry_row(entries[match.key], match) for match in beside], marks),
        files={one.key: one.where for one in ours},
        ledgers=ledgers,
    )


def _belongs(span: Span, one: Handed) -> bool:
    date = one.invoice.date
    return span.holds(date) or span.holds(one.arrived) or (date is None and one.arrived is None)


def _cut(span: Span, ledger: Ledger) -> Ledger:
    """The ledger with the entries of the period."""
    cover = ledger.coverage
    undated = (cover.first or span.last) <= span.last and (cover.last or span.first) >= span.first
    entries = tuple(
        entry for entry in ledger.entries if (span.holds(entry.date) if entry.date else undated)
    )
    return ledger.model_copy(update={"entries": entries})


def _open(
    span: Span, ours: Iterable[Handed], marks: Iterator[str]
) -> dict[MatchState, tuple[Group, ...]]:
    found: dict[tuple[MatchState, str], list[Row]] = defaultdict(list)
    for one in ours:
        match, date = one.match, one.invoice.date
        within = date is None or span.holds(date)
        if match and within and match.state is not MatchState.EXACT:
            found[match.state, match.cause or ""].append(_invoice_row(one, match))
    groups: dict[MatchState, tuple[Group, ...]] = {}
    for state in STATES:
        named = {cause: rows for (where, cause), rows in found.items() if where is state}
        if named:
            groups[state] = tuple(
                Group(next(marks), words.cause_called(state, cause), _sorted(rows), cause)
                for cause, rows in sorted(named.items(), key=_frequent)
            )
    return groups


def _without(rows: Iterable[Row], marks: Iterator[str]) -> tuple[Group, ...]:
    found: dict[Absence, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.match.reason or Absence.ALIKE].append(row)
    ordered = sorted(found.items(), key=lambda one: (one[0] in NEEDS_NONE, _frequent(one)))
    return tuple(
        Group(next(marks), words.ABSENCES[reason], _sorted(rows), settled=reason in NEEDS_NONE)
        for reason, rows in ordered
    )


def _frequent(group: tuple[str, list[Row]]) -> tuple[int, str]:
    return -len(group[1]), group[0]


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (-abs(row.total or Decimal(0)), row.key)))


def _invoice_row(one: Handed, match: Match) -> Row:
    invoice = one.invoice
    return Row(
        key=one.key,
        number=invoice.key,
        date=invoice.date,
        seller=invoice.seller_name or invoice.seller_tax_id,
        total=_worth(invoice),
        where=one.where,
        match=match,
    )


def _entry_row(entry: LedgerEntry, match: Match) -> Row:
    return Row(
        key=match.key,
        number=entry.number or entry.damaged_number,
        date=entry.date,
        seller=entry.seller_name or entry.seller_tax_id,
        total=_worth(entry),
        where=" ".join(filter(None, (entry.source, entry.sheet, f"#{entry.row}"))),
        match=match,
    )


def _worth(side: Invoice | LedgerEntry) -> Decimal | None:
    value = side.total if side.total is not None else side.amount
    return value if value is not None and value.is_finite() and abs(value) <= MAX_MONEY else None
