"""Originals: written once, never changed, never silently replaced; the same in a folder and S3."""

import hashlib
import os
import socket
import stat
import threading

import pytest

from models.errors import StoreError
from piaohe.store import FolderOriginals, OriginalProblem, Originals, Store
from piaohe.store.originals import verify
from piaohe.store.s3 import S3Originals

DATA = b"%PDF-1.7 example"
SHA = hashlib.sha256(DATA).hexdigest()
PLACE = f"{SHA[:2]}/{SHA[2:4]}/{SHA}"


@pytest.fixture
def folder(tmp_path) -> FolderOriginals:
    return FolderOriginals(tmp_path / "originals")


class InFolder:
    """Originals, and a way to them past the code under test."""

    def __init__(self, originals: FolderOriginals) -> None:
        self.originals = originals

    def write(self, place: str, data: bytes) -> None:
        path = self.originals.root / place
        if path.exists():
            path.chmod(0o644)
        path.write_bytes(data)

    def read(self, place: str) -> bytes:
        return (self.originals.root / place).read_bytes()

    def stamp(self, place: str) -> object:
        found = (self.originals.root / place).stat()
        return found.st_ino, found.st_mtime_ns


class InBucket:
    def __init__(self, originals: S3Originals, client, bucket: str) -> None:
        self.originals = originals
        self._client = client
        self._bucket = bucket

    def write(self, place: str, data: bytes) -> None:
        self._client.put_object(Bucket=self._bucket, Key=f"a/b/{place}", Body=data)

    def read(self, place: str) -> bytes:
        return self._client.get_object(Bucket=self._bucket, Key=f"a/b/{place}")["Body"].read()

    def stamp(self, place: str) -> object:
        found = self._client.head_object(Bucket=self._bucket, Key=f"a/b/{place}")
        return found["LastModified"], found["ETag"]


@pytest.fixture(params=["folder", "s3"])
def kept(request):
    if request.param == "folder":
        return InFolder(request.getfixturevalue("folder"))
    bucket = request.getfixturevalue("s3_bucket")
    server = request.getfixturevalue("s3_server")
    originals = S3Originals(f"s3://{bucket}/a/b/", server.endpoint, seconds=10.0)
    return InBucket(originals, server.client(), bucket)


@pytest.fixture
def originals(kept) -> Originals:
    return kept.originals


def test_what_is_put_can_be_got(originals) -> None:
    assert not originals.exists(SHA)
    assert list(originals.iterate()) == []
    assert originals.put(DATA) == SHA
    assert originals.get(SHA) == DATA
    assert originals.exists(SHA)
    empty = originals.put(b"")
    assert list(originals.iterate()) == sorted([SHA, empty])
    assert list(verify(originals, [SHA, empty])) == []


def test_it_stands_under_its_name(kept) -> None:
    kept.originals.put(DATA)
    assert kept.read(PLACE) == DATA


def test_a_file_is_read_only(folder) -> None:
    folder.put(DATA)
    assert stat.S_IMODE(folder.path(SHA).stat().st_mode) == 0o444
    assert list((folder.root / ".incoming").iterdir()) == []


def test_a_second_put_leaves_it_alone(kept) -> None:
    kept.originals.put(DATA)
    before = kept.stamp(PLACE)
    kept.originals.put(DATA)
    assert kept.stamp(PLACE) == before


@pytest.mark.parametrize("rubbish", [b"", b"shorter", bytes(len(DATA))])
def test_a_damaged_copy_is_reported_and_left(kept, rubbish: bytes) -> None:
    originals = kept.originals
    originals.put(DATA)
    kept.write(PLACE, rubbish)
    for act in (lambda: originals.put(DATA), lambda: originals.get(SHA)):
        with pytest.raises(StoreError) as caught:
            act()
        assert caught.value.record.code == "original_damaged"
    assert kept.read(PLACE) == rubbish
    assert list(verify(originals)) == [OriginalProblem(sha256=SHA, problem="damaged")]


def test_a_missing_one_is_named(originals) -> None:
    with pytest.raises(StoreError) as caught:
        originals.get(SHA)
    assert caught.value.record.code == "original_missing"
    assert list(verify(originals, [SHA])) == [OriginalProblem(sha256=SHA, problem="missing")]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA.upper(), SHA + "0", SHA + "\n"])
def test_only_a_fingerprint_is_a_name(originals, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        originals.get(name)


def test_foreign_files_are_not_originals(kept) -> None:
    kept.originals.put(DATA)
    for place in ("README", f"{SHA[:2]}/{SHA[2:4]}/notes.txt", f"{SHA[:2]}/{SHA}"):
        kept.write(place, b"x")
    assert list(kept.originals.iterate()) == [SHA]


def test_a_file_system_without_links(folder, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    folder.put(DATA)
    folder.put(DATA)
    assert folder.get(SHA) == DATA
    assert list((folder.root / ".incoming").iterdir()) == []


def test_no_room(folder, monkeypatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StoreError) as caught:
        folder.put(DATA)
    assert caught.value.record.code == "disk_full"
    assert caught.value.record.retry
    assert not folder.exists(SHA)
    assert list((folder.root / ".incoming").iterdir()) == []


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


def test_several_are_listed_in_order(originals) -> None:
    names = [originals.put(f"{at}".encode()) for at in range(20)]
    assert list(originals.iterate()) == sorted(names)


def test_a_store_keeps_its_originals_in_s3(s3_server, s3_bucket, tmp_path, make_document, now):
    data, document = make_document("a")
    originals = S3Originals(f"s3://{s3_bucket}", s3_server.endpoint)
    with Store.open(tmp_path, originals=originals) as store:
        store.originals.put(data)
        with store.unit_of_work() as work:
            assert work.documents.add(document, received_at=now, size=len(data))
        assert store.check() == []
        s3_server.client().delete_object(Bucket=s3_bucket, Key=next(_keys(s3_server, s3_bucket)))
        assert [problem.code for problem in store.check()] == ["original_missing"]
    assert not (tmp_path / "originals").exists()


def _keys(server, bucket: str):
    return (each["Key"] for each in server.client().list_objects(Bucket=bucket)["Contents"])


def refusal(act) -> tuple[str, bool]:
    with pytest.raises(StoreError) as caught:
        act()
    record = caught.value.record
    assert record.hint
    assert record.hint_en
    assert "\n" not in record.message_en
    return record.code, record.retry


def test_a_bucket_that_is_not_there(s3_server, s3_bucket) -> None:
    originals = S3Originals("s3://nowhere-at-all", s3_server.endpoint, seconds=5.0)
    for act in (originals.probe, lambda: originals.put(DATA), lambda: list(originals.iterate())):
        assert refusal(act) == ("originals_unreachable", True)


def test_a_server_that_is_not_there(s3_bucket) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
        originals = S3Originals(f"s3://{s3_bucket}", endpoint, seconds=1.0)
        for act in (lambda: originals.put(DATA), lambda: originals.get(SHA), originals.probe):
            assert refusal(act) == ("originals_unreachable", True)


def test_a_server_that_never_answers(s3_bucket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        originals = S3Originals(f"s3://{s3_bucket}", endpoint, seconds=0.2)
        assert refusal(lambda: originals.get(SHA)) == ("originals_unreachable", True)


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_credentials_come_from_the_environment(s3_bucket, monkeypatch, name: str) -> None:
    monkeypatch.delenv(name)
    assert refusal(lambda: S3Originals(f"s3://{s3_bucket}")) == ("originals_unreachable", False)


@pytest.mark.parametrize("url", ["", "s3://", "s3://B", "http://bucket/x", "s3://b/x?y=1", "/var"])
def test_only_a_bucket_is_a_place(s3_bucket, url: str) -> None:
    assert refusal(lambda: S3Originals(url)) == ("originals_unreachable", False)
