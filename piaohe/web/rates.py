"""How often a program may ask: a bucket of requests for each API token, filled as time goes by.

In memory, so each process counts for itself.
"""

import hashlib
import threading
import time
from collections.abc import Callable

_MOST_KEPT = 10_000


class Rates:
    """`take` gives 0.0, or after how many seconds there is room again."""

    def __init__(self, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._now = monotonic
        self._lock = threading.Lock()
        self._buckets: dict[bytes, tuple[float, float]] = {}

    def take(self, token: str) -> float:
        """One request of whoever has this token."""
        key = hashlib.sha256(token.encode("utf-8", "backslashreplace")).digest()
        now, speed = self._now(), self.per_minute / 60
        with self._lock:
            left, since = self._buckets.pop(key, (float(self.per_minute), now))
            left = min(float(self.per_minute), left + (now - since) * speed)
            taken = left >= 1
            # at the end again: the one used longest ago is the first to be forgotten
            self._buckets[key] = (left - 1 if taken else left, now)
            if len(self._buckets) > _MOST_KEPT:
                del self._buckets[next(iter(self._buckets))]
        return 0.0 if taken else (1 - left) / speed
