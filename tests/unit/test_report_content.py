"""What the numbers of a report count."""

from decimal import Decimal

import pytest

from models.document import ReadStatus
from models.finding import Status
from models.match import MatchState
from piaohe.report import Item, Tally, urgency
from tests.support import reports


def test_summary_counts_each_invoice_once_on_each_scale() -> None:
    summary = reports.report().summary
    assert (summary.documents, summary.known, summary.failed) == (4, 1, 1)
    assert summary.invoices == Tally(2, Decimal("213.00"))
    assert summary.accepted == Tally(1, Decimal("106.00"))
    assert summary.rejected == Tally(1, Decimal("107.00"))
    assert summary.review == Tally(0, Decimal("0.00"))
    assert summary.matched == Tally(1, Decimal("106.00"))
    assert summary.different == Tally(1, Decimal("107.00"))
    assert summary.missing.count == 0
    assert summary.unclaimed == Tally(1, Decimal("5.50"))


@pytest.mark.parametrize(
    ("status", "state", "expected"),
    [
        (Status.REJECTED, MatchState.EXACT, 0),
        (Status.ACCEPTED, MatchState.MISSING, 1),
        (Status.REVIEW, MatchState.SUGGESTED, 1),
        (Status.REVIEW, MatchState.EXACT, 2),
        (Status.REVIEW, None, 2),
        (Status.ACCEPTED, MatchState.EXACT, 3),
    ],
)
def test_what_needs_a_person_comes_first(
    status: Status, state: MatchState | None, expected: int
) -> None:
    matches = (reports.match(state) if state else None,)
    item = Item(reports.document(reports.invoice(status=status)), matches)
    assert urgency(item) == expected


def test_a_file_that_was_partly_read_is_urgent() -> None:
    partial = reports.document(reports.invoice(), status=ReadStatus.PARTIAL)
    assert urgency(Item(partial)) == 0
