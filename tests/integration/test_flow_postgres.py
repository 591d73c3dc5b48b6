"""The same flow with PostgreSQL beneath it: arrivals and workflows in one database there.

PIAOHE_FLOW_AWAY says for how many seconds it is away in the second test.
"""

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from models.errors import StoreError
from piaohe.clock import now
from piaohe.flow.arrival import Door
from piaohe.flow.states import DECIDED, State
from piaohe.flow.supervisor import Supervisor
from piaohe.opening import open_store
from piaohe.settings import load_settings
from piaohe.store import Store, What
from piaohe.store.queued import Slip
from tests.support import flow
from tests.support.postgres import Databases

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals")
AWAY_SECONDS = float(os.environ.get("PIAOHE_FLOW_AWAY", "2"))


Flowing = tuple[Store, Door, threading.Thread, Path]


@contextlib.contextmanager
def flowing(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flowing]:
    """A store, its door, a thread that carries what is handed in, and what was read."""
    home, log = tmp_path / "home", tmp_path / "reads"
    home.mkdir()
    flow_settings = "poll_seconds = 0.05\nattempts = 9\nretry_seconds = 0.5\n"
    (home / "piaohe.toml").write_text(f"[database]\nurl = '{url}'\n[flow]\n{flow_settings}")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("PIAOHE_HOME", str(home))
    monkeypatch.setenv(flow.LOG, str(log))
    settings = load_settings(home)
    with open_store(settings) as store:
        supervisor = Supervisor(store, settings, 1, lambda *_: None, now, flow.COMMAND)
        carrying = threading.Thread(target=supervisor.run, kwargs={"drain": True})
        yield store, Door(store, now, 100), carrying, log
    assert not (home / "piaohe-flow.db").exists()


def hand_in(door: Door, at: int) -> str:
    return door.accept(flow.invoice(at), Slip(name=f"{at}.xml")).arrival.sha256


def finish(store: Store, carrying: threading.Thread, contents: Sequence[str]) -> None:
    """Wait until all is carried; nothing may be lost, and nothing done twice."""
    carrying.join(flow.PATIENCE_SECONDS)
    assert not carrying.is_alive()
    with store.reading() as work:
        assert all(each.state in DECIDED for each in work.arrivals.having(list(State)))
        assert sorted(work.documents.ids()) == sorted(contents)
        decided = [e.subject for e in work.events.iterate() if e.what is What.DOCUMENT_DECIDED]
    assert Counter(decided) == Counter(contents)


def test_documents_are_carried_though_a_worker_is_killed(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with flowing(tmp_path, postgres_url, monkeypatch) as (store, door, carrying, log):
        contents = [hand_in(door, at) for at in range(6)]
        carrying.start()
        flow.wait_until(lambda: sum(flow.reads(log).values()) >= 2, "two readings")
        with store.reading() as work:
            for worker in work.workers.all():
                os.kill(worker.pid, signal.SIGKILL)
        finish(store, carrying, contents)


def test_the_database_may_be_away_for_a_while(
    tmp_path: Path, postgres_url: str, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    with flowing(tmp_path, postgres_url, monkeypatch) as (store, door, carrying, log):
        contents = [hand_in(door, at) for at in range(6)]
        carrying.start()
        flow.wait_until(lambda: sum(flow.reads(log).values()) >= 2, "two readings")
        databases.server.stop()
        try:
            with pytest.raises(StoreError) as refused:
                hand_in(door, 6)
            time.sleep(AWAY_SECONDS)
        finally:
            databases.server.start()
        assert refused.value.record.retry
        # who was refused comes back
        contents.append(hand_in(door, 6))
        finish(store, carrying, contents)
