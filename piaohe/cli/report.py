"""piaohe report: what is missing in a period, and why, from what is kept."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from rich.markup import escape
from rich.text import Text

import reconcile
import validate
from models.errors import SettingsError, UsageError
from piaohe import version
from piaohe.cli import tables
from piaohe.cli.ledgers import open_ledgers
from piaohe.cli.shell import Shell
from piaohe.clock import CHINA, now, today
from piaohe.matching.kept import Book, Matched, books_in_use, match_kept
from piaohe.opening import open_store
from piaohe.pipeline import printable
from piaohe.report import format_money, words
from piaohe.report.answer import answer
from piaohe.report.period import Group, Handed, PeriodReport, period_report
from piaohe.report.period_html import write_period_html
from piaohe.report.period_xlsx import write_period_xlsx
from piaohe.report.spans import Span
from piaohe.settings import Settings
from piaohe.store import KeptInvoice, Store
from piaohe.store.periods import KeptFigures
from piaohe.tools import entities_of, policy_of


class Counted(Protocol):
    """How many, and what they come to."""

    @property
    def count(self) -> int: ...
    @property
    def total(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `report`. Without ledgers those in use are taken; without a period the
    month of today in China."""

    period: str | None = None
    home: Path | None = None
    ledgers: Sequence[Path] = ()
    out: Path = Path()


def report(shell: Shell, wanted: Wanted) -> int:
    """Sum the period up, write both reports and print a short table. Gives the exit code."""
    span = span_of(wanted.period, today())
    settings = shell.settings(wanted.home)
    named = open_ledgers(wanted.ledgers, settings)
    with open_store(settings) as store:
        made = replace(period_of(store, settings, span, named), version=version())
        pages = _write(made, wanted.out)
        if made.ledgers:
            _remember(store, made)
    _show(shell, made, pages)
    return 0


def period_of(
    store: Store, settings: Settings, span: Span, named: Sequence[Book] = ()
) -> PeriodReport:
    """Match everything kept, with the ledgers `named` or else those in use, and sum up the
    period. The verdicts are kept, as `run` keeps them. Raises StoreError."""
    with store.reading() as work:
        books = list(named) or books_in_use(work)
    matched = match_kept(store, books, _options(settings), _context(settings))
    before = span.before()
    with store.reading() as work:
        kept = work.invoices.all()
        received = work.periods.received()
        earlier = work.periods.of(before.first, before.last) if before else None
    days = {sha256: at.astimezone(CHINA).date() for sha256, at in received.items()}
    return period_report(
        span,
        handed(kept, matched, days),
        [book.ledger for book in books],
        list(matched.left),
        before=earlier.figures if earlier else None,
        made_at=now(),
    )


def handed(
    kept: Sequence[KeptInvoice], matched: Matched, days: dict[str, datetime.date]
) -> list[Handed]:
    """Every kept invoice once, whatever shapes it came in: the day is that of its first."""
    found: dict[str, Handed] = {}
    for one in sorted(kept, key=lambda one: validate.is_rendition(one.invoice)):
        match = matched.verdicts.get((one.document_sha256, one.index))
        key = match.key if match else _own_key(one, found)
        day = days.get(one.document_sha256)
        first = found.get(key)
        if first is None:
            found[key] = Handed(key, one.invoice, printable(one.file), day, match)
        elif day and first.arrived and day < first.arrived:
            found[key] = Handed(key, first.invoice, first.where, day, first.match)
    return list(found.values())


def _own_key(one: KeptInvoice, found: dict[str, Handed]) -> str:
    """The key of an invoice that was not matched; copies count, further shapes do not."""
    place = f"{one.file}#{one.index}"
    if one.invoice.key is None:
        return place
    is_copy = one.invoice.key in found and not validate.is_rendition(one.invoice)
    return f"{one.invoice.key}#{place}" if is_copy else one.invoice.key


def span_of(text: str | None, today: datetime.date) -> Span:
    """2026-10, or FROM..TO as two days; the month of `today` where nothing is given.

    Raises UsageError bad_option.
    """
    if text is None:
        return Span.month(today.year, today.month)
    first, dots, last = text.strip().partition("..")
    try:
        if dots:
            span = Span(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
        else:
            month = datetime.datetime.strptime(first, "%Y-%m").replace(tzinfo=CHINA)
            span = Span.month(month.year, month.month)
    except ValueError as error:
        raise _bad_period(text) from error
    if span.first > span.last:
        raise _bad_period(text)
    return span


def _options(settings: Settings) -> reconcile.Options:
    return reconcile.Options(
        now=now(),
        entities=tuple(company.tax_id for company in settings.entities),
        lag=datetime.timedelta(hours=settings.policy.upload_lag_hours),
    )


def _context(settings: Settings) -> validate.Context:
    policy = policy_of(settings, today())
    return validate.Context(
        today=today(),
        entities=policy.entities or entities_of(settings.entities),
        policy=policy,
        calendar=validate.StatutoryCalendar(policy.calendar),
    )


def _remember(store: Store, made: PeriodReport) -> None:
    """Keep the figures; without a ledger there are none to compare with."""
    span = made.span
    figures = KeptFigures(
        first=span.first, last=span.last, made_at=made.made_at, figures=made.figures
    )
    with store.unit_of_work() as work:
        work.periods.keep(figures)


def _write(made: PeriodReport, folder: Path) -> list[Path]:
    html, xlsx = folder / "period.html", folder / "period.xlsx"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_period_html(made, html)
        write_period_xlsx(made, xlsx)
    except OSError as error:
        raise _not_writable(folder, error) from error
    return [html, xlsx]


def _show(shell: Shell, made: PeriodReport, pages: Sequence[Path]) -> None:
    shell.out.print(Text(answer(made).say(shell.lang), "bold"))
    heads = [
        ("结果与原因", "State and cause"),
        ("数量", "Count"),
        ("价税合计", "Total"),
        ("怎么办", "What to do"),
    ]
    table = tables.make(shell, heads, right=(1, 2))
    figures = made.figures
    table.add_row(*_cells(shell.say("一致", "Agree"), figures.exact), "", style="green")
    for state, groups in made.open.items():
        title = words.STATES[state].say(shell.lang)
        table.add_row(*_cells(title, made.state(state)), "", style="yellow")
        for group in groups:
            table.add_row(*_group(shell, group))
    if made.without:
        title = shell.say("有账无票", "No document")
        table.add_row(*_cells(title, figures.unclaimed), "", style="yellow")
        for group in made.without:
            table.add_row(*_group(shell, group), style="dim" if group.settled else None)
    if made.ledgers:
        shell.out.print(table)
    label = shell.say("报告", "Report")
    written = " · ".join(printable(str(page)) for page in pages)
    shell.out.print(f"{label}: {escape(written)}", soft_wrap=True)


def _cells(title: str, tally: Counted) -> tuple[str, str, str]:
    return title, str(tally.count), format_money(tally.total)


def _group(shell: Shell, group: Group) -> tuple[Text, str, str, Text]:
    code = f" {group.code}" if group.code else ""
    return (
        Text.assemble("  ", group.name.say(shell.lang), (code, "dim")),
        str(group.tally.count),
        format_money(group.tally.total),
        Text(group.action.say(shell.lang)),
    )


def _bad_period(text: str) -> UsageError:
    return UsageError(
        "bad_option",
        f"--period 的值不对：{text}",
        "应写成例如 --period 2026-10，或 --period 2026-10-01..2026-10-31",
        message_en=f"--period cannot be {text}",
        hint_en="write for example --period 2026-10 or --period 2026-10-01..2026-10-31",
    )


def _not_writable(folder: Path, error: OSError) -> SettingsError:
    why = error.strerror or type(error).__name__
    return SettingsError(
        "report_not_writable",
        f"无法把报告写到 {folder}：{why}",
        "请用 --out 指定一个可写的文件夹，并检查磁盘空间；已入库的内容不受影响",
        message_en=f"the report cannot be written to {folder}: {why}",
        hint_en="name a writable folder with --out and check the disk; what is kept is safe",
    )
