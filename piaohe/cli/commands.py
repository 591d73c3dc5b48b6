"""Every command as it is typed. What a command does is in the module of its name.

Those modules are imported when their command runs, so that `--help` does not wait for them.
"""

from pathlib import Path
from typing import Annotated

import typer

from piaohe import version
from piaohe.cli import flow_commands, store_commands
from piaohe.cli.classifier_commands import classifier_app
from piaohe.cli.policy_commands import policy_app
from piaohe.cli.shell import Shell, stdin_lines
from piaohe.cli.source_commands import source_app
from piaohe.cli.typed import Home, Json, go

app = typer.Typer(
    name="piaohe",
    help="票核：读取、校验、保存并核对发票。 Reads, checks, keeps and matches Chinese invoices.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(source_app, name="source")
app.add_typer(policy_app, name="policy")
app.add_typer(classifier_app, name="classifier")

Documents = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE|FOLDER...", help="文件或文件夹 · Files or folders.", readable=False
    ),
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"piaohe {version()}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="zh|en", help="语言 · Language.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="出错时显示细节 · Show details of errors.")
    ] = False,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 · Version.")
    ] = False,
) -> None:
    if lang not in (None, "zh", "en"):
        raise typer.BadParameter("zh | en", param_hint="--lang")
    context.obj = Shell(chosen=lang, verbose=verbose)


@app.command()
def read(context: typer.Context, paths: Documents, json: Json = False) -> None:
    """读取文件中的发票，不保存。 Read documents, keep nothing."""

    def work(shell: Shell) -> int:
        from piaohe.cli.read import read as read_documents

        return read_documents(shell, paths, as_json=json)

    go(context, work)


@app.command()
def check(
    context: typer.Context,
    json: Json = False,
    today: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="当作今天的日期 · Date taken as today.")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="规则阈值（TOML）· Thresholds of the rules.", readable=False
        ),
    ] = None,
    entity: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=TAX_ID", help="本单位，可多次给出 · Our company; repeatable."),
    ] = None,
) -> None:
    """校验从标准输入来的发票（每行一个 JSON）。 Check invoices from stdin, one JSON a line."""

    def work(shell: Shell) -> int:
        from piaohe.cli.check import Wanted
        from piaohe.cli.check import check as check_lines

        wanted = Wanted(today, policy, entity or ())
        return check_lines(shell, stdin_lines(), wanted, as_json=json)

    go(context, work)


@app.command()
def match(  # noqa: PLR0913, PLR0917 - the options of contract.md
    context: typer.Context,
    invoices: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="发票 JSONL，- 为标准输入 · Invoices; - is stdin.", readable=False
        ),
    ],
    ledger: Annotated[
        list[Path],
        typer.Option(metavar="FILE", help="台账，可多次给出 · Ledger; repeatable.", readable=False),
    ],
    json: Json = False,
    now: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="当作现在的时刻 · Instant taken as now.")
    ] = None,
    entity: Annotated[
        list[str] | None,
        typer.Option(metavar="TAX_ID", help="本单位税号，可多次给出 · Our tax id; repeatable."),
    ] = None,
    coverage: Annotated[
        str | None,
        typer.Option(metavar="FROM..TO", help="台账所含的期间 · The period the ledger covers."),
    ] = None,
) -> None:
    """核对发票与台账，不保存。 Match invoices with ledgers, keep nothing."""

    def work(shell: Shell) -> int:
        from piaohe.cli.match import Wanted
        from piaohe.cli.match import match as match_invoices

        wanted = Wanted(invoices, ledger, now, entity or (), coverage)
        return match_invoices(shell, wanted, as_json=json)

    go(context, work)


@app.command()
def run(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(help="存放票据的文件夹 · Folder of documents.", readable=False)
    ],
    ledger: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="台账，可多次给出 · Ledger; repeatable.", readable=False),
    ] = None,
    home: Home = None,
    report: Annotated[
        Path,
        typer.Option(metavar="DIR", help="报告写到哪里 · Where the reports go.", readable=False),
    ] = Path(),
) -> None:
    """主流程：读取、校验、保存、核对并写报告。 The main job, from a folder to a report."""

    def work(shell: Shell) -> int:
        from piaohe.cli.run import Wanted
        from piaohe.cli.run import run as run_folder

        return run_folder(shell, Wanted(folder, tuple(ledger or ()), home, report))

    go(context, work)


@app.command()
def report(
    context: typer.Context,
    period: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM|FROM..TO",
            help="期间，默认本月 · The period, by default this month.",
            show_default=False,
        ),
    ] = None,
    ledger: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE|source:NAME",
            help="台账，可多次给出，默认已导入的 · Ledger; repeatable; else those imported.",
            readable=False,
        ),
    ] = None,
    home: Home = None,
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="报告写到哪里 · Where the reports go.", readable=False),
    ] = Path(),
) -> None:
    """期间报告：缺什么、为什么、怎么办。 A period: what is missing, why, and what to do."""

    def work(shell: Shell) -> int:
        from piaohe.cli.report import Wanted
        from piaohe.cli.report import report as sum_up

        return sum_up(shell, Wanted(period, home, tuple(ledger or ()), out))

    go(context, work)


@app.command()
def qr(context: typer.Context, paths: Documents, json: Json = False) -> None:
    """读取二维码。 Read the QR codes of documents."""

    def work(shell: Shell) -> int:
        from piaohe.cli.qr import qr as read_codes

        return read_codes(shell, paths, as_json=json)

    go(context, work)


@app.command()
def doctor(
    context: typer.Context,
    home: Home = None,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help="另外通读数据库和所有原件 · Also read the database and every original."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """检查安装：缺什么、怎么办。 Check the installation: what is missing, and what to do."""

    def work(shell: Shell) -> int:
        from piaohe.cli.doctor import doctor as examine

        return examine(shell, home, full=full, as_json=json)

    go(context, work)


@app.command()
def synth(  # noqa: PLR0913, PLR0917 - each is an option
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="DIR", help="写到哪里 · Where to.", readable=False)],
    count: Annotated[int, typer.Option(min=1, help="几张 · How many.")] = 12,
    kinds: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="票种，逗号分隔，或 all · Kinds, by commas, or all."),
    ] = None,
    seed: Annotated[int, typer.Option(help="随机种子 · Seed of the chance.")] = 1,
    photos: Annotated[bool, typer.Option(help="画成照片 · Make photos of them.")] = False,
    ledgers: Annotated[
        bool,
        typer.Option(help="一家公司的票和对应台账 · One company's pile and its ledgers."),
    ] = False,
) -> None:
    """生成虚构的样票和标注。 Draw made-up invoices with their labels."""

    def work(shell: Shell) -> int:
        from piaohe.cli.synth import Wanted
        from piaohe.cli.synth import synth as draw

        names = tuple(filter(None, (name.strip() for name in (kinds or "").split(","))))
        return draw(shell, Wanted(out, count, names, seed, photos, ledgers))

    go(context, work)


@app.command()
def serve(
    context: typer.Context,
    home: Home = None,
    host: Annotated[
        str | None,
        typer.Option(help="监听地址，默认 127.0.0.1 · Address.", show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="监听端口，默认 8080 · Port.", show_default=False),
    ] = None,
    plain_http: Annotated[
        bool,
        typer.Option("--plain-http", help="允许在网络上不加密 · Allow no encryption."),
    ] = False,
    no_workers: Annotated[
        bool,
        typer.Option("--no-workers", help="只开网页，不处理文件 · Pages only, no workers."),
    ] = False,
) -> None:
    """打开网页和 API：上传、复核、查找。 Serve the pages and the API."""

    def work(shell: Shell) -> int:
        from piaohe.cli.serve import Wanted
        from piaohe.cli.serve import serve as open_pages

        return open_pages(shell, Wanted(home, host, port, plain_http, not no_workers))

    go(context, work)


flow_commands.add_to(app)
store_commands.add_to(app)
