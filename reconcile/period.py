"""A period summed up: what agrees and what does not, what may be missing, what came late."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from models.invoice import Invoice
from models.ledger import Coverage, Ledger, LedgerEntry
from models.match import Absence, Match, MatchState, Side
from models.record import Record
from models.text import MAX_MONEY
from reconcile.facts import Facts, entry_facts, invoice_facts
from reconcile.ledgers import covers
from reconcile.records import Keyed

TOP = 10
LAST_DAYS = 5
"""So many days before the end of a period an invoice may well be booked in the next one."""
_WIDEST_GAP = 5
_SHORTEST_RUN = 3
_TAIL, _LONGEST = 8, 20
_NOTHING = Decimal("0.00")
K = TypeVar("K")
_FOUND = frozenset({MatchState.EXACT, MatchState.MISMATCH, MatchState.DUPLICATE})


class Tally(Record):
    """How many, and how much in yuan with tax."""

    count: int = 0
    total: Decimal = _NOTHING


class Gap(Record):
    """Numbers missing between two that one seller issued: `first` to `last`, `count` of them."""

    seller: str
    code: str | None = None
    first: str
    last: str
    count: int


class Line(Record):
    """An invoice or entry worth a look: `why` is a state, a cause or a reason."""

    side: Side
    key: str
    date: datetime.date | None = None
    seller: str | None = None
    total: Decimal | None = None
    why: str
    message: str = ""
    message_en: str = ""


class Figures(Record):
    """What one period is compared with another by."""

    invoices: Tally = Tally()
    entries: Tally = Tally()
    exact: Tally = Tally()
    open: Tally = Tally()
    """Invoices that do not agree with the ledger, whatever the state."""
    unclaimed: Tally = Tally()
    """Entries no invoice accounts for, but for those that need none."""
    gaps: int = 0
    late: int = 0

    @property
    def share_exact(self) -> float | None:
        """Per cent of the invoices; None where there are none."""
        return 100 * self.exact.count / self.invoices.count if self.invoices.count else None


class Completeness(Record):
    """A period: `figures` now and `before`, invoices by state and by cause, entries by reason,
    the largest sums that are open, gaps in numbers, and what lies at the edges in time.

    `cut_off` are invoices of the last days that the ledger has not; `late` those dated before the
    period that it has, or that were handed in after its end; `outside` those dated in no other
    way within it. Invoices without a date count as in the period.
    """

    period: Coverage
    figures: Figures
    before: Figures | None = None
    by_state: dict[MatchState, Tally]
    by_cause: dict[str, Tally]
    """By the first cause; empty where none is known."""
    by_reason: dict[Absence, Tally]
    top: tuple[Line, ...] = ()
    gaps: tuple[Gap, ...] = ()
    cut_off: tuple[Line, ...] = ()
    late: tuple[Line, ...] = ()
    outside: tuple[Line, ...] = ()


_NEEDS_NONE = frozenset({Absence.NETTED, Absence.CANCELLED, Absence.OUTSIDE, Absence.COPY})


def completeness(
    invoices: Sequence[Keyed],
    ledgers: Sequence[Ledger],
    period: Coverage,
    matches: Iterable[Match] = (),
    *,
    arrived: Mapping[str, datetime.date] | None = None,
    before: Figures | None = None,
) -> Completeness:
    """Sum up a period from what was matched in it (`match` of the same invoices and ledgers).

    `arrived` says when invoices were handed in, by key; `before` are the figures of the period
    before. Pure; the order of what is given decides nothing.
    """
    known = {keyed.key: keyed for keyed in invoices}
    entries = {entry.key: entry for ledger in ledgers for entry in ledger.entries}
    judged = [(match, _line(match, known, entries)) for match in matches]
    ours = [(match, line) for match, line in judged if match.side is Side.INVOICE]
    inside = [(match, line) for match, line in ours if _is_within(period, line.date)]
    beside = [
        (match, line)
        for match, line in judged
        if match.side is Side.LEDGER and _is_within(period, line.date)
    ]
    open_ = [(match, line) for match, line in inside if match.state is not MatchState.EXACT]
    lacking = [line for match, line in beside if match.reason not in _NEEDS_NONE]
    edges = _edges(period, ours, arrived or {})
    gaps = tuple(_gaps(known.values(), entries.values()))
    sides = [keyed.invoice for keyed in known.values()], list(entries.values())
    figures = Figures(
        invoices=_tally(_worth(each) for each in sides[0] if _is_within(period, each.date)),
        entries=_tally(_worth(each) for each in sides[1] if _is_within(period, each.date)),
        exact=_tally(line.total for match, line in inside if match.state is MatchState.EXACT),
        open=_tally(line.total for _, line in open_),
        unclaimed=_tally(line.total for line in lacking),
        gaps=sum(gap.count for gap in gaps),
        late=len(edges["late"]),
    )
    return Completeness(
        period=period,
        figures=figures,
        before=before,
        by_state=_grouped((match.state, line) for match, line in inside),
        by_cause=_grouped((match.cause or "", line) for match, line in open_),
        by_reason=_grouped((match.reason or Absence.ALIKE, line) for match, line in beside),
        top=tuple(sorted([*(line for _, line in open_), *lacking], key=_by_size)[:TOP]),
        gaps=gaps,
        **edges,
    )


def _line(match: Match, known: Mapping[str, Keyed], entries: Mapping[str, LedgerEntry]) -> Line:
    keyed = known.get(match.key) if match.side is Side.INVOICE else None
    side = keyed.invoice if keyed else entries.get(match.key)
    return Line(
        side=match.side,
        key=match.key,
        date=side.date if side else None,
        seller=(side.seller_name or side.seller_tax_id) if side else None,
        total=_worth(side) if side else None,
        why=match.cause or (match.reason.value if match.reason else match.state.value),
        message=match.message,
        message_en=match.message_en,
    )


def _worth(side: Invoice | LedgerEntry) -> Decimal | None:
    """The sum with tax, or the only one there is."""
    value = side.total if side.total is not None else side.amount
    return value if value is not None and value.is_finite() and abs(value) <= MAX_MONEY else None


def _is_within(period: Coverage, date: datetime.date | None) -> bool:
    return date is None or covers(period, date)


def _tally(totals: Iterable[Decimal | None]) -> Tally:
    count, total = 0, _NOTHING
    for value in totals:
        count += 1
        if value is not None and value.is_finite() and abs(value) <= MAX_MONEY:
            total += value
    return Tally(count=count, total=total)


def _grouped(lines: Iterable[tuple[K, Line]]) -> dict[K, Tally]:
    """Tallies by name, the most frequent first."""
    groups: dict[K, list[Decimal | None]] = defaultdict(list)
    for name, line in lines:
        groups[name].append(line.total)
    found = {name: _tally(totals) for name, totals in groups.items()}
    return dict(sorted(found.items(), key=lambda item: (-item[1].count, str(item[0]))))


def _by_size(line: Line) -> tuple[Decimal, str, str]:
    return -abs(line.total or _NOTHING), line.side.value, line.key


def _by_day(line: Line) -> tuple[datetime.date, str]:
    return line.date or datetime.date.min, line.key


def _edges(
    period: Coverage,
    ours: Iterable[tuple[Match, Line]],
    arrived: Mapping[str, datetime.date],
) -> dict[str, tuple[Line, ...]]:
    """What lies at the edges of the period in time; an invoice stands at one of them at most."""
    first, last = period.first, period.last
    found: dict[str, list[Line]] = {"cut_off": [], "late": [], "outside": []}
    for match, line in ours:
        date, came = line.date, arrived.get(line.key)
        is_early = bool(first and date and date < first)
        came_late = bool(came and last and came > last)
        if (is_early and match.state in _FOUND) or (_is_within(period, date) and came_late):
            found["late"].append(line)
        elif not _is_within(period, date):
            found["outside"].append(line)
        elif date and last and (last - date).days < LAST_DAYS and match.state not in _FOUND:
            found["cut_off"].append(line)
    return {name: tuple(sorted(lines, key=_by_day)) for name, lines in found.items()}


def _gaps(invoices: Iterable[Keyed], entries: Iterable[LedgerEntry]) -> Iterator[Gap]:
    """Numbers that neither side has between numbers of one seller that follow one another.

    Only in runs: at least three numbers of which each is at most six after the one before. A
    buyer sees few of a seller's numbers, and a wide gap says nothing.
    """
    sides: list[Facts] = [invoice_facts(each.key, each.invoice) for each in invoices]
    sides += [entry_facts(entry) for entry in entries]
    series: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for side in sides:
        number = side.long or side.short
        seller = side.seller_name or side.seller_tax_id
        if number and seller and number.isdigit() and _TAIL <= len(number) <= _LONGEST:
            code = "" if side.long else side.code or ""
            series[seller, code, number[:-_TAIL]].add(int(number[-_TAIL:]))
    for (seller, code, head), tails in sorted(series.items()):
        for run in _runs(sorted(tails)):
            for before, after in pairwise(run):
                if after - before > 1:
                    yield Gap(
                        seller=seller,
                        code=code or None,
                        first=f"{head}{before + 1:0{_TAIL}d}",
                        last=f"{head}{after - 1:0{_TAIL}d}",
                        count=after - before - 1,
                    )


def _runs(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Stretches of at least three numbers without a wide gap."""
    run: list[int] = []
    for number in numbers:
        if run and number - run[-1] > _WIDEST_GAP + 1:
            if len(run) >= _SHORTEST_RUN:
                yield run
            run = []
        run.append(number)
    if len(run) >= _SHORTEST_RUN:
        yield run
