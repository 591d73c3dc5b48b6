"""Lists of claims by the API: which, in which order, how many, and page after page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from piaohe.store import Store
from tests.support.claims import an_invoice, hand_in
from tests.support.web import Site


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path)


@pytest.fixture
def wang(site: Site) -> Iterator[TestClient]:
    with site.as_("wang", "submitter") as browser:
        yield browser


def made(browser: TestClient) -> int:
    return int(browser.post("/v1/claims", json={"purpose": "客户拜访"}).json()["id"])


def submit(site: Site, browser: TestClient, claim: int) -> None:
    sha256 = hand_in(site, "wang", an_invoice(f"2611200000000000{claim:04d}"))
    for method, path, body in (("PUT", "/papers", {"sha256": sha256}), ("POST", "/submit", None)):
        headers = {"If-Match": browser.get(f"/v1/claims/{claim}").json()["version"]}
        answer = browser.request(method, f"/v1/claims/{claim}{path}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text


def pages(browser: TestClient, **asked: Any) -> list[dict[str, Any]]:
    """Every page of one claim each."""
    found: list[dict[str, Any]] = []
    cursor = None
    while not found or cursor:
        query = {"limit": 1} | asked | ({"cursor": cursor} if cursor else {})
        found.append(browser.get("/v1/claims", params=query).json())
        cursor = found[-1]["next"]
    return found


def ids(found: list[dict[str, Any]]) -> list[int]:
    return [one["id"] for page in found for one in page["items"]]


def test_lists_go_on_with_a_cursor_in_either_order(site: Site, wang: TestClient) -> None:
    claims = [made(wang) for _ in range(3)]
    assert ids(pages(wang)) == claims[::-1]
    assert ids(pages(wang, order="waiting")) == []
    for claim in (claims[2], claims[0]):
        site.clock.turn(hours=1)
        submit(site, wang, claim)
    several = pages(wang, order="waiting", state=["draft", "submitted"])
    assert ids(several) == [claims[2], claims[0]]
    assert [page["count"] for page in several] == [2, 2]
    assert ids(pages(wang, state="draft")) == [claims[1]]
    assert wang.get("/v1/claims?cursor=x").status_code == 422
    assert wang.get("/v1/claims?everyones=true").status_code == 403
    with site.as_("li", "reviewer") as li:
        assert ids(pages(li, everyones=True, order="waiting")) == [claims[2], claims[0]]
