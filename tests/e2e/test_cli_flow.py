"""piaohe watch, status and queue, called as programs are; the worker is in test_flow_kill.py."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.batch import BatchMark, BatchSheet
from models.document import Document, ReadStatus
from models.errors import ErrorRecord
from models.invoice import Invoice
from piaohe.cli import main
from piaohe.clock import now
from piaohe.flow.arrival import Door
from piaohe.flow.states import State, Step
from piaohe.store import Store
from piaohe.store.queued import Slip

Call = Callable[..., tuple[int, str, str]]
ERROR = ErrorRecord(code="worker_died", message="中途退出", hint="重试", message_en="it ended")


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Call:
    """Calls the program: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        code = stopped.value.code
        return (code if isinstance(code, int) else 0), said.out, said.err

    return run


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def numbers(store: Store) -> list[int]:
    """Three that wait, and one that is dead."""
    door = Door(store, now, 100)
    ids = [door.accept(name.encode(), Slip(name=name)).arrival.id for name in "dabc"]
    with store.unit_of_work() as work:
        held = work.arrivals.claim("w", now())
        assert held is not None
        work.arrivals.fail(held.id, Step.KEEP, ERROR, None)
    return ids


@pytest.fixture
def batch(store: Store) -> str:
    """The name of a batch with one document, begun by its own first page."""
    sheet = BatchSheet(page=0, mark=BatchMark(serial="0a1b2c3d", name="三月差旅", owner="林小满"))
    sha256 = store.originals.put(b"batch")
    document = Document(
        file="b.pdf",
        sha256=sha256,
        seconds=0,
        status=ReadStatus.OK,
        invoices=(Invoice(number="1"),),
        sheets=(sheet,),
    )
    with store.unit_of_work() as work:
        work.documents.add(document, received_at=now(), size=5)
    return sheet.mark.name


def test_status_shows_the_queue_and_the_dead(call: Call, numbers: list[int], batch: str) -> None:
    code, out, _ = call("status", "--json")
    seen = json.loads(out)
    assert code == 0
    assert [(lane["lane"], lane["waiting"]) for lane in seen["lanes"]] == [
        ("person", 0),
        ("batch", 3),
    ]
    assert seen["lanes"][0]["oldest_seconds"] is None
    assert seen["lanes"][1]["oldest_seconds"] >= 0
    assert [each["id"] for each in seen["dead"]] == numbers[:1]
    assert seen["states"]["dead"] == 1
    (listed,) = seen["batches"]
    assert (listed["name"], listed["owner"], listed["documents"]) == (batch, "林小满", 1)
    _, out, _ = call("--lang", "en", "status")
    assert [*re.findall(rf"{batch}\W+林小满\W+(\d+)", out)] == ["1"]
    assert "no worker is running" in out
    assert "it ended" in out


def test_queue_list_retry_and_cancel(call: Call, numbers: list[int], store: Store) -> None:
    dead = numbers[0]
    _, out, _ = call("queue", "list", "--state", "dead", "--json")
    (listed,) = [json.loads(line) for line in out.splitlines()]
    assert (listed["id"], listed["step"], listed["error"]["code"]) == (dead, "keep", "worker_died")
    assert "中途退出" in call("queue", "list")[1]
    assert call("queue", "retry", "--all")[0] == 0
    assert call("queue", "retry", dead)[0] == 1
    assert call("queue", "cancel", *numbers)[0] == 0
    code, _, err = call("queue", "cancel", dead, 999)
    assert (code, "#999" in err) == (1, True)
    with store.reading() as work:
        assert work.arrivals.counts()[State.CANCELLED] == 4
    code, _, err = call("queue", "list", "--state", "what")
    assert (code, "waiting" in err) == (2, True)


def test_watch_takes_in_and_refuses(call: Call, tmp_path: Path, store: Store) -> None:
    (tmp_path / "in" / "三月").mkdir(parents=True)
    (tmp_path / "in" / "big.pdf").write_bytes(b"x" * (2 << 20))
    (tmp_path / "home" / "piaohe.toml").write_text(
        "[flow]\nsettle_seconds = 0\n[limits]\nmax_file_mib = 1\n"
    )
    assert call("watch", tmp_path / "in", "--once")[0] == 0
    assert (tmp_path / "in" / "failed" / "big.pdf.txt").exists()
    code, _, err = call("watch", tmp_path / "in", tmp_path / "in" / "三月")
    assert (code, "folders_overlap" in err) == (2, True)
    code, _, err = call("watch", tmp_path / "home")
    assert (code, "folders_overlap" in err) == (2, True)
    assert call("watch", tmp_path / "in", "--levels", "batch,batch")[0] == 2


def test_the_command_line_does_not_wait_for_the_flow() -> None:
    heavy = {"dbos", "sqlalchemy", "watchfiles", "cv2"}
    seen = f"import sys, piaohe.cli.commands; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", seen], text=True).strip() == "[]"
