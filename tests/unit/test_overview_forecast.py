"""What is expected of the months to come: exact figures, and how often the range holds."""

import math
import random

import pytest

from piaohe.overview.forecast import FEWEST, forecast


@pytest.mark.parametrize("count", range(FEWEST))
def test_nothing_is_said_from_a_short_history(count: int) -> None:
    assert forecast([100] * count) is None


@pytest.mark.parametrize(
    ("history", "ahead", "expected", "model"),
    [
        ([500] * 12, 1, 500, "mean12"),
        ([500] * 12, 2, 500, "mean12"),
        ([100 * at for at in range(1, 25)], 1, 2500, "line"),
        ([100 * at for at in range(1, 25)], 2, 2600, "line"),
        ([1000 if at % 12 == 11 else 100 for at in range(47)], 1, 1000, "year_ago"),
        ([1000 if at % 12 == 11 else 100 for at in range(46)], 2, 1000, "year_ago"),
        ([-300] * 12, 1, -300, "mean12"),
        ([0] * 12, 1, 0, "mean12"),
    ],
)
def test_a_series_without_noise_goes_on(
    history: list[int], ahead: int, expected: int, model: str
) -> None:
    found = forecast(history, ahead)
    assert found is not None
    assert (found.expected, found.model) == (expected, model)
    assert found.low <= found.expected <= found.high


def test_spending_is_not_expected_below_nothing() -> None:
    found = forecast([0, 900, 0, 0, 800, 0, 0, 1000])
    assert found is not None
    assert found.low == 0
    below = forecast([0, -900, 0, 0, 800, 0, 0, 1000])
    assert below is not None
    assert below.low < 0


@pytest.mark.parametrize("season", [0.0, 0.35])
def test_the_range_holds_about_four_of_five(season: float) -> None:
    rng, held, count = random.Random(5), 0, 120
    for _ in range(count):
        made = [
            round(1e6 * (1 + season * math.sin(math.pi * at / 6)) * (1 + rng.gauss(0, 0.12)))
            for at in range(37)
        ]
        found = forecast(made[:-1])
        assert found is not None
        held += found.low <= made[-1] <= found.high
    assert 0.75 <= held / count <= 0.95
