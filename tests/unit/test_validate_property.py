"""Whatever an invoice holds, the rules answer with findings and never with an exception."""

import datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import validate
from models.finding import Severity, Status
from models.forms import Form, InvoiceType
from models.invoice import Candidate, Evidence, Extra, FieldName, Invoice, LineItem
from models.page import Source
from validate.engine import case_of

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
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.sampled_from([Decimal(10) ** 12, Decimal("1E+999999"), Decimal("1E-999999"), Decimal(0)])
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
ITEMS = st.builds(
    LineItem,
    name=TEXTS,
    quantity=st.none() | TEXTS,
    unit_price=st.none() | TEXTS,
    amount=st.none() | MONEY,
    tax_rate=st.none() | TEXTS,
    tax=st.none() | MONEY,
)
EXTRA = st.builds(
    Extra,
    total_in_words=st.none() | TEXTS,
    qr=st.none() | QR,
    remark=st.none() | TEXTS,
    second_number=st.none() | TEXTS,
    second_code=st.none() | TEXTS,
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
    max_examples=300,
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
    applicable = {rule.id for rule in validate.rules() if rule.spec.applies(case)}
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
