"""Webhooks and events: told once, in order, to whom it concerns; tried until they are taken."""

import asyncio
import datetime
import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from piaohe import hooks
from piaohe.observe.notify import verify
from piaohe.schedule.chore import Hands
from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.store.feed import Place
from piaohe.vault import KEY_FILE
from piaohe.web.house import Terms
from piaohe.web.streams import Streams
from tests.support import listeners
from tests.support.web import Site, upload

LOCAL = Terms(hosts=("testserver",), hooks_private=True)


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path, terms=LOCAL)


def sent(site: Site, *, private: bool = True) -> dict[str, int | str]:
    """What the chore does once, at the site's time."""
    web = {"hooks_private": private}
    settings = Settings.model_validate({"home": site.home, "web": web})
    return hooks.deliver(Hands(site.store, settings, site.clock, "", lambda *_: None))


def subscribed(browser: TestClient, port: int, *kinds: str) -> dict[str, object]:
    body = {"url": f"http://127.0.0.1:{port}/in?key=1", "kinds": list(kinds)}
    answer = browser.post("/v1/hooks", json=body)
    assert answer.status_code == 201, answer.text
    told: dict[str, object] = answer.json()
    return told


def test_what_happens_is_told_once_signed_and_in_order(site: Site) -> None:
    with site.as_("zhou", "finance") as finance, site.as_("wang", "submitter") as wang:
        upload(wang)
        with listeners.http() as heard:
            made = subscribed(finance, heard.port, "document.*")
            assert sent(site)["made"] == 0, "what was before is not told"
            upload(wang, "02-dz-normal.pdf")
            first = sent(site)
            assert first["made"] == first["delivered"] == len(heard.posts) > 1
            assert sent(site) == {"made": 0, "delivered": 0, "failed": 0}
        told = [json.loads(body) for _, body in heard.posts]
        assert {one["kind"].split(".")[0] for one in told} == {"document"}
        assert [one["id"] for one in told] == sorted((one["id"] for one in told), key=_order)
        assert "no.txt" not in heard.posts[0][1].decode()
        for headers, body in heard.posts:
            assert verify(str(made["secret"]), headers, body, site.clock())
            assert not verify("another", headers, body, site.clock())
        shown = finance.get(f"/v1/hooks/{made['id']}").json()
        assert shown["messages"] == {"waiting": 0, "delivered": len(told), "dead": 0}
        assert "secret" not in shown


def _order(place: str) -> tuple[int, ...]:
    return tuple(int(part) for part in place.split("-"))


def test_secrets_are_sealed_renewed_and_told_when_the_key_is_gone(site: Site) -> None:
    with site.as_("zhou", "finance") as finance, listeners.http() as heard:
        hook = subscribed(finance, heard.port, "document.uploaded")
        path = f"/v1/hooks/{hook['id']}"

        def kept() -> str:
            with site.store.reading() as work:
                return work.hooks.secret(int(str(hook["id"])))

        assert kept().startswith("sealed1:")
        # one of an older version is told with, and sealed on the way
        with site.store.unit_of_work() as work:
            work.hooks.keep_secret(int(str(hook["id"])), "phs_old")
        finance.post("/v1/documents", files={"file": ("no.txt", b"not an invoice")})
        assert sent(site)["delivered"] == 1
        assert verify("phs_old", *heard.posts[0], site.clock())
        assert kept().startswith("sealed1:")
        renewed = finance.post(f"{path}/secret").json()["secret"]
        finance.post("/v1/documents", files={"file": ("no.txt", b"not one either")})
        assert sent(site)["delivered"] == 1
        assert verify(renewed, *heard.posts[1], site.clock())
        (site.home / KEY_FILE).write_text("0" * 64 + "\n")
        finance.post("/v1/documents", files={"file": ("no.txt", b"nor this")})
        assert sent(site)["failed"] == 1
        [last, *_] = finance.get(f"{path}/messages").json()["items"]
        assert last["error"] == "secret_unreadable"


def test_it_is_tried_again_given_up_visibly_and_redelivered_by_hand(site: Site) -> None:
    with site.as_("zhou", "finance") as finance, listeners.http() as heard:
        heard.status = 500
        hook = subscribed(finance, heard.port, "document.uploaded")["id"]
        finance.post("/v1/documents", files={"file": ("no.txt", b"not an invoice")})
        for _ in range(hooks.MOST_TRIES + 3):
            sent(site)
            site.clock.turn(hours=1.5)
        assert len(heard.posts) == hooks.MOST_TRIES
        # the first session ended meanwhile
        later = site.as_("zhou", "finance")
        [message] = later.get(f"/v1/hooks/{hook}/messages").json()["items"]
        assert (message["state"], message["error"]) == ("dead", "http_500")
        heard.status = 204
        again = later.post(f"/v1/hooks/{hook}/messages/{message['id']}/redeliver")
        assert again.json()["state"] == "waiting"
        assert sent(site)["delivered"] == 1
        ids = {headers["x-piaohe-delivery"] for headers, _ in heard.posts}
        assert len(ids) == 1, "one message, however often it is tried"
        later.delete(f"/v1/hooks/{hook}")
        assert later.get(f"/v1/hooks/{hook}/messages").status_code == 404


def test_a_pause_a_change_and_a_stale_one(site: Site) -> None:
    with site.as_("zhou", "finance") as finance, listeners.http() as heard:
        made = subscribed(finance, heard.port, "document.uploaded")
        path = f"/v1/hooks/{made['id']}"
        body = {"url": made["url"], "kinds": ["document.uploaded"], "active": False}
        assert finance.put(path, json=body).status_code == 428
        assert finance.put(path, json=body, headers={"If-Match": '"x"'}).status_code == 412
        match = {"If-Match": f'"{made["version"]}"'}
        assert finance.put(path, json=body, headers=match).status_code == 200
        finance.post("/v1/documents", files={"file": ("no.txt", b"not an invoice")})
        assert sent(site)["made"] == 0
        finance.put(path, json=body | {"active": True}, headers={"If-Match": "*"})
        assert sent(site)["delivered"] == 1, "what happened meanwhile is told afterwards"
        key = {"Idempotency-Key": "one"}
        twice = [finance.post("/v1/hooks", json=body, headers=key) for _ in range(2)]
        assert {answer.status_code for answer in twice} == {422}
        new = {"url": made["url"], "kinds": ["claim.*"]}
        twice = [finance.post("/v1/hooks", json=new, headers=key) for _ in range(2)]
        assert twice[0].json() == twice[1].json()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/", "no_https"),
        ("https://127.0.0.1/", "private_address"),
        ("https://localhost:9/", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://[::ffff:10.0.0.1]/", "private_address"),
        ("https://169.254.169.254/latest", "private_address"),
        ("https://0x7f.1/", "private_address"),
        ("https://10.1.2.3/", "private_address"),
        ("https://name:pass@example.com/", "bad_url"),
        ("ftp://example.com/", "bad_url"),
        ("https://", "bad_url"),
        ("https://a:99999/", "bad_url"),
        ("https://[/", "bad_url"),
    ],
)
def test_nothing_is_posted_to_this_machine_or_its_network(url: str, code: str) -> None:
    with pytest.raises(hooks.RefusedUrlError) as refused:
        hooks.address_of(url, private=False)
    assert refused.value.code == code


def test_an_address_that_became_private_is_not_posted_to(site: Site) -> None:
    with site.as_("zhou", "finance") as finance, listeners.http() as heard:
        hook = subscribed(finance, heard.port, "document.uploaded")["id"]
        finance.post("/v1/documents", files={"file": ("no.txt", b"not an invoice")})
        assert sent(site, private=False)["failed"] == 1
        [message] = finance.get(f"/v1/hooks/{hook}/messages").json()["items"]
    assert (message["error"], heard.posts) == ("no_https", [])


def test_one_hears_of_what_one_may_see(site: Site) -> None:
    with site.as_("wang", "submitter") as wang, site.as_("zhao", "submitter") as zhao:
        sha256 = upload(wang)
        own = wang.get("/v1/events").json()
        assert {one["document"] for one in own["items"]} == {sha256}
        assert "document.decided" in {one["kind"] for one in own["items"]}
        assert wang.get(f"/v1/events?after={own['next']}").json()["items"] == []
        assert zhao.get("/v1/events").json()["items"] == []
        assert wang.get("/v1/events?after=x").json()["code"] == "bad_cursor"
        claim = wang.post("/v1/claims", json={"purpose": "出差"}).json()["id"]
        with site.as_("li", "reviewer") as li:
            items = li.get(f"/v1/events?after={own['next']}").json()["items"]
            assert claim not in {one["claim"] for one in items}, "a draft is its person's own"
        items = wang.get(f"/v1/events?after={own['next']}").json()["items"]
        assert claim in {one["claim"] for one in items}


def test_a_stream_resumes_and_a_slow_listener_is_let_go(site: Site) -> None:
    with site.as_("wang", "submitter") as wang:
        upload(wang)
        viewer = site.access.session(wang.cookies["piaohe_session"])
    assert viewer is not None

    async def listened() -> list[str]:
        streams = Streams(site.store, 1)
        lines = []
        async with streams.open(viewer, Place(0, 0)) as told:
            async for line in told:
                lines.append(line)
                if "document.decided" in line:
                    break
            assert streams.listening == 1
        assert streams.listening == 0
        async with streams.open(viewer, None) as told:
            now = site.clock() + datetime.timedelta(seconds=1)
            assert (await anext(told)).startswith("retry")
            with site.store.unit_of_work() as work:
                subject = json.loads(lines[-1].split("data: ")[1])["document"]
                work.audits.add(now, viewer.id, "document.noted", subject)
            lines.append(await asyncio.wait_for(anext(told), 10))
        return lines

    lines = asyncio.run(listened())
    assert "event: document.noted" in lines[-1]
    ids = [line.split("\n")[0].removeprefix("id: ") for line in lines[1:]]
    assert len(set(ids)) == len(ids)
