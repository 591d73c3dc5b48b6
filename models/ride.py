"""A ride as a 行程单 (trip list of a ride-hailing platform) prints it."""

import datetime
from decimal import Decimal

from pydantic import Field

from models.record import Record
from models.text import MAX_MONEY


class Ride(Record):
    """One row of a trip list. `amount` is in yuan, `departs` local time without its year where
    the list prints none (`month_day` "09-03", `time` "18:05"). Places are as printed."""

    amount: Decimal = Field(ge=-MAX_MONEY, le=MAX_MONEY)
    date: datetime.date | None = None
    time: str | None = None
    origin: str | None = None
    destination: str | None = None
