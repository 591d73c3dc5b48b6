"""Every rule that looks at the invoice alone finds its fault in invoices it was not written for."""

from random import Random

import pytest

import validate
from benchmarks.planters import PLANTERS, Plot
from benchmarks.planters.clean import DRAWN_SO, Drawn, draw
from models.finding import Severity
from validate.engine import case_of

RULES = {rule.id: rule for rule in validate.rules()}
EACH = 3


@pytest.fixture(scope="module")
def clean() -> list[Drawn]:
    """Eight invoices of every kind."""
    return draw((), 0, seed=31)


@pytest.mark.parametrize("rule_id", PLANTERS)
def test_a_planted_fault_is_found(rule_id: str, clean: list[Drawn]) -> None:
    rng = Random(rule_id)
    planted = 0
    for one in rng.sample(clean, len(clean)):
        if rule_id in {finding.rule for finding in one.judged.findings}:
            continue
        made = PLANTERS[rule_id](Plot(one.invoice, one.context, rng))
        if made is None or not RULES[rule_id].concerns(case_of(*made)):
            continue
        said = {finding.rule for finding in validate.check(*made).findings}
        assert rule_id in said, (one.truth.kind, one.truth.seed)
        planted += 1
        if planted == EACH:
            break
    assert planted == EACH


def test_clean_invoices_are_not_rejected(clean: list[Drawn]) -> None:
    alarms = [
        (finding.rule, finding.message)
        for one in clean
        for finding in one.judged.findings
        if finding.severity is Severity.REJECT
        and not (finding.rule in DRAWN_SO and DRAWN_SO[finding.rule](one.truth))
    ]
    assert not alarms


def test_clean_invoices_are_seldom_warned_of(clean: list[Drawn]) -> None:
    warned = [
        finding
        for one in clean
        for finding in one.judged.findings
        if finding.severity is Severity.WARN
        and not (finding.rule in DRAWN_SO and DRAWN_SO[finding.rule](one.truth))
    ]
    assert len(warned) < 0.02 * len(clean)
