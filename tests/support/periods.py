"""Periods to report on in tests, built from what `tests.support.matching` invents."""

import datetime
from collections.abc import Sequence

from models.invoice import Invoice
from models.ledger import Ledger, LedgerEntry
from models.match import Side
from piaohe.report.period import Handed, PeriodReport, period_report
from piaohe.report.spans import Span
from reconcile import Figures, Keyed, match
from tests.support.matching import DAY, NOW, ledger, options

JANUARY = Span.month(2026, 1)


def report(
    invoices: Sequence[Invoice],
    entries: Sequence[LedgerEntry] | None = (),
    *,
    span: Span = JANUARY,
    arrived: Sequence[datetime.date] = (),
    before: Figures | None = None,
) -> PeriodReport:
    """A period's report; `entries` None is no ledger, `arrived` defaults to DAY for each."""
    ledgers: list[Ledger] = [] if entries is None else [ledger(*entries)]
    keyed = [Keyed(key=f"f{at}", invoice=each) for at, each in enumerate(invoices)]
    verdicts = match(keyed, ledgers, options()) if ledgers else []
    ours = {one.key: one for one in verdicts if one.side is Side.INVOICE}
    days = [*arrived, *[DAY] * (len(invoices) - len(arrived))]
    return period_report(
        span,
        [
            Handed(one.key, one.invoice, f"{one.key}.pdf", day, ours.get(one.key))
            for one, day in zip(keyed, days, strict=True)
        ],
        ledgers,
        [one for one in verdicts if one.side is Side.LEDGER],
        before=before,
        made_at=NOW,
    )
