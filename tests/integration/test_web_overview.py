"""The overview over a real store: exact figures, and every link finds what it says."""

import csv
import datetime
import hashlib
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from models.document import Document, ReadStatus
from models.duplicate import DuplicateVerdict, Relation, Specimen, Twin
from models.finding import Status
from models.invoice import Invoice
from models.match import Match, MatchState, Side
from piaohe.overview.keeping import Keeper
from piaohe.store import Store
from piaohe.store.claims import Paper, Stage, Stated
from piaohe.store.invoices import invoice_id
from piaohe.store.queued import Slip
from piaohe.store.reviews import State
from piaohe.store.steps import Said, Word
from tests.support.claims import an_invoice
from tests.support.web import Site, upload, wait_for

LOOK = re.compile(r'<a href="(/search\?[^"]*)"[^>]*>查看 ([\d,]+) 张</a>')
COLUMN = re.compile(r'<a class="column" tabindex="-1" href="(/search\?[^"]*)"')
HOSTILE = "=cmd|'calc'!A0<script>"


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path)


@pytest.fixture
def li(site: Site) -> Iterator[TestClient]:
    with site.as_("li", "reviewer") as browser:
        yield browser


def number(at: int) -> str:
    return f"261120000000{at:08d}"


def bill(at: int, date: str, yuan: str, **more: object) -> Invoice:
    """An invoice the rules found nothing about."""
    money = {"amount": yuan, "tax": "0.00", "total": yuan}
    made = an_invoice(number(at), date=date or None, **money)
    status = more.pop("status", Status.ACCEPTED)
    return made.model_copy(update={"status": status, "findings": (), **more})


def keep(site: Site, *bills: Invoice, text: str, days: float = 0) -> str:
    """Keep a document li handed in so many days ago; gives the id of its first invoice."""
    data, at = text.encode(), site.clock() - datetime.timedelta(days=days)
    sha256 = hashlib.sha256(data).hexdigest()
    document = Document(
        file=f"{text}.pdf", sha256=sha256, seconds=0, status=ReadStatus.OK, invoices=bills
    )
    site.store.originals.put(data)
    with site.store.unit_of_work() as work:
        person = work.people.named("li")
        assert person is not None
        work.uploads.add(sha256, person.id, f"{text}.pdf", len(data), at)
        work.documents.add(document, received_at=at, size=len(data), kind="pdf")
    return invoice_id(sha256, 0)


def found(browser: TestClient, address: str) -> int:
    """How many invoices a list has, over all of its pages."""
    query = address.partition("?")[2]
    return len(browser.get(f"/v1/invoices?{query}&limit=200").json()["items"])


def get(browser: TestClient, **asked: str) -> Any:
    answer = browser.get("/v1/overview", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def ids(site: Site, li: TestClient) -> dict[str, str]:
    """A store with one of everything, by short names."""
    made = {
        "august": keep(site, bill(1, "2026-08-03", "100.00", category="MEAL"), text="august"),
        "meal": keep(site, bill(2, "2026-09-01", "200.00", category="MEAL"), text="meal"),
        "red": keep(site, bill(3, "2026-09-30", "-50.00", category="MEAL"), text="red"),
        "fuel": keep(
            site, bill(4, "2026-09-02", "1000.00", status=Status.REVIEW), text="fuel", days=2
        ),
        "blocked": keep(
            site,
            bill(5, "2026-09-02", "70.00", category="FUEL", status=Status.REJECTED),
            text="blocked",
            days=40,
        ),
        "photo": keep(site, bill(2, "2026-09-01", "200.00", category="MEAL"), text="photo"),
        "undated": keep(site, bill(7, "", "5.00"), text="undated"),
        "hostile": keep(
            site,
            bill(8, "2026-09-03", "30.00", seller_name=HOSTILE, buyer_name="乙公司"),
            text="hostile",
        ),
    }
    tell(site, made)
    return made


def tell(site: Site, made: dict[str, str]) -> None:
    """What the ledger, people and claims say of them."""
    link(site, made["photo"], made["meal"])
    said = {
        2: (MatchState.EXACT, None),
        3: (MatchState.MISSING, "N1"),
        4: (MatchState.MISSING, None),
    }
    with site.store.unit_of_work() as work:
        matches = [
            Match(
                side=Side.INVOICE,
                key=number(at),
                state=state,
                cause=cause,
                message="",
                message_en="",
            )
            for at, (state, cause) in said.items()
        ]
        work.matches.replace(matches, site.clock())
        now = site.clock()
        work.reviews.decide(made["fuel"], state=State.ACCEPTED.value, decided_id=1, decided_at=now)
        work.reviews.hold(made["red"], 1, (now, 60))
        claim = work.claims.add(2, Stated(department="研发部"), now)
        work.claims.hold(claim, {"key": made["meal"]}, now)
        slip = Slip(name="a.pdf", department="行政部")
        work.arrivals.add(made["august"].partition("-")[0], slip, now)
        sha256 = made["meal"].partition("-")[0]
        work.arrivals.add(sha256, slip, now)
        paper = Paper(sha256=sha256, paid=Decimal("12.50"), currency="USD")
        work.claims.put(claim, paper, 1, now)
        work.claims.change(claim, state=Stage.SUBMITTED.value, submitted_at=now)


def link(site: Site, later: str, first: str) -> None:
    """Note that one is another shape of the other."""
    own, other = later.rpartition("-")[0], first.rpartition("-")[0]
    twin = Twin(where="a", document=other, index=0, relation=Relation.RENDITION)
    with site.store.unit_of_work() as work:
        invoice = work.invoices.get(later)
        assert invoice is not None
        specimen = Specimen(own, 0, "b", invoice)
        work.duplicates.keep(specimen, (), DuplicateVerdict.of([twin]), site.clock())


def amounts(groups: list[dict[str, Any]]) -> dict[str | None, tuple[str, int]]:
    return {one["name"]: (one["amount"], one["count"]) for one in groups}


def check_groups(it: dict[str, Any]) -> None:
    assert amounts(it["categories"]) == {
        None: ("1030.00", 2),
        "MEAL": ("150.00", 2),
        "FUEL": ("0.00", 0),
    }
    assert amounts(it["departments"]) == {
        None: ("980.00", 3),
        "研发部": ("200.00", 1),
        "行政部": ("0.00", 0),
    }
    assert amounts(it["sellers"]) == {"丙丁餐饮有限公司": ("1150.00", 3), HOSTILE: ("30.00", 1)}
    causes = [(one["match"], one["cause"], one["amount"], one["count"]) for one in it["causes"]]
    assert causes == [
        ("missing", None, "1000.00", 1),
        ("missing", "N1", "-50.00", 1),
        (None, None, "30.00", 1),
    ]


def test_exact_figures(ids: dict[str, str], li: TestClient) -> None:
    it = get(li, since="2026-09", until="2026-09")
    assert (it["since"], it["until"], it["as_of"]) == (
        "2026-09",
        "2026-09",
        "2026-09-30T08:00:00Z",
    )
    assert it["total"] == {
        "amount": "1180.00",
        "count": 4,
        "copies": 1,
        "copies_amount": "200.00",
        "refused": 1,
        "refused_amount": "70.00",
    }
    assert (it["before"]["amount"], it["undated"]["amount"]) == ("100.00", "5.00")
    (month,) = it["months"]
    # the meal and its photo and the hostile one; the red one somebody had at hand
    assert (month["change"], month["alone"], it["alone"]) == ("1080.00", 3, 3)
    assert it["decided"] == {"count": 1, "median_hours": 48.0, "p90_hours": 48.0}
    check_groups(it)
    assert [(one["days"], one["count"]) for one in it["waiting"]] == [
        (0, 0),
        (1, 0),
        (3, 0),
        (7, 0),
        (30, 1),
    ]
    assert it["expected"] == {"this_month": None, "next_month": None, "whole_months": 1}
    it = get(li, since="2026-09", until="2026-09", buyer="乙公司")
    assert (it["total"]["amount"], it["total"]["count"], it["alone"]) == ("30.00", 1, 1)
    assert get(li, buyer="丙公司")["total"]["count"] == 0


def test_every_link_finds_what_it_says(ids: dict[str, str], li: TestClient) -> None:
    for asked in ("", "?since=2026-09&until=2026-09", "?buyer=乙公司", "?since=2020-01"):
        page = li.get(f"/overview{asked}").text
        links = {(unescape(to), int(n.replace(",", ""))) for to, n in LOOK.findall(page)}
        assert len(links) > 4, asked
        for to, count in links:
            assert found(li, to) == count, to
            assert li.get(to).status_code == 200
        assert COLUMN.findall(page)
    page = li.get("/overview").text
    assert "<script>" not in page.replace("<script src", "")
    for said in ("数据截至 2026-09-30 16:00", "1,280.00", "请稍后重新导出台账再核对", "USD 12.50"):
        assert said in page, said
    assert "style=" not in page
    li.cookies.set("piaohe_lang", "en")
    assert "Figures as of" in li.get("/overview").text
    for bad in ("since=2026-13", "since=x", "until=0001-01", "no=1", f"buyer={'长' * 999}"):
        assert li.get(f"/v1/overview?{bad}").status_code == 422, bad


def test_what_a_person_says_of_two_goes(site: Site, ids: dict[str, str], li: TestClient) -> None:
    pair = (ids["meal"], ids["photo"])
    september = {"since": "2026-09", "until": "2026-09"}
    # the other way round it is still one invoice, and once they are two both count
    for (one, other), said, copies in (
        (pair, Said.SAME, 1),
        (pair[::-1], Said.SAME, 1),
        (pair, Said.APART, 0),
    ):
        with site.store.unit_of_work() as work:
            word = Word(invoice_id=one, other_id=other, said=said, person_id=1, at=site.clock())
            work.steps.say(word)
        assert get(li, **september)["total"]["copies"] == copies
    link(site, ids["august"], ids["blocked"])
    # the one it is a copy of does not count, so it does
    assert get(li, since="2026-08", until="2026-08")["total"]["count"] == 1


def test_tables_are_taken_away(ids: dict[str, str], li: TestClient, site: Site) -> None:
    token = li.headers["x-csrf-token"]
    address = "/v1/overview/exports?since=2026-09&until=2026-09"
    answer = li.post(address, data={"csrf": token, "format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book["按销售方"].iter_rows(values_only=True))
    assert rows[1][:3] == ("丙丁餐饮有限公司", 1150, 3)
    assert (rows[2][0], book["按销售方"]["A3"].data_type) == (HOSTILE, "s")
    assert [sheet.title for sheet in book][:2] == ["概要", "按月"]
    answer = li.post(address, data={"csrf": token, "format": "csv"})
    assert "piaohe-overview-2026-09-2026-09.csv" in answer.headers["content-disposition"]
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["支出合计", "1180.00"] in lines
    assert [line[:3] for line in lines if line and "cmd" in line[0]] == [
        [f"'{HOSTILE}", "30.00", "1"]
    ]
    with site.store.reading() as work:
        assert any(one.what == "overview.export" for one in work.audits.of("overview"))
    assert li.post(address, data={"csrf": token, "format": "zip"}).status_code == 422
    assert li.post(address, data={"csrf": "x", "format": "csv"}).status_code == 403


def test_nothing_yet_and_the_samples(site: Site, li: TestClient) -> None:
    assert "这段时间还没有票据" in li.get("/overview").text
    upload(li)
    it = get(li, since="2024-01", until="2026-09")
    assert it["total"]["count"] + it["total"]["refused"] == 1
    with site.as_("wang", "submitter") as browser:
        assert browser.get("/overview").status_code == 403
        assert browser.get("/v1/overview").status_code == 403


def test_a_large_store_is_added_up_behind_the_page(
    ids: dict[str, str], site: Site, li: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Keeper(site.store, site.clock)
    with ThreadPoolExecutor(4) as pool:
        books = list(pool.map(lambda _: keeper.books(), range(4)))
    assert len({one.facts for one in books if one}) == 1
    monkeypatch.setattr("piaohe.overview.keeping.SMALL", 0)
    monkeypatch.setattr("piaohe.overview.keeping._REST", 0)
    answer = li.get("/v1/overview")
    assert (answer.status_code, answer.json()["code"]) == (503, "overview_making")
    assert (
        'http-equiv="refresh"' in li.get("/overview").text or "数据截至" in li.get("/overview").text
    )
    wait_for(lambda: li.get("/v1/overview").status_code == 200)
    before = get(li)["total"]["count"]
    keep(site, bill(9, "2026-09-05", "1.00"), text="one more")
    wait_for(lambda: get(li)["total"]["count"] == before + 1)
