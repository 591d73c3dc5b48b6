"""Bringing a backup back: into an empty home folder, and an empty database where one is named.

All of the backup is read before anything is written. A marker stands in the home folder until the
end, so that one that was stopped half-way is not taken for whole; the same call again goes on.
"""

import datetime
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from models.record import Record
from piaohe.store import errors, rows
from piaohe.store import manifest as layout
from piaohe.store.backup import as_os_error, copy_files
from piaohe.store.engine import as_store_error, patient, reading, sqlite_engine
from piaohe.store.manifest import Backup, Manifest
from piaohe.store.migrate import upgrade
from piaohe.store.originals import FolderOriginals, Originals, sync_folder
from piaohe.store.unit import DATABASE_FILE, ORIGINALS_FOLDER, RESTORING, connect

SETTINGS_FILE = "piaohe.toml"
_DRAFT_FILE = ".restoring.db"
_BUSY_SECONDS = 60.0

Told = Callable[[int], None]


class Restored(Record):
    """What was brought back, from the backup in `folder`; `keys` counts files of keys."""

    folder: str
    made_at: datetime.datetime
    manifest: Manifest
    keys: int


def restore(
    source: Path,
    home: Path,
    *,
    url: str | None = None,
    originals: Originals | None = None,
    keys: Path | None = None,
    told: Told = lambda _: None,
) -> Restored:
    """Bring the newest backup in `source`, or the one at it, back into the empty folder `home`.

    `url` and `originals` as `Store.open` takes them; the database must hold nothing. The settings
    file alone may stand in the folder already. `keys` is the folder the backup's were put to.
    Raises StoreError: backup_none, backup_damaged (with what), backup_too_new, schema_too_new,
    home_not_empty, database_not_empty, and what `Store.open` raises.
    """
    found = Backup.find(source)
    _refuse_home(home, found)
    damaged = [f"{each.subject}: {each.problem}" for each in found.problems()]
    if damaged:
        raise errors.backup_damaged(str(found.folder), damaged)
    made = found.manifest()
    if url is not None:
        _refuse_database(home, url, resumed=(home / RESTORING).exists())
    with as_os_error(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / RESTORING).write_text(found.folder.name, "utf-8")
        sync_folder(home)
        _draw_database(found, home)
        _bring_originals(found, originals or FolderOriginals(home / ORIGINALS_FOLDER), told)
        if (found.folder / layout.HOME).is_dir():
            copy_files(found.folder / layout.HOME, home, ("*.toml", "*/*.toml"))
        copied = copy_files(keys, home, ("*", "*/*")) if keys else 0
        # the rows last: each of them finds its original
        if url is not None:
            _into_other(home, url)
        _put_database_in_place(home, url)
        (home / RESTORING).unlink()
        sync_folder(home)
    return Restored(folder=str(found.folder), made_at=made.made_at, manifest=made, keys=copied)


def _refuse_home(home: Path, found: Backup) -> None:
    try:
        there = {path.name for path in home.iterdir()}
    except FileNotFoundError:
        return
    except OSError as error:
        raise errors.from_os(error, str(home)) from error
    if RESTORING in there and (home / RESTORING).read_text("utf-8") in {found.folder.name, ""}:
        return
    if there - {SETTINGS_FILE}:
        raise errors.home_not_empty(str(home), sorted(there)[:3])


def _refuse_database(home: Path, url: str, *, resumed: bool) -> None:
    """Asked before hours of copying; one that was filled by an earlier try is compared later."""
    engine, place = connect(home, url)
    try:
        with as_store_error(place):
            upgrade(engine, place)
            with reading(engine).connect() as connection:
                if not resumed and any(rows.count(connection).values()):
                    raise errors.database_not_empty(place)
    finally:
        engine.dispose()


def _draw_database(found: Backup, home: Path) -> None:
    """Copy the database beside its place and bring it to this program's version."""
    draft = home / _DRAFT_FILE
    for left in home.glob(f"{_DRAFT_FILE}*"):
        left.unlink()
    draft.touch(mode=0o600)
    shutil.copyfile(found.folder / layout.DATABASE, draft)
    engine = sqlite_engine(draft, _BUSY_SECONDS)
    try:
        with as_store_error(str(draft)):
            upgrade(engine, str(found.folder / layout.DATABASE))
    finally:
        engine.dispose()


def _bring_originals(found: Backup, originals: Originals, told: Told) -> None:
    if isinstance(originals, FolderOriginals):
        originals.root.mkdir(mode=0o700, exist_ok=True)
    for count, each in enumerate(found.listed(), 1):
        # those of an earlier try are there already, and read again by `put`
        originals.put(found.originals.get(each.sha256))
        told(count)


def _into_other(home: Path, url: str) -> None:
    """All rows in one transaction: there or not."""
    source = sqlite_engine(home / _DRAFT_FILE, _BUSY_SECONDS)
    engine, place = connect(home, url)
    try:
        with (
            as_store_error(place),
            patient(reading(source)).connect() as copied,
            patient(engine).begin() as target,
        ):
            wanted, there = rows.count(copied), rows.count(target)
            if any(there.values()):
                # an earlier try was stopped after its commit, or it is somebody's data
                if there != wanted:
                    raise errors.database_not_empty(place)
            elif rows.copy(copied, target) != wanted or rows.count(target) != wanted:
                raise errors.database_unreachable(place, "rows got lost on the way")
    finally:
        engine.dispose()
        source.dispose()


def _put_database_in_place(home: Path, url: str | None) -> None:
    draft = home / _DRAFT_FILE
    if url is not None:
        draft.unlink()
        return
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.rename(home / DATABASE_FILE)
    sync_folder(home)
