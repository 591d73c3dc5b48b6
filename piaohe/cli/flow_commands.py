"""piaohe watch, worker, status and queue …, as typed. What each does is in the module of its
name, imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from piaohe.cli.chores import chores_app
from piaohe.cli.shell import Shell
from piaohe.cli.typed import Home, Json, go

queue_app = typer.Typer(no_args_is_help=True, help="处理队列 · The queue of documents")

Ids = Annotated[
    list[int] | None, typer.Argument(metavar="NO...", help="编号 · Their numbers.", min=1)
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program's."""
    app.command()(watch)
    app.command()(worker)
    app.command()(status)
    app.command("batch-sheet")(batch_sheet)
    app.add_typer(queue_app, name="queue")
    app.add_typer(chores_app, name="chores")


def watch(
    context: typer.Context,
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="FOLDER...", help="收件文件夹 · Folders.", readable=False),
    ],
    levels: Annotated[
        str,
        typer.Option(
            metavar="A,B,C",
            help="各级子文件夹名的含义 · What names of sub-folders mean, from the top.",
        ),
    ] = "batch,owner,department",
    once: Annotated[
        bool, typer.Option("--once", help="收完现有文件即结束 · Stop when all is taken in.")
    ] = False,
    home: Home = None,
) -> None:
    """监视文件夹，收到的文件自动排队处理。 Watch folders and take in what is put there."""

    def work(shell: Shell) -> int:
        from piaohe.cli.watch import Wanted
        from piaohe.cli.watch import watch as watch_folders

        return watch_folders(shell, Wanted(tuple(folders), levels, once, home))

    go(context, work)


def batch_sheet(
    context: typer.Context,
    name: Annotated[str, typer.Option(metavar="NAME", help="批次名称 · The name of the batch.")],
    out: Annotated[
        Path,
        typer.Option(metavar="FILE", help="PDF 文件 · The PDF to write.", readable=False),
    ] = Path("sheets.pdf"),
    owner: Annotated[str, typer.Option(metavar="NAME", help="提交人 · Whose it is.")] = "",
    department: Annotated[str, typer.Option(metavar="NAME", help="部门 · The department.")] = "",
    count: Annotated[int, typer.Option(min=1, max=200, help="几张 · How many sheets.")] = 1,
) -> None:
    """生成批次页：放在一批票据之前一起扫描。 Draw sheets to lay before the papers of a batch."""

    def work(shell: Shell) -> int:
        from piaohe.cli.batches import Wanted
        from piaohe.cli.batches import batch_sheet as draw

        return draw(shell, Wanted(name, out, owner, department, count))

    go(context, work)


def worker(
    context: typer.Context,
    slots: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=256,
            help="同时处理几份，默认核数的一半 · Documents at once; default half the cores.",
        ),
    ] = None,
    drain: Annotated[
        bool, typer.Option("--drain", help="队列处理完即结束 · Stop when the queue is empty.")
    ] = False,
    home: Home = None,
) -> None:
    """处理队列中的文件。 Carry the documents of the queue."""

    def work(shell: Shell) -> int:
        from piaohe.cli.worker import Wanted
        from piaohe.cli.worker import worker as run_worker

        return run_worker(shell, Wanted(slots, drain, home))

    go(context, work)


def status(
    context: typer.Context,
    live: Annotated[
        bool, typer.Option("--watch", "--live", help="持续刷新 · Keep it up to date.")
    ] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """查看队列、处理进程和处理不了的文件。 Show the queue, workers and what was given up."""

    def work(shell: Shell) -> int:
        from piaohe.cli.status import status as show

        return show(shell, home, live=live, as_json=json)

    go(context, work)


@queue_app.command("list")
def queue_list(
    context: typer.Context,
    state: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATE",
            help="只列这些状态，默认未完成和处理不了的 · Only these; default unfinished and dead.",
        ),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """列出收到的文件。 List what was handed in."""

    def work(shell: Shell) -> int:
        from piaohe.cli.queue import list_arrivals

        return list_arrivals(shell, state or (), home, as_json=json)

    go(context, work)


@queue_app.command("retry")
def queue_retry(
    context: typer.Context,
    ids: Ids = None,
    every: Annotated[
        bool, typer.Option("--all", help="所有处理不了的文件 · All that were given up.")
    ] = False,
    home: Home = None,
) -> None:
    """从失败的步骤起重试。 Try again, from the step that failed."""

    def work(shell: Shell) -> int:
        from piaohe.cli.queue import retry

        return retry(shell, ids or (), home, every=every)

    go(context, work)


@queue_app.command("cancel")
def queue_cancel(context: typer.Context, ids: Ids = None, home: Home = None) -> None:
    """取消处理。 Take documents out of the queue."""

    def work(shell: Shell) -> int:
        from piaohe.cli.queue import cancel

        return cancel(shell, ids or (), home)

    go(context, work)
