"""reconcile.match: the cause of what is missing on either side (domain.md 6.4)."""

import datetime
from decimal import Decimal

import pytest

from models.finding import Finding, Severity
from models.forms import Form
from models.invoice import Extra
from models.ledger import Coverage, Ledger, LedgerProblem, LedgerStatus
from models.match import MatchState, Side
from reconcile import Keyed, match
from tests.support.matching import (
    DAY,
    FILLER,
    NOW,
    NUMBER,
    OTHER,
    OWN,
    entry,
    invoice,
    ledger,
    options,
    run,
)

FRESH = datetime.date(2026, 6, 29)
CRC_BAD = Extra(qr_crc="mismatch")
QR_FINDING = Finding(
    rule="R-QR-05", severity=Severity.REJECT, field="amount", message="不符", message_en="differs"
)


@pytest.mark.parametrize(
    ("ours", "given", "cause"),
    [
        ({}, {}, None),
        ({"number": None}, {}, None),
        ({"date": FRESH}, {}, "N1"),
        ({"date": datetime.date(2026, 6, 28)}, {}, None),
        ({"date": datetime.date(2026, 7, 2)}, {}, None),
        ({"date": FRESH, "extra": CRC_BAD}, {}, "N1"),
        ({"extra": CRC_BAD}, {}, None),
        ({"findings": (QR_FINDING,)}, {}, "N14"),
        ({"findings": (QR_FINDING,), "extra": CRC_BAD}, {}, "N14"),
        ({}, {"coverage": Coverage(first=datetime.date(2026, 2, 1))}, "N6"),
        ({}, {"coverage": Coverage(last=datetime.date(2026, 1, 1))}, "N6"),
        ({}, {"coverage": Coverage(first=DAY, last=DAY)}, None),
        ({}, {"entities": (OWN,)}, None),
        ({"buyer_tax_id": OTHER}, {"entities": (OWN,)}, "N7"),
        ({"buyer_tax_id": OTHER}, {"coverage": Coverage(entity_tax_id=OWN)}, "N7"),
        ({"buyer_tax_id": OTHER, "seller_tax_id": OWN}, {"entities": (OWN,)}, "N7"),
        ({"buyer_tax_id": OWN[:-1] + "7"}, {"entities": (OWN, OTHER)}, "N8"),
        ({"buyer_tax_id": None}, {"entities": (OWN,)}, None),
        ({"form": Form.TAXI}, {}, "N13"),
        ({"form": Form.RAIL_PAPER, "date": FRESH}, {}, "N13"),
    ],
)
def test_cause_of_a_missing_invoice(ours, given, cause: str | None):
    found = run([invoice(**ours)], [entry(**FILLER)], options(**given))
    assert (found[0].state, found[0].cause) == (MatchState.MISSING, cause)
    assert found[0].message
    assert found[0].message_en
    assert found[0].action
    assert (found[0].retry_after is not None) == (cause == "N1")
    assert (found[1].side, found[1].state) == (Side.LEDGER, MatchState.MISSING)


def test_retry_is_a_day_later():
    (found, _) = run([invoice(date=FRESH)], [entry(**FILLER)])
    assert found.retry_after == NOW + datetime.timedelta(hours=24)


@pytest.mark.parametrize(
    ("day", "cause"), [("2026-02-28", None), ("2026-03-01", "N6"), ("2026-01-31", "N6")]
)
def test_derived_coverage_counts_in_whole_months(day: str, cause: str | None):
    period = Coverage(first=datetime.date(2026, 2, 3), last=datetime.date(2026, 2, 20))
    note = LedgerProblem(code="coverage_derived", message="推定", message_en="derived")
    known = ledger(entry(**FILLER), coverage=period, problems=(note,))
    ours = [Keyed(key="f0", invoice=invoice(date=datetime.date.fromisoformat(day)))]
    assert match(ours, [known], options())[0].cause == cause
    stated = known.model_copy(update={"problems": ()})
    assert match(ours, [stated], options())[0].cause == "N6"


def test_plain_ledger_that_holds_other_kinds_does_not_explain_a_missing_taxi_ticket():
    ours = [Keyed(key="f0", invoice=invoice(form=Form.TAXI, number="55512345"))]
    mixed = ledger(entry(**FILLER | {"number": "55500001"}), layout="plain")
    only_vat = ledger(entry(**FILLER), layout="plain")
    assert match(ours, [mixed], options())[0].cause is None
    assert match(ours, [only_vat], options())[0].cause == "N13"


@pytest.mark.parametrize("ledgers", [[], [ledger()]])
def test_empty_ledger_is_the_cause_of_everything_missing(ledgers: list[Ledger]):
    (found,) = match([Keyed(key="a", invoice=invoice())], ledgers, options())
    assert (found.state, found.cause) == (MatchState.MISSING, "N17")


@pytest.mark.parametrize("damaged", ["2.64470E+19", "2.64470000012435E+19", "26447000001243494000"])
def test_damaged_number_is_suggested_by_its_prefix_and_the_money(damaged: str):
    lost = {"number": None, "damaged_number": damaged}
    found = run([invoice()], [entry(**lost)])
    assert [(m.state, m.cause) for m in found] == [(MatchState.SUGGESTED, "N18")]
    assert found[0].candidates[0].differences == {"number": (NUMBER, damaged)}


@pytest.mark.parametrize(
    "against",
    [{"total": Decimal(9), "amount": None}, {"seller_tax_id": OTHER}, {"date": FRESH}],
)
def test_damaged_number_with_other_values_is_not_suggested(against: dict[str, object]):
    lost = {"number": None, "damaged_number": "2.64470E+19"} | against
    found = run([invoice()], [entry(**lost)])
    assert MatchState.SUGGESTED not in {m.state for m in found}
    assert MatchState.EXACT not in {m.state for m in found}


def test_damaged_entry_without_an_invoice_says_so():
    (found,) = run([], [entry(number=None, damaged_number="2.64470E+19")])
    assert (found.side, found.state, found.cause) == (Side.LEDGER, MatchState.MISSING, "N18")


@pytest.mark.parametrize(
    ("status", "cause"),
    [(LedgerStatus.NORMAL, None), (LedgerStatus.VOID, "N10"), (LedgerStatus.RED_FULL, "N9")],
)
def test_entry_without_an_invoice(status: LedgerStatus, cause: str | None):
    (found,) = run([], [entry(status=status)])
    assert (found.side, found.state, found.cause) == (Side.LEDGER, MatchState.MISSING, cause)
    assert found.evidence["number"] == NUMBER
