"""Faults that show only beside a claim, or under a stricter policy."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from benchmarks.planters import around
from benchmarks.planters.base import Planted, Planter, Plot, with_
from models.claim import Claim, Trip
from validate.policy import Limit, Seats

_DAY = datetime.timedelta(days=1)


def knowing(plot: Plot, **context: object) -> Planted:
    """The same invoice, something else known beside it."""
    return plot.invoice, replace(plot.context, **context)  # type: ignore[arg-type]


def under_claim(plot: Plot, **fields: object) -> Planted:
    """The invoice with another claim."""
    claim = plot.context.claim or Claim()
    return knowing(plot, claim=claim.model_copy(update=fields))


def ruled(plot: Plot, **fields: object) -> Planted:
    """The invoice under another policy."""
    return knowing(plot, policy=plot.context.policy.model_copy(update=fields))


def _off_trip(plot: Plot) -> Planted:
    day = plot.invoice.extra.travel_date or plot.invoice.date
    if day is None:
        return None
    first = day + plot.rng.choice((-1, 1)) * plot.rng.randint(4, 60) * _DAY
    return under_claim(plot, trip=Trip(first=first, last=first + _DAY))


def _other_category(plot: Plot) -> Planted:
    category = plot.invoice.category
    if category is None:
        return None
    return under_claim(plot, category="OFFICE" if category != "OFFICE" else "FUEL")


def _papers_missing(plot: Plot) -> Planted:
    claim, total = plot.context.claim, plot.invoice.total
    needed = {"MEETING", "GIFT", "FREIGHT", "HOTEL"}
    if claim is None or not (claim.category in needed or (total or 0) > 50_000):
        return None
    return under_claim(plot, attachments=("发票",))


def _other_rides(plot: Plot) -> Planted:
    total = plot.invoice.total
    if total is None or total <= 1:
        return None
    by = Decimal(plot.rng.randint(2, 3000)) / 100
    return under_claim(plot, rides=(total / 2, total - total / 2 - by))


def _paid_less(plot: Plot) -> Planted:
    total = plot.invoice.total
    if total is None or total <= 1:
        return None
    return under_claim(plot, paid=total - Decimal(plot.rng.randint(1, 90)) / 100)


def _double_meals(plot: Plot) -> Planted:
    planted = under_claim(plot, category="MEAL", trip=Trip(meal_allowance=True))
    return with_(replace(plot, context=planted[1]), category="MEAL") if planted else None


def _too_dear(plot: Plot) -> Planted:
    claim, total = plot.context.claim, plot.invoice.total
    if claim is None or claim.category in (None, "HOTEL") or total is None or total <= 1:
        return None
    by, times = plot.rng.choice((("invoice", 1), ("person", claim.people or 1)))
    amount = (total / times - Decimal("0.05")).quantize(Decimal("0.01"))
    if amount <= 0:
        return None
    limit = Limit.model_validate({"category": claim.category, "amount": amount, "per": by})
    return ruled(plot, limits=(limit,))


def _dear_nights(plot: Plot) -> Planted:
    claim, total = plot.context.claim, plot.invoice.total
    if claim is None or claim.category != "HOTEL" or total is None or total <= 1:
        return None
    if total > 400 and plot.rng.random() < 0.3:
        return under_claim(plot, trip=Trip(cities=(around.CITY,), nights=1))
    amount = max(total / ((claim.trip and claim.trip.nights) or 1) - Decimal("0.5"), Decimal(0))
    return ruled(plot, limits=(Limit(category="HOTEL", amount=amount, per="night"),))


def _too_fine(plot: Plot) -> Planted:
    seat = plot.invoice.extra.seat_class
    if not seat:
        return None
    return ruled(plot, seats=(Seats(classes=("无座",), grade=around.GRADE), Seats(classes=(seat,))))


PLANTERS: Mapping[str, Planter] = {
    "R-POL-01": _too_dear,
    "R-POL-02": _dear_nights,
    "R-POL-03": _off_trip,
    "R-POL-04": _other_category,
    "R-POL-05": _papers_missing,
    "R-POL-06": _other_rides,
    "R-POL-07": _paid_less,
    "R-POL-08": _too_fine,
    "R-POL-09": _double_meals,
}
