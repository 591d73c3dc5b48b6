"""Retries, waits, breakers and endpoints in order; time and chance are made up."""

import pytest

from piaohe.sources.resilience import Asker, Breaker, NotAsked, Patience, Tools, Transient


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def tools(self, chance: float = 1.0) -> Tools:
        return Tools(lambda: self.now, self.sleep, lambda: chance)


def asker(clock: Clock, *endpoints: str, **more: float) -> Asker[str]:
    patience = Patience(**{"tries": 3, "first": 1.0, "longest": 3.0, "seconds": 100.0} | more)
    return Asker("it", endpoints, patience, clock.tools())


def failing(times: int, answer: str = "yes", after: float | None = None):
    left = [times]

    def question(endpoint: str) -> str:
        if left[0]:
            left[0] -= 1
            raise Transient("busy", after)
        return f"{endpoint} {answer}"

    return question


@pytest.mark.parametrize(
    ("times", "endpoints", "answer", "slept"),
    [
        (0, "a", "a yes", []),
        (2, "a", "a yes", [1.0, 2.0]),
        (3, "ab", "b yes", [1.0, 2.0]),
        (5, "ab", "b yes", [1.0, 2.0, 1.0, 2.0]),
    ],
)
def test_tries_then_the_next_endpoint(times, endpoints, answer, slept) -> None:
    clock = Clock()
    assert asker(clock, *endpoints).ask(failing(times)) == answer
    assert clock.slept == slept


def test_nobody_answers_is_not_an_answer() -> None:
    with pytest.raises(NotAsked) as caught:
        asker(Clock(), "a", "b").ask(failing(99))
    record = caught.value.record
    assert (record.code, record.retry) == ("source_unasked", True)
    assert "busy" in record.message
    with pytest.raises(NotAsked, match="no endpoint"):
        asker(Clock()).ask(failing(0))


def test_waits_grow_are_spread_and_end() -> None:
    patience = Patience(first=0.5, longest=20.0)
    assert [patience.wait(failed, 1.0) for failed in (1, 2, 3, 9)] == [0.5, 1.0, 2.0, 20.0]
    assert [patience.wait(1, chance) for chance in (0.0, 0.5)] == [0.25, 0.375]
    assert patience.wait(10_000, 0.0) == 10.0


def test_the_wait_asked_for_is_kept_unless_there_is_no_time() -> None:
    clock = Clock()
    assert asker(clock, "a").ask(failing(1, after=7.0)) == "a yes"
    assert clock.slept == [7.0]
    with pytest.raises(NotAsked):
        asker(clock, "a", seconds=5.0).ask(failing(1, after=7.0))
    assert clock.slept == [7.0]


def test_an_error_that_is_an_answer_comes_out_at_once() -> None:
    def refuse(_: str) -> str:
        raise ValueError("no")

    clock = Clock()
    with pytest.raises(ValueError, match="no"):
        asker(clock, "a", "b").ask(refuse)
    assert clock.slept == []


def test_a_breaker_opens_rests_and_lets_one_through() -> None:
    clock = Clock()
    breaker = Breaker(limit=2, rest=10.0, clock=lambda: clock.now)
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.now = 10.0
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.failed()
    assert not breaker.allows()
    clock.now = 20.0
    assert breaker.allows()
    breaker.succeeded()
    assert [breaker.allows(), breaker.allows()] == [True, True]


def test_what_stays_down_is_left_alone() -> None:
    clock = Clock()
    asked: list[str] = []

    def question(endpoint: str) -> str:
        asked.append(endpoint)
        if endpoint == "a":
            raise Transient("down")
        return "yes"

    it = asker(clock, "a", "b")
    assert [it.ask(question) for _ in range(4)] == ["yes"] * 4
    assert asked == ["a", "a", "a", "b", "a", "a", "b", "b", "b"]
