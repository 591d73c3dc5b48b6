"""piaohe policy check, show, diff: the company's own rules in a file a finance person writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

import validate
from models.errors import ErrorRecord, SettingsError, UsageError
from models.finding import Severity, Status
from piaohe.cli import besides, options, tables
from piaohe.cli.lines import LineWriter, Refused, error_json, given_invoices, tell_problems
from piaohe.cli.shell import Shell
from piaohe.clock import today
from piaohe.judging import rejudge
from piaohe.pipeline import printable
from piaohe.report import words
from piaohe.settings import Settings, policies
from piaohe.tools import entities_of, policy_of

_LISTED = 50
"""Changes shown in a table; JSON gives all."""


def check(shell: Shell, path: Path, *, as_json: bool) -> int:
    """Say what is wrong with a policy file, line by line. Gives the exit code."""
    policy, problems = policies.check(path)
    tell_problems(shell, problems, as_json=as_json)
    if policy is None or problems:
        return SettingsError.exit_code
    shell.tell(f"{path}：{_described(policy)}，可用", f"{path}: {_described_en(policy)}, usable")
    return 0


def _described(policy: validate.Policy) -> str:
    version = f"版本 {policy.version}" if policy.version else "未写版本"
    since = f"，{policy.effective} 起生效" if policy.effective else ""
    return f"{version}{since}，本单位 {len(policy.entities)} 个，标准 {len(policy.limits)} 条"


def _described_en(policy: validate.Policy) -> str:
    version = f"version {policy.version}" if policy.version else "without a version"
    since = f", in force from {policy.effective}" if policy.effective else ""
    return f"{version}{since}, {len(policy.entities)} companies, {len(policy.limits)} limits"


def show(shell: Shell, path: Path | None, home: Path | None, *, as_json: bool) -> int:
    """Print the policy in effect with its defaults: of a file, else of the home folder."""
    policy = policies.load(path) if path else policy_of(shell.settings(home), today())
    if as_json:
        with LineWriter() as writer:
            writer.write(policy.model_dump(mode="json"))
        return 0
    heads = [("设置", "Setting"), ("取值", "Value"), ("", ""), ("说明", "Meaning")]
    table = tables.make(shell, heads)
    for row in policies.shown(policy):
        default = shell.say("默认", "default") if row.is_default else ""
        table.add_row(row.key, Text(row.value), Text(default, "dim"), Text(row.meaning))
    shell.out.print(table)
    return 0


@dataclass(frozen=True, slots=True)
class Compared:
    """The arguments of `diff`, as typed."""

    before: Path
    after: Path
    invoices: Path | None = None
    home: Path | None = None
    today: str | None = None


def diff(shell: Shell, wanted: Compared, *, as_json: bool) -> int:
    """Judge invoices under two policies and say what would change. Gives the exit code."""
    before, after = policies.load(wanted.before), policies.load(wanted.after)
    day = options.date_of(wanted.today, "--today")
    settings = shell.settings(wanted.home)
    refused: list[Refused] = []
    source = _of_file(wanted.invoices, refused) if wanted.invoices else _of_home(settings)
    ours = entities_of(settings.entities)
    contexts = (rejudge.under(before, day, ours), rejudge.under(after, day, ours))
    found = rejudge.compare(source, *contexts)
    for given in refused:
        shell.complain(given.error)
    if as_json:
        _write(policies.differences(before, after), found, refused)
    else:
        _print(shell, policies.differences(before, after), found)
    return 1 if refused else 0


def _of_file(path: Path, refused: list[Refused]) -> Iterator[rejudge.Subject]:
    """The invoices of INVOICE lines with what their lines say beside them; lines that are none,
    or say something unusable, go to `refused`."""
    nothing = validate.Context(today=today())
    try:
        with path.open("rb") as lines:
            for given in given_invoices(lines):
                if isinstance(given, Refused):
                    refused.append(given)
                    continue
                known = besides.context_of(given, nothing)
                if isinstance(known, ErrorRecord):
                    refused.append(Refused(line=given.line, error=known))
                    continue
                where = given.file or f"{path.name}:{given.line}"
                said = rejudge.Beside(known.claim, known.record, known.related, known.portal)
                yield rejudge.Subject(printable(where), given.invoice, said)
    except OSError as error:
        raise UsageError(
            "invoices_unreadable",
            f"无法读取发票文件 {path}",
            "请检查路径和权限；文件每行一张发票，即 piaohe read --json 的输出",
            message_en=f"the invoices {path} cannot be read: {error.strerror}",
            hint_en="check its path and rights; one invoice a line, as piaohe read --json prints",
        ) from error


def _of_home(settings: Settings) -> Iterator[rejudge.Subject]:
    """Every kept invoice, with its claim and what the tax bureau's list says of it. Raises
    UsageError where nothing was ever kept there."""
    from piaohe.claims import known_of
    from piaohe.matching.kept import record_of
    from piaohe.opening import open_store
    from piaohe.store import Store

    home = settings.home
    if settings.database.url is None and not any(path.exists() for path in Store.places(home)):
        raise UsageError(
            "nothing_kept",
            f"数据目录 {home} 中没有保存的发票",
            "请用 --home 指定数据目录，或用 --invoices 给出发票文件",
            message_en=f"no invoices are kept in {home}",
            hint_en="name the home folder with --home, or a file of invoices with --invoices",
        )
    with open_store(settings) as store, store.reading() as work:
        for kept in work.invoices.iterate():
            beside = rejudge.Beside(known_of(work, kept.id), record_of(work, kept.id))
            yield rejudge.Subject(f"{kept.file}#{kept.index}", kept.invoice, beside)


def _write(
    settings: list[tuple[str, str, str]], found: rejudge.Comparison, refused: list[Refused]
) -> None:
    with LineWriter() as writer:
        writer.write(
            {
                "judged": found.judged,
                "changed": len(found.changes),
                "settings": {key: [one, other] for key, one, other in settings},
                "by_status": {f"{a}->{b}": count for (a, b), count in found.by_status.items()},
                "by_rule": found.by_rule,
            }
        )
        for change in found.changes:
            writer.write(change.model_dump(mode="json"))
        for given in refused:
            writer.write({"line": given.line, "error": error_json(given.error)})


def _print(shell: Shell, settings: list[tuple[str, str, str]], found: rejudge.Comparison) -> None:
    changed = tables.make(shell, [("设置", "Setting"), ("原来", "Before"), ("改为", "After")])
    for key, one, other in settings:
        changed.add_row(key, Text(one), Text(other))
    if settings:
        shell.out.print(changed)
    total = len(found.changes)
    shell.out.print(
        shell.say(
            f"重新校验 {found.judged} 张发票，{total} 张的结论会改变",
            f"{found.judged} invoices judged anew, {total} would change",
        )
    )
    for (before, after), count in found.by_status.items():
        line = Text.assemble(
            tables.status(before, shell.lang), " → ", tables.status(after, shell.lang), f"  {count}"
        )
        shell.out.print(line)
    if found.by_rule:
        rules = tables.make(shell, [("规则", "Rule"), ("张数", "Invoices")], right=(1,))
        for rule, count in found.by_rule.items():
            rules.add_row(rule, str(count))
        shell.out.print(rules)
    _print_changes(shell, found)


def _print_changes(shell: Shell, found: rejudge.Comparison) -> None:
    heads = [("位置", "Where"), ("发票号码", "Number"), ("结论", "Status"), ("规则", "Rules")]
    table = tables.make(shell, heads)
    for change in found.changes[:_LISTED]:
        rules = "、".join(
            f"{rule} {_weight(one)}→{_weight(other)}" for rule, (one, other) in change.rules.items()
        )
        status = _status(shell, change.before, change.after)
        table.add_row(Text(change.where), change.key or "—", status, Text(rules))
    if found.changes:
        shell.out.print(table)
    if len(found.changes) > _LISTED:
        rest = len(found.changes) - _LISTED
        shell.tell(f"另有 {rest} 张，用 --json 列出全部", f"{rest} more; --json lists all")


def _weight(severity: Severity | None) -> str:
    return "—" if severity is None else severity.value


def _status(shell: Shell, before: Status, after: Status) -> Text:
    if before is after:
        return tables.status(before, shell.lang)
    said = words.STATUSES[before].say(shell.lang)
    return Text.assemble(f"{said} → ", tables.status(after, shell.lang))
