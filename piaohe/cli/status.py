"""piaohe status: how long the queue is, who works on it, what was given up, what needs somebody."""

import datetime
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from models.record import Record
from piaohe.cli import tables
from piaohe.cli.lines import LineWriter
from piaohe.cli.shell import Shell
from piaohe.clock import CHINA, now
from piaohe.flow.states import Lane, State
from piaohe.observe import picture
from piaohe.observe.codes import anchor, said
from piaohe.observe.picture import Picture
from piaohe.opening import open_store
from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.store.batches import Batch
from piaohe.store.queued import Arrival

_LANES = {Lane.PERSON: ("有人在等", "a person waits"), Lane.BATCH: ("批量", "batch")}
_SHOWN = 10
_BATCHES = 5
_REFRESH_SECONDS = 1.0


class Size(Record):
    """A batch, and how many documents are in it by now."""

    batch: Batch
    documents: int


class Scene(Record):
    """The flow at one moment: the picture, what became of arrivals, and some of them; the batches
    begun last."""

    picture: Picture
    counts: dict[State, int]
    running: tuple[Arrival, ...]
    dead: tuple[Arrival, ...]
    batches: tuple[Size, ...]


def take(store: Store, settings: Settings, at: datetime.datetime) -> Scene:
    """The flow as it is now."""
    taken = picture.take(store, settings, at)
    with store.reading() as work:
        return Scene(
            picture=taken,
            counts=work.arrivals.counts(),
            running=tuple(work.arrivals.having([State.RUNNING], 256)),
            dead=tuple(work.arrivals.having([State.DEAD], _SHOWN)),
            batches=tuple(
                Size(batch=batch, documents=work.batches.count(batch.id))
                for batch in work.batches.all(limit=_BATCHES)
            ),
        )


def status(shell: Shell, home: Path | None, *, live: bool, as_json: bool) -> int:
    """Print the flow once, or keep it on the screen until Ctrl-C."""
    settings = shell.settings(home)
    with open_store(settings) as store:
        if live and not as_json:
            _watch(shell, lambda: take(store, settings, now()))
            return 0
        scene = take(store, settings, now())
    if as_json:
        with LineWriter() as writer:
            writer.write(_json(scene))
    else:
        shell.out.print(_drawn(shell, scene))
    return 0


def _watch(shell: Shell, look: Callable[[], Scene]) -> None:
    with Live(_drawn(shell, look()), console=shell.out, auto_refresh=False) as screen:
        while True:
            time.sleep(_REFRESH_SECONDS)
            screen.update(_drawn(shell, look()), refresh=True)


def _json(scene: Scene) -> dict[str, object]:
    seen = scene.picture
    return {
        "at": seen.at.isoformat(),
        "lanes": [
            {
                "lane": lane.lane.name.lower(),
                "waiting": lane.waiting,
                "retrying": lane.retrying,
                "running": lane.running,
                "oldest_seconds": _age(seen, lane.oldest),
            }
            for lane in seen.lanes
        ],
        "states": {state.value: count for state, count in scene.counts.items()},
        "workers": [worker.model_dump(mode="json") for worker in seen.workers],
        "dead": [arrival.model_dump(mode="json") for arrival in scene.dead],
        "batches": [
            each.batch.model_dump(mode="json") | {"documents": each.documents}
            for each in scene.batches
        ],
        "alerts": [alert.model_dump(mode="json") for alert in seen.alerts],
        "sources": [
            {
                "source": source.name,
                "age_seconds": _age(seen, source.used_at),
                "suspect": source.suspect,
            }
            for source in seen.sources
        ],
        "chores": [chore.model_dump(mode="json", exclude={"mark"}) for chore in seen.chores],
        "damaged": seen.damaged,
        "disk_free_bytes": seen.disks,
        "backup_age_seconds": _age(seen, seen.backup_at),
    }


def _age(seen: Picture, then: datetime.datetime | None) -> float | None:
    age = seen.age(then)
    return None if age is None else round(age, 1)


def _drawn(shell: Shell, scene: Scene) -> RenderableType:
    seen = scene.picture
    parts: list[RenderableType] = [_alerts(shell, seen)] if seen.alerts else []
    parts += [_lanes(shell, seen), _workers(shell, scene)]
    finished = [
        f"{state.value} {scene.counts[state]}"
        for state in State
        if scene.counts[state] and state not in (State.WAITING, State.RUNNING, State.RETRYING)
    ]
    parts.append(Text("  ".join(finished)))
    if scene.dead:
        parts += [Text(""), _dead(shell, scene)]
    if scene.batches:
        parts += [Text(""), _batches(shell, scene)]
    if seen.sources:
        parts += [Text(""), _sources(shell, seen)]
    if seen.chores:
        parts += [Text(""), chores_table(shell, seen)]
    return Group(*parts)


def _alerts(shell: Shell, seen: Picture) -> RenderableType:
    heads = [("告警", "Alert"), ("自", "Since"), ("怎么办", "What to do")]
    table = tables.make(shell, heads)
    for alert in seen.alerts:
        text = shell.say(*said(alert.code, alert.subject, alert.facts, raised=True))
        since = f"{alert.since.astimezone(CHINA):%m-%d %H:%M}"
        table.add_row(Text(text, "bold red"), since, anchor(alert.code))
    return table


def _lanes(shell: Shell, seen: Picture) -> RenderableType:
    heads = [
        ("队列", "Queue"),
        ("等待", "Waiting"),
        ("待重试", "Retrying"),
        ("处理中", "Running"),
        ("最久已等（秒）", "Oldest (s)"),
    ]
    table = tables.make(shell, heads, right=(1, 2, 3, 4))
    for lane in seen.lanes:
        age = seen.age(lane.oldest)
        table.add_row(
            shell.say(*_LANES[lane.lane]),
            str(lane.waiting),
            str(lane.retrying),
            str(lane.running),
            "—" if age is None else f"{age:.0f}",
        )
    return table


def _workers(shell: Shell, scene: Scene) -> RenderableType:
    if not scene.picture.workers:
        return Text(shell.say("没有 worker 在运行", "no worker is running"), "yellow")
    doing = {arrival.worker: arrival for arrival in scene.running}
    heads = [("主机", "Host"), ("工位", "Slot"), ("进程", "Process"), ("正在处理", "Working on")]
    table = tables.make(shell, heads, right=(1, 2))
    for worker in scene.picture.workers:
        arrival = doing.get(worker.id)
        name = Text(f"#{arrival.id} {arrival.name}" if arrival else "—")
        table.add_row(worker.host, str(worker.slot), str(worker.pid), name)
    return table


def _dead(shell: Shell, scene: Scene) -> RenderableType:
    heads = [("编号", "No."), ("无法处理的文件", "Given up"), ("原因", "Why")]
    table = tables.make(shell, heads, right=(0,))
    for arrival in scene.dead:
        error = arrival.error
        why = shell.say(error.message, error.message_en) if error else ""
        table.add_row(str(arrival.id), Text(arrival.name), Text(why))
    return table


def _batches(shell: Shell, scene: Scene) -> RenderableType:
    heads = [("批次", "Batch"), ("经办人", "Owner"), ("份数", "Documents"), ("开始", "Begun")]
    table = tables.make(shell, heads, right=(2,))
    for each in scene.batches:
        batch = each.batch
        begun = _time(batch.started_at)
        table.add_row(Text(batch.name), Text(batch.owner), str(each.documents), begun)
    return table


def _sources(shell: Shell, seen: Picture) -> RenderableType:
    heads = [("数据源", "Source"), ("在用快照（小时前）", "In use (h old)"), ("最近一次", "Last")]
    table = tables.make(shell, heads, right=(1,))
    for source in seen.sources:
        age = seen.age(source.used_at)
        last = Text(shell.say("可疑", "suspect"), "red") if source.suspect else Text("ok", "green")
        table.add_row(Text(source.name), "—" if age is None else f"{age / 3600:.1f}", last)
    return table


def chores_table(shell: Shell, seen: Picture) -> Table:
    """The chores: when they ran, how it went, and when they are due."""
    heads = [
        ("定时任务", "Chore"),
        ("上次成功", "Went well"),
        ("下次", "Next"),
        ("结果", "Result"),
    ]
    table = tables.make(shell, heads)
    for chore in seen.chores:
        facts = " ".join(f"{name}={value}" for name, value in chore.facts.items())
        result = Text(chore.error, "red") if chore.error else Text(facts)
        table.add_row(chore.name, _time(chore.succeeded_at), _time(chore.due_at), result)
    return table


def _time(at: datetime.datetime | None) -> str:
    return "—" if at is None else f"{at.astimezone(CHINA):%m-%d %H:%M}"
