"""A process that carries documents, one at a time: `python -m piaohe.flow.slot`.

It is started by a supervisor, tells it on stdout what it is at (a line each: `ready`, `start ID`,
`end ID`, `stop JSON`), and ends when its stdin is closed. It says by a heartbeat in the database
that it lives; if it was given up meanwhile, it ends at once.
"""

import argparse
import contextlib
import datetime
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from models.errors import ErrorRecord, PiaoheError, StoreError
from piaohe import pipeline
from piaohe.clock import now, today
from piaohe.flow.matching import Matching
from piaohe.flow.retries import Remedy, delay, remedy
from piaohe.flow.states import Step
from piaohe.flow.steps import Means, Read, Steps
from piaohe.learning.active import raise_alert
from piaohe.observe.logs import configure, of_document
from piaohe.observe.stages import stages
from piaohe.opening import open_store
from piaohe.pipeline import Tools
from piaohe.settings import Settings, load_settings
from piaohe.store import Store, What
from piaohe.store.queued import Arrival, SupersededError
from piaohe.store.workers import Worker

if TYPE_CHECKING:
    from piaohe.flow.durable import Workflows

RECYCLED, GIVEN_UP, STOPPED = 0, 3, 4
"""How a slot ends: it wants a successor; it was given up; nobody can carry documents here."""

_log = logging.getLogger("piaohe")

_PRUNE_AFTER = 50
_PAUSE_SECONDS = 1.0
_LAST_WORDS_SECONDS = 600.0
_NICE = 5
_WARM_AFTER_SECONDS = 3.0
"""A slot with nothing to do for so long loads its models: the first photo does not wait for them,
and one that is started for a few originals does not pay for them."""


@runtime_checkable
class _Loads(Protocol):
    """An engine whose models can be loaded before they are needed."""

    def load(self) -> None: ...


@dataclass(slots=True)
class Slot:
    """One process' part in the flow. `make_tools`, `reader` and `clock` are for tests."""

    store: Store
    settings: Settings
    worker: Worker
    tell: Callable[[str], None]
    make_tools: Callable[[Settings], Tools]
    reader: Read = pipeline.take_in
    clock: Callable[[], datetime.datetime] = now
    stopping: threading.Event = field(default_factory=threading.Event)
    _done: list[Arrival] = field(default_factory=list)
    _tools: tuple[datetime.date, Tools] | None = None
    _matching: Matching = field(init=False)
    _idle_since: float | None = None
    _is_warm: bool = False

    def __post_init__(self) -> None:
        self._matching = Matching(self.settings, self.clock)

    def run(self) -> int:
        """Carry documents until told to stop, or until it is time for a fresh process."""
        # loaded here: only this process pays for it
        from piaohe.flow.durable import Workflows

        with self.store.unit_of_work(shared=True) as work:
            work.workers.add(self.worker)
        threading.Thread(target=self._beat, daemon=True).start()
        workflows = Workflows(self.settings.home, self.settings.database.url, self.worker.id)
        with self.store.reading() as work:
            living = {worker.id for worker in work.workers.all()}
        workflows.tidy(living)
        self.tell("ready")
        carried = 0
        try:
            while not self.stopping.is_set() and not self._worn_out(carried):
                with self._patience():
                    arrival = self._next()
                    if arrival is None:
                        self._idle(workflows)
                        continue
                    carried += 1
                    self._idle_since = None
                    self.tell(f"start {arrival.id}")
                    try:
                        stop = self._carry(workflows, arrival)
                    finally:
                        self.tell(f"end {arrival.id}")
                    if stop is not None:
                        self.tell(_last_word(stop))
                        return STOPPED
            self._prune(workflows)
        finally:
            with contextlib.suppress(StoreError):
                stages.flush(self.store)
            with contextlib.suppress(StoreError), self.store.unit_of_work(shared=True) as work:
                work.workers.remove(self.worker.id)
            workflows.close()
        return RECYCLED

    def _next(self) -> Arrival | None:
        # looking takes no lock; workers without work do not disturb those that have some
        with self.store.reading() as work:
            if not work.arrivals.claimable(self.clock()):
                return None
        with self.store.unit_of_work(shared=True) as work:
            return work.arrivals.claim(self.worker.id, self.clock())

    def _carry(self, workflows: "Workflows", arrival: Arrival) -> PiaoheError | None:
        """Do one document. Gives the error that keeps this process from doing any."""
        try:
            steps = Steps(
                self.store,
                arrival,
                self._tools_of_today(),
                self.clock,
                Means(self.reader, self._matching),
            )
            with of_document(arrival.id, arrival.sha256):
                workflows.run(arrival, steps)
                _log.info("carried", extra={"step": workflows.step.value})
        except SupersededError:
            return None
        except Exception as error:
            wanted, record = remedy(error)
            with of_document(arrival.id, arrival.sha256):
                _log.warning("failed", extra={"step": workflows.step.value, "code": record.code})
            self._settle(arrival, workflows.step, wanted, record)
            if wanted is Remedy.WAIT:
                self.stopping.wait(self.settings.flow.retry_seconds)
            return error if wanted is Remedy.STOP and isinstance(error, PiaoheError) else None
        self._done.append(arrival)
        if len(self._done) >= _PRUNE_AFTER:
            self._prune(workflows)
        return None

    def _settle(self, arrival: Arrival, step: Step, wanted: Remedy, error: ErrorRecord) -> None:
        """Write down what becomes of a document that failed, as soon as that is possible."""
        end = time.monotonic() + _LAST_WORDS_SECONDS
        while True:
            try:
                self._write_failure(arrival, step, wanted, error)
                return
            except SupersededError:
                return
            except StoreError as refused:
                if not refused.record.retry or time.monotonic() > end:
                    raise
                time.sleep(_PAUSE_SECONDS)

    def _write_failure(
        self, arrival: Arrival, step: Step, wanted: Remedy, error: ErrorRecord
    ) -> None:
        flow = self.settings.flow
        with self.store.unit_of_work(shared=True) as work:
            work.arrivals.hold(arrival.id, arrival.fence)
            if wanted in (Remedy.STOP, Remedy.WAIT):
                work.arrivals.release(arrival.id)
                return
            current = work.arrivals.get(arrival.id)
            tried = current.attempts if current else arrival.attempts
            again = wanted is Remedy.AGAIN and tried < flow.attempts
            at = self.clock() + delay(tried, flow.retry_seconds) if again else None
            work.arrivals.fail(arrival.id, step, error, at)
            if at is None:
                details: dict[str, str | int | None] = {
                    "arrival": arrival.id,
                    "error": error.code,
                    "step": step.value,
                }
                work.events.add(What.DOCUMENT_GIVEN_UP, arrival.sha256, self.clock(), details)

    def _idle(self, workflows: "Workflows") -> None:
        if self._matching.is_behind(self.store):
            self._match()
        elif self._done:
            self._prune(workflows)
        else:
            self._warm()
            self.stopping.wait(self.settings.flow.poll_seconds)

    def _warm(self) -> None:
        """Load what the first picture needs, once there is time for it."""
        if self._is_warm:
            return
        moment = time.monotonic()
        self._idle_since = moment if self._idle_since is None else self._idle_since
        if moment - self._idle_since < _WARM_AFTER_SECONDS:
            return
        self._is_warm = True
        try:
            engine = self._tools_of_today().engine
            if isinstance(engine, _Loads):
                engine.load()
        except Exception as error:
            # what is wrong is said of the first document that needs it
            _log.warning("not loaded", extra={"code": type(error).__name__})

    def _match(self) -> None:
        self._matching.catch_up(self.store, self._tools_of_today().context)

    def _prune(self, workflows: "Workflows") -> None:
        workflows.forget(self._done)
        self._done.clear()

    def _tools_of_today(self) -> Tools:
        """The tools, with the policy and the date of today; the engine stays loaded."""
        date = today()
        if self._tools is None:
            self._tools = (date, self.make_tools(self.settings))
            if (alert := self._tools[1].alert) is not None:
                raise_alert(self.store, alert, self.clock())
        elif self._tools[0] != date:
            fresh = self.make_tools(self.settings)
            self._tools = (date, replace(fresh, engine=self._tools[1].engine))
        return self._tools[1]

    def _worn_out(self, carried: int) -> bool:
        flow = self.settings.flow
        return carried >= flow.recycle_documents or _memory_mib() > flow.recycle_mib

    @contextlib.contextmanager
    def _patience(self) -> Iterator[None]:
        """A database that is away for a while is waited for."""
        try:
            yield
        except StoreError as error:
            if not error.record.retry:
                raise
            self.stopping.wait(_PAUSE_SECONDS)

    def _beat(self) -> None:
        while True:
            time.sleep(self.settings.flow.heartbeat_seconds)
            with contextlib.suppress(StoreError):
                stages.flush(self.store)
            with contextlib.suppress(StoreError), self.store.unit_of_work(shared=True) as work:
                lives = work.workers.beat(self.worker.id, self.clock())
                if not lives and not self.stopping.is_set():
                    os._exit(GIVEN_UP)


def _memory_mib() -> float:
    """The most memory this process ever had; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


def _last_word(error: PiaoheError) -> str:
    return f"stop {error.exit_code} {error.record.model_dump_json()}"


def standard_tools(settings: Settings) -> Tools:
    from piaohe.judging.sightings import Sightings
    from piaohe.tools import make_tools

    return make_tools(settings, today(), Sightings())


def main(
    arguments: Sequence[str] | None = None,
    make_tools: Callable[[Settings], Tools] = standard_tools,
    reader: Read = pipeline.take_in,
    clock: Callable[[], datetime.datetime] = now,
) -> int:
    """Run a slot as its supervisor asks, and give its exit code."""
    parser = argparse.ArgumentParser()
    for name in ("--home", "--worker", "--host", "--slot"):
        parser.add_argument(name, required=True)
    given = parser.parse_args(arguments)
    # what libraries print goes to stderr: stdout is for the supervisor
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def tell(line: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            lines.write(line + "\n")

    # the supervisor decides when to stop; a Ctrl-C, and systemd's SIGTERM, reach the whole group
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if hasattr(os, "nice"):
        # somebody waits for a page; a document waits in a queue
        os.nice(_NICE)
    try:
        settings = load_settings(Path(given.home))
        configure(settings.observe, f"slot-{given.slot}")
        moment = clock()
        worker = Worker(
            id=given.worker,
            host=given.host,
            slot=int(given.slot),
            pid=os.getpid(),
            started_at=moment,
            seen_at=moment,
            beats=0,
        )
        with open_store(settings) as store:
            slot = Slot(store, settings, worker, tell, make_tools, reader, clock)
            threading.Thread(target=_watch_stdin, args=(slot,), daemon=True).start()
            return slot.run()
    except PiaoheError as error:
        tell(_last_word(error))
        return STOPPED


def _watch_stdin(slot: Slot) -> None:
    """Stop after this document when the supervisor says so or is gone, and at the latest when
    its time is over: nobody else is there to see to it."""
    sys.stdin.buffer.read()
    slot.stopping.set()
    time.sleep(slot.settings.flow.time_limit_seconds)
    os._exit(GIVEN_UP)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # threads of libraries may not want to end
    os._exit(code)
