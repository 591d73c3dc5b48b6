"""Kept invoices judged anew: with more known of them, or under another policy."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable

import validate
from models.finding import Finding, Severity, Status
from models.invoice import Invoice
from models.record import Record
from validate.rules.claims import NEEDS_CLAIM, OF_CLAIM

Told = dict[str, Severity]
"""Rule -> how much its findings weigh at most."""

_WEIGHT = {Severity.INFO: 0, Severity.WARN: 1, Severity.REJECT: 2}


class Change(Record):
    """What a policy changes for one invoice. `rules` maps each rule that says something else to
    (before, after); None is no finding."""

    where: str
    key: str | None
    before: Status
    after: Status
    rules: dict[str, tuple[Severity | None, Severity | None]]


class Comparison(Record):
    """What would change among `judged` invoices."""

    judged: int
    changes: tuple[Change, ...]

    @property
    def by_status(self) -> dict[tuple[Status, Status], int]:
        """(before, after) -> how many invoices, those that keep their status left out."""
        return dict(
            Counter((one.before, one.after) for one in self.changes if one.before is not one.after)
        )

    @property
    def by_rule(self) -> dict[str, int]:
        """Rule -> for how many invoices it says something else, the most first."""
        return dict(Counter(rule for one in self.changes for rule in one.rules).most_common())


def again(
    invoice: Invoice, context: validate.Context, anew: Collection[str] = frozenset()
) -> Invoice:
    """An invoice judged once more, with what is known now; the one handed in is not changed.

    What was known before and is not handed in again (duplicates, the ledger, the claim) still
    counts: a rule that cannot be judged now keeps what it said, weighed by the policy of now.
    Not so the rules in `anew`, for which what was known before has changed or gone.
    """
    fresh = validate.check(invoice, context)
    held = _said_with_claim(invoice, context).difference(anew)
    unjudged = {entry.rule for entry in fresh.rules.not_evaluated}.difference(anew) | held
    kept = tuple(
        _weighed(finding, context.policy)
        for finding in invoice.findings
        if finding.rule in unjudged
    )
    fired = {finding.rule for finding in kept}
    passed = tuple(rule for rule in invoice.rules.passed if rule in unjudged - fired)
    known = fired.union(passed)
    found = tuple(finding for finding in fresh.findings if finding.rule not in held)
    findings = (*found, *kept)
    every_passed = (*(rule for rule in fresh.rules.passed if rule not in held), *passed)
    rules = fresh.rules.model_copy(
        update={
            "evaluated": len({one.rule for one in findings if one.rule.startswith("R-")})
            + len(every_passed),
            "passed": every_passed,
            "not_evaluated": tuple(
                entry for entry in fresh.rules.not_evaluated if entry.rule not in known
            ),
        }
    )
    status = validate.decide(findings, invoice)
    return fresh.model_copy(update={"findings": findings, "rules": rules, "status": status})


def _said_with_claim(invoice: Invoice, context: validate.Context) -> set[str]:
    """The rules that were judged with a claim, where none is handed in now: what they would say
    without it would be said of something else. That there was one is told by the rules that are
    never judged without."""
    said = {finding.rule for finding in invoice.findings}.union(invoice.rules.passed)
    if context.claim is not None or said.isdisjoint(NEEDS_CLAIM):
        return set()
    return said & OF_CLAIM


def judge(
    invoice: Invoice,
    policy: validate.Policy,
    today: datetime.date,
    entities: tuple[validate.Entity, ...] = (),
) -> Invoice:
    """A kept invoice under a policy, as of a day, with what was looked up when it came."""
    context = validate.Context(
        today=today,
        entities=policy.entities or entities,
        policy=policy,
        calendar=validate.StatutoryCalendar(policy.calendar),
    )
    return again(invoice, context)


def compare(
    invoices: Iterable[tuple[str, Invoice]],
    before: validate.Policy,
    after: validate.Policy,
    today: datetime.date,
    entities: tuple[validate.Entity, ...] = (),
) -> Comparison:
    """Judge every invoice under both policies: (where it is, invoice) -> what would change."""
    judged, changes = 0, []
    for where, invoice in invoices:
        judged += 1
        one = judge(invoice, before, today, entities)
        other = judge(invoice, after, today, entities)
        told = _told(one), _told(other)
        rules = {
            rule: (told[0].get(rule), told[1].get(rule))
            for rule in sorted(told[0].keys() | told[1].keys())
            if told[0].get(rule) is not told[1].get(rule)
        }
        if rules or one.status is not other.status:
            changes.append(
                Change(
                    where=where,
                    key=invoice.key,
                    before=one.status,
                    after=other.status,
                    rules=rules,
                )
            )
    return Comparison(judged=judged, changes=tuple(changes))


def _weighed(finding: Finding, policy: validate.Policy) -> Finding:
    severity = policy.severity.get(finding.rule, finding.severity)
    return finding.model_copy(update={"severity": severity})


def _told(invoice: Invoice) -> Told:
    told: Told = {}
    for finding in invoice.findings:
        known = told.get(finding.rule)
        if known is None or _WEIGHT[finding.severity] > _WEIGHT[known]:
            told[finding.rule] = finding.severity
    return told
