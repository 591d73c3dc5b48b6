# ruff: noqa: PLR0917 - a test takes as many fixtures as it needs
"""Restoring refused with what is wrong, stopped, and gone on with."""

import hashlib

import pytest

from piaohe.store import Store
from piaohe.store.backup import backup
from piaohe.store.manifest import BACKUPS, DATABASE, LIST, MANIFEST, SUMS
from piaohe.store.restore import restore
from piaohe.store.unit import RESTORING
from tests.support.backups import contents, name_of, original_in, refusal, spoil


@pytest.mark.parametrize("name", [DATABASE, LIST, MANIFEST, SUMS, "home/policy.toml", "original"])
@pytest.mark.parametrize("how", ["spoil", "remove", "empty"])
def test_a_damaged_backup_is_refused(
    name: str, how: str, tmp_path, target, make_document, now
) -> None:
    home, new = tmp_path / "home", tmp_path / "new"
    data, document = make_document("a")
    with Store.open(home) as store:
        store.originals.put(data)
        with store.unit_of_work() as work:
            work.documents.add(document, received_at=now, size=len(data))
        (home / "policy.toml").write_text("version = 1")
        made = backup(store, home, target, now)
    folder = target / BACKUPS / name_of(made)
    path = original_in(made, document.sha256) if name == "original" else folder / name
    if how == "spoil":
        spoil(path)
    else:
        path.chmod(0o644)
        path.unlink()
        if how == "empty":
            path.touch()
    code, message = refusal(lambda: restore(target, new))
    if (name, how) == (MANIFEST, "remove"):
        # that is what a backup is known by
        assert code == "backup_none"
    else:
        assert code == "backup_damaged"
        # a list with another name in it misses the file of that name
        if (name, how) != (SUMS, "spoil"):
            assert (document.sha256 if name == "original" else name) in message
    assert not new.exists()


def test_a_file_that_was_slipped_in(tmp_path, target, now) -> None:
    with Store.open(tmp_path / "home") as store:
        made = backup(store, tmp_path / "home", target, now)
    (target / BACKUPS / name_of(made) / "home").mkdir()
    (target / BACKUPS / name_of(made) / "home" / "policy.toml").write_text("x")
    code, message = refusal(lambda: restore(target, tmp_path / "new"))
    assert code == "backup_damaged"
    assert "home/policy.toml: unexpected" in message


def test_a_backup_of_a_newer_program(tmp_path, target, now) -> None:
    with Store.open(tmp_path / "home") as store:
        made = backup(store, tmp_path / "home", target, now)
    file = target / BACKUPS / name_of(made) / MANIFEST
    file.write_text(file.read_text().replace('"format": 1', '"format": 2'))
    sums = file.with_name(SUMS)
    good = hashlib.sha256(file.read_bytes()).hexdigest()
    lines = [
        f"{good}  {MANIFEST}" if line.endswith(f"  {MANIFEST}") else line
        for line in sums.read_text().splitlines()
    ]
    sums.write_text("\n".join(lines) + "\n")
    assert refusal(lambda: restore(target, tmp_path / "new"))[0] == "backup_too_new"


@pytest.mark.parametrize("there", ["originals", "piaohe.db", "notes.txt"])
def test_only_an_empty_home_is_restored_into(tmp_path, target, now, there: str) -> None:
    with Store.open(tmp_path / "home") as store:
        backup(store, tmp_path / "home", target, now)
    new = tmp_path / "new"
    new.mkdir()
    (new / "piaohe.toml").write_text("language = 'en'")
    (new / there).write_text("mine")
    assert refusal(lambda: restore(target, new))[0] == "home_not_empty"
    assert (new / there).read_text() == "mine"
    (new / there).unlink()
    restore(target, new)
    assert (new / "piaohe.toml").read_text() == "language = 'en'"


def test_only_an_empty_database_is_restored_into(filled, home, target, tmp_path, now) -> None:
    if filled.engine.dialect.name == "sqlite":
        pytest.skip("a SQLite database is part of its home")
    backup(filled, home, target, now)
    url = filled.engine.url.render_as_string(hide_password=False)
    before = contents(filled)
    assert refusal(lambda: restore(target, tmp_path / "new", url=url))[0] == "database_not_empty"
    assert not (tmp_path / "new").exists()
    assert contents(filled) == before


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_restore_that_was_stopped_goes_on(
    filled, home, target, tmp_path, other_url, now, after: int
) -> None:
    backup(filled, home, target, now)
    new = tmp_path / "new"

    def stop(count: int) -> None:
        if count > after or after == 3 == count:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(target, new, url=other_url, told=stop)
    assert refusal(lambda: Store.open(new, url=other_url))[0] == "restore_unfinished"
    restore(target, new, url=other_url)
    assert not (new / RESTORING).exists()
    with Store.open(new, url=other_url) as restored:
        assert contents(restored) == contents(filled)


def test_a_restore_stopped_after_its_commit_goes_on(
    filled, home, target, tmp_path, other_url, now, monkeypatch
) -> None:
    backup(filled, home, target, now)
    with monkeypatch.context() as patch:
        patch.setattr("piaohe.store.restore._put_database_in_place", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            restore(target, tmp_path / "new", url=other_url)
    restore(target, tmp_path / "new", url=other_url)
    with Store.open(tmp_path / "new", url=other_url) as restored:
        assert contents(restored) == contents(filled)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
