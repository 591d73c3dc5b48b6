"""Claims through the API and the pages: filled, handed in, judged, decided on by others."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import validate
from models.finding import Finding, Severity
from piaohe.claims import Counter, Manners
from piaohe.store import Store
from piaohe.store.invoices import invoice_id
from tests.support.claims import NUMBER, an_invoice, hand_in, rules_of
from tests.support.web import Site
from validate.examples import build, special
from validate.policy import Limit

HOSTILE = "<script>alert(1)</script>\u202e=cmd|' /C calc'!A0"
OTHER = "26112000000012345679"
POLICY = validate.Policy(limits=(Limit(category="MEAL", amount=500),))


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str | None:
    """SQLite; PostgreSQL too for what two people do at once."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return None
    return str(request.getfixturevalue("postgres_url"))


both_databases = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    made = Site(store, tmp_path)
    counter = Counter(
        store,
        made.clock,
        lambda: validate.Context(made.clock().date(), policy=POLICY),
        Manners(four_eyes=True, limit_fen=200_000),
    )
    object.__setattr__(made.app.state.house, "claims", counter)
    return made


@pytest.fixture
def wang(site: Site) -> Iterator[TestClient]:
    with site.as_("wang", "submitter") as browser:
        yield browser


def made(browser: TestClient, **stated: Any) -> int:
    answer = browser.post("/v1/claims", json={"purpose": "客户拜访"} | stated)
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


def seen(browser: TestClient, claim: int) -> Any:
    answer = browser.get(f"/v1/claims/{claim}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    return answer.json()


def do(browser: TestClient, claim: int, path: str, body: Any = None, method: str = "POST") -> Any:
    """Change a claim in the version it has now."""
    headers = {"If-Match": seen(browser, claim)["version"]}
    return browser.request(method, f"/v1/claims/{claim}{path}", json=body, headers=headers)


def put(browser: TestClient, claim: int, sha256: str, **more: Any) -> Any:
    return do(browser, claim, "/papers", {"sha256": sha256} | more, "PUT")


def submitted(site: Site, browser: TestClient, login: str = "wang", **paper: Any) -> int:
    claim = made(browser)
    sha256 = hand_in(site, login, an_invoice())
    assert put(browser, claim, sha256, **paper).status_code == 200
    assert do(browser, claim, "/submit").status_code == 200
    return claim


@both_databases
def test_from_draft_to_payment(site: Site, wang: TestClient) -> None:
    claim = submitted(site, wang)
    with site.as_("li", "reviewer") as li, site.as_("zhao", "finance") as zhao:
        assert [one["id"] for one in li.get("/v1/claims?everyones=true").json()["items"]] == [claim]
        assert do(zhao, claim, "/decision", {"verdict": "accept"}).status_code == 403
        assert do(zhao, claim, "/decision", {"verdict": "pay"}).json()["code"] == "claim_step"
        told = do(li, claim, "/decision", {"verdict": "accept"}).json()
        assert (told["state"], told["totals"]) == ("approved", {"CNY": "1272.00"})
        assert do(zhao, claim, "/decision", {"verdict": "pay"}).json()["state"] == "paid"
        assert do(zhao, claim, "/decision", {"verdict": "export"}).json()["state"] == "exported"
    closed = put(wang, claim, "0" * 64)
    assert (closed.status_code, closed.json()["code"]) == (409, "claim_closed")
    items = wang.get(f"/v1/claims/{claim}/history").json()["items"]
    assert [item["what"].split(".")[1] for item in items] == [
        *("made", "added", "submitted", "accepted", "paid", "exported")
    ]
    assert [item["person"] for item in items][-3:] == ["li某", "zhao某", "zhao某"]


def test_large_ones_need_a_second_person(site: Site, wang: TestClient) -> None:
    claim = submitted(site, wang, paid="2000.00")
    accept = {"verdict": "accept"}
    with site.as_("li", "reviewer", "approver") as li, site.as_("sun", "reviewer") as sun:
        assert do(li, claim, "/decision", accept).json()["state"] == "checked"
        for browser in (li, sun):
            assert do(browser, claim, "/decision", accept).json()["code"] == "second_person"
        with site.as_("qian", "approver") as qian:
            assert do(qian, claim, "/decision", accept).json()["state"] == "approved"


def test_nobody_decides_on_their_own(site: Site) -> None:
    with site.as_("li", "approver") as li:
        claim = submitted(site, li, "li")
        answer = do(li, claim, "/decision", {"verdict": "accept"})
        assert (answer.status_code, answer.json()["code"]) == (409, "claim_own")


def test_a_returned_one_is_changed_and_handed_in_again(site: Site, wang: TestClient) -> None:
    claim = submitted(site, wang)
    with site.as_("li", "reviewer") as li:
        empty = do(li, claim, "/decision", {"verdict": "return"})
        assert (empty.status_code, empty.json()["code"]) == (422, "reason_missing")
        back = {"verdict": "return", "reason": HOSTILE}
        assert do(li, claim, "/decision", back).json()["state"] == "returned"
    page = wang.get(f"/claims/{claim}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert do(wang, claim, "", {"purpose": "另一事由"}, "PATCH").json()["state"] == "returned"
    again = do(wang, claim, "/submit").json()
    assert (again["state"], again["reason"], again["stated"]["purpose"]) == (
        *("submitted", None),
        "另一事由",
    )


def test_the_invoice_is_in_one_claim_until_that_ends(site: Site, wang: TestClient) -> None:
    first, sha256 = made(wang), hand_in(site, "wang", an_invoice())
    put(wang, first, sha256)
    with site.as_("zhao", "submitter") as zhao:
        # the same invoice in another file
        twin, second = hand_in(site, "zhao", an_invoice(), text="scan"), made(zhao)
        refused = put(zhao, second, twin)
        assert (refused.status_code, refused.json()["code"]) == (409, "invoice_taken")
        told = refused.json()
        assert (told["holder"], told["number"], told["since"]) == (
            *("wang某", NUMBER),
            "2026-09-30 16:00",
        )
        assert "wang某" in told["detail"]
        assert seen(zhao, second)["papers"] == []
        assert do(wang, first, "/withdraw").json()["state"] == "withdrawn"
        assert put(zhao, second, twin).status_code == 200


def race(tries: list[Callable[[], Any]]) -> list[Any]:
    """What each of them came to, all begun at once."""
    gate, results = threading.Barrier(len(tries)), [None] * len(tries)

    def one(at: int) -> None:
        gate.wait()
        results[at] = tries[at]()

    threads = [threading.Thread(target=one, args=(at,)) for at in range(len(tries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@both_databases
def test_of_two_who_hand_the_same_invoice_in_at_once_one_gets_it(site: Site) -> None:
    with site.as_("wang", "submitter") as wang, site.as_("zhao", "submitter") as zhao:
        tries = []
        for login, browser in (("wang", wang), ("zhao", zhao)):
            both = (an_invoice(), an_invoice(OTHER))
            sha256 = hand_in(site, login, *(both if login == "wang" else both[::-1]), text=login)
            claim = made(browser)
            headers = {"If-Match": seen(browser, claim)["version"]}
            tries.append(
                lambda b=browser, c=claim, s=sha256, h=headers: b.put(
                    f"/v1/claims/{c}/papers", json={"sha256": s}, headers=h
                )
            )
        answers = race(tries)
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        (lost,) = (answer.json() for answer in answers if answer.status_code == 409)
        assert lost["code"] == "invoice_taken"
        assert lost["holder"] in ("wang某", "zhao某")


def test_renditions_count_once_and_currencies_apart(site: Site, wang: TestClient) -> None:
    claim = made(wang, advance="500")
    for text in ("pdf", "xml"):
        put(wang, claim, hand_in(site, "wang", an_invoice(), text=text))
    put(wang, claim, hand_in(site, "wang", text="receipt"), paid="12.50", currency="USD")
    told = seen(wang, claim)
    assert told["totals"] == {"CNY": "1272.00", "USD": "12.50"}
    assert [one["counted"] for paper in told["papers"] for one in paper["invoices"]] == [
        True,
        False,
    ]
    assert do(wang, claim, "/submit").status_code == 200
    paper = wang.get(f"/claims/{claim}/print").text
    assert "壹仟贰佰柒拾贰圆整" in paper
    assert "¥772.00" in paper
    with site.as_("li", "reviewer") as li:
        # dollars cannot be held against a limit in yuan
        assert do(li, claim, "/decision", {"verdict": "accept"}).json()["state"] == "checked"


def test_what_is_missing_is_said_in_one_sentence(site: Site, wang: TestClient) -> None:
    claim = made(wang, purpose="", trip={"cities": []})
    refused = do(wang, claim, "/submit")
    assert refused.status_code == 409
    assert refused.json()["missing"] == ["purpose", "invoices", "trip_days"]
    assert "事由、发票或收据、出差起止日期" in refused.json()["detail"]
    assert "还缺：事由、发票或收据、出差起止日期" in wang.get(f"/claims/{claim}").text
    unread = hand_in(site, "wang", text="blurred")
    put(wang, claim, unread)
    assert do(wang, claim, "/submit").json()["missing"] == ["purpose", "trip_days", "amount"]
    assert seen(wang, claim)["state"] == "draft"


def test_the_rules_that_need_a_claim_judge_with_it(site: Site, wang: TestClient) -> None:
    claim, sha256 = made(wang), hand_in(site, "wang", an_invoice(), text="meal")
    before = rules_of(site.store, sha256)
    put(wang, claim, sha256, category="MEAL", paid="600.00")
    assert {"R-POL-01", "R-POL-07"} <= rules_of(site.store, sha256)
    trip = {"cities": ["上海"], "first": "2026-03-01", "last": "2026-03-03", "meal_allowance": True}
    told = do(wang, claim, "", {"trip": trip}, "PATCH").json()
    found = {one["rule"] for one in told["papers"][0]["invoices"][0]["findings"]}
    assert {"R-POL-01", "R-POL-03", "R-POL-07", "R-POL-09"} <= found
    with site.store.reading() as work:
        invoice = work.invoices.get(invoice_id(sha256, 0))
    assert invoice is not None
    assert "R-DATE-04" in invoice.rules.passed
    assert "R-POL-04" in {entry.rule for entry in invoice.rules.not_evaluated}
    do(wang, claim, "", {"trip": None}, "PATCH")
    assert not {"R-POL-03", "R-POL-09"} & rules_of(site.store, sha256)
    assert do(wang, claim, f"/papers/{sha256}", method="DELETE").status_code == 200
    assert rules_of(site.store, sha256) == before


def test_an_attachment_fills_what_the_policy_asks_for(site: Site, wang: TestClient) -> None:
    claim = made(wang)
    put(wang, claim, hand_in(site, "wang", an_invoice(), text="room"), category="HOTEL")
    gap = {"code": "attachments", "zh": "附件：水单", "en": "attachments: 水单", "blocks": False}
    assert seen(wang, claim)["missing"] == [gap]
    put(wang, claim, hand_in(site, "wang", text="bill"), attachment="水单")
    told = seen(wang, claim)
    assert (told["missing"], told["totals"]) == ([], {"CNY": "1272.00"})


def put_finding(site: Site, sha256: str, severity: Severity) -> None:
    finding = Finding(rule="X", severity=severity, field=None, message=HOSTILE, message_en=HOSTILE)
    with site.store.unit_of_work() as work:
        (invoice,) = work.invoices.of(sha256)
        work.invoices.set(sha256, (invoice.model_copy(update={"findings": (finding,)}),))


def test_what_blocks_an_invoice_blocks_its_claim(site: Site, wang: TestClient) -> None:
    claim, sha256 = made(wang), hand_in(site, "wang", an_invoice())
    put(wang, claim, sha256)
    put_finding(site, sha256, Severity.REJECT)
    assert do(wang, claim, "/submit").json()["missing"] == ["blocked"]
    page = wang.get(f"/claims/{claim}").text
    assert "<script>alert" not in page
    put_finding(site, sha256, Severity.INFO)
    assert do(wang, claim, "/submit").status_code == 200
    put_finding(site, sha256, Severity.REJECT)
    with site.as_("li", "reviewer") as li:
        assert (
            do(li, claim, "/decision", {"verdict": "accept"}).json()["code"] == "claim_incomplete"
        )


def decide_review(site: Site, sha256: str, state: str) -> None:
    with site.store.unit_of_work() as work:
        work.reviews.decide(invoice_id(sha256, 0), state=state)


def test_an_invoice_that_was_decided_on_before(site: Site, wang: TestClient) -> None:
    claim = made(wang)
    rejected = hand_in(site, "wang", an_invoice(OTHER), text="no")
    decide_review(site, rejected, "rejected")
    assert put(wang, claim, rejected).json()["code"] == "invoice_refused"
    accepted = hand_in(site, "wang", an_invoice(), text="yes")
    decide_review(site, accepted, "accepted")
    assert put(wang, claim, accepted).status_code == 200
    id_ = invoice_id(accepted, 0)
    assert wang.get(f"/v1/invoices/{id_}").json()["state"] == "accepted"
    # a meal whose input tax is to be credited must not be: R-DED-02 blocks what was accepted
    put(wang, claim, accepted, category="MEAL", deduct=True)
    assert wang.get(f"/v1/invoices/{id_}").json()["state"] == "open"
    assert "R-DED-02" in rules_of(site.store, accepted)
    history = wang.get(f"/v1/invoices/{id_}/history").json()["items"]
    assert "R-DED-02" in history[-1]["after"]["rules"]


def test_input_tax_with_its_reason(site: Site, wang: TestClient) -> None:
    deductible, _ = build(special())
    claim, sha256 = made(wang, use="business"), hand_in(site, "wang", deductible, text="tax")
    put(wang, claim, sha256)
    path = f"/v1/invoices/{invoice_id(sha256, 0)}/eligibility"
    told, whole = wang.get(path).json(), seen(wang, claim)
    assert told == whole["papers"][0]["invoices"][0]["eligibility"]
    assert (told["amount"], told["basis"]["code"]) == (str(deductible.tax), "special")
    assert whole["input_tax"] == {"certain": "0.00", "open": str(deductible.tax)}
    page = wang.get(f"/claims/{claim}").text
    assert all(need["zh"] in page for need in [told["basis"], *told["needs"]])
    do(wang, claim, "", {"use": "personal"}, "PATCH")
    told = wang.get(path).json()
    assert (told["amount"], told["blocked_by"][0]["code"]) == ("0.00", "use_personal")
    with site.as_("zhao", "submitter") as zhao:
        assert zhao.get(path).status_code == 404


def test_stale_double_and_foreign_changes(site: Site, wang: TestClient) -> None:
    claim = made(wang)
    old = seen(wang, claim)["version"]
    do(wang, claim, "", {"purpose": "新"}, "PATCH")
    path = f"/v1/claims/{claim}"
    assert wang.patch(path, json={"purpose": "x"}).status_code == 428
    stale = wang.patch(path, json={"purpose": "x"}, headers={"If-Match": old})
    assert (stale.status_code, stale.json()["theirs"]["purpose"]) == (412, "新")
    assert stale.headers["etag"] == f'"{seen(wang, claim)["version"]}"'
    twice = {"Idempotency-Key": "k1"}
    ids = {wang.post("/v1/claims", json={}, headers=twice).json()["id"] for _ in range(2)}
    assert len(ids) == 1
    reused = wang.post("/v1/claims", json={"note": "z"}, headers=twice)
    assert (reused.status_code, reused.json()["code"]) == (422, "key_reused")
    with site.as_("zhao", "submitter") as zhao, site.as_("li", "reviewer") as li:
        for browser in (zhao, li):
            # nobody sees another's draft
            assert browser.get(path).status_code == 404
            assert browser.get(f"/claims/{claim}").status_code == 404
        mine = made(zhao)
        theirs = put(zhao, mine, hand_in(site, "wang", an_invoice()))
        assert (theirs.status_code, theirs.json()["code"]) == (404, "not_found")


ABSURD = (
    {"advance": "NaN"},
    {"advance": "-1"},
    {"advance": "1e40"},
    {"people": -1},
    {"purpose": "x" * 300},
    {"trip": {"first": "2026-13-01"}},
    {"grade": 7},
    {"unknown": 1},
)


def test_absurd_statements_are_refused(wang: TestClient) -> None:
    for stated in ABSURD:
        answer = wang.post("/v1/claims", json=stated)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), stated


def test_hostile_statements_are_only_shown(site: Site, wang: TestClient) -> None:
    text = HOSTILE[:190]
    trip = {"cities": [text], "travellers": [text], "first": "2026-09-01", "last": "2026-08-01"}
    claim = made(wang, purpose=text, note=text, department=text, grade=text, trip=trip)
    put(wang, claim, hand_in(site, "wang", an_invoice(seller_name=text), text="h"), attachment=text)
    for path in ("", "/print"):
        page = wang.get(f"/claims/{claim}{path}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
    assert "<script>alert" not in wang.get("/claims").text
    for bad in ("0", "99999999999999999999", "-1"):
        assert wang.get(f"/claims/{bad}").status_code == 404
    assert wang.get("/claims/x").status_code == 422
    assert wang.get("/claims?cursor=%00").status_code == 200
