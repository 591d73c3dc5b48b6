"""piaohe source check: invoices put to a configured check platform."""

from contextlib import nullcontext
from pathlib import Path

from rich.text import Text

from models.portal import PortalAnswer
from piaohe.cli import tables
from piaohe.cli.ledgers import unreadable
from piaohe.cli.lines import LineWriter, Refused, error_json, given_invoices
from piaohe.cli.shell import Shell, stdin_lines
from piaohe.clock import now
from piaohe.opening import open_store
from piaohe.sources.configured import Sources
from piaohe.sources.desks import desk_of
from piaohe.sources.portal import (
    Asked,
    PortalRequest,
    request_of,
)


def check(shell: Shell, name: str, invoices: Path, home: Path | None, *, as_json: bool) -> int:
    """Ask about each invoice and print what came of it. Gives the exit code."""
    try:
        data = None if str(invoices) == "-" else invoices.read_bytes().splitlines()
    except OSError as error:
        raise unreadable(invoices, error) from error
    settings = shell.settings(home)
    sources = Sources(settings.home)
    heads = [
        ("发票", "Invoice"),
        ("结果", "Outcome"),
        ("代码", "Code"),
        ("时间", "Asked"),
        ("说明", "Says"),
    ]
    table = tables.make(shell, heads)
    refused = 0
    with open_store(settings) as store, LineWriter() if as_json else nullcontext() as writer:
        desk = desk_of(store, sources, name)
        for given in given_invoices(stdin_lines() if data is None else data):
            if isinstance(given, Refused):
                refused += 1
                shell.complain(given.error)
                if writer is not None:
                    writer.write({"line": given.line, "error": error_json(given.error)})
                continue
            request = request_of(given.invoice)
            key = given.invoice.key or f"#{given.line}"
            asked = (
                desk.ask(request)
                if isinstance(request, PortalRequest)
                else _unasked(request.code, request.field)
            )
            best = asked.best
            if writer is not None:
                writer.write({"key": key, "outcome": best.outcome} | asked.model_dump(mode="json"))
            time = f"{best.asked_at:%Y-%m-%d %H:%M}Z"
            table.add_row(Text(key), best.outcome.value, best.code, time, Text(best.says))
    if not as_json:
        shell.out.print(table)
    return 1 if refused else 0


def _unasked(code: str, field: str) -> Asked:
    return Asked(answer=PortalAnswer(code=code, asked_at=now(), says=field))
