"""Where the bars of a chart stand, in hundredths of its height or width. The table beside it is
what counts; a chart only shows it."""

from collections.abc import Sequence
from typing import NamedTuple


class Bar(NamedTuple):
    """From the top down: where it begins and how tall it is."""

    top: float
    height: float
    below: bool = False


class Reach(NamedTuple):
    """A range, and where in it what is expected stands."""

    bar: Bar
    expected: float


class Columns(NamedTuple):
    """Bars side by side over one line of nothing, `zero`; then ranges of what is expected."""

    bars: tuple[Bar, ...]
    reaches: tuple[Reach, ...]
    zero: float


def columns(values: Sequence[int], reaches: Sequence[tuple[int, int, int]] = ()) -> Columns:
    """Bars for amounts, of which some may be negative; `reaches` are (low, expected, high)."""
    every = [0, *values, *(end for reach in reaches for end in reach)]
    top, bottom = max(every), min(every)
    span = (top - bottom) or 1

    def at(value: int) -> float:
        return round(100 * (top - value) / span, 2)

    def between(high: int, low: int, *, below: bool = False) -> Bar:
        return Bar(at(high), round(at(low) - at(high), 2), below)

    return Columns(
        tuple(between(max(value, 0), min(value, 0), below=value < 0) for value in values),
        tuple(Reach(between(high, low), at(expected)) for low, expected, high in reaches),
        at(0),
    )


def widths(values: Sequence[int]) -> tuple[float, ...]:
    """Bars that lie: how long each is against the longest."""
    longest = max(map(abs, values), default=0) or 1
    return tuple(round(100 * abs(value) / longest, 2) for value in values)
