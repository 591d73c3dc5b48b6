"""Matching what is kept with the ledgers that are kept, once for many documents."""

import reconcile
import validate
from piaohe.matching import books_in_use, match_kept
from piaohe.store import Store
from piaohe.store.arrivals import MATCHING


def behind(store: Store) -> int:
    """How many documents were put down for matching since it was done last."""
    with store.reading() as work:
        wanted, done = work.arrivals.wanted(MATCHING)
    return wanted - done


def catch_up(store: Store, options: reconcile.Options, context: validate.Context) -> bool:
    """Match everything kept; gives whether there was anything to do. Raises StoreError.

    Everything, because one invoice more changes what the others and the ledgers' entries are
    accounted for by. Two workers may do it at once; they come to the same result.
    """
    with store.reading() as work:
        wanted, done = work.arrivals.wanted(MATCHING)
        if wanted == done:
            return False
        books = books_in_use(work)
    match_kept(store, books, options, context)
    with store.unit_of_work() as work:
        work.arrivals.done(MATCHING, wanted)
    return True
