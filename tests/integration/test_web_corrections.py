"""Lines, category, twins, split sheets and steps taken back, through the API and on the page."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import reconcile
import validate
from models.finding import Status
from models.ledger import Ledger, LedgerEntry
from piaohe.matching.kept import books_in_use, match_kept
from piaohe.store import Store
from piaohe.store.corrections import Subject
from tests.support.web import SAMPLES, Site, upload, wait_for

HOSTILE = "<script>alert(1)</script>\u202e=cmd|' /C calc'!A0"
XML = "04-dz-normal.xml"


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path)


@pytest.fixture
def wang(site: Site) -> Iterator[TestClient]:
    """A submitter."""
    with site.as_("wang", "submitter") as browser:
        yield browser


@pytest.fixture
def li(site: Site, wang: TestClient) -> TestClient:
    """A reviewer."""
    return site.as_("li", "reviewer")


def seen(browser: TestClient, invoice: str) -> dict:
    answer = browser.get(f"/v1/invoices/{invoice}")
    assert answer.status_code == 200
    return answer.json()


def act(browser: TestClient, invoice: str, what: str, body: dict, status: int = 200) -> dict:
    """Do something to an invoice as it is now."""
    headers = {"If-Match": seen(browser, invoice)["version"]}
    answer = browser.post(f"/v1/invoices/{invoice}/{what}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def undo(browser: TestClient, invoice: str, status: int = 200) -> dict:
    """Take back what the page of an invoice offers to take back."""
    step = browser.get(f"/review/{invoice}").text.split('data-step="')[1].split('"')[0]
    answer = browser.post(f"/v1/steps/{step}/undo")
    assert answer.status_code == status, answer.text
    return answer.json()


def rules(review: dict) -> set[str]:
    return {finding["rule"] for finding in review["invoice"]["findings"]}


def deeds(browser: TestClient, invoice: str) -> list[str]:
    return [one["what"] for one in browser.get(f"/v1/invoices/{invoice}/history").json()["items"]]


def copied(browser: TestClient, name: str = XML) -> str:
    """Hand in the same invoice in other bytes."""
    data = (SAMPLES / name).read_bytes() + b"\n"
    sha256 = browser.post("/v1/documents", files={"file": (f"copy-{name}", data)}).json()["id"]
    wait_for(lambda: browser.get(f"/v1/documents/{sha256}").json()["state"] != "waiting")
    return f"{sha256}-0"


def test_lines_category_and_the_rest_are_corrected_and_told(
    site: Site, wang: TestClient, li: TestClient
) -> None:
    invoice = f"{upload(wang)}-0"
    before = seen(li, invoice)["invoice"]
    first = {"name": HOSTILE, "quantity": "2", "amount": "¥1,000.00", "tax_rate": "6%", "tax": "60"}
    more = {"name": "*餐饮服务*餐费", "tax": "***"}
    sent = {"items": [more, {}, first], "category": "OFFICE", "extra": {"remark": HOSTILE}}
    after = act(li, invoice, "corrections", sent)["invoice"]
    assert [item["name"] for item in after["items"]] == [
        more["name"],
        HOSTILE.replace("\u202e", ""),
    ]
    assert (after["items"][1]["amount"], after["items"][0]["tax"]) == ("1000.00", None)
    assert (after["category"], after["extra"]["remark"][:8]) == ("OFFICE", "<script>")
    assert after["fields"] == before["fields"]
    (deed,) = li.get(f"/v1/invoices/{invoice}/history").json()["items"]
    assert len(deed["before"]["items"]) == len(before["items"])
    assert "1000.00" in deed["after"]["items"][1]
    assert (deed["before"]["category"], deed["after"]["category"]) == (before["category"], "OFFICE")
    with site.store.reading() as work:
        (taught,) = work.corrections.all(Subject.CATEGORY)
        assert (taught.after, taught.by) == ("OFFICE", "li")
        assert taught.example.items[0].name == more["name"]
    page = li.get(f"/review/{invoice}").text
    assert "<script>alert" not in page
    assert "办公" in page
    back = undo(li, invoice)
    assert back == {"what": "invoice.corrected", "invoice": invoice}
    assert seen(li, invoice)["invoice"] == before
    assert deeds(li, invoice)[-1] == "invoice.undone"


UNUSABLE: list[tuple[dict, str | None]] = [
    ({"items": [{"name": "a", "amount": "viel"}]}, "items.0.amount"),
    ({"items": [{"amount": "1"}]}, "items.0.name"),
    ({"category": "=cmd"}, "category"),
    ({"extra": {"travel_date": "2026-02-30"}}, "extra.travel_date"),
    ({"extra": {"qr": "x"}}, "extra.qr"),
    ({"form": "none"}, None),
    ({"items": [{}] * 501}, None),
    ({}, None),
]


def test_what_cannot_stand_there_is_refused(wang: TestClient, li: TestClient) -> None:
    invoice = f"{upload(wang)}-0"
    before = seen(li, invoice)
    for sent, field in UNUSABLE:
        answer = act(li, invoice, "corrections", sent, 422)
        assert answer.get("field") == field
    assert seen(li, invoice) == before


def test_lines_are_added_up_while_they_are_typed(wang: TestClient, li: TestClient) -> None:
    invoice = f"{upload(wang)}-0"
    line = {"name": "a", "amount": "100", "tax_rate": "13%", "tax": "12.00"}
    sent = {
        "items": [line, {"name": "b", "amount": "x"}],
        "fields": {"amount": "90.00", "tax": "12"},
    }
    sums = li.post(f"/v1/invoices/{invoice}/hints", json=sent).json()["sums"]
    assert (sums["amount"], sums["amount_off"], sums["tax_off"]) == ("100.00", "-10.00", "0.00")
    told = [(one["row"], one["column"], one["expected"]) for one in sums["doubts"]]
    assert told == [(0, "tax", "13.00"), (1, "amount", None)]


def test_a_duplicate_is_shown_beside_and_what_is_said_of_it_is_remembered(
    site: Site, wang: TestClient, li: TestClient
) -> None:
    first = f"{upload(wang)}-0"
    site.clock.turn(minutes=1)
    second = copied(wang)
    assert "R-DUP-01" in rules(seen(li, second))
    act(li, second, "corrections", {"fields": {"seller_name": HOSTILE}})
    (twin,) = li.get(f"/v1/invoices/{second}/twins").json()["items"]
    assert (twin["invoice"], twin["relation"]) == (first, "same_invoice")
    differing = [name for name, side in twin["fields"].items() if side["differs"]]
    assert differing == ["seller_name"]
    page = li.get(f"/review/{first}").text
    assert f'data-other="{second}"' in page
    assert "<script>alert" not in page

    apart = act(li, second, "twins", {"other": first, "said": "apart"})
    assert "R-DUP-01" not in rules(apart)
    # a correction looks for duplicates again, and heeds what was said
    again = act(li, second, "corrections", {"fields": {"seller_name": "甲公司"}})
    assert "R-DUP-01" not in rules(again)
    assert li.get(f"/v1/invoices/{first}/twins").json()["items"] == []
    assert deeds(li, first) == ["invoice.apart"]
    for _ in range(2):
        undo(li, second)
    assert "R-DUP-01" in rules(seen(li, second))
    (twin,) = li.get(f"/v1/invoices/{first}/twins").json()["items"]
    assert twin["invoice"] == second

    # from either side the one that came later is the other shape
    act(li, first, "twins", {"other": second, "said": "same"})
    assert {"R-DUP-01", "R-DUP-02"} & rules(seen(li, second)) == {"R-DUP-02"}
    assert "R-DUP-02" not in rules(seen(li, first))
    (twin,) = li.get(f"/v1/invoices/{second}/twins").json()["items"]
    assert (twin["relation"], twin["said"]) == ("rendition", "same")
    itself = act(li, first, "twins", {"other": first, "said": "same"}, 422)
    assert itself["code"] == "same_invoice"


def test_a_sheet_is_split_and_put_together_again(wang: TestClient, li: TestClient) -> None:
    first = f"{upload(wang, '01-dz-special.pdf')}-0"
    made = act(li, first, "split", {"region": [10, 20, 300, 400]})["made"]
    assert made == f"{first[:-1]}1"
    new = seen(li, made)
    assert (new["state"], new["invoice"]["region"]) == ("open", [10, 20, 300, 400])
    assert new["invoice"]["status"] != Status.ACCEPTED
    typed = {"form": "taxi", "fields": {"number": "12345678", "total": "23.00"}}
    filled = act(li, made, "corrections", typed)["invoice"]
    assert (filled["type"], filled["fields"]["total"]["source"]) == ("taxi", "person")
    assert made in li.get("/review").text
    act(li, made, "corrections", {"items": [{"name": "打车", "amount": "23"}]})

    lines = len(seen(li, first)["invoice"]["items"])
    act(li, made, "merge", {"into": first})
    assert seen(li, made)["state"] == "merged"
    assert len(seen(li, first)["invoice"]["items"]) == lines + 1
    assert "R-DUP-02" in rules(seen(li, made))
    for _ in range(3):
        undo(li, first)
    assert seen(li, made)["invoice"]["fields"] == {}
    assert undo(li, first) == {"what": "invoice.split", "invoice": first}
    assert li.get(f"/v1/invoices/{made}").status_code == 404
    assert len(seen(li, first)["invoice"]["items"]) == lines
    assert act(li, first, "split", {"region": [1, 2, 3, "x"]}, 422)


def test_only_the_one_who_did_it_takes_it_back_while_nobody_changed_it(
    site: Site, wang: TestClient, li: TestClient
) -> None:
    invoice = f"{upload(wang)}-0"
    act(li, invoice, "decision", {"verdict": "return", "reason": "缺章"})
    sun, qian = site.as_("sun", "reviewer"), site.as_("qian", "approver")
    step = li.get(f"/review/{invoice}").text.split('data-step="')[1].split('"')[0]
    assert "data-step" not in sun.get(f"/review/{invoice}").text
    assert sun.post(f"/v1/steps/{step}/undo").json()["code"] == "nothing_to_undo"
    undo(li, invoice)
    assert seen(li, invoice)["state"] == "open"
    assert li.post(f"/v1/steps/{step}/undo").status_code == 409

    act(li, invoice, "corrections", {"fields": {"seller_name": "甲公司"}})
    act(li, invoice, "decision", {"verdict": "accept"})
    act(qian, invoice, "decision", {"verdict": "accept"})
    assert "data-step" not in li.get(f"/review/{invoice}").text
    undo(qian, invoice)
    assert seen(li, invoice)["state"] == "checked"
    undo(li, invoice)
    assert seen(li, invoice)["state"] == "open"


def put_ledger(site: Site, entry: LedgerEntry) -> None:
    """Import a ledger of one entry and match everything kept with it."""
    ledger = Ledger(source="账.xlsx", layout="erp", entries=(entry,))
    with site.store.unit_of_work() as work:
        work.ledgers.add(ledger, "a" * 64, site.clock())
    with site.store.reading() as work:
        books = books_in_use(work)
    options = reconcile.Options(now=site.clock())
    context = validate.Context(today=site.clock().date())
    match_kept(site.store, books, options, context)


def test_the_ledger_stands_beside_and_a_person_says_what_belongs_together(
    site: Site, wang: TestClient, li: TestClient
) -> None:
    invoice = f"{upload(wang)}-0"
    assert "还没有与台账核对" in li.get(f"/review/{invoice}").text
    read = seen(li, invoice)["invoice"]
    entry = LedgerEntry(source="账.xlsx", row=2, number=read["number"], total=Decimal("8.88"))
    put_ledger(site, entry)
    page = li.get(f"/review/{invoice}").text
    assert page.count("8.88") >= 2
    for said, told in (("unlink", "人工排除"), ("link", "人工指定")):
        done = act(li, invoice, "ledger", {"entry": entry.key, "said": said})
        assert (done["match"]["step"] == "person") == (said == "link")
        assert told in li.get(f"/review/{invoice}").text
    link = li.get(f"/review/{invoice}").text.split('data-entry="')[-1].split('"')[0]
    assert act(li, invoice, "ledger", {"entry": "999", "said": "revoke"}, 422)
    assert (
        act(li, invoice, "ledger", {"entry": "x", "said": "link"}, 422)["code"] == "no_such_entry"
    )
    done = act(li, invoice, "ledger", {"entry": link, "said": "revoke"})
    assert done["match"]["step"] == "key"
    assert deeds(li, invoice) == ["match.unlinked", "match.linked", "match.revoked"]
