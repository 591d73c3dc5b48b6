"""Stretches of days that are reported on: a month, a quarter, or any other."""

import calendar
import datetime
from dataclasses import dataclass
from typing import Self

from models.ledger import Coverage
from piaohe.report.words import Words


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` to `last`, both included."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        """A calendar month. Raises ValueError where there is none."""
        first = datetime.date(year, month, 1)
        return cls(first, _end_of_month(first))

    @property
    def months(self) -> int | None:
        """How many whole months it is; None where it is not."""
        if self.first.day != 1 or self.last != _end_of_month(self.last):
            return None
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def label(self) -> str:
        """As `piaohe report --period` takes it."""
        return f"{self.first:%Y-%m}" if self.months == 1 else f"{self.first}..{self.last}"

    @property
    def name(self) -> Words:
        """As a person calls it."""
        if self.months == 1:
            return Words(f"{self.first.year}年{self.first.month}月", f"{self.first:%Y-%m}")
        return Words(f"{self.first} 至 {self.last}", f"{self.first} to {self.last}")

    @property
    def coverage(self) -> Coverage:
        return Coverage(first=self.first, last=self.last)

    def holds(self, date: datetime.date | None) -> bool:
        """Whether the date is known and lies within."""
        return date is not None and self.first <= date <= self.last

    def before(self) -> "Span | None":
        """The one just before, of as many months or else days; None before the first year."""
        try:
            last = self.first - datetime.timedelta(days=1)
            if self.months is None:
                return Span(self.first - (self.last - self.first) - datetime.timedelta(1), last)
            at = self.first.year * 12 + self.first.month - 1 - self.months
            return Span(datetime.date(at // 12, at % 12 + 1, 1), last)
        except (ValueError, OverflowError):
            return None


def _end_of_month(date: datetime.date) -> datetime.date:
    return date.replace(day=calendar.monthrange(date.year, date.month)[1])
