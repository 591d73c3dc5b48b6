"""What a backup is on the disk: its folders, its manifest, and what reading one finds wrong.

    TARGET/originals/ab/cd/abcd...        every original, once for all backups in TARGET
    TARGET/backups/20260301T083000Z/      one backup, whole or not there at all
        database.sqlite                   the records, always a SQLite file
        originals.txt                     the originals that belong to it: "SHA-256 size", in order
        home/...                          policy and source files of the home folder
        manifest.json                     counts and versions
        SHA256SUMS                        of all of these; `sha256sum -c` reads it

Everything is a public format, so that a backup can be read without Piaohe. Keys are never in it.
"""

import contextlib
import datetime
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from pydantic import ValidationError

from models.record import Record
from piaohe.store import errors
from piaohe.store.originals import FolderOriginals, hash_file, verify_one

FORMAT = 1
BACKUPS = "backups"
ORIGINALS = "originals"
DATABASE = "database.sqlite"
LIST = "originals.txt"
HOME = "home"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
DRAFT = ".draft-"


class LostOriginal(Record):
    """An original that was damaged or missing where the backup was made of."""

    sha256: str
    problem: Literal["damaged", "missing"]


class Manifest(Record):
    """What a backup holds. `rows` counts those of each table, `original_bytes` their sizes."""

    format: int
    program: str
    schema_version: str
    made_at: datetime.datetime
    database: str
    rows: dict[str, int]
    originals: int
    original_bytes: int
    lost: tuple[LostOriginal, ...] = ()


class Damage(Record):
    """Something of a backup that is not as it was made. `subject` is a file or a SHA-256."""

    subject: str
    problem: Literal["damaged", "missing", "unreadable", "unexpected"]


class Listed(Record):
    """A line of originals.txt."""

    sha256: str
    size: int


class Backup:
    """A whole backup on the disk, to be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.originals = FolderOriginals(folder.parent.parent / ORIGINALS)

    @classmethod
    def find(cls, source: Path) -> "Backup":
        """The backup at `source`, or the newest in it. Raises StoreError backup_none."""
        if (source / MANIFEST).is_file():
            return cls(source.absolute())
        try:
            found = sorted(each for each in (source / BACKUPS).iterdir() if is_backup(each))
        except OSError:
            found = []
        if not found:
            raise errors.backup_none(str(source))
        return cls(found[-1].absolute())

    def manifest(self) -> Manifest:
        """Raises StoreError backup_damaged, backup_too_new."""
        file = self.folder / MANIFEST
        try:
            manifest = Manifest.model_validate_json(file.read_bytes())
        except (OSError, ValidationError) as error:
            raise errors.backup_damaged(str(self.folder), [f"{MANIFEST}: damaged"]) from error
        if manifest.format > FORMAT:
            raise errors.backup_too_new(str(self.folder), manifest.format)
        return manifest

    def listed(self) -> Iterator[Listed]:
        """The originals that belong to it, in order."""
        with (self.folder / LIST).open(encoding="ascii") as lines:
            for line in lines:
                sha256, size = line.split()
                yield Listed(sha256=sha256, size=int(size))

    def problems(self) -> Iterator[Damage]:
        """Read all of it and yield what is not as it was made."""
        files = list(self._file_problems())
        yield from files
        if not files:
            yield from self._database_problems()
            yield from self._original_problems()

    def _file_problems(self) -> Iterator[Damage]:
        try:
            lines = (self.folder / SUMS).read_text("utf-8").splitlines()
            sums = {name: sha256 for sha256, name in (line.split("  ", 1) for line in lines)}
        except FileNotFoundError:
            yield Damage(subject=SUMS, problem="missing")
            return
        except (OSError, ValueError):
            yield Damage(subject=SUMS, problem="damaged")
            return
        for name in (MANIFEST, DATABASE, LIST):
            if name not in sums:
                yield Damage(subject=SUMS, problem="damaged")
                return
        there = {path.relative_to(self.folder).as_posix() for path in _files(self.folder)}
        for name in sorted(there - sums.keys()):
            yield Damage(subject=name, problem="unexpected")
        for name, sha256 in sums.items():
            try:
                if hash_file(self.folder / name) != sha256:
                    yield Damage(subject=name, problem="damaged")
            except FileNotFoundError:
                yield Damage(subject=name, problem="missing")
            except OSError:
                yield Damage(subject=name, problem="unreadable")

    def _database_problems(self) -> Iterator[Damage]:
        if database_problems(self.folder / DATABASE, self.manifest().rows):
            yield Damage(subject=DATABASE, problem="damaged")

    def _original_problems(self) -> Iterator[Damage]:
        for each in self.listed():
            if problem := verify_one(self.originals, each.sha256):
                yield Damage(subject=each.sha256, problem=problem)


def is_backup(folder: Path) -> bool:
    return not folder.name.startswith(".") and (folder / MANIFEST).is_file()


def database_problems(file: Path, rows: dict[str, int]) -> list[str]:
    """What is wrong with a copied database, and with its number of rows."""
    place = f"file:{quote(str(file))}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(place, uri=True)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
            wrong = [line for line in found if line != "ok"]
            wrong += [
                f"{row[0]}: {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")
            ]
            counts = count_rows(connection, list(rows))
    except sqlite3.Error as error:
        return [str(error)]
    return wrong + [f"{name}: {counts[name]} rows" for name in rows if counts[name] != rows[name]]


def count_rows(connection: sqlite3.Connection, tables: list[str]) -> dict[str, int]:
    """The rows of each table."""
    return {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608
        for name in tables
    }


def sums_of(folder: Path) -> str:
    """The lines of SHA256SUMS for everything in a backup's folder."""
    lines = [
        f"{hash_file(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder)
    ]
    return "".join(lines)


def _files(folder: Path) -> list[Path]:
    """What SHA256SUMS is about: every file but itself."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
