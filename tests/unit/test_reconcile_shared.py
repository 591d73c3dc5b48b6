"""Several invoices booked in one line of a journal: each has no money, all together have."""

from decimal import Decimal

import pytest

from models.match import Match, MatchState
from piaohe.sources import read_ledger
from reconcile import Keyed, match
from tests.support.ledgers import xlsx
from tests.support.matching import NUMBER, entry, invoice, options, run

SECOND, THIRD = "26447000001243491111", "26447000001243492222"
LINE = {"amount": None, "tax": None, "total": None, "shared_line": "s!7"}
OURS = [invoice(), invoice(number=SECOND, amount=None, tax=None, total=Decimal("40.00"))]


def found(booked: str, *numbers: str) -> list[Match]:
    line = LINE | {"shared_total": Decimal(booked)}
    rows = [entry(row, number=number, **line) for row, number in enumerate(numbers, start=2)]
    return run(OURS, rows)[: len(OURS)]


def test_a_sum_that_agrees_confirms_each() -> None:
    verdicts = found("1100.00", NUMBER, SECOND)
    assert [each.state for each in verdicts] == [MatchState.EXACT] * 2
    assert [each.evidence.get("together_with") for each in verdicts] == ["f1", "f0"]
    assert all("not_compared" not in each.evidence for each in verdicts)


def test_a_sum_that_differs_is_a_mismatch_of_each() -> None:
    for verdict in found("1101.00", NUMBER, SECOND):
        assert verdict.state is MatchState.MISMATCH
        assert verdict.candidates[0].differences["total"] == ("1100.00", "1101.00")
        assert "1101.00" in verdict.message


def test_a_sum_of_which_a_part_is_not_there_decides_nothing() -> None:
    for verdict in found("1300.00", NUMBER, SECOND, THIRD):
        assert verdict.state is MatchState.EXACT
        assert verdict.evidence["booked_together"] == "1300.00"
        assert verdict.evidence["not_compared"] == "total"


@pytest.mark.parametrize(("tax", "booked"), [(None, "1040.00"), (60, "1100.00")])
def test_a_journal_keeps_the_sum_of_a_line_that_names_several(tax: int | None, booked: str) -> None:
    headings = ["voucher_no", "posting_date", "summary", "subject_name", "debit", "credit"]
    rows = [["记-1", "2026-01-31", f"两张 {NUMBER}、{SECOND}", "管理费用", 1040, None]]
    if tax:
        rows.append(["记-1", "2026-01-31", "进项", "应交税费-进项税额", tax, None])
    rows.append(["记-1", "2026-01-31", "付款", "银行存款", None, 1040 + (tax or 0)])
    ledger = read_ledger(xlsx({"s": [headings, *rows]}), "gl.xlsx")
    assert {(each.shared_line, each.shared_total) for each in ledger.entries} == {
        ("s!2", Decimal(booked))
    }
    keyed = [Keyed(key=f"f{at}", invoice=each) for at, each in enumerate(OURS)]
    verdicts = match(keyed, [ledger], options())
    wanted = MatchState.EXACT if tax else MatchState.MISMATCH
    assert [each.state for each in verdicts] == [wanted] * 2
