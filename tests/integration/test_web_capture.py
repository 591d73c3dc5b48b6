"""Capture through the API and its pages: results, notes, checks, one's own corrections, the app."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from models.document import ReadStatus
from models.finding import Finding, Severity, Status
from piaohe.store import Store
from piaohe.web.words.capture import CAPTURE
from tests.support.web import Site, upload, wait_for

HOSTILE = "<script>alert(1)</script>\u202e=cmd|' /C calc'!A0"


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path)


@pytest.fixture
def wang(site: Site) -> Iterator[TestClient]:
    with site.as_("wang", "submitter") as browser:
        yield browser


def correct(browser: TestClient, invoice: str, fields: dict[str, str], version: str = "*"):
    headers = {"If-Match": version}
    path = f"/v1/invoices/{invoice}/own-corrections"
    return browser.post(path, json={"fields": fields}, headers=headers)


def test_a_result_shows_what_was_read_and_one_sentence(site: Site, wang: TestClient) -> None:
    sha256 = upload(wang, called=f"{HOSTILE}.xml")
    shown = wang.get(f"/capture/results/{sha256}").text
    number = wang.get(f"/v1/invoices/{sha256}-0").json()["invoice"]["number"]
    assert f'value="{number}"' in shown
    assert shown.count('class="notice ') == 2  # the sentence, and the place of one to come
    assert CAPTURE["capture.clean"][0] in shown
    for rule, severity, key in (
        ("R-AMT-01", Severity.WARN, "capture.doubts"),
        ("R-AMT-01", Severity.REJECT, "capture.blocked"),
        ("R-DUP-01", Severity.REJECT, "capture.twice"),
    ):
        finding = Finding(
            rule=rule, severity=severity, field="total", message=HOSTILE, message_en="x"
        )
        with site.store.unit_of_work() as work:
            (invoice,) = work.invoices.of(sha256)
            told = {"findings": (finding,), "status": Status.REVIEW}
            work.invoices.set(sha256, (invoice.model_copy(update=told),))
        shown = wang.get(f"/capture/results/{sha256}").text
        assert CAPTURE[key][0] in shown
        assert "<script>" not in shown


def test_what_cannot_be_read_is_said_with_what_to_do(wang: TestClient) -> None:
    answer = wang.post("/v1/documents", files={"file": ("a.pdf", b"%PDF-1.7 nothing")})
    sha256 = answer.json()["id"]
    wait_for(lambda: wang.get(f"/v1/documents/{sha256}").json()["state"] != "waiting")
    document = wang.get(f"/v1/documents/{sha256}").json()
    assert document["state"] == ReadStatus.FAILED.value
    assert document["error"]["hint"] in wang.get(f"/capture/results/{sha256}").text


def test_results_and_notes_of_others_are_not_there(site: Site, wang: TestClient) -> None:
    sha256 = upload(wang)
    with site.as_("zhao", "submitter") as zhao, site.as_("li", "reviewer") as reviewer:
        for other in (zhao, reviewer):
            assert other.get(f"/v1/documents/{sha256}/note").status_code == 404
            answer = other.put(f"/v1/documents/{sha256}/note", json={"note": "x"})
            assert answer.status_code == 404
            assert correct(other, f"{sha256}-0", {"number": "1"}).status_code == 404
        assert zhao.get(f"/capture/results/{sha256}").status_code == 404
        seen = reviewer.get(f"/capture/results/{sha256}").text
    assert "readonly" in seen


def test_a_note_is_kept_replaced_and_taken_away(site: Site, wang: TestClient) -> None:
    sha256 = upload(wang)
    path = f"/v1/documents/{sha256}/note"
    for said in ("上海出差", "上海出差", HOSTILE, ""):
        assert wang.put(path, json={"note": f" {said} "}).json() == {"note": said}
        assert wang.get(path).json() == {"note": said}
    assert wang.put(path, json={"note": "长" * 501}).status_code == 422
    with site.store.reading() as work:
        told = [one for one in work.audits.of(sha256) if one.what == "document.noted"]
        assert work.notes.of([sha256], 2) == {}
    assert len(told) == 3
    assert told[-1].after == {"note": None}


TYPED = (
    ({"seller_tax_id": "91110108551385082Q"}, []),
    ({"number": "123"}, ["number"]),
    ({"date": "2027-01-01"}, ["date"]),
    ({"amount": "100.00", "tax": "6.00", "total": "107.00"}, ["total"]),
    ({"form": "air_e"}, []),
    ({"number": "1" * 5000, "date": "9" * 50}, ["number", "date"]),
)


def test_fields_are_checked_while_they_are_typed(wang: TestClient) -> None:
    for typed, said in TYPED:
        answer = wang.post("/v1/check-fields", json=typed)
        assert answer.status_code == 200
        told = [one["field"] for one in answer.json()["items"] if one["severity"] != "info"]
        assert told == said
        assert wang.post("/v1/check-fields", json=typed | {"x": "1"}).status_code == 422


def test_own_corrections_are_evidence_and_need_a_second_person(
    site: Site, wang: TestClient
) -> None:
    invoice = f"{upload(wang)}-0"
    version = wang.get(f"/v1/invoices/{invoice}").json()["version"]
    answer = correct(wang, invoice, {"seller_name": "青山（杭州）有限公司"}, version)
    assert answer.status_code == 200
    evidence = answer.json()["invoice"]["fields"]["seller_name"]
    assert (evidence["source"], evidence["candidates"] != []) == ("person", True)
    stale = correct(wang, invoice, {"number": "1"}, version)
    assert stale.status_code == 412
    assert stale.json()["theirs"]["seller_name"] == "青山（杭州）有限公司"
    assert correct(wang, invoice, {"total": "many"}).json()["code"] == "unusable_value"
    with site.as_("li", "reviewer") as reviewer, site.as_("qian", "approver") as approver:
        # it waits in the queue, and one reviewer alone does not end it
        assert invoice in reviewer.get("/review").text
        body = {"verdict": "accept", "reason": ""}
        seen = {"If-Match": "*"}
        accepted = reviewer.post(f"/v1/invoices/{invoice}/decision", json=body, headers=seen)
        assert accepted.json()["state"] == "checked"
        refused = correct(wang, invoice, {"number": "1"})
        assert (refused.status_code, refused.json()["code"]) == (409, "decided")
        ended = approver.post(f"/v1/invoices/{invoice}/decision", json=body, headers=seen)
        assert ended.json()["state"] == "accepted"


def test_the_page_kept_for_no_net_has_nothing_of_anybody(wang: TestClient) -> None:
    mine, kept = wang.get("/capture").text, wang.get("/capture/offline").text
    assert "wang" in mine
    assert "wang" not in kept
    assert wang.headers["x-csrf-token"] in mine
    assert wang.headers["x-csrf-token"] not in kept
    assert "microphone=(self)" in wang.get("/capture").headers["permissions-policy"]
    assert "microphone=()" in wang.get("/").headers["permissions-policy"]


def test_the_app_keeps_files_that_are_there_and_has_pictures_of_their_sizes(site: Site) -> None:
    with site.stranger() as browser:
        answer = browser.get("/sw.js")
        assert answer.headers["service-worker-allowed"] == "/"
        assert "__" not in answer.text
        files = json.loads(answer.text.split("const FILES = ")[1].split(";")[0])
        assert len(files) > 5
        for path in files:
            assert browser.get(path).status_code == 200, path
        assert not [path for path in files if path.startswith(("/v1", "/capture"))]

        manifest = browser.get("/manifest.webmanifest").json()
        assert manifest["start_url"].startswith(manifest["scope"])
        for icon in manifest["icons"]:
            with Image.open(io.BytesIO(browser.get(icon["src"]).content)) as image:
                assert f"{image.width}x{image.height}" == icon["sizes"]
        assert {icon.get("purpose") for icon in manifest["icons"]} == {None, "maskable"}
        assert browser.get("/icon-7.png").status_code == 404


def test_what_was_returned_is_corrected_and_handed_in_again(site: Site, wang: TestClient) -> None:
    sha256 = upload(wang)
    invoice = f"{sha256}-0"
    decision = {"verdict": "return", "reason": "销售方名称不清"}
    with site.as_("li", "reviewer") as li, site.as_("zhao", "submitter") as zhao:
        path = f"/v1/invoices/{invoice}/decision"
        assert li.post(path, json=decision, headers={"If-Match": "*"}).status_code == 200
        page = wang.get(f"/documents/{sha256}").text
        assert CAPTURE["capture.resubmit"][0] in page
        assert decision["reason"] in page
        assert f'href="/documents/{sha256}"' in wang.get("/").text

        # by nobody else, and once
        assert correct(zhao, invoice, {}).status_code == 404
        assert zhao.get(f"/documents/{sha256}").status_code == 404
        again = correct(wang, invoice, {"seller_name": "青山（杭州）有限公司"}).json()
        assert (again["state"], again["reason"]) == ("open", None)
        assert li.get("/v1/invoices?queue=1").json()["items"][0]["id"] == invoice
        told = [one["what"] for one in li.get(f"/v1/invoices/{invoice}/history").json()["items"]]
        assert {"invoice.resubmitted", "invoice.corrected"} <= set(told)

        # as it is, without a correction; what is decided for good stays
        assert li.post(path, json=decision, headers={"If-Match": "*"}).status_code == 200
        assert correct(wang, invoice, {}).json()["state"] == "open"
        rejected = {"verdict": "reject", "reason": "不报销"}
        assert li.post(path, json=rejected, headers={"If-Match": "*"}).status_code == 200
        assert correct(wang, invoice, {}).json()["code"] == "decided"
