"""piaohe watch: folders from which documents are taken in."""

import contextlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import StoreError, UsageError
from piaohe.cli.shell import Shell
from piaohe.cli.worker import with_signals
from piaohe.clock import now
from piaohe.flow.arrival import Door
from piaohe.flow.folders import LEVELS, Folder, refuse_overlaps
from piaohe.opening import open_for_work
from piaohe.settings import Settings
from piaohe.store import Store

_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `watch`."""

    folders: Sequence[Path]
    levels: str = ",".join(LEVELS)
    once: bool = False
    home: Path | None = None


def watch(shell: Shell, wanted: Wanted) -> int:
    """Watch until told to stop. Gives the exit code."""
    settings = shell.settings(wanted.home)
    roots = refuse_overlaps(wanted.folders, settings.home)
    levels = _levels(wanted.levels)
    stopping, woken = threading.Event(), threading.Event()
    with open_for_work(settings) as store:
        folders = [_folder(root, shell, settings, store, levels) for root in roots]
        for root in roots:
            shell.tell(f"监视 {root}", f"watching {root}")
        threading.Thread(target=_wake, args=(roots, woken, stopping), daemon=True).start()
        with_signals(
            shell, stopping, lambda: _scan(shell, folders, settings, (woken, stopping), wanted.once)
        )
    return 0


def _scan(
    shell: Shell,
    folders: Sequence[Folder],
    settings: Settings,
    events: tuple[threading.Event, threading.Event],
    once: bool,
) -> None:
    """Look whenever something happened, soon again while something is under way, and now and then
    in any case: network folders tell nobody what happens in them."""
    woken, stopping = events
    while not stopping.is_set():
        busy = True
        try:
            # every folder, also when the first has work
            left = [folder.scan() for folder in folders]
            busy = any(left)
        except StoreError as error:
            if not error.record.retry:
                raise
            shell.complain(error.record)
        if once and not busy:
            return
        end = time.monotonic() + (_PAUSE_SECONDS if busy else settings.flow.rescan_seconds)
        while time.monotonic() < end and not woken.is_set() and not stopping.is_set():
            stopping.wait(0.1)
        woken.clear()


def _folder(
    root: Path, shell: Shell, settings: Settings, store: Store, levels: Sequence[str]
) -> Folder:
    return Folder(
        root=root,
        door=Door(store, now, settings.flow.queue_limit),
        tell=shell.tell,
        clock=time.monotonic,
        settle_seconds=settings.flow.settle_seconds,
        max_bytes=settings.limits.max_file_mib * 1024 * 1024,
        levels=levels,
    )


def _wake(roots: Sequence[Path], woken: threading.Event, stopping: threading.Event) -> None:
    """Say when something happens in the folders, where the system tells; else rescans must do."""
    from watchfiles import watch as changes

    # a folder that is gone ends it: from then on it is looked at from time to time
    with contextlib.suppress(Exception):
        for _ in changes(*roots, stop_event=stopping, raise_interrupt=False):
            woken.set()


def _levels(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if len(set(names)) < len(names) or not set(names) <= {*LEVELS, "-"}:
        raise UsageError(
            "bad_option",
            f"--levels 的值不对：{text}",
            "用逗号连接 batch、owner、department，各至多一次，例如 department,owner",
            message_en=f"--levels cannot be {text}",
            hint_en="join batch, owner and department by commas, each at most once",
        )
    return names
