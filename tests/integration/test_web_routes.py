"""Every route says what it needs; strangers and the wrong roles are turned away."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from piaohe.access import ROLES, Permission, Role
from piaohe.store import Store
from piaohe.web.guard import SAFE, Needs
from tests.support.web import Site, upload

OPEN = {
    "/login",
    "/join/{token}",
    "/language/{lang}",
    "/static/{name}",
    "/healthz",
    "/healthz/live",
    "/healthz/ready",
    "/capture/offline",
    "/sw.js",
    "/manifest.webmanifest",
    "/icon-{size}.png",
}


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path)


def walked(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """Every route, those of routers within routers too."""
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is not None:
            yield from walked(router.routes)
        else:
            # a mount or a socket would go past the guards
            assert isinstance(route, APIRoute), route
            yield route


def guards(route: APIRoute) -> list[Needs]:
    return [one.call for one in route.dependant.dependencies if isinstance(one.call, Needs)]


def test_every_route_states_one_permission(site: Site) -> None:
    routes = list(walked(site.app.routes))
    assert len(routes) > 35
    for route in routes:
        assert len(guards(route)) == 1, route.path
    open_ones = {route.path for route in routes if guards(route)[0].permission is Permission.NOBODY}
    assert open_ones == OPEN


def test_a_stranger_gets_nowhere(site: Site) -> None:
    site.first()
    with site.stranger() as browser:
        for route in walked(site.app.routes):
            if route.path in OPEN:
                continue
            path = route.path.replace("{page}", "0").replace("_id}", "}").replace("{token}", "1")
            path = path.replace("{person}", "1").replace("{invoice}", "x").replace("{sha256}", "x")
            for method in route.methods:
                answer = browser.request(method, path)
                assert answer.status_code in (401, 422), (method, path)
                if answer.status_code == 422:
                    # the body is looked at first; nothing of the house is in the answer
                    assert answer.json()["code"] == "invalid"
        page = browser.get("/review?order=age", headers={"Accept": "text/html"})
        assert page.status_code == 303
        assert "/login?to=%2Freview%3Forder%3Dage" in page.headers["location"]


@pytest.mark.parametrize("role", list(Role))
def test_roles_open_what_they_hold_and_nothing_else(site: Site, role: Role) -> None:
    with site.as_("wang", role.value) as browser:
        for route in walked(site.app.routes):
            need = guards(route)[0].permission
            plain = "{" not in route.path and not route.path.endswith("/logout")
            if not plain or not route.methods <= SAFE or need is Permission.NOBODY:
                continue
            answer = browser.get(route.path)
            allowed = need in ROLES[role]
            # one has to be told what is wanted, and says so to those who may ask
            done = 422 if route.path == "/v1/batches/sheet.pdf" else 200
            assert answer.status_code == (done if allowed else 403), route.path


def test_a_request_from_elsewhere_is_refused(site: Site) -> None:
    with site.as_("wang", "submitter") as browser:
        for headers in (
            {"x-csrf-token": "wrong"},
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site"},
        ):
            answer = browser.post("/v1/documents", files={"file": b"x"}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign_request")
        assert browser.get("/", headers={"host": "evil.example"}).status_code == 421
    with site.stranger() as browser:
        form = {"name": "wang", "password": "x"}
        answer = browser.post("/login", data=form, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403


def test_headers_stand_on_every_answer(site: Site) -> None:
    with site.stranger() as browser:
        for path in ("/login", "/static/style.css", "/nowhere", "/v1/invoices"):
            headers = browser.get(path).headers
            assert "default-src 'none'" in headers["content-security-policy"], path
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"]
        assert browser.get("/static/../app.py").status_code == 404
        assert browser.get("/static/%2e%2e%2fapp.py").status_code == 404


def test_what_nobody_foresaw_is_said_without_details(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret text")

    with site.as_("wang", "reviewer") as browser:
        monkeypatch.setattr("piaohe.store.search.Search.find", broken)
        answer = browser.get("/v1/invoices")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"]


def test_others_documents_are_not_there(site: Site) -> None:
    with site.as_("wang", "submitter") as wang, site.as_("zhao", "submitter") as zhao:
        sha256 = upload(wang)
        paths = [
            f"/v1/documents/{sha256}",
            f"/v1/documents/{sha256}/original",
            f"/v1/documents/{sha256}/pages/0",
            f"/v1/documents/{sha256}/pages/0.png",
            f"/v1/invoices/{sha256}-0",
            f"/v1/invoices/{sha256}-0/history",
        ]
        assert [zhao.get(path).status_code for path in paths] == [404] * len(paths)
        assert zhao.get("/v1/invoices").json()["items"] == []
        assert len(wang.get("/v1/invoices").json()["items"]) == 1
        assert "04-dz-normal" not in zhao.get("/").text
    with site.as_("li", "reviewer") as reviewer:
        assert reviewer.get(paths[4]).status_code == 200
