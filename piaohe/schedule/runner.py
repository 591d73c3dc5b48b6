"""Does chores when they are due, by one process at a time among all machines.

A chore that was missed, because nothing ran or because a run took too long, is done once and not
as often as it was missed. A clock that is set back does not do again what was done; one that was
far ahead does not keep a chore waiting.
"""

import contextlib
import datetime
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Self

from models.errors import PiaoheError, StoreError
from piaohe import failures
from piaohe.schedule.chore import Chore, Hands, LostError
from piaohe.schedule.times import Times
from piaohe.settings import Settings
from piaohe.store import Store, Work
from piaohe.store.chores import ChoreRun, ChoreState, Facts

_TICK_SECONDS = 1.0
_BEAT_SECONDS = 2.0
_log = logging.getLogger("piaohe")


class Chores:
    """The chores of this process. `chores` and `monotonic` are for tests."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        now: Callable[[], datetime.datetime],
        *,
        chores: Sequence[Chore] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if chores is None:
            from piaohe.schedule.standard import STANDARD

            chores = STANDARD
        self._store = store
        self._settings = settings
        self._now = now
        self._chores = chores
        self._monotonic = monotonic
        self._holder = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._seen: dict[str, tuple[str, int, float]] = {}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin, in threads of its own: quick chores do not wait for slow ones."""
        if not self._settings.schedule.enabled:
            return
        for quick in (True, False):
            thread = threading.Thread(target=self._run, args=(quick,), daemon=True, name="chores")
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds: float = 5.0) -> None:
        """Begin nothing more, and wait so long for what is being done. What then is still at work
        ends with the process, and is done again when it is due."""
        self._stopping.set()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def tick(self, *, quick: bool | None = None) -> list[ChoreRun]:
        """Do what is due; of the quick chores, the others, or all. Raises StoreError."""
        done = []
        for chore in self._chores:
            if self._stopping.is_set():
                break
            if quick is None or chore.quick == quick:
                state = self._planned(chore)
                if state.due_at is not None and state.due_at <= self._now():
                    run = self._do(chore, state, asked=False)
                    done += [run] if run else []
        return done

    def run(self, name: str) -> ChoreRun | None:
        """Do one now, whether it is due or not. None where another process is at it, until it has
        been silent for `flow.dead_after_seconds`. Raises KeyError for a name that is none."""
        chore = {each.name: each for each in self._chores}[name]
        return self._do(chore, self._planned(chore), asked=True)

    def _run(self, quick: bool) -> None:
        while not self._stopping.wait(_TICK_SECONDS):
            try:
                self.tick(quick=quick)
            except StoreError as error:
                _log.warning("chores wait for the database", extra={"code": error.record.code})
                self._stopping.wait(self._settings.flow.retry_seconds)
            except Exception as error:
                # a mistake of ours in one chore must not end the others
                _log.error("a chore could not begin", exc_info=error)
                self._stopping.wait(self._settings.flow.retry_seconds)

    def _times(self, chore: Chore) -> Times | None:
        text = getattr(self._settings.schedule, chore.name, "")
        return Times.parse(text, self._settings.schedule.zone) if text else None

    def _planned(self, chore: Chore) -> ChoreState:
        """The chore as it stands, planned anew where its times changed or its clock was off."""
        with self._store.reading() as work:
            state = work.chores.get(chore.name)
        times, now = self._times(chore), self._now()
        text = f"{times.text} {times.zone.key}" if times else ""
        due = state.due_at if state else None
        if state is None or state.schedule != text:
            due = times.after(now) if times else None
        elif times and due is not None and due > times.after(times.after(now)):
            # planned by a clock that was ahead
            due = times.after(now)
        if state is not None and state.schedule == text and state.due_at == due:
            return state
        with self._store.unit_of_work() as work:
            work.chores.plan(chore.name, text, due)
            planned = work.chores.get(chore.name)
        return planned or ChoreState(name=chore.name, schedule=text, due_at=due)

    def _do(self, chore: Chore, state: ChoreState, *, asked: bool) -> ChoreRun | None:
        started = self._now()
        stale = self._stale(state)
        with self._store.unit_of_work() as work:
            if not work.chores.claim(chore.name, self._holder, started, stale, now=asked):
                return None
        beating = threading.Event()
        beat = threading.Thread(target=self._beat, args=(chore.name, beating), daemon=True)
        beat.start()
        try:
            facts, error = self._done(chore, state)
        except LostError:
            return None
        finally:
            beating.set()
            beat.join()
        run = ChoreRun(
            name=chore.name,
            started_at=started,
            finished_at=self._now(),
            error=error,
            facts=facts,
        )
        times = self._times(chore)
        due = times.after(run.finished_at) if times else None
        with self._store.unit_of_work() as work:
            if not work.chores.finish(run, self._holder, due):
                return None
        level = logging.WARNING if error else logging.INFO if not chore.quick else logging.DEBUG
        _log.log(level, "chore done", extra={"chore": chore.name, "code": error or "ok"})
        return run

    def _done(self, chore: Chore, state: ChoreState) -> tuple[Facts, str | None]:
        """What it came to, and the code of why it failed."""

        def remember(work: Work, mark: str) -> None:
            if not work.chores.remember(chore.name, self._holder, mark):
                raise LostError(chore.name)

        hands = Hands(self._store, self._settings, self._now, state.mark, remember)
        try:
            return chore.do(hands), None
        except LostError:
            raise
        except PiaoheError as error:
            _log.warning("chore failed", extra={"chore": chore.name, "code": error.record.code})
            return {}, error.record.code
        except Exception as error:
            _log.error("chore failed", exc_info=error, extra={"chore": chore.name})
            return {}, failures.internal_error(error).code

    def _stale(self, state: ChoreState) -> int | None:
        """The beats of a holder that was silent for so long that it is given up; None before."""
        if state.holder is None:
            self._seen.pop(state.name, None)
            return None
        holder, beats, since = self._seen.get(state.name, ("", -1, 0.0))
        if (holder, beats) != (state.holder, state.beats):
            self._seen[state.name] = (state.holder, state.beats, self._monotonic())
            return None
        silent = self._monotonic() - since
        return beats if silent >= self._settings.flow.dead_after_seconds else None

    def _beat(self, name: str, over: threading.Event) -> None:
        while not over.wait(_BEAT_SECONDS):
            with contextlib.suppress(StoreError), self._store.unit_of_work() as work:
                work.chores.beat(name, self._holder)
