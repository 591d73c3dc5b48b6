"""The store as a whole, and the unit of work in which it is read and changed."""

import contextlib
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from models.errors import StoreError
from models.record import Record
from piaohe.store import errors, rights
from piaohe.store.alerts import Alerts, Deliveries
from piaohe.store.arrivals import Arrivals
from piaohe.store.batches import Batches
from piaohe.store.chores import Chores
from piaohe.store.claims import Claims
from piaohe.store.corrections import Corrections, Versions
from piaohe.store.documents import Documents
from piaohe.store.duplicates import Duplicates
from piaohe.store.engine import (
    as_store_error,
    patient,
    reading,
    sharing,
    sqlite_engine,
    sqlite_problems,
)
from piaohe.store.events import Events
from piaohe.store.feed import Feed
from piaohe.store.hooks import Hooks
from piaohe.store.imports import Imports
from piaohe.store.invoices import Invoices
from piaohe.store.ledgers import Ledgers
from piaohe.store.matches import Matches
from piaohe.store.migrate import upgrade
from piaohe.store.notes import Notes
from piaohe.store.originals import FolderOriginals, Originals, sync_folder, verify
from piaohe.store.overview import Overview
from piaohe.store.people import Audits, People
from piaohe.store.periods import Periods
from piaohe.store.postgres import lock_names, postgres_engine
from piaohe.store.quotas import Answers, Quotas
from piaohe.store.relations import Relations
from piaohe.store.removal import Removal
from piaohe.store.reviews import Reviews
from piaohe.store.said import Breakers, Confirmations, Leads, Links
from piaohe.store.search import Search
from piaohe.store.signs import Signs
from piaohe.store.steps import Steps
from piaohe.store.tables import Base
from piaohe.store.tallies import OriginalMarks, Tallies
from piaohe.store.uploads import Uploads
from piaohe.store.views import Views
from piaohe.store.workers import Workers

DATABASE_FILE = "piaohe.db"
ORIGINALS_FOLDER = "originals"
RESTORING = ".restoring"
"""A file that stands in a home folder for as long as a backup is brought back into it."""
BUSY_SECONDS = 30.0
_DRAFT_AGE_SECONDS = 24 * 3600.0


def connect(home: Path, url: str | None, busy_seconds: float = BUSY_SECONDS) -> tuple[Engine, str]:
    """An engine on the home folder's own database, or on the one `url` names; and how errors call
    it. Nothing is upgraded. Raises StoreError and DependencyMissing as `Store.open` does."""
    if url is None:
        file = home / DATABASE_FILE
        return sqlite_engine(file, busy_seconds), str(file)
    engine = postgres_engine(url, busy_seconds)
    return engine, engine.url.render_as_string(hide_password=True)


class Work:
    """The repositories of one transaction."""

    def __init__(self, session: Session, originals: Originals) -> None:
        self._session = session
        self.events = Events(session)
        self.invoices = Invoices(session)
        self.documents = Documents(session, originals, self.invoices, self.events)
        self.duplicates = Duplicates(session)
        self.ledgers = Ledgers(session, self.events)
        self.matches = Matches(session, self.events)
        self.imports = Imports(session, self.events)
        self.quotas = Quotas(session)
        self.answers = Answers(session)
        self.links = Links(session)
        self.confirmations = Confirmations(session)
        self.breakers = Breakers(session)
        self.leads = Leads(session)
        self.relations = Relations(session)
        self.corrections = Corrections(session)
        self.versions = Versions(session)
        self.arrivals = Arrivals(session)
        self.batches = Batches(session)
        self.workers = Workers(session)
        self.people = People(session)
        self.audits = Audits(session)
        self.reviews = Reviews(session)
        self.claims = Claims(session)
        self.steps = Steps(session)
        self.uploads = Uploads(session)
        self.notes = Notes(session)
        self.periods = Periods(session)
        self.search = Search(session)
        self.overview = Overview(session)
        self.views = Views(session)
        self.alerts = Alerts(session)
        self.deliveries = Deliveries(session)
        self.feed = Feed(session)
        self.hooks = Hooks(session)
        self.chores = Chores(session)
        self.tallies = Tallies(session)
        self.marks = OriginalMarks(session)
        self.signs = Signs(session)
        self.removal = Removal(session)

    def alone_with(self, names: Iterable[str]) -> None:
        """Wait until no other shared unit has one of these names, and have them until the end.

        Called once, before anything is read that others may change. Units that are not shared are
        alone with everything.
        """
        connection = self._session.connection()
        if (
            connection.get_execution_options().get("piaohe_shared")
            and connection.dialect.name == "postgresql"
        ):
            lock_names(connection, names)


class StoreProblem(Record):
    """Something `Store.check` found. `subject` is a SHA-256 or a part of the database."""

    code: str
    subject: str


class Store:
    """The home folder: database and originals. Made by `Store.open`."""

    def __init__(self, engine: Engine, originals: Originals, place: str) -> None:
        self.originals = originals
        self.engine = engine
        self.place = place
        self._reading_engine = reading(engine)
        self._sharing_engine = sharing(engine)

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        url: str | None = None,
        originals: Originals | None = None,
        busy_seconds: float = BUSY_SECONDS,
    ) -> Self:
        """Open the home folder, made (mode 0700) where it is not there, its database upgraded.

        `url` names a PostgreSQL database instead of the folder's own, `originals` another place
        for them than its own folder. A writer waits up to `busy_seconds` for another one. Raises
        StoreError: home_not_writable, disk_full, database_busy, database_damaged,
        database_unknown, database_encoding, schema_too_new, database_unreachable,
        restore_unfinished; DependencyMissing where the driver is not installed.
        """
        if (home / RESTORING).exists():
            raise errors.restore_unfinished(str(home))
        if originals is None:
            originals = FolderOriginals(home / ORIGINALS_FOLDER)
        try:
            if not home.is_dir():
                home.mkdir(mode=0o700, parents=True, exist_ok=True)
                sync_folder(home.parent)
            if isinstance(originals, FolderOriginals):
                originals.root.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise errors.from_os(error, str(home)) from error
        engine, place = connect(home, url, busy_seconds)
        try:
            with as_store_error(place):
                upgrade(engine, place)
        except BaseException:
            engine.dispose()
            raise
        if isinstance(originals, FolderOriginals):
            originals.remove_drafts(time.time() - _DRAFT_AGE_SECONDS)
        return cls(engine, originals, place)

    def check_writable(self) -> None:
        """Make sure that units of work and originals can be written, before the first of them.

        Writes nothing and waits for nobody. Raises StoreError: home_not_writable,
        database_read_only, and as `open` does.
        """
        places: list[Path] = []
        if self.engine.dialect.name == "sqlite":
            home = Path(self.place).parent
            # SQLite makes files beside its own
            places = [home, *self.places(home)]
        else:
            with as_store_error(self.place), self._reading_engine.connect() as connection:
                rights.check_server(connection, self.place)
        if isinstance(self.originals, FolderOriginals):
            places.append(self.originals.root)
        rights.check_places(places)

    @staticmethod
    def places(home: Path) -> list[Path]:
        """Everything in a home folder that is the store's own."""
        database = [home / f"{DATABASE_FILE}{end}" for end in ("", "-wal", "-shm", "-journal")]
        return [home / ORIGINALS_FOLDER, *database]

    @contextlib.contextmanager
    def unit_of_work(self, *, shared: bool = False) -> Iterator[Work]:
        """One transaction that writes: committed at the end, undone by any exception.

        Its first statement takes the write lock, so keep it short: read documents before, not
        inside. With `shared` it may run beside others that are, on PostgreSQL: for units that
        only add rows, or change what they hold by a row's lock or by `alone_with`. Raises
        StoreError as `open` does.
        """
        engine = self._sharing_engine if shared else self.engine
        with (
            as_store_error(self.place),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield Work(session, self.originals)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Work]:
        """One transaction that only reads: sees one state throughout and waits for no writer."""
        with as_store_error(self.place), Session(self._reading_engine) as session:
            yield Work(session, self.originals)

    @contextlib.contextmanager
    def settled(self) -> Iterator[Work]:
        """One transaction that reads when no unit is under way: rows numbered one after the other
        are then all there, up to the last. Elsewhere one with a smaller number may come late."""
        if self.engine.dialect.name == "sqlite":
            # units come one after the other, so that no number is given out before its turn
            with self.reading() as work:
                yield work
            return
        with self.unit_of_work() as work:
            yield work

    def check(self) -> list[StoreProblem]:
        """Read everything kept and say what is wrong; nothing is repaired.

        Codes: database_damaged, original_damaged, original_missing. Takes as long as reading the
        database and all originals does. Raises StoreError where either cannot be reached.
        """
        broken: list[str] = []
        documents: list[str] = []
        try:
            broken += self._database_problems()
            with self.reading() as work:
                gone = set(work.marks.having(work.marks.REMOVED))
                documents = [each for each in work.documents.ids() if each not in gone]
        except StoreError as error:
            if error.record.code != "database_damaged":
                raise
            broken.append(error.record.message_en)
        return [StoreProblem(code="database_damaged", subject=line) for line in broken] + [
            StoreProblem(code=f"original_{found.problem}", subject=found.sha256)
            for found in verify(self.originals, documents)
        ]

    def _database_problems(self) -> list[str]:
        """What the database finds wrong with itself when all of it is read."""
        engine = patient(self._reading_engine)
        with as_store_error(self.place), engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                return sqlite_problems(connection)
            # it has no such command; a broken page is an error when its rows are read
            for table in Base.metadata.sorted_tables:
                connection.exec_driver_sql(f"SELECT sum(length(t::text)) FROM {table.name} t")  # noqa: S608
            return []

    def close(self) -> None:
        """Let go of the database. A closed store can be opened anew."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
