"""What the answers of /v1 about the overview and about batches look like. Money is text in yuan."""

import datetime

from piaohe.web.api.shapes import Shape


class SumShown(Shape):
    """`amount` and `count` are of what counts; copies and what was refused stand apart."""

    amount: str
    count: int
    copies: int
    copies_amount: str
    refused: int
    refused_amount: str


class DecidedShown(Shape):
    """How long it took from handing in to the decision: half of all, and nine of ten."""

    count: int
    median_hours: float | None
    p90_hours: float | None


class MonthShown(SumShown):
    month: str
    change: str
    alone: int
    decided: int
    median_hours: float | None
    p90_hours: float | None


class GroupShown(SumShown):
    name: str | None
    before: str


class MoreSellers(SumShown):
    names: int


class CauseShown(SumShown):
    match: str | None
    cause: str | None


class AgeShown(Shape):
    days: int
    below: int | None
    count: int
    amount: str


class ForecastShown(Shape):
    """Between `low` and `high` in four months of five; `error` is of the months `tried`."""

    expected: str
    low: str
    high: str
    error: str
    model: str
    tried: int


class ExpectedShown(Shape):
    this_month: ForecastShown | None
    next_month: ForecastShown | None
    whole_months: int


class OverviewShown(Shape):
    as_of: datetime.datetime
    since: str
    until: str
    total: SumShown
    before: SumShown
    undated: SumShown
    alone: int
    decided: DecidedShown
    months: list[MonthShown]
    categories: list[GroupShown]
    departments: list[GroupShown]
    sellers: list[GroupShown]
    more_sellers: MoreSellers
    causes: list[CauseShown]
    waiting: list[AgeShown]
    expected: ExpectedShown


class SheetShown(Shape):
    serial: str
    document: str
    page: int


class BatchLine(Shape):
    id: int
    name: str
    owner: str
    department: str
    started_at: datetime.datetime
    sheet: SheetShown
    documents: int


class BatchPage(Shape):
    """`next` is `before` of the page after."""

    items: list[BatchLine]
    next: int | None


class MemberShown(Shape):
    document: str
    first_page: int
    last_page: int | None
    invoices: list[str]


class BatchShown(BatchLine):
    """`next` is `after` of the page after."""

    items: list[MemberShown]
    next: int | None
