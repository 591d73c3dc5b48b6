"""piaohe chores list and run: what is done by the clock."""

from pathlib import Path
from typing import Annotated

import typer

from piaohe.cli.shell import Shell
from piaohe.cli.typed import Home, Json, go

chores_app = typer.Typer(no_args_is_help=True, help="定时任务 · What is done by the clock")


@chores_app.command("list")
def chores_list(context: typer.Context, home: Home = None, json: Json = False) -> None:
    """列出定时任务和上次的结果。 List the chores and how they went."""

    def work(shell: Shell) -> int:
        return show(shell, home, as_json=json)

    go(context, work)


@chores_app.command("run")
def chores_run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="任务的名字 · The chore's name.")],
    home: Home = None,
    json: Json = False,
) -> None:
    """立即执行一个定时任务。 Do one of them now."""

    def work(shell: Shell) -> int:
        return run(shell, name, home, as_json=json)

    go(context, work)


def show(shell: Shell, home: Path | None, *, as_json: bool) -> int:
    """Print every chore that was ever planned."""
    from piaohe.cli.lines import LineWriter
    from piaohe.cli.status import chores_table
    from piaohe.clock import now
    from piaohe.observe import picture
    from piaohe.opening import open_store

    settings = shell.settings(home)
    with open_store(settings) as store:
        taken = picture.take(store, settings, now())
    if as_json:
        with LineWriter() as writer:
            for chore in taken.chores:
                writer.write(chore.model_dump(mode="json", exclude={"mark"}))
    elif taken.chores:
        shell.out.print(chores_table(shell, taken))
    else:
        shell.tell(
            "还没有执行过定时任务；piaohe serve 或 worker 运行时才会执行",
            "none was done yet: they are done while piaohe serve or worker runs",
        )
    return 0


def run(shell: Shell, name: str, home: Path | None, *, as_json: bool) -> int:
    """Do a chore; exit code 1 where it failed. Raises UsageError no_chore, chore_busy."""
    from models.errors import UsageError
    from piaohe.cli.lines import LineWriter
    from piaohe.clock import now
    from piaohe.opening import open_store
    from piaohe.schedule.runner import Chores
    from piaohe.settings.sections import CHORES

    if name not in CHORES:
        known = ", ".join(CHORES)
        raise UsageError(
            "no_chore",
            f"没有名为 {name} 的定时任务",
            f"可以是：{known}",
            message_en=f"there is no chore {name}",
            hint_en=f"write one of {known}",
        )
    settings = shell.settings(home)
    with open_store(settings) as store:
        done = Chores(store, settings, now).run(name)
    if done is None:
        raise UsageError(
            "chore_busy",
            f"另一个进程正在执行 {name}",
            "请等它做完；用 piaohe chores list 查看",
            message_en=f"another process is at {name}",
            hint_en="wait until it is done; piaohe chores list shows it",
        )
    if as_json:
        with LineWriter() as writer:
            writer.write(done.model_dump(mode="json"))
    else:
        facts = " ".join(f"{key}={value}" for key, value in done.facts.items())
        shell.tell(f"{name}：{done.error or facts}", f"{name}: {done.error or facts}")
    return 1 if done.error else 0
