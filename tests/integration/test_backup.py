# ruff: noqa: PLR0917 - a test takes as many fixtures as it needs
"""Backup and restore on both databases: whole, checked, or refused with what is wrong."""

import contextlib
import os
import subprocess
import sys
import threading

import pytest

from models.invoice import Invoice
from piaohe.store import Store, What
from piaohe.store.backup import backup
from piaohe.store.manifest import BACKUPS, DRAFT, SUMS, Backup
from piaohe.store.restore import restore
from piaohe.store.s3 import S3Originals
from tests.support.backups import contents, name_of, original_in, refusal, spoil

BACKUP = """
import datetime, sys
from pathlib import Path
from piaohe.store import Store
from piaohe.store.backup import backup

home, target = Path(sys.argv[1]), Path(sys.argv[2])
with Store.open(home) as store:
    for at in range(10_000):
        moment = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=at)
        backup(store, home, target, moment, told=lambda count: print(count, flush=True))
"""


def test_the_drill(filled, home, target, tmp_path, other_url, now) -> None:
    (home / "policy.toml").write_text("version = 1")
    (home / "piaohe.toml").write_text("language = 'en'")
    (home / "keys").mkdir()
    (home / "keys" / "seal").write_bytes(b"seal of this house")
    made = backup(filled, home, target, now, keys=tmp_path / "apart")
    assert (made.manifest.originals, made.copied, made.manifest.lost) == (3, 3, ())
    assert made.manifest.database == filled.engine.dialect.name
    before = contents(filled)
    assert made.manifest.rows == before["counts"]
    # nothing secret went with it
    assert b"seal of this house" not in b"".join(
        f.read_bytes() for f in target.rglob("*") if f.is_file()
    )

    elsewhere = tmp_path / "machine" / "home"
    done = restore(target, elsewhere, url=other_url, keys=tmp_path / "apart")
    assert done.manifest == made.manifest
    assert done.keys == 2
    assert (elsewhere / "policy.toml").read_text() == "version = 1"
    assert (elsewhere / "keys" / "seal").read_bytes() == b"seal of this house"
    assert sorted(path.name for path in elsewhere.iterdir() if "piaohe.db" not in path.name) == [
        *("keys", "originals", "piaohe.toml", "policy.toml")
    ]
    with Store.open(elsewhere, url=other_url) as restored:
        assert contents(restored) == before
        assert restored.check() == []
        # numbers go on where they were
        with restored.unit_of_work() as work:
            work.events.add(What.DOCUMENT_KEPT, "after", now)
        with restored.reading() as work:
            assert len(list(work.events.iterate())) == len(before["events"]) + 1


def test_from_one_kind_of_database_to_the_other(
    filled, home, target, tmp_path, empty_postgres_url, now
) -> None:
    backup(filled, home, target, now)
    before = contents(filled)
    url = None if filled.engine.dialect.name == "postgresql" else empty_postgres_url
    restore(target, tmp_path / "other", url=url)
    with Store.open(tmp_path / "other", url=url) as restored:
        after = contents(restored)
        assert after["counts"] == before["counts"]
        assert after["documents"] == before["documents"]
        assert after["events"] == before["events"]
        assert after["originals"] == before["originals"]


def test_a_second_backup_copies_only_what_is_new(filled, home, target, keep, now) -> None:
    first = backup(filled, home, target, now)
    keep("c")
    second = backup(filled, home, target, now.replace(hour=9))
    assert (second.copied, second.manifest.originals) == (1, 4)
    assert Backup.find(target).folder.name == os.path.basename(second.folder)
    # the earlier one is still whole
    assert list(Backup(Backup.find(target / BACKUPS / name_of(first)).folder).problems()) == []


def test_others_write_while_it_is_made(store, home, target, make_document, now) -> None:
    stop, errors = threading.Event(), []

    def write() -> None:
        try:
            for at in range(10_000):
                if stop.is_set():
                    return
                data, document = make_document(f"w {at}", Invoice(number="1"), file=f"/in/{at}")
                store.originals.put(data)
                with store.unit_of_work() as work:
                    work.documents.add(document, received_at=now, size=len(data))
        except BaseException as error:
            errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backup(store, home, target, now.replace(hour=at)) for at in range(3)]
    finally:
        stop.set()
        writer.join()
    assert errors == []
    for each in made:
        held = each.manifest
        assert held.lost == ()
        assert held.rows["invoices"] == held.rows["documents"] <= held.originals
        assert list(Backup.find(target / BACKUPS / name_of(each)).problems()) == []


def test_the_files_can_be_checked_without_us(filled, home, target, now) -> None:
    made = backup(filled, home, target, now)
    done = subprocess.run(
        ["sha256sum", "-c", SUMS], cwd=made.folder, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert [path.name for path in (target / BACKUPS).iterdir()] == [name_of(made)]


def test_lost_originals_are_said_and_do_not_stop_it(
    filled, home, target, make_document, now
) -> None:
    shas = [make_document(text)[1].sha256 for text in "ab"]
    path = filled.originals.path(shas[0])
    path.chmod(0o644)
    path.write_bytes(b"x")
    filled.originals.path(shas[1]).unlink()
    made = backup(filled, home, target, now)
    assert {(each.sha256, each.problem) for each in made.manifest.lost} == {
        (shas[0], "damaged"),
        (shas[1], "missing"),
    }
    assert made.manifest.originals == 1


def test_a_sound_copy_outlives_a_damagedoriginal_in(
    filled, home, target, tmp_path, other_url, make_document, now
) -> None:
    data, document = make_document("a")
    backup(filled, home, target, now)
    filled.originals.path(document.sha256).unlink()
    made = backup(filled, home, target, now.replace(hour=9))
    assert made.manifest.lost == ()
    restore(target, tmp_path / "new", url=other_url)
    with Store.open(tmp_path / "new", url=other_url) as restored:
        assert restored.originals.get(document.sha256) == data


def test_a_damaged_copy_is_made_anew(filled, home, target, make_document, now) -> None:
    _, document = make_document("a")
    made = backup(filled, home, target, now)
    spoil(original_in(made, document.sha256))
    assert [each.subject for each in Backup.find(target).problems()] == [document.sha256]
    made = backup(filled, home, target, now.replace(hour=9))
    assert made.copied == 1
    assert list(Backup.find(target).problems()) == []


@pytest.mark.parametrize("after", [3, 45])
def test_a_killed_backup_leaves_no_half_one(tmp_path, target, now, after: int) -> None:
    home = tmp_path / "home"
    with Store.open(home) as store:
        for at in range(40):
            store.originals.put(f"{at}".encode() * 1000)
        path = os.pathsep.join(item for item in (os.getcwd(), *sys.path) if item)
        child = subprocess.Popen(
            [sys.executable, "-c", BACKUP, str(home), str(target)],
            env=os.environ | {"PYTHONPATH": path},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        with child:
            for _ in range(after):
                assert child.stdout.readline()
            child.kill()
        whole = [path for path in (target / BACKUPS).iterdir() if DRAFT not in path.name]
        assert len(whole) >= after // 41
        for folder in whole:
            assert list(Backup.find(folder).problems()) == []
        # its lock died with it, and what it left is swept
        backup(store, home, target, now)
        assert not list((target / BACKUPS).glob(f"{DRAFT}*"))


def test_two_backups_at_once(tmp_path, target, now) -> None:
    home = tmp_path / "home"
    with Store.open(home) as store:
        store.originals.put(b"x")

        def again(_: int) -> None:
            assert refusal(lambda: backup(store, home, target, now))[0] == "backup_busy"

        backup(store, home, target, now, told=again)


@pytest.mark.parametrize(("place", "keys"), [("home/b", None), ("home", None), (".", None)])
def test_a_backup_is_not_put_into_what_it_backs_up(tmp_path, now, place: str, keys) -> None:
    with Store.open(tmp_path / "home") as store:
        act = lambda: backup(store, tmp_path / "home", tmp_path / place, now, keys=keys)  # noqa: E731
        assert refusal(act)[0] == "backup_place"


@pytest.mark.parametrize("apart", ["b", "b/keys", "home/keys"])
def test_keys_are_not_put_beside_the_rest(tmp_path, now, apart: str) -> None:
    home = tmp_path / "home"
    with Store.open(home) as store:
        act = lambda: backup(store, home, tmp_path / "b", now, keys=tmp_path / apart)  # noqa: E731
        assert refusal(act)[0] == "backup_place"
    assert not (tmp_path / "b").exists()


def test_no_room(tmp_path, target, now, monkeypatch) -> None:
    with Store.open(tmp_path / "home") as store:
        with monkeypatch.context() as patch:
            patch.setattr("piaohe.store.backup.sync_folder", _no_room)
            act = lambda: backup(store, tmp_path / "home", target, now)  # noqa: E731
            assert refusal(act)[0] == "disk_full"
        assert list((target / BACKUPS).iterdir()) == []


def _no_room(_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("what", ["nothing", "empty", "file"])
def test_there_is_no_backup(tmp_path, target, what: str) -> None:
    with contextlib.suppress(FileExistsError):
        if what == "empty":
            target.mkdir()
        elif what == "file":
            target.write_text("x")
    assert refusal(lambda: restore(target, tmp_path / "new"))[0] == "backup_none"


def test_originals_in_s3(s3_server, s3_bucket, tmp_path, target, make_document, now) -> None:
    data, document = make_document("a")
    home, new = tmp_path / "home", tmp_path / "new"
    originals = S3Originals(f"s3://{s3_bucket}/one", s3_server.endpoint)
    with Store.open(home, originals=originals) as store:
        store.originals.put(data)
        with store.unit_of_work() as work:
            work.documents.add(document, received_at=now, size=len(data))
        assert backup(store, home, target, now).copied == 1
    other = S3Originals(f"s3://{s3_bucket}/two", s3_server.endpoint)
    restore(target, new, originals=other)
    with Store.open(new, originals=other) as restored:
        assert restored.check() == []
        assert restored.originals.get(document.sha256) == data
