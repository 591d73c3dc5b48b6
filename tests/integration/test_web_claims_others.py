"""Claims made for somebody else, and claims taken away as files."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

import validate
from piaohe.claims import Counter, Manners
from piaohe.store import Store
from tests.integration.test_web_claims import do, made, put, seen
from tests.support.claims import NUMBER, an_invoice, hand_in
from tests.support.web import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Store.open(tmp_path / "home") as store:
        yield Site(store, tmp_path)


@pytest.fixture
def wang(site: Site) -> Iterator[TestClient]:
    with site.as_("wang", "submitter") as browser:
        yield browser


def handed_in(site: Site, browser: TestClient) -> int:
    claim = made(browser)
    assert put(browser, claim, hand_in(site, "wang", an_invoice())).status_code == 200
    assert do(browser, claim, "/submit").status_code == 200
    return claim


def test_a_clerk_makes_one_for_somebody_else(site: Site, wang: TestClient) -> None:
    """It is theirs as soon as it is handed in, and neither of the two decides on it."""
    with site.store.reading() as work:
        person = work.people.named("wang")
    assert person is not None
    refused = wang.post("/v1/claims", json={"on_behalf": person.id + 100})
    assert (refused.status_code, refused.json()["code"]) == (422, "claim_for")
    with site.as_("he", "clerk", "reviewer") as he, site.as_("li", "reviewer") as li:
        claim = made(he, on_behalf=person.id, grade="P5")
        assert put(he, claim, hand_in(site, "wang", an_invoice())).status_code == 200
        unread = hand_in(site, "he", text="b")
        free = he.get(f"/v1/claims/{claim}/free").json()["items"]
        assert [one["document"] for one in free] == [unread]
        assert {"id": person.id, "name": "wang某"} in he.get("/v1/claims/choices").json()["people"]
        assert wang.get("/v1/claims/choices").json()["people"] == []
        # papers of hers do not become his
        assert do(he, claim, "", {"on_behalf": None}, "PATCH").json()["code"] == "claim_for"
        paper = hand_in(site, "he", an_invoice("26112000000012345679"))
        assert put(he, claim, paper).status_code == 200
        paths = (f"/v1/claims/{claim}", f"/v1/documents/{paper}")
        assert [wang.get(path).status_code for path in paths] == [404, 404]
        assert do(he, claim, "/submit").status_code == 200
        assert [wang.get(path).status_code for path in paths] == [200, 200]
        told = seen(wang, claim)
        assert (told["person"], told["made_by"]) == ("wang某", "he某")
        assert do(wang, claim, "/withdraw").status_code == 404
        accept = {"verdict": "accept"}
        assert do(he, claim, "/decision", accept).json()["code"] == "claim_own"
        assert "自报" in li.get(f"/claims/{claim}").text
        assert do(li, claim, "/decision", accept).json()["state"] == "approved"


def listed(browser: TestClient) -> list[tuple[int, str, str, str]]:
    """(id, whose, by whom, state) of the claims a person sees as theirs."""
    items = browser.get("/v1/claims").json()["items"]
    return [(one["id"], one["person"], one["made_by"], one["state"]) for one in items]


def test_one_filed_for_somebody_is_seen_by_them_and_approved_by_two_others(site: Site) -> None:
    context = validate.Context(site.clock().date())
    manners = Manners(four_eyes=True, limit_fen=100_000)
    counter = Counter(site.store, site.clock, lambda: context, manners)
    object.__setattr__(site.app.state.house, "claims", counter)
    accept = {"verdict": "accept"}
    with (
        site.as_("wang", "approver") as wang,
        site.as_("he", "clerk", "approver") as he,
        site.as_("li", "approver") as li,
        site.as_("zhou", "approver") as zhou,
        site.as_("chen", "submitter") as chen,
    ):
        claim = made(he, on_behalf=wang.get("/v1/me").json()["id"])
        assert put(he, claim, hand_in(site, "he", an_invoice())).status_code == 200
        # a draft is its maker's alone
        assert listed(wang) == []
        assert do(he, claim, "/submit").status_code == 200
        assert listed(wang) == listed(he) == [(claim, "wang某", "he某", "submitted")]
        assert listed(chen) == []
        page = wang.get("/claims").text
        assert "he某 代您提交" in page
        assert "he某 代您提交" in wang.get(f"/claims/{claim}").text
        assert "替 wang某 报销" in he.get("/claims").text
        for one in (he, wang):
            assert do(one, claim, "/decision", accept).json()["code"] == "claim_own"
        assert do(li, claim, "/decision", accept).json()["state"] == "checked"
        codes = [do(one, claim, "/decision", accept).json()["code"] for one in (he, wang, li)]
        assert codes == ["claim_own", "claim_own", "second_person"]
        assert do(zhou, claim, "/decision", accept).json()["state"] == "approved"
        assert listed(wang) == [(claim, "wang某", "he某", "approved")]


def test_one_is_taken_away_with_its_originals(site: Site, wang: TestClient) -> None:
    claim = handed_in(site, wang)
    path, sent = f"/v1/claims/{claim}/exports", {"csrf": wang.headers["x-csrf-token"]}
    assert wang.post(path, data={"format": "json"} | sent).json() == seen(wang, claim)
    answer = wang.post(path, data={"format": "zip"} | sent)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        book = load_workbook(io.BytesIO(archive.read("claim.xlsx")))
    assert [name.split("/")[0] for name in names] == ["claim.xlsx", "claim.json", "originals"]
    facts = {row[0]: row[1] for row in book["报销单"].iter_rows(values_only=True)}
    assert (facts["报销人"], facts["合计（CNY）"]) == ("wang某", 1272)
    _, row = book["票据"].iter_rows(values_only=True)
    assert (row[2], row[7]) == (NUMBER, 1272)
    with site.as_("zhang", "submitter") as zhang:
        foreign = sent | {"csrf": zhang.headers["x-csrf-token"], "format": "xlsx"}
        assert zhang.post(path, data=foreign).status_code == 404
    items = wang.get(f"/v1/claims/{claim}/history").json()["items"]
    assert [item["what"] for item in items][-2:] == ["claim.taken", "claim.taken"]
