"""From a figure of the overview to the list of exactly those invoices."""

import datetime
from typing import NamedTuple

from pydantic import ValidationError

from piaohe.overview.figures import Age, Cause
from piaohe.overview.months import Span, days_of
from piaohe.store.wanted import NONE, Booked
from piaohe.web.filters import Filters


class Links(NamedTuple):
    """Addresses of lists, within a span and of a buyer (None: of all). An empty address stands
    where no filter can say it: what has no date, no seller, no department, nobody's name."""

    span: Span
    buyer: str | None
    at: datetime.datetime

    def all(self) -> str:
        return self._to()

    def month(self, month: str) -> str:
        return self._to(Span(month, month))

    def category(self, name: str | None) -> str:
        return self._to(category=name or NONE)

    def seller(self, name: str | None) -> str:
        return self._to(seller=name) if name else ""

    def department(self, name: str | None) -> str:
        return self._to(department=name) if name else ""

    def cause(self, cause: Cause) -> str:
        if not cause.match:
            return self._to(match=Booked.UNMATCHED)
        return self._to(match=cause.match, cause=cause.cause or NONE)

    def queue(self) -> str:
        return self._address(queue=True, buyer=self.buyer)

    def age(self, age: Age) -> str:
        """What waits in that long. `passed` counts bounds an arrival lies before, so the younger
        end is not part of it and the older one is."""
        since = None if age.below is None else self.at - datetime.timedelta(days=age.below)
        until = self.at - datetime.timedelta(days=age.least) if age.least else None
        return self._address(queue=True, buyer=self.buyer, arrived_since=since, arrived_until=until)

    def person(self, person_id: int | None) -> str:
        if person_id is None:
            return ""
        return self._address(queue=True, buyer=self.buyer, by=person_id)

    def _to(self, span: Span | None = None, **more: object) -> str:
        wanted = span or self.span
        first, last = days_of(wanted.first)[0], days_of(wanted.last)[1]
        return self._address(since=first, until=last, buyer=self.buyer, **more)

    def _address(self, **given: object) -> str:
        try:
            filters = Filters.model_validate(
                {name: value for name, value in given.items() if value is not None}
            )
        except ValidationError:
            # a name longer than any filter may be
            return ""
        return f"/search?{filters.address()}"
