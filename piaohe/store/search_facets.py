"""How many of what was found have which value: kinds, categories, months, sellers and others."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from models.record import Record
from piaohe.store.tables.search import SearchRow
from piaohe.store.wanted import Facet

FACETS = ("type", "category", "status", "state", "match_state", "month", "seller")
"""A month is "2026-09"; both it and a seller are empty where an invoice has none."""
SELLERS = 20
"""Sellers that are told: among ten thousand invoices there may be as many."""

_SEVERAL = {"seller": SELLERS}


class Tally(Record):
    """How many were found, up to one more than what is counted at most; and for each of FACETS
    its values, the most frequent first."""

    count: int
    facets: dict[str, tuple[Facet, ...]]


def columns(dialect: str) -> list[ColumnElement[Any]]:
    """What has to be known of each invoice, named as FACETS are."""
    if dialect == "sqlite":
        # a day is kept as text, and a part of that costs a tenth of asking for its month
        month: ColumnElement[Any] = func.substr(cast(SearchRow.date, String), 1, 7)
    else:
        month = func.to_char(SearchRow.date, "YYYY-MM")
    made = {"month": month, "seller": SearchRow.seller_name}
    every = [made.get(name, getattr(SearchRow, name, None)) for name in FACETS]
    # here, so that what has none and what has an empty one is counted together
    return [func.coalesce(each, "").label(name) for name, each in zip(FACETS, every, strict=True)]


def tally(session: Session, latest: FromClause) -> Tally:
    """The values of what was found, which has the `columns`."""
    found: dict[str, list[Facet]] = {name: [] for name in FACETS}
    for value, count, name in session.execute(union_all(*(_counted(latest, n) for n in FACETS))):
        found[name].append(Facet(value=value, count=count))
    return Tally(
        count=sum(facet.count for facet in found["status"]),
        facets={name: _ordered(facets) for name, facets in found.items()},
    )


def _counted(latest: FromClause, name: str) -> Select[*tuple[Any, ...]]:
    count = func.count().label("count")
    query = select(
        latest.c[name].label("value"),
        count,
        literal_column(f"'{name}'", String).label("facet"),
    ).group_by(latest.c[name])
    if name not in _SEVERAL:
        return query
    most = query.order_by(count.desc(), latest.c[name]).limit(_SEVERAL[name]).subquery()
    return select(most.c.value, most.c.count, most.c.facet)


def _ordered(facets: Sequence[Facet]) -> tuple[Facet, ...]:
    return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.value)))
