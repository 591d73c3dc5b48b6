"""The index for finding made anew, in portions, while others go on reading and writing."""

from collections.abc import Callable

from piaohe.store import Store

_PORTION = 500
"""Documents in one unit of work: others who write wait for no more than these."""


def reindex(store: Store, told: Callable[[int, int], object] | None = None) -> int:
    """Make the index anew from what is kept; gives how many invoices are in it.

    Meanwhile lists, filters and the queue are complete, and searches find what is in already. A
    run that was cut short is begun again. `told` is called with how many documents are done and
    how many there are. Raises StoreError.
    """
    with store.unit_of_work() as work:
        documents = work.search.empty()
    count = 0
    for first in range(0, len(documents), _PORTION):
        portion = [name.hex() for name in documents[first : first + _PORTION]]
        with store.unit_of_work() as work:
            count += work.search.renew(portion)
        if told is not None:
            told(first + len(portion), len(documents))
    with store.unit_of_work() as work:
        work.search.sweep()
    return count
