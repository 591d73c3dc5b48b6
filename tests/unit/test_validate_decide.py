"""The decision, enumerated: nothing is accepted while a reject is open."""

from itertools import combinations, product

import pytest

import validate
from models.finding import Finding, Severity, Status
from models.forms import Form
from models.invoice import Candidate, Evidence, FieldName, Invoice
from models.page import Source
from validate.examples import build, digital, electronic, special
from validate.facts import key_fields, mandatory_fields

KEYS = (FieldName.NUMBER, FieldName.DATE, FieldName.TOTAL, FieldName.AMOUNT, FieldName.TAX)
SETS = [some for size in range(4) for some in combinations(Severity, size)]


def finding(severity: Severity) -> Finding:
    return Finding(rule="R-X-01", severity=severity, field=None, message="x", message_en="x")


def evidence(value: object, source: Source = Source.OCR, confirmed: bool = True) -> Evidence:
    text = str(value)
    return Evidence(
        value=text,
        raw=text,
        source=source,
        confidence=0.99,
        confirmed_by=("qr",) if confirmed else (),
    )


def with_evidence(invoice: Invoice, **changes: Evidence | None) -> Invoice:
    """The invoice with confirmed evidence for every key field; changes replace or drop some."""
    fields = {name: evidence(getattr(invoice, name.value)) for name in key_fields(invoice)}
    for name, changed in changes.items():
        if changed is None:
            del fields[FieldName(name)]
        else:
            fields[FieldName(name)] = changed
    return invoice.model_copy(update={"fields": fields})


BASE = build(digital())[0]
SUPPORT = (
    {
        "typed": (BASE, True),
        "confirmed": (with_evidence(BASE), True),
        "entered by a person": (
            with_evidence(BASE, total=evidence("1272.00", Source.PERSON, confirmed=False)),
            True,
        ),
        "no evidence for the date": (with_evidence(BASE, date=None), False),
    }
    | {
        f"{name} unconfirmed": (with_evidence(BASE, **{name: evidence(1, confirmed=False)}), False)
        for name in KEYS
    }
    | {
        f"{name} missing": (with_evidence(BASE).model_copy(update={name.value: None}), False)
        for name in KEYS
    }
)


@pytest.mark.parametrize("support", SUPPORT)
@pytest.mark.parametrize("severities", SETS, ids=lambda s: "+".join(s) or "none")
def test_every_combination(severities: tuple[Severity, ...], support: str) -> None:
    invoice, sound = SUPPORT[support]
    status = validate.decide([finding(severity) for severity in severities], invoice)
    if Severity.REJECT in severities:
        assert status is Status.REJECTED
    elif Severity.WARN in severities or not sound:
        assert status is Status.REVIEW
    else:
        assert status is Status.ACCEPTED


def test_the_order_of_findings_does_not_matter() -> None:
    for several in product(Severity, repeat=3):
        status = validate.decide([finding(severity) for severity in several], BASE)
        assert (status is Status.REJECTED) == (Severity.REJECT in several)


@pytest.mark.parametrize("example", [special(), electronic()])
def test_tax_control_forms_need_their_code_confirmed(example: object) -> None:
    invoice = build(example)[0]  # type: ignore[arg-type]
    doubtful = with_evidence(invoice, code=evidence(invoice.code, confirmed=False))
    assert validate.unconfirmed(doubtful) == (FieldName.CODE,)
    assert validate.decide([], doubtful) is Status.REVIEW
    assert validate.decide([], with_evidence(invoice)) is Status.ACCEPTED


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        (Form.RAIL_E, {"number", "date", "total"}),
        (Form.AIR_E, {"number", "date", "total", "tax"}),
        (Form.TAXI, {"code", "number", "date", "total"}),
        (Form.QUOTA, {"code", "number", "total"}),
        (Form.VAT_ROLL, {"code", "number", "date", "total"}),
        (Form.VAT_SPECIAL, {"code", "number", "date", "total", "amount", "tax"}),
        (Form.DZP_NORMAL, {"number", "date", "total", "amount", "tax"}),
    ],
)
def test_key_fields_are_those_the_form_prints(form: Form, keys: set[str]) -> None:
    assert set(key_fields(Invoice(form=form, type=form.type))) == keys


@pytest.mark.parametrize(
    ("form", "buyer", "more"),
    [
        (Form.RAIL_E, None, {"buyer_name"}),
        (Form.RAIL_E, "林一禾", {"buyer_name"}),
        (Form.RAIL_E, "云栖测试科技有限公司", {"buyer_name", "buyer_tax_id"}),
        (Form.AIR_E, "林一禾", {"buyer_name", "seller_name"}),
        (Form.VAT_ROLL, None, {"seller_name", "seller_tax_id"}),
        (Form.VAT_ROLL, "云栖测试科技有限公司", {"seller_name", "seller_tax_id", "buyer_tax_id"}),
        (Form.TAXI, None, set()),
    ],
)
def test_tickets_must_name_the_parties_they_print(
    form: Form, buyer: str | None, more: set[str]
) -> None:
    invoice = Invoice(form=form, type=form.type, buyer_name=buyer)
    assert set(mandatory_fields(invoice)) - set(key_fields(invoice)) == more


def put_right(
    name: str, read: str, sure: float = 0.88, source: Source = Source.OCR, by: str | None = "qr"
) -> Invoice:
    """The invoice with one field corrected against what else was read for it."""
    good = with_evidence(BASE).fields[FieldName(name)]
    seen = Candidate(value=read, raw=read, source=source, confidence=sure)
    corrected = good.model_copy(update={"corrected_by": by, "candidates": (seen,)})
    return with_evidence(BASE, **{name: corrected})


@pytest.mark.parametrize(
    ("invoice", "settled"),
    [
        (put_right("total", "11272.00"), False),
        (put_right("total", "11272.00", 0.55), True),
        (put_right("total", "127200.00"), True),  # the point was lost, no digit
        (put_right("total", "11272.00", source=Source.QR), True),
        (put_right("date", "2020-01-01", source=Source.PDF_TEXT), False),
        (put_right("number", "26112000000012345679", by=None), False),
        (put_right("number", "26112000000012345679", 0.5, by=None), True),
        (put_right("amount", "72.00", by=None), True),
        (
            with_evidence(BASE, total=evidence(BASE.total).model_copy(update={"confidence": 0.5})),
            False,
        ),
    ],
)
def test_what_is_put_right_against_legible_print_needs_a_person(
    invoice: Invoice, settled: bool
) -> None:
    assert (validate.unconfirmed(invoice) == ()) is settled
