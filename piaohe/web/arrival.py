"""Where documents arrive: noted at once, read in turn by one thread."""

import datetime
import hashlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from models.document import Document, ReadStatus
from models.errors import PiaoheError
from models.record import Record
from piaohe import failures, pipeline
from piaohe.intake import Intake
from piaohe.pipeline import Tools
from piaohe.store import Store
from piaohe.store.people import Facts

_log = logging.getLogger("piaohe")

SECONDS_EACH = 5
"""About what a picture takes; a guess for how long to wait before trying again."""
UPLOADED = Path("/web")
"""Names of what came through the web begin so; nothing is ever written there."""


class Receipt(Record):
    """What is told to whoever handed something in. `known`: this content is kept already."""

    sha256: str
    name: str
    known: bool


class Busy(Exception):  # noqa: N818 - reads better at the raise
    """Too much is waiting; `seconds` is when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"busy for {seconds} s")
        self.seconds = seconds


class Arrival(Protocol):
    """Takes documents in. A queue of durable work can stand here as well."""

    def accept(self, data: bytes, name: str, owner: int) -> Receipt:
        """Keep the bytes and see to it that they are read. `name` is a file's, and only shown.

        Raises Busy, StoreError.
        """
        ...

    def read(self, data: bytes, name: str) -> Document:
        """Read at once and keep nothing. Raises Busy, DependencyMissing."""
        ...

    def start(self) -> None:
        """Go on with what was accepted before and never read."""
        ...

    def stop(self) -> None:
        """Finish what is being read, and leave the rest for the next start."""
        ...


class ThreadedIntake:
    """Reads with `piaohe.intake` in one thread of this process: one engine, and PDFium is never
    used by two. `tools` is asked for every document anew, because the day and the policy change.
    """

    def __init__(
        self,
        store: Store,
        tools: Callable[[], Tools],
        clock: Callable[[], datetime.datetime],
        most_waiting: int,
    ) -> None:
        self._store = store
        self._tools = tools
        self._clock = clock
        self._most = most_waiting
        self._lock = threading.Lock()
        self._waiting: set[str] = set()
        self._reading = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._stopped = False

    def accept(self, data: bytes, name: str, owner: int) -> Receipt:
        sha256 = hashlib.sha256(data).hexdigest()
        name, now = shown_name(name), self._clock()
        with self._store.reading() as work:
            document = work.documents.get(sha256)
        known = document is not None and document.status is not ReadStatus.FAILED
        if not known:
            self._refuse_when_busy(sha256)
            self._store.originals.put(data)
        with self._store.unit_of_work() as work:
            if work.uploads.add(sha256, owner, name, len(data), now):
                after: Facts = {"name": name, "size": len(data)}
                work.audits.add(now, owner, "document.uploaded", sha256, (None, after))
                if known:
                    work.documents.seen(sha256, _path(owner, name), now)
        if not known:
            self._enqueue(sha256, name, owner)
        return Receipt(sha256=sha256, name=name, known=known)

    def read(self, data: bytes, name: str) -> Document:
        with self._lock:
            if len(self._waiting) + self._reading >= self._most:
                raise self._busy()
            self._reading += 1
        try:
            job: Future[Document] = self._thread.submit(
                lambda: pipeline.take_in(data, shown_name(name), self._tools()).document
            )
            return job.result()
        finally:
            with self._lock:
                self._reading -= 1

    def start(self) -> None:
        with self._store.reading() as work:
            left = work.uploads.waiting()
        for upload in left:
            self._enqueue(upload.sha256, upload.name, upload.person_id)

    def stop(self) -> None:
        self._stopped = True
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _busy(self) -> Busy:
        return Busy(max(1, min(600, len(self._waiting) * SECONDS_EACH // 2)))

    def _refuse_when_busy(self, sha256: str) -> None:
        with self._lock:
            if len(self._waiting) >= self._most and sha256 not in self._waiting:
                raise self._busy()

    def _enqueue(self, sha256: str, name: str, owner: int) -> None:
        with self._lock:
            if sha256 in self._waiting or self._stopped:
                return
            self._waiting.add(sha256)
        self._thread.submit(self._take, sha256, name, owner)

    def _take(self, sha256: str, name: str, owner: int) -> None:
        """Read one; whatever happens, it is said and the next one is read."""
        error = None
        try:
            data = self._store.originals.get(sha256)
            intake = Intake(self._store, self._tools(), self._clock)
            intake.take(_path(owner, name), data, str(owner))
        except PiaoheError as problem:
            error = problem.record.code
        except Exception as problem:
            error = failures.internal_error(problem).code
        finally:
            with self._lock:
                self._waiting.discard(sha256)
        if error is not None:
            _log.warning("an upload could not be taken in: %s", error)
            with self._store.unit_of_work() as work:
                work.uploads.failed(sha256, error)


def shown_name(name: str) -> str:
    """The last part of a file's name without what turns, hides or breaks lines of text."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in last if char.isprintable() and char not in _TURNING).strip()
    return kept[-180:] or "document"


_TURNING = frozenset("\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


def _path(owner: int, name: str) -> Path:
    return UPLOADED / str(owner) / name
