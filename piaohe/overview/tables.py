"""Sums by name that may be a million, in few bytes: columns of numbers over lists of names."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

import numpy as np

from piaohe.overview.months import Span
from piaohe.overview.sums import Sum
from piaohe.store.overview import Part, Way

_BITS = 28
_LOW = (1 << _BITS) - 1

Named: TypeAlias = tuple[str | None, Sum, Sum]
"""A name, what it has in a span, and what it had in the one before."""

_WAYS = tuple(way.value for way in Way)


class _Names:
    """Names as numbers, in the order they were met."""

    def __init__(self) -> None:
        self.at: dict[str | None, int] = {}

    def __call__(self, name: str | None) -> int:
        return self.at.setdefault(name, len(self.at))


class Table(NamedTuple):
    """Parts as columns, by month: whole numbers throughout, money in 分."""

    months: tuple[str, ...]
    buyers: dict[str | None, int]
    names: tuple[str | None, ...]
    rows: np.ndarray

    @classmethod
    def of(cls, parts: Iterable[Part]) -> "Table":
        """Parts without a month are in no span, and left out."""
        months, buyers, names = _Names(), _Names(), _Names()
        rows = np.array(
            [
                (
                    months(part.month),
                    buyers(part.buyer),
                    names(part.name) * len(_WAYS) + _WAYS.index(part.way),
                    part.number,
                    part.fen,
                )
                for part in parts
                if part.month
            ],
            dtype=np.int64,
        ).reshape(-1, 5)
        # months as they follow one another, so that a span is one stretch of rows
        known = [month for month in months.at if month]
        order = {month: at for at, month in enumerate(sorted(known))}
        rows[:, 0] = np.array([order[month] for month in known], dtype=np.int64)[rows[:, 0]]
        rows = rows[np.argsort(rows[:, 0], kind="stable")]
        return cls(tuple(sorted(known)), buyers.at, tuple(names.at), np.asfortranarray(rows))

    def largest(
        self, span: Span, buyer: str | None = None, most: int | None = None
    ) -> tuple[list[Named], int, Sum]:
        """Those that have any in the span with what they were in the one before, the largest
        first; how many more there are, and what those come to. Of one buyer, or of all."""
        now, before = self._added(span, buyer), self._added(span.before, buyer)
        found = np.flatnonzero(now[:, : len(_WAYS)].any(axis=1))
        ordered = found[np.lexsort((found, -now[found, len(_WAYS)]))]
        named, rest = ordered[:most], ordered[len(ordered[:most]) :]
        first = [(self.names[at], _sum(now[at]), _sum(before[at])) for at in named]
        return first, len(rest), _sum(now[rest].sum(axis=0))

    def all(self, span: Span, buyer: str | None = None) -> list[tuple[str | None, Sum]]:
        """Each name that has any in the span."""
        return [(name, one) for name, one, _ in self.largest(span, buyer)[0]]

    def _added(self, span: Span, buyer: str | None) -> np.ndarray:
        """For each name how many there are by way, then what they come to by way."""
        first = bisect_left(self.months, span.first)
        last = bisect_right(self.months, span.last)
        begin, end = np.searchsorted(self.rows[:, 0], (first, last))
        rows = self.rows[begin:end]
        if buyer is not None:
            rows = rows[rows[:, 1] == self.buyers.get(buyer, -1)]
        size = len(self.names) * len(_WAYS)
        fen = rows[:, 4]
        # numpy adds up in floats here; halves of a sum are small enough to stay exact in those
        low = np.bincount(rows[:, 2], fen & _LOW, size).astype(np.int64)
        high = np.bincount(rows[:, 2], fen >> _BITS, size).astype(np.int64)
        numbers = np.bincount(rows[:, 2], rows[:, 3], size).astype(np.int64)
        both = (numbers.reshape(-1, len(_WAYS)), (low + (high << _BITS)).reshape(-1, len(_WAYS)))
        return np.concatenate(both, axis=1)


def _sum(numbers: np.ndarray) -> Sum:
    counted, copies, refused, fen, copies_fen, refused_fen = numbers.tolist()
    return Sum(counted, fen, copies, copies_fen, refused, refused_fen)
