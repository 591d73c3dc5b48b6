"""Documents handed in, corrected and decided on, through the API; and what the pages show."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from models.finding import Finding, Severity, Status
from piaohe.store import Store
from piaohe.web.arrival import Busy
from piaohe.web.house import Terms
from tests.support.web import SAMPLES, Carried, Site, upload

HOSTILE = "<script>alert(1)</script>\u202e=cmd|' /C calc'!A0"


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path)


@pytest.fixture
def wang(site: Site) -> Iterator[TestClient]:
    """A submitter, whose browser also runs the application's thread."""
    with site.as_("wang", "submitter") as browser:
        yield browser


def review(browser: TestClient, invoice: str) -> dict:
    answer = browser.get(f"/v1/invoices/{invoice}")
    assert answer.status_code == 200
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    return answer.json()


def correct(browser: TestClient, invoice: str, fields: dict, **headers: str):
    seen = {"If-Match": review(browser, invoice)["version"]} | headers
    return browser.post(
        f"/v1/invoices/{invoice}/corrections", json={"fields": fields}, headers=seen
    )


def decide(browser: TestClient, invoice: str, verdict: str, reason: str = "", **headers: str):
    seen = {"If-Match": review(browser, invoice)["version"]} | headers
    body = {"verdict": verdict, "reason": reason}
    return browser.post(f"/v1/invoices/{invoice}/decision", json=body, headers=seen)


def put_finding(site: Site, sha256: str, severity: Severity) -> None:
    """Let the rules have said something about the only invoice of a document."""
    finding = Finding(
        rule="R-AMT-01", severity=severity, field="total", message=HOSTILE, message_en=HOSTILE
    )
    status = Status.REJECTED if severity is Severity.REJECT else Status.REVIEW
    with site.store.unit_of_work() as work:
        (invoice,) = work.invoices.of(sha256)
        changed = invoice.model_copy(update={"findings": (finding,), "status": status})
        work.invoices.set(sha256, (changed,))


def test_a_document_is_taken_in_once_and_given_back_as_it_came(
    site: Site, wang: TestClient
) -> None:
    sha256 = upload(wang, called=f"../{HOSTILE}.xml")
    data = (SAMPLES / "04-dz-normal.xml").read_bytes()
    again = wang.post("/v1/documents", files={"file": ("b.xml", data)})
    assert (again.status_code, again.json()["id"]) == (200, sha256)
    document = wang.get(f"/v1/documents/{sha256}").json()
    assert document["state"] == "ok"
    assert document["invoices"][0]["id"] == f"{sha256}-0"
    original = wang.get(f"/v1/documents/{sha256}/original")
    assert original.content == data
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"].startswith("attachment; ")
    with site.store.reading() as work:
        assert [name for name in work.documents.paths(sha256) if ".." in name] == []


def test_pictures_are_drawn_with_the_size_all_boxes_refer_to(wang: TestClient) -> None:
    sha256 = upload(wang, "01-dz-special.pdf")
    size = wang.get(f"/v1/documents/{sha256}/pages/0").json()
    assert size["width"] > 500
    picture = wang.get(size["picture"])
    assert (picture.headers["content-type"], picture.content[:2]) == ("image/jpeg", b"\xff\xd8")
    png = wang.get(f"/v1/documents/{sha256}/pages/0.png")
    assert png.content.startswith(b"\x89PNG")
    for page in ("1", "-1", "999999", "x", "1.png"):
        assert wang.get(f"/v1/documents/{sha256}/pages/{page}").status_code in (404, 422)
    box = review(wang, f"{sha256}-0")["invoice"]["fields"]["total"]["box"]
    assert 0 <= box[0] < box[2] <= size["width"]


@pytest.mark.parametrize(
    ("data", "status", "code"), [(b"", 422, "empty_file"), (b"x" * 3000, 413, "too_large")]
)
def test_unusable_uploads_are_refused(
    store: Store, tmp_path: Path, data: bytes, status: int, code: str
) -> None:
    site = Site(store, tmp_path, terms=Terms(hosts=("testserver",), max_bytes=2000))
    with site.as_("wang", "submitter") as browser:
        answer = browser.post("/v1/documents", files={"file": ("a", data)})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        huge = browser.post("/v1/documents", files={"file": ("a", b"x" * 200_000)})
        assert huge.status_code == 413


def test_too_many_waiting_are_told_when_to_come_again(
    site: Site, wang: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Busy(7)

    monkeypatch.setattr(Carried, "accept", full)
    monkeypatch.setattr(Carried, "read", full)
    for path in ("/v1/documents", "/v1/read"):
        answer = wang.post(path, files={"file": ("a", b"x")})
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


def test_reading_at_once_keeps_nothing(site: Site, wang: TestClient) -> None:
    data = (SAMPLES / "04-dz-normal.xml").read_bytes()
    answer = wang.post("/v1/read", files={"file": ("a.xml", data)})
    assert answer.json()["invoices"][0]["number"]
    with site.store.reading() as work:
        assert work.documents.ids() == []


def test_a_correction_is_evidence_and_the_invoice_is_judged_anew(
    site: Site, wang: TestClient
) -> None:
    invoice = f"{upload(wang)}-0"
    with site.as_("li", "reviewer") as li:
        before = review(li, invoice)["invoice"]
        answer = correct(li, invoice, {"total": "1.00", "number": before["number"]})
        after = answer.json()["invoice"]
        assert answer.status_code == 200
        evidence = after["fields"]["total"]
        assert (evidence["source"], evidence["value"]) == ("person", "1.00")
        assert evidence["candidates"][0]["value"] == before["total"]
        assert after["fields"]["number"] == before["fields"]["number"]
        assert "R-AMT-01" in {finding["rule"] for finding in after["findings"]}
        (deed,) = li.get(f"/v1/invoices/{invoice}/history").json()["items"]
        assert (deed["what"], deed["person"]) == ("invoice.corrected", "li某")
        assert deed["before"]["total"] == before["total"]
        assert deed["after"]["total"] == "1.00"
        assert correct(li, invoice, {"total": before["total"]}).status_code == 200
        whole = review(li, invoice)["invoice"]
        assert "R-AMT-01" not in {finding["rule"] for finding in whole["findings"]}


def test_a_corrected_number_takes_its_claim_along(site: Site, wang: TestClient) -> None:
    invoice = f"{upload(wang)}-0"
    with site.as_("li", "reviewer") as li:
        number = review(li, invoice)["invoice"]["number"]
        other = number[:-1] + str((int(number[-1]) + 1) % 10)
        assert correct(li, invoice, {"number": other}).status_code == 200
    with site.store.reading() as work:
        assert [claim.key for claim in work.duplicates.claims([number, other])] == [other]
        assert [hit.index for hit in work.invoices.find_key(other)] == [0]


def test_values_that_cannot_be_are_refused_and_nothing_changes(
    site: Site, wang: TestClient
) -> None:
    invoice = f"{upload(wang)}-0"
    with site.as_("li", "reviewer") as li:
        before = review(li, invoice)
        for fields in ({"date": "2026-02-30"}, {"total": "viel"}, {"nothing": "1"}, {}):
            assert correct(li, invoice, fields).status_code == 422
        assert review(li, invoice) == before
        hints = li.post(f"/v1/invoices/{invoice}/hints", json={"fields": {"total": "1.00"}}).json()[
            "items"
        ]
        assert [hint["field"] for hint in hints if hint["suggestion"]]


def test_a_stale_edit_is_refused_with_both_versions(site: Site, wang: TestClient) -> None:
    invoice = f"{upload(wang)}-0"
    with site.as_("li", "reviewer") as li, site.as_("sun", "reviewer") as sun:
        seen = review(sun, invoice)["version"]
        assert correct(li, invoice, {"seller_name": "甲公司"}).status_code == 200
        late = correct(sun, invoice, {"seller_name": "乙公司"}, **{"If-Match": seen})
        assert (late.status_code, late.json()["code"]) == (412, "stale")
        assert late.json()["yours"] == {"seller_name": "乙公司"}
        assert late.json()["theirs"]["seller_name"] == "甲公司"
        now = late.json()["version"]
        assert late.headers["etag"] == f'"{now}"'
        again = correct(sun, invoice, {"seller_name": "乙公司"}, **{"If-Match": f'"{now}"'})
        assert again.json()["invoice"]["seller_name"] == "乙公司"
        path = f"/v1/invoices/{invoice}/corrections"
        bare = sun.post(path, json={"fields": {"seller_name": "丙"}})
        assert bare.status_code == 428


def test_one_key_is_one_change(site: Site, wang: TestClient) -> None:
    invoice = f"{upload(wang)}-0"
    with site.as_("li", "reviewer") as li:
        key = {"Idempotency-Key": "k1", "If-Match": review(li, invoice)["version"]}
        path = f"/v1/invoices/{invoice}/corrections"
        body = {"fields": {"seller_name": "甲公司"}}
        one, two = (li.post(path, json=body, headers=key) for _ in range(2))
        assert one.status_code == two.status_code == 200
        assert one.json() == two.json()
        other = li.post(path, json={"fields": {"seller_name": "乙"}}, headers=key)
        assert other.json()["code"] == "key_reused"
        assert len(li.get(f"/v1/invoices/{invoice}/history").json()["items"]) == 1


def test_nobody_decides_alone_on_what_they_typed(site: Site, wang: TestClient) -> None:
    invoice = f"{upload(wang)}-0"
    with (
        site.as_("li", "reviewer") as li,
        site.as_("sun", "reviewer") as sun,
        site.as_("qian", "approver") as qian,
    ):
        correct(li, invoice, {"seller_name": "甲公司"})
        assert decide(li, invoice, "accept").json()["state"] == "checked"
        for browser in (li, sun):
            assert decide(browser, invoice, "accept").json()["code"] == "second_person"
        assert decide(qian, invoice, "accept").json()["state"] == "accepted"
        assert decide(qian, invoice, "return", "x").json()["code"] == "decided"
        assert correct(li, invoice, {"seller_name": "乙"}).json()["code"] == "decided"
        assert decide(qian, invoice, "reopen").json()["state"] == "open"
        deeds = [one["what"] for one in li.get(f"/v1/invoices/{invoice}/history").json()["items"]]
    assert deeds == ["invoice.corrected", "invoice.accept", "invoice.accept", "invoice.reopen"]


def test_nobody_decides_alone_on_their_own_documents(site: Site) -> None:
    with site.as_("qian", "approver") as qian:
        invoice = f"{upload(qian)}-0"
        assert decide(qian, invoice, "accept").json()["state"] == "checked"
        assert decide(qian, invoice, "accept").json()["code"] == "second_person"
    with site.as_("li", "reviewer") as li, site.as_("zhou", "approver") as zhou:
        assert decide(li, invoice, "accept").json()["code"] == "second_person"
        assert decide(zhou, invoice, "accept").json()["state"] == "accepted"


def test_what_blocks_is_never_accepted(site: Site, wang: TestClient) -> None:
    sha256 = upload(wang)
    put_finding(site, sha256, Severity.REJECT)
    with site.as_("qian", "approver") as qian:
        answer = decide(qian, f"{sha256}-0", "accept")
        assert (answer.status_code, answer.json()["rules"]) == (409, ["R-AMT-01"])
        assert decide(qian, f"{sha256}-0", "reject").json()["code"] == "reason_missing"
        done = decide(qian, f"{sha256}-0", "return", HOSTILE)
        assert done.json()["state"] == "returned"
    assert "&lt;script&gt;" in wang.get("/").text


def test_two_do_not_take_one(site: Site, wang: TestClient) -> None:
    sha256 = upload(wang)
    put_finding(site, sha256, Severity.WARN)
    claim = f"/v1/invoices/{sha256}-0/claim"
    with site.as_("li", "reviewer") as li, site.as_("sun", "reviewer") as sun:
        assert li.post(claim).status_code == 200
        busy = sun.post(claim)
        assert (busy.status_code, busy.json()["holder"]) == (409, "li某")
        assert decide(sun, f"{sha256}-0", "reject", "x").json()["code"] == "held"
        assert "li某" in sun.get("/review").text
        site.clock.turn(minutes=11)
        assert sun.post(claim).status_code == 200
        assert li.post(claim).status_code == 409
        assert sun.delete(claim).status_code == 204
        assert li.post(claim).status_code == 200
    assert wang.post(claim).status_code == 403


def test_lists_are_paged_searched_and_filtered(site: Site, wang: TestClient) -> None:
    names = ("04-dz-normal.xml", "03-dz-special.ofd", "01-dz-special.pdf")
    shas = []
    for name in names:
        shas.append(upload(wang, name))
        site.clock.turn(seconds=1)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = wang.get("/v1/invoices", params={"limit": 1, "cursor": cursor}).json()
        seen += [item["document"] for item in page["items"]]
        cursor = page["next"]
    assert seen == shas[::-1]
    whole = review(wang, f"{shas[0]}-0")["invoice"]
    for q in (whole["number"], whole["seller_name"][2:6], whole["total"]):
        found = wang.get("/v1/invoices", params={"q": q}).json()["items"]
        assert shas[0] in {item["document"] for item in found}, q
    for q in ("%", "_", "\\", HOSTILE, "' OR 1=1 --"):
        assert wang.get("/v1/invoices", params={"q": q}).json()["items"] == []
        assert "<script>alert" not in wang.get("/search", params={"q": q}).text
    assert wang.get("/v1/invoices", params={"cursor": "%%"}).status_code == 422
    assert wang.get("/v1/invoices", params={"status": "none"}).status_code == 422
    put_finding(site, shas[1], Severity.WARN)
    put_finding(site, shas[2], Severity.REJECT)
    with site.as_("li", "reviewer") as li:
        queue = li.get("/review", params={"status": "", "rule": "", "q": ""}).text
        assert queue.index(f"{shas[2]}-0") < queue.index(f'"/review/{shas[1]}-0"')
        assert f"{shas[0]}-0" not in queue
        by_rule = li.get("/v1/invoices", params={"rule": "R-AMT-01"}).json()["items"]
        assert {item["document"] for item in by_rule} == set(shas[1:])


def test_the_next_one_is_of_the_queue_one_came_from(site: Site, wang: TestClient) -> None:
    names = ("04-dz-normal.xml", "03-dz-special.ofd", "01-dz-special.pdf")
    first, second, other = (upload(wang, name) for name in names)
    for sha256 in (first, second):
        put_finding(site, sha256, Severity.REJECT)
    put_finding(site, other, Severity.WARN)
    with site.as_("sun", "reviewer") as sun:
        shown = sun.get("/review?status=rejected").text
        here = re.findall(r'href="(/review/[^"]+status=rejected)"', shown)
        assert other not in "".join(here)
        told = re.search(r'data-next="([^"]+)"', sun.get(here[0]).text)
        assert told is not None
        assert told[1].endswith("status=rejected")
        assert told[1].split("?")[0].split("/")[-1][:64] in {first, second}


def test_the_review_page_shows_hostile_text_as_text(site: Site, wang: TestClient) -> None:
    sha256 = upload(wang, "01-dz-special.pdf", called=f"{HOSTILE}.pdf")
    with site.as_("li", "reviewer") as li:
        correct(li, f"{sha256}-0", {"seller_name": HOSTILE})
        put_finding(site, sha256, Severity.WARN)
        for lang in ("zh", "en"):
            li.get(f"/language/{lang}")
            text = li.get(f"/review/{sha256}-0").text
            assert "<script>alert" not in text
            assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
            assert f'lang="{"en" if lang == "en" else "zh-CN"}"' in text
            assert 'data-box="' in text
            assert "\u202e=cmd" not in li.get("/review").text


def test_a_program_works_with_a_token_and_its_scopes_alone(site: Site, wang: TestClient) -> None:
    sha256 = upload(wang)
    with site.as_("li", "reviewer") as li:
        form = {
            "csrf": li.headers["x-csrf-token"],
            "name": "ERP",
            "scopes": ["review", "documents.own"],
        }
        page = li.post("/account/tokens", data=form).text
        secret = page.split('<code id="secret">')[1].split("<")[0]
    program = site.stranger()
    program.headers["authorization"] = f"Bearer {secret}"
    assert program.get(f"/v1/invoices/{sha256}-0").status_code == 404
    assert program.get("/v1/documents").json()["items"] == []
    upload_by_it = program.post("/v1/documents", files={"file": b"x"})
    assert upload_by_it.json() | {"needs": "documents.add"} == upload_by_it.json()
    allowed = program.get("/v1/capabilities").json()["permissions"]
    assert allowed == ["anybody", "documents.own", "review"]
    assert program.get("/v1/openapi.json").json()["paths"]["/v1/documents"]


def test_the_pages_of_people_work_without_scripts(site: Site) -> None:
    with site.first() as admin:
        csrf = {"csrf": admin.headers.pop("x-csrf-token")}
        refused = admin.post("/people", data={"login": "zhou", "roles": "approver"})
        assert refused.status_code == 403
        form = csrf | {"login": "zhou", "name": HOSTILE, "roles": ["approver", "reviewer"]}
        page = admin.post("/people", data=form).text
        assert "<script>alert" not in page
        link = page.split('<code id="link">http://testserver')[1].split("<")[0]
        data = (SAMPLES / "04-dz-normal.xml").read_bytes()
        sent = admin.post("/upload", data=csrf, files={"file": ("a.xml", data)})
        assert (sent.status_code, sent.headers["location"]) == (303, "/")
        zhou = site.stranger()
        zhou.get("/language/en")
        assert "too short" in zhou.post(link, data={"password": "x"}).text
        assert zhou.post(link, data={"password": "槐花-梅雨-四月-2027"}).status_code == 303
        assert zhou.get("/review").status_code == 200
        assert zhou.get(link).status_code == 404
        out = admin.post("/logout", data=csrf)
        assert out.headers["location"] == "/login"
        assert admin.get("/v1/invoices").status_code == 401
