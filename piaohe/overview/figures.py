"""The figures of an overview: pure sums over what the database added up."""

import datetime
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.match import MatchState
from piaohe.overview.forecast import Forecast, forecast
from piaohe.overview.months import Span, month_of, moved
from piaohe.overview.sums import Sum
from piaohe.overview.tables import Table
from piaohe.store.overview import Done, Fact, Waiting

AGES = (1, 3, 7, 30)
"""Days that bound how long work has waited."""
HISTORY = 60
"""Months a forecast looks at."""
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Books:
    """All that is kept, added up at a moment. `opened`: (month, buyer) -> how many of those that
    needed nobody somebody had at hand all the same. `span` is the months that have any invoice."""

    at: datetime.datetime
    facts: tuple[Fact, ...]
    sellers: Table
    departments: Table
    opened: dict[tuple[str | None, str | None], int]
    done: tuple[Done, ...]
    waiting: tuple[Waiting, ...]

    @property
    def first(self) -> str | None:
        return min((fact.month for fact in self.facts if fact.month), default=None)


class Month(NamedTuple):
    """`alone`: of all its invoices, how many were accepted by the rules and opened by nobody.
    `change`: against the month before, in 分. `half` and `most`: hours it took half, and nine of
    ten, of those a person decided in it, from when they came; `done` is how many those were."""

    month: str
    sum: Sum
    change: int
    alone: int
    done: int
    half: float | None
    most: float | None


class Group(NamedTuple):
    """What has a name in common, and what that was in the span before."""

    name: str | None
    sum: Sum
    before: Sum


class Cause(NamedTuple):
    """Invoices the ledger does not hold as they are. `match` is empty where none was looked for."""

    match: str
    cause: str | None
    sum: Sum


class Age(NamedTuple):
    """Work waiting for at least `least` days and fewer than `below` (None: however long)."""

    least: int
    below: int | None
    number: int
    fen: int


class Load(NamedTuple):
    """What waits of the documents one person handed in; None: nobody did."""

    person_id: int | None
    number: int
    fen: int
    old: int
    """Of them, those of more than a week."""


@dataclass(frozen=True, slots=True)
class Figures:
    """An overview of some months, of one buyer or of all."""

    span: Span
    at: datetime.datetime
    total: Sum
    before: Sum
    undated: Sum
    alone: int
    months: tuple[Month, ...]
    categories: tuple[Group, ...]
    departments: tuple[Group, ...]
    sellers: tuple[Group, ...]
    more_sellers: tuple[int, Sum]
    causes: tuple[Cause, ...]
    half: float | None
    most: float | None
    done: int
    ages: tuple[Age, ...]
    loads: tuple[Load, ...]
    this_month: Forecast | None
    next_month: Forecast | None
    whole_months: int
    """Months before this one since the first invoice."""


def figures(books: Books, span: Span, buyer: str | None, top: int, today: str) -> Figures:
    """The overview of a span. `top` sellers are named; `today` is the month it is."""
    facts = [fact for fact in books.facts if buyer is None or fact.buyer == buyer]
    by_month = _sums(facts, lambda fact: fact.month)
    here = [fact for fact in facts if fact.month in span]
    prior = span.before
    earlier = [fact for fact in facts if fact.month in prior]
    done = [one for one in books.done if buyer is None or one.buyer == buyer]
    hours = _hours(done)
    months = _months(span, by_month, _alone(books, buyer), hours)
    within = [each for month in span for each in hours.get(month, [])]
    named, more, rest = books.sellers.largest(span, buyer, top)
    waiting = [one for one in books.waiting if buyer is None or one.buyer == buyer]
    history = history_of(by_month, today)
    return Figures(
        span=span,
        at=books.at,
        total=_total(here),
        before=_total(earlier),
        undated=by_month.get(None, Sum()),
        alone=sum(month.alone for month in months),
        months=months,
        categories=_groups(
            _sums(here, lambda fact: fact.category), _sums(earlier, lambda fact: fact.category)
        ),
        departments=_groups(
            dict(books.departments.all(span, buyer)),
            dict(books.departments.all(prior, buyer)),
        ),
        sellers=tuple(Group(*one) for one in named),
        more_sellers=(more, rest),
        causes=_causes(here),
        half=quantile(within, 0.5),
        most=quantile(within, 0.9),
        done=len(within),
        ages=_ages(waiting),
        loads=_loads(waiting),
        this_month=forecast(history, 1),
        next_month=forecast(history, 2),
        whole_months=len(history),
    )


def history_of(by_month: dict[str | None, Sum], today: str) -> list[int]:
    """What the whole months before today's came to, without a gap, the oldest first."""
    whole = sorted(
        month for month, one in by_month.items() if month and month < today and one.number
    )
    if not whole:
        return []
    span = Span(max(whole[0], moved(today, -HISTORY)), moved(today, -1))
    return [by_month.get(month, Sum()).fen for month in span]


def quantile(values: list[float], share: float) -> float | None:
    """The smallest value that this share of them does not exceed."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _sums(facts: Iterable[Fact], by: Callable[[Fact], str | None]) -> dict[str | None, Sum]:
    found: dict[str | None, Sum] = defaultdict(Sum)
    for fact in facts:
        found[by(fact)] += Sum.of(fact.way, fact.number, fact.fen)
    return dict(found)


def _total(facts: Iterable[Fact]) -> Sum:
    return _sums(facts, lambda _: None).get(None, Sum())


def _alone(books: Books, buyer: str | None) -> dict[str | None, int]:
    """How many of each month nobody touched."""
    found: dict[str | None, int] = defaultdict(int)
    for fact in books.facts:
        if fact.alone and (buyer is None or fact.buyer == buyer):
            found[fact.month] += fact.number
    for (month, of), count in books.opened.items():
        if buyer is None or of == buyer:
            found[month] -= count
    return found


def _hours(done: Iterable[Done]) -> dict[str, list[float]]:
    """By the month of the decision, in hours from when it came."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in done:
        took = (one.decided_at - one.received_at).total_seconds() / 3600
        found[month_of(one.decided_at.astimezone(_ZONE).date())].append(max(0.0, took))
    return found


def _months(
    span: Span,
    sums: dict[str | None, Sum],
    alone: dict[str | None, int],
    hours: dict[str, list[float]],
) -> tuple[Month, ...]:
    found = []
    for month in span:
        one, before = sums.get(month, Sum()), sums.get(moved(month, -1), Sum())
        took = hours.get(month, [])
        found.append(
            Month(
                month=month,
                sum=one,
                change=one.fen - before.fen,
                alone=alone.get(month, 0),
                done=len(took),
                half=quantile(took, 0.5),
                most=quantile(took, 0.9),
            )
        )
    return tuple(found)


def _groups(now: dict[str | None, Sum], before: dict[str | None, Sum]) -> tuple[Group, ...]:
    """The largest first, with those there were before alone."""
    names = now.keys() | before.keys()
    groups = [Group(name, now.get(name, Sum()), before.get(name, Sum())) for name in names]
    return tuple(sorted(groups, key=lambda one: (-one.sum.fen, -one.sum.found, one.name or "")))


def _causes(facts: Iterable[Fact]) -> tuple[Cause, ...]:
    found: dict[tuple[str, str | None], Sum] = defaultdict(Sum)
    for fact in facts:
        if fact.match != MatchState.EXACT:
            found[fact.match, fact.cause] += Sum.of(fact.way, fact.number, fact.fen)
    causes = [Cause(*key, one) for key, one in found.items()]
    # what nobody has looked for in a ledger is no cause, and stands last
    return tuple(sorted(causes, key=lambda one: (not one.match, -one.sum.fen, str(one.cause))))


def _ages(waiting: Iterable[Waiting]) -> tuple[Age, ...]:
    bounds = (0, *AGES)
    counts, fens = [0] * len(bounds), [0] * len(bounds)
    for one in waiting:
        counts[one.passed] += one.number
        fens[one.passed] += one.fen
    return tuple(
        Age(least, below, count, fen)
        for least, below, count, fen in zip(bounds, (*AGES, None), counts, fens, strict=True)
    )


def _loads(waiting: Iterable[Waiting]) -> tuple[Load, ...]:
    found: dict[int | None, Load] = {}
    week = AGES.index(7)
    for one in waiting:
        old = found.get(one.person_id, Load(one.person_id, 0, 0, 0))
        more = one.number if one.passed > week else 0
        found[one.person_id] = Load(
            one.person_id, old.number + one.number, old.fen + one.fen, old.old + more
        )
    return tuple(sorted(found.values(), key=lambda one: (-one.number, one.person_id or 0)))
