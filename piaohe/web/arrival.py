"""Where documents arrive through the web: put into the queue of the flow, or read at once."""

import datetime
from collections.abc import Callable
from typing import Protocol

from models.advice import Advice
from models.document import Document
from piaohe.flow.arrival import Door, QueueFullError
from piaohe.flow.states import Lane
from piaohe.store.batches import stream_of
from piaohe.store.people import Facts
from piaohe.store.queued import Slip
from piaohe.store.unit import Work
from piaohe.web.reading import Busy, Reader

__all__ = ["Arrival", "Busy", "Queued", "shown_name"]


class Arrival(Protocol):
    """Takes documents in."""

    def accept(self, data: bytes, name: str, owner: int, lane: Lane) -> str:
        """Keep the bytes and see to it that they are read; gives their SHA-256. `name` is a
        file's, and only shown.

        Raises Busy, StoreError.
        """
        ...

    def read(self, data: bytes, name: str) -> Document:
        """Read at once and keep nothing. Raises Busy, PiaoheError."""
        ...

    def advise(self, data: bytes, name: str) -> Advice:
        """Look at a file without reading it, and keep nothing. Raises Busy, PiaoheError."""
        ...

    def stop(self) -> None:
        """Let go of what was started for reading."""
        ...


class Queued:
    """Hands documents to the flow: workers of this machine or of others carry them."""

    def __init__(self, door: Door, clock: Callable[[], datetime.datetime], reader: Reader) -> None:
        self._door = door
        self._clock = clock
        self._reader = reader

    def accept(self, data: bytes, name: str, owner: int, lane: Lane) -> str:
        name, now = shown_name(name), self._clock()

        def note(work: Work, sha256: str) -> None:
            work.batches.handed_in(stream_of(owner), sha256, now)
            if work.uploads.add(sha256, owner, name, len(data), now):
                after: Facts = {"name": name, "size": len(data)}
                work.audits.add(now, owner, "document.uploaded", sha256, (None, after))

        slip = Slip(name=name, owner=str(owner), lane=lane)
        try:
            return self._door.accept(data, slip, note).arrival.sha256
        except QueueFullError as full:
            raise Busy(full.retry_after) from full

    def read(self, data: bytes, name: str) -> Document:
        return self._reader.read(data, shown_name(name))

    def advise(self, data: bytes, name: str) -> Advice:
        return self._reader.advise(data, shown_name(name))

    def stop(self) -> None:
        self._reader.close()


def shown_name(name: str) -> str:
    """The last part of a file's name without what turns, hides or breaks lines of text."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in last if char.isprintable() and char not in _TURNING).strip()
    return kept[-180:] or "document"


_TURNING = frozenset("\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
