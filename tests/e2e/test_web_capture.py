"""Capture in a real browser with a camera that shows a drawn photo: outline, upload, fields; what
is taken without a net is sent once when it is back. Skipped where there is no Chromium."""

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import synth
from piaohe.store import Store
from piaohe.web.house import Terms
from tests.support.web import SAMPLES, Site, served, wait_for

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SLOW = 120_000
PHONE = {"width": 390, "height": 844}
READ = ".result:not([data-waiting='1'])"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")


class Served(NamedTuple):
    """The application on a port of its own, and somebody who is signed in."""

    site: Site
    base: str
    cookie: str

    def uploads(self) -> list[str]:
        with self.site.store.reading() as work:
            person = work.people.named("wang")
            assert person is not None
            return [upload.sha256 for upload in work.uploads.of(person.id)]


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Served]:
    home = tmp_path / "home"
    with Store.open(home) as store:
        site = Site(store, home, terms=Terms(hosts=("127.0.0.1", "testserver")))
        cookie = site.as_("wang", "submitter").cookies["piaohe_session"]
        with served(site) as base:
            yield Served(site, base, cookie)


@pytest.fixture
def phone(capture: Served, tmp_path: Path) -> Iterator[tuple[object, list[str]]]:
    """A phone's page whose camera sees an invoice on a desk; and what it complained of."""
    shot = synth.photo(
        synth.draw_page(synth.make("dz_normal", 9), dpi=150), 506, synth.Level.PHOTO, long_side=1600
    )
    film = tmp_path / "camera.mjpeg"
    film.write_bytes(shot.data * 3)
    camera = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    args = ["--no-sandbox", "--disable-gpu", *camera, f"--use-file-for-fake-video-capture={film}"]
    complaints: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
        context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
        context.set_default_timeout(SLOW)
        cookie = {"name": "piaohe_session", "value": capture.cookie, "url": capture.base}
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: _heard(said, complaints))
        page.on("request", lambda asked: _asked(asked, capture.base, complaints))
        yield page, complaints
        browser.close()


def _heard(said: object, complaints: list[str]) -> None:
    # a browser tells of every request that found no net
    if said.type in ("error", "warning") and "ERR_INTERNET_DISCONNECTED" not in said.text:
        complaints.append(said.text)


def _asked(asked: object, base: str, complaints: list[str]) -> None:
    if not asked.url.startswith(f"{base}/"):
        complaints.append(asked.url)


def until(page: object, script: str) -> None:
    # the strict CSP lets Playwright's own waiting evaluate nothing
    wait_for(lambda: page.evaluate(script))


def test_a_photo_is_outlined_sent_and_read_and_waits_without_a_net(capture: Served, phone) -> None:
    page, complaints = phone
    page.goto(f"{capture.base}/capture")
    until(
        page,
        "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)",
    )
    page.fill("#note", "上海出差")

    # the shutter goes by itself once the paper lies still; its fields appear
    page.click("#open")
    until(page, "document.querySelector('#edge').getAttribute('points') !== ''")
    page.wait_for_selector(READ)
    assert len(page.input_value(".read [name=number]")) == 20
    (first,) = capture.uploads()
    with capture.site.store.reading() as work:
        assert work.notes.get(first, 2) == "上海出差"
    page.click("#close")

    # a wrong field is told at once, and corrected
    page.fill(".read [name=number]", "123")
    page.wait_for_selector(".read .hint:not(:empty)")
    page.fill(".read [name=number]", "26622000000893850999")
    page.wait_for_selector(".read .hint:not(:empty)", state="hidden")
    page.click("[data-save]")
    until(page, "document.querySelector('[data-save]').hidden")
    assert page.input_value(".read [name=number]") == "26622000000893850999"

    # without a net the page opens and keeps what is chosen, twice the same being one
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("#results .shot")
    for _ in range(2):
        page.set_input_files("#choose", SAMPLES / "04-dz-normal.xml")
        page.wait_for_selector("#net:not([hidden])")
    assert page.locator("#results .shot:has-text('04-dz')").count() == 1
    assert capture.uploads() == [first]
    page.context.set_offline(False)
    wait_for(lambda: len(capture.uploads()) == 2)
    page.wait_for_selector(f".shot:has-text('04-dz') {READ}")

    # a ZIP of many is opened; each file goes by itself, and what is no document says why
    page.goto(capture.base)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as pack:
        for n in range(22):
            pack.writestr(f"票据/{n}.xml", b"" if n == 21 else f"<a>{n}</a>")
    page.set_input_files(
        "#file", {"name": "many.zip", "mimeType": "application/zip", "buffer": held.getvalue()}
    )
    page.wait_for_selector("#progress .bad-text")
    until(page, "document.querySelector('#batch progress').value === 22")
    assert page.locator("#progress li").count() == 1
    page.reload()
    page.wait_for_selector("#progress .bad-text")
    assert len(capture.uploads()) == 2 + 21
    assert [one for one in complaints if "422" not in one] == []
