"""Breakers that all processes share: what one found to be down, the others leave alone too."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from piaohe.sources.resilience import Guard
from piaohe.store import Store


@dataclass(frozen=True, slots=True)
class SharedBreaker:
    """A breaker in the database, for one endpoint of a source. As `Breaker`; after `rest` seconds
    one question in as many is let through. A process that dies over it holds nobody up longer."""

    store: Store
    source: str
    url: str
    now: Callable[[], datetime.datetime]
    limit: int = 5
    rest: float = 60.0

    def allows(self) -> bool:
        now, until = self._spell()
        with self.store.reading() as work:
            if work.breakers.failures(self.source, self.url) < self.limit:
                return True
        with self.store.unit_of_work() as work:
            return work.breakers.probe(self.source, self.url, now, until)

    def succeeded(self) -> None:
        with self.store.reading() as work:
            if not work.breakers.failures(self.source, self.url):
                return
        with self.store.unit_of_work() as work:
            work.breakers.succeeded(self.source, self.url)

    def failed(self) -> None:
        _, until = self._spell()
        with self.store.unit_of_work() as work:
            work.breakers.failed(self.source, self.url, until)

    def _spell(self) -> tuple[datetime.datetime, datetime.datetime]:
        now = self.now()
        return now, now + datetime.timedelta(seconds=self.rest)


def guards(
    store: Store, source: str, now: Callable[[], datetime.datetime]
) -> Callable[[str], Guard]:
    """Gives the shared breaker of each address of a source."""
    return partial(_guard, store, source, now)


def _guard(store: Store, source: str, now: Callable[[], datetime.datetime], url: str) -> Guard:
    return SharedBreaker(store, source, url, now)
