"""Real processes that carry documents, and are killed, paused and poisoned while they do.

PIAOHE_FLOW_DOCUMENTS and PIAOHE_FLOW_KILLS make the first test larger.
"""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from piaohe.clock import now
from piaohe.flow.arrival import Door
from piaohe.flow.states import DECIDED, FINISHED, Lane, State, Step
from piaohe.flow.supervisor import Supervisor
from piaohe.settings import load_settings
from piaohe.store import Store, What
from piaohe.store.queued import Arrival, Slip
from tests.support import flow

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals")
DOCUMENTS = int(os.environ.get("PIAOHE_FLOW_DOCUMENTS", "25"))
KILLS = int(os.environ.get("PIAOHE_FLOW_KILLS", "3"))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "reads"


@pytest.fixture
def home(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder whose workers are quick to notice things."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PIAOHE_HOME", str(folder))
    monkeypatch.setenv(flow.LOG, str(log))
    return folder


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store.open(home) as opened:
        yield opened


def configure(home: Path, **flow_settings: float) -> None:
    given = {"poll_seconds": 0.05, "heartbeat_seconds": 0.2, "retry_seconds": 0.05}
    lines = [f"{name} = {value}" for name, value in (given | flow_settings).items()]
    (home / "piaohe.toml").write_text("\n".join(["[flow]", *lines]) + "\n")


def hand_in(store: Store, count: int, remark: str = "") -> list[Arrival]:
    door = Door(store, now, 10_000)
    first = flow.FIRST[remark]
    return [
        door.accept(
            flow.invoice(first + at, remark),
            Slip(name=f"{remark}{at}.xml", owner=f"owner{at % 3}", lane=Lane(at % 2)),
        ).arrival
        for at in range(count)
    ]


def carry(home: Path, store: Store, slots: int = 1) -> None:
    settings = load_settings(home)
    command = flow.COMMAND
    Supervisor(store, settings, slots, lambda *_: None, now, command).run(drain=True)


def arrivals(store: Store) -> list[Arrival]:
    with store.reading() as work:
        return work.arrivals.having(list(State), 100_000)


def events(store: Store, what: What) -> Counter[str]:
    with store.reading() as work:
        return Counter(event.subject for event in work.events.iterate() if event.what is what)


def is_over(store: Store) -> bool:
    return all(arrival.state in FINISHED for arrival in arrivals(store))


def pids(store: Store) -> list[int]:
    with store.reading() as work:
        return [worker.pid for worker in work.workers.all()]


def test_kill_at_random_moments_loses_nothing_and_does_nothing_twice(
    home: Path, store: Store, log: Path
) -> None:
    # kills are many and documents few: one may be hit often, and is no poison for that
    configure(home, attempts=100, dead_after_seconds=4)
    handed_in = hand_in(store, DOCUMENTS)
    chance = random.Random(10)
    command = [sys.executable, "-m", "tests.support.flow", "supervise", str(home)]
    supervisor = subprocess.Popen(command)
    try:
        for at in range(KILLS):
            done = sum(flow.reads(log).values())
            wanted = min(done + chance.randint(1, 4), DOCUMENTS)
            flow.wait_until(
                lambda wanted=wanted: sum(flow.reads(log).values()) >= wanted or is_over(store),
                "some more reading",
            )
            if at == KILLS // 2:
                supervisor.kill()
                supervisor.wait()
                supervisor = subprocess.Popen(command)
            else:
                victim = chance.choice(pids(store) or [0])
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL) if victim else None
        assert supervisor.wait(timeout=flow.PATIENCE_SECONDS) == 0
    finally:
        supervisor.kill()
        supervisor.wait()
    contents = Counter(arrival.sha256 for arrival in handed_in)
    assert all(arrival.state in DECIDED for arrival in arrivals(store))
    assert events(store, What.DOCUMENT_DECIDED) == contents
    assert events(store, What.DOCUMENT_KEPT) == contents
    with store.reading() as work:
        assert len(work.invoices.all()) == DOCUMENTS
        assert sorted(work.documents.ids()) == sorted(contents)
    assert store.check() == []


def test_a_poison_document_is_isolated_and_the_rest_goes_on_though_clocks_are_set_back(
    home: Path, store: Store, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(flow.CLOCK, "back")
    configure(home, attempts=3)
    (poison,) = hand_in(store, 1, flow.KILL)
    hand_in(store, 4)
    (shaky,) = hand_in(store, 1, flow.AGAIN)
    carry(home, store)
    found = {arrival.id: arrival for arrival in arrivals(store)}
    dead = found.pop(poison.id)
    assert (dead.state, dead.attempts) == (State.DEAD, 3)
    assert dead.error is not None
    assert (dead.error.code, "SIGKILL" in dead.error.message) == ("worker_died", True)
    assert all(arrival.state in DECIDED for arrival in found.values())
    assert flow.reads(log)[shaky.sha256] == 2
    assert list(events(store, What.DOCUMENT_GIVEN_UP)) == [poison.sha256]


def test_a_document_that_takes_too_long_is_stopped_and_goes_on_when_it_is_retried(
    home: Path, store: Store, log: Path
) -> None:
    configure(home, attempts=1, time_limit_seconds=8)
    (slow,) = hand_in(store, 1, flow.HANG)
    (lost,) = hand_in(store, 1, flow.LOSE)
    carry(home, store, slots=2)
    found = {arrival.id: arrival for arrival in arrivals(store)}
    assert found[slow.id].error is not None
    assert (found[slow.id].state, found[slow.id].error.code) == (State.DEAD, "took_too_long")
    dead = found[lost.id]
    assert dead.error is not None
    assert (dead.state, dead.step, dead.error.code) == (State.DEAD, Step.KEEP, "original_missing")
    # repaired, and resumed at the step that failed: it is not read a second time
    store.originals.put(flow.invoice(flow.FIRST[flow.LOSE], flow.LOSE))
    with store.unit_of_work() as work:
        assert work.arrivals.requeue(lost.id) is not None
    carry(home, store)
    with store.reading() as work:
        again = work.arrivals.get(lost.id)
    assert again is not None
    assert again.state in DECIDED
    assert flow.reads(log)[lost.sha256] == 1


def test_a_database_brought_back_from_before_loses_no_document(
    home: Path, store: Store, log: Path
) -> None:
    configure(home)
    (arrival,) = hand_in(store, 1)
    with (
        contextlib.closing(sqlite3.connect(home / "piaohe.db")) as now_there,
        contextlib.closing(sqlite3.connect(home.parent / "backup.db")) as backup,
    ):
        now_there.backup(backup)
        carry(home, store)
        assert is_over(store)
        # the workflows remember more than the documents do by then
        backup.backup(now_there)
    assert not is_over(store)
    carry(home, store)
    assert [each.state in DECIDED for each in arrivals(store)] == [True]
    with store.reading() as work:
        assert work.documents.ids() == [arrival.sha256]


def test_a_paused_worker_that_wakes_up_writes_nothing(
    home: Path, store: Store, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(home, dead_after_seconds=3)
    (arrival,) = hand_in(store, 1)
    gate = tmp_path / "gate"
    arguments = ["--home", str(home), "--worker", "paused", "--host", "elsewhere", "--slot", "0"]
    elsewhere = subprocess.Popen(
        [*flow.COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, flow.GATE: str(gate)},
    )
    try:
        flow.wait_until(lambda: flow.reads(log)[arrival.sha256] == 1, "the first reading")
        os.kill(elsewhere.pid, signal.SIGSTOP)
        # another host adopts what it had, and finishes it
        carry(home, store)
        assert arrivals(store)[0].state in DECIDED
        gate.touch()
        os.kill(elsewhere.pid, signal.SIGCONT)
        elsewhere.communicate(timeout=flow.PATIENCE_SECONDS)
    finally:
        elsewhere.kill()
        elsewhere.communicate()
    assert flow.reads(log)[arrival.sha256] == 2
    assert events(store, What.DOCUMENT_DECIDED) == Counter([arrival.sha256])
    assert events(store, What.DOCUMENT_KEPT) == Counter([arrival.sha256])
    with store.reading() as work:
        assert len(work.invoices.all()) == 1
