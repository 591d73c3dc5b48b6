"""A period summed up."""

import datetime
from decimal import Decimal

import pytest

from models.invoice import Invoice
from models.ledger import Coverage, LedgerEntry
from models.match import Absence, MatchState
from reconcile import Completeness, Figures, Keyed, completeness, match
from tests.support.matching import DAY, NUMBER, PAPER, entry, invoice, ledger, options

JANUARY = Coverage(first=datetime.date(2026, 1, 1), last=datetime.date(2026, 1, 31))


def summed(invoices: list[Invoice], entries: list[LedgerEntry], **more: object) -> Completeness:
    keyed = [Keyed(key=f"f{place}", invoice=each) for place, each in enumerate(invoices)]
    ledgers = [ledger(*entries)]
    verdicts = match(keyed, ledgers, options())
    return completeness(keyed, ledgers, JANUARY, verdicts, **more)  # type: ignore[arg-type]


def paper(number: int, **more: object) -> Invoice:
    return invoice(**PAPER | {"number": f"{number:08d}"} | more)


def test_counts_and_sums_by_state_cause_and_reason():
    found = summed(
        [invoice(), invoice(number="26447000005555555555", total=Decimal(7), amount=None)],
        [entry(), entry(row=3, number="26117000009999999999", total=Decimal(50), amount=None)],
    )
    assert {state: tally.count for state, tally in found.by_state.items()} == {
        MatchState.EXACT: 1,
        MatchState.MISSING: 1,
    }
    assert found.by_cause[""].total == Decimal("7")
    assert found.by_reason[Absence.NEVER_HANDED_IN].total == Decimal(50)
    figures = found.figures
    assert (figures.invoices.count, figures.invoices.total) == (2, Decimal("1067.00"))
    assert (figures.entries.count, figures.exact.count, figures.open.count) == (2, 1, 1)
    assert figures.share_exact == pytest.approx(50)
    assert Figures().share_exact is None


def test_the_largest_open_sums_come_first_and_no_more_than_ten():
    many = [paper(n * 100, total=Decimal(n), amount=None, tax=None) for n in range(1, 15)]
    found = summed(many, [entry()])
    assert len(found.top) == 10
    assert [line.total for line in found.top[:3]] == [Decimal(1060), Decimal(14), Decimal(13)]
    assert found.top[1].why == "missing"


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [
        ((1, 2, 4), [("00000003", "00000003", 1)]),
        ((1, 2, 3, 7, 8), [("00000004", "00000006", 3)]),
        ((1, 3), []),
        ((1, 2, 3, 50), []),
        ((1, 1, 2, 3), []),
    ],
)
def test_gaps_in_the_numbers_of_one_seller(numbers, gaps):
    found = summed([paper(number) for number in numbers], [])
    assert [(gap.first, gap.last, gap.count) for gap in found.gaps] == gaps
    assert found.figures.gaps == sum(count for _, _, count in gaps)


def test_a_number_the_ledger_has_is_no_gap():
    booked = entry(**PAPER | {"number": "00000003"})
    assert summed([paper(1), paper(2), paper(4)], [booked]).gaps == ()


def test_gaps_are_within_one_seller_and_one_code():
    others = [paper(1), paper(2), paper(4, code="4400194131"), paper(5, seller_name="别家")]
    assert summed(others, []).gaps == ()


def test_what_lies_at_the_edges_in_time():
    last = datetime.date(2026, 1, 30)
    before = datetime.date(2025, 12, 20)
    found = summed(
        [
            invoice(date=last),
            invoice(number="26447000005555555555", date=before, total=Decimal(3), amount=None),
            invoice(number="26447000006666666666", date=before, total=Decimal(4), amount=None),
            paper(9, date=DAY),
        ],
        [
            entry(number="26447000005555555555", date=before, total=Decimal(3), amount=None),
            entry(row=3, **PAPER | {"number": "00000009"}),
        ],
        arrived={"f3": datetime.date(2026, 2, 9)},
        before=Figures(late=7),
    )
    assert [line.key for line in found.cut_off] == ["f0"]
    assert [line.key for line in found.late] == ["f1", "f3"]
    assert [line.key for line in found.outside] == ["f2"]
    assert found.figures.late == 2
    assert found.before is not None
    assert found.before.late == 7


def test_nothing_and_absurd_money():
    empty = completeness([], [], Coverage())
    assert (empty.by_state, empty.top, empty.figures) == ({}, (), Figures())
    odd = summed([invoice(total=Decimal("1e999"), amount=None, number=NUMBER)], [])
    assert (odd.figures.invoices.count, odd.figures.invoices.total) == (1, Decimal("0.00"))
