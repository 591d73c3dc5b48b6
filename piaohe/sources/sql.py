"""A ledger by SQL: a SQLAlchemy URL and one query that only reads.

The query is refused before it is sent where it is not a single SELECT; the database is told that
the transaction only reads where it knows such a thing (SQLite, PostgreSQL, MySQL, MariaDB,
Oracle). Neither replaces an account without the right to write: use one.
"""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from models.errors import LedgerError
from piaohe.sources.failures import ledger_error
from piaohe.sources.spool import Spool

_PORTION = 1000
_DRIVERS = {
    "MySQLdb": "pymysql (mysql+pymysql://…)",
    "cx_Oracle": "oracledb (oracle+oracledb://…)",
    "pyodbc": "pymssql (mssql+pymssql://…)",
    "psycopg2": "psycopg (postgresql+psycopg://…)",
}
_STEPS = 10_000
"""Instructions of SQLite between two looks at the clock."""
_TOKEN = re.compile(
    r"""--[^\n]*|/\*|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|\$(\w*)\$.*?\$\1\$""",
    re.DOTALL,
)
_WRITES = re.compile(
    r"\b(?:insert|update|delete|merge|upsert|into|truncate|drop|alter|create|grant|revoke|attach|"
    r"detach|pragma|vacuum|nextval|setval|load_extension|readfile|writefile|xp_\w+|sp_\w+|"
    r"openrowset|openquery|opendatasource|dblink\w*|pg_(?:read|write|ls|sleep|terminate|cancel|"
    r"advisory|logical|create|drop|switch|reload|rotate|promote|notify|file)\w*|lo_\w+|"
    r"load_file|outfile|dumpfile|sleep|benchmark|get_lock|utl_\w+|dbms_\w+|query_to_xml\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SqlLimits:
    """What a query may cost: rows, and seconds for all of it."""

    max_rows: int = 2_000_000
    seconds: float = 300.0


def read_only(query: str) -> str:
    """The query without a closing semicolon, once it is sure to be one SELECT that only reads.

    Raises LedgerError sql_refused.
    """
    bare = _without_literals(query).strip()
    body = bare.rstrip("; \t\r\n")
    first = re.match(r"[(\s]*([a-z]+)", body, re.IGNORECASE)
    if not first or first[1].lower() not in {"select", "with"}:
        raise ledger_error("sql_refused", why="SELECT …")
    if ";" in body:
        raise ledger_error("sql_refused", why="; (2 statements)")
    if found := _WRITES.search(body):
        raise ledger_error("sql_refused", why=found[0])
    return query.strip().rstrip("; \t\r\n")


def _without_literals(query: str) -> str:
    """The query with literals, quoted names and comments blanked out.

    What databases read in different ways is refused: a backslash before a quote, comments that
    MySQL runs, quotes that are not closed.
    """
    if "\\" in query or "/*!" in query or "/*+" in query or "\0" in query:
        raise ledger_error("sql_refused", why="\\ /*! /*+")
    pieces = []
    at = 0
    while match := _TOKEN.search(query, at):
        pieces.append(query[at : match.start()])
        at = _comment_end(query, match.start()) if match[0] == "/*" else match.end()
        pieces.append(" ")
    pieces.append(query[at:])
    bare = "".join(pieces)
    if re.search(r"""['"`]|/\*|\*/""", bare):
        raise ledger_error("sql_refused", why="' \" ` /*")
    return bare


def _comment_end(query: str, at: int) -> int:
    """Where a comment ends. Some databases nest comments, some do not: a nested one is refused."""
    end = query.find("*/", at + 2)
    if end < 0 or "/*" in query[at + 2 : end]:
        raise ledger_error("sql_refused", why="/* … */")
    return end + 2


def fetch(
    url: str,
    query: str,
    name: str,
    limits: SqlLimits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Spool:
    """Run the query and spool its rows; the caller closes the spool.

    `name` is how messages call the source; they never hold the URL. Raises LedgerError:
    sql_refused, sql_failed, source_unreachable, source_too_slow, too_many_rows,
    driver_missing, answer_unusable (a URL SQLAlchemy cannot use).
    """
    limits = limits or SqlLimits()
    statement = read_only(query)
    engine = _engine(url, name, limits)
    deadline = clock() + limits.seconds
    try:
        with _explained(name, limits, lambda: clock() > deadline):
            connection = _connected(engine, name)
            with connection:
                _limit(connection, limits, lambda: clock() > deadline)
                return _spooled(connection, statement, name, limits, lambda: clock() > deadline)
    finally:
        engine.dispose()


def _engine(url: str, name: str, limits: SqlLimits) -> Engine:
    try:
        parsed = make_url(url)
        connect: dict[str, Any] = {}
        kind = parsed.get_backend_name()
        if kind in {"postgresql", "mysql", "mariadb"}:
            connect["connect_timeout"] = max(1, min(int(limits.seconds), 20))
        engine = create_engine(
            _sqlite_read_only(parsed) if kind == "sqlite" else parsed,
            connect_args=connect,
            hide_parameters=True,
            poolclass=NullPool,
        )
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        why = f"URL ({type(error).__name__})"
        if isinstance(error, ModuleNotFoundError):
            raise ledger_error("driver_missing", name=name, driver=_driver(error)) from None
        if isinstance(error, ImportError | NoSuchModuleError):
            why = f"{make_url(url).drivername}: {type(error).__name__}"
        raise ledger_error("answer_unusable", name=name, why=why) from None
    if kind in {"mysql", "mariadb"}:
        event.listen(engine, "begin", _mysql_read_only)
    return engine


def _driver(error: ModuleNotFoundError) -> str:
    """The distribution that brings a module; for what SQLAlchemy takes by default, one that needs
    no compiler and has a free licence."""
    module = (error.name or "").partition(".")[0]
    return _DRIVERS.get(module, module)


def _sqlite_read_only(url: URL) -> URL:
    """Opened for reading alone: a file that is not there is not made."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        return url
    from pathlib import Path
    from urllib.parse import quote

    file = quote(str(Path(url.database).absolute()))
    return url.set(database=f"file:{file}").update_query_dict({"mode": "ro", "uri": "true"})


def _mysql_read_only(connection: Connection) -> None:
    connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")


def _connected(engine: Engine, name: str) -> Connection:
    kind = engine.dialect.name
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        raise ledger_error("source_unreachable", name=name, why=_why(error)) from None
    if kind == "postgresql":
        return connection.execution_options(postgresql_readonly=True)
    return connection


def _limit(connection: Connection, limits: SqlLimits, is_late: Callable[[], bool]) -> None:
    """Let the database itself stop what takes too long, and refuse to write, where it can."""
    milliseconds = max(1, int(limits.seconds * 1000))
    kind = connection.dialect.name
    if kind == "sqlite":
        raw = connection.connection.driver_connection
        if isinstance(raw, sqlite3.Connection):
            connection.exec_driver_sql("PRAGMA query_only = ON")
            raw.set_progress_handler(lambda: 1 if is_late() else 0, _STEPS)
    elif kind == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")
    elif getattr(connection.dialect, "is_mariadb", False):
        # MariaDB has no max_execution_time, also where its URL says mysql; its own is in seconds
        connection.exec_driver_sql(f"SET SESSION max_statement_time = {milliseconds / 1000}")
    elif kind == "mysql":
        connection.exec_driver_sql(f"SET SESSION max_execution_time = {milliseconds}")
    elif kind == "oracle":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _spooled(
    connection: Connection,
    statement: str,
    name: str,
    limits: SqlLimits,
    is_late: Callable[[], bool],
) -> Spool:
    # a colon in the query is a colon, not a parameter
    clause = text(re.sub(r"(?<!:):(?=\w)", r"\\:", statement))
    streamed = connection.execution_options(stream_results=True, max_row_buffer=_PORTION)
    with streamed.execute(clause) as result:
        spool = Spool(result.keys())
        try:
            for portion in result.partitions(_PORTION):
                for row in portion:
                    if spool.rows >= limits.max_rows:
                        raise ledger_error("too_many_rows", name=name, limit=str(limits.max_rows))
                    spool.add(row)
                if is_late():
                    raise ledger_error("source_too_slow", name=name, seconds=f"{limits.seconds:g}")
        except BaseException:
            spool.close()
            raise
    return spool


@contextmanager
def _explained(name: str, limits: SqlLimits, is_late: Callable[[], bool]) -> Iterator[None]:
    try:
        yield
    except LedgerError:
        raise
    except (SQLAlchemyError, sqlite3.Error) as error:
        if is_late() or "timeout" in str(error).lower():
            raise ledger_error(
                "source_too_slow", name=name, seconds=f"{limits.seconds:g}"
            ) from None
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise ledger_error("source_unreachable", name=name, why=_why(error)) from None
        raise ledger_error("sql_failed", why=_why(error)) from None


def _why(error: Exception) -> str:
    """What the driver says, one line, without addresses and passwords."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    line = said[0] if said else type(error).__name__
    return re.sub(r"\S*://\S+|password\S*\s*\S+", "…", line, flags=re.IGNORECASE)[:160]
