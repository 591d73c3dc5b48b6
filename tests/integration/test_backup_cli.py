"""piaohe backup, restore, db upgrade and doctor --full, as they are typed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from typer.testing import CliRunner, Result

from piaohe.cli.commands import app
from piaohe.store import Store
from piaohe.store.engine import sqlite_engine
from piaohe.store.migrate import alembic_config
from piaohe.store.migrations import HEAD


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch):
    for name in list(os.environ):
        if name.upper().startswith("PIAOHE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIAOHE_HOME", str(home))

    def go(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["--lang", "en", *map(str, arguments)])

    return go


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """JSON goes to the process's own stdout."""
    return [json.loads(line) for line in capfd.readouterr().out.splitlines() if line[:1] == "{"]


@pytest.fixture
def kept(home: Path, make_document, now) -> str:
    data, document = make_document("a")
    with Store.open(home) as store:
        sha256 = store.originals.put(data)
        with store.unit_of_work() as work:
            work.documents.add(document, received_at=now, size=len(data))
    return sha256


def test_there_and_back(run, kept: str, home: Path, tmp_path: Path, capfd) -> None:
    (home / "piaohe.toml").write_text("language = 'en'")
    done = run("backup", tmp_path / "b", "--keys", tmp_path / "keys", "--json")
    assert done.exit_code == 0, done.output
    (made,) = lines(capfd)
    assert (made["copied"], made["keys"], made["manifest"]["rows"]["documents"]) == (1, 1, 1)
    new = tmp_path / "new"
    done = run("restore", tmp_path / "b", "--home", new, "--keys", tmp_path / "keys", "--json")
    assert done.exit_code == 0, done.output
    assert lines(capfd)[0]["manifest"] == made["manifest"]
    with Store.open(new) as store:
        assert store.originals.get(kept) == b"a"
        assert store.check() == []


def test_it_says_that_keys_are_not_in_it(run, kept: str, tmp_path: Path) -> None:
    assert "keys and piaohe.toml are not in it" in run("backup", tmp_path / "b").output
    assert (
        "no keys were restored"
        in run(*("restore", tmp_path / "b", "--home", tmp_path / "new")).output
    )


def test_a_lost_original_is_exit_code_1(run, kept: str, home: Path, tmp_path: Path) -> None:
    (home / "originals" / kept[:2] / kept[2:4] / kept).unlink()
    done = run("backup", tmp_path / "b")
    assert done.exit_code == 1
    assert kept in done.output


def test_a_home_in_use_is_not_restored_into(run, kept: str, home: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "b")
    done = run("restore", tmp_path / "b")
    assert done.exit_code == 4
    assert "home_not_empty" in done.output


def test_a_dry_run_changes_nothing(run, home: Path, capfd) -> None:
    done = run("db", "upgrade", "--dry-run", "--json")
    assert done.exit_code == 0, done.output
    (said,) = lines(capfd)
    assert (said["done"], said["current"], said["steps"][-1]["version"]) == (False, None, HEAD)
    assert not home.exists()


def test_an_old_database_is_brought_up(run, home: Path, capfd) -> None:
    home.mkdir()
    engine = sqlite_engine(home / "piaohe.db", 5.0)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
    engine.dispose()
    before = (home / "piaohe.db").read_bytes()
    said = run("db", "upgrade", "--dry-run")
    assert "0002" in said.output
    assert "nothing was changed" in said.output
    assert (home / "piaohe.db").read_bytes() == before
    assert f"went from 0001 to {HEAD}" in run("db", "upgrade").output
    assert f"up to date ({HEAD})" in run("db", "upgrade").output


def test_the_database_of_the_settings(run, empty_postgres_url: str, monkeypatch, capfd) -> None:
    monkeypatch.setenv("PIAOHE_DATABASE__URL", empty_postgres_url)
    assert run("db", "upgrade").exit_code == 0
    done = run("db", "upgrade", "--dry-run", "--json")
    assert done.exit_code == 0
    assert lines(capfd)[-1] == {"done": False, "current": HEAD, "steps": []}


def test_doctor_reads_everything(run, kept: str, home: Path, capfd) -> None:
    run("doctor", "--full", "--json")
    found = [each for each in lines(capfd) if each["name"] == "integrity"]
    assert [each["health"] for each in found] == ["ok"]
    original = home / "originals" / kept[:2] / kept[2:4] / kept
    original.chmod(0o644)
    original.write_bytes(b"x")
    assert run("doctor", "--full", "--json").exit_code != 0
    (found,) = (each for each in lines(capfd) if each["name"] == "integrity")
    assert found["health"] == "fail"
    assert kept in found["message"]
    run("doctor", "--json")
    assert not [each for each in lines(capfd) if each["name"] == "integrity"]
