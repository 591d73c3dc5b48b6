"""Kept invoices judged anew: with more known of them, or under another policy."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import validate
from models.claim import Claim
from models.finding import Finding, Severity, Status
from models.invoice import Invoice
from models.portal import PortalAnswer
from models.record import Record
from models.related import Related
from models.verdicts import SourceVerdict
from validate.registry import Given
from validate.rules.claims import NEEDS_CLAIM, OF_CLAIM

Told = dict[str, Severity]
"""Rule -> how much its findings weigh at most."""

_NEEDS_RECORD = frozenset(rule.id for rule in validate.rules() if Given.RECORD in rule.spec.needs)
_OF_RECORD = frozenset({"R-SOR-03", "R-PTY-06"})
"""Rules that look at the ledger, and at something else where it is not known."""
_WEIGHT = {Severity.INFO: 0, Severity.WARN: 1, Severity.REJECT: 2}


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside an invoice itself. What is None counts as it was judged before."""

    claim: Claim | None = None
    record: SourceVerdict | None = None
    related: Related | None = None
    portal: PortalAnswer | None = None


NOTHING = Beside()


@dataclass(frozen=True, slots=True)
class Subject:
    """An invoice to be judged, and where a person finds it."""

    where: str
    invoice: Invoice
    beside: Beside = NOTHING


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
    held = _said_with_claim(invoice, context) | _told_by_record(invoice, fresh, context)
    held = held.difference(anew)
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


def _told_by_record(invoice: Invoice, fresh: Invoice, context: validate.Context) -> set[str]:
    """Of the rules that can do without the ledger those that fired while it was known, where
    nobody hands it in now: that they find nothing without it is no answer to what it said."""
    said = {finding.rule for finding in invoice.findings}
    if context.record is not None or (said | set(invoice.rules.passed)).isdisjoint(_NEEDS_RECORD):
        return set()
    return (said & _OF_RECORD).difference(finding.rule for finding in fresh.findings)


def judge(invoice: Invoice, context: validate.Context, beside: Beside = NOTHING) -> Invoice:
    """A kept invoice judged with what is known beside it, and with what was when it came."""
    known = replace(
        context,
        claim=beside.claim,
        record=beside.record,
        related=beside.related,
        portal=beside.portal,
    )
    return again(invoice, known)


def under(
    policy: validate.Policy,
    today: datetime.date,
    entities: tuple[validate.Entity, ...] = (),
) -> validate.Context:
    """What the rules may know under a policy, as of a day."""
    return validate.Context(
        today=today,
        entities=policy.entities or entities,
        policy=policy,
        calendar=validate.StatutoryCalendar(policy.calendar),
    )


def compare(
    subjects: Iterable[Subject], before: validate.Context, after: validate.Context
) -> Comparison:
    """Judge every invoice under both contexts and say what would change."""
    judged, changes = 0, []
    for subject in subjects:
        judged += 1
        one = judge(subject.invoice, before, subject.beside)
        other = judge(subject.invoice, after, subject.beside)
        if change := _change(subject, one, other):
            changes.append(change)
    return Comparison(judged=judged, changes=tuple(changes))


def _change(subject: Subject, one: Invoice, other: Invoice) -> Change | None:
    told = _told(one), _told(other)
    rules = {
        rule: (told[0].get(rule), told[1].get(rule))
        for rule in sorted(told[0].keys() | told[1].keys())
        if told[0].get(rule) is not told[1].get(rule)
    }
    if not rules and one.status is other.status:
        return None
    return Change(
        where=subject.where,
        key=subject.invoice.key,
        before=one.status,
        after=other.status,
        rules=rules,
    )


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
