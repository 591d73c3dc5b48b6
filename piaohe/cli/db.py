"""piaohe db: the database's version, what would bring it up to date, and its index for finding."""

from pathlib import Path

from piaohe.cli.lines import LineWriter
from piaohe.cli.shell import Shell
from piaohe.opening import open_store
from piaohe.reindex import reindex
from piaohe.settings import Settings
from piaohe.store.engine import as_store_error
from piaohe.store.migrate import Plan, plan, steps_after
from piaohe.store.unit import DATABASE_FILE, connect


def upgrade(shell: Shell, home: Path | None, *, dry_run: bool, as_json: bool) -> int:
    """Bring the database to this program's version, or with `dry_run` only say what that takes.

    Raises SettingsError, StoreError.
    """
    settings = shell.settings(home)
    found = _plan(settings)
    if not dry_run:
        # opening it is what upgrades it
        open_store(settings).close()
    if as_json:
        with LineWriter() as writer:
            writer.write({"done": not dry_run, **found.model_dump(mode="json")})
    else:
        _tell(shell, found, dry_run=dry_run)
    return 0


def make_index(shell: Shell, home: Path | None, *, as_json: bool) -> int:
    """Make the index for finding anew from what is kept. Raises SettingsError, StoreError."""
    with open_store(shell.settings(home)) as store:
        count = reindex(store)
    if as_json:
        with LineWriter() as writer:
            writer.write({"invoices": count})
    else:
        shell.tell(
            f"检索索引已重建，共 {count} 张发票",
            f"the search index was made anew, with {count} invoices",
        )
    return 0


def _plan(settings: Settings) -> Plan:
    if settings.database.url is None and not (settings.home / DATABASE_FILE).exists():
        # looking must not make the file
        return Plan(current=None, steps=steps_after(None))
    engine, place = connect(settings.home, settings.database.url)
    try:
        with as_store_error(place):
            return plan(engine, place)
    finally:
        engine.dispose()


def _tell(shell: Shell, found: Plan, *, dry_run: bool) -> None:
    if not found.steps:
        shell.tell(
            f"数据库已是当前版本（{found.current}）",
            f"the database is up to date ({found.current})",
        )
        return
    for step in found.steps:
        shell.out.print(f"{step.version}  {step.what}", soft_wrap=True, markup=False)
    count, last = len(found.steps), found.steps[-1].version
    before = found.current or shell.say("空", "empty")
    if dry_run:
        shell.tell(
            f"当前版本 {before}；升级到 {last} 需要 {count} 步，尚未改动任何内容。"
            "升级前请先备份：piaohe backup",
            f"now at {before}; {count} steps lead to {last}; nothing was changed. "
            "Make a backup first: piaohe backup",
        )
    else:
        shell.tell(
            f"数据库已从 {before} 升级到 {last}", f"the database went from {before} to {last}"
        )
