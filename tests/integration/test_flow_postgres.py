"""The same flow with PostgreSQL beneath it: arrivals and workflows in one database there."""

import os
import signal
import threading
from collections import Counter
from pathlib import Path

import pytest

from piaohe.cli.shell import now
from piaohe.flow.arrival import Door
from piaohe.flow.states import DECIDED, State
from piaohe.flow.supervisor import Supervisor
from piaohe.opening import open_store
from piaohe.settings import load_settings
from piaohe.store import What
from piaohe.store.queued import Slip
from tests.support import flow

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals")


def test_documents_are_carried_though_a_worker_is_killed(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, log = tmp_path / "home", tmp_path / "reads"
    home.mkdir()
    (home / "piaohe.toml").write_text(
        f"[database]\nurl = '{postgres_url}'\n[flow]\npoll_seconds = 0.05\nattempts = 9\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("PIAOHE_HOME", str(home))
    monkeypatch.setenv(flow.LOG, str(log))
    settings = load_settings(home)
    with open_store(settings) as store:
        door = Door(store, now, 100)
        contents = [
            door.accept(flow.invoice(at), Slip(name=f"{at}.xml")).arrival.sha256 for at in range(6)
        ]
        supervisor = Supervisor(store, settings, 1, lambda *_: None, now, flow.COMMAND)
        carrying = threading.Thread(target=supervisor.run, kwargs={"drain": True})
        carrying.start()
        flow.wait_until(lambda: sum(flow.reads(log).values()) >= 2, "two readings")
        with store.reading() as work:
            for worker in work.workers.all():
                os.kill(worker.pid, signal.SIGKILL)
        carrying.join(flow.PATIENCE_SECONDS)
        assert not carrying.is_alive()
        with store.reading() as work:
            assert all(each.state in DECIDED for each in work.arrivals.having(list(State)))
            assert sorted(work.documents.ids()) == sorted(contents)
            decided = [e.subject for e in work.events.iterate() if e.what is What.DOCUMENT_DECIDED]
        assert Counter(decided) == Counter(contents)
    assert not (home / "piaohe-flow.db").exists()
