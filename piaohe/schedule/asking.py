"""Chores that ask the outside again: ledgers, the check platform, and matching anew."""

from models.errors import LedgerError
from models.invoice import Invoice
from piaohe.schedule.chore import Hands
from piaohe.sources.configured import PortalSource, Sources
from piaohe.sources.desks import desk_of
from piaohe.sources.importing import Asked, import_source
from piaohe.sources.portal import CheckDesk, PortalRequest, request_of
from piaohe.store import Work
from piaohe.store.arrivals import MATCHING
from piaohe.store.chores import Facts
from piaohe.store.invoices import invoice_id

_MOST = 500
"""Invoices asked about in one run: they share a quota and a slow platform."""


def pull(hands: Hands) -> Facts:
    """Import every configured source. One that fails does not keep the others from it.

    Raises the first LedgerError when all were tried.
    """
    sources = Sources(hands.settings.home)
    counts = {"good": 0, "suspect": 0}
    failed: list[LedgerError] = []
    for name in sources.tables():
        try:
            if isinstance(sources.get(name), PortalSource):
                continue
            taken = import_source(hands.store, sources, name, Asked(hands.now()))
        except LedgerError as error:
            failed.append(error)
            continue
        counts["good" if taken.in_use else "suspect"] += 1
    if failed:
        raise failed[0]
    return dict(counts)


def rematch(hands: Hands) -> Facts:
    """Put everything down for matching where a snapshot came or was accepted since."""
    with hands.store.reading() as work:
        newest = work.signs.newest_snapshot()
    if newest == hands.mark:
        return {"wanted": 0}
    with hands.store.unit_of_work() as work:
        hands.remember(work, newest)
        work.arrivals.want(MATCHING)
    return {"wanted": 1}


def ask_again(hands: Hands) -> Facts:
    """Ask about the invoices whose verdict says when to: the check platforms that are enabled,
    by their own rules, and matching once more, for which time has gone by."""
    with hands.store.reading() as work:
        keys = work.signs.worth_asking(hands.now(), _MOST)
        invoices = [_invoice(work, key) for key in keys]
    if not keys:
        return {"due": 0, "asked": 0}
    requests = [request_of(invoice) for invoice in invoices if invoice]
    askable = [each for each in requests if isinstance(each, PortalRequest)]
    asked = sum(desk.ask(each).sent for desk in _desks(hands) for each in askable)
    with hands.store.unit_of_work() as work:
        work.arrivals.want(MATCHING)
    return {"due": len(keys), "asked": asked}


def _invoice(work: Work, key: str) -> Invoice | None:
    """The first that was handed in with this key."""
    hits = work.invoices.find_key(key)
    return work.invoices.get(invoice_id(hits[0].document_sha256, hits[0].index)) if hits else None


def _desks(hands: Hands) -> list[CheckDesk]:
    sources = Sources(hands.settings.home)
    found = []
    for name in sources.tables():
        source = sources.get(name)
        if isinstance(source, PortalSource) and source.enabled:
            found.append(desk_of(hands.store, sources, name, hands.now))
    return found
