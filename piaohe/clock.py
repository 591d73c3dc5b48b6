"""The time of now, and the day it is in China."""

import datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""The zone in which an invoice's date is a date."""


def now() -> datetime.datetime:
    """This instant, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def today() -> datetime.date:
    """Today in China, where invoices are dated."""
    return now().astimezone(CHINA).date()
