"""Runs the rules over an invoice and writes down what they said, and what they could not say."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from models.finding import Finding, NotEvaluated, RulesRun, Severity
from models.invoice import MONEY_FIELDS, Invoice
from models.taxqr import parse_tax_qr
from models.text import MAX_MONEY
from validate.context import Context
from validate.decide import decide
from validate.facts import form_of, reading_confidence
from validate.labels import label
from validate.registry import Case, Fire, Given, Missing, Need, Outcome, Rule
from validate.rules import ALL

_LONGEST_VALUE = 80
_LONGEST_PAYLOAD = 1000
_SMALLEST_EXPONENT = -12


def check(invoice: Invoice, context: Context) -> Invoice:
    """The same invoice with fresh `findings`, `rules` and `status`; its values are never changed.

    A rule counts as evaluated when it passed or fired. One whose data are missing, or were read
    with too little confidence, is listed with the reason; one that has no meaning for this kind
    of invoice is counted nowhere. Findings of other rooms (whose ids do not begin with "R-") are
    kept. Never raises for what an invoice holds.
    """
    findings = [finding for finding in invoice.findings if not finding.rule.startswith("R-")]
    skipped: list[NotEvaluated] = []
    evaluated = 0
    case = case_of(invoice, context)
    for rule in ALL:
        if not rule.spec.applies(case):
            continue
        outcome = judge(rule, case)
        if isinstance(outcome, Missing):
            skipped.append(NotEvaluated(rule=rule.id, why=outcome.why))
            continue
        evaluated += 1
        fires = (outcome,) if isinstance(outcome, Fire) else outcome or ()
        findings.extend(_finding(rule, fire, context) for fire in fires)
    return invoice.model_copy(
        update={
            "findings": tuple(findings),
            "rules": RulesRun(evaluated=evaluated, not_evaluated=tuple(skipped)),
            "status": decide(findings, invoice),
        }
    )


def case_of(invoice: Invoice, context: Context) -> Case:
    """What the rules look at: the invoice with impossible money taken out, form and QR parsed."""
    clean = sane(invoice)
    payload = clean.extra.qr or ""
    qr = parse_tax_qr(payload) if payload and len(payload) <= _LONGEST_PAYLOAD else None
    return Case(clean, context, form_of(clean), qr)


def judge(rule: Rule, case: Case) -> Outcome:
    """What one rule says about a case to which it applies."""
    missing = next((found for need in rule.spec.needs if (found := _missing(need, case))), None)
    if missing:
        return missing
    doubtful = next((found for need in rule.spec.needs if (found := _doubtful(need, case))), None)
    if doubtful is None:
        return rule.run(case)
    outcome = rule.run(case) if rule.spec.contradiction else None
    return replace(outcome, severity=Severity.WARN) if isinstance(outcome, Fire) else doubtful


def sane(invoice: Invoice) -> Invoice:
    """The invoice without amounts no invoice can have: infinite, beyond `MAX_MONEY`, or with more
    decimals than any original prints. Rules take them for missing."""
    update: dict[str, object] = {
        name.value: None for name in MONEY_FIELDS if not _sane(getattr(invoice, name.value))
    }
    if not all(_sane(item.amount) and _sane(item.tax) for item in invoice.items):
        update["items"] = tuple(
            item.model_copy(
                update={name: None for name in ("amount", "tax") if not _sane(getattr(item, name))}
            )
            for item in invoice.items
        )
    return invoice.model_copy(update=update) if update else invoice


def _sane(value: Decimal | None) -> bool:
    if value is None:
        return True
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= _SMALLEST_EXPONENT and abs(value) <= MAX_MONEY


def _missing(need: Need, case: Case) -> Missing | None:
    zh, en = label(need)
    if isinstance(need, Given):
        return None if _given(need, case) else Missing(f"缺少{zh}", f"no {en}")
    value = getattr(case.invoice, need.value)
    return Missing(f"缺少{zh}", f"{en} is missing") if value is None or value == "" else None


def _doubtful(need: Need, case: Case) -> Missing | None:
    if isinstance(need, Given):
        return None
    confidence = reading_confidence(case.invoice, need)
    least = case.context.policy.min_confidence
    if confidence >= least:
        return None
    zh, en = label(need)
    return Missing(
        f"{zh}置信度{confidence:.2f}，低于{least:.2f}",
        f"{en} was read with confidence {confidence:.2f}, below {least:.2f}",
    )


def _given(need: Given, case: Case) -> bool:
    if need is Given.SEEN:
        return case.context.seen is not None
    present: Mapping[Given, object] = {
        Given.FORM: case.form,
        Given.QR: case.qr,
        Given.ITEMS: case.invoice.items,
        Given.TOTAL_IN_WORDS: case.invoice.extra.total_in_words,
        Given.ENTITIES: case.context.entities,
    }
    return bool(present[need])


def _finding(rule: Rule, fire: Fire, context: Context) -> Finding:
    values = {name: _short(value) for name, value in fire.values.items()}
    severity = context.policy.severity.get(rule.id) or fire.severity or rule.spec.severity
    return Finding(
        rule=rule.id,
        severity=severity,
        field=fire.field,
        message=rule.spec.zh.format(**values),
        message_en=rule.spec.en.format(**values),
        expected=None if fire.expected is None else _short(fire.expected),
        actual=None if fire.actual is None else _short(fire.actual),
    )


def _short(value: object) -> str:
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
