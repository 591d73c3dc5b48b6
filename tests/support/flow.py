"""Documents, slots and workers for tests of the flow: real processes, and a reader that does what
a document asks of it."""

import contextlib
import datetime
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import validate
from models.document import ReadStatus
from models.errors import ErrorRecord, StoreError
from piaohe import pipeline
from piaohe.clock import now
from piaohe.flow.arrival import Door
from piaohe.flow.slot import main
from piaohe.flow.states import State
from piaohe.flow.supervisor import Supervisor
from piaohe.judging.sightings import Sightings
from piaohe.pipeline import Outcome, Tools
from piaohe.settings import Settings, load_settings
from piaohe.store import FolderOriginals, Store, What
from piaohe.store.queued import Slip
from tests.support.engines import Scripted
from tests.support.originals import NUMBER, digital

NOW = datetime.datetime(2026, 3, 20, 8, tzinfo=datetime.UTC)
COMMAND = (sys.executable, "-m", "tests.support.flow")
PATIENCE_SECONDS = 400.0
"""How long a test waits for what must happen; a busy machine may take most of it."""
KILL, HANG, AGAIN, LOSE = "dies", "hangs", "fails-for-a-while", "loses-its-original"
FIRST = {remark: 1000 * at for at, remark in enumerate(("", KILL, HANG, AGAIN, LOSE))}
"""Where the numbers of documents with this remark begin."""
LOG, GATE, CLOCK = "FLOW_TEST_LOG", "FLOW_TEST_GATE", "FLOW_TEST_CLOCK"
_YEARS = datetime.timedelta(days=3650)


def invoice(index: int, remark: str = "") -> bytes:
    """A 数电票 XML with a number of its own; the remark says what its reader does."""
    number = str(int(NUMBER) + index)
    return digital(remark=remark).replace(NUMBER, number).encode()


def tools(_settings: Settings | None = None) -> Tools:
    return Tools(
        engine=Scripted(),
        context=validate.Context(today=NOW.date()),
        sightings=Sightings(),
    )


def read(data: bytes, file: str, given: Tools, by: str | None = None) -> Outcome:
    """`pipeline.take_in`, and what the document's remark asks for. What is read is written down;
    where a gate is named, reading waits for it to be there."""
    text = data.decode()
    if f"<Remark>{KILL}" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if f"<Remark>{HANG}" in text:
        time.sleep(PATIENCE_SECONDS * 10)
    outcome = pipeline.take_in(data, file, given, by)
    sha256 = outcome.document.sha256 or ""
    with Path(os.environ[LOG]).open("a") as log:
        log.write(f"{sha256}\n")
    if gate := os.environ.get(GATE):
        wait_until(Path(gate).exists, "the gate")
    if f"<Remark>{LOSE}" in text:
        home = Path(os.environ["PIAOHE_HOME"])
        FolderOriginals(home / "originals").path(sha256).unlink()
    if f"<Remark>{AGAIN}" in text and reads(Path(os.environ[LOG]))[sha256] < 2:
        error = ErrorRecord(code="shaky", message="不稳", hint="再试", retry=True)
        failed = {"status": ReadStatus.FAILED, "error": error, "invoices": ()}
        document = outcome.document.model_copy(update=failed)
        return outcome.model_copy(update={"document": document, "judged": ()})
    return outcome


def reads(log: Path) -> Counter[str]:
    """How often each content was read."""
    return Counter(log.read_text().split() if log.exists() else ())


def clock() -> datetime.datetime:
    """The time of now; where it is asked for, one that is set back by years after every other
    reading, and forward again."""
    back = os.environ.get(CLOCK) and sum(reads(Path(os.environ[LOG])).values()) % 2
    return now() - _YEARS if back else now()


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Wait for a condition. A limit that is reached is a failure, never a measurement."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"never came about: {what}")
        time.sleep(0.02)


def supervise(home: Path, slots: int = 2) -> None:
    """A worker with slots of ours, until everything is carried."""
    settings = load_settings(home)
    with Store.open(home) as store:
        supervisor = Supervisor(store, settings, slots, lambda *_: None, now, command=COMMAND)
        supervisor.run(drain=True)


def fill_up(home: Path) -> None:
    """Documents flow on a file system of their own, which gets full and is cleared again. Prints
    what became of them, as JSON."""
    (home / "piaohe.toml").write_text("[flow]\npoll_seconds = 0.05\nretry_seconds = 0.2\n")
    with Store.open(home) as store:
        door = Door(store, now, 100)
        for at in range(6):
            door.accept(invoice(at), Slip(name=f"{at}.xml"))
        carrying = threading.Thread(target=supervise, args=(home, 1))
        carrying.start()
        wait_until(lambda: sum(reads(Path(os.environ[LOG])).values()) >= 2, "two readings")
        ballast = _fill(home / "ballast")
        refused = ""
        try:
            # larger than what is left in the last block of anything
            door.accept(invoice(7) + b" " * 100_000, Slip(name="refused.xml"))
        except StoreError as error:
            refused = error.record.code
        # some steps are tried in vain meanwhile
        time.sleep(1.5)
        ballast.unlink()
        carrying.join(PATIENCE_SECONDS)
        with store.reading() as work:
            states = [each.state.value for each in work.arrivals.having(list(State))]
            events = [e.subject for e in work.events.iterate() if e.what is What.DOCUMENT_DECIDED]
        problems = [each.code for each in store.check()]
    told = {"refused": refused, "states": states, "decided": len(events), "problems": problems}
    told["different"] = len(set(events))
    print(json.dumps(told))


def _fill(ballast: Path) -> Path:
    """Take every byte that is left on a file system."""
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as out:
        for size in (1 << 16, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    out.write(b"x" * size)
    return ballast


if __name__ == "__main__":
    if sys.argv[1] == "supervise":
        supervise(Path(sys.argv[2]))
    elif sys.argv[1] == "fill-up":
        fill_up(Path(sys.argv[2]))
    else:
        code = main(make_tools=tools, reader=read, clock=clock)
        os._exit(code)
