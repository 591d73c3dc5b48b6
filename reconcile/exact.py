"""The exact matches that need no thought: one number, one invoice, one entry in each ledger.

Most of any month is of this kind, so this pass is made to be cheap; whatever is out of the
ordinary (a number that comes twice, a value that differs, a red letter) is left to `keyed`.
"""

from collections.abc import Container

from models.ledger import LedgerStatus
from reconcile.books import World
from reconcile.compare import agrees
from reconcile.facts import EntryFacts, InvoiceFacts

_SEVERAL = -1
_SOUND = frozenset({LedgerStatus.NORMAL, LedgerStatus.UNKNOWN})


def pair_at_a_glance(world: World, without: Container[int] = ()) -> None:
    """Pair what is exact and undisputed. `without` are invoices a person has decided on."""
    owners = _owners(world)
    entries = world.index.entries
    by_number = world.index.by_number
    told = world.options.confirmations
    for place, ours in enumerate(world.ours):
        number = ours.long or ours.short
        if number is None or owners[number] == _SEVERAL or place in without:
            continue
        hit = by_number(number)
        if hit is None:
            continue
        rows = (hit,) if isinstance(hit, int) else tuple(hit)
        if len(rows) > 1 and len({entries[row].source for row in rows}) < len(rows):
            continue
        if told and (ours.long in told or f"{ours.code or ''}-{ours.short}" in told):
            continue
        if all(
            _is_plain(world, place, ours, entries[row], owners) and world.books.is_free(row)
            for row in rows
        ) and not _is_known_otherwise(world, ours, rows):
            world.pairs[place] = hit if isinstance(hit, int) else rows
            for row in rows:
                world.books.take(row)


def _owners(world: World) -> dict[str, int]:
    """Whose each number is; several invoices that share one dispute it."""
    owners: dict[str, int] = {}
    for place, ours in enumerate(world.ours):
        for number in (ours.long, ours.short):
            if number is not None:
                owners[number] = _SEVERAL if owners.get(number, place) != place else place
    return owners


def _is_plain(
    world: World, place: int, ours: InvoiceFacts, theirs: EntryFacts, owners: dict[str, int]
) -> bool:
    """Whether the entry is the invoice's by its full key, agrees in every value, is sound, and
    nobody else can want it."""
    if ours.long:
        if ours.long != theirs.long or ours.long in world.index.red:
            return False
        if theirs.short is not None and owners.get(theirs.short, place) != place:
            return False
    elif (
        theirs.long
        or not ours.code
        or ours.code != theirs.code
        or (world.index.red and f"{ours.code}-{ours.short}" in world.index.red)
    ):
        return False
    return theirs.status in _SOUND and agrees(ours, theirs)


def _is_known_otherwise(world: World, ours: InvoiceFacts, rows: tuple[int, ...]) -> bool:
    """Whether the paper number beside a 20-digit one leads to other entries, or is disputed."""
    if not ours.long or not ours.short:
        return False
    other = world.index.by_number(ours.short)
    if other is None:
        return False
    return set((other,) if isinstance(other, int) else other) != set(rows)
