"""The statutory calendar of China, 调休 included (from the package `holidays`)."""

import datetime
from functools import lru_cache

from validate.policy import CalendarDays

_SATURDAY = 5


class StatutoryCalendar:
    """`Calendar` after the State Council's yearly arrangements, changed by a policy's days.

    The arrangement of a year is published in the autumn before it. A year the package does not
    know yet is not guessed (`is_workday` gives None), unless the policy names days of it.
    """

    def __init__(self, days: CalendarDays | None = None) -> None:
        days = days or CalendarDays()
        self._free = frozenset(days.holidays)
        self._worked = frozenset(days.workdays)
        self._named = {day.year for day in self._free | self._worked}

    def is_workday(self, day: datetime.date, /) -> bool | None:
        if day in self._worked:
            return True
        if day in self._free:
            return False
        free, worked = _arrangement(day.year)
        if not worked and day.year not in self._named:
            return None
        return day in worked or (day not in free and day.weekday() < _SATURDAY)


@lru_cache(maxsize=64)
def _arrangement(year: int) -> tuple[frozenset[datetime.date], frozenset[datetime.date]]:
    """The statutory days off of a year, and its weekend days that are worked.

    None are worked where the year's arrangement is not known: every one since 2001 had some.
    """
    # imported late: it takes a sixth of a second that few commands need
    from holidays.countries.china import China

    try:
        known = China(years=year)  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError):
        return frozenset(), frozenset()
    worked = frozenset(day for day in known.weekend_workdays if day.year == year)
    return frozenset(known), worked
