"""Whatever is claimed, looked up or answered, the rules say something and never raise."""

import datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import validate
from models.claim import Claim, Trip, Use
from models.forms import Form
from models.invoice import Detail, Extra, Invoice, LineItem
from models.ledger import LedgerStatus
from models.match import MatchState
from models.portal import PortalAnswer
from models.related import Journey, Related, Sibling
from models.verdicts import SourceVerdict
from validate.policy import Limit

TEXT = st.text(max_size=12) | st.sampled_from(
    [
        "MEAL",
        "HOTEL",
        "26112000000012345678",
        "12345678",
        "9" * 5000,
        "国际",
        "张三",
        "09:00",
        "经理",
    ]
)
SOME = st.none() | TEXT
DATES = st.none() | st.dates() | st.just(datetime.date.max) | st.just(datetime.date.min)
MONEY = st.decimals(-(10**13), 10**13) | st.sampled_from(
    [Decimal("1E-999999"), Decimal("-0"), Decimal(10) ** 13, Decimal("4990")]
)
COUNT = st.none() | st.integers(0, 100_000)
TRIPS = st.builds(
    Trip,
    cities=st.lists(TEXT, max_size=3).map(tuple),
    first=DATES,
    last=DATES,
    nights=COUNT,
    meal_allowance=st.booleans(),
)
CLAIMS = st.builds(
    Claim,
    grade=SOME,
    category=SOME,
    use=st.none() | st.sampled_from(Use),
    date=DATES,
    trip=st.none() | TRIPS,
    overtime=st.booleans(),
    people=COUNT,
    paid=st.none() | MONEY,
    deduct=st.booleans(),
    attachments=st.none() | st.lists(TEXT, max_size=3).map(tuple),
    rides=st.none() | st.lists(MONEY, max_size=3).map(tuple),
)
SIBLINGS = st.none() | st.lists(
    st.builds(Sibling, where=TEXT, number=SOME, code=SOME, date=DATES, total=st.none() | MONEY),
    max_size=8,
).map(tuple)
MOMENTS = st.datetimes() | st.datetimes(timezones=st.just(datetime.UTC))
JOURNEYS = st.none() | st.lists(
    st.builds(Journey, where=TEXT, trip_no=SOME, departs=MOMENTS, arrives=st.none() | MOMENTS),
    max_size=3,
).map(tuple)
NAMES = st.none() | st.lists(TEXT, max_size=3).map(tuple)
RELATED = st.builds(
    Related,
    same_seller=SIBLINGS,
    seller_names=NAMES,
    seller_established=DATES,
    blues=SIBLINGS,
    reds=SIBLINGS,
    journeys=JOURNEYS,
    slips=SIBLINGS,
    copies=NAMES,
)
PAIRS = st.dictionaries(TEXT | st.just("total"), st.tuples(SOME, SOME), max_size=2)
VERDICTS = st.builds(
    SourceVerdict,
    state=st.sampled_from(MatchState),
    cause=st.none() | st.sampled_from(["N1", "N2", "N14", "?"]),
    differing=PAIRS,
    status=st.none() | st.sampled_from(LedgerStatus),
    risk=SOME,
    selected=st.none() | st.booleans(),
)
ANSWERS = st.builds(
    PortalAnswer,
    code=TEXT | st.sampled_from(["001", "006", "009", "rqerr"]),
    asked_at=st.datetimes(timezones=st.just(datetime.UTC)),
    inputs_sure=st.booleans(),
    differing=PAIRS,
)
LIMITS = st.builds(
    Limit,
    category=st.sampled_from(["MEAL", "HOTEL"]),
    amount=st.decimals(0, 10**12),
    per=st.sampled_from(["invoice", "night", "person", "day"]),
    grade=st.none() | st.just("经理"),
    tier=st.none() | st.just("其他"),
)
POLICIES = st.builds(
    validate.Policy,
    limits=st.lists(LIMITS, max_size=3).map(tuple),
    ride_hailing_general_credit=st.sampled_from(["allow", "warn", "deny"]),
)
INVOICES = st.builds(
    Invoice,
    form=st.none() | st.sampled_from(Form),
    number=SOME,
    code=SOME,
    date=DATES,
    total=st.none() | MONEY,
    tax=st.none() | MONEY | st.just(Decimal("1E+999999")),
    category=SOME,
    seller_name=SOME,
    seller_tax_id=SOME,
    items=st.lists(
        st.builds(
            LineItem,
            name=TEXT | st.sampled_from(["*餐饮服务*餐费", "增值税", "*运输服务*客运"]),
            unit=st.none() | st.just("晚"),
            quantity=SOME,
            amount=st.none() | MONEY,
            tax=st.none() | MONEY,
        ),
        max_size=3,
    ).map(tuple),
    extra=st.builds(
        Extra,
        remark=st.none() | st.just("被红冲蓝字数电票号码"),
        special_business=st.none() | st.sampled_from(["通行费", "旅客运输服务"]),
        details=st.lists(
            st.builds(Detail, name=st.sampled_from(["国内国际标识", "票价", "科目"]), value=TEXT),
            max_size=3,
        ).map(tuple),
        travel_date=DATES,
        departure_time=SOME,
        seat_class=SOME,
        traveller=SOME,
        traveller_id=SOME,
    ),
)
CONTEXTS = st.builds(
    validate.Context,
    today=st.dates(),
    policy=POLICIES,
    claim=st.none() | CLAIMS,
    related=st.none() | RELATED,
    record=st.none() | VERDICTS,
    portal=st.none() | ANSWERS,
    staff=st.none() | st.frozensets(TEXT, max_size=2),
    calendar=st.none() | st.just(validate.StatutoryCalendar()),
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(INVOICES, CONTEXTS)
def test_absurd_surroundings_get_an_answer(invoice: Invoice, context: validate.Context) -> None:
    run = validate.check(invoice, context).rules
    assert run.evaluated >= len(run.passed)
    found = validate.eligibility(invoice, context)
    assert found.amount.is_finite()
    assert abs(found.amount) <= 10**14
