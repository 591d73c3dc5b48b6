"""How long a search may take."""

import time
from collections.abc import Callable


class Budget:
    """So many seconds from now; `clock` gives the time in seconds, that of this thread's work if
    nothing else is said."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.thread_time) -> None:
        self._clock = clock
        self._end = clock() + seconds

    @property
    def over(self) -> bool:
        return self._clock() >= self._end
