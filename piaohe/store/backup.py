"""Making a backup while others work: one state of the database, and every original it may name.

What stands where is told in manifest.py. The database is copied first and the originals after it:
an original is kept before its row, so none that a row names can be missing. A backup is made in a
draft folder and gets its name when all of it was written and read again, so one that was stopped
half-way is never taken for a whole one.
"""

import contextlib
import datetime
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine

from models.errors import StoreError
from models.record import Record
from piaohe import version
from piaohe.store import errors, rows
from piaohe.store import manifest as layout
from piaohe.store.engine import as_store_error, patient, reading, sqlite_engine
from piaohe.store.manifest import Backup, LostOriginal, Manifest
from piaohe.store.migrate import upgrade
from piaohe.store.migrations import HEAD
from piaohe.store.originals import FolderOriginals, Originals, sync_folder, verify_one
from piaohe.store.unit import Store

CONFIGURATION = ("policy*.toml", "sources.toml", "categories.toml", "profiles/*.toml")
"""Files of a home folder that hold no secrets and are needed after a restore."""
SECRETS = ("piaohe.toml", "keys/*")
"""Files that may hold secrets: copied only to a folder of their own, when asked for."""
_BUSY_SECONDS = 60.0
_NAMED = """SELECT sha256 FROM documents WHERE sha256 NOT IN
 (SELECT sha256 FROM original_marks WHERE what = 'removed') ORDER BY sha256"""

Told = Callable[[int], None]


class Made(Record):
    """A backup that was made. `copied` counts the originals TARGET did not have before."""

    folder: str
    manifest: Manifest
    copied: int
    keys: int


def backup(
    store: Store,
    home: Path,
    target: Path,
    at: datetime.datetime,
    *,
    keys: Path | None = None,
    told: Told = lambda _: None,
) -> Made:
    """Make a backup in the folder `target`, while others go on reading and writing.

    Originals that are there from an earlier backup are read again but not copied. What may hold
    secrets goes to the folder `keys`, or nowhere. `told` hears how many originals are done.
    Raises StoreError: backup_place, backup_busy, database_..., originals_unreachable,
    home_not_writable, disk_full. An original that is damaged or missing at home does not stop it;
    it is in the manifest.
    """
    _refuse_places(home, target, keys)
    with as_os_error(target), alone(target):
        for left in (target / layout.BACKUPS).glob(f"{layout.DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        draft = target / layout.BACKUPS / f"{layout.DRAFT}{os.getpid()}"
        draft.mkdir(mode=0o700)
        try:
            made, copied = _fill(draft, store, home, at, told)
            folder = _publish(draft)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        return Made(
            folder=str(folder),
            manifest=made,
            copied=copied,
            keys=copy_files(home, keys, SECRETS) if keys else 0,
        )


def copy_database(engine: Engine, file: Path) -> dict[str, int]:
    """Write one state of a database to a new SQLite file; gives the rows of each table.

    Nobody is held up. Raises StoreError database_....
    """
    with as_store_error(engine.url.render_as_string(hide_password=True)):
        if engine.dialect.name == "sqlite":
            _copy_sqlite(engine, file)
        else:
            _copy_rows(engine, file)
        os.chmod(file, 0o600)
        with contextlib.closing(sqlite3.connect(file)) as connection:
            # one file without companions, which can be read where nothing can be written
            connection.execute("PRAGMA journal_mode = DELETE")
            return layout.count_rows(connection, sorted(rows.names()))


def copy_files(source: Path, target: Path, patterns: tuple[str, ...]) -> int:
    """Copy the files of a folder that match, under their names; gives how many."""
    found = sorted({path for each in patterns for path in source.glob(each) if path.is_file()})
    if found:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in found:
        place = target / path.relative_to(source)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place.with_name(f"{place.name}.draft")
        draft.touch(mode=0o600)
        shutil.copyfile(path, draft)
        _sync(draft)
        draft.replace(place)
    return len(found)


def _fill(
    draft: Path, store: Store, home: Path, at: datetime.datetime, told: Told
) -> tuple[Manifest, int]:
    """Write everything into the draft; gives the manifest and how many originals were new."""
    database = draft / layout.DATABASE
    counts = copy_database(store.engine, database)
    if wrong := layout.database_problems(database, counts):
        raise errors.database_damaged(store.place, "; ".join(wrong[:3]))
    copied, listed, size, lost = 0, 0, 0, []
    kept = FolderOriginals(draft.parent.parent / layout.ORIGINALS)
    with (draft / layout.LIST).open("x", encoding="ascii") as lines:
        for sha256 in _wanted(store.originals, database):
            try:
                data, new = _copy_original(store.originals, kept, sha256)
            except StoreError as error:
                lost.append(_lost(sha256, error))
                continue
            lines.write(f"{sha256} {data}\n")
            copied, listed, size = copied + new, listed + 1, size + data
            told(listed)
    copy_files(home, draft / layout.HOME, CONFIGURATION)
    made = Manifest(
        format=layout.FORMAT,
        program=version(),
        schema_version=HEAD,
        made_at=at,
        database=store.engine.dialect.name,
        rows=counts,
        originals=listed,
        original_bytes=size,
        lost=tuple(lost),
    )
    (draft / layout.MANIFEST).write_text(made.model_dump_json(indent=1) + "\n", "utf-8")
    (draft / layout.SUMS).write_text(layout.sums_of(draft), "utf-8")
    return made, copied


def _publish(draft: Path) -> Path:
    """Make the draft last and give it its name."""
    for path in sorted(draft.rglob("*"), reverse=True):
        if path.is_dir():
            sync_folder(path)
        else:
            _sync(path)
    sync_folder(draft)
    made = Backup(draft).manifest().made_at.astimezone(datetime.UTC)
    folder = draft.with_name(made.strftime("%Y%m%dT%H%M%S%fZ"))
    draft.rename(folder)
    sync_folder(folder.parent)
    return folder


def _wanted(originals: Originals, database: Path) -> Iterator[str]:
    """Every original there is, in order, and every one a row names that is not there."""
    seen: set[str] = set()
    for sha256 in originals.iterate():
        seen.add(sha256)
        yield sha256
    with contextlib.closing(sqlite3.connect(database)) as connection:
        for (sha256,) in connection.execute(_NAMED):
            if sha256 not in seen:
                yield sha256


def _copy_original(source: Originals, kept: FolderOriginals, sha256: str) -> tuple[int, bool]:
    """See that the backup's copy is there and sound; gives its size and whether it is new.

    A sound copy from before is worth more than what the source has now. Raises StoreError
    original_... where neither is any good.
    """
    path = kept.path(sha256)
    if path.exists():
        if verify_one(kept, sha256) is None:
            return path.stat().st_size, False
        data = source.get(sha256)
        # the damaged copy makes room only for a sound one
        path.unlink()
    else:
        data = source.get(sha256)
    kept.put(data)
    return len(data), True


def _lost(sha256: str, error: StoreError) -> LostOriginal:
    match error.record.code:
        case "original_missing":
            return LostOriginal(sha256=sha256, problem="missing")
        case "original_damaged" | "original_unreadable":
            return LostOriginal(sha256=sha256, problem="damaged")
        case _:
            raise error


def _copy_sqlite(engine: Engine, file: Path) -> None:
    """SQLite's own way to copy a database in use: in one step, so that no writer restarts it."""
    with reading(engine).connect() as connection, contextlib.closing(sqlite3.connect(file)) as copy:
        source = connection.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError("not a connection of the sqlite3 module")
        source.backup(copy)


def _copy_rows(engine: Engine, file: Path) -> None:
    """All rows as one transaction sees them, into a SQLite file of the same version."""
    made = sqlite_engine(file, _BUSY_SECONDS)
    try:
        upgrade(made, str(file))
        with patient(reading(engine)).connect() as source, made.begin() as target:
            counts = rows.copy(source, target)
            if counts != rows.count(source):
                raise errors.database_damaged(str(engine.url), "rows got lost on the way")
    finally:
        made.dispose()


def _refuse_places(home: Path, target: Path, keys: Path | None) -> None:
    """A backup inside of what it backs up dies with it; keys beside the rest protect nothing."""
    home, target = home.resolve(), target.resolve()
    if target == home or home in target.parents or target in home.parents:
        raise errors.backup_place(str(target))
    if keys is not None:
        apart = keys.resolve()
        if apart in {target, home} or target in apart.parents or home in apart.parents:
            raise errors.backup_place(str(apart))


@contextlib.contextmanager
def as_os_error(target: Path) -> Iterator[None]:
    """Turn what the operating system raises into the store's errors."""
    try:
        yield
    except OSError as error:
        raise errors.from_os(error, str(target)) from error


@contextlib.contextmanager
def alone(target: Path) -> Iterator[None]:
    """Make the folders of `target`, and keep other backups out of it."""
    for folder in (target, target / layout.BACKUPS, target / layout.ORIGINALS):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(target / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # the system lets go of it whatever becomes of this process
        with contextlib.suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise errors.backup_busy(str(target)) from error
        yield
    finally:
        os.close(handle)


def _sync(file: Path) -> None:
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())
