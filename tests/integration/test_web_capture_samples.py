"""Samples one click away: tried, marked, removed without a trace; and help beside each screen."""

import io
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from piaohe.access import Permission, Role
from piaohe.access.permissions import permissions_of
from piaohe.store import Store
from piaohe.web.api.samples import samples
from piaohe.web.words.help import SCREENS
from piaohe.web.words.tips import TIPS
from tests.support.web import Site, wait_for


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path)


def tried(site: Site, login: str = "wang") -> TestClient:
    """The browser of somebody whose samples are read."""
    browser = site.as_(login, "submitter", "reviewer")
    assert browser.post("/samples", data={"csrf": csrf(browser)}).status_code == 303
    wait_for(lambda: 'data-waiting="1"' not in browser.get("/documents/rows").text)
    return browser


def csrf(browser: TestClient) -> str:
    return browser.headers["x-csrf-token"]


def test_samples_are_small_and_ours() -> None:
    assert len(samples()) == 3
    assert sum(len(data) for _, data in samples().values()) < 400_000


def test_samples_are_tried_marked_and_removed(site: Site) -> None:
    with site.as_("wang", "submitter", "reviewer") as browser:
        assert 'action="/samples"' in browser.get("/").text
    with tried(site) as browser:
        home = browser.get("/").text
        assert home.count("chip severity-info") == 3
        assert 'action="/samples"' not in home
        found = browser.get("/v1/invoices").json()["items"]
        assert len(found) >= 2
        version = browser.get(f"/v1/invoices/{found[0]['id']}").headers["etag"]
        decided = browser.post(
            f"/v1/invoices/{found[0]['id']}/decision",
            json={"verdict": "return", "reason": "试一试"},
            headers={"If-Match": version},
        )
        assert decided.status_code == 200

        # nobody else gets them meanwhile, for they would be told to be duplicates
        with site.as_("zhao", "submitter") as zhao:
            assert 'action="/samples"' not in zhao.get("/").text
            taken = zhao.post("/samples", data={"csrf": csrf(zhao)})
            assert (taken.status_code, taken.json()["code"]) == (409, "samples_taken")
            # nor does anybody remove what is not theirs
            zhao.post("/samples/remove", data={"csrf": csrf(zhao)})
        assert browser.get("/").text.count("chip severity-info") == 3

        assert browser.post("/samples/remove", data={"csrf": csrf(browser)}).status_code == 303
        assert browser.get("/v1/invoices").json()["items"] == []
        assert 'action="/samples"' in browser.get("/").text
        assert not any(site.store.originals.exists(sha256) for sha256 in samples())
    assert site.store.check() == []

    # and once more, by the same person: they are read anew
    with tried(site) as browser:
        assert len(browser.get("/v1/invoices").json()["items"]) == len(found)


def test_samples_that_are_used_stay(site: Site) -> None:
    with tried(site) as browser:
        browser.post("/claims", data={"csrf": csrf(browser)})
        claim = browser.get("/v1/claims").json()["items"][0]["id"]
        version = browser.get(f"/v1/claims/{claim}").headers["etag"]
        sha256 = next(iter(samples()))
        path, paper = f"/v1/claims/{claim}/papers", {"sha256": sha256}
        put = browser.put(path, json=paper, headers={"If-Match": version})
        assert put.status_code == 200, put.text
        kept = browser.post("/samples/remove", data={"csrf": csrf(browser)})
        assert (kept.status_code, kept.json()["code"]) == (409, "samples_used")
        assert browser.get("/").text.count("chip severity-info") == 3


def test_a_program_tries_samples_and_asks_for_advice(site: Site) -> None:
    with site.as_("wang", "submitter") as wang, site.as_("zhao", "submitter") as zhao:
        # done twice, it is done once
        taken = [wang.post("/v1/samples").json()["items"] for _ in range(2)]
        assert {one["id"] for one in taken[0]} == {one["id"] for one in taken[1]} == set(samples())
        theirs = zhao.get("/v1/samples").json()
        assert not theirs["offered"]
        assert not any(one["own"] for one in theirs["items"])
        assert zhao.post("/v1/samples").json()["code"] == "samples_taken"
        wait_for(lambda: 'data-waiting="1"' not in wang.get("/documents/rows").text)
        for sha256 in samples():
            path = f"/v1/documents/{sha256}/advice"
            assert wang.get(path).json()["message"]
            assert zhao.get(path).status_code == 404
        tiny = io.BytesIO()
        Image.new("RGB", (60, 40), "white").save(tiny, "PNG")
        advice = wang.post("/v1/advice", files={"file": ("a.png", tiny.getvalue())}).json()
        assert (advice["level"], advice["notices"][0]["code"]) == ("warn", "picture_too_small")
        unread = wang.post("/v1/advice", files={"file": ("a.pdf", b"%PDF-1.7 nothing")}).json()
        assert (unread["level"], len(unread["problems"])) == ("bad", 1)
        assert wang.delete("/v1/samples").status_code == 204
        assert wang.get("/v1/documents").json()["items"] == []
        assert zhao.get("/v1/samples").json()["offered"]


@pytest.mark.parametrize("role", list(Role))
def test_every_screen_has_help_for_whoever_opens_it(site: Site, role: Role) -> None:
    with site.as_("wang", role.value) as browser:
        for screen, guide in SCREENS.items():
            texts = [browser.get(f"/help/{screen}{end}").text for end in ("", "?panel=true")]
            assert all(text.count("<h3>") == texts[1].count("<h3>") for text in texts)
            for part in guide.told:
                for_them = part in guide.parts(browser_may(site, "wang"))
                assert (part.text[0] in texts[1].replace("&#34;", '"')) is for_them, screen
        assert browser.get("/help/nothing").status_code == 404
        page = browser.get("/", headers={"accept-language": "zh"}).text
        assert 'href="/help/documents"' in page
        assert sum(text[0] in page for _, text in TIPS["documents"]) == 1


def browser_may(site: Site, login: str) -> frozenset[Permission]:
    with site.store.reading() as work:
        person = work.people.named(login)
    assert person is not None
    return permissions_of(Role(role) for role in person.roles)
