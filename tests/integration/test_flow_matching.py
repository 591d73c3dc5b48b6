"""Documents in the flow are matched with the ledgers in use, on both databases."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from models.ledger import Coverage
from models.match import MatchState, Side
from piaohe.flow.arrival import Door
from piaohe.flow.matching import Matching
from piaohe.flow.states import State
from piaohe.flow.steps import KNOWN, Means, Steps
from piaohe.settings import Settings
from piaohe.store import Import, Store
from piaohe.store.queued import Slip
from tests.support import flow
from tests.support.matching import entry, ledger
from tests.support.originals import BUYER, NUMBER, SELLER

NOW = flow.NOW
BOUGHT: dict[str, Any] = {
    "date": datetime.date(2026, 3, 15),
    "amount": Decimal("10000.00"),
    "tax": Decimal("600.00"),
    "total": Decimal("10600.00"),
    "buyer_name": BUYER[0],
    "buyer_tax_id": BUYER[1],
    "seller_name": SELLER[0],
    "seller_tax_id": SELLER[1],
}


def number(at: int) -> str:
    return str(int(NUMBER) + at)


def keep_ledger(store: Store, hour: int, *numbers: str) -> None:
    entries = [entry(row, number=one, **BOUGHT) for row, one in enumerate(numbers, 2)]
    march = Coverage(first=datetime.date(2026, 3, 1), last=datetime.date(2026, 3, 31))
    sha256, at = f"{hour:064x}", NOW.replace(hour=hour)
    with store.unit_of_work() as work:
        work.ledgers.add_stream(ledger(coverage=march), entries, sha256, at)
        work.imports.add(Import(source="tax.xlsx", sha256=sha256, imported_at=at, coverage=march))


def carry(store: Store, matching: Matching, at: int) -> bool:
    """A document's way through the steps; gives whether there were ledgers."""
    Door(store, lambda: NOW, 100).accept(flow.invoice(at), Slip(name=f"{at}.xml"))
    with store.unit_of_work(shared=True) as work:
        arrival = work.arrivals.claim("w", NOW)
    assert arrival is not None
    steps = Steps(store, arrival, flow.tools(), lambda: NOW, Means(matching=matching))
    read = steps.read()
    assert read != KNOWN
    steps.keep(read)
    matched = steps.match()
    assert State(steps.notify(steps.decide())) in State
    return matched


def states(store: Store, *at: int) -> list[MatchState | None]:
    with store.reading() as work:
        verdicts = work.matches.of(Side.INVOICE, [number(each) for each in at])
    return [verdicts[number(each)].state if number(each) in verdicts else None for each in at]


def test_new_documents_are_matched_and_new_ledgers_caught_up_with(
    store: Store, tmp_path: Path
) -> None:
    matching = Matching(Settings(home=tmp_path), lambda: NOW)
    context = flow.tools().context
    assert not carry(store, matching, 0)
    assert not matching.is_behind(store)
    keep_ledger(store, 1, number(0), number(1))
    # nothing rests on these ledgers yet: that is put down, and done when there is time
    assert carry(store, matching, 1)
    assert states(store, 0, 1) == [None, None]
    assert matching.is_behind(store)
    assert matching.catch_up(store, context)
    assert not matching.catch_up(store, context)
    assert states(store, 0, 1) == [MatchState.EXACT, MatchState.EXACT]
    # from now on each is matched as it comes
    assert carry(store, matching, 2)
    assert not matching.is_behind(store)
    assert states(store, 2) == [MatchState.MISSING]
    keep_ledger(store, 2, number(0), number(1), number(2))
    assert carry(store, matching, 3)
    assert matching.is_behind(store)
    assert matching.catch_up(store, context)
    assert states(store, 1, 2, 3) == [MatchState.EXACT, MatchState.EXACT, MatchState.MISSING]
