"""Imports, quotas and answers of outside systems in the store."""

import datetime
import threading

import pytest

from models.ledger import Coverage, Ledger, LedgerEntry, LedgerProblem
from models.portal import PortalAnswer
from piaohe.store import Import, ImportState, Said, Store, What

HOUR = datetime.timedelta(hours=1)
DAY = datetime.date(2026, 3, 1)


def kept(store: Store, name: str, at: datetime.datetime, **more: object) -> Import:
    sha = f"{name:0>64}"
    entries = tuple(LedgerEntry(source="u8", row=row, number=f"{row:08d}") for row in (2, 3))
    with store.unit_of_work() as work:
        work.ledgers.add(Ledger(source="u8", layout="journal", entries=entries), sha, at)
        return work.imports.add(Import(source="u8", sha256=sha, imported_at=at, rows=2, **more))


def test_a_suspect_import_does_not_replace_the_last_good_one(store, now) -> None:
    doubt = LedgerProblem(code="few_rows", message="少", message_en="few")
    with store.reading() as work:
        assert work.imports.current("u8") is None
    good = kept(
        store,
        "a",
        now,
        coverage=Coverage(first=DAY, entity_tax_id="X"),
        direction="in",
        said=Said.ASKED,
        counts={"red": 1},
    )
    bad = kept(store, "b", now + HOUR, state=ImportState.SUSPECT, doubts=(doubt,))
    with store.unit_of_work() as work:
        nothing = work.imports.add(
            Import(source="u8", imported_at=now + 2 * HOUR, state=ImportState.SUSPECT)
        )
    with store.reading() as work:
        assert work.imports.current("u8") == good
        assert work.imports.latest("u8") == [nothing, bad, good]
        assert work.imports.latest("other") == []
        alerts = list(work.events.iterate("u8"))
    assert [(alert.what, alert.details["why"]) for alert in alerts] == [
        (What.LEDGER_SUSPECTED, "few_rows"),
        (What.LEDGER_SUSPECTED, ""),
    ]
    with store.unit_of_work() as work:
        assert work.imports.accept(nothing.id, now) is None
        assert work.imports.accept(999, now) is None
        accepted = work.imports.accept(bad.id, now + 3 * HOUR)
        assert work.imports.accept(bad.id, now + 4 * HOUR) == accepted
    with store.reading() as work:
        assert work.imports.current("u8") == accepted
        events = [event.what for event in work.events.iterate("u8")]
    assert events.count(What.LEDGER_ACCEPTED) == 1


def test_the_same_content_imported_again_is_newer(store, now) -> None:
    kept(store, "a", now)
    again = kept(store, "a", now + HOUR)
    with store.reading() as work:
        assert work.imports.current("u8") == again
        assert len(work.imports.latest("u8")) == 2
        assert len(work.ledgers.snapshots()) == 1


def test_a_quota_holds_for_its_subject_and_day(store) -> None:
    takes = [("k", DAY), ("k", DAY), ("k", DAY), ("k", DAY + datetime.timedelta(1)), ("j", DAY)]
    with store.unit_of_work() as work:
        assert [work.quotas.take("p", subject, day, 2) for subject, day in takes] == [
            True,
            True,
            False,
            True,
            True,
        ]
        assert not work.quotas.take("p", "z", DAY, 0)
        assert [work.quotas.used("p", key, DAY) for key in ("k", "j", "z")] == [2, 1, 0]


def test_two_at_once_never_take_more_than_there_is(store) -> None:
    taken: list[bool] = []

    def take() -> None:
        for _ in range(5):
            with store.unit_of_work() as work:
                taken.append(work.quotas.take("p", "k", DAY, 7))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), sum(taken)) == (20, 7)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [((), None), (("timeout", "002"), None), (("001", "timeout"), "001"), (("009", "006"), "006")],
)
def test_the_last_answer_that_says_something(store, now, codes, expected) -> None:
    with store.unit_of_work() as work:
        for at, code in enumerate(codes):
            work.answers.add("k", "a|b", PortalAnswer(code=code, asked_at=now + at * HOUR))
    with store.reading() as work:
        found = work.answers.last_good("k", "a|b")
        assert (found.code if found else None) == expected
        assert work.answers.last_good("k", "other values") is None
        assert [answer.code for answer in work.answers.of("k")] == [*reversed(codes)]
