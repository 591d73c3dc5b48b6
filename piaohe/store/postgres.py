"""The PostgreSQL connection: what one machine's SQLite file promises, kept for many machines.

Units that write wait for one another, as they do on SQLite: their first statement takes one
advisory lock of the schema, given back by the commit. READ COMMITTED then lets every statement
see what the writer before has left. A stricter isolation would take its snapshot before the wait
and be stale after it, and would have to repeat the unit, which a `with` block cannot.

Units that are safe beside one another share that lock: they wait for those that do not, and those
for them. What two of them must not do at once has a name, and they lock names (`lock_names`).
"""

import functools
import hashlib
from collections.abc import Iterable

from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    Engine,
    bindparam,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from models.errors import DependencyMissing
from piaohe.store import errors

NAMES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
"""How a URL of PostgreSQL may begin."""
READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Execution options of transactions that only read: all statements see one state."""

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 600.0
IDLE_SECONDS = 120.0
"""How long a unit of work may pause between two statements: a process that was stopped in one
would hold up every other writer, and could go on where it was when it wakes up."""
_LOCK_CLASS = 0x7069616F  # "piao"
_LOCK = f"SELECT pg_advisory_xact_lock({_LOCK_CLASS}, hashtext(current_schema()))"
_LOCK_SHARED = _LOCK.replace("xact_lock", "xact_lock_shared")
# the one-key form: its locks are told from those of the two-key form above
_LOCK_NAMES = text("SELECT pg_advisory_xact_lock(name) FROM unnest(:names) AS name").bindparams(
    bindparam("names", type_=ARRAY(BigInteger()))
)
# a host that vanished without a word is noticed within a minute
_KEEPALIVE = {
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def parse(url: str) -> URL:
    """The URL with the driver we use. Raises ValueError for what is no URL of PostgreSQL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ValueError("not a database URL") from error
    if parsed.drivername not in NAMES:
        raise ValueError("a database URL starts with postgresql://")
    return parsed.set(drivername="postgresql+psycopg")


def postgres_engine(url: str, busy_seconds: float) -> Engine:
    """An engine on a PostgreSQL database; a writer waits up to `busy_seconds` for another.

    Connects lazily, and anew where a connection was lost while it lay idle. Raises
    DependencyMissing where psycopg is not installed, StoreError database_unreachable for a URL
    that is none or not of PostgreSQL.
    """
    try:
        parsed = parse(url)
    except ValueError as error:
        # the text is not repeated: it may hold a password
        raise errors.database_unreachable("database.url", str(error)) from error
    defaults = {"connect_timeout": CONNECT_SECONDS, "application_name": "piaohe"} | _KEEPALIVE
    try:
        engine = create_engine(
            parsed,
            # what the URL asks for goes before
            connect_args={
                name: value for name, value in defaults.items() if name not in parsed.query
            }
            | {"client_encoding": "utf8"},
            pool_pre_ping=True,
            # rows hold names and tax numbers: they stay out of messages and logs
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise _no_driver() from error
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", functools.partial(_begin, busy_seconds))
    return engine


def check_server(connection: Connection, place: str) -> None:
    """Refuse a database that cannot hold every Chinese character, before anything is kept."""
    encoding = str(connection.scalar(text("SHOW server_encoding")))
    if encoding != "UTF8":
        raise errors.database_encoding(place, encoding)


def lock_names(connection: Connection, names: Iterable[str]) -> None:
    """Let no other transaction have one of these names until this one ends.

    In one order and all at once, so that two who want the same cannot wait for one another. Two
    names may be taken for one: then somebody waits in vain, and nothing worse.
    """
    keys = {hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8) for name in names}
    numbers = sorted({int.from_bytes(key.digest(), "big", signed=True) for key in keys})
    if numbers:
        connection.execute(_LOCK_NAMES, {"names": numbers})


def _no_driver() -> DependencyMissing:
    return DependencyMissing(
        "psycopg_missing",
        "使用 PostgreSQL 需要 psycopg，但没有安装",
        "请执行：pip install 'psycopg[binary]'",
        message_en="PostgreSQL needs psycopg, which is not installed",
        hint_en="run: pip install 'psycopg[binary]'",
    )


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    from psycopg import Connection as Psycopg
    from psycopg.adapt import Dumper

    class Text(Dumper):
        """PostgreSQL's texts hold no NUL, SQLite's do: it is spelt out."""

        def dump(self, obj: str) -> bytes:
            return obj.replace("\0", "\\x00").encode("utf-8")

    if isinstance(connection, Psycopg):
        connection.adapters.register_dumper(str, Text)


def _begin(busy_seconds: float, connection: Connection) -> None:
    """Set the time-outs for this transaction alone, and let one writer in at a time, or those that
    may be side by side.

    SET LOCAL and not a setting of the connection: a pooler between us and the server may give
    the next transaction another one.
    """
    options = connection.get_execution_options()
    reading = bool(options.get("piaohe_reading"))
    limits = {
        "lock_timeout": busy_seconds,
        "statement_timeout": 0 if options.get("piaohe_patient") else STATEMENT_SECONDS,
        # a reader holds nobody up
        "idle_in_transaction_session_timeout": 0 if reading else IDLE_SECONDS,
    }
    # 0 is "for ever" to PostgreSQL, so that a short wait is at least a millisecond
    statements = [
        f"SET LOCAL {name} = {max(1, round(seconds * 1000)) if seconds else 0}"
        for name, seconds in limits.items()
    ]
    if not reading:
        statements.append(_LOCK_SHARED if options.get("piaohe_shared") else _LOCK)
    connection.exec_driver_sql("; ".join(statements), execution_options={"stream_results": False})
