"""What `piaohe classifier` shows, as tables."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from classify.company import Booking
from piaohe.cli import tables
from piaohe.cli.shell import Shell
from piaohe.learning.active import Active
from piaohe.learning.installation import Compared, Evaluation
from piaohe.store.corrections import Version
from piaohe.store.invoices import KeptInvoice


def of_versions(shell: Shell, versions: Sequence[Version], in_use: Active) -> Table:
    """Every version, the shipped model as number 0."""
    heads = [
        ("版本", "Version"),
        ("更正", "Corrections"),
        ("照更正判定", "Followed"),
        ("固定评测集", "Fixed set"),
        ("留出的更正", "Held back"),
        ("训练", "Trained"),
    ]
    table = tables.make(shell, heads, right=(1, 2, 3, 4))

    def named(number: int) -> Text:
        mark = shell.say(" 在用", " in use") if number == in_use.number else ""
        return Text.assemble(str(number), (mark, "green"))

    table.add_row(named(0), "", "", "", "", in_use.model.header.version)
    for version in versions:
        metrics = version.metrics
        table.add_row(
            named(version.number),
            str(version.counts["corrections"]),
            f"{metrics['followed']:.1%}",
            f"{metrics['fixed_right']:.1%}",
            f"{metrics['held_back_right']:.1%}" if version.counts["held_back"] else "—",
            Text(f"{version.trained_at:%Y-%m-%d} {version.trained_by} ({version.code})"),
        )
    return table


def of_evaluation(shell: Shell, found: Evaluation) -> Table:
    """The figures of a version, of the one in use and of the shipped model."""
    heads = [
        ("评测", "Set"),
        ("分类器", "Classifier"),
        ("张数", "Documents"),
        ("首选正确", "Right"),
        ("已判定", "Decided"),
        ("判定中错误", "Wrong of these"),
    ]
    table = tables.make(shell, heads, right=(2, 3, 4, 5))
    sets: tuple[tuple[str, Compared], ...] = (
        (shell.say("固定评测集", "fixed set"), found.fixed),
        (shell.say("留出的更正", "held back"), found.held_back),
    )
    names = (
        shell.say(f"版本 {found.number}", f"version {found.number}"),
        shell.say(f"在用：{found.active}", f"in use: {found.active}"),
        shell.say("随软件提供", "shipped"),
    )
    for title, compared in sets:
        rows = (compared.version, compared.active, compared.shipped)
        for name, figures in zip(names, rows, strict=True):
            shares = (figures.right, figures.decided, figures.wrong)
            shown = [f"{share:.1%}" if figures.documents else "—" for share in shares]
            table.add_row(title, name, str(figures.documents), *shown)
            title = ""  # noqa: PLW2901 - said once
    return table


def of_bookings(shell: Shell, rows: Sequence[tuple[KeptInvoice, tuple[Booking, ...]]]) -> Table:
    """Where invoices are booked; rules are counted from 1."""
    heads = [
        ("文件", "File"),
        ("类别", "Category"),
        ("本单位类别", "Own category"),
        ("科目", "Account"),
        ("金额（不含税）", "Amount"),
        ("规则", "Rule"),
    ]
    table = tables.make(shell, heads, right=(4, 5))
    for kept, bookings in rows:
        for one in bookings:
            table.add_row(
                Text(f"{Path(kept.file).name}#{kept.index}"),
                one.category or "—",
                Text(one.company_category or ""),
                Text(one.account or "—"),
                tables.money(one.amount),
                "" if one.rule is None else str(one.rule + 1),
            )
    return table
