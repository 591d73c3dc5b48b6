"""What several commands take, as typed, and how each is run."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from piaohe.cli.shell import Shell
from piaohe.cli.stops import finish

# A path has readable=False because Typer would refuse the whole command for one that is not, with
# neither code nor hint: which path cannot be read, and what to do, is said by the command.
Json = Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象 · One JSON object a line.")]
Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="数据目录，默认 ~/.piaohe · Home folder.",
        show_default=False,
        readable=False,
    ),
]


def go(context: typer.Context, work: Callable[[Shell], int]) -> None:
    """Run a command's work and leave with its exit code."""
    raise typer.Exit(finish(context.obj, work))
