"""Every version of the database, upwards and downwards, on both kinds."""

import contextlib

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from piaohe.search.bigrams import Term, pieces
from piaohe.store import Store, rows
from piaohe.store.engine import patient, reading, sqlite_engine
from piaohe.store.fulltext import Words, asked, is_derived, put
from piaohe.store.migrate import alembic_config, current_version, plan, steps_after, upgrade
from piaohe.store.migrations import HEAD
from piaohe.store.postgres import postgres_engine
from piaohe.store.tables import Base

VERSIONS = [step.version for step in steps_after(None)]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    """On an empty database."""
    if request.param == "sqlite":
        made = sqlite_engine(tmp_path / "piaohe.db", 5.0)
    else:
        made = postgres_engine(request.getfixturevalue("empty_postgres_url"), 5.0)
    yield made
    made.dispose()


@contextlib.contextmanager
def alembic(engine):
    with patient(engine).begin() as connection:
        yield alembic_config(connection)


def compared(connection) -> MigrationContext:
    """Without the index of words, which each kind of database has in its own way."""
    options = {"include_name": lambda name, kind, _: kind != "table" or not is_derived(name)}
    return MigrationContext.configure(connection, opts=options)


def differences(engine) -> list[object]:
    with reading(engine).connect() as connection:
        return compare_metadata(compared(connection), Base.metadata)


def tables(engine) -> set[str]:
    with reading(engine).connect() as connection:
        found = set(inspect(connection).get_table_names()) - {"alembic_version"}
        return {name for name in found if not is_derived(name)}


def test_the_versions_make_the_tables(engine) -> None:
    upgrade(engine, "x")
    assert differences(engine) == []
    assert tables(engine) == set(rows.names())
    with reading(engine).connect() as connection:
        assert current_version(connection) == HEAD


@pytest.mark.parametrize("before", [None, *VERSIONS[:-1]])
def test_from_every_version_to_the_newest(engine, before: str | None) -> None:
    if before is not None:
        with alembic(engine) as config:
            command.upgrade(config, before)
    found = plan(engine, "x")
    assert found.current == before
    assert found.steps == steps_after(before)
    upgrade(engine, "x")
    assert differences(engine) == []
    assert plan(engine, "x").steps == ()


def test_down_a_step_at_a_time_and_up_again(engine) -> None:
    upgrade(engine, "x")
    for version in reversed([None, *VERSIONS[:-1]]):
        with alembic(engine) as config:
            command.downgrade(config, version or "base")
    assert tables(engine) == set()
    upgrade(engine, "x")
    assert differences(engine) == []


def test_what_a_version_does_not_touch_survives_it(engine) -> None:
    """A roll-back loses only what the newer version brought: documents stay."""
    upgrade(engine, "x")
    document = text(
        "INSERT INTO documents (sha256, file, size, received_at, read_at, status, record)"
        " VALUES ('a', 'f', 1, '2026-03-01 00:00:00', '2026-03-01 00:00:00', 'ok', '{}')"
    )
    with engine.begin() as connection:
        connection.execute(document)
    for version in reversed(VERSIONS[:-1]):
        with alembic(engine) as config:
            command.downgrade(config, version)
        with reading(engine).connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM documents")) == 1
    upgrade(engine, "x")
    with reading(engine).connect() as connection:
        assert rows.count(connection)["documents"] == 1


def test_claims_are_made_for_what_was_kept_before(engine) -> None:
    with alembic(engine) as config:
        command.upgrade(config, "0001")
    with engine.begin() as connection:
        for sha256, day in (("b", 2), ("a", 3)):
            connection.execute(
                text(
                    "INSERT INTO documents (sha256, file, size, received_at, read_at, status,"
                    f" record) VALUES (:sha, 'f', 1, '2026-03-0{day} 00:00:00',"
                    f" '2026-03-0{day} 00:00:00', 'ok', '{{}}')"
                ),
                {"sha": sha256},
            )
            connection.execute(
                text(
                    "INSERT INTO invoices (id, document_sha256, idx, type, key, status, record)"
                    " VALUES (:id, :sha, 0, 'other', 'k', 'review', '{}')"
                ),
                {"id": f"{sha256}-0", "sha": sha256},
            )
    upgrade(engine, "x")
    with reading(engine).connect() as connection:
        query = text("SELECT key, document_sha256 FROM invoice_claims")
        assert connection.execute(query).all() == [("k", "b")]


def test_whom_claims_are_for_is_known_of_those_kept_before(engine) -> None:
    with alembic(engine) as config:
        command.upgrade(config, "0015")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO people (id, login, name, roles, active, made_at)"
                " VALUES (1, 'he', 'he', '', true, '2026-03-01 00:00:00')"
            )
        )
        for id_, stated in ((1, '{"on_behalf":7}'), (2, '{"on_behalf":null}'), (3, "{}")):
            connection.execute(
                text(
                    "INSERT INTO claims (id, person_id, state, version, made_at, record)"
                    " VALUES (:id, 1, 'draft', 0, '2026-03-01 00:00:00', :stated)"
                ),
                {"id": id_, "stated": stated},
            )
    upgrade(engine, "x")
    with reading(engine).connect() as connection:
        query = text("SELECT id, for_id FROM claims ORDER BY id")
        assert connection.execute(query).all() == [(1, 7), (2, None), (3, None)]


def test_amounts_in_texts_kept_before_are_found_by_their_mark(engine) -> None:
    with alembic(engine) as config:
        command.upgrade(config, "0016")
    said = {1: "订单\n押金345.50元", 2: "无"}
    with engine.begin() as connection:
        insert = text("INSERT INTO search_texts (id, said, marks) VALUES (:id, :said, 'zzsum1')")
        connection.execute(insert, [{"id": id_, "said": each} for id_, each in said.items()])
        words = [Words(id_, frozenset({*pieces([each]), "zzsum1"})) for id_, each in said.items()]
        put(connection, words)
    upgrade(engine, "x")
    with reading(engine).connect() as connection:
        for mark, found in (("zzsum34550", [1]), ("zzsum1", [1, 2])):
            index = asked(engine.dialect.name, Term(mark))
            query = select(index.id).select_from(index.words).where(index.holds)
            assert sorted(connection.scalars(query)) == found
        marks = connection.scalars(text("SELECT marks FROM search_texts ORDER BY id")).all()
        assert marks == ["zzsum1 zzsum34550", "zzsum1"]


def test_an_upgrade_that_fails_leaves_nothing(engine, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(RuntimeError):
        upgrade(engine, "x")
    assert tables(engine) == set()


def test_opening_brings_an_old_one_up(tmp_path) -> None:
    engine = sqlite_engine(tmp_path / "piaohe.db", 5.0)
    with alembic(engine) as config:
        command.upgrade(config, VERSIONS[0])
    engine.dispose()
    with Store.open(tmp_path) as store:
        assert store.check() == []
        assert plan(store.engine, "x").current == HEAD
