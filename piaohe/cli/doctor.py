"""piaohe doctor: what is missing, and what to do about it."""

from pathlib import Path

from rich.markup import escape

from piaohe.cli.lines import LineWriter
from piaohe.cli.shell import Shell
from piaohe.doctor import Checkup, Health, examine, exit_code

_MARKS = {Health.OK: "[green]✓[/]", Health.WARN: "[yellow]![/]", Health.FAIL: "[red]✗[/]"}


def doctor(shell: Shell, home: Path | None, *, as_json: bool) -> int:
    """Print every checkup. Gives the exit code."""

    def open_home(wanted: Path | None) -> Path:
        from piaohe.store import Store

        place = shell.settings(wanted).home
        Store.open(place).close()
        return place

    checkups = examine(home, open_home)
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
