"""The API as programs use it: waiting, many files, people and tokens, limits, its description."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from piaohe.store import Store
from piaohe.web.app import document_of
from piaohe.web.rates import Rates
from piaohe.web.words import WORDS
from tests.support.web import SAMPLES, Site, upload, wait_for

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path)


def program(site: Site, browser: TestClient, *scopes: str) -> TestClient:
    """A program with a token made in a browser."""
    made = browser.post("/v1/tokens", json={"name": "erp", "scopes": list(scopes)})
    assert made.status_code == 201, made.text
    client = site.stranger()
    client.headers["authorization"] = f"Bearer {made.json()['secret']}"
    return client


def test_upload_wait_result(site: Site) -> None:
    with site.as_("wang", "submitter") as wang:
        client = program(site, wang, "documents.add", "documents.own")
        data = (SAMPLES / "04-dz-normal.xml").read_bytes()
        answer = client.post(
            "/v1/documents", files={"file": ("a.xml", data)}, headers={"Prefer": "wait=10"}
        )
        assert answer.headers["preference-applied"] == "wait=10"
        # a machine that does ten other things may not be done by then, and says so
        read = answer.json()["state"] == "ok"
        assert answer.status_code == (200 if read else 202)
        path = answer.headers["location"]
        wait_for(lambda: client.get(path).json()["state"] == "ok")
        found = client.get(answer.headers["location"], headers={"Prefer": "wait=99999"}).json()
        assert [one["state"] for one in found["invoices"]] == ["open"]
        matches = client.get(f"/v1/invoices/{found['invoices'][0]['id']}/matches")
        assert matches.json() == {"items": []}


def test_many_files_are_told_of_one_by_one(site: Site) -> None:
    with site.as_("wang", "submitter") as wang:
        files = [("file", ("a.txt", b"one")), ("file", ("empty.pdf", b""))]
        items = wang.post("/v1/documents/many", files=files).json()["items"]
        assert [one["name"] for one in items] == ["a.txt", "empty.pdf"]
        assert (items[0]["document"]["size"], items[1]["code"]) == (3, "empty_file")


def test_where_things_are_kept_is_told_to_nobody_outside(site: Site, tmp_path: Path) -> None:
    with site.as_("wang", "submitter") as wang:
        sha256 = upload(wang)
        (kept,) = [one for one in tmp_path.rglob(f"*{sha256[8:]}*") if one.is_file()]
        kept.unlink()
        answer = wang.get(f"/v1/documents/{sha256}/original")
        assert (answer.status_code, answer.json()["code"]) == (404, "original_missing")
        assert str(tmp_path) not in answer.text
        with site.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE uploads RENAME TO gone"))
        answer = wang.get("/v1/documents")
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unreachable")
        page = wang.get("/", headers={"accept": "text/html"}).text
        for said in (answer.text, page):
            assert "uploads" not in said
            assert str(tmp_path) not in said
        assert "database_unreachable" in page


def test_people_and_tokens_are_made_by_people_only(site: Site) -> None:
    with site.first() as admin:
        body = {"login": "qian", "name": "钱某", "roles": ["clerk"]}
        key = {"Idempotency-Key": "k"}
        made = admin.post("/v1/people", json=body, headers=key)
        assert (made.status_code, made.json()["joined"]) == (201, False)
        again = admin.post("/v1/people", json=body, headers=key)
        assert (again.json()["code"], again.json()["id"]) == ("done_before", made.json()["id"])
        assert admin.post("/v1/people", json=body).json()["code"] == "name_taken"
        path = f"/v1/people/{made.json()['id']}"
        gone = admin.put(path, json={"roles": ["clerk"], "active": False}).json()
        assert gone["active"] is False
        me = admin.get("/v1/me").json()
        last = admin.put(f"/v1/people/{me['id']}", json={"roles": ["clerk"], "active": True})
        assert (last.status_code, last.json()["code"]) == (409, "last_administrator")
        wanted = {"name": "x", "scopes": ["people"]}
        assert admin.post("/v1/tokens", json=wanted).json()["code"] == "bad_scopes"
        client = program(site, admin, "documents.own")
        assert client.get("/v1/me").json()["program"] is True
        assert client.get("/v1/people").status_code == 403
        [token] = admin.get("/v1/tokens").json()["items"]
        assert admin.delete(f"/v1/tokens/{token['id']}").status_code == 204
        assert client.get("/v1/me").status_code == 401


@pytest.mark.parametrize(
    "path", ["sources", "snapshots", "policy", "chores", "chores/runs", "alerts"]
)
def test_how_things_stand_is_told(site: Site, path: str) -> None:
    with site.as_("zhou", "administrator") as browser:
        assert browser.get(f"/v1/{path}").status_code == 200


def test_a_program_that_asks_too_often_is_told_to_wait(site: Site) -> None:
    house = site.app.state.house
    with site.as_("wang", "submitter") as wang:
        client = program(site, wang, "documents.own")
        limit = wang.get("/v1/capabilities").json()["limits"]["requests_per_minute"]
        house.rates._now = lambda: 0.0
        answers = [client.get("/v1/me").status_code for _ in range(3)]
        token = client.headers["authorization"].partition(" ")[2]
        while house.rates.take(token) == 0:
            pass
        answer = client.get("/v1/me")
        assert answers == [200] * 3
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
        assert int(answer.headers["retry-after"]) == max(1, 60 // limit)
        assert wang.get("/v1/me").status_code == 200, "people are not counted"


def test_a_bucket_fills_as_time_goes_by() -> None:
    now = [0.0]
    rates = Rates(2, lambda: now[0])
    assert [rates.take("a") for _ in range(3)] == [0.0, 0.0, 30.0]
    assert rates.take("b") == 0.0
    now[0] = 30.0
    assert [rates.take("a"), rates.take("a")] == [0.0, 30.0]


def test_every_operation_is_described(site: Site) -> None:
    document = document_of(site.app)
    tags = {tag["name"] for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["description"], (method, path)
            assert set(operation["tags"]) <= tags
            assert {"401", "429", "503"} <= set(operation["responses"])
            assert ("x-permission" not in operation) or "403" in operation["responses"]
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}


def test_every_code_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "api.md").read_text("utf-8")
    told = set(re.findall(r"^\| `([a-z_]+)` \|", guide, re.MULTILINE))
    sources = [path.read_text("utf-8") for path in (ROOT / "piaohe" / "web" / "api").glob("*.py")]
    raised = set(re.findall(r'Problem\(\d+, "([a-z_]+)"', "\n".join(sources)))
    assert raised - told == set()
    assert {code for code in told if f"problem.{code}" not in WORDS} == set()


def test_hostile_requests_are_refused_in_words(site: Site) -> None:
    with site.as_("li", "reviewer") as li:
        json_type = {"content-type": "application/json"}
        path = "/v1/check-fields"
        bodies = [
            b"[" * 100_000,
            b'{"total": NaN}',
            b'{"x": 1e999}',
            b"\xff\xfe",
            b"1" * 5000,
            b"{}}",
        ]
        for body in bodies:
            answer = li.post(path, content=body, headers=json_type)
            assert 400 <= answer.status_code < 500, body[:20]
            assert answer.headers["content-type"] == "application/problem+json"
        for query in (
            "limit=1e9",
            "limit=99999999999999999999",
            "cursor=%00",
            "by=9223372036854775808",
        ):
            assert li.get(f"/v1/invoices?{query}").status_code == 422, query
        for header in ("Bearer " + "x" * 5000, "Bearer", "Basic eA==", "Bearer \x7f"):
            stranger = site.stranger()
            assert stranger.get("/v1/me", headers={"authorization": header}).status_code == 401
        assert li.get("/v1/steps/1/undo").status_code == 405
        assert li.post("/v1/documents", content=b"x").status_code == 422


def test_a_body_without_end_is_cut_off(site: Site) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(110 * 16):
            yield b"x" * 65536

    with site.as_("wang", "submitter") as wang:
        kind = {"content-type": "multipart/form-data; boundary=x"}
        answer = wang.post("/v1/documents", content=endless(), headers=kind)
    assert (answer.status_code, answer.json()["code"]) in ((413, "too_large"), (400, "bad_request"))


def test_ones_own_uploads_are_walked_by_their_cursors(site: Site) -> None:
    with site.as_("li", "clerk") as li:
        ids = [upload(li, name) for name in ("04-dz-normal.xml", "02-dz-normal.pdf")]
        page: dict[str, Any] = {"next": None}
        walked: list[str] = []
        while page["next"] or not walked:
            asked = {"limit": "1"} | ({"cursor": page["next"]} if page["next"] else {})
            page = li.get("/v1/documents", params=asked).json()
            walked += [one["id"] for one in page["items"]]
        assert walked == ids[::-1]
        broken = li.get("/v1/documents?cursor=not-a-cursor")
        assert (broken.status_code, broken.json()["code"]) == (422, "bad_cursor")
    with site.as_("sun", "clerk") as sun:
        assert sun.get("/v1/documents").json() == {"items": [], "next": None}
