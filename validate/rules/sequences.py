"""R-SEQ: consecutive numbers, split invoices, and trips and slips that contradict one another."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from models.finding import Severity
from models.forms import Form
from models.invoice import FieldName, Invoice
from models.related import Journey, Related, Sibling
from validate.examples import digital
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule
from validate.rules.history import NOTHING, related_of, sibling, where_of

_LONGEST_NUMBER = 20
_DAY = datetime.date(2026, 9, 1)
_TEN_PAST_NINE = datetime.datetime.fromisoformat("2026-08-31T09:10")
_SERIES = Related(same_seller=(sibling("26112000000012345679"), sibling("26112000000012345680")))
_SPLIT = Related(same_seller=(sibling("26112000000012349999", "4980.00", 2),))
_MANY = Related(
    same_seller=tuple(sibling(f"261120000000{number}") for number in range(12340000, 12340500, 100))
)
_TAXI: dict[str, object] = {
    "form": "taxi",
    "type": "taxi",
    "code": "144002411234",
    "number": "12345678",
    "qr": None,
    "items": [],
}
_RAIL: dict[str, object] = {
    "form": "rail_e",
    "type": "train",
    "number": "26119000000012345678",
    "qr": None,
    "items": [],
    "traveller": "张三",
    "travel_date": "2026-08-31",
    "departure_time": "09:00",
}
_JOURNEYS = frozenset(
    {Form.RAIL_E, Form.RAIL_PAPER, Form.AIR_E, Form.AIR_PAPER, Form.BUS, Form.SHIP}
)


def _value(number: str | None) -> int | None:
    """A number as an integer; None where it is no row of digits."""
    text = number or ""
    plain = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if plain else None


def _near_in_time(case: Case, siblings: Iterable[Sibling]) -> list[Sibling]:
    date, days = case.invoice.date, case.context.policy.near_days
    return [
        one
        for one in siblings
        if date is not None and one.date is not None and abs((one.date - date).days) <= days
    ]


@rule(
    Spec(
        id="R-SEQ-01",
        name="serial numbers",
        severity=Severity.WARN,
        zh="连号发票{count}张：{where}",
        en="{count} consecutive numbers: {where}",
        needs=(FieldName.NUMBER, FieldName.DATE),
        fails=digital(related=_SERIES),
        passes=digital(related=NOTHING),
    )
)
def consecutive(case: Case) -> Outcome:
    """Three invoices or more of one seller within three days (taxi slips: of one roll), whose
    numbers follow one another with gaps of two at most."""
    related, policy = related_of(case), case.context.policy
    others = related.slips if case.form is Form.TAXI else related.same_seller
    own = _value(case.invoice.number)
    if others is None:
        return Missing("没有查找同一销售方的发票", "nobody looked for the seller's other invoices")
    if own is None:
        return Missing("发票号码不是数字", "the number is not made of digits")
    width, code = len(case.invoice.number or ""), case.invoice.code or ""
    known = {
        value: one
        for one in _near_in_time(case, others)
        if (value := _value(one.number)) is not None
        and len(one.number or "") == width
        and (one.code or "") == code
    }
    chain = _chain(own, set(known), policy.serial_gap)
    if len(chain) < policy.serial_least:
        return None
    where = where_of(known[value] for value in sorted(chain - {own}) if value in known)
    return Fire({"count": len(chain), "where": where}, field="number")


def _chain(own: int, others: set[int], gap: int) -> set[int]:
    """The numbers that hang together with `own`, itself included."""
    values = sorted(others | {own})
    at = values.index(own)
    first = last = at
    while first > 0 and values[first] - values[first - 1] <= gap:
        first -= 1
    while last + 1 < len(values) and values[last + 1] - values[last] <= gap:
        last += 1
    return set(values[first : last + 1])


@rule(
    Spec(
        id="R-SEQ-02",
        name="splitting",
        severity=Severity.WARN,
        zh="疑似拆分：{count}张均接近限额{limit}元，合计{total}元（{where}）",
        en="Possible splitting: {count} invoices just below {limit}, together {total} ({where})",
        needs=(FieldName.TOTAL, FieldName.DATE, Given.SAME_SELLER),
        fails=digital(total="4950.00", related=_SPLIT),
        passes=digital(related=NOTHING),
    )
)
def split(case: Case) -> Outcome:
    """Two invoices or more of one seller within three days, each just below an approval limit,
    which together are above it."""
    total, policy = case.invoice.total or Decimal(0), case.context.policy
    near = _near_in_time(case, related_of(case).same_seller or ())
    for limit in policy.approval_limits:
        least = limit * (1 - policy.below_limit)
        if not least < total <= limit:
            continue
        also = [one for one in near if one.total is not None and least < one.total <= limit]
        together = total + sum((one.total or Decimal(0) for one in also), Decimal(0))
        if also and together > limit:
            return Fire(
                {
                    "count": len(also) + 1,
                    "limit": limit,
                    "total": together,
                    "where": where_of(also),
                },
                field="total",
            )
    return None


@rule(
    Spec(
        id="R-SEQ-03",
        name="concentration",
        severity=Severity.INFO,
        zh="单日集中开票：{date}同一销售方{count}张",
        en="{count} invoices of the same seller on {date}",
        needs=(FieldName.DATE, Given.SAME_SELLER),
        fails=digital(related=_MANY),
        passes=digital(related=NOTHING),
    )
)
def concentrated(case: Case) -> Outcome:
    """Six invoices or more of one seller on one day."""
    date = case.invoice.date
    count = 1 + sum(one.date == date for one in related_of(case).same_seller or ())
    if count < case.context.policy.same_day_least:
        return None
    return Fire({"date": date, "count": count}, field="date")


@rule(
    Spec(
        id="R-SEQ-04",
        name="taxi roll reuse",
        severity=Severity.WARN,
        zh="出租车票号与日期倒序：{number}（{date}）与{other}（{other_date}）",
        en="Numbers and dates are inverted: {number} ({date}) and {other} ({other_date})",
        needs=(FieldName.NUMBER, FieldName.DATE, Given.SLIPS),
        applies=lambda case: case.form is Form.TAXI,
        fails=digital(
            **_TAXI,
            related=Related(
                slips=(
                    Sibling(
                        where="taxi.jpg",
                        code="144002411234",
                        number="12345600",
                        date=_DAY.replace(day=5),
                    ),
                )
            ),
        ),
        passes=digital(**_TAXI, related=NOTHING),
    )
)
def roll_inverted(case: Case) -> Outcome:
    """Two slips of one taxi roll, of which the higher number has the earlier date."""
    own, date = _value(case.invoice.number), case.invoice.date
    if own is None or date is None:
        return Missing("票号不是数字", "the number is not made of digits")
    for slip in related_of(case).slips or ():
        value = _value(slip.number)
        if value is None or slip.date is None or (slip.code or "") != (case.invoice.code or ""):
            continue
        apart = value - own
        days = (slip.date - date).days
        if abs(apart) <= case.context.policy.roll_length and apart * days < 0:
            return Fire(
                {
                    "number": case.invoice.number,
                    "date": date,
                    "other": slip.number,
                    "other_date": slip.date,
                },
                field="number",
            )
    return None


@rule(
    Spec(
        id="R-SEQ-05",
        name="trip overlap",
        severity=Severity.WARN,
        zh="行程时间重叠：{own}与{other}（{where}）",
        en="Overlapping trips: {own} and {other} ({where})",
        needs=(Given.JOURNEYS,),
        applies=lambda case: case.form in _JOURNEYS,
        fails=digital(
            **_RAIL,
            related=Related(
                journeys=(
                    Journey(
                        where="G1.pdf",
                        trip_no="G1",
                        departs=_TEN_PAST_NINE,
                    ),
                )
            ),
        ),
        passes=digital(**_RAIL, related=NOTHING),
    )
)
def overlapping(case: Case) -> Outcome:
    """Two journeys of one traveller at the same time. No ticket prints when it arrives:
    where that is not known, a journey is taken to last half an hour at least."""
    departs = _departure(case.invoice)
    if departs is None:
        return Missing("没有读到出发时间", "the time of departure was not read")
    shortest = datetime.timedelta(minutes=case.context.policy.ride_minutes)
    for other in related_of(case).journeys or ():
        leaves = other.departs.replace(tzinfo=None)
        arrives = other.arrives.replace(tzinfo=None) if other.arrives else None
        lasts = arrives - leaves if arrives and arrives > leaves else shortest
        apart = departs - leaves
        if -shortest < apart < lasts:
            return Fire(
                {
                    "own": f"{case.invoice.extra.trip_no or ''} {departs:%m-%d %H:%M}".strip(),
                    "other": f"{other.trip_no or ''} {leaves:%m-%d %H:%M}".strip(),
                    "where": other.where,
                },
                field="travel_date",
            )
    return None


def _departure(invoice: Invoice) -> datetime.datetime | None:
    day, text = invoice.extra.travel_date, invoice.extra.departure_time
    if day is None or not text:
        return None
    try:
        return datetime.datetime.combine(day, datetime.time.fromisoformat(text.strip()[:5]))
    except ValueError:
        return None


RULES = (
    consecutive,
    split,
    concentrated,
    roll_inverted,
    overlapping,
)
