"""piaohe status: how long the queue is, who works on it, and what was given up."""

import datetime
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from models.record import Record
from piaohe.cli import tables
from piaohe.cli.lines import LineWriter
from piaohe.cli.shell import Shell, now
from piaohe.flow.states import Lane, State
from piaohe.opening import open_store
from piaohe.store import Store
from piaohe.store.queued import Arrival, LaneDepth
from piaohe.store.workers import Worker

_LANES = {Lane.PERSON: ("有人在等", "a person waits"), Lane.BATCH: ("批量", "batch")}
_SHOWN = 10
_REFRESH_SECONDS = 1.0


class Picture(Record):
    """The flow at one moment. Ages are in seconds."""

    at: datetime.datetime
    lanes: tuple[LaneDepth, ...]
    counts: dict[State, int]
    workers: tuple[Worker, ...]
    running: tuple[Arrival, ...]
    dead: tuple[Arrival, ...]


def take(store: Store, at: datetime.datetime) -> Picture:
    """The flow as it is now."""
    with store.reading() as work:
        return Picture(
            at=at,
            lanes=tuple(work.arrivals.lanes()),
            counts=work.arrivals.counts(),
            workers=tuple(work.workers.all()),
            running=tuple(work.arrivals.having([State.RUNNING], 256)),
            dead=tuple(work.arrivals.having([State.DEAD], _SHOWN)),
        )


def status(shell: Shell, home: Path | None, *, live: bool, as_json: bool) -> int:
    """Print the flow once, or keep it on the screen until Ctrl-C."""
    with open_store(shell.settings(home)) as store:
        if live and not as_json:
            _watch(shell, lambda: take(store, now()))
            return 0
        picture = take(store, now())
    if as_json:
        with LineWriter() as writer:
            writer.write(_json(picture))
    else:
        shell.out.print(_drawn(shell, picture))
    return 0


def _watch(shell: Shell, look: Callable[[], Picture]) -> None:
    with Live(_drawn(shell, look()), console=shell.out, auto_refresh=False) as screen:
        while True:
            time.sleep(_REFRESH_SECONDS)
            screen.update(_drawn(shell, look()), refresh=True)


def _json(picture: Picture) -> dict[str, object]:
    return {
        "at": picture.at.isoformat(),
        "lanes": [
            {
                "lane": lane.lane.name.lower(),
                "waiting": lane.waiting,
                "retrying": lane.retrying,
                "running": lane.running,
                "oldest_seconds": _age(lane.oldest, picture.at),
            }
            for lane in picture.lanes
        ],
        "states": {state.value: count for state, count in picture.counts.items()},
        "workers": [worker.model_dump(mode="json") for worker in picture.workers],
        "dead": [arrival.model_dump(mode="json") for arrival in picture.dead],
    }


def _age(then: datetime.datetime | None, at: datetime.datetime) -> float | None:
    # a clock that was set back makes nothing younger than new
    return None if then is None else max(0.0, round((at - then).total_seconds(), 1))


def _drawn(shell: Shell, picture: Picture) -> RenderableType:
    parts: list[RenderableType] = [_lanes(shell, picture), _workers(shell, picture)]
    finished = [
        f"{state.value} {picture.counts[state]}"
        for state in State
        if picture.counts[state] and state not in (State.WAITING, State.RUNNING, State.RETRYING)
    ]
    parts.append(Text("  ".join(finished)))
    if picture.dead:
        parts += [Text(""), _dead(shell, picture)]
    return Group(*parts)


def _lanes(shell: Shell, picture: Picture) -> RenderableType:
    heads = [
        ("队列", "Queue"),
        ("等待", "Waiting"),
        ("待重试", "Retrying"),
        ("处理中", "Running"),
        ("最久已等（秒）", "Oldest (s)"),
    ]
    table = tables.make(shell, heads, right=(1, 2, 3, 4))
    for lane in picture.lanes:
        age = _age(lane.oldest, picture.at)
        table.add_row(
            shell.say(*_LANES[lane.lane]),
            str(lane.waiting),
            str(lane.retrying),
            str(lane.running),
            "—" if age is None else f"{age:.0f}",
        )
    return table


def _workers(shell: Shell, picture: Picture) -> RenderableType:
    if not picture.workers:
        return Text(shell.say("没有 worker 在运行", "no worker is running"), "yellow")
    doing = {arrival.worker: arrival for arrival in picture.running}
    heads = [("主机", "Host"), ("工位", "Slot"), ("进程", "Process"), ("正在处理", "Working on")]
    table = tables.make(shell, heads, right=(1, 2))
    for worker in picture.workers:
        arrival = doing.get(worker.id)
        name = Text(f"#{arrival.id} {arrival.name}" if arrival else "—")
        table.add_row(worker.host, str(worker.slot), str(worker.pid), name)
    return table


def _dead(shell: Shell, picture: Picture) -> RenderableType:
    heads = [("编号", "No."), ("无法处理的文件", "Given up"), ("原因", "Why")]
    table = tables.make(shell, heads, right=(0,))
    for arrival in picture.dead:
        error = arrival.error
        why = shell.say(error.message, error.message_en) if error else ""
        table.add_row(str(arrival.id), Text(arrival.name), Text(why))
    return table
