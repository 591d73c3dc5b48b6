"""Ledger snapshots and verdicts."""

import datetime
from decimal import Decimal

import pytest

from models.ledger import Coverage, Ledger, LedgerEntry, LedgerProblem, LedgerStatus
from models.match import Match, MatchCandidate, MatchState, Side
from piaohe.store import What

HOUR = datetime.timedelta(hours=1)
SHA = "ab" * 32


@pytest.fixture
def ledger() -> Ledger:
    entries = tuple(
        LedgerEntry(
            source="全量.xlsx",
            sheet="发票基础信息",
            row=row,
            number=f"{row:020d}",
            date=datetime.date(2026, 2, 1),
            total=Decimal("-11.30"),
            status=LedgerStatus.RED,
            positive=False,
        )
        for row in range(2, 2503)
    )
    return Ledger(
        source="全量.xlsx",
        layout="etax_full",
        entries=entries,
        coverage=Coverage(first=datetime.date(2026, 1, 1), entity_tax_id="X"),
        problems=(LedgerProblem(code="float_number", message="浮点", message_en="float", row=9),),
    )


def verdict(key: str, state: MatchState = MatchState.EXACT, **more: object) -> Match:
    words = {"side": Side.INVOICE, "message": "一致", "message_en": "same"}
    return Match.model_validate(words | {"key": key, "state": state} | more)


def test_a_ledger_comes_back_as_it_was(store, ledger, now) -> None:
    with store.unit_of_work() as work:
        assert work.ledgers.add(ledger, SHA, now)
    with store.reading() as work:
        assert work.ledgers.get(SHA) == ledger
        assert work.ledgers.get("cd" * 32) is None


def test_the_same_file_makes_no_second_snapshot(store, ledger, now) -> None:
    empty = ledger.model_copy(update={"entries": ()})
    for at, (item, sha) in enumerate([(ledger, SHA), (ledger, SHA), (empty, "cd" * 32)]):
        with store.unit_of_work() as work:
            assert work.ledgers.add(item, sha, now + at * HOUR) is (at != 1)
    with store.reading() as work:
        kept = work.ledgers.snapshots()
        events = [event.what for event in work.events.iterate()]
    assert [(item.sha256, item.rows) for item in kept] == [("cd" * 32, 0), (SHA, 2501)]
    assert kept[1].imported_at == now
    assert kept[1].coverage == ledger.coverage
    assert events == [What.LEDGER_IMPORTED] * 2


def test_verdicts_come_back_as_they_were(store, now) -> None:
    rich = verdict(
        "b",
        MatchState.SUGGESTED,
        cause="N2",
        retry_after=now,
        candidates=(MatchCandidate(key="c", score=0.8, differences={"number": ("1", None)}),),
        evidence={"edit": "1"},
    )
    given = [rich, verdict("a"), verdict("a", MatchState.DUPLICATE)]
    with store.unit_of_work() as work:
        assert work.matches.replace(given, now) == 3
    with store.reading() as work:
        assert work.matches.all() == given
        assert work.matches.find(Side.INVOICE, "a") == given[1:]
        assert work.matches.find(Side.LEDGER, "a") == []


def test_only_what_changed_is_audited(store, now) -> None:
    first = [verdict("a"), verdict("b", MatchState.MISSING, cause="N1"), verdict("c")]
    second = [verdict("b"), verdict("a"), verdict("d", side=Side.LEDGER)]
    for at, given, changed in ((0, first, 3), (1, first, 0), (2, second, 3), (3, [], 3)):
        with store.unit_of_work() as work:
            assert work.matches.replace(given, now + at * HOUR) == changed
        with store.reading() as work:
            assert work.matches.all() == given
    with store.reading() as work:
        events = [
            (event.what, event.subject, event.details.get("state"))
            for event in work.events.iterate()
            if event.at == now + 2 * HOUR
        ]
    assert events == [
        (What.MATCH_DECIDED, "b", "exact"),
        (What.MATCH_DECIDED, "d", "exact"),
        (What.MATCH_WITHDRAWN, "c", None),
    ]
