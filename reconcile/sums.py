"""Several on one side that add up to one on the other: invoices booked under one line, an
invoice booked in lines that do not name it. Never more than suggested."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from models.match import Match, MatchState, Side, Step
from reconcile.books import MOST_CANDIDATES, World, candidate_of
from reconcile.compare import contradicts, same_seller, whole
from reconcile.facts import EntryFacts, Facts, InvoiceFacts, shown
from reconcile.messages import said

_MOST_TOGETHER = 4
_MOST_IN_POOL = 12
_MOST_OPEN = 64
"""Open invoices, or entries without a number, of one seller."""
_DAYS_APART = 31
_OPEN = frozenset({MatchState.MISSING, MatchState.RESIDUAL})


def match_sums(world: World) -> None:
    """Suggest entries to invoices that are still without, where a sum of one seller's holds.

    Only a sum that holds in one way counts. Three cases: an entry with the number of one invoice
    and the money of several, an entry without a number, an invoice whose parts have none.
    """
    by_seller = _by_seller(world)
    if not by_seller:
        return
    for place, rows in sorted(world.rows.items(), key=lambda item: world.ours[item[0]].key):
        if world.results[place].state is MatchState.MISMATCH and len(rows) == 1:
            _booked_with(world, place, rows[0], by_seller)
    rows_of = _loose(world, by_seller)
    for row in sorted({row for rows in rows_of.values() for row in rows}):
        _of_one_entry(world, row, by_seller)
    _of_one_invoice(world, rows_of, by_seller)


def _loose(world: World, sellers: Iterable[str]) -> dict[str, list[int]]:
    """Entries without a number that nobody has, by each name of these sellers."""
    found: dict[str, list[int]] = {}
    for seller in sellers:
        rows = world.index.numberless.get(seller, ())
        if 0 < len(rows) <= _MOST_OPEN:
            found[seller] = [row for row in rows if world.is_loose(row)]
    return found


def _by_seller(world: World) -> dict[str, list[int]]:
    """Invoices still without an entry, by each name of their seller, in order of their keys."""
    found: dict[str, list[int]] = defaultdict(list)
    open_ = [place for place, match in world.results.items() if match.state in _OPEN]
    for place in sorted(open_, key=lambda place: world.ours[place].key):
        ours = world.ours[place]
        if isinstance(whole(ours), int):
            for seller in _sellers(ours):
                found[seller].append(place)
    # with so many open a sum holds by chance
    return {seller: places for seller, places in found.items() if len(places) <= _MOST_OPEN}


def _sellers(side: Facts) -> set[str]:
    return {seller for seller in (side.seller_tax_id, side.seller_name) if seller}


def _booked_with(world: World, first: int, row: int, by_seller: dict[str, list[int]]) -> None:
    """The entry has the number of one invoice, and the money of others of the seller besides."""
    theirs, mine = _worth(world.entry(row)), whole(world.ours[first])
    if not isinstance(mine, int) or theirs is None or not 0 < mine < theirs:
        return
    pool = _pool(world, world.ours[first], row, by_seller)
    group = _only_sum([(place, whole(world.ours[place])) for place in pool], theirs - mine, 1)
    if group:
        _suggest(world, group, row, named=[first, *group])
        names = ", ".join(world.ours[place].key for place in group)
        found = world.results[first]
        evidence = found.evidence | {"booked_with": names}
        world.results[first] = found.model_copy(update={"evidence": evidence})


def _of_one_entry(world: World, row: int, by_seller: dict[str, list[int]]) -> None:
    theirs = world.entry(row)
    target = _worth(theirs)
    if target is None or target == 0:
        return
    pool = _pool(world, theirs, row, by_seller)
    if group := _only_sum([(place, whole(world.ours[place])) for place in pool], target, 2):
        _suggest(world, group, row, named=group)


def _of_one_invoice(
    world: World, rows_of: dict[str, list[int]], by_seller: dict[str, list[int]]
) -> None:
    """Entries without a number that add up to one invoice."""
    open_ = {place for places in by_seller.values() for place in places}
    for place in sorted(open_, key=lambda place: world.ours[place].key):
        ours = world.ours[place]
        target = whole(ours)
        if world.results[place].state not in _OPEN or not isinstance(target, int) or not target:
            continue
        pool = [
            row
            for row in dict.fromkeys(r for s in sorted(_sellers(ours)) for r in rows_of.get(s, ()))
            if world.is_loose(row)
            and (place, row) not in world.apart
            and _close(ours, world.entry(row))
        ][:_MOST_IN_POOL]
        if rows := _only_sum([(row, _worth(world.entry(row))) for row in pool], target, 2):
            _suggest_parts(world, place, rows)


def _pool(world: World, like: Facts, row: int, by_seller: dict[str, list[int]]) -> list[int]:
    """Open invoices of the seller near in time, the nearest few."""
    places = {place for seller in _sellers(like) for place in by_seller.get(seller, ())}
    near = [
        place
        for place in places
        if world.results[place].state in _OPEN
        and (place, row) not in world.apart
        and _close(world.ours[place], like)
    ]
    near.sort(key=lambda place: (_days(world.ours[place], like), world.ours[place].key))
    return near[:_MOST_IN_POOL]


def _close(ours: InvoiceFacts, like: Facts) -> bool:
    return same_seller(ours, like) and _days(ours, like) <= _DAYS_APART


def _days(ours: InvoiceFacts, like: Facts) -> int:
    return abs((ours.date - like.date).days) if ours.date and like.date else 0


def _worth(entry: EntryFacts) -> int | None:
    value = whole(entry)
    value = entry.amount if value is None else value
    return value if isinstance(value, int) else None


def _only_sum(
    values: Iterable[tuple[int, object]], target: int, fewest: int
) -> tuple[int, ...] | None:
    """The places whose values add up to the target; None where none or several ways do."""
    known = [(place, value) for place, value in values if isinstance(value, int) and value]
    found: tuple[int, ...] | None = None
    for size in range(fewest, _MOST_TOGETHER + 1):
        for group in combinations(known, size):
            if sum(value for _, value in group) == target:
                if found:
                    return None
                found = tuple(place for place, _ in group)
    return found


def _suggest(world: World, group: Sequence[int], row: int, named: Sequence[int]) -> None:
    """Suggest one entry to each invoice of a group."""
    theirs = world.entry(row)
    world.books.suggest(row)
    total = shown(_worth(theirs))
    for place in group:
        ours = world.ours[place]
        others = ", ".join(world.ours[each].key for each in named if each != place)
        points = 0.4 if contradicts(ours, theirs) else 0.5
        found = {"total": (shown(whole(ours)), total)}
        world.results[place] = Match(
            side=Side.INVOICE,
            key=ours.key,
            state=MatchState.SUGGESTED,
            step=Step.SUM,
            candidates=(candidate_of(theirs, points, dict(found)),),
            evidence={"together_with": others, "sum": total},
            **said("suggested/sum", others),
        )


def _suggest_parts(world: World, place: int, rows: Sequence[int]) -> None:
    """Suggest the entries that add up to an invoice."""
    ours = world.ours[place]
    for row in rows:
        world.books.suggest(row)
    entries = [world.entry(row) for row in rows]
    total = shown(whole(ours))
    world.results[place] = Match(
        side=Side.INVOICE,
        key=ours.key,
        state=MatchState.SUGGESTED,
        step=Step.SUM,
        candidates=tuple(
            candidate_of(entry, 0.5, {"total": (total, shown(_worth(entry)))})
            for entry in entries[:MOST_CANDIDATES]
        ),
        evidence={"rows": str(len(rows)), "sum": total},
        **said("suggested/parts", str(len(rows))),
    )
