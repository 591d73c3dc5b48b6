"""The whole way in a real browser: the first link, an upload, a correction by keyboard, and the
approval by a second person. Skipped where there is no Chromium."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.web import PASSWORD, SAMPLES, wait_for

sync_api = pytest.importorskip("playwright.sync_api")
AXE = Path(pytest.importorskip("axe_playwright_python").__file__).with_name("axe.min.js")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).parents[2]
HOSTILE = "<script>alert(1)</script>=cmd|' /C calc'!A0"
SLOW = 120_000
"""Milliseconds; never measured, only for a machine that does ten other things."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")


class Served:
    """`piaohe serve` in a process of its own."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self._log = home.with_suffix(".log")
        command = [sys.executable, "-m", "piaohe", "serve", "--home", str(home), "--port"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, str(port)], cwd=ROOT, stderr=log, env=os.environ | {"PYTHONPATH": "."}
            )
        wait_for(self._listens)
        self.link = re.findall(rf"{self.base}/join/\S+", self._log.read_text("utf-8"))[0]

    def _listens(self) -> bool:
        assert self._process.poll() is None, self._log.read_text("utf-8")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(self.base.rsplit(":", 1)[1]))) == 0

    def stop(self) -> None:
        self._process.terminate()
        assert self._process.wait(60) in (0, -15)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path / "home")
    yield made
    made.stop()


@pytest.fixture
def chromium() -> Iterator[object]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def person(chromium, base: str, complaints: list[str]):
    """A page in a browser of somebody's own, which tells of errors and foreign hosts."""
    context = chromium.new_context(locale="zh-CN")
    context.set_default_timeout(SLOW)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
    )
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(f"{base}/") else complaints.append(asked.url),
    )
    return page


def join(page, link: str, login: str = "") -> None:
    page.goto(link)
    if login:
        page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#upload")
    page.wait_for_load_state()


def violations(page, path: str) -> list[str]:
    """What axe finds wrong with a page; in the dark only colours are another matter."""
    page.emulate_media(color_scheme="light")
    page.goto(path)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(found => found.violations)")
    page.emulate_media(color_scheme="dark")
    found += page.evaluate("axe.run({runOnly: ['color-contrast']}).then(found => found.violations)")
    page.emulate_media(color_scheme="light")
    return [f"{path} {one['id']} {node['target']}" for one in found for node in one["nodes"]]


def corrects_a_field(first) -> None:
    """The picture is there, and a field lights its box; a box leads to its field."""
    first.wait_for_selector("#sheet:not([hidden])")
    first.focus("#f-total")
    assert first.locator("rect.lit").get_attribute("data-field") == "total"
    first.keyboard.press("Escape")
    first.locator("rect[data-field=number]").click()
    assert first.evaluate("document.activeElement.name") == "number"

    # corrected by keyboard alone, with a hint on the way
    first.focus("#f-seller_name")
    first.keyboard.press("Control+A")
    first.keyboard.type("青山（杭州）有限公司")
    first.keyboard.press("Tab")
    first.keyboard.press("Control+A")
    first.keyboard.type("91330106")
    first.wait_for_selector("#d-seller_tax_id .hint:not(:empty)")
    first.keyboard.press("Escape")
    first.locator("#f-seller_tax_id").evaluate("input => { input.value = input.dataset.was }")
    with first.expect_navigation():
        first.keyboard.press("Control+Enter")
    first.wait_for_selector("#message .good")
    assert first.input_value("#f-seller_name") == "青山（杭州）有限公司"
    assert "青山" in first.locator(".history ins").text_content()


def adds_a_line(first) -> None:
    """A line is added by keyboard, and added up while it is typed; hostile text is text."""
    first.keyboard.press("l")
    first.keyboard.type(HOSTILE)
    for text in ("2", "5", "10.00", "6%", "9"):
        first.keyboard.press("Tab")
        first.keyboard.type(text)
    first.wait_for_selector("#sums :text('0.60')")


def is_signed_out_meanwhile(first) -> str:
    """The session ends in the middle of it: what was typed is back after signing in."""
    first.context.clear_cookies()
    first.keyboard.press("Control+Enter")
    first.locator("#message a").wait_for()
    first.keyboard.press("Enter")
    first.wait_for_selector("#password")
    first.fill("[name=name]", "liu")
    first.fill("#password", PASSWORD)
    first.keyboard.press("Enter")
    first.wait_for_selector("#lines tr:nth-child(2)")
    assert first.locator("#lines tr:last-child input").first.input_value() == HOSTILE
    with first.expect_navigation():
        first.keyboard.press("Control+Enter")
    first.wait_for_selector("#message .good")
    assert HOSTILE in first.locator(".history ins").last.text_content()
    return first.url


def takes_it_back(first, base: str, review: str) -> None:
    """The last step is taken back, and the page asked whether anybody could not use it."""
    with first.expect_navigation():
        first.keyboard.press("u")
    first.wait_for_selector("#lines tr:only-child")

    # so is a sheet that was split
    first.wait_for_selector("#sheet:not([hidden])")
    first.click("#split")
    first.wait_for_selector(".framing")
    with first.expect_navigation():
        first.keyboard.press("Enter")
    first.wait_for_selector("#undo")
    assert first.input_value("#f-number") == ""
    with first.expect_navigation():
        first.keyboard.press("u")
    first.wait_for_selector("#lines tr:only-child")
    for path in (
        "/",
        "/review",
        "/search",
        "/overview",
        "/help/review",
        f"/documents/{review[-66:-2]}",
        review,
    ):
        assert violations(first, path if path == review else base + path) == []
    first.wait_for_selector("#sheet:not([hidden])")


def finds_help(first) -> None:
    """A hint is put away for good; help opens over the page by its key, and closes again."""
    first.click("#tip button")
    first.keyboard.press("?")
    first.wait_for_selector("#guide[open] h3")
    first.keyboard.press("Escape")
    first.reload()
    first.wait_for_selector("#upload")
    assert first.locator("#tip:visible").count() == 0
    assert first.locator("form.first button").is_visible()


def loses_the_net(first, complaints: list[str]) -> None:
    """Nothing typed is lost while the server cannot be reached; sent again it is done once."""
    first.focus("#f-total")
    was = first.input_value("#f-total")
    first.context.set_offline(True)
    first.keyboard.type("1")
    first.keyboard.press("Control+Enter")
    first.wait_for_selector("#message .bad")
    assert first.input_value("#f-total") != was
    first.context.set_offline(False)
    complaints[:] = [said for said in complaints if "ERR_INTERNET" not in said]
    first.fill("#f-total", was)
    first.keyboard.press("Escape")


def two_at_once(first, second, review: str) -> None:
    """Who comes second is told who is at it; what both typed stands there, and nothing is lost."""
    field, theirs, mine = "#f-seller_name", "青山（上海）有限公司", "青山（苏州）有限公司"
    first.goto(review)
    first.wait_for_selector("#sheet:not([hidden])")
    second.goto(review)
    second.locator("#message .bad", has_text="liu").wait_for()
    first.fill(field, theirs)
    with first.expect_navigation():
        first.keyboard.press("Control+Enter")
    first.wait_for_selector("#message .good")
    # accepting is only half of it, and lets go of it
    with first.expect_navigation():
        first.keyboard.press("a")
    second.fill(field, mine)
    second.keyboard.press("Control+Enter")
    second.locator("#d-seller_name .hint", has_text=theirs).wait_for()
    assert second.input_value(field) == mine
    second.fill(field, theirs)


def invited(first, base: str) -> str:
    """The link of a second person, who may approve."""
    first.goto(f"{base}/people")
    form = first.locator("form[action='/people'][method=post]")
    form.locator("[name=login]").fill("qian")
    form.locator("[value=approver]").check()
    form.locator("button").click()
    return first.locator("#link").text_content()


def drills_down(first, base: str) -> None:
    """A figure of the overview leads to its documents."""
    first.goto(f"{base}/overview")
    first.click(".tiles a")
    first.wait_for_selector(".list tbody tr")
    assert first.locator(".list tbody tr").count() == 1


def test_from_upload_to_the_approval_by_a_second_person(served: Served, chromium) -> None:
    complaints: list[str] = []
    first = person(chromium, served.base, complaints)
    join(first, served.link, "liu")
    assert first.locator("p.empty").count() == 1
    finds_help(first)

    # an upload shows its state without a reload
    first.set_input_files("#file", SAMPLES / "01-dz-special.pdf")
    first.wait_for_selector("#documents .verdict-accepted")
    first.click("#documents a[href^='/review/']")
    corrects_a_field(first)
    loses_the_net(first, complaints)
    adds_a_line(first)
    review = is_signed_out_meanwhile(first)
    complaints[:] = [said for said in complaints if "401" not in said]
    takes_it_back(first, served.base, review)

    # help opens and closes
    first.keyboard.press("?")
    first.wait_for_selector("#sheet-help[open]")
    first.keyboard.press("Escape")

    # a second person comes to it too soon, then finds it in the queue and approves it
    link = invited(first, served.base)
    second = person(chromium, served.base, complaints)
    assert violations(second, f"{served.base}/login") == []
    join(second, link)
    two_at_once(first, second, review)
    complaints[:] = [said for said in complaints if "409" not in said and "412" not in said]
    second.goto(f"{served.base}/review")
    assert second.locator("#lines .state-checked").count() == 1
    second.keyboard.press("j")
    second.keyboard.press("Enter")
    second.wait_for_selector("#sheet:not([hidden])")
    with second.expect_navigation():
        second.keyboard.press("a")
    second.wait_for_selector("p.empty")

    first.goto(served.base)
    assert first.locator("#documents .state-accepted").count() == 1
    drills_down(first, served.base)
    assert complaints == []
