"""Figures of periods in the store, and the report that keeps and compares them."""

import datetime
from decimal import Decimal

import pytest

from models.errors import UsageError
from models.ledger import Coverage, Ledger
from piaohe.cli.report import period_of, span_of
from piaohe.report.answer import answer
from piaohe.report.spans import Span
from piaohe.settings import load_settings
from piaohe.store.periods import KeptFigures
from reconcile import Figures
from reconcile.period import Tally
from tests.support.matching import entry, invoice

TODAY = datetime.date(2026, 11, 22)
OTHER = "26447000005555555555"


def test_the_newest_figures_of_a_period_are_kept(store, now) -> None:
    january, february = Span.month(2026, 1), Span.month(2026, 2)
    for count in (1, 2):
        figures = Figures(open=Tally(count=count, total=Decimal("10.05")), gaps=count)
        given = KeptFigures(
            first=january.first,
            last=january.last,
            made_at=now + datetime.timedelta(hours=count),
            figures=figures,
        )
        with store.unit_of_work() as work:
            work.periods.keep(given)
    with store.reading() as work:
        assert work.periods.of(january.first, january.last) == given
        assert work.periods.of(february.first, february.last) is None


def test_the_report_takes_what_is_kept(store, keep, now, tmp_path) -> None:
    keep("a", invoice(), file="/in/a.pdf", at=now)
    # the same invoice handed in again, and one the ledger has not
    keep("b", invoice(), file="/in/b.pdf", at=now)
    keep("c", invoice(number=OTHER, total=Decimal("7.00"), amount=None, tax=None), at=now)
    book = Ledger(
        source="tax.xlsx",
        layout="etax_invoices",
        entries=(entry(), entry(row=3, number="26117000009999999999", seller_name="无关测试公司")),
        coverage=Coverage(first=datetime.date(2026, 1, 1), last=datetime.date(2026, 3, 31)),
    )
    with store.unit_of_work() as work:
        work.ledgers.add(book, "0" * 64, now)
    settings = load_settings(tmp_path / "home")
    found = period_of(store, settings, Span.month(2026, 1))
    figures = found.figures
    assert (figures.invoices.count, figures.exact.count, figures.open.count) == (3, 1, 2)
    assert figures.unclaimed.count == 1
    assert figures.late == 3
    assert found.before is None
    # whoever asks again gets the same
    assert period_of(store, settings, Span.month(2026, 1)).summed == found.summed
    assert "台账" in answer(found).zh


def test_without_a_ledger_nothing_is_said_to_be_missing(store, keep, now, tmp_path) -> None:
    keep("a", invoice(), at=now)
    keep("b", invoice(), at=now)
    found = period_of(store, load_settings(tmp_path / "home"), Span.month(2026, 1))
    assert found.figures.invoices.count == 2
    assert (found.open, found.without) == ({}, ())


@pytest.mark.parametrize(
    ("text", "label"),
    [(None, "2026-11"), ("2026-10", "2026-10"), ("2026-10-01..2026-10-31", "2026-10")],
)
def test_a_period_as_typed(text: str | None, label: str) -> None:
    assert span_of(text, TODAY).label == label


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-10-01", "2026-10-01..", "2026-10-31..2026-10-01", "昨天"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        span_of(text, TODAY)
    assert caught.value.record.code == "bad_option"
