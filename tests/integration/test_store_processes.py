"""Several processes and threads on one home folder, and one that is killed while writing."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from piaohe.store import Store

WRITER = """
import datetime, hashlib, sys
from pathlib import Path
from models.document import Document
from models.invoice import Invoice
from piaohe.store import Store

home, name, count, url = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] or None
now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
with Store.open(home, url=url) as store:
    for at in range(count):
        data = f"{name} {at}".encode() * 500
        sha256 = store.originals.put(data)
        document = Document(
            file=f"/in/{name}{at}.pdf", sha256=sha256, seconds=0, status="ok",
            invoices=(Invoice(number=str(at)), Invoice(number=str(at))),
        )
        with store.unit_of_work() as work:
            work.documents.get("0" * 64)  # reading first is what a late lock breaks on
            work.documents.add(document, received_at=now, size=len(data))
        print(at, flush=True)
"""


def start(home: Path, name: str, count: int, url: str | None) -> subprocess.Popen[str]:
    path = os.pathsep.join(item for item in (os.getcwd(), *sys.path) if item)
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), name, str(count), url or ""],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("after", [1, 25])
def test_kill_while_writing_leaves_whole_documents(
    tmp_path: Path, after: int, database_url
) -> None:
    child = start(tmp_path, "a", 100_000, database_url)
    assert child.stdout is not None
    with child:
        for _ in range(after):
            assert child.stdout.readline()
        child.kill()
        acknowledged = after + len(child.stdout.readlines())
    with Store.open(tmp_path, url=database_url) as store:
        # PostgreSQL may notice a moment later that its client is gone: wait for its lock
        with store.unit_of_work() as work:
            work.documents.ids()
        assert store.check() == []
        with store.reading() as work:
            ids = work.documents.ids()
            documents = [work.documents.get(sha256) for sha256 in ids]
            assert len(work.documents.by_path(Path("/in"))) == len(ids)
            assert len(work.invoices.all()) == 2 * len(ids)
        # a unit may have been committed whose print was lost, never the other way round
        assert len(ids) in (acknowledged - 1, acknowledged, acknowledged + 1)
        assert all(document and len(document.invoices) == 2 for document in documents)
        assert 0 <= len(list(store.originals.iterate())) - len(ids) <= 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_open_and_write_a_new_home_at_once(tmp_path: Path, kind: str, request) -> None:
    url = request.getfixturevalue("empty_postgres_url") if kind == "postgresql" else None
    children = [start(tmp_path, name, 25, url) for name in "abc"]
    for child in children:
        child.communicate()
    assert [child.returncode for child in children] == [0, 0, 0]
    with Store.open(tmp_path, url=url) as store, store.reading() as work:
        assert len(work.documents.ids()) == 75
        assert len(list(work.events.iterate())) == 75 * 4


def test_threads_share_a_store(store, make_document, now) -> None:
    errors: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for at in range(25):
                data, document = make_document(f"{name} {at}", file=f"/in/{name}{at}")
                store.originals.put(data)
                with store.unit_of_work() as work:
                    work.documents.ids()
                    work.documents.add(document, received_at=now, size=len(data))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with store.reading() as work:
        assert len(work.documents.ids()) == 100


def test_a_reader_sees_one_state_and_waits_for_nobody(store, keep) -> None:
    keep("a")
    with store.reading() as reader:
        before = reader.documents.ids()
        keep("b")
        assert reader.documents.ids() == before
    with store.reading() as reader:
        assert len(reader.documents.ids()) == 2
