"""Whatever an invoice holds, the rules answer with findings and never with an exception."""

import datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import validate
from models.finding import Severity, Status
from models.forms import Form, InvoiceType
from models.invoice import Candidate, Detail, Evidence, Extra, FieldName, Invoice, LineItem
from models.page import Source
from models.sight import Edge, Seals, Sight
from validate.engine import case_of
from validate.words import business_needs

SCRIPTS = "019OIlSZ名称壹贰圆整负,.-%*¥年月日（）():\n\t\u0660\u0663\u202e\U0001f600é"
TEXTS = (
    st.text(max_size=30)
    | st.text(SCRIPTS, max_size=30)
    | st.from_regex(r"\d{8}|\d{10}|\d{12}|\d{20}", fullmatch=True)
    | st.sampled_from(
        [
            "26112000000012345678",
            "01234567",
            "4400194130",
            "011001900311",
            "91440300MA5XYT123G",
            "91440300MA5XYT123O",
            "11010519491231002X",
            "****************GG",
            "2026-02-30",
            "2026-09-01",
            "1272.00",
            "-0.01",
            "9" * 5000,
            "13%",
            "免税",
            "壹仟贰佰柒拾贰圆整",
        ]
    )
)
MONEY = (
    st.decimals(-(10**14), 10**14, places=2)
    | st.decimals(-(10**5), 10**5, places=2)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        [
            Decimal(10) ** 12,
            Decimal("1E+999999"),
            Decimal("1E-999999"),
            Decimal("-0.00"),
            Decimal("0.005"),
        ]
    )
)
QR = (
    TEXTS
    | st.sampled_from(
        [
            "01,32,,26112000000012345678,1272.00,20260901,,32D1",
            "01,01,4400194130,01234567,1000.00,20200105,,72BE",
            "01,10,011001900311,12345678,100.00,20200101,12345678901234567890,3048",
        ]
    )
    | st.lists(TEXTS, max_size=9).map(lambda parts: ",".join(["01", "32", *parts]))
)
CONFIDENCE = st.floats(0, 1)
CANDIDATES = st.builds(
    Candidate, value=TEXTS, raw=TEXTS, source=st.sampled_from(Source), confidence=CONFIDENCE
)
EVIDENCE = st.builds(
    Evidence,
    value=TEXTS,
    raw=TEXTS,
    source=st.sampled_from(Source),
    confidence=CONFIDENCE,
    confirmed_by=st.lists(st.sampled_from(["qr", "arithmetic"]), max_size=2).map(tuple),
    corrected_by=st.none() | st.sampled_from(["qr", "arithmetic"]),
    candidates=st.lists(CANDIDATES, max_size=3).map(tuple),
)
NAMES = TEXTS | st.sampled_from(
    [
        "*餐饮服务*餐费",
        "*经营租赁*通行费",
        "*预付卡销售*卡",
        "（详见销货清单）",
        "***",
        "*",
        "*文具*一批",
    ]
)
RATES = st.none() | TEXTS | st.sampled_from(["13%", "0.13", "1.5%", "***", "免税", "不征税", "99%"])
ITEMS = st.builds(
    LineItem,
    name=NAMES,
    spec=st.none() | TEXTS,
    unit=st.none() | TEXTS,
    tax_code=st.none() | TEXTS | st.sampled_from(["6" + "0" * 18, "3070401" + "0" * 12]),
    quantity=st.none() | TEXTS,
    unit_price=st.none() | TEXTS,
    amount=st.none() | MONEY,
    tax_rate=RATES,
    tax=st.none() | MONEY,
)
LABELS = TEXTS | st.sampled_from(
    [
        "税收分类编码",
        "票价",
        "燃油附加费",
        "民航发展基金",
        "增值税税率",
        "保险费",
        "建筑服务发生地",
        "出行人",
    ]
)
EXTRA = st.builds(
    Extra,
    total_in_words=st.none() | TEXTS,
    qr=st.none() | QR,
    remark=st.none()
    | TEXTS
    | st.sampled_from(["差额征税：1.5元", "差额征税：9" + "9" * 40, "红字"]),
    second_number=st.none() | TEXTS,
    second_code=st.none() | TEXTS,
    red=st.none() | st.booleans(),
    red_of=st.none() | TEXTS,
    issued_for=st.none() | TEXTS,
    travel_date=st.none() | st.dates(),
    special_business=st.none() | TEXTS | st.sampled_from(sorted(business_needs())),
    details=st.lists(st.builds(Detail, name=LABELS, value=TEXTS), max_size=4).map(tuple),
)
SIGHT = st.builds(
    Sight,
    what=st.none() | TEXTS,
    invoices_on_page=st.none() | st.integers(-1, 10**9),
    seals=st.none() | st.builds(Seals, found=st.booleans(), texts=st.tuples(TEXTS, NAMES)),
    screen=st.none() | st.booleans(),
    cut_edges=st.none() | st.lists(st.sampled_from(Edge), max_size=2).map(tuple),
    missing_labels=st.none() | st.lists(TEXTS, max_size=2).map(tuple),
    claim_words=st.none() | st.lists(TEXTS, max_size=2).map(tuple),
    sales_list=st.none() | st.booleans(),
)
_KNOWN: dict[str, st.SearchStrategy[object]] = {
    name.value: st.none() | TEXTS
    for name in FieldName
    if name.value not in {"date", "amount", "tax", "total"}
}
INVOICES = st.builds(
    Invoice,
    type=st.sampled_from(InvoiceType),
    form=st.none() | st.sampled_from(Form),
    date=st.none() | st.dates(),
    amount=st.none() | MONEY,
    tax=st.none() | MONEY,
    total=st.none() | MONEY,
    items=st.lists(ITEMS, max_size=3).map(tuple),
    extra=EXTRA,
    sight=st.none() | SIGHT,
    fields=st.dictionaries(st.sampled_from(FieldName), EVIDENCE, max_size=6),
    **_KNOWN,
)
CONTEXTS = st.builds(
    validate.Context,
    today=st.dates(),
    entities=st.lists(
        st.builds(
            validate.Entity,
            name=TEXTS,
            tax_id=st.none() | TEXTS,
            aliases=st.lists(TEXTS, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    seen=st.none() | st.dictionaries(TEXTS, TEXTS, max_size=2),
)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(INVOICES, CONTEXTS)
def test_any_invoice_gets_an_answer(invoice: Invoice, context: validate.Context) -> None:
    result = validate.check(invoice, context)
    severities = {finding.severity for finding in result.findings}
    if Severity.REJECT in severities:
        assert result.status is Status.REJECTED
    if result.status is Status.ACCEPTED:
        assert severities <= {Severity.INFO}
    case = case_of(invoice, context)
    applicable = {rule.id for rule in validate.rules() if rule.concerns(case)}
    unjudged = {entry.rule for entry in result.rules.not_evaluated}
    assert unjudged <= applicable
    assert result.rules.evaluated == len(applicable) - len(unjudged)
    assert not unjudged & {finding.rule for finding in result.findings}
    judged = {"findings", "rules", "status"}
    assert result.model_dump(exclude=judged) == invoice.model_dump(exclude=judged)


def test_first_and_last_day_of_the_calendar() -> None:
    for today in (datetime.date.min, datetime.date.max):
        for date in (datetime.date.min, datetime.date.max):
            result = validate.check(Invoice(date=date), validate.Context(today=today))
            assert result.rules.evaluated
