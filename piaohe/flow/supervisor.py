"""Keeps slots running on this machine, and takes over what workers anywhere left behind.

A worker is judged by whether its beats grow while this process watches, by this process' own
monotonic clock: clocks that differ or are set back kill nobody.
"""

import datetime
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from models.errors import DependencyMissing, ErrorRecord, PiaoheError, StoreError
from ocr.engines.quiet import hush
from piaohe.flow import retries
from piaohe.flow.arrival import Sweep
from piaohe.flow.states import QUEUED, State
from piaohe.settings import Settings
from piaohe.settings.sections import FlowSettings
from piaohe.store import Store, What
from piaohe.store.queued import Arrival
from piaohe.store.workers import Worker

STANDARD = (sys.executable, "-m", "piaohe.flow.slot")
_TICK_SECONDS = 0.2
_LOOK_SECONDS = 1.0
_SWEEP_SECONDS = (0.0, 120.0)
"""When originals nobody knows are looked for the first two times; then every hour."""
_SWEEP_AGAIN_SECONDS = 3600.0
_FAILED_STARTS = 3

Tell = Callable[[str, str], None]


@dataclass(slots=True)
class Child:
    """A slot's process as its supervisor sees it. Times are monotonic."""

    worker: str
    slot: int
    process: subprocess.Popen[str]
    ear: threading.Thread
    ready: bool = False
    doing: int | None = None
    since: float = 0.0
    reason: ErrorRecord | None = None
    stop: PiaoheError | None = None


class Watchers:
    """Tells which workers are silent: their beats did not grow while we looked for so long."""

    def __init__(self, silence_seconds: float) -> None:
        self._silence = silence_seconds
        self._seen: dict[str, tuple[int, float]] = {}

    def silent(self, workers: Sequence[Worker], now: float) -> list[Worker]:
        """Those of them that are silent, `now` being monotonic seconds."""
        seen = {}
        for worker in workers:
            beats, since = self._seen.get(worker.id, (-1, now))
            seen[worker.id] = (beats, since) if beats == worker.beats else (worker.beats, now)
        self._seen = seen
        return [worker for worker in workers if now - seen[worker.id][1] >= self._silence]


@dataclass(slots=True)
class Supervisor:
    """Runs slots until told to stop. `command` starts a slot; `tell` takes (Chinese, English)."""

    store: Store
    settings: Settings
    slots: int
    tell: Tell
    now: Callable[[], datetime.datetime]
    command: Sequence[str] = STANDARD
    stopping: threading.Event = field(default_factory=threading.Event)
    _children: dict[int, Child] = field(default_factory=dict)
    _events: "queue.Queue[tuple[str, str]]" = field(default_factory=queue.Queue)
    _failed_starts: int = 0

    @property
    def _flow(self) -> FlowSettings:
        return self.settings.flow

    def run(self, *, drain: bool = False) -> None:
        """Carry documents until `stopping` is set or, with `drain`, nothing is left in the queue.

        Raises the error that keeps every slot from working.
        """
        watch = Watchers(self._flow.dead_after_seconds)
        sweep = Sweep(self.store, self.now)
        sweeps = [time.monotonic() + wait for wait in _SWEEP_SECONDS]
        look_at = time.monotonic()
        try:
            while not self.stopping.is_set():
                try:
                    self._fill()
                    self._listen()
                    self._check_children()
                    if time.monotonic() < look_at:
                        continue
                    look_at = time.monotonic() + _LOOK_SECONDS
                    self._adopt(watch)
                    if time.monotonic() >= sweeps[0]:
                        sweeps = sweeps[1:] or [time.monotonic() + _SWEEP_AGAIN_SECONDS]
                        self._sweep(sweep)
                    if drain and self._is_drained():
                        return
                except StoreError as error:
                    self._wait_out(error)
        finally:
            self._end()

    def _wait_out(self, error: PiaoheError) -> None:
        """Wait a while where that may help, and raise the error where it cannot."""
        if not error.record.retry:
            raise error
        self.tell(error.record.message, error.record.message_en)
        self.stopping.wait(self._flow.retry_seconds)

    def _fill(self) -> None:
        """Start a process for each slot that has none."""
        for slot in range(self.slots):
            if slot not in self._children:
                self._children[slot] = self._start(slot)

    def _start(self, slot: int) -> Child:
        worker = f"{socket.gethostname()}-{os.getpid()}-{slot}-{uuid.uuid4().hex[:8]}"
        process = subprocess.Popen(  # noqa: S603 - our own program
            [
                *self.command,
                *("--home", str(self.settings.home), "--worker", worker),
                *("--host", socket.gethostname(), "--slot", str(slot)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment(self.settings, self.slots),
        )
        ear = threading.Thread(target=self._hear, args=(worker, process), daemon=True)
        ear.start()
        return Child(worker, slot, process, ear)

    def _hear(self, worker: str, process: "subprocess.Popen[str]") -> None:
        if process.stdout is not None:
            for line in process.stdout:
                self._events.put((worker, line.strip()))

    def _listen(self) -> None:
        """Take in what slots said, waiting a moment for it."""
        wait = _TICK_SECONDS
        while True:
            try:
                worker, line = self._events.get(timeout=wait)
            except queue.Empty:
                return
            wait = 0.001
            child = next((c for c in self._children.values() if c.worker == worker), None)
            if child is not None:
                self._heard(child, line)

    def _heard(self, child: Child, line: str) -> None:
        word, _, rest = line.partition(" ")
        match word:
            case "ready":
                child.ready = True
                self._failed_starts = 0
            case "start":
                child.doing, child.since = int(rest), time.monotonic()
            case "end":
                child.doing = None
            case "stop":
                child.stop = _refused(rest)

    def _check_children(self) -> None:
        """Kill those whose document takes too long; bury those that ended."""
        limit = self._flow.time_limit_seconds
        for child in list(self._children.values()):
            late = child.doing is not None and time.monotonic() - child.since > limit
            if late and child.process.poll() is None:
                child.reason = retries.took_too_long(limit)
                child.process.kill()
                child.process.wait()
            if child.process.poll() is not None:
                self._bury(child)

    def _bury(self, child: Child) -> None:
        """Take back what an ended process had, and leave its slot to a new one."""
        # its last words may still be on their way
        child.ear.join(timeout=5)
        self._listen()
        code = child.process.returncode
        del self._children[child.slot]
        _close(child.process)
        if child.stop is not None:
            self._wait_out(child.stop)
        reason = child.reason or retries.worker_died(_how(code))
        self._give_up(child.worker, reason)
        if child.ready or child.stop is not None:
            return
        self._failed_starts += 1
        if self._failed_starts >= _FAILED_STARTS:
            raise _will_not_start(_how(code))

    def _give_up(self, worker: str, reason: ErrorRecord) -> None:
        """Take back what a worker had. From now on it can write nothing any more."""
        with self.store.unit_of_work() as work:
            work.workers.remove(worker)
            taken = work.arrivals.abandon(worker, reason, self._flow.attempts)
            for arrival in taken:
                if arrival.state is State.DEAD:
                    details: dict[str, str | int | None] = {
                        "arrival": arrival.id,
                        "error": reason.code,
                    }
                    work.events.add(What.DOCUMENT_GIVEN_UP, arrival.sha256, self.now(), details)
        for arrival in taken:
            self._tell_of(arrival, reason)

    def _tell_of(self, arrival: Arrival, reason: ErrorRecord) -> None:
        dead = arrival.state is State.DEAD
        zh = "不再重试，见 piaohe queue list" if dead else "将重试"
        en = "given up, see piaohe queue list" if dead else "it will be tried again"
        self.tell(
            f"#{arrival.id} {arrival.name}：{reason.message}；{zh}",
            f"#{arrival.id} {arrival.name}: {reason.message_en}; {en}",
        )

    def _adopt(self, watch: Watchers) -> None:
        """Give up workers that are silent, ours among them, wherever they run."""
        with self.store.reading() as work:
            workers = work.workers.all()
        for worker in watch.silent(workers, time.monotonic()):
            ours = [child for child in self._children.values() if child.worker == worker.id]
            for child in ours:
                child.process.kill()
                child.process.wait()
            if not ours:
                self._give_up(worker.id, retries.worker_died(f"{worker.host} silent"))

    def _sweep(self, sweep: Sweep) -> None:
        found = sweep.run()
        if found:
            self.tell(
                f"找回 {len(found)} 份没有登记的原件，已排队",
                f"{len(found)} originals nobody knew of were put into the queue",
            )

    def _is_drained(self) -> bool:
        with self.store.reading() as work:
            counts = work.arrivals.counts()
        return not any(counts[state] for state in (*QUEUED, State.RUNNING))

    def _end(self) -> None:
        """Let slots finish what they have, as long as it may take; then end them."""
        for child in self._children.values():
            if child.process.stdin is not None:
                child.process.stdin.close()
        end = time.monotonic() + self._flow.time_limit_seconds
        for child in self._children.values():
            try:
                child.process.wait(timeout=max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
            _close(child.process)
            if child.process.returncode != 0:
                self._give_up(child.worker, retries.worker_died(_how(child.process.returncode)))
        self._children.clear()


def environment(settings: Settings, slots: int) -> dict[str, str]:
    """The environment of a slot: its share of the cores, unless the settings say how many, and
    one scratch folder for all, which goes with this process: a slot may end without tidying up."""
    hush()
    threads = max(1, (os.cpu_count() or 1) // slots)
    share = {} if settings.ocr.threads else {"PIAOHE_OCR__THREADS": str(threads)}
    return {**os.environ, **share, "OMP_NUM_THREADS": str(settings.ocr.threads or threads)}


def standard_slots() -> int:
    """How many slots where nobody says: reading takes about two cores."""
    return max(1, (os.cpu_count() or 1) // 2)


def _how(code: int) -> str:
    if code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return f"exit {code}"


def _close(process: "subprocess.Popen[str]") -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def _refused(said: str) -> PiaoheError:
    """What a slot stopped for, as the error it was there: exit code and JSON."""
    code, _, text = said.partition(" ")
    record = ErrorRecord.model_validate_json(text)
    kind = DependencyMissing if code == str(DependencyMissing.exit_code) else StoreError
    return kind(
        record.code,
        record.message,
        record.hint,
        message_en=record.message_en,
        hint_en=record.hint_en,
        retry=record.retry,
    )


def _will_not_start(how: str) -> PiaoheError:
    return StoreError(
        "worker_will_not_start",
        f"worker 进程连续 {_FAILED_STARTS} 次无法启动（{how}）",
        "请查看上面的错误输出，并运行 piaohe doctor",
        message_en=f"worker processes ended {_FAILED_STARTS} times before they were ready ({how})",
        hint_en="see the messages above, and run piaohe doctor",
    )
