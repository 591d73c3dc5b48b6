"""How a command ends: its exit code, whatever happens on the way."""

import logging
import os
import sys
from collections.abc import Callable

from models.errors import PiaoheError
from piaohe import failures
from piaohe.cli.shell import Shell

INTERRUPTED = 130
"""Ctrl-C, as shells count it (128 + SIGINT)."""
NOBODY_READS = 141
"""The reader of a pipe went away (128 + SIGPIPE); no error to speak of."""


def finish(shell: Shell, work: Callable[[Shell], int]) -> int:
    """Do the work and give the exit code: its own, or that of what stopped it."""
    if shell.verbose:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
        # libraries say a lot, and may quote what is on a document
        logging.getLogger().setLevel(logging.WARNING)
        logging.getLogger("piaohe").setLevel(logging.DEBUG)
    try:
        return work(shell)
    except PiaoheError as error:
        shell.complain(error.record)
        if shell.verbose:
            shell.err.print_exception()
        return error.exit_code
    except BrokenPipeError:
        _give_up_stdout()
        return NOBODY_READS
    except KeyboardInterrupt:
        shell.tell("已中断", "interrupted")
        return INTERRUPTED
    except OSError as error:
        shell.complain(failures.refused_by_system(error))
        _give_up_stdout()
        if shell.verbose:
            shell.err.print_exception()
        return 1
    except Exception as error:
        shell.complain(failures.internal_error(error))
        if shell.verbose:
            shell.err.print_exception()
        else:
            shell.tell("用 piaohe -v … 可以看到细节", "piaohe -v … shows the details")
        return 1


def _give_up_stdout() -> None:
    """Nothing more is written there, not even when Python flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
