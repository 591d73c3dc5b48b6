"""The command line. `main` is the program `piaohe`; what the commands print is contract.md.

Exit codes: 0 done; 1 some documents failed, each says why; 2 wrong usage; 3 a missing dependency;
4 a setting or the database is unusable. Besides: 130 interrupted, 141 the reader of a pipe left.
"""

import os
import sys

_EVERYWHERE = {"-v", "--verbose"}


def main(arguments: list[str] | None = None) -> None:
    """Run the program and exit."""
    _open_what_is_closed()
    from piaohe.cli.commands import app

    for stream in (sys.stdout, sys.stderr):
        # Chinese comes out whole whatever the locale says, and no file name can stop the program
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app(args=_general_first(sys.argv[1:] if arguments is None else arguments))


def _open_what_is_closed() -> None:
    """Give a closed stdout or stderr a place to go, before the database is given its number."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8"))


def _general_first(arguments: list[str]) -> list[str]:
    """Let `--lang` and `-v` stand behind the command too, where people write them."""
    general: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in _EVERYWHERE or argument.startswith("--lang="):
            general.append(argument)
        elif argument == "--lang":
            general += [argument, *([value] if (value := next(waiting, None)) else [])]
        else:
            rest.append(argument)
    return general + rest
