"""Every rule's own examples, and what the engine says about missing data."""

import datetime
import string
from dataclasses import replace
from decimal import Decimal

import pytest

import validate
from models.finding import Finding, Severity, Status
from models.forms import Form
from models.invoice import Extra, Invoice, LineItem
from validate.engine import case_of, judge
from validate.examples import air, build, digital, electronic, rail, special
from validate.labels import form_label, label
from validate.registry import Example, Given, Missing, Rule

RULES = {rule.id: rule for rule in validate.rules()}


def checked(example: Example) -> Invoice:
    return validate.check(*build(example))


def fired(example: Example) -> dict[str, Severity]:
    return {finding.rule: finding.severity for finding in checked(example).findings}


def skipped(invoice: Invoice) -> dict[str, str]:
    return {entry.rule: entry.why for entry in invoice.rules.not_evaluated}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_fires_on_its_failing_example(rule: Rule) -> None:
    found = [f for f in checked(rule.spec.fails).findings if f.rule == rule.id]
    assert found
    assert found[0].severity is rule.spec.severity
    for message in (found[0].message, found[0].message_en):
        assert message
        assert not set("{}") & set(message)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_passes_its_passing_example(rule: Rule) -> None:
    case = case_of(*build(rule.spec.passes))
    assert rule.concerns(case) or rule.id == "R-DATE-01"
    assert not judge(rule, case)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_describes_itself(rule: Rule) -> None:
    assert rule.explanation
    names = [
        {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for text in (rule.spec.zh, rule.spec.en)
    ]
    # the Chinese and the English message tell the same, English under its own name where it differs
    assert {name.removesuffix("_en") for name in names[1]} <= names[0]


def test_a_rule_is_in_force_between_its_days() -> None:
    day = datetime.date(2026, 9, 21)
    case = case_of(*build(digital(today=day)))
    one = RULES["R-DOC-02"]
    for since, until, expected in (
        (None, None, True),
        (day, day, True),
        (day + datetime.timedelta(1), None, False),
        (None, day - datetime.timedelta(1), False),
    ):
        assert Rule(replace(one.spec, since=since, until=until), one.run).concerns(case) is expected


def test_a_basis_is_an_article_or_a_document() -> None:
    cited = [rule.spec.basis for rule in RULES.values() if rule.spec.basis is not None]
    assert cited
    assert all("《" in basis for basis in cited)
    assert all(rule.spec.version >= 1 for rule in RULES.values())


def test_ids_are_unique_and_in_the_form_of_the_domain() -> None:
    assert len(RULES) == len(validate.rules())
    assert all(rule_id.startswith("R-") for rule_id in RULES)


def test_every_need_and_form_has_a_name() -> None:
    needs = {need for rule in RULES.values() for need in rule.spec.needs}
    assert all(label(need) for need in needs | set(Given))
    assert all(form_label(form) for form in Form)


@pytest.mark.parametrize("base", [digital(), special(), electronic(), rail(), air()])
def test_the_bases_are_free_of_findings(base: Example) -> None:
    result = checked(base)
    assert not result.findings
    assert result.status is Status.ACCEPTED
    assert result.rules.evaluated >= 24


@pytest.mark.parametrize(
    ("example", "rule", "severity"),
    [
        # the same fault weighs less where a misreading may explain it
        (digital(today="2026-08-31"), "R-DATE-02", Severity.WARN),
        (digital(buyer_tax_id="91440300MA5XYT123C"), "R-BUY-02", Severity.WARN),
        (digital(seller_tax_id="91110108MA01ABCD5U"), "R-PTY-01", Severity.WARN),
        (special(code="4400194930"), "R-CODE-02", Severity.WARN),
        (special(code=None), "R-CODE-05", Severity.WARN),
        (
            digital(items=[{"name": "a", "amount": "100.00", "tax_rate": "6%", "tax": "6.05"}]),
            "R-AMT-05",
            Severity.INFO,
        ),
        (
            special(
                items=[{"name": "a", "amount": "1000.00", "tax_rate": "16%"}],
                remark="对应正数发票代码",
            ),
            "R-TAX-01",
            Severity.WARN,
        ),
        (special(amount="990.00", total="1120.00"), "R-AMT-02", Severity.WARN),
        # 卷票 print no amount of their own, so the QR code's is held against the total
        (
            electronic(
                form="vat_roll",
                type="roll",
                amount=None,
                tax=None,
                items=[],
                qr="01,11,011001900311,12345678,999.00,20200101,12345678901234567890,0000",
            ),
            "R-QR-05",
            Severity.REJECT,
        ),
        (
            digital(
                qr="01,32,,26112000000012345678,1272.00,20260901,,32D2",
                number="26112000000099995678",
            ),
            "R-QR-07",
            Severity.WARN,
        ),
    ],
)
def test_severity_follows_the_circumstances(
    example: Example, rule: str, severity: Severity
) -> None:
    assert fired(example)[rule] is severity


@pytest.mark.parametrize(
    ("example", "rule"),
    [
        (special(amount="1000.01"), "R-AMT-01"),  # 0.01 may be rounding on tax-control paper
        (digital(code=""), "R-CODE-05"),
        (digital(total="-1272.00", total_in_words="（负数）壹仟贰佰柒拾贰圆整"), "R-AMT-09"),
        (digital(buyer_tax_id="9144**********123G"), "R-BUY-02"),
        (digital(buyer_name="甲乙 科技有限公司"), "R-BUY-01"),
        (digital(buyer_name=None, entities=()), "R-BUY-03"),
        (special(code="011001900104"), "R-CODE-01"),
        (electronic(form="vat_e_normal", code="011001900312", qr=None), "R-CODE-02"),
        (electronic(form="toll_e"), "R-QR-08"),
        (digital(qr="https://example.org/x"), "R-QR-02"),
        (digital(seller_tax_id="11010519491231002X"), "R-PTY-01"),  # a person's identity number
        (digital(today="2027-09-01"), "R-DATE-03"),
        (digital(today="2026-09-01"), "R-DATE-02"),
    ],
)
def test_what_must_not_fire(example: Example, rule: str) -> None:
    assert rule not in fired(example)


@pytest.mark.parametrize(
    ("example", "rule", "why"),
    [
        (digital(date=None), "R-NUM-02", "date is missing"),
        (digital(qr=None), "R-QR-03", "no tax QR code"),
        (digital(items=[]), "R-AMT-02", "no line items"),
        (digital(entities=()), "R-BUY-01", "no own companies"),
        (digital(seen=None), "R-DUP-01", "no kept invoices"),
        (digital(tax=None), "R-AMT-01", "tax is missing"),
        (digital(buyer_tax_id=None, seller_tax_id=None), "R-PTY-01", "no tax id"),
        (special(second_number=None, second_code=None), "R-NUM-06", "only one printing"),
        (special(code=None), "R-DUP-01", "no key"),
        (digital(number="123"), "R-NUM-03", "not 20 digits"),
        (digital(qr="01,32,,26112000000012345678,1272.00,20260901,"), "R-QR-07", "no CRC"),
        (digital(total_in_words="壹贰圆整"), "R-AMT-07", "invalid"),
        (digital(remark="差额征税：100.00。"), "R-AMT-05", "differential"),
    ],
)
def test_missing_data_are_not_a_pass(example: Example, rule: str, why: str) -> None:
    result = checked(example)
    assert why in skipped(result)[rule]
    assert rule not in {finding.rule for finding in result.findings}


def test_a_field_read_with_little_confidence_is_not_judged() -> None:
    number = "2611200000001234567"
    evidence = {"value": number, "raw": number, "source": "ocr", "confidence": 0.59}
    result = checked(digital(number=number, fields={"number": evidence}))
    assert "0.59" in skipped(result)["R-NUM-01"]


@pytest.mark.parametrize(
    ("rule", "changes"),
    [("R-AMT-01", {"tax": "73.00"}), ("R-AMT-07", {"total_in_words": "壹佰圆整"})],
)
@pytest.mark.parametrize(
    ("source", "candidates", "severity"),
    [
        ("ocr", [], Severity.WARN),
        (
            "ocr",
            [{"value": "1272.00", "raw": "1272.00", "source": "ocr", "confidence": 0.98}],
            Severity.REJECT,
        ),
        ("pdf_text", [], Severity.REJECT),
    ],
)
def test_a_contradiction_is_told_though_it_lowers_the_trust_in_what_was_read(
    rule: str,
    changes: dict[str, object],
    source: str,
    candidates: list[object],
    severity: Severity,
) -> None:
    evidence = {"value": "1272.00", "raw": "¥1272.00", "source": source, "confidence": 0.5}
    total = evidence | {"candidates": candidates}
    assert fired(digital(fields={"total": total}, **changes))[rule] is severity


def test_a_doubtful_reading_without_contradiction_is_not_judged() -> None:
    total = {"value": "1272.00", "raw": "1272.00", "source": "ocr", "confidence": 0.5}
    result = checked(digital(fields={"total": total}))
    assert {"R-AMT-01", "R-AMT-07"} <= set(skipped(result))


def test_an_amount_calculated_from_the_others_proves_nothing() -> None:
    evidence = {"value": "72.00", "raw": "", "source": "derived", "confidence": 1}
    result = checked(digital(fields={"tax": evidence}))
    assert "calculated" in skipped(result)["R-AMT-01"]


def test_every_applicable_rule_is_either_evaluated_or_listed() -> None:
    invoice, context = build(digital(date=None, qr=None, items=[]))
    case = case_of(invoice, context)
    applicable = sum(rule.concerns(case) for rule in validate.rules())
    rules = validate.check(invoice, context).rules
    assert rules.evaluated + len(rules.not_evaluated) == applicable


def test_rules_without_meaning_for_the_form_are_counted_nowhere() -> None:
    taxi = Invoice(form=Form.TAXI, type=Form.TAXI.type, number="12345678", total=Decimal(28))
    result = validate.check(taxi, validate.Context(today=datetime.date(2026, 1, 1)))
    told = {finding.rule for finding in result.findings} | set(skipped(result))
    assert not told & {"R-NUM-01", "R-CHK-01", "R-AMT-01", "R-BUY-03", "R-QR-01"}


def test_tax_is_not_missing_where_none_is_charged() -> None:
    exempt = [{"name": "*医疗服务*诊疗", "amount": "1272.00", "tax_rate": "免税"}]
    result = checked(digital(amount="1272.00", tax=None, items=exempt))
    assert not result.findings
    assert "R-AMT-01" not in skipped(result)


@pytest.mark.parametrize(
    "changes",
    [
        {"form": None},  # the type and the number tell enough
        {"form": None, "type": "train", "number": "26119000000012345678"},
    ],
)
def test_the_type_stands_in_for_a_missing_form(changes: dict[str, object]) -> None:
    assert "R-DOC-02" not in fired(digital(**changes))


def test_values_are_never_changed_and_checking_twice_gives_the_same() -> None:
    invoice, context = build(digital(total="1272.01", tax="72.005"))
    once = validate.check(invoice, context)
    twice = validate.check(once, context)
    assert once == twice
    judged = {"findings", "rules", "status"}
    assert once.model_dump(exclude=judged) == invoice.model_dump(exclude=judged)


def test_findings_of_other_rooms_are_kept() -> None:
    note = Finding(
        rule="CATEGORY", severity=Severity.INFO, field="category", message="不明", message_en="?"
    )
    invoice, context = build(digital(date=None))
    stale = Finding(rule="R-OLD", severity=Severity.REJECT, field=None, message="x", message_en="x")
    invoice = invoice.model_copy(update={"findings": (note, stale)})
    findings = validate.check(invoice, context).findings
    assert note in findings
    assert stale not in findings


def test_the_policy_moves_thresholds_and_severities() -> None:
    invoice, context = build(digital())
    policy = validate.Policy(max_age_days=10, severity={"R-DATE-03": Severity.REJECT})
    strict = validate.Context(context.today, context.entities, context.seen, policy)
    assert validate.check(invoice, strict).status is Status.REJECTED


def test_absurd_money_is_taken_for_missing() -> None:
    absurd = [Decimal("1E+999999"), Decimal("-9E+400"), Decimal("1E-999999")]
    for value in absurd:
        invoice, context = build(digital())
        item = LineItem(name="a", amount=value, tax=value, tax_rate="13%")
        result = validate.check(
            invoice.model_copy(update={"total": value, "items": (item,)}), context
        )
        assert "R-DOC-05" in {finding.rule for finding in result.findings}


def test_long_values_are_cut_in_messages() -> None:
    result = checked(digital(total_in_words="壹" * 5000))
    assert all(len(finding.message) < 200 for finding in result.findings)


def test_a_rule_may_find_out_late_that_it_cannot_judge() -> None:
    outcome = judge(RULES["R-AMT-04"], case_of(*build(digital())))
    assert isinstance(outcome, Missing)


def test_an_empty_invoice_is_judged_without_exception() -> None:
    context = validate.Context(today=datetime.date(2026, 1, 1))
    result = validate.check(Invoice(extra=Extra(qr="01,")), context)
    assert {"R-DOC-02", "R-DOC-05"} <= {finding.rule for finding in result.findings}
    assert result.status is Status.REVIEW
