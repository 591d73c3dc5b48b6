"""Lines of a journal that book several invoices in one sum: what each has nobody says, but
together they must come to it."""

from collections import defaultdict

from models.match import MatchState
from reconcile.books import World
from reconcile.compare import whole
from reconcile.facts import fen_sum, shown
from reconcile.messages import listed, said


def match_shared(world: World) -> None:
    """Compare the sums of lines that name several invoices, once all of these were found: where
    they agree the verdicts say so, else each is a mismatch by the sum. While one of them is not
    there the line's sum is only shown."""
    groups = world.index.shared
    if not groups:
        return
    owners: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for place, rows in world.rows.items():
        for row in rows:
            entry = world.entry(row)
            if entry.shared:
                owners[entry.source, entry.shared[0]][row] = place
    for group, own in owners.items():
        is_whole = len(own) == len(groups[group])
        for place in sorted(set(own.values())):
            _say(world, place, group, sorted(set(own.values())) if is_whole else [])


def _say(world: World, place: int, group: tuple[str, str], together: list[int]) -> None:
    """Put the sum into the verdict of one invoice; `together` are all that share it, if found."""
    shared = world.entry(world.index.shared[group][0]).shared
    booked = shared[1] if shared else 0
    found = world.results[place]
    others = [world.ours[each].key for each in together if each != place]
    evidence = found.evidence | {"booked_together": shown(booked)}
    if not together:
        world.results[place] = found.model_copy(update={"evidence": evidence})
        return
    evidence["together_with"] = ", ".join(sorted(others))
    ours = fen_sum([whole(world.ours[each]) for each in together])
    if ours is not None and ours == booked:
        evidence.pop("not_compared", None)
    if ours is None or ours == booked:
        world.results[place] = found.model_copy(update={"evidence": evidence})
        return
    pair = (shown(ours), shown(booked))
    candidates = tuple(
        each.model_copy(update={"differences": each.differences | {"total": pair}})
        for each in found.candidates
    )
    update: dict[str, object] = {"evidence": evidence, "candidates": candidates}
    if found.state is MatchState.EXACT:
        update |= {"state": MatchState.MISMATCH, **said("mismatch", *listed({"total": pair}))}
    world.results[place] = found.model_copy(update=update)
