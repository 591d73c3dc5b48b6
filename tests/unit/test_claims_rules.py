"""What a claim tells the rules: the same by every way, and forgotten when the claim is gone."""

import dataclasses
import datetime
from decimal import Decimal

import pytest

import validate
from models.claim import Claim, Trip, Use
from models.invoice import Invoice
from piaohe import pipeline
from piaohe.claims import facts
from piaohe.claims.counter import PAST
from piaohe.judging import rejudge
from piaohe.judging.sightings import Sighting, Sightings
from piaohe.store.claims import Paper, Sheet, Stage, Stated
from piaohe.web.words import WORDS
from validate.engine import case_of, judge
from validate.examples import build, digital
from validate.policy import Limit
from validate.registry import Given, Rule
from validate.rules.claims import OF_CLAIM

NOW = datetime.datetime(2026, 9, 21, 2, tzinfo=datetime.UTC)
TODAY = NOW.date()
TRIP = Trip(
    cities=("上海",), first=datetime.date(2026, 1, 5), last=datetime.date(2026, 1, 6), nights=1
)
FULL = Claim(
    grade="总监",
    category="HOTEL",
    use=Use.WELFARE,
    date=datetime.date(2027, 1, 1),
    trip=TRIP,
    paid=Decimal(1),
    deduct=True,
    attachments=("清单",),
    rides=(Decimal(3),),
)


@pytest.mark.parametrize("rule", validate.rules(), ids=lambda rule: rule.id)
def test_every_rule_that_looks_at_the_claim_is_known_as_such(rule: Rule) -> None:
    if rule.id in OF_CLAIM:
        return
    assert Given.CLAIM not in rule.spec.needs
    for example in (rule.spec.fails, rule.spec.passes):
        invoice, context = build(example)
        told = []
        for claim in (None, FULL):
            case = case_of(invoice, dataclasses.replace(context, claim=claim))
            told.append((rule.spec.applies(case), judge(rule, case)))
        assert told[0] == told[1]


def test_every_stage_use_and_deed_has_its_words() -> None:
    asked = {f"stage.{stage}" for stage in Stage} | {f"use.{use}" for use in Use}
    asked |= {f"audit.{what}" for what in PAST.values()}
    assert asked <= set(WORDS)


def test_rules_of_the_claim_are_rules() -> None:
    assert {rule.id for rule in validate.rules()} >= OF_CLAIM


def sheet(**stated: object) -> Sheet:
    return Sheet(
        id=1,
        person_id=1,
        stage=Stage.SUBMITTED,
        version=3,
        made_at=NOW,
        submitted_at=datetime.datetime(2026, 9, 20, 17, tzinfo=datetime.UTC),
        stated=Stated.model_validate(stated),
    )


PAPER = Paper(sha256="0" * 64, category="MEAL", paid=Decimal("5.00"), deduct=True)


def test_facts_are_what_was_stated_and_nothing_else() -> None:
    told = facts(sheet(purpose="会议", category="HOTEL", trip=TRIP), PAPER, ("王某", ("水单",), 1))
    assert told == Claim(
        submitter="王某",
        category="MEAL",
        purpose="会议",
        # the day in China
        date=datetime.date(2026, 9, 21),
        trip=TRIP,
        paid=Decimal("5.00"),
        deduct=True,
        attachments=("水单",),
    )
    assert facts(sheet(), PAPER, ("", (), 2)).paid is None
    dollars = PAPER.model_copy(update={"currency": "USD"})
    assert facts(sheet(), dollars, ("", (), 1)).paid is None


def found(invoice: Invoice) -> dict[str, str]:
    return {finding.rule: finding.message for finding in invoice.findings}


def test_a_claim_is_judged_as_the_command_line_judges_one() -> None:
    """`piaohe check` with the claim in the line, and a claim that the invoice is put into."""
    invoice, context = build(digital(category="OFFICE"))
    policy = validate.Policy(limits=(Limit(category="MEAL", amount=Decimal(100)),))
    context = dataclasses.replace(context, policy=policy, seen=None)
    told = facts(sheet(trip=TRIP), PAPER, ("王某", (), 1))
    with_claim = dataclasses.replace(context, claim=told)
    typed = pipeline.check(invoice, with_claim, Sighting("line 1", 0, "#1"), Sightings())
    kept = pipeline.check(invoice, context, Sighting("line 1", 0, "#1"), Sightings())
    again = rejudge.again(kept, with_claim, OF_CLAIM)
    assert found(again) == found(typed)
    assert {"R-POL-01", "R-POL-03", "R-POL-04", "R-POL-07"} <= set(found(again))
    assert set(again.rules.passed) == set(typed.rules.passed)
    # a correction, a ledger: the claim is not handed in again, and still counts
    later = rejudge.again(again, context)
    assert (found(later), set(later.rules.passed)) == (found(again), set(again.rules.passed))
    assert later.rules.evaluated == again.rules.evaluated
    without = rejudge.again(again, context, OF_CLAIM)
    assert (found(without), set(without.rules.passed)) == (found(kept), set(kept.rules.passed))
    assert {entry.rule for entry in without.rules.not_evaluated} == {
        entry.rule for entry in kept.rules.not_evaluated
    }
