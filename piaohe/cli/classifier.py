"""piaohe classifier: correct, train, evaluate, promote, rollback, show."""

import getpass
from collections.abc import Callable
from pathlib import Path

import validate
from models.invoice import Invoice
from piaohe.cli import classifier_tables
from piaohe.cli.lines import LineWriter
from piaohe.cli.shell import Shell
from piaohe.clock import now, today
from piaohe.judging import rejudge
from piaohe.learning import corrections, installation, mapping
from piaohe.learning.active import active
from piaohe.learning.installation import Evaluation
from piaohe.opening import open_store
from piaohe.settings import Settings
from piaohe.store.corrections import Subject
from piaohe.tools import entities_of, policy_of


def correct(
    shell: Shell, said: tuple[str, str, str | None], home: Path | None, *, kind: bool
) -> int:
    """Take a correction down. `said` is (invoice id, what is right, by whom)."""
    settings = shell.settings(home)
    given = (said[0], said[1], said[2] or _user())
    own = mapping.of_home(settings.home)
    judge = _judge(settings)
    with open_store(settings) as store, store.unit_of_work() as work:
        if kind:
            found = corrections.correct_kind(work, given, now())
        else:
            found = corrections.correct_category(work, given, now(), own, judge)
    before, before_en = found.before or "未判定", found.before or "none"
    shell.tell(
        f"已更正：{before} → {found.after}（第 {found.id} 条更正，{found.by}）",
        f"corrected: {before_en} → {found.after} (correction {found.id}, by {found.by})",
    )
    return 0


def train(shell: Shell, home: Path | None, by: str | None, seed: int, *, as_json: bool) -> int:
    """Learn a version. Gives the exit code."""
    settings = shell.settings(home)
    folder = settings.home
    with open_store(settings) as store:
        version = installation.train(store, folder, (by or _user(), now()), seed)
    if as_json:
        with LineWriter() as writer:
            writer.write(version.model_dump(mode="json"))
        return 0
    counts, metrics = version.counts, version.metrics
    shell.tell(
        f"版本 {version.number}：从 {counts['corrections']} 条更正学到，"
        f"其中 {metrics['followed']:.1%} 已照更正判定；尚未启用",
        f"version {version.number}: learnt from {counts['corrections']} corrections, of which it "
        f"follows {metrics['followed']:.1%}; not in use yet",
    )
    shell.tell(
        "下一步：piaohe classifier evaluate，再 piaohe classifier promote",
        "next: piaohe classifier evaluate, then piaohe classifier promote",
    )
    return 0


def evaluate(shell: Shell, home: Path | None, number: int | None, *, as_json: bool) -> int:
    """Print how a version does. Gives the exit code."""
    settings = shell.settings(home)
    folder = settings.home
    with open_store(settings) as store:
        found = installation.evaluate(store, folder, number)
    _print_evaluation(shell, found, as_json=as_json)
    return 0


def promote(
    shell: Shell,
    home: Path | None,
    number: int | None,
    who: tuple[str | None, str | None],
    *,
    as_json: bool,
) -> int:
    """Use a version unless it is worse. `who` is (by whom, why even if worse). The exit code is 1
    where it is refused."""
    settings = shell.settings(home)
    folder = settings.home
    with open_store(settings) as store:
        done = installation.promote(
            store, folder, number, (who[0] or _user(), now(), who[1] or None)
        )
    found, used = done
    _print_evaluation(shell, found, as_json=as_json)
    if not used:
        shell.tell(
            f"版本 {found.number} 没有启用；坚持启用须写明原因：--force 原因",
            f"version {found.number} is not used; to use it all the same say why: --force WHY",
        )
        return 1
    shell.tell(f"已启用版本 {found.number}", f"version {found.number} is in use")
    return 0


def roll_back(shell: Shell, home: Path | None, by: str | None) -> int:
    """Use the version before. Gives the exit code."""
    settings = shell.settings(home)
    folder = settings.home
    with open_store(settings) as store:
        number = installation.roll_back(store, folder, by or _user(), now())
    zh = f"已回退到版本 {number}" if number else "已回退到随软件提供的分类器"
    en = f"version {number} is in use again" if number else "the shipped classifier is in use again"
    shell.tell(zh, en)
    alert = active(folder).alert
    if alert:
        shell.complain(alert)
    return 0


def show(shell: Shell, home: Path | None, *, as_json: bool) -> int:
    """List the versions. Gives the exit code."""
    settings = shell.settings(home)
    folder = settings.home
    with open_store(settings) as store, store.reading() as work:
        versions, uses = work.versions.all(), work.versions.uses()
        known = work.corrections.all(Subject.CATEGORY)
        kinds = work.corrections.all(Subject.KIND)
    in_use = active(folder)
    if not as_json:
        shell.out.print(classifier_tables.of_versions(shell, versions, in_use))
        last = versions[-1].last if versions else 0
        fresh = sum(one.id > last for one in known)
        shell.tell(f"尚未学习的更正：{fresh} 条", f"corrections not learnt from yet: {fresh}")
        if in_use.alert:
            shell.complain(in_use.alert)
        return 0
    with LineWriter() as writer:
        writer.write(
            {
                "active": in_use.number,
                "shipped": in_use.model.header.version,
                "corrections": len(known),
                "kind_corrections": len(kinds),
                "alert": in_use.alert.model_dump(mode="json") if in_use.alert else None,
                "uses": [use.model_dump(mode="json") for use in uses],
            }
        )
        for version in versions:
            row = version.model_dump(mode="json")
            writer.write(row | {"active": version.number == in_use.number})
    return 0


def _print_evaluation(shell: Shell, found: Evaluation, *, as_json: bool) -> None:
    if as_json:
        with LineWriter() as writer:
            writer.write(found.model_dump(mode="json"))
        return
    shell.out.print(classifier_tables.of_evaluation(shell, found))
    if found.skipped:
        shell.tell(
            f"固定评测集中 {found.skipped} 张与更正过的品名或销售方相同，不计",
            f"{found.skipped} of the fixed set have a text or seller that was corrected: left out",
        )
    if not found.held_back.version.documents:
        shell.tell(
            "更正太少或彼此相连，没有留出的可测",
            "too few corrections, or all hang together: none was held back",
        )
    for line in found.worse_en if shell.lang == "en" else found.worse:
        shell.tell(f"更差：{line}", f"worse: {line}")
    if not found.worse:
        shell.tell("不比在用的差", "not worse than the one in use")


def _judge(settings: Settings) -> Callable[[Invoice], Invoice]:
    """Judges an invoice anew under the policy in force: some rules depend on the category."""
    day = today()
    policy = policy_of(settings, day)
    context = validate.Context(
        today=day,
        entities=policy.entities or entities_of(settings.entities),
        policy=policy,
        calendar=validate.StatutoryCalendar(policy.calendar),
    )
    return lambda invoice: rejudge.again(invoice, context)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"
