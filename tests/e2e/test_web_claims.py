"""A claim in a real browser: filled on a phone's size, handed in, decided on by keyboard by two
others. Skipped where there is no Chromium."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import validate
from piaohe.claims import Counter, Manners
from piaohe.store import Store
from piaohe.web.house import Terms
from tests.support.claims import an_invoice, hand_in
from tests.support.web import PASSWORD, Site, served

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SLOW = 60_000
"""Milliseconds; never measured, only for a machine that does ten other things."""
PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Store.open(tmp_path / "home") as store:
        made = Site(store, tmp_path, terms=Terms(hosts=("127.0.0.1", "testserver")))
        manners = Manners(four_eyes=True, limit_fen=100_000)
        context = validate.Context(made.clock().date())
        counter = Counter(store, made.clock, lambda: context, manners)
        object.__setattr__(made.app.state.house, "claims", counter)
        yield made


@pytest.fixture
def base(site: Site) -> Iterator[str]:
    with served(site) as address:
        yield address


def narrows(page, base: str) -> None:
    """What the search can be narrowed by comes beside its lines, and again if it did not come."""
    page.route("**/search/facets*", lambda route: route.fulfill(status=204), times=1)
    page.goto(f"{base}/search")
    page.locator(".facets p a").wait_for()
    page.click(".facets summary")
    page.click(".facets summary")
    page.locator(".facets section a").first.wait_for()
    assert page.locator(".facets p a").count() == 0
    page.locator(".facets section a").first.click()
    page.wait_for_selector(".picked")


def narrows_by_a_link(page, base: str) -> None:
    """Without scripts it is a link, and the page it leads to has both."""
    page.goto(f"{base}/search")
    page.click(".facets summary")
    page.click(".facets p a")
    page.wait_for_url("**/search/facets?*")
    assert page.locator("#lines tbody tr").count() == 2
    page.locator(".facets section a").first.click()
    page.wait_for_selector(".picked")
    assert page.url.startswith(f"{base}/search?")


def test_filled_handed_in_and_approved_by_two_others(site: Site, base: str) -> None:
    for login, role in (("wang", "submitter"), ("li", "reviewer"), ("sun", "approver")):
        site.as_(login, role).close()
    hand_in(site, "wang", an_invoice(), text="hotel")
    hand_in(site, "li", an_invoice(number="25442000000000000002"), text="train")
    complaints: list[str] = []
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )

        def person(login: str, **more: object):
            context = chromium.new_context(locale="zh-CN", **more)
            context.set_default_timeout(SLOW)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            # the document of this test is no real PDF, so that its picture cannot be drawn
            page.route("**/pages/0.jpg", lambda route: route.fulfill(status=204))
            page.on(
                "console",
                lambda said: complaints.append(said.text) if said.type == "error" else None,
            )
            page.goto(f"{base}/login")
            page.fill("[name=name]", login)
            page.fill("[name=password]", PASSWORD)
            page.click("main button")
            page.wait_for_url(f"{base}/")
            return page

        wang = person("wang", viewport=PHONE)
        wang.goto(f"{base}/claims")
        wang.get_by_role("button", name="新建报销单").click()
        assert "事由" in wang.locator(".notice.warned").inner_text()
        wang.fill("#stated [name=purpose]", "客户拜访")
        # what is typed is kept before a paper is put in
        wang.locator("[data-put]").click()
        wang.locator(".paper").wait_for()
        assert wang.input_value("#stated [name=purpose]") == "客户拜访"
        assert wang.evaluate("document.documentElement.scrollWidth <= innerWidth")
        wang.locator("#submit").click()
        wang.locator(".stage-submitted").wait_for()

        for login, after in (("li", "待批准"), ("sun", "已批准")):
            page = person(login)
            page.goto(f"{base}/claims/queue")
            page.goto(base + str(page.get_attribute(".claim-line", "href")))
            page.keyboard.press("a")
            page.wait_for_url("**/claims/queue")
            page.goto(f"{base}/claims/queue?box=every")
            assert after in page.locator(".claim-line").inner_text()
        narrows(page, base)
        plain = chromium.new_context(
            java_script_enabled=False, storage_state=page.context.storage_state()
        )
        narrows_by_a_link(plain.new_page(), base)
        chromium.close()
    assert complaints == []
