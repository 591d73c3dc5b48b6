"""piaohe check: fresh findings for invoices that come from anywhere."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

import classify
import validate
from models.errors import ErrorRecord
from models.invoice import Invoice
from piaohe import pipeline
from piaohe.cli import options, tables
from piaohe.cli.besides import context_of
from piaohe.cli.lines import Given, LineWriter, Refused, error_json, given_invoices
from piaohe.cli.shell import Shell
from piaohe.judging.sightings import Sighting, Sightings
from piaohe.tools import entities_of, policy_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `check`, as typed."""

    today: str | None = None
    policy: Path | None = None
    entities: Sequence[str] = ()


def check(shell: Shell, lines: Iterable[bytes], wanted: Wanted, *, as_json: bool) -> int:
    """Check every line and print it with what was found. Gives the exit code."""
    context = _context(shell, wanted)
    sightings = Sightings()
    refused = 0
    table = tables.make(
        shell,
        [("行", "Line"), ("发票号码", "Number"), ("结果", "Result"), ("发现", "Findings")],
        right=(0,),
    )
    with LineWriter() if as_json else nullcontext() as writer:
        for asked in _asked(lines, context):
            if isinstance(asked, Refused):
                refused += 1
                shell.complain(asked.error)
                if writer is not None:
                    writer.write({"line": asked.line, "error": error_json(asked.error)})
                continue
            given, told = asked
            invoice = _checked(given, told, sightings)
            if writer is not None:
                writer.write(given.written(invoice))
                continue
            said = Text("\n").join(tables.findings(invoice, shell.lang))
            result = tables.status(invoice.status, shell.lang)
            table.add_row(str(given.line), invoice.key or "—", result, said)
    if not as_json:
        shell.out.print(table)
    return 1 if refused else 0


def _asked(
    lines: Iterable[bytes], context: validate.Context
) -> Iterator[tuple[Given, validate.Context] | Refused]:
    """Every invoice with what its line says besides: a claim, what others said of it."""
    for given in given_invoices(lines):
        if isinstance(given, Refused):
            yield given
            continue
        told = context_of(given, context)
        yield Refused(given.line, told) if isinstance(told, ErrorRecord) else (given, told)


def _checked(given: Given, context: validate.Context, sightings: Sightings) -> Invoice:
    # why there is no category is said anew, and the category itself left to whoever typed it
    kept = [f for f in given.invoice.findings if f.rule != pipeline.CATEGORY_FINDING]
    invoice = given.invoice.model_copy(update={"findings": tuple(kept)})
    if invoice.category is None:
        label = classify.label(invoice)
        name = f"（建议 {label.category}）" if label.category else ""
        name_en = f" (suggested: {label.category})" if label.category else ""
        invoice = pipeline.without_category(
            invoice, f"{label.reason}{name}", f"{label.reason_en}{name_en}"
        )
    where = f"{given.file}#{given.index}" if given.file else f"#{given.line}"
    place = Sighting(f"line {given.line}", given.index, where)
    return pipeline.check(invoice, context, place, sightings)


def _context(shell: Shell, wanted: Wanted) -> validate.Context:
    settings = shell.settings()
    today = options.date_of(wanted.today, "--today")
    policy = options.policy_of(wanted.policy) or policy_of(settings, today)
    named = options.entities_of(wanted.entities) or policy.entities
    return validate.Context(
        today=today,
        entities=named or entities_of(settings.entities),
        policy=policy,
        calendar=validate.StatutoryCalendar(policy.calendar),
    )
