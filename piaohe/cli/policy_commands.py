"""piaohe policy …, as typed. What each does is in `policy`, imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from piaohe.cli.shell import Shell
from piaohe.cli.typed import Home, Json, go

policy_app = typer.Typer(no_args_is_help=True, help="报销制度 · The company's policy")

PolicyFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="制度文件（TOML）· Policy file.", readable=False)
]


@policy_app.command("check")
def policy_check(context: typer.Context, file: PolicyFile, json: Json = False) -> None:
    """检查制度文件，逐行说明错误。 Check a policy file; errors are told by line."""

    def work(shell: Shell) -> int:
        from piaohe.cli.policy import check as check_policy

        return check_policy(shell, file, as_json=json)

    go(context, work)


@policy_app.command("show")
def policy_show(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="制度文件，默认数据目录中的 policy.toml · Policy file.",
            show_default=False,
            readable=False,
        ),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """列出生效的制度，含默认值。 List the policy in effect, defaults included."""

    def work(shell: Shell) -> int:
        from piaohe.cli.policy import show as show_policy

        return show_policy(shell, file, home, as_json=json)

    go(context, work)


@policy_app.command("diff")
def policy_diff(  # noqa: PLR0913, PLR0917 - each is an option
    context: typer.Context,
    before: Annotated[
        Path, typer.Argument(metavar="A", help="原制度 · The one before.", readable=False)
    ],
    after: Annotated[
        Path, typer.Argument(metavar="B", help="新制度 · The one after.", readable=False)
    ],
    invoices: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="发票 JSONL，默认已保存的发票 · Invoices; else those kept.",
            readable=False,
        ),
    ] = None,
    home: Home = None,
    today: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="当作今天的日期 · Date taken as today.")
    ] = None,
    json: Json = False,
) -> None:
    """用两套制度重新校验发票，看结论有何变化。 Judge invoices under both and compare."""

    def work(shell: Shell) -> int:
        from piaohe.cli.policy import Compared
        from piaohe.cli.policy import diff as compare_policies

        wanted = Compared(before, after, invoices, home, today)
        return compare_policies(shell, wanted, as_json=json)

    go(context, work)
