"""report.xlsx: what is in its sheets, and of which type."""

import datetime
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from models.match import Absence, MatchState, Side, Step
from piaohe.report import Item, Report, Unclaimed, write_xlsx
from tests.support import reports

SHEETS = ["汇总", "发票", "明细", "发现", "台账差异", "失败文件"]


def written(report: Report, tmp_path: Path) -> Workbook:
    path = tmp_path / "report.xlsx"
    write_xlsx(report, path)
    return load_workbook(path)


def rows(book: Workbook, sheet: str) -> list[dict[str, object]]:
    head, *body = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def test_every_sheet_has_a_frozen_filtered_heading(tmp_path: Path) -> None:
    book = written(reports.report(), tmp_path)
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.column_dimensions["A"].width > 0


def test_numbers_are_text_money_is_numeric_dates_are_dates(tmp_path: Path) -> None:
    book = written(reports.report(), tmp_path)
    first = rows(book, "发票")[0]
    assert first["发票号码"] == reports.NUMBER
    assert first["价税合计"] == 106
    assert first["开票日期"] == datetime.datetime(2026, 5, 4)  # noqa: DTZ001 - as a sheet has it
    cell = book["发票"]["I2"]
    assert (cell.data_type, cell.number_format) == ("n", "#,##0.00")


def test_each_sheet_says_its_part(tmp_path: Path) -> None:
    book = written(reports.report(), tmp_path)
    assert [row["发票"] for row in [{r["项目"]: r["数量"] for r in rows(book, "汇总")}]] == [2]
    assert [row["名称"] for row in rows(book, "明细")] == ["*餐饮服务*餐费"] * 2
    assert [(row["规则"], row["应为"]) for row in rows(book, "发现")] == [("R-AMT-01", "106.00")]
    assert [(row["哪一边"], row["票面"], row["台账"]) for row in rows(book, "台账差异")] == [
        ("票", "107.00", "106.00"),
        ("账", None, "5.50"),
    ]
    assert [row["代码"] for row in rows(book, "失败文件")] == ["encrypted_pdf"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("x")', "\t=1"])
def test_nothing_a_document_prints_becomes_a_formula(tmp_path: Path, text: str) -> None:
    item = Item(reports.document(reports.invoice(seller_name=text), file=text))
    book = written(reports.report(item), tmp_path)
    cell = book["发票"]["M2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    with zipfile.ZipFile(tmp_path / "report.xlsx") as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in parts.read(name)


def test_characters_a_sheet_cannot_hold_are_left_out(tmp_path: Path) -> None:
    item = Item(reports.document(reports.invoice(seller_name="甲\x00\x0b乙" + "丙" * 40_000)))
    name = rows(written(reports.report(item), tmp_path), "发票")[0]["销售方"]
    assert isinstance(name, str)
    assert name.startswith("甲乙丙")
    assert len(name) <= 32_767


def test_negative_totals_add_up(tmp_path: Path) -> None:
    red = reports.invoice(total=Decimal("-106.00"))
    item = Item(reports.document(reports.invoice(), red))
    summary = {row["项目"]: row for row in rows(written(reports.report(item), tmp_path), "汇总")}
    assert summary["发票"]["价税合计"] == 0


def test_says_how_it_was_matched_and_why_there_is_no_document(tmp_path: Path) -> None:
    near = reports.match(MatchState.SUGGESTED, cause="N2", also=("N12",), step=Step.NEAR)
    left = reports.match(MatchState.MISSING, side=Side.LEDGER, reason=Absence.RED_LETTER)
    made = Report(
        folder="x",
        made_at=reports.MADE_AT,
        items=[Item(reports.document(reports.invoice()), (near,))],
        unclaimed=[Unclaimed(left, reports.entry())],
        ledgers=reports.report().ledgers,
    )
    said = [str(row["说明"]) for row in rows(written(made, tmp_path), "台账差异")]
    assert "匹配方式：号码只差一两个字符；另有：代开或异地开具" in said[0]
    assert "缺红字发票" in said[1]
