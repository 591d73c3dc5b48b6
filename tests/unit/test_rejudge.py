"""Kept invoices judged anew under another policy."""

import datetime
from decimal import Decimal

import validate
from models.claim import Claim
from models.finding import Finding, Severity, Status
from models.invoice import Invoice
from models.ledger import LedgerStatus
from models.match import MatchState
from models.verdicts import SourceVerdict
from piaohe.judging import rejudge
from validate.examples import build, digital
from validate.policy import Limit, Listed

TODAY = datetime.date(2026, 9, 21)
USUAL = validate.Policy()
OURS = build(digital())[1].entities


def invoice(**changes: object) -> Invoice:
    return validate.check(*build(digital(**changes)))


def compared(
    kept: Invoice, after: validate.Policy, beside: rejudge.Beside = rejudge.NOTHING
) -> rejudge.Comparison:
    subject = rejudge.Subject("a.pdf#0", kept, beside)
    return rejudge.compare(
        [subject], rejudge.under(USUAL, TODAY, OURS), rejudge.under(after, TODAY, OURS)
    )


def test_the_same_policy_changes_nothing() -> None:
    found = compared(invoice(), USUAL)
    assert (found.judged, found.changes) == (1, ())


def test_a_stricter_policy_says_which_invoice_and_rule() -> None:
    after = validate.Policy(max_age_days=10, severity={"R-DATE-03": Severity.REJECT})
    found = compared(invoice(), after)
    assert found.by_status == {(Status.ACCEPTED, Status.REJECTED): 1}
    assert found.by_rule == {"R-DATE-03": 1}
    change = found.changes[0]
    assert (change.where, change.key) == ("a.pdf#0", "26112000000012345678")
    assert change.rules == {"R-DATE-03": (None, Severity.REJECT)}


def test_what_was_looked_up_then_is_kept_and_weighed_anew() -> None:
    kept = invoice(seen={"26112000000012345678": "b.pdf"})
    assert kept.status is Status.REJECTED
    found = compared(kept, validate.Policy(severity={"R-DUP-01": Severity.INFO}))
    assert found.by_status == {(Status.REJECTED, Status.ACCEPTED): 1}
    assert found.changes[0].rules == {"R-DUP-01": (Severity.REJECT, Severity.INFO)}


def test_what_is_known_later_adds_to_what_was_known_before() -> None:
    kept = invoice(seen={})
    assert "R-DUP-01" in kept.rules.passed
    record = SourceVerdict(state=MatchState.MISSING, cause="N14")
    later = rejudge.again(kept, validate.Context(TODAY, OURS, record=record))
    assert {finding.rule for finding in later.findings} == {"R-SOR-01"}
    assert "R-DUP-01" in later.rules.passed
    unjudged = {entry.rule for entry in later.rules.not_evaluated}
    assert not unjudged & {"R-DUP-01", "R-SOR-01"}
    assert later.rules.evaluated == len(later.rules.passed) + 1
    assert later.status is Status.REVIEW


def test_the_policy_s_own_companies_count() -> None:
    after = validate.Policy(entities=(validate.Entity(name="另一家有限公司"),))
    assert "R-BUY-01" in compared(invoice(), after).by_rule


def test_the_kept_judgement_stays_as_it_was() -> None:
    kept = invoice()
    fresh = rejudge.judge(
        kept, rejudge.under(validate.Policy(version="new", max_age_days=1), TODAY)
    )
    assert fresh.rules.policy != kept.rules.policy
    assert kept.status is Status.ACCEPTED


def test_findings_of_other_rooms_are_not_doubled() -> None:
    note = Finding(rule="category", severity=Severity.INFO, field=None, message="x", message_en="x")
    kept = invoice().model_copy(update={"findings": (note,)})
    assert rejudge.judge(kept, rejudge.under(USUAL, TODAY)).findings.count(note) == 1


def test_a_limit_is_compared_with_the_claim_handed_in_beside_the_invoice() -> None:
    claim = Claim(category="MEAL", people=2)
    kept = invoice(claim=claim)
    after = validate.Policy(limits=(Limit(category="MEAL", amount=Decimal(500), per="person"),))
    assert not compared(kept, after).changes, "without its claim it keeps what it was told"
    found = compared(kept, after, rejudge.Beside(claim=claim))
    assert found.changes[0].rules == {"R-POL-01": (None, Severity.WARN)}


def test_what_the_ledger_said_is_not_lost_where_it_is_not_handed_in_again() -> None:
    abnormal = SourceVerdict(state=MatchState.EXACT, status=LedgerStatus.ABNORMAL)
    kept = invoice(record=abnormal)
    listed = validate.Policy(blacklist=(Listed(name="别的有限公司"),))
    assert "R-PTY-06" in {finding.rule for finding in kept.findings}
    without = rejudge.judge(kept, rejudge.under(listed, TODAY, OURS))
    assert "R-PTY-06" in {finding.rule for finding in without.findings}
    mended = rejudge.Beside(record=SourceVerdict(state=MatchState.EXACT, risk="正常"))
    fresh = rejudge.judge(kept, rejudge.under(listed, TODAY, OURS), mended)
    assert "R-PTY-06" in fresh.rules.passed
