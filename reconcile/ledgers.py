"""What a ledger holds as a whole: which period, which kinds, and whether it can be trusted."""

import calendar
import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from models.identifiers import form_from_code
from models.ledger import Coverage, Ledger
from reconcile.facts import EntryFacts

SUSPECT = frozenset(
    {"no_entries", "file_cut_off", "truncated", "incomplete", "half_rows", "fewer_rows"}
)
"""Problems of a ledger (`LedgerProblem.code`) after which an absence may be the file's doing."""
_VAT_WORDS = ("增值税", "数电", "专用", "专票", "普票")


class About(NamedTuple):
    """A source: its layout, what it covers, how many entries it has, whether it holds only what
    the tax platform issues or only what can be credited, and what makes it suspect."""

    source: str
    layout: str = "plain"
    coverage: Coverage = Coverage()
    rows: int = 0
    only_vat: bool = False
    suspect: tuple[str, ...] = ()

    @property
    def only_deductible(self) -> bool:
        """Whether it is the list of invoices whose tax may be credited."""
        return self.layout == "etax_deduction"

    @property
    def is_bureau(self) -> bool:
        """Whether it is an export of the tax bureau, which knows its own forms and no others."""
        return self.layout.startswith("etax")


def about_ledger(ledger: Ledger, entries: Sequence[EntryFacts]) -> About:
    """What can be said of a ledger as a whole; `entries` are the facts of its entries, its own are
    not looked at."""
    codes = {problem.code for problem in ledger.problems}
    suspect = tuple(sorted(codes & SUSPECT)) or (() if entries else ("no_entries",))
    is_bureau = ledger.layout.startswith("etax")
    return About(
        source=ledger.source,
        layout=ledger.layout,
        coverage=_period(ledger, derived="coverage_derived" in codes, is_whole=not suspect),
        rows=len(entries),
        only_vat=is_bureau or _only_vat(entries),
        suspect=suspect,
    )


def about_rows(source: str, entries: Sequence[EntryFacts]) -> About:
    """What can be said of a source of which only entries are known: its period is open."""
    return About(source, rows=len(entries), only_vat=_only_vat(entries))


def _period(ledger: Ledger, *, derived: bool, is_whole: bool) -> Coverage:
    """What a ledger covers. Where that was only derived from its entries, whole months count:
    no entry on the last days of a month does not say that the export ended before. The dates in
    a file that is not whole say nothing of its period."""
    coverage = ledger.coverage
    if not derived or coverage.first is None or coverage.last is None:
        return coverage
    if not is_whole:
        return coverage.model_copy(update={"first": None, "last": None})
    _, days = calendar.monthrange(coverage.last.year, coverage.last.month)
    return coverage.model_copy(
        update={"first": coverage.first.replace(day=1), "last": coverage.last.replace(day=days)}
    )


def covers(period: Coverage, date: datetime.date) -> bool:
    """Whether a date may lie in the period; an unknown end is open."""
    after_start = period.first is None or period.first <= date
    return after_start and (period.last is None or date <= period.last)


def period_shown(period: Coverage) -> str:
    return f"{period.first or ''}..{period.last or ''}"


def _only_vat(entries: Iterable[EntryFacts]) -> bool:
    """Whether a list holds only what the tax platform issues, so that other kinds say nothing."""
    empty = True
    for entry in entries:
        if not _is_vat(entry):
            return False
        empty = False
    return not empty


def _is_vat(entry: EntryFacts) -> bool:
    if entry.kind and any(word in entry.kind for word in _VAT_WORDS):
        return True
    if entry.damaged or entry.long:
        return True
    form = form_from_code(entry.code) if entry.code else None
    return form is not None and form.is_tax_control
