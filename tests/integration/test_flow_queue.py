"""The queue in a real database: one door, turns, fences, retries."""

import datetime
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import ErrorRecord
from piaohe.flow.arrival import Door, QueueFullError, Receipt, Sweep
from piaohe.flow.states import Lane, State, Step
from piaohe.flow.supervisor import Watchers
from piaohe.store import Store
from piaohe.store.queued import Arrival, Slip, SupersededError
from piaohe.store.workers import Worker

NOW = datetime.datetime(2026, 3, 1, 8, 30, tzinfo=datetime.UTC)
ERROR = ErrorRecord(code="shaky", message="不稳", hint="再试")
HandIn = Callable[..., Arrival]


@pytest.fixture
def door(store: Store) -> Door:
    return Door(store, lambda: NOW, queue_limit=50)


@pytest.fixture
def hand_in(door: Door) -> HandIn:
    def put(name: str, owner: str = "", lane: Lane = Lane.BATCH) -> Arrival:
        return door.accept(name.encode(), Slip(name=name, owner=owner, lane=lane)).arrival

    return put


def claim(store: Store, worker: str = "w", now: datetime.datetime = NOW) -> Arrival | None:
    with store.unit_of_work(shared=True) as work:
        return work.arrivals.claim(worker, now)


def claimed(store: Store, worker: str = "w") -> Arrival:
    found = claim(store, worker)
    assert found is not None
    return found


def order(store: Store) -> str:
    names = []
    while (arrival := claim(store)) is not None:
        names.append(arrival.name)
    return " ".join(names)


def test_an_arrival_is_kept_before_it_is_queued_and_queued_once(door: Door, store: Store) -> None:
    slip = Slip(name="a.pdf", owner="甲", department="财务", batch="三月")
    first = door.accept(b"x", slip)
    assert first.new
    assert store.originals.get(first.arrival.sha256) == b"x"
    assert (first.arrival.state, first.arrival.received_at) == (State.WAITING, NOW)
    again = door.accept(b"x", slip)
    assert (again.new, again.arrival) == (False, first.arrival)
    assert door.accept(b"x", Slip(name="a.pdf", owner="乙")).new
    with store.reading() as work:
        assert work.arrivals.depth() == 2


def test_owners_take_turns_and_a_person_goes_before_a_batch(hand_in: HandIn, store: Store) -> None:
    for name in ("a1", "a2", "a3"):
        hand_in(name, "a")
    for name in ("b1", "b2"):
        hand_in(name, "b")
    hand_in("p1", "a", Lane.PERSON)
    assert order(store) == "p1 a1 b1 a2 b2 a3"


def test_who_comes_late_does_not_wait_for_a_whole_pile(hand_in: HandIn, store: Store) -> None:
    for at in range(6):
        hand_in(f"a{at}", "a")
    assert [claimed(store).name for _ in range(3)] == ["a0", "a1", "a2"]
    hand_in("b0", "b")
    hand_in("b1", "b")
    assert order(store) == "a3 b0 a4 b1 a5"


def test_a_full_queue_refuses_and_keeps_nothing(store: Store) -> None:
    door = Door(store, lambda: NOW, queue_limit=2)
    door.accept(b"1", Slip(name="1"))
    door.accept(b"2", Slip(name="2"))
    with pytest.raises(QueueFullError) as refused:
        door.accept(b"3", Slip(name="3"))
    assert refused.value.record.retry
    assert refused.value.retry_after > 0
    assert len(list(store.originals.iterate())) == 2
    assert not door.accept(b"1", Slip(name="1")).new
    claimed(store)
    assert door.accept(b"3", Slip(name="3")).new


def test_a_fence_stops_whoever_lost_the_arrival(hand_in: HandIn, store: Store) -> None:
    hand_in("a")
    paused = claimed(store, "paused")
    with store.unit_of_work() as work:
        work.arrivals.hold(paused.id, paused.fence)
        assert [each.state for each in work.arrivals.abandon("paused", ERROR, 3)] == [State.WAITING]
    with pytest.raises(SupersededError), store.unit_of_work() as work:
        work.arrivals.hold(paused.id, paused.fence)
    other = claimed(store, "other")
    assert (other.id, other.attempts) == (paused.id, 2)
    with pytest.raises(SupersededError), store.unit_of_work() as work:
        work.arrivals.hold(paused.id, paused.fence)
    with store.unit_of_work() as work:
        work.arrivals.hold(other.id, other.fence)
        work.arrivals.finish(other.id, State.ACCEPTED, NOW)
    with pytest.raises(SupersededError), store.unit_of_work() as work:
        work.arrivals.hold(other.id, other.fence)


def test_two_workers_never_get_the_same(hand_in: HandIn, store: Store) -> None:
    for at in range(4):
        hand_in(str(at))
    taken = [claimed(store, worker).id for worker in "abab"]
    assert len(set(taken)) == 4
    assert claim(store) is None


def test_workers_racing_for_the_queue_share_it(hand_in: HandIn, store: Store) -> None:
    for at in range(24):
        hand_in(str(at))
    taken: list[int] = []

    def race(worker: str) -> None:
        while (arrival := claim(store, worker)) is not None:
            taken.append(arrival.id)

    threads = [threading.Thread(target=race, args=(worker,)) for worker in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 24


def test_many_hand_in_at_once_and_nothing_is_lost_or_doubled(store: Store) -> None:
    door = Door(store, lambda: NOW, queue_limit=500)
    receipts: list[Receipt] = []

    def hand_in() -> None:
        # every thread the same contents, of the same owner
        receipts.extend(
            door.accept(str(at).encode(), Slip(name=str(at), owner="a")) for at in range(8)
        )

    threads = [threading.Thread(target=hand_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 32
    assert sum(receipt.new for receipt in receipts) == 8
    with store.reading() as work:
        waiting = work.arrivals.having([State.WAITING])
    # an owner's documents take turns one after the other, also those handed in side by side
    assert [each.turn for each in waiting] == list(range(8))


def test_what_kills_its_worker_is_given_up_after_three_tries(hand_in: HandIn, store: Store) -> None:
    hand_in("poison")
    states = []
    for _ in range(3):
        held = claimed(store, "w")
        with store.unit_of_work() as work:
            states += [each.state for each in work.arrivals.abandon("w", ERROR, 3)]
    assert states == [State.WAITING, State.WAITING, State.DEAD]
    with store.reading() as work:
        (dead,) = work.arrivals.having([State.DEAD])
    assert (dead.id, dead.error) == (held.id, ERROR)
    assert claim(store) is None


def test_tries_are_counted_anew_once_a_step_is_done(hand_in: HandIn, store: Store) -> None:
    hand_in("a")
    for step in (Step.KEEP, Step.MATCH):
        held = claimed(store)
        with store.unit_of_work() as work:
            work.arrivals.progress(held.id, step)
            (back,) = work.arrivals.abandon("w", ERROR, 1)
        assert (back.state, back.step, back.attempts) == (State.WAITING, step, 0)


def test_a_retry_waits_for_its_time_also_when_the_clock_is_set_back(
    hand_in: HandIn, store: Store
) -> None:
    hand_in("a")
    held = claimed(store)
    at = NOW + datetime.timedelta(minutes=5)
    with store.unit_of_work() as work:
        work.arrivals.fail(held.id, Step.READ, ERROR, at)
    assert claim(store) is None
    assert claim(store, now=NOW - datetime.timedelta(hours=1)) is None
    # set back by years: nobody waits for years
    years = NOW - datetime.timedelta(days=800)
    with store.reading() as work:
        assert work.arrivals.claimable(years)
    assert claim(store, now=years) is not None


def test_a_retry_comes_when_its_time_has_come(hand_in: HandIn, store: Store) -> None:
    hand_in("a")
    held = claimed(store)
    with store.unit_of_work() as work:
        work.arrivals.fail(held.id, Step.READ, ERROR, NOW + datetime.timedelta(seconds=9))
    later = claim(store, now=NOW + datetime.timedelta(seconds=9))
    assert later is not None
    assert (later.attempts, later.not_before) == (2, None)


def test_cancelling_and_trying_again(hand_in: HandIn, store: Store, door: Door) -> None:
    arrival = hand_in("a")
    held = claimed(store)
    with store.unit_of_work() as work:
        cancelled = work.arrivals.cancel(held.id)
        assert cancelled is not None
        assert cancelled.state is State.CANCELLED
        assert work.arrivals.cancel(held.id) is None
    with pytest.raises(SupersededError), store.unit_of_work() as work:
        work.arrivals.hold(held.id, held.fence)
    with store.unit_of_work() as work:
        again = work.arrivals.requeue(arrival.id)
        assert again is not None
        assert (again.state, again.attempts) == (State.WAITING, 0)
        assert work.arrivals.requeue(arrival.id) is None
        assert work.arrivals.cancel(arrival.id) is not None
    handed_in_again = door.accept(b"a", Slip(name="a"))
    assert (handed_in_again.new, handed_in_again.arrival.state) == (True, State.WAITING)


def test_no_way_that_is_not_in_the_states(hand_in: HandIn, store: Store) -> None:
    arrival = hand_in("a")
    with pytest.raises(ValueError, match="no way leads"), store.unit_of_work() as work:
        work.arrivals.finish(arrival.id, State.ACCEPTED, NOW)


def test_an_original_without_a_row_is_found_by_the_second_look(store: Store, door: Door) -> None:
    lost = store.originals.put(b"power was lost here")
    door.accept(b"known", Slip(name="known"))
    sweep = Sweep(store, lambda: NOW)
    assert sweep.run() == []
    (found,) = sweep.run()
    assert (found.sha256, found.state, found.batch) == (lost, State.WAITING, "recovered")
    assert sweep.run() == []


def test_who_lives_is_told_by_beats_not_by_clocks() -> None:
    def at(beats: int) -> list[Worker]:
        return [Worker(id="w", host="h", slot=0, pid=1, started_at=NOW, seen_at=NOW, beats=beats)]

    watch = Watchers(10)
    assert watch.silent(at(1), 100) == []
    assert watch.silent(at(1), 109) == []
    assert watch.silent(at(2), 111) == []
    assert watch.silent(at(2), 120.9) == []
    assert [worker.id for worker in watch.silent(at(2), 121)] == ["w"]
    assert Watchers(10).silent(at(2), 500) == []


def test_a_worker_that_was_given_up_cannot_beat(store: Store, tmp_path: Path) -> None:
    worker = Worker(id="w", host="h", slot=0, pid=1, started_at=NOW, seen_at=NOW, beats=0)
    with store.unit_of_work() as work:
        work.workers.add(worker)
        assert work.workers.beat("w", NOW)
        assert work.workers.all()[0].beats == 1
        work.workers.remove("w")
        assert not work.workers.beat("w", NOW)


def test_what_a_lane_holds(hand_in: HandIn, store: Store) -> None:
    hand_in("a")
    hand_in("b")
    hand_in("p", lane=Lane.PERSON)
    claimed(store)
    with store.reading() as work:
        person, batch = work.arrivals.lanes()
    assert (person.waiting, person.running, person.oldest) == (0, 1, None)
    assert (batch.waiting, batch.retrying, batch.oldest) == (2, 0, NOW)
