"""Times as cron writes them: minute, hour, day of the month, month, day of the week.

    */10 * * * *      every ten minutes
    30 2 * * 1-5      at half past two, Monday to Friday

Each is `*`, numbers, ranges `a-b`, steps `/n`, joined by commas. Sunday is 0 or 7. Where both days
are limited either will do, as cron has it.

Where clocks are changed: a time of the day that does not exist is taken as much later, one that
comes twice is taken the first time; what is done every hour or oftener goes on evenly.
"""

import datetime
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_PART = re.compile(r"(\*|[0-9]{1,2})(?:-([0-9]{1,2}))?(?:/([0-9]{1,2}))?")
_MINUTE = datetime.timedelta(minutes=1)
_HOUR = datetime.timedelta(hours=1)
_DAYS = 366 * 8 + 2
"""The longest way to a 29 February."""


@dataclass(frozen=True, slots=True)
class Times:
    """The times of a chore. Made by `parse`."""

    text: str
    zone: ZoneInfo
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    @classmethod
    def parse(cls, text: str, zone: str) -> "Times":
        """Raises ValueError, which says what is wrong, for what is no such text or never comes."""
        try:
            place = ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"there is no time zone {zone!r}") from None
        fields = text.split()
        if len(fields) != len(_FIELDS):
            raise ValueError(f"{text!r}: five fields are wanted, as in '30 2 * * *'")
        sets = [_parsed(field, *of) for field, of in zip(fields, _FIELDS, strict=True)]
        minutes, hours, days, months, weekdays = sets
        made = cls(
            text=" ".join(fields),
            zone=place,
            minutes=tuple(sorted(minutes)),
            hours=tuple(sorted(hours)),
            days=days,
            months=months,
            weekdays=frozenset(day % 7 for day in weekdays),
            either_day=not fields[2].startswith("*") and not fields[4].startswith("*"),
        )
        made.after(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
        return made

    def after(self, at: datetime.datetime) -> datetime.datetime:
        """The first of these times after an instant, in UTC."""
        if len(self.hours) == 24:
            return self._evenly(at)
        local = at.astimezone(self.zone)
        for ahead in range(_DAYS):
            day = local.date() + datetime.timedelta(days=ahead)
            if not self._is_day(day):
                continue
            for hour in self.hours:
                for minute in self.minutes:
                    # fold 0: the first of two, and beyond a gap as far as the time is in it
                    wall = datetime.datetime.combine(day, datetime.time(hour, minute))
                    found = wall.replace(tzinfo=self.zone).astimezone(datetime.UTC)
                    if found > at:
                        return found
        raise ValueError(f"{self.text!r}: that day never comes")

    def _evenly(self, at: datetime.datetime) -> datetime.datetime:
        """The next where every hour has some: by instants, whatever a clock on the wall does."""
        start = at.astimezone(datetime.UTC).replace(second=0, microsecond=0) + _MINUTE
        end = start + datetime.timedelta(days=_DAYS)
        while start < end:
            local = start.astimezone(self.zone)
            if not self._is_day(local.date()):
                start = start - datetime.timedelta(minutes=local.minute) + _HOUR
                continue
            later = [minute for minute in self.minutes if minute >= local.minute]
            if later:
                return start + (later[0] - local.minute) * _MINUTE
            start += (60 - local.minute) * _MINUTE
        raise ValueError(f"{self.text!r}: that day never comes")

    def _is_day(self, day: datetime.date) -> bool:
        if day.month not in self.months:
            return False
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return of_month or of_week if self.either_day else of_month and of_week


def _parsed(field: str, name: str, least: int, most: int) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{name}: {part[:20]!r} is no number, range or step")
        first, last, step = match.groups()
        low, high = (least, most) if first == "*" else (int(first), int(last or first))
        if first == "*" and last:
            raise ValueError(f"{name}: {part!r} is no range")
        if first != "*" and step and not last:
            high = most
        by = int(step or 1)
        if not least <= low <= high <= most or by < 1:
            raise ValueError(f"{name}: {part!r} is not within {least} and {most}")
        found.update(range(low, high + 1, by))
    return frozenset(found)
