"""period.html and period.xlsx: self-contained, escaped, linked, and without formulas."""

import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from piaohe.report.period import PeriodReport
from piaohe.report.period_html import write_period_html
from piaohe.report.period_xlsx import write_period_xlsx
from reconcile import Figures
from reconcile.period import Tally
from tests.support.matching import NUMBER, entry, invoice
from tests.support.periods import report
from tests.unit.test_report_html import Tags

SHEETS = [
    *("汇总", "结果与原因", "未对上的发票", "有账无票", "金额最大", "缺号", "期末与迟到"),
    "与上期相比",
]
LONE = {"number": "26117000009999999999", "total": Decimal("50.00"), "amount": None, "tax": None}
STRAY = {**LONE, "seller_name": "无关测试公司", "seller_tax_id": "91310000MA1FL0B15M"}
BEFORE = Figures(invoices=Tally(count=3, total=Decimal(9)), exact=Tally(count=3))


def one_of_each(**changed: object) -> PeriodReport:
    """An invoice not there, one that differs, and an entry without a document."""
    number, seller = "26117000001111111111", "91310000MA1FL0B15M"
    missing = invoice(**{"number": number, "seller_tax_id": seller, **changed})
    void = entry(row=3, **{**STRAY, **changed})
    return report([invoice(total=Decimal("1061.00")), missing], [entry(), void], before=BEFORE)


def html_of(found: PeriodReport, tmp_path: Path) -> tuple[str, Tags]:
    path = tmp_path / "period.html"
    write_period_html(found, path)
    html = path.read_text("utf-8")
    tags = Tags()
    tags.feed(html)
    return html, tags


def book_of(found: PeriodReport, tmp_path: Path) -> Workbook:
    path = tmp_path / "period.xlsx"
    write_period_xlsx(found, path)
    return load_workbook(path)


def rows(book: Workbook, sheet: str) -> list[dict[str, object]]:
    head, *body = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def test_every_link_leads_to_a_place_in_the_page(tmp_path: Path) -> None:
    _, tags = html_of(one_of_each(), tmp_path)
    places = [attrs["id"] for _, attrs in tags.found if "id" in attrs]
    links = [attrs["href"] for attrs in tags.all("a") if "href" in attrs]
    assert {"#s-missing", "#different", "#s-ledger"} <= set(links)
    assert all(link.startswith("#") and link[1:] in places for link in links)
    assert len(places) == len(set(places))


def test_asks_for_nothing_outside_itself(tmp_path: Path) -> None:
    html, tags = html_of(one_of_each(), tmp_path)
    assert not any("src" in attrs or "style" in attrs for _, attrs in tags.found)
    assert not re.search(r"url\(|@import|https?:", tags.inside["style"] + tags.inside["script"])
    assert html.count("Content-Security-Policy") == 1
    assert len(tags.all("script")) == 1


def test_says_how_it_was_matched_and_compares_with_before(tmp_path: Path) -> None:
    html, _ = html_of(one_of_each(), tmp_path)
    for text in ("号码相同", "没有交来", "上期", "−100.0", "f1.pdf", "tax.xlsx", NUMBER):
        assert text in html


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "甲\u202e乙"])
def test_what_strangers_wrote_stays_text(tmp_path: Path, name: str) -> None:
    found = one_of_each(seller_name=name)
    html, tags = html_of(found, tmp_path)
    assert len(tags.all("script")) == 1
    assert "<script>alert" not in html
    assert "\u202e" not in html
    book_of(found, tmp_path)
    with zipfile.ZipFile(tmp_path / "period.xlsx") as parts:
        sheets = [parts.read(one) for one in parts.namelist() if "worksheets/" in one]
    assert sheets
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_the_workbook_says_the_same(tmp_path: Path) -> None:
    book = book_of(one_of_each(), tmp_path)
    assert book.sheetnames == SHEETS
    summary = {row["项目"]: row["数量"] for row in rows(book, "汇总")}
    assert (summary["发票"], summary["没有对上的发票"], summary["缺票据的台账记录"]) == (2, 2, 1)
    assert sum(row["数量"] for row in rows(book, "结果与原因")) == 3
    assert [row["发票号码"] for row in rows(book, "有账无票")] == [LONE["number"]]
    assert {row["匹配方式"] for row in rows(book, "未对上的发票")} == {None, "号码相同"}
    assert len(rows(book, "金额最大")) == 3
    trend = {row["项目"]: row["变化"] for row in rows(book, "与上期相比")}
    assert (trend["发票"], trend["一致的比例（%）"]) == (-1, -100)


@pytest.mark.parametrize("entries", [None, []])
def test_a_period_with_nothing_in_it_can_be_written(tmp_path: Path, entries: list | None) -> None:
    found = report([], entries)
    html, tags = html_of(found, tmp_path)
    assert ("--ledger" in html) is (entries is None)
    assert "2026-01 " not in html.split("</title>")[0]
    links = [attrs["href"] for attrs in tags.all("a") if "href" in attrs]
    assert links == []
    book = book_of(found, tmp_path)
    assert rows(book, "与上期相比")[0]["项目"] == "没有保存过上期的数字"


def test_long_lists_are_cut_in_the_page_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("piaohe.report.period_html.MOST_ROWS", 2)
    many = [invoice(**STRAY | {"number": f"2611700000{n}000000000"}) for n in range(4)]
    found = report(many, [entry()])
    html, _ = html_of(found, tmp_path)
    assert "只列金额最大的 2 条" in html
    assert len(rows(book_of(found, tmp_path), "未对上的发票")) == 4
