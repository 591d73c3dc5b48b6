"""Red letters among the documents: what they take back, and whether a pair cancels itself."""

from collections import defaultdict

from models.ledger import LedgerStatus
from reconcile.books import World
from reconcile.causes import Cause
from reconcile.compare import whole
from reconcile.identity import invoice_key

_RED = frozenset({LedgerStatus.RED_FULL, LedgerStatus.RED, LedgerStatus.RED_PART})


class Nets:
    """The red-letter invoices handed in, by the key of the invoice they take back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._reds: dict[str, list[int]] = defaultdict(list)
        for place, ours in enumerate(world.ours):
            if ours.red_of:
                self._reds[ours.red_of].append(place)
        self._blue: dict[str, int] = {}
        if self._reds:
            for place, ours in enumerate(world.ours):
                key = invoice_key(ours)
                if key in self._reds and key:
                    held = self._blue.setdefault(key, place)
                    if ours.key < world.ours[held].key:
                        self._blue[key] = place

    def of(self, place: int) -> Cause | None:
        """What red letters explain of a missing invoice: it is one, or it has one."""
        if not self._reds:
            return None
        ours = self._world.ours[place]
        if ours.red_of:
            return self._red(place, ours.red_of)
        return self._taken_back(place, invoice_key(ours))

    def _taken_back(self, place: int, key: str | None) -> Cause | None:
        """A blue invoice all of which red letters handed in take back."""
        reds = self._reds.get(key or "", ())
        if not reds or not self._cancel([place, *reds]):
            return None
        names = ", ".join(sorted(self._world.ours[red].key for red in reds))
        return Cause("N9", "missing/N9", names, names, {"red_letter": names})

    def _red(self, place: int, blue_key: str) -> Cause | None:
        """A red letter: of an invoice handed in, or of one the ledger has."""
        world = self._world
        blue = self._blue.get(blue_key)
        pair = [blue, *self._reds[blue_key]] if blue is not None else []
        if blue is not None and not world.is_found(blue) and self._cancel(pair):
            name = world.ours[blue].key
            return Cause("N9", "missing/N9", name, name, {"red_of": name})
        number = blue_key.rpartition("-")[2]
        entries = [
            entry
            for row in world.index.find([number])
            if invoice_key(entry := world.entry(row)) == blue_key
        ]
        if not entries:
            return None
        evidence = {"red_of": blue_key, "entry": entries[0].key}
        if any(entry.status in _RED for entry in entries):
            return Cause("N9", "missing/N9/red", blue_key, blue_key, evidence)
        return Cause(None, "missing/red", blue_key, blue_key, evidence)

    def _cancel(self, places: list[int]) -> bool:
        sums = [whole(self._world.ours[place]) for place in places]
        known = [value for value in sums if isinstance(value, int)]
        return len(known) == len(sums) and any(known) and sum(known) == 0
