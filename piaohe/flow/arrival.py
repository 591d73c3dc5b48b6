"""The one door: whatever is handed in, by upload, folder, mail or command, comes in here.

The bytes are kept first, then the row that puts them into the queue is written. A loss of power
in between leaves an original without a row; `Sweep` finds it and puts it into the queue.
"""

import datetime
import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from models.errors import PiaoheError
from models.record import Record
from piaohe.store import Store, Work
from piaohe.store.queued import Arrival, Slip

_PORTION = 500
_SECONDS_A_DOCUMENT = 2.0
"""A guess of how fast a queue gets shorter, for telling when to come back."""


Note = Callable[[Work, str], None]
"""Writes down more of an arrival, whose SHA-256 it is given. Its unit may be a shared one: it may
change what is of this content or of this owner alone."""


class QueueFullError(PiaoheError):
    """The queue is as long as it may be. `retry_after` seconds later it may be shorter."""

    def __init__(self, depth: int, limit: int) -> None:
        super().__init__(
            "queue_full",
            f"排队的文件已有 {depth} 份，达到上限 {limit}",
            "请稍后再交；文件没有丢失，也没有被接收。可增加 worker，或调大设置 flow.queue_limit",
            message_en=f"{depth} documents are waiting, and {limit} is the limit",
            hint_en="hand it in again later: it was not taken in. More workers help, or a higher "
            "flow.queue_limit",
            retry=True,
        )
        self.retry_after = max(5, math.ceil((depth - limit + 1) * _SECONDS_A_DOCUMENT))


class Receipt(Record):
    """What whoever hands in a file gets. `new` is false for what was in the queue before."""

    arrival: Arrival
    new: bool


class Door:
    """Takes files in. May be used by several threads and processes."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime.datetime], queue_limit: int
    ) -> None:
        self._store = store
        self._clock = clock
        self._limit = queue_limit

    def accept(self, data: bytes, slip: Slip, note: Note = lambda *_: None) -> Receipt:
        """Keep the bytes and put them into the queue; `note` is written down along with that.

        The same content from the same owner is in it once, however often it is handed in; one
        that was given up, cancelled or unreadable is tried again. Raises QueueFullError, and
        StoreError as the store does.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        with self._store.reading() as work:
            known = work.arrivals.find(sha256, slip.owner)
            depth = work.arrivals.depth() if known is None else 0
            # what is kept gets another name it is found by: not beside others that change that
            is_kept = work.documents.has(sha256)
        if depth >= self._limit:
            raise QueueFullError(depth, self._limit)
        self._store.originals.put(data)
        with self._store.unit_of_work(shared=not is_kept) as work:
            work.alone_with(work.arrivals.names(sha256, slip))
            arrival, new = work.arrivals.add(sha256, slip, self._clock())
            note(work, sha256)
        return Receipt(arrival=arrival, new=new)

    def status(self, data: bytes, owner: str) -> Arrival | None:
        """What became of a content that this owner handed in; None if it never arrived."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self._store.reading() as work:
            return work.arrivals.find(sha256, owner)

    def finished(self, arrivals: Sequence[int]) -> dict[int, Arrival]:
        """Those of these arrivals with which nothing more happens on its own, by number."""
        found: dict[int, Arrival] = {}
        numbers = iter(arrivals)
        while portion := list(islice(numbers, _PORTION)):
            with self._store.reading() as work:
                found.update((each.id, each) for each in work.arrivals.finished(portion))
        return found


class Sweep:
    """Finds originals that nobody knows: their writer died before it could say what they are.

    One that is found twice, by two calls of `run` that lie some time apart, is nobody's work in
    progress.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime.datetime]) -> None:
        self._store = store
        self._clock = clock
        self._found: frozenset[str] = frozenset()

    def run(self) -> list[Arrival]:
        """Put what was found the last time and is still unknown into the queue, and give it."""
        unknown = frozenset(self._unknown())
        lost, self._found = sorted(unknown & self._found), unknown
        taken: list[Arrival] = []
        for sha256 in lost:
            with self._store.unit_of_work() as work:
                if work.arrivals.unknown([sha256]):
                    slip = Slip(name=sha256, batch="recovered")
                    taken.append(work.arrivals.add(sha256, slip, self._clock())[0])
        return taken

    def _unknown(self) -> Iterator[str]:
        contents = iter(self._store.originals.iterate())
        while portion := list(islice(contents, _PORTION)):
            with self._store.reading() as work:
                yield from work.arrivals.unknown(portion)
