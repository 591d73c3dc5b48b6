"""Runs the rules over an invoice and writes down what they said, and what they could not say."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from zlib import crc32

from models.finding import Finding, NotEvaluated, Proof, RulesRun, Severity
from models.invoice import Extra, FieldName, Invoice
from models.related import Related
from models.taxqr import parse_tax_qr
from validate.context import Context
from validate.decide import decide
from validate.facts import form_of, reading_confidence
from validate.labels import label
from validate.registry import Case, Fire, Given, Missing, Need, Outcome, Rule
from validate.rules import ALL
from validate.sanity import sane

_LONGEST_VALUE = 80
_LONGEST_PAYLOAD = 1000
_FIELDS = frozenset(name.value for name in FieldName)
_LOOKED_UP = frozenset(need for need in Given if need.value in Related.model_fields)
_HANDED_IN = frozenset(
    {Given.SEEN, Given.CLAIM, Given.RECORD, Given.PORTAL, Given.STAFF, Given.CALENDAR}
)


def check(invoice: Invoice, context: Context) -> Invoice:
    """The same invoice with fresh `findings`, `rules` and `status`; its values are never changed.

    `rules` says of every rule that it passed, fired or was not evaluated, and under which policy
    and version of the rules. A rule counts as evaluated when it passed or fired. One whose data
    are missing, or were read with too little confidence, is listed with the reason; one that has
    no meaning for this kind of invoice is counted nowhere. Findings of other rooms (whose ids do
    not begin with "R-") are kept.

    Never raises for what an invoice holds.
    """
    findings = [finding for finding in invoice.findings if not finding.rule.startswith("R-")]
    skipped: list[NotEvaluated] = []
    passed: list[str] = []
    fired = 0
    case = case_of(invoice, context)
    for rule in ALL:
        if not rule.concerns(case):
            continue
        outcome = judge(rule, case)
        if isinstance(outcome, Missing):
            skipped.append(NotEvaluated(rule=rule.id, why=outcome.why))
            continue
        if not outcome:
            passed.append(rule.id)
            continue
        fired += 1
        fires = (outcome,) if isinstance(outcome, Fire) else outcome
        findings.extend(_finding(rule, fire, case) for fire in fires)
    run = RulesRun(
        evaluated=fired + len(passed),
        not_evaluated=tuple(skipped),
        passed=tuple(passed),
        policy=context.policy.mark,
        ruleset=ruleset(),
    )
    return invoice.model_copy(
        update={"findings": tuple(findings), "rules": run, "status": decide(findings, invoice)}
    )


@cache
def ruleset() -> str:
    """The version of all rules together: it changes when a rule is added, removed or changed."""
    versions = " ".join(f"{rule.id}/{rule.spec.version}" for rule in ALL)
    return f"{len(ALL)}-{crc32(versions.encode()):08x}"


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
    """Whether something was handed in. Of look-ups an empty answer is one, None is not."""
    context, related = case.context, case.context.related
    if need in _LOOKED_UP:
        return related is not None and getattr(related, need.value) is not None
    if need in _HANDED_IN:
        return getattr(context, need.value) is not None
    present: Mapping[Given, object] = {
        Given.FORM: case.form,
        Given.QR: case.qr,
        Given.ITEMS: case.invoice.items,
        Given.TOTAL_IN_WORDS: case.invoice.extra.total_in_words,
        Given.ENTITIES: context.entities,
    }
    return bool(present[need])


def _finding(rule: Rule, fire: Fire, case: Case) -> Finding:
    values = {name: _short(value) for name, value in fire.values.items()}
    severity = case.context.policy.severity.get(rule.id) or fire.severity or rule.spec.severity
    return Finding(
        rule=rule.id,
        severity=severity,
        field=fire.field,
        message=rule.spec.zh.format(**values),
        message_en=rule.spec.en.format(**values),
        expected=None if fire.expected is None else _short(fire.expected),
        actual=None if fire.actual is None else _short(fire.actual),
        version=rule.spec.version,
        evidence=_proof(case.invoice, fire.field),
    )


def _proof(invoice: Invoice, name: str | None) -> Proof | None:
    """The evidence of the field a finding is about; None where it is about no single field."""
    if name in _FIELDS:
        evidence = invoice.fields.get(FieldName(name))
        if evidence is not None:
            return Proof(
                value=evidence.value,
                raw=evidence.raw,
                source=evidence.source,
                confidence=evidence.confidence,
                page=evidence.page,
                box=evidence.box,
            )
        value = getattr(invoice, name)
    elif name in Extra.model_fields:
        value = getattr(invoice.extra, name)
    else:
        return None
    return None if value is None or isinstance(value, tuple) else Proof(value=_short(value))


def _short(value: object) -> str:
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
