"""Matching what is kept with the ledgers that are kept: a document when it comes, and all that
new ledgers change when nothing else is to be done."""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.store.arrivals import MATCHING

if TYPE_CHECKING:
    import reconcile
    import validate
    from piaohe.matching.shelf import Shelf


class Matching:
    """One for each process: it holds the ledgers' entries, ready to be looked up."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime.datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._held: Shelf | None = None

    def document(self, store: Store, sha256: str, context: "validate.Context") -> bool:
        """Match a document's invoices and what they touch; gives whether there are ledgers.

        Where verdicts do not rest on the ledgers in use, they are put down for `catch_up`: that
        may take long, and the document does not wait for it. Raises StoreError.
        """
        with store.reading() as work:
            if not work.ledgers.snapshots():
                return False
        # a worker without ledgers does not pay for it
        from piaohe.matching.incremental import match_new
        from piaohe.matching.shelf import in_use, rested_on

        with store.reading() as work:
            books = in_use(work)
            rests = work.matches.rests_on() == rested_on(books)
        if rests:
            match_new(store, sha256, self._options(), context, self._shelf())
        else:
            with store.unit_of_work() as work:
                work.arrivals.want(MATCHING)
        return bool(books)

    def is_behind(self, store: Store) -> bool:
        """Whether there is something for `catch_up`."""
        with store.reading() as work:
            wanted, done = work.arrivals.wanted(MATCHING)
        return wanted > done

    def catch_up(self, store: Store, context: "validate.Context") -> bool:
        """Match all that the ledgers in use change; gives whether there was anything to do.

        Two workers may do it at once; they come to the same result. Raises StoreError.
        """
        from piaohe.matching.incremental import match_snapshot

        with store.reading() as work:
            wanted, done = work.arrivals.wanted(MATCHING)
        if wanted == done:
            return False
        match_snapshot(store, self._options(), context, self._shelf())
        with store.unit_of_work() as work:
            work.arrivals.done(MATCHING, wanted)
        return True

    def _shelf(self) -> "Shelf":
        from piaohe.matching.shelf import Shelf

        if self._held is None:
            self._held = Shelf()
        return self._held

    def _options(self) -> "reconcile.Options":
        import reconcile

        return reconcile.Options(
            now=self._clock(),
            entities=tuple(company.tax_id for company in self._settings.entities),
            lag=datetime.timedelta(hours=self._settings.policy.upload_lag_hours),
        )
