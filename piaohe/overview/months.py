"""Months as people name them ("2026-09"), counted on and back, and spans of them."""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 36
"""Months of a span; a list asks its index about no more."""


def month_of(day: datetime.date) -> str:
    return f"{day:%Y-%m}"


def moved(month: str, by: int) -> str:
    """The month so many later, or earlier. Raises ValueError beyond the years 1 to 9999."""
    at = int(month[:4]) * 12 + int(month[5:7]) - 1 + by
    return datetime.date(at // 12, at % 12 + 1, 1).isoformat()[:7]


def days_of(month: str) -> tuple[datetime.date, datetime.date]:
    """Its first and last day."""
    first = datetime.date.fromisoformat(f"{month}-01")
    following = first.replace(day=28) + datetime.timedelta(days=4)
    return first, following - datetime.timedelta(days=following.day)


class Span(NamedTuple):
    """Months from the first to the last, both included."""

    first: str
    last: str

    @classmethod
    def of(cls, last: str, count: int) -> "Span":
        return cls(moved(last, 1 - count), last)

    @property
    def length(self) -> int:
        years = int(self.last[:4]) - int(self.first[:4])
        return years * 12 + int(self.last[5:7]) - int(self.first[5:7]) + 1

    @property
    def before(self) -> "Span":
        """The span of the same length before it."""
        return Span(moved(self.first, -self.length), moved(self.first, -1))

    def __iter__(self) -> Iterator[str]:
        return (moved(self.first, at) for at in range(self.length))

    def __contains__(self, month: object) -> bool:
        return isinstance(month, str) and self.first <= month <= self.last
