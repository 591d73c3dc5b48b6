"""What every command shares: the language, where messages go, and how errors are shown."""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment

from models.errors import ErrorRecord, SettingsError, UsageError

if TYPE_CHECKING:
    from piaohe.settings import Settings

_UNSEEN = {
    code: "\ufffd"
    for first, last in (
        (0x00, 0x09),
        (0x0B, 0x1F),
        (0x7F, 0x9F),
        (0x61C, 0x61C),
        (0x200E, 0x200F),
        (0x202A, 0x202E),
        (0x2066, 0x2069),
    )
    for code in range(first, last + 1)
}
"""Control characters, and those that turn the direction of writing."""


class Terminal(Console):
    """A rich console for texts that strangers wrote: names of files, numbers, parties.

    What they hold cannot colour, move or overwrite what a person reads.
    """

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(segment.text.translate(_UNSEEN), segment.style)

    def on_broken_pipe(self) -> None:
        """Leave it to `stops.finish`; rich would end the program with exit code 1."""
        raise BrokenPipeError


@dataclass(slots=True)
class Shell:
    """A command's surroundings. Messages go to stderr; stdout is for what was asked for."""

    chosen: str | None = None
    verbose: bool = False
    out: Console = field(default_factory=lambda: Terminal(highlight=False, soft_wrap=False))
    err: Console = field(default_factory=lambda: Terminal(stderr=True, highlight=False))
    _found: str | None = None

    @property
    def lang(self) -> str:
        """zh or en: as asked for, else as set, else zh."""
        if self.chosen:
            return self.chosen
        if self._found is None:
            try:
                self._found = self.settings().language
            except SettingsError:
                self._found = "en" if os.environ.get("PIAOHE_LANGUAGE") == "en" else "zh"
        return self._found

    def say(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh

    def tell(self, zh: str, en: str) -> None:
        """A message for the person at the terminal."""
        self.err.print(escape(self.say(zh, en)), soft_wrap=True)

    def settings(self, home: Path | None = None) -> "Settings":
        """Read the settings. Raises SettingsError."""
        from piaohe.settings import load_settings

        return load_settings(home)

    def complain(self, error: ErrorRecord, subject: str = "") -> None:
        """Show an error: what happened, and below it what to do."""
        message = self.say(error.message, error.message_en or error.message)
        hint = self.say(error.hint, error.hint_en or error.hint)
        head = f"[bold]{escape(subject)}[/]  " if subject else ""
        self.err.print(f"[red]✗[/] {head}{escape(message)} [dim]({error.code})[/]", soft_wrap=True)
        if hint:
            self.err.print(f"  → {escape(hint)}", soft_wrap=True)


def stdin_lines() -> Iterator[bytes]:
    """The lines piped in, as they come. Raises UsageError where a person would have to type."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "no_input",
            "没有输入",
            "请通过管道给出发票，例如：piaohe read 发票.pdf --json | piaohe check --json",
            message_en="nothing comes in",
            hint_en="pipe invoices in, such as: piaohe read invoice.pdf --json | piaohe check",
        )
    return iter(sys.stdin.buffer)
