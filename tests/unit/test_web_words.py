"""The catalogue, names of files, places to go to."""

import re
from pathlib import Path

import pytest

from models.finding import Severity, Status
from piaohe.access import Role
from piaohe.store.reviews import Order, State
from piaohe.web.arrival import shown_name
from piaohe.web.pages.account import local
from piaohe.web.shown import disposition, from_cursor, to_cursor
from piaohe.web.words import WORDS, say

WEB = Path(__file__).parents[2] / "piaohe" / "web"
SOURCES = [*WEB.rglob("*.py"), *(WEB / "templates").glob("*.html"), *(WEB / "static").glob("*.js")]


def test_every_word_that_is_asked_for_is_there_in_both_languages() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in SOURCES if path.name != "htmx.js")
    asked = set(re.findall(r"""\bt\('([a-z.]+)'""", texts))
    asked |= set(re.findall(r"""\btext\("([a-z._]+)\"""", texts))
    codes = re.findall(r"""(?:Problem\(\d+, |Refused\()"([a-z_]+)\"""", texts)
    asked |= {f"problem.{code}" for code in codes}
    asked |= {f"role.{role}" for role in Role} | {f"order.{order}" for order in Order}
    asked |= {f"state.{state}" for state in State} | {f"verdict.{one}" for one in Status}
    asked |= {f"severity.{severity}" for severity in Severity}
    # the beginning of a key that is put together
    asked = {key for key in asked if not key.endswith(".")}
    assert len(asked) > 100
    assert asked - set(WORDS) == set()
    assert all(zh and en and zh != en for zh, en in WORDS.values())


def test_a_missing_word_is_a_mistake() -> None:
    assert say("people.linked", "en", name="<b>").startswith("Give <b>")
    with pytest.raises(KeyError):
        say("no.such.word", "zh")


@pytest.mark.parametrize("path", sorted((WEB / "templates").glob("*.html")), ids=lambda p: p.name)
def test_templates_have_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|\|\s*safe\b|autoescape", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("发票.pdf", "发票.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\a.jpg", "a.jpg"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"),
        ("\x00", "document"),
        ("", "document"),
        ("长" * 400, "长" * 180),
    ],
)
def test_names_of_files_are_shown_without_tricks(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_any_name_is_saved_under_quotes_it_cannot_leave() -> None:
    said = disposition('a";filename=x.html\n发票.pdf')
    assert said.startswith("attachment; filename=\"a__filename_x.html___.pdf\"; filename*=UTF-8''")
    assert said.isascii()
    assert "\n" not in said


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil", "javascript:1", "", "/a\nb", "x"]
)
def test_nobody_is_sent_elsewhere(to: str) -> None:
    assert local(to) == "/"


def test_paths_of_ours_are_gone_to() -> None:
    assert local("/review/a-0?order=age") == "/review/a-0?order=age"


def test_cursors_hold_what_was_put_in() -> None:
    assert from_cursor(to_cursor("2026-01-01", "a|b".replace("|", "-")), 2) == ("2026-01-01", "a-b")
    assert [from_cursor(bad, 2) for bad in ("", "%%%", "é", "AAAA", to_cursor("one"))] == [None] * 5


@pytest.mark.parametrize("path", sorted((WEB / "templates").glob("*.html")), ids=lambda p: p.name)
def test_a_page_loads_little(path: Path) -> None:
    """Its style and scripts, those that they import and those of every page among them."""
    text = path.read_text("utf-8") + (WEB / "templates" / "base.html").read_text("utf-8")
    wanted = set(re.findall(r"/static/([\w.-]+\.(?:js|css))", text))
    done: set[str] = set()
    while wanted - done:
        name = min(wanted - done)
        done.add(name)
        script = (WEB / "static" / name).read_text("utf-8")
        wanted |= set(re.findall(r"""(?:from|import)\(?\s*"\./([\w.-]+\.js)\"""", script))
    assert sum((WEB / "static" / name).stat().st_size for name in done) < 150_000
