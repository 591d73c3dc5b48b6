"""What happened, told to whoever listens: one task asks the store for all connections."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from starlette.concurrency import run_in_threadpool

from models.errors import StoreError
from piaohe.access import Permission, Viewer
from piaohe.store import Store
from piaohe.store.feed import Happening, Owners, Place

ASK_SECONDS = 0.5
BEAT_SECONDS = 15.0
LIFE_SECONDS = 300.0
"""After this a stream ends and is asked for anew: rights and sessions are looked at again."""
_PORTION = 500
_ROOM = 1000

Told = tuple[Happening, Owners]


class FullError(Exception):
    """As many are listening as may."""


def may_see(viewer: Viewer, told: Told) -> bool:
    """Whether something that happened is this person's business: what one may see, one hears of."""
    one, owners = told
    if one.document is not None:
        own = viewer.id in owners.documents.get(one.document, ())
        return Permission.DOCUMENTS_OWN in viewer.may and (
            own or Permission.DOCUMENTS_ALL in viewer.may
        )
    if one.claim is not None:
        if viewer.id in owners.claims.get(one.claim, ()):
            return Permission.CLAIMS_OWN in viewer.may
        # drafts are their person's own
        known = one.claim in owners.claims and one.claim not in owners.drafts
        return known and Permission.CLAIMS_ALL in viewer.may
    if one.kind.startswith("alert."):
        return Permission.METRICS in viewer.may
    return Permission.DOCUMENTS_ALL in viewer.may


def happening_json(one: Happening) -> dict[str, object]:
    """As the API tells it."""
    return {
        "id": str(Place(*one.place)),
        "kind": one.kind,
        "at": one.at.isoformat(),
        "document": one.document,
        "invoice": one.invoice,
        "claim": one.claim,
    }


def read_after(store: Store, place: Place, limit: int = _PORTION) -> tuple[list[Told], Place]:
    """What happened after a place with whose it is, and where to read on."""
    with store.reading() as work:
        if not work.feed.more(place):
            # nobody is made to wait only to hear of nothing
            return [], place
    with store.settled() as work:
        found, end = work.feed.after(place, limit)
        owners = work.feed.owners(found)
    return [(one, owners) for one in found], end


class Streams:
    """Everybody who listens, in one process."""

    def __init__(self, store: Store, most: int) -> None:
        self.most = most
        self._store = store
        self._queues: set[asyncio.Queue[Told | None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._over = False

    def end(self) -> None:
        """Let everybody go who listens, and nobody in any more: the server stops. To be called in
        its event loop."""
        self._over = True
        for queue in self._queues:
            _let_go(queue)

    @property
    def listening(self) -> int:
        return len(self._queues)

    @asynccontextmanager
    async def open(self, viewer: Viewer, place: Place | None) -> AsyncIterator[AsyncIterator[str]]:
        """The lines of one stream, what happened since `place` first. Raises FullError."""
        if self._over or len(self._queues) >= self.most:
            raise FullError
        queue: asyncio.Queue[Told | None] = asyncio.Queue(_ROOM)
        self._queues.add(queue)
        try:
            now = await run_in_threadpool(self._end)
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._ask(now))
            yield self._lines(viewer, place or now, queue)
        finally:
            self._queues.discard(queue)

    async def _lines(
        self, viewer: Viewer, place: Place, queue: "asyncio.Queue[Told | None]"
    ) -> AsyncIterator[str]:
        """Events as text/event-stream has them; a comment when nothing happened for a while."""
        yield "retry: 3000\n\n"
        reached: Place | None = None
        while reached != place:
            reached = place
            found, place = await run_in_threadpool(read_after, self._store, place)
            for line in _written(viewer, found):
                yield line
        over = asyncio.get_running_loop().time() + LIFE_SECONDS
        while (left := over - asyncio.get_running_loop().time()) > 0:
            try:
                told = await asyncio.wait_for(queue.get(), min(left, BEAT_SECONDS))
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if told is None:
                # it fell behind, or the server stops; asked for anew, it reads on from the last
                # it was told
                return
            one = Place(*told[0].place)
            if one.event > place.event or one.audit > place.audit:
                for line in _written(viewer, [told]):
                    yield line

    async def _ask(self, place: Place) -> None:
        """Ask what happened for as long as somebody listens."""
        while self._queues:
            try:
                found, place = await run_in_threadpool(read_after, self._store, place)
            except StoreError:
                found = []
            for queue in list(self._queues):
                _put(queue, found)
            if len(found) < _PORTION:
                await asyncio.sleep(ASK_SECONDS)

    def _end(self) -> Place:
        with self._store.settled() as work:
            return work.feed.end()


def _put(queue: "asyncio.Queue[Told | None]", found: Iterable[Told]) -> None:
    """Hand on what happened; whoever does not take it away is let go."""
    for told in found:
        if queue.full():
            _let_go(queue)
            return
        queue.put_nowait(told)


def _let_go(queue: "asyncio.Queue[Told | None]") -> None:
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(None)


def _written(viewer: Viewer, found: Iterable[Told]) -> list[str]:
    return [
        f"id: {Place(*told[0].place)}\nevent: {told[0].kind}\n"
        f"data: {json.dumps(happening_json(told[0]))}\n\n"
        for told in found
        if may_see(viewer, told)
    ]
