"""What people hand in through the web goes the way of the flow: its queue, lanes and states."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from models.errors import ErrorRecord
from models.finding import Status
from piaohe.flow.arrival import Door
from piaohe.flow.states import Lane, State, Step
from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.store.queued import Arrival, Slip
from piaohe.web.arrival import Queued
from piaohe.web.reading import Reader
from tests.support import flow
from tests.support.web import Carried, Site

ERROR = ErrorRecord(code="worker_died", message="中途退出", hint="重试")
HandIn = Callable[..., str]


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    """A site with no worker: what is handed in waits until `carry` is called."""
    made = Site(store, tmp_path)
    return Site(store, tmp_path, arrival=idle(store, made))


def idle(store: Store, site: Site, limit: int = 100) -> Queued:
    return Queued(Door(store, site.clock, limit), site.clock, Reader(Settings()))


def carry(site: Site) -> None:
    Carried(site.store, site._tools, site.clock).carry()


def hand_in(browser: TestClient, index: int = 0) -> str:
    answer = browser.post("/v1/documents", files={"file": ("票.xml", flow.invoice(index))})
    assert answer.status_code in (200, 202), answer.text
    return str(answer.json()["id"])


def state(browser: TestClient, sha256: str) -> tuple[str, str | None]:
    told = browser.get(f"/v1/documents/{sha256}").json()
    return told["state"], told["error"] if isinstance(told["error"], str | None) else None


def arrivals(store: Store) -> list[Arrival]:
    with store.reading() as work:
        return work.arrivals.having(list(State))


@pytest.fixture
def wang(site: Site) -> Iterator[TestClient]:
    with site.as_("wang", "submitter") as browser:
        yield browser


def test_an_upload_waits_as_its_persons_and_goes_before_a_batch(
    site: Site, store: Store, wang: TestClient
) -> None:
    Door(store, site.clock, 9).accept(b"batch", Slip(name="batch"))
    sha256 = hand_in(wang)
    assert state(wang, sha256) == ("waiting", None)
    first, _ = arrivals(store)
    with store.reading() as work:
        person = work.people.named("wang")
    assert person is not None
    assert (first.sha256, first.owner, first.lane) == (sha256, str(person.id), Lane.PERSON)
    carry(site)
    assert state(wang, sha256) == ("ok", None)
    assert wang.get(f"/v1/documents/{sha256}/arrival").json()["state"] in ("accepted", "review")
    with store.reading() as work:
        (specimen,) = work.duplicates.claims([f"{flow.NUMBER}"])[:1] or [None]
    assert specimen is None or specimen.by == str(person.id)


def test_a_program_hands_in_as_a_batch(site: Site, store: Store, wang: TestClient) -> None:
    viewer = site.access.session(wang.cookies["piaohe_session"])
    assert viewer is not None
    token, _ = site.access.make_token(viewer, "p", ["documents.add"])
    program = site.stranger()
    answer = program.post(
        "/v1/documents",
        files={"file": ("a.xml", flow.invoice(1))},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 202
    assert [each.lane for each in arrivals(store)] == [Lane.BATCH]


def test_a_full_queue_says_when_to_come_again(store: Store, tmp_path: Path) -> None:
    made = Site(store, tmp_path)
    site = Site(store, tmp_path, arrival=idle(store, made, limit=1))
    with site.as_("wang", "submitter") as browser:
        hand_in(browser, 1)
        answer = browser.post("/v1/documents", files={"file": ("b.xml", flow.invoice(2))})
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
    with store.reading() as work:
        assert len(list(store.originals.iterate())) == work.arrivals.depth() == 1


def test_cancelling_and_trying_again(site: Site, store: Store, wang: TestClient) -> None:
    sha256 = hand_in(wang)
    assert wang.post(f"/v1/documents/{sha256}/retry").json()["code"] == "not_retriable"
    assert wang.post(f"/v1/documents/{sha256}/cancel").json()["may"] == ["retry"]
    carry(site)
    assert state(wang, sha256) == ("cancelled", None)
    with site.as_("li", "submitter") as stranger:
        for what in ("cancel", "retry"):
            assert stranger.post(f"/v1/documents/{sha256}/{what}").status_code == 404
    assert wang.post(f"/v1/documents/{sha256}/retry").json()["state"] == "waiting"
    carry(site)
    assert state(wang, sha256) == ("ok", None)
    refused = wang.post(f"/v1/documents/{sha256}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_cancellable")
    with store.reading() as work:
        told = [audit.what for audit in work.audits.of(sha256)]
    assert sorted(told) == ["document.cancelled", "document.retried", "document.uploaded"]


def test_what_was_given_up_is_shown_as_failed_and_can_be_tried_again(
    site: Site, store: Store, wang: TestClient
) -> None:
    sha256 = hand_in(wang)
    with store.unit_of_work() as work:
        held = work.arrivals.claim("w", site.clock())
        assert held is not None
        work.arrivals.fail(held.id, Step.READ, ERROR, None)
    assert state(wang, sha256) == ("failed", "worker_died")
    assert ERROR.message in wang.get("/").text
    # handing it in again is trying it again
    hand_in(wang)
    assert state(wang, sha256) == ("waiting", "worker_died")
    carry(site)
    assert state(wang, sha256) == ("ok", None)


def test_who_hands_in_what_another_did_is_told_and_the_first_one_loses_nothing(
    site: Site, store: Store, wang: TestClient
) -> None:
    sha256 = hand_in(wang)
    with site.as_("li", "submitter") as li:
        assert hand_in(li) == sha256
        carry(site)
        first, second = sorted(arrivals(store), key=lambda each: each.id)
        assert (second.state, second.error and second.error.code) == (
            State.REJECTED,
            "handed_in_before",
        )
        assert (first.state is State.REJECTED, first.error) == (False, None)
        assert state(wang, sha256) == ("ok", None)
        assert "他人已交" in li.get("/").text
    with store.reading() as work:
        (invoice,) = work.invoices.of(sha256)
    assert invoice.status is not Status.REJECTED
