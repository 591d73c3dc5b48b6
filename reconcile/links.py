"""What people decided: links and unlinks outrank every rung of the ladder."""

from collections import defaultdict
from collections.abc import Sequence

from models.match import Step
from reconcile.books import World
from reconcile.compare import MONEY, Differences, differences, same_money
from reconcile.facts import InvoiceFacts, fen_sum, summed
from reconcile.identity import invoice_key
from reconcile.why import Hit, found_match


def follow_links(world: World) -> None:
    """Match what people linked, and note what they took apart. A link or unlink that names
    nothing that is there is without effect: the entry may come with the next export."""
    links = world.options.links
    if not links:
        return
    ours = _ours_by_name(world, {link.invoice for link in links})
    apart: set[tuple[int, int]] = set()
    together: dict[int, set[int]] = defaultdict(set)
    for link in links:
        rows = _rows(world, link.entry)
        for place in ours.get(link.invoice, ()):
            if link.linked:
                together[place].update(rows)
            else:
                apart.update((place, row) for row in rows)
    world.apart = frozenset(apart)
    linked = {place: tuple(sorted(rows)) for place, rows in together.items() if rows}
    sharing: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for place, own in linked.items():
        sharing[own].append(place)
    for own, places in sorted(sharing.items()):
        for row in own:
            world.books.take(row)
        for place in places:
            hit = Hit(own, found=_found(world, places, own, place), step=Step.PERSON)
            world.rows[place] = own
            world.results[place] = found_match(world, place, [hit])


def _ours_by_name(world: World, wanted: set[str]) -> dict[str, list[int]]:
    """The invoices that are called so: by the key they came under, else by their own."""
    by_key: dict[str, list[int]] = defaultdict(list)
    by_number: dict[str, list[int]] = defaultdict(list)
    for place, ours in enumerate(world.ours):
        if ours.key in wanted:
            by_key[ours.key].append(place)
        if (number := invoice_key(ours)) in wanted and number:
            by_number[number].append(place)
    return {name: by_key.get(name) or by_number.get(name, []) for name in wanted}


def _rows(world: World, name: str) -> list[int]:
    """The entries that are called so: by where they stand, else by their number."""
    if found := world.index.standing_at(name):
        return found
    code, _, number = name.rpartition("-")
    return [
        row
        for row in world.index.find([number])
        if not code or world.entry(row).code == code or world.entry(row).long == number
    ]


def _found(world: World, places: Sequence[int], rows: Sequence[int], place: int) -> Differences:
    """How an invoice differs from the rows it was linked with; of several invoices or rows the
    money is that of all together. That numbers differ is what the person decided on."""
    entries = [world.entry(row) for row in rows]
    theirs = entries[0] if len(entries) == 1 else summed(entries)
    ours = world.ours[place]
    if len(places) > 1:
        ours = _together(ours, [world.ours[each] for each in places])
    found = differences(ours, theirs)
    if same_money(ours, theirs):
        # a sum of several has no 金额 and 税额 of its own in many ledgers
        found = {name: pair for name, pair in found.items() if name not in MONEY}
    return found


def _together(ours: InvoiceFacts, group: Sequence[InvoiceFacts]) -> InvoiceFacts:
    return ours._replace(
        amount=fen_sum([each.amount for each in group]),
        tax=fen_sum([each.tax for each in group]),
        total=fen_sum([each.total for each in group]),
        date=None,
    )
