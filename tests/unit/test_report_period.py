"""What a period's report counts, groups and says."""

import datetime
from decimal import Decimal

import pytest

from models.ledger import LedgerStatus
from models.match import Absence, MatchState, Step
from piaohe.report import words
from piaohe.report.answer import answer
from piaohe.report.period import NEEDS_NONE, STATES
from piaohe.report.spans import Span
from piaohe.report.trend import changes
from reconcile import Figures
from reconcile.period import Tally
from tests.support.matching import DAY, entry, invoice
from tests.support.periods import JANUARY, report

OTHER = {"number": "26447000005555555555", "total": Decimal("7.00"), "amount": None, "tax": None}
LONE = {"number": "26117000009999999999", "total": Decimal("50.00"), "amount": None, "tax": None}
STRAY = {**LONE, "seller_name": "无关测试公司", "seller_tax_id": "91310000MA1FL0B15M"}


@pytest.mark.parametrize(
    ("first", "last", "label", "before"),
    [
        ("2026-10-01", "2026-10-31", "2026-10", "2026-09"),
        ("2026-01-01", "2026-01-31", "2026-01", "2025-12"),
        ("2026-01-01", "2026-03-31", "2026-01-01..2026-03-31", "2025-10-01..2025-12-31"),
        ("2024-03-01", "2024-03-31", "2024-03", "2024-02"),
        ("2026-05-04", "2026-05-10", "2026-05-04..2026-05-10", "2026-04-27..2026-05-03"),
        ("0001-01-01", "0001-01-31", "1-01", None),
    ],
)
def test_the_period_before_is_as_long(
    first: str, last: str, label: str, before: str | None
) -> None:
    span = Span(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    found = span.before()
    assert (found.label if found else None) == before
    if before:
        assert span.label == label


def test_groups_count_what_the_figures_count() -> None:
    wrong = entry(row=3, number=OTHER["number"], amount=None, tax=None, total=Decimal("8.00"))
    void = entry(row=4, **STRAY | {"status": LedgerStatus.VOID})
    lone = entry(row=5, **STRAY | {"number": "26117000008888888888"})
    found = report(
        [invoice(), invoice(**OTHER), invoice(**STRAY | {"number": "26117000001111111111"})],
        [entry(), wrong, void, lone],
    )
    for state, groups in found.open.items():
        assert sum(group.tally.count for group in groups) == found.summed.by_state[state].count
    by_cause = {c: tally.count for c, tally in found.summed.by_cause.items()}
    groups = [group for each in found.open.values() for group in each]
    assert sum(by_cause.values()) == sum(group.tally.count for group in groups)
    lacking = [group.tally for group in found.without if not group.settled]
    assert sum(tally.count for tally in lacking) == found.figures.unclaimed.count
    assert sum(tally.total for tally in lacking) == found.figures.unclaimed.total
    assert [group.settled for group in found.without] == [False, True]
    assert len({group.mark for group in [*groups, *found.without]}) == len(groups) + 2


def test_only_what_is_dated_or_came_in_the_period_is_in_it() -> None:
    february, march = datetime.date(2026, 2, 10), datetime.date(2026, 3, 10)
    invoices = [
        invoice(),
        invoice(**OTHER | {"date": february}),
        invoice(**STRAY | {"date": march}),
        invoice(**STRAY | {"date": None, "number": "26117000007777777777"}),
    ]
    entries = [entry(), entry(row=3, **STRAY | {"date": february})]
    days = [DAY, DAY, march, march]
    found = report(invoices, entries, arrived=days)
    assert found.figures.invoices.count == 1
    assert [line.key for line in found.summed.outside] == ["f1"]
    assert found.without == ()
    after = report(invoices, entries, arrived=days, span=Span.month(2026, 3))
    assert after.figures.invoices.count == 2
    assert after.figures.entries.count == 0


def test_an_invoice_of_long_ago_is_not_late_in_every_period() -> None:
    long_ago = [invoice(), invoice(**OTHER)], [entry(), entry(row=3, **OTHER)]
    found = report(*long_ago, span=Span.month(2026, 3))
    assert (found.figures.invoices.count, found.figures.late) == (0, 0)
    found = report(*long_ago, arrived=[datetime.date(2026, 3, 2)], span=Span.month(2026, 3))
    assert found.figures.late == 1


@pytest.mark.parametrize(
    ("invoices", "entries", "said"),
    [
        ([], [], "2026年1月没有发票，台账中也没有记录。"),
        ([], None, "2026年1月有 0 张发票，合计 ¥0.00；没有台账可以核对，无法判断缺什么。"),
        (
            [invoice()],
            [entry()],
            "2026年1月：1 张发票全部与台账一致；台账中没有缺票据的记录。",
        ),
        (
            [],
            [entry()],
            "2026年1月：没有收到发票；台账另有 1 笔（¥1,060.00）缺票据，原因：没有交来 1 笔。",
        ),
        (
            [invoice()],
            [entry(date=datetime.date(2026, 1, 5))],
            "2026年1月：1 张发票中 1 张（¥1,060.00）与台账有差异，原因：开票日期不同 1 张；"
            "台账中没有缺票据的记录。",
        ),
    ],
)
def test_the_sentence_says_what_is_missing_and_why(
    invoices: list, entries: list | None, said: str
) -> None:
    found = answer(report(invoices, entries))
    assert found.zh == said
    assert "2026-01" in found.en


def test_what_is_worse_is_told_from_what_is_better() -> None:
    before = Figures(
        invoices=Tally(count=4), exact=Tally(count=4), open=Tally(count=2, total=Decimal(9)), gaps=1
    )
    now = Figures(invoices=Tally(count=4), exact=Tally(count=3), open=Tally(count=1), late=2)
    found = {(c.name.zh, c.unit): (c.by, c.direction) for c in changes(before, now)}
    assert found["未对上的发票", "count"] == (-1, "better")
    assert found["未对上的发票", "money"] == (-9, "better")
    assert found["一致的比例", "percent"] == (-25, "worse")
    assert found["迟到的发票", "count"] == (2, "worse")
    assert found["发票", "count"] == (0, "same")
    assert found["缺号", "count"] == (-1, "same")
    assert next(c for c in changes(Figures(), now) if c.unit == "percent").by is None


def test_every_state_step_reason_and_cause_has_words() -> None:
    assert set(words.STEPS) == set(Step)
    assert set(words.ABSENCES) == set(Absence)
    assert set(words.CAUSES) == {f"N{number}" for number in range(1, 21)}
    assert set(STATES) == set(MatchState) - {MatchState.EXACT}
    assert set(NEEDS_NONE) < set(Absence)
    for state in STATES:
        assert words.cause_called(state, None).zh
    assert words.cause_called(MatchState.MISSING, "X1").zh == "X1"


def test_the_action_of_a_group_is_that_of_most_of_it() -> None:
    found = report([invoice(**OTHER | {"number": f"2644700000555555{n}000"}) for n in range(3)])
    group = found.open[MatchState.MISSING][0]
    assert group.action.zh == group.rows[0].match.action
    assert group.tally.count == 3
    assert JANUARY.name.zh == "2026年1月"
