"""piaohe classifier map: the company's own categories and accounts."""

from pathlib import Path

from models.errors import SettingsError
from piaohe.cli import classifier_tables
from piaohe.cli.lines import LineWriter, tell_problems
from piaohe.cli.shell import Shell
from piaohe.learning import mapping
from piaohe.learning.active import active, told_by
from piaohe.opening import open_store
from piaohe.store.corrections import Subject


def check(shell: Shell, path: Path, *, as_json: bool) -> int:
    """Say what is wrong with a mapping file, line by line. Gives the exit code."""
    found, problems = mapping.check(path)
    tell_problems(shell, problems, as_json=as_json)
    if found is None or problems:
        return SettingsError.exit_code
    own, rules = len(found.categories), len(found.rules)
    shell.tell(
        f"{path}：自己的类别 {own} 个，规则 {rules} 条，可用",
        f"{path}: {own} categories, {rules} rules, usable",
    )
    return 0


def apply(shell: Shell, home: Path | None, *, as_json: bool) -> int:
    """List where every kept invoice is booked. Gives the exit code."""
    settings = shell.settings(home)
    in_use = active(settings.home)
    with open_store(settings) as store, store.reading() as work:
        told = told_by(work.corrections.all(Subject.CATEGORY))
        rows = [
            (kept, in_use.bookings(kept.invoice, told.get(kept.id)))
            for kept in work.invoices.iterate()
        ]
    if not as_json:
        shell.out.print(classifier_tables.of_bookings(shell, rows))
        return 0
    with LineWriter() as writer:
        for kept, bookings in rows:
            writer.write(
                {
                    "invoice_id": kept.id,
                    "file": kept.file,
                    "category": kept.invoice.category,
                    "bookings": [one.model_dump(mode="json") for one in bookings],
                }
            )
    return 0
