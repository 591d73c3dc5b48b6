"""Opening: migrations, rights, and files that cannot be opened."""

import os
import sqlite3
import stat

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from models.errors import StoreError
from piaohe.store import Store, What
from piaohe.store.engine import sqlite_engine
from piaohe.store.fulltext import is_derived
from piaohe.store.migrate import alembic_config, current_version, upgrade
from piaohe.store.migrations import HEAD
from piaohe.store.tables import Base


@pytest.fixture
def engine(tmp_path):
    made = sqlite_engine(tmp_path / "piaohe.db", 1.0)
    yield made
    made.dispose()


def refusal(home, **options: float) -> str:
    with pytest.raises(StoreError) as caught:
        Store.open(home, **options)
    record = caught.value.record
    assert caught.value.exit_code == 4
    assert all((record.message, record.message_en, record.hint, record.hint_en))
    return record.code


def run_sql(home, *statements: str) -> None:
    connection = sqlite3.connect(home / "piaohe.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_new_home_is_private(tmp_path) -> None:
    home = tmp_path / "deep" / "home"
    with Store.open(home) as store:
        assert store.check() == []
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        for file in home.glob("piaohe.db*"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_opening_twice_keeps_what_is_there(tmp_path, now) -> None:
    with Store.open(tmp_path) as first, Store.open(tmp_path) as second:
        with first.unit_of_work() as work:
            work.documents.ids()
        assert second.check() == []


def compared(connection) -> MigrationContext:
    """Without the index of words, which follows from the tables."""
    options = {"include_name": lambda name, kind, _: kind != "table" or not is_derived(name)}
    return MigrationContext.configure(connection, opts=options)


def test_the_versions_make_the_tables(engine) -> None:
    upgrade(engine, "x")
    with engine.connect() as connection:
        assert compare_metadata(compared(connection), Base.metadata) == []
        assert current_version(connection) == HEAD
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_head_is_the_newest_version(engine) -> None:
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
    assert script.get_current_head() == HEAD


def test_down_and_up_again(engine) -> None:
    upgrade(engine, "x")
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    with engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'")
        assert set(tables.scalars()) <= {"alembic_version", "sqlite_sequence"}
    upgrade(engine, "x")
    with engine.connect() as connection:
        assert compare_metadata(compared(connection), Base.metadata) == []


def test_a_failing_upgrade_leaves_nothing(engine, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(RuntimeError):
        upgrade(engine, "x")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0


def test_a_newer_database_is_left_alone(tmp_path) -> None:
    Store.open(tmp_path).close()
    run_sql(tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    assert refusal(tmp_path) == "schema_too_new"


def test_somebody_elses_database_is_left_alone(tmp_path) -> None:
    run_sql(tmp_path, "CREATE TABLE notes (text TEXT)")
    assert refusal(tmp_path) == "database_unknown"
    connection = sqlite3.connect(tmp_path / "piaohe.db")
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]
    connection.close()


def test_a_file_that_is_no_database(tmp_path) -> None:
    (tmp_path / "piaohe.db").write_bytes(b"no database at all, " * 400)
    assert refusal(tmp_path) == "database_damaged"


def test_a_damaged_database(tmp_path, now) -> None:
    Store.open(tmp_path).close()
    file = tmp_path / "piaohe.db"
    data = bytearray(file.read_bytes())
    data[100:] = b"\xa5" * (len(data) - 100)
    file.write_bytes(data)
    assert refusal(tmp_path) == "database_damaged"


def test_a_damaged_page_is_found_by_check(tmp_path, now) -> None:
    with Store.open(tmp_path) as store, store.unit_of_work() as work:
        for count in range(2000):
            work.events.add(What.DOCUMENT_KEPT, f"{count:064d}", now)
    file = tmp_path / "piaohe.db"
    data = bytearray(file.read_bytes())
    data[-8192:] = b"\xa5" * 8192
    file.write_bytes(data)
    with Store.open(tmp_path) as store:
        assert {problem.code for problem in store.check()} == {"database_damaged"}


def test_check_finds_damaged_and_missing_originals(store, keep, make_document) -> None:
    _, damaged = make_document("a")
    _, missing = make_document("b")
    keep("a")
    keep("b")
    path = store.originals.path(damaged.sha256)
    path.chmod(0o644)
    path.write_bytes(b"x")
    store.originals.path(missing.sha256).unlink()
    found = {(problem.code, problem.subject) for problem in store.check()}
    assert found == {("original_damaged", damaged.sha256), ("original_missing", missing.sha256)}


def test_a_home_that_cannot_be_made(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert refusal(tmp_path / "file") == "home_not_writable"
    assert refusal(tmp_path / "file" / "home") == "home_not_writable"


def test_a_folder_where_the_database_should_be(tmp_path) -> None:
    (tmp_path / "piaohe.db").mkdir()
    assert refusal(tmp_path) == "home_not_writable"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_home(tmp_path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert refusal(tmp_path) == "home_not_writable"
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("place", ["", "piaohe.db", "originals"])
def test_what_is_read_only_is_said_before_it_is_needed(tmp_path, place: str) -> None:
    with Store.open(tmp_path) as store:
        store.check_writable()
        mode = (tmp_path / place).stat().st_mode
        (tmp_path / place).chmod(0o500 if (tmp_path / place).is_dir() else 0o400)
        try:
            with pytest.raises(StoreError) as caught:
                store.check_writable()
        finally:
            (tmp_path / place).chmod(mode)
    assert caught.value.record.code == "home_not_writable"
    assert str(tmp_path / place) in caught.value.record.message_en


def test_a_writer_that_does_not_end(tmp_path) -> None:
    with Store.open(tmp_path, busy_seconds=0.05) as store:
        other = sqlite3.connect(tmp_path / "piaohe.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught, store.unit_of_work() as work:
            work.documents.ids()
        assert caught.value.record.code == "database_busy"
        assert caught.value.record.retry
        with store.reading() as work:
            assert work.documents.ids() == []
        other.execute("ROLLBACK")
        other.close()
        with store.unit_of_work() as work:
            assert work.documents.ids() == []


def test_reading_cannot_write(store, now) -> None:
    with pytest.raises(StoreError), store.reading() as work:
        work.events.add(What.DOCUMENT_KEPT, "x", now)
    with store.unit_of_work() as work:
        assert list(work.events.iterate()) == []


def test_messages_hold_no_row_contents(store, now) -> None:
    with pytest.raises(StoreError) as caught, store.reading() as work:
        work.events.add(What.DOCUMENT_KEPT, "SECRET", now)
    assert "SECRET" not in f"{caught.value} {caught.value.__cause__}"


def test_the_tables_are_fit_for_postgresql() -> None:
    dialect = postgresql.dialect()
    for table in Base.metadata.sorted_tables:
        assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert index.name is not None
            assert index.name in str(CreateIndex(index).compile(dialect=dialect))
