"""Breakers in the database: what one process found down, another leaves alone."""

import datetime

import pytest

from models.portal import RedConfirmation
from piaohe.sources.resilience import Asker, NotAsked, Patience, Transient
from piaohe.sources.shared import SharedBreaker, guards
from piaohe.store import Store

SECOND = datetime.timedelta(seconds=1)


class Clock:
    def __init__(self, at: datetime.datetime) -> None:
        self.at = at

    def __call__(self) -> datetime.datetime:
        return self.at


def test_two_share_one_breaker(store: Store, now: datetime.datetime) -> None:
    clock = Clock(now)
    one, two = (SharedBreaker(store, "erp", "http://a", clock, 2, 10.0) for _ in range(2))
    other = SharedBreaker(store, "erp", "http://b", clock, 2, 10.0)
    one.failed()
    assert two.allows()
    two.failed()
    assert [one.allows(), two.allows(), other.allows()] == [False, False, True]
    clock.at += 10 * SECOND
    # one question in each rest, whoever asks it
    assert [one.allows(), two.allows()] == [True, False]
    clock.at += 10 * SECOND
    assert two.allows()
    two.succeeded()
    assert [one.allows(), two.allows()] == [True, True]


def test_a_source_that_is_down_is_left_alone_by_the_next_asker(
    store: Store, now: datetime.datetime
) -> None:
    asked: list[str] = []

    def down(endpoint: str) -> str:
        asked.append(endpoint)
        raise Transient("down")

    for _ in range(8):
        guard = guards(store, "erp", Clock(now))
        asker = Asker("erp", ["http://a"], Patience(tries=1), breakers=[guard("http://a")])
        with pytest.raises(NotAsked):
            asker.ask(down)
    assert len(asked) == 5


def test_the_newest_list_of_red_letters_counts(store: Store, now: datetime.datetime) -> None:
    day = now.date()
    lists = [
        [RedConfirmation(blue="1", number="x", pending=True)],
        [
            RedConfirmation(blue="2", number="b", state="已确认", pending=False, entered=day),
            RedConfirmation(blue="2", number="a", state="待确认", pending=True, entered=day),
        ],
    ]
    for given in lists:
        with store.unit_of_work() as work:
            assert work.confirmations.replace(given, now) == len(given)
            assert set(work.confirmations.all()) == {one.blue for one in given}
    with store.reading() as work:
        assert work.confirmations.all()["2"] == lists[1][1]
