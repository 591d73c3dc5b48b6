"""`piaohe serve` alone carries documents; killed in the middle it loses nothing and leaves nobody
behind; stopped in order it ends everything."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from piaohe.flow.states import DECIDED, FINISHED, State
from piaohe.store import Store
from tests.support import flow
from tests.support.web import PASSWORD

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals")
ROOT = Path(__file__).parents[2]
COUNT = 8


class Served:
    """`piaohe serve` in a process of its own; `link` is the first one."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base, self.log = f"http://127.0.0.1:{port}", home.with_suffix(f".{port}")
        command = [sys.executable, "-m", "piaohe", "serve", "--home", str(home), "--port"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, str(port)], cwd=ROOT, stderr=log, env=os.environ | {"PYTHONPATH": "."}
            )
        flow.wait_until(self._answers, "an answer")

    @property
    def link(self) -> str:
        return re.findall(rf"{self.base}/join/\S+", self.log.read_text("utf-8"))[0]

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text("utf-8")
        try:
            return httpx.get(f"{self.base}/healthz").is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def signed_in(served: Served) -> httpx.Client:
    """The administrator's browser."""
    browser = httpx.Client(base_url=served.base, timeout=60)
    form = {"login": "admin", "name": "管理员", "password": PASSWORD}
    assert browser.post(served.link, data=form).status_code == 303
    page = browser.get("/").text
    browser.headers["x-csrf-token"] = re.findall(r'name="csrf" content="([^"]+)"', page)[0]
    return browser


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    # nobody may be there to bury it where the test runs as the first process
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def slots(store: Store) -> list[int]:
    with store.reading() as work:
        return [worker.pid for worker in work.workers.all()]


def test_serve_carries_what_comes_is_killed_and_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "piaohe.toml").write_text("[flow]\nslots = 1\ndead_after_seconds = 3\n")
    served = Served(home)
    try:
        with Store.open(home) as store:
            flow.wait_until(lambda: bool(slots(store)), "a slot")
            with contextlib.closing(signed_in(served)) as browser:
                for at in range(COUNT):
                    files = {"file": (f"{at}.xml", flow.invoice(at))}
                    assert browser.post("/v1/documents", files=files).status_code in (200, 202)
            orphans = slots(store)
            served.kill()
            # each ends when it has done what it has at hand
            flow.wait_until(lambda: not any(map(lives, orphans)), "the end of the orphans")
            served = Served(home)

            def is_over() -> bool:
                with store.reading() as work:
                    return all(each.state in FINISHED for each in work.arrivals.having(list(State)))

            flow.wait_until(is_over, "the rest")
            fresh = slots(store)
            served.process.send_signal(signal.SIGTERM)
            assert served.process.wait(60) == 0, served.log.read_text("utf-8")
            assert not any(map(lives, fresh))
            assert slots(store) == []
            with store.reading() as work:
                arrivals = work.arrivals.having(list(State))
                assert [each.state in DECIDED for each in arrivals] == [True] * COUNT
                assert len(work.documents.ids()) == len(work.invoices.all()) == COUNT
            assert store.check() == []
    finally:
        served.kill()
