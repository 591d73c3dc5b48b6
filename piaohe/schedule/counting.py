"""Counts what happened, from the audit, so that nobody who looks has to count documents."""

import datetime
from collections import Counter, defaultdict

from piaohe.schedule.chore import Hands
from piaohe.store import What, Work
from piaohe.store.chores import Facts
from piaohe.store.signs import Sign

DECIDED, GIVEN_UP, UNREADABLE = "decided", "given_up", "unreadable"
FINDINGS, INVOICES = "findings", "invoices"
MATCHES_NOW, DOCUMENTS_NOW, INVOICES_NOW = "matches_now", "documents_now", "invoices_now"
CORRECTED = "corrected"
CORRECTED_LABELS = ("recent", "recent_of", "before", "before_of")

_PORTION = 2000
_MOST = 100_000
"""Events of one run; a long history is counted over several."""
_SETTLED = datetime.timedelta(seconds=30)
"""On PostgreSQL an event may get its number before, and be seen after, one with a higher one."""


def census(hands: Hands) -> Facts:
    """Add up what happened since the last run, and look how everything stands."""
    mark, counted = int(hands.mark or 0), 0
    while counted < _MOST:
        with hands.store.reading() as work:
            signs = work.signs.after(mark, _PORTION)
            settled = _settled(signs, hands.now())
            counts = _counts(work, settled)
        if not settled:
            break
        mark, counted = settled[-1].id, counted + len(settled)
        with hands.store.unit_of_work() as work:
            hands.remember(work, str(mark))
            for name, labels in counts.items():
                work.tallies.add(name, labels)
    _look(hands)
    return {"events": counted}


def _settled(signs: list[Sign], now: datetime.datetime) -> list[Sign]:
    """Those before the first that is too young; one of a clock that was ahead is not."""
    for index, sign in enumerate(signs):
        if now - _SETTLED < sign.at <= now:
            return signs[:index]
    return signs


def _counts(work: Work, signs: list[Sign]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for sign in signs:
        details = sign.details
        match sign.what:
            case What.DOCUMENT_DECIDED:
                found[DECIDED][str(details.get("state"))] += 1
            case What.DOCUMENT_GIVEN_UP:
                found[GIVEN_UP][str(details.get("error"))] += 1
            case What.DOCUMENT_KEPT | What.DOCUMENT_REPLACED if details.get("error"):
                found[UNREADABLE][str(details.get("error"))] += 1
            case What.INVOICE_KEPT:
                found[INVOICES][str(details.get("status"))] += 1
    kept = [sign.subject for sign in signs if sign.what == What.INVOICE_KEPT]
    found[FINDINGS] = work.signs.findings(kept)
    return found


def _look(hands: Hands) -> None:
    with hands.store.reading() as work:
        last = hands.settings.alerts.drift_last
        corrected = dict(zip(CORRECTED_LABELS, work.signs.corrected(last), strict=True))
        now = {
            MATCHES_NOW: work.signs.matches(),
            DOCUMENTS_NOW: work.signs.documents(),
            INVOICES_NOW: work.signs.invoices(),
            CORRECTED: corrected,
        }
    with hands.store.unit_of_work() as work:
        for name, values in now.items():
            work.tallies.put(name, values)
