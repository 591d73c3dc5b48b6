"""Commands that take documents in say at their start what is wrong with the database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from models.errors import StoreError
from piaohe.cli import run, serve, watch, worker
from piaohe.cli.shell import Shell
from piaohe.store import Store
from piaohe.store.postgres import parse

COMMANDS: dict[str, Callable[[Path, Path], int]] = {
    "serve": lambda home, _: serve.serve(Shell(), serve.Wanted(home=home)),
    "worker": lambda home, _: worker.worker(Shell(), worker.Wanted(home=home)),
    "watch": lambda home, box: watch.watch(Shell(), watch.Wanted((box,), home=home)),
    "run": lambda home, box: run.run(Shell(), run.Wanted(box, home=home, report=box.parent / "r")),
}


def refused(command: str, home: Path, box: Path) -> str:
    box.mkdir(exist_ok=True)
    with pytest.raises(StoreError) as found:
        COMMANDS[command](home, box)
    assert found.value.record.hint_en
    assert not found.value.record.retry
    return found.value.record.code


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_of_a_newer_version(tmp_path: Path, command: str) -> None:
    home = tmp_path / "home"
    with Store.open(home) as store, store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert refused(command, home, tmp_path / "in") == "schema_too_new"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_postgresql_without_rights(
    tmp_path: Path, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    engine = create_engine(parse(empty_postgres_url))
    with engine.begin() as connection:
        # this database alone makes no tables
        connection.execute(text("DROP SCHEMA public"))
    engine.dispose()
    monkeypatch.setenv("PIAOHE_DATABASE__URL", empty_postgres_url)
    home, box = tmp_path / "home", tmp_path / "in"
    assert refused(command, home, box) == "database_unreachable"
