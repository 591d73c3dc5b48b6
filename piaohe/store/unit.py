"""The store as a whole, and the unit of work in which it is read and changed."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from models.errors import StoreError
from models.record import Record
from piaohe.store import errors
from piaohe.store.documents import Documents
from piaohe.store.engine import READING, as_store_error, sqlite_engine
from piaohe.store.events import Events
from piaohe.store.invoices import Invoices
from piaohe.store.ledgers import Ledgers
from piaohe.store.matches import Matches
from piaohe.store.migrate import upgrade
from piaohe.store.originals import FolderOriginals, sync_folder

DATABASE_FILE = "piaohe.db"
ORIGINALS_FOLDER = "originals"
BUSY_SECONDS = 30.0
_DRAFT_AGE_SECONDS = 24 * 3600.0


class Work:
    """The repositories of one transaction."""

    def __init__(self, session: Session, originals: FolderOriginals) -> None:
        self.events = Events(session)
        self.invoices = Invoices(session)
        self.documents = Documents(session, originals, self.invoices, self.events)
        self.ledgers = Ledgers(session, self.events)
        self.matches = Matches(session, self.events)


class StoreProblem(Record):
    """Something `Store.check` found. `subject` is a SHA-256 or a part of the database."""

    code: str
    subject: str


class Store:
    """The home folder: database and originals. Made by `Store.open`."""

    def __init__(self, engine: Engine, originals: FolderOriginals, place: str) -> None:
        self.originals = originals
        self._engine = engine
        self._reading_engine = engine.execution_options(**READING)
        self._place = place

    @classmethod
    def open(
        cls, home: Path, *, url: str | None = None, busy_seconds: float = BUSY_SECONDS
    ) -> Self:
        """Open the home folder, made (mode 0700) where it is not there, its database upgraded.

        `url` names another database than the folder's own; the originals stay in the folder. A
        writer waits up to `busy_seconds` for another one. Raises StoreError: home_not_writable,
        disk_full, database_busy, database_damaged, database_unknown, schema_too_new,
        database_unreachable.
        """
        originals = FolderOriginals(home / ORIGINALS_FOLDER)
        try:
            if not home.is_dir():
                home.mkdir(mode=0o700, parents=True, exist_ok=True)
                sync_folder(home.parent)
            originals.root.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise errors.from_os(error, str(home)) from error
        if url is None:
            place = str(home / DATABASE_FILE)
            engine = sqlite_engine(home / DATABASE_FILE, busy_seconds)
        else:
            engine = create_engine(url, hide_parameters=True)
            place = engine.url.render_as_string(hide_password=True)
        try:
            with as_store_error(place):
                upgrade(engine, place)
        except BaseException:
            engine.dispose()
            raise
        originals.remove_drafts(time.time() - _DRAFT_AGE_SECONDS)
        return cls(engine, originals, place)

    @staticmethod
    def places(home: Path) -> list[Path]:
        """Everything in a home folder that is the store's own."""
        database = [home / f"{DATABASE_FILE}{end}" for end in ("", "-wal", "-shm", "-journal")]
        return [home / ORIGINALS_FOLDER, *database]

    @contextlib.contextmanager
    def unit_of_work(self) -> Iterator[Work]:
        """One transaction that writes: committed at the end, undone by any exception.

        Its first statement takes the write lock, so keep it short: read documents before, not
        inside. Raises StoreError as `open` does.
        """
        with (
            as_store_error(self._place),
            Session(self._engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield Work(session, self.originals)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Work]:
        """One transaction that only reads: sees one state throughout and waits for no writer."""
        with as_store_error(self._place), Session(self._reading_engine) as session:
            yield Work(session, self.originals)

    def check(self) -> list[StoreProblem]:
        """Read everything kept and say what is wrong; nothing is repaired.

        Codes: database_damaged, original_damaged, original_missing. Takes as long as reading all
        originals does.
        """
        broken: list[str] = []
        documents: list[str] = []
        try:
            broken += self._database_problems()
            with self.reading() as work:
                documents = work.documents.ids()
        except StoreError as error:
            if error.record.code != "database_damaged":
                raise
            broken.append(error.record.message_en)
        return [StoreProblem(code="database_damaged", subject=line) for line in broken] + [
            StoreProblem(code=f"original_{found.problem}", subject=found.sha256)
            for found in self.originals.verify(documents)
        ]

    def _database_problems(self) -> list[str]:
        """What SQLite finds wrong with its own file; other databases check themselves."""
        with as_store_error(self._place), self._reading_engine.connect() as connection:
            if connection.dialect.name != "sqlite":
                return []
            lines = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check")]
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check")
            return [line for line in lines if line != "ok"] + [
                f"{row[0]} row {row[1]}: no {row[2]} row" for row in orphans
            ]

    def close(self) -> None:
        """Let go of the database. A closed store can be opened anew."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
