"""piaohe source …, as typed. What each does is in `sources`, imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from piaohe.cli.shell import Shell
from piaohe.cli.typed import Home, Json, go

source_app = typer.Typer(no_args_is_help=True, help="数据源 · Ledgers and other outside systems")

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="台账文件 · A ledger file.", readable=False)
]
Profile = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|FILE", help="映射方案的名字或 TOML 文件 · A profile's name or file."
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="数据源的名字 · The source's name.")]


@source_app.command("propose")
def propose(
    context: typer.Context,
    file: File,
    name: Annotated[str, typer.Option(metavar="NAME", help="新方案的名字 · Its name.")] = "new",
    save: Annotated[
        bool, typer.Option("--save", help="存入数据目录 · Keep it in the home folder.")
    ] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """按表头和内容提出列的映射方案。 Propose which column holds what."""

    def work(shell: Shell) -> int:
        from piaohe.cli.sources import propose as propose_profile

        return propose_profile(shell, file, name, home if save else None, save=save, as_json=json)

    go(context, work)


@source_app.command("preview")
def preview(
    context: typer.Context,
    file: File,
    profile: Profile = None,
    rows: Annotated[int, typer.Option(min=1, max=1000, help="几行 · How many.")] = 10,
    home: Home = None,
    json: Json = False,
) -> None:
    """按映射方案试读文件，不保存。 Read a file by a profile, keep nothing."""

    def work(shell: Shell) -> int:
        from piaohe.cli.sources import preview as preview_file

        return preview_file(shell, file, profile, rows, home, as_json=json)

    go(context, work)


@source_app.command("add")
def add(  # noqa: PLR0913, PLR0917 - each is an option
    context: typer.Context,
    name: Name,
    path: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="文件路径，可含 * · A path, * allowed."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="数据库地址，不含密码 · Without password.")
    ] = None,
    url_env: Annotated[
        str | None,
        typer.Option(metavar="VARIABLE", help="存放地址的环境变量 · Variable with the URL."),
    ] = None,
    query: Annotated[
        str | None, typer.Option(metavar="SQL", help="只读查询 · A query that reads.")
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="FILE", help="数据源的 TOML · Its table as TOML.", readable=False
        ),
    ] = None,
    profile: Profile = None,
    home: Home = None,
) -> None:
    """添加数据源：文件、数据库查询，或 TOML 描述的接口。 Add a source."""

    def work(shell: Shell) -> int:
        from piaohe.cli.sources import Added
        from piaohe.cli.sources import add as add_source

        return add_source(shell, Added(name, path, url, url_env, query, table, profile), home)

    go(context, work)


@source_app.command("list")
def listing(context: typer.Context, home: Home = None, json: Json = False) -> None:
    """列出数据源、快照和映射方案。 List sources, their snapshots, and profiles."""

    def work(shell: Shell) -> int:
        from piaohe.cli.sources import show

        return show(shell, home, as_json=json)

    go(context, work)


@source_app.command("import")
def importing(
    context: typer.Context,
    name: Name,
    coverage: Annotated[
        str | None,
        typer.Option(metavar="FROM..TO", help="所查询的期间 · The period that was asked for."),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="可疑也采用 · Use it even if it looks suspect.")
    ] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """读取数据源并存为快照。 Read a source and keep a snapshot of it."""

    def work(shell: Shell) -> int:
        from piaohe.cli.sources import take

        return take(shell, name, coverage, home, accept=accept, as_json=json)

    go(context, work)


@source_app.command("reds")
def reds(context: typer.Context, file: File, home: Home = None) -> None:
    """保存红字发票信息确认单清单，供核对使用。 Keep a list of begun red letters."""

    def work(shell: Shell) -> int:
        from piaohe.cli.sources import keep_confirmations

        return keep_confirmations(shell, file, home)

    go(context, work)


@source_app.command("accept")
def accept(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="快照编号 · The import's number.")],
    home: Home = None,
) -> None:
    """采用一个可疑的快照。 Use an import that looked suspect."""

    def work(shell: Shell) -> int:
        from piaohe.cli.sources import accept as accept_import

        return accept_import(shell, number, home)

    go(context, work)


@source_app.command("check")
def check(
    context: typer.Context,
    name: Name,
    invoices: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="发票 JSONL，- 为标准输入 · Invoices; - is stdin.", readable=False
        ),
    ],
    home: Home = None,
    json: Json = False,
) -> None:
    """向查验平台查验发票。 Put invoices to the check platform."""

    def work(shell: Shell) -> int:
        from piaohe.cli.portal import check as check_invoices

        return check_invoices(shell, name, invoices, home, as_json=json)

    go(context, work)
