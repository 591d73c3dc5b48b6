"""piaohe doctor: what is missing, and what to do about it."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from piaohe.cli.lines import LineWriter
from piaohe.cli.shell import Shell
from piaohe.doctor import Checkup, Health, examine, exit_code, integrity

if TYPE_CHECKING:
    from piaohe.settings import Settings
    from piaohe.store import StoreProblem

_MARKS = {Health.OK: "[green]✓[/]", Health.WARN: "[yellow]![/]", Health.FAIL: "[red]✗[/]"}


def doctor(shell: Shell, home: Path | None, *, full: bool, as_json: bool) -> int:
    """Print every checkup, with `full` also of everything kept. Gives the exit code."""
    from piaohe.learning.checkup import checkup as classifier

    found: list[StoreProblem] | None = None
    settled: Settings | None = None

    def open_home(wanted: Path | None) -> Path:
        nonlocal found, settled
        from piaohe.opening import open_for_work

        settings = shell.settings(wanted)
        with open_for_work(settings) as store:
            if full:
                with shell.err.status(shell.say("正在通读…", "reading everything…")):
                    found = store.check()
        settled = settings
        return settings.home

    checkups = examine(home, open_home)
    if settled is not None:
        checkups.append(classifier(settled.home))
    if found is not None:
        checkups += integrity([(each.code, each.subject) for each in found])
    if as_json:
        with LineWriter() as writer:
            for each in checkups:
                writer.write(each.model_dump(mode="json"))
    else:
        for each in checkups:
            _print(shell, each)
        _conclude(shell, checkups)
    return exit_code(checkups)


def _print(shell: Shell, each: Checkup) -> None:
    message = escape(shell.say(each.message, each.message_en))
    shell.out.print(f"{_MARKS[each.health]} {each.name:<22} {message}", soft_wrap=True)
    if each.hint:
        shell.out.print(f"  → {escape(shell.say(each.hint, each.hint_en))}", soft_wrap=True)


def _conclude(shell: Shell, checkups: list[Checkup]) -> None:
    failed = sum(each.health is Health.FAIL for each in checkups)
    warned = sum(each.health is Health.WARN for each in checkups)
    if not failed and not warned:
        shell.out.print(shell.say("一切正常", "all is well"))
        return
    shell.out.print(
        shell.say(f"{failed} 项不可用，{warned} 项需留意", f"{failed} failed, {warned} to note")
    )
