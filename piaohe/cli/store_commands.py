"""piaohe config, db, backup and restore, as typed. What each does is in the module of its name,
imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from piaohe.cli.shell import Shell
from piaohe.cli.typed import Home, Json, go

config_app = typer.Typer(no_args_is_help=True, help="设置 · Settings")
db_app = typer.Typer(no_args_is_help=True, help="数据库 · The database")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program's."""
    app.command()(backup)
    app.command()(restore)
    app.add_typer(config_app, name="config")
    app.add_typer(db_app, name="db")


@config_app.command("show")
def config_show(context: typer.Context, home: Home = None, json: Json = False) -> None:
    """列出所有设置及其取值。 List every setting and its value."""

    def work(shell: Shell) -> int:
        from piaohe.cli.config import show

        return show(shell, home, as_json=json)

    go(context, work)


@db_app.command("upgrade")
def db_upgrade(
    context: typer.Context,
    home: Home = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只说要做什么 · Only say what would be done.")
    ] = False,
    json: Json = False,
) -> None:
    """把数据库升级到当前版本。 Bring the database to the current version."""

    def work(shell: Shell) -> int:
        from piaohe.cli.db import upgrade

        return upgrade(shell, home, dry_run=dry_run, as_json=json)

    go(context, work)


@db_app.command("reindex")
def db_reindex(context: typer.Context, home: Home = None, json: Json = False) -> None:
    """重建检索索引，运行中也可以。 Make the search index anew, also while in use."""

    def work(shell: Shell) -> int:
        from piaohe.cli.db import make_index

        return make_index(shell, home, as_json=json)

    go(context, work)


Keys = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="密钥和 piaohe.toml 另存的文件夹 · Folder for keys and piaohe.toml, apart.",
        show_default=False,
        readable=False,
    ),
]


def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="备份到哪里 · Where backups go.", readable=False)],
    home: Home = None,
    keys: Keys = None,
    json: Json = False,
) -> None:
    """备份数据库和原件，运行中也可以。 Back up database and originals, also while in use."""

    def work(shell: Shell) -> int:
        from piaohe.cli.backup import Wanted
        from piaohe.cli.backup import backup as make_backup

        return make_backup(shell, Wanted(target, home, keys, json))

    go(context, work)


def restore(
    context: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(
            help="备份文件夹，或其中一个备份 · Backups, or one of them.", readable=False
        ),
    ],
    home: Home = None,
    keys: Keys = None,
    json: Json = False,
) -> None:
    """把备份恢复到空的数据目录。 Bring a backup back into an empty home folder."""

    def work(shell: Shell) -> int:
        from piaohe.cli.backup import Wanted
        from piaohe.cli.backup import restore as bring_back

        return bring_back(shell, Wanted(source, home, keys, json))

    go(context, work)
