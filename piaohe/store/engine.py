"""The database connection: SQLite's recipe, so that several processes can write in turn.

PostgreSQL's is in postgres.py.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from piaohe.store import errors, postgres


def reading(engine: Engine) -> Engine:
    """The same engine for transactions that only read: one state throughout, waiting for nobody."""
    options = postgres.READING if engine.dialect.name == "postgresql" else {}
    return engine.execution_options(piaohe_reading=True, **options)


def sharing(engine: Engine) -> Engine:
    """The same engine for units that write and are safe beside one another. SQLite has one writer
    at a time whatever they are."""
    return engine.execution_options(piaohe_shared=True)


def patient(engine: Engine) -> Engine:
    """The same engine for work on all of the data, whose statements may take hours."""
    return engine.execution_options(piaohe_patient=True)


def sqlite_engine(file: Path, busy_seconds: float) -> Engine:
    """An engine on a SQLite file, made with mode 0600 where it is not there yet.

    Waits up to `busy_seconds` for another writer. Raises StoreError home_not_writable,
    database_damaged, database_busy.
    """
    try:
        # made here and not by SQLite, because its files take their mode from this one
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise errors.from_os(error, str(file)) from error
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": busy_seconds},
        # rows hold names and tax numbers: they stay out of messages and logs
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    with as_store_error(str(file)), _closing_on_error(engine):
        _use_wal(engine, busy_seconds)
    return engine


def sqlite_problems(connection: Connection) -> list[str]:
    """What SQLite finds wrong with its own file, a line each."""
    lines = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check")]
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return [line for line in lines if line != "ok"] + [
        f"{row[0]} row {row[1]}: no {row[2]} row" for row in orphans
    ]


@contextlib.contextmanager
def as_store_error(place: str) -> Iterator[None]:
    """Turn what the database driver raises into the store's errors."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise errors.from_database(error, place) from error
    except PoolTimeout as error:
        # every connection of this process is in use
        raise errors.database_busy() from error


@contextlib.contextmanager
def _closing_on_error(engine: Engine) -> Iterator[None]:
    try:
        yield
    except BaseException:
        engine.dispose()
        raise


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Take the beginning of transactions away from the driver, and set what SQLite forgets."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    # in WAL mode anything less may lose the last commits with the power
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a lock that is upgraded later fails instead of waiting."""
    reading = bool(connection.get_execution_options().get("piaohe_reading"))
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _use_wal(engine: Engine, busy_seconds: float) -> None:
    """Switch the file to write-ahead logging; the switch itself does not wait for others."""
    end = time.monotonic() + busy_seconds
    while True:
        try:
            connection = engine.raw_connection()
            try:
                cursor = connection.cursor()
                # asking takes no lock, and the mode stays with the file
                if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                    cursor.execute("PRAGMA journal_mode = WAL")
                cursor.close()
            finally:
                connection.close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
