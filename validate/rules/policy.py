"""R-POL-01, 02, 08 and R-PTY-06: what the company's own policy allows."""

from collections.abc import Iterable
from decimal import Decimal

from models.claim import Claim, Trip
from models.finding import Severity
from models.forms import Form
from models.invoice import FieldName, Invoice
from models.ledger import LedgerStatus
from models.text import CENT, money, same_name, squash
from validate.creditfacts import short_name
from validate.examples import digital
from validate.policy import Limit, Listed, Policy, Seats, Tier
from validate.registry import Case, Fire, Missing, Outcome, Spec, rule

_HOTEL = "HOTEL"
_HOTEL_SERVICE = "住宿服务"
_NIGHTS = frozenset({"天", "日", "晚", "夜", "间夜", "间/夜", "间天"})
_ABNORMAL = ("异常", "失控", "走逃")
_CABINS = {
    **dict.fromkeys("FAP", "头等舱"),
    **dict.fromkeys("JCDZI", "公务舱"),
    **dict.fromkeys("YBMHKLQGVUTNEXOSW", "经济舱"),
}
"""What the letter of a booking class stands for with most Chinese airlines."""

_MEALS = Policy(limits=(Limit(category="MEAL", amount=Decimal(1000)),))
_HOTELS = Policy(
    tiers=(Tier(name="一线", cities=("北京", "上海")),),
    limits=(
        Limit(category=_HOTEL, amount=Decimal(350), per="night"),
        Limit(category=_HOTEL, amount=Decimal(650), per="night", tier="一线"),
    ),
)
_STAY = Claim(category=_HOTEL, trip=Trip(cities=("上海",), nights=2))
_SEATS = Policy(seats=(Seats(classes=("二等座", "经济舱")),))
_RIDE = {"form": "rail_e", "type": "train", "number": "26119000000012345678", "qr": None}
_RIDES = frozenset({Form.RAIL_E, Form.RAIL_PAPER, Form.AIR_E, Form.AIR_PAPER})
_FLIGHTS = frozenset({Form.AIR_E, Form.AIR_PAPER})


def category_of(case: Case) -> str | None:
    """The category as claimed, else as the classifier sees it."""
    claim = case.context.claim
    return (claim.category if claim else None) or case.invoice.category


def standard(case: Case, limits: Iterable[Limit]) -> Limit | Missing:
    """The limit that says most of those that fit the claim's grade and city.

    Where a trip goes to cities of several tiers the highest counts. Missing where what decides
    between the limits was not stated, or none fits.
    """
    limits, claim, policy = tuple(limits), case.context.claim, case.context.policy
    grade = claim.grade if claim else None
    cities = claim.trip.cities if claim and claim.trip else ()
    if not limits:
        return Missing("制度中没有该类别的标准", "the policy sets no standard for this category")
    if grade is None and any(limit.grade for limit in limits):
        return Missing("标准按职级，职级未知", "the standard depends on the grade, not stated")
    if not cities and any(limit.tier for limit in limits):
        return Missing("标准按城市，城市未知", "the standard depends on the city, not stated")
    best: Limit | None = None
    tiers: set[str | None] = {policy.tier_of(city) for city in cities}
    for tier in tiers or {None}:
        fitting = [
            limit for limit in limits if limit.grade in {None, grade} and limit.tier in {None, tier}
        ]
        found = max(fitting, key=_precision, default=None)
        if found and (best is None or found.amount > best.amount):
            best = found
    return best or Missing("制度中没有适用的标准", "no standard of the policy fits")


def _precision(limit: Limit) -> tuple[bool, bool]:
    return limit.grade is not None, limit.tier is not None


@rule(
    Spec(
        id="R-POL-01",
        name="category limit",
        severity=Severity.WARN,
        zh="超{category}标准：{total}元，标准{limit}元",
        en="Over the limit of {category_en}: {total}, allowed {limit}",
        needs=(FieldName.TOTAL,),
        fails=digital(category="MEAL", policy=_MEALS),
        passes=digital(category="MEAL", total="900.00", policy=_MEALS),
    )
)
def over_limit(case: Case) -> Outcome:
    """The total is above what the policy allows for category, grade and city; a limit per person
    or day is multiplied with the persons or days of the claim. Hotels by night: R-POL-02."""
    category, total = category_of(case), case.invoice.total or Decimal(0)
    if category is None:
        return Missing("没有费用类别", "there is no expense category")
    limits = [one for one in case.context.policy.limits if one.category == category]
    found = standard(case, [one for one in limits if one.per != "night"])
    if isinstance(found, Missing):
        return found
    times = _times(found, case.context.claim)
    if times is None:
        return Missing("不知道人数或天数", "the number of persons or days is not stated")
    allowed = found.amount * times
    if total <= allowed:
        return None
    called, called_en = case.context.category_called(category)
    return Fire(
        {"category": called, "category_en": called_en, "total": total, "limit": allowed},
        field="total",
        expected=f"<= {allowed}",
        actual=str(total),
    )


def _times(limit: Limit, claim: Claim | None) -> int | None:
    if limit.per == "invoice":
        return 1
    if limit.per == "person":
        return (claim.people if claim else None) or None
    trip = claim.trip if claim else None
    if trip is None or trip.first is None or trip.last is None or trip.last < trip.first:
        return None
    return (trip.last - trip.first).days + 1


def _is_hotel(case: Case) -> bool:
    category = category_of(case)
    if category is not None:
        return category == _HOTEL
    return any(short_name(item)[0] == _HOTEL_SERVICE for item in case.invoice.items)


@rule(
    Spec(
        id="R-POL-02",
        name="hotel nights",
        severity=Severity.WARN,
        zh="住宿费{what}",
        en="Hotel: {what_en}",
        needs=(FieldName.TOTAL,),
        applies=_is_hotel,
        fails=digital(policy=_HOTELS, claim=_STAY, total="1400.00"),
        passes=digital(policy=_HOTELS, claim=_STAY),
    )
)
def over_hotel_standard(case: Case) -> Outcome:
    """The price of a night is above the standard of city and grade, or the claim does not say
    how many nights were paid. Nights are those of the claim, else those the lines print, else
    those of the trip."""
    limits = case.context.policy.limits
    found = standard(case, [one for one in limits if one.category == _HOTEL and one.per == "night"])
    if isinstance(found, Missing):
        return found
    nights, total = _nights(case), case.invoice.total or Decimal(0)
    if nights is None:
        if case.context.claim is None:
            return Missing("没有报销单，不知道住了几晚", "without a claim the nights are not known")
        return Fire({"what": "缺少入住天数", "what_en": "the number of nights is missing"})
    price = (total / nights).quantize(CENT)
    if price <= found.amount:
        return None
    return Fire(
        {
            "what": f"超标准：每晚{price}元，标准{found.amount}元",
            "what_en": f"{price} a night, the standard is {found.amount}",
        },
        field="total",
        expected=f"<= {found.amount}",
        actual=str(price),
    )


def _nights(case: Case) -> Decimal | None:
    trip = case.context.claim.trip if case.context.claim else None
    if trip and trip.nights:
        return Decimal(trip.nights)
    if printed := _printed_nights(case.invoice):
        return printed
    if trip and trip.first and trip.last and trip.last > trip.first:
        return Decimal((trip.last - trip.first).days)
    return None


def _printed_nights(invoice: Invoice) -> Decimal | None:
    counted = [
        money(item.quantity)
        for item in invoice.items
        if item.quantity and squash(item.unit or "") in _NIGHTS
    ]
    nights = sum((count for count in counted if count and count > 0), Decimal(0))
    return nights if nights >= 1 else None


@rule(
    Spec(
        id="R-POL-08",
        name="seat class",
        severity=Severity.WARN,
        zh="席别或舱位超标准：{seat}，可乘{allowed}",
        en="Seat class above the standard: {seat}, allowed are {allowed}",
        applies=lambda case: case.form in _RIDES,
        fails=digital(**_RIDE, seat_class="商务座", policy=_SEATS),
        passes=digital(**_RIDE, seat_class="二等座", policy=_SEATS),
    )
)
def seat_class(case: Case) -> Outcome:
    """The seat class of a train or plane is none that the policy allows the traveller's grade
    (domain.md 7.1, 差旅标准). The letter of a booking class counts as its cabin."""
    seats, claim = case.context.policy.seats, case.context.claim
    seat = squash(case.invoice.extra.seat_class or "")
    grade = claim.grade if claim else None
    if not seats:
        return Missing("制度中没有席别标准", "the policy sets no standard for seats")
    if not seat:
        return Missing("没有读到席别或舱位", "the seat class was not read")
    if grade is None and any(one.grade for one in seats):
        return Missing("标准按职级，职级未知", "the standard depends on the grade, not stated")
    own = [one for one in seats if one.grade == grade] or [one for one in seats if not one.grade]
    if not own:
        return Missing("制度中没有适用的标准", "no standard of the policy fits")
    allowed = [name for one in own for name in one.classes]
    cabin = _CABINS.get(seat[:1].upper()) if case.form in _FLIGHTS and seat.isascii() else None
    if seat in allowed or cabin in allowed:
        return None
    return Fire(
        {"seat": cabin or seat, "allowed": "、".join(allowed)}, field="seat_class", actual=seat
    )


@rule(
    Spec(
        id="R-PTY-06",
        name="seller blacklist",
        severity=Severity.REJECT,
        zh="供应商在风险名单：{seller}（{reason}）",
        en="Seller blacklisted: {seller} ({reason})",
        fails=digital(policy=Policy(blacklist=(Listed(tax_id="91110108MA01ABCD5T"),))),
        passes=digital(policy=Policy(blacklist=(Listed(name="别的有限公司"),))),
    )
)
def blacklisted(case: Case) -> Outcome:
    """The seller is on the company's list by name or tax id, or the system of record calls the
    invoice 异常凭证."""
    invoice, record = case.invoice, case.context.record
    listed = case.context.policy.blacklist
    name, tax_id = squash(invoice.seller_name or ""), squash(invoice.seller_tax_id or "").upper()
    risk = (record.risk if record else None) or ""
    abnormal = record is not None and record.status is LedgerStatus.ABNORMAL
    if abnormal or any(word in risk for word in _ABNORMAL):
        return Fire({"seller": name or tax_id, "reason": risk or "异常凭证"}, field="seller_name")
    known = record is not None and (record.risk is not None or record.status is not None)
    if not listed and not known:
        return Missing("没有风险名单，也没有风险等级", "no blacklist and no risk level is known")
    if listed and not (name or tax_id):
        return Missing("没有读到销售方", "the seller was not read")
    for entry in listed:
        by_id = bool(entry.tax_id) and squash(entry.tax_id or "").upper() == tax_id
        if by_id or same_name(entry.name, name):
            reason = entry.reason or "本单位名单"
            return Fire({"seller": name or tax_id, "reason": reason}, field="seller_name")
    return None


RULES = (over_limit, over_hotel_standard, seat_class, blacklisted)
