"""How fast documents are accepted and carried: many clients against a real `piaohe serve`.

    python -m benchmarks.flow [--documents N] [--clients N] [--seconds S] [--folder FOLDER]

Small XML originals, each another invoice (or the files of a folder, by name), are uploaded over
HTTP at an even pace of N / S a second; then the queue is waited for. Beside it stands what
reading the same bytes takes with nothing around it, in one process, which has the machine to
itself. Prints a table; the home folder is a temporary one.
"""

import argparse
import concurrent.futures
import datetime
import json
import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.tables import markdown
from piaohe import pipeline
from piaohe.access import Access
from piaohe.clock import now
from piaohe.flow.states import FINISHED, State
from piaohe.intake import Intake
from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.tools import fresh_tools

_SAMPLE = Path(__file__).parents[1] / "samples" / "04-dz-normal.xml"
_PASSWORD = "benchmark-only-梅雨-1987"
_ATTEMPTS = 50

File = tuple[str, bytes]
"""Name and content."""

_STEP, _DAYS = 9973, 110
"""How far numbers are apart (in several digits, else each looks like the other's forgery), and
over how many days the invoices are spread."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One upload: seconds until it was accepted, and the answers on the way."""

    seconds: float
    statuses: tuple[int, ...]


class Served:
    """`piaohe serve` on a home folder, in a process of its own."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "piaohe", "serve", "--home", str(home)]
        self.process = subprocess.Popen(
            [*command, "--port", str(port)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                httpx.get(f"{self.base}/healthz")
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise SystemExit("piaohe serve does not answer")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(300)


def documents(count: int) -> list[bytes]:
    """Originals of one seller that differ in number and day, as invoices do."""
    text = _SAMPLE.read_text("utf-8")
    found = re.search(r"\b\d{20}\b", text)
    if found is None:
        raise SystemExit("the sample has no number")
    dates = re.search(r"\b\d{4}-\d{2}-\d{2}\b", text)
    if dates is None:
        raise SystemExit("the sample has no date")
    first, last = int(found.group()), datetime.date.fromisoformat(dates.group())
    return [
        text.replace(found.group(), str(first + at * _STEP))
        .replace(dates.group(), str(last - datetime.timedelta(days=at % _DAYS)))
        .encode()
        for at in range(1, count + 1)
    ]


def programs(home: Path, count: int) -> list[str]:
    """The API tokens of as many programs that may hand in: how often one may ask is limited."""
    with Store.open(home) as store:
        access = Access(store, now)
        link = access.first_link()
        access.join(link or "", "admin", "Admin", _PASSWORD)
        viewer = access.login("admin", _PASSWORD, "benchmark").viewer
        rights = ["documents.add", "documents.own"]
        return [access.make_token(viewer, f"client {at}", rights)[0] for at in range(count)]


def bare(home: Path, files: Sequence[File]) -> tuple[float, float]:
    """Documents a second in this process: reading alone, and reading and keeping."""
    settings = Settings(home=home)
    with Store.open(home) as store:
        tools = fresh_tools(settings, store)()
        # the first one loads what is needed
        pipeline.take_in(files[0][1], files[0][0], tools)
        started = time.perf_counter()
        for name, data in files:
            pipeline.take_in(data, name, tools)
        read = time.perf_counter() - started
        tools = fresh_tools(settings, store)()
        started = time.perf_counter()
        for name, data in files:
            Intake(store, tools, now).take(Path(name), data)
        kept = time.perf_counter() - started
    return len(files) / read, len(files) / kept


def upload(served: Served, tokens: list[str], handed: Sequence[File], given: "Given") -> list[Sent]:
    """Hand everything in, evenly over the time that is given."""
    own_tokens = iter(tokens)
    begun, pace = time.monotonic() + 1, given.seconds / len(handed)
    own = threading.local()

    def one(at: int) -> Sent:
        if not hasattr(own, "client"):
            # next() of a list's iterator is one step for the interpreter: no two get the same
            headers = {"Authorization": f"Bearer {next(own_tokens)}"}
            own.client = httpx.Client(headers=headers, timeout=60)
        time.sleep(max(0.0, begun + at * pace - time.monotonic()))
        statuses = []
        for _ in range(_ATTEMPTS):
            started = time.perf_counter()
            answer = own.client.post(f"{served.base}/v1/documents", files={"file": handed[at]})
            statuses.append(answer.status_code)
            if answer.status_code != 429:
                break
            time.sleep(float(answer.headers["Retry-After"]))
        return Sent(time.perf_counter() - started, tuple(statuses))

    with concurrent.futures.ThreadPoolExecutor(given.clients) as pool:
        return list(pool.map(one, range(len(handed))))


def drained(store: Store) -> Counter[State]:
    """Wait until nothing is left in the queue; gives the states."""
    while True:
        with store.reading() as work:
            counts = work.arrivals.counts()
        if all(not count or state in FINISHED for state, count in counts.items()):
            return Counter({state: count for state, count in counts.items() if count})
        time.sleep(0.2)


@dataclass(frozen=True, slots=True)
class Given:
    """What is asked for."""

    documents: int
    clients: int
    seconds: float
    alone: int
    folder: Path | None = None


def to_hand_in(given: Given) -> list[File]:
    """What is uploaded."""
    if given.folder is None:
        return [
            (f"{at}-{_SAMPLE.name}", data) for at, data in enumerate(documents(given.documents))
        ]
    files = sorted(each for each in given.folder.iterdir() if each.suffix != ".jsonl")
    return [(each.name, each.read_bytes()) for each in files[: given.documents]]


def run(given: Given) -> str:
    """Measure, and give the table."""
    files = to_hand_in(given)
    with tempfile.TemporaryDirectory(prefix="piaohe-bench-") as folder:
        home = Path(folder) / "home"
        tokens = programs(home, given.clients)
        alone = bare(Path(folder) / "bare", files[: given.alone])
        served = Served(home)
        try:
            started = time.monotonic()
            sent = upload(served, tokens, files, given)
            uploaded = time.monotonic() - started
            with Store.open(home) as store:
                states = drained(store)
                total = time.monotonic() - started
                with store.reading() as work:
                    kept = len(work.documents.ids())
                    ended = [
                        each.finished_at for each in work.arrivals.having(FINISHED, len(files))
                    ]
        finally:
            served.stop()
    return _table(sent, (alone, uploaded, total, steady(ended)), (states, kept))


def steady(ended: Sequence[datetime.datetime | None]) -> float:
    """Documents a second from the first that was finished to the last: a process that starts and
    loads its models is no part of it, as it is none of what reading alone is measured by."""
    at = sorted(each for each in ended if each is not None)
    return (len(at) - 1) / (at[-1] - at[0]).total_seconds() if len(at) > 1 else float("nan")


def _table(
    sent: Sequence[Sent],
    times: tuple[tuple[float, float], float, float, float],
    came_of: tuple[Counter[State], int],
) -> str:
    alone, uploaded, total, rate = times
    states, kept = came_of
    seconds = sorted(each.seconds for each in sent)
    answers = Counter(status for each in sent for status in each.statuses)
    slots = max(1, (os.cpu_count() or 1) // 2)
    said = {state.value: count for state, count in states.items()}
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows = [
        ["what", "figure"],
        ["documents", f"{len(sent):,}"],
        ["uploaded in", f"{uploaded:.1f} s"],
        ["answers", json.dumps(dict(answers))],
        ["acceptance, median", f"{1000 * statistics.median(seconds):.0f} ms"],
        ["acceptance, p95", f"{1000 * seconds[int(0.95 * len(seconds))]:.0f} ms"],
        ["acceptance, worst", f"{1000 * seconds[-1]:.0f} ms"],
        ["kept; states", f"{kept:,}; {json.dumps(said)}"],
        ["all carried after", f"{total:.1f} s"],
        ["carried a second, the slot's start and uploads beside it", f"{len(sent) / total:.2f}"],
        ["carried a second, from the first finished to the last", f"{rate:.2f}"],
        ["reading alone a second, one process", f"{alone[0]:.2f}"],
        ["reading and keeping a second, one process", f"{alone[1]:.2f}"],
        ["share of the bare reading rate", f"{100 * rate / slots / alone[0]:.0f} %"],
        [f"slot time a document ({slots} slots)", f"{1000 * slots / rate:.1f} ms"],
        ["of it beyond reading", f"{1000 * (slots / rate - 1 / alone[0]):.1f} ms"],
        ["of it beyond reading and keeping", f"{1000 * (slots / rate - 1 / alone[1]):.1f} ms"],
        ["CPU of serve, its slots and clients' side", f"{used.ru_utime + used.ru_stime:.0f} s"],
    ]
    return markdown(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--alone", type=int, default=100, help="documents read without the flow")
    parser.add_argument("--folder", type=Path, help="its files instead of small XML")
    asked = parser.parse_args()
    print(run(Given(asked.documents, asked.clients, asked.seconds, asked.alone, asked.folder)))


if __name__ == "__main__":
    main()
