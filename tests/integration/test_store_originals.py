"""Originals: written once, never changed, never silently replaced."""

import hashlib
import os
import stat
import threading

import pytest

from models.errors import StoreError
from piaohe.store import FolderOriginals, OriginalProblem, Store

DATA = b"%PDF-1.7 example"
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def originals(tmp_path) -> FolderOriginals:
    return FolderOriginals(tmp_path / "originals")


def damage(originals: FolderOriginals, data: bytes) -> None:
    path = originals.path(SHA)
    path.chmod(0o644)
    path.write_bytes(data)


def test_what_is_put_can_be_got(originals) -> None:
    assert not originals.exists(SHA)
    assert list(originals.iterate()) == []
    assert originals.put(DATA) == SHA
    assert originals.get(SHA) == DATA
    assert originals.exists(SHA)
    empty = originals.put(b"")
    assert list(originals.iterate()) == sorted([SHA, empty])
    assert list(originals.verify([SHA, empty])) == []


def test_a_file_is_read_only_and_stands_under_its_name(originals) -> None:
    originals.put(DATA)
    path = originals.root / SHA[:2] / SHA[2:4] / SHA
    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert list((originals.root / ".incoming").iterdir()) == []


def test_a_second_put_leaves_the_file_alone(originals) -> None:
    originals.put(DATA)
    before = originals.path(SHA).stat()
    originals.put(DATA)
    after = originals.path(SHA).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("rubbish", [b"", b"shorter", bytes(len(DATA))])
def test_a_damaged_copy_is_reported_and_left(originals, rubbish: bytes) -> None:
    originals.put(DATA)
    damage(originals, rubbish)
    for act in (lambda: originals.put(DATA), lambda: originals.get(SHA)):
        with pytest.raises(StoreError) as caught:
            act()
        assert caught.value.record.code == "original_damaged"
    assert originals.path(SHA).read_bytes() == rubbish
    assert list(originals.verify()) == [OriginalProblem(sha256=SHA, problem="damaged")]


def test_a_missing_one_is_named(originals) -> None:
    with pytest.raises(StoreError) as caught:
        originals.get(SHA)
    assert caught.value.record.code == "original_missing"
    assert list(originals.verify([SHA])) == [OriginalProblem(sha256=SHA, problem="missing")]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA.upper(), SHA + "0", SHA + "\n"])
def test_only_a_fingerprint_is_a_name(originals, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        originals.get(name)


def test_foreign_files_are_not_originals(originals) -> None:
    originals.put(DATA)
    (originals.root / "README").write_text("x")
    (originals.path(SHA).parent / "notes.txt").write_text("x")
    assert list(originals.iterate()) == [SHA]


def test_a_file_system_without_links(originals, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    originals.put(DATA)
    originals.put(DATA)
    assert originals.get(SHA) == DATA
    assert list((originals.root / ".incoming").iterdir()) == []


def test_no_room(originals, monkeypatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StoreError) as caught:
        originals.put(DATA)
    assert caught.value.record.code == "disk_full"
    assert caught.value.record.retry
    assert not originals.exists(SHA)
    assert list((originals.root / ".incoming").iterdir()) == []


def test_many_writers_of_one_content(originals) -> None:
    gate, results = threading.Barrier(8), []

    def write() -> None:
        gate.wait()
        results.append(originals.put(DATA))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [SHA] * 8
    assert originals.get(SHA) == DATA


def test_opening_sweeps_what_dead_writers_left(tmp_path) -> None:
    incoming = tmp_path / "originals" / ".incoming"
    incoming.mkdir(parents=True)
    (incoming / "old").write_bytes(b"half")
    (incoming / "fresh").write_bytes(b"half")
    os.utime(incoming / "old", (0, 0))
    with Store.open(tmp_path):
        pass
    assert [path.name for path in incoming.iterdir()] == ["fresh"]
