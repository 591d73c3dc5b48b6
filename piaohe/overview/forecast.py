"""What the next months will probably come to, and how far that can be off.

A few simple models are tried on the months there were: each is asked, month after month, what it
would have said then, and the one that was least wrong says what is to come. How far off it was,
each time, is how far off it may be again: the range is a quantile of those errors, the finite
number of them allowed for. Nothing is said from fewer than `FEWEST` months.

The range is meant to hold four months of five. Over 500 made series each (benchmarks/overview.py
--forecast, noise of 12 %) it held what came next in 80 to 91 % of those that are level, have a
trend, have a season, are very noisy or wander, with 8 to 48 months of history; of those with a
trend and a season in 83, 74, 69, 79 and 78 % with 8, 12, 24, 36 and 48 months. Two months ahead it
is 76 to 91 %, but with a season and less than two years of it 52 to 74 %: what was seen once is not
known to come again. The page says so.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

FEWEST = 6
"""Months it takes to say anything; less than that is no history."""
_SEASON = 12
_SHARE = 0.85
"""Of the errors a range takes in: a little more than four of five, because the model that was least
wrong on these months is a little more wrong on others."""
_RECENT = 24
_BEGIN = 3
"""Months a model has seen before it is first asked."""

_Model = Callable[[Sequence[int], int], float]


class Forecast(NamedTuple):
    """What is expected, and from where to where it may be, in 分. `model` is the one that was
    least wrong, off by `error` on average; `tried` is how often it was asked."""

    expected: int
    low: int
    high: int
    model: str
    error: int
    tried: int


def forecast(history: Sequence[int], ahead: int = 1) -> Forecast | None:
    """What comes `ahead` months after the last of the history; None where that is too short.

    The history is one sum a month without a gap, the oldest first, each month whole.
    """
    if len(history) < FEWEST:
        return None
    best: tuple[float, str, list[float]] | None = None
    for name, model in _MODELS.items():
        errors = _errors(model, history, ahead, _STARTS[name])
        if len(errors) < _BEGIN:
            continue
        error = sum(map(abs, errors)) / len(errors)
        # the simplest stands first, and only a clear gain is worth another one
        if best is None or error < 0.95 * best[0]:
            best = (error, name, errors)
    if best is None:
        return None
    error, name, errors = best
    expected = _MODELS[name](history, ahead)
    reach = _reach(errors)
    return Forecast(
        expected=round(expected),
        low=_held(history, expected - reach),
        high=round(expected + reach),
        model=name,
        error=round(error),
        tried=len(errors),
    )


def _errors(model: _Model, history: Sequence[int], ahead: int, start: int) -> list[float]:
    """How far off it was at each month it could have been asked about."""
    first = max(_BEGIN, start)
    return [
        history[at + ahead - 1] - model(history[:at], ahead)
        for at in range(first, len(history) - ahead + 1)
    ][-_RECENT:]


def _reach(errors: list[float]) -> float:
    """How far off it may be. Of n errors the (n + 1) * share-th is taken; where they are too few
    for that the largest is, and a little more."""
    sizes = sorted(map(abs, errors))
    at = math.ceil((len(sizes) + 1) * _SHARE)
    return sizes[at - 1] if at <= len(sizes) else sizes[-1] * 1.25


def _held(history: Sequence[int], low: float) -> int:
    """Not below nothing, unless it has been there."""
    return round(low if min(history) < 0 else max(0.0, low))


def _mean(months: int) -> _Model:
    def mean(history: Sequence[int], _: int) -> float:
        last = history[-months:]
        return sum(last) / len(last)

    return mean


def _last(history: Sequence[int], _: int) -> float:
    return float(history[-1])


def _year_ago(history: Sequence[int], ahead: int) -> float:
    return float(history[len(history) - _SEASON + (ahead - 1) % _SEASON])


def _season(history: Sequence[int], ahead: int) -> float:
    """The same month a year ago, grown as the last year did over the one before."""
    year, before = sum(history[-_SEASON:]), sum(history[-2 * _SEASON : -_SEASON])
    return _year_ago(history, ahead) * (year / before if before > 0 < year else 1)


def _line(history: Sequence[int], ahead: int) -> float:
    """On along the straight line closest to the last two years."""
    last = history[-2 * _SEASON :]
    centre, mean = (len(last) - 1) / 2, sum(last) / len(last)
    spread = sum((at - centre) ** 2 for at in range(len(last)))
    slope = sum((at - centre) * value for at, value in enumerate(last)) / spread
    return mean + slope * (len(last) - 1 + ahead - centre)


def _holt(history: Sequence[int], ahead: int) -> float:
    """Level and damped trend (Holt; Gardner and McKenzie), each new month weighing a little."""
    alpha, beta, damp = 0.3, 0.1, 0.9
    level, trend = float(history[0]), 0.0
    for value in history[1:]:
        before = level
        level = alpha * value + (1 - alpha) * (level + damp * trend)
        trend = beta * (level - before) + (1 - beta) * damp * trend
    return level + trend * sum(damp**step for step in range(1, ahead + 1))


_MODELS: dict[str, _Model] = {
    "mean12": _mean(12),
    "mean3": _mean(3),
    "last": _last,
    "holt": _holt,
    "line": _line,
    "year_ago": _year_ago,
    "season": _season,
}
_STARTS = {
    "mean12": 0,
    "mean3": 0,
    "last": 0,
    "holt": 0,
    "line": 6,
    "year_ago": _SEASON,
    "season": 24,
}
"""Months a model needs. One that could be asked about few months only is compared by those."""
