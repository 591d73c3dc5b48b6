"""piaohe backup and piaohe restore."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from piaohe.cli.lines import LineWriter
from piaohe.cli.shell import Shell
from piaohe.clock import now
from piaohe.opening import open_originals, open_store
from piaohe.store.backup import SECRETS, Made
from piaohe.store.backup import backup as make_backup
from piaohe.store.restore import Restored
from piaohe.store.restore import restore as bring_back


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of both commands. `place` is the folder of the backups."""

    place: Path
    home: Path | None
    keys: Path | None
    as_json: bool


def backup(shell: Shell, wanted: Wanted) -> int:
    """Make a backup. Gives 1 where an original was lost already. Raises StoreError."""
    settings = shell.settings(wanted.home)
    with open_store(settings) as store, _progress(shell) as progress:
        task = progress.add_task(shell.say("正在备份原件", "backing up originals"))
        made = make_backup(
            store,
            settings.home,
            wanted.place,
            now(),
            keys=wanted.keys,
            told=lambda count: progress.update(task, completed=count),
        )
    if wanted.as_json:
        _write(made.model_dump(mode="json"))
    else:
        _tell_made(shell, made, wanted)
    for lost in made.manifest.lost:
        shell.tell(
            f"原件已损坏或丢失，备份中没有它：{lost.sha256}（{lost.problem}）",
            f"an original is {lost.problem} and not in the backup: {lost.sha256}",
        )
    return 1 if made.manifest.lost else 0


def restore(shell: Shell, wanted: Wanted) -> int:
    """Bring a backup back into an empty home. Raises StoreError."""
    settings = shell.settings(wanted.home)
    with _progress(shell) as progress:
        task = progress.add_task(shell.say("正在恢复原件", "restoring originals"))
        done = bring_back(
            wanted.place,
            settings.home,
            url=settings.database.url,
            originals=open_originals(settings.originals),
            keys=wanted.keys,
            told=lambda count: progress.update(task, completed=count),
        )
    if wanted.as_json:
        _write(done.model_dump(mode="json"))
    else:
        _tell_done(shell, done, settings.home)
    return 0


def _tell_made(shell: Shell, made: Made, wanted: Wanted) -> None:
    held = made.manifest
    rows = sum(held.rows.values())
    shell.tell(
        f"备份完成并已逐一核对：{made.folder}\n"
        f"  {rows} 行记录，{held.originals} 份原件（本次新增 {made.copied} 份）",
        f"backup made, everything in it read again: {made.folder}\n"
        f"  {rows} rows, {held.originals} originals ({made.copied} of them new)",
    )
    if wanted.keys is None:
        shell.tell(
            f"备份中不含密钥和 {SECRETS[0]}；请用 --keys 另存到别处",
            f"keys and {SECRETS[0]} are not in it; keep them elsewhere with --keys",
        )
    else:
        shell.tell(
            f"密钥和设置另存于 {wanted.keys}（{made.keys} 个文件），请勿与备份放在一起",
            f"keys and settings are in {wanted.keys} ({made.keys} files); keep them apart from it",
        )


def _tell_done(shell: Shell, done: Restored, home: Path) -> None:
    held = done.manifest
    made_at = done.made_at.isoformat(timespec="seconds")
    shell.tell(
        f"已从 {made_at} 的备份恢复到 {home}：{sum(held.rows.values())} 行记录，"
        f"{held.originals} 份原件，全部核对无误",
        f"restored to {home} from the backup of {made_at}: {sum(held.rows.values())} rows, "
        f"{held.originals} originals, all of them checked",
    )
    for lost in held.lost:
        shell.tell(
            f"备份时已缺的原件：{lost.sha256}（{lost.problem}）",
            f"was lost before the backup was made: {lost.sha256} ({lost.problem})",
        )
    if not done.keys:
        shell.tell("没有恢复密钥（--keys）", "no keys were restored (--keys)")


def _write(values: dict[str, Any]) -> None:
    with LineWriter() as writer:
        writer.write(values)


def _progress(shell: Shell) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed}"))
    return Progress(*columns, TimeElapsedColumn(), console=shell.err, transient=True)
