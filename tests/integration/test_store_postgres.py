"""What is PostgreSQL's own: locks, time-outs, rights, a server that goes away, hostile texts."""

import threading
import time

import pytest
from sqlalchemy import text

from models.errors import SettingsError, StoreError
from models.invoice import Invoice
from piaohe.opening import open_for_work
from piaohe.settings import Settings
from piaohe.settings.sections import DatabaseSettings
from piaohe.store import Store, What
from piaohe.store.postgres import parse
from tests.support.postgres import Databases, NoPostgres, PostgresServer


@pytest.fixture
def pg(tmp_path, postgres_url):
    with Store.open(tmp_path / "home", url=postgres_url) as opened:
        yield opened


def refusal(act):
    with pytest.raises(StoreError) as caught:
        act()
    record = caught.value.record
    assert caught.value.exit_code == 4
    assert all((record.message, record.message_en, record.hint, record.hint_en))
    return record


def use(store: Store) -> None:
    with store.unit_of_work() as work:
        work.documents.ids()


def test_units_that_write_wait_for_one_another(tmp_path, postgres_url, now) -> None:
    with (
        Store.open(tmp_path, url=postgres_url, busy_seconds=0.2) as hasty,
        Store.open(tmp_path, url=postgres_url) as patient,
        Store.open(tmp_path, url=postgres_url) as first,
    ):
        waiting = threading.Thread(target=use, args=(patient,))
        with first.unit_of_work() as work:
            work.documents.ids()
            waiting.start()
            record = refusal(lambda: use(hasty))
            assert (record.code, record.retry) == ("database_busy", True)
            with hasty.reading() as reader:
                assert reader.documents.ids() == []
            work.events.add(What.DOCUMENT_KEPT, "x", now)
            assert waiting.is_alive()
        waiting.join()
        use(first)


def test_a_writer_sees_what_the_one_before_left(tmp_path, postgres_url, now) -> None:
    """Many that read a number and write the next one: none is lost."""
    with Store.open(tmp_path, url=postgres_url) as store:

        def count() -> None:
            for _ in range(10):
                with store.unit_of_work() as work:
                    found = len(list(work.events.iterate()))
                    work.events.add(What.DOCUMENT_KEPT, str(found), now)

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.reading() as work:
            assert [event.subject for event in work.events.iterate()] == [
                str(at) for at in range(40)
            ]


def test_shared_units_run_side_by_side_but_not_beside_others(tmp_path, postgres_url) -> None:
    with (
        Store.open(tmp_path, url=postgres_url, busy_seconds=0.2) as store,
        store.unit_of_work(shared=True) as first,
    ):
        first.alone_with(["a", "b"])
        with store.unit_of_work(shared=True) as second:
            second.alone_with(["c"])
        assert refusal(lambda: use(store)).code == "database_busy"

        def same_name() -> None:
            with store.unit_of_work(shared=True) as third:
                third.alone_with(["z", "b"])

        assert refusal(same_name).code == "database_busy"
    with Store.open(tmp_path, url=postgres_url, busy_seconds=0.2) as store:
        same_name_is_free(store)
        with store.unit_of_work() as alone:
            alone.alone_with(["a"])

            def beside() -> None:
                with store.unit_of_work(shared=True) as work:
                    work.documents.ids()

            assert refusal(beside).code == "database_busy"


def same_name_is_free(store: Store) -> None:
    """A name is given back with its unit."""
    with store.unit_of_work(shared=True) as work:
        work.alone_with(["a", "b"])


def test_names_in_another_order_do_not_lock_each_other_out(tmp_path, postgres_url, now) -> None:
    with Store.open(tmp_path, url=postgres_url) as store:

        def work_on(names: list[str]) -> None:
            for _ in range(15):
                with store.unit_of_work(shared=True) as work:
                    work.alone_with(names)
                    found = len(list(work.events.iterate()))
                    work.events.add(What.DOCUMENT_KEPT, str(found), now)

        threads = [
            threading.Thread(target=work_on, args=(names,))
            for names in (["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.reading() as work:
            said = [event.subject for event in work.events.iterate()]
        # whoever has the name counts alone
        assert said == [str(at) for at in range(45)]


def test_a_unit_that_pauses_for_too_long_has_lost(pg, monkeypatch, now) -> None:
    def pause() -> None:
        with pg.unit_of_work() as work:
            work.events.add(What.DOCUMENT_KEPT, "x", now)
            time.sleep(0.5)

    with monkeypatch.context() as patch:
        patch.setattr("piaohe.store.postgres.IDLE_SECONDS", 0.05)
        assert refusal(pause).retry
    with pg.reading() as work:
        assert list(work.events.iterate()) == []
    use(pg)


def test_a_statement_that_takes_too_long(pg, monkeypatch) -> None:
    monkeypatch.setattr("piaohe.store.postgres.STATEMENT_SECONDS", 0.2)

    def wait() -> None:
        with pg.unit_of_work() as work:
            work.events._session.execute(text("SELECT pg_sleep(5)"))

    assert refusal(wait).code == "database_busy"


def test_limits_end_with_the_transaction(pg) -> None:
    """A pooler may hand the connection to somebody else next."""
    use(pg)
    raw = pg.engine.raw_connection()
    cursor = raw.cursor()
    assert cursor.execute("SHOW lock_timeout").fetchone() == ("0",)
    assert cursor.execute("SHOW statement_timeout").fetchone() == ("0",)
    cursor.close()
    raw.close()


def test_texts_that_postgresql_does_not_take(pg, keep_in, now) -> None:
    invoice = Invoice(number="1\x002", seller_name="甲\x00\U00020bb7")
    sha256 = keep_in(pg, "a", invoice)
    with pg.reading() as work:
        kept = work.documents.get(sha256)
        assert kept is not None
        # the record itself is as it was
        assert kept.invoices[0].number == "1\x002"
        assert kept.invoices[0].seller_name == "甲\x00\U00020bb7"
    assert pg.check() == []


@pytest.mark.parametrize("letter", ["7", "票", "\U00020bb7"])
def test_texts_of_any_length(store, keep_in, letter: str) -> None:
    """More than an index of PostgreSQL takes; a hostile file may hold such a number."""
    import random

    chance = random.Random(1)
    long = letter + "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(20_000))
    sha256 = keep_in(
        store, "a", Invoice(number=long, seller_tax_id=long, code=long), file=f"/in/{long}"
    )
    with store.reading() as work:
        kept = work.documents.get(sha256)
        assert kept is not None
        assert kept.invoices[0].number == long
        hits = work.invoices.find_key(kept.invoices[0].key or "")
        assert [hit.document_sha256 for hit in hits] == [sha256]
        assert len(work.documents.paths(sha256)) == 1


@pytest.fixture
def keep_in(make_document, now):
    def keep(store: Store, content: str, *invoices: Invoice, file: str = "/in/a") -> str:
        data, document = make_document(content, *invoices, file=file)
        sha256 = store.originals.put(data)
        with store.unit_of_work() as work:
            work.documents.add(document, received_at=now, size=len(data))
        return sha256

    return keep


def test_a_newer_schema_is_left_alone(tmp_path, databases: Databases, postgres_url) -> None:
    name = postgres_url.partition("@/")[2].partition("?")[0]
    databases.server.sql("UPDATE alembic_version SET version_num = '9999'", name)
    assert refusal(lambda: Store.open(tmp_path, url=postgres_url)).code == "schema_too_new"


def test_somebody_elses_database(tmp_path, databases: Databases, empty_postgres_url) -> None:
    name = empty_postgres_url.partition("@/")[2].partition("?")[0]
    databases.server.sql("CREATE TABLE notes (text TEXT)", name)
    assert refusal(lambda: Store.open(tmp_path, url=empty_postgres_url)).code == "database_unknown"
    found = databases.server.sql(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", name
    )
    assert found == [("notes",)]


def test_no_such_database(tmp_path, databases: Databases) -> None:
    record = refusal(lambda: Store.open(tmp_path, url=databases.server.url("nowhere")))
    assert record.code == "database_unreachable"
    assert "nowhere" in record.message_en


def test_no_rights(tmp_path, databases: Databases, empty_postgres_url) -> None:
    name = empty_postgres_url.partition("@/")[2].partition("?")[0]
    databases.server.sql("DROP ROLE IF EXISTS guest")
    databases.server.sql("CREATE ROLE guest LOGIN")
    record = refusal(lambda: Store.open(tmp_path, url=databases.server.url(name, "guest")))
    assert (record.code, record.retry) == ("database_unreachable", False)
    assert "GRANT" in record.hint_en


def test_rights_to_read_alone(tmp_path, databases: Databases, postgres_url, now) -> None:
    """They are enough for those who only look; the others are told at start what is missing."""
    name = postgres_url.partition("@/")[2].partition("?")[0]
    every = "ON ALL TABLES IN SCHEMA public TO reader"

    def sql(*statements: str) -> None:
        for statement in statements:
            databases.server.sql(statement, name)

    sql("DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN", f"GRANT SELECT {every}")
    url = databases.server.url(name, "reader")
    settings = Settings(home=tmp_path, database=DatabaseSettings(url=url))
    with Store.open(tmp_path, url=url) as store:
        with store.reading() as work:
            assert work.documents.ids() == []

        def write() -> None:
            with store.unit_of_work() as work:
                work.events.add(What.DOCUMENT_KEPT, "x", now)

        assert "GRANT" in refusal(write).hint_en
    record = refusal(lambda: open_for_work(settings))
    assert (record.code, record.retry) == ("database_read_only", False)
    assert "alerts: DELETE, INSERT, UPDATE; " in record.message_en
    assert "more" in record.message_en
    sql(f"GRANT INSERT, UPDATE, DELETE {every}", "REVOKE DELETE, UPDATE ON events FROM reader")
    sql("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO reader")
    sql("REVOKE USAGE ON SEQUENCE batches_id_seq FROM reader")
    said = refusal(lambda: open_for_work(settings)).message
    assert said.endswith("：batches_id_seq: USAGE; events: DELETE, UPDATE")
    sql(f"GRANT DELETE, UPDATE {every}", "GRANT USAGE ON SEQUENCE batches_id_seq TO reader")
    open_for_work(settings).close()
    sql("ALTER ROLE reader SET default_transaction_read_only = on")
    assert "default_transaction_read_only" in refusal(lambda: open_for_work(settings)).message_en
    sql("DROP OWNED BY reader")


def test_units_that_wait_for_each_other_for_ever(tmp_path, postgres_url, now) -> None:
    """PostgreSQL ends one of them, which may try again; the other goes on."""
    url = f"{postgres_url}&options=-cdeadlock_timeout%3D20ms"
    with Store.open(tmp_path, url=url) as store:
        both, lost = threading.Barrier(2), []

        def work_on(first: str, second: str) -> None:
            with store.unit_of_work(shared=True) as work:
                work.alone_with([first])
                work.events.add(What.DOCUMENT_KEPT, first, now)
                both.wait(20)
                work.alone_with([second])

        def try_to(first: str, second: str) -> None:
            try:
                work_on(first, second)
            except StoreError as error:
                lost.append((first, second, error))

        threads = [threading.Thread(target=try_to, args=names) for names in ("ab", "ba")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ((first, second, error),) = lost
        assert (error.record.code, error.record.retry) == ("database_busy", True)
        assert getattr(error.__cause__.orig, "sqlstate", None) == "40P01"
        with store.reading() as work:
            assert [event.subject for event in work.events.iterate()] == [second]
        both = threading.Barrier(1)
        work_on(first, second)


def test_another_encoding(tmp_path, databases: Databases) -> None:
    databases.server.sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        record = refusal(lambda: Store.open(tmp_path, url=databases.server.url("latin")))
        assert record.code == "database_encoding"
    finally:
        databases.drop("latin")


def test_nobody_answers(tmp_path) -> None:
    record = refusal(lambda: Store.open(tmp_path, url="postgresql://u:secret@127.0.0.1:1/x"))
    assert (record.code, record.retry) == ("database_unreachable", True)
    assert "secret" not in record.model_dump_json()


@pytest.mark.parametrize("url", ["", "mysql://h/x", "nonsense", "sqlite:///x.db", "postgresql:"])
def test_only_postgresql_is_a_url(tmp_path, url: str) -> None:
    with pytest.raises(ValueError, match="database URL"):
        parse(url)
    assert refusal(lambda: Store.open(tmp_path, url=url)).code == "database_unreachable"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_spellings_of_a_url(scheme: str) -> None:
    assert parse(f"{scheme}://u@h/db").drivername == "postgresql+psycopg"


def test_messages_hold_no_row_contents(pg, now) -> None:
    def break_it() -> None:
        with pg.unit_of_work() as work:
            work.events._session.execute(
                text("INSERT INTO documents (sha256, file) VALUES ('SECRET', 'SECRET')")
            )

    with pytest.raises(StoreError) as caught:
        break_it()
    assert "SECRET" not in caught.value.record.model_dump_json()


def test_a_server_that_goes_away_and_comes_back(tmp_path, now) -> None:
    try:
        server = PostgresServer()
    except NoPostgres as error:
        pytest.skip(f"no PostgreSQL: {error}")
    try:
        with Store.open(tmp_path, url=server.url("postgres")) as store:
            with store.unit_of_work() as work:
                work.events.add(What.DOCUMENT_KEPT, "before", now)

            def lose_it() -> None:
                with store.unit_of_work() as work:
                    work.events.add(What.DOCUMENT_KEPT, "lost", now)
                    server.stop()
                    work.documents.ids()

            assert refusal(lose_it).retry
            assert (refusal(lambda: use(store)).code) == "database_unreachable"
            server.start()
            with store.unit_of_work() as work:
                assert [event.subject for event in work.events.iterate()] == ["before"]
            store.check_writable()
            server.become_standby()
            record = refusal(store.check_writable)
            assert (record.code, "standby" in record.message_en) == ("database_read_only", True)
    finally:
        server.close()


def test_a_missing_driver_is_said(tmp_path, monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr("piaohe.store.postgres.create_engine", refuse)
    with pytest.raises(Exception, match="psycopg_missing") as caught:
        Store.open(tmp_path, url="postgresql://h/x")
    assert not isinstance(caught.value, SettingsError)
