"""How long pages take with very many invoices and reviewers at work: a table of percentiles.

    python -m benchmarks.search_pages FOLDER [--reviewers 20] [--seconds 60] [--pause 2]

FOLDER holds what `benchmarks.search` made; a few hundred invoices as they are read are added. The
application is served by uvicorn; each reviewer does one thing after another with a pause between.
They do not begin at once, and their first round is not counted: it fills caches.
What is measured is the time in the server, from a request to the last byte of its answer; the
reviewers are threads of a process of their own.
"""

import argparse
import hashlib
import multiprocessing
import random
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from benchmarks.scale_match import NOW, draw
from benchmarks.search import _PLACES, _WORDS
from benchmarks.tables import markdown
from piaohe.store import Store
from tests.support.drawn import document_of
from tests.support.web import Site

_REVIEWED = 300
_HOST = "testserver"


class Timed:
    """An application that notes how long each answer took, by what was asked."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.took: dict[str, list[float]] = defaultdict(list)
        self.failed = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def noting(message: Any) -> None:
            if message.get("status", 0) >= 400:
                self.failed += 1
                print(scope["path"][:40], message["status"])
            await send(message)

        start = time.perf_counter()
        await self._app(scope, receive, noting)
        if scope["type"] == "http":
            name = dict(scope["headers"]).get(b"x-what", b"other").decode()
            self.took[name].append(1000 * (time.perf_counter() - start))


def keep_some(store: Store) -> list[str]:
    """Invoices with all that is read of one; gives their ids."""
    ids = []
    for ours in draw(_REVIEWED, 5).invoices:
        data = f"page {ours.key}".encode()
        sha256 = hashlib.sha256(data).hexdigest()
        with store.unit_of_work() as work:
            if not work.documents.has(sha256):
                store.originals.put(data)
                work.documents.add(document_of(sha256, ours), received_at=NOW, size=1)
        ids.append(f"{sha256}-0")
    return ids


@contextmanager
def served(app: Timed) -> Iterator[str]:
    """The application on a port of this machine; gives its address."""
    config = uvicorn.Config(app, port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One who has logged in: headers and cookies of the browser, whose invoices are reviewed,
    seconds between any two things, and until when (on the monotonic clock of the machine)."""

    address: str
    headers: dict[str, str]
    cookies: dict[str, str]
    ids: list[str]
    pause: float
    until: float


def all_review(reviewers: list[Reviewer]) -> None:
    """Everybody at work side by side."""
    threads = [
        threading.Thread(target=review, args=(each, random.Random(at)))
        for at, each in enumerate(reviewers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def review(who: Reviewer, rng: random.Random) -> None:
    """One reviewer at work, who pauses between any two things."""
    browser = httpx.Client(
        base_url=who.address, headers=who.headers, cookies=who.cookies, timeout=60
    )
    ids, pause, until = who.ids, who.pause, who.until
    time.sleep(rng.uniform(0, 8) * pause)
    warm = False
    while time.monotonic() < until:
        invoice = rng.choice(ids)
        word = rng.choice(_PLACES) + "".join(rng.sample(_WORDS, 1))
        for name, path in (
            ("queue", "/review"),
            ("review", f"/review/{invoice}"),
            ("search", f"/search?q={word}"),
            ("facets", f"/search/facets?q={word}"),
            ("search, more", f"/search/rows?q={word}"),
            ("documents", "/"),
        ):
            part = {"hx-request": "true"} if name == "facets" else {}
            browser.get(path, headers={"x-what": name if warm else "first round"} | part)
            time.sleep(rng.uniform(0.5, 1.5) * pause)
        held = browser.get(f"/v1/invoices/{invoice}", headers={"x-what": "one, by the API"})
        headers = {
            "x-what": "correction" if warm else "first round",
            "if-match": held.json()["version"],
        }
        body = {"extra": {"remark": f"备注{rng.randrange(10**6)}"}}
        browser.post(f"/v1/invoices/{invoice}/corrections", json=body, headers=headers)
        warm = True
        time.sleep(rng.uniform(0.5, 1.5) * pause)


def run(store: Store, folder: Path, given: argparse.Namespace) -> str:
    ids = keep_some(store)
    site = Site(store, folder)
    app = Timed(site.app)
    with served(app) as address:
        until = time.monotonic() + given.seconds
        reviewers = []
        for at in range(given.reviewers):
            known = site.as_(f"reviewer{at}", "reviewer")
            headers = {"host": _HOST, "x-csrf-token": known.headers["x-csrf-token"]}
            own = ids[at :: given.reviewers]
            cookies = dict(known.cookies)
            reviewers.append(Reviewer(address, headers, cookies, own, given.pause, until))
        process = multiprocessing.get_context("spawn").Process(target=all_review, args=(reviewers,))
        process.start()
        process.join()
    rows = [["page", "asked", "median ms", "p95 ms", "most ms"]]
    for name, took in sorted(app.took.items()):
        p95 = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
        figures = [f"{each:.1f}" for each in (statistics.median(took), p95, max(took))]
        rows.append([name, str(len(took)), *figures])
    return f"{markdown(rows)}\n\nanswers with an error: {app.failed}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=2)
    given = parser.parse_args()
    with Store.open(given.folder, url=given.url) as store:
        print(run(store, given.folder, given))


if __name__ == "__main__":
    main()
