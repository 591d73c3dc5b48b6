"""Finding on the pages and over the API: phrases, filters, views, suggestions, exports."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest
from starlette.testclient import TestClient

from piaohe.store import Store
from tests.support.web import Site, upload

HOSTILE = "=cmd|'calc'!A0<script>"


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path)


@pytest.fixture
def li(site: Site) -> Iterator[TestClient]:
    """A reviewer, who handed in two samples."""
    with site.as_("li", "reviewer") as browser:
        upload(browser)
        upload(browser, "01-dz-special.pdf", called=f"{HOSTILE}.pdf")
        yield browser


def items(browser: TestClient, **given: object) -> list[dict]:
    return browser.get("/v1/invoices", params=given).json()["items"]


def export(browser: TestClient, form: str, address: str = "", **more: object) -> bytes:
    data = {"csrf": browser.headers["x-csrf-token"], "format": form, **more}
    answer = browser.post(f"/v1/exports{address}", data=data)
    assert answer.status_code == 200, answer.text
    return answer.content


def test_a_phrase_becomes_filters_in_the_address(li: TestClient) -> None:
    answer = li.get("/search", params={"say": "上个月 专票 500以上 张力", "match": "exact"})
    assert answer.status_code == 303
    at = answer.headers["location"]
    for part in ("since=2026-08-01", "least=500", "kind=vat_special", "match=exact", "q=%E5%BC%A0"):
        assert part in at
    page = li.get(at).text
    assert 'aria-label="去掉：开票日期起 2026-08-01"' in page
    assert li.get("/v1/search/phrase", params={"q": "重复 li某 交的"}).json() == {
        "filters": {"twins": ["1"], "by": ["2"]},
        "q": "",
    }
    for said, meant in (
        ("增值税专用发票", {"kind": ["vat_special"]}),
        (
            "财政票据 To approve 疑似同一张",
            {"form": ["fiscal"], "state": ["checked"], "match": ["suggested"]},
        ),
    ):
        found = li.get("/v1/search/phrase", params={"q": said}).json()
        assert found == {"filters": meant, "q": ""}
    assert li.get("/v1/search/suggestions", params={"q": "上个"}).json()["items"] == [
        "上个月 专票 500以上 张力"
    ]


def test_filters_narrow_and_facets_count(li: TestClient) -> None:
    both = items(li)
    one = both[0]
    for given in (
        {"kind": one["type"]},
        {"seller": one["seller_name"]},
        {"least": one["total"], "most": one["total"]},
        {"since": one["date"], "until": one["date"]},
        {"q": one["seller_name"][2:4]},
        {"q": one["number"][5:12]},
        {"by": 2},
        {"status": one["status"]},
        {"match": "unbooked"},
    ):
        assert one["id"] in {item["id"] for item in items(li, **given)}, given
    assert items(li, twins="1") == items(li, by=99) == items(li, category="NONE") == []
    facets = li.get("/v1/search/facets").json()
    assert facets["count"] == len(both) == sum(one["count"] for one in facets["facets"]["type"])
    # beside the lines they come after them, as links to the same search with one value more
    assert 'data-from="/search/facets?match=unbooked"' in li.get("/search?match=unbooked").text
    part = {"hx-request": "true"}
    narrow = li.get("/search/facets", params={"match": "unbooked"}, headers=part).text
    assert f'href="/search?match=unbooked&amp;kind={one["type"]}"' in narrow
    assert "<h1>" not in narrow
    nothing = li.get("/search/facets", params={"q": "龘龘"}, headers=part).text
    assert "没有可再区分的" in nothing


def test_without_scripts_facets_are_a_page_with_the_lines(li: TestClient) -> None:
    link = 'href="/search/facets?match=unbooked"'
    assert link in li.get("/search?match=unbooked").text
    answer = li.get("/search/facets", params={"match": "unbooked"})
    assert answer.headers["vary"] == "HX-Request"
    whole = answer.text
    assert "<h1>" in whole
    assert link not in whole
    assert "data-from" not in whole
    one = items(li)[0]
    assert f'href="/search?match=unbooked&amp;kind={one["type"]}"' in whole
    assert all(f"/review/{item['id']}" in whole for item in items(li))
    # with nothing found it is a page too
    assert "没有可再区分的" in li.get("/search/facets", params={"q": "龘龘"}).text


def test_filters_that_are_none_are_refused(li: TestClient) -> None:
    both = items(li)
    for bad in ({"least": "x"}, {"least": "1e99"}, {"since": "2026-13-01"}, {"kind": "x"}):
        assert li.get("/search", params=bad).status_code == 422
    seen = items(li, limit=1)
    cursor = li.get("/v1/invoices", params={"limit": 1}).json()["next"]
    assert seen + items(li, limit=1, cursor=cursor) == both


def test_a_wrong_character_is_forgiven_and_said(li: TestClient) -> None:
    name = items(li)[0]["seller_name"]
    wrong = name[:4] + "龘" + name[5:]
    page = li.get("/search/rows", params={"say": wrong}).text
    assert "显示的是" in page
    assert name in page
    # what goes on from here, such as an export, is of what was found
    assert f"/v1/exports?q={quote(name[:4])}" in page


def test_views_are_kept_shared_and_removed(site: Site, li: TestClient) -> None:
    made = li.post("/v1/views", json={"name": " 我的 ", "query": "q=x", "shared": True})
    assert made.status_code == 201
    assert li.post("/v1/views", json={"name": "私", "query": "q=y"}).status_code == 201
    with site.as_("sun", "clerk") as sun:
        assert [view["name"] for view in sun.get("/v1/views").json()["items"]] == ["我的"]
        assert sun.delete(f"/v1/views/{made.json()['id']}").status_code == 404
        assert "我的" in sun.get("/search").text
    assert li.delete(f"/v1/views/{made.json()['id']}").status_code == 204
    assert [view["name"] for view in li.get("/v1/views").json()["items"]] == ["私"]


def test_a_selection_is_taken_away_in_every_form(site: Site, li: TestClient) -> None:
    found = items(li)
    text = export(li, "csv", column=["number", "file"]).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["发票号码", "文件"]
    assert {row[0].strip() for row in lines[1:]} == {item["number"] for item in found}
    assert all(row[1][0] != "=" for row in lines[1:])
    assert f"'{HOSTILE}.pdf"[:8] in text
    sheet = openpyxl.load_workbook(io.BytesIO(export(li, "xlsx"))).active
    assert sheet.max_row == len(found) + 1
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    ticked = export(li, "json", id=[found[0]["id"]])
    assert [json.loads(line)["id"] for line in ticked.splitlines()] == [found[0]["id"]]
    with zipfile.ZipFile(io.BytesIO(export(li, "zip"))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len({item["document"] for item in found}) + 1
        assert not any(".." in name or "<" in name for name in names)
        assert found[0]["number"] in archive.read("index.csv").decode("utf-8-sig")
    with site.store.reading() as work:
        assert {audit.what for audit in work.audits.of("invoices")} == {"export"}


def test_others_documents_are_neither_found_suggested_nor_taken(site: Site, li: TestClient) -> None:
    name, one = items(li)[0]["seller_name"], items(li)[0]["id"]
    with site.as_("wang", "submitter") as wang:
        assert items(wang) == items(wang, q=name) == items(wang, by=2) == []
        assert wang.get("/v1/search/suggestions", params={"q": name[:2]}).json()["items"] == []
        assert wang.get(f"/v1/invoices/{one}/similar").status_code == 404
        assert name not in wang.get("/search/rows", params={"say": name[:-1] + "龘"}).text
        data = {"csrf": wang.headers["x-csrf-token"], "format": "json", "id": [one]}
        assert wang.post("/v1/exports", data=data).status_code == 422
    assert li.get("/v1/search/suggestions", params={"q": name[:2]}).json()["items"] == [name]


def test_names_of_others_documents_are_not_offered_instead(site: Site, li: TestClient) -> None:
    seller = next(item["seller_name"] for item in items(li) if item["seller_name"])
    wrong = f"{seller[:3]}龘{seller[4:]}"
    assert seller[:3] in li.get("/search", params={"q": wrong}).text
    meant = li.get("/v1/invoices", params={"q": wrong}).json()
    assert (meant["items"], meant["instead"]) == ([], seller[: len(wrong)])
    with site.as_("zhou", "submitter") as zhou:
        page = zhou.get("/search", params={"q": wrong}).text
        assert seller not in page
        assert "显示的是" not in page
        assert zhou.get("/v1/invoices", params={"q": wrong}).json()["instead"] is None


def test_the_queue_is_narrowed_by_chips(li: TestClient) -> None:
    page = li.get(
        "/review", params={"order": "amount", "status": "review", "rule": "R-AMT-01"}
    ).text
    picks = page.partition('<div class="picks">')[2].partition("</div>")[0]
    # once more takes it off; what else is chosen stays
    order = "?status=review&amp;rule=R-AMT-01&amp;order=amount"
    assert f'<a href="{order}" aria-current="true">' in picks
    assert '<a href="?rule=R-AMT-01&amp;order=amount" aria-current="true">需复核</a>' in picks
    assert '<a href="?status=review&amp;order=amount" aria-current="true">R-AMT-01</a>' in picks
