"""report.html: self-contained, escaped, and showing what it was given."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from models.document import Document
from models.finding import Finding, Severity
from models.invoice import Invoice
from models.match import Absence, MatchState, Side, Step
from piaohe.report import Item, Picture, Report, Unclaimed, take_picture, write_html
from tests.support import reports

NASTY = "<script>alert('x')</script>\"&"


class Tags(HTMLParser):
    """Collects tags with their attributes, and the text of style and script."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.inside: dict[str, str] = {"style": "", "script": ""}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] in self.inside and not self.inside[self.found[-1][0]]:
            self.inside[self.found[-1][0]] = data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.found if name == tag]


def no_picture(_document: Document, _invoice: Invoice) -> None:
    return None


def a_picture(_document: Document, invoice: Invoice) -> Picture:
    return take_picture(reports.page(), invoice.region, 100)


def written(report: Report, tmp_path: Path, pictures: object = no_picture) -> tuple[str, Tags]:
    path = tmp_path / "report.html"
    write_html(report, path, pictures)
    html = path.read_text("utf-8")
    tags = Tags()
    tags.feed(html)
    return html, tags


def test_shows_numbers_findings_match_failures_and_leftovers(tmp_path: Path) -> None:
    html, _ = written(reports.report(), tmp_path)
    for text in (
        *(reports.NUMBER, "¥213.00", "合计不符", "does not add up", "R-AMT-01"),
        *("N5", "核对后更正", "locked.pdf", "encrypted_pdf", "去掉密码", "26112000000099999999"),
        *("2026-07-01 00:05", "行程单", "缺少甲", "备注甲", "2611200000001234567B"),
    ):
        assert text in html


def test_asks_for_nothing_outside_itself(tmp_path: Path) -> None:
    _, tags = written(reports.report(), tmp_path, a_picture)
    addresses = [
        value
        for _, attrs in tags.found
        for name, value in attrs.items()
        if name in {"src", "href", "srcset", "action", "data", "poster"}
    ]
    assert addresses
    assert all(address.startswith(("data:image/jpeg;base64,", "#")) for address in addresses)
    assert not re.search(r"url\(|@import|https?:", tags.inside["style"] + tags.inside["script"])


def test_policy_allows_exactly_its_own_style_and_script(tmp_path: Path) -> None:
    _, tags = written(reports.report(), tmp_path)
    policy = next(m["content"] for m in tags.all("meta") if "http-equiv" in m)
    assert policy.startswith("default-src 'none'")
    for kind in ("style", "script"):
        digest = hashlib.sha256(tags.inside[kind].encode()).digest()
        assert f"{kind}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert not any("style" in attrs for _, attrs in tags.found)
    assert not any(name.startswith("on") for _, attrs in tags.found for name in attrs)


@pytest.mark.parametrize("field", ["seller_name", "buyer_name", "number", "category"])
def test_what_a_document_prints_is_never_markup(tmp_path: Path, field: str) -> None:
    nasty = reports.document(reports.invoice(**{field: NASTY}), file=NASTY)
    html, tags = written(reports.report(Item(nasty, (reports.match(message=NASTY),))), tmp_path)
    assert len(tags.all("script")) == 1
    assert "alert('x')" not in html


def test_a_field_and_its_box_on_the_picture_share_a_name(tmp_path: Path) -> None:
    item = Item(reports.document(reports.invoice()), (reports.match(),))
    html, tags = written(reports.report(item), tmp_path, a_picture)
    boxes = [attrs for attrs in tags.all("rect") if "data-field" in attrs]
    assert [box["data-field"] for box in boxes] == ["number"]
    assert "unsure" in boxes[0]["class"]
    assert any(row.get("data-field") == "number" for row in tags.all("tr"))
    assert 'viewBox="0 0 400 200"' in html


def test_cards_beyond_the_first_thirty_are_closed(tmp_path: Path) -> None:
    items = [
        Item(reports.document(reports.invoice(), file=f"{n}.pdf"), (reports.match(),))
        for n in range(33)
    ]
    _, tags = written(reports.report(*items), tmp_path, a_picture)
    cards = [attrs for attrs in tags.all("details") if "card" in attrs.get("class", "").split()]
    assert [("open" in card) for card in cards] == [True] * 30 + [False] * 3
    assert {picture["loading"] for picture in tags.all("img")[3:]} == {"lazy"}


def test_only_the_first_cards_have_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("piaohe.report.html.MOST_PICTURES", 2)
    items = [Item(reports.document(reports.invoice(), file=f"{n}.pdf"), (None,)) for n in range(3)]
    html, tags = written(reports.report(*items), tmp_path, a_picture)
    assert len(tags.all("img")) == 2
    assert html.count("只附前 2 张的图像") == 1


def test_urgent_cards_come_first(tmp_path: Path) -> None:
    items = [
        Item(reports.document(reports.invoice(), file=f"{state}.pdf"), (reports.match(state),))
        for state in (MatchState.EXACT, MatchState.MISSING)
    ]
    _, tags = written(reports.report(*items), tmp_path)
    cards = [attrs for attrs in tags.all("details") if "card" in attrs.get("class", "").split()]
    assert [card["data-match"] for card in cards] == ["missing", "exact"]


def test_an_empty_report_can_be_written(tmp_path: Path) -> None:
    html, _ = written(Report(folder="x", made_at=reports.MADE_AT, items=[]), tmp_path)
    assert "没有提供台账" in html


def test_a_failure_leaves_the_old_report(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", "utf-8")

    def breaks(_document: Document, _invoice: Invoice) -> Picture:
        raise RuntimeError("no more pictures")

    with pytest.raises(RuntimeError):
        write_html(reports.report(), path, breaks)
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text("utf-8") == "old"


def test_says_how_it_was_matched_what_else_applies_and_why_there_is_no_document(
    tmp_path: Path,
) -> None:
    near = reports.match(MatchState.SUGGESTED, cause="N2", also=("N12",), step=Step.NEAR)
    left = reports.match(MatchState.MISSING, side=Side.LEDGER, reason=Absence.RED_LETTER)
    made = Report(
        folder="x",
        made_at=reports.MADE_AT,
        items=[Item(reports.document(reports.invoice()), (near,))],
        unclaimed=[Unclaimed(left, reports.entry())],
        ledgers=reports.report().ledgers,
    )
    html, _ = written(made, tmp_path)
    for text in ("号码只差一两个字符", "代开或异地开具", "缺红字发票"):
        assert text in html
    plain, _ = written(reports.report(), tmp_path)
    assert "匹配方式" not in plain


def test_an_invoice_shown_again_is_marked(tmp_path: Path) -> None:
    again = Finding(
        rule="R-DUP-02", severity=Severity.INFO, field=None, message="另一形态", message_en="again"
    )
    first, second = reports.invoice(), reports.invoice(findings=(again,))
    made = reports.report(Item(reports.document(first, second)))
    html, _ = written(made, tmp_path)
    assert html.count("不重复计数") == 1
