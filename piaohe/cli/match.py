"""piaohe match: invoices against ledgers, nothing kept."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

import reconcile
from models.errors import UsageError
from models.match import Match, Side
from piaohe import failures
from piaohe.cli import options, tables
from piaohe.cli.ledgers import open_ledgers
from piaohe.cli.lines import Given, LineWriter, Refused, error_json, given_invoices
from piaohe.cli.shell import Shell, stdin_lines
from piaohe.matching.kept import keyed
from piaohe.matching.told import options_for


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `match`, as typed. `invoices` may be "-" for stdin."""

    invoices: Path
    ledgers: Sequence[Path]
    now: str | None = None
    entities: Sequence[str] = ()
    coverage: str | None = None


def match(shell: Shell, wanted: Wanted, *, as_json: bool) -> int:
    """Match and print a line for each invoice and each entry left over. Gives the exit code."""
    settings = shell.settings()
    chosen = options_for(settings, options.instant_of(wanted.now, "--now"))
    entities = options.tax_ids_of(wanted.entities) or chosen.entities
    told = {"entities": entities, "coverage": options.coverage_of(wanted.coverage)}
    chosen = chosen.model_copy(update=told)
    ledgers = [source.ledger for source in open_ledgers(wanted.ledgers, settings)]
    lines = list(given_invoices(_lines(wanted.invoices)))
    refused = [line for line in lines if isinstance(line, Refused)]
    invoices = [line for line in lines if isinstance(line, Given)]
    places = [f"{g.file}#{g.index}" if g.file else f"#{g.line}" for g in invoices]
    pairs = [(given.invoice, place) for given, place in zip(invoices, places, strict=True)]
    verdicts = reconcile.match(keyed(pairs), ledgers, chosen)
    for ledger in ledgers:
        for problem in ledger.problems:
            place, place_en = ledger.source, ledger.source
            if problem.row:
                place += f" {problem.sheet}第 {problem.row} 行"
                place_en += f" {problem.sheet} row {problem.row}".replace("  ", " ")
            shell.tell(f"{place}：{problem.message}", f"{place_en}: {problem.message_en}")
    with LineWriter() if as_json else nullcontext() as writer:
        for line in refused:
            shell.complain(line.error)
        if writer is not None:
            for verdict in verdicts:
                writer.write(verdict.model_dump(mode="json"))
            for line in refused:
                writer.write({"line": line.line, "error": error_json(line.error)})
    if not as_json:
        _print(shell, verdicts)
    return 1 if refused else 0


def _lines(path: Path) -> Iterable[bytes]:
    if str(path) == "-":
        return stdin_lines()
    try:
        return path.read_bytes().splitlines()
    except OSError as error:
        record = failures.unreadable(error)
        raise UsageError(
            record.code,
            f"{path}：{record.message}",
            record.hint,
            message_en=f"{path}: {record.message_en}",
            hint_en=record.hint_en,
        ) from error


def _print(shell: Shell, verdicts: Sequence[Match]) -> None:
    heads = [
        ("哪一边", "Side"),
        ("发票 / 台账记录", "Invoice / entry"),
        ("结果", "State"),
        ("原因", "Cause"),
        ("说明", "Explanation"),
    ]
    table = tables.make(shell, heads)
    for verdict in verdicts:
        side = shell.say("票", "invoice") if verdict.side is Side.INVOICE else None
        table.add_row(
            side or shell.say("账", "ledger"),
            Text(verdict.key),
            tables.match_state(verdict.state, shell.lang),
            verdict.cause or "",
            Text(_explained(shell, verdict)),
        )
    shell.out.print(table)


def _explained(shell: Shell, verdict: Match) -> str:
    message = shell.say(verdict.message, verdict.message_en)
    action = shell.say(verdict.action, verdict.action_en)
    return f"{message}\n→ {action}" if action else message
