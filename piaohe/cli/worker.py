"""piaohe worker: carries what arrives, until it is told to stop."""

import contextlib
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from piaohe.cli.shell import Shell
from piaohe.clock import now
from piaohe.flow.supervisor import Supervisor, standard_slots
from piaohe.observe.logs import configure
from piaohe.opening import open_for_work
from piaohe.schedule.runner import Chores
from piaohe.settings import Settings
from piaohe.store import Store


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `worker`."""

    slots: int | None = None
    drain: bool = False
    home: Path | None = None


def worker(shell: Shell, wanted: Wanted) -> int:
    """Run slots. Gives the exit code; raises what keeps every slot from working."""
    settings = shell.settings(wanted.home)
    slots = wanted.slots or settings.flow.slots or standard_slots()
    stopping = threading.Event()
    configure(settings.observe, "worker")
    with open_for_work(settings) as store, _chores(store, settings, drain=wanted.drain):
        shell.tell(
            f"{slots} 个工位开始处理，Ctrl-C 停止", f"{slots} slots carry documents; Ctrl-C stops"
        )
        supervisor = Supervisor(store, settings, slots, shell.tell, now, stopping=stopping)
        with_signals(shell, stopping, lambda: supervisor.run(drain=wanted.drain))
    return 0


def _chores(
    store: Store, settings: Settings, *, drain: bool
) -> contextlib.AbstractContextManager[object]:
    """What is done by the clock; whoever only empties the queue leaves it to others."""
    return contextlib.nullcontext() if drain else Chores(store, settings, now)


def with_signals(shell: Shell, stopping: threading.Event, work: Callable[[], None]) -> None:
    """Do the work; a first Ctrl-C or SIGTERM lets it end in order, a second one at once."""

    def stop(*_: object) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()
        shell.tell(
            "正在停止：手上的文件处理完就结束", "stopping when the documents at hand are done"
        )

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        work()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
