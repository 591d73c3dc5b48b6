"""Members asked for by number, so that nobody has to keep them all."""

from collections.abc import Iterator

from ingest.containers.bounds import Bounds
from ingest.containers.members import members
from ingest.containers.parcel import Left, Member
from ingest.limits import Limits
from models.page import FileKind

_DEFAULT_BOUNDS = Bounds()


class Rereader:
    """Takes single members out of a container that was gone through before.

    The member asked for last is kept, and the way on from it: in rising order each is unpacked
    once, while going back starts from the beginning again.
    """

    def __init__(
        self, data: bytes, kind: FileKind, limits: Limits, bounds: Bounds = _DEFAULT_BOUNDS
    ) -> None:
        self._container = (data, kind, limits, bounds)
        self._items: Iterator[Member | Left] = iter(())
        self._last: Member | None = None
        self._at = -1

    def member(self, index: int) -> Member:
        """Member `index`, counted from 0 without those left aside.

        Raises IndexError where there is none, and DocumentError as `members` does.
        """
        if index < self._at or self._last is None:
            self._items, self._last, self._at = members(*self._container), None, -1
        while self._at < index or self._last is None:
            # lets go of the last one before the next is unpacked
            self._last = None
            item = next(self._items, None)
            if item is None:
                raise IndexError(f"member {index} of {self._at + 1}")
            if isinstance(item, Member):
                self._last, self._at = item, self._at + 1
        return self._last
