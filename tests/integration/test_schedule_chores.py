"""Chores: one holder at a time, once after a pause, whatever becomes of clocks and processes."""

import datetime
import threading
from pathlib import Path

import pytest

from models.errors import StoreError
from piaohe.schedule.chore import Chore, Hands
from piaohe.schedule.runner import Chores
from piaohe.settings import Settings
from piaohe.settings.sections import ScheduleSettings
from piaohe.store import Store
from piaohe.store.chores import ChoreRun
from tests.support.web import Clock

DAILY = "30 2 * * *"


class Watch:
    """Monotonic seconds that stand still until they are turned."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Bench:
    """Processes that do one daily chore on a store; `done` counts its runs."""

    def __init__(self, store: Store, home: Path) -> None:
        self.store = store
        self.clock = Clock()
        self.watch = Watch()
        self.done: list[datetime.datetime] = []
        self.settings = Settings(home=home, schedule=ScheduleSettings(tidy=DAILY))

    def process(self, settings: Settings | None = None) -> Chores:
        return Chores(
            self.store,
            settings or self.settings,
            self.clock,
            chores=[Chore("tidy", self.do)],
            monotonic=self.watch,
        )

    def do(self, hands: Hands) -> dict[str, int | str]:
        self.done.append(self.clock())
        return {"runs": len(self.done)}

    def state(self):
        with self.store.reading() as work:
            return work.chores.get("tidy")


@pytest.fixture
def bench(store: Store, tmp_path: Path) -> Bench:
    return Bench(store, tmp_path)


def test_it_is_done_when_it_is_due_and_not_before(bench: Bench) -> None:
    one, two = bench.process(), bench.process()
    assert one.tick() == two.tick() == []
    bench.clock.turn(hours=23)
    (run,) = one.tick()
    assert (run.error, run.facts) == (None, {"runs": 1})
    assert two.tick() == []
    assert bench.state().due_at == datetime.datetime(2026, 10, 1, 18, 30, tzinfo=datetime.UTC)


def test_what_was_missed_for_days_is_done_once(bench: Bench) -> None:
    bench.process().tick()
    bench.clock.turn(days=9)
    later = bench.process()
    assert len(later.tick()) == 1
    assert later.tick() == []
    assert len(bench.done) == 1


def test_a_clock_set_back_does_nothing_twice(bench: Bench) -> None:
    process = bench.process()
    process.tick()
    bench.clock.turn(hours=11)
    assert len(process.tick()) == 1
    bench.clock.turn(hours=-2)
    for _ in range(24 * 4):
        process.tick()
        bench.clock.turn(minutes=15)
    # a day on from there: the one of that day, and not the one of the day before again
    assert len(bench.done) == 1
    bench.clock.turn(hours=4)
    assert len(process.tick()) == 1


def test_a_clock_that_was_far_ahead_keeps_nothing_waiting(bench: Bench) -> None:
    process = bench.process()
    bench.clock.turn(days=400)
    process.tick()
    bench.clock.turn(days=-400)
    process.tick()
    bench.clock.turn(days=1, hours=1)
    assert len(process.tick()) == 1


def test_other_times_count_from_now_on_and_none_is_never(bench: Bench) -> None:
    bench.process().tick()
    hourly = bench.settings.model_copy(update={"schedule": ScheduleSettings(tidy="0 * * * *")})
    bench.process(hourly).tick()
    bench.clock.turn(hours=1)
    assert len(bench.process(hourly).tick()) == 1
    never = bench.settings.model_copy(update={"schedule": ScheduleSettings(tidy="")})
    bench.process(never).tick()
    bench.clock.turn(days=9)
    assert bench.process(never).tick() == []
    assert bench.state().due_at is None


def test_two_that_race_do_it_once(bench: Bench) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(hands: Hands) -> dict[str, int | str]:
        inside.set()
        assert go_on.wait(30)
        return bench.do(hands)

    one = bench.process()
    one._chores = [Chore("tidy", slow)]
    one.tick()
    bench.clock.turn(days=1)
    runs: list[ChoreRun] = []
    thread = threading.Thread(target=lambda: runs.extend(one.tick()))
    thread.start()
    assert inside.wait(30)
    two = bench.process()
    assert two.tick() == []
    assert two.run("tidy") is None
    go_on.set()
    thread.join()
    assert (len(runs), len(bench.done)) == (1, 1)


def test_who_died_in_it_is_followed_after_a_silence(bench: Bench) -> None:
    bench.process().tick()
    bench.clock.turn(days=1)
    with bench.store.unit_of_work() as work:
        assert work.chores.claim("tidy", "dead", bench.clock(), None)
    heir = bench.process()
    assert heir.tick() == []
    bench.watch.seconds += 19
    assert heir.tick() == []
    # it lives after all
    with bench.store.unit_of_work() as work:
        assert work.chores.beat("tidy", "dead")
    bench.watch.seconds += 19
    assert heir.tick() == []
    bench.watch.seconds += 21
    assert len(heir.tick()) == 1
    # and whoever wakes up now can write nothing
    with bench.store.unit_of_work() as work:
        assert not work.chores.beat("tidy", "dead")
        assert not work.chores.remember("tidy", "dead", "x")
        run = ChoreRun(name="tidy", started_at=bench.clock(), finished_at=bench.clock())
        assert not work.chores.finish(run, "dead", None)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreError("disk_full", "满", "腾", message_en="full", hint_en="free"), "disk_full"),
        (ValueError("张三"), "internal_error"),
    ],
)
def test_one_that_fails_is_told_and_done_again(bench: Bench, error: Exception, code: str) -> None:
    def fail(_: Hands) -> dict[str, int | str]:
        raise error

    process = bench.process()
    process._chores = [Chore("tidy", fail)]
    for times in (1, 2):
        run = process.run("tidy")
        assert run is not None
        assert (run.error, bench.state().failures) == (code, times)
    assert bench.state().holder is None
    assert bench.state().succeeded_at is None
    assert bench.process().run("tidy") is not None
    assert (bench.state().failures, bench.state().error) == (0, None)
    with bench.store.reading() as work:
        assert [each.error for each in work.chores.runs()] == [None, code, code]


def test_threads_begin_and_end(bench: Bench) -> None:
    process = bench.process()
    process.tick()
    bench.clock.turn(days=1)
    process.start()
    for _ in range(600):
        if bench.done:
            break
        threading.Event().wait(0.05)
    process.stop()
    assert len(bench.done) == 1
    off = bench.settings.model_copy(update={"schedule": ScheduleSettings(enabled=False)})
    idle = bench.process(off)
    idle.start()
    assert idle._threads == []


def test_every_chore_has_a_time_in_the_settings() -> None:
    from piaohe.schedule.standard import STANDARD
    from piaohe.settings.sections import CHORES

    assert {chore.name for chore in STANDARD} == set(CHORES)
