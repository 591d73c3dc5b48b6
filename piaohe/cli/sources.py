"""piaohe source: mapping profiles, configured sources, and their snapshots."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rich.text import Text

from models.errors import UsageError
from models.ledger import LedgerEntry
from piaohe.cli import options, tables
from piaohe.cli.ledgers import unreadable
from piaohe.cli.lines import LineWriter
from piaohe.cli.shell import Shell
from piaohe.clock import now
from piaohe.opening import open_store
from piaohe.sources.configured import Sources
from piaohe.sources.confirmations import read_confirmations
from piaohe.sources.importing import Asked, import_source
from piaohe.sources.profile import PROFILES, Profiles, to_toml
from piaohe.sources.propose import Proposal
from piaohe.sources.propose import propose as proposed
from piaohe.sources.reader import open_ledger
from piaohe.sources.tables import open_tables
from piaohe.store import Import, ImportState


@dataclass(frozen=True, slots=True)
class Added:
    """The options of `source add`, as typed."""

    name: str
    path: str | None = None
    url: str | None = None
    url_env: str | None = None
    query: str | None = None
    table: Path | None = None
    profile: str | None = None


def propose(
    shell: Shell, file: Path, name: str, home: Path | None, *, save: bool, as_json: bool
) -> int:
    """Print a proposal, and keep it where asked to. Gives the exit code."""
    try:
        proposal = proposed(open_tables(file), name)
    except OSError as error:
        raise unreadable(file, error) from error
    if as_json:
        with LineWriter() as writer:
            writer.write(proposal.model_dump(mode="json"))
    else:
        _print_proposal(shell, proposal)
    if proposal.missing:
        missing = "、".join(proposal.missing)
        shell.tell(
            f"还缺：{missing}；请在方案里补上对应的列",
            f"still missing: {missing}; add their columns to the profile",
        )
    if save and not proposal.shipped:
        path = Profiles(shell.settings(home).home / PROFILES).save(proposal.profile)
        shell.tell(f"已保存：{path}", f"kept: {path}")
    return 1 if proposal.missing else 0


def _print_proposal(shell: Shell, proposal: Proposal) -> None:
    heads = [
        ("列", "Column"),
        ("表头", "Heading"),
        ("内容", "Holds"),
        ("依据", "Why"),
        ("例", "Such as"),
    ]
    table = tables.make(shell, heads, right=(0,))
    for guess in proposal.guesses:
        table.add_row(
            str(guess.place),
            Text(guess.heading),
            guess.column or "—",
            Text(guess.why),
            Text(" | ".join(guess.samples)),
        )
    shell.out.print(table)
    if proposal.shipped:
        shell.tell(
            f"这是自带方案 {proposal.shipped} 的表，无须另建",
            f"the profile {proposal.shipped} that comes with Piaohe fits; none is needed",
        )
    else:
        shell.out.print(Text(to_toml(proposal.profile)), soft_wrap=True)


def preview(
    shell: Shell, file: Path, profile: str | None, rows: int, home: Path | None, *, as_json: bool
) -> int:
    """Print the first entries a profile makes of a file, and what is wrong. Gives the exit code."""
    profiles = Profiles(shell.settings(home).home / PROFILES)
    try:
        reading = open_ledger(
            file, file.name, profiles.get(profile) if profile else None, profiles.all()
        )
        entries = list(islice(reading.entries(), rows))
    except OSError as error:
        raise unreadable(file, error) from error
    if as_json:
        with LineWriter() as writer:
            for entry in entries:
                writer.write(entry.model_dump(mode="json"))
    else:
        _print_entries(shell, entries)
    for problem in reading.problems:
        where = f"{problem.sheet} {problem.row or ''}".strip()
        shell.tell(f"{where} {problem.message}".strip(), f"{where} {problem.message_en}".strip())
    return 0


def _print_entries(shell: Shell, entries: Sequence[LedgerEntry]) -> None:
    heads = [
        ("行", "Row"),
        ("号码", "Number"),
        ("代码", "Code"),
        ("日期", "Date"),
        ("金额", "Amount"),
        ("税额", "Tax"),
        ("价税合计", "Total"),
        ("销方", "Seller"),
        ("凭证", "Voucher"),
    ]
    table = tables.make(shell, heads, right=(0, 4, 5, 6))
    for entry in entries:
        table.add_row(
            str(entry.row),
            Text(entry.number or entry.damaged_number or "—"),
            Text(entry.code or ""),
            str(entry.date or ""),
            tables.money(entry.amount),
            tables.money(entry.tax),
            tables.money(entry.total),
            Text(entry.seller_name or ""),
            Text(entry.voucher_no or ""),
        )
    shell.out.print(table)


def add(shell: Shell, wanted: Added, home: Path | None) -> int:
    """Write a source into sources.toml. Gives the exit code."""
    sources = Sources(shell.settings(home).home)
    values = _values(wanted)
    if values.get("profile"):
        Profiles(sources.home / PROFILES).get(str(values["profile"]))
    sources.add(wanted.name, values)
    shell.tell(f"已添加 {wanted.name}：{sources.file}", f"{wanted.name} added: {sources.file}")
    return 0


def _values(wanted: Added) -> Mapping[str, Any]:
    """The table of a source from the options. Raises UsageError bad_option."""
    values: dict[str, Any]
    chosen = [wanted.path, wanted.url or wanted.url_env, wanted.table]
    if sum(each is not None for each in chosen) != 1 or (wanted.query and not chosen[1]):
        raise UsageError(
            "bad_option",
            "请在 --path、--url/--url-env 加 --query、--from 中选一种",
            "例如：piaohe source add tax --path '导出/*.xlsx'",
            message_en="choose one of --path, --url or --url-env with --query, and --from",
            hint_en="such as: piaohe source add tax --path 'exports/*.xlsx'",
        )
    if wanted.table is not None:
        values = _table(wanted.table, wanted.name)
    elif wanted.path is not None:
        values = {"kind": "file", "path": wanted.path}
    else:
        address = {"url": wanted.url} if wanted.url else {"url_env": wanted.url_env}
        values = {"kind": "sql", **address, "query": wanted.query or ""}
    return {**values, "profile": wanted.profile} if wanted.profile else values


def _table(file: Path, name: str) -> dict[str, Any]:
    """A source's table from a TOML file, which may hold it under its name."""
    try:
        contents = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise unreadable(file, error) from error
    except ValueError as error:
        raise UsageError(
            "bad_option",
            f"{file} 不是有效的 TOML：{error}",
            "请修正该行",
            message_en=f"{file} is not valid TOML: {error}",
            hint_en="correct that line",
        ) from error
    inner = contents.get(name)
    return inner if isinstance(inner, dict) else contents


def show(shell: Shell, home: Path | None, *, as_json: bool) -> int:
    """Print every source with its snapshot in use, and the profiles. Gives the exit code."""
    settings = shell.settings(home)
    sources = Sources(settings.home)
    profiles = Profiles(sources.home / PROFILES).all()
    with open_store(settings) as store, store.reading() as work:
        known = {name: str(values.get("kind", "?")) for name, values in sources.tables().items()}
        lines = [
            (name, kind, work.imports.current(name), next(iter(work.imports.latest(name, 1)), None))
            for name, kind in known.items()
        ]
    if as_json:
        with LineWriter() as writer:
            for name, kind, current, last in lines:
                writer.write({"source": name, "kind": kind} | _both(current, last))
            for profile in profiles:
                writer.write({"profile": profile.name, "title": profile.title})
        return 0
    heads = [
        ("数据源", "Source"),
        ("种类", "Kind"),
        ("在用快照", "In use"),
        ("最近一次", "Last import"),
    ]
    table = tables.make(shell, heads)
    for name, kind, current, last in lines:
        table.add_row(Text(name), kind, Text(_line(shell, current)), Text(_line(shell, last)))
    shell.out.print(table)
    second = tables.make(shell, [("映射方案", "Profile"), ("说明", "Meaning")])
    for profile in profiles:
        second.add_row(profile.name, Text(profile.title))
    shell.out.print(second)
    return 0


def _both(current: Import | None, last: Import | None) -> dict[str, Any]:
    return {
        "current": current.model_dump(mode="json") if current else None,
        "last": last.model_dump(mode="json") if last else None,
    }


def _line(shell: Shell, given: Import | None) -> str:
    """An import in a few words."""
    if given is None:
        return "—"
    days = f"{given.coverage.first or '…'}..{given.coverage.last or '…'}"
    rows = shell.say(f"{given.rows} 行", f"{given.rows} rows")
    text = f"#{given.id} {given.imported_at:%Y-%m-%d %H:%M}Z {rows} {days}"
    if given.in_use:
        return text
    return f"{text} {shell.say('可疑', 'suspect')}"


def take(
    shell: Shell,
    name: str,
    coverage: str | None,
    home: Path | None,
    *,
    accept: bool,
    as_json: bool,
) -> int:
    """Import a source. Exit code 1 where the import is suspect and not in use."""
    settings = shell.settings(home)
    sources = Sources(settings.home)
    asked = Asked(now(), options.coverage_of(coverage), accept)
    with open_store(settings) as store:
        taken = import_source(store, sources, name, asked)
        with store.reading() as work:
            current = work.imports.current(name)
    if as_json:
        with LineWriter() as writer:
            writer.write(taken.model_dump(mode="json") | {"in_use": taken.in_use})
    else:
        shell.tell(_line(shell, taken), _line(shell, taken))
    for doubt in taken.doubts:
        shell.tell(f"警告：{doubt.message}", f"alert: {doubt.message_en}")
    if taken.in_use:
        return 0
    kept = _line(shell, current)
    shell.tell(f"没有采用；在用的仍是 {kept}", f"not used; still in use is {kept}")
    if taken.sha256:
        shell.tell(
            f"核实无误后可采用：piaohe source accept {taken.id}",
            f"once you are sure it is right: piaohe source accept {taken.id}",
        )
    return 1


def keep_confirmations(shell: Shell, file: Path, home: Path | None) -> int:
    """Keep a list of begun red letters in the place of the last. Gives the exit code."""
    try:
        found = read_confirmations(file)
    except OSError as error:
        raise unreadable(file, error) from error
    with open_store(shell.settings(home)) as store, store.unit_of_work() as work:
        count = work.confirmations.replace(found, now())
    pending = sum(one.pending for one in found)
    shell.tell(
        f"已保存 {count} 份红字确认单，其中 {pending} 份尚待确认；下次核对起生效",
        f"kept {count} red-letter confirmations, {pending} of them pending; they count from the "
        "next matching on",
    )
    return 0


def accept(shell: Shell, number: int, home: Path | None) -> int:
    """Use a suspect import. Raises UsageError no_import."""
    with open_store(shell.settings(home)) as store, store.unit_of_work() as work:
        taken = work.imports.accept(number, now())
    if taken is None:
        raise UsageError(
            "no_import",
            f"没有编号为 {number} 的快照，或它没有内容",
            "请用 piaohe source list 查看编号",
            message_en=f"there is no import {number}, or nothing of it was kept",
            hint_en="piaohe source list shows the numbers",
        )
    if taken.state is ImportState.GOOD:
        shell.tell("该快照本来就在用", "it was in use anyway")
    else:
        shell.tell(f"已采用 {_line(shell, taken)}", f"in use: {_line(shell, taken)}")
    return 0
