"""piaohe classifier …, as typed. What each does is in `classifier`, imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from piaohe.cli.shell import Shell
from piaohe.cli.typed import Home, Json, go

classifier_app = typer.Typer(
    no_args_is_help=True, help="费用类别：更正与学习 · Corrections and learning"
)
map_app = typer.Typer(no_args_is_help=True, help="类别对照表 · Own categories and accounts")
classifier_app.add_typer(map_app, name="map")

By = Annotated[
    str | None,
    typer.Option(metavar="WHO", help="谁做的，默认当前用户 · By whom.", show_default=False),
]
Number = Annotated[
    int | None,
    typer.Argument(metavar="[VERSION]", help="版本号，默认最新 · Default: newest."),
]


@classifier_app.command("correct")
def correct(
    context: typer.Context,
    invoice: Annotated[
        str, typer.Argument(metavar="INVOICE_ID", help="发票编号：SHA-256-序号 · SHA-256-index.")
    ],
    category: Annotated[
        str, typer.Argument(metavar="CATEGORY", help="正确的类别（或票种）· What is right.")
    ],
    kind: Annotated[
        bool, typer.Option("--kind", help="更正的是票种 · It is the document's kind.")
    ] = False,
    by: By = None,
    home: Home = None,
) -> None:
    """更正一张发票的费用类别或票种，作为学习的样本。 Correct a category or kind."""

    def work(shell: Shell) -> int:
        from piaohe.cli.classifier import correct as take_down

        return take_down(shell, (invoice, category, by), home, kind=kind)

    go(context, work)


@classifier_app.command("train")
def train(
    context: typer.Context,
    seed: Annotated[int, typer.Option(help="随机种子 · Seed of the chance.")] = 1,
    by: By = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """从更正中学习，得到一个新版本（尚未启用）。 Learn a new version from corrections."""

    def work(shell: Shell) -> int:
        from piaohe.cli.classifier import train as learn

        return learn(shell, home, by, seed, as_json=json)

    go(context, work)


@classifier_app.command("evaluate")
def evaluate(
    context: typer.Context, number: Number = None, home: Home = None, json: Json = False
) -> None:
    """评测一个版本，与在用的比较。 Measure a version beside the one in use."""

    def work(shell: Shell) -> int:
        from piaohe.cli.classifier import evaluate as measure

        return measure(shell, home, number, as_json=json)

    go(context, work)


@classifier_app.command("promote")
def promote(
    context: typer.Context,
    number: Number = None,
    force: Annotated[
        str | None,
        typer.Option(
            metavar="WHY", help="即使更差也启用，并记下原因 · Use it even if worse; why is kept."
        ),
    ] = None,
    by: By = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """启用一个版本；比在用的差则拒绝。 Use a version, unless it is worse."""

    def work(shell: Shell) -> int:
        from piaohe.cli.classifier import promote as put_in_use

        return put_in_use(shell, home, number, (by, force), as_json=json)

    go(context, work)


@classifier_app.command("rollback")
def rollback(context: typer.Context, by: By = None, home: Home = None) -> None:
    """回退到之前在用的版本。 Use the version before again."""

    def work(shell: Shell) -> int:
        from piaohe.cli.classifier import roll_back

        return roll_back(shell, home, by)

    go(context, work)


@classifier_app.command("show")
def show(context: typer.Context, home: Home = None, json: Json = False) -> None:
    """列出所有版本，哪个在用。 List the versions, and which is in use."""

    def work(shell: Shell) -> int:
        from piaohe.cli.classifier import show as list_versions

        return list_versions(shell, home, as_json=json)

    go(context, work)


@map_app.command("check")
def map_check(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="对照表（TOML）· Mapping file.", readable=False)
    ],
    json: Json = False,
) -> None:
    """检查类别对照表，逐行说明错误。 Check a mapping file; errors are told by line."""

    def work(shell: Shell) -> int:
        from piaohe.cli.classifier_map import check

        return check(shell, file, as_json=json)

    go(context, work)


@map_app.command("apply")
def map_apply(context: typer.Context, home: Home = None, json: Json = False) -> None:
    """列出已保存的发票记入哪个类别和科目。 List where kept invoices are booked."""

    def work(shell: Shell) -> int:
        from piaohe.cli.classifier_map import apply

        return apply(shell, home, as_json=json)

    go(context, work)
