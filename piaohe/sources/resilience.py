"""Asking systems that fail: retries, waiting longer each time, leaving alone what stays down.

Clock, sleep and chance are handed in. Where nobody answers, `NotAsked` says so: that is never the
same as an answer that there is nothing.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from models.errors import PiaoheError

T = TypeVar("T")
E = TypeVar("E")


class Transient(Exception):  # noqa: N818 - says what it is, not that it is one
    """A failure that may pass. `after` is how long the other side asks to wait, in seconds; `sent`
    is false where the question never reached it."""

    def __init__(self, why: str, after: float | None = None, *, sent: bool = True) -> None:
        super().__init__(why)
        self.why = why
        self.after = after
        self.sent = sent


class NotAsked(PiaoheError):  # noqa: N818 - reads better at the raise
    """Nobody answered: nothing is known, neither that it is there nor that it is not."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What time and chance are: replaced in tests."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to try an endpoint, the waits between in seconds, and the time for all of it.

    The wait before try n+1 is somewhere between half and all of `first` × 2ⁿ, at most `longest`.
    """

    tries: int = 3
    first: float = 0.5
    longest: float = 20.0
    seconds: float = 60.0

    def wait(self, failed: int, chance: float) -> float:
        """Seconds to wait after `failed` tries; `chance` is from 0 to 1."""
        whole = min(self.longest, self.first * 2.0 ** min(failed - 1, 30))
        return whole * (0.5 + chance / 2)


class Guard(Protocol):
    """Says whether an endpoint may be asked, and is told how it went."""

    def allows(self) -> bool: ...

    def succeeded(self) -> None: ...

    def failed(self) -> None: ...


@dataclass
class Breaker:
    """Leaves an endpoint alone for `rest` seconds after `limit` failures in a row.

    Then one question is let through: its answer closes the breaker, its failure opens it again.
    Safe to share between threads.
    """

    limit: int = 5
    rest: float = 60.0
    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _until: float = 0.0
    _probing: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def allows(self) -> bool:
        """Whether to ask now. A yes while it is half open is given once."""
        with self._lock:
            if self._failures < self.limit:
                return True
            if self.clock() < self._until or self._probing:
                return False
            self._probing = True
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0
            self._probing = False

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._probing = False
            if self._failures >= self.limit:
                self._until = self.clock() + self.rest


@dataclass
class Asker(Generic[E]):
    """Several endpoints that know the same, asked in order until one answers."""

    name: str
    endpoints: Sequence[E]
    patience: Patience = field(default_factory=Patience)
    tools: Tools = field(default_factory=Tools)
    breakers: Sequence[Guard] = ()

    def __post_init__(self) -> None:
        if not self.breakers:
            self.breakers = [Breaker(clock=self.tools.clock) for _ in self.endpoints]

    def ask(self, question: Callable[[E], T]) -> T:
        """The first answer. `question` raises Transient for what may pass; anything else it raises
        is an answer of sorts and comes out at once.

        Raises NotAsked source_unasked with what each endpoint said.
        """
        deadline = self.tools.clock() + self.patience.seconds
        said: list[str] = []
        for place, (endpoint, breaker) in enumerate(
            zip(self.endpoints, self.breakers, strict=True), start=1
        ):
            failed = 0
            while failed < self.patience.tries:
                if not breaker.allows():
                    said.append(f"#{place}: left alone after failures")
                    break
                try:
                    answer = question(endpoint)
                except Transient as problem:
                    breaker.failed()
                    failed += 1
                    said.append(f"#{place}: {problem.why}")
                    if not self._waits(problem, failed, deadline):
                        break
                except BaseException:
                    # it did answer, or we were stopped: no reason to leave it alone
                    breaker.succeeded()
                    raise
                else:
                    breaker.succeeded()
                    return answer
        raise _not_asked(self.name, said)

    def _waits(self, problem: Transient, failed: int, deadline: float) -> bool:
        """Wait before the next try; says no where there is none, or no time for it."""
        if failed >= self.patience.tries:
            return False
        wait = self.patience.wait(failed, self.tools.chance())
        if problem.after is not None:
            wait = max(wait, problem.after)
        if self.tools.clock() + wait >= deadline:
            return False
        self.tools.sleep(wait)
        return True


def _not_asked(name: str, said: Sequence[str]) -> NotAsked:
    why = "; ".join(dict.fromkeys(said))[:300] or "no endpoint"
    return NotAsked(
        "source_unasked",
        f"没有问到 {name}：{why}",
        "这不说明发票不存在；请检查网络，稍后重试",
        message_en=f"{name} could not be asked: {why}",
        hint_en="this does not mean the invoice is not there; check the network, try again later",
        retry=True,
    )
