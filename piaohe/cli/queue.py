"""piaohe queue list, retry, cancel: what waits, what was given up, and what to do about it."""

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from models.errors import UsageError
from piaohe.cli import tables
from piaohe.cli.lines import LineWriter
from piaohe.cli.shell import Shell
from piaohe.clock import CHINA
from piaohe.flow.states import QUEUED, RETRIABLE, State
from piaohe.opening import open_store
from piaohe.store.queued import Arrival

_STYLE = {
    State.RUNNING: "cyan",
    State.ACCEPTED: "green",
    State.REVIEW: "yellow",
    State.REJECTED: "red",
    State.UNREADABLE: "red",
    State.DEAD: "bold red",
}
_LIMIT = 1000


def list_arrivals(shell: Shell, names: Sequence[str], home: Path | None, *, as_json: bool) -> int:
    """Print arrivals in these states; without any, those that wait, run or were given up."""
    wanted = _states(names) or [*QUEUED, State.RUNNING, State.DEAD]
    with open_store(shell.settings(home)) as store, store.reading() as work:
        found = work.arrivals.having(wanted, _LIMIT)
        batches = work.batches.names([each.sha256 for each in found if not each.batch])
        # a folder's name goes before a sheet's: it was given for this very file
        found = [
            each.model_copy(update={"batch": each.batch or batches.get(each.sha256, "")})
            for each in found
        ]
    if as_json:
        with LineWriter() as writer:
            for arrival in found:
                writer.write(arrival.model_dump(mode="json"))
        return 0
    heads = [
        ("编号", "No."),
        ("状态", "State"),
        ("文件", "File"),
        ("提交人", "Owner"),
        ("批次", "Batch"),
        ("收到", "Received"),
        ("步骤", "Step"),
        ("次数", "Tries"),
        ("原因", "Why"),
    ]
    table = tables.make(shell, heads, right=(0, 7))
    for arrival in found:
        table.add_row(*_row(arrival, shell.lang))
    shell.out.print(table)
    if len(found) == _LIMIT:
        shell.tell(f"只列出前 {_LIMIT} 份", f"only the first {_LIMIT} are listed")
    return 0


def retry(shell: Shell, ids: Sequence[int], home: Path | None, *, every: bool) -> int:
    """Try dead, unreadable or cancelled arrivals again, from the step that failed."""
    with open_store(shell.settings(home)) as store, store.unit_of_work() as work:
        chosen = [each.id for each in work.arrivals.having([State.DEAD], _LIMIT)] if every else ids
        refused = [each for each in chosen if work.arrivals.requeue(each) is None]
    done = len(chosen) - len(refused)
    shell.tell(f"{done} 份重新排队", f"{done} put into the queue again")
    return _tell_refused(shell, refused, sorted(state.value for state in RETRIABLE))


def cancel(shell: Shell, ids: Sequence[int], home: Path | None) -> int:
    """Take arrivals out of the queue. What is being read is not kept."""
    with open_store(shell.settings(home)) as store, store.unit_of_work() as work:
        refused = [each for each in ids if work.arrivals.cancel(each) is None]
    shell.tell(f"取消了 {len(ids) - len(refused)} 份", f"{len(ids) - len(refused)} cancelled")
    return _tell_refused(shell, refused, ["waiting", "retrying", "running", "dead"])


def _tell_refused(shell: Shell, refused: Sequence[int], fitting: Sequence[str]) -> int:
    states = ", ".join(fitting)
    for each in refused:
        shell.tell(
            f"#{each}：没有这份文件，或其状态不是 {states}",
            f"#{each}: there is none, or it is in none of these states: {states}",
        )
    return 1 if refused else 0


def _states(names: Sequence[str]) -> list[State]:
    try:
        return [State(name) for name in names]
    except ValueError as error:
        fitting = ", ".join(state.value for state in State)
        raise UsageError(
            "bad_option",
            f"没有这种状态：{error}",
            f"可以是：{fitting}",
            message_en=f"no such state: {error}",
            hint_en=f"write one of {fitting}",
        ) from error


def _row(arrival: Arrival, lang: str) -> list[str | Text]:
    error = arrival.error
    why = (error.message_en if lang == "en" else error.message) if error else ""
    return [
        str(arrival.id),
        Text(arrival.state.value, _STYLE.get(arrival.state, "")),
        Text(arrival.name),
        Text(arrival.owner),
        Text(arrival.batch),
        f"{arrival.received_at.astimezone(CHINA):%m-%d %H:%M:%S}",
        arrival.step.value if arrival.step else "",
        str(arrival.attempts),
        Text(why),
    ]
