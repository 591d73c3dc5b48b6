"""What `piaohe run` prints at its end."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.markup import escape
from rich.table import Table
from rich.text import Text

import validate
from models.finding import Status
from models.invoice import Invoice
from models.match import Match
from piaohe.cli import tables
from piaohe.cli.shell import Shell
from piaohe.intake import How
from piaohe.pipeline import printable
from piaohe.report import Report, Tally, format_money, urgency, words

if TYPE_CHECKING:
    from piaohe.cli.run import Harvest

MOST_ROWS = 40
"""More invoices than that are for the report; those that need a person come first."""
NARROW = 70
"""Columns of a terminal below which a number may take two lines."""
WIDE = 110
"""Columns of a terminal from which on there is room for date and seller."""


def show(shell: Shell, report: Report, harvest: "Harvest", pages: Sequence[Path]) -> None:
    """Invoices, counts, failed files with what to do, and where the report is."""
    if report.summary.invoices.count:
        shell.out.print(_invoices(shell, report))
    shell.out.print(_counts(shell, report))
    for item in report.items:
        if item.document.error:
            shell.complain(item.document.error, item.document.file)
        for finding in tables.findings(item.document, shell.lang):
            shell.out.print(Text.assemble(item.document.file, "  ", finding), soft_wrap=True)
    if report.unclaimed:
        n = len(report.unclaimed)
        shell.out.print(
            shell.say(
                f"台账中有 {n} 张发票没有对应的票据，见报告",
                f"{n} ledger entries have no document; see the report",
            )
        )
    shell.out.print(_files(shell, harvest))
    label = shell.say("报告", "Report")
    written = " · ".join(printable(str(page)) for page in pages)
    shell.out.print(f"{label}: {escape(written)}", soft_wrap=True)


def _files(shell: Shell, harvest: "Harvest") -> str:
    """How many files were new, known and tried again."""
    new, known = harvest.count(How.NEW), harvest.count(How.KNOWN)
    again, lost = harvest.count(How.AGAIN), harvest.count(How.LOST)
    parts = [
        (True, f"新读取 {new} 个文件", f"{new} new files read"),
        (known, f"{known} 个此前已入库", f"{known} kept already"),
        (again, f"{again} 个此前失败、已重试", f"{again} that failed before tried again"),
        (harvest.copies, f"{harvest.copies} 个内容重复", f"{harvest.copies} copies of another"),
        (lost, f"{lost} 个无法打开", f"{lost} could not be opened"),
    ]
    comma = shell.say("，", ", ")
    return comma.join(shell.say(zh, en) for count, zh, en in parts if count)


def _invoices(shell: Shell, report: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    narrow = shell.out.width < NARROW
    table.add_column(shell.say("文件", "File"), overflow="fold", min_width=4)
    table.add_column(shell.say("发票号码", "Number"), no_wrap=not narrow, overflow="fold")
    table.add_column(shell.say("价税合计", "Total"), justify="right", no_wrap=True)
    if wide := shell.out.width >= WIDE:
        table.add_column(shell.say("日期", "Date"), no_wrap=True)
        table.add_column(shell.say("销售方", "Seller"), overflow="ellipsis", no_wrap=True)
    table.add_column(shell.say("校验", "Checks"), no_wrap=True)
    if report.ledgers:
        table.add_column(shell.say("台账", "Ledger"), no_wrap=not narrow)
    triples = [
        (item.document, *pair)
        for item in sorted(report.items, key=urgency)
        for pair in item.pairs()
    ]
    for document, invoice, match in triples[:MOST_ROWS]:
        more = (str(invoice.date or "—"), Text(invoice.seller_name or "—")) if wide else ()
        table.add_row(
            Text(document.file),
            invoice.key or "—",
            tables.money(invoice.total),
            *more,
            _judgement(shell, invoice),
            *([_ledger_state(match, shell.lang)] if report.ledgers else []),
        )
    if len(triples) > MOST_ROWS:
        rest = len(triples) - MOST_ROWS
        table.add_row(shell.say(f"… 另有 {rest} 张", f"… {rest} more"))
    return table


def _judgement(shell: Shell, invoice: Invoice) -> Text:
    """Its status; of another shape of an invoice that is there already, just that."""
    if validate.is_rendition(invoice) and invoice.status is Status.ACCEPTED:
        return Text(shell.say("同一张", "same invoice"), "dim")
    return tables.status(invoice.status, shell.lang)


def _ledger_state(match: Match | None, lang: str) -> Text:
    if match is None:
        return Text()
    state = tables.match_state(match.state, lang)
    return state.append(f" {match.cause}", "dim") if match.cause else state


def _counts(shell: Shell, report: Report) -> Table:
    summary = report.summary
    table = tables.make(shell, [("", ""), ("张数", "Count"), ("价税合计", "Total")], right=(1, 2))
    rows: list[tuple[str, str, Tally, str]] = [
        ("发票", "Invoices", summary.invoices, "bold"),
        (*words.STATUSES[Status.ACCEPTED], summary.accepted, "green"),
        (*words.STATUSES[Status.REVIEW], summary.review, "yellow"),
        (*words.STATUSES[Status.REJECTED], summary.rejected, "red"),
    ]
    if report.ledgers:
        rows += [
            ("与台账一致", "Matched", summary.matched, "green"),
            ("与台账有差异", "Different in the ledger", summary.different, "yellow"),
            ("台账中没有", "Not in the ledger", summary.missing, "red"),
            ("有账无票", "In the ledger, no document", summary.unclaimed, "yellow"),
        ]
    for zh, en, tally, style in rows:
        table.add_row(
            shell.say(zh, en),
            str(tally.count),
            format_money(tally.total),
            style=style if tally.count else "dim",
        )
    return table
