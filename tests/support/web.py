"""The web application over a store, for tests: a clock that can be turned, cheap passwords."""

import datetime
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.testclient import TestClient

import validate
from models.advice import Advice
from models.document import Document
from models.errors import StoreError
from piaohe import pipeline
from piaohe.access import Access, Passwords
from piaohe.flow.arrival import Door
from piaohe.flow.states import Lane
from piaohe.flow.steps import Steps
from piaohe.intake import kept_in
from piaohe.judging.sightings import Sightings
from piaohe.pipeline import Tools
from piaohe.reading.advice import advise
from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.web import create_app
from piaohe.web.app import document_of
from piaohe.web.arrival import Queued
from piaohe.web.drawing import Pictures, draw_here
from piaohe.web.house import Terms
from piaohe.web.problems import Problem
from piaohe.web.reading import Reader
from piaohe.web.server import Server
from tests.support.engines import Scripted

SAMPLES = Path(__file__).parents[2] / "samples"
PASSWORD = "梅雨-四月-槐花-1987"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


UNDECLARED: list[str] = []
"""Problems that the application told of and the description of their operation does not."""


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.at = datetime.datetime(2026, 9, 30, 8, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += datetime.timedelta(**by)


_carrying: list[ThreadPoolExecutor] = []


def finish_carrying() -> None:
    """Wait for what is still being carried: a store that is closed meanwhile leaves connections."""
    while _carrying:
        _carrying.pop().shutdown(wait=True)


class Carried(Queued):
    """The flow's queue with a worker beside it that needs no process of its own: the same steps,
    one document after another in one thread."""

    def __init__(self, store: Store, tools: Callable[[], Tools], clock: Clock) -> None:
        super().__init__(Door(store, clock, 100), clock, Reader(Settings()))
        self._store, self._tools, self._now = store, tools, clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="carrying")
        _carrying.append(self._thread)

    def accept(self, data: bytes, name: str, owner: int, lane: Lane) -> str:
        sha256 = super().accept(data, name, owner, lane)
        self._thread.submit(self.carry)
        return sha256

    def read(self, data: bytes, name: str) -> Document:
        reading = self._thread.submit(pipeline.take_in, data, name, self._tools())
        return reading.result().document

    def advise(self, data: bytes, name: str) -> Advice:
        return self._thread.submit(advise, data, name, self._tools().limits).result()

    def carry(self) -> None:
        """Carry what waits."""
        while True:
            with self._store.unit_of_work() as work:
                arrival = work.arrivals.claim("test", self._now())
            if arrival is None:
                return
            steps = Steps(self._store, arrival, self._tools(), self._now)
            steps.keep(steps.read())
            steps.match()
            steps.notify(steps.decide())


class Site:
    """An application with people in it: `site.as_(login)` is a browser of theirs."""

    def __init__(self, store: Store, home: Path, **instead: object) -> None:
        self.store = store
        self.home = home
        self.clock = Clock()
        self.access = Access(store, self.clock, CHEAP)
        self.app: FastAPI = create_app(
            store,
            Settings(home=home),
            self._tools,
            self.clock,
            access=self.access,
            pictures=Pictures(store.originals, home / "pages", self._tools().limits, draw_here),
            **(
                {
                    "terms": Terms(hosts=("testserver",)),
                    "arrival": Carried(store, self._tools, self.clock),
                }
                | instead
            ),
        )

        self._held_to_description()

    def _held_to_description(self) -> None:
        """Every problem an operation tells of has to stand in its description."""
        for kind, tell in [*self.app.exception_handlers.items()]:

            def told(request: Request, error: Exception, tell: Any = tell) -> Any:
                answer = tell(request, error)
                UNDECLARED.extend(undeclared(self.app, request, answer))
                return answer

            if kind in (Problem, StoreError, RequestValidationError):
                self.app.exception_handlers[kind] = told

    def _tools(self) -> Tools:
        return Tools(
            engine=Scripted(),
            context=validate.Context(today=self.clock().date()),
            sightings=Sightings(kept_in(self.store)),
        )

    def stranger(self) -> TestClient:
        """A browser that nobody signed in with."""
        return TestClient(self.app, follow_redirects=False)

    def first(self) -> TestClient:
        """The administrator's browser; there must be nobody yet."""
        browser = self.stranger()
        token = self.access.first_link()
        form = {"login": "admin", "name": "管理员", "password": PASSWORD}
        assert browser.post(f"/join/{token}", data=form).status_code == 303
        return self._with_csrf(browser, "admin")

    def as_(self, login: str, *roles: str) -> TestClient:
        """The browser of somebody with these roles, who is made on the way."""
        with self.store.reading() as work:
            admin = work.people.named("admin")
            known = work.people.named(login)
        if admin is None:
            self.first()
            with self.store.reading() as work:
                admin = work.people.named("admin")
        assert admin is not None
        if known is None:
            viewer = self.access.login("admin", PASSWORD, "test").viewer
            _, token = self.access.invite(viewer, login, f"{login}某", roles)
            self.access.join(token, "", "", PASSWORD)
        browser = self.stranger()
        answer = browser.post("/login", data={"name": login, "password": PASSWORD})
        assert answer.status_code == 303
        return self._with_csrf(browser, login)

    def _with_csrf(self, browser: TestClient, login: str) -> TestClient:
        cookie = browser.cookies["piaohe_session"]
        viewer = self.access.session(cookie)
        assert viewer is not None
        assert viewer.person.login == login
        browser.headers["x-csrf-token"] = viewer.csrf or ""
        return browser


def undeclared(app: FastAPI, request: Request, answer: Response) -> list[str]:
    """What is wrong with a problem by the description of the operation that tells of it."""
    path = getattr(request.scope.get("route"), "path", "")
    operation = document_of(app)["paths"].get(path, {}).get(request.method.lower())
    if operation is None or answer.media_type != "application/problem+json":
        return []
    code = json.loads(bytes(answer.body))["code"]
    codes = operation["responses"].get(str(answer.status_code), {}).get("x-codes", ())
    return [] if code in codes else [f"{request.method} {path}: {answer.status_code} {code}"]


def upload(browser: TestClient, name: str = "04-dz-normal.xml", called: str | None = None) -> str:
    """Hand in a sample and wait until it is read; gives its SHA-256."""
    data = (SAMPLES / name).read_bytes()
    answer = browser.post("/v1/documents", files={"file": (called or name, data)})
    assert answer.status_code in (200, 202), answer.text
    sha256: str = answer.json()["id"]
    wait_for(lambda: browser.get(f"/v1/documents/{sha256}").json()["state"] != "waiting")
    return sha256


def wait_for(done: Callable[[], bool]) -> None:
    """Wait, half a minute at most, until it is done."""
    for _ in range(600):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("not done in time")


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The site behind a real server; gives its address."""
    server = Server(site.app, uvicorn.Config(site.app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
