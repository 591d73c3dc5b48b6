"""Times as cron writes them, also where clocks are changed."""

import datetime

import pytest

from piaohe.schedule.times import Times

BERLIN, SHANGHAI = "Europe/Berlin", "Asia/Shanghai"


def utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("text", "zone", "at", "next_"),
    [
        ("30 2 * * *", SHANGHAI, "2026-03-01 00:00", "2026-03-01 18:30"),
        ("30 2 * * *", SHANGHAI, "2026-03-01 18:30", "2026-03-02 18:30"),
        ("*/10 * * * *", SHANGHAI, "2026-03-01 00:01:30", "2026-03-01 00:10"),
        ("5 * * * *", SHANGHAI, "2026-03-01 00:05", "2026-03-01 01:05"),
        ("0 9 * * 1-5", SHANGHAI, "2026-02-28 00:00", "2026-03-02 01:00"),
        ("0 9 * * 7", SHANGHAI, "2026-02-28 00:00", "2026-03-01 01:00"),
        ("0 0 29 2 *", "UTC", "2026-03-01 00:00", "2028-02-29 00:00"),
        ("0,30 8-10/2 1,15 * *", "UTC", "2026-03-01 08:30", "2026-03-01 10:00"),
        ("0 0 13 * 5", "UTC", "2026-03-01 00:00", "2026-03-06 00:00"),
        ("* * * 6 *", "UTC", "2026-03-01 00:00", "2026-06-01 00:00"),
        # the hour from 2 to 3 is not there: as much later
        ("30 2 * * *", BERLIN, "2026-03-28 12:00", "2026-03-29 01:30"),
        # it comes twice: the first time, and then not before the next day
        ("30 2 * * *", BERLIN, "2026-10-24 12:00", "2026-10-25 00:30"),
        ("30 2 * * *", BERLIN, "2026-10-25 00:30", "2026-10-26 01:30"),
        # what is done oftener goes on evenly through both
        ("*/30 * * * *", BERLIN, "2026-10-25 00:30", "2026-10-25 01:00"),
        ("*/30 * * * *", BERLIN, "2026-03-29 00:30", "2026-03-29 01:00"),
    ],
)
def test_the_next_time(text: str, zone: str, at: str, next_: str) -> None:
    assert Times.parse(text, zone).after(utc(at)) == utc(next_)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "0 0 31 2 *",
        "5-1 * * * *",
        "*/0 * * * *",
        "*-3 * * * *",
        "a b c d e",
        "1,,2 * * * *",
        "٣ * * * *",
        "-1 * * * *",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Times.parse(text, SHANGHAI)


def test_a_zone_that_is_none() -> None:
    for zone in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(ValueError, match="time zone"):
            Times.parse("* * * * *", zone)
