"""What a person asks for when handing an invoice in: who, for what, on which trip."""

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.record import Record
from models.text import MAX_MONEY

Yuan = Annotated[Decimal, Field(ge=-MAX_MONEY, le=MAX_MONEY)]
Count = Annotated[int, Field(ge=0, le=100_000)]


class Use(StrEnum):
    """What the purchase is used for, as far as input tax depends on it (增值税法 第二十二条)."""

    BUSINESS = "business"
    WELFARE = "welfare"
    """集体福利."""
    PERSONAL = "personal"
    """个人消费."""
    ENTERTAINMENT = "entertainment"
    """交际应酬, which counts as 个人消费."""
    EXEMPT = "exempt"
    """免征增值税项目."""
    SIMPLIFIED = "simplified"
    """简易计税方法计税项目."""
    LOSS = "loss"
    """非正常损失."""


class Trip(Record):
    """A business trip. `first` and `last` are its days, both included."""

    cities: tuple[str, ...] = ()
    first: datetime.date | None = None
    last: datetime.date | None = None
    nights: Count | None = None
    """Room nights paid for: rooms times nights."""
    travellers: tuple[str, ...] = ()
    meal_allowance: bool = False
    """伙食补助 is paid for this trip, so that meals are not paid a second time."""


class Claim(Record):
    """A request for reimbursement. What is None was not stated, and rules do not guess it.

    `category` is the id of an expense category (domain.md 9) as the person chose it.
    `attachments` are the kinds of papers handed in beside the invoice, in the policy's words;
    an empty tuple means none. `rides` are the prices on the 行程单 of a ride-hailing invoice.
    """

    submitter: str | None = None
    grade: str | None = None
    department: str | None = None
    category: str | None = None
    purpose: str | None = None
    use: Use | None = None
    date: datetime.date | None = None
    trip: Trip | None = None
    overtime: bool = False
    people: Count | None = None
    """How many persons a limit per person is multiplied with."""
    paid: Yuan | None = None
    """What was really paid, in yuan."""
    deduct: bool = False
    """Input tax is to be credited."""
    attachments: tuple[str, ...] | None = None
    rides: tuple[Yuan, ...] | None = None
