"""Sums of the overview over hand-made books, to the last 分."""

import datetime

import pytest

from piaohe.overview import charts
from piaohe.overview.figures import Books, Load, figures, history_of, quantile
from piaohe.overview.months import Span, days_of, moved
from piaohe.overview.sums import Sum
from piaohe.overview.tables import Table
from piaohe.store.overview import Done, Fact, Part, Waiting
from piaohe.web.pages.overview import Asked, percent, short, spell

NOON = datetime.datetime(2026, 9, 10, 4, tzinfo=datetime.UTC)
JIA, YI = "甲公司", "乙公司"
BIG = 2**55 + 1
"""More than a float can hold to the last digit."""


def done(hours: float, buyer: str = JIA) -> Done:
    return Done(buyer, NOON - datetime.timedelta(hours=hours), NOON)


BOOKS = Books(
    at=NOON,
    facts=(
        Fact("2026-08", JIA, "MEAL", "counted", "exact", None, True, 3, 30_000),
        Fact("2026-09", JIA, "MEAL", "counted", "exact", None, True, 2, 20_001),
        Fact("2026-09", JIA, "MEAL", "counted", "missing", "N1", False, 1, -5_000),
        Fact("2026-09", JIA, "MEAL", "copy", "duplicate", "N11", False, 1, 10_000),
        Fact("2026-09", YI, None, "counted", "", None, False, 4, 400),
        Fact("2026-09", YI, "FUEL", "refused", "missing", None, False, 1, 7),
        Fact(None, JIA, None, "counted", "", None, True, 5, 50),
    ),
    sellers=Table.of(
        [
            Part("2026-08", JIA, "老店", "counted", 3, 30_000),
            Part("2026-09", JIA, "老店", "counted", 3, 15_001),
            Part("2026-09", JIA, "老店", "copy", 1, 10_000),
            Part("2026-09", YI, "大店", "counted", 1, BIG),
            Part("2026-09", YI, None, "refused", 1, 7),
        ]
    ),
    departments=Table.of([]),
    opened={("2026-09", JIA): 1},
    done=(done(1), done(2), done(30), done(5, YI)),
    waiting=(
        Waiting(JIA, 0, 7, 1, 100),
        Waiting(JIA, 4, 7, 2, 300),
        Waiting(YI, 3, None, 1, 50),
    ),
)
SEPTEMBER = Span("2026-09", "2026-09")


def test_what_counts_and_what_stands_apart() -> None:
    found = figures(BOOKS, SEPTEMBER, None, 5, "2026-09")
    assert found.total == Sum(7, 15_401, 1, 10_000, 1, 7)
    assert found.total.found == 9
    assert (found.before, found.undated) == (Sum(3, 30_000), Sum(5, 50))
    (month,) = found.months
    assert (month.change, month.alone, found.alone) == (15_401 - 30_000, 1, 1)
    assert (month.done, month.half, month.most) == (4, 2, 30)
    named = {group.name: (group.sum, group.before) for group in found.categories}
    assert named == {
        "MEAL": (Sum(3, 15_001, 1, 10_000), Sum(3, 30_000)),
        None: (Sum(4, 400), Sum()),
        "FUEL": (Sum(refused=1, refused_fen=7), Sum()),
    }
    causes = [(cause.match, cause.cause, cause.sum) for cause in found.causes]
    assert causes == [
        ("duplicate", "N11", Sum(copies=1, copies_fen=10_000)),
        ("missing", None, Sum(refused=1, refused_fen=7)),
        ("missing", "N1", Sum(1, -5_000)),
        ("", None, Sum(4, 400)),
    ]
    assert [age.number for age in found.ages] == [1, 0, 0, 1, 2]
    assert found.loads == (Load(7, 3, 400, 2), Load(None, 1, 50, 1))
    assert found.next_month is None


def test_of_one_company_alone() -> None:
    found = figures(BOOKS, SEPTEMBER, YI, 5, "2026-09")
    assert found.total == Sum(4, 400, 0, 0, 1, 7)
    assert [group.name for group in found.sellers] == ["大店", None]
    assert (found.alone, found.half, [age.number for age in found.ages]) == (0, 5, [0, 0, 0, 1, 0])
    assert figures(BOOKS, SEPTEMBER, "丙", 5, "2026-09").total == Sum()


def test_the_largest_sellers_and_the_rest_to_the_last_fen() -> None:
    found = figures(BOOKS, SEPTEMBER, None, 1, "2026-09")
    assert [(group.name, group.sum.fen) for group in found.sellers] == [("大店", BIG)]
    assert found.more_sellers == (2, Sum(3, 15_001, 1, 10_000, 1, 7))


def test_the_history_has_no_gap_and_ends_before_this_month() -> None:
    sums = {"2026-05": Sum(1, 5), "2026-07": Sum(1, 7), "2026-09": Sum(9, 9), None: Sum(1, 1)}
    assert history_of(sums, "2026-09") == [5, 0, 7, 0]
    assert history_of({}, "2026-09") == []


@pytest.mark.parametrize(
    ("values", "half", "most"),
    [([], None, None), ([3.0], 3, 3), ([1.0, 2.0], 1, 2), ([float(n) for n in range(1, 11)], 5, 9)],
)
def test_quantiles(values: list[float], half: float | None, most: float | None) -> None:
    assert (quantile(values, 0.5), quantile(values, 0.9)) == (half, most)


def test_months_are_counted_over_years() -> None:
    assert (moved("2026-01", -1), moved("2025-12", 14)) == ("2025-12", "2027-02")
    assert [str(day) for day in days_of("2024-02")] == ["2024-02-01", "2024-02-29"]
    span = Span("2025-11", "2026-01")
    assert list(span) == ["2025-11", "2025-12", "2026-01"]
    assert (span.length, span.before) == (3, Span("2025-08", "2025-10"))
    assert "2025-10" not in span
    assert None not in span


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ({}, ("2025-10", "2026-09")),
        ({"since": "2026-01"}, ("2026-01", "2026-09")),
        ({"until": "2026-01"}, ("2025-02", "2026-01")),
        ({"since": "2026-05", "until": "2026-01"}, ("2026-01", "2026-05")),
        ({"since": "1990-01", "until": "2026-01"}, ("2023-02", "2026-01")),
        ({"since": "2030-01"}, ("2030-01", "2030-01")),
        ({"since": "", "until": "", "buyer": ""}, ("2025-10", "2026-09")),
    ],
)
def test_the_months_asked_for(asked: dict[str, str], span: tuple[str, str]) -> None:
    assert Asked.model_validate(asked).span("2026-09") == span


def test_bars_stand_on_one_line() -> None:
    found = charts.columns([300, -100, 0], [(0, 50, 100)])
    assert found.zero == 75
    assert found.bars == ((0, 75, False), (75, 25, True), (75, 0, False))
    assert found.reaches == (((50, 25, False), 62.5),)
    assert charts.columns([0]).bars == ((0, 0, False),)
    assert charts.widths([50, -100, 0]) == (50, 100, 0)
    assert charts.widths([]) == ()


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (0, "0", "0"),
        (123_456, "1,235", "1.2k"),
        (123_456_700, "123.5万", "1.2M"),
        (-2_000_000, "-2万", "-20k"),
        (12_345_678_900_00, "123.5亿", "12.3bn"),
    ],
)
def test_amounts_beside_bars(fen: int, zh: str, en: str) -> None:
    assert (short(fen, "zh"), short(fen, "en")) == (zh, en)


def test_shares_and_times_are_said() -> None:
    assert (str(percent(1, 3)), percent(1, 0)) == ("33.3", None)
    said = [spell(hours, "zh") for hours in (None, 0.5, 1, 26.5, 72)]
    assert said == ["—", "30 分钟", "1 小时", "26.5 小时", "3 天"]
