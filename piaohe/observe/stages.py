"""How long the stages take: added up in each process, and in the database now and then, so that
whoever is asked for metrics knows the times of all of them."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from piaohe.store import Store, Work

BOUNDS = (0.005, 0.02, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Upper ends of the buckets in seconds; one without end comes after them."""
OVER, TOTAL = "inf", "ms"
PREFIX = "stage."


class Stages:
    """Times of one process. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, Counter[str]] = {}

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Count how long what is inside takes, whether it goes well or not."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.add(stage, time.monotonic() - start)

    def add(self, stage: str, seconds: float) -> None:
        bound = next((f"{each:g}" for each in BOUNDS if seconds <= each), OVER)
        with self._lock:
            counts = self._counts.setdefault(stage, Counter())
            counts[bound] += 1
            counts[TOTAL] += round(seconds * 1000)

    def flush(self, store: Store) -> None:
        """Add what was counted to the database's. Raises StoreError; then nothing is lost."""
        with self._lock:
            counts, self._counts = self._counts, {}
        if not counts:
            return
        try:
            with store.unit_of_work() as work:
                _add(work, counts)
        except BaseException:
            with self._lock:
                for stage, kept in counts.items():
                    self._counts.setdefault(stage, Counter()).update(kept)
            raise


def _add(work: Work, counts: dict[str, Counter[str]]) -> None:
    for stage, times in sorted(counts.items()):
        work.tallies.add(f"{PREFIX}{stage}", times)


stages = Stages()
"""Those of this process."""
