"""What stands around an invoice without a fault: a fitting claim, a ledger that agrees, and others
of its seller, traveller and roll that come near to a fault and are none."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

import validate
from models.claim import Claim, Trip, Use
from models.duplicate import Specimen
from models.forms import Form
from models.invoice import Invoice
from models.ledger import LedgerStatus
from models.match import MatchState
from models.portal import PortalAnswer
from models.verdicts import SourceVerdict
from piaohe.judging.relations import Known, relate
from synth.truth import Truth
from validate.duplicates import judge
from validate.policy import Limit, Listed, Seats, Tier

GRADE, CITY = "经理", "上海"
PAPERS = (
    *("会议通知", "签到表", "费用清单", "培训通知", "审批单", "领用名单"),
    *("运输清单", "水单", "合同", "付款凭证", "验收单"),
)
_DAY = datetime.timedelta(days=1)
_TRIPS = frozenset({"HOTEL", "TAXI", "TRAVEL_RAIL", "TRAVEL_AIR", "TRAVEL_ROADSHIP", "PARKING"})
_NOT_DEDUCTED = frozenset({"MEAL", "WELFARE", "GIFT"})
_SEATS = ("二等座", "一等座", "硬座", "硬卧", "软卧", "软座", "无座", "经济舱")
_NEVER_CARRIED_TAX = ("餐饮服务", "娱乐服务", "居民日常服务", "贷款服务", "贷款利息", "通行费")
_SHARES = (Decimal("0.4"), Decimal("0.25"))
_OTHER_AMOUNTS = ("86.40", "432.10", "1518.00", "7260.00")


def surrounded(
    invoice: Invoice, truth: Truth, context: validate.Context, rng: Random
) -> validate.Context:
    """The context with everything that may be looked up, none of it a reason for a finding."""
    staff = frozenset({"甄实", "贾名", *filter(None, [invoice.extra.traveller])})
    others = [Known(f"kept/{at}.pdf", one) for at, one in enumerate(neighbours(invoice, rng))]
    specimens = [Specimen(str(at), 0, one.where, one.invoice) for at, one in enumerate(others)]
    related = relate(invoice, others, complete=True).model_copy(
        update={"copies": (), "seller_established": (invoice.date or context.today) - 900 * _DAY}
    )
    return replace(
        context,
        claim=claim_of(invoice, truth, context.today, rng),
        record=SourceVerdict(
            state=MatchState.EXACT, status=LedgerStatus.NORMAL, risk="正常", selected=True
        ),
        portal=answer("001", context.today),
        staff=staff,
        calendar=validate.StatutoryCalendar(),
        policy=_policy(invoice, truth, context.policy, rng),
        related=related,
        seen=judge(Specimen("ours", 0, "ours.pdf", invoice), specimens),
    )


def answer(code: str, today: datetime.date, *, sure: bool = True) -> PortalAnswer:
    """An answer of the check platform."""
    at = datetime.datetime.combine(today, datetime.time(9), datetime.UTC)
    status = LedgerStatus.NORMAL if code == "001" else LedgerStatus.UNKNOWN
    return PortalAnswer(code=code, asked_at=at, inputs_sure=sure, status=status)


def claim_of(invoice: Invoice, truth: Truth, today: datetime.date, rng: Random) -> Claim:
    """What an honest person states: everything, and nothing that is not so."""
    total, date = invoice.total, invoice.date or today
    day = invoice.extra.travel_date or date
    on_trip = truth.category in _TRIPS or rng.random() < 0.3
    trip = Trip(
        cities=(CITY,),
        first=day - rng.randint(0, 2) * _DAY,
        last=day + rng.randint(0, 2) * _DAY,
        nights=max(1, int((total or Decimal(1)) / 400) + 1) if truth.category == "HOTEL" else None,
        travellers=tuple(filter(None, [invoice.extra.traveller])),
        meal_allowance=truth.category != "MEAL" and rng.random() < 0.5,
    )
    return Claim(
        submitter="甄实",
        grade=GRADE,
        category=truth.category,
        purpose="项目现场支持",
        use=Use.BUSINESS,
        date=min(today, datetime.date(date.year, 12, 31)),
        trip=trip if on_trip else None,
        overtime=not on_trip,
        people=rng.randint(2, 6),
        paid=total if total is not None and total > 0 else None,
        deduct=_may_be_deducted(invoice, truth),
        attachments=PAPERS,
        rides=_rides(total) if total is not None and total > 1 and rng.random() < 0.5 else None,
    )


def _may_be_deducted(invoice: Invoice, truth: Truth) -> bool:
    """Whether an accountant would credit it without a question: a 专票, a rail or air ticket."""
    kind = invoice.form
    if kind is None or truth.category in _NOT_DEDUCTED:
        return False
    text = "".join(item.name for item in invoice.items) + (invoice.extra.remark or "")
    if any(word in text for word in _NEVER_CARRIED_TAX) or not invoice.tax:
        return False
    return kind.is_special or kind in {Form.RAIL_E, Form.AIR_E}


def _rides(total: Decimal) -> tuple[Decimal, ...]:
    parts = [(total * share).quantize(Decimal("0.01")) for share in _SHARES]
    return (*parts, total - sum(parts))


def _policy(
    invoice: Invoice, truth: Truth, policy: validate.Policy, rng: Random
) -> validate.Policy:
    """Standards the invoice keeps, beside stricter ones that are for others."""
    total = abs(invoice.total or Decimal(1))
    enough = (total * Decimal(rng.choice(("1", "1.05", "3")))).quantize(Decimal("0.01"))
    category = truth.category or "OTHER"
    by_night = (
        Limit(category="HOTEL", amount=Decimal(400), per="night", tier="一线"),
        Limit(category="HOTEL", amount=Decimal(100), per="night"),
    )
    limits = (
        Limit(category=category, amount=Decimal(0), grade="实习生"),
        Limit(category=category, amount=enough, grade=GRADE),
    )
    seat = invoice.extra.seat_class
    letters = tuple("FAPJCDZI") if invoice.form in (Form.AIR_E, Form.AIR_PAPER) else ()
    own = (*_SEATS, *letters, *filter(None, [seat]))
    return policy.model_copy(
        update={
            "limits": by_night if category == "HOTEL" else (*limits, *by_night),
            "tiers": (Tier(name="一线", cities=("北京", CITY)),),
            "seats": (Seats(classes=own, grade=GRADE), Seats(classes=("硬座",))),
            "blacklist": (Listed(name="申酉戌亥贸易有限公司", reason="失信"),),
        }
    )


def neighbours(invoice: Invoice, rng: Random) -> Iterator[Invoice]:
    """Other invoices that bear on one: the next ones but for a gap, of other days and sums, a
    journey before, a slip before on the roll; of a red invoice the blue one."""
    number, date, is_slip = invoice.number or "", invoice.date, invoice.form is Form.TAXI
    for at, amount in enumerate(rng.sample(_OTHER_AMOUNTS, rng.randint(0, 3)), start=1):
        # a printer of receipts goes on counting: numbers are near, but not in a row
        away = 40 * at + rng.randint(0, 9)
        yield invoice.model_copy(
            update={
                "number": moved(number, away),
                # slips of one roll are torn off in their order
                "date": date + rng.randint(0 if is_slip else -2, 2) * _DAY if date else None,
                "total": Decimal(amount),
                "items": invoice.items[:1],
                "extra": _bare(invoice),
            }
        )
    if invoice.extra.red_of:
        yield blue_of(invoice)
    if invoice.form is Form.TAXI and date:
        for away in (-150, 150):
            day = date + (away // 150) * rng.randint(0, 2) * _DAY
            yield _slip(invoice, away, day)
    if invoice.extra.travel_date and invoice.extra.traveller:
        yield journey(invoice, rng.choice((-200, -95, 95, 240)))


def _bare(invoice: Invoice, **more: object) -> object:
    """What else stands on an invoice, without what is its own alone."""
    own = {"qr": None, "second_number": None, "total_in_words": None, "red_of": None}
    own |= {"traveller": None, "ticket_no": None, "seat": None, "mileage": None, "plate": None}
    return invoice.extra.model_copy(update=own | {"remark": None, "red": None} | more)


def moved(number: str, by: int) -> str:
    """A number so much higher or lower, as long as it was, letters before it left alone."""
    match = re.search(r"[0-9]+$", number)
    if match is None:
        return number
    digits = match[0]
    new = str((int(digits) + by) % 10 ** len(digits)).zfill(len(digits))
    return number.removesuffix(digits) + new


def blue_of(red: Invoice) -> Invoice:
    """The invoice a red one takes back."""
    code, _, number = (red.extra.red_of or "").rpartition("-")
    named = red.extra.red_of or ""
    total = abs(red.total) if red.total is not None else None
    update = {"number": number or named, "code": code or None, "total": total}
    blue = red.model_copy(update=update | {"extra": _bare(red)})
    return blue.model_copy(update={"date": red.date - 30 * _DAY if red.date else None})


def _slip(invoice: Invoice, away: int, day: datetime.date) -> Invoice:
    update = {"number": moved(invoice.number or "", away), "date": day, "total": Decimal("23.00")}
    return invoice.model_copy(update=update | {"extra": _bare(invoice)})


def slip(invoice: Invoice, away: int, days: int) -> Invoice:
    """Another slip of the same taxi roll, so many numbers and days away."""
    return _slip(invoice, away, (invoice.date or datetime.date.max) + days * _DAY)


def journey(invoice: Invoice, minutes: int) -> Invoice:
    """Another ride of the same traveller, so many minutes later."""
    extra = invoice.extra
    time = datetime.time.fromisoformat((extra.departure_time or "12:00")[:5])
    day = extra.travel_date or datetime.date.max
    departs = datetime.datetime.combine(day, time) + datetime.timedelta(minutes=minutes)
    other = _bare(
        invoice,
        traveller=extra.traveller,
        travel_date=departs.date(),
        departure_time=f"{departs:%H:%M}",
        trip_no="D8888",
        departure="甲地",
        destination="乙地",
    )
    update = {"number": moved((invoice.number or "")[-8:], 4321), "total": Decimal("55.50")}
    return invoice.model_copy(update=update | {"extra": other})
